"""Files that are no workbooks, or meant to do harm: each is answered, and none takes the server down."""

import asyncio
import io
import zipfile
from dataclasses import replace

import pytest

from reports.workbook import read
from reports.workbook.compound import read_entries
from reports.workbook.limits import Limits
from tests.reports.books import (
    LUZHOU,
    TODAY,
    UNIT_IMPORT,
    compound,
    good,
    inline,
    make,
    package,
    plain_rows,
    read_here,
    zipped,
)

GOOD_FILE = make([good()])
MACRO = {
    "[Content_Types].xml": "<Types><Override "
    'ContentType="application/vnd.ms-excel.sheet.macroEnabled.main+xml"/></Types>'
}


def refusal(data: bytes, name: str = "") -> tuple[str, str | None]:
    """Give the code and what the file was found to be."""
    reading = read_here(data, name=name)
    (found,) = reading.problems
    assert (reading.rows, reading.problem_count, reading.markable) == ((), 1, False)
    return str(found.code), found.params.get("found") or found.params.get("what")


@pytest.mark.parametrize(
    ("data", "name", "answer"),
    [
        (b"", "", ("FILE_FORMAT", "empty")),
        (bytes(512), "", ("FILE_FORMAT", "empty")),
        ("楼栋,单元\n1栋,1".encode("gb18030"), "a.csv", ("FILE_FORMAT", "csv")),
        ("楼栋\t单元\n".encode("utf-16"), "a.xls", ("FILE_FORMAT", "csv")),
        (b"<html><table><tr><td>1</td></tr></table></html>", "a.xls", ("FILE_FORMAT", "html")),
        (
            b"\xef\xbb\xbf<!DOCTYPE html><html xmlns:x='urn:schemas-microsoft-com:office:excel'>",
            "",
            ("FILE_FORMAT", "html"),
        ),
        (
            b"<?xml version='1.0'?><Workbook xmlns='urn:schemas-microsoft-com:office:spreadsheet'/>",
            "",
            ("FILE_FORMAT", "xml"),
        ),
        (b"%PDF-1.7", "a.xlsx", ("FILE_FORMAT", "pdf")),
        (b"\xff\xd8\xff\xe0", "a.xlsx", ("FILE_FORMAT", "jpg")),
        (b"\x01\x02\x03\x04", "", ("FILE_FORMAT", "?")),
        (GOOD_FILE, "小区.et", ("FILE_FORMAT", "et")),
        (GOOD_FILE, "~$小区.xlsx", ("FILE_FORMAT", "~$")),
        (b"\x05admin".ljust(55) + b"\x05\x00".ljust(110, b"\x00"), "", ("FILE_FORMAT", "~$")),
        (compound("EncryptedPackage", "EncryptionInfo"), "a.xlsx", ("FILE_ENCRYPTED", None)),
        (compound("Workbook", "_VBA_PROJECT_CUR"), "a.xls", ("FILE_FORMAT", "xls (macro)")),
        (compound("WordDocument"), "a.xls", ("FILE_FORMAT", "doc")),
        (compound("Workbook"), "a.xls", ("FILE_FORMAT", "xls")),
        (compound("Workbook")[:600], "a.xls", ("FILE_FORMAT", "ole")),
        (bytes.fromhex("D0CF11E0A1B11AE1"), "a.xls", ("FILE_FORMAT", "ole")),
        (GOOD_FILE[:400], "", ("FILE_FORMAT", "zip")),
        (zipped({"a.txt": "b"}), "", ("FILE_FORMAT", "zip")),
        (zipped({"word/document.xml": ""}), "", ("FILE_FORMAT", "docx")),
        (zipped({"xl/workbook.bin": ""}), "", ("FILE_FORMAT", "xlsb")),
        (zipped({"content.xml": ""}), "", ("FILE_FORMAT", "ods")),
        (package("", MACRO), "a.xlsx", ("FILE_FORMAT", "xlsm")),
        (package("", {"xl/vbaProject.bin": "x"}), "a.xlsx", ("FILE_FORMAT", "xlsm")),
        (package("<sheetData><row>"), "", ("FILE_FORMAT", "xml")),
        (package('<sheetData><row r="2"/><row r="1"/></sheetData>'), "", ("FILE_FORMAT", "xml")),
        (package('<sheetData><row r="x"/></sheetData>'), "", ("FILE_FORMAT", "xml")),
        (package('<sheetData><row><c r="1A"><v>1</v></c></row></sheetData>'), "", ("FILE_FORMAT", "xml")),
        (package('<sheetData><row><c t="s"><v>7</v></c></row></sheetData>'), "", ("FILE_FORMAT", "xml")),
        (package("", {"xl/workbook.xml": "<workbook/>"}), "", ("FILE_FORMAT", "xml")),
        (package("", {"_rels/.rels": "<Relationships/>"}), "", ("FILE_FORMAT", "zip")),
    ],
)
def test_what_is_no_workbook_is_named(data: bytes, name: str, answer: tuple[str, str | None]) -> None:
    assert refusal(data, name) == answer


