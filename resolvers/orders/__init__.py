"""Business orders: drafting them, filling their lines, taking their steps and printing them."""
