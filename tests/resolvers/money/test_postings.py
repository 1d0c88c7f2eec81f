"""The fund office's own bookings over HTTP: interest, use and reversal, each with why it stands there."""

import asyncio
from typing import Any

import pytest

from resolvers.ledger_check import verify
from tests.deposits import Block, Books, build, codes, fresh_key, places
from tests.postings import alone, try_post, try_reverse
from tests.scenes import JIANGMEN, Caller, Town, unit

_POSTED = (
    "... on LedgerPosted { dryRun accounts { id balance paidFirst unit { roomNo }"
    " entries { no type component amount balanceAfter why {"
    " cause note bookedBy requestId payment { notice { noticeNo } } order { id } refund { id }"
    " reverses { note } reversedBy { note } entries { amount account { unit { roomNo } } } } } } }"
)
_TABLES = ("journal", "entry", "outbox_message", "audit", "repetition")


class Street:
    """Four paid units, two of 88.35 m² and two of 112.07 m², and the fund office beside them."""

    def __init__(self, block: Block, authority: Caller) -> None:
        self.block, self.authority = block, authority

    async def post(self, kind: str, amounts: dict[str, Any], by: Caller | None = None, **more: Any) -> Any:
        """Post amounts."""
        return await try_post(by or self.authority, self.block.estate, kind, amounts, _POSTED, **more)

    async def share(self, kind: str, total: str, **more: Any) -> Any:
        """Post a total to share out."""
        return await self.post(kind, {"shared": {"total": total}}, **more)

    async def one(self, kind: str, amount: str, room: str = "301", **more: Any) -> Any:
        """Post an amount for one unit."""
        return await self.post(kind, alone(self.block.units[room], amount), **more)

    async def reverse(self, account: str, no: int, **more: Any) -> Any:
        """Take a booking back."""
        return await try_reverse(self.authority, account, no, _POSTED, **more)

    async def balances(self) -> list[str]:
        """Read the balances in the order of the rooms."""
        found = await self.block.read()
        return [found[room]["account"]["balance"] for room in sorted(found)]


@pytest.fixture
async def paid(town: Town) -> Street:
    areas = {"301": "88.35", "302": "88.35", "303": "112.07", "304": "112.07"}
    block = await build(town, lines=[unit(room, area) for room, area in areas.items()])
    for room in areas:
        await block.pay(await block.notice(room))
    return Street(block, await town.authority(JIANGMEN))


async def test_interest_and_use_are_shared_to_the_fen_and_say_why_they_stand_there(
    town: Town, books: Books, paid: Street
):
    rehearsed = await paid.share("INTEREST", "10.00", dryRun=True)
    assert rehearsed["dryRun"] is True
    assert await paid.balances() == ["2650.50", "2650.50", "3362.10", "3362.10"]

    # 10.00 by balances 2650.50, 2650.50, 3362.10, 3362.10: 2.204…, 2.204…, 2.795…, 2.795…
    key = fresh_key()
    done = await paid.share("INTEREST", "10.00", idempotencyKey=key)
    assert await paid.balances() == ["2652.70", "2652.70", "3364.90", "3364.90"]
    assert (await paid.share("INTEREST", "10.00", idempotencyKey=key))["accounts"] == done["accounts"]
    assert await paid.balances() == ["2652.70", "2652.70", "3364.90", "3364.90"]

    # domain.md §8: 10000.00 over 88.35, 88.35, 112.07 and 112.07 m².
    used = await paid.share("USE", "10000.00", note="2栋电梯大修")
    assert await paid.balances() == ["448.58", "448.58", "569.02", "569.02"]
    assert await verify(town.desk, JIANGMEN) == []
    special = await books.one("select balance from account where kind = 'SPECIAL'")
    assert special == -(44858 + 44858 + 56902 + 56902)

    tell_why(next(one for one in used["accounts"] if one["unit"]["roomNo"] == "303"))


def tell_why(account: Any) -> None:
    """Look at why each entry stands there."""
    deposit, interest, use = account["entries"]
    assert [(one["no"], one["type"], one["amount"]) for one in account["entries"]] == [
        (1, "FIRST", "3362.10"),
        (2, "INTEREST", "2.80"),
        (3, "USE", "-2795.88"),
    ]
    assert deposit["why"]["cause"] == "DEPOSIT"
    assert deposit["why"]["payment"]["notice"]["noticeNo"].startswith("JMNO")
    assert (interest["why"]["cause"], interest["why"]["note"]) == ("INTEREST", "2026年度")
    why = use["why"]
    assert (why["cause"], why["note"], why["bookedBy"]) == ("USE", "2栋电梯大修", "authority_admin先生")
    assert why["requestId"]
    assert (why["payment"], why["order"], why["refund"], why["reversedBy"]) == (None, None, None, None)
    assert sorted(entry["amount"] for entry in why["entries"]) == sorted(
        ["10000.00", "-2204.12", "-2204.12", "-2795.88", "-2795.88"]
    )


