"""The workbooks of batch deposits and top-ups beside the requests (后台导入、导出)."""

from typing import Annotated

import strawberry

from resolvers.act import Outcome, Work
from resolvers.jobs.batches import ask_batch_export, ask_batch_import
from resolvers.jobs.queue import Sent
from resolvers.jobs.top_ups import ask_top_up_export, ask_top_up_import
from schema.jobs import JobResult, accepted, known_by_content
from schema.money.batches import BatchDepositExportInput, BatchDepositImportInput, batched_of, selection_of
from schema.money.customs import CustomDepositExportInput, CustomDepositImportInput, filled_in_of
from schema.mutation import INPUT, ActInput, answer, mutation
from schema.types import asks


@asks
class BatchDepositExportJobInput(BatchDepositExportInput, ActInput):
    """What is ticked for a batch deposit, to be exported beside the requests (后台导出业主信息表)."""


@asks
class BatchDepositImportJobInput(BatchDepositImportInput):
    """The filled-in workbook of a batch deposit, to be taken in beside the requests (后台导入业主信息)."""


@asks
class CustomDepositExportJobInput(CustomDepositExportInput, ActInput):
    """What is ticked to be topped up, to be exported beside the requests (后台导出续筹房屋)."""


@asks
class CustomDepositImportJobInput(CustomDepositImportInput):
    """The amounts of a top-up, to be taken in beside the requests (后台导入续筹金额)."""


@strawberry.type
class MoneyJobActs:
    """The mutations that ask for long work with the workbooks of deposits."""

    @mutation("payment.batch_create")
    async def batch_deposit_export_job(
        self, info: strawberry.Info, asked: Annotated[BatchDepositExportJobInput, INPUT]
    ) -> JobResult | None:
        """Export what is due of the ticked buildings or units beside the requests (后台导出) [L 2.3.1]."""
        picked = selection_of(info, asked)

        async def effect(work: Work) -> Outcome:
            return await ask_batch_export(work, picked)

        return await answer(info, asked, effect, accepted)

    @mutation("payment.batch_create")
    async def batch_deposit_import_job(
        self, info: strawberry.Info, asked: Annotated[BatchDepositImportJobInput, INPUT]
    ) -> JobResult | None:
        """Import the owners beside the requests, which makes the notice; `noticeId` of the job names it."""
        batched = await batched_of(info, asked)

        async def effect(work: Work) -> Outcome:
            return await ask_batch_import(work, batched)

        sent = known_by_content(asked, Sent(batched.name, batched.data))
        return await answer(info, sent, effect, accepted)

    @mutation("custom_payment.create")
    async def custom_deposit_export_job(
        self, info: strawberry.Info, asked: Annotated[CustomDepositExportJobInput, INPUT]
    ) -> JobResult | None:
        """Export the ticked units beside the requests, to fill top-ups in (后台导出续筹房屋) [J 1.4.3]."""
        picked = selection_of(info, asked)

        async def effect(work: Work) -> Outcome:
            return await ask_top_up_export(work, picked, only_low=asked.only_low)

        return await answer(info, asked, effect, accepted)

    @mutation("custom_payment.create")
    async def custom_deposit_import_job(
        self, info: strawberry.Info, asked: Annotated[CustomDepositImportJobInput, INPUT]
    ) -> JobResult | None:
        """Import the amounts of a top-up beside the requests; `noticeId` of the job names the notice."""
        filled = await filled_in_of(info, asked)

        async def effect(work: Work) -> Outcome:
            return await ask_top_up_import(work, filled)

        sent = known_by_content(asked, Sent(filled.name, filled.data))
        return await answer(info, sent, effect, accepted)
