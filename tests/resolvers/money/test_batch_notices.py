"""Batch notices by the button, by buildings, with the prompt for contract numbers [J 1.4.1]; and on paper."""

import asyncio
from typing import Any

from tests.batches import LI, ZHANG, buildings, export, exported, fill, press, send, skips
from tests.conftest import MovableClock
from tests.deposits import MONEY_TABLES, OWNER, Block, Books, build, codes, fresh_key, places
from tests.papers import fetched, words
from tests.scenes import JIANGMEN, LUZHOU, YUNMENG, Town, unit

_WRITTEN = (*MONEY_TABLES, "repetition", "counter")
_PRINT = "... on FileMade { file { id url name mediaType size } }"


async def towers(town: Town, city: int = JIANGMEN, **more: Any) -> Block:
    """Collect two buildings: 1栋 with 301 and 302 of 88.35 m², 2栋 with 201 of 33.3335 m², unless told."""
    second = unit("201", "33.3335", building="2栋", address="2栋201")
    return await build(town, city, [unit("301", **more), unit("302", **more), {**second, **more}])


def lines_of(answer: Any) -> list[tuple[str, str, list[str]]]:
    """Give room, amount and names of each line."""
    return [
        (line["unit"]["roomNo"], line["amount"], [owner["name"] for owner in line["owners"]])
        for line in answer["notice"]["lines"]
    ]


async def test_a_building_is_paid_by_one_notice_after_the_prompt_for_contract_numbers(
    town: Town, books: Books
):
    block = await towers(town)
    one, two = (await buildings(block)).values()
    written = await books.counts(*_WRITTEN)
    refused = await press(block, buildingIds=[one])
    assert places(refused) == [("CONTRACT_NO_MISSING", "buildingIds")] * 2
    assert "1栋 1单元 302" in refused["problems"][1]["message"]
    assert places(await press(block)) == [("FIELD_REQUIRED", "buildingIds")]
    assert places(await press(block, unitIds=[block.units["301"]])) == [("PROFILE_FEATURE_OFF", "unitIds")]
    refused = await press(block, buildingIds=[one], receiptMode="SUMMARY", receiptMobile="13800138000")
    assert places(refused) == [
        ("PROFILE_FEATURE_OFF", "receiptMode"),
        ("PROFILE_FEATURE_OFF", "receiptMobile"),
    ]
    assert codes(await export(block, buildingIds=[one])) == ["PROFILE_FEATURE_OFF"]
    rehearsed = await press(block, buildingIds=[one, two], ignoreMissingContract=True, dryRun=True)
    # Twice 88.35 × 30, and 33.3335 × 30 = 1000.005 rounded half up.
    assert rehearsed["notice"]["total"] == "6301.01"
    assert await books.counts(*_WRITTEN) == written
    owned = await block.notice("301", owners=[OWNER])
    await block.void(owned)
    done = await press(block, buildingIds=[one, two], ignoreMissingContract=True)
    assert done["__typename"] == "BatchNoticeIssued", done
    assert lines_of(done) == [
        ("301", "2650.50", ["李𬭎喆"]),
        ("302", "2650.50", ["示范置业有限公司"]),
        ("201", "1000.01", ["示范置业有限公司"]),
    ]
    assert (done["notice"]["total"], done["notice"]["payMode"], done["units"]) == ("6301.01", None, 3)
    units = await block.read()
    assert [units[room]["manualFiling"] for room in ("301", "302", "201")] == [True, True, True]
    again = await press(block, buildingIds=[one, two], ignoreMissingContract=True)
    assert (again["notice"]["id"], again["units"]) == (done["notice"]["id"], 0)
    part = await press(block, buildingIds=[two], ignoreMissingContract=True)
    assert codes(part) == ["NOTHING_DUE", "UNIT_HAS_OPEN_NOTICE"]
    # A single notice for one of the units is not made either: one open notice a unit.
    assert codes(await block.issue("302")) == ["UNIT_HAS_OPEN_NOTICE"]
    assert await books.one("select count(*) from notice where kind = 'BATCH'") == 1


async def test_the_bank_books_every_unit_of_a_batch_or_none_and_only_at_its_counter(town: Town, books: Books):
    block = await towers(town, contractNo=None)
    ids = list((await buildings(block)).values())
    notice = (await press(block, buildingIds=ids, ignoreMissingContract=True))["notice"]
    assert codes(await block.pay(notice, channel="POS")) == ["CHANNEL_NOT_ALLOWED"]
    assert codes(await block.pay(notice, amount="6301.00")) == ["AMOUNT_MISMATCH"]
    assert {found["account"]["balance"] for found in (await block.read()).values()} == {"0.00"}
    seen = await block.look_up(notice["noticeNo"])
    assert (seen["amount"], seen["payer"]) == ("6301.01", "示*******")
    paid = await block.pay(notice)
    assert paid["__typename"] == "PaymentConfirmed", paid
    units = await block.read()
    assert {room: found["account"]["outstanding"] for room, found in units.items()} == dict.fromkeys(
        units, "0.00"
    )
    assert await books.one("select sum(amount) from entry where type = 'FIRST' and amount > 0") == 630101
    refused = await press(block, buildingIds=ids, ignoreMissingContract=True)
    assert codes(refused) == ["NOTHING_DUE"]
    given = {"paymentId": paid["payment"]["id"]}
    proof = await block.developer.act("paymentPrint", given, _PRINT, "PaymentPrintInput")
    assert "None" not in "".join(words(await fetched(block.developer, proof)))


