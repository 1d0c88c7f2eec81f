"""The owners of a batch deposit by workbook: given out, taken in, and the notice made [L 2.3.1]."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from db.tables.estates import Estate
from domain.batch import MAX_UNITS, Terms, check_terms, nothing_left
from domain.clock import business_day
from domain.people import NumberKind
from domain.problem import Invalid, Problem, ProblemCode
from domain.switch import BatchNoticeIssue, Demand
from reports.sheets import SHEETS
from reports.workbook import read, write
from resolvers.act import Done, Outcome, Refused, Work
from resolvers.door import fetch, see
from resolvers.files import store_file
from resolvers.money.batch_cases import RIGHT, Selection, check_contracts, select_units, told, weigh
from resolvers.money.batch_rows import UnitRows, Values, find_units, read_payees, record_payees
from resolvers.money.batches import conclude
from resolvers.money.demands import Case
from resolvers.visit import Visit
from resolvers.workbooks import XLSX, HandedIn, ImportAnswer, Intake, take_in

_ACT = "batchDepositImport"
_SHEET = SHEETS["OWNER_IMPORT"]
FEATURE = Problem(
    ProblemCode.PROFILE_FEATURE_OFF, params={"feature": "批量交款录入业主", "instead": "PRESS_BUTTON"}
)


@dataclass(frozen=True, slots=True)
class Batched:
    """A filled-in workbook of a batch deposit, and what is asked once for all of it."""

    estate: UUID
    name: str
    data: bytes
    terms: Terms
    ignore_missing_contract: bool = False


async def export_owners(work: Work, picked: Selection) -> Outcome:
    """Write the units for which something is due, with their recorded owners, to be filled in.

    Personal numbers leave only to who may see them clear; others get masked ones, which the import knows
    again.
    """
    units = await select_units(work, picked)
    if isinstance(units, Refused):
        return units
    if work.city.batch_deposit_needs_owners is Demand.OFF:
        return Refused.because(FEATURE)
    batch = await weigh(work, picked.estate, units)
    if batch.problems:
        return Refused(batch.problems)
    if not batch.fresh:
        return Refused(nothing_left(batch.skipped))
    estate = batch.estate
    clear = await work.visit.may("owner.view_pii", organization=estate.org_id, estate=estate.id)
    rows = [row for case in batch.fresh for row in _rows_of(work, case, clear=clear.allowed)]
    await work.visit.tell_progress(0, len(rows))
    try:
        data = await write(_SHEET, work.city, rows)
    except Invalid as beyond:
        return Refused.because(beyond.problem)
    name = f"{estate.name}-{_SHEET.title}.xlsx"
    file = await store_file(work, name, XLSX, data, estate.org_id)
    detail = {"units": len(batch.fresh), **told(batch.skipped), "clearNumbers": clear.allowed}
    return Done("File", (file,), detail)


def _rows_of(work: Work, case: Case, *, clear: bool) -> Iterator[Mapping[str, object]]:
    """Write a unit's rows: one for each recorded owner, or one to fill in."""
    reveal = work.visit.desk.sealer.reveal
    place: dict[str, object] = {
        "code": case.unit.code,
        "building": case.building.name,
        "section": case.unit.section or None,
        "floor": case.unit.floor,
        "room_no": case.unit.room_no,
    }
    if not case.present:
        yield place
    several = len(case.present) > 1
    for row in case.present:
        number, mobile = row.id_number_masked, row.mobile_masked
        if clear:
            number = reveal(NumberKind.ID_NUMBER, row.id_number_cipher)
            mobile = reveal(NumberKind.MOBILE, row.mobile_cipher)
        yield {
            **place,
            "name": row.name,
            "id_type": row.id_type,
            "id_number": number,
            "mobile": mobile,
            "share": row.share,
            "position": row.position if several else None,
        }


async def import_owners(visit: Visit, given: Batched, *, key: str | None, dry_run: bool) -> ImportAnswer:
    """Take the owners in and make the notice, unless one row is wrong; then nothing is written.

    Whatever is wrong, with a cell or with a unit, is told beside its row in a copy of the workbook. The file
    is read before the transaction begins, so that no row waits for it.
    """
    await see(visit, Estate, given.estate)
    if visit.city.batch_deposit_needs_owners is Demand.OFF:
        return ImportAnswer(Refused.because(FEATURE), problem_count=1)
    reading = await read(given.data, _SHEET, visit.city, business_day(visit.now), name=given.name)
    book = HandedIn(given.name, given.data, _SHEET, reading)

    async def admit(work: Work) -> Refused | None:
        await fetch(work, Estate, given.estate, RIGHT)
        return check_asked(work, given.terms)

    async def effect(work: Work, rows: Mapping[int, Values]) -> Outcome:
        return await _take_in(work, given, rows)

    asked = {
        "estate": given.estate.hex,
        "terms": given.terms,
        "ignoreMissingContract": given.ignore_missing_contract,
    }
    return await take_in(visit, book, Intake(_ACT, asked, admit, effect), key=key, dry_run=dry_run)


def check_asked(work: Work, terms: Terms) -> Refused | None:
    """Where the import makes the notice, it asks for the terms; elsewhere the button does."""
    if work.city.batch_notice_issue is BatchNoticeIssue.AUTO_AFTER_IMPORT:
        wrong = check_terms(work.city, terms)
        return Refused(wrong) if wrong else None
    if terms.is_empty:
        return None
    feature = {"feature": "导入时开具批量通知单", "instead": "SAY_LATER"}
    return Refused.because(Problem(ProblemCode.PROFILE_FEATURE_OFF, "payMode", params=feature))


async def _take_in(work: Work, given: Batched, rows: Mapping[int, Values]) -> Outcome:
    estate = await fetch(work, Estate, given.estate, RIGHT)
    units = check_asked(work, given.terms) or await _find(work, estate, rows)
    if isinstance(units, Refused):
        return units
    firsts = [min(numbered) for numbered in units.values()]
    batch = await weigh(work, estate.id, list(units), firsts)
    named = read_payees(work, batch, units)
    makes = work.city.batch_notice_issue is BatchNoticeIssue.AUTO_AFTER_IMPORT
    if makes:
        check_contracts(work, batch.fresh, ignore=given.ignore_missing_contract)
    if batch.problems:
        return Refused(tuple(_of_row(problem) for problem in batch.problems))
    await record_payees(work, batch, named)
    if makes:
        return await conclude(work, batch, named.payees(work, batch), given.terms, path="file")
    if not batch.fresh:
        return Refused(nothing_left(batch.skipped))
    return Done("Estate", (estate.id,), {"units": len(batch.fresh), **told(batch.skipped)})


async def _find(work: Work, estate: Estate, rows: Mapping[int, Values]) -> UnitRows | Refused:
    units, unknown = await find_units(work, estate, rows)
    if unknown:
        return Refused(tuple(unknown))
    if len(units) > MAX_UNITS:
        params = {"label": "房屋", "max": str(MAX_UNITS)}
        return Refused.because(Problem(ProblemCode.LIMIT_EXCEEDED, "file", params=params))
    return units


def _of_row(problem: Problem) -> Problem:
    """Say a problem of a unit by its row in the workbook; the field's name is the last part of the path."""
    field = problem.path.rpartition(".")[2]
    return replace(problem, path="" if field.isdigit() else field)
