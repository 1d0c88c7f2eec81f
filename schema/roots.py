"""The doors of the graph: what can be asked and what can be done, and the schema made of both."""

from collections.abc import Sequence
from typing import Any

import strawberry
from strawberry.schema.config import StrawberryConfig
from strawberry.tools import merge_types

from db.tables.estates import Estate as EstateRow
from db.tables.money import DepositRate as DepositRateRow
from db.tables.money import Notice as NoticeRow
from db.tables.money import Payment as PaymentRow
from db.tables.money import SuspenseItem as SuspenseItemRow
from db.tables.orders import BusinessOrder as OrderRow
from db.tables.organizations import Organization as OrganizationRow
from resolvers.estates import estate_filter
from resolvers.lookups import find_by_number, find_registration, notice_for_payment
from resolvers.page import Order as Sorting
from resolvers.read import load_rows
from resolvers.sight import ENTITIES
from resolvers.visit import Visit
from schema.acts import AccessActs, MoneyActs
from schema.estates import Building, Estate, Owner, Unit
from schema.fields import BINDING, INHERIT, RIGHT, Listed, load_connection, visit_of
from schema.files import File
from schema.ids import read_id
from schema.money import Account, DepositRate, Notice, NoticeStatusEnum, Payment, SuspenseItem
from schema.mutation import ActExecution
from schema.node import Node
from schema.orders import Attachment, KindEnum, Order, StatusEnum
from schema.orders.acts import OrderActs
from schema.organizations import City, Me, Organization
from schema.paging import After, Before, Connection, First, Last, connection, window
from schema.scalars import SCALARS, Money, Moment

NEWEST_FIRST = Sorting(("id",), descending=True)
_ESTATES = Listed(EstateRow, NEWEST_FIRST)
_ORGANIZATIONS = Listed(OrganizationRow, NEWEST_FIRST)
_ORDERS = Listed(OrderRow, NEWEST_FIRST)
_NOTICES = Listed(NoticeRow, NEWEST_FIRST)
_PAYMENTS = Listed(PaymentRow, NEWEST_FIRST)
_SUSPENSE = Listed(SuspenseItemRow, NEWEST_FIRST)
_RATES = Listed(DepositRateRow, NEWEST_FIRST)


@strawberry.input(description="Which orders are asked for (业务单查询条件).")
class OrderFilter:
    """Conditions that all must hold."""

    status: list[StatusEnum] | None = strawberry.field(default=None, description="Only in one of these statuses (状态).")  # pyright: ignore[reportInvalidTypeForm] - Strawberry's enum is the enum
    kind: list[KindEnum] | None = strawberry.field(default=None, description="Only of one of these kinds (业务种类).")  # pyright: ignore[reportInvalidTypeForm] - the same
    estate_id: strawberry.ID | None = strawberry.field(default=None, description="Only about this estate (物业区域).")


@strawberry.input(description="Which notices are asked for (通知单查询条件).")
class NoticeFilter:
    """Conditions that all must hold."""

    status: NoticeStatusEnum | None = strawberry.field(default=None, description="Only in this status (状态).")  # pyright: ignore[reportInvalidTypeForm] - Strawberry's enum is the enum
    estate_id: strawberry.ID | None = strawberry.field(default=None, description="Only of this estate (物业区域).")


@strawberry.type(description="What a bank needs to take a payment, and no more (待交款信息).")
class NoticeForPayment:
    """The minimum about an open notice."""

    notice_no: str = strawberry.field(description="Its number (通知单号).", metadata={RIGHT: INHERIT})
    amount: Money = strawberry.field(description="Amount to be paid (金额).", metadata={RIGHT: INHERIT})
    status: NoticeStatusEnum = strawberry.field(description="Where it stands (状态).", metadata={RIGHT: INHERIT})  # pyright: ignore[reportInvalidTypeForm] - the same
    expires_at: Moment = strawberry.field(description="Until when it can be paid (有效期至).", metadata={RIGHT: INHERIT})
    payer: str = strawberry.field(description="First owner's name, all but the first character hidden (交款人).", metadata={RIGHT: INHERIT})


def _ask(right: str, description: str, binding: Any = None) -> Any:  # noqa: ANN401
    return strawberry.field(description=description, metadata={RIGHT: right, BINDING: binding})


async def _find_nodes(visit: Visit, ids: Sequence[str]) -> list[Any]:
    """Find things by their global ids; null for each that is not there or may not be seen."""
    city = visit.signed_in().city
    wanted = [read_id(one, "ids") for one in ids]
    found: dict[tuple[str, Any], Any] = {}
    for name in {name for name, where, _ in wanted if name in ENTITIES and where == city}:
        keys = [row for kind, where, row in wanted if kind == name and where == city]
        rows = await load_rows(visit, ENTITIES[name], "id", keys)
        found.update({(name, key): row for key, row in rows.items()})
    return [found.get((name, row)) if where == city else None for name, where, row in wanted]