async def test_what_ran_out_or_was_voided_makes_room_and_a_supplement_waits_for_a_notice_of_its_own(
    town: Town, clock: MovableClock, books: Books
):
    block = await towers(town)
    ids = list((await buildings(block)).values())
    first = (await press(block, buildingIds=ids, ignoreMissingContract=True))["notice"]
    await block.void(first)
    second = (await press(block, buildingIds=ids[1:], ignoreMissingContract=True))["notice"]
    third = await press(block, buildingIds=ids, ignoreMissingContract=True)
    assert [room for room, _, _ in lines_of(third)] == ["301", "302"]
    assert skips(third) == [("2栋 1单元 201", "OPEN_NOTICE", second["noticeNo"])]
    clock.move(days=31)
    block.developer.headers = await town.sign_in(JIANGMEN, "admin")
    fourth = await press(block, buildingIds=ids, ignoreMissingContract=True)
    assert (fourth["units"], skips(fourth)) == (3, [])
    await block.void(fourth["notice"])
    # What a later order raises of a paid unit is a supplement; it waits for a notice of its own.
    await block.pay(await block.notice("302"))
    await books.rows("update account set due = due + 100 where kind = 'UNIT' and paid_first > 0")
    fifth = await press(block, buildingIds=ids, ignoreMissingContract=True)
    assert skips(fifth) == [("1栋 1单元 302", "SUPPLEMENT_DUE", None)]
    sixth = await press(block, buildingIds=ids, ignoreMissingContract=True)
    assert sixth["notice"]["depositType"] == "SUPPLEMENT"
    assert lines_of(sixth) == [("302", "1.00", ["李𬭎喆"])]


async def test_where_a_button_follows_the_import_the_owners_are_recorded_first(town: Town):
    block = await towers(town, YUNMENG)
    rooms = [block.units["301"], block.units["302"]]
    book = fill(await exported(block, "301", "302"), ZHANG, LI)
    none = {"payMode": None, "receiptMode": None, "receiptMobile": None}
    assert codes(await send(block, book)) == ["PROFILE_FEATURE_OFF"]
    done = await send(block, book, **none)
    assert (done["notice"], done["units"]) == (None, 2)
    terms: dict[str, Any] = {
        "payMode": "ADVANCE",
        "receiptMobile": "13800138000",
        "ignoreMissingContract": True,
    }
    made = await press(block, unitIds=rooms, **terms)
    # 88.35 × 55.50 = 4903.425, rounded half up.
    assert lines_of(made) == [("301", "4903.43", ["张三"]), ("302", "4903.43", ["李四"])]
    assert (made["notice"]["payMode"], made["notice"]["receiptMode"]) == ("ADVANCE", "PER_UNIT")
    assert codes(await press(block, buildingIds=list((await buildings(block)).values()), **terms)) == [
        "PROFILE_FEATURE_OFF"
    ]


async def test_a_batch_notice_prints_its_lines_with_sums_by_building_and_stays_as_it_was(
    town: Town, books: Books
):
    block = await towers(town, LUZHOU)
    book = fill(await exported(block, "301", "302", "201"), ZHANG, LI, ZHANG)
    notice = (await send(block, book))["notice"]
    await books.rows("update building set name = '9栋'")
    await books.rows("update owner set name = '赵六'")
    single = await build(town, LUZHOU, [unit("901")], developer=block.developer, name="另一花园")
    other = await single.notice("901")
    printed = await block.print(notice, other)
    pages = ["".join(page.split()) for page in words(await fetched(block.developer, printed))]
    assert len(pages) == 3
    assert "批量交存通知单" in pages[0]
    assert "人民币壹万肆仟柒佰零贰元叁角伍分" in pages[0]
    assert "¥14702.35" in pages[0]
    assert ("代交" in pages[0], "分户开票" in pages[0], "138****8000" in pages[0]) == (True, True, True)
    assert "第1页共2页" in pages[0]
    assert "1栋小计：2户176.7012369.00" in pages[1]
    assert "2栋小计：1户33.33352333.35" in pages[1]
    assert "总计：3户210.033514702.35" in pages[1]
    assert "赵六" not in pages[1]
    assert "交存通知书" in pages[2]
    assert (await block.find(notice["noticeNo"]))["printCount"] == 1


async def test_two_who_press_the_button_at_once_get_one_notice(town: Town, books: Books):
    block = await towers(town)
    ids = list((await buildings(block)).values())
    both = await asyncio.gather(
        *(
            press(block, buildingIds=ids, ignoreMissingContract=True, idempotencyKey=fresh_key())
            for _ in range(2)
        )
    )
    assert {answer["notice"]["id"] for answer in both} == {both[0]["notice"]["id"]}
    assert sorted(answer["units"] for answer in both) == [0, 3]
    assert await books.one("select count(*) from notice") == 1
