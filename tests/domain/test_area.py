"""Areas: read and written in square metres with up to four decimals."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.area import MAX_AREA, format_area, parse_area


@given(st.integers(0, MAX_AREA))
def test_an_area_that_is_written_is_read_as_the_same(area: int) -> None:
    assert parse_area(format_area(area)) == area


@pytest.mark.parametrize(
    ("area", "text"),
    [
        (883500, "88.35"),
        (333335, "33.3335"),
        (600000, "60.00"),
        (333330, "33.333"),
        (1, "0.0001"),
        (0, "0.00"),
        (-125000, "-12.50"),
    ],
)
def test_an_area_has_two_to_four_decimals(area: int, text: str) -> None:
    assert format_area(area) == text


@pytest.mark.parametrize(
    "text",
    ["", "88.35001", "88,35", "1e2", "-1", "+1", "88.", ".5", "８８", "88.35㎡", " 88", "123456789", "NaN"],
)
def test_what_is_no_plain_area_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="square metres"):
        parse_area(text)
