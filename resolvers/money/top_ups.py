"""Top-ups by workbook (续筹): units exported, amounts filled in, one notice made of them [J 1.4.3]."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy import Text, select

from db.given import among
from db.tables.estates import Building, Estate, Unit
from db.tables.money import Notice, NoticeLine
from domain.batch import nothing_left
from domain.clock import business_day
from domain.custom_deposits import check_top_up, check_total
from domain.deposits import DepositType, NoticeStatus
from domain.problem import Invalid, Problem, ProblemCode
from domain.switch import NoticeKind
from domain.top_up_rows import TOP_UP_AMOUNT, asked_amounts
from reports.sheets import SHEETS
from reports.workbook import read, write
from resolvers.act import Done, Outcome, Refused, Work
from resolvers.door import see
from resolvers.files import store_file
from resolvers.money.batch_cases import Batch, Selection, developer_of, told
from resolvers.money.custom_cases import (
    FEATURE,
    case_is_low,
    enter,
    load_custom,
    payees_of,
    tick,
    weigh_top_up,
)
from resolvers.money.customs import check_resolution, made, write_custom
from resolvers.money.demands import Case, check_locks
from resolvers.money.shared_notices import find_repeated
from resolvers.money.top_up_tokens import TopUpTokens
from resolvers.visit import Visit
from resolvers.workbooks import XLSX, HandedIn, ImportAnswer, Intake, take_in

_ACT = "customDepositImport"
_SHEET = SHEETS["TOP_UP"]

Rows = Mapping[int, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class FilledIn:
    """A workbook of top-ups with its amounts, and the file of the owners' resolution behind them [CC-278]."""

    estate: UUID
    name: str
    data: bytes
    resolution: UUID | None = None


async def export_top_up(work: Work, picked: Selection, *, only_low: bool) -> Outcome:
    """Write the ticked units with what is left of each, bound by one token to be asked for together."""
    estate = await enter(work, picked.estate)
    if isinstance(estate, Refused):
        return estate
    units = await tick(work, estate, picked)
    if isinstance(units, Refused):
        return units
    batch = await weigh_top_up(work, estate, units, only_low=only_low)
    if batch.problems:
        return Refused(tuple(replace(problem, path="unitIds") for problem in batch.problems))
    if not batch.fresh:
        return Refused(nothing_left(batch.skipped))
    export = work.new_id()
    tokens = TopUpTokens(work.visit.desk.sealer, estate.city, estate.id)
    rows = [
        {**_row(work, batch, case), "token": tokens.write(export, case.unit.code)} for case in batch.fresh
    ]
    await work.visit.tell_progress(0, len(rows))
    try:
        data = await write(_SHEET, work.city, rows)
    except Invalid as beyond:
        return Refused.because(beyond.problem)
    file = await store_file(work, f"{estate.name}-{_SHEET.title}.xlsx", XLSX, data, estate.org_id)
    low = sum(map(case_is_low, batch.fresh))
    return Done(
        "File", (file,), {"units": len(rows), "low": low, "export": export.hex, **told(batch.skipped)}
    )


def _row(work: Work, batch: Batch, case: Case) -> dict[str, object]:
    unit, account = case.unit, case.account
    return {
        "code": unit.code,
        "building": case.building.name,
        "section": unit.section or None,
        "floor": unit.floor,
        "room_no": unit.room_no,
        "address": unit.address,
        "owners": "、".join(owner.name for owner in payees_of(work, batch.developer, case)),
        "gross_area": unit.gross_area,
        "paid_first": account.paid_first,
        "balance": account.balance,
        "low": "是" if case_is_low(case) else "否",
    }


async def import_top_up(visit: Visit, given: FilledIn, *, key: str | None, dry_run: bool) -> ImportAnswer:
    """Take the amounts in and make the notice, unless one row is wrong; then nothing is written.

    Whatever is wrong, with a cell or with a unit, is told beside its row in a copy of the workbook.
    """
    await see(visit, Estate, given.estate)
    if not visit.city.custom_deposit:
        return ImportAnswer(Refused.because(FEATURE), problem_count=1)
    reading = await read(given.data, _SHEET, visit.city, business_day(visit.now), name=given.name)
    book = HandedIn(given.name, given.data, _SHEET, reading)

    async def admit(work: Work) -> Refused | None:
        estate = await enter(work, given.estate)
        return estate if isinstance(estate, Refused) else None

    async def effect(work: Work, rows: Rows) -> Outcome:
        return await _take_in(work, given, rows)

    asked = {"estate": given.estate.hex, "resolution": given.resolution and given.resolution.hex}
    return await take_in(visit, book, Intake(_ACT, asked, admit, effect), key=key, dry_run=dry_run)


