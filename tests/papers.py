"""Reads printed papers as people and telephones do, and fills in workbooks as a clerk would."""

# pypdfium2 and openpyxl have no types of their own.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

import io
from collections.abc import Mapping, Sequence
from typing import Any

import pypdfium2 as pdfium
import zxingcpp
from openpyxl import load_workbook

from domain.estate import UNIT_FIELDS
from tests.scenes import Caller

FILE = "... on FileMade { file { id url name mediaType size } }"


def words(pdf: bytes) -> list[str]:
    """Give the text of each page."""
    return [page.get_textpage().get_text_range() for page in pdfium.PdfDocument(pdf)]


def qr_codes(pdf: bytes, page: int = 0) -> list[str]:
    """Read the QR codes on a page as a telephone would."""
    picture = pdfium.PdfDocument(pdf)[page].render(scale=2, grayscale=True).to_pil()
    return [found.text for found in zxingcpp.read_barcodes(picture)]


async def fetched(caller: Caller, made: Any) -> bytes:
    """Fetch the PDF that a print made."""
    assert made["__typename"] == "FileMade", made
    response = await caller.fetch(made["file"]["url"])
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/pdf"
    assert response.content.startswith(b"%PDF-")
    return response.content


async def print_order(caller: Caller, order: str, form: str = "APPLICATION") -> Any:
    """Print a form of an order."""
    return await caller.act("orderPrint", {"orderId": order, "form": form}, FILE, "OrderPrintInput")


async def print_proof(caller: Caller, payment: str) -> Any:
    """Print the proof of a payment."""
    return await caller.act("paymentPrint", {"paymentId": payment}, FILE, "PaymentPrintInput")


def fill_in(template: bytes, rows: Sequence[Mapping[str, object]]) -> bytes:
    """Type rows of units into an empty template, over its example row."""
    book = load_workbook(io.BytesIO(template))
    sheet: Any = book.worksheets[0]
    labels = {field.label: field.name for field in UNIT_FIELDS}
    heads = {
        cell: labels.get(str(cell.value).strip("★* ")) for row in sheet.iter_rows(max_row=10) for cell in row
    }
    columns = {cell: name for cell, name in heads.items() if name is not None}
    for head, name in columns.items():
        for place, row in enumerate(rows, start=1):
            cell = sheet.cell(head.row + place, head.column)
            cell.value = row.get(name)
            if isinstance(cell.value, str):
                cell.data_type, cell.number_format = "s", "@"
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()
