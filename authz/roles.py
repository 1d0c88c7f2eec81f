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
        side: Whose people may hold it.
        actions: Names of the actions it gives.
    """

    name: str
    text: str
    side: Side
    actions: frozenset[str]

    @property
    def every_estate(self) -> bool:
        """Whether its holders reach every estate of their domain without a grant."""
        return self.side is not Side.ORGANIZATION


_OWN: Final = frozenset({"me.view", "session.end", "password.change"})
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
_CONTRACTS: Final = frozenset({"owner.view_pii", "ownership.change", "contract.bind", "contract.unbind"})
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
_ADMINISTERS: Final = frozenset(
    {
        "org.update",
        "user.view",
        "user.create",
        "user.update",
        "user.deactivate",
        "user.activate",
        "user.grant",
        "role.view",
        "role.assign",
        "export.create",
        "audit.view",
    }
)
_AUTHORITY: Final = frozenset(
    {
        "rate.set",
        "notice.print",
        "notice.void",
        "payment.print",
        "refund.settle",
        "suspense.view",
        "suspense.resolve",
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
        "statement.import",
    }
)
_WORKS: Final = frozenset(
    {"receipt.issue", "notice.expire", "outbox.send", "file.purge", "repetition.forget", "search.complete"}
)

_ALL: Final = (
    Role("viewer", "查询员", Side.ORGANIZATION, _OWN | _VIEWS),
    Role("estate_editor", "物业区域管理员", Side.ORGANIZATION, _OWN | _VIEWS | _PREPARES | _EDITS),
    Role("contract_clerk", "权属合同办理员", Side.ORGANIZATION, _OWN | _VIEWS | _PREPARES | _CONTRACTS),
    Role("payment_clerk", "交款办理员", Side.ORGANIZATION, _OWN | _VIEWS | _PAYS),
    Role("reporter", "报表接口", Side.ORGANIZATION, _VIEWS | {"me.view", "export.create"}),
    Role(
        "org_admin",
        "机构管理员",
        Side.ORGANIZATION,
        _OWN | _VIEWS | _PREPARES | _EDITS | _CONTRACTS | _PAYS | _ADMINISTERS,
    ),
    Role(
        "window_clerk",
        "受理人员",
        Side.CITY,
        _OWN | _VIEWS | {"order.accept", "order.return", "payment.print"},
    ),
    Role("reviewer", "审核人员", Side.CITY, _OWN | _VIEWS | {"order.review", "order.return"}),
    Role("authority_admin", "管理部门管理员", Side.CITY, _OWN | _VIEWS | _AUTHORITY),
    Role("bank_operator", "银行接口", Side.BANK, _CONFIRMS),
    Role("worker", "系统任务", Side.SYSTEM, _WORKS),
)

ROLES: Final[Mapping[str, Role]] = MappingProxyType({role.name: role for role in _ALL})
"""Every role by its name."""


def find_role(name: str) -> Role:
    """Give the role of that name.

    Raises:
        IllFormed: There is no such role.
    """
    try:
        return ROLES[name]
    except KeyError:
        raise IllFormed(f"no such role: {name!r}") from None
