"""The books as a plain reading of the rules keeps them: dictionaries and fen, no code of the product."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Protocol

Codes = set[str]
"""Why something is refused; nothing means that it is done."""

FOLLOWS = {
    ("DRAFT", "SUBMIT"): "SUBMITTED",
    ("RETURNED", "SUBMIT"): "SUBMITTED",
    ("SUBMITTED", "WITHDRAW"): "DRAFT",
    ("SUBMITTED", "ACCEPT"): "ACCEPTED",
    ("SUBMITTED", "RETURN"): "RETURNED",
    ("ACCEPTED", "RETURN"): "RETURNED",
    ("ACCEPTED", "APPROVE"): "COMPLETED",
    ("ACCEPTED", "REJECT"): "REJECTED",
    ("DRAFT", "DISCARD"): "CANCELLED",
    ("RETURNED", "DISCARD"): "CANCELLED",
}
"""What comes of a step from a status (domain.md §3.1); anything else is not the time for it."""


OFFICE = {"ACCEPT": "clerk", "RETURN": "clerk", "APPROVE": "reviewer", "REJECT": "reviewer"}
"""Who of the office takes a step here."""


@dataclass(frozen=True)
class Rules:
    """The switches of a city (domain.md §2.9) and its yuan a square metre, by usage and lift."""

    batch: frozenset[str]
    owner_batch: bool
    refund_prompt: bool
    whole_buildings: bool
    rates: dict[tuple[str, bool], str]


@dataclass
class Estate:
    """A property area with the bank that keeps its money."""

    name: str
    bank: int
    id: str = ""


@dataclass
class Building:
    """A building of an estate; nothing of it is left when it is cancelled."""

    estate: str
    name: str
    year: str | None = None
    active: bool = True
    id: str = ""


@dataclass
class Unit:
    """A unit with its account, in fen and 0.0001 m².

    Attributes:
        supplement: What of the paid came by supplementary notices.
        promised: What refunds will take away.
        seal: What wrote its owners; the same people written again are sealed anew, and so told apart.
    """

    building: str
    floor: int
    room: str
    area: int
    lift: bool
    usage: str
    due: int
    paid: int = 0
    supplement: int = 0
    promised: int = 0
    active: bool = True
    end: str = "CANCELLED"
    owners: tuple[str, ...] = ()
    seal: str = ""
    notice: str | None = None
    id: str = ""
    code: str = ""

    @property
    def kept(self) -> int:
        """What was paid and is not promised back."""
        return self.paid - self.promised


@dataclass
class Line:
    """A row of an order: the label of what it aims at, what that was when picked, and what it shall be."""

    target: str
    before: dict[str, Any]
    after: dict[str, Any]
    no: int = 0

    @property
    def is_new(self) -> bool:
        """Whether it was typed, and aims at nothing that there is."""
        return not self.before

    @property
    def changed(self) -> dict[str, Any]:
        """Give what it changes."""
        return {name: value for name, value in self.after.items() if self.before.get(name) != value}


@dataclass
class Order:
    """An order of a kind, about an estate unless it makes one."""

    kind: str
    estate: str
    status: str = "DRAFT"
    last: str = ""
    lines: list[Line] = field(default_factory=list[Line])
    covered: set[str] = field(default_factory=set[str])
    confirmed: bool = False
    claimed: str = ""
    held: set[str] = field(default_factory=set[str])
    id: str = ""

    @property
    def awaits(self) -> str:
        """Tell who of the office is next."""
        return "reviewer" if self.status == "ACCEPTED" else "clerk"

    def add(self, line: Line) -> None:
        """Put a line behind the last one."""
        line.no = max((other.no for other in self.lines), default=0) + 1
        self.lines.append(line)

    @property
    def editable(self) -> bool:
        """Whether its rows may be changed."""
        return self.status in {"DRAFT", "RETURNED"}


@dataclass
class Notice:
    """A demand for one unit's first deposit."""

    unit: str
    total: int
    owners: tuple[str, ...]
    is_supplement: bool
    status: str = "OPEN"
    id: str = ""
    number: str = ""
    issued: str = ""


class Kind(Protocol):
    """What a kind of order wants, locks and does."""

    def check(self, books: "Books", order: Order, /) -> Codes:
        """Tell everything that stands against it."""
        ...

    def locks(self, books: "Books", order: Order, /) -> set[str]:
        """Tell which things it locks, by their labels."""
        ...

    def apply(self, books: "Books", order: Order, /) -> None:
        """Do what it says."""
        ...


