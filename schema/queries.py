"""Everything that can be asked, from the outermost door."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

import strawberry

from db.base import Base
from db.sorting import NEWEST_FIRST
from db.tables.estates import Estate as EstateRow
from db.tables.estates import Unit as UnitRow
from db.tables.jobs import Job as JobRow
from db.tables.members import Member
from db.tables.money import DepositRate as DepositRateRow
from db.tables.money import Notice as NoticeRow
from db.tables.money import Payment as PaymentRow
from db.tables.money import Refund as RefundRow
from db.tables.money import SuspenseItem as SuspenseItemRow
from db.tables.orders import BusinessOrder as OrderRow
from db.tables.organizations import Organization as OrganizationRow
from db.tables.receipts import Receipt as ReceiptRow
from db.tables.reconciliation import BankStatement as BankStatementRow
from db.tables.records import Audit as AuditRow
from db.tables.trading import Push as PushRow
from domain.deposits import NoticeStatus
from domain.refusal import TooCostly
from resolvers.lookups import find_by_number, find_registration, notice_for_payment
from resolvers.page import MAX_PAGE
from resolvers.past import read_moment
from resolvers.read import load_rows
from resolvers.sight import ENTITIES
from resolvers.users.spelling import list_roles, spell_rights
from schema.access import AccessQueries
from schema.audit import AuditEntry, AuditFilter
from schema.bindings import ById, ByNumber, Conditions
from schema.callers import Me
from schema.cities import City
from schema.estates import Estate, EstateFilter, Unit, UnitFilter
from schema.fields import visit_of
from schema.ids import read_id
from schema.jobs import Job, JobFilter
from schema.money import (
    DepositRate,
    Notice,
    Payment,
    Refund,
    SuspenseFilter,
    SuspenseItem,
)
from schema.money.bank_balances import BankBalanceQueries
from schema.money.filters import NoticeFilter, PaymentFilter
from schema.money.ledger import LedgerQueries
from schema.money.receipts import Receipt, ReceiptFilter
from schema.money.refunds import RefundFilter
from schema.money.statement_acts import StatementQueries
from schema.money.statements import BankStatement, BankStatementFilter
from schema.money.years import YearQueries
from schema.node import Node
from schema.orders import Order, OrderFilter
from schema.orders.fetching import ProjectQueries
from schema.orders.figures import FigureQueries
from schema.organizations import Organization, OrganizationFilter
from schema.paging import Connection, connection
from schema.past import AsOf, check_past
from schema.reporting.bank_days import BankDayQueries
from schema.reporting.deposits import DepositQueries
from schema.reporting.files import ReportFileQueries
from schema.scalars import Moment, Money
from schema.trading import Push, PushFilter
from schema.types import Declared, resolved, tells, value
from schema.users import User, UserFilter
from schema.users.rights import UserRight, describe_right
from schema.users.roles import AssignableRole, assignable_roles


@tells
class NoticeForPayment:
    """What a bank needs to take a payment, and no more (待交款信息)."""

    notice_no: str = value("Its number (通知单号).")
    amount: Money = value("Amount to be paid (金额).")
    status: NoticeStatus = value("Where it stands (状态).")
    expires_at: Moment = value("Until when it can be paid (有效期至).")
    payer: str = value("First owner's name, all but the first character hidden (交款人).")


_OrderNo = Annotated[str, strawberry.argument(description="The order's readable number (业务单号).")]
_NoticeNo = Annotated[str, strawberry.argument(description="The notice's readable number (通知单号).")]
_Id = Annotated[strawberry.ID, strawberry.argument(description="A global id.")]
_Ids = Annotated[list[strawberry.ID], strawberry.argument(description="Global ids, up to 100.")]


def _list(
    entity: type[Base],
    right: str,
    description: str,
    filters: type[Conditions] | None = None,
    *,
    past: bool = False,
) -> Declared:
    """Declare a list of everything of a kind that the caller may see."""
    return connection(entity, NEWEST_FIRST, description, right=right, filters=filters, past=past)


async def _find_nodes(info: strawberry.Info, ids: Sequence[str], as_of: datetime | None) -> list[Any]:
    """Find things by their global ids; null for each that is not there or may not be seen."""
    visit = visit_of(info)
    if len(ids) > MAX_PAGE:
        raise TooCostly("rows", MAX_PAGE)
    city = visit.signed_in().city
    wanted = [read_id(one, "ids") for one in ids]
    found: dict[tuple[str, Any], Any] = {}
    names = sorted({name for name, where, _ in wanted if name in ENTITIES and where == city})
    moment = check_past(info, visit, as_of, names) if names else read_moment(as_of, visit.now)
    for name in names:
        keys = [row for kind, where, row in wanted if kind == name and where == city]
        rows = await load_rows(visit, ENTITIES[name], "id", keys, moment)
        found.update({(name, key): row for key, row in rows.items()})
    return [found.get((name, row)) if where == city else None for name, where, row in wanted]


@tells
class Query(
    AccessQueries,
    LedgerQueries,
    YearQueries,
    ProjectQueries,
    FigureQueries,
    DepositQueries,
    BankDayQueries,
    ReportFileQueries,
    StatementQueries,
    BankBalanceQueries,
):
    """Everything that can be asked."""

    estates: Connection[Estate] = _list(
        EstateRow, "estate.view", "Estates, the newest first (物业区域).", EstateFilter, past=True
    )
    units: Connection[Unit] = _list(
        UnitRow, "unit.view", "Units of every estate, the newest first (房屋).", UnitFilter, past=True
    )
    organizations: Connection[Organization] = _list(
        OrganizationRow, "org.view", "Organizations, the newest first (机构).", OrganizationFilter
    )
    orders: Connection[Order] = _list(
        OrderRow,
        "order.view",
        "Orders, the newest first: the window's queue and the developer's list (业务单).",
        OrderFilter,
    )
    notices: Connection[Notice] = _list(
        NoticeRow, "notice.view", "Deposit notices, the newest first (通知单).", NoticeFilter
    )
    payments: Connection[Payment] = _list(
        PaymentRow, "payment.view", "Booked payments, the newest first (交款).", PaymentFilter
    )
    refunds: Connection[Refund] = _list(
        RefundRow,
        "refund.view",
        "Money that goes back or went back to whoever paid it, the newest first (退款).",
        RefundFilter,
    )
    receipts: Connection[Receipt] = _list(
        ReceiptRow, "payment.view", "Official receipts, the newest first (专用票据).", ReceiptFilter
    )
    suspense_items: Connection[SuspenseItem] = _list(
        SuspenseItemRow,
        "suspense.view",
        "Reported money that could not be booked, the newest first (待查款项).",
        SuspenseFilter,
    )
    bank_statements: Connection[BankStatement] = _list(
        BankStatementRow,
        "statement.view",
        "Banks' daily statements beside our books, the newest first (银行对账单).",
        BankStatementFilter,
    )
    pushes: Connection[Push] = _list(
        PushRow,
        "push.view",
        "What the transaction system was or is to be told of units' deposits, the newest first (推送记录).",
        PushFilter,
    )
    jobs: Connection[Job] = _list(
        JobRow, "job.view", "The caller's own long work, the newest first (后台任务).", JobFilter
    )
    deposit_rates: Connection[DepositRate] = _list(
        DepositRateRow, "rate.view", "Deposit rates of the caller's city, the newest first (交存标准)."
    )

    audit_entries: Connection[AuditEntry] = _list(
        AuditRow,
        "audit.view",
        "What was done and what was refused, the newest first: of the organization, or for the office's"
        " admins of the city (操作日志).",
        AuditFilter,
    )

    users: Connection[User] = _list(
        Member,
        "user.view",
        "Users of the caller's organization, or of the fund office, the newest first (机构用户).",
        UserFilter,
    )

    @resolved("city.view")
    def cities(self, info: strawberry.Info) -> list[City]:
        """Cities that this installation serves (城市)."""
        return [City(rules=city) for _, city in sorted(visit_of(info).desk.cities.items())]

    @resolved("me.view")
    def me(self, info: strawberry.Info) -> Me | None:
        """Who asks; null for a stranger (当前用户)."""
        visit = visit_of(info)
        return Me(visit=visit) if visit.actor else None

    @resolved("role.view")
    async def roles(self, info: strawberry.Info) -> list[AssignableRole]:
        """Roles that can be given to the caller's colleagues, with what each may do (可分配角色)."""
        visit = visit_of(info)
        return assignable_roles(visit, *await list_roles(visit))

    @resolved("user.view")
    async def user_rights(self, info: strawberry.Info, user_id: _Id) -> list[UserRight] | None:
        """What a user may do now, spelled out; null if there is none to be seen (用户权限)."""
        visit = visit_of(info)
        name, city, user = read_id(user_id, "userId")
        if name != "User" or city != visit.signed_in().city:
            return None
        rights = await spell_rights(visit, user)
        return None if rights is None else [describe_right(visit, right) for right in rights]

    @resolved("registration.view")
    async def registration(self, info: strawberry.Info) -> Order | None:
        """The visitor's own registration; null while nothing was handed in (注册申请)."""
        found: Any = await find_registration(visit_of(info))
        return found

    @resolved("node", ById())
    async def node(self, info: strawberry.Info, id: _Id, as_of: AsOf = None) -> Node | None:  # noqa: A002 - the Relay contract's name
        """Anything by its global id; null if there is none or it may not be seen."""
        return (await _find_nodes(info, [id], as_of))[0]

    @resolved("node", ById(many=True))
    async def nodes(self, info: strawberry.Info, ids: _Ids, as_of: AsOf = None) -> list[Node | None]:
        """Many things by their global ids in the same order, those of a type in one statement."""
        return await _find_nodes(info, ids, as_of)

    @resolved("order.view", ByNumber(OrderRow, "order_no"))
    async def order_by_number(self, info: strawberry.Info, order_no: _OrderNo) -> Order | None:
        """An order by its readable number (业务单号)."""
        found: Any = await find_by_number(visit_of(info), OrderRow, OrderRow.order_no, order_no)
        return found

    @resolved("notice.view", ByNumber(NoticeRow, "notice_no"))
    async def notice_by_number(self, info: strawberry.Info, notice_no: _NoticeNo) -> Notice | None:
        """A notice by its readable number (通知单号)."""
        found: Any = await find_by_number(visit_of(info), NoticeRow, NoticeRow.notice_no, notice_no)
        return found

    @resolved("notice.look_up")
    async def notice_for_payment(
        self, info: strawberry.Info, notice_no: _NoticeNo
    ) -> NoticeForPayment | None:
        """What a bank needs to take the payment of a notice (待交款查询)."""
        found = await notice_for_payment(visit_of(info), notice_no)
        return NoticeForPayment(**found) if found else None
