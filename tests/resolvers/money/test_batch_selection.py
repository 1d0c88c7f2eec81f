"""Batch deposits of units that an order is changing, and of a whole building ticked unit by unit."""

from typing import Any

from tests.batches import LI, ZHANG, buildings, export, exported, fill, press, send, skips
from tests.deposits import MONEY_TABLES, Block, Books, build, codes, places
from tests.scenes import JIANGMEN, LUZHOU, REFUSED, YUNMENG, Town, unit

_WRITTEN = (*MONEY_TABLES, "repetition", "counter", "file")
_ORDER = f"... on OrderDone {{ order {{ id orderNo status }} }} {REFUSED}"


async def change(block: Block, room: str) -> Any:
    """Submit a unit change, which locks the unit until it is decided."""
    developer = block.developer

    async def act(name: str, given: dict[str, Any], kind: str = "") -> Any:
        answer = await developer.act(name, given, _ORDER, kind or f"{name[0].upper()}{name[1:]}Input")
        assert answer["__typename"] == "OrderDone", answer
        return answer["order"]

    content = {"unitChange": {"estateId": block.estate, "reason": "测绘更正"}}
    order = (await act("orderDraft", {"content": content}))["id"]
    await act("orderLinesPick", {"orderId": order, "unitIds": [block.units[room]], "buildingIds": []})
    await act("orderLinesEdit", {"orderId": order, "edit": {"unit": {"hasLift": "无"}}})
    return await act("orderSubmit", {"orderId": order}, "OrderStepInput")


async def test_a_unit_that_an_order_is_changing_keeps_its_batch_from_being_made(town: Town, books: Books):
    block = await build(town, JIANGMEN, [unit("301"), unit("302")])
    one = list((await buildings(block)).values())
    order = await change(block, "302")
    written = await books.counts(*_WRITTEN)
    refused = await press(block, buildingIds=one, ignoreMissingContract=True)
    assert places(refused) == [("UNIT_LOCKED", "buildingIds")]
    assert order["orderNo"] in refused["problems"][0]["message"]
    assert await books.counts(*_WRITTEN) == written
    given = {"orderId": order["id"]}
    await block.developer.act("orderWithdraw", given, _ORDER, "OrderStepInput")
    done = await press(block, buildingIds=one, ignoreMissingContract=True)
    assert (done["units"], done["notice"]["total"]) == (2, "5301.00")


async def test_a_workbook_is_told_by_its_row_which_unit_an_order_is_changing(town: Town, books: Books):
    block = await build(town, LUZHOU, [unit("301"), unit("302")])
    made = await export(block, "301", "302", idempotencyKey="once")
    assert await export(block, "301", "302", idempotencyKey="once") == made
    book = fill((await block.developer.fetch(made["file"]["url"])).content, ZHANG, LI)
    order = await change(block, "302")
    written = await books.counts(*_WRITTEN)
    assert codes(await export(block, "301", "302")) == ["UNIT_LOCKED"]
    refused = await send(block, book)
    assert [(one["row"], one["code"]) for one in refused["problems"]] == [(5, "UNIT_LOCKED")]
    assert order["orderNo"] in refused["problems"][0]["message"]
    # Nothing was written but the copy in which it is marked.
    copied = {name: written[name] + 1 for name in ("file", "audit")}
    assert await books.counts(*_WRITTEN) == {**written, **copied}
    # Without that unit's row the batch is made.
    done = await send(block, fill(book, ZHANG, None))
    assert (done["units"], done["notice"]["total"]) == (1, "6184.50")


async def test_a_whole_building_is_ticked_unit_by_unit_where_the_city_wants_that(town: Town, books: Books):
    other = unit("201", building="2栋", address="2栋201")
    block = await build(town, YUNMENG, [unit("301"), unit("302"), unit("303"), other])
    whole = [block.units[room] for room in ("301", "302", "303")]
    one = (await buildings(block))["1栋"]
    written = await books.counts(*_WRITTEN)
    assert places(await export(block, buildingIds=[one])) == [("PROFILE_FEATURE_OFF", "buildingIds")]
    terms: dict[str, Any] = {
        "payMode": "ON_BEHALF",
        "receiptMobile": "13800138000",
        "ignoreMissingContract": True,
    }
    assert places(await press(block, buildingIds=[one], **terms)) == [("PROFILE_FEATURE_OFF", "buildingIds")]
    wrong: dict[str, Any] = {**terms, "receiptMobile": None, "receiptMode": "SUMMARY"}
    assert places(await press(block, unitIds=whole, **wrong)) == [
        ("PROFILE_FEATURE_OFF", "receiptMode"),
        ("FIELD_REQUIRED", "receiptMobile"),
    ]
    assert await books.counts(*_WRITTEN) == written
    book = fill(await exported(block, "301", "302", "303"), ZHANG, LI, None)
    assert (await send(block, book, payMode=None, receiptMode=None, receiptMobile=None))["units"] == 2
    done = await press(block, unitIds=whole, **terms)
    assert (done["units"], skips(done), done["notice"]["receiptMode"]) == (3, [], "PER_UNIT")
    # 88.35 × 55.50 = 4903.425, rounded half up, three times; 303 has no owner yet.
    lines = [
        (line["unit"]["roomNo"], line["amount"], line["owners"][0]["name"])
        for line in done["notice"]["lines"]
    ]
    assert lines == [
        ("301", "4903.43", "张三"),
        ("302", "4903.43", "李四"),
        ("303", "4903.43", "示范置业有限公司"),
    ]
    assert done["notice"]["total"] == "14710.29"
    assert codes(await block.pay(done["notice"], channel="QR")) == ["CHANNEL_NOT_ALLOWED"]
    paid = await block.pay(done["notice"], channel="QIAODU_WINDOW")
    assert paid["__typename"] == "PaymentConfirmed", paid
    assert (await block.unit("303"))["account"]["balance"] == "4903.43"
    assert (await block.unit("201"))["account"]["balance"] == "0.00"
    assert codes(await press(block, unitIds=whole, **terms)) == ["NOTHING_DUE"]
