"""Deposit notices: what is due, who may stand on one, when it runs out, and what its code says."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from domain.deposits import (
    DepositType,
    NoticeStatus,
    UnitAccount,
    check_owners,
    deposit_type,
    first_deposit,
    keep_shares,
    qr_payload,
    same_owners,
    same_people,
    standing,
)
from domain.people import Owner, Sealed
from domain.problem import Problem, ProblemCode

NOON = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
UNPAID, PAID = UnitAccount(265050, 0, 0), UnitAccount(265050, 265050, 265050)


def sealed(number: str) -> Sealed:
    """Seal a number so that two sealings differ but are found to be equal."""
    return Sealed(cipher=f"{id(object())}", masked=number[:2] + "*", blind=f"blind of {number}")


def owner(name: str = "李喆", number: str = "1", mobile: str = "2", share: str | None = None) -> Owner:
    """Make an owner."""
    return Owner(name=name, id_type="1", id_number=sealed(number), mobile=sealed(mobile), share=share)


@pytest.mark.parametrize(
    ("due", "paid", "left"),
    [(265050, 0, 265050), (265050, 265049, 1), (265050, 265050, None), (265050, 265051, None), (0, 0, None)],
)
def test_what_is_left_of_the_first_deposit_is_due_and_never_less_than_a_fen(
    due: int, paid: int, left: int | None
):
    expected = Problem(ProblemCode.NOTHING_DUE) if left is None else left
    assert first_deposit(UnitAccount(due, paid, paid)) == expected


@pytest.mark.parametrize(
    ("status", "after", "found"),
    [
        ("OPEN", timedelta(seconds=-1), NoticeStatus.OPEN),
        ("OPEN", timedelta(0), NoticeStatus.EXPIRED),
        ("OPEN", timedelta(days=1), NoticeStatus.EXPIRED),
        ("PAID", timedelta(days=1), NoticeStatus.PAID),
        ("VOIDED", timedelta(days=1), NoticeStatus.VOIDED),
        ("EXPIRED", timedelta(days=-1), NoticeStatus.EXPIRED),
    ],
)
def test_an_open_notice_counts_as_expired_from_its_last_moment(
    status: str, after: timedelta, found: NoticeStatus
):
    assert standing(status, NOON, NOON + after) is found


def test_a_notice_names_somebody_and_nobody_twice():
    assert check_owners([], [], UNPAID, reviewed=False) == Problem(ProblemCode.OWNER_REQUIRED, "owners")
    twice = [owner("甲", "1"), owner("乙", "1")]
    assert check_owners(twice, [], UNPAID, reviewed=False) == Problem(ProblemCode.DUPLICATE_OWNER, "owners")


def test_owners_are_free_until_money_came_and_then_only_their_mobiles():
    present = [owner("甲", "1"), owner("乙", "2")]
    needs_order = Problem(ProblemCode.OWNER_CHANGE_NEEDS_ORDER, "owners")
    assert check_owners([owner("丙", "3")], present, UNPAID, reviewed=False) is None
    assert check_owners([owner("丙", "3")], present, PAID, reviewed=False) == needs_order
    assert check_owners(present[:1], present, PAID, reviewed=False) == needs_order
    assert check_owners([owner("甲某", "1"), present[1]], present, PAID, reviewed=False) == needs_order
    assert (
        check_owners([replace(present[0], id_type="3"), present[1]], present, PAID, reviewed=False)
        == needs_order
    )
    # What the office reviewed by an order stands, though nothing is paid.
    assert check_owners([owner("丙", "3")], present, UNPAID, reviewed=True) == needs_order
    assert check_owners([present[1], owner("甲", "1", mobile="9")], present, UNPAID, reviewed=True) is None
    # Money that did not come from a first deposit binds the owners as well.
    assert check_owners(present[:1], present, UnitAccount(265050, 0, 1), reviewed=False) == needs_order
    assert check_owners([present[1], owner("甲", "1", mobile="9")], present, PAID, reviewed=False) is None


def test_people_are_the_same_whatever_their_order_cipher_and_mobile():
    some, others = [owner("甲", "1"), owner("乙", "2")], [owner("乙", "2", mobile="9"), owner("甲", "1")]
    assert same_people(some, others)
    assert not same_owners(some, others)
    assert same_owners(some, [owner("乙", "2"), owner("甲", "1")])
    assert not same_people(some, others[:1])


def test_shares_stay_with_the_same_people_and_go_when_the_people_change():
    present = [owner("甲", "1", share="60"), owner("乙", "2", share="40")]
    kept = keep_shares([owner("乙", "2", mobile="9"), owner("甲", "1")], present)
    assert [(one.name, one.share) for one in kept] == [("乙", "40"), ("甲", "60")]
    assert [one.share for one in keep_shares([owner("甲", "1"), owner("丙", "3")], present)] == [None, None]


def test_the_code_of_a_notice_holds_city_number_and_fen_and_a_check_that_any_change_breaks():
    payload = qr_payload(510500, "LZNO2026112200001", 618450)
    assert payload == "v1|510500|LZNO2026112200001|618450|08f3d74e"
    assert payload.rpartition("|")[2] != qr_payload(510500, "LZNO2026112200001", 618451).rpartition("|")[2]
    assert payload.rpartition("|")[2] != qr_payload(510500, "LZNO2026112200002", 618450).rpartition("|")[2]


def test_what_is_due_beside_a_paid_deposit_is_a_supplement():
    assert deposit_type(UnitAccount(618450, 0, 0)) is DepositType.FIRST
    assert deposit_type(UnitAccount(630000, 618450, 618450)) is DepositType.SUPPLEMENT
