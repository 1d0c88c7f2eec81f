"""The units of a custom deposit (自定义交款): which were ticked, what each is asked, which are left out."""

from collections.abc import Sequence
from uuid import UUID

from db.tables.estates import Estate
from db.tables.organizations import Organization
from domain.batch import Skip, SkipReason
from domain.custom_deposits import CustomType, before_top_up, check_account, is_low, not_asked
from domain.deposits import DepositType, NoticeStatus, first_deposit
from domain.people import Owner
from domain.problem import Problem, ProblemCode
from resolvers.act import Refused, Work
from resolvers.door import must, see
from resolvers.money.batch_cases import (
    Batch,
    Selection,
    developer_of,
    developer_owner,
    find_ticked,
    skip_of,
)
from resolvers.money.demands import Case, Demand, check_locks, find_open, load_cases
from resolvers.money.notices import close_notice
from resolvers.money.owners import owner_of

RIGHT = "custom_payment.create"
FEATURE = Problem(ProblemCode.PROFILE_FEATURE_OFF, params={"feature": "自定义交款"})


async def enter(work: Work, estate_id: UUID) -> Estate | Refused:
    """Find the estate of a custom deposit, where the city has them and the caller may make one.

    Raises:
        NotFound: The caller does not see it.
        Forbidden: The caller sees it but lacks the right.
    """
    estate = await see(work.visit, Estate, estate_id)
    if not work.city.custom_deposit:
        return Refused.because(FEATURE)
    await must(work, estate, RIGHT)
    return estate


async def tick(work: Work, estate: Estate, picked: Selection) -> Sequence[UUID] | Refused:
    """Find the units that were ticked, by themselves or by whole buildings [J 1.4.3]."""
    if not picked.buildings and not picked.units:
        params = {"label": "房屋"}
        return Refused.because(Problem(ProblemCode.FIELD_REQUIRED, "unitIds", params=params))
    return await find_ticked(work, estate, picked)


async def load_custom(work: Work, units: Sequence[UUID]) -> list[Case]:
    """Read the units with their accounts locked, find their open notices, and see who can be asked at all."""
    cases = await load_cases(work, [Demand(unit) for unit in units])
    for notice in await find_open(work, cases):
        await close_notice(work, notice, NoticeStatus.EXPIRED)
    for case in cases:
        against = check_account(case.unit.status, case.account.status)
        if against is not None:
            case.refuse(against)
    return cases


async def weigh_custom(work: Work, estate: Estate, units: Sequence[UUID], kind: CustomType) -> Batch:
    """Work out what is still due of each unit, and leave out what is paid, noticed or of another type."""
    cases = await load_custom(work, units)
    fresh: list[Case] = []
    noticed: list[Case] = []
    skipped: list[Skip] = []
    for case in cases:
        amount = first_deposit(case.sums)
        case.amount = 0 if isinstance(amount, Problem) else amount
        reason = None if case.problems else not_asked(kind, case.sums)
        if case.notice is not None and not case.problems:
            noticed.append(case)
            skipped.append(skip_of(case, SkipReason.OPEN_NOTICE))
        elif reason is not None:
            skipped.append(skip_of(case, reason))
        else:
            fresh.append(case)
    await check_locks(work, fresh)
    return Batch(estate, await developer_of(work, estate), fresh, noticed, skipped, kind.deposit_type)


async def weigh_top_up(work: Work, estate: Estate, units: Sequence[UUID], *, only_low: bool) -> Batch:
    """Tell which units can be topped up; what is due of the first deposit has to be paid before.

    A unit that an order is about to change stays: its lock may be gone when the amounts come back.
    """
    cases = await load_custom(work, units)
    fresh: list[Case] = []
    skipped: list[Skip] = []
    for case in cases:
        before = None if case.problems else before_top_up(case.sums)
        if case.notice is not None and not case.problems:
            skipped.append(skip_of(case, SkipReason.OPEN_NOTICE))
        elif before is not None:
            skipped.append(skip_of(case, before))
        elif case.problems or not only_low or case_is_low(case):
            fresh.append(case)
    return Batch(estate, await developer_of(work, estate), fresh, (), skipped, DepositType.TOPUP)


def case_is_low(case: Case) -> bool:
    """Tell whether a unit's account needs a top-up by law [165-17]."""
    return is_low(case.account.status, case.account.paid_first, case.account.balance)


def payees_of(work: Work, developer: Organization, case: Case) -> tuple[Owner, ...]:
    """Give who stands on a unit's line: its recorded owners, or the developer of a unit that has none."""
    return tuple(map(owner_of, case.present)) or (developer_owner(work, developer),)
