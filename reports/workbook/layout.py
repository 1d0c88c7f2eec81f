"""How our workbooks look: formats, widths, drop-downs and notes, in templates, exports and copies."""

# xlsxwriter leaves the classes it is made of untyped in two signatures; only this file calls those.
# pyright: reportUnknownMemberType=false

import io
from collections.abc import Mapping

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from domain.city import City
from domain.field import Amount, Area, Count, Field, Floor
from domain.field_kept import SeenAmount, SeenArea
from reports.sheet import CODE_LISTS, MARKER, Sheet, header_of
from reports.workbook.grid import letters_of

_INLINE = 255  # what a drop-down may hold without a worksheet to refer to
_NUMBER_FORMATS: dict[type, str] = {
    Area: "0.00##",
    SeenArea: "0.00##",
    Amount: "0.00",
    SeenAmount: "0.00",
    Count: "0",
    Floor: "0",
}
_ROWS = 20_000
_WIDTH = 11
TITLE_HEIGHT = 26  # points
NOTE_LINE = 18  # points of one line of the notes, in whichever program's face


class Layout:
    """A workbook under way, with one worksheet for data."""

    def __init__(self, sheet: Sheet, city: City, tab: str = "", *, epoch_1904: bool = False) -> None:
        self.sheet, self.city = sheet, city
        self._buffer = io.BytesIO()
        self.workbook = xlsxwriter.Workbook(
            self._buffer,
            {
                "in_memory": True,
                # A text stays a text whatever it begins with: nothing typed may become a formula or a link.
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
                "date_1904": epoch_1904,
            },
        )
        self.page: Worksheet = self.workbook.add_worksheet(tab or sheet.title)
        self.workbook.define_name(MARKER, f'="{sheet.marker}"')
        self._formats: dict[tuple[tuple[str, object], ...], Format] = {}
        self._lists: Worksheet | None = None
        self._list_column = 0

    def format(self, **properties: object) -> Format:
        """Give the format with these properties; each is made once."""
        key = tuple(sorted(properties.items()))
        if key not in self._formats:
            self._formats[key] = self.workbook.add_format(dict(properties))
        return self._formats[key]

    def write_head(self) -> int:
        """Write title, notes and headers, set widths and formats of the columns; give the header's row."""
        last = len(self.sheet.fields) - 1
        self.page.merge_range(0, 0, 0, last, self.sheet.title, self.title_format)
        notes = "\n".join(f"{number}. {note}" for number, note in enumerate(self.sheet.notes, start=1))
        self.page.merge_range(1, 0, 1, last, notes, self.note_format)
        self.page.set_row(0, TITLE_HEIGHT)
        self.page.set_row(1, NOTE_LINE * len(self.sheet.notes))
        for column, field in enumerate(self.sheet.fields):
            self.write_header(2, column, field)
            hidden = {"hidden": field.name in self.sheet.hidden}
            width = self.sheet.widths.get(field.name, max(_WIDTH, 2 * len(header_of(field)) + 2))
            self.page.set_column(column, column, width, self.column_format(field), hidden)
        self.page.freeze_panes(3, 0)
        self.set_paper(2)
        return 2

    @property
    def title_format(self) -> Format:
        """How the title stands above all."""
        return self.format(bold=True, font_size=16)

    @property
    def note_format(self) -> Format:
        """How the notes stand above the headers."""
        return self.format(text_wrap=True, valign="top", font_color="#7F7F7F")

    def write_header(self, row: int, column: int, field: Field, text: str = "") -> None:
        """Write a header, as it was typed if it was; what must be filled in is told by its colour."""
        colour = "#FCE4D6" if field.required else "#DDEBF7"
        style = self.format(bold=True, bg_color=colour, border=1, text_wrap=True, valign="vcenter")
        self.page.write_string(row, column, text or header_of(field), style)
        if field.note:
            self.page.write_comment(row, column, field.note, {"author": self.city.authority.name})

    def set_paper(self, header: int) -> None:
        """Print across A4, as wide as one page, with the headers on each."""
        self.page.set_paper(9)
        self.page.set_landscape()
        self.page.fit_to_pages(1, 0)
        self.page.repeat_rows(header)

    def column_format(self, field: Field) -> Format:
        """Show numbers with their decimals; all else is text, so that leading zeros and long numbers stay."""
        return self.format(num_format=number_format(field))

    def add_drop_downs(self, columns: Mapping[str, int], first: int) -> None:
        """Offer the city's codes in the columns, given by field name; an alias may still be typed."""
        for field in self.sheet.fields:
            choices = field.kind.choices(self.city)
            if field.name not in columns or not choices:
                continue
            column = columns[field.name]
            inline = len(",".join(choices)) <= _INLINE and not any("," in choice for choice in choices)
            rule = {
                "validate": "list",
                "source": list(choices) if inline else self._list_source(field, choices),
                "error_type": "warning",
                "error_title": field.label,
                "error_message": "不在下拉列表中，导入时可能无法识别。",
            }
            self.page.data_validation(first, column, first + _ROWS - 1, column, rule)

    def finish(self) -> bytes:
        """Close the workbook and give the file."""
        self.workbook.close()
        return self._buffer.getvalue()

    def _list_source(self, field: Field, choices: tuple[str, ...]) -> str:
        if self._lists is None:
            self._lists = self.workbook.add_worksheet(CODE_LISTS)
        self._lists.write_string(0, self._list_column, field.label, self.format(bold=True))
        for row, choice in enumerate(choices, start=1):
            self._lists.write_string(row, self._list_column, choice)
        letters = letters_of(self._list_column + 1)
        self._list_column += 1
        return f"={CODE_LISTS}!${letters}$2:${letters}${len(choices) + 1}"


def number_format(field: Field) -> str:
    """Give the number format of a column; `@` is text."""
    return _NUMBER_FORMATS.get(type(field.kind), "@")


def is_numeric(field: Field) -> bool:
    """Tell whether a column holds numbers that people may add up."""
    return isinstance(field.kind, tuple(_NUMBER_FORMATS))
