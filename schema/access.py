"""Why somebody may or may not do something, in the graph."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import strawberry

from authz.explanation import Finding, Link
from authz.rights import CustomRole, Deny, Grant
from resolvers.access import Explained, explain_access
from schema.fields import visit_of
from schema.ids import write_id
from schema.mutation import row_id
from schema.scalars import Moment
from schema.types import closed, resolved, tells, value
from schema.users import GrantKind

closed(
    Link,
    "What a right hangs on, in the order in which it is asked for (权限环节).",
    {
        "ACCOUNT": "The account is active (账号).",
        "CITY": "The city has this action (城市).",
        "ROLE": "A role gives it (角色).",
        "GRANT": "A grant covers the estate (小区授权).",
        "DENIAL": "Nothing denies it (禁止).",
    },
    name="AccessLink",
)


@tells
class AccessStep:
    """What was found about one link of the chain (权限依据)."""

    link: Link = value("Which link (环节).")
    holds: bool = value("Whether the chain goes on from here (是否满足).")
    text: str = value("How it stands and, where it does not hold, what to do (说明).")
    role: str | None = value("Name of the built-in role that it is about (内置角色).")
    custom_role_id: strawberry.ID | None = value("The organization's own role that it is about (自定义角色).")
    grant_kinds: list[GrantKind] = value("Kinds of business of the grant that it is about (授权业务).")
    every_estate: bool | None = value("Whether the grant or denial is for every estate (是否全部小区).")
    given_by: str | None = value("Who gave it, if of the same organization or office (授权人).")
    given_at: Moment | None = value("When it was given (授权时间).")
    until: Moment | None = value("From when on it counts no more (有效期至).")


@tells
class AccessExplanation:
    """Whether a user may do something, and the whole chain that led there (权限查询结果)."""

    allowed: bool = value("Whether it may be done (是否允许).")
    action: str = value("What was asked about (操作).")
    action_label: str = value("The same as a clerk calls it (操作名称).")
    decided_by: str = value("What decided: casbin, on rights read for this question (判定方式).")
    rule: str = value("The policy line that settled it, or what was missing (判定规则).")
    decided_at: Moment = value("The moment for which it holds (判定时间).")
    missing: Link | None = value("The first link that is missing; null if it is allowed (缺少的环节).")
    advice: str | None = value("What to do about the first missing link; null if it is allowed (处理建议).")
    steps: list[AccessStep] = value(
        "Every link in order; several where several roles or grants count (依据)."
    )


_DECIDED_BY = "casbin enforce_ex"


def _step(explained: Explained, finding: Finding, city: int) -> AccessStep:
    given = finding.given
    what = given.what if given else None
    own = UUID(what.id) if isinstance(what, CustomRole) else None
    kinds = what.kinds if isinstance(what, Grant) else frozenset[str]()
    return AccessStep(
        link=finding.link,
        holds=finding.holds,
        text=explained.wording.word(finding),
        role=what if isinstance(what, str) else None,
        custom_role_id=strawberry.ID(write_id("Role", city, own)) if own else None,
        grant_kinds=[kind for kind in GrantKind if kind.stored in kinds],
        every_estate=what.estate is None if isinstance(what, Grant | Deny) else None,
        given_by=given.by if given else None,
        given_at=_moment(given.at if given else None),
        until=_moment(given.until if given else None),
    )


def _moment(moment: datetime | None) -> Moment | None:
    return None if moment is None else Moment(moment)


def _tell(explained: Explained, *, city: int, language: str, now: datetime) -> AccessExplanation:
    told, action = explained.told, explained.action
    return AccessExplanation(
        allowed=told.allowed,
        action=action.name,
        action_label=action.text if language == "zh" else action.english,
        decided_by=_DECIDED_BY,
        rule=told.rule,
        decided_at=Moment(now),
        missing=told.missing.link if told.missing else None,
        advice=explained.wording.word(told.missing) if told.missing else None,
        steps=[_step(explained, finding, city) for finding in told.findings],
    )


_User = Annotated[
    strawberry.ID | None,
    strawberry.argument(description="Whom it is about; left out for oneself (用户)."),
]
_Action = Annotated[
    str, strawberry.argument(description="The action's name, such as `estate.collect` (操作).")
]
_Estate = Annotated[
    strawberry.ID | None,
    strawberry.argument(description="On which estate; left out for what lies on none (物业区域)."),
]


@strawberry.type
class AccessQueries:
    """What can be asked about rights."""

    @resolved("access.explain")
    async def access_explain(
        self, info: strawberry.Info, action: _Action, user_id: _User = None, estate_id: _Estate = None
    ) -> AccessExplanation | None:
        """Why a user may or may not do something; of themselves everybody may ask (权限依据查询)."""
        visit = visit_of(info)
        actor = visit.signed_in()
        user = row_id(info, user_id, "User", "userId") if user_id is not None else actor.principal
        estate = row_id(info, estate_id, "Estate", "estateId") if estate_id is not None else None
        explained = await explain_access(visit, user, action, estate)
        return _tell(explained, city=actor.city, language=visit.language, now=visit.now)
