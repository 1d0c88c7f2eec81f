"""Which rows of a worksheet are data: blanks, totals and hidden rows are passed over with a notice."""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field

from domain.field import Field
from domain.identity import fold
from domain.problem import Problem, ProblemCode
from reports.sheet import Sheet
from reports.workbook.grid import Cell, CellKind, Grid, Range, address_of
from reports.workbook.header import Header
from reports.workbook.limits import Limits, beyond, not_a_workbook
from reports.workbook.typed import cell_text

SAMPLE_REMARK = "示例行，请删除"
"""What stands in the example row's last column, so that a left-over one is known again."""

_TOTALS = frozenset({"合计", "总计", "小计", "共计", "本页合计", "本页小计"})


@dataclass(slots=True)
class DataRows:
    """The data rows of a worksheet.

    Attributes:
        cells: Cells by field name, by row number, in order.
        problems: Merged cells and left-over example rows.
        blank: Rows between data in which nothing of ours stands.
        totals: Rows of totals.
        concealed: Rows that are hidden or filtered out.
        asides: Rows that tell one value of the whole sheet: their number and field, and the value's column.
    """

    cells: dict[int, dict[str, Cell]] = field(default_factory=dict[int, dict[str, Cell]])
    problems: list[Problem] = field(default_factory=list[Problem])
    blank: list[int] = field(default_factory=list[int])
    totals: list[int] = field(default_factory=list[int])
    concealed: list[int] = field(default_factory=list[int])
    asides: list[tuple[int, Field, int]] = field(default_factory=list[tuple[int, Field, int]])


def pick_rows(grid: Grid, header: Header, sheet: Sheet, limits: Limits) -> DataRows:
    """Pick the data rows below the header and fill merged cells down where the sheet allows it.

    Raises:
        Invalid: FILE_LIMITS for too many rows.
    """
    found = DataRows()
    names = {column: name for name, column in header.columns.items()}
    for number in sorted(grid.rows):
        if number <= header.row:
            continue
        cells = {names[column]: cell for column, cell in grid.rows[number].items() if column in names}
        if all(_is_blank(cell) for cell in cells.values()):
            continue
        if number in grid.hidden_rows:
            found.concealed.append(number)
        elif _is_total(grid.rows[number]):
            found.totals.append(number)
        elif aside := _find_aside(grid.rows[number], sheet):
            found.asides.append((number, *aside))
        else:
            found.cells[number] = cells
    if len(found.cells) > limits.rows:
        raise beyond("rows", limits.rows)
    _note_blanks(found, header, grid)
    _settle_merges(found, grid, header, sheet)
    _find_samples(found, sheet)
    return found


def _is_blank(cell: Cell) -> bool:
    # Most texts begin with a letter or digit, and then there is no need to look closer.
    return cell.kind is CellKind.TEXT and not cell.text[0].isalnum() and not fold(cell.text)


def _is_total(cells: Mapping[int, Cell]) -> bool:
    first = next((cell for _, cell in sorted(cells.items()) if not _is_blank(cell)), None)
    return first is not None and first.kind is CellKind.TEXT and _bare(first.text) in _TOTALS


def _find_aside(cells: Mapping[int, Cell], sheet: Sheet) -> tuple[Field, int] | None:
    """Find which value of the whole sheet a row tells, and in which column it stands: the last one filled."""
    filled = [column for column, cell in sorted(cells.items()) if not _is_blank(cell)]
    first = cells[filled[0]] if len(filled) > 1 else None
    if first is None or first.kind is not CellKind.TEXT:
        return None
    field_ = sheet.asides.get(_bare(first.text))
    return (field_, filled[-1]) if field_ else None


def _bare(text: str) -> str:
    return fold(text).replace(" ", "").rstrip(":")


def _note_blanks(found: DataRows, header: Header, grid: Grid) -> None:
    last = max(found.cells, default=header.row)
    asides = {number for number, *_ in found.asides}
    known = {*found.cells, *found.totals, *asides, *grid.hidden_rows}
    found.blank += [row for row in range(header.row + 1, last) if row not in known]


def _settle_merges(found: DataRows, grid: Grid, header: Header, sheet: Sheet) -> None:
    fields = {header.columns[column.name]: column for column in sheet.fields if column.name in header.columns}
    ordered = list(found.cells)
    filled = 0
    for merge in grid.merges:
        touched = [fields[column] for column in sorted(fields) if merge.left <= column <= merge.right]
        rows = ordered[bisect_left(ordered, merge.top) : bisect_right(ordered, merge.bottom)]
        if not (touched and rows):
            continue
        if merge.left == merge.right and merge.top > header.row and touched[0].name in sheet.fill_down:
            _fill_down(found, grid, merge, rows, touched[0].name)
            filled += len(rows)
            if filled > len(sheet.fill_down) * len(ordered):
                # Merged ranges that lie over each other cannot come from a spreadsheet program.
                raise not_a_workbook("xml")
        else:
            place = address_of(merge.top, merge.left)
            params = {"label": touched[0].label}
            problem = Problem(
                ProblemCode.MERGED_CELL,
                touched[0].name,
                row=rows[0],
                cell=f"{place}:{address_of(merge.bottom, merge.right)}",
                column=touched[0].label,
                params=params,
            )
            found.problems.append(problem)


def _fill_down(found: DataRows, grid: Grid, merge: Range, rows: list[int], name: str) -> None:
    """Give the merged cell's value to its other rows; those behind the first are always empty in the file."""
    value = grid.rows.get(merge.top, {}).get(merge.left)
    for row in rows:
        if value and row != merge.top:
            found.cells[row][name] = value


def _find_samples(found: DataRows, sheet: Sheet) -> None:
    """Find example rows that were left over: by their remark, or because all else is the example's."""
    mark = sheet.shown[-1].name
    example = {column.name: fold(column.example) for column in sheet.fields if column.example}
    example.pop(mark, None)
    for row, cells in found.cells.items():
        remark = cells.get(mark)
        marked = remark is not None and remark.text.lstrip().startswith(SAMPLE_REMARK[:3])
        if marked or _shows(cells, example, mark):
            found.problems.append(Problem(ProblemCode.SAMPLE_ROW, row=row, cell=f"A{row}"))


def _shows(cells: Mapping[str, Cell], example: Mapping[str, str], mark: str) -> bool:
    for name, text in example.items():
        cell = cells.get(name)
        if cell is None or fold(cell_text(cell)) != text:
            return False
    others = cells.keys() - example.keys() - {mark}
    return bool(example) and all(_is_blank(cells[name]) for name in others)