def test_entities_and_document_types_are_refused_unread() -> None:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    for head in (
        f'<!DOCTYPE worksheet [<!ENTITY l0 "ha">{laughs}]>',
        '<!DOCTYPE worksheet [<!ENTITY f SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE worksheet SYSTEM "http://127.0.0.1/x.dtd">',
    ):
        page = f"{head}<worksheet><sheetData><row><c><v>&l9;&f;</v></c></row></sheetData></worksheet>"
        assert refusal(package("", {"xl/worksheets/sheet1.xml": page})) == ("FILE_FORMAT", "xml")


def test_parts_of_one_name_are_refused_because_programs_read_them_differently() -> None:
    buffer = io.BytesIO(GOOD_FILE)
    with zipfile.ZipFile(buffer, "a") as packed:
        packed.writestr("xl/WORKBOOK.xml", "<workbook/>")
    assert refusal(buffer.getvalue()) == ("FILE_FORMAT", "zip")


def test_a_locked_zip_is_told_to_be_encrypted() -> None:
    data = bytearray(GOOD_FILE)
    for start in (b"PK\x03\x04", b"PK\x01\x02"):
        place = data.find(start) + (6 if start == b"PK\x03\x04" else 8)
        data[place] |= 1
    assert refusal(bytes(data)) == ("FILE_ENCRYPTED", None)


def test_a_zip_bomb_is_refused_by_its_own_figures() -> None:
    huge = package("", {"xl/worksheets/sheet1.xml": "<a>" + " " * 250_000_000})
    assert len(huge) < 300_000
    assert refusal(huge) == ("FILE_LIMITS", "bytes")


def test_a_package_that_lies_about_its_sizes_is_not_read_beyond_them() -> None:
    page = f"<worksheet>{plain_rows([good()])}{' ' * 100_000}</worksheet>"
    data = package("", {"xl/worksheets/sheet1.xml": page})
    size = len(page.encode())
    lying = data.replace(size.to_bytes(4, "little"), (1000).to_bytes(4, "little"))
    assert lying != data
    assert refusal(lying)[0] == "FILE_FORMAT"


@pytest.mark.parametrize("far", ["XFD20000", "XFD1048576", "A1048576", "IX5"])
async def test_far_cells_are_refused_instead_of_aborting_the_reader(far: str) -> None:
    row = int(far.lstrip("AXFDI"))
    page = f'<row r="1"><c r="A1"><v>1</v></c></row><row r="{row}"><c r="{far}"><v>1</v></c></row>'
    reading = await read(package(f"<sheetData>{page}</sheetData>"), UNIT_IMPORT, LUZHOU, TODAY)
    assert [problem.code for problem in reading.problems] == ["FILE_LIMITS"]


def test_empty_cells_far_away_do_no_harm() -> None:
    page = plain_rows([good()]).replace(
        "</sheetData>", '<row r="1048576"><c r="XFD1048576" s="1"/></row></sheetData>'
    )
    assert read_here(package(page)).problems == ()


