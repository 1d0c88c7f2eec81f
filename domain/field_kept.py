"""Kinds of field for what may come back as it was shown: masked numbers, and sums to be read alone."""

import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import date

from domain.area import format_area, parse_area
from domain.city import City
from domain.field_kind import Kind
from domain.field_text import IdNumber, Mobile
from domain.identity import check_document_number, check_mobile, fold
from domain.money import format_yuan, parse_yuan
from domain.shares import parse_share

_LANDLINE = re.compile(r"0[0-9]{2,3}-?[0-9]{7,8}")


def is_masked(number: str) -> bool:
    """Tell whether a number is only shown by its ends."""
    return "*" in number


def is_landline(number: str) -> bool:
    """Tell whether a number is a fixed telephone's, such as `0830-2345678`."""
    return _LANDLINE.fullmatch(number) is not None


@dataclass(frozen=True, slots=True)
class KeptIdNumber(IdNumber):
    """The number of an identity document, or the masked form of one that is on record."""

    def parse(self, text: str, _city: City, _today: date, /) -> str:
        """Give the number without spaces, in capitals; a masked one as it is."""
        bare = fold(text).upper().replace(" ", "")
        return bare if is_masked(bare) else check_document_number(text, "")


@dataclass(frozen=True, slots=True)
class KeptPhone(Mobile):
    """A mobile number, an enterprise's landline, or the masked form of one that is on record."""

    def parse(self, text: str, _city: City, _today: date, /) -> str:
        """Give the number without spaces; a masked one as it is."""
        bare = fold(text).replace(" ", "")
        if is_masked(bare) or is_landline(bare):
            return bare
        return check_mobile(text, "", abroad=True)


@dataclass(frozen=True, slots=True)
class Share(Kind[str]):
    """A share in a unit, such as `50%` or `1/3`."""

    def parse(self, text: str, _city: City, _today: date, /) -> str:
        """Give the share as it is kept."""
        return parse_share(text, "")

    def show(self, value: str, _city: City, /) -> str:
        """Give the share itself."""
        return value


@dataclass(frozen=True, slots=True)
class SeenAmount(Kind[int]):
    """Yuan that a workbook shows to be read alone; whatever is typed over it is passed over as nothing."""

    def parse(self, text: str, _city: City, _today: date, /) -> int:
        """Give fen where an amount stands there."""
        with suppress(ValueError):
            return parse_yuan(text)
        return 0

    def show(self, value: int, _city: City, /) -> str:
        """Write two decimals."""
        return format_yuan(value)


@dataclass(frozen=True, slots=True)
class SeenArea(Kind[int]):
    """Square metres that a workbook shows to be read alone; whatever is typed over it is passed over."""

    def parse(self, text: str, _city: City, _today: date, /) -> int:
        """Give the area in 0.0001 m² where one stands there."""
        with suppress(ValueError):
            return parse_area(text)
        return 0

    def show(self, value: int, _city: City, /) -> str:
        """Write two to four decimals."""
        return format_area(value)
