"""The part of the play about batch deposits by the developer, as its city does them."""

from collections.abc import Sequence
from dataclasses import dataclass

from api.demo.caller import Json, codes_of
from api.demo.made_up import PLAYED
from api.demo.play_street import Street
from api.demo.signing import ask_signed, try_signed
from api.demo.stage import FILE
from api.sim.signing import CONFIRM_BATCH
from domain.switch import BatchNoticeIssue, BatchSelection, Demand, NoticeKind
from reports.workbook.typing_in import Cells, rows_of, type_into

_SKIPPED = "skippedCount skipped { room reason noticeNo }"
_NOTICE = "notice { id noticeNo total totalInWords lines { amount } }"
_EXPORTED = f"... on BatchOwnersExported {{ file {{ name url }} units {_SKIPPED} }}"
_IMPORTED = f"... on BatchOwnersImported {{ {_NOTICE} rows units {_SKIPPED} }}"
_ISSUED = f"... on BatchNoticeIssued {{ {_NOTICE} units {_SKIPPED} }}"
_MANUAL = "query($id: ID!) { node(id: $id) { ... on Unit { manualFiling } } }"
_MOBILE = "13800138000"
_ZHOU: Cells = {6: "周娟", 7: "身份证", 8: "510502198503150120", 9: "13800138001", 10: "1/3"}
_WU: Cells = {6: "吴涛", 7: "身份证", 8: "51050219850315018X", 9: "13800138002", 10: "2/3"}
_ZHENG: Cells = {6: "郑喆", 7: "身份证", 8: "440705200402290126", 9: "13800138003"}


@dataclass(frozen=True, slots=True)
class _Round:
    """One batch: its buildings, the units that are left, who pays out of whose pocket."""

    street: Street
    buildings: tuple[str, ...]
    pay_mode: str
    receipt_mode: str
    name: str

    def terms(self) -> dict[str, object]:
        """Give what the city asks once for the whole batch."""
        city = self.street.stage.city
        asked = {
            "payMode": self.pay_mode if city.batch_deposit_needs_owners is not Demand.OFF else None,
            "receiptMode": self.receipt_mode if city.receipt_mode is Demand.REQUIRED else None,
            "receiptMobile": _MOBILE if city.receipt_mobile is Demand.REQUIRED else None,
        }
        return {name: value for name, value in asked.items() if value is not None}

    async def ticked(self) -> dict[str, object]:
        """Tick the buildings, or their units where the city ticks those."""
        units = [unit for unit in (await self.street.units()).values() if self._is_in(unit)]
        if BatchSelection.BUILDING in self.street.stage.city.batch_deposit_selection:
            return {"buildingIds": list(dict.fromkeys(unit["building"]["id"] for unit in units))}
        return {"unitIds": [unit["id"] for unit in units]}

    def _is_in(self, unit: Json) -> bool:
        return unit["building"]["name"] in self.buildings


async def deposit_by_batches(street: Street) -> tuple[list[str], list[Json]]:
    """Let the developer pay for two batches, and give the notices and what was paid."""
    amounts, teller = street.stage.amounts.deposits, street.stage.teller
    first = _Round(street, ("1栋", "地下室"), "ON_BEHALF", "PER_UNIT", "batch")
    second = _Round(street, ("2栋",), "ADVANCE", "SUMMARY", "batch-2")
    notices = [await _deposit(first, wrong=True), await _deposit(second, wrong=False)]
    teller.compare("totals of the batches", tuple(one["total"] for one in notices), amounts.batches)
    teller.compare("the first batch in words", notices[0]["totalInWords"], amounts.in_words)
    paid = await _pay(street, notices)
    await _find_nothing(first)
    return [notice["id"] for notice in notices], paid