async def test_a_booking_is_taken_back_once_and_as_a_whole(town: Town, books: Books, paid: Street):
    await paid.share("INTEREST", "10.00")
    used = await paid.share("USE", "10000.00", note="2栋电梯大修")
    account = next(one for one in used["accounts"] if one["unit"]["roomNo"] == "303")
    answers = await asyncio.gather(*(paid.reverse(account["id"], 3) for _ in range(3)))
    assert sorted(answer["__typename"] for answer in answers) == ["LedgerPosted", "Rejected", "Rejected"]
    assert {code for one in answers if one["__typename"] == "Rejected" for code in codes(one)} == {
        "BOOKING_REVERSED"
    }
    assert await paid.balances() == ["2652.70", "2652.70", "3364.90", "3364.90"]
    assert await verify(town.desk, JIANGMEN) == []
    taken_back = next(
        one
        for answer in answers
        if answer["__typename"] == "LedgerPosted"
        for one in answer["accounts"]
        if one["id"] == account["id"]
    )
    *_, use, back = taken_back["entries"]
    assert (back["type"], back["component"], back["amount"]) == ("REVERSAL", "USE", "2795.88")
    assert (back["why"]["cause"], back["why"]["reverses"]) == ("REVERSAL", {"note": "2栋电梯大修"})
    assert use["why"]["reversedBy"] == {"note": "录入有误"}

    before = await books.counts(*_TABLES)
    for no, code in ((1, "BOOKING_STANDS"), (4, "BOOKING_STANDS"), (3, "BOOKING_REVERSED")):
        assert places(await paid.reverse(account["id"], no)) == [(code, "no")]
    assert await books.counts(*_TABLES) == before


async def test_a_posting_that_may_not_be_leaves_nothing_behind(town: Town, books: Books, paid: Street):
    await paid.one("INTEREST", "1.00")
    await paid.one("USE", "0.50")
    other = await build(town, developer=paid.block.developer, name="对岸花园")
    before = await books.counts(*_TABLES)
    # Of 2651.00 nothing more can be taken than is there.
    short = await paid.one("USE", "2651.01")
    assert places(short) == [("BALANCE_SHORT", "amounts.lines.0")]
    assert "2651.00" in short["problems"][0]["message"]
    # By area 2650.90, 2650.90, 3362.60 and 3362.60: only the first account holds so much.
    assert codes(await paid.share("USE", "12027.00")) == ["BALANCE_SHORT"] * 3
    line = {"unitId": paid.block.units["301"], "amount": "1.00"}
    assert places(await paid.post("USE", {"lines": [line, line]})) == [("DUPLICATE_UNIT", "amounts")]
    assert places(await paid.post("USE", {"lines": []})) == [("FIELD_REQUIRED", "amounts.lines")]
    for amount in ("0.00", "-1.00", "100000000.00"):
        assert places(await paid.one("USE", amount)) == [("AMOUNT_INVALID", "amounts.lines.0.amount")]
    assert places(await paid.share("USE", "0.00")) == [("AMOUNT_INVALID", "amounts.shared.total")]
    assert places(await paid.one("USE", "1.00", note="　")) == [("FIELD_REQUIRED", "note")]
    assert codes(await paid.share("INTEREST", "1.00", estateId=other.estate)) == ["NOTHING_TO_SHARE_BY"]
    await books.rows("update account set status = 'FROZEN' where kind = 'UNIT'")
    for kind in ("USE", "INTEREST"):
        assert codes(await paid.one(kind, "1.00")) == ["ACCOUNT_FROZEN"]
    assert await books.counts(*_TABLES) == before
    assert await verify(town.desk, JIANGMEN) == []


async def test_only_the_authority_books_and_only_what_it_finds(town: Town, books: Books, paid: Street):
    other = await build(town, developer=paid.block.developer, name="对岸花园")
    account = (await paid.one("INTEREST", "1.00"))["accounts"][0]
    clerk = await town.clerk(JIANGMEN)
    before = await books.counts(*_TABLES)
    query = "mutation($i: LedgerPostInput!) { ledgerPost(input: $i) { __typename } }"
    given = {
        "estateId": paid.block.estate,
        "type": "USE",
        "amounts": {"lines": [{"unitId": other.units["301"], "amount": "1.00"}]},
        "note": "x",
        "idempotencyKey": "k",
    }
    for caller, code in (
        (paid.authority, "NOT_FOUND"),
        (paid.block.developer, "FORBIDDEN"),
        (paid.block.bank, "NOT_FOUND"),
        (clerk, "FORBIDDEN"),
    ):
        answer = await caller.send(query, i=given)
        assert answer["errors"][0]["extensions"]["code"] == code
    query = "mutation($i: LedgerReverseInput!) { ledgerReverse(input: $i) { __typename } }"
    given = {"unitAccountId": account["id"], "no": 9, "note": "x", "idempotencyKey": "k"}
    answer = await paid.authority.send(query, i=given)
    assert answer["errors"][0]["extensions"]["code"] == "NOT_FOUND"
    assert await books.counts(*_TABLES) == before


async def test_a_developer_reads_why_without_the_names_of_the_office(paid: Street):
    await paid.one("INTEREST", "1.00")
    query = """query($id: ID!) { node(id: $id) { ... on Unit { account { entries {
      why { cause bookedBy note payment { bankTxnNo } } } } } } }"""
    found = await paid.block.developer.ask(query, id=paid.block.units["301"])
    first, interest = [one["why"] for one in found["node"]["account"]["entries"]]
    assert (first["cause"], first["bookedBy"]) == ("DEPOSIT", "专户银行")
    assert interest == {
        "cause": "INTEREST",
        "bookedBy": "维修资金管理部门",
        "note": "2026年度",
        "payment": None,
    }
