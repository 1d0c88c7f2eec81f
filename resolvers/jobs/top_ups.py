"""The workbooks of top-ups as long work: units given out, and their amounts taken in [J 1.4.3]."""

from uuid import UUID

import msgspec

from domain.jobs import JobKind
from domain.refusal import NotFound
from resolvers.act import Outcome, Refused, Work, act, settle
from resolvers.files import read_file
from resolvers.jobs.queue import Sent, enqueue
from resolvers.jobs.results import Result
from resolvers.jobs.taking import Taken
from resolvers.money.batch_cases import Selection
from resolvers.money.custom_cases import enter, tick
from resolvers.money.customs import check_resolution
from resolvers.money.top_ups import FilledIn, export_top_up, import_top_up
from resolvers.visit import Visit


async def ask_top_up_export(work: Work, picked: Selection, *, only_low: bool) -> Outcome:
    """Ask for the workbook in which the amounts of ticked units are filled in."""
    estate = await enter(work, picked.estate)
    if isinstance(estate, Refused):
        return estate
    units = await tick(work, estate, picked)
    if isinstance(units, Refused):
        return units
    asked = {"picked": msgspec.to_builtins(picked), "onlyLow": only_low}
    return await enqueue(work, JobKind.CUSTOM_DEPOSIT_EXPORT, asked)


async def do_top_up_export(visit: Visit, job: Taken) -> Result:
    """Write the units with what is left of each, as `customDepositExport` does (导出续筹房屋)."""
    picked = msgspec.convert(job.asked["picked"], type=Selection)
    only_low = bool(job.asked["onlyLow"])

    async def effect(work: Work) -> Outcome:
        return await export_top_up(work, picked, only_low=only_low)

    outcome = await act(visit, "customDepositExport", effect, given=(picked, only_low), key=job.key)
    await settle(visit)
    return Result.counted(outcome)


async def ask_top_up_import(work: Work, given: FilledIn) -> Outcome:
    """Ask that the amounts of a top-up be taken in."""
    estate = await enter(work, given.estate)
    if isinstance(estate, Refused):
        return estate
    wrong = await check_resolution(work, estate, given.resolution)
    if wrong is not None:
        return Refused.because(wrong)
    asked = {"estate": given.estate.hex, "resolution": given.resolution and given.resolution.hex}
    return await enqueue(work, JobKind.CUSTOM_DEPOSIT_IMPORT, asked, Sent(given.name, given.data))


async def do_top_up_import(visit: Visit, job: Taken) -> Result:
    """Take the amounts in that came with the job, as `customDepositImport` does (导入续筹金额)."""
    if job.file is None:
        raise NotFound
    book = await read_file(visit, job.file)
    resolution = job.asked["resolution"]
    filled = FilledIn(
        UUID(job.asked["estate"]), book.name, book.data, UUID(resolution) if resolution else None
    )
    found = await import_top_up(visit, filled, key=job.key, dry_run=False)
    await settle(visit)
    return Result.of_import(found)
