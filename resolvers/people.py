"""Owners as people type them, and the one way to a clear personal number."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
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
    """An owner as typed; all four facts must be true [J 1.4.2 note].

    Attributes:
        recorded: A recorded owner who stays; what is None of the facts stays with them.
    """

    name: str | None = None
    id_type: str | None = None
    id_number: str | None = None
    mobile: str | None = None
    recorded: UUID | None = None


@dataclass(frozen=True, slots=True)
class _Reading:
    """One owner as they are read: what is wrong is kept beside the facts."""

    city: City
    today: date
    problems: list[Problem] = field(default_factory=list[Problem])

    def take(self, name: str, text: str | None, check: Callable[[str], str]) -> str:
        """Check one fact that has to be given; nothing comes of a wrong one."""
        label = _LABELS[name]
        problem = Problem(ProblemCode.FIELD_REQUIRED, name, params={"label": label})
        try:
            if text is not None and fold(text):
                return check(text)
        except Invalid as wrong:
            problem = replace(wrong.problem, path=name, params={**wrong.problem.params, "label": label})
        self.problems.append(problem)
        return ""


def read_owner(
    given: GivenOwner, city: City, today: date, seal: Seal, recorded: Owner | None = None
) -> tuple[Owner | None, list[Problem]]:
    """Check the four required facts of an owner and seal the personal numbers.

    Of a recorded owner only what is given is read; a document of another kind has another number.
    """
    reading = _Reading(city, today)
    name, id_type = given.name, given.id_type
    if recorded is None or name is not None:
        name = reading.take("name", name, lambda text: _NAME.parse(text, city, today))
    if recorded is None or id_type is not None:
        id_type = reading.take("idType", id_type, lambda text: _ID_TYPE.parse(text, city, today))
    kind = recorded.id_type if recorded and id_type is None else id_type or ""
    number = mobile = None
    if recorded is None or given.id_number is not None or kind != recorded.id_type:
        number = _read_number(reading, given.id_number, kind)
    if recorded is None or given.mobile is not None:
        abroad = not kind or kind in ABROAD_ID_TYPES
        mobile = reading.take("mobile", given.mobile, lambda text: check_mobile(text, "", abroad=abroad))
    if reading.problems:
        return None, reading.problems
    # The share is not asked here: whoever stays keeps it only where nobody comes or goes.
    return Owner(
        name=recorded.name if recorded and name is None else name or "",
        id_type=kind,
        id_number=recorded.id_number
        if recorded and number is None
        else seal(NumberKind.ID_NUMBER, number or ""),
        mobile=recorded.mobile if recorded and mobile is None else seal(NumberKind.MOBILE, mobile or ""),
    ), []


def _read_number(reading: _Reading, number: str | None, kind: str) -> str:
    """Check the number of a document, unless nobody knows of what kind that is."""
    if not kind and fold(number or ""):
        return ""
    return reading.take("idNumber", number, lambda text: check_id_number(kind, text, reading.today, ""))


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
