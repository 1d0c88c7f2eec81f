"""Custom deposits [J 1.4.3]: top-ups by workbook, the low mark, and what is due asked in another way."""

import asyncio
from typing import Any

from resolvers.ledger_check import verify
from resolvers.money.receipts import issue_receipts
from resolvers.upkeep import purge_files
from tests.batches import buildings, skips
from tests.conftest import MovableClock
from tests.customs import cell_of, export, exported, fill, lock, press, read_rows, send
from tests.deposits import MONEY_TABLES, OWNER, SPOUSE, Block, Books, build, codes, fresh_key, places
from tests.ordinary import ask_ordinary
from tests.papers import fetched, words
from tests.postings import alone, post
from tests.scenes import JIANGMEN, LUZHOU, Town, unit

_WRITTEN = (*MONEY_TABLES, "repetition", "counter")


async def lane(town: Town, **more: Any) -> Block:
    """Collect 301, 302 and 303 of 88.35 m² and 304 of 33.3335 m²; 301, 302 and 303 are paid, 301 was used.

    Each paid 88.35 × 30 = 2650.50; of 301 1900.00 went into repairs, so that 750.50 are left: below 795.15.
    """
    lines = [unit("301"), unit("302"), unit("303"), unit("304", "33.3335")]
    block = await build(town, JIANGMEN, lines, **more)
    for room, owners in (("301", [OWNER]), ("302", [OWNER, SPOUSE]), ("303", [OWNER])):
        await block.pay(await block.notice(room, owners=owners))
    await use(town, block, "301", "1900.00")
    return block


async def use(town: Town, block: Block, room: str, amount: str) -> None:
    """Let the office book money that was used for repairs."""
    authority = await town.office(block.city, "authority_admin", "440705200402290126", f"used-{fresh_key()}")
    await post(authority, block, "USE", alone(block.units[room], amount), note="电梯大修")


async def accounts(block: Block) -> dict[str, tuple[str, str, bool]]:
    """Read what was paid of the first deposit, the balance and the low mark, by room."""
    query = """query($id: ID!) { node(id: $id) { ... on Estate { buildings { units {
      roomNo account { paidFirst balance isLow } } } } } }"""
    found = await block.developer.ask(query, id=block.estate)
    return {
        one["roomNo"]: (one["account"]["paidFirst"], one["account"]["balance"], one["account"]["isLow"])
        for building in found["node"]["buildings"]
        for one in building["units"]
    }


async def top_up(town: Town, books: Books, block: Block) -> tuple[bytes, Any]:
    """Export 301 and 302, ask 1900.05 yuan of 301 with a resolution, and give the workbook and the notice."""
    made = await export(block, "304", "302", "301")
    assert (made["units"], made["low"], skips(made)) == (2, 1, [("1栋 1单元 304", "FIRST_DUE", None)])
    book = (await block.developer.fetch(made["file"]["url"])).content
    place = "滨江路一段1号1栋1单元"
    assert read_rows(book) == [
        ("1栋", "1单元", 3, "301", f"{place}301", "李𬭎喆", 88.35, 2650.5, 750.5, "是", None),
        ("1栋", "1单元", 3, "302", f"{place}302", "李𬭎喆、欧阳·买买提", 88.35, 2650.5, 2650.5, "否", None),
    ]
    given: dict[str, Any] = {"resolutionFileId": await town.upload(block.developer, name="业主大会决议.png")}
    filled = fill(book, "1,900.05", None)
    written = await books.counts(*_WRITTEN)
    rehearsed = await send(block, filled, **given, dryRun=True)
    assert (rehearsed["units"], rehearsed["total"], rehearsed["dryRun"]) == (1, "1900.05", True)
    assert await books.counts(*_WRITTEN) == written
    done = await send(block, filled, **given)
    assert (done["rows"], done["units"], done["total"]) == (2, 1, "1900.05")
    assert done["notice"]["resolution"]["id"] == given["resolutionFileId"]
    again = await send(block, filled, **given)
    assert (again["notice"]["noticeNo"], again["units"]) == (done["notice"]["noticeNo"], 0)
    return filled, done["notice"]


