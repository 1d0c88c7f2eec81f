"""The bank confirms payments (银行确认交款): each amount is booked exactly or kept in suspense."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from db.tables.money import Notice
from domain.deposits import NoticeStatus, SuspenseReason
from domain.payments import MOST_REPORTS, Report, check_report
from domain.problem import Problem, ProblemCode
from domain.quantity import check_quantity
from resolvers.act import Done, Outcome, Refused, Work
from resolvers.lookups import read_number
from resolvers.money.confirmed import book_payments
from resolvers.money.reported import Judged, Known, find_known, find_notices, judge, take_turns
from resolvers.money.suspense import refusal, suspend
from resolvers.money.transactions import find_moved_by_us


async def confirm(work: Work, report: Report) -> Outcome:
    """Book a payment exactly once; the bank's transaction number is its idempotency key (R-PAY-2).

    What cannot be booked is kept as a suspense item, and the refusal says why.
    """
    await _must(work)
    report = _read(report)
    problems = check_report(report, work.now)
    if problems:
        return Refused(problems)
    await take_turns(work, (report,))
    known = (await find_known(work, (report,))).get(report.bank_txn_no)
    if known is not None:
        return await _repeat(work, known, report)
    if await find_moved_by_us(work, work.actor.bank, (report.bank_txn_no,)):
        return Refused.because(_other(report))
    (judged,) = await judge(work, (report,))
    if judged.notice is None or judged.reason is not None:
        return await suspend(work, judged.notice, report, judged.reason or SuspenseReason.NOTICE_UNKNOWN)
    before = judged.notice.status
    detail = {
        **_told(report),
        "before": {"status": before},
        "after": {"status": NoticeStatus.PAID.value},
    }
    return Done("Payment", await book_payments(work, ((report, judged.notice),)), detail)


async def confirm_all(work: Work, given: Sequence[Report]) -> Outcome:
    """Book a batch of payments, all or none (R-PAY-4); each is known again by the bank's own number.

    What was booked before, by itself or in another batch, is answered as then. If one cannot be booked,
    nothing of the batch is kept, in suspense neither: the bank sends the others again without it, and
    reports that one by itself.
    """
    await _must(work)
    reports = [_read(report) for report in given]
    problems = _check_batch(work, reports)
    if problems:
        return Refused(problems)
    await take_turns(work, reports)
    known = await find_known(work, reports)
    # What waited and was found to be a refund's return is answered as what it was reported as.
    fresh_numbers = [report.bank_txn_no for report in reports if report.bank_txn_no not in known]
    moved = await find_moved_by_us(work, work.actor.bank, fresh_numbers)
    if moved:
        others = [(place, report) for place, report in enumerate(reports) if report.bank_txn_no in moved]
        return Refused(tuple(_at(place, _other(report)) for place, report in others))
    fresh: dict[str, Report] = {}
    for report in reports:
        if report.bank_txn_no not in known:
            fresh.setdefault(report.bank_txn_no, report)
    judged = {one.report.bank_txn_no: one for one in await judge(work, list(fresh.values()))}
    problems = await _objections(work, reports, known, judged)
    if problems:
        return Refused(problems)
    booked = [(one.report, one.notice) for one in judged.values() if one.notice is not None]
    payments = dict(zip(judged, await book_payments(work, booked), strict=True))
    payments |= {txn: one.became for txn, one in known.items() if isinstance(one.became, UUID)}
    detail = {"booked": [_told(report) for report, _ in booked], "present": len(known)}
    return Done("Payment", tuple(payments[report.bank_txn_no] for report in reports), detail)


async def _must(work: Work) -> None:
    await work.must("payment.confirm", organization=None, estate=None, bank=work.actor.bank)


def _read(report: Report) -> Report:
    return replace(report, notice_no=read_number(report.notice_no))


def _told(report: Report) -> dict[str, str | int]:
    return {"noticeNo": report.notice_no, "amount": report.amount, "bankTxnNo": report.bank_txn_no}


def _check_batch(work: Work, reports: Sequence[Report]) -> tuple[Problem, ...]:
    """List what makes a batch useless; where each report stands in it is told."""
    wrong = check_quantity(reports, MOST_REPORTS, "payments", "交款明细")
    if wrong is not None:
        return (wrong,)
    return tuple(
        _at(place, problem)
        for place, report in enumerate(reports)
        for problem in check_report(report, work.now)
    )


def _at(place: int, problem: Problem) -> Problem:
    return replace(problem.at(f"payments.{place}"), row=place + 1)


async def _repeat(work: Work, known: Known, report: Report) -> Outcome:
    """Answer a repeated report as the first one was answered."""
    if not known.is_of(report):
        return Refused.because(_conflict())
    if isinstance(known.became, UUID):
        return Done("Payment", (known.became,))
    notices = await find_notices(work, (report.notice_no,))
    return Refused.because(refusal(work, known.became, report, notices.get(report.notice_no)))


async def _objections(
    work: Work, reports: Sequence[Report], known: Mapping[str, Known], judged: Mapping[str, Judged]
) -> tuple[Problem, ...]:
    """List why a batch is not booked, report by report."""
    suspended = [no for one in known.values() if isinstance(one.became, SuspenseReason) for no in one.notices]
    notices = await find_notices(work, suspended)
    found: list[Problem] = []
    for place, report in enumerate(reports):
        txn = report.bank_txn_no
        why = (
            _earlier_objection(work, report, known[txn], notices)
            if txn in known
            else _objection(work, report, judged[txn])
        )
        if why is not None:
            found.append(_at(place, why))
    return tuple(found)


def _earlier_objection(
    work: Work, report: Report, known: Known, notices: Mapping[str, Notice]
) -> Problem | None:
    if not known.is_of(report):
        return _conflict()
    if isinstance(known.became, UUID):
        return None
    return refusal(work, known.became, report, notices.get(report.notice_no))


def _objection(work: Work, report: Report, judged: Judged) -> Problem | None:
    """Object to a report that cannot be booked, or whose number stands beside something else in the batch."""
    if (judged.report.notice_no, judged.report.amount) != (report.notice_no, report.amount):
        return _conflict()
    return refusal(work, judged.reason, report, judged.notice) if judged.reason is not None else None


def _other(report: Report) -> Problem:
    """Refuse a number that stands for a refund or a return; which one is not the bank's affair (R-PAY-2)."""
    return Problem(ProblemCode.BANK_TXN_USED, "bankTxnNo", params={"txn": report.bank_txn_no})


def _conflict() -> Problem:
    return Problem(ProblemCode.IDEMPOTENCY_CONFLICT, "bankTxnNo")
