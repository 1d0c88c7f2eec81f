"""The built-in roles and what each may do: the role matrix as data."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from authz.domains import IllFormed, Side


@dataclass(frozen=True, slots=True)
class Role:
    """A set of actions that is given to a person or machine as a whole.

    Attributes:
        name: Stable name in the database.
        text: What a clerk calls it.
        english: The same in English.
        side: Whose people may hold it.
        actions: Names of the actions it gives.
        entrusts: Names of the roles that its holders may give to others without having what these give.
    """

    name: str
    text: str
    english: str
    side: Side
    actions: frozenset[str]
    entrusts: frozenset[str] = frozenset()

    @property
    def every_estate(self) -> bool:
        """Whether its holders reach every estate of their domain without a grant."""
        return self.side is not Side.ORGANIZATION


OWN: Final = frozenset(
    {
        "me.view",
        "session.end",
        "password.change",
        "profile.update",
        "session.view",
        "session.revoke",
        "totp.manage",
        "job.view",
        "job.cancel",
    }
)
"""What every person may do for themselves."""
_VIEWS: Final = frozenset(
    {
        "org.view",
        "estate.view",
        "building.view",
        "unit.view",
        "owner.view",
        "contract.view",
        "account.view",
        "notice.view",
        "payment.view",
        "refund.view",
        "push.view",
        "order.view",
        "file.view",
        "rate.view",
    }
)
_PREPARES: Final = frozenset({"order.draft", "order.submit", "order.withdraw", "file.upload"})
_EDITS: Final = frozenset(
    {
        "estate.collect",
        "estate.change",
        "building.collect",
        "building.change",
        "unit.supplement",
        "unit.change",
        "unit.split",
        "unit.cancel",
    }
)
_CONTRACTS: Final = frozenset(
    {"owner.find", "owner.view_pii", "ownership.change", "contract.bind", "contract.unbind"}
)
_PAYS: Final = frozenset(
    {
        "payment.batch_create",
        "payment.submit",
        "payment.cancel",
        "payment.print",
        "custom_payment.create",
        "notice.print",
        "notice.void",
        "file.upload",
    }
)
_MANAGES_USERS: Final = frozenset(
    {
        "user.view",
        "user.create",
        "user.update",
        "user.deactivate",
        "user.activate",
        "user.grant",
        "user.invite",
        "user.reset",
        "user.sign_out",
        "role.view",
        "role.assign",
        "access.explain",
        "key.view",
        "key.issue",
        "key.revoke",
        "audit.view",
    }
)
_ADMINISTERS: Final = _MANAGES_USERS | {"org.update", "role.edit", "security.set", "export.create"}
_AUTHORITY: Final = frozenset(
    {
        "order.queue",
        "order.release",
        "rate.set",
        "notice.print",
        "notice.void",
        "payment.print",
        "refund.settle",
        "receipt.void",
        "push.retry",
        "owner.find",
        "suspense.view",
        "suspense.resolve",
        "statement.view",
        "statement.import",
        "ledger.view",
        "ledger.post",
        "export.create",
        "audit.view",
    }
)
_CONFIRMS: Final = frozenset(
    {
        "me.view",
        "notice.look_up",
        "payment.confirm",
        "payment.view",
        "payment.print",
        "file.view",
        "statement.view",
        "statement.import",
    }
)
_WORKS: Final = frozenset(
    {"receipt.issue", "notice.expire", "outbox.send", "file.purge", "repetition.forget", "search.complete"}
)

_ALL: Final = (
    Role("viewer", "查询员", "viewer", Side.ORGANIZATION, OWN | _VIEWS),
    Role(
        "estate_editor",
        "物业区域管理员",
        "estate editor",
        Side.ORGANIZATION,
        OWN | _VIEWS | _PREPARES | _EDITS,
    ),
    Role(
        "contract_clerk",
        "权属合同办理员",
        "contract clerk",
        Side.ORGANIZATION,
        OWN | _VIEWS | _PREPARES | _CONTRACTS,
    ),
    Role("payment_clerk", "交款办理员", "payment clerk", Side.ORGANIZATION, OWN | _VIEWS | _PAYS),
    Role(
        "reporter", "报表接口", "reporting account", Side.ORGANIZATION, _VIEWS | {"me.view", "export.create"}
    ),
    Role(
        "org_admin",
        "机构管理员",
        "organization admin",
        Side.ORGANIZATION,
        OWN | _VIEWS | _PREPARES | _EDITS | _CONTRACTS | _PAYS | _ADMINISTERS,
    ),
    Role(
        "window_clerk",
        "受理人员",
        "window clerk",
        Side.CITY,
        OWN | _VIEWS | {"order.queue", "order.accept", "order.return", "payment.print", "owner.find"},
    ),
    Role(
        "reviewer",
        "审核人员",
        "reviewer",
        Side.CITY,
        OWN | _VIEWS | {"order.queue", "order.review", "order.return", "owner.find"},
    ),
    Role("authority_admin", "管理部门管理员", "authority admin", Side.CITY, OWN | _VIEWS | _AUTHORITY),
    # Whoever appoints the office's people does none of its business, so it gives away what it lacks.
    Role(
        "system_admin",
        "系统管理员",
        "system admin",
        Side.CITY,
        OWN | _MANAGES_USERS,
        entrusts=frozenset({"window_clerk", "reviewer", "authority_admin", "city_reporter"}),
    ),
    Role(
        "city_reporter",
        "管理部门报表接口",
        "the office's reporting account",
        Side.CITY,
        _VIEWS | {"me.view", "export.create", "statement.view"},
    ),
    Role("bank_operator", "银行接口", "bank interface", Side.BANK, _CONFIRMS),
    Role("worker", "系统任务", "the system's own tasks", Side.SYSTEM, _WORKS),
)

ROLES: Final[Mapping[str, Role]] = MappingProxyType({role.name: role for role in _ALL})
"""Every role by its name."""

MACHINE_ROLES: Final = frozenset({"reporter", "city_reporter", "bank_operator", "worker"})
"""Roles of machines alone: no person is given one."""

CUSTOM_ACTIONS: Final = ROLES["org_admin"].actions - {"role.edit", "security.set", "key.issue"}
"""What a role of an organization's own making may give: no more than its administrators have.

To write roles, to set how everybody signs in, and to issue keys stays with the administrators themselves.
What everybody does for themselves (`OWN`) comes with every such role without being named.
"""


def find_role(name: str) -> Role:
    """Give the role of that name.

    Raises:
        IllFormed: There is no such role.
    """
    try:
        return ROLES[name]
    except KeyError:
        raise IllFormed(f"no such role: {name!r}") from None