@dataclass
class Books:
    """Everything of one sequence, by labels that stay, whatever things are called meanwhile."""

    rules: Rules
    estates: dict[str, Estate] = field(default_factory=dict[str, Estate])
    buildings: dict[str, Building] = field(default_factory=dict[str, Building])
    units: dict[str, Unit] = field(default_factory=dict[str, Unit])
    orders: dict[str, Order] = field(default_factory=dict[str, Order])
    notices: dict[str, Notice] = field(default_factory=dict[str, Notice])
    suspended: int = 0

    def due(self, area: int, usage: str, *, lift: bool) -> int:
        """Work out a first deposit: area times rate, half up to the fen, once a unit (M2)."""
        yuan = Decimal(area) / 10_000 * Decimal(self.rules.rates[usage, lift])
        return int((yuan * 100).quantize(Decimal(1), ROUND_HALF_UP))

    def estate_of(self, unit: Unit) -> str:
        """Tell in which estate a unit is now."""
        return self.buildings[unit.building].estate

    def buildings_in(self, estate: str) -> Iterator[tuple[str, Building]]:
        """Walk the buildings that stand in an estate."""
        return ((key, one) for key, one in self.buildings.items() if one.active and one.estate == estate)

    def units_in(self, building: str) -> Iterator[tuple[str, Unit]]:
        """Walk the units in use in a building."""
        return ((key, one) for key, one in self.units.items() if one.active and one.building == building)

    def is_open(self, unit: Unit) -> bool:
        """Tell whether somebody may still pay a notice of a unit."""
        return unit.notice is not None and self.notices[unit.notice].status == "OPEN"

    def unit_content(self, unit: Unit) -> dict[str, Any]:
        """Say what an order says of a unit."""
        return {
            "building": self.buildings[unit.building].name,
            "floor": unit.floor,
            "room": unit.room,
            "area": unit.area,
            "lift": unit.lift,
            "usage": unit.usage,
        }

    def building_content(self, building: Building) -> dict[str, Any]:
        """Say what an order says of a building."""
        return {"estate": building.estate, "name": building.name, "year": building.year}

    def owners_content(self, unit: Unit) -> dict[str, Any]:
        """Say what an order says of the owners of a unit, and where that is."""
        content = self.unit_content(unit)
        return {
            **{name: content[name] for name in ("building", "floor", "room")},
            "owners": unit.owners,
            "seal": unit.seal,
        }

    def is_locked(self, things: set[str], but: str = "") -> bool:
        """Tell whether an order under way holds one of some things."""
        return any(order.held & things for label, order in self.orders.items() if label != but)

    def step(self, label: str, step: str, kinds: dict[str, Kind]) -> Codes:
        """Take a step of an order if the rules let it, and say what comes of it."""
        order = self.orders[label]
        to = FOLLOWS.get((order.status, step))
        if to is None:
            return set() if order.last == step else {"INVALID_TRANSITION"}
        if order.claimed and order.claimed != OFFICE.get(step, order.claimed):
            return {"ORDER_CLAIMED"}
        kind = kinds[order.kind]
        problems = kind.check(self, order) if step in {"SUBMIT", "APPROVE"} else set[str]()
        wanted = kind.locks(self, order) if step == "SUBMIT" else set[str]()
        if not problems and self.is_locked(wanted, label):
            problems = {"ESTATE_EXISTS"} if order.kind == "estateCollection" else {"UNIT_LOCKED"}
        if problems:
            return problems
        order.status, order.last, order.claimed = to, step, ""
        if step == "APPROVE":
            kind.apply(self, order)
        keeps = step == "ACCEPT" or (step == "APPROVE" and order.kind == "estateCollection")
        order.held = order.held if keeps else wanted
        return set()

    def claim(self, label: str) -> Codes:
        """Let who is next claim an order of the queue."""
        order = self.orders[label]
        if order.status not in {"SUBMITTED", "ACCEPTED"}:
            return {"INVALID_TRANSITION"}
        order.claimed = order.awaits
        return set()

    def release(self, label: str) -> Codes:
        """Put an order back into the queue."""
        self.orders[label].claimed = ""
        return set()

    def issue(self, label: str, unit_label: str, owners: tuple[str, ...]) -> Codes:
        """Ask for a notice of what a unit still owes (R-NOT-1, R-NOT-2, R-OWN-2)."""
        unit = self.units[unit_label]
        named = owners or unit.owners
        amount = unit.due - unit.kept
        problems = {
            code
            for code, stands in {
                "UNIT_LOCKED": self.is_locked({unit_label}),
                "UNIT_NOT_ACTIVE": not unit.active,
                "OWNER_REQUIRED": not named,
                "OWNER_CHANGE_NEEDS_ORDER": bool(unit.paid)
                and bool(named)
                and set(named) != set(unit.owners),
                "NOTHING_DUE": amount <= 0,
            }.items()
            if stands
        }
        if problems:
            return problems
        if unit.notice is not None and self.is_open(unit):
            present = self.notices[unit.notice]
            same = present.total == amount and set(present.owners) == set(named)
            return set() if same else {"UNIT_HAS_OPEN_NOTICE"}
        self.notices[label] = Notice(unit_label, amount, named, is_supplement=bool(unit.paid))
        unit.notice = label
        if set(named) != set(unit.owners):
            unit.owners, unit.seal = named, label
        return set()

    def void(self, label: str) -> Codes:
        """Void a notice that is still open."""
        notice = self.notices[label]
        if notice.status != "OPEN":
            return {"NOTICE_NOT_OPEN"}
        notice.status = "VOIDED"
        return set()

    def run_out(self) -> Codes:
        """Let so much time pass that every open notice runs out."""
        for notice in self.notices.values():
            notice.status = "EXPIRED" if notice.status == "OPEN" else notice.status
        return set()

    def _overtaken(self, label: str) -> bool:
        """Tell whether a notice that ran out counts no more: its unit is gone, or has a later one."""
        unit, later = self.notices[label].unit, list(self.notices)[list(self.notices).index(label) + 1 :]
        others = [self.notices[key] for key in later if self.notices[key].unit == unit]
        return not self.units[unit].active or any(one.status in {"OPEN", "PAID"} for one in others)

    def pay(self, label: str, amount: int, *, late: bool) -> Codes:
        """Let the bank report money: it is booked exactly, or kept in suspense (R-PAY-1…3).

        What was paid in time counts although the report comes late.
        """
        notice = self.notices[label]
        wrong = {"PAID": "ALREADY_PAID", "VOIDED": "NOTICE_NOT_OPEN"}.get(notice.status)
        if notice.status == "EXPIRED" and (late or self._overtaken(label)):
            wrong = "NOTICE_NOT_OPEN"
        if wrong is None and amount != notice.total:
            wrong = "AMOUNT_MISMATCH"
        if wrong is not None:
            self.suspended += 1
            return {wrong}
        notice.status = "PAID"
        unit = self.units[notice.unit]
        unit.paid += amount
        unit.supplement += amount if notice.is_supplement else 0
        return set()
