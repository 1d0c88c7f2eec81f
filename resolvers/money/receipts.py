"""Receipts (专用票据) for booked payments: issued right after, without a gap, and voided [165-14]."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import exists, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from db.base import Pool
from db.given import among
from db.scope import enter_city
from db.tables.money import Notice, NoticeLine, Payment
from db.tables.receipts import Receipt, ReceiptSeries
from domain.clock import business_day
from domain.field import Field, Text, read_text
from domain.problem import Problem, ProblemCode
from domain.receipts import PaidLine, Part, ReceiptMode, ReceiptStatus, receipt_number, receipt_parts
from resolvers.act import Done, Outcome, Refused, Work
from resolvers.desk import Desk
from resolvers.door import fetch
from resolvers.upkeep import run_system, say_rows

MAX_PAYMENTS = 100
"""So many payments get their receipts in one act."""
MAX_LINES = 5_000
"""After so many receipts an act ends, so that nobody waits long for the next number."""

_REASON = Field("reason", "作废原因", Text(200), required=True)


@dataclass(frozen=True, slots=True)
class _Due:
    """A payment that waits for its receipts, with the notice that it paid."""

    payment: Payment
    notice: Notice
    lines: int


async def issue_receipts(desk: Desk, city: int) -> int:
    """Issue the receipts of payments that have none, and say how many; again until it says zero.

    The series is raised in the same transaction that writes the receipts: what fails leaves no gap, and what
    was committed is not done twice.
    """
    if not await _is_waiting(desk, city):
        return 0

    async def effect(work: Work) -> Outcome:
        await work.must("receipt.issue", organization=None, estate=None)
        due = await _take(work)
        if not due:
            return say_rows("Receipt", 0)
        rows = await _write(work, due)
        ends = {"from": rows[0]["receipt_no"], "to": rows[-1]["receipt_no"]}
        return Done("Receipt", (), {"rows": len(rows), "payments": len(due), **ends})

    return await run_system(desk, city, "receiptIssue", effect)


async def _is_waiting(desk: Desk, city: int) -> bool:
    """Look whether there is anything to do, which is asked every second."""
    waiting = select(exists().where(Payment.city == city, Payment.receipted_at.is_(None)))
    async with AsyncSession(desk.databases.engine(Pool.WORKER)) as session, session.begin():
        await enter_city(session, city)
        return bool(await session.scalar(waiting))


async def _take(work: Work) -> Sequence[_Due]:
    """Take the oldest payments that nobody else has taken, up to so many lines but at least one payment."""
    lines = (
        select(func.count())
        .where(NoticeLine.city == Payment.city, NoticeLine.notice_id == Payment.notice_id)
        .scalar_subquery()
    )
    found = await work.session.execute(
        select(Payment, Notice, lines)
        .join(Notice, (Notice.city == Payment.city) & (Notice.id == Payment.notice_id))
        .where(Payment.city == work.actor.city, Payment.receipted_at.is_(None))
        .order_by(Payment.id)
        .limit(MAX_PAYMENTS)
        .with_for_update(of=Payment, skip_locked=True)
    )
    due: list[_Due] = []
    total = 0
    for row in found.all():
        one = _Due(*row)
        total += one.lines
        if due and total > MAX_LINES:
            break
        due.append(one)
    return due


async def _write(work: Work, due: Sequence[_Due]) -> list[dict[str, Any]]:
    """Write the receipts of payments, numbered in the order of the payments and of their lines."""
    lines, standing = await _load_lines(work, due), await _load_standing(work, due)
    parts = [
        (one, part)
        for one in due
        for part in _parts(one, lines[one.notice.id])
        if (one.payment.id, part.unit) not in standing
    ]
    year = business_day(work.now).year
    first = await _take_serials(work, year, len(parts))
    rows = [_receipt(work, one, part, year, serial) for serial, (one, part) in enumerate(parts, start=first)]
    await work.session.execute(insert(Receipt), rows)
    paid = update(Payment).where(
        Payment.city == work.actor.city, among(Payment.id, [one.payment.id for one in due])
    )
    await work.session.execute(paid.values(receipted_at=work.now))
    return rows


def _parts(due: _Due, lines: Sequence[PaidLine]) -> tuple[Part, ...]:
    return receipt_parts(ReceiptMode(due.notice.receipt_mode), due.notice.snapshot["developer"], lines)


async def _load_lines(work: Work, due: Sequence[_Due]) -> Mapping[UUID, Sequence[PaidLine]]:
    found = await work.session.execute(
        select(NoticeLine.notice_id, NoticeLine.unit_id, NoticeLine.amount, NoticeLine.owners)
        .where(
            NoticeLine.city == work.actor.city, among(NoticeLine.notice_id, [one.notice.id for one in due])
        )
        .order_by(NoticeLine.notice_id, NoticeLine.no)
    )
    lines: dict[UUID, list[PaidLine]] = {}
    for notice, unit, amount, owners in found:
        names = tuple(owner["name"] for owner in owners)
        lines.setdefault(notice, []).append(PaidLine(unit, amount, names))
    return lines


async def _load_standing(work: Work, due: Sequence[_Due]) -> AbstractSet[tuple[UUID, UUID | None]]:
    """Find which parts of payments have a receipt that was not voided: those get no other."""
    found = await work.session.execute(
        select(Receipt.payment_id, Receipt.unit_id).where(
            Receipt.city == work.actor.city,
            among(Receipt.payment_id, [one.payment.id for one in due]),
            Receipt.voided_at.is_(None),
        )
    )
    return {(payment, unit) for payment, unit in found}


async def _take_serials(work: Work, year: int, count: int) -> int:
    """Take so many numbers of a year's series, and give the first; others wait here until the commit."""
    row = upsert(ReceiptSeries).values(city=work.actor.city, year=year, last=count)
    raised = row.on_conflict_do_update(
        index_elements=["city", "year"], set_={"last": ReceiptSeries.last + row.excluded.last}
    )
    last = (await work.session.execute(raised.returning(ReceiptSeries.last))).scalar_one()
    return last - count + 1


