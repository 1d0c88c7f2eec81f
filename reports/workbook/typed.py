"""From cells to typed values: the text that a person meant, read by the declaration of its column."""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal

from domain.city import City
from domain.field import Day, Field, Flag, IdNumber, Mobile, Text, YearMonth
from domain.identity import fold, mask_id, mask_mobile
from domain.problem import Invalid, Problem, ProblemCode
from reports.workbook.grid import Cell, CellKind

_PLAIN_WHOLE = re.compile(r"-?[0-9]{1,15}")
_PLAIN_DECIMAL = re.compile(r"(-?[0-9]{1,10})\.([0-9]{1,4})")
_SCIENTIFIC = re.compile(r"[0-9](?:\.[0-9]+)?E\+?[0-9]{1,2}", re.IGNORECASE)
_LONG_NUMBER = re.compile(r"(?<![0-9])(?:[0-9]{15,18}[0-9Xx]?|1[3-9][0-9]{9})(?![0-9])")

_EXACT_DIGITS = 15
"""A number cell keeps 15 digits; those behind them are lost."""

_NOISE = Decimal("1e-9")
_FOUR_PLACES = Decimal("0.0001")
_FIRST_DAY = date(1899, 12, 30)
_FIRST_TRUE_DAY, _LAST_DAY = 61, 2_958_465
"""Serial numbers of 1900-03-01 and 9999-12-31; before, Excel counts a day that never was."""

_SHOWN = 200


class Column:
    """Reads the cells of one column; a text that was seen before is not read again."""

    def __init__(self, field: Field, city: City, today: date, *, epoch_1904: bool) -> None:
        self.field = field
        self.numbers = 0
        self._city, self._today, self._epoch_1904 = city, today, epoch_1904
        self._known: dict[str, object | Problem] = {}

    def read(self, cell: Cell) -> object | Problem:
        """Give the typed value, None for a cell of blanks, or what is wrong, without its place."""
        try:
            text = cell.text if cell.kind is CellKind.TEXT else self._written(cell)
        except Invalid as found:
            return found.problem
        if text not in self._known:
            self._known[text] = self._parsed(text)
        return self._known[text]

    def _parsed(self, text: str) -> object | Problem:
        folded = fold(text)
        if not folded:
            return None
        kind = self.field.kind
        try:
            if isinstance(kind, IdNumber) and _SCIENTIFIC.fullmatch(folded):
                raise self._wrong(ProblemCode.ID_NUMERIC_CELL)
            # Not the folded text: a kind sees by the raised 2 of 88² that it is no digit.
            return kind.parse(text, self._city, self._today)
        except Invalid as found:
            return found.problem

    def _written(self, cell: Cell) -> str:
        """Give what stands in a cell that is no text, as a person would have typed it."""
        if cell.kind is CellKind.NUMBER:
            return self._number(cell.text)
        if cell.kind is CellKind.DATE:
            return self._day(cell.text)
        if cell.kind is CellKind.TRUTH:
            return (
                ("有" if cell.text == "1" else "无") if isinstance(self.field.kind, Flag) else cell_text(cell)
            )
        code = ProblemCode.FORMULA_ERROR if cell.kind is CellKind.ERROR else ProblemCode.FORMULA_NO_VALUE
        raise self._wrong(code)

    def _number(self, raw: str) -> str:
        kind = self.field.kind
        if isinstance(kind, IdNumber):
            raise self._wrong(ProblemCode.ID_NUMERIC_CELL)
        text = number_text(raw)
        if isinstance(kind, Text | Mobile) and len(text.strip("-").partition(".")[0]) > _EXACT_DIGITS:
            raise self._wrong(ProblemCode.ID_NUMERIC_CELL)
        self.numbers += isinstance(kind, Text)
        return text

    def _day(self, raw: str) -> str:
        kind = self.field.kind
        day = None if self._epoch_1904 else day_of(raw)
        if isinstance(kind, Day | YearMonth) and day:
            return f"{day:%Y%m}" if isinstance(kind, YearMonth) else day.isoformat()
        if isinstance(kind, Day | YearMonth):
            raise self._wrong(ProblemCode.DATE_INVALID)
        # A room such as 3-12 that became a date: what was typed cannot be told any more.
        raise self._wrong(ProblemCode.DATE_CELL)

    def _wrong(self, code: ProblemCode) -> Invalid:
        return Invalid(Problem(code, self.field.name, params={"label": self.field.label}))


def number_text(raw: str) -> str:
    """Write a number cell as a person would: 101.0 as 101, and 88.34999999999999 as 88.35.

    A spreadsheet reckons in binary, so a typed 88.35 may be kept as 88.349999999999994. Only such
    noise, less than a thousand-millionth, is rounded away, at four decimals; a typed fifth decimal stays.
    """
    if _PLAIN_WHOLE.fullmatch(raw):
        return raw
    if plain := _PLAIN_DECIMAL.fullmatch(raw):
        whole, decimals = plain[1], plain[2].rstrip("0")
        return f"{whole}.{decimals}" if decimals else whole
    try:
        exact = Decimal(repr(float(raw)))
    except ValueError:
        return raw
    if not exact.is_finite() or exact.adjusted() > 2 * _EXACT_DIGITS:
        return raw
    rounded = exact.quantize(_FOUR_PLACES) if exact.adjusted() < _EXACT_DIGITS else exact
    shown = rounded if abs(rounded - exact) < _NOISE else exact
    text = f"{shown:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def day_of(raw: str) -> date | None:
    """Give the day of a date cell, a serial number from 1900 or an ISO text; None outside the calendar."""
    try:
        serial = float(raw)
    except ValueError:
        return _iso_day(raw)
    if not _FIRST_TRUE_DAY <= serial <= _LAST_DAY:
        return None
    return _FIRST_DAY + timedelta(days=int(serial))


def _iso_day(raw: str) -> date | None:
    try:
        return datetime.fromisoformat(raw).date()
    except ValueError:
        return None


def cell_text(cell: Cell) -> str:
    """Write what a cell shows, for a person who looks for it."""
    if cell.kind is CellKind.NUMBER:
        return number_text(cell.text)
    if cell.kind is CellKind.DATE:
        day = day_of(cell.text)
        return day.isoformat() if day else cell.text
    if cell.kind is CellKind.TRUTH:
        return "TRUE" if cell.text == "1" else "FALSE"
    if cell.kind is CellKind.NO_VALUE:
        return f"={cell.formula}"
    return cell.text


def shown_value(cell: Cell, field: Field) -> str:
    """Write what a cell shows, at most 200 characters, with personal numbers masked wherever they stand."""
    text = cell_text(cell)
    if isinstance(field.kind, IdNumber):
        return mask_id(text)[:_SHOWN]
    if isinstance(field.kind, Mobile):
        return mask_mobile(text)[:_SHOWN]
    masked: Callable[[re.Match[str]], str] = lambda found: mask_id(found[0])  # noqa: E731 - typed for re.sub
    return _LONG_NUMBER.sub(masked, fold(text))[:_SHOWN]
