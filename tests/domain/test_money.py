"""Amounts: read, written, put in words, worked out from an area, and shared out."""

from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.money import MAX_FEN, MAX_LINE, allocate, due, format_yuan, in_words, parse_yuan
from domain.rates import MAX_RATE

AMOUNTS = st.integers(-MAX_FEN, MAX_FEN)


@given(AMOUNTS)
def test_an_amount_that_is_written_is_read_as_the_same(fen: int) -> None:
    assert parse_yuan(format_yuan(fen)) == fen


@pytest.mark.parametrize(
    ("text", "fen"),
    [("2650.50", 265050), ("2650.5", 265050), ("0", 0), ("-0.05", -5), ("99999999999.99", MAX_FEN)],
)
def test_yuan_are_read_as_fen(text: str, fen: int) -> None:
    assert parse_yuan(text) == fen


@pytest.mark.parametrize(
    "text",
    [
        "",
        " 1",
        "1 ",
        "1.005",
        "1.",
        ".5",
        "1,000.00",
        "1e3",
        "+1",
        "--1",
        "NaN",
        "¥1",
        "１",
        "٣",
        "100000000000",
        "1\n",
    ],
)
def test_what_is_no_plain_amount_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="yuan"):
        parse_yuan(text)


@pytest.mark.parametrize(
    ("fen", "text"), [(265050, "2650.50"), (5, "0.05"), (0, "0.00"), (-5, "-0.05"), (-100, "-1.00")]
)
def test_fen_are_written_with_two_decimals(fen: int, text: str) -> None:
    assert format_yuan(fen) == text


@pytest.mark.parametrize(
    ("area", "rate", "fen"),
    [
        (883500, 3000, 265050),  # Jiangmen, 88.35 m² with lift
        (125000, 2000, 25000),  # Jiangmen, parking space of 12.50 m²
        (333335, 3000, 100001),  # 1000.005 is rounded up, where a float gives 1000.00
        (1, 5000, 1),  # half a fen
        (1, 4999, 0),
        (3, 5000, 2),  # one and a half
        (0, 3000, 0),
    ],
)
def test_a_due_is_rounded_half_up_to_the_fen(area: int, rate: int, fen: int) -> None:
    assert due(area, rate) == fen


def test_a_total_is_the_sum_of_rounded_lines() -> None:
    assert sum(due(333335, 3000) for _ in range(3)) == 300003
    assert due(3 * 333335, 3000) == 300002


@given(st.integers(0, 999_999_999), st.integers(0, MAX_RATE))
def test_a_due_agrees_with_exact_decimals_and_fits_a_line(area: int, rate: int) -> None:
    yuan = Decimal(area) / 10_000 * (Decimal(rate) / 100)
    assert due(area, rate) == int(yuan.quantize(Decimal("0.01"), ROUND_HALF_UP) * 100)
    assert due(area, rate) <= MAX_LINE


@pytest.mark.parametrize(("area", "rate"), [(-1, 3000), (1, -3000)])
def test_a_negative_area_or_rate_has_no_due(area: int, rate: int) -> None:
    with pytest.raises(ValueError, match="negative"):
        due(area, rate)


@pytest.mark.parametrize(
    ("total", "weights", "parts"),
    [
        (1000000, (8835, 8835, 11207, 11207), (220412, 220412, 279588, 279588)),
        (100, (1, 1, 1), (34, 33, 33)),  # equal remainders: the earlier row
        (200, (1, 1, 1), (67, 67, 66)),
        (100, (1, 2), (33, 67)),  # the larger remainder, though later
        (5, (0, 1, 0), (0, 5, 0)),
        (0, (3, 4), (0, 0)),
        (-100, (1, 1, 1), (-34, -33, -33)),
        (7, (9,), (7,)),
    ],
)
def test_a_share_goes_to_the_largest_remainder_and_then_the_earlier_row(
    total: int, weights: tuple[int, ...], parts: tuple[int, ...]
) -> None:
    assert allocate(total, weights) == parts


WEIGHTS = st.lists(st.integers(0, 10**9), min_size=1, max_size=40).filter(lambda weights: sum(weights) > 0)


@given(AMOUNTS, WEIGHTS)
def test_shares_make_up_the_total_and_none_is_a_fen_off_its_exact_part(
    total: int, weights: list[int]
) -> None:
    parts = allocate(total, weights)
    assert sum(parts) == total
    whole = sum(weights)
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part * whole - total * weight) < whole


