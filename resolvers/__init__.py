"""What happens when somebody reads or acts: plain functions that name no GraphQL type."""
