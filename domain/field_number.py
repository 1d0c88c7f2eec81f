"""Kinds of field that hold a number: counts, storeys, areas and amounts of money."""

import re
from dataclasses import dataclass
from datetime import date
from unicodedata import category

from domain.area import MAX_UNIT_AREA, format_area, parse_area
from domain.city import City
from domain.field_kind import Kind
from domain.identity import fold
from domain.money import MAX_LINE, format_yuan, parse_yuan
from domain.problem import Invalid, Problem, ProblemCode

_NUMBER = re.compile(r"-?(?:[0-9]{1,15}|[0-9]{1,3}(?:,[0-9]{3}){1,4})(?:\.[0-9]{1,15})?")
_FLOOR = re.compile(r"(-|B|负|地下)? ?([0-9]{1,3})(?:\.0+)? ?(?:层|楼|F)?")
_AREA_UNITS = re.compile(r"(?:㎡|m²|m2|m\^2|平方米|平米)$", re.IGNORECASE)
_YUAN_UNITS = re.compile(r"^[¥￥]|元$")


@dataclass(frozen=True, slots=True)
class Count(Kind[int]):
    """A whole number within bounds; its unit, such as 层, may follow."""

    least: int = 0
    most: int = 100_000
    unit: str = ""

    def parse(self, text: str, _city: City, _today: date, /) -> int:
        """Give the number; `18.0`, as some programs write it, is a whole one."""
        number = _read(text, re.compile(f"{re.escape(self.unit)}$"))
        whole, _, decimals = number.partition(".")
        if decimals or not self.least <= int(whole) <= self.most:
            params = {"min": str(self.least), "max": str(self.most)}
            raise Invalid(Problem(ProblemCode.COUNT_INVALID, params=params))
        return int(whole)

    def show(self, value: int, _city: City, /) -> str:
        """Write plain digits."""
        return str(value)


@dataclass(frozen=True, slots=True)
class Floor(Kind[int]):
    """A storey (楼层), never zero: `B1`, `负1` and `-1层` lie below ground, `3F` and `3层` are the third."""

    lowest: int = -20
    highest: int = 200

    def parse(self, text: str, _city: City, _today: date, /) -> int:
        """Give the storey, negative below ground."""
        match = _FLOOR.fullmatch(_bare(text).upper())
        floor = 0 if match is None else int(match[2]) * (-1 if match[1] else 1)
        if floor == 0 or not self.lowest <= floor <= self.highest:
            raise Invalid(Problem(ProblemCode.FLOOR_INVALID))
        return floor

    def show(self, value: int, _city: City, /) -> str:
        """Write a number, negative below ground."""
        return str(value)


@dataclass(frozen=True, slots=True)
class Area(Kind[int]):
    """Square metres above zero with at most four decimals, as 0.0001 m²; by default of one unit."""

    most: int = MAX_UNIT_AREA

    def parse(self, text: str, _city: City, _today: date, /) -> int:
        """Give the area; `㎡`, `m²` or `平方米` may follow the number."""
        number = _read(text, _AREA_UNITS)
        try:
            area = parse_area(number)
        except ValueError:
            area = 0
        if not 0 < area <= self.most:
            raise Invalid(Problem(ProblemCode.AREA_INVALID, params={"max": format_area(self.most)}))
        return area

    def show(self, value: int, _city: City, /) -> str:
        """Write two to four decimals."""
        return format_area(value)


@dataclass(frozen=True, slots=True)
class Amount(Kind[int]):
    """Yuan above zero with at most two decimals, as fen; by default of one line of a notice."""

    most: int = MAX_LINE

    def parse(self, text: str, _city: City, _today: date, /) -> int:
        """Give the amount; `元` may follow the number and `¥` go before it."""
        number = _read(text, _YUAN_UNITS)
        try:
            fen = parse_yuan(number)
        except ValueError:
            fen = 0
        if not 0 < fen <= self.most:
            raise Invalid(Problem(ProblemCode.AMOUNT_INVALID, params={"max": format_yuan(self.most)}))
        return fen

    def show(self, value: int, _city: City, /) -> str:
        """Write two decimals."""
        return format_yuan(value)


def _read(text: str, units: re.Pattern[str]) -> str:
    """Take units, thousands separators and needless zeros off a number.

    Raises:
        Invalid: `NUMBER_FORMAT`, also for a comma in place of the point and for scientific notation.
    """
    # Units go before folding, which would turn the raised 2 of m² and 88² into a digit of the number.
    bare = units.sub("", text.strip()).strip()
    number = units.sub("", _bare(bare)).strip()
    if any(category(char) == "No" for char in bare) or _NUMBER.fullmatch(number) is None:
        raise Invalid(Problem(ProblemCode.NUMBER_FORMAT))
    whole, _, decimals = number.replace(",", "").partition(".")
    decimals = decimals.rstrip("0")
    sign = "-" if whole.startswith("-") else ""
    return f"{sign}{int(whole.removeprefix('-'))}" + (f".{decimals}" if decimals else "")


def _bare(text: str) -> str:
    # U+2212 is the minus sign of formulas, which folding leaves alone.
    return fold(text).replace("\u2212", "-")