@given(st.integers(0, MAX_FEN), WEIGHTS)
def test_a_heavier_row_never_gets_less(total: int, weights: list[int]) -> None:
    shares = sorted(zip(weights, allocate(total, weights), strict=True))
    heaviest: dict[int, list[int]] = {}
    for weight, part in shares:
        heaviest.setdefault(weight, []).append(part)
    ordered = [(min(parts), max(parts)) for _, parts in sorted(heaviest.items())]
    assert all(lighter[1] <= heavier[1] for lighter, heavier in pairwise(ordered))


@pytest.mark.parametrize("weights", [(), (0,), (0, 0), (2, -1), (-1, -1)])
def test_shares_need_a_weight_above_zero_and_none_below(weights: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="weights"):
        allocate(100, weights)


@pytest.mark.parametrize(
    ("fen", "words"),
    [
        (5, "人民币伍分"),
        (10, "人民币壹角"),
        (10_05, "人民币壹拾元零伍分"),
        (325_04, "人民币叁佰贰拾伍元零肆分"),
        (1409_50, "人民币壹仟肆佰零玖元伍角"),
        (6007_14, "人民币陆仟零柒元壹角肆分"),
        (16409_02, "人民币壹万陆仟肆佰零玖元零贰分"),
        (1680_32, "人民币壹仟陆佰捌拾元零叁角贰分"),
        (107000_53, "人民币壹拾万柒仟元零伍角叁分"),
        (2650_50, "人民币贰仟陆佰伍拾元零伍角"),
        (12025_20, "人民币壹万贰仟零贰拾伍元贰角"),
        (23918_00, "人民币贰万叁仟玖佰壹拾捌元整"),
        (100000_00, "人民币壹拾万元整"),
        (1000000_05, "人民币壹佰万元零伍分"),
        (1000100_00, "人民币壹佰万零壹佰元整"),
        (10000000_01, "人民币壹仟万元零壹分"),
        (100000001_10, "人民币壹亿零壹元壹角"),
    ],
)
def test_amounts_read_as_the_rule_for_cheques_has_them(fen: int, words: str) -> None:
    assert in_words(fen) == words


@pytest.mark.parametrize(
    ("fen", "words"),
    [
        (0, "人民币零元整"),
        (1_00, "人民币壹元整"),
        (100000000_00, "人民币壹亿元整"),
        (100005000_00, "人民币壹亿零伍仟元整"),
        (1000050000_00, "人民币壹拾亿零伍万元整"),
        (10010_00, "人民币壹万零壹拾元整"),
        (1010101_01, "人民币壹佰零壹万零壹佰零壹元零壹分"),
        (99999999999_99, "人民币玖佰玖拾玖亿玖仟玖佰玖拾玖万玖仟玖佰玖拾玖元玖角玖分"),
    ],
)
def test_further_amounts_read_right_up_to_the_largest(fen: int, words: str) -> None:
    assert in_words(fen) == words


VALUES = {digit: value for value, digit in enumerate("零壹贰叁肆伍陆柒捌玖")}
PLACES = {"仟": 1000, "佰": 100, "拾": 10, "角": 10, "分": 1}


def _read_words(words: str) -> int:
    """Read an amount back by value and place, as a bank's clerk does."""
    yuan, group, digit = 0, 0, 0
    for char in words.removeprefix("人民币").removesuffix("整"):
        if char in VALUES:
            digit = VALUES[char]
        elif char in {"亿", "万", "元"}:
            scale = {"亿": 10**8, "万": 10**4, "元": 1}[char]
            yuan += (group + digit) * scale
            group, digit = 0, 0
            if char == "元":
                yuan *= 100
        else:
            group += digit * PLACES[char]
            digit = 0
    return yuan + group


@given(st.integers(0, MAX_FEN))
def test_words_mean_the_amount_and_obey_the_rule_of_zeros(fen: int) -> None:
    words = in_words(fen)
    assert _read_words(words) == fen
    assert "零零" not in words
    assert words.endswith("整") == (fen % 100 == 0)


@pytest.mark.parametrize("fen", [-1, MAX_FEN + 1])
def test_words_refuse_a_negative_or_too_large_amount(fen: int) -> None:
    with pytest.raises(ValueError, match="between 0 and"):
        in_words(fen)
