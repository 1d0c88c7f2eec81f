"""Owners as people type them, and the one way to a clear personal number."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select, text

from db.sealing import Sealer
from db.tables.estates import Owner as OwnerRow
from db.tables.records import Audit
from domain.city import City
from domain.field import Code, Text
from domain.identity import ABROAD_ID_TYPES, check_id_number, check_mobile, fold
from domain.people import NumberKind, Owner, Seal
from domain.problem import Invalid, Problem, ProblemCode
from resolvers.act import Done, Outcome, Refused, Work
from resolvers.door import fetch
from resolvers.note import AuditOutcome
from resolvers.visit import Visit

_MIN_REASON = 4
_MAX_REASON = 200
_REVEALS = 30
_REVEALS_WITHIN = timedelta(minutes=10)

_NAME = Text(100)
_ID_TYPE = Code("id_type")
_LABELS = {"name": "业主姓名", "idType": "证件类型", "idNumber": "证件号", "mobile": "手机号"}


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

    def take(name: str, text: str, check: Callable[[str], str]) -> str:
        label = _LABELS[name]
        problem = Problem(ProblemCode.FIELD_REQUIRED, name, params={"label": label})
        try:
            if fold(text):
                return check(text)
        except Invalid as wrong:
            problem = replace(wrong.problem, path=name, params={**wrong.problem.params, "label": label})
        problems.append(problem)
        return ""

    name = take("name", given.name, lambda text: _NAME.parse(text, city, today))
    id_type = take("idType", given.id_type, lambda text: _ID_TYPE.parse(text, city, today))
    id_number, mobile = given.id_number, given.mobile
    if id_type or not fold(id_number):
        id_number = take("idNumber", id_number, lambda text: check_id_number(id_type, text, today, ""))
    abroad = not id_type or id_type in ABROAD_ID_TYPES
    mobile = take("mobile", mobile, lambda text: check_mobile(text, "", abroad=abroad))
    if problems:
        return None, problems
    number, phone = seal(NumberKind.ID_NUMBER, id_number), seal(NumberKind.MOBILE, mobile)
    return Owner(name=name, id_type=id_type, id_number=number, mobile=phone), []


async def reveal(work: Work, owner_id: UUID, reason: str) -> Outcome:
    """Let somebody read an owner's clear numbers, with a reason that stays in the audit.

    At most 30 in ten minutes, each person by itself; who asks for more is recorded, too.
    """
    owner = await fetch(work, OwnerRow, owner_id, "owner.view_pii")
    reason = reason.strip()
    if not _MIN_REASON <= len(reason) <= _MAX_REASON:
        params = {"label": "查看原因", "max": str(_MAX_REASON)}
        return Refused.because(Problem(ProblemCode.TEXT_INVALID, "reason", params=params))
    wait = await _wait(work)
    if wait is not None:
        work.denial = f"owner.view_pii: {_REVEALS} in {_REVEALS_WITHIN // timedelta(minutes=1)} minutes"
        return Refused.because(Problem(ProblemCode.REVEAL_THROTTLED, params={"minutes": str(wait)}))
    return Done("Owner", (owner.id,), {"reason": reason, "unit": str(owner.unit_id)})


async def _wait(work: Work) -> int | None:
    """Tell for how many minutes the actor may read no further number; the audit itself is the count."""
    # Many requests of one person at once are counted one after another.
    lock = text("select pg_advisory_xact_lock(hashtextextended(:name, :city))")
    await work.session.execute(lock, {"name": f"reveal {work.actor.principal}", "city": work.actor.city})
    read = (
        select(Audit.at)
        .where(
            Audit.city == work.actor.city,
            Audit.principal_id == work.actor.principal,
            Audit.act == "ownerReveal",
            Audit.outcome == AuditOutcome.DONE.value,
        )
        .order_by(Audit.id.desc())
        .limit(_REVEALS)
    )
    lately = (await work.session.scalars(read)).all()
    free_at = lately[-1] + _REVEALS_WITHIN if len(lately) == _REVEALS else work.now
    return math.ceil((free_at - work.now) / timedelta(minutes=1)) if free_at > work.now else None


def clear_numbers(visit: Visit, owner: OwnerRow) -> Mapping[str, str]:
    """Open an owner's sealed numbers; only the answer of `ownerReveal` may call this."""
    sealer: Sealer = visit.desk.sealer
    return {
        "id_number": sealer.reveal(NumberKind.ID_NUMBER, owner.id_number_cipher),
        "mobile": sealer.reveal(NumberKind.MOBILE, owner.mobile_cipher),
    }
