"""What a bank says was in the account follows from what moved, in whichever order it writes its lines."""

from collections.abc import Sequence
from datetime import date
from itertools import accumulate

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.bank_balance import OpenItemKind, kind_of
from domain.problem import Problem
from domain.statement_balance import (
    Held,
    Said,
    bring_in,
    check_chain,
    check_opening,
    read_chain,
    settle_balances,
)

DAY = date(2026, 11, 22)


def rows(*moves: tuple[int, int | None]) -> dict[int, dict[str, object]]:
    """Write rows of a statement from the second on: what moved, and the balance after it."""
    return {
        number: {
            "money_in": max(moved, 0) or None,
            "money_out": max(-moved, 0) or None,
            "balance": balance,
        }
        for number, (moved, balance) in enumerate(moves, start=2)
    }


def told(problems: Sequence[Problem]) -> list[tuple[str, int | None, str | None]]:
    """Give code, row and what would be right."""
    return [(one.code.value, one.row, one.params.get("expected")) for one in problems]


@given(
    opening=st.integers(0, 10**12),
    moves=st.lists(st.integers(-(10**9), 10**9).filter(bool), min_size=1, max_size=8),
)
@settings(max_examples=50)
def test_balances_are_read_whichever_end_of_the_day_stands_first(opening: int, moves: list[int]):
    balances = list(accumulate(moves, initial=opening))[1:]
    lines = list(zip(moves, balances, strict=True))
    for order in (lines, lines[::-1]):
        assert list(check_chain(rows(*order))) == []
        assert Held(opening, balances[-1]) in read_chain(rows(*order))


def test_a_wrong_balance_is_told_with_what_would_be_right():
    wrong = rows((100, 1100), (-50, 1051), (25, 1076))
    assert told(list(check_chain(wrong))) == [("STATEMENT_BALANCE", 3, "10.50")]
    backward = rows((25, 1075), (-50, 1050), (7, 1101))
    assert told(list(check_chain(backward))) == [("STATEMENT_BALANCE", 3, "10.51")]
    assert told(list(check_chain(rows((100, 1100), (-50, None))))) == [("FIELD_REQUIRED", 3, None)]
    assert read_chain(rows((100, None))) == read_chain({}) == ()


def test_money_that_came_and_went_is_read_from_the_end_that_fits():
    turned = rows((-100, 1000), (100, 1100))
    first, other = Held(1100, 1100), Held(1000, 1000)
    assert read_chain(turned) == (first, other)
    for said, before, found in (
        (Said(), None, first),
        (Said(), 1000, other),
        (Said(1000), None, other),
        (Said(None, 1100), 1000, first),
    ):
        assert settle_balances(said, read_chain(turned), 0, before) == found


@pytest.mark.parametrize(
    ("said", "read", "found"),
    [
        (Said(), None, None),
        (Said(1000), None, Held(1000, 1250)),
        (Said(None, 1250), None, Held(1000, 1250)),
        (Said(1000, 1250), Held(1000, 1250), Held(1000, 1250)),
        (Said(0, 250), None, Held(0, 250)),
        (Said(1000, 1251), None, ("STATEMENT_BALANCE", "closingBalance", "12.50")),
        (Said(999), Held(1000, 1250), ("STATEMENT_BALANCE", "openingBalance", "10.00")),
        (Said(None, 999), Held(1000, 1250), ("STATEMENT_BALANCE", "closingBalance", "12.50")),
        (Said(None, 249), None, ("STATEMENT_OVERDRAWN", "openingBalance", None)),
        (Said(-1), None, ("STATEMENT_OVERDRAWN", "openingBalance", None)),
    ],
)
def test_what_is_said_what_the_file_shows_and_what_moved_must_agree(
    said: Said, read: Held | None, found: Held | tuple[str, str, str | None] | None
):
    settled = settle_balances(said, (read,) if read else (), 250)
    if isinstance(settled, Problem):
        assert (settled.code.value, settled.path, settled.params.get("expected")) == found
    else:
        assert settled == found


def test_what_is_typed_and_what_a_row_of_the_file_tells_must_be_the_same():
    assert bring_in(Said(1000), {"closing": 1250}) == Said(1000, 1250)
    assert bring_in(Said(1000), {"opening": 1000, "closing": None}) == Said(1000)
    problem = bring_in(Said(1000), {"opening": 999})
    assert isinstance(problem, Problem)
    assert (problem.path, problem.params["expected"]) == ("openingBalance", "9.99")


def test_a_day_begins_with_what_the_day_before_left():
    assert check_opening(Held(1000, 1250), 1000, DAY) is None
    assert check_opening(Held(1000, 1250), None, DAY) is None
    problem = check_opening(Held(1000, 1250), 999, DAY)
    assert problem is not None
    assert dict(problem.params) == {"day": "2026-11-22", "expected": "9.99"}


@pytest.mark.parametrize(
    ("came", "bank", "books", "kind"),
    [
        (True, 100, 0, OpenItemKind.BANK_RECEIVED),
        (True, 0, 100, OpenItemKind.BOOKS_RECEIVED),
        (True, 99, 100, OpenItemKind.BOOKS_RECEIVED),
        (False, -100, 0, OpenItemKind.BANK_PAID),
        (False, 0, -100, OpenItemKind.BOOKS_PAID),
        (False, -101, -100, OpenItemKind.BANK_PAID),
    ],
)
def test_the_side_that_has_more_of_a_transaction_has_the_open_item(
    came: bool, bank: int, books: int, kind: OpenItemKind
):
    assert kind_of(came=came, bank=bank, books=books) is kind
    # Put to the other side it brings both to one sum.
    moved = kind.sign * abs(bank - books)
    assert (bank, books + moved) == (bank, bank) if kind.at_bank else (bank + moved, books) == (books, books)
