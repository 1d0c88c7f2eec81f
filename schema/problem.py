"""What a refused mutation answers: every problem with its code, its place and what to do next."""

import re

from domain.problem import Problem as DomainProblem
from domain.problem import ProblemCode
from resolvers.act import Refused
from resolvers.visit import Visit
from schema.types import closed, tells, value

closed(
    ProblemCode,
    "The stable cause of a refusal; new causes get new codes (问题代码).",
    {code.name: DomainProblem(code).message("en") for code in ProblemCode},
)


@tells
class Problem:
    """One thing that is wrong with a request, in the caller's language (问题)."""

    code: ProblemCode = value("The stable cause (问题代码).")
    message: str = value("What is wrong and what to do next (说明).")
    path: str = value("The field that is meant, or empty for the whole (字段).")
    row: int | None = value("Row of the workbook, or place of a typed row from 1 on (行).")
    cell: str | None = value("Address in the workbook, such as `C7` (单元格).")
    column: str | None = value("Header of the workbook's column (列).")
    value: str | None = value("What was found there, as typed; never a personal number (内容).")


@tells
class Rejected:
    """The request was refused and nothing was changed (未受理)."""

    problems: list[Problem] = value("Everything that is wrong, at most 1,000 entries (问题).")
    problem_count: int = value("How many problems there are in all (问题总数).")
    correction_url: str | None = value(
        "Where an imported workbook lies with the problems written beside its cells (批注文件)."
    )


MOST_TOLD = 1_000
"""No more problems are told at once; how many there are is told beside them."""


def reject(
    visit: Visit, refused: Refused, *, count: int | None = None, correction_url: str | None = None
) -> Rejected:
    """Write a refusal in the caller's language."""
    problems = [_problem(visit, problem) for problem in refused.problems[:MOST_TOLD]]
    return Rejected(
        problems=problems,
        problem_count=len(refused.problems) if count is None else count,
        correction_url=correction_url,
    )


def _problem(visit: Visit, problem: DomainProblem) -> Problem:
    return Problem(
        code=problem.code,
        message=problem.message(visit.language),
        path=_camel(problem.path),
        row=problem.row,
        cell=problem.cell,
        column=problem.column,
        value=problem.value,
    )


def _camel(path: str) -> str:
    return re.sub(r"_([a-z0-9])", lambda found: found[1].upper(), path)
