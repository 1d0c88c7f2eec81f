"""Deposit rates (交存标准): rows with a beginning and an end, set by the fund office."""

from datetime import date
from uuid import UUID

from sqlalchemy import func, select

from db.tables.estates import Unit
from db.tables.money import Account, DepositRate
from domain.problem import Problem, ProblemCode
from domain.rates import RateCategory, RateRow, check_rate, overlaps
from resolvers.act import Done, Outcome, Refused, Work
from resolvers.door import fetch
from resolvers.orders.facts import load_rates

_MAX_SOURCE = 200


async def set_rate(  # noqa: PLR0913 - what a rate says
    work: Work,
    *,
    category: RateCategory,
    has_lift: bool | None,
    rate: int,
    valid_from: date,
    valid_to: date | None,
    source: str,
) -> Outcome:
    """Enter a rate; one that holds on the same days as another for the same units is refused (domain.md §4.3)."""
    await work.must("rate.set", organization=None, estate=None)
    source = source.strip()
    if not 1 <= len(source) <= _MAX_SOURCE:
        params = {"label": "依据", "max": str(_MAX_SOURCE)}
        return Refused.because(Problem(ProblemCode.TEXT_INVALID, "source", params=params))
    row = RateRow(work.new_id().hex, category, has_lift, rate, valid_from, valid_to, source)
    problems = list(check_rate(row))
    for other in overlaps(await load_rates(work.visit), row):
        problems.append(Problem(ProblemCode.RATE_OVERLAPS, params={"valid_from": other.valid_from.isoformat()}))
    if problems:
        return Refused(tuple(problems))
    await write_rate(work, row)
    return Done("DepositRate", (UUID(row.id),), {"category": category.value, "rate": rate, "from": str(valid_from)})


async def write_rate(work: Work, row: RateRow) -> None:
    """Write a rate that was found to be in order."""
    await work.add(
        DepositRate,
        id=UUID(row.id),
        category=row.category.value,
        has_lift=row.lift,
        rate=row.rate,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        source=row.source,
        is_sample=row.is_sample,
    )


async def end_rate(work: Work, rate_id: UUID, valid_to: date) -> Outcome:
    """Let a rate end; one by which a later unit was reckoned cannot end before it."""
    row = await fetch(work, DepositRate, rate_id, lock=True)
    await work.must("rate.set", organization=None, estate=None)
    if valid_to < row.valid_from:
        return Refused.because(Problem(ProblemCode.DATE_INVALID, "validTo", params={"label": "截止日期"}))
    last_used = await work.session.scalar(
        select(func.max(Unit.deposit_point))
        .join(Account, (Account.city == Unit.city) & (Account.unit_id == Unit.id))
        .where(Account.city == row.city, Account.rate_id == row.id)
    )
    if last_used is not None and last_used > valid_to:
        return Refused.because(Problem(ProblemCode.RATE_USED, "validTo", params={"day": last_used.isoformat()}))
    row.valid_to = valid_to
    await work.session.flush()
    return Done("DepositRate", (row.id,), {"validTo": str(valid_to)})
