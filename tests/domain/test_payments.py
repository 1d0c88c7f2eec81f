"""A bank's report of a payment: what is wrong with it by itself."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from domain.payments import CLOCK_SKEW, Report, check_report
from domain.problem import ProblemCode
from domain.switch import Channel

NOON = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
REPORT = Report(
    notice_no="N1", amount=1, bank_txn_no="~!T" + "9" * 61, channel=Channel.BANK, paid_at=NOON + CLOCK_SKEW
)


def test_a_report_with_a_fen_64_characters_and_a_clock_five_minutes_ahead_is_taken():
    assert check_report(REPORT, NOON) == ()


@pytest.mark.parametrize("number", ["", " ", "A B", "号", "Ａ", "t" * 65, "a\n", "\x7f"])
def test_a_transaction_number_is_plain_printable_ascii_without_spaces(number: str):
    (problem,) = check_report(replace(REPORT, bank_txn_no=number), NOON)
    assert (problem.code, problem.path) == (ProblemCode.TEXT_INVALID, "bankTxnNo")


def test_everything_that_is_wrong_is_told_at_once():
    late = NOON + CLOCK_SKEW + timedelta(microseconds=1)
    wrong = Report(notice_no="", amount=0, bank_txn_no="", channel=Channel.QR, paid_at=late)
    assert [(problem.code, problem.path) for problem in check_report(wrong, NOON)] == [
        (ProblemCode.FIELD_REQUIRED, "noticeNo"),
        (ProblemCode.TEXT_INVALID, "bankTxnNo"),
        (ProblemCode.AMOUNT_INVALID, "amount"),
        (ProblemCode.DATE_INVALID, "paidAt"),
    ]
