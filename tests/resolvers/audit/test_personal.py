"""Clear personal numbers have one door, which is narrow, and nothing beside it tells what lies behind."""

import asyncio
import re
from typing import Any

from tests.conftest import MovableClock
from tests.deposits import CLEAR, OWNER, SPOUSE, build
from tests.house.rooms import FLOORS, short, sources
from tests.ordinary import ask_ordinary
from tests.scenes import JIANGMEN, LUZHOU, USCC, Caller, Town, unit
from tests.shelf import Shelf

_PAID = "query($p: Boolean) { units(filter: { paid: $p }) { totalCount edges { node { roomNo } } } }"
_REVEALED = "select outcome, rule, detail from audit where act = 'ownerReveal' order by id"


async def _reveal(caller: Caller, owner: str) -> Any:
    return await caller.act(
        "ownerReveal",
        {"ownerId": owner, "reason": "核对业主证件原件"},
        "... on OwnerRevealed { idNumber }",
        "OwnerRevealInput",
    )


async def test_thirty_numbers_in_ten_minutes_are_enough_for_one_person(
    town: Town, shelf: Shelf, clock: MovableClock
):
    block = await build(town)
    await block.notice()
    (owner,) = (await block.unit())["owners"]
    for number in range(30):
        assert (await _reveal(block.developer, owner["id"]))["idNumber"] == OWNER["idNumber"], number
    before = await shelf.standing()
    told = await _reveal(block.developer, owner["id"])
    assert [problem["code"] for problem in told["problems"]] == ["REVEAL_THROTTLED"]
    assert "10 分钟" in told["problems"][0]["message"]
    assert await shelf.standing() == before
    outcome, rule, _ = (await shelf.rows(_REVEALED))[-1]
    assert (outcome, rule) == ("DENIED", "owner.view_pii: 30 in 10 minutes")
    # Nobody else waits for that.
    colleague = await town.sub_user(block.developer, ("contract_clerk",))
    assert (await _reveal(colleague, owner["id"]))["idNumber"] == OWNER["idNumber"]
    clock.move(minutes=6, seconds=30)
    told = await _reveal(block.developer, owner["id"])
    assert "4 分钟" in told["problems"][0]["message"]
    clock.move(minutes=4)
    assert (await _reveal(block.developer, owner["id"]))["idNumber"] == OWNER["idNumber"]


async def test_many_at_once_are_told_no_more_numbers_than_one_after_another(town: Town, shelf: Shelf):
    block = await build(town)
    await block.notice()
    (owner,) = (await block.unit())["owners"]
    told = await asyncio.gather(*(_reveal(block.developer, owner["id"]) for _ in range(45)))
    kinds = [one["__typename"] for one in told]
    assert (kinds.count("OwnerRevealed"), kinds.count("Rejected")) == (30, 15)
    assert await shelf.one("select count(*) from audit where act = 'ownerReveal' and outcome = 'DONE'") == 30


async def _paid(town: Town, caller: Caller, *, paid: bool) -> list[str]:
    """Ask both ways which units are paid, and give the rooms."""
    compiled = (await caller.ask(_PAID, p=paid))["units"]
    assert (await ask_ordinary(town, caller, _PAID, p=paid))["units"] == compiled
    rooms = sorted(edge["node"]["roomNo"] for edge in compiled["edges"])
    assert compiled["totalCount"] == len(rooms)
    return rooms


async def test_who_sees_no_account_is_not_told_which_units_are_paid(town: Town, shelf: Shelf):
    block = await build(town, lines=[unit("301"), unit("302")])
    done = await block.pay(await block.notice("301"))
    assert done["__typename"] == "PaymentConfirmed", done
    assert await _paid(town, block.developer, paid=True) == ["301"]
    assert await _paid(town, block.developer, paid=False) == ["302"]
    user = await town.sub_user(block.developer, ("viewer",))
    assert await _paid(town, user, paid=True) == ["301"]
    # Without a grant for payments a user sees the units, and no account.
    await shelf.change(
        'update estate_grant set kinds = \'["estate", "building", "unit", "owner"]\''
        " where principal_id = (select id from login where name = :name)",
        name=user.login_name,
    )
    await shelf.change("update principal set version = version + 1")
    seen = "{ units { totalCount edges { node { account { paidFirst } } } } }"
    assert (await user.ask(seen))["units"] == {"totalCount": 2, "edges": [{"node": {"account": None}}] * 2}
    assert await _paid(town, user, paid=True) == []
    assert await _paid(town, user, paid=False) == []


async def test_on_a_denied_estate_nobody_is_told_which_units_are_paid(town: Town, shelf: Shelf):
    block = await build(town, lines=[unit("301"), unit("302")])
    await build(town, lines=[unit("401")], developer=block.developer, name="江湾花园")
    user = await town.sub_user(block.developer, ("viewer",))
    assert await _paid(town, user, paid=False) == ["301", "302", "401"]
    await shelf.change(
        "insert into estate_deny (city, id, principal_id, estate_id, action, granted_by, granted_at)"
        " select l.city, uuidv7(), l.id, e.id, 'account.view', l.id, now()"
        " from login l join estate e on e.city = l.city where l.name = :name and e.name = '江畔花园'",
        name=user.login_name,
    )
    await shelf.change("update principal set version = version + 1")
    assert await _paid(town, user, paid=False) == ["401"]
    assert await _paid(town, user, paid=True) == []


