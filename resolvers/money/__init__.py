"""The fund's money: rates, notices, confirmations and what is kept in suspense."""
