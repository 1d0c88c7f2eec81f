"""The bundle of the page for trying queries: which one it is, and how it is installed."""
