"""What came of a piece of long work, as its row keeps it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from domain.problem import Problem
from resolvers.outcome import Done, Outcome, Refused
from resolvers.workbooks import ImportAnswer

MOST_KEPT = 1_000
"""No more problems are kept; how many there are is kept beside them."""
# How the acts say in the audit how many rows they were about.
_COUNTED = ("rows", "lines", "notices", "units")


@dataclass(frozen=True, slots=True)
class Result:
    """What came of it.

    Attributes:
        outcome: What was done, or why it was refused.
        rows: How many rows or notices it was about.
        problem_count: How many problems there are in all, where that is more than are told.
        remarks: What was passed over, in the asker's language.
        file: What was made of it, or the workbook with its problems marked.
    """

    outcome: Outcome
    rows: int | None = None
    problem_count: int | None = None
    remarks: Sequence[str] = ()
    file: UUID | None = None

    @classmethod
    def counted(cls, outcome: Outcome) -> "Result":
        """Tell what an act says of itself, or what is still known of what another runner committed."""
        if not isinstance(outcome, Done):
            return cls(outcome)
        return cls(outcome, next((outcome.detail[name] for name in _COUNTED if name in outcome.detail), None))

    @classmethod
    def of_import(cls, found: ImportAnswer) -> "Result":
        """Tell what became of a workbook."""
        return cls(found.outcome, found.rows, found.problem_count, found.remarks, found.correction)

    @property
    def made(self) -> UUID | None:
        """The file that is to be fetched, if there is one."""
        if self.file is None and isinstance(self.outcome, Done) and self.outcome.type == "File":
            return self.outcome.ids[0]
        return self.file

    def keep(self, language: str) -> Mapping[str, Any]:
        """Write it as it is kept."""
        problems = self.outcome.problems if isinstance(self.outcome, Refused) else ()
        done = self.outcome if isinstance(self.outcome, Done) else None
        return {
            "notice": done.ids[0].hex if done is not None and done.type == "Notice" else None,
            "skipped": done.detail.get("skipped") if done is not None else None,
            "skippedCount": done.detail.get("skippedCount") if done is not None else None,
            "rows": self.rows,
            "problemCount": len(problems) if self.problem_count is None else self.problem_count,
            "problems": [_problem(problem, language) for problem in problems[:MOST_KEPT]],
            "remarks": list(self.remarks),
        }


def _problem(problem: Problem, language: str) -> Mapping[str, Any]:
    return {
        "code": problem.code.value,
        "message": problem.message(language),
        "path": problem.path,
        "row": problem.row,
        "cell": problem.cell,
        "column": problem.column,
        "value": problem.value,
    }
