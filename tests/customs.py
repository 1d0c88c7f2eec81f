"""Custom deposits as a developer's clerk does them: export, fill in, import, or press the button."""

# openpyxl has no types of its own.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

import io
from typing import Any

from openpyxl import load_workbook

from tests.batches import SKIPPED
from tests.deposits import NOTICE, Block, fresh_key
from tests.scenes import REFUSED, Caller

MADE = (
    f"notice {{ {NOTICE} receiptMode resolution {{ id name url }} }} depositType units total dryRun {SKIPPED}"
)
_IMPORT = f"""mutation($i: CustomDepositImportInput!) {{ customDepositImport(input: $i) {{ __typename
  ... on CustomNoticeMade {{ {MADE} rows remarks }} {REFUSED} }} }}"""
_AMOUNT = 13
"""The column of the amounts, `M`; the first two columns are hidden."""


def ticked(block: Block, *rooms: str) -> dict[str, Any]:
    """Tick units of an estate."""
    return {"estateId": block.estate, **({"unitIds": [block.units[room] for room in rooms]} if rooms else {})}


async def export(block: Block, *rooms: str, by: Caller | None = None, **more: Any) -> Any:
    """Export units to be topped up, and give the answer."""
    read = f"... on TopUpExported {{ file {{ id name url }} units low {SKIPPED} }}"
    given = {**ticked(block, *rooms), **more}
    return await (by or block.developer).act("customDepositExport", given, read, "CustomDepositExportInput")


async def exported(block: Block, *rooms: str, **more: Any) -> bytes:
    """Export units to be topped up, and fetch the workbook."""
    made = await export(block, *rooms, **more)
    assert made["__typename"] == "TopUpExported", made
    return (await block.developer.fetch(made["file"]["url"])).content


def read_rows(book: bytes) -> list[tuple[Any, ...]]:
    """Read the data rows without the two hidden columns."""
    page: Any = load_workbook(io.BytesIO(book)).worksheets[0]
    return [tuple(cell.value for cell in row[2:]) for row in page.iter_rows(min_row=4)]


def fill(book: bytes, *amounts: object, **cells: object) -> bytes:
    """Type amounts into the rows of a workbook, None leaving one out, and whatever else into named cells."""
    loaded = load_workbook(io.BytesIO(book))
    page: Any = loaded.worksheets[0]
    for row, amount in enumerate(amounts, start=4):
        page.cell(row, _AMOUNT).value = amount
    for cell, value in cells.items():
        page[cell].value = value
    saved = io.BytesIO()
    loaded.save(saved)
    return saved.getvalue()


def cell_of(book: bytes, cell: str) -> Any:
    """Read one cell."""
    page: Any = load_workbook(io.BytesIO(book)).worksheets[0]
    return page[cell].value


async def send(block: Block, book: bytes, by: Caller | None = None, **more: Any) -> Any:
    """Import a workbook and give the answer."""
    given = {"estateId": block.estate, "idempotencyKey": fresh_key(), **more}
    answer = await (by or block.developer).upload(_IMPORT, given, book, "续筹.xlsx")
    assert "errors" not in answer, answer
    return answer["data"]["customDepositImport"]


async def press(block: Block, kind: str, *rooms: str, by: Caller | None = None, **more: Any) -> Any:
    """Press the button that makes a custom notice, and give the answer."""
    given = {**ticked(block, *rooms), "type": kind, "idempotencyKey": fresh_key(), **more}
    read = f"... on CustomNoticeMade {{ {MADE} rows }}"
    return await (by or block.developer).act("customDepositIssue", given, read, "CustomDepositIssueInput")


async def lock(block: Block, room: str) -> str:
    """Hand a change of a unit's address in, which locks it, and give the order's number."""
    read = "... on OrderDone { order { id orderNo } }"

    async def act(name: str, kind: str, **given: Any) -> Any:
        done = await block.developer.act(name, given, read, kind)
        assert done["__typename"] == "OrderDone", done
        return done["order"]

    content = {"unitChange": {"estateId": block.estate, "reason": "门牌更正"}}
    order = (await act("orderDraft", "OrderDraftInput", content=content))["id"]
    await act(
        "orderLinesPick", "OrderLinesPickInput", orderId=order, unitIds=[block.units[room]], buildingIds=[]
    )
    edit = {"unit": {"address": f"新门牌{room}"}}
    await act("orderLinesEdit", "OrderLinesEditInput", orderId=order, edit=edit)
    return (await act("orderSubmit", "OrderStepInput", orderId=order))["orderNo"]
