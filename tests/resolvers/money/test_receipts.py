"""Official receipts: issued by the worker after a payment, numbered without a gap, printed and counted."""

import asyncio
import hashlib
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from resolvers.money import receipts as issuing
from resolvers.money.receipts import issue_receipts
from tests.batches import DEVELOPER, WANG, ZHANG, exported, fill, send
from tests.conftest import MovableClock
from tests.deposits import OWNER, SPOUSE, Block, Books, build, codes, fresh_key, places
from tests.papers import FILE, fetched, print_proof, qr_codes, words
from tests.scenes import JIANGMEN, LUZHOU, USCC, Caller, Town, unit, units

RECEIPT = (
    "id receiptNo mode status payee item amount amountInWords bank issuedAt printCount"
    " unit { roomNo } estate { name } payment { id proofNo amount }"
)
_LIST = f"query($f: ReceiptFilter) {{ receipts(filter: $f) {{ edges {{ node {{ {RECEIPT} }} }} }} }}"
_VOID = "mutation($i: ReceiptVoidInput!) { receiptVoid(input: $i) { __typename } }"
_OF_PAYMENT = "query($i: ID!) { node(id: $i) { ... on Payment { receipts { receiptNo amount } } } }"


async def listed(caller: Caller, **wanted: Any) -> list[Any]:
    """List receipts, the oldest first."""
    found = await caller.ask(_LIST, f=wanted)
    return [edge["node"] for edge in found["receipts"]["edges"]][::-1]


async def numbers(caller: Caller, **wanted: Any) -> list[str]:
    """List the numbers of receipts, the oldest first."""
    return [receipt["receiptNo"] for receipt in await listed(caller, **wanted)]


async def print_receipt(caller: Caller, receipt: Any) -> Any:
    """Print a receipt."""
    return await caller.act("receiptPrint", {"receiptId": receipt["id"]}, FILE, "ReceiptPrintInput")


async def void(caller: Caller, receipt: Any, **more: Any) -> Any:
    """Void a receipt."""
    given = {"receiptId": receipt["id"], "reason": "打印污损", **key(), **more}
    read = "... on ReceiptVoided { dryRun receipt { receiptNo status voidReason } }"
    return await caller.act("receiptVoid", given, read, "ReceiptVoidInput")


def key() -> dict[str, str]:
    """Give an idempotency key that nobody has used."""
    return {"idempotencyKey": fresh_key()}


async def pay_all(block: Block, *rooms: str) -> list[Any]:
    """Let units be paid, each by a notice of its own."""
    notices = (await block.issue(*rooms))["notices"]
    return [(await block.pay(notice))["payment"] for notice in notices]


async def test_a_payment_has_its_receipt_once_the_worker_has_been_there(town: Town, books: Books):
    block = await build(town)
    paid = (await block.pay(await block.notice(owners=[OWNER, SPOUSE])))["payment"]
    assert (await block.developer.ask(_OF_PAYMENT, i=paid["id"]))["node"] == {"receipts": []}
    assert await issue_receipts(town.desk, JIANGMEN) == 1
    (receipt,) = await listed(block.developer)
    assert receipt.pop("id")
    assert receipt == {
        "receiptNo": "JMRC202600000001",
        "mode": "PER_UNIT",
        "status": "ISSUED",
        "payee": "李𬭎喆、欧阳·买买提",
        "item": "住宅专项维修资金（首期）",
        "amount": "2650.50",
        "amountInWords": "人民币贰仟陆佰伍拾元零伍角",
        "bank": "JM01",
        "issuedAt": "2026-11-22T12:00:00.000+08:00",
        "printCount": 0,
        "unit": {"roomNo": "301"},
        "estate": {"name": "江畔花园"},
        "payment": {"id": paid["id"], "proofNo": "JMPP2026112200001", "amount": "2650.50"},
    }
    told = (await block.developer.ask(_OF_PAYMENT, i=paid["id"]))["node"]
    assert told == {"receipts": [{"receiptNo": "JMRC202600000001", "amount": "2650.50"}]}
    written = await books.counts("receipt", "receipt_series", "audit")
    assert [await issue_receipts(town.desk, city) for city in (JIANGMEN, LUZHOU)] == [0, 0]
    assert await books.counts("receipt", "receipt_series", "audit") == written
    (detail,) = await books.rows("select detail from audit where act = 'receiptIssue'")
    assert detail == ({"rows": 1, "payments": 1, "from": "JMRC202600000001", "to": "JMRC202600000001"},)
    # Who sees the payment sees its receipt, and nobody else.
    clerk, bank = await town.clerk(JIANGMEN), await town.bank(JIANGMEN, "JM02")
    other = await town.developer(JIANGMEN, USCC[LUZHOU], "other")
    seen = [len(await listed(caller)) for caller in (clerk, block.bank, bank, other)]
    assert seen == [1, 1, 0, 0]


