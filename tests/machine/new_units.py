"""Kinds of orders that bring units: collection, supplement, split and merge (domain.md §3.2)."""

from collections.abc import Iterator

from tests.machine.model import Books, Building, Codes, Line, Order, Unit
from tests.machine.picked import noticed, stands


def _places(order: Order) -> list[tuple[str, int, str]]:
    """List where an order's new units shall stand."""
    rows = [line.after for line in order.lines if line.is_new]
    return [(row["building"], row["floor"], row["room"]) for row in rows]


def _taken(books: Books, order: Order) -> bool:
    """Tell whether a new unit would stand where another stands that does not go."""
    names = {one.name: key for key, one in books.buildings_in(order.estate)}
    going = {line.target for line in order.lines}
    stand = {
        (unit.building, unit.floor, unit.room)
        for key, unit in books.units.items()
        if unit.active and key not in going
    }
    return any((names.get(building), floor, room) in stand for building, floor, room in _places(order))


def _reserved(order: Order) -> set[str]:
    return {f"{order.estate}/{building}/{floor}/{room}" for building, floor, room in _places(order)}


def _build(books: Books, order: Order) -> None:
    """Put new units into buildings of those names, which are made where there is none."""
    names = {one.name: key for key, one in books.buildings_in(order.estate)}
    for line in order.lines:
        after = line.after
        if after["building"] not in names:
            key = f"{line.target}.{after['building']}"
            names[after["building"]] = key
            books.buildings[key] = Building(order.estate, after["building"])
        due = books.due(after["area"], after["usage"], lift=after["lift"])
        place = names[after["building"]], after["floor"], after["room"]
        books.units[line.target] = Unit(*place, after["area"], after["lift"], after["usage"], due)


class Collection:
    """Estate collection: a new estate with its buildings, units and accounts."""

    def check(self, books: Books, order: Order) -> Codes:
        """The name must be free, and there must be units, none of them twice."""
        found: Codes = set() if order.lines else {"FIELD_REQUIRED"}
        found |= {"DUPLICATE_UNIT"} if len(set(_places(order))) < len(order.lines) else set()
        return found | ({"ESTATE_EXISTS"} if books.estates[order.estate].id else set())

    def locks(self, _books: Books, order: Order) -> set[str]:
        """Hold the name."""
        return {order.estate}

    def apply(self, books: Books, order: Order) -> None:
        """Build it."""
        books.estates[order.estate].id = "new"
        _build(books, order)


class Supplement:
    """Unit supplement: further units of an estate, in its buildings or in new ones."""

    def check(self, books: Books, order: Order) -> Codes:
        """There must be units, none of them twice or where another stands."""
        found: Codes = set() if order.lines else {"FIELD_REQUIRED"}
        twice = len(set(_places(order))) < len(order.lines)
        return found | ({"DUPLICATE_UNIT"} if twice or _taken(books, order) else set())

    def locks(self, _books: Books, order: Order) -> set[str]:
        """Reserve the places."""
        return _reserved(order)

    def apply(self, books: Books, order: Order) -> None:
        """Build them."""
        _build(books, order)


