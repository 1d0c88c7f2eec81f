"""Every day of the ledger is sealed, what is bent afterwards is found, and an entry is proved by its seal."""

from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from sqlalchemy import text

from api.house import House, MisconfiguredError
from api.proving import check_cities, check_file
from domain.proofs import Proof
from resolvers.ledger_check import verify
from resolvers.money.receipts import issue_receipts
from resolvers.money.seals import seal_days
from tests.conftest import MovableClock
from tests.deposits import Block, Books, build
from tests.scenes import JIANGMEN, LUZHOU, Caller, Town, unit

_SEALS = "{ ledgerSeals { day entries root seal } }"
_PROOF = """query($a: ID!, $n: Int!) { entryProof(unitAccountId: $a, no: $n) { day amount seal document } }"""
_RECEIPTS = "{ receipts { edges { node { id } } } }"
_RECEIPT_PROOF = "query($r: ID!) { receiptProofs(receiptId: $r) { amount seal document } }"
_ACCOUNT = "query($u: ID!) { node(id: $u) { ... on Unit { account { id } } } }"
_SUMMARY = """query($s: ID, $since: DateTime, $until: DateTime) {
  ledgerStatement(subjectId: $s, since: $since, until: $until) {
    opening closing lines { type entries amount } } }"""


async def account_of(block: Block, room: str) -> str:
    found = await block.developer.ask(_ACCOUNT, u=block.units[room])
    return found["node"]["account"]["id"]


async def prove(caller: Caller, account: str, no: int = 1) -> Any:
    return (await caller.ask(_PROOF, a=account, n=no))["entryProof"]


async def bend(books: Books, statement: str) -> None:
    """Change rows as somebody who owns the database and puts its guards to sleep."""
    async with books.engine.execution_options(isolation_level="READ COMMITTED").connect() as connection:
        await connection.execute(text("set local session_replication_role = replica"))
        await connection.execute(text(statement))
        await connection.commit()


async def summary(caller: Caller, subject: str | None, **more: Any) -> Any:
    return (await caller.ask(_SUMMARY, s=subject, **more))["ledgerStatement"]


async def pay(block: Block, *rooms: str) -> None:
    for room in rooms:
        await block.pay(await block.notice(room))


async def test_days_are_sealed_one_upon_the_other_and_whoever_bends_an_entry_is_found(
    town: Town, books: Books, clock: MovableClock, tmp_path: Path
):
    block = await build(town, lines=[unit(), unit("302"), unit("303", "112.07")])
    await pay(block, "301", "302")
    account = await account_of(block, "301")
    assert await seal_days(town.desk, JIANGMEN) == 0
    assert await prove(block.developer, account) is None
    clock.move(days=1)
    block.developer.headers = await town.sign_in(JIANGMEN, "admin")
    await pay(block, "303")
    clock.move(days=2)
    block.developer.headers = await town.sign_in(JIANGMEN, "admin")
    assert await seal_days(town.desk, JIANGMEN) == 2
    assert await seal_days(town.desk, JIANGMEN) == 0
    assert await seal_days(town.desk, LUZHOU) == 0
    later, first = (await block.developer.ask(_SEALS))["ledgerSeals"]
    assert (first["entries"], later["entries"]) == (4, 2)
    assert await verify(town.desk, JIANGMEN) == []

    proof = await prove(block.developer, account)
    assert (proof["day"], proof["amount"], proof["seal"]) == (first["day"], "2650.50", first["seal"])
    file = tmp_path / "proof.json"
    file.write_text(proof["document"], encoding="utf-8")
    told, holds = check_file(file, first["seal"])
    assert holds, told
    assert Proof.read(proof["document"]).facts()["fen"] == 265050
    assert (await prove(block.developer, await account_of(block, "303")))["seal"] == later["seal"]
    assert await prove(block.developer, account, 2) is None
    await _prove_receipts(block, first["seal"])
    await _clock_falls_behind(block, books, clock)
    stranger = await town.developer(JIANGMEN, "914407007321002770", "stranger")
    assert await prove(stranger, account) is None
    answer = await block.bank.send(_SEALS)
    assert "errors" in answer or answer["data"] == {"ledgerSeals": []}

    await _bend_each(town, books, first["day"])
    await _seal_anew(town, books, date.fromisoformat(later["day"]), later["seal"])


async def _clock_falls_behind(block: Block, books: Books, clock: MovableClock) -> None:
    """What would be booked on a sealed day waits until the clock is right."""
    unknown = {"noticeNo": "JMNO2026112299999", "total": "1.00"}
    tables = ("journal", "suspense_item")
    before = await books.counts(*tables)
    clock.move(days=-2, hours=-1)
    with pytest.raises(AssertionError, match="TRY_AGAIN"):
        await block.pay(unknown, "LATE")
    assert await books.counts(*tables) == before
    clock.move(days=2, hours=1)


async def _prove_receipts(block: Block, seal: str) -> None:
    """Prove what the receipts of the first day are about."""
    assert await issue_receipts(block.town.desk, JIANGMEN) == 3
    found = await block.developer.ask(_RECEIPTS)
    proofs = [
        (await block.developer.ask(_RECEIPT_PROOF, r=edge["node"]["id"]))["receiptProofs"]
        for edge in found["receipts"]["edges"]
    ]
    assert sorted(one["amount"] for (one,) in proofs) == ["2650.50", "2650.50", "3362.10"]
    assert [one["seal"] for (one,) in proofs].count(seal) == 2
    for (one,) in proofs:
        assert Proof.read(one["document"]).check(one["seal"]) is None
    receipt = found["receipts"]["edges"][0]["node"]["id"]
    assert await block.bank.ask(_RECEIPT_PROOF, r=receipt) == {"receiptProofs": []}


