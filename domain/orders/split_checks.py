"""What must hold of a split or merge: nothing comes or goes but walls (R-SPL-1 to R-SPL-5)."""

from collections.abc import Iterable, Iterator, Sequence

from domain.area import format_area
from domain.estate import unit_key
from domain.orders.facts import Facts, Line
from domain.orders.new_units import place_key
from domain.orders.split_groups import Group, Result, Source, group_lines, read_lines
from domain.people import Owner
from domain.problem import Problem, ProblemCode
from domain.shares import check_shares


def check_groups(lines: Sequence[Line], facts: Facts) -> list[Problem]:
    """Find everything wrong with a split or merge; each problem names its line.

    Whether the units belong together at all is asked first: what else is wrong follows from it.
    """
    sources, results = read_lines(lines)
    groups = group_lines(lines)
    unclear = [*_check_sources(sources, results), *_check_counts(groups)]
    if unclear:
        return unclear
    return [
        *_check_free(sources, facts),
        *_check_places(results, sources, facts),
        *(problem for group in groups for problem in _check_group(group, facts)),
    ]


def _say(code: ProblemCode, about: Source | Result, path: str = "lines", **params: str) -> Problem:
    return Problem(code, path, row=about.no, params={"room": about.content.room_no, **params})


def _check_sources(sources: Sequence[Source], results: Sequence[Result]) -> Iterator[Problem]:
    """Each picked unit is named, always together with the same others, and no unit that was not picked."""
    known = {source.content.code for source in sources}
    with_others: dict[str, frozenset[str]] = {}
    for result in results:
        together = frozenset(result.content.sources)
        if not together <= known:
            unknown = ";".join(code for code in result.content.sources if code not in known)
            params = {"label": "原房屋编号"}
            yield Problem(
                ProblemCode.VALUE_UNKNOWN, "sources", row=result.no, value=unknown[:200], params=params
            )
        groups = {with_others.setdefault(code, together) for code in together}
        if groups != {together}:
            yield _say(ProblemCode.SPLIT_MERGE_OVERLAP, result, "sources")
    for source in sources:
        if source.content.code not in with_others:
            yield _say(ProblemCode.SPLIT_MERGE_INCOMPLETE, source)


def _check_counts(groups: Iterable[Group]) -> Iterator[Problem]:
    """One becomes several, or several become others, within one building (domain.md §3.2)."""
    for group in groups:
        first, sources, results = group.results[0], len(group.sources), len(group.results)
        if sources == results == 1:
            yield _say(ProblemCode.NOT_SPLIT_OR_MERGED, first)
        houses = {place_key(row.content.building) for row in (*group.sources, *group.results)}
        if sources > 1 and results > 1 and len(houses) > 1:
            yield _say(ProblemCode.SPLIT_MERGE_BUILDINGS, first, "building")


def _check_free(sources: Sequence[Source], facts: Facts) -> Iterator[Problem]:
    """Neither an open notice nor an unpaid refund shall be left to a unit that is no more (R-GEN-3)."""
    for source in sources:
        known = facts.units[source.unit]
        if known.has_open_notice:
            yield _say(ProblemCode.UNIT_HAS_OPEN_NOTICE, source)
        if known.available < known.balance:
            yield _say(ProblemCode.UNIT_HAS_OPEN_REFUND, source)


def _check_places(results: Sequence[Result], sources: Sequence[Source], facts: Facts) -> Iterator[Problem]:
    """A unit comes to stand in a building of the estate, at a place that is free or becomes free."""
    leaving = {source.unit for source in sources}
    taken = {place for place, unit in facts.places.items() if unit not in leaving}
    first: dict[tuple[str, str], int] = {}
    for result in results:
        unit = result.content
        building = place_key(unit.building)
        if building not in facts.own_buildings:
            params = {"label": "新楼栋"}
            yield Problem(
                ProblemCode.VALUE_UNKNOWN, "building", row=result.no, value=unit.building, params=params
            )
            continue
        place = building, unit_key("", unit.section, unit.floor, unit.room_no)
        earlier = first.setdefault(place, result.no)
        if earlier != result.no:
            yield _say(ProblemCode.DUPLICATE_UNIT, result, "room_no", row=str(earlier))
        elif place in taken:
            yield _say(ProblemCode.DUPLICATE_UNIT, result, "room_no")


def _check_group(group: Group, facts: Facts) -> Iterator[Problem]:
    yield from _check_area(group)
    yield from _check_category(group, facts)
    yield from _check_owners(group, facts)


def _check_area(group: Group) -> Iterator[Problem]:
    """The areas are the same in all (R-SPL-1); a new survey is a matter of a unit change."""
    before = sum(source.content.gross_area for source in group.sources)
    after = sum(result.content.gross_area for result in group.results)
    if before != after:
        params = {"before": format_area(before), "after": format_area(after)}
        yield _say(ProblemCode.AREA_NOT_CONSERVED, group.results[0], "gross_area", **params)


def _check_category(group: Group, facts: Facts) -> Iterator[Problem]:
    """What is due is carried over, so nothing may become what another rate holds for (R-SPL-5)."""
    rates = {_rated(source, facts) for source in group.sources}
    for result in group.results:
        if rates != {_rated(result, facts)}:
            yield _say(ProblemCode.RATE_CATEGORY_CHANGED, result, "usage")


def _rated(row: Source | Result, facts: Facts) -> tuple[str, bool]:
    return facts.city.rate_category(row.content.usage).value, row.content.has_lift


def _check_owners(group: Group, facts: Facts) -> Iterator[Problem]:
    """Owners stay; where they differ from unit to unit, somebody must say who owns the whole (R-SPL-2)."""
    present = {_people(facts.owners.get(source.unit, ())) for source in group.sources}
    for result in group.results:
        owners = result.content.owners
        if len(present) > 1 and not owners:
            yield _say(ProblemCode.OWNERS_DIFFER, result, "owners")
        if not owners:
            continue
        if len(present) == 1 and _people(owners) not in present:
            yield _say(ProblemCode.OWNERS_STAY, result, "owners")
        if len({owner.id_number.blind for owner in owners}) < len(owners):
            yield Problem(ProblemCode.DUPLICATE_OWNER, "owners", row=result.no)
        wrong = check_shares([owner.share for owner in owners], "owners")
        if wrong is not None:
            yield Problem(wrong.code, wrong.path, row=result.no, params=wrong.params)


def _people(owners: Iterable[Owner]) -> frozenset[tuple[str, str, str | None]]:
    return frozenset((owner.id_type, owner.id_number.blind, owner.share) for owner in owners)
