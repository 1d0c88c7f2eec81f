"""For which units notices are asked, and everything that stands against it (R-NOT-1, R-NOT-2, R-OWN-2)."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

from sqlalchemy import Text, select

from db.given import among
from db.tables.estates import Building, Unit
from db.tables.estates import Owner as OwnerRow
from db.tables.money import Account, Notice, NoticeLine
from db.tables.orders import BusinessOrder, OrderLock
from db.tables.organizations import Organization
from domain.clock import business_day
from domain.deposits import NoticeStatus, UnitAccount, check_owners, first_deposit, keep_shares
from domain.people import Owner
from domain.problem import Problem, ProblemCode
from domain.quantity import check_quantity
from domain.refusal import NotFound
from resolvers.act import Work
from resolvers.money.owners import load_owners, owner_of
from resolvers.orders.unit_facts import hold_accounts, load_promised
from resolvers.people import GivenOwner, read_owner

MAX_UNITS = 1_000


@dataclass(frozen=True, slots=True)
class Demand:
    """One unit for which a notice is asked, and its owners as typed; none typed means the present ones."""

    unit: UUID
    owners: tuple[GivenOwner, ...] = ()


@dataclass(slots=True)
class Case:
    """One unit's notice in the making.

    Attributes:
        place: Its place among the units asked for, counted from 1.
        present: The owners recorded now.
        owners: The owners that the notice names.
        promised: What refunds under way will take from its account, in fen.
        amount: What is due, in fen.
        notice: The unit's open notice, found or new.
        problems: Everything that stands against it.
    """

    place: int
    unit: Unit
    building: Building
    account: Account
    present: tuple[OwnerRow, ...]
    owners: tuple[Owner, ...] = ()
    promised: int = 0
    amount: int = 0
    notice: Notice | None = None
    problems: list[Problem] = field(default_factory=list[Problem])

    @property
    def room(self) -> str:
        """Name the unit as people do."""
        return " ".join(part for part in (self.building.name, self.unit.section, self.unit.room_no) if part)

    @property
    def sums(self) -> UnitAccount:
        """Give what its account says."""
        account = self.account
        return UnitAccount(account.due or 0, account.paid_first, account.balance, self.promised)

    @property
    def reviewed(self) -> bool:
        """Whether the office has reviewed its recorded owners."""
        return any(owner.reviewed for owner in self.present)

    @property
    def linked(self) -> bool:
        """Whether the trading system can find the unit: by a contract number or by its own."""
        return self.unit.contract_no is not None or self.unit.external_id is not None

    def refuse(self, problem: Problem) -> None:
        """Say what stands against this unit's notice, naming the unit."""
        placed = replace(problem, row=self.place, params={**problem.params, "room": self.room})
        self.problems.append(placed.at(f"units.{self.place - 1}"))


def contact_of(work: Work, developer: Organization) -> str:
    """Give the telephone by which whoever issues a notice is reached: the developer's, or the office's."""
    return work.city.authority.phone if work.actor.organization is None else developer.contact_mobile


def check_count(demands: Sequence[Demand]) -> Problem | None:
    """Ask for at least one unit, none of them twice."""
    wrong = check_quantity(demands, MAX_UNITS, "units", "房屋")
    if wrong is not None:
        return wrong
    if len({demand.unit for demand in demands}) < len(demands):
        return Problem(ProblemCode.DUPLICATE_UNIT, "units")
    return None


async def load_cases(work: Work, demands: Sequence[Demand]) -> list[Case]:
    """Find the units with their accounts and owners, the accounts locked in the order of their ids.

    Raises:
        NotFound: One of them is not there, or not the caller's to see.
    """
    scope = await work.visit.sight(Unit)
    if scope is None:
        raise NotFound
    wanted = [demand.unit for demand in demands]
    await hold_accounts(work, wanted)
    rows = await work.session.execute(
        select(Unit, Building, Account)
        .join(Building, (Building.city == Unit.city) & (Building.id == Unit.building_id))
        .join(Account, (Account.city == Unit.city) & (Account.unit_id == Unit.id))
        .where(scope.clause(Unit), among(Unit.id, wanted))
        .order_by(Account.id)
        .execution_options(populate_existing=True)
    )
    found: dict[UUID, tuple[Unit, Building, Account]] = {}
    for unit, building, account in rows:
        # A unit that was lost, split or merged has closed accounts alone; one in use has one that is open.
        if unit.id not in found or account.status != "CLOSED":
            found[unit.id] = unit, building, account
    if len(found) < len(set(wanted)):
        raise NotFound
    owners = await load_owners(work, wanted)
    promised = await load_promised(work, [account.id for _, _, account in found.values()])
    return [
        Case(
            place,
            *found[demand.unit],
            owners.get(demand.unit, ()),
            promised=promised.get(found[demand.unit][2].id, 0),
        )
        for place, demand in enumerate(demands, start=1)
    ]


