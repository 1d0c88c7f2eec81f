"""Figures of reports: what they add up to, what they are in percent, and what of a name is shown."""

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.reporting import BankCheck, BankMovement, Figures, Moved, hide_name, said_of

_FIGURES = st.builds(Figures, *[st.integers(0, 10**15)] * 7)


@given(st.lists(_FIGURES, max_size=8), st.integers(0, 8))
@settings(max_examples=50)
def test_figures_of_parts_add_up_to_those_of_the_whole_however_it_is_parted(parts: list[Figures], cut: int):
    def total(of: list[Figures]) -> Figures:
        return sum(of, Figures())

    assert total(parts[:cut]) + total(parts[cut:]) == total(parts)
    assert total(parts).due == sum(part.due for part in parts)


def test_a_rate_is_rounded_down_and_there_is_none_where_nothing_is_due():
    assert Figures(due=3, paid=2).rate == 6666
    assert Figures(due=10_000, paid=9_999).rate == 9999
    assert Figures(due=100, paid=150).rate == 15_000
    assert Figures().rate is None


def test_a_handed_out_name_shows_its_first_character_and_not_its_length():
    assert [hide_name(name) for name in ("李", "李四", "欧阳娜娜", "阿布都热合曼·买买提")] == [
        "李*",
        "李*",
        "欧***",
        "阿***",
    ]


def test_what_a_day_says_counts_what_came_back_or_was_decided_with_a_minus():
    lines = [
        Moved(kind, None, 1, amount)
        for kind, amount in zip(BankMovement, (1, 20, 3, 4, 5, 6, 600, 70), strict=True)
    ]
    assert [said_of(check, lines) for check in BankCheck] == [1, 20 - 3 - 4 - 5 - 6, 600 - 70]