async def test_numbers_have_no_gap_whoever_issues_and_whatever_fails(
    town: Town, books: Books, monkeypatch: pytest.MonkeyPatch
):
    block = await build(town, LUZHOU, units())
    await pay_all(block, "301", "101")
    # Two workers side by side, each with another payment: one waits for the other's number.
    monkeypatch.setattr(issuing, "MAX_PAYMENTS", 1)
    assert sorted(await asyncio.gather(*(issue_receipts(town.desk, LUZHOU) for _ in range(2)))) == [1, 1]
    assert await numbers(block.developer) == ["LZRC202600000001", "LZRC202600000002"]
    (last,) = await pay_all(block, "302")
    await books.rows("alter table receipt add constraint broken check (serial < 3)")
    with pytest.raises(IntegrityError):
        await issue_receipts(town.desk, LUZHOU)
    assert await books.one("select last from receipt_series where city = 510500") == 2
    assert await books.one("select count(*) from payment where receipted_at is null") == 1
    await books.rows("alter table receipt drop constraint broken")
    assert await issue_receipts(town.desk, LUZHOU) == 1
    found = await listed(block.developer)
    assert [receipt["receiptNo"][-1] for receipt in found] == ["1", "2", "3"]
    amounts = [receipt["amount"] for receipt in found]
    # Which of the two workers took its number first is anybody's guess.
    assert (sorted(amounts[:2]), amounts[2]) == (["375.00", "6184.50"], "2333.35")
    assert found[2]["payment"]["id"] == last["id"]


async def test_each_year_and_city_has_a_series_of_its_own(town: Town, clock: MovableClock):
    luzhou, jiangmen = await build(town, LUZHOU, units()), await build(town)
    await pay_all(luzhou, "301")
    await pay_all(jiangmen, "301")
    assert [await issue_receipts(town.desk, city) for city in (LUZHOU, JIANGMEN)] == [1, 1]
    (late,) = (await luzhou.issue("302"))["notices"]
    paid_at = town.desk.clock().isoformat()
    clock.move(days=45)
    paid = await luzhou.pay(late, paidAt=paid_at)
    assert paid["__typename"] == "PaymentConfirmed"
    assert await issue_receipts(town.desk, LUZHOU) == 1
    luzhou.developer.headers = await town.sign_in(LUZHOU, "admin")
    assert await numbers(luzhou.developer) == ["LZRC202600000001", "LZRC202700000001"]
    assert await numbers(luzhou.developer, number="lzrc2027") == ["LZRC202700000001"]
    assert await numbers(luzhou.developer, unitId=luzhou.units["301"]) == ["LZRC202600000001"]
    assert await numbers(luzhou.developer, paymentId=paid["payment"]["id"]) == ["LZRC202700000001"]
    assert await numbers(luzhou.developer, estateId=luzhou.estate, number="JM") == []