async def find_open(work: Work, cases: Sequence[Case]) -> list[Notice]:
    """Find the open notices of the units, and give those among them whose time ran out meanwhile."""
    units = {case.unit.id: case for case in cases}
    rows = await work.session.execute(
        select(NoticeLine.unit_id, NoticeLine.notice_id).where(
            NoticeLine.city == work.actor.city,
            among(NoticeLine.unit_id, list(units)),
            NoticeLine.status == NoticeStatus.OPEN.value,
        )
    )
    noticed = {unit: notice for unit, notice in rows}  # noqa: C416 - rows are no mapping
    # A batch notice is read once, however many of the units stand on it.
    found = await work.session.scalars(
        select(Notice)
        .where(Notice.city == work.actor.city, among(Notice.id, list(set(noticed.values()))))
        .order_by(Notice.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    open_ones = {notice.id: notice for notice in found if notice.status == NoticeStatus.OPEN.value}
    for unit, notice_id in noticed.items():
        notice = open_ones.get(notice_id)
        units[unit].notice = notice if notice is not None and notice.expires_at > work.now else None
    return [notice for notice in open_ones.values() if notice.expires_at <= work.now]


async def check_locks(work: Work, cases: Sequence[Case]) -> None:
    """A unit that an order is about to change gets no notice (R-GEN-3)."""
    keys = {case.unit.id.hex: case for case in cases}
    rows = await work.session.execute(
        select(OrderLock.target, BusinessOrder.order_no)
        .join(
            BusinessOrder, (BusinessOrder.city == OrderLock.city) & (BusinessOrder.id == OrderLock.order_id)
        )
        .where(
            OrderLock.city == work.actor.city,
            OrderLock.target_kind == "UNIT",
            among(OrderLock.target, list(keys), Text()),
        )
    )
    for target, number in rows:
        keys[target].refuse(Problem(ProblemCode.UNIT_LOCKED, params={"order_no": number}))


def check_case(work: Work, case: Case, demand: Demand, *, ignore_missing_contract: bool) -> None:
    """Find everything that stands against one unit's notice."""
    account = case.sums
    if case.unit.status != "ACTIVE":
        case.refuse(Problem(ProblemCode.UNIT_NOT_ACTIVE))
    present = tuple(map(owner_of, case.present))
    given, wrong = _read_owners(work, demand, case.present)
    case.owners = keep_shares(given, present) if given else present
    against = check_owners(case.owners, present, account, reviewed=case.reviewed)
    for problem in wrong or (against,):
        if problem is not None:
            case.refuse(problem)
    amount = first_deposit(account)
    if isinstance(amount, Problem):
        case.refuse(amount)
    else:
        case.amount = amount
    if work.city.contract_prompt and not case.linked and not ignore_missing_contract:
        # [J 1.4.2 note]: bind the contract number first, or file the unit by hand afterwards.
        case.refuse(Problem(ProblemCode.CONTRACT_NO_MISSING, params={"units": case.room}))


def _read_owners(
    work: Work, demand: Demand, present: Sequence[OwnerRow]
) -> tuple[tuple[Owner, ...], list[Problem]]:
    """Read the owners as typed, recorded ones with what of them was typed anew.

    Raises:
        NotFound: Somebody named as recorded is no owner of the unit.
    """
    recorded = {row.id: owner_of(row) for row in present}
    owners: list[Owner] = []
    problems: list[Problem] = []
    for place, given in enumerate(demand.owners):
        if given.recorded is not None and given.recorded not in recorded:
            raise NotFound
        kept = None if given.recorded is None else recorded[given.recorded]
        owner, wrong = read_owner(given, work.city, business_day(work.now), work.visit.desk.sealer, kept)
        problems += [problem.at(f"owners.{place}") for problem in wrong]
        if owner is not None:
            owners.append(owner)
    return tuple(owners), problems
