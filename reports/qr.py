"""The QR code on a notice, as the black modules of its pattern."""

from functools import lru_cache

import segno

QUIET = 4  # light modules that a scanner needs on each side, ISO/IEC 18004, 6.3.8
_MASK = 3  # any mask is valid; choosing the best of eight would cost three quarters of the time
_LIMIT = 120


@lru_cache(maxsize=64)
def trace(payload: str) -> tuple[int, tuple[tuple[int, int, int], ...]]:
    """Give a code's side in modules, quiet zone included, and its dark bars.

    Args:
        payload: Letters, digits and `|-`, at most 120 characters. It is printed for everybody to scan,
            so it never holds a person's name or number.

    Returns:
        The side and bars (column, row, length), counted from the upper left corner.

    Raises:
        ValueError: The payload is empty, too long or not plain ASCII.
    """
    if not payload or len(payload) > _LIMIT or not payload.isascii() or not payload.isprintable():
        raise ValueError("a QR payload is 1 to 120 printable ASCII characters")
    code = segno.make_qr(payload, error="m", mask=_MASK, boost_error=False)
    bars: list[tuple[int, int, int]] = []
    for row, modules in enumerate(code.matrix):
        column = 0
        while column < len(modules):
            length = 0
            while column + length < len(modules) and modules[column + length] & 1:
                length += 1
            if length:
                bars.append((column + QUIET, row + QUIET, length))
            column += length + 1
    return len(code.matrix) + 2 * QUIET, tuple(bars)
