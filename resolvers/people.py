"""Owners as people type them, and the one way to a clear personal number."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from db.sealing import Sealer
from db.tables.estates import Owner as OwnerRow
from domain.city import City
from domain.field import Code, Field, Text, parse_field
from domain.identity import ABROAD_ID_TYPES, check_id_number, check_mobile
from domain.people import NumberKind, Owner, Seal
from domain.problem import Invalid, Problem, ProblemCode
from resolvers.act import Done, Outcome, Refused, Work
from resolvers.door import fetch
from resolvers.visit import Visit

_MIN_REASON = 4
_MAX_REASON = 200

_NAME = Field("name", "业主姓名", Text(100), required=True)
_ID_TYPE = Field("idType", "证件类型", Code("id_type"), required=True)
_LABELS = {"idNumber": "证件号", "mobile": "手机号"}


@dataclass(frozen=True, slots=True)
class GivenOwner:
    """An owner as typed; all four facts must be true [J 1.4.2 note]."""

    name: str
    id_type: str
    id_number: str
    mobile: str


def read_owner(given: GivenOwner, city: City, today: date, seal: Seal) -> tuple[Owner | None, list[Problem]]:
    """Check the four required facts of an owner and seal the personal numbers."""
    problems: list[Problem] = []
    values: dict[str, str] = {}
    for field, text in ((_NAME, given.name), (_ID_TYPE, given.id_type)):
        try:
            values[field.name] = str(parse_field(field, text, city, today))
        except Invalid as wrong:
            problems.append(wrong.problem)
    for name, text in (("idNumber", given.id_number), ("mobile", given.mobile)):
        if not text.strip():
            label = _LABELS[name]
            problems.append(Problem(ProblemCode.FIELD_REQUIRED, name, column=label, params={"label": label}))
    if problems:
        return None, problems
    abroad = values["idType"] in ABROAD_ID_TYPES
    try:
        number = check_id_number(values["idType"], given.id_number, today, "idNumber")
        mobile = check_mobile(given.mobile, "mobile", abroad=abroad)
    except Invalid as wrong:
        return None, [wrong.problem]
    owner = Owner(
        name=values["name"],
        id_type=values["idType"],
        id_number=seal(NumberKind.ID_NUMBER, number),
        mobile=seal(NumberKind.MOBILE, mobile),
    )
    return owner, []


async def reveal(work: Work, owner_id: UUID, reason: str) -> Outcome:
    """Let somebody read an owner's clear numbers, with a reason that stays in the audit."""
    owner = await fetch(work, OwnerRow, owner_id, "owner.view_pii")
    reason = reason.strip()
    if not _MIN_REASON <= len(reason) <= _MAX_REASON:
        params = {"label": "查看原因", "max": str(_MAX_REASON)}
        return Refused.because(Problem(ProblemCode.TEXT_INVALID, "reason", params=params))
    return Done("Owner", (owner.id,), {"reason": reason, "unit": str(owner.unit_id)})


def clear_numbers(visit: Visit, owner: OwnerRow) -> Mapping[str, str]:
    """Open an owner's sealed numbers; only the answer of `ownerReveal` may call this."""
    sealer: Sealer = visit.desk.sealer
    return {
        "id_number": sealer.reveal(NumberKind.ID_NUMBER, owner.id_number_cipher),
        "mobile": sealer.reveal(NumberKind.MOBILE, owner.mobile_cipher),
    }
