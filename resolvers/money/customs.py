"""Custom notices (自定义交款通知单): what is due of many units in another way, and top-ups [J 1.4.3]."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from db.tables.estates import Estate
from db.tables.files import File
from domain.batch import nothing_left
from domain.custom_deposits import CustomType, check_total
from domain.people import Owner
from domain.problem import Problem, ProblemCode
from domain.refusal import NotFound
from domain.switch import NoticeKind
from resolvers.act import Done, Outcome, Refused, Work
from resolvers.door import see
from resolvers.files import IMAGES
from resolvers.money.batch_cases import (
    Batch,
    Selection,
    check_contracts,
    developer_owner,
    place_of,
    told,
)
from resolvers.money.custom_cases import enter, payees_of, tick, weigh_custom
from resolvers.money.demands import Case
from resolvers.money.notices import flag_manual_filing
from resolvers.money.shared_notices import SharedNotice, find_repeated, write_shared


async def issue_custom(
    work: Work, picked: Selection, kind: CustomType, *, ignore_missing_contract: bool
) -> Outcome:
    """Make one notice for what is still due of the ticked units; asked again, give the open one (R-NOT-1)."""
    estate = await enter(work, picked.estate)
    if isinstance(estate, Refused):
        return estate
    units = await tick(work, estate, picked)
    if isinstance(units, Refused):
        return units
    batch = await weigh_custom(work, estate, units, kind)
    check_contracts(work, batch.fresh, ignore=ignore_missing_contract)
    beyond = check_total(sum(case.amount for case in batch.fresh))
    problems = batch.problems or ((beyond,) if beyond else ())
    if problems:
        path = "unitIds" if picked.units else "buildingIds"
        return Refused(tuple(replace(problem, path=path) for problem in problems))
    if batch.fresh:
        await flag_manual_filing(work, batch.fresh)
        return made(batch, await write_custom(work, batch))
    present = await find_repeated(
        work, NoticeKind.CUSTOM, batch.noticed, lambda case: payees_of(work, batch.developer, case)
    )
    if present is None or present.deposit_type != batch.deposit_type.value:
        return Refused(nothing_left(batch.skipped))
    return made(batch, present.id, batch.noticed, fresh=False)


def made(batch: Batch, notice: UUID, cases: Sequence[Case] | None = None, *, fresh: bool = True) -> Done:
    """Say which notice it is, how many units were put on it now, and what it asks in all."""
    asked = batch.fresh if cases is None else cases
    detail = {
        "units": len(asked) if fresh else 0,
        "depositType": batch.deposit_type.value,
        "amount": sum(case.amount for case in asked),
        **told(batch.skipped),
    }
    return Done("Notice", (notice,), detail)


async def write_custom(work: Work, batch: Batch, columns: Mapping[str, Any] | None = None) -> UUID:
    """Write a custom notice; each unit gets its own receipt, for the money is its owners'."""
    developer = batch.developer

    def owners(case: Case) -> tuple[Owner, ...]:
        return payees_of(work, developer, case)

    return await write_shared(
        work,
        SharedNotice(
            estate=batch.estate,
            developer=developer,
            payer=developer_owner(work, developer),
            kind=NoticeKind.CUSTOM,
            deposit_type=batch.deposit_type,
            cases=batch.fresh,
            owners_of=owners,
            place_of=_place,
            columns=columns or {},
            said={"receipt_mobile": None},
        ),
    )


def _place(case: Case) -> dict[str, Any]:
    """Freeze where a unit was, and what its account said when the amount was asked."""
    sums = case.sums
    return {**place_of(case), "due": sums.due, "paid": sums.kept, "balance": sums.balance}


async def check_resolution(work: Work, estate: Estate, file_id: UUID | None) -> Problem | None:
    """Tell whether a file can be the owners' resolution: an uploaded picture of the same organization's.

    Raises:
        NotFound: There is none, or the caller does not see it.
    """
    if file_id is None:
        return None
    file = await see(work.visit, File, file_id)
    if file.org_id != estate.org_id:
        raise NotFound
    if file.media_type in IMAGES:
        return None
    return Problem(ProblemCode.ATTACHMENT_TYPE, "resolutionFileId", params={"file": file.name})
