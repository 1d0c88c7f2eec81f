"""Refund notices (退款通知单) on paper [J 1.3.6]."""

from uuid import UUID

from sqlalchemy import select

from db.tables.estates import Building, Estate, Owner, Unit
from db.tables.money import Account, Refund
from db.tables.orders import BusinessOrder
from db.tables.organizations import Organization
from domain.clock import business_day
from domain.problem import Problem
from domain.status import RefundStatus
from reports.forms import FORMS, Imprint
from reports.forms.refund_notice import RefundNoticeData
from resolvers.act import Done, Outcome, Refused, Work
from resolvers.door import fetch
from resolvers.orders.facts import kind_of
from resolvers.printing.press import press

_STATUS = {RefundStatus.APPROVED: "已核准", RefundStatus.PAID: "已退款", RefundStatus.FAILED: "退款失败"}


async def print_refund(work: Work, refund_id: UUID) -> Outcome:
    """Print the notice of a refund, or print it again; every print is counted."""
    refund = await fetch(work, Refund, refund_id, "refund.view", lock=True)
    refund.print_count += 1
    await work.session.flush()
    data = await _fill(work, refund)
    file = await press(work, f"{refund.refund_no}.pdf", FORMS["refund_notice"].render, data, refund.org_id)
    if isinstance(file, Problem):
        return Refused.because(file)
    return Done("File", (file,), {"refundNo": refund.refund_no, "print": refund.print_count})


async def _fill(work: Work, refund: Refund) -> RefundNoticeData:
    city, session = refund.city, work.session
    order = await session.get_one(BusinessOrder, (city, refund.order_id))
    estate = await session.get_one(Estate, (city, refund.estate_id))
    unit = await session.get_one(Unit, (city, refund.unit_id))
    building = await session.get_one(Building, (city, unit.building_id))
    account = await session.get_one(Account, (city, refund.account_id))
    developer = await session.get_one(Organization, (city, refund.org_id))
    owners = await session.scalars(
        select(Owner.name).where(Owner.city == city, Owner.unit_id == unit.id).order_by(Owner.position)
    )
    title = work.city.forms.refund_title
    place = (building.name, unit.section, f"{unit.floor}层", unit.room_no)
    return RefundNoticeData(
        imprint=Imprint(work.city.authority.name, title, refund.refund_no, refund.print_count, work.now),
        reason=kind_of(order).label,
        order_no=order.order_no,
        estate=estate.name,
        unit=" ".join(part for part in place if part),
        address=unit.address,
        developer=developer.name,
        payees=tuple(owners),
        due=account.due or 0,
        paid=account.paid_first,
        amount=refund.amount,
        status=_STATUS[RefundStatus(refund.status)],
        holder=refund.payee_name or "",
        account_no=refund.payee_account or "",
        bank=refund.payee_bank or "",
        approved_on=business_day(refund.approved_at),
        paid_on=business_day(refund.paid_at) if refund.paid_at else None,
        notes=(work.city.forms.refund_note,),
    )
