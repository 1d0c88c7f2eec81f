"""A developer's batch deposit as its clerk does it: tick, export, fill in, import, or press the button."""

# openpyxl has no types of its own.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

import io
from collections.abc import Mapping, Sequence
from typing import Any

from openpyxl import load_workbook

from tests.deposits import NOTICE, Block, fresh_key
from tests.scenes import REFUSED, Caller

SKIPPED = "skippedCount skipped { unitCode room reason noticeNo }"
MADE = f"notice {{ {NOTICE} payMode receiptMode receiptMobile }} units dryRun {SKIPPED}"
_IMPORT = f"""mutation($i: BatchDepositImportInput!) {{ batchDepositImport(input: $i) {{ __typename
  ... on BatchOwnersImported {{ {MADE} rows remarks }}
  {REFUSED} }} }}"""
_BUILDINGS = "query($id: ID!) { node(id: $id) { ... on Estate { buildings { id name } } } }"

ZHANG = ("张三", "身份证", "510502198503150120", "13800138000")
LI = ("李四", "身份证", "51050219850315018X", "13900139000")
WANG = ("王五", "身份证", "440705200402290126", "19912345678")
DEVELOPER = ("示范置业有限公司", "营业执照", "91510500MA6200T12B", "0830-2345678")
AGREED = {"payMode": "ON_BEHALF", "receiptMode": "PER_UNIT", "receiptMobile": "138 0013 8000"}


async def buildings(block: Block) -> dict[str, str]:
    """Read the ids of an estate's buildings by name."""
    found = await block.developer.ask(_BUILDINGS, id=block.estate)
    return {building["name"]: building["id"] for building in found["node"]["buildings"]}


async def export(block: Block, *rooms: str, by: Caller | None = None, **more: Any) -> Any:
    """Export what is due of units and give the answer."""
    given: dict[str, Any] = {"estateId": block.estate, **more}
    if rooms:
        given["unitIds"] = [block.units[room] for room in rooms]
    read = f"... on BatchOwnersExported {{ file {{ id name url }} units {SKIPPED} }}"
    return await (by or block.developer).act("batchDepositExport", given, read, "BatchDepositExportInput")


async def exported(block: Block, *rooms: str, by: Caller | None = None, **more: Any) -> bytes:
    """Export what is due of units, and fetch the workbook."""
    made = await export(block, *rooms, by=by, **more)
    assert made["__typename"] == "BatchOwnersExported", made
    return (await (by or block.developer).fetch(made["file"]["url"])).content


def read_rows(book: bytes) -> list[tuple[Any, ...]]:
    """Read the data rows without the hidden code."""
    page: Any = load_workbook(io.BytesIO(book)).worksheets[0]
    return [tuple(cell.value for cell in row[1:]) for row in page.iter_rows(min_row=4)]


def fill(
    book: bytes, *rows: Sequence[str | None] | None, added: Mapping[int, Sequence[Any]] | None = None
) -> bytes:
    """Type owners into the rows of an exported workbook; None deletes a row, `added` are whole new ones.

    Args:
        book: What was exported.
        rows: Name, kind of document, number, telephone, share, place and organization code.
        added: Further rows by their number, from the building on.
    """
    loaded = load_workbook(io.BytesIO(book))
    page: Any = loaded.worksheets[0]
    for row, values in enumerate(rows, start=4):
        for column, value in enumerate(values or (), start=6):
            page.cell(row, column).value = value
    for row, values in (added or {}).items():
        for column, value in enumerate(values, start=2):
            page.cell(row, column).value = value
    for row in reversed([row for row, values in enumerate(rows, start=4) if values is None]):
        page.delete_rows(row)
    saved = io.BytesIO()
    loaded.save(saved)
    return saved.getvalue()


async def send(block: Block, book: bytes, by: Caller | None = None, **more: Any) -> Any:
    """Import a workbook and give the answer."""
    given = {"estateId": block.estate, "idempotencyKey": fresh_key(), **AGREED, **more}
    given = {name: value for name, value in given.items() if value is not None}
    answer = await (by or block.developer).upload(_IMPORT, given, book, "业主.xlsx")
    assert "errors" not in answer, answer
    return answer["data"]["batchDepositImport"]


async def press(block: Block, by: Caller | None = None, **more: Any) -> Any:
    """Press the button that makes a batch notice, and give the answer."""
    given = {"estateId": block.estate, "idempotencyKey": fresh_key(), **more}
    read = f"... on BatchNoticeIssued {{ {MADE} }}"
    return await (by or block.developer).act("batchNoticeIssue", given, read, "BatchNoticeIssueInput")


def skips(answer: Any) -> list[tuple[str, str, str | None]]:
    """Give what was left out: room, reason, and the number of its notice."""
    return [(one["room"], one["reason"], one["noticeNo"]) for one in answer["skipped"]]
