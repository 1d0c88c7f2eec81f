"""Shares of owners: percentages and fractions make up the whole, or nobody has one (R-OWN-1)."""

import pytest

from domain.problem import Invalid, ProblemCode
from domain.shares import check_shares, parse_share


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("50", "50%"), ("33.33%", "33.33%"), ("１／３", "1/3"), (" 100 % ", "100%"), ("2/4", "2/4")],
)
def test_a_share_is_a_percentage_or_a_fraction(typed: str, kept: str):
    assert parse_share(typed, "share") == kept


@pytest.mark.parametrize("typed", ["0", "101", "-5", "3/2", "1/0", "一半", "50%%", "0.00001", ""])
def test_what_is_no_part_of_the_whole_is_refused(typed: str):
    with pytest.raises(Invalid) as refused:
        parse_share(typed, "share")
    assert refused.value.problem.code is ProblemCode.SHARE_SUM


@pytest.mark.parametrize(
    "shares",
    [
        [None, None],
        ["100%"],
        ["50%", "50%"],
        ["1/3", "1/3", "1/3"],
        ["33.333%", "33.333%", "33.334%"],
        ["33.333%", "33.333%", "33.333%"],
        ["1/2", "50%"],
    ],
)
def test_the_whole_is_reached_or_nobody_has_a_share(shares: list[str | None]):
    assert check_shares(shares, "owners") is None


@pytest.mark.parametrize(
    ("shares", "told"),
    [
        (["50%", None], "50%"),
        (["50%", "49%"], "99%"),
        (["1/3", "1/3"], "66.667%"),
        (["33.3%", "33.3%", "33.3%"], "99.9%"),
        (["1/2", "1/2", "1/2"], "150%"),
    ],
)
def test_what_is_not_the_whole_is_told_with_its_sum(shares: list[str | None], told: str):
    problem = check_shares(shares, "owners")
    assert problem is not None
    assert (problem.code, problem.params) == (ProblemCode.SHARE_SUM, {"sum": told})
