"""What is written can be read back as it was, and is never a formula."""

# openpyxl has no types of its own.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from datetime import date

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.field import Amount, Area, Day, Field, Text
from domain.identity import fold
from reports.sheet import Sheet
from reports.workbook import read, write
from reports.workbook.intake import read_workbook
from reports.workbook.limits import Limits
from reports.workbook.writing import write_workbook
from tests.reports.books import LUZHOU, TODAY, UNIT_IMPORT, good, make, opened, read_here

_LETTERS = st.characters(exclude_categories=("Cs", "Co", "Cn", "Cc", "Cf"))


def words(longest: int) -> st.SearchStrategy[str]:
    """Texts as they are after folding, with what spreadsheets trip over among them."""
    typed = st.one_of(
        st.text(_LETTERS, min_size=1, max_size=longest),
        st.sampled_from(
            [
                "=1+1",
                "@SUM(A1)",
                "+86",
                "-3-12",
                "_x0041_",
                "0101",
                "3-12",
                "1E5",
                "TRUE",
                "#N/A",
                "'a",
                "{=1}",
            ]
        ),
        st.sampled_from(["<b>&amp;", "http://a.cn", "张·三", "𬭎䶮堃", "1,088.35", '"', "合计a", "示 例"]),
    )
    return typed.map(fold).filter(lambda text: bool(text) and len(text) <= longest)


def unit_rows() -> st.SearchStrategy[dict[str, object]]:
    """Units without an owner, with every other field filled or not."""
    optional = {
        "section": words(20),
        "net_area": st.integers(1, 100),
        "completed_ym": st.sampled_from(["201409", "199912", "203611"]),
        "structure": st.sampled_from(["1", "3", "6"]),
        "floors_above": st.integers(1, 200),
        "sale_status": st.sampled_from(["UNSOLD", "SELF_USE"]),
        "contract_no": words(50),
        "remark": words(200).filter(lambda text: not text.startswith("示例行")),
        "external_id": st.sampled_from(["LZ-P001-1", "0", "=1"]),
    }
    required = {
        "building": words(50).filter(lambda text: not text.startswith("合计")),
        "floor": st.integers(-20, 200).filter(bool),
        "address": words(200),
        "usage": st.sampled_from(["10", "P1", "31"]),
        "gross_area": st.integers(100, 999_999_999),
        "has_lift": st.booleans(),
    }
    columns = {**required, **{name: st.none() | values for name, values in optional.items()}}
    return st.fixed_dictionaries(columns)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(unit_rows(), min_size=1, max_size=8))
def test_rows_that_are_written_read_back_as_the_same_values(rows: list[dict[str, object]]) -> None:
    owner = dict.fromkeys(("owner_name", "owner_id_type", "owner_id_number", "owner_mobile"))
    rows = [
        # A place and a source stand in one row only.
        {
            **row,
            **owner,
            "room_no": f"R{at}",
            "external_id": row["external_id"] and f"{row['external_id']}{at}",
        }
        for at, row in enumerate(rows)
    ]
    reading = read_here(write_workbook(UNIT_IMPORT, LUZHOU, rows))
    assert reading.problems == ()
    assert [row.values for row in reading.rows] == rows


@settings(max_examples=100, deadline=None)
@given(
    st.dates(date(1900, 3, 1), date(2036, 11, 22)),
    st.integers(1, 99_999_999_99),
    st.integers(1, 999_999_999),
    words(50),
)
def test_days_amounts_areas_and_texts_read_back_to_the_fen(day: date, fen: int, area: int, text: str) -> None:
    sheet = Sheet(
        "ANY",
        1,
        "任意",
        (),
        (
            Field("day", "日期", Day()),
            Field("fen", "金额", Amount()),
            Field("area", "面积", Area()),
            Field("text", "文字", Text(50)),
        ),
    )
    row = {"day": day, "fen": fen, "area": area, "text": text}
    data = write_workbook(sheet, LUZHOU, [row])
    assert [read.values for read in read_workbook(data, sheet, (), LUZHOU, TODAY, Limits()).rows] == [row]


def test_nothing_typed_becomes_a_formula_and_what_looks_like_one_stays_text_when_typed_again() -> None:
    risky = [
        "=cmd|'/c calc'!A1",
        "{=1+1}",
        "+1+1",
        "-2",
        "@SUM(1)",
        '=HYPERLINK("http://a.cn")',
        "http://a.cn",
    ]
    base = read_here(make([good()])).rows[0].values
    rows = [{**base, "room_no": f"{number}", "remark": text} for number, text in enumerate(risky)]
    page = opened(write_workbook(UNIT_IMPORT, LUZHOU, rows))["房屋导入"]
    cells = [page.cell(row, 19) for row in range(4, 4 + len(risky))]
    assert [cell.value for cell in cells] == risky
    assert all(cell.data_type == "s" and cell.hyperlink is None for cell in cells)
    assert [cell.quotePrefix for cell in cells] == [text[0] in "=+-@" for text in risky]


async def test_a_child_process_writes_and_reads_the_same_rows_as_this_one() -> None:
    rows = [row.values for row in read_here(make([good("201"), good("202", net_area=None)])).rows]
    again = await read(await write(UNIT_IMPORT, LUZHOU, rows), UNIT_IMPORT, LUZHOU, TODAY)
    assert [row.values for row in again.rows] == rows
