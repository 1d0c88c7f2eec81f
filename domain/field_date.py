"""Kinds of field that hold a day or a month, in the ways in which people and spreadsheets write them."""

import re
from dataclasses import dataclass
from datetime import date

from domain.city import City
from domain.field_kind import Kind
from domain.identity import fold
from domain.problem import Invalid, Problem, ProblemCode

_DAY_FORMS = (
    re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})(?:\.0+)?"),
    re.compile(r"([0-9]{4})([-/.])([0-9]{1,2})\2([0-9]{1,2})(?:[T ]0{1,2}:00(?::00(?:\.0+)?)?)?"),
    re.compile(r"([0-9]{4}) ?年 ?([0-9]{1,2}) ?月 ?([0-9]{1,2}) ?日"),
)
_MONTH_FORMS = (
    re.compile(r"([0-9]{4})([0-9]{2})(?:\.0+)?"),
    re.compile(r"([0-9]{4})[-/]([0-9]{1,2})"),
    # 2014.1 may be what a number cell kept of 2014.10, so a point wants two digits behind it.
    re.compile(r"([0-9]{4})\.([0-9]{2})"),
    re.compile(r"([0-9]{4}) ?年 ?([0-9]{1,2}) ?月?"),
)
_EARLIEST = date(1900, 1, 1)
_YEARS_AHEAD = 10


@dataclass(frozen=True, slots=True)
class YearMonth(Kind[str]):
    """A month as `201409`, from 1900 to ten years ahead, since estates are sold unbuilt (R-BLD-4).

    A day of the month may be given and is left out.
    """

    def parse(self, text: str, _city: City, today: date, /) -> str:
        """Give six digits."""
        value = fold(text)
        first = _match_day(value) or _match_month(value)
        if first is None or not _is_plausible(first, today):
            raise Invalid(Problem(ProblemCode.DATE_INVALID))
        return f"{first:%Y%m}"

    def show(self, value: str, _city: City, /) -> str:
        """Write six digits."""
        return value


@dataclass(frozen=True, slots=True)
class Day(Kind[date]):
    """A calendar day from 1900 to ten years ahead, as `2014-09-01`."""

    def parse(self, text: str, _city: City, today: date, /) -> date:
        """Give the day."""
        day = _match_day(fold(text))
        if day is None or not _is_plausible(day, today):
            raise Invalid(Problem(ProblemCode.DATE_INVALID))
        return day

    def show(self, value: date, _city: City, /) -> str:
        """Write the day by ISO 8601."""
        return value.isoformat()


def _match_day(text: str) -> date | None:
    for form in _DAY_FORMS:
        if match := form.fullmatch(text):
            year, month, day = (int(part) for part in match.groups() if part.isdigit())
            return _day(year, month, day)
    return None


def _match_month(text: str) -> date | None:
    for form in _MONTH_FORMS:
        if match := form.fullmatch(text):
            return _day(int(match[1]), int(match[2]), 1)
    return None


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _is_plausible(day: date, today: date) -> bool:
    return day >= _EARLIEST and (day.year, day.month) <= (today.year + _YEARS_AHEAD, today.month)
