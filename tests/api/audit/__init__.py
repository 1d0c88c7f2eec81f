"""The official GraphQL-over-HTTP audit, run against our own face on this machine."""