async def why(block: Block, room: str) -> list[tuple[str, str, str | None]]:
    """Give type and amount of a unit's entries, and what the notices that brought them were for."""
    query = """query($id: ID!) { node(id: $id) { ... on Unit { account { entries { type amount
      why { payment { notice { depositType } } } } } } } }"""
    found = await block.developer.ask(query, id=block.units[room])
    return [
        (one["type"], one["amount"], one["why"]["payment"] and one["why"]["payment"]["notice"]["depositType"])
        for one in found["node"]["account"]["entries"]
    ]


async def test_a_top_up_is_exported_filled_in_paid_and_counts_as_no_first_deposit(town: Town, books: Books):
    block = await lane(town)
    filled, notice = await top_up(town, books, block)
    assert (notice["kind"], notice["depositType"], notice["receiptMode"]) == ("CUSTOM", "TOPUP", "PER_UNIT")
    assert [line["owners"][0]["name"] for line in notice["lines"]] == ["李𬭎喆"]
    said = "".join(words(await fetched(block.developer, await block.print(notice))))
    for told in ("交存通知单（续筹）", "人民币壹仟玖佰元零伍分", "已附（图片，SHA-256："):
        assert told in said
    # R-PAY-6: a custom deposit goes through the bank's counter alone.
    assert codes(await block.pay(notice, channel="POS")) == ["CHANNEL_NOT_ALLOWED"]
    paid = await block.pay(notice, channel="BANK")
    assert paid["__typename"] == "PaymentConfirmed", paid
    assert await accounts(block) == {
        "301": ("2650.50", "2650.55", False),
        "302": ("2650.50", "2650.50", False),
        "303": ("2650.50", "2650.50", False),
        "304": ("0.00", "0.00", False),
    }
    assert await why(block, "301") == [
        ("FIRST", "2650.50", "FIRST"),
        ("USE", "-1900.00", None),
        ("TOPUP", "1900.05", "TOPUP"),
    ]
    await issue_receipts(town.desk, JIANGMEN)
    item = await books.rows("select payee, item, amount from receipt order by serial desc limit 1")
    assert [tuple(row) for row in item] == [("李𬭎喆", "住宅专项维修资金（续筹）", 190005)]
    # Nobody pays one sheet twice: the unit has to be exported anew.
    written = await books.counts(*_WRITTEN)
    refused = await send(block, filled, dryRun=True)
    assert places(refused) == [("ALREADY_PAID", "amount")]
    assert notice["noticeNo"] in refused["problems"][0]["message"]
    assert await books.counts(*_WRITTEN) == written
    assert await verify(town.desk, JIANGMEN) == []


async def test_every_wrong_row_of_a_top_up_is_told_by_its_cell_with_a_marked_copy(town: Town, books: Books):
    block = await lane(town)
    book = await exported(block, "301", "302", "303")
    written = await books.counts("notice", "notice_line")
    refused = await send(block, fill(book, 0, "12.345", "100000000.00"), dryRun=True)
    assert [(one["code"], one["cell"]) for one in refused["problems"]] == [
        ("AMOUNT_INVALID", "M4"),
        ("AMOUNT_INVALID", "M5"),
        ("AMOUNT_INVALID", "M6"),
    ]
    # Only units that were exported with this very workbook are taken in, whether an amount is there or not.
    strange = await send(block, fill(book, "100.00", A4="XX", B5=cell_of(book, "B6")), dryRun=True)
    assert [(one["code"], one["cell"]) for one in strange["problems"]] == [
        ("TOP_UP_NOT_EXPORTED", "F4"),
        ("TOP_UP_NOT_EXPORTED", "F5"),
    ]
    assert codes(await send(block, book)) == ["FIELD_REQUIRED"]
    assert await books.counts("notice", "notice_line") == written
    # What changed since the export is told beside the row, too: a notice, a supplement, an order, a loss.
    first = await send(block, fill(book, None, "5.00"))
    await books.rows(
        "update account set due = due + 30000 where unit_id = (select id from unit where room_no = '303')"
    )
    refused = await send(block, fill(book, "1.00", "2.00", "3.00"))
    assert [(one["code"], one["cell"]) for one in refused["problems"]] == [
        ("UNIT_HAS_OPEN_NOTICE", "M5"),
        ("FIRST_DEPOSIT_DUE", "M6"),
    ]
    assert first["notice"]["noticeNo"] in refused["problems"][0]["message"]
    assert "300.00" in refused["problems"][1]["message"]
    copy = (await block.developer.fetch(refused["correctionUrl"])).content
    assert first["notice"]["noticeNo"] in str(cell_of(copy, "N5"))
    await block.void(first["notice"])
    # Of two imports at once one makes the notice, and the other is given it.
    both = await asyncio.gather(*(send(block, fill(book, "1.00", "2.00")) for _ in range(2)))
    assert sorted((one["units"], one["total"]) for one in both) == [(0, "3.00"), (2, "3.00")]
    assert both[0]["notice"]["noticeNo"] == both[1]["notice"]["noticeNo"]