async def test_a_receipt_is_printed_under_one_number_and_says_who_paid_what(town: Town, books: Books):
    block = await build(town)
    await block.pay(await block.notice(owners=[OWNER]), "ICBC-0001", channel="POS")
    await issue_receipts(town.desk, JIANGMEN)
    (receipt,) = await listed(block.developer)
    await books.rows("update owner set name = '别人'")
    (page,) = words(await fetched(block.developer, await print_receipt(block.developer, receipt)))
    for said in (
        "江门市住房和城乡建设局",
        "住宅专项维修资金专用票据",
        "本票据由广东省财政厅统一监制",
        "JMRC202600000001",
        "李𬭎喆",
        "江畔花园",
        "滨江路一段1号1栋1单元301",
        "88.35",
        "住宅专项维修资金（首期）",
        "¥2650.50",
        "人民币贰仟陆佰伍拾元零伍角",
        "JMPP2026112200001",
        "ICBC-0001",
        "维修资金专用POS机",
        "2026年11月22日",
        "江门示范银行营业部",
        "第 1 次打印",
        "WX-09",
    ):
        assert said in page, said
    assert "补打" not in page.split("说明")[0]
    for place, caller in enumerate((await town.clerk(JIANGMEN), block.bank), start=2):
        copy = words(await fetched(caller, await print_receipt(caller, receipt)))[0]
        assert f"第 {place} 次打印" in copy
        assert "补打，与首次打印的票据为同一号码" in copy
    assert (await listed(block.developer))[0]["printCount"] == 3


async def test_only_who_may_print_prints_a_receipt(town: Town, books: Books):
    block = await build(town)
    await block.pay(await block.notice())
    await issue_receipts(town.desk, JIANGMEN)
    (receipt,) = await listed(block.developer)
    query = "mutation($i: ReceiptPrintInput!) { receiptPrint(input: $i) { __typename } }"
    strangers = (
        await town.bank(JIANGMEN, "JM02"),
        await town.developer(JIANGMEN, USCC[LUZHOU], "other"),
    )
    before = await books.counts("file", "audit")
    for stranger in strangers:
        answer = await stranger.send(query, i={"receiptId": receipt["id"]})
        assert answer["errors"][0]["extensions"]["code"] == "NOT_FOUND"
    viewer = await town.sub_user(block.developer, ["viewer"])
    answer = await viewer.send(query, i={"receiptId": receipt["id"]})
    assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    assert await books.counts("file", "audit") == before
    assert (await listed(block.developer))[0]["printCount"] == 0


async def test_a_voided_receipt_keeps_its_number_and_the_next_one_takes_its_place(town: Town, books: Books):
    block = await build(town, LUZHOU, units())
    await pay_all(block, "301", "101")
    assert await issue_receipts(town.desk, LUZHOU) == 2
    spoiled, other = await listed(block.developer)
    authority = await town.authority(LUZHOU)
    before = await books.counts("receipt", "audit")
    assert places(await void(authority, spoiled, reason=" ")) == [("FIELD_REQUIRED", "reason")]
    assert places(await void(authority, spoiled, reason="字" * 201)) == [("TEXT_INVALID", "reason")]
    for caller in (block.developer, await town.clerk(LUZHOU)):
        answer = await caller.send(_VOID, i={"receiptId": spoiled["id"], "reason": "污损", **key()})
        assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    assert (await void(authority, spoiled, dryRun=True))["receipt"]["status"] == "VOID"
    assert await books.counts("receipt", "audit") == before
    assert await books.one("select count(*) from payment where receipted_at is null") == 0
    done = await void(authority, spoiled, reason=" 打印污损 ")
    assert done["receipt"] == {"receiptNo": "LZRC202600000001", "status": "VOID", "voidReason": "打印污损"}
    assert codes(await void(authority, spoiled)) == ["RECEIPT_VOID"]
    assert codes(await print_receipt(block.bank, spoiled)) == ["RECEIPT_VOID"]
    assert [await issue_receipts(town.desk, LUZHOU) for _ in range(2)] == [1, 0]
    found = await listed(block.developer)
    assert [(one["receiptNo"][-1], one["status"], one["amount"]) for one in found] == [
        ("1", "VOID", "6184.50"),
        ("2", "ISSUED", "375.00"),
        ("3", "ISSUED", "6184.50"),
    ]
    assert (found[2]["payee"], found[2]["payment"]) == (spoiled["payee"], spoiled["payment"])
    assert found[1]["id"] == other["id"]


