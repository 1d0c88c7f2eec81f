"""Which rows a list asks for: the conditions behind each `filter`."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Text, Uuid, and_, exists, false, not_, or_, select

from db.given import among
from db.kept import Condition
from db.scope import Scope
from db.tables.estates import Estate, Owner, Unit
from db.tables.jobs import Job
from db.tables.money import Account, Notice, NoticeLine, Payment, Refund, SuspenseItem
from db.tables.orders import BusinessOrder
from db.tables.organizations import Organization
from db.tables.receipts import Receipt
from db.tables.reconciliation import BankStatement, BankStatementLine
from db.tables.trading import Push
from domain.deposits import NoticeStatus, SuspenseReason
from domain.identity import fold
from domain.jobs import JobKind, JobStatus
from domain.orders.flow import Claimed, Status
from domain.people import NumberKind
from domain.refusal import NoHistory
from domain.statements import Rank, StatementOutcome
from domain.status import AccountStatus, OrganizationStatus, RefundStatus, SuspenseStatus, UnitStatus
from domain.suspense import SuspenseResolution
from domain.trading import PushStatus
from resolvers.asker import Asker
from resolvers.past import rows_at
from resolvers.search import search_in


def organization_filter(search: str | None, status: OrganizationStatus | None) -> list[Condition]:
    """Write the conditions of a list of organizations."""
    where = search_in(search, Organization.name, Organization.uscc)
    return where if status is None else [*where, Organization.status == status.value]


def estate_filter(search: str | None) -> list[Condition]:
    """Write the conditions of a list of estates."""
    return search_in(search, Estate.name, Estate.address)


def unit_filter(
    *,
    building: UUID | None,
    section: str | None,
    floor: int | None,
    has_lift: bool | None,
    status: UnitStatus | None,
) -> list[Condition]:
    """Write the conditions of a list of units, but for a search's and those on accounts."""
    where: list[Condition] = []
    if building is not None:
        where.append(Unit.building_id == building)
    if section is not None:
        where.append(Unit.section == fold(section))
    if floor is not None:
        where.append(Unit.floor == floor)
    if has_lift is not None:
        where.append(Unit.has_lift == has_lift)
    if status is not None:
        where.append(Unit.status == status.value)
    return where


def account_filter(*, paid: bool | None, low: bool | None, asker: Asker) -> Iterator[Condition]:
    """Write what the accounts of listed units must say.

    Whether a unit is paid, or needs a top-up, says what its account holds, so only who may see that account
    is told: to others no unit meets the condition, neither way.

    Raises:
        NoHistory: Nobody knows any more whether a unit was paid, or low, at a past moment.
    """
    for name, wanted, holds in (("paid", paid, _fully_paid()), ("low", low, _has_little_left())):
        if wanted is None:
            continue
        if asker.moment is not None:
            raise NoHistory(f"filter.{name}")
        yield from keep_to_accounts(asker.accounts)
        yield holds if wanted else not_(holds)


def keep_to_accounts(accounts: Scope | None) -> Iterator[ColumnElement[bool]]:
    """Write on which estates accounts may be seen; the rest of that scope is the units' own."""
    if accounts is None:
        yield false()
        return
    if accounts.allowed is not None:
        yield among(Unit.estate_id, list(accounts.allowed), Uuid())
    if accounts.denied:
        yield not_(among(Unit.estate_id, list(accounts.denied), Uuid()))


def _fully_paid() -> ColumnElement[bool]:
    return exists().where(
        and_(
            Account.city == Unit.city,
            Account.unit_id == Unit.id,
            Account.status != AccountStatus.CLOSED.value,
            Account.paid_first >= Account.due,
        )
    )


def _has_little_left() -> ColumnElement[bool]:
    """Write what `domain.custom_deposits.is_low` says, just as the index of such accounts has it."""
    return exists().where(
        and_(
            Account.city == Unit.city,
            Account.unit_id == Unit.id,
            Account.status == AccountStatus.OPEN.value,
            Account.is_low,
        )
    )


