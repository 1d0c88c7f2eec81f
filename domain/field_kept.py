"""Kinds of field for numbers that may come back as they were shown: masked ones stand for those on record."""

import re
from dataclasses import dataclass
from datetime import date

from domain.city import City
from domain.field_kind import Kind
from domain.field_text import IdNumber, Mobile
from domain.identity import check_document_number, check_mobile, fold
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