def share_out(total: int, areas: list[int]) -> list[int]:
    """Share fen out by area: largest remainder, ties to the earlier row (M4)."""
    whole = sum(areas)
    parts = [total * area // whole for area in areas]
    by_rest = sorted(range(len(areas)), key=lambda place: (-(total * areas[place] % whole), place))
    for place in by_rest[: total - sum(parts)]:
        parts[place] += 1
    return parts


class SplitMerge:
    """Split and merge: units give way to others, with their area and all their money (R-SPL-1 to 5)."""

    def check(self, books: Books, order: Order) -> Codes:
        """Everything belongs together; then nothing but walls may come and go."""
        picked, results = self._picked(order), [line for line in order.lines if line.is_new]
        found = stands(books, Order(order.kind, order.estate, lines=picked), changes=False)
        if found:
            return found
        if not results:
            return {"FIELD_REQUIRED"}
        return self._unclear(order) or self._wrong(books, order)

    def _picked(self, order: Order) -> list[Line]:
        return [line for line in order.lines if not line.is_new]

    def _groups(self, order: Order) -> Iterator[tuple[list[Line], list[Line]]]:
        """Give what goes together: the sources that results name, and those results."""
        known = {line.target: line for line in self._picked(order)}
        named: dict[frozenset[str], list[Line]] = {}
        for line in order.lines:
            if line.is_new:
                named.setdefault(frozenset(line.after["sources"]), []).append(line)
        for results in named.values():
            sources = results[0].after["sources"]
            if set(sources) <= known.keys():
                yield [known[one] for one in sources], results

    def _unclear(self, order: Order) -> Codes:
        found: Codes = set()
        known = {line.target for line in self._picked(order)}
        first: dict[str, frozenset[str]] = {}
        for line in order.lines:
            if line.is_new:
                together = frozenset(line.after["sources"])
                found |= set() if together <= known else {"VALUE_UNKNOWN"}
                groups = {first.setdefault(one, together) for one in together}
                found |= set() if groups == {together} else {"SPLIT_MERGE_OVERLAP"}
        found |= set() if known <= first.keys() else {"SPLIT_MERGE_INCOMPLETE"}
        for sources, results in self._groups(order):
            found |= {"NOT_SPLIT_OR_MERGED"} if len(sources) == len(results) == 1 else set()
            where = {line.before["building"] for line in sources}
            where |= {line.after["building"] for line in results}
            many = len(sources) > 1 and len(results) > 1
            found |= {"SPLIT_MERGE_BUILDINGS"} if many and len(where) > 1 else set()
        return found

    def _wrong(self, books: Books, order: Order) -> Codes:
        picked = self._picked(order)
        found = noticed(books, Order(order.kind, order.estate, lines=picked))
        if any(books.units[line.target].promised for line in picked):
            found.add("UNIT_HAS_OPEN_REFUND")
        names = {one.name for _, one in books.buildings_in(order.estate)}
        places = [place for place in _places(order) if place[0] in names]
        found |= {"VALUE_UNKNOWN"} if len(places) < len(_places(order)) else set()
        found |= {"DUPLICATE_UNIT"} if len(set(places)) < len(places) or _taken(books, order) else set()
        for sources, results in self._groups(order):
            surplus = sum(line.after["area"] for line in results)
            surplus -= sum(line.before["area"] for line in sources)
            found |= {"AREA_NOT_CONSERVED"} if surplus else set()
            rated = {_rated(line.before) for line in sources}
            rerated = any({_rated(line.after)} != rated for line in results)
            found |= {"RATE_CATEGORY_CHANGED"} if rerated else set()
            owners = {frozenset(books.units[line.target].owners) for line in sources}
            found |= {"OWNERS_DIFFER"} if len(owners) > 1 else set()
        return found

    def locks(self, _books: Books, order: Order) -> set[str]:
        """Hold the units that go, and the places of those that come."""
        return {line.target for line in self._picked(order)} | _reserved(order)

    def apply(self, books: Books, order: Order) -> None:
        """Carry everything over by area, kind of money by kind of money."""
        names = {one.name: key for key, one in books.buildings_in(order.estate)}
        for sources, results in list(self._groups(order)):
            gone = [books.units[line.target] for line in sources]
            areas = [line.after["area"] for line in results]
            dues = share_out(sum(unit.due for unit in gone), areas)
            first = share_out(sum(unit.paid - unit.supplement for unit in gone), areas)
            more = share_out(sum(unit.supplement for unit in gone), areas)
            for line, due, paid, added in zip(results, dues, first, more, strict=True):
                after, owners = line.after, gone[0].owners
                place = names[after["building"]], after["floor"], after["room"]
                unit = Unit(*place, after["area"], after["lift"], after["usage"], due, paid + added, added)
                unit.owners, unit.seal = owners, line.target if owners else ""
                books.units[line.target] = unit
            for unit in gone:
                unit.active, unit.end = False, "SPLIT" if len(gone) == 1 else "MERGED"
                unit.due = unit.paid = unit.supplement = 0


def _rated(row: dict[str, object]) -> tuple[object, object]:
    return row["usage"], row["lift"]