async def _deposit(batch: _Round, *, wrong: bool) -> Json:
    """Make the notice of a batch: by its workbook, by the button, or by one after the other."""
    city, given = batch.street.stage.city, await batch.ticked()
    notice: Json = None
    if city.batch_deposit_needs_owners is not Demand.OFF:
        notice = await _by_workbook(batch, given, wrong=wrong)
    if city.batch_notice_issue is BatchNoticeIssue.BUTTON:
        notice = await _by_button(batch, given)
    developer, stage = batch.street.crew.developer, batch.street.stage
    printed = await developer.act("noticePrint", "NoticePrintInput", {"noticeIds": [notice["id"]]}, FILE)
    stage.teller.tell(
        f"Print the batch notice {notice['noticeNo']}",
        f"{await stage.keep_file(developer, printed, f'{batch.name}-notice.pdf')},"
        f" {len(notice['lines'])} lines, {notice['total']} yuan, {notice['totalInWords']}",
    )
    return notice


async def _by_workbook(batch: _Round, ticked: dict[str, object], *, wrong: bool) -> Json:
    """Export the units, fill their owners in, once wrongly where that is played, and import them."""
    stage, teller, developer = batch.street.stage, batch.street.stage.teller, batch.street.crew.developer
    given = {"estateId": batch.street.id, **ticked}
    made = await developer.act("batchDepositExport", "BatchDepositExportInput", given, _EXPORTED)
    book = await developer.fetch(made["file"]["url"])
    teller.tell(
        "Export the owner sheet of a batch",
        f"{teller.keep(f'{batch.name}-owners.xlsx', book)}, {made['units']} units; {_tell_skipped(made)}",
    )
    filled = _fill(batch, book)
    if wrong:
        await _be_refused(batch, type_into(filled, [{8: "510502198503150121"}]))
    name = teller.keep(f"{batch.name}-filled.xlsx", filled)
    makes = stage.city.batch_notice_issue is BatchNoticeIssue.AUTO_AFTER_IMPORT
    done = await _import(batch, filled, terms=makes)
    teller.compare(f"units of {name}", done["units"], made["units"])
    what = "the notice is made" if makes else "a button makes the notice"
    teller.tell(f"Import {name}", f"{done['rows']} rows, {done['units']} units; {what}")
    return done["notice"]


def _fill(batch: _Round, book: bytes) -> bytes:
    """Fill in two owners for the first unit, the developer itself for the second, one for the others."""
    rows = rows_of(book)
    enterprise = PLAYED[batch.street.stage.city.key].enterprises[0]
    own: Cells = {6: enterprise.name, 7: "营业执照", 8: enterprise.uscc, 9: "0830-2345678"}
    typed: list[Cells] = [_ZHOU, own, *[_ZHENG] * (len(rows) - 2)]
    place: Cells = {column: value for column, value in enumerate(rows[0][1:5], start=2) if value is not None}
    return type_into(book, typed, [{**place, **_WU}])


async def _import(batch: _Round, book: bytes, *, terms: bool) -> Json:
    developer, given = batch.street.crew.developer, _named(batch, "import", terms=terms)
    kind = "BatchDepositImportInput"
    return await developer.act_file("batchDepositImport", kind, given, _IMPORTED, "业主.xlsx", book)


async def _be_refused(batch: _Round, book: bytes) -> None:
    """Import an owner whose number cannot be."""
    developer, teller = batch.street.crew.developer, batch.street.stage.teller
    makes = batch.street.stage.city.batch_notice_issue is BatchNoticeIssue.AUTO_AFTER_IMPORT
    given = _named(batch, "wrong", terms=makes)
    kind = "BatchDepositImportInput"
    answer = await developer.attempt_file("batchDepositImport", kind, given, _IMPORTED, "业主.xlsx", book)
    found = [f"{one['cell']} {one['code']}" for one in answer.get("problems", ())]
    teller.compare("what is wrong of the owners", found, ["H4 ID_CHECKSUM"])
    marked = teller.keep(f"{batch.name}-marked.xlsx", await developer.fetch(answer["correctionUrl"]))
    teller.tell("Import an owner with a wrong number", f"{', '.join(found)}; {marked}")


def _named(batch: _Round, what: str, *, terms: bool) -> dict[str, object]:
    given = {"estateId": batch.street.id, "idempotencyKey": f"{batch.name} {what}"}
    return {**given, **(batch.terms() if terms else {})}


