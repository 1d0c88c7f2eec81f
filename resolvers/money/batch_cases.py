"""The units of a batch deposit: which were chosen, what each owes, and which are left out (R-NOT-4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select

from db.given import among
from db.tables.estates import Building, Estate, Unit
from db.tables.organizations import Organization
from domain.batch import MAX_SKIPS, MAX_UNITS, Skip, SkipReason, batch_type, check_selection
from domain.deposits import DepositType, NoticeStatus, deposit_type, first_deposit
from domain.identity import BUSINESS_LICENCE
from domain.people import NumberKind, Owner
from domain.problem import Problem, ProblemCode
from domain.refusal import NotFound
from resolvers.act import Refused, Work
from resolvers.door import fetch
from resolvers.money.demands import Case, Demand, check_locks, find_open, load_cases
from resolvers.money.notices import close_notice
from resolvers.orders.words import as_json

RIGHT = "payment.batch_create"


@dataclass(frozen=True, slots=True)
class Selection:
    """What a developer ticked in an estate: buildings, units, or both."""

    estate: UUID
    buildings: Sequence[UUID] = ()
    units: Sequence[UUID] = ()


@dataclass(frozen=True, slots=True)
class Batch:
    """The chosen units, told apart.

    Attributes:
        fresh: Units for which a notice is to be made, in the order of the building table.
        noticed: Units that stand on an open notice.
        skipped: Everything that is left out, named.
        deposit_type: What the fresh ones owe.
    """

    estate: Estate
    developer: Organization
    fresh: Sequence[Case]
    noticed: Sequence[Case]
    skipped: Sequence[Skip]
    deposit_type: DepositType

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Everything that stands against the fresh ones."""
        return tuple(problem for case in self.fresh for problem in case.problems)


async def select_units(work: Work, picked: Selection) -> Sequence[UUID] | Refused:
    """Find the units that were ticked; a building stands for all its units in use.

    Raises:
        NotFound: Something of it is not there, not in the estate, or not the caller's to see.
    """
    estate = await fetch(work, Estate, picked.estate, RIGHT)
    wrong = check_selection(work.city, buildings=bool(picked.buildings), units=bool(picked.units))
    if wrong is not None:
        return Refused.because(wrong)
    return await find_ticked(work, estate, picked)


async def find_ticked(work: Work, estate: Estate, picked: Selection) -> Sequence[UUID] | Refused:
    """Find the ticked units of an estate in the order of the building table.

    Raises:
        NotFound: Something of it is not there, not in the estate, or not the caller's to see.
    """
    await _check_buildings(work, estate, picked.buildings)
    scope = await work.visit.sight(Unit)
    if scope is None:
        raise NotFound
    ticked = among(Unit.id, list(picked.units)) | (
        among(Unit.building_id, list(picked.buildings)) & (Unit.status == "ACTIVE")
    )
    found = list(
        await work.session.scalars(
            select(Unit.id)
            .join(Building, (Building.city == Unit.city) & (Building.id == Unit.building_id))
            .where(scope.clause(Unit), Unit.estate_id == estate.id, ticked)
            .order_by(Building.position, Building.id, Unit.section_key, Unit.floor, Unit.room_key, Unit.id)
            .limit(MAX_UNITS + 1)
        )
    )
    if len(found) > MAX_UNITS:
        params = {"label": "房屋", "max": str(MAX_UNITS)}
        return Refused.because(Problem(ProblemCode.LIMIT_EXCEEDED, "unitIds", params=params))
    if not set(picked.units) <= set(found):
        raise NotFound
    return found


async def _check_buildings(work: Work, estate: Estate, buildings: Sequence[UUID]) -> None:
    """See that the buildings are there, in the estate.

    Raises:
        NotFound: One of them is not.
    """
    if not buildings:
        return
    scope = await work.visit.sight(Building)
    if scope is None:
        raise NotFound
    found = await work.session.scalars(
        select(Building.id).where(
            scope.clause(Building), Building.estate_id == estate.id, among(Building.id, list(buildings))
        )
    )
    if set(found) != set(buildings):
        raise NotFound


