"""The template that people fill in, looked at as another program sees it."""

# openpyxl has no types of its own.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUnknownLambdaType=false

import msgspec
import pytest

from domain.city import City, load_cities
from domain.city_record import Code
from reports.workbook import template
from reports.workbook.writing import write_template
from tests.reports.books import COLUMN, HEADERS, LUZHOU, UNIT_IMPORT, opened, read_here, told

BOOK = opened(write_template(UNIT_IMPORT, LUZHOU))
PAGE = BOOK["房屋导入"]


def test_title_notes_headers_and_example_stand_in_the_first_four_rows() -> None:
    assert PAGE["A1"].value == "房屋导入"
    assert PAGE["A2"].value.startswith("1. 带★的列必须填写")
    assert tuple(cell.value for cell in PAGE[3]) == HEADERS
    assert [cell.value for cell in PAGE[4]][-4:] == [
        "510502198503150120",
        "13800138000",
        "HT20260001",
        "示例行，请删除",
    ]
    assert PAGE.max_row == 4
    assert PAGE.freeze_panes == "A4"


def test_id_mobile_and_room_columns_are_text_so_that_leading_zeros_and_last_digits_stay() -> None:
    for name in ("room_no", "owner_id_number", "owner_mobile", "completed_ym", "contract_no"):
        letter = PAGE.cell(3, COLUMN[name]).column_letter
        assert PAGE.column_dimensions[letter].number_format == "@", name
        assert PAGE.cell(4, COLUMN[name]).data_type == "s", name


def test_areas_and_counts_are_numbers_that_add_up() -> None:
    assert PAGE.cell(4, COLUMN["gross_area"]).value == 88.35
    assert PAGE.cell(4, COLUMN["gross_area"]).number_format == "0.00##"
    assert PAGE.cell(4, COLUMN["floors_above"]).value == 18


def offered(city: City) -> dict[str, tuple[str, ...]]:
    """Read the choices that the drop-downs of a city's template offer, by field name."""
    book = opened(write_template(UNIT_IMPORT, city))
    found: dict[str, tuple[str, ...]] = {}
    for rule in book["房屋导入"].data_validations.dataValidation:
        (place,) = rule.sqref.ranges
        assert (place.min_row, place.max_row) == (4, 20_003)
        name = next(name for name, column in COLUMN.items() if place.min_col == column)
        if rule.formula1.startswith('"'):
            found[name] = tuple(rule.formula1.strip('"').split(","))
        else:
            cells = book["代码表"][rule.formula1.rpartition("!")[2].replace("$", "")]
            found[name] = tuple(cell[0].value for cell in cells)
    return found


@pytest.mark.parametrize("key", load_cities())
def test_drop_downs_offer_what_the_city_knows(key: int) -> None:
    city = load_cities()[key]
    chosen = offered(city)
    assert chosen == {
        column.name: column.kind.choices(city) for column in UNIT_IMPORT.shown if column.kind.choices(city)
    }
    assert chosen["has_lift"] == ("有", "无")
    assert "车位" in chosen["usage"]


def test_a_list_too_long_for_a_drop_down_stands_on_its_own_worksheet() -> None:
    long = tuple(Code(code=f"X{number}", label=f"很长的建筑结构名称第{number}种") for number in range(60))
    city = msgspec.structs.replace(LUZHOU, codes=msgspec.structs.replace(LUZHOU.codes, structure=long))
    assert offered(city)["structure"] == tuple(code.label for code in long)


def test_each_column_has_its_note_as_a_comment_on_the_header() -> None:
    notes = [cell.comment.text if cell.comment else "" for cell in PAGE[3]]
    assert notes == [column.note for column in UNIT_IMPORT.shown]


def test_a_template_carries_the_name_and_version_of_its_sheet() -> None:
    assert BOOK.defined_names["weixiu_sheet"].value == '"UNIT_IMPORT/1"'


async def test_a_template_sent_back_as_it_is_names_its_example_row() -> None:
    assert told(read_here(await template(UNIT_IMPORT, LUZHOU))) == [("A4", "SAMPLE_ROW")]
