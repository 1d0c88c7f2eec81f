"""An order's workbook as long work: taken in, and given out."""

from uuid import UUID

from domain.refusal import NotFound
from resolvers.act import Outcome, Work, act, settle
from resolvers.files import read_file
from resolvers.jobs.results import Result
from resolvers.jobs.taking import Taken
from resolvers.orders.sheets import export_lines, import_lines
from resolvers.visit import Visit


async def import_order(visit: Visit, job: Taken) -> Result:
    """Take the workbook in that came with the job, as `orderImport` does (导入)."""
    if job.file is None:
        raise NotFound
    book = await read_file(visit, job.file)
    order = UUID(job.asked["order"])
    found = await import_lines(visit, order, book.name, book.data, key=job.key, dry_run=False)
    await settle(visit)
    return Result.of_import(found)


async def export_order(visit: Visit, job: Taken) -> Result:
    """Write an order's lines as a workbook, as `orderExport` does (导出)."""
    order = UUID(job.asked["order"])

    async def effect(work: Work) -> Outcome:
        return await export_lines(work, order)

    outcome = await act(visit, "orderExport", effect, given={"order": order.hex}, key=job.key)
    await settle(visit)
    return Result.counted(outcome)