async def test_a_machine_finds_a_payment_by_what_stands_on_its_papers_and_prints_the_proof_again(town: Town):
    block = await build(town, JIANGMEN, units())
    first, second = (await block.issue("301", "302"))["notices"]
    paid = await block.pay(first, "POS-0001", channel="POS")
    await block.pay(second, "POS-0002", channel="POS")
    query = "query($n: String!) { payments(filter: { number: $n }) { edges { node { id bankTxnNo } } } }"
    for number in (first["noticeNo"].lower(), f" {paid['payment']['proofNo']}", "POS-0001"):
        found = (await block.bank.ask(query, n=number))["payments"]["edges"]
        assert [edge["node"]["bankTxnNo"] for edge in found] == ["POS-0001"], number
    other = await town.bank(JIANGMEN, "JM02")
    assert (await other.ask(query, n="POS-0001"))["payments"]["edges"] == []
    for copy in (1, 2):
        made = await block.bank.act(
            "paymentPrint", {"paymentId": paid["payment"]["id"]}, FILE, "PaymentPrintInput"
        )
        page = words(await fetched(block.bank, made))[0]
        assert f"第 {copy} 次打印" in page
        assert ("（补打）" in page) == (copy > 1)


async def test_what_is_scanned_from_a_printed_notice_is_enough_to_pay_and_to_get_a_receipt(town: Town):
    block = await build(town, LUZHOU)
    notice = await block.notice()
    (code,) = qr_codes(await fetched(block.developer, await block.print(notice)))
    version, city, number, fen, check = code.split("|")
    assert (version, city, number, fen) == ("v1", "510500", notice["noticeNo"], "618450")
    assert check == hashlib.sha256(b"v1|510500|%s|618450" % number.encode()).hexdigest()[:8]
    scanned = {"noticeNo": number, "total": f"{fen[:-2]}.{fen[-2:]}"}
    assert (await block.look_up(number))["amount"] == scanned["total"]
    paid = await block.pay(scanned, channel="QR")
    assert await issue_receipts(town.desk, LUZHOU) == 1
    (receipt,) = await listed(block.developer, paymentId=paid["payment"]["id"])
    assert (receipt["amount"], receipt["amountInWords"]) == ("6184.50", "人民币陆仟壹佰捌拾肆元伍角")


async def test_a_batch_has_a_summary_for_the_developer_or_a_receipt_for_each_row(town: Town):
    space = unit("P1", "12.50", usage="车位", floor="-1", building="地下室", section="", address="地下P1")
    block = await build(town, LUZHOU, [unit("301"), unit("302"), unit("303"), space])
    first = fill(await exported(block, "301", "302"), ZHANG, DEVELOPER)
    whole = (await send(block, first, receiptMode="SUMMARY"))["notice"]
    second = fill(await exported(block, "303", "P1"), WANG, DEVELOPER)
    each = (await send(block, second))["notice"]
    paid = [(await block.pay(notice, channel="BANK"))["payment"] for notice in (whole, each)]
    assert await issue_receipts(town.desk, LUZHOU) == 3
    # 88.35 × 70 = 6184.50 a unit, 12.50 × 30 = 375.00.
    found = await listed(block.developer)
    assert [(one["mode"], one["payee"], one["amount"], one["unit"]) for one in found] == [
        ("SUMMARY", "示范置业有限公司", "12369.00", None),
        ("PER_UNIT", "王五", "6184.50", {"roomNo": "303"}),
        ("PER_UNIT", "示范置业有限公司", "375.00", {"roomNo": "P1"}),
    ]
    assert [one["payment"]["id"] for one in found] == [paid[0]["id"], paid[1]["id"], paid[1]["id"]]
    assert [payment["amount"] for payment in paid] == ["12369.00", "6559.50"]
    # A unit's receipts are those that it stands on.
    for room, number in (("301", "1"), ("303", "2"), ("P1", "3")):
        assert await numbers(block.developer, unitId=block.units[room]) == [f"LZRC20260000000{number}"]
    page = "".join(words(await fetched(block.developer, await print_receipt(block.developer, found[0]))))
    for said in (
        "本票据由四川省财政厅统一监制",
        "共 2 户，明细见附表",
        "176.7",
        "人民币壹万贰仟叁佰陆拾玖元整",
        "滨江路一段1号1栋1单元302",
        "张三",
        "合计：2 户",
        "138****8000",
    ):
        assert said in page, said
    proof = await fetched(block.developer, await print_proof(block.developer, paid[0]["id"]))
    (text,) = words(proof)
    for said in ("示范置业有限公司", "1栋 共2套", "176.7", "¥12369.00", whole["noticeNo"]):
        assert said in text, said
    assert "None" not in text
