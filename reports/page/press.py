"""Prints laid-out pages as a PDF; the only file that knows the PDF writer's canvas."""

# reportlab is typed only in part; its objects are handled inside this file.
# pyright: reportUnknownMemberType=false, reportUnknownLambdaType=false

from collections.abc import Iterable
from datetime import datetime
from io import BytesIO
from itertools import groupby
from threading import Lock

from reportlab.pdfgen.canvas import Canvas

from domain.clock import SHANGHAI
from reports.fonts import split
from reports.page import style
from reports.page.leaf import Code, Leaf, Line, Shade, Text
from reports.qr import trace

_printing = Lock()  # the writer's font remembers where it reads; one document at a time is embedded


def press(leaves: Iterable[Leaf], title: str, author: str, moment: datetime) -> bytes:
    """Print pages; the same pages give the same bytes.

    Args:
        leaves: The pages in their order.
        title: The document's title, which viewers show in their window.
        author: The authority whose paper it is.
        moment: When it was made, with an offset.

    Returns:
        The PDF.
    """
    file = BytesIO()
    stamp = f"D:{moment.astimezone(SHANGHAI):%Y%m%d%H%M%S}+08'00'"
    with _printing:
        canvas = Canvas(file, pageCompression=1, invariant=1, lang="zh-CN", pdfVersion=(1, 5))
        canvas.setTitle(title)
        canvas.setAuthor(author)
        canvas.setSubject(title)
        canvas.setCreator("Weixiu")
        canvas.setProducer("Weixiu")
        canvas.setViewerPreference("DisplayDocTitle", "true")
        canvas.setDateFormatter(lambda *_: stamp)
        for leaf in leaves:
            _print_leaf(canvas, leaf)
        canvas.save()
    return file.getvalue()


def _print_leaf(canvas: Canvas, leaf: Leaf) -> None:
    """Print a page: grey first, then lines, codes and text."""
    canvas.setPageSize((leaf.width, leaf.height))
    _print_shades(canvas, leaf.shades)
    _print_lines(canvas, leaf.lines)
    for code in leaf.codes:
        _print_code(canvas, code)
    for pen, texts in groupby(leaf.texts, lambda text: text.size * style.BOLD if text.bold else 0.0):
        _print_texts(canvas, texts, pen)
    canvas.showPage()


def _print_shades(canvas: Canvas, shades: list[Shade]) -> None:
    for shade in shades:
        canvas.setFillGray(shade.grey)
        canvas.rect(shade.x, shade.y, shade.width, shade.height, stroke=0, fill=1)
    canvas.setFillGray(0)


def _print_lines(canvas: Canvas, lines: list[Line]) -> None:
    """Print lines; one that two cells share is printed once, or it would look thicker than the others."""
    canvas.setLineWidth(style.RULE)
    canvas.setLineCap(2)
    canvas.lines(list(dict.fromkeys(lines)))


def _print_code(canvas: Canvas, code: Code) -> None:
    modules, bars = trace(code.payload)
    module = code.side / modules
    path = canvas.beginPath()
    for column, row, length in bars:
        path.rect(code.x + column * module, code.y + code.side - (row + 1) * module, length * module, module)
    canvas.drawPath(path, stroke=0, fill=1)


def _print_texts(canvas: Canvas, texts: Iterable[Text], pen: float) -> None:
    """Print texts in reading order; bold ones have their outline drawn again with a pen."""
    writer = canvas.beginText()
    if pen:
        canvas.setLineWidth(pen)
        writer.setTextRenderMode(2)
    font = ("", 0.0)
    for text in texts:
        writer.setTextOrigin(text.x, text.y)
        for run in split(text.text):
            if font != (run.font, text.size):
                font = (run.font, text.size)
                writer.setFont(*font)
            writer.textOut(run.text)
    if pen:
        writer.setTextRenderMode(0)
    canvas.drawText(writer)
