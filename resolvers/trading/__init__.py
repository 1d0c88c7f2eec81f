"""What goes to the city's real-estate transaction system (房地产交易系统) and what comes from it."""
