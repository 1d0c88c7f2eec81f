"""How many things one request may name: at least one, and not more than an act can do at once."""

from collections.abc import Sized

from domain.problem import Problem, ProblemCode


def check_quantity(named: Sized, most: int, path: str, label: str) -> Problem | None:
    """Tell what is wrong with how many things are named.

    Args:
        named: What is named.
        most: So many may be.
        path: The argument in which they stand.
        label: What people call them.
    """
    if not named:
        return Problem(ProblemCode.FIELD_REQUIRED, path, params={"label": label})
    if len(named) > most:
        return Problem(ProblemCode.LIMIT_EXCEEDED, path, params={"label": label, "max": str(most)})
    return None
