"""Custom deposits: when less than 30 % is left, what comes before a top-up, and what each type asks."""

import pytest

from domain.batch import SkipReason
from domain.custom_deposits import (
    CustomType,
    before_top_up,
    check_account,
    check_top_up,
    check_total,
    is_low,
    not_asked,
)
from domain.deposits import DepositType, UnitAccount, entry_type
from domain.money import MAX_LINE
from domain.problem import Problem, ProblemCode


@pytest.mark.parametrize(
    ("paid_first", "balance", "low"),
    [
        # 30 % of 2650.50 is 795.15: not less than that is not low.
        (265_050, 79_515, False),
        (265_050, 79_514, True),
        # 30 % of 1000.01 is 300.003, so 300.00 is less.
        (100_001, 30_000, True),
        (100_001, 30_001, False),
        (1, 0, True),
        (0, 0, False),
    ],
)
def test_less_than_thirty_percent_is_low_to_the_fen(paid_first: int, balance: int, low: bool) -> None:
    assert is_low("OPEN", paid_first, balance) is low
    assert not is_low("FROZEN", paid_first, balance)
    assert not is_low("CLOSED", paid_first, balance)


@pytest.mark.parametrize(
    ("account", "reason", "amount"),
    [
        (UnitAccount(265_050, 0, 0), SkipReason.FIRST_DUE, "2650.50"),
        (UnitAccount(295_050, 265_050, 0), SkipReason.SUPPLEMENT_DUE, "300.00"),
        (UnitAccount(265_050, 265_050, 10), None, None),
        # What is promised back is not paid any more.
        (UnitAccount(265_050, 265_050, 265_050, 5_000), SkipReason.SUPPLEMENT_DUE, "50.00"),
        # Of an exempt unit nothing is due.
        (UnitAccount(0, 0, 0), None, None),
    ],
)
def test_the_first_deposit_is_paid_before_a_top_up(
    account: UnitAccount, reason: SkipReason | None, amount: str | None
) -> None:
    assert before_top_up(account) is reason
    wanted = amount and Problem(ProblemCode.FIRST_DEPOSIT_DUE, params={"amount": amount})
    assert check_top_up(account) == wanted


@pytest.mark.parametrize(
    ("account", "first", "supplement", "other"),
    [
        (UnitAccount(100, 0, 0), None, SkipReason.FIRST_DUE, None),
        (UnitAccount(100, 40, 40), SkipReason.SUPPLEMENT_DUE, None, None),
        (UnitAccount(100, 100, 0), SkipReason.FULLY_PAID, SkipReason.FULLY_PAID, SkipReason.FULLY_PAID),
    ],
)
def test_a_type_asks_for_its_own_alone_and_the_other_one_for_whatever_is_due(
    account: UnitAccount, first: SkipReason, supplement: SkipReason, other: SkipReason
) -> None:
    kinds = (CustomType.FIRST, CustomType.SUPPLEMENT, CustomType.OTHER)
    assert [not_asked(kind, account) for kind in kinds] == [first, supplement, other]


def test_only_a_unit_in_use_with_an_open_account_is_asked() -> None:
    assert check_account("ACTIVE", "OPEN") is None
    assert check_account("CANCELLED", "FROZEN") == Problem(ProblemCode.UNIT_NOT_ACTIVE)
    assert check_account("ACTIVE", "FROZEN") == Problem(ProblemCode.ACCOUNT_FROZEN)


def test_one_notice_asks_no_more_than_there_are_words_for() -> None:
    # A thousand and one lines of 99,999,999.99 yuan are more than 99,999,999,999.99.
    assert check_total(1_000 * MAX_LINE) is None
    beyond = check_total(1_001 * MAX_LINE)
    assert beyond is not None
    assert (beyond.code, beyond.path, beyond.params["max"]) == ("AMOUNT_INVALID", "file", "99999999999.99")


def test_what_another_deposit_brings_counts_as_what_was_due() -> None:
    assert [entry_type(kind, 0) for kind in DepositType] == ["FIRST", "SUPPLEMENT", "TOPUP", "FIRST"]
    assert entry_type(DepositType.OTHER, 1) is DepositType.SUPPLEMENT
