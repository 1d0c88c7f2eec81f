"""The record of what was done and what was refused, for who watches over an organization or a city."""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any
from uuid import UUID

import strawberry

from db.kept import Condition
from db.tables.records import Audit as AuditRow
from domain.refusal import BadUserInput
from resolvers.asker import Asker
from resolvers.audit import SUBJECTS, Wanted, audit_filter, knows_persons, name_actor
from resolvers.note import AuditOutcome
from resolvers.sight import ENTITIES
from resolvers.visit import Visit
from schema.fields import column, derived
from schema.ids import read_id, write_id
from schema.node import Node
from schema.scalars import Json, Moment
from schema.types import asks, closed, maybe, shows

closed(
    AuditOutcome,
    "What became of what somebody wanted (结果).",
    {
        "DONE": "It was done (成功).",
        "REFUSED": "It was refused for a reason of the business, and that is kept (未予办理).",
        "DENIED": "It was refused for want of a right or proof (无权操作).",
    },
)

# Acts that are no mutation, by the names under which they are recorded.
_OTHERS: Mapping[str, str] = {
    "filePurge": "清理未使用文件",
    "noticeExpire": "通知单到期",
    "repetitionForget": "清理重复请求记录",
    "messageForget": "清理已推送消息",
    "searchComplete": "补建查询索引",
    "apiKey": "接口密钥登录",
}


@cache
def _words() -> Mapping[str, str]:
    """Read what each act is called in Chinese from the descriptions of the mutations."""
    from schema.roots import Mutation, schema  # noqa: PLC0415 - the whole schema is made of this, too

    found: dict[str, str] = dict(_OTHERS)
    names: Any = schema.config.name_converter
    for field in Mutation.__strawberry_definition__.fields:
        told = re.findall(r"\(([^()]*[\u4e00-\u9fff][^()]*)\)", field.description or "")
        if told:
            found[names.get_graphql_name(field)] = told[-1]
    return found


def _label(_visit: Visit, act: str) -> str:
    return _words().get(act, act)


def _actor_id(visit: Visit, city: int, kind: str | None, principal: UUID | None) -> str | None:
    known = principal is not None and knows_persons(visit, kind)
    return write_id("User", city, principal) if known and principal is not None else None


def _known(visit: Visit, kind: str | None, told: object) -> object:
    return told if knows_persons(visit, kind) else None


def _subject_id(_visit: Visit, city: int, kind: str | None, subject: UUID | None) -> str | None:
    name = SUBJECTS.get(kind or "", kind or "")
    return write_id(name, city, subject) if subject is not None and name in ENTITIES else None


def _subject_type(_visit: Visit, kind: str | None) -> str | None:
    return SUBJECTS.get(kind or "", kind)


@shows(AuditRow)
class AuditEntry(Node):
    """One act, refusal of a right or sign-in, as it was recorded (操作日志)."""

    at: Moment = column("at", "When (时间).")
    act: str = column("act", "What was wanted, as the graph names it (操作).")
    act_label: str = derived(("act",), _label, "What was wanted, in words (操作名称).")
    outcome: AuditOutcome = column("outcome", "What became of it (结果).")
    actor_kind: str | None = column("actor_kind", "On which side who acted stands (操作人类别).")
    actor_name: str | None = derived(
        ("actor_kind", "actor_name", "rule"),
        name_actor,
        "Who acted; of the fund office a developer is told the role, as the window (操作人).",
    )
    actor_id: strawberry.ID | None = derived(
        ("city", "actor_kind", "principal_id"),
        _actor_id,
        "Global id of who acted; not told a developer of the fund office's people (操作人).",
    )
    rule: str | None = derived(
        ("actor_kind", "rule"),
        _known,
        "The rule by which it was decided, or what was missing; as the address (依据).",
    )
    subject_type: str | None = derived(
        ("subject_type",), _subject_type, "Type of the thing that it was about (对象类型)."
    )
    subject_id: strawberry.ID | None = derived(
        ("city", "subject_type", "subject_id"),
        _subject_id,
        "Global id of the thing that it was about (对象).",
    )
    request_id: str | None = column(
        "request_id", "The request, as the answer's X-Request-Id named it (请求号)."
    )
    address: str | None = derived(
        ("actor_kind", "address"),
        _known,
        "Network address it came from; not told a developer of the fund office's people (网络地址).",
    )
    detail: Json | None = derived(
        ("actor_kind", "detail"),
        _known,
        "What else is known, as what stood there before and after; not told a developer of the fund"
        " office's acts (详情).",
    )


def _row(text: str | None, argument: str, *names: str) -> UUID | None:
    if text is None:
        return None
    name, _, row = read_id(text, argument)
    if names and name not in names:
        raise BadUserInput(argument)
    return row


@asks
class AuditFilter:
    """Which entries are asked for; all conditions must hold (操作日志查询条件)."""

    act: str | None = maybe("Only this act, by its name in the graph (操作).")
    outcome: AuditOutcome | None = maybe("Only with this outcome (结果).")
    actor_id: strawberry.ID | None = maybe("Only what this user did (操作人).")
    subject_id: strawberry.ID | None = maybe("Only what was about this thing (对象).")
    since: Moment | None = maybe("From this moment on (起始时间).")
    until: Moment | None = maybe("Before this moment (截止时间).")
    request_id: str | None = maybe("Only this request (请求号).")
    search: str | None = maybe(
        "Part of the act's name, the actor's name or the detail (操作、操作人、详情), up to 50 characters."
    )

    def conditions(self, asker: Asker, /) -> Sequence[Condition]:
        """Write what must hold."""
        return audit_filter(
            asker,
            Wanted(
                act=self.act,
                outcome=self.outcome,
                actor=_row(self.actor_id, "filter.actorId", "User"),
                subject=_row(self.subject_id, "filter.subjectId"),
                since=self.since,
                until=self.until,
                request_id=self.request_id,
                search=self.search,
            ),
        )
