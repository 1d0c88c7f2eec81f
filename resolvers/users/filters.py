"""Which users and roles a list asks for."""

from uuid import UUID

from sqlalchemy import and_, exists, or_

from db.kept import Condition
from db.tables.members import Member, MemberGrant, MemberRole
from domain.identity import check_mobile
from domain.people import NumberKind
from domain.problem import Invalid
from domain.users import UserStatus
from resolvers.asker import Asker
from resolvers.search import read_part, search_in


def user_filter(
    search: str | None,
    status: UserStatus | None,
    role: str | UUID | None,
    estate: UUID | None,
    asker: Asker,
) -> list[Condition]:
    """Write the conditions of a list of users."""
    where = _search(search, asker)
    if status is not None:
        where.append(Member.status == status.value)
    if role is not None:
        held = MemberRole.custom_role_id == role if isinstance(role, UUID) else MemberRole.role == role
        of_user = and_(MemberRole.city == Member.city, MemberRole.member_id == Member.id)
        lasting = or_(MemberRole.expires_at.is_(None), MemberRole.expires_at > asker.now)
        where.append(exists().where(and_(of_user, held, lasting)))
    if estate is not None:
        granted = or_(MemberGrant.estate_id.is_(None), MemberGrant.estate_id == estate)
        of_user = and_(MemberGrant.city == Member.city, MemberGrant.member_id == Member.id)
        lasting = or_(MemberGrant.expires_at.is_(None), MemberGrant.expires_at > asker.now)
        where.append(exists().where(and_(of_user, granted, lasting)))
    return where


def _search(search: str | None, asker: Asker) -> list[Condition]:
    """Find a part of a name, or a mobile number in full: parts of masked numbers would give them away."""
    try:
        number = check_mobile(read_part(search), "", abroad=True)
    except Invalid:
        return search_in(search, Member.name, Member.login_name, Member.title)
    return [Member.mobile_blind == asker.sealer.blind(NumberKind.MOBILE, number)]
