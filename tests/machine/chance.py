"""Draws moves: mostly such as lead somewhere in the plain books, some of any sort."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from tests.machine.kinds import ENDS, KINDS, TYPED
from tests.machine.model import FOLLOWS, Books, Order
from tests.machine.moves import ESTATES, Move

STEPS = ("SUBMIT", "WITHDRAW", "DISCARD", "ACCEPT", "RETURN", "APPROVE", "REJECT")
OWNERS = ((), ("张三",), ("李四",), ("张三", "李四"))
Choice = tuple[float, Callable[[], Move]]
"""How often a move is worth a try beside the others, and how it is made."""


@dataclass
class Chance:
    """Draws moves: mostly such as lead somewhere, some of any sort."""

    books: Books
    random: random.Random

    def draw(self, label: str) -> Move:
        """Draw the next move."""
        if self.random.random() < 0.8:
            choices = list(self._fitting(label))
            weights = [weight for weight, _ in choices]
            return self.random.choices([make for _, make in choices], weights)[0]()
        return self._any(label)

    def _any(self, label: str) -> Move:
        orders, notices = list(self.books.orders), list(self.books.notices)
        verbs: list[Callable[[], Move]] = [lambda: self._draft(label), lambda: self._issue(label)]
        if orders:
            order = self.random.choice(orders)
            step = self.random.choice(STEPS)
            verbs += [lambda: Move(step, label, order)] * 3
            verbs += [lambda: Move("claim", label, order), lambda: Move("release", label, order)]
            verbs += [lambda: self._fill(label, order), lambda: self._edit(label, order)]
        if notices:
            notice = self.random.choice(notices)
            verbs += [lambda: self._pay(label, notice), lambda: Move("void", label, notice)]
        return self.random.choice(verbs)()

    def _fitting(self, label: str) -> Iterator[Choice]:
        open_orders = [key for key, order in self.books.orders.items() if order.editable]
        for key in self.books.orders:
            yield from self._steps(label, key)
        for key in open_orders:
            yield from self._edits(label, key)
        yield 6 / (len(open_orders) ** 2 + 1), lambda: self._draft(label)
        owing = any(unit.active and unit.due > unit.kept for unit in self.books.units.values())
        yield 3 if owing else 0.3, lambda: self._issue(label)
        for key, notice in self.books.notices.items():
            if notice.status in {"OPEN", "EXPIRED"}:
                yield 3 if notice.status == "OPEN" else 1, lambda key=key: self._pay(label, key)
            if notice.status == "OPEN":
                yield 0.3, lambda: Move("wait", label)
                yield 0.5, lambda key=key: Move("void", label, key)

    def _steps(self, label: str, key: str) -> Iterator[Choice]:
        order = self.books.orders[key]
        for step in STEPS:
            ready = step != "SUBMIT" or self._is_ready(order)
            if (order.status, step) in FOLLOWS and ready:
                weight = 4 if step in {"SUBMIT", "ACCEPT", "APPROVE"} else 0.3
                yield weight, lambda step=step: Move(step, label, key)
        if order.status in {"SUBMITTED", "ACCEPTED"} and not order.claimed:
            yield 0.5, lambda: Move("claim", label, key)

    def _edits(self, label: str, key: str) -> Iterator[Choice]:
        order = self.books.orders[key]
        if not order.lines:
            yield 5, lambda: self._fill(label, key)
            return
        yield 0.5, lambda: self._fill(label, key)
        if order.kind not in TYPED | ENDS:
            yield 1 if self._is_ready(order) else 5, lambda: self._edit(label, key)
        target = self.random.choice(order.lines).target
        yield 0.2, lambda: Move("remove", label, key, {"target": target})
        asks = self.books.rules.refund_prompt and order.kind == "unitChange"
        if asks and {line.target for line in order.lines} - order.covered:
            yield 2, lambda: Move("confirm", label, key)

    def _is_ready(self, order: Order) -> bool:
        if order.kind == "splitMerge":
            return len({line.is_new for line in order.lines}) > 1
        new = order.kind in TYPED | ENDS
        return bool(order.lines) and (new or any(line.changed for line in order.lines))

    def _draft(self, label: str) -> Move:
        kind = self.random.choice([*KINDS, "unitChange"])
        about = (
            ESTATES[1:] if kind == "estateCollection" else [k for k, e in self.books.estates.items() if e.id]
        )
        return Move("draft", label, self.random.choice(about), {"kind": kind})

    def _fill(self, label: str, key: str) -> Move:
        order, books = self.books.orders[key], self.books
        if order.kind == "splitMerge" and order.lines and self.random.random() < 0.8:
            return self._carve(label, key)
        if order.kind in TYPED:
            rows = [self._row() for _ in range(self.random.randint(1, 2))]
            return Move("put", label, key, {"rows": rows})
        buildings = list(books.buildings)
        if order.kind == "buildingChange":
            targets = self.random.sample(buildings, min(len(buildings), self.random.randint(1, 2)))
        elif self.random.random() < 0.4:
            building = self.random.choice([key for key, _ in books.buildings_in(order.estate)] or buildings)
            targets = [unit for unit, _ in books.units_in(building)]
        else:
            near = [one for one, unit in books.units.items() if books.estate_of(unit) == order.estate]
            targets = [self.random.choice(near or list(books.units))]
        return Move("pick", label, key, {"targets": targets})

    def _carve(self, label: str, key: str) -> Move:
        """Split one picked unit, or merge all of them; now and then a square decimetre too much."""
        picked = [line for line in self.books.orders[key].lines if not line.is_new]
        if not picked:
            return Move("remove", label, key, {"target": self.books.orders[key].lines[0].target})
        chosen = [self.random.choice(picked)] if self.random.random() < 0.6 else picked
        area = sum(line.before["area"] for line in chosen) + (100 if self.random.random() < 0.05 else 0)
        count = self.random.randint(2, 3) if len(chosen) == 1 else self.random.choice((1, 1, 2))
        cuts = sorted(self.random.sample(range(1, area), count - 1))
        areas = [right - left for left, right in zip((0, *cuts), (*cuts, area), strict=True)]
        first = chosen[0].before
        rooms = self.random.sample((first["room"], "701", "702", "703"), count)
        sources = tuple(line.target for line in chosen)
        rows = [
            {**first, "room": room, "area": size, "sources": sources}
            for room, size in zip(rooms, areas, strict=True)
        ]
        return Move("put", label, key, {"rows": rows})

    def _row(self) -> dict[str, Any]:
        return {
            "building": self.random.choice(("1栋", "2栋")),
            "floor": 1,
            "room": self.random.choice(("101", "102", "103")),
            "area": self._area(),
            "lift": self.random.random() < 0.5,
            "usage": self.random.choice(("住宅", "住宅", "车位")),
        }

    def _area(self) -> int:
        return self.random.choice(
            (883_500, 333_335, 1_000_000, 500_001, self.random.randint(100_000, 2_000_000))
        )

    def _edit(self, label: str, key: str) -> Move:
        order = self.books.orders[key]
        if order.kind in TYPED | ENDS:
            return self._fill(label, key)
        lines = [line.target for line in order.lines]
        target = self.random.choice([None, *lines])
        return Move("edit", label, key, {"target": target, "values": self._values(label, order)})

    def _values(self, label: str, order: Order) -> dict[str, Any]:
        if order.kind == "buildingChange":
            standing = [key for key, estate in self.books.estates.items() if estate.id]
            return self.random.choice(
                (
                    {"year": self.random.choice(("202601", "202707"))},
                    {"name": self.random.choice(("1栋", "2栋", "三栋"))},
                    {"estate": self.random.choice(standing)},
                )
            )
        if order.kind == "ownershipChange":
            owners = self.random.choice(OWNERS)
            return {"owners": owners, "seal": label if owners else ""}
        return self.random.choice(
            (
                {"area": self._area()},
                {"area": self._area()},
                {"lift": self.random.random() < 0.5},
                {"lift": self.random.random() < 0.5},
                {"usage": self.random.choice(("住宅", "车位"))},
                {"room": self.random.choice(("101", "102", "301", "305"))},
                {"building": self.random.choice(("1栋", "2栋", "三栋"))},
            )
        )

    def _issue(self, label: str) -> Move:
        units = self.books.units
        owing = [key for key, unit in units.items() if unit.active and unit.due > unit.kept]
        key = self.random.choice(owing if owing and self.random.random() < 0.8 else list(units))
        owners = () if units[key].owners and self.random.random() < 0.7 else self.random.choice(OWNERS[1:3])
        return Move("issue", label, key, {"owners": owners})

    def _pay(self, label: str, notice: str) -> Move:
        more = 1 if self.random.random() < 0.1 else 0
        return Move("pay", label, notice, {"more": more, "late": self.random.random() < 0.3})
