"""Printing: forms of orders, notices and proofs, rendered beside the event loop and counted."""

from resolvers.printing.money import print_notices, print_proof
from resolvers.printing.orders import OrderForm, print_order

__all__ = ["OrderForm", "print_notices", "print_order", "print_proof"]