async def _take_in(work: Work, given: FilledIn, every: Rows) -> Outcome:
    estate = await enter(work, given.estate)
    if isinstance(estate, Refused):
        return estate
    wrong = await check_resolution(work, estate, given.resolution)
    if wrong is not None:
        return Refused.because(wrong)
    amounts = asked_amounts(every)
    if not amounts:
        params = {"label": TOP_UP_AMOUNT.label}
        return Refused.because(Problem(ProblemCode.FIELD_REQUIRED, "file", params=params))
    # Every row is looked at, also one without an amount: the sheet is of one export or it is none.
    export = TopUpTokens(work.visit.desk.sealer, estate.city, estate.id).export_of(every)
    if not isinstance(export, UUID):
        return Refused(export)
    units = await _find(work, estate, {str(every[number]["code"]): number for number in amounts})
    if isinstance(units, Refused):
        return units
    cases = await load_custom(work, list(units))
    for case in cases:
        case.place = units[case.unit.id]
        case.amount = amounts[case.place]
        # What stood against it was said by its place among the units.
        case.problems = [replace(problem, row=case.place) for problem in case.problems]
    return await _make(work, estate, cases, export, given.resolution)


async def _find(work: Work, estate: Estate, rows: Mapping[str, int]) -> Mapping[UUID, int] | Refused:
    """Find the units of rows, which come by their codes, in the order of the building table."""
    found = await work.session.execute(
        select(Unit.id, Unit.code)
        .join(Building, (Building.city == Unit.city) & (Building.id == Unit.building_id))
        .where(Unit.city == estate.city, Unit.estate_id == estate.id, among(Unit.code, list(rows), Text()))
        .order_by(Building.position, Building.id, Unit.section_key, Unit.floor, Unit.room_key, Unit.id)
    )
    units = {unit: rows[code] for unit, code in found}
    gone = sorted(set(rows.values()) - set(units.values()))
    if not gone:
        return units
    params = {"label": "房屋", "allowed": "所选物业区域的房屋"}
    return Refused(
        tuple(Problem(ProblemCode.VALUE_UNKNOWN, "room_no", row=row, params=params) for row in gone)
    )


async def _make(
    work: Work, estate: Estate, cases: Sequence[Case], export: UUID, resolution: UUID | None
) -> Outcome:
    """Make the notice, or give the open one that the sheet made before (R-NOT-1)."""
    developer = await developer_of(work, estate)
    batch = Batch(estate, developer, cases, (), (), DepositType.TOPUP)
    if all(case.notice is not None for case in cases) and not batch.problems:
        present = await find_repeated(
            work, NoticeKind.CUSTOM, cases, lambda case: payees_of(work, developer, case)
        )
        if present is not None and (present.top_up_id, present.resolution_file_id) == (export, resolution):
            return made(batch, present.id, fresh=False)
    await check_locks(work, cases)
    asked = await _asked_before(work, export, cases)
    for case in cases:
        _check(case, asked.get(case.unit.id))
    if batch.problems:
        return Refused(tuple(_of_row(problem) for problem in batch.problems))
    beyond = check_total(sum(case.amount for case in cases))
    if beyond is not None:
        return Refused.because(beyond)
    notice = await write_custom(work, batch, {"top_up_id": export, "resolution_file_id": resolution})
    return made(batch, notice)


def _check(case: Case, paid: str | None) -> None:
    """Find what stands against a unit's top-up besides locks and a unit that is in use no more."""
    if case.notice is not None:
        params = {"notice_no": case.notice.notice_no}
        case.refuse(Problem(ProblemCode.UNIT_HAS_OPEN_NOTICE, params=params))
    if paid is not None:
        case.refuse(Problem(ProblemCode.ALREADY_PAID, params={"notice_no": paid}))
    first = check_top_up(case.sums)
    if first is not None and not case.problems:
        case.refuse(first)


async def _asked_before(work: Work, export: UUID, cases: Sequence[Case]) -> Mapping[UUID, str]:
    """Find by which paid notice a unit gave what this very sheet asks: nobody pays one sheet twice."""
    found = await work.session.execute(
        select(NoticeLine.unit_id, Notice.notice_no)
        .join(Notice, (Notice.city == NoticeLine.city) & (Notice.id == NoticeLine.notice_id))
        .where(
            Notice.city == work.actor.city,
            Notice.top_up_id == export,
            Notice.status == NoticeStatus.PAID.value,
            among(NoticeLine.unit_id, [case.unit.id for case in cases]),
        )
    )
    return {unit: number for unit, number in found}  # noqa: C416 - rows are no mapping


def _of_row(problem: Problem) -> Problem:
    """Say a problem of a unit beside the amount that was asked of it."""
    return replace(problem, path=TOP_UP_AMOUNT.name)
