"""What a refused mutation answers: every problem with its code, its place and what to do next."""

import re
from typing import Any

import strawberry

from domain.problem import Problem as DomainProblem
from domain.problem import ProblemCode
from resolvers.act import Refused
from resolvers.visit import Visit
from schema.fields import INHERIT, RIGHT

_FIELD: Any = {RIGHT: INHERIT}

ProblemCodeEnum = strawberry.enum(
    ProblemCode, name="ProblemCode", description="The stable cause of a refusal; new causes get new codes."
)


@strawberry.type(description="One thing that is wrong with a request (问题).")
class Problem:
    """A problem in the caller's language."""

    code: ProblemCodeEnum = strawberry.field(description="The stable cause.", metadata=_FIELD)  # pyright: ignore[reportInvalidTypeForm] - Strawberry's enum is the enum
    message: str = strawberry.field(description="What is wrong and what to do next.", metadata=_FIELD)
    path: str = strawberry.field(description="The field that is meant, or empty for the whole.", metadata=_FIELD)
    row: int | None = strawberry.field(description="Row of the workbook or line of the order.", metadata=_FIELD)
    cell: str | None = strawberry.field(description="Address in the workbook, such as `C7`.", metadata=_FIELD)
    column: str | None = strawberry.field(description="Header of the workbook's column.", metadata=_FIELD)
    value: str | None = strawberry.field(
        description="What was found there, as typed; never a personal number.", metadata=_FIELD
    )


@strawberry.type(description="The request was refused and nothing was changed (未受理).")
class Rejected:
    """Every reason why nothing happened."""

    problems: list[Problem] = strawberry.field(
        description="Everything that is wrong, at most 1,000 entries.", metadata=_FIELD
    )
    problem_count: int = strawberry.field(description="How many problems there are in all.", metadata=_FIELD)
    correction_url: str | None = strawberry.field(
        default=None,
        description="For an imported workbook: where the same workbook lies with the problems beside the cells.",
        metadata=_FIELD,
    )


def reject(visit: Visit, refused: Refused, *, count: int | None = None, correction_url: str | None = None) -> Rejected:
    """Write a refusal in the caller's language."""
    problems = [_problem(visit, problem) for problem in refused.problems]
    return Rejected(problems=problems, problem_count=count or len(problems), correction_url=correction_url)


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
