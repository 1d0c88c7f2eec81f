"""What a workbook says: typed rows, or everything that is wrong with its cells and where."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from domain.problem import Problem
from reports.workbook.notice import Notice


@dataclass(frozen=True, slots=True)
class ReadRow:
    """One data row.

    Attributes:
        number: Its number as the person sees it.
        values: Typed value of each field of the sheet by name; None where nothing stands.
        texts: What the cells show, as typed, by name; cells that are empty are left out.
    """

    number: int
    values: dict[str, object]
    texts: dict[str, str]


@dataclass(frozen=True, slots=True)
class Reading:
    """What a workbook says.

    Attributes:
        rows: Its data rows; none unless there are no problems.
        problems: What is wrong, by row and column, at most as many as the limits say.
        problem_count: How many problems there are in all.
        notices: What was passed over or cannot be known.
        row_count: How many data rows there are, whether in order or not.
        suffix: `xlsx` or `xls`, by content; empty where it is neither.
        markable: Whether a correction copy can be made of it.
        asides: Values of the whole sheet that rows beside the data tell, by name.
        columns: In which column, such as `C`, each field stands.
    """

    rows: tuple[ReadRow, ...] = ()
    problems: tuple[Problem, ...] = ()
    problem_count: int = 0
    notices: tuple[Notice, ...] = ()
    row_count: int = 0
    suffix: str = ""
    markable: bool = False
    asides: Mapping[str, object] = field(default_factory=dict[str, object])
    columns: Mapping[str, str] = field(default_factory=dict[str, str])

    @staticmethod
    def refused(problem: Problem, suffix: str = "") -> "Reading":
        """Say that the file as a whole cannot be read."""
        return Reading(problems=(problem,), problem_count=1, suffix=suffix)
