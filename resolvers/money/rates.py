"""Deposit rates (交存标准): rows with a beginning and an end, set by the fund office."""

from dataclasses import replace
from datetime import date
from uuid import UUID

from sqlalchemy import func, select

from db.tables.estates import Unit
from db.tables.money import Account, DepositRate
from domain.clock import business_day
from domain.field import Field, Text, read_text
from domain.problem import Problem, ProblemCode
from domain.rates import RateCategory, RateRow, check_rate, overlaps
from resolvers.act import Done, Outcome, Refused, Work
from resolvers.door import fetch
from resolvers.orders.facts import load_rates, rate_row

_SOURCE = Field("source", "依据", Text(200), required=True)


async def set_rate(
    work: Work,
    *,
    category: RateCategory,
    has_lift: bool | None,
    rate: int,
    valid_from: date,
    valid_to: date | None,
    source: str,
) -> Outcome:
    """Enter a rate; one that holds with another for the same units on a day is refused (domain.md §4.3)."""
    await work.must("rate.set", organization=None, estate=None)
    said = read_text(_SOURCE, source, work.city, business_day(work.now))
    if isinstance(said, Problem):
        return Refused.because(said)
    row = RateRow(work.new_id().hex, category, has_lift, rate, valid_from, valid_to, said)
    problems = check_rate(row) or await _overlapping(work, row)
    if problems:
        return Refused(problems)
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
    after = {"category": category.value, "hasLift": has_lift, "rate": rate, "validFrom": str(valid_from)}
    return Done("DepositRate", (UUID(row.id),), {"after": {**after, "source": row.source}})


async def _overlapping(work: Work, row: RateRow) -> tuple[Problem, ...]:
    return tuple(
        Problem(ProblemCode.RATE_OVERLAPS, "validFrom", params={"from": other.valid_from.isoformat()})
        for other in overlaps(await load_rates(work.visit), row)
    )


async def end_rate(work: Work, rate_id: UUID, valid_to: date) -> Outcome:
    """Let a rate end, or end on another day; one by which a later unit was reckoned cannot end before it."""
    row = await fetch(work, DepositRate, rate_id, "rate.set", lock=True)
    if valid_to < row.valid_from:
        return Refused.because(Problem(ProblemCode.DATE_INVALID, "validTo", params={"label": "截止日期"}))
    last_used = await work.session.scalar(
        select(func.max(Unit.deposit_point))
        .join(Account, (Account.city == Unit.city) & (Account.unit_id == Unit.id))
        .where(Account.city == row.city, Account.rate_id == row.id)
    )
    if last_used is not None and last_used > valid_to:
        return Refused.because(Problem(ProblemCode.RATE_USED, "validTo"))
    overlapping = await _overlapping(work, replace(rate_row(row), valid_to=valid_to))
    if overlapping:
        return Refused(overlapping)
    before = {"validTo": row.valid_to and str(row.valid_to)}
    row.valid_to = valid_to
    await work.session.flush()
    return Done("DepositRate", (row.id,), {"before": before, "after": {"validTo": str(valid_to)}})
