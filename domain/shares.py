"""Shares of owners in a unit (产权份额): a percentage or a fraction, or none at all for common ownership."""

import re
from collections.abc import Sequence
from fractions import Fraction

from domain.identity import fold
from domain.problem import Invalid, Problem, ProblemCode

_PERCENT = re.compile(r"([0-9]{1,3}(?:\.[0-9]{1,4})?)%?")
_FRACTION = re.compile(r"([1-9][0-9]{0,5})/([1-9][0-9]{0,5})")
# Percentages that were rounded, such as three times 33.333, are the whole to a thousandth of it (R-OWN-1).
_NEAR = Fraction(1, 100_000)


def parse_share(text: str, path: str) -> str:
    """Read a share such as `50`, `33.33%` or `1/3`, and give it as it is kept.

    Raises:
        Invalid: `SHARE_SUM` for what is no share, or is none of the whole.
    """
    written = fold(text).replace(" ", "")
    try:
        share = share_of(written)
    except ValueError:
        share = Fraction(0)
    if not 0 < share <= 1:
        raise Invalid(Problem(ProblemCode.SHARE_SUM, path, params={"sum": written}))
    return written if "/" in written else f"{written.rstrip('%')}%"


def share_of(text: str) -> Fraction:
    """Work out a share as a part of one.

    Raises:
        ValueError: It is none.
    """
    fraction, percent = _FRACTION.fullmatch(text), _PERCENT.fullmatch(text)
    if fraction is not None:
        return Fraction(int(fraction[1]), int(fraction[2]))
    if percent is not None:
        return Fraction(percent[1]) / 100
    raise ValueError(text)


def check_shares(shares: Sequence[str | None], path: str) -> Problem | None:
    """Ask that either nobody has a share, for common ownership, or all together have the whole (R-OWN-1)."""
    given = [share for share in shares if share]
    if not given:
        return None
    total = sum((share_of(share) for share in given), Fraction(0))
    rounded = any("/" not in share for share in given)
    whole = abs(total - 1) <= (_NEAR * len(given) if rounded else 0)
    if len(given) == len(shares) and whole:
        return None
    thousandths = round(total * 100_000)
    whole_part, rest = divmod(thousandths, 1000)
    percent = f"{whole_part}.{rest:03d}".rstrip("0").rstrip(".")
    return Problem(ProblemCode.SHARE_SUM, path, params={"sum": f"{percent}%"})