@strawberry.type(description="Everything that can be asked.")
class Query:
    """The readable graph."""

    @_ask("city.view", "Cities that this installation serves (城市).")
    def cities(self, info: strawberry.Info) -> list[City]:
        """List the cities."""
        return [City(rules=city) for _, city in sorted(visit_of(info).desk.cities.items())]

    @_ask("me.view", "Who asks; null for a stranger (当前用户).")
    def me(self, info: strawberry.Info) -> Me | None:
        """Give the caller."""
        visit = visit_of(info)
        return Me(visit=visit) if visit.actor else None

    @_ask("registration.view", "The visitor's own registration (注册申请).")
    async def registration(self, info: strawberry.Info) -> Order | None:
        """Give the registration that a visitor's token stands for."""
        return await find_registration(visit_of(info))

    @_ask("node", "Anything by its global id; null if there is none or it may not be seen.")
    async def node(self, info: strawberry.Info, id: strawberry.ID) -> Node | None:  # noqa: A002 - the Relay contract's name
        """Give one node."""
        return (await _find_nodes(visit_of(info), [id]))[0]

    @_ask("node", "Many things by their global ids, in the same order.")
    async def nodes(self, info: strawberry.Info, ids: list[strawberry.ID]) -> list[Node | None]:
        """Give many nodes, those of a type in one statement."""
        return await _find_nodes(visit_of(info), ids)

    @_ask("estate.view", "Estates, the newest first (物业区域).", _ESTATES)
    async def estates(  # noqa: PLR0913 - the Relay contract's four and a search
        self,
        info: strawberry.Info,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
        search: str | None = None,
    ) -> Connection[Estate]:
        """List estates."""
        where = estate_filter(search)
        return connection(await load_connection(visit_of(info), _ESTATES, window(first, after, last, before), where))

    @_ask("org.view", "Organizations, the newest first (机构).", _ORGANIZATIONS)
    async def organizations(
        self,
        info: strawberry.Info,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[Organization]:
        """List organizations."""
        page = await load_connection(visit_of(info), _ORGANIZATIONS, window(first, after, last, before), ())
        return connection(page)

    @_ask("order.view", "Orders, the newest first: the window's queue and the developer's list (业务单).", _ORDERS)
    async def orders(  # noqa: PLR0913 - the Relay contract's four and a filter
        self,
        info: strawberry.Info,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
        filter: OrderFilter | None = None,  # noqa: A002 - the argument's name in the graph
    ) -> Connection[Order]:
        """List orders."""
        where: list[Any] = []
        if filter and filter.status is not None:
            where.append(OrderRow.status.in_([status.value for status in filter.status]))
        if filter and filter.kind is not None:
            where.append(OrderRow.kind.in_([kind.value for kind in filter.kind]))
        if filter and filter.estate_id is not None:
            where.append(OrderRow.estate_id == read_id(filter.estate_id, "estateId")[2])
        return connection(await load_connection(visit_of(info), _ORDERS, window(first, after, last, before), where))

    @_ask("order.view", "An order by its readable number (业务单号).")
    async def order_by_number(self, info: strawberry.Info, order_no: str) -> Order | None:
        """Find an order."""
        return await find_by_number(visit_of(info), OrderRow, OrderRow.order_no, order_no)

    @_ask("notice.view", "Deposit notices, the newest first (通知单).", _NOTICES)
    async def notices(  # noqa: PLR0913 - the Relay contract's four and a filter
        self,
        info: strawberry.Info,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
        filter: NoticeFilter | None = None,  # noqa: A002 - the argument's name in the graph
    ) -> Connection[Notice]:
        """List notices."""
        where: list[Any] = []
        if filter and filter.status is not None:
            where.append(NoticeRow.status == filter.status.value)
        if filter and filter.estate_id is not None:
            where.append(NoticeRow.estate_id == read_id(filter.estate_id, "estateId")[2])
        return connection(await load_connection(visit_of(info), _NOTICES, window(first, after, last, before), where))

    @_ask("notice.view", "A notice by its readable number (通知单号).")
    async def notice_by_number(self, info: strawberry.Info, notice_no: str) -> Notice | None:
        """Find a notice."""
        return await find_by_number(visit_of(info), NoticeRow, NoticeRow.notice_no, notice_no)

    @_ask("notice.look_up", "What a bank needs to take the payment of a notice (待交款查询).")
    async def notice_for_payment(self, info: strawberry.Info, notice_no: str) -> NoticeForPayment | None:
        """Look a notice up for payment."""
        found = await notice_for_payment(visit_of(info), notice_no)
        return NoticeForPayment(**found) if found else None

    @_ask("payment.view", "Booked payments, the newest first (交款).", _PAYMENTS)
    async def payments(
        self,
        info: strawberry.Info,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[Payment]:
        """List payments."""
        page = await load_connection(visit_of(info), _PAYMENTS, window(first, after, last, before), ())
        return connection(page)

    @_ask("suspense.view", "Reported money that could not be booked (待查款项).", _SUSPENSE)
    async def suspense_items(
        self,
        info: strawberry.Info,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[SuspenseItem]:
        """List suspense items."""
        page = await load_connection(visit_of(info), _SUSPENSE, window(first, after, last, before), ())
        return connection(page)

    @_ask("rate.view", "Deposit rates of the caller's city (交存标准).", _RATES)
    async def deposit_rates(
        self,
        info: strawberry.Info,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[DepositRate]:
        """List rates."""
        page = await load_connection(visit_of(info), _RATES, window(first, after, last, before), ())
        return connection(page)


Mutation = merge_types("Mutation", (AccessActs, OrderActs, MoneyActs))


schema = strawberry.Schema(
    query=Query,
    mutation=Mutation,
    types=[Account, Attachment, Building, DepositRate, Estate, File, Notice, Order, Organization, Owner, Payment, SuspenseItem, Unit],
    config=StrawberryConfig(scalar_map=SCALARS),
    execution_context_class=ActExecution,
)
