"""The style of all forms: type, lines, tables and pages."""

# pypdfium2 is typed only in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

import threading
from datetime import UTC, datetime

import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports import fonts
from reports.page import (
    Align,
    Column,
    Document,
    Heading,
    Row,
    Section,
    SignBox,
    draw_boxes,
    draw_table,
    fit,
    wrap,
)
from reports.page.style import LEADING, MARGIN
from reports.qr import trace

HEADING = Heading("某市中心", "某表", "WX-99", "N1", 3, datetime(2026, 11, 22, 7, 30, tzinfo=UTC))
PRINTABLE = st.text(alphabet="阿布都热合曼·买提，。、（）“” ABC12-3.4/", min_size=1, max_size=120)


def extract(pdf: bytes) -> list[str]:
    """Give the text of each page as a reader copies it."""
    return [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(pdf)]


def print_text(text: str) -> bytes:
    document = Document("试印")
    section = document.add(HEADING)
    section.leaf.write(section.left, section.y - 100, text, 20)
    return document.finish()


def check_inside(section: Section) -> None:
    """Every text of every page lies inside the margins."""
    for leaf in section.leaves:
        for text in leaf.texts:
            assert text.x >= MARGIN - 0.01
            assert text.x + fonts.measure(text.text, text.size) <= leaf.width - MARGIN + 0.01
            assert MARGIN - 0.01 <= text.y <= leaf.height - MARGIN + 0.01


@given(PRINTABLE, st.floats(30, 300), st.floats(4, 20))
def test_no_line_is_wider_than_its_place_and_nothing_is_lost(text: str, width: float, size: float) -> None:
    lines = wrap(text, width, size)
    assert all(fonts.measure(line, size) <= width + 0.01 for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


def test_a_line_does_not_begin_with_a_full_stop_or_end_with_an_opening_bracket() -> None:
    assert wrap("一二三四五。六七八九（十）", 50, 10) == ("一二三四", "五。六七八", "九（十）")
    assert wrap("买买提·艾力", 30, 10) == ("买买", "提·艾", "力")
    assert wrap("编号LZ-2026-001号", 66, 10) == ("编号", "LZ-2026-001", "号")


def test_a_text_keeps_the_lines_it_was_given() -> None:
    assert wrap("1．甲\n2．乙", 500, 10) == ("1．甲", "2．乙")
    assert wrap("", 500, 10) == ("",)


def test_a_text_too_long_for_its_box_is_set_smaller() -> None:
    size, lines = fit("住" * 100, 300, 40, 20)
    assert len(lines) * size * LEADING <= 40
    assert "".join(lines) == "住" * 100
    assert fit("住宅", 300, 40, 20) == (20, ("住宅",))


def test_the_head_of_a_table_comes_again_on_every_page() -> None:
    document = Document("试印")
    section = document.add(HEADING)
    rows = [Row((str(number), f"第{number}行")) for number in range(1, 121)]
    draw_table(section, [Column("序号", 1), Column("内容甲", 3)], rows)
    pages = extract(document.finish())
    assert len(pages) > 2
    assert all(page.count("内容甲") == 1 for page in pages)
    assert sum(page.count("行") for page in pages) == 120


def test_rows_tied_together_stay_on_one_page() -> None:
    document = Document("试印")
    section = document.add(HEADING)
    rows = [
        row
        for number in range(60)
        for row in (Row((f"前{number}.", "甲")), Row(("", f"后{number}."), tied=True, joined=1))
    ]
    draw_table(section, [Column("一", 1), Column("二", 1)], rows)
    pages = extract(document.finish())
    assert len(pages) > 1
    for number in range(60):
        holding = [page for page in pages if f"前{number}." in page]
        assert len(holding) == 1
        assert f"后{number}." in holding[0]


@given(st.lists(st.tuples(PRINTABLE, PRINTABLE, PRINTABLE), min_size=1, max_size=12))
def test_no_text_of_a_table_leaves_the_page(rows: list[tuple[str, str, str]]) -> None:
    section = Document("试印").add(HEADING)
    columns = [Column("一", 1), Column("二", 5, Align.LEFT), Column("三", 2, Align.RIGHT)]
    draw_table(section, columns, [Row(row) for row in rows])
    section.close()
    check_inside(section)


def test_a_row_taller_than_a_page_is_set_smaller_until_it_fits() -> None:
    section = Document("试印").add(HEADING)
    draw_table(section, [Column("窄", 1), Column("宽", 9)], [Row(("长" * 900, "短"))])
    section.close()
    check_inside(section)
    assert sum(text.text.count("长") for leaf in section.leaves for text in leaf.texts) == 900


def test_a_box_taller_than_a_page_is_set_smaller_until_it_fits() -> None:
    section = Document("试印").add(HEADING)
    draw_boxes(section, [SignBox("意见", "理" * 3000, ("签字", "日期")), SignBox("意见")], 100)
    section.close()
    check_inside(section)
    assert sum(text.text.count("理") for leaf in section.leaves for text in leaf.texts) == 3000


def test_a_row_that_does_not_cover_the_columns_is_refused() -> None:
    section = Document("试印").add(HEADING)
    with pytest.raises(ValueError, match="2 columns"):
        draw_table(section, [Column("一", 1), Column("二", 1)], [Row(("只有一格",))])


def test_a_table_without_rows_has_its_head() -> None:
    document = Document("试印")
    draw_table(document.add(HEADING), [Column("只有表头", 1)], [])
    assert "只有表头" in extract(document.finish())[0]


def test_each_paper_of_a_document_counts_its_own_pages() -> None:
    document = Document("试印")
    document.add(HEADING)
    long = document.add(HEADING)
    long.turn()
    marks = [page.splitlines() for page in extract(document.finish())]
    counts = [next(line for line in page if "共" in line) for page in marks]
    assert [
        "第 1 页　共 1 页" in counts[0],
        "第 1 页　共 2 页" in counts[1],
        "第 2 页　共 2 页" in counts[2],
    ] == [True] * 3


def test_a_document_without_a_paper_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one paper"):
        Document("空").finish()


def test_documents_printed_at_the_same_time_do_not_disturb_each_other() -> None:
    alone = {name: print_text(name * 20) for name in ("甲䶮", "乙𬭎", "丙囎", "丁堃")}
    together: dict[str, bytes] = {}

    def work(name: str) -> None:
        for _ in range(5):
            together[name] = print_text(name * 20)

    threads = [threading.Thread(target=work, args=(name,)) for name in alone]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert together == alone


@pytest.mark.parametrize("payload", ["", "v1|510500|欧阳", "a" * 121, "v1\n2"])
def test_a_code_takes_only_short_plain_text(payload: str) -> None:
    with pytest.raises(ValueError, match="printable ASCII"):
        trace(payload)