_OWNED = "query($n: String) { units(filter: { ownerIdNumber: $n }) { totalCount edges { node { roomNo } } } }"


async def _owned(town: Town, caller: Caller, number: str) -> list[str]:
    """Ask both ways which units somebody with a number owns, and give the rooms."""
    compiled = (await caller.ask(_OWNED, n=number))["units"]
    assert (await ask_ordinary(town, caller, _OWNED, n=number))["units"] == compiled
    assert compiled["totalCount"] == len(compiled["edges"])
    return sorted(edge["node"]["roomNo"] for edge in compiled["edges"])


async def test_units_are_found_by_an_owners_exact_number_for_the_window_and_who_may_read_it(town: Town):
    block = await build(town, lines=[unit("301"), unit("302"), unit("303")])
    await block.notice("301", owners=[OWNER, SPOUSE])
    await block.notice("303", owners=[SPOUSE])
    assert await _owned(town, block.developer, OWNER["idNumber"]) == ["301"]
    assert await _owned(town, block.developer, f" {SPOUSE['idNumber'].lower()} ") == ["301", "303"]
    for part in (OWNER["idNumber"][:17], "", "%", "4407**********0126"):
        assert await _owned(town, block.developer, part) == []
    clerk = await town.sub_user(block.developer, ("contract_clerk",))
    for finder in (clerk, await town.clerk(JIANGMEN)):
        assert await _owned(town, finder, OWNER["idNumber"]) == ["301"]
    others = (
        await town.sub_user(block.developer, ("viewer",)),
        await town.clerk(LUZHOU),
        await town.developer(LUZHOU, USCC[LUZHOU], "other"),
        await town.developer(JIANGMEN, USCC[LUZHOU], "neighbour"),
    )
    for caller in others:
        assert await _owned(town, caller, OWNER["idNumber"]) == []


async def test_an_owners_number_finds_nothing_on_estates_that_were_not_granted(town: Town):
    block = await build(town, lines=[unit("301")])
    far = await build(town, lines=[unit("401")], developer=block.developer, name="江湾花园")
    await block.notice("301")
    await far.notice("401")
    assert await _owned(town, block.developer, OWNER["idNumber"]) == ["301", "401"]
    clerk = await town.sub_user(block.developer, ("contract_clerk",), [far.estate])
    assert await _owned(town, clerk, OWNER["idNumber"]) == ["401"]


_WALK = """{
  estates(first: 50) { edges { node { name organization { name legalRepIdNumber contactMobile }
    buildings { units { roomNo owners { name idNumber mobile } account { holder } } } } } }
  organizations(first: 50) { edges { node { legalRepIdNumber contactMobile legalRepresentative } } }
  units(first: 50) { edges { node { owners { idNumber mobile } } } }
  notices(first: 50) { edges { node { lines { owners { name idNumber mobile } } qrPayload } } }
  payments(first: 50) { edges { node { proofNo bankTxnNo } } }
  orders(first: 50) { edges { node { lines { edges { node { no } } } } } }
  auditEntries(first: 100) { edges { node { act detail rule actorName } } }
}"""


async def test_whoever_asks_whatever_is_told_masked_numbers_alone(town: Town):
    block = await build(town)
    await block.pay(await block.notice(owners=[OWNER, SPOUSE]))
    (owner, _) = (await block.unit())["owners"]
    await _reveal(block.developer, owner["id"])
    people = {
        "admin": block.developer,
        "clerk": await town.clerk(JIANGMEN),
        "reviewer": await town.reviewer(JIANGMEN),
        "authority": await town.authority(JIANGMEN),
        "bank": block.bank,
        "contract clerk": await town.sub_user(block.developer, ("contract_clerk",)),
        "viewer": await town.sub_user(block.developer, ("viewer",)),
        "far developer": await town.developer(LUZHOU, USCC[LUZHOU], "other"),
    }
    for who, caller in people.items():
        answer = str(await caller.send(_WALK))
        assert "'errors'" not in answer, (who, answer)
        assert not [number for number in CLEAR if number.lower() in answer.lower()], who
    assert OWNER["idNumber"][:4] + "**********" in str(await people["viewer"].ask(_WALK))


def test_three_files_alone_open_a_sealed_number():
    """`ownerReveal`, and the workbooks of orders and deposits for who may see numbers; no form does."""
    openers = {
        short(path)
        for path in sources(*FLOORS)
        if re.search(r"\.reveal\b|\.unlock\(", path.read_text(encoding="utf-8"))
    }
    # The secrets of one-time codes and of a bank's signatures are no personal numbers, and the mobile number
    # that somebody typed for a job waits sealed for nobody but that job.
    secrets = {"resolvers/signed.py", "resolvers/signing/codes.py", "resolvers/jobs/batches.py"}
    assert openers - secrets == {
        "resolvers/money/batch_sheets.py",
        "resolvers/orders/sheets.py",
        "resolvers/people.py",
    }
