"""Templates to fill in, and rows written in the same layout so that they can be read back as they were."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from domain.city import City
from domain.field import Field, Text
from reports.sheet import Sheet
from reports.workbook.grid import letters_of
from reports.workbook.layout import Layout, is_numeric, number_format
from reports.workbook.rows import SAMPLE_REMARK

_RISKY = ("=", "+", "-", "@", "\t", "\r")
"""What a text begins with that a spreadsheet would reckon once it is typed again or saved as csv."""


def write_template(sheet: Sheet, city: City) -> bytes:
    """Make the empty template with its example row and the city's drop-downs."""
    layout = Layout(_needed(sheet, ()), city)
    first = layout.write_head() + 1
    for column, field in enumerate(layout.sheet.fields):
        marks = field is sheet.shown[-1] and isinstance(field.kind, Text)
        _write_text(layout, first, column, field, SAMPLE_REMARK if marks else field.example, italic=True)
    _finish_columns(layout, first)
    return layout.finish()


def write_workbook(sheet: Sheet, city: City, rows: Sequence[Mapping[str, object]]) -> bytes:
    """Write rows of typed values as a workbook of the sheet.

    Args:
        sheet: The layout.
        city: Gives the labels of codes and the drop-downs.
        rows: Values by field name, as `Reading.rows` has them; None and left-out ones stay empty.

    Returns:
        An .xlsx file; reading it gives the same values. Texts are never formulas, and those that look
        like one carry the mark that makes spreadsheets keep them as text.
    """
    layout = Layout(_needed(sheet, rows), city)
    first = layout.write_head() + 1
    for row, values in enumerate(rows, start=first):
        for column, field in enumerate(layout.sheet.fields):
            value = values.get(field.name)
            if value is not None:
                _write_text(layout, row, column, field, field.kind.show(value, city))
    _finish_columns(layout, first)
    return layout.finish()


def write_texts(sheet: Sheet, city: City, rows: Sequence[Mapping[str, object]]) -> bytes:
    """Write rows of texts just as another system wrote them, so that a person can see and correct them."""
    layout = Layout(_needed(sheet, rows), city)
    first = layout.write_head() + 1
    for row, values in enumerate(rows, start=first):
        for column, field in enumerate(layout.sheet.fields):
            text = values.get(field.name)
            if isinstance(text, str) and text:
                look = {"quote_prefix": True} if text.startswith(_RISKY) else {}
                layout.page.write_string(row, column, text, layout.format(num_format="@", **look))
    _finish_columns(layout, first)
    return layout.finish()


def _write_text(
    layout: Layout, row: int, column: int, field: Field, text: str, *, italic: bool = False
) -> None:
    look: dict[str, object] = {"italic": True, "font_color": "#7F7F7F"} if italic else {}
    if not text:
        return
    if is_numeric(field):
        style = layout.format(num_format=number_format(field), **look) if look else None
        layout.page.write_number(row, column, float(text), style)
    elif text.startswith(_RISKY):
        layout.page.write_string(row, column, text, layout.format(num_format="@", quote_prefix=True, **look))
    else:
        layout.page.write_string(row, column, text, layout.format(num_format="@", **look) if look else None)


def _needed(sheet: Sheet, rows: Sequence[Mapping[str, object]]) -> Sheet:
    """Leave out hidden columns of which nothing is known: nobody could fill them in."""
    fields = (
        field
        for field in sheet.fields
        if field.required or field.name not in sheet.hidden or any(row.get(field.name) for row in rows)
    )
    return replace(sheet, fields=tuple(fields))


def _finish_columns(layout: Layout, first: int) -> None:
    places = {field.name: column for column, field in enumerate(layout.sheet.fields)}
    layout.add_drop_downs(places, first)
    # Numbers that are kept as text on purpose shall not carry Excel's green corners.
    last = len(places) - 1
    layout.page.ignore_errors({"number_stored_as_text": f"A{first + 1}:{letters_of(last + 1)}1048576"})
