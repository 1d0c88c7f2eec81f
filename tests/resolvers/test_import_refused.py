"""What is no such workbook, or comes to the wrong order, is refused as a whole and changes nothing."""

import io
import zipfile
from collections.abc import Callable

import pytest

from tests.reports.books import HEADERS, good, make, package, plain_rows, zipped
from tests.resolvers.workbooks import EXPORT, IMPORT, NOBODY, send, told
from tests.scenes import LUZHOU, Developer, Town, take
from tests.shelf import Shelf


@pytest.fixture
async def developer(town: Town) -> Developer:
    """Give a developer of Luzhou, where sample rates are set."""
    await town.set_rates(LUZHOU)
    return await town.developer(LUZHOU)


def other_headers() -> bytes:
    """Make a workbook of another form."""
    return make([], headers=["姓名", "电话"])


def renamed_header() -> bytes:
    """Make a workbook of which a header was renamed."""
    return make([good()], headers=["房间" if header.startswith("室号") else header for header in HEADERS])


def bomb() -> bytes:
    """Pack 300 MB of blanks into a small file."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("[Content_Types].xml", "<Types/>")
        with packed.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part:
            for _ in range(300):
                part.write(bytes(1 << 20))
    return buffer.getvalue()


def macro() -> bytes:
    """Make a workbook with macros."""
    kind = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
    return zipped(
        {"[Content_Types].xml": f'<Types><Override ContentType="{kind}"/></Types>', "xl/workbook.xml": "<x/>"}
    )


REFUSED: list[tuple[Callable[[], bytes], str, str]] = [
    (other_headers, "a.xlsx", "HEADER_MISSING"),
    (renamed_header, "a.xlsx", "HEADER_MISSING"),
    (lambda: make([]), "a.xlsx", "FIELD_REQUIRED"),
    (lambda: "楼栋,单元".encode("gb18030"), "a.csv", "FILE_FORMAT"),
    (lambda: b"<html><table></table></html>", "a.xls", "FILE_FORMAT"),
    (lambda: b"", "a.xlsx", "FILE_FORMAT"),
    (macro, "a.xlsm", "FILE_FORMAT"),
    (lambda: make([good()]), "~$a.xlsx", "FILE_FORMAT"),
    (bomb, "a.xlsx", "FILE_LIMITS"),
    (lambda: package(plain_rows([good()] * 20_001)), "a.xlsx", "FILE_LIMITS"),
]


async def test_what_is_no_such_workbook_is_refused_as_a_whole(town: Town, developer: Developer, shelf: Shelf):
    order = await town.draft(developer)
    standing = await shelf.standing()
    for make_file, name, expected in REFUSED:
        answer = await send(developer, order, make_file(), name)
        assert [code for _, code in told(answer)] == [expected], (name, answer)
        assert (answer["problemCount"], answer["correctionUrl"]) == (1, None)
    assert await shelf.standing() == standing


async def test_a_file_over_10_mib_is_refused_before_it_is_read_and_one_of_10_mib_is_read(
    town: Town, developer: Developer
):
    order = await town.draft(developer)
    largest = await send(developer, order, bytes(10 << 20), "a.xlsx")
    assert told(largest) == [(None, "FILE_FORMAT")]
    answer = await developer.upload(IMPORT, {"orderId": order}, bytes((10 << 20) + 1), "a.xlsx")
    assert "data" not in answer
    assert answer["errors"][0]["extensions"]["code"] == "BAD_REQUEST"


async def test_anothers_order_cannot_be_told_from_none(town: Town, developer: Developer, shelf: Shelf):
    order = await town.draft(developer)
    other = await town.developer(LUZHOU, uscc="91440703MA4W7K2P3E", login="other")
    standing = await shelf.standing()
    for data in (make([good()]), make([good(floor=0)])):
        answer = await other.upload(IMPORT, {"orderId": order}, data, "a.xlsx")
        assert answer["data"] == {"orderImport": None}
        assert answer["errors"][0]["extensions"]["code"] == "NOT_FOUND"
    stolen = await other.send(EXPORT, i={"orderId": order})
    assert stolen["errors"][0]["extensions"]["code"] == "NOT_FOUND"
    stranger = await town.stranger.upload(IMPORT, {"orderId": order}, make([good()]), "a.xlsx")
    assert stranger["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
    assert await shelf.standing() == standing


async def test_a_submitted_order_takes_no_workbook_good_or_bad(
    town: Town, developer: Developer, shelf: Shelf
):
    order = await town.draft(developer)
    await send(developer, order, make([good("101", **NOBODY)]))
    await take(developer, "orderSubmit", order)
    standing = await shelf.standing()
    for data in (make([good("102", **NOBODY)]), make([good(floor=0, owner_mobile="1")])):
        answer = await send(developer, order, data)
        assert told(answer) == [(None, "INVALID_TRANSITION")]
        assert (answer["problemCount"], answer["correctionUrl"]) == (1, None)
    assert await shelf.standing() == standing