async def test_a_unit_that_is_lost_locked_or_frozen_since_gets_no_top_up(town: Town, books: Books):
    block = await lane(town)
    book = fill(await exported(block, "301", "302", "303"), "1.00", "2.00", "3.00")
    rooms = "(select id from unit where room_no = :room)"
    await books.rows(f"update account set status = 'FROZEN' where unit_id = {rooms}", room="301")
    await books.rows("update unit set status = 'CANCELLED' where room_no = '302'")
    locked = await lock(block, "303")
    written = await books.counts(*_WRITTEN)
    refused = await send(block, book, dryRun=True)
    assert [(one["code"], one["row"]) for one in refused["problems"]] == [
        ("ACCOUNT_FROZEN", 4),
        ("UNIT_NOT_ACTIVE", 5),
        ("UNIT_LOCKED", 6),
    ]
    assert locked in refused["problems"][2]["message"]
    assert places(await export(block, "302", "303")) == [("UNIT_NOT_ACTIVE", "unitIds")]
    assert await books.counts(*_WRITTEN) == written


async def test_a_resolution_is_the_organizations_own_picture_and_stays_as_long_as_the_notice(
    town: Town, books: Books, clock: MovableClock
):
    block = await lane(town)
    made = await export(block, "301")
    book = fill((await block.developer.fetch(made["file"]["url"])).content, "10.00")
    assert places(await send(block, book, resolutionFileId=made["file"]["id"])) == [
        ("ATTACHMENT_TYPE", "resolutionFileId")
    ]
    resolution, unused = [await town.upload(block.developer) for _ in range(2)]
    clerk = await town.sub_user(block.developer, ["viewer"], [block.estate])
    assert await clerk.ask("query($i: ID!) { node(id: $i) { id } }", i=resolution) == {"node": None}
    assert (await send(block, book, resolutionFileId=resolution))["units"] == 1
    # Who sees the notice sees its resolution, also a clerk of this estate alone.
    query = "{ notices { edges { node { resolution { id url } } } } }"
    shown = await clerk.ask(query)
    assert await ask_ordinary(town, clerk, query) == shown
    found = [edge["node"]["resolution"] for edge in shown["notices"]["edges"]]
    assert found[0]["id"] == resolution
    assert (await clerk.fetch(found[0]["url"])).status_code == 200
    assert (await clerk.fetch(f"/files/{unused}")).status_code == 404
    clock.move(days=2)
    await purge_files(town.desk, JIANGMEN)
    assert (
        await books.one(
            "select count(*) from file where id = (select resolution_file_id from notice"
            " where resolution_file_id is not null)"
        )
        == 1
    )


