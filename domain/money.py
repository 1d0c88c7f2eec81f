"""Amounts of money as whole fen: read, written, put in words, worked out from an area and shared out."""

import re
from collections.abc import Sequence

MAX_FEN = 9_999_999_999_999
"""The largest amount that is read or put in words: 99,999,999,999.99 yuan."""

MAX_LINE = 9_999_999_999
"""The largest amount of one line of a notice: 99,999,999.99 yuan (rule M8)."""

_YUAN = re.compile(r"(-?)([0-9]{1,11})(?:\.([0-9]{1,2}))?")
_AREA_UNITS_PER_M2 = 10_000

_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("仟", "佰", "拾", "")
_GROUPS = ("亿", "万", "")


def parse_yuan(text: str) -> int:
    """Read yuan with at most two decimals, such as `2650.50` or `-3`, as fen.

    Raises:
        ValueError: Anything else: separators, units, spaces, full-width digits, or over 11 digits of yuan.
    """
    match = _YUAN.fullmatch(text)
    if match is None:
        raise ValueError("an amount is written in yuan with at most two decimals, such as 2650.50")
    sign, yuan, cents = match.groups(default="")
    fen = int(yuan) * 100 + int(cents.ljust(2, "0"))
    return -fen if sign else fen


def format_yuan(fen: int) -> str:
    """Write fen as yuan with exactly two decimals, such as `2650.50`."""
    yuan, cents = divmod(abs(fen), 100)
    return f"{'-' if fen < 0 else ''}{yuan}.{cents:02d}"


def due(area: int, rate: int) -> int:
    """Work out a first deposit: area times rate, rounded half up to the fen, once for a unit.

    Args:
        area: Gross floor area in 0.0001 m² (Decree 165 article 7 names it as the basis).
        rate: Fen for a square metre.

    Raises:
        ValueError: A negative area or rate.
    """
    if area < 0 or rate < 0:
        raise ValueError("neither an area nor a rate can be negative")
    return (area * rate + _AREA_UNITS_PER_M2 // 2) // _AREA_UNITS_PER_M2


def allocate(total: int, weights: Sequence[int]) -> tuple[int, ...]:
    """Share out fen by weight so that the parts make up the total exactly.

    The fen left over by rounding down go to the largest remainders, and among equal ones to the earlier
    row (rule M4). A negative total is shared as its positive counterpart.

    Args:
        total: Fen to share out.
        weights: One for each part, such as areas; none negative, at least one above zero.

    Raises:
        ValueError: There are no weights above zero, or there is a negative one.
    """
    whole = sum(weights)
    if whole <= 0 or min(weights) < 0:
        raise ValueError("weights are not negative and at least one is above zero")
    shares = [divmod(abs(total) * weight, whole) for weight in weights]
    parts = [share for share, _ in shares]
    left = abs(total) - sum(parts)
    by_remainder = sorted(range(len(parts)), key=lambda row: -shares[row][1])
    for row in by_remainder[:left]:
        parts[row] += 1
    return tuple(-part if total < 0 else part for part in parts)


def in_words(fen: int) -> str:
    """Put an amount in the capital numerals of cheques and notices (人民币大写).

    The forms follow 中国人民银行《正确填写票据和结算凭证的基本规定》: 整 stands only after 元, and the
    零 between a 元 that ends in zero and the 角, which the rule leaves open, is written.

    Raises:
        ValueError: A negative amount, or one above 99,999,999,999.99 yuan.
    """
    if not 0 <= fen <= MAX_FEN:
        raise ValueError("an amount in words is between 0 and 99,999,999,999.99 yuan")
    yuan, cents = divmod(fen, 100)
    if not cents:
        return f"人民币{_yuan_in_words(yuan)}元整" if yuan else "人民币零元整"
    head = f"{_yuan_in_words(yuan)}元" if yuan else ""
    return f"人民币{head}{_cents_in_words(cents, after=yuan)}"


def _cents_in_words(cents: int, *, after: int) -> str:
    """Read 角 and 分 that follow so many yuan."""
    jiao, fen = divmod(cents, 10)
    words = f"{_DIGITS[jiao]}角" if jiao else ""
    if fen:
        words += f"{_DIGITS[fen]}分"
    gap = after > 0 and (after % 10 == 0 or jiao == 0)
    return f"零{words}" if gap else words


def _yuan_in_words(yuan: int) -> str:
    """Read whole yuan in groups of four digits; a zero at the end of a group is not read."""
    words = ""
    skipped = False
    for name, group in zip(_GROUPS, (yuan // 10**8, yuan // 10**4 % 10**4, yuan % 10**4), strict=True):
        if group == 0:
            skipped = True
            continue
        gap = words and (skipped or group < 10**3)
        words += f"{'零' if gap else ''}{_group_in_words(group)}{name}"
        skipped = False
    return words


def _group_in_words(group: int) -> str:
    """Read one to four digits, a run of zeros between them as one 零."""
    words = ""
    skipped = False
    for place, digit in zip(_PLACES, f"{group:04d}", strict=True):
        if digit == "0":
            skipped = bool(words)
            continue
        words += f"{'零' if skipped else ''}{_DIGITS[int(digit)]}{place}"
        skipped = False
    return words