def number_filter(number: str | None, asker: Asker) -> list[Condition]:
    """Write "somebody with exactly this ID number owns it".

    What is masked for somebody is not searched for either: who may not read a number could else guess it.
    """
    if number is None:
        return []
    if asker.numbers is None:
        return [false()]
    clear = fold(number).upper().replace(" ", "")
    owners = rows_at(Owner, asker.moment)
    owned = select(owners.columns["unit_id"]).where(
        asker.numbers.clause(Owner, owners.rows),
        owners.columns["id_number_blind"] == asker.sealer.blind(NumberKind.ID_NUMBER, clear),
    )
    return [Unit.id.in_(owned)]


def order_filter(
    status: Sequence[Status] | None, kind: Sequence[str] | None, estate: UUID | None
) -> list[Condition]:
    """Write the conditions of a list of orders, but for a queue's."""
    where: list[Condition] = []
    if status is not None:
        where.append(among(BusinessOrder.status, [one.value for one in status], Text()))
    if kind is not None:
        where.append(among(BusinessOrder.kind, list(kind), Text()))
    if estate is not None:
        where.append(BusinessOrder.estate_id == estate)
    return where


def queue_filter(
    claimed: Claimed | None, since: datetime | None, until: datetime | None, number: str | None, asker: Asker
) -> Iterator[Condition]:
    """Write what the office looks for in its queue (受理队列).

    Who has claimed an order is the office's own affair: to others no order meets the condition, no way.
    """
    if claimed is not None and asker.organization is not None:
        yield false()
    elif claimed is Claimed.ME:
        yield BusinessOrder.claimed_by == asker.principal
    elif claimed is not None:
        yield (
            BusinessOrder.claimed_by.is_not(None)
            if claimed is Claimed.ANYBODY
            else (BusinessOrder.claimed_by.is_(None))
        )
    if since is not None:
        yield BusinessOrder.submitted_at >= since
    if until is not None:
        yield BusinessOrder.submitted_at < until
    if number is not None:
        yield BusinessOrder.order_no.startswith(fold(number).upper().replace(" ", ""), autoescape=True)


def notice_filter(
    status: NoticeStatus | None, estate: UUID | None, unit: UUID | None, now: datetime
) -> list[Condition]:
    """Write the conditions of a list of notices; an open one that ran out counts as expired."""
    where: list[Condition] = []
    ran_out = and_(Notice.status == NoticeStatus.OPEN.value, Notice.expires_at <= now)
    if status is NoticeStatus.EXPIRED:
        where.append(or_(Notice.status == status.value, ran_out))
    elif status is not None:
        where += [Notice.status == status.value, not_(ran_out)]
    if estate is not None:
        where.append(Notice.estate_id == estate)
    if unit is not None:
        line = and_(
            NoticeLine.city == Notice.city, NoticeLine.notice_id == Notice.id, NoticeLine.unit_id == unit
        )
        where.append(exists().where(line))
    return where


def payment_filter(estate: UUID | None, number: str | None) -> list[Condition]:
    """Write the conditions of a list of payments; a number is one that stands on the notice or the proof."""
    where: list[Condition] = [] if estate is None else [Payment.estate_id == estate]
    if number is not None:
        typed = fold(number).replace(" ", "")
        notice = and_(
            Notice.city == Payment.city,
            Notice.id == Payment.notice_id,
            Notice.notice_no == typed.upper(),
        )
        own = (Payment.proof_no == typed.upper(), Payment.bank_txn_no == typed)
        where.append(or_(*own, exists().where(notice)))
    return where


