"""The data rows as typed values: each cell by its column, then the rules between cells and rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from domain.city import City
from domain.problem import Problem, ProblemCode
from reports.sheet import Sheet
from reports.workbook.grid import Cell, Grid, address_of
from reports.workbook.header import Header
from reports.workbook.limits import Limits
from reports.workbook.notice import Notice, NoticeCode, notice_names, notice_rows
from reports.workbook.reading import Reading, ReadRow
from reports.workbook.rows import DataRows
from reports.workbook.typed import Column, cell_text, shown_value


@dataclass(slots=True)
class _Findings:
    """Problems as they are found; beyond the limit they are only counted."""

    limit: int
    problems: list[Problem] = field(default_factory=list[Problem])
    places: set[tuple[int | None, str]] = field(default_factory=set[tuple[int | None, str]])
    count: int = 0

    def add(self, problem: Problem) -> None:
        """Take a problem of a cell; a cell has one, and the rules between cells are silent about it."""
        self.places.add((problem.row, problem.path))
        self.count += 1
        if len(self.problems) < self.limit:
            self.problems.append(problem)


def read_rows(
    grid: Grid, header: Header, rows: DataRows, sheet: Sheet, city: City, today: date, limits: Limits
) -> Reading:
    """Read the cells of the data rows by their columns, then apply the sheet's rules.

    Returns:
        Rows or problems in the order of rows and columns, with the notices about values; what is known
        of the file as a whole is for the caller to add.
    """
    columns = [Column(column, city, today, epoch_1904=grid.epoch_1904) for column in sheet.fields]
    findings = _Findings(limits.problems)
    for problem in rows.problems:
        findings.add(problem)
    values: dict[int, dict[str, object]] = {}
    for number, cells in rows.cells.items():
        values[number] = _read_cells(number, cells, columns, header, findings)
    asides = _read_asides(grid, rows, city, today, findings)
    if not (rows.cells or sheet.may_be_empty):
        findings.add(Problem(ProblemCode.FIELD_REQUIRED, params={"label": "数据行"}))
    _apply_rules(sheet, values, rows, header, findings, today)
    problems = sorted(findings.problems, key=lambda problem: _order(problem, header))[: limits.problems]
    good = findings.count == 0
    return Reading(
        rows=tuple(_read_row(number, values[number], cells) for number, cells in rows.cells.items())
        if good
        else (),
        problems=tuple(problems),
        problem_count=findings.count,
        notices=_value_notices(sheet, values, columns),
        row_count=len(rows.cells),
        asides=asides,
    )


def _read_asides(
    grid: Grid, rows: DataRows, city: City, today: date, findings: _Findings
) -> Mapping[str, object]:
    """Read the values of the whole sheet; of a field that stands there twice the first holds."""
    found: dict[str, object] = {}
    for number, declared, column in rows.asides:
        cell = grid.rows[number][column]
        value = Column(declared, city, today, epoch_1904=grid.epoch_1904).read(cell)
        if isinstance(value, Problem):
            place = address_of(number, column)
            told = {"path": declared.name, "row": number, "cell": place, "column": declared.label}
            findings.add(replace(value, value=shown_value(cell, declared), **told))
        else:
            found.setdefault(declared.name, value)
    return found


def _read_cells(
    number: int, cells: Mapping[str, Cell], columns: Sequence[Column], header: Header, findings: _Findings
) -> dict[str, object]:
    values: dict[str, object] = {}
    for column in columns:
        declared = column.field
        cell = cells.get(declared.name)
        value = column.read(cell) if cell else None
        if value is None and declared.required:
            value = Problem(ProblemCode.FIELD_REQUIRED, params={"label": declared.label})
        if isinstance(value, Problem):
            shown = shown_value(cell, declared) if cell else None
            findings.add(
                _placed(replace(value, path=declared.name, row=number, value=shown), header, declared.label)
            )
            value = None
        values[declared.name] = value
    return values


def _apply_rules(
    sheet: Sheet,
    values: Mapping[int, dict[str, object]],
    rows: DataRows,
    header: Header,
    findings: _Findings,
    today: date,
) -> None:
    """Apply the rules between cells and rows; they are silent about cells that have a problem already."""
    fields = {column.name: column for column in sheet.fields}
    own = findings.places.copy()
    limit = findings.limit
    findings.limit = limit + len(findings.problems)
    for problem in sheet.check_rows(values, today):
        if problem.row is None or (problem.row, problem.path) in own:
            continue
        declared = fields[problem.path]
        cell = rows.cells[problem.row].get(problem.path)
        shown = shown_value(cell, declared) if cell else None
        findings.add(_placed(replace(problem, value=shown), header, declared.label))
    findings.limit = limit


def _placed(problem: Problem, header: Header, label: str) -> Problem:
    column = header.columns.get(problem.path)
    cell = address_of(problem.row, column) if column and problem.row else None
    return replace(problem, cell=cell, column=label)


def _order(problem: Problem, header: Header) -> tuple[int, int]:
    return problem.row or 0, header.columns.get(problem.path, 0)


def _read_row(number: int, values: dict[str, object], cells: Mapping[str, Cell]) -> ReadRow:
    return ReadRow(number, values, {name: cell_text(cell) for name, cell in cells.items()})


def _value_notices(
    sheet: Sheet, values: Mapping[int, Mapping[str, object]], columns: Sequence[Column]
) -> tuple[Notice, ...]:
    alike = sorted({later for _, later in sheet.find_alike(values)})
    numbers = [column.field.label for column in columns if column.numbers]
    return (
        *notice_rows(NoticeCode.ALIKE_ROWS, alike),
        *notice_names(NoticeCode.NUMBERS_AS_TEXT, numbers),
    )
