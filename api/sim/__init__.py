"""A simulated city: it plays the transaction systems (房地产交易系统) and the banks, for trials and tests."""
