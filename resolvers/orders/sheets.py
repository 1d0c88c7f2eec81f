"""An order's workbook: taken in whole, given out for correction, handed back with its problems marked."""

import hashlib
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from db.tables.orders import BusinessOrder
from domain.clock import business_day
from domain.orders.facts import Line
from domain.orders.rows import RowForm
from domain.problem import Problem, ProblemCode
from reports.sheet import Sheet
from reports.sheets import SHEETS
from reports.workbook import read, write
from resolvers.act import Done, Outcome, Refused, Work, act
from resolvers.door import fetch, see
from resolvers.files import store_file
from resolvers.orders.completing import complete_rows
from resolvers.orders.editing import open_for_editing
from resolvers.orders.facts import kind_of, load_lines
from resolvers.orders.lines import store_lines
from resolvers.orders.rounds import form_of, give_back, is_picked, unit_codes
from resolvers.orders.sources import mark_row, read_sources
from resolvers.visit import Visit
from resolvers.workbooks import XLSX, HandedIn, ImportAnswer, hand_back


async def import_lines(
    visit: Visit, order_id: UUID, name: str, data: bytes, *, key: str | None, dry_run: bool
) -> ImportAnswer:
    """Read a workbook and put its units in the place of the order's lines, unless one row is wrong.

    The file is read before the transaction begins, so that no row waits for it.
    """
    order = await see(visit, BusinessOrder, order_id)
    sheet = sheet_of(order)
    if sheet is None:
        return ImportAnswer(
            Refused.because(Problem(ProblemCode.PROFILE_FEATURE_OFF, "file")), problem_count=1
        )
    reading = await read(data, sheet, visit.city, business_day(visit.now), name=name)
    if reading.problem_count:
        return await refuse_workbook(visit, order_id, HandedIn(name, data, sheet, reading), dry_run=dry_run)
    rows = {row.number: row.values for row in reading.rows}

    async def effect(work: Work) -> Outcome:
        editable = await open_for_editing(work, order_id, None)
        if isinstance(editable, Refused):
            return editable
        if is_picked(editable):
            return await give_back(work, editable, rows)
        known = read_sources(work, editable, rows)
        if isinstance(known, Refused):
            return known
        whole = await complete_rows(work, editable, form_of(editable), dict(zip(rows, known, strict=True)))
        if isinstance(whole, Refused):
            return whole
        return await store_lines(work, editable, list(whole.values()), replace=True)

    given = {"order": order_id.hex, "sha256": hashlib.sha256(data).hexdigest()}
    outcome = await act(visit, "orderImport", effect, given=given, key=key, dry_run=dry_run)
    remarks = tuple(notice.message(visit.language) for notice in reading.notices)
    count = len(outcome.problems) if isinstance(outcome, Refused) else 0
    return ImportAnswer(outcome, len(rows), count, remarks)


def sheet_of(order: BusinessOrder) -> Sheet | None:
    """Give the workbook by which an order's lines may come, if there is one."""
    name = kind_of(order).sheet
    return SHEETS[name] if name else None


async def refuse_workbook(
    visit: Visit, order_id: UUID, book: HandedIn, *, dry_run: bool, act_name: str = "orderImport"
) -> ImportAnswer:
    """Say what is wrong, and keep the marked copy where a copy can be made; the order stays as it is."""

    async def admit(work: Work) -> Refused | None:
        editable = await open_for_editing(work, order_id, None)
        return editable if isinstance(editable, Refused) else None

    return await hand_back(visit, book, admit, act_name=act_name, dry_run=dry_run)


async def export_lines(work: Work, order_id: UUID) -> Outcome:
    """Write the order's units as the workbook that can be corrected and imported again.

    Personal numbers leave only to who may see them clear: others get a sheet with masked ones, which cannot
    be imported unchanged.
    """
    order = await fetch(work, BusinessOrder, order_id, "order.view")
    sheet = sheet_of(order)
    if sheet is None:
        return Refused.because(Problem(ProblemCode.PROFILE_FEATURE_OFF))
    clear = await work.visit.may("owner.view_pii", organization=order.org_id, estate=order.estate_id)
    lines = await load_lines(work.visit, order)
    codes = await unit_codes(work, order) if is_picked(order) else dict[UUID, str]()
    form = form_of(order)
    rows = [
        {
            **_code(codes, line),
            **mark_row(work, order, _row(work, form, line.after, clear=clear.allowed)),
        }
        for line in lines
        if line.after
    ] or [row for line in lines if line.before and (row := form.begin(line.before, work.city))]
    await work.visit.tell_progress(0, len(rows))
    data = await write(sheet, work.city, rows)
    file = await store_file(work, f"{order.order_no}.xlsx", XLSX, data, order.org_id)
    return Done(
        "File", (file,), {"orderNo": order.order_no, "rows": len(rows), "clearNumbers": clear.allowed}
    )


def _code(codes: Mapping[UUID, str], line: Line) -> Mapping[str, object]:
    return {"code": codes[line.target]} if line.target is not None and line.target in codes else {}


def _row(work: Work, form: RowForm, content: Mapping[str, Any], *, clear: bool) -> Mapping[str, object]:
    return form.spread(content, work.visit.desk.sealer.reveal if clear else None)
