"""What every contender is asked: six questions, their variants, and the one meaning of each answer."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias
from uuid import UUID

from bench.order_rows import draft, stored_line
from bench.people import BUILDINGS, CITY, DRAFTS, ESTATES, UNITS, Size, ident
from domain.area import format_area
from domain.money import format_yuan
from schema.ids import write_id

Json: TypeAlias = Any
"""An answer, or a part of one."""

LINES = 20
PAGE = 50
_VARIANTS = 60
_SEARCHED = 20


@dataclass(frozen=True, slots=True)
class Question:
    """One question: what it is called, what it is about, and its variants by what they name.

    Attributes:
        text: What it asks, for a reader.
        variants: For each variant the names by which a contender writes it down.
        shape: How the raw values of a peer become those of the product's answer.
        writes: Whether it changes anything.
    """

    name: str
    text: str
    variants: Sequence[Mapping[str, Any]]
    shape: "Shape"
    writes: bool = False


Shape: TypeAlias = "Callable[[Any], Any] | Mapping[str, Shape]"
"""How an answer is read: an object field by field, in lists too, and a value by a function."""


def shaped(value: Json, shape: Shape) -> Json:
    """Bring a peer's values into the product's form; a field that the shape lacks is dropped."""
    if value is None:
        return None
    if isinstance(value, list):
        return [shaped(one, shape) for one in value]  # pyright: ignore[reportUnknownVariableType] - it is JSON
    if callable(shape):
        return shape(value)
    return {name: shaped(value.get(name), inner) for name, inner in shape.items()}


def _same(value: Json) -> Json:
    return value


def _key(name: str) -> Callable[[Any], str]:
    """Write a row's id as the product's global id; one that is written so already stays."""

    def write(value: str) -> str:
        return write_id(name, CITY, UUID(value)) if "-" in value else value

    return write


def _area(value: Json) -> str:
    return value if "." in str(value) else format_area(int(value))


def _yuan(value: Json) -> str:
    return value if "." in str(value) else format_yuan(int(value))


def _there(value: Json) -> bool:
    """A cursor is opaque: that there is one is all that can be compared."""
    return bool(value)


_OWNER: Shape = {"name": _same, "idNumber": _same}
_UNIT: Mapping[str, Shape] = {
    "id": _key("Unit"),
    "roomNo": _same,
    "grossArea": _area,
    "owners": _OWNER,
}
_SHAPES: Mapping[str, Shape] = {
    "Q1": {
        "id": _key("Unit"),
        "roomNo": _same,
        "address": _same,
        "grossArea": _area,
        "building": {"name": _same},
        "estate": {"name": _same},
    },
    "Q2": {
        "pageInfo": {"hasNextPage": _same, "endCursor": _there},
        "edges": {"node": {**_UNIT, "address": _same}},
    },
    "Q3": {
        "id": _key("Building"),
        "name": _same,
        "units": {
            **_UNIT,
            "section": _same,
            "floor": int,
            "usage": _same,
            "saleStatus": _same,
            "contractNo": _same,
        },
    },
    "Q4": {
        "edges": {"node": {"id": _key("Unit"), "roomNo": _same, "address": _same, "estate": {"name": _same}}}
    },
    "Q5": {
        "section": _same,
        "floors": {
            "floor": int,
            "units": {**_UNIT, "saleStatus": _same, "account": {"due": _yuan, "balance": _yuan}},
        },
    },
    "M1": {
        "id": _key("Order"),
        "status": _same,
        "lines": {
            "edges": {
                "node": {
                    "no": int,
                    "after": {
                        "building": _same,
                        "floor": int,
                        "roomNo": _same,
                        "address": _same,
                        "usage": _same,
                        "grossArea": _area,
                        "hasLift": _same,
                    },
                }
            }
        },
    },
}
_TEXTS: Mapping[str, str] = {
    "Q1": "one unit by its id, with the names of its building and estate",
    "Q2": f"{PAGE} units of an estate after a cursor, with their owners",
    "Q3": "a whole building table: 10 buildings, 600 units of 8 fields, their owners",
    "Q4": f"the first {_SEARCHED} units whose room number or address contains a text",
    "Q5": "the grid of one building: sections, floors, 60 units, owners and accounts",
    "M1": f"an act that writes an order's {LINES} lines and reads the order back",
}


def questions(size: Size) -> dict[str, Question]:
    """Give every question by its name, as the world of that size lets it be asked."""
    first = size.reader * ESTATES
    estates = [{"estate": ident("estate", first + place)} for place in range(ESTATES)]
    houses = range(first * BUILDINGS, (first + ESTATES) * BUILDINGS)
    step = UNITS * len(houses) // _VARIANTS + 1
    units = range(houses[0] * UNITS, houses[0] * UNITS + _VARIANTS * step, step)
    lines = [stored_line(number) for number in range(LINES)]
    variants: Mapping[str, Sequence[Mapping[str, Any]]] = {
        "Q1": [{"unit": ident("unit", number)} for number in units if number < (houses[-1] + 1) * UNITS],
        "Q2": estates,
        "Q3": estates,
        "Q4": [{"search": text, "first": _SEARCHED} for text in _searches(first)],
        "Q5": [{"building": ident("building", number)} for number in houses[:_VARIANTS]],
        "M1": [{"order": draft(number), "lines": lines} for number in range(DRAFTS)],
    }
    return {
        name: Question(name, _TEXTS[name], found, _SHAPES[name], writes=name == "M1")
        for name, found in variants.items()
    }


def _searches(first: int) -> list[str]:
    """Give texts as people type them: rooms, a building with its room, a house number."""
    rooms = ["101", "203", "502", "703", "1001", "1003"]
    places = [
        f"{building}栋{section}单元{room}" for building, section, room in ((2, 1, "301"), (7, 2, "903"))
    ]
    return [*rooms, *places, "单元60", *(f"{first + place + 1}号" for place in range(3))]
