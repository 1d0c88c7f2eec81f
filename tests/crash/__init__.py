"""The product as processes that are killed under load, and what must be true of its books afterwards."""