async def weigh(work: Work, estate_id: UUID, units: Sequence[UUID], rows: Sequence[int] = ()) -> Batch:
    """Work out what each unit owes, and leave out what is paid or stands on an open notice.

    Args:
        work: The act under way.
        estate_id: The estate of all of them.
        units: The units, in the order in which they shall stand on the notice.
        rows: Where each stands in a workbook, if they came by one.
    """
    estate = await fetch(work, Estate, estate_id, RIGHT)
    cases = await load_cases(work, [Demand(unit) for unit in units])
    for case, row in zip(cases, rows, strict=False):
        case.place = row
    for notice in await find_open(work, cases):
        await close_notice(work, notice, NoticeStatus.EXPIRED)
    skipped, owing, noticed = _tell_apart(cases)
    kind = batch_type(case.sums for case in owing)
    others = [case for case in owing if deposit_type(case.sums) is not kind]
    fresh = [case for case in owing if deposit_type(case.sums) is kind]
    skipped += [skip_of(case, SkipReason.SUPPLEMENT_DUE) for case in others]
    await check_locks(work, fresh)
    return Batch(estate, await developer_of(work, estate), fresh, noticed, skipped, kind)


def _tell_apart(cases: Sequence[Case]) -> tuple[list[Skip], list[Case], list[Case]]:
    """Tell who is left out, who owes something, and who of those stands on an open notice already."""
    skipped: list[Skip] = []
    owing: list[Case] = []
    noticed: list[Case] = []
    for case in cases:
        if case.unit.status != "ACTIVE":
            case.refuse(Problem(ProblemCode.UNIT_NOT_ACTIVE))
            owing.append(case)
            continue
        amount = first_deposit(case.sums)
        case.amount = 0 if isinstance(amount, Problem) else amount
        if case.notice is not None:
            noticed.append(case)
            skipped.append(skip_of(case, SkipReason.OPEN_NOTICE))
        elif case.amount:
            owing.append(case)
        else:
            skipped.append(skip_of(case, SkipReason.FULLY_PAID))
    return skipped, owing, noticed


def skip_of(case: Case, reason: SkipReason) -> Skip:
    """Name a unit that is left out, with its open notice where it is that which stands in the way."""
    notice = case.notice if reason is SkipReason.OPEN_NOTICE else None
    return Skip(case.unit.code, case.room, reason, None if notice is None else notice.notice_no)


async def developer_of(work: Work, estate: Estate) -> Organization:
    """Read the developer, who takes the notice to the bank [J 1.4.3 step 5]."""
    return await work.session.get_one(Organization, (estate.city, estate.org_id))


def developer_owner(work: Work, developer: Organization, phone: str = "") -> Owner:
    """Give the developer as whoever stands on a row; its credit code travels under 营业执照 [L 2.3.1 s5]."""
    seal = work.visit.desk.sealer
    return Owner(
        name=developer.name,
        id_type=BUSINESS_LICENCE,
        id_number=seal(NumberKind.ID_NUMBER, developer.uscc),
        mobile=seal(NumberKind.MOBILE, phone or developer.contact_mobile),
    )


def check_contracts(work: Work, cases: Sequence[Case], *, ignore: bool) -> None:
    """Ask for the contract numbers that are missing, unless they shall be filed by hand [J 1.4.1 note]."""
    if not work.city.contract_prompt or ignore:
        return
    for case in cases:
        if not case.linked:
            case.refuse(Problem(ProblemCode.CONTRACT_NO_MISSING, params={"units": case.room}))


def place_of(case: Case) -> dict[str, Any]:
    """Freeze where a unit was when it came on the notice."""
    unit = case.unit
    return {
        "building": case.building.name,
        "section": unit.section,
        "floor": unit.floor,
        "room_no": unit.room_no,
    }


def told(skipped: Sequence[Skip]) -> dict[str, Any]:
    """Say what was left out, for the audit and for the answer, also when it is asked for again."""
    return {"skipped": [as_json(skip) for skip in skipped[:MAX_SKIPS]], "skippedCount": len(skipped)}
