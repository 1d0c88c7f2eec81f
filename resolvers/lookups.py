"""Finding things by the numbers that people read: order, notice, and the visitor's own registration."""

from typing import Any

from sqlalchemy import select

from db.base import Base
from db.tables.money import Notice
from db.tables.orders import BusinessOrder
from domain.actor import PrincipalKind
from domain.deposits import NoticeStatus
from domain.orders.organization_registration import ORGANIZATION_REGISTRATION
from domain.refusal import Forbidden
from resolvers.visit import Visit

_MAX_NUMBER = 64


async def find_by_number(visit: Visit, entity: type[Base], column: Any, number: str) -> Any:  # noqa: ANN401
    """Find a row by its readable number, if the caller may see it."""
    scope = await visit.sight(entity)
    if scope is None or len(number) > _MAX_NUMBER:
        return None
    rows = await visit.run(select(entity).where(scope.clause(entity), column == number.strip().upper()))
    return rows.scalar_one_or_none()


async def find_registration(visit: Visit) -> BusinessOrder | None:
    """Find the registration that a visitor's token stands for; null while nothing was handed in."""
    if visit.signed_in().kind is not PrincipalKind.VISITOR:
        raise Forbidden
    scope = await visit.scope("order.view")
    assert scope is not None, "A visitor sees its own registration."
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
    statement = select(Notice).where(scope.clause(Notice), Notice.notice_no == number.strip().upper()[:_MAX_NUMBER])
    notice: Notice | None = (await visit.run(statement)).scalar_one_or_none()
    if notice is None:
        return None
    ran_out = notice.status == NoticeStatus.OPEN.value and notice.expires_at <= visit.now
    name = notice.snapshot["owners"][0]["name"]
    return {
        "notice_no": notice.notice_no,
        "amount": notice.total,
        "status": NoticeStatus.EXPIRED if ran_out else NoticeStatus(notice.status),
        "expires_at": notice.expires_at,
        "payer": name[:1] + "*" * (len(name) - 1),
    }
