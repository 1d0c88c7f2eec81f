"""Which notices, payments, receipts and refunds a list asks for: the conditions behind each `filter`."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, not_, or_, select

from db.kept import Condition
from db.tables.estates import Unit
from db.tables.money import Notice, NoticeLine, Payment, Refund
from db.tables.receipts import Receipt
from domain.deposits import DepositType, NoticeStatus
from domain.identity import fold
from domain.receipts import ReceiptMode, ReceiptStatus
from domain.status import RefundStatus
from domain.switch import Channel, NoticeKind
from resolvers.filters import begins, equal, within


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticesAsked:
    """Which notices are asked for; an open one that ran out counts as expired."""

    status: NoticeStatus | None
    kind: NoticeKind | None
    deposit_type: DepositType | None
    estate: UUID | None
    building: UUID | None
    unit: UUID | None
    bank: str | None
    number: str | None
    since: datetime | None
    before: datetime | None

    def conditions(self, now: datetime) -> list[Condition]:
        """Write what must hold."""
        asked = equal(
            (Notice.kind, self.kind),
            (Notice.deposit_type, self.deposit_type),
            (Notice.estate_id, self.estate),
            (Notice.bank, self.bank),
        )
        times = within(Notice.issued_at, self.since, self.before)
        return [*asked, *self._standing(now), *begins(Notice.notice_no, self.number), *times, *self._lines()]

    def _standing(self, now: datetime) -> Iterator[ColumnElement[bool]]:
        ran_out = and_(Notice.status == NoticeStatus.OPEN.value, Notice.expires_at <= now)
        if self.status is NoticeStatus.EXPIRED:
            yield or_(Notice.status == self.status.value, ran_out)
        elif self.status is not None:
            yield Notice.status == self.status.value
            yield not_(ran_out)

    def _lines(self) -> Iterator[ColumnElement[bool]]:
        line = and_(NoticeLine.city == Notice.city, NoticeLine.notice_id == Notice.id)
        if self.unit is not None:
            yield exists().where(line, NoticeLine.unit_id == self.unit)
        if self.building is not None:
            there = select(Unit.id).where(Unit.city == Notice.city, Unit.building_id == self.building)
            yield exists().where(line, NoticeLine.unit_id.in_(there.correlate(Notice)))


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentsAsked:
    """Which payments are asked for; a number is one that stands on the notice or the proof."""

    estate: UUID | None
    unit: UUID | None
    bank: str | None
    channel: Channel | None
    number: str | None
    since: datetime | None
    before: datetime | None

    def conditions(self) -> list[Condition]:
        """Write what must hold."""
        asked = equal(
            (Payment.estate_id, self.estate), (Payment.bank, self.bank), (Payment.channel, self.channel)
        )
        times = within(Payment.paid_at, self.since, self.before)
        return [*asked, *self._numbers(), *times, *([] if self.unit is None else [_paid_for(self.unit)])]

    def _numbers(self) -> Iterator[ColumnElement[bool]]:
        if self.number is None:
            return
        typed = fold(self.number).replace(" ", "")
        notice = and_(
            Notice.city == Payment.city, Notice.id == Payment.notice_id, Notice.notice_no == typed.upper()
        )
        own = (Payment.proof_no == typed.upper(), Payment.bank_txn_no == typed)
        yield or_(*own, exists().where(notice))


def _paid_for(unit: UUID) -> ColumnElement[bool]:
    """Write that a payment's notice lists a unit."""
    return exists().where(
        NoticeLine.city == Payment.city,
        NoticeLine.notice_id == Payment.notice_id,
        NoticeLine.unit_id == unit,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptsAsked:
    """Which receipts are asked for; a unit's are its own and the summaries that it is on."""

    status: ReceiptStatus | None
    mode: ReceiptMode | None
    estate: UUID | None
    unit: UUID | None
    payment: UUID | None
    number: str | None
    since: datetime | None
    before: datetime | None

    def conditions(self) -> list[Condition]:
        """Write what must hold."""
        asked = equal((Receipt.estate_id, self.estate), (Receipt.payment_id, self.payment))
        times = within(Receipt.issued_at, self.since, self.before)
        return [*asked, *begins(Receipt.receipt_no, self.number), *times, *self._kinds(), *self._unit()]

    def _kinds(self) -> Iterator[ColumnElement[bool]]:
        for column, is_null in (
            (Receipt.voided_at, self.status and self.status is ReceiptStatus.ISSUED),
            (Receipt.unit_id, self.mode and self.mode is ReceiptMode.SUMMARY),
        ):
            if is_null is not None:
                yield column.is_(None) if is_null else column.is_not(None)

    def _unit(self) -> Iterator[ColumnElement[bool]]:
        if self.unit is not None:
            listed = and_(
                Payment.city == Receipt.city, Payment.id == Receipt.payment_id, _paid_for(self.unit)
            )
            yield or_(Receipt.unit_id == self.unit, and_(Receipt.unit_id.is_(None), exists().where(listed)))


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundsAsked:
    """Which refunds are asked for; a number is the refund's own or one of the bank's."""

    status: RefundStatus | None
    estate: UUID | None
    unit: UUID | None
    order: UUID | None
    number: str | None
    since: datetime | None
    before: datetime | None

    def conditions(self) -> list[Condition]:
        """Write what must hold."""
        asked = equal(
            (Refund.status, self.status),
            (Refund.estate_id, self.estate),
            (Refund.unit_id, self.unit),
            (Refund.order_id, self.order),
        )
        times = within(Refund.approved_at, self.since, self.before)
        return [*asked, *times, *self._numbers()]

    def _numbers(self) -> Iterator[ColumnElement[bool]]:
        if self.number is None:
            return
        typed = fold(self.number).replace(" ", "")
        yield or_(
            Refund.refund_no == typed.upper(), Refund.bank_txn_no == typed, Refund.return_txn_no == typed
        )
