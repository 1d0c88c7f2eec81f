"""The colleagues of a made-up developer: added by its admin, each with one role and some estates."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from api.demo.caller import Caller, Json, UnexpectedAnswer
from api.demo.made_up import PASSWORD, Enterprise

_FIRST = "first-stone-2026"
_ADDED = "... on UserInvited { user { id } }"
_STEPS = "... on SignedInDone { token } ... on SignInUnfinished { ticket needs }"


@dataclass(frozen=True, slots=True)
class Colleague:
    """A made-up user of an enterprise.

    Attributes:
        estates: How many of its estates are granted, the first ones; none means every one.
    """

    role: str
    name: str
    post: str
    estates: int | None = None

    def login_name(self, enterprise: Enterprise) -> str:
        """Give the sign-in name."""
        return f"{enterprise.login_name}-{self.role.partition('_')[0]}"


COLLEAGUES = (
    Colleague("estate_editor", "陈小采", "采集专员"),
    Colleague("contract_clerk", "刘小权", "权属专员"),
    Colleague("payment_clerk", "赵小交", "交款专员", 1),
    Colleague("viewer", "周小查", "查询人员", 1),
)


async def add_colleagues(
    stranger: Caller, admin: Caller, city: int, enterprise: Enterprise, estates: Sequence[str]
) -> None:
    """Let the admin add the colleagues, and each of them choose a password at the first sign-in."""
    for colleague in COLLEAGUES:
        login = colleague.login_name(enterprise)
        if isinstance(await stranger.try_sign_in(city, login, PASSWORD), Caller):
            continue
        given: dict[str, object] = {
            "name": colleague.name,
            "loginName": login,
            "title": colleague.post,
            "password": _FIRST,
            "roles": [{"role": colleague.role}],
            "grants": list(_grants(colleague, estates)),
            "idempotencyKey": f"colleague {login}",
        }
        await admin.act("userAdd", "UserAddInput", given, _ADDED)
        await _choose_password(stranger, city, login)


def _grants(colleague: Colleague, estates: Sequence[str]) -> Iterator[Json]:
    if colleague.estates is None:
        yield {"everyEstate": True}
    else:
        yield from ({"estateId": estate} for estate in estates[: colleague.estates])


async def _choose_password(stranger: Caller, city: int, login: str) -> None:
    """Take the first sign-in's one step: another password than the admin's.

    Raises:
        UnexpectedAnswer: It asks for something else.
    """
    given = {"city": city, "name": login, "password": _FIRST}
    begun = await stranger.act("signIn", "SignInInput", given, _STEPS)
    if begun.get("needs") != ["NEW_PASSWORD"]:
        raise UnexpectedAnswer(f"The first sign-in of {login} needs {begun.get('needs')}")
    more = {"ticket": begun["ticket"], "newPassword": PASSWORD}
    await stranger.act("signInFinish", "SignInFinishInput", more, _STEPS)
