"""Lines that aim at what there is: whether it is still as it was picked, and what the order changes of it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from domain.orders.facts import Facts, Line
from domain.problem import Problem, ProblemCode


def check_picked(lines: Sequence[Line], facts: Facts, *, label: str) -> list[Problem]:
    """Find what is wrong with picked lines: nothing picked, nothing changed, or another's change since.

    Returns:
        `FIELD_REQUIRED` without a line, `UNIT_NOT_ACTIVE` for what is gone, `STALE_DATA` for what is no
        longer as it was picked (R-GEN-6), and `NO_CHANGES` if no line changes anything (R-UCH-4).
    """
    standing = check_standing(lines, facts, label=label)
    if standing:
        return standing
    return [] if any(changed(line) for line in lines) else [Problem(ProblemCode.NO_CHANGES, "lines")]


def check_standing(lines: Sequence[Line], facts: Facts, *, label: str) -> list[Problem]:
    """Find that nothing was picked, or what is gone or no longer as it was picked (R-GEN-6)."""
    if not lines:
        return [Problem(ProblemCode.FIELD_REQUIRED, "lines", params={"label": label})]
    return list(_stale(lines, facts))


def _stale(lines: Sequence[Line], facts: Facts) -> Iterator[Problem]:
    for line in lines:
        present = facts.present.get(line.target) if line.target else None
        if present is None:
            yield Problem(ProblemCode.UNIT_NOT_ACTIVE, "lines", row=line.no)
        elif present != line.before:
            yield Problem(ProblemCode.STALE_DATA, "lines", row=line.no)


def changed(line: Line) -> Mapping[str, Any]:
    """Give the new values of the fields that a line changes."""
    before = line.before or {}
    return {name: value for name, value in (line.after or {}).items() if before.get(name) != value}