def _receipt(work: Work, due: _Due, part: Part, year: int, serial: int) -> dict[str, Any]:
    payment, city = due.payment, work.city
    deposit = city.code_label("deposit_type", due.notice.deposit_type)
    return {
        "city": city.code,
        "id": work.new_id(),
        "org_id": payment.org_id,
        "estate_id": payment.estate_id,
        "payment_id": payment.id,
        "unit_id": part.unit,
        "bank": payment.bank,
        "receipt_no": receipt_number(city.letters, year, serial),
        "year": year,
        "serial": serial,
        "payee": part.payee,
        "item": f"住宅专项维修资金（{deposit}）",
        "amount": part.amount,
        "issued_at": work.now,
    }


async def void_receipt(work: Work, receipt_id: UUID, reason: str) -> Outcome:
    """Void a receipt, such as a spoiled one: its number stays used, and the worker issues another."""
    receipt = await fetch(work, Receipt, receipt_id, "receipt.void", lock=True)
    said = read_text(_REASON, reason, work.city, business_day(work.now))
    if isinstance(said, Problem):
        return Refused.because(said)
    if receipt.voided_at is not None:
        return Refused.because(Problem(ProblemCode.RECEIPT_VOID, params={"receipt_no": receipt.receipt_no}))
    receipt.voided_at, receipt.voided_by, receipt.void_reason = work.now, work.actor.principal, said
    await work.session.flush()
    paid = update(Payment).where(Payment.city == receipt.city, Payment.id == receipt.payment_id)
    await work.session.execute(paid.values(receipted_at=None))
    detail = {
        "receiptNo": receipt.receipt_no,
        "reason": said,
        "amount": receipt.amount,
        "before": {"status": ReceiptStatus.ISSUED.value},
        "after": {"status": ReceiptStatus.VOID.value},
    }
    return Done("Receipt", (receipt.id,), detail)
