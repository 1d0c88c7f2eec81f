"""The right that lets somebody see each kind of thing; whoever reads, reads through it."""

from collections.abc import Mapping

from db.base import Base
from db.tables.estates import Building, Estate, Owner, Unit
from db.tables.files import Attachment, File
from db.tables.jobs import Job
from db.tables.members import (
    Member,
    MemberDeny,
    MemberGrant,
    MemberInvitation,
    MemberKey,
    MemberRole,
    MemberSession,
    OrganizationRole,
)
from db.tables.money import (
    Account,
    DepositRate,
    Entry,
    Journal,
    Notice,
    NoticeLine,
    Payment,
    Refund,
    SuspenseItem,
)
from db.tables.orders import BusinessOrder, OrderDifference, OrderLine, OrderStep
from db.tables.organizations import Organization
from db.tables.receipts import Receipt
from db.tables.reconciliation import BankStatement, BankStatementLine
from db.tables.records import Audit
from db.tables.trading import Push
from domain.refusal import Forbidden

VIEWS: Mapping[type[Base], str] = {
    Organization: "org.view",
    Estate: "estate.view",
    Building: "building.view",
    Unit: "unit.view",
    Owner: "owner.view",
    Account: "account.view",
    Entry: "account.view",
    Journal: "account.view",
    Notice: "notice.view",
    NoticeLine: "notice.view",
    Payment: "payment.view",
    Receipt: "payment.view",
    BusinessOrder: "order.view",
    OrderLine: "order.view",
    OrderDifference: "order.view",
    OrderStep: "order.view",
    Attachment: "order.view",
    File: "file.view",
    DepositRate: "rate.view",
    SuspenseItem: "suspense.view",
    Refund: "refund.view",
    BankStatement: "statement.view",
    BankStatementLine: "statement.view",
    Member: "user.view",
    MemberRole: "user.view",
    MemberGrant: "user.view",
    MemberDeny: "user.view",
    MemberSession: "user.view",
    MemberKey: "key.view",
    MemberInvitation: "user.view",
    OrganizationRole: "role.view",
    Audit: "audit.view",
    Push: "push.view",
    Job: "job.view",
}


def view_action(entity: type[Base]) -> str:
    """Name the right to see rows of a table; a table that is not listed is seen by nobody."""
    if entity not in VIEWS:
        raise Forbidden
    return VIEWS[entity]


ENTITIES: Mapping[str, type[Base]] = {
    "Organization": Organization,
    "Estate": Estate,
    "Building": Building,
    "Unit": Unit,
    "Owner": Owner,
    "Account": Account,
    "Notice": Notice,
    "Payment": Payment,
    "Receipt": Receipt,
    "Order": BusinessOrder,
    "Attachment": Attachment,
    "File": File,
    "DepositRate": DepositRate,
    "SuspenseItem": SuspenseItem,
    "Refund": Refund,
    "BankStatement": BankStatement,
    "BankStatementLine": BankStatementLine,
    "User": Member,
    "UserSession": MemberSession,
    "Role": OrganizationRole,
    "AuditEntry": Audit,
    "Push": Push,
    "Job": Job,
    "ApiKey": MemberKey,
}
"""The tables behind the types that have a global id, by the name that the id carries."""