async def test_units_with_little_left_are_listed_and_can_be_exported_alone(town: Town):
    block = await lane(town)
    low = "query($l: Boolean) { units(filter: { low: $l }) { totalCount edges { node { roomNo } } } }"
    for wanted, rooms in ((True, ["301"]), (False, ["302", "303", "304"])):
        for found in (
            await block.developer.ask(low, l=wanted),
            await ask_ordinary(town, block.developer, low, l=wanted),
        ):
            assert sorted(edge["node"]["roomNo"] for edge in found["units"]["edges"]) == rooms
            assert found["units"]["totalCount"] == len(rooms)
    # 1855.35 of 2650.50 used leave 795.15, which is just 30 %; a fen less is low.
    await use(town, block, "302", "1855.35")
    await use(town, block, "303", "1855.36")
    assert {room: mark for room, (_, _, mark) in (await accounts(block)).items()} == {
        "301": True,
        "302": False,
        "303": True,
        "304": False,
    }
    whole: dict[str, Any] = {"buildingIds": list((await buildings(block)).values()), "idempotencyKey": "low"}
    made = await export(block, **whole, onlyLow=True)
    assert await export(block, **whole, onlyLow=True) == made
    assert codes(await export(block, **whole)) == ["IDEMPOTENCY_CONFLICT"]
    assert (made["units"], made["low"], skips(made)) == (2, 2, [("1栋 1单元 304", "FIRST_DUE", None)])
    assert codes(await export(block, "302", onlyLow=True)) == ["NOTHING_DUE"]
    assert codes(await export(block)) == ["FIELD_REQUIRED"]
    # Who may only look finds the mark, and makes nothing of it.
    viewer = await town.sub_user(block.developer, ["viewer"])
    assert (await viewer.ask(low, l=True))["units"]["totalCount"] == 2
    for name, more in (("Export", {}), ("Issue", {"type": "OTHER", "idempotencyKey": "k"})):
        given = {"estateId": block.estate, "unitIds": [block.units["301"]], **more}
        kind = f"CustomDeposit{name}Input"
        answer = await viewer.send(
            f"mutation($i: {kind}!) {{ customDeposit{name}(input: $i) {{ __typename }} }}", i=given
        )
        assert [error["extensions"]["code"] for error in answer["errors"]] == ["FORBIDDEN"]


async def test_what_is_still_due_can_be_asked_as_another_type_and_counts_as_what_it_is(
    town: Town, books: Books
):
    block = await lane(town)
    # 304 owes its first deposit, 33.3335 × 30 = 1000.01; an earlier change raised what 303 owes by 300.00.
    await books.rows(
        "update account set due = due + 30000 where unit_id = (select id from unit where room_no = '303')"
    )
    written = await books.counts(*_WRITTEN)
    refused = await press(block, "OTHER", "303", "304")
    assert places(refused) == [("CONTRACT_NO_MISSING", "unitIds")] * 2
    assert codes(await press(block, "FIRST", "301", "302")) == ["NOTHING_DUE"]
    assert await books.counts(*_WRITTEN) == written
    one = await press(block, "SUPPLEMENT", "301", "303", "304", ignoreMissingContract=True)
    assert (one["units"], one["total"], one["notice"]["depositType"]) == (1, "300.00", "SUPPLEMENT")
    assert skips(one) == [("1栋 1单元 301", "FULLY_PAID", None), ("1栋 1单元 304", "FIRST_DUE", None)]
    await block.void(one["notice"])
    both = await press(block, "OTHER", "303", "304", ignoreMissingContract=True)
    assert (both["units"], both["total"], both["notice"]["depositType"]) == (2, "1300.01", "OTHER")
    assert [line["owners"][0]["name"] for line in both["notice"]["lines"]] == ["李𬭎喆", "示范置业有限公司"]
    again = await press(block, "OTHER", "303", "304", ignoreMissingContract=True)
    assert (again["notice"]["noticeNo"], again["units"]) == (both["notice"]["noticeNo"], 0)
    other = await press(block, "FIRST", "304", ignoreMissingContract=True)
    assert codes(other) == ["NOTHING_DUE", "UNIT_HAS_OPEN_NOTICE"]
    assert "交存通知单（其他）" in words(await fetched(block.developer, await block.print(both["notice"])))[0]
    paid = await block.pay(both["notice"], channel="BANK")
    assert paid["__typename"] == "PaymentConfirmed", paid
    types = await books.rows(
        "select u.room_no, e.type, e.amount, a.paid_first from entry e join account a on a.id = e.account_id"
        " join unit u on u.id = a.unit_id join journal j on j.id = e.journal_id where j.reason = 'OTHER'"
        " order by 1"
    )
    assert [tuple(row) for row in types] == [
        ("303", "SUPPLEMENT", 30000, 295050),
        ("304", "FIRST", 100001, 100001),
    ]
    assert await verify(town.desk, JIANGMEN) == []


async def test_custom_deposits_are_told_to_be_off_where_a_city_has_none(town: Town):
    block = await build(town, LUZHOU)
    assert codes(await export(block, "301")) == ["PROFILE_FEATURE_OFF"]
    assert codes(await press(block, "FIRST", "301")) == ["PROFILE_FEATURE_OFF"]
    assert codes(await send(block, b"PK")) == ["PROFILE_FEATURE_OFF"]
