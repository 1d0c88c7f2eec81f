"""Which rows a list asks for: the conditions behind each `filter`."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Text, Uuid, and_, exists, false, not_, or_, select

from db.given import among
from db.kept import Condition
from db.scope import Scope
from db.tables.estates import Estate, Owner, Unit
from db.tables.jobs import Job
from db.tables.money import Account, SuspenseItem
from db.tables.orders import BusinessOrder
from db.tables.organizations import Organization
from db.tables.reconciliation import BankStatement, BankStatementLine
from db.tables.trading import Push
from domain.deposits import SuspenseReason
from domain.identity import fold
from domain.jobs import JobKind, JobStatus
from domain.orders.flow import Claimed, Status
from domain.people import NumberKind
from domain.refusal import NoHistory
from domain.statements import Rank, StatementOutcome
from domain.status import AccountStatus, OrganizationStatus, SuspenseStatus, UnitStatus
from domain.suspense import SuspenseResolution
from domain.trading import PushStatus
from resolvers.asker import Asker
from resolvers.past import rows_at
from resolvers.search import search_in


def organization_filter(search: str | None, status: OrganizationStatus | None) -> list[Condition]:
    """Write the conditions of a list of organizations."""
    where = search_in(search, Organization.name, Organization.uscc)
    return where if status is None else [*where, Organization.status == status.value]


def estate_filter(
    search: str | None, *, organization: UUID | None, district: str | None, bank: str | None
) -> list[Condition]:
    """Write the conditions of a list of estates."""
    asked = ((Estate.org_id, organization), (Estate.district, district), (Estate.bank, bank))
    return [*search_in(search, Estate.name, Estate.address), *equal(*asked)]


def equal(*asked: tuple[ColumnElement[Any] | Any, Any]) -> Iterator[ColumnElement[bool]]:
    """Write that columns have the values that are asked for, where any are."""
    for column, wanted in asked:
        if wanted is not None:
            yield column == (wanted.value if isinstance(wanted, Enum) else wanted)


def within(
    column: ColumnElement[Any] | Any,  # noqa: ANN401 - a mapped column is told as its value's type
    since: datetime | None,
    before: datetime | None,
) -> Iterator[ColumnElement[bool]]:
    """Write that a moment lies within a time; the end does not belong to it."""
    if since is not None:
        yield column >= since
    if before is not None:
        yield column < before


def begins(
    column: ColumnElement[Any] | Any,  # noqa: ANN401 - a mapped column is told as its value's type
    number: str | None,
) -> Iterator[ColumnElement[bool]]:
    """Write that a readable number begins so, however it was typed."""
    if number is not None:
        yield column.startswith(fold(number).upper().replace(" ", ""), autoescape=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitsAsked:
    """Which units are asked for, but for a search's conditions and those on accounts and contracts."""

    estate: UUID | None
    building: UUID | None
    section: str | None
    floor: int | None
    usage: str | None
    sale_status: str | None
    has_lift: bool | None
    manual_filing: bool | None
    status: UnitStatus | None

    def conditions(self) -> Iterator[Condition]:
        """Write what must hold."""
        return equal(
            (Unit.estate_id, self.estate),
            (Unit.building_id, self.building),
            (Unit.section, None if self.section is None else fold(self.section)),
            (Unit.floor, self.floor),
            (Unit.usage, self.usage),
            (Unit.sale_status, self.sale_status),
            (Unit.has_lift, self.has_lift),
            (Unit.manual_filing, self.manual_filing),
            (Unit.status, self.status),
        )


def contract_filter(number: str | None, *, present: bool | None, asker: Asker) -> Iterator[Condition]:
    """Write what the contract numbers of listed units must be, for who may see those."""
    if number is None and present is None:
        return
    yield from keep_to(asker.contracts)
    if number is not None:
        yield Unit.contract_no == fold(number).replace(" ", "")
    if present is not None:
        yield Unit.contract_no.is_not(None) if present else Unit.contract_no.is_(None)


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
        yield from keep_to(asker.accounts)
        yield holds if wanted else not_(holds)


def keep_to(scope: Scope | None) -> Iterator[ColumnElement[bool]]:
    """Write on which estates something of a unit may be seen; the rest of that scope is the units' own."""
    if scope is None:
        yield false()
        return
    if scope.allowed is not None:
        yield among(Unit.estate_id, list(scope.allowed), Uuid())
    if scope.denied:
        yield not_(among(Unit.estate_id, list(scope.denied), Uuid()))


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
    yield from within(BusinessOrder.submitted_at, since, until)
    yield from begins(BusinessOrder.order_no, number)


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