async def _by_button(batch: _Round, ticked: dict[str, object]) -> Json:
    """Press the button; be asked about contract numbers first where the city asks."""
    stage, developer = batch.street.stage, batch.street.crew.developer
    given = {**_named(batch, "press", terms=True), **ticked}
    if stage.city.contract_prompt:
        asked = await developer.attempt("batchNoticeIssue", "BatchNoticeIssueInput", given, _ISSUED)
        stage.teller.compare("what is asked first", set(codes_of(asked)), {"CONTRACT_NO_MISSING"})
        stage.teller.tell(
            "Press the button for the batch notice", f"CONTRACT_NO_MISSING for {len(codes_of(asked))} units"
        )
        given |= {"ignoreMissingContract": True, "idempotencyKey": f"{batch.name} anyway"}
    done = await developer.act("batchNoticeIssue", "BatchNoticeIssueInput", given, _ISSUED)
    unit = (await batch.street.units())["1栋 102"]["id"]
    filed = (await developer.ask(_MANUAL, id=unit))["node"]["manualFiling"]
    stage.teller.compare("manual filing", filed, stage.city.contract_prompt)
    stage.teller.tell(
        "Press it all the same; the units are filed by hand", f"{done['units']} units; {_tell_skipped(done)}"
    )
    return done["notice"]


def _tell_skipped(done: Json) -> str:
    """Name what was left out."""
    named = [f"{one['room']} {one['reason']}" for one in done["skipped"]]
    return f"left out: {', '.join(named) or 'nothing'}"


async def _pay(street: Street, notices: Sequence[Json]) -> list[Json]:
    """Let the bank confirm both together: nothing is booked while one amount is wrong, then everything."""
    stage, now = street.stage, street.stage.clock()
    bank, channel = await stage.bank(), stage.city.channels.of(NoticeKind.BATCH)[0].value
    reports = [
        {
            "noticeNo": notice["noticeNo"],
            "amount": notice["total"],
            "bankTxnNo": f"BATCH-{place}",
            "channel": channel,
            "paidAt": now.isoformat(),
        }
        for place, notice in enumerate(notices)
    ]
    wrong = [reports[0], {**reports[1], "amount": "1.00"}]
    refused = await try_signed(bank, now, CONFIRM_BATCH, {"payments": wrong})
    found = [f"{one['path']} {one['code']}" for one in refused.get("problems", ())]
    stage.teller.compare("what is wrong of the bank's batch", found, ["payments.1.amount AMOUNT_MISMATCH"])
    balance = (await street.units())["1栋 102"]["account"]["balance"]
    stage.teller.compare("balance after a refused batch", balance, "0.00")
    paid = (await ask_signed(bank, now, CONFIRM_BATCH, {"payments": reports}))["payments"]
    stage.teller.tell(
        "The bank signs both in one request, with a wrong amount and then rightly",
        f"{', '.join(found)}, nothing booked; {', '.join(one['amount'] for one in paid)} yuan",
    )
    units = await street.units()
    left = {place: unit["account"]["outstanding"] for place, unit in units.items()}
    left.pop("2栋 104")
    stage.teller.compare("what is still to be paid of the batches", left, dict.fromkeys(left, "0.00"))
    return paid


async def _find_nothing(batch: _Round) -> None:
    """Ask again, when all is paid."""
    developer, ticked = batch.street.crew.developer, await batch.ticked()
    given: dict[str, object] = {"estateId": batch.street.id, **ticked}
    if batch.street.stage.city.batch_deposit_needs_owners is Demand.OFF:
        given |= {**batch.terms(), "idempotencyKey": f"{batch.name} again"}
        answer = await developer.attempt("batchNoticeIssue", "BatchNoticeIssueInput", given, _ISSUED)
    else:
        answer = await developer.attempt("batchDepositExport", "BatchDepositExportInput", given, _EXPORTED)
    batch.street.stage.teller.compare("what is due of a paid batch", codes_of(answer), ["NOTHING_DUE"])
    batch.street.stage.teller.tell("Ask for a batch of what is paid", ", ".join(codes_of(answer)))
