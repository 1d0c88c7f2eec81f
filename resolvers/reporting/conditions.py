"""Which units a report is about, by the conditions of its filter."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, exists

from db.kept import Condition
from db.tables.estates import Unit
from db.tables.money import Account
from domain.rates import RateCategory
from domain.status import AccountStatus, UnitStatus
from resolvers.asker import Asker
from resolvers.filters import account_filter, keep_to


@dataclass(frozen=True, slots=True)
class Chosen:
    """What must hold of the units; None lets everything pass.

    Attributes:
        organization: The developer whose they are.
        since: First day on which their deposit point may lie.
        until: Last such day.
        paid: Whether their first deposit is fully paid.
        low: Whether so little of it is left that a top-up is due.
        owing: Only units of whose first deposit something is missing.
    """

    organization: UUID | None = None
    estate: UUID | None = None
    building: UUID | None = None
    usage: str | None = None
    category: RateCategory | None = None
    since: date | None = None
    until: date | None = None
    paid: bool | None = None
    low: bool | None = None
    owing: bool = False
    status: UnitStatus | None = UnitStatus.ACTIVE

    def conditions(self, asker: Asker) -> list[Condition]:
        """Write what must hold."""
        accounts = account_filter(paid=self.paid, low=self.low, asker=asker)
        return [*accounts, *self._own(), *(self._owing(asker) if self.owing else ())]

    @staticmethod
    def _owing(asker: Asker) -> Iterator[ColumnElement[bool]]:
        """Write that something is missing on an account that the reader may see."""
        yield from keep_to(asker.accounts)
        yield exists().where(
            Account.city == Unit.city,
            Account.unit_id == Unit.id,
            Account.status != AccountStatus.CLOSED.value,
            Account.paid_first < Account.due,
        )

    def _own(self) -> Iterator[ColumnElement[bool]]:
        if self.organization is not None:
            yield Unit.org_id == self.organization
        if self.estate is not None:
            yield Unit.estate_id == self.estate
        if self.building is not None:
            yield Unit.building_id == self.building
        if self.status is not None:
            yield Unit.status == self.status.value
        if self.usage is not None:
            yield Unit.usage == self.usage
        if self.category is not None:
            yield Unit.category == self.category.value
        if self.since is not None:
            yield Unit.deposit_point >= self.since
        if self.until is not None:
            yield Unit.deposit_point <= self.until
