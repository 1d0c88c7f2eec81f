"""Which rows of the audit are asked for, and how much of the office's people a developer is told."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Text, and_, cast, or_

from authz.roles import ROLES
from db.given import among
from db.kept import Condition, whole
from db.tables.records import Audit
from domain.actor import PrincipalKind
from resolvers.asker import Asker
from resolvers.note import AuditOutcome
from resolvers.search import search_in
from resolvers.visit import Visit

# The organization's own: whoever else acted on its things is the office's, a bank's or the system's.
_OWN = (PrincipalKind.DEVELOPER.value, PrincipalKind.VISITOR.value, PrincipalKind.REPORTER.value)
_SIDES: Mapping[str, str] = {
    PrincipalKind.OFFICE.value: "维修资金管理部门",
    PrincipalKind.BANK.value: "专户银行",
    PrincipalKind.SYSTEM.value: "系统",
}
SUBJECTS: Mapping[str, str] = {"Principal": "User", "Member": "User", "CustomRole": "Role"}
"""Types of things that the graph calls otherwise."""


def knows_persons(visit: Visit, kind: str | None) -> bool:
    """Tell whether the reader may know who of a side acted; a developer knows its own people alone."""
    return visit.signed_in().organization is None or kind in _OWN


def name_actor(visit: Visit, kind: str | None, name: str | None, rule: str | None) -> str | None:
    """Name who acted: the person, or to a developer of the office only the role, as the window."""
    if knows_persons(visit, kind):
        return name
    # A rule of the audit reads `order.accept: role:window_clerk * order.accept order allow`.
    words = (rule or "").split()
    role = next((word.removeprefix("role:") for word in words if word.startswith("role:")), "")
    return ROLES[role].text if role in ROLES else _SIDES.get(kind or "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which rows are asked for; None asks for any."""

    act: str | None
    outcome: AuditOutcome | None
    actor: UUID | None
    subject: UUID | None
    since: datetime | None
    until: datetime | None
    request_id: str | None
    search: str | None


def audit_filter(asker: Asker, wanted: Wanted) -> list[Condition]:
    """Write the conditions of a list of audit rows; who is not named is not found by name either."""
    where: list[Condition] = []
    for column, value in (
        (Audit.act, wanted.act),
        (Audit.outcome, wanted.outcome and wanted.outcome.value),
        (Audit.principal_id, wanted.actor),
        (Audit.subject_id, wanted.subject),
        (Audit.request_id, wanted.request_id),
    ):
        if value is not None:
            where.append(column == value)
    if wanted.actor is not None:
        where += _known(asker)
    if wanted.since is not None:
        where.append(Audit.at >= wanted.since)
    if wanted.until is not None:
        where.append(Audit.at < wanted.until)
    return [*where, *_says(asker, wanted.search)]


def _known(asker: Asker) -> list[ColumnElement[bool]]:
    """Write "who acted is somebody whom the asker may know"."""
    return [] if asker.organization is None else [among(Audit.actor_kind, list(_OWN), Text())]


def _says(asker: Asker, search: str | None) -> Iterator[ColumnElement[bool]]:
    """Write "this stands in the act's name or, of somebody who may be known, in the name or detail"."""
    for outer, inner in zip(
        search_in(search, Audit.act),
        search_in(search, Audit.actor_name, cast(Audit.detail, Text())),
        strict=True,
    ):
        yield or_(*whole([outer]), and_(*_known(asker), *whole([inner])))
