"""Finding things by the numbers that people read: order, notice, and the visitor's own registration."""

from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute

from db.base import Base
from db.scope import Scope
from db.tables.money import Notice
from db.tables.orders import BusinessOrder
from domain.actor import PrincipalKind
from domain.deposits import standing
from domain.identity import fold
from domain.orders.organization_registration import ORGANIZATION_REGISTRATION
from domain.refusal import Forbidden
from resolvers.visit import Visit

_MAX_NUMBER = 64
Row = TypeVar("Row", bound=Base)


async def find_by_number(
    visit: Visit,
    entity: type[Row],
    column: InstrumentedAttribute[str],
    number: str,
    scope: Scope | None = None,
) -> Row | None:
    """Find a row by its readable number, however it was typed, if the caller may see it."""
    scope = scope or await visit.sight(entity)
    number = read_number(number)
    if scope is None or not number:
        return None
    rows = await visit.run(select(entity).where(scope.clause(entity), column == number))
    return rows.scalar_one_or_none()


def read_number(text: str) -> str:
    """Bring a typed order or notice number to the form in which it was given out, at most 64 characters."""
    return fold(text).upper()[:_MAX_NUMBER]


async def find_registration(visit: Visit) -> BusinessOrder | None:
    """Find the registration that a visitor's token stands for; null while nothing was handed in."""
    scope = await visit.scope("order.view")
    if visit.signed_in().kind is not PrincipalKind.VISITOR or scope is None:
        raise Forbidden
    rows = await visit.run(
        select(BusinessOrder).where(
            scope.clause(BusinessOrder), BusinessOrder.kind == ORGANIZATION_REGISTRATION.code
        )
    )
    return rows.scalar_one_or_none()


async def notice_for_payment(visit: Visit, number: str) -> dict[str, Any] | None:
    """Tell a bank the minimum about a notice that goes through it."""
    scope = await visit.scope("notice.look_up")
    if scope is None:
        raise Forbidden
    notice = await find_by_number(visit, Notice, Notice.notice_no, number, scope)
    if notice is None:
        return None
    name = notice.snapshot["owners"][0]["name"]
    return {
        "notice_no": notice.notice_no,
        "amount": notice.total,
        "status": standing(notice.status, notice.expires_at, visit.now),
        "expires_at": notice.expires_at,
        "payer": name[:1] + "*" * (len(name) - 1),
    }
