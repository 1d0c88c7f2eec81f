"""One move of a sequence: what it says, and what the plain books make of it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.machine import drafting
from tests.machine.kinds import KINDS
from tests.machine.model import Books, Codes, Estate, Order, Rules

ESTATES = ("甲", "乙", "丙")


@dataclass(frozen=True)
class Move:
    """What somebody does, by labels; `on` is an order, a unit or a notice.

    Attributes:
        label: What it makes is called so, whatever is left out before it.
    """

    verb: str
    label: str
    on: str = ""
    given: dict[str, Any] = field(default_factory=dict[str, Any])

    def __str__(self) -> str:
        said = "".join(f" {name}={value}" for name, value in self.given.items())
        return f"{self.label}: {self.verb} {self.on}{said}"


def fits(books: Books, move: Move) -> bool:
    """Tell whether what a move names is there; after something was left out it may not be."""
    known = {*books.orders, *books.units, *books.notices}
    named = [*filter(None, [move.on]), *move.given.get("targets", ())]
    things = {*known, *books.buildings, *(key for key, one in books.estates.items() if one.id)}
    if move.verb == "draft" and move.given["kind"] == "estateCollection":
        return move.on in books.estates
    if move.verb == "edit" and "estate" in move.given["values"]:
        named.append(move.given["values"]["estate"])
    target = move.given.get("target")
    if target is not None and move.on in books.orders:
        return target in {line.target for line in books.orders[move.on].lines}
    return all(one in things for one in named)


def answer(books: Books, move: Move) -> Codes:
    """Make a move in the plain books and say what comes of it."""
    effect = _EFFECTS.get(move.verb)
    return effect(books, move) if effect else books.step(move.on, move.verb, KINDS)


def _draft(books: Books, move: Move) -> Codes:
    books.orders[move.label] = Order(move.given["kind"], move.on)
    return set()


def _pay(books: Books, move: Move) -> Codes:
    amount = books.notices[move.on].total + move.given["more"]
    return books.pay(move.on, amount, late=move.given["late"])


_EFFECTS: dict[str, Callable[[Books, Move], Codes]] = {
    "draft": _draft,
    "pick": lambda books, move: drafting.pick(books, books.orders[move.on], move.given["targets"]),
    "put": lambda books, move: drafting.put(books.orders[move.on], rows_of(move)),
    "edit": lambda books, move: drafting.edit(
        books, books.orders[move.on], move.given["target"], move.given["values"]
    ),
    "remove": lambda books, move: drafting.remove(books.orders[move.on], move.given["target"]),
    "confirm": lambda books, move: drafting.confirm(books, books.orders[move.on]),
    "claim": lambda books, move: books.claim(move.on),
    "release": lambda books, move: books.release(move.on),
    "issue": lambda books, move: books.issue(move.label, move.on, move.given["owners"]),
    "void": lambda books, move: books.void(move.on),
    "pay": _pay,
    "wait": lambda books, _move: books.run_out(),
}
"""What the moves do that are not steps of an order."""


def rows_of(move: Move) -> Iterator[tuple[str, dict[str, Any]]]:
    """Give the units that a move types, with their labels."""
    return ((f"{move.label}.{place}", row) for place, row in enumerate(move.given["rows"], start=1))


def new_books(rules: Rules, banks: int) -> Books:
    """Give books in which nothing stands yet; the third estate's money is with the last bank."""
    books = Books(rules)
    for name in ESTATES:
        books.estates[name] = Estate(name, banks - 1 if name == "丙" else 0)
    return books


def _flat(building: str, room: str, area: int) -> dict[str, Any]:
    return {
        "building": building,
        "floor": int(room[:-2]),
        "room": room,
        "area": area,
        "lift": True,
        "usage": "住宅",
    }


PRELUDE = (
    Move("draft", "a", "甲", {"kind": "estateCollection"}),
    Move(
        "put",
        "b",
        "a",
        {
            "rows": [
                _flat("1栋", "301", 883_500),
                _flat("1栋", "302", 333_335),
                {**_flat("2栋", "101", 1_000_000), "lift": False},
                {**_flat("2栋", "102", 125_000), "usage": "车位"},
            ]
        },
    ),
    Move("SUBMIT", "c", "a"),
    Move("ACCEPT", "d", "a"),
    Move("APPROVE", "e", "a"),
)
"""What every sequence begins with: a collected estate of two buildings with two units each."""