async def _bend_each(town: Town, books: Books, day: str) -> None:
    """Bend what was sealed in each way, and find it."""
    seal = "I4: a day's entries stay as they were sealed"
    for statement, back, told in (
        (
            "update journal set note = 'x' where booked_at = (select min(booked_at) from journal)",
            "update journal set note = null",
            f"{seal}: {day}: the entries are not as they were sealed",
        ),
        (
            f"update ledger_seal set root = sha256(root) where day = '{day}'",
            None,
            f"{seal}: {day}: the entries are not as they were sealed",
        ),
        (
            f"delete from ledger_seal where day = '{day}'",
            None,
            f"{seal}: {day}: entries came after later days were sealed",
        ),
    ):
        await bend(books, statement)
        assert told in await verify(town.desk, JIANGMEN)
        if back is not None:
            await bend(books, back)
            assert await verify(town.desk, JIANGMEN) == []


async def _seal_anew(town: Town, books: Books, day: date, known: str) -> None:
    """Bend an entry and seal everything anew: only a seal that was kept elsewhere tells."""
    house = cast("House", SimpleNamespace(desk=town.desk))
    await bend(books, "update journal set note = 'x'")
    await bend(books, "delete from ledger_seal")
    assert await verify(town.desk, JIANGMEN) == []
    (gone,) = await check_cities(house, JIANGMEN, f"{day}:{known}")
    assert gone.endswith(f"{day}: the seal that was made known is not there")
    assert await seal_days(town.desk, JIANGMEN) == 2
    assert await verify(town.desk, JIANGMEN) == []
    (other,) = await check_cities(house, JIANGMEN, f"{day}:{known.upper()}")
    assert other.endswith(f"{day}: the seal is not the one that was made known")
    ((anew,),) = await books.rows("select encode(hash, 'hex') from ledger_seal order by day desc limit 1")
    assert await check_cities(house, JIANGMEN, f"{day}:{anew}") == []
    for city, expect in ((None, f"{day}:{anew}"), (JIANGMEN, anew), (JIANGMEN, f"{day}:x"), (1, None)):
        with pytest.raises(MisconfiguredError):
            await check_cities(house, city, expect)


async def test_a_statement_says_what_was_held_and_what_changed_it(town: Town, clock: MovableClock):
    block = await build(town, lines=[unit(), unit("302"), unit("303", "112.07", building="2栋")])
    await pay(block, "301")
    clock.move(days=1)
    block.developer.headers = await town.sign_in(JIANGMEN, "admin")
    noon = town.desk.clock().isoformat()
    clock.move(minutes=1)
    await pay(block, "302", "303")
    me = block.developer
    # 88.35 m² at 30 yuan twice, and 112.07 m² once.
    assert await summary(me, block.estate, since=noon) == {
        "opening": "2650.50",
        "closing": "8663.10",
        "lines": [{"type": "FIRST", "entries": 2, "amount": "6012.60"}],
    }
    assert await summary(await town.authority(JIANGMEN), None) == {
        "opening": "0.00",
        "closing": "8663.10",
        "lines": [{"type": "FIRST", "entries": 3, "amount": "8663.10"}],
    }
    assert (await summary(me, block.units["302"], until=noon))["closing"] == "0.00"
    assert (await summary(me, block.units["302"]))["closing"] == "2650.50"
    assert (await summary(me, await account_of(block, "301"), until=noon))["closing"] == "2650.50"
    await _ask_balances(block, noon)
    await _ask_buildings(town, block)


async def _ask_balances(block: Block, noon: str) -> None:
    """Ask for balances as they are and as they were."""
    query = """query($id: ID!, $then: DateTime) { node(id: $id) { ... on Estate { buildings { units {
      roomNo account { now: balance balance(asOf: $then) } } } } } }"""
    asked = await block.developer.ask(query, id=block.estate, then=noon)
    held = {
        one["roomNo"]: tuple(one["account"].values())
        for building in asked["node"]["buildings"]
        for one in building["units"]
    }
    assert held == {"301": ("2650.50",) * 2, "302": ("2650.50", "0.00"), "303": ("3362.10", "0.00")}
    asked = await block.developer.ask(query, id=block.estate, then=None)
    assert asked["node"]["buildings"][0]["units"][0]["account"] == {"now": "2650.50", "balance": "2650.50"}
    refused = await block.developer.send(query, id=block.estate, then="2099-01-01T00:00:00Z")
    assert refused["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"


async def _ask_buildings(town: Town, block: Block) -> None:
    """Ask for each building, and as somebody who sees nothing of it."""
    buildings = await block.developer.ask(
        "query($id: ID!) { node(id: $id) { ... on Estate { buildings { id name } } } }", id=block.estate
    )
    by_name = {one["name"]: one["id"] for one in buildings["node"]["buildings"]}
    assert (await summary(block.developer, by_name["1栋"]))["closing"] == "5301.00"
    assert (await summary(block.developer, by_name["2栋"]))["closing"] == "3362.10"
    stranger = await town.developer(JIANGMEN, "914407007321002770", "stranger")
    assert await summary(stranger, block.estate) is None
    assert await summary(stranger, None) == {"opening": "0.00", "closing": "0.00", "lines": []}
