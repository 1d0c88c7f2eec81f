"""Accepting an invitation: by whom, how long, how often, and what a stranger learns, which is nothing."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from db.base import Pool
from db.tables.identity import Invitation
from resolvers.signing.tokens import INVITATION, INVITED_FOR, make_token
from schema.ids import read_id
from tests.conftest import MovableClock
from tests.resolvers.signing import code_of, status_of
from tests.resolvers.steps import outcome
from tests.scenes import JIANGMEN, LUZHOU, PASSWORD, Caller, SubUser, Town
from tests.shelf import Shelf

ACCEPT = """mutation($i: InvitationAcceptInput!) { invitationAccept(input: $i) { __typename
  ... on InvitationAccepted { city loginName } ... on Rejected { problems { code path message } } } }"""
FIRST = "my first long sentence"


async def accept(caller: Caller, token: str, password: str = FIRST) -> Any:
    """Accept an invitation."""
    return (await caller.ask(ACCEPT, i={"token": token, "password": password}))["invitationAccept"]


async def invite(town: Town, member: UUID, city: int = JIANGMEN) -> str:
    """Write an invitation and give its token."""
    token, token_hash = make_token(INVITATION, city)
    now = town.desk.clock()
    async with AsyncSession(town.desk.databases.engine(Pool.GATE)) as session, session.begin():
        await session.execute(
            insert(Invitation).values(
                city=city,
                id=uuid7(),
                principal_id=member,
                token_hash=token_hash,
                created_at=now,
                expires_at=now + INVITED_FOR,
            )
        )
    return token


@pytest.fixture
async def invited(town: Town, shelf: Shelf) -> SubUser:
    """Give a user who was invited and has no password yet; a session of before is left open."""
    user = await town.sub_user(await town.developer(JIANGMEN), login="newcomer")
    await shelf.change("update principal set status = 'PENDING' where name = 'newcomer先生'")
    await shelf.change("update login set password_hash = '!' where name = 'newcomer'")
    return user


def member_of(user: SubUser) -> UUID:
    """Give the key of a user."""
    return read_id(user.id)[2]


async def test_an_invitation_sets_the_first_password_and_lets_its_owner_in(
    town: Town, shelf: Shelf, invited: SubUser
):
    token = await invite(town, member_of(invited))
    assert await code_of(town.stranger, "newcomer", FIRST, JIANGMEN) == "SIGN_IN_FAILED"
    done = await accept(town.stranger, token)
    assert (done["city"], done["loginName"]) == (JIANGMEN, "newcomer")
    assert await code_of(town.stranger, "newcomer", FIRST, JIANGMEN) == "SIGNED_IN"
    # Whatever was open before is not.
    assert await status_of(invited) == 401
    rows = await shelf.rows("select outcome, principal_id from audit where act = 'invitationAccept'")
    assert rows == [("DONE", member_of(invited))]


async def test_every_invitation_that_is_not_good_gets_the_same_answer(
    town: Town, shelf: Shelf, invited: SubUser, clock: MovableClock
):
    used, revoked, late = [await invite(town, member_of(invited)) for _ in range(3)]
    assert outcome(await accept(town.stranger, used)) == "InvitationAccepted"
    # What one invitation did, the others cannot do again.
    answers = [await accept(town.stranger, token, "another sentence") for token in (used, revoked)]
    fresh = await invite(town, member_of(invited))
    clock.move(hours=72)
    answers.append(await accept(town.stranger, fresh))
    answers.append(await accept(town.stranger, late))
    made_up = ("", "wxi_440700_", "wxi_440700_" + "A" * 43, "wxi_999999_" + "A" * 43, "x" * 9000)
    answers += [await accept(town.stranger, token) for token in made_up]
    answers.append(await accept(town.stranger, fresh.replace(str(JIANGMEN), str(LUZHOU))))
    answers.append(await accept(town.stranger, fresh, "short"))
    assert [outcome(answer) for answer in answers] == ["INVITATION_INVALID"] * len(answers)
    assert [answer for answer in answers if answer != answers[0]] == []
    assert await code_of(town.stranger, "newcomer", FIRST, JIANGMEN) == "SIGNED_IN"


async def test_an_invitation_lasts_three_days(town: Town, invited: SubUser, clock: MovableClock):
    assert timedelta(hours=72) == INVITED_FOR
    token = await invite(town, member_of(invited))
    clock.move(hours=72, seconds=-1)
    assert outcome(await accept(town.stranger, token)) == "InvitationAccepted"


@pytest.mark.parametrize("status", ["DEACTIVATED", "REFUSED"])
async def test_an_invitation_opens_no_account_that_was_shut(
    town: Town, shelf: Shelf, invited: SubUser, status: str
):
    token = await invite(town, member_of(invited))
    await shelf.change("update principal set status = :status where name = 'newcomer先生'", status=status)
    logins = await shelf.rows("select password_hash from login order by id")
    assert outcome(await accept(town.stranger, token)) == "INVITATION_INVALID"
    assert await shelf.rows("select password_hash from login order by id") == logins


async def test_a_revoked_invitation_is_good_for_nothing(town: Town, shelf: Shelf, invited: SubUser):
    token = await invite(town, member_of(invited))
    await shelf.change("update invitation set revoked_at = created_at")
    assert outcome(await accept(town.stranger, token)) == "INVITATION_INVALID"


@pytest.mark.parametrize(
    ("password", "code"), [("short", "PASSWORD_SHORT"), ("newcomer it is", "PASSWORD_COMMON")]
)
async def test_a_bad_first_password_is_told_and_the_invitation_stays_good(
    town: Town, shelf: Shelf, invited: SubUser, password: str, code: str
):
    token = await invite(town, member_of(invited))
    before = await shelf.standing()
    answer = await accept(town.stranger, token, password)
    assert (outcome(answer), answer["problems"][0]["path"]) == (code, "password")
    assert await shelf.standing() == before
    assert outcome(await accept(town.stranger, token)) == "InvitationAccepted"


async def test_of_two_who_accept_at_once_one_does(town: Town, shelf: Shelf, invited: SubUser):
    seen: list[list[str]] = []
    for _ in range(20):
        await shelf.change("update principal set status = 'PENDING' where name = 'newcomer先生'")
        token = await invite(town, member_of(invited))
        both = await asyncio.gather(
            *(accept(town.stranger, token, f"sentence number {word}") for word in ("one", "two"))
        )
        seen.append(sorted(outcome(one) for one in both))
    assert seen == [["INVITATION_INVALID", "InvitationAccepted"]] * 20


async def test_invitations_cannot_be_guessed_from_one_address(town: Town, invited: SubUser):
    token = await invite(town, member_of(invited))
    codes = [outcome(await accept(town.stranger, f"wxi_{JIANGMEN}_{number:043}")) for number in range(31)]
    assert codes == ["INVITATION_INVALID"] * 30 + ["SIGN_IN_THROTTLED"]
    assert outcome(await accept(town.stranger, token)) == "SIGN_IN_THROTTLED"
    assert outcome(await accept(town.at("203.0.113.5").stranger, token)) == "InvitationAccepted"


async def test_an_invited_name_is_answered_like_an_unknown_one(town: Town, invited: SubUser):
    known = await code_of(town.stranger, "newcomer", "!", JIANGMEN)
    assert invited.login_name == "newcomer"
    assert known == await code_of(town.stranger, "nobody", "!", JIANGMEN) == "SIGN_IN_FAILED"
    assert await code_of(town.stranger, "newcomer", PASSWORD, JIANGMEN) == "SIGN_IN_FAILED"
