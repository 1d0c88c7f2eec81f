"""Measurements of the product on the machine at hand; they gate nothing."""
