"""The owners of an order's lines as somebody types them: new people, or recorded ones who stay."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy import select

from db.tables.estates import Owner as OwnerRow
from db.tables.orders import BusinessOrder
from domain.clock import business_day
from domain.people import Owner
from domain.problem import Invalid, Problem, ProblemCode
from domain.refusal import NotFound
from domain.shares import parse_share
from resolvers.act import Refused, Work
from resolvers.money.owners import owner_of
from resolvers.people import GivenOwner, read_owner

_MAX_OWNERS = 50


@dataclass(frozen=True, slots=True)
class GivenShare:
    """An owner with a share: somebody new, or a recorded owner who stays, perhaps with other facts."""

    owner: GivenOwner
    share: str | None = None


async def read_owners(
    work: Work, order: BusinessOrder, given: Sequence[GivenShare]
) -> tuple[Owner, ...] | Refused:
    """Check owners and seal their numbers.

    Raises:
        NotFound: A recorded owner is not one of the order's estate.
    """
    if len(given) > _MAX_OWNERS:
        params = {"label": "业主", "max": str(_MAX_OWNERS)}
        return Refused.because(Problem(ProblemCode.LIMIT_EXCEEDED, "owners", params=params))
    owners: list[Owner] = []
    problems: list[Problem] = []
    for place, one in enumerate(given):
        found, wrong = await _read_owner(work, order, one)
        problems += [problem.at(f"owners.{place}") for problem in wrong]
        if found is not None:
            owners.append(found)
    return Refused(tuple(problems)) if problems else tuple(owners)


async def _read_owner(
    work: Work, order: BusinessOrder, given: GivenShare
) -> tuple[Owner | None, list[Problem]]:
    seal = work.visit.desk.sealer
    recorded = None if given.owner.recorded is None else await _recorded(work, order, given.owner.recorded)
    found, problems = read_owner(given.owner, work.city, business_day(work.now), seal, recorded)
    try:
        if found is not None:
            found = replace(found, share=parse_share(given.share, "share") if given.share else None)
    except Invalid as wrong:
        problems.append(wrong.problem)
    return found, problems


async def _recorded(work: Work, order: BusinessOrder, owner_id: UUID) -> Owner:
    row = await work.session.scalar(
        select(OwnerRow).where(
            OwnerRow.city == order.city,
            OwnerRow.org_id == order.org_id,
            OwnerRow.estate_id == order.estate_id,
            OwnerRow.id == owner_id,
        )
    )
    if row is None:
        raise NotFound
    return owner_of(row)
