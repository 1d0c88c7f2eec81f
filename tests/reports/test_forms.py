"""Every printed form: what stands on it, where, and that a reader and a scanner get it back."""

# pypdfium2 is typed only in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

from reports.fonts import GlyphMissing
from reports.forms import FORMS, Opinion
from reports.forms.deposit_notice import NoticeOwner
from reports.forms.opening_list import OpeningBuilding
from reports.forms.order_application import DetailLine
from reports.forms.samples import SAMPLES
from reports.page import Fact
from reports.page.style import MARGIN
from reports.tabular import TabularRow

LONG = ("阿布都热合曼·买买提艾力𬭎囎" * 10)[:100]


def read(pdf: bytes) -> list[str]:
    """Give the text of each page without spaces and line breaks."""
    pages = pypdfium2.PdfDocument(pdf)
    return ["".join(page.get_textpage().get_text_range().split()) for page in pages]


def stretch(value: Any) -> Any:
    """Put a name of a hundred characters wherever a form takes free text."""
    match value:
        case str():
            longer: Any = LONG
        case Fact():
            longer = replace(value, value=LONG)
        case Opinion():
            longer = replace(value, text=LONG, name=LONG)
        case NoticeOwner():
            longer = replace(value, name=LONG)
        case DetailLine():
            longer = DetailLine(stretch(value.before), stretch(value.after))
        case OpeningBuilding():
            longer = OpeningBuilding(LONG, [replace(unit, section=LONG) for unit in value.units[:2]])
        case TabularRow():
            longer = replace(value, cells=stretch(value.cells))
        case list() | tuple():
            longer = tuple(map(stretch, value))  # pyright: ignore[reportUnknownArgumentType] (any form's data)
        case _:
            longer = value
    return longer


def stretched(data: Any) -> Any:
    texts = {entry.name: stretch(getattr(data, entry.name)) for entry in fields(data)}
    for kept in {"qr", "form"} & texts.keys():
        texts[kept] = getattr(data, kept)
    return replace(data, **texts)


def boxes(page: pypdfium2.PdfPage) -> list[tuple[float, float, float, float]]:
    """Give left, bottom, right and top of every visible character."""
    text = page.get_textpage()
    return [
        text.get_charbox(place)
        for place in range(text.count_chars())
        if text.get_text_range(place, 1).strip()
    ]


@pytest.mark.parametrize("name", SAMPLES)
def test_every_page_says_whose_it_is_which_copy_and_how_many_pages(name: str) -> None:
    form, data = SAMPLES[name]
    pages = read(FORMS[form].render(data))
    assert data.imprint.authority in pages[0]
    assert data.imprint.title in pages[0]
    for number, page in enumerate(pages, start=1):
        assert f"编号：{data.imprint.number}" in page
        assert f"第{data.imprint.printed}次打印" in page
        assert f"第{number}页共{len(pages)}页" in page
        assert "生成时间：2026年11月22日15:30:05" in page
        assert f"表号：{FORMS[form].number}" in page


@pytest.mark.parametrize("name", SAMPLES)
def test_every_form_is_a4_in_chinese_with_its_fonts_inside(name: str) -> None:
    form, data = SAMPLES[name]
    pdf = FORMS[form].render(data)
    document = pypdfium2.PdfDocument(pdf)
    assert {tuple(round(side) for side in sorted(page.get_size())) for page in document} == {(595, 842)}
    assert document.get_metadata_dict()["Title"] == f"{data.imprint.title} {data.imprint.number}"
    assert document.get_metadata_dict()["Author"] == data.imprint.authority
    assert document.get_metadata_dict()["CreationDate"] == "D:20261122153005+08'00'"
    assert b"/Lang (zh-CN)" in pdf
    assert pdf.count(b"/FontFile2") >= 1
    assert pdf.count(b"/Type /FontDescriptor") == pdf.count(b"/FontFile2")


@pytest.mark.parametrize("name", SAMPLES)
def test_the_same_content_gives_the_same_bytes(name: str) -> None:
    form, data = SAMPLES[name]
    assert FORMS[form].render(data) == FORMS[form].render(data)


@pytest.mark.parametrize("name", SAMPLES)
def test_names_of_a_hundred_characters_are_printed_whole_and_inside_the_margins(name: str) -> None:
    form, data = SAMPLES[name]
    pdf = FORMS[form].render(stretched(data))
    text = "".join(read(pdf))
    assert LONG in text
    for page in pypdfium2.PdfDocument(pdf):
        width, height = page.get_size()
        for left, bottom, right, top in boxes(page):
            assert left >= MARGIN - 1
            assert right <= width - MARGIN + 1
            assert bottom >= MARGIN - 3
            assert top <= height - MARGIN + 9


@pytest.mark.parametrize("name", SAMPLES)
def test_every_form_refuses_a_character_that_it_cannot_print(name: str) -> None:
    form, data = SAMPLES[name]
    with pytest.raises(GlyphMissing):
        FORMS[form].render(replace(data, imprint=replace(data.imprint, authority="𠮷市")))


@pytest.mark.parametrize("name", SAMPLES)
def test_a_picture_of_every_page_is_kept_with_the_documents(name: str) -> None:
    form, data = SAMPLES[name]
    folder = Path(__file__).parents[2] / "docs" / "forms"
    kept = {path.name for path in folder.glob(f"{name}-*.png")}
    pages = len(pypdfium2.PdfDocument(FORMS[form].render(data)))
    assert kept == {f"{name}-{number}.png" for number in range(1, pages + 1)}


def test_every_form_has_a_sample_and_a_number_of_its_own() -> None:
    assert {form for form, _ in SAMPLES.values()} == set(FORMS)
    assert len({form.number for form in FORMS.values()}) == len(FORMS)
    assert all(isinstance(data, FORMS[form].data) for form, data in SAMPLES.values())
