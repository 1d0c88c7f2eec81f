"""Floor areas as whole ten-thousandths of a square metre: read and written."""

import re

MAX_AREA = 999_999_999_999
"""The largest area that is read: 99,999,999.9999 m², as the estate's own total may need."""

MAX_UNIT_AREA = 999_999_999
"""The largest area of one unit, 99,999.9999 m²; at the highest rate its due still fits a notice's line."""

_AREA = re.compile(r"([0-9]{1,8})(?:\.([0-9]{1,4}))?")


def parse_area(text: str) -> int:
    """Read square metres with at most four decimals, such as `88.35`, as 0.0001 m².

    Raises:
        ValueError: Anything else: separators, units, spaces, a sign, full-width digits, over 8 digits of m².
    """
    match = _AREA.fullmatch(text)
    if match is None:
        raise ValueError("an area is written in square metres with at most four decimals, such as 88.35")
    metres, decimals = match.groups(default="")
    return int(metres) * 10_000 + int(decimals.ljust(4, "0"))


def format_area(area: int) -> str:
    """Write 0.0001 m² as square metres with two to four decimals, such as `88.35` or `33.3335`."""
    metres, rest = divmod(abs(area), 10_000)
    decimals = f"{rest:04d}"
    shown = decimals[:2] + decimals[2:].rstrip("0")
    return f"{'-' if area < 0 else ''}{metres}.{shown}"
