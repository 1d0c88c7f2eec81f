"""Carrying accounts over: every kind of entry keeps its sum, and no part falls below nothing."""

from collections import Counter
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.conservation import pool, share_out
from domain.money import allocate

_AREAS = st.lists(st.integers(1, 999_999_999), min_size=1, max_size=12)
_IN = st.fixed_dictionaries(
    {"FIRST": st.integers(0, 10**7)},
    optional={"TOPUP": st.integers(0, 10**4), "INTEREST": st.integers(0, 99)},
)
_SPENT = st.fixed_dictionaries({"USE": st.fractions(0, 1), "REFUND": st.fractions(0, 1)})


def _add(parts: Sequence[dict[str, int]]) -> dict[str, int]:
    return pool(parts)


def test_a_fen_left_over_goes_to_the_largest_remainder_and_of_equal_ones_to_the_earlier_row():
    assert share_out({"FIRST": 200_000}, (333_333, 333_333, 333_334)) == (
        {"FIRST": 66_667},
        {"FIRST": 66_666},
        {"FIRST": 66_667},
    )


def test_what_was_spent_is_shared_apart_from_what_came_in():
    assert share_out({"FIRST": 10_001, "USE": -4_000}, (1, 1, 1)) == (
        {"FIRST": 3_334, "USE": -1_334},
        {"FIRST": 3_334, "USE": -1_333},
        {"FIRST": 3_333, "USE": -1_333},
    )


def test_a_part_that_would_end_below_nothing_has_spent_less_and_the_richest_more():
    assert share_out({"FIRST": 1_000, "TOPUP": 1, "USE": -1_001}, (1, 1, 1)) == (
        {"FIRST": 334, "TOPUP": 1, "USE": -335},
        {"FIRST": 333, "USE": -333},
        {"FIRST": 333, "USE": -333},
    )


def test_what_sums_to_nothing_is_left_out():
    assert pool(({"FIRST": 5, "TOPUP": 3}, {"TOPUP": -3})) == {"FIRST": 5}
    assert share_out({}, (1, 2)) == ({}, {})


def test_less_than_nothing_cannot_be_shared_out():
    with pytest.raises(ValueError, match="less than nothing"):
        share_out({"USE": -1}, (1,))


@settings(max_examples=50, deadline=None)
@given(_IN, _SPENT, _AREAS)
def test_any_split_conserves_every_sum_and_merging_the_parts_restores_the_whole(
    came: dict[str, int], parts_spent: dict[str, float], areas: list[int]
):
    left, held = sum(came.values()), Counter(came)
    for kind, part in sorted(parts_spent.items()):
        held[kind] -= int(left * part)
        left += held[kind]
    whole = pool((held,))
    parts = share_out(whole, areas)
    assert _add(parts) == whole
    assert all(sum(part.values()) >= 0 for part in parts)
    assert share_out(_add(parts), (sum(areas),)) == (whole,)


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 10**10), _AREAS, st.data())
def test_a_due_that_is_split_and_split_again_comes_back_whole(
    due: int, areas: list[int], data: st.DataObject
):
    first = allocate(due, areas)
    again = data.draw(st.lists(st.integers(1, 9), min_size=1, max_size=4))
    parts = [fen for part in first for fen in allocate(part, again)]
    assert (sum(first), sum(parts)) == (due, due)
    # No part is off by a whole fen from its exact share.
    assert all(
        abs(part * sum(areas) - due * area) < sum(areas) for part, area in zip(first, areas, strict=True)
    )
