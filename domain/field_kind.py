"""What every kind of field can do: read a text, write a value, and list its choices."""

from abc import ABC, abstractmethod
from datetime import date
from typing import ClassVar, Generic, TypeVar

from domain.city import City
from domain.problem import Invalid, Problem, ProblemCode

T = TypeVar("T")

_MAX_TOLD = 12


class Kind(ABC, Generic[T]):
    """What a field holds; `parse(show(value)) == value` for every value that `parse` gives.

    Values of a `personal` kind are never quoted in a problem.
    """

    __slots__ = ()
    personal: ClassVar[bool] = False

    @abstractmethod
    def parse(self, text: str, city: City, today: date, /) -> T:
        """Read a text that is not empty.

        Raises:
            Invalid: With the code and the values its message names; `parse_field` adds the field.
        """

    @abstractmethod
    def show(self, value: T, city: City, /) -> str:
        """Write a value as a workbook has it."""

    def choices(self, _city: City, /) -> tuple[str, ...]:
        """List what a drop-down offers; empty where anything may be typed."""
        return ()


def unknown_value(choices: tuple[str, ...]) -> Invalid:
    """Make the refusal of a value that is none of the choices, and name the first of them."""
    told = "、".join(choices[:_MAX_TOLD]) + ("等" if len(choices) > _MAX_TOLD else "")
    return Invalid(Problem(ProblemCode.VALUE_UNKNOWN, params={"allowed": told}))
