"""Workbooks made by hand for the tests: good rows, broken files, and packages written part by part."""

# openpyxl has no types of its own.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportAttributeAccessIssue=false, reportOptionalMemberAccess=false, reportMissingModuleSource=false

import io
import struct
import zipfile
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from openpyxl import Workbook, load_workbook

from domain.city import load_cities
from reports.sheet import header_of
from reports.sheets import SHEETS
from reports.workbook.intake import read_workbook
from reports.workbook.limits import Limits
from reports.workbook.reading import Reading

TODAY = date(2026, 11, 22)
LUZHOU = load_cities()[510500]
UNIT_IMPORT = SHEETS["UNIT_IMPORT"]
HEADERS = tuple(header_of(column) for column in UNIT_IMPORT.shown)
COLUMN = {column.name: number for number, column in enumerate(UNIT_IMPORT.shown, start=1)}

GOOD: Mapping[str, object] = {
    "building": "1栋",
    "section": "1单元",
    "floor": 2,
    "room_no": "201",
    "address": "江畔路8号1栋1单元201",
    "usage": "住宅",
    "gross_area": 88.35,
    "net_area": 70.1,
    "has_lift": "有",
    "completed_ym": "201409",
    "structure": "钢筋混凝土结构",
    "floors_above": 18,
    "sale_status": "未售",
    "owner_name": "李四",
    "owner_id_type": "身份证",
    "owner_id_number": "51050219850315018X",
    "owner_mobile": "13122220002",
    "contract_no": "HT-1",
    "remark": None,
}


def good(room: str = "201", **changes: object) -> dict[str, object]:
    """Give a row without problems, changed as asked."""
    return {**GOOD, "room_no": room, **changes}


def make(
    rows: Sequence[Mapping[str, object]],
    change: Callable[[Any], object] | None = None,
    *,
    headers: Sequence[str] = HEADERS,
    above: int = 2,
) -> bytes:
    """Make an .xlsx file as a person might: `above` rows of text, the headers, and the rows from there on."""
    book = Workbook()
    page = book.active
    page.title = "房屋导入"
    for number in range(above):
        page.append([f"说明{number}"])
    page.append(list(headers))
    for row in rows:
        page.append([row.get(column.name) for column in UNIT_IMPORT.shown])
    if change:
        change(page)
    return saved(book)


def saved(book: Any) -> bytes:
    """Give an openpyxl workbook as a file."""
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def opened(data: bytes) -> Any:
    """Open a file with openpyxl, to look at it as another program does."""
    return load_workbook(io.BytesIO(data))


def read_here(data: bytes, limits: Limits | None = None, name: str = "") -> Reading:
    """Read in this process, which is quicker than a child for each test."""
    sheets = tuple(SHEETS.values())
    return read_workbook(data, UNIT_IMPORT, sheets, LUZHOU, TODAY, limits or Limits(), name)


def told(reading: Reading) -> list[tuple[str | None, str]]:
    """Give the cell and code of each problem."""
    return [(problem.cell, str(problem.code)) for problem in reading.problems]


def noticed(reading: Reading) -> dict[str, str]:
    """Give the notices by code."""
    return {str(notice.code): notice.what for notice in reading.notices}


def package(page: str, parts: Mapping[str, str] | None = None, **workbook: str) -> bytes:
    """Write an .xlsx package part by part, for what no library writes.

    Args:
        page: Content of the worksheet element.
        parts: Other parts by path, which replace those made here.
        workbook: `extra` content of the workbook element, `shared` texts and `styles` as XML.
    """
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    links = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    own = "http://schemas.openxmlformats.org/package/2006"
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
    entries = {
        "[Content_Types].xml": f'<Types xmlns="{own}/content-types">'
        f'<Override PartName="/xl/workbook.xml" ContentType="{kind}"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{own}/relationships">'
        f'<Relationship Id="r1" Type="{links}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{own}/relationships">'
        f'<Relationship Id="r1" Type="{links}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="r2" Type="{links}/sharedStrings" Target="sharedStrings.xml"/>'
        f'<Relationship Id="r3" Type="{links}/styles" Target="styles.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{links}">{workbook.get("extra", "")}'
        '<sheets><sheet name="房屋导入" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}">{page}</worksheet>',
        "xl/sharedStrings.xml": f'<sst xmlns="{main}">{workbook.get("shared", "")}</sst>',
        "xl/styles.xml": f'<styleSheet xmlns="{main}">{workbook.get("styles", "")}</styleSheet>',
        **(parts or {}),
    }
    return zipped(entries)


def zipped(entries: Mapping[str, str | bytes]) -> bytes:
    """Pack parts into a zip file."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed:
        for path, content in entries.items():
            packed.writestr(path, content)
    return buffer.getvalue()


def inline(row: int, values: Sequence[object]) -> str:
    """Write a row of inline texts and plain numbers, as reporting programs do."""
    cells = "".join(
        f"<c><v>{value}</v></c>"
        if isinstance(value, int | float)
        else f'<c t="inlineStr"><is><t>{value}</t></is></c>'
        for value in values
    )
    return f'<row r="{row}">{cells}</row>'


def plain_rows(rows: Sequence[Mapping[str, object]]) -> str:
    """Write headers and rows as inline cells; the headers stand in row 1."""
    lines = [inline(1, HEADERS)]
    for number, row in enumerate(rows, start=2):
        values = [row.get(column.name) for column in UNIT_IMPORT.shown]
        lines.append(inline(number, ["" if value is None else value for value in values]))
    return f"<sheetData>{''.join(lines)}</sheetData>"


def compound(*names: str) -> bytes:
    """Write an Office 2003 container with these streams, all of them empty."""
    end, free, table = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
    entries = b"".join(
        _entry(name, kind) for name, kind in (("Root Entry", 5), *((name, 2) for name in names))
    )
    sectors = -(-len(entries) // 512)
    chain = [table, *range(2, sectors + 1), end]
    head = (
        bytes.fromhex("D0CF11E0A1B11AE1")
        + bytes(16)
        + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6)
        + bytes(6)
    )
    head += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, end, 0, end, 0) + struct.pack("<I", 0)
    head += struct.pack("<108I", *[free] * 108)
    fat = struct.pack("<128I", *chain, *[free] * (128 - len(chain)))
    return head + fat + entries.ljust(sectors * 512, b"\x00")


def _entry(name: str, kind: int) -> bytes:
    written = name.encode("utf-16-le")
    links = struct.pack("<III", 0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF)
    return written.ljust(64, b"\x00") + struct.pack("<HBB", len(written) + 2, kind, 1) + links + bytes(48)
