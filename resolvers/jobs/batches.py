"""The workbooks of batch deposits as long work: owners given out, and taken in [L 2.3.1]."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import msgspec

from db.tables.estates import Estate
from domain.batch import PayMode, Terms
from domain.identity import check_mobile
from domain.jobs import JobKind
from domain.people import NumberKind
from domain.receipts import ReceiptMode
from domain.refusal import NotFound
from domain.switch import Demand
from resolvers.act import Outcome, Refused, Work, act, settle
from resolvers.door import fetch
from resolvers.files import read_file
from resolvers.jobs.queue import Sent, enqueue
from resolvers.jobs.results import Result
from resolvers.jobs.taking import Taken
from resolvers.money.batch_cases import RIGHT, Selection, select_units
from resolvers.money.batch_sheets import FEATURE, Batched, check_asked, export_owners, import_owners
from resolvers.orders.words import as_json
from resolvers.visit import Visit


async def ask_batch_export(work: Work, picked: Selection) -> Outcome:
    """Ask for the workbook in which the owners of ticked units are filled in."""
    units = await select_units(work, picked)
    if isinstance(units, Refused):
        return units
    if work.city.batch_deposit_needs_owners is Demand.OFF:
        return Refused.because(FEATURE)
    return await enqueue(work, JobKind.BATCH_DEPOSIT_EXPORT, {"picked": msgspec.to_builtins(picked)})


async def do_batch_export(visit: Visit, job: Taken) -> Result:
    """Write the units and their recorded owners, as `batchDepositExport` does (导出)."""
    picked = msgspec.convert(job.asked["picked"], type=Selection)

    async def effect(work: Work) -> Outcome:
        return await export_owners(work, picked)

    outcome = await act(visit, "batchDepositExport", effect, given=picked, key=job.key)
    await settle(visit)
    return Result.counted(outcome)


async def ask_batch_import(work: Work, given: Batched) -> Outcome:
    """Ask that the owners of a batch deposit be taken in; the mobile number waits sealed."""
    estate = await fetch(work, Estate, given.estate, RIGHT)
    if work.city.batch_deposit_needs_owners is Demand.OFF:
        return Refused.because(FEATURE)
    wrong = check_asked(work, given.terms)
    if wrong is not None:
        return wrong
    asked = {
        "estate": estate.id.hex,
        "terms": _seal(work, given.terms),
        "ignoreMissingContract": given.ignore_missing_contract,
    }
    return await enqueue(work, JobKind.BATCH_DEPOSIT_IMPORT, asked, Sent(given.name, given.data))


async def do_batch_import(visit: Visit, job: Taken) -> Result:
    """Take the owners in that came with the job, as `batchDepositImport` does (导入)."""
    if job.file is None:
        raise NotFound
    book = await read_file(visit, job.file)
    batched = Batched(
        UUID(job.asked["estate"]),
        book.name,
        book.data,
        _open(visit, job.asked["terms"]),
        job.asked["ignoreMissingContract"],
    )
    found = await import_owners(visit, batched, key=job.key, dry_run=False)
    await settle(visit)
    return Result.of_import(found)


def _seal(work: Work, terms: Terms) -> Mapping[str, Any]:
    number = terms.receipt_mobile.strip() and check_mobile(terms.receipt_mobile, "receiptMobile")
    return {
        "payMode": terms.pay_mode,
        "receiptMode": terms.receipt_mode,
        "receiptMobile": as_json(work.visit.desk.sealer(NumberKind.MOBILE, number)) if number else None,
    }


def _open(visit: Visit, kept: Mapping[str, Any]) -> Terms:
    mobile = kept["receiptMobile"]
    clear = "" if mobile is None else visit.desk.sealer.reveal(NumberKind.MOBILE, mobile["cipher"])
    return Terms(
        kept["payMode"] and PayMode(kept["payMode"]),
        kept["receiptMode"] and ReceiptMode(kept["receiptMode"]),
        clear,
    )
