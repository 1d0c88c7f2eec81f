"""Who gets a receipt for which part of a payment, and how receipts are numbered."""

from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.receipts import PaidLine, Part, ReceiptMode, receipt_number, receipt_parts

FIRST, SECOND, THIRD = (UUID(int=number) for number in (1, 2, 3))
LINES = (
    PaidLine(FIRST, 618450, ("李𬭎喆", "欧阳·买买提")),
    PaidLine(SECOND, 37500, ()),
    PaidLine(THIRD, 233335, ("王小明",)),
)


def test_a_summary_is_made_out_to_the_developer_over_everything() -> None:
    assert receipt_parts(ReceiptMode.SUMMARY, "示范置业有限公司", LINES) == (
        Part(None, "示范置业有限公司", 889285),
    )


def test_each_unit_has_a_receipt_to_the_names_on_its_row_and_else_to_the_developer() -> None:
    assert receipt_parts(ReceiptMode.PER_UNIT, "示范置业有限公司", LINES) == (
        Part(FIRST, "李𬭎喆、欧阳·买买提", 618450),
        Part(SECOND, "示范置业有限公司", 37500),
        Part(THIRD, "王小明", 233335),
    )


@settings(max_examples=50)
@given(
    st.sampled_from(ReceiptMode), st.lists(st.integers(min_value=1, max_value=10**10), min_size=1, max_size=9)
)
def test_receipts_sum_to_what_was_paid(mode: ReceiptMode, amounts: list[int]) -> None:
    lines = [PaidLine(UUID(int=place), amount, ()) for place, amount in enumerate(amounts)]
    assert sum(part.amount for part in receipt_parts(mode, "某公司", lines)) == sum(amounts)


def test_a_number_says_city_year_and_place_in_the_series() -> None:
    assert receipt_number("LZ", 2026, 1) == "LZRC202600000001"
    assert receipt_number("JM", 2027, 99_999_999) == "JMRC202799999999"


@pytest.mark.parametrize("serial", [-1, 0, 100_000_000])
def test_a_series_ends_before_its_numbers_grow_longer(serial: int) -> None:
    with pytest.raises(ValueError, match="a year has at most 99999999 receipts"):
        receipt_number("LZ", 2026, serial)