def test_a_row_more_than_the_limit_is_refused_and_the_limit_itself_is_taken() -> None:
    rows = plain_rows([good(f"{number}") for number in range(4)])
    assert read_here(package(rows), replace(Limits(), rows=4)).problems == ()
    reading = read_here(package(rows), replace(Limits(), rows=3))
    assert [(problem.code, dict(problem.params)) for problem in reading.problems] == [
        ("FILE_LIMITS", {"what": "rows", "limit": "3"})
    ]
    assert Limits().rows == 20_000


def test_millions_of_rows_are_refused_while_they_are_read() -> None:
    many = "".join(inline(number, [1]) for number in range(1, 30_000))
    assert refusal(package(f"<sheetData>{many}</sheetData>")) == ("FILE_LIMITS", "rows")


async def test_a_byte_more_than_ten_mebibytes_is_refused() -> None:
    reading = await read(b"PK\x03\x04" + bytes(10 * 2**20 - 3), UNIT_IMPORT, LUZHOU, TODAY)
    assert reading.problems[0].message("zh").startswith("文件超出限制：文件大小，最多 10 MiB")


async def test_a_reader_out_of_memory_is_a_typed_answer() -> None:
    wide = plain_rows([good(f"{number}", remark="长" * 180) for number in range(3_000)])
    reading = await read(
        package(wide), UNIT_IMPORT, LUZHOU, TODAY, replace(Limits(), memory_bytes=30 * 2**20)
    )
    assert [problem.code for problem in reading.problems] == ["FILE_LIMITS"]
    assert reading.problems[0].params["what"] == "memory"


async def test_a_reader_out_of_time_is_a_typed_answer() -> None:
    slow = plain_rows([good(f"{number}") for number in range(20_000)])
    reading = await read(package(slow), UNIT_IMPORT, LUZHOU, TODAY, replace(Limits(), seconds=1))
    assert [(problem.code, problem.params["what"]) for problem in reading.problems] == [
        ("FILE_LIMITS", "seconds")
    ]


async def test_a_reading_that_nobody_waits_for_leaves_no_process_behind() -> None:
    slow = package(plain_rows([good(f"{number}") for number in range(5_000)]))
    task = asyncio.create_task(read(slow, UNIT_IMPORT, LUZHOU, TODAY))
    await asyncio.sleep(0.2)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert (await read(GOOD_FILE, UNIT_IMPORT, LUZHOU, TODAY)).problems == ()


async def test_several_uploads_at_once_are_all_answered() -> None:
    readings = await asyncio.gather(*(read(GOOD_FILE, UNIT_IMPORT, LUZHOU, TODAY) for _ in range(5)))
    assert [len(reading.rows) for reading in readings] == [1] * 5


async def test_the_reader_knows_nothing_of_our_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", "/nowhere")
    monkeypatch.setenv("PYTHONSTARTUP", "/nowhere")
    assert (await read(GOOD_FILE, UNIT_IMPORT, LUZHOU, TODAY)).problems == ()


def test_the_directory_of_an_old_container_is_read() -> None:
    assert set(read_entries(compound("Workbook", "ETExtData"))) == {"Root Entry", "Workbook", "ETExtData"}


async def test_a_container_that_makes_the_library_abort_is_a_typed_answer() -> None:
    forged = bytearray(compound("Workbook").ljust(200_000, b"\x00"))
    # Each of the 109 places for parts of the table, and an endless chain of more of them.
    forged[68:72] = (5).to_bytes(4, "little")
    forged[76:512] = (3).to_bytes(4, "little") * 109
    assert read_entries(bytes(forged))["Workbook"] == 512
    reading = await read(bytes(forged), UNIT_IMPORT, LUZHOU, TODAY)
    assert [problem.code for problem in reading.problems] == ["FILE_LIMITS"]


def test_merges_that_lie_over_each_other_cannot_make_the_reader_work_forever() -> None:
    merged = '<mergeCell ref="A2:A1000"/>' * 5_000
    page = plain_rows([good(f"{number}") for number in range(900)]) + f"<mergeCells>{merged}</mergeCells>"
    assert refusal(package(page)) == ("FILE_FORMAT", "xml")
    beyond = package(plain_rows([good()]) + '<mergeCells><mergeCell ref="Y1:Z1"/></mergeCells>')
    assert read_here(beyond, replace(Limits(), merges=0)).problems[0].params["what"] == "merges"
