"""Kinds of field that hold words, choices and the numbers of people and enterprises."""

import re
from dataclasses import dataclass
from datetime import date
from typing import ClassVar
from unicodedata import category

from domain.city import City
from domain.city_record import ListName
from domain.field_kind import Kind, unknown_value
from domain.identity import check_document_number, check_mobile, check_uscc, fold
from domain.problem import Invalid, Problem, ProblemCode

_YES = frozenset({"有", "是", "y", "yes", "1", "true"})
_NO = frozenset({"无", "否", "没有", "n", "no", "0", "false"})

_NON_CHARACTERS = frozenset(range(0xFDD0, 0xFDF0))
_LAST_TWO_OF_A_PLANE = 0xFFFE


@dataclass(frozen=True, slots=True)
class Text(Kind[str]):
    """Folded text of limited length, in characters that can be stored and printed.

    Lone surrogates, non-characters and private-use characters, by which old systems wrote rare names, are
    refused. A pattern holds for the whole text.
    """

    max_length: int
    pattern: str = ""

    def parse(self, text: str, _city: City, _today: date, /) -> str:
        """Give the folded text."""
        value = fold(text)
        fits = len(value) <= self.max_length and not any(map(_is_unfit, value))
        if not fits or (self.pattern and re.fullmatch(self.pattern, value) is None):
            raise Invalid(Problem(ProblemCode.TEXT_INVALID, params={"max": str(self.max_length)}))
        return value

    def show(self, value: str, _city: City, /) -> str:
        """Give the text itself."""
        return value


@dataclass(frozen=True, slots=True)
class Code(Kind[str]):
    """An entry of one of the city's code lists, typed as code, label or alias."""

    list_name: ListName

    def parse(self, text: str, city: City, _today: date, /) -> str:
        """Give the code that is meant."""
        code = city.find_code(self.list_name, text)
        if code is None:
            raise unknown_value(self.choices(city))
        return code

    def show(self, value: str, city: City, /) -> str:
        """Give the code's label."""
        return city.code_label(self.list_name, value)

    def choices(self, city: City, /) -> tuple[str, ...]:
        """List the labels."""
        return city.code_labels(self.list_name)


@dataclass(frozen=True, slots=True)
class Custodian(Kind[str]):
    """One of the city's custodian banks (专户银行), typed as code or name."""

    def parse(self, text: str, city: City, _today: date, /) -> str:
        """Give the bank's code."""
        typed = fold(text).casefold()
        for bank in city.banks:
            if typed in {fold(bank.code).casefold(), fold(bank.name).casefold()}:
                return bank.code
        raise unknown_value(self.choices(city))

    def show(self, value: str, city: City, /) -> str:
        """Give the bank's name."""
        return city.bank(value).name

    def choices(self, city: City, /) -> tuple[str, ...]:
        """List the names."""
        return tuple(bank.name for bank in city.banks)


@dataclass(frozen=True, slots=True)
class Flag(Kind[bool]):
    """有 or 无; also 是/否, Y/N, 1/0 and true/false."""

    def parse(self, text: str, city: City, _today: date, /) -> bool:
        """Give true for 有."""
        answer = fold(text).replace(" ", "").casefold()
        if answer not in _YES | _NO:
            raise unknown_value(self.choices(city))
        return answer in _YES

    def show(self, value: bool, _city: City, /) -> str:  # noqa: FBT001 - the value of this kind is a truth
        """Write 有 or 无."""
        return "有" if value else "无"

    def choices(self, _city: City, /) -> tuple[str, ...]:
        """List both answers."""
        return ("有", "无")


@dataclass(frozen=True, slots=True)
class Uscc(Kind[str]):
    """A unified social credit code (统一社会信用代码)."""

    def parse(self, text: str, _city: City, _today: date, /) -> str:
        """Give its 18 characters."""
        return check_uscc(text, "")

    def show(self, value: str, _city: City, /) -> str:
        """Give the code itself."""
        return value


@dataclass(frozen=True, slots=True)
class IdNumber(Kind[str]):
    """The number of an identity document, as far as it can be checked without knowing the document's type.

    Where the type is known, `domain.identity.check_id_number` does the rest.
    """

    personal: ClassVar[bool] = True

    def parse(self, text: str, _city: City, _today: date, /) -> str:
        """Give the number without spaces, in capitals."""
        return check_document_number(text, "")

    def show(self, value: str, _city: City, /) -> str:
        """Give the number itself."""
        return value


@dataclass(frozen=True, slots=True)
class Mobile(Kind[str]):
    """A mobile number; of another country only where the field allows it."""

    personal: ClassVar[bool] = True
    abroad: bool = False

    def parse(self, text: str, _city: City, _today: date, /) -> str:
        """Give eleven digits, or a number in E.164."""
        return check_mobile(text, "", abroad=self.abroad)

    def show(self, value: str, _city: City, /) -> str:
        """Give the number itself."""
        return value


def _is_unfit(char: str) -> bool:
    point = ord(char)
    if point in _NON_CHARACTERS or point & _LAST_TWO_OF_A_PLANE == _LAST_TWO_OF_A_PLANE:
        return True
    return category(char) in {"Cs", "Co"}