def receipt_filter(
    *, estate: UUID | None, unit: UUID | None, payment: UUID | None, number: str | None
) -> list[Condition]:
    """Write the conditions of a list of receipts; a unit's are its own and the summaries that it is on."""
    where: list[Condition] = [] if estate is None else [Receipt.estate_id == estate]
    if payment is not None:
        where.append(Receipt.payment_id == payment)
    if number is not None:
        where.append(Receipt.receipt_no.startswith(fold(number).upper().replace(" ", ""), autoescape=True))
    if unit is not None:
        listed = exists().where(
            Payment.city == Receipt.city,
            Payment.id == Receipt.payment_id,
            NoticeLine.city == Payment.city,
            NoticeLine.notice_id == Payment.notice_id,
            NoticeLine.unit_id == unit,
        )
        where.append(or_(Receipt.unit_id == unit, and_(Receipt.unit_id.is_(None), listed)))
    return where


def suspense_filter(
    *,
    status: SuspenseStatus | None,
    bank: str | None,
    reason: SuspenseReason | None,
    resolution: SuspenseResolution | None,
    since: datetime | None,
    until: datetime | None,
    number: str | None,
) -> list[Condition]:
    """Write the conditions of a list of suspense items; a number is the notice's or one of the bank's."""
    where: list[Condition] = []
    for column, wanted in (
        (SuspenseItem.status, status),
        (SuspenseItem.bank, bank),
        (SuspenseItem.reason, reason),
        (SuspenseItem.resolution, resolution),
    ):
        if wanted is not None:
            where.append(column == str(wanted))
    if since is not None:
        where.append(SuspenseItem.received_at >= since)
    if until is not None:
        where.append(SuspenseItem.received_at < until)
    if number is not None:
        typed = fold(number).replace(" ", "")
        where.append(
            or_(
                SuspenseItem.bank_txn_no == typed,
                SuspenseItem.return_txn_no == typed,
                SuspenseItem.notice_no == typed.upper(),
            )
        )
    return where


def statement_filter(
    bank: str | None, since: date | None, until: date | None, *, differences: bool | None
) -> list[Condition]:
    """Write the conditions of a list of banks' statements."""
    where: list[Condition] = [] if bank is None else [BankStatement.bank == bank]
    if since is not None:
        where.append(BankStatement.day >= since)
    if until is not None:
        where.append(BankStatement.day <= until)
    if differences is not None:
        open_ones = exists().where(
            BankStatementLine.city == BankStatement.city,
            BankStatementLine.statement_id == BankStatement.id,
            BankStatementLine.rank == Rank.OPEN,
        )
        where.append(open_ones if differences else not_(open_ones))
    return where


def statement_line_filter(
    outcome: Sequence[StatementOutcome] | None, *, settled: bool | None, number: str | None
) -> list[Condition]:
    """Write the conditions of a list of a statement's lines."""
    where: list[Condition] = []
    if outcome is not None:
        where.append(among(BankStatementLine.outcome, [one.value for one in outcome], Text()))
    if settled is not None:
        where.append(BankStatementLine.rank != Rank.OPEN if settled else BankStatementLine.rank == Rank.OPEN)
    if number is not None:
        where.append(BankStatementLine.bank_txn_no == fold(number).replace(" ", ""))
    return where


def refund_filter(
    status: RefundStatus | None, estate: UUID | None, unit: UUID | None, order: UUID | None
) -> list[Condition]:
    """Write the conditions of a list of refunds."""
    where: list[Condition] = [] if status is None else [Refund.status == status.value]
    for column, wanted in ((Refund.estate_id, estate), (Refund.unit_id, unit), (Refund.order_id, order)):
        if wanted is not None:
            where.append(column == wanted)
    return where


def job_filter(status: JobStatus | None, kind: JobKind | None) -> list[Condition]:
    """Write the conditions of a list of long work."""
    where: list[Condition] = [] if status is None else [Job.status == status.value]
    return where if kind is None else [*where, Job.kind == kind.value]


def push_filter(status: PushStatus | None, unit: UUID | None, estate: UUID | None) -> list[Condition]:
    """Write the conditions of a list of messages to the transaction system."""
    where: list[Condition] = [] if status is None else [Push.status == status.value]
    if unit is not None:
        where.append(Push.unit_id == unit)
    if estate is not None:
        where.append(Push.estate_id == estate)
    return where
