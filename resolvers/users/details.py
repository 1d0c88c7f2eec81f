"""A user's details as typed: name, post, mobile and ID number, checked and sealed."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from domain.clock import business_day
from domain.field import Text
from domain.identity import RESIDENT_ID, check_id_number, check_mobile, fold
from domain.people import NumberKind, Sealed
from domain.problem import Invalid, Problem, ProblemCode
from resolvers.act import Work
from resolvers.users.limits import Problems

_NAME, _TITLE = Text(100), Text(50)
_LABELS = {"name": "姓名", "title": "职务", "mobile": "手机号", "idNumber": "证件号"}
_SEALED = {
    "mobile": ("mobile", NumberKind.MOBILE),
    "idNumber": ("person", NumberKind.ID_NUMBER),
}


@dataclass(frozen=True, slots=True)
class Details:
    """What is typed of a user; None is not given, an empty text takes away what was there."""

    name: str | None = None
    title: str | None = None
    mobile: str | None = None
    id_number: str | None = None


def read_details(work: Work, given: Details, *, new: bool, person: bool) -> dict[str, Any]:
    """Check details and give the columns that they change.

    Args:
        work: The act.
        given: What was typed.
        new: Whether the account is being made, so that what is required must be given.
        person: Whether the ID number is required, as four eyes are told apart by it.

    Raises:
        Problems: Everything that is wrong.
    """
    today, city = business_day(work.now), work.city
    typed = {"name": given.name, "title": given.title, "mobile": given.mobile, "idNumber": given.id_number}
    checks: dict[str, Callable[[str], str]] = {
        "name": lambda text: _NAME.parse(text, city, today),
        "title": lambda text: _TITLE.parse(text, city, today),
        "mobile": lambda text: check_mobile(text, "", abroad=True),
        "idNumber": lambda text: check_id_number(RESIDENT_ID, text, today, ""),
    }
    required = {"name", *(["idNumber"] if person else [])}
    columns: dict[str, Any] = {}
    problems: list[Problem] = []
    for path, text in typed.items():
        if text is None and not (new and path in required):
            continue
        try:
            clear = _read(path, text or "", checks[path], required=path in required)
            columns |= _columns(work, path, clear)
        except Invalid as wrong:
            problems.append(wrong.problem)
    if problems:
        raise Problems(problems)
    return columns


def _read(path: str, text: str, check: Callable[[str], str], *, required: bool) -> str:
    label = {"label": _LABELS[path]}
    if not fold(text):
        if required:
            raise Invalid(Problem(ProblemCode.FIELD_REQUIRED, path, params=label))
        return ""
    try:
        return check(text)
    except Invalid as wrong:
        raise Invalid(replace(wrong.problem, path=path, params={**wrong.problem.params, **label})) from wrong


def _columns(work: Work, path: str, clear: str) -> dict[str, Any]:
    if path not in _SEALED:
        return {path: clear or None}
    column, kind = _SEALED[path]
    sealed: Sealed | None = work.visit.desk.sealer(kind, clear) if clear else None
    parts = ("cipher", "masked", "blind")
    return {f"{column}_{part}": getattr(sealed, part) if sealed else None for part in parts}
