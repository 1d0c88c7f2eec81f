"""A user as acts find it: whose it is, what it may hold, and what the record says of it."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select, text

from authz.domains import Side, side_of
from authz.roles import ROLES
from db.scope import KEEPERS_HOLD
from db.tables.members import Member
from domain.actor import Actor, PrincipalKind
from domain.problem import Invalid, Problem, ProblemCode
from domain.users import UserStatus
from resolvers.act import Work
from resolvers.door import fetch, see
from resolvers.rights import domain_of

MACHINE_ROLES = frozenset({"reporter", "city_reporter"})
"""Built-in roles of machines that only read; no person holds them."""

_SIGNS_IN = frozenset({PrincipalKind.DEVELOPER, PrincipalKind.OFFICE})


@dataclass(frozen=True, slots=True)
class Account:
    """Whose account it is: enough to know what it may hold."""

    id: UUID
    kind: PrincipalKind
    organization: UUID | None
    bank: str | None = None

    @classmethod
    def of(cls, member: Member) -> "Account":
        """Read it from a user's row."""
        return cls(member.id, PrincipalKind(member.kind), member.org_id, member.bank)

    def domain(self, city: int) -> str:
        """Name the domain in which its roles count."""
        return domain_of(self.kind, city, organization=self.organization, bank=self.bank)

    @property
    def signs_in(self) -> bool:
        """Whether a person stands behind it, with a name and a password."""
        return self.kind in _SIGNS_IN

    def assignable(self, city: int) -> frozenset[str]:
        """Name the built-in roles that it may hold; a machine's are given with it and stay."""
        return assignable(side_of(self.domain(city))) if self.signs_in else frozenset[str]()


def assignable(side: Side) -> frozenset[str]:
    """Name the built-in roles that people of a side may hold."""
    return frozenset(name for name, role in ROLES.items() if role.side is side) - MACHINE_ROLES


def kind_beside(actor: Actor) -> PrincipalKind:
    """Tell of which kind the people are whom somebody adds: colleagues of their own."""
    return PrincipalKind.DEVELOPER if actor.organization is not None else PrincipalKind.OFFICE


async def find_user(work: Work, user: UUID, *actions: str) -> Member:
    """Find another user whom the actor may see and to whom this may be done.

    Raises:
        NotFound: There is none, or it is not the actor's to see.
        Forbidden: A right is missing.
        Invalid: It is the actor itself.
    """
    member = await fetch(work, Member, user, *actions)
    if member.id == work.actor.principal:
        raise Invalid(Problem(ProblemCode.OWN_ACCOUNT))
    given = {"principal": str(member.id), "city": work.actor.city}
    await work.session.execute(KEEPERS_HOLD, given)
    return member


async def look_again(work: Work, member: Member) -> Member:
    """Read a user anew, after something changed."""
    await work.session.flush()
    work.session.expire(member)
    return await see(work.visit, Member, member.id)


def check_standing(member: Member, *allowed: UserStatus) -> None:
    """Insist on how a user stands.

    Raises:
        Invalid: It stands otherwise.
    """
    if member.status not in allowed:
        raise Invalid(Problem(ProblemCode.USER_STATUS, params={"user_status": member.status}))


def check_person(member: Member) -> None:
    """Insist that a person signs in to the account.

    Raises:
        Invalid: It is a machine's.
    """
    if not Account.of(member).signs_in:
        raise Invalid(Problem(ProblemCode.USER_HAS_NO_SIGN_IN))


_HELD = text("""
select 'roles' as what, coalesce(r.role, 'own:' || r.custom_role_id) as said, r.expires_at
from role_assignment r where r.city = :city and r.principal_id = :id
union all
select 'grants', coalesce(g.estate_id::text, '*') || ' ' || array_to_string(
           array(select jsonb_array_elements_text(g.kinds) order by 1), ','), g.expires_at
from estate_grant g where g.city = :city and g.principal_id = :id
union all
select 'denies', coalesce(d.estate_id::text, '*') || ' ' || d.action, d.expires_at
from estate_deny d where d.city = :city and d.principal_id = :id
order by 1, 2
""")


async def describe(work: Work, user: UUID) -> dict[str, Any]:
    """Write down a user as the record keeps it: details with masked numbers, status, and what it holds."""
    held = await work.session.execute(_HELD, {"city": work.actor.city, "id": user})
    told: dict[str, Any] = {"roles": [], "grants": [], "denies": []}
    for what, said, until in held:
        told[what].append(f"{said} until {until.isoformat()}" if until else said)
    columns = (Member.name, Member.title, Member.login_name, Member.person_masked, Member.mobile_masked)
    row = await work.session.execute(
        select(*columns, Member.status, Member.must_change).where(
            Member.city == work.actor.city, Member.id == user
        )
    )
    return {**row.mappings().one(), **told}
