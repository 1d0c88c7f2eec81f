"""What a bank reports of a payment, and what is wrong with such a report by itself."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.problem import Problem, ProblemCode
from domain.switch import Channel

CLOCK_SKEW = timedelta(minutes=5)
"""A bank's clock may run so much ahead of ours."""

LONGEST_AGO = timedelta(days=3660)
"""No notice is older, so whatever is said to have been paid before was misread."""

MOST_REPORTS = 1_000
"""A batch holds at most this many reports."""

_TXN = re.compile(r"[!-~]{1,64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What the bank says: this amount, in fen, was paid for this notice.

    Attributes:
        bank_txn_no: The bank's own transaction number, by which a repeated report is known.
    """

    notice_no: str
    amount: int
    bank_txn_no: str
    channel: Channel
    paid_at: datetime


def check_txn(txn: str, path: str, label: str = "银行流水号") -> Problem | None:
    """Tell whether a text can be a bank's transaction number: signs of any keyboard without a blank."""
    if _TXN.fullmatch(txn) is not None:
        return None
    return Problem(ProblemCode.TEXT_INVALID, path, params={"label": label, "max": "64"})


def check_report(report: Report, now: datetime) -> tuple[Problem, ...]:
    """List what makes a report useless: no such money can have come, so nothing of it is kept."""
    problems: list[Problem] = []
    if not report.notice_no:
        problems.append(Problem(ProblemCode.FIELD_REQUIRED, "noticeNo", params={"label": "通知单号"}))
    no_txn = check_txn(report.bank_txn_no, "bankTxnNo")
    if no_txn is not None:
        problems.append(no_txn)
    if report.amount <= 0:
        problems.append(Problem(ProblemCode.AMOUNT_INVALID, "amount", params={"label": "金额"}))
    if not now - LONGEST_AGO <= report.paid_at <= now + CLOCK_SKEW:
        problems.append(Problem(ProblemCode.DATE_INVALID, "paidAt", params={"label": "交款时间"}))
    return tuple(problems)
