"""Signing in step by step, with an authenticator in the hand, as the tests of sign-in do it."""

from dataclasses import dataclass
from typing import Any

from pyotp.totp import TOTP

from resolvers.desk import Desk
from tests.resolvers.signing import try_name
from tests.scenes import LUZHOU, PASSWORD, Caller, Town

FINISH = """mutation($i: SignInFinishInput!) { signInFinish(input: $i) { __typename
  ... on SignedInDone { token recoveryCodes }
  ... on SignInUnfinished { ticket needs setup { secret otpauthUri } }
  ... on Rejected { problems { code path message } } } }"""
SIGN_IN = """mutation($i: SignInInput!) { signIn(input: $i) { __typename
  ... on SignedInDone { token recoveryCodes }
  ... on SignInUnfinished { ticket needs setup { secret otpauthUri } }
  ... on Rejected { problems { code path message } } } }"""
NEW = "a new long sentence"


async def begin(caller: Caller, name: str, password: str = PASSWORD, city: int = LUZHOU) -> Any:
    """Sign in, whatever comes of it."""
    return (await caller.ask(SIGN_IN, i={"city": city, "name": name, "password": password}))["signIn"]


async def finish(caller: Caller, ticket: str, **given: str) -> Any:
    """Give a ticket what it waits for."""
    return (await caller.ask(FINISH, i={"ticket": ticket, **given}))["signInFinish"]


def outcome(answer: Any) -> str:
    """Say what came of a step in one word: the code of the first problem, or the kind of the answer."""
    return answer["problems"][0]["code"] if answer["__typename"] == "Rejected" else answer["__typename"]


@dataclass
class Device:
    """An authenticator app."""

    desk: Desk
    secret: str

    def code(self, steps: int = 0) -> str:
        """Show the code of now, or of some steps from now."""
        return TOTP(self.secret).generate_otp(int(self.desk.clock().timestamp()) // 30 + steps)


async def own_device(town: Town, caller: Caller, password: str = PASSWORD) -> tuple[Device, list[str]]:
    """Set an authenticator up for somebody signed in; the device and the recovery codes."""
    begun = await caller.act(
        "totpBegin",
        {"password": password},
        "... on TotpBegun { setup { secret otpauthUri } }",
        "TotpBeginInput",
    )
    device = Device(town.desk, begun["setup"]["secret"])
    told = await confirm(caller, device.code())
    return device, told["recoveryCodes"]


async def confirm(caller: Caller, code: str) -> Any:
    """Type the first code of an authenticator."""
    return await caller.act(
        "totpConfirm", {"code": code}, "... on RecoveryCodesTold { recoveryCodes }", "TotpConfirmInput"
    )


async def signed_in(town: Town, name: str, city: int = LUZHOU, password: str = PASSWORD) -> Caller:
    """Give somebody who signed in without further steps."""
    done = await try_name(town.stranger, name, password, city)
    return Caller(town.http, {"Authorization": f"Bearer {done['token']}"})
