"""Kinds of orders over what was picked: building, unit and ownership change, and cancellation."""

from dataclasses import dataclass

from tests.machine.model import Books, Codes, Line, Order


def standing(books: Books, order: Order, line: Line) -> str | None:
    """Tell why a line does not fit what there is any more."""
    if order.kind == "buildingChange":
        building = books.buildings[line.target]
        gone = not building.active or building.estate != order.estate
        present = books.building_content(building)
    else:
        unit = books.units[line.target]
        gone = not unit.active or books.estate_of(unit) != order.estate
        owned = order.kind == "ownershipChange"
        present = books.owners_content(unit) if owned else books.unit_content(unit)
    return "UNIT_NOT_ACTIVE" if gone else "STALE_DATA" if present != line.before else None


def stands(books: Books, order: Order, *, changes: bool = True) -> Codes:
    """Tell that nothing was picked or changed, or why what was picked does not fit any more."""
    if not order.lines:
        return {"FIELD_REQUIRED"}
    found = {wrong for line in order.lines if (wrong := standing(books, order, line))}
    if not found and changes and not any(line.changed for line in order.lines):
        return {"NO_CHANGES"}
    return found


def noticed(books: Books, order: Order) -> Codes:
    """Tell that a unit has an open notice, on which it must stay as it was printed (R-GEN-3)."""
    open_one = any(books.is_open(books.units[line.target]) for line in order.lines)
    return {"UNIT_HAS_OPEN_NOTICE"} if open_one else set()


def _targets(order: Order) -> set[str]:
    return {line.target for line in order.lines}


class BuildingChange:
    """Building change: name, year, and the estate to which all moves with its money."""

    def check(self, books: Books, order: Order) -> Codes:
        """Names stay single in an estate; what moves has no open notice and keeps its bank."""
        found = stands(books, order)
        if found:
            return found
        afterwards = [(line.after["estate"], line.after["name"]) for line in order.lines]
        touched = _targets(order)
        others = [one for key, one in books.buildings.items() if one.active and key not in touched]
        names = {(one.estate, one.name) for one in others}
        if len(set(afterwards)) < len(afterwards) or set(afterwards) & names:
            found.add("DUPLICATE_BUILDING")
        for line in self._moved(order):
            banks = {books.estates[line.before["estate"]].bank, books.estates[line.after["estate"]].bank}
            found |= {"BANK_DIFFERS"} if len(banks) > 1 else set()
            units = books.units_in(line.target)
            found |= {"UNIT_HAS_OPEN_NOTICE"} if any(books.is_open(one) for _, one in units) else set()
        return found

    def locks(self, books: Books, order: Order) -> set[str]:
        """Hold the buildings, and what is in those that move."""
        moved = {key for line in self._moved(order) for key, _ in books.units_in(line.target)}
        return _targets(order) | moved

    def apply(self, books: Books, order: Order) -> None:
        """Rename and move; units and money go along by themselves."""
        for line in order.lines:
            building = books.buildings[line.target]
            building.estate, building.name, building.year = (
                line.after["estate"],
                line.after["name"],
                line.after["year"],
            )

    def _moved(self, order: Order) -> list[Line]:
        return [line for line in order.lines if "estate" in line.changed]


@dataclass(frozen=True)
class _Due:
    """What a line makes of a unit's due, and what then goes back."""

    due: int
    refund: int


class UnitChange:
    """Unit change: place, use, size and lift; a lower due sends money back (domain.md §3.2)."""

    def check(self, books: Books, order: Order) -> Codes:
        """Places are free as all will stand, notices are closed, and refunds are confirmed where asked."""
        found = stands(books, order)
        if found:
            return found
        found = noticed(books, order) | self._places(books, order)
        refunds = {line.target for line in order.lines if self._worth(books, line).refund}
        if books.rules.refund_prompt and refunds and not (order.confirmed and refunds <= order.covered):
            found.add("REFUND_CONFIRMATION_REQUIRED")
        return found

    def _places(self, books: Books, order: Order) -> Codes:
        names = {one.name: key for key, one in books.buildings_in(order.estate)}
        touched = _targets(order)
        taken = {
            (unit.building, unit.floor, unit.room)
            for key, unit in books.units.items()
            if unit.active and key not in touched
        }
        found: Codes = set()
        for line in order.lines:
            building = names.get(line.after["building"])
            if building is None:
                found.add("VALUE_UNKNOWN")
                continue
            place = building, line.after["floor"], line.after["room"]
            found |= {"DUPLICATE_UNIT"} if place in taken else set()
            taken.add(place)
        return found

    def _worth(self, books: Books, line: Line) -> _Due:
        unit, after = books.units[line.target], line.after
        if not {"area", "lift", "usage"} & line.changed.keys():
            return _Due(unit.due, 0)
        due = books.due(after["area"], after["usage"], lift=after["lift"])
        return _Due(due, max(unit.kept - due, 0) if due != unit.due else 0)

    def locks(self, _books: Books, order: Order) -> set[str]:
        """Hold the units."""
        return _targets(order)

    def apply(self, books: Books, order: Order) -> None:
        """Write what the units are now, what is due of them, and what goes back."""
        names = {one.name: key for key, one in books.buildings_in(order.estate)}
        for line in order.lines:
            if not line.changed:
                continue
            unit, worth, after = books.units[line.target], self._worth(books, line), line.after
            unit.building = names[after["building"]]
            unit.floor, unit.room, unit.area = after["floor"], after["room"], after["area"]
            unit.lift, unit.usage, unit.due = after["lift"], after["usage"], worth.due
            unit.promised += worth.refund


class Cancellation:
    """Unit cancellation: units are no more, and what they hold goes back."""

    def check(self, books: Books, order: Order) -> Codes:
        """Notices are voided first; whole buildings where the city wants that."""
        found = stands(books, order, changes=False)
        if found:
            return found
        found = noticed(books, order)
        if books.rules.whole_buildings and any(left for left in self._left(books, order).values()):
            found.add("BUILDING_NOT_WHOLE")
        return found

    def _left(self, books: Books, order: Order) -> dict[str, int]:
        """Count what stays in each building that the order touches."""
        touched = _targets(order)
        buildings = {books.units[target].building for target in touched}
        return {one: sum(key not in touched for key, _ in books.units_in(one)) for one in buildings}

    def locks(self, _books: Books, order: Order) -> set[str]:
        """Hold the units."""
        return _targets(order)

    def apply(self, books: Books, order: Order) -> None:
        """Take the units out of use, and a building with its last one."""
        empty = [building for building, left in self._left(books, order).items() if not left]
        for line in order.lines:
            unit = books.units[line.target]
            unit.active, unit.promised = False, unit.paid
        for building in empty:
            books.buildings[building].active = False


class OwnershipChange:
    """Ownership change: the owners are others, the money stays with the unit."""

    def check(self, books: Books, order: Order) -> Codes:
        """No open notice names the old owners, and a paid unit keeps somebody."""
        found = stands(books, order)
        if found:
            return found
        unowned = any(books.units[line.target].paid and not line.after["owners"] for line in order.lines)
        return noticed(books, order) | ({"OWNER_REQUIRED"} if unowned else set())

    def locks(self, _books: Books, order: Order) -> set[str]:
        """Hold the units."""
        return _targets(order)

    def apply(self, books: Books, order: Order) -> None:
        """Write the owners."""
        for line in order.lines:
            unit = books.units[line.target]
            if line.changed:
                unit.owners, unit.seal = line.after["owners"], line.after["seal"]
