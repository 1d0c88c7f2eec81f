"""What the tests of users say and ask: each act by its name, and a user as administrators read it."""

from typing import Any

from tests.scenes import JIANGMEN, Caller, Developer, SubUser, Town
from tests.shelf import Shelf

FIELDS = """id name loginName title mobile idNumber kind status mustChangePassword hasTotp
  deactivatedAt deactivationReason createdBy { name }
  roles { builtIn label role { name } expiresAt grantedBy { name } }
  grants { everyEstate estate { name } kinds expiresAt } denies { action everywhere estate { name } }
  invitation { status }"""
ANSWERS = {
    "userAdd": "UserInvited",
    "userPasswordReset": "UserInvited",
    "invitationResend": "UserInvited",
    "userActivate": "UserActivated",
    "roleAdd": "RoleDone",
    "roleUpdate": "RoleDone",
    "roleRetire": "RoleDone",
    "organizationSecuritySet": "OrganizationDone",
}
TOLD = {
    "UserDone": "",
    "UserInvited": "invitationToken invitationExpiresAt",
    "UserActivated": "dropped",
    "RoleDone": "role { id name actions retiredAt }",
    "OrganizationDone": "organization { totpRequired version }",
}
FIRST = "first words of 2026"
"""An initial password."""
SECOND = "second words of 2026"
"""What its user chooses in its place."""


def input_of(act: str) -> str:
    """Name the type of an act's input."""
    if act in ("userActivate", "invitationResend", "invitationRevoke"):
        return "UserActInput"
    return f"{act[0].upper()}{act[1:]}Input"


async def do(caller: Caller, act: str, /, **given: Any) -> Any:
    """Do something with users or roles, and give the answer, whatever it is."""
    kind = ANSWERS.get(act, "UserDone")
    user = f"user {{ {FIELDS} }}" if kind.startswith("User") else ""
    return await caller.act(act, given, f"... on {kind} {{ {user} {TOLD[kind]} dryRun }}", input_of(act))


async def done(caller: Caller, act: str, /, **given: Any) -> Any:
    """Do something that must be done."""
    answer = await do(caller, act, **given)
    assert answer["__typename"] == ANSWERS.get(act, "UserDone"), answer
    return answer


async def codes(caller: Caller, act: str, /, **given: Any) -> list[str]:
    """Do something, and give the codes of the problems or of the error; DONE if there are none."""
    read = "__typename ... on Rejected { problems { code } }"
    query = f"mutation($i: {input_of(act)}!) {{ {act}(input: $i) {{ {read} }} }}"
    answer = await caller.send(query, i=given)
    if "errors" in answer:
        return [error["extensions"]["code"] for error in answer["errors"]]
    told = answer["data"][act]
    return [problem["code"] for problem in told.get("problems", [])] or ["DONE"]


async def refused(shelf: Shelf, caller: Caller, act: str, /, **given: Any) -> list[str]:
    """Do something that must be refused, insist that nothing was written, and give the codes."""
    before = await shelf.standing()
    told = await codes(caller, act, **given)
    after = await shelf.standing()
    # A refused right is recorded, and only that.
    changed = {name for name, said in after.items() if before[name] != said}
    assert changed <= {"audit"}, (told, changed)
    assert "DONE" not in told
    return told


async def add(admin: Caller, login: str, *roles: str, estates: list[str] | None = None, **more: Any) -> Any:
    """Add a user with built-in roles and estates (every one if none are named), and give it."""
    grants = [{"everyEstate": True}] if estates is None else [{"estateId": one} for one in estates]
    given: dict[str, Any] = {"name": "李四", "loginName": login, "password": FIRST, "grants": grants}
    given["roles"] = [{"role": role} for role in roles]
    return (await done(admin, "userAdd", **{**given, **more}))["user"]


async def look(caller: Caller, user: str) -> Any:
    """Look a user up; None if there is none to be seen."""
    return (
        await caller.ask(f"query($id: ID!) {{ node(id: $id) {{ ... on User {{ {FIELDS} }} }} }}", id=user)
    )["node"]


async def come_in(town: Town, login: str, password: str = FIRST, city: int = JIANGMEN) -> Caller:
    """Sign in for the first time, choosing a password of one's own."""
    read = "... on SignInUnfinished { ticket needs }"
    begun = await town.stranger.act(
        "signIn", {"city": city, "name": login, "password": password}, read, "SignInInput"
    )
    assert begun["needs"] == ["NEW_PASSWORD"], begun
    given = {"ticket": begun["ticket"], "newPassword": SECOND}
    told = await town.stranger.act(
        "signInFinish", given, "... on SignedInDone { token }", "SignInFinishInput"
    )
    assert told["__typename"] == "SignedInDone", told
    return Caller(town.http, {"Authorization": f"Bearer {told['token']}"})


async def me(town: Town, caller: Developer) -> str:
    """Give a developer's own global id."""
    query = "query($s: String!) { users(filter: { search: $s }) { edges { node { id loginName } } } }"
    found = (await caller.ask(query, s=caller.login_name))["users"]["edges"]
    return next(edge["node"]["id"] for edge in found if edge["node"]["loginName"] == caller.login_name)


async def deputy(town: Town, admin: Developer, login: str = "deputy") -> SubUser:
    """Give a second administrator."""
    return await town.sub_user(admin, ["org_admin"], login=login)
