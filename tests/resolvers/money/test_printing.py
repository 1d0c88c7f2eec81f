"""Every printed form over HTTP: what it says, when it is printed, who may have it, and how long it takes."""

import time
from typing import Any

import pytest

from tests.deposits import CLEAR, OWNER, SPOUSE, Block, Books, build, codes, places
from tests.papers import fetched, print_order, print_proof, qr_codes, words
from tests.scenes import JIANGMEN, LUZHOU, USCC, Developer, Town, take, unit, units

RARE = "龙䶮𬭎堃喆"


async def submitted(town: Town, developer: Developer, name: str = "江畔花园") -> str:
    """Give an order that was handed in."""
    order = await town.draft(developer, name)
    await town.put(developer, order, units())
    await town.hand_in(developer, order)
    done = await take(developer, "orderSubmit", order)
    assert done["__typename"] == "OrderDone", done
    return order


async def approve(town: Town, developer: Developer, order: str) -> None:
    """Let the window accept and the reviewer approve."""
    accepted = await take(
        await town.clerk(developer.city), "orderAccept", order, registrationPapersReceived=True
    )
    assert accepted["__typename"] == "OrderDone", accepted
    done = await take(await town.reviewer(developer.city), "orderApprove", order)
    assert done["__typename"] == "OrderDone", done


async def test_the_papers_of_an_order_are_printed_from_its_submission_on(town: Town, books: Books):
    developer = await town.developer(JIANGMEN)
    order = await town.draft(developer)
    await town.put(developer, order, units())
    before = await books.counts("file", "audit")
    for form in ("APPLICATION", "OPENING_LIST"):
        assert codes(await print_order(developer, order, form)) == ["INVALID_TRANSITION"]
    assert await books.counts("file", "audit") == before
    await take(developer, "orderSubmit", order)
    (text,) = {"".join(words(await fetched(developer, await print_order(developer, order))))}
    number = (await developer.ask("query($i: ID!) { node(id: $i) { ... on Order { orderNo } } }", i=order))[
        "node"
    ]["orderNo"]
    for said in (
        number,
        "江门市住房和城乡建设局",
        "业务申请表",
        "物业区域采集",
        "江畔花园",
        "示范置业有限公司",
        "134.1835",
        "3900.51",
        "第 1 次打印",
        "第 1 页",
        "WX-02",
    ):
        assert said in text, said
    again = "".join(words(await fetched(developer, await print_order(developer, order))))
    assert "第 2 次打印" in again
    await take(await town.clerk(JIANGMEN), "orderReturn", order, items=[{"path": "name", "text": "名称有误"}])
    assert codes(await print_order(developer, order)) == ["INVALID_TRANSITION"]


@pytest.mark.parametrize("city", [LUZHOU, JIANGMEN])
async def test_the_opening_list_has_the_accounts_once_they_are_open(town: Town, city: int):
    if city == LUZHOU:
        await town.set_rates(city)
    developer = await town.developer(city)
    order = await submitted(town, developer)
    due = {
        LUZHOU: ("6184.50", "375.00", "2333.35", "8892.85"),
        JIANGMEN: ("2650.50", "250.00", "1000.01", "3900.51"),
    }[city]
    before = "".join(words(await fetched(developer, await print_order(developer, order, "OPENING_LIST"))))
    assert "开户清册" in before
    for said in (*due, "1栋小计", "地下室小计", "总计：3 户"):
        assert said in before, said
    letters = {LUZHOU: "LZUA", JIANGMEN: "JMUA"}[city]
    assert letters not in before
    await approve(town, developer, order)
    after = "".join(words(await fetched(developer, await print_order(developer, order, "OPENING_LIST"))))
    for said in (*due, *(f"{letters}202611220000{n}" for n in (1, 2, 3))):
        assert said in after, said
    form = "".join(words(await fetched(developer, await print_order(developer, order))))
    for said in ("资料齐全，予以受理", "审核通过", "window_clerk先生", "reviewer先生", "2026年11月22日"):
        assert said in form, said


async def test_an_opening_list_whose_rate_ended_meanwhile_is_refused(town: Town, books: Books):
    developer = await town.developer(JIANGMEN)
    order = await submitted(town, developer)
    await books.rows("update deposit_rate set valid_to = '2026-01-01' where city = 440700")
    assert codes(await print_order(developer, order, "OPENING_LIST")) == ["RATE_NOT_CONFIGURED"]
    assert (await print_order(developer, order))["__typename"] == "FileMade"


async def test_a_registration_prints_its_own_form_and_opens_no_account(town: Town):
    visitor, done = await town.register(LUZHOU)
    form = words(await fetched(visitor, await print_order(visitor, done["order"]["id"])))
    text = "".join(form)
    for said in (
        "注册申请表",
        "泸州市住宅专项维修资金管理中心",
        "示范置业有限公司",
        USCC[LUZHOU],
        "喆䶮",
        "5105**********0120",
        "营业执照",
        "WX-01",
    ):
        assert said in text, said
    assert "510502198503150120" not in text
    assert codes(await print_order(visitor, done["order"]["id"], "OPENING_LIST")) == ["PROFILE_FEATURE_OFF"]
    clerk = await town.clerk(LUZHOU)
    assert "第 2 次打印" in "".join(
        words(await fetched(clerk, await print_order(clerk, done["order"]["id"])))
    )


async def test_luzhous_notice_is_a_notification_with_a_code_that_scans(town: Town):
    block = await build(town, LUZHOU)
    notice = await block.notice(owners=[{**OWNER, "name": RARE}, SPOUSE])
    pdf = await fetched(block.developer, await block.print(notice))
    (page,) = words(pdf)
    for said in (
        "交存通知书",
        notice["noticeNo"],
        RARE,
        "欧阳·买买提",
        "4407**********0126",
        "199****5678",
        "江畔花园",
        "1栋",
        "301",
        "88.35",
        "70.00",
        "¥6184.50",
        "人民币陆仟壹佰捌拾肆元伍角",
        "首期",
        "泸州示范银行营业部",
        "6200000000510501",
        "2026年12月22日",
        "示范置业有限公司",
        "扫描右上角二维码",
        "第 1 次打印",
        "第 1 页　共 1 页",
        "WX-04",
    ):
        assert said in page, said
    assert not any(number in page for number in CLEAR)
    assert qr_codes(pdf) == [notice["qrPayload"]]


async def test_jiangmens_notice_is_a_slip_without_a_code(town: Town):
    block = await build(town)
    notice = await block.notice()
    pdf = await fetched(block.developer, await block.print(notice))
    (page,) = words(pdf)
    for said in ("交存通知单", "人民币贰仟陆佰伍拾元零伍角", "¥2650.50", "侨都之窗", "业主身份证", "POS机"):
        assert said in page, said
    assert "交存通知书" not in page
    assert qr_codes(pdf) == []


async def test_notices_printed_together_are_one_file_and_each_print_is_counted(town: Town, books: Books):
    block = await build(town, LUZHOU, units())
    notices = (await block.issue("301", "302", "101"))["notices"]
    made = await block.print(notices[2], notices[0], notices[2])
    pdf = await fetched(block.developer, made)
    pages = words(pdf)
    assert [next(n["noticeNo"] for n in notices if n["noticeNo"] in page) for page in pages] == [
        notices[2]["noticeNo"],
        notices[0]["noticeNo"],
    ]
    assert [qr_codes(pdf, place) for place in (0, 1)] == [
        [notices[2]["qrPayload"]],
        [notices[0]["qrPayload"]],
    ]
    assert made["file"]["name"] == f"{notices[2]['noticeNo']}等2份.pdf"
    assert "第 2 次打印" in words(await fetched(block.developer, await block.print(notices[0])))[0]
    assert [(await block.find(n["noticeNo"]))["printCount"] for n in notices] == [2, 0, 1]
    written = await books.counts("file", "audit")
    await block.void(notices[1])
    assert codes(await block.print(notices[0], notices[1])) == ["NOTICE_NOT_OPEN"]
    assert places(await block.print()) == [("FIELD_REQUIRED", "noticeIds")]
    assert await books.counts("file", "audit") == {**written, "audit": written["audit"] + 1}
    assert (await block.find(notices[0]["noticeNo"]))["printCount"] == 2


async def test_a_printed_notice_says_what_was_issued_although_all_changed_since(town: Town, books: Books):
    block = await build(town, LUZHOU)
    notice = await block.notice()
    first = words(await fetched(block.developer, await block.print(notice)))[0]
    await books.rows("update estate set name = '改名花园', bank = 'LZ02'")
    await books.rows(
        "update unit set address = '新地址', gross_area = 1000000, has_lift = false, usage = '60'"
    )
    await books.rows("update account set rate = 9900, bank = 'LZ02' where kind = 'UNIT'")
    await books.rows("update owner set name = '别人'")
    await books.rows("update deposit_rate set valid_to = '2026-11-22' where city = 510500")
    again = words(await fetched(block.developer, await block.print(notice)))[0]
    assert again == first.replace("第 1 次打印", "第 2 次打印")


async def test_the_proof_of_payment_says_who_paid_what_and_that_it_is_a_copy(town: Town):
    block = await build(town)
    notice = await block.notice(owners=[{**OWNER, "name": RARE}, SPOUSE])
    paid = await block.pay(notice, "ICBC-0001", channel="POS", paidAt="2026-11-22T11:30:05+08:00")
    given = {"paymentId": paid["payment"]["id"]}
    proof = await fetched(block.developer, await print_proof(block.developer, paid["payment"]["id"]))
    (page,) = words(proof)
    for said in (
        "交款证明",
        "JMPP2026112200001",
        notice["noticeNo"],
        "ICBC-0001",
        "维修资金专用POS机",
        f"{RARE}、欧阳·买买提",
        "4407**********0126",
        "人民币贰仟陆佰伍拾元零伍角",
        "2026年11月22日 11:30:05",
        "江门示范银行营业部",
    ):
        assert said in page, said
    assert "补打" not in page
    assert not any(number in page for number in CLEAR)
    # At the window and at the bank it is printed again [J 1.4.2 s9].
    for place, caller in enumerate((await town.clerk(JIANGMEN), block.bank), start=2):
        made = await print_proof(caller, paid["payment"]["id"])
        copy = words(await fetched(caller, made))[0]
        assert f"第 {place} 次打印" in copy
        assert "（补打）" in copy
    other = await town.bank(JIANGMEN, "JM02")
    query = "mutation($i: PaymentPrintInput!) { paymentPrint(input: $i) { __typename } }"
    assert (await other.send(query, i=given))["errors"][0]["extensions"]["code"] == "NOT_FOUND"


async def test_a_character_without_a_glyph_is_a_problem_and_nothing_is_printed(town: Town, books: Books):
    block = await build(town)
    notice = await block.notice(owners=[{**OWNER, "name": "王ཨ"}])
    before = await books.counts("file", "audit")
    refused = await block.print(notice)
    assert codes(refused) == ["GLYPH_MISSING"]
    assert "U+0F68" in refused["problems"][0]["message"]
    assert await books.counts("file", "audit") == before
    assert (await block.find(notice["noticeNo"]))["printCount"] == 0


async def test_another_organization_neither_prints_nor_fetches(town: Town):
    block = await build(town)
    notice = await block.notice()
    made = await block.print(notice)
    order = await submitted(town, block.developer, "江岸花园")
    paid = await block.pay(notice)
    other = await town.developer(JIANGMEN, USCC[LUZHOU], "other")
    visitor = await town.visitor(JIANGMEN)
    for caller in (other, visitor, block.bank):
        assert (await caller.fetch(made["file"]["url"])).status_code == 404
    assert (await town.stranger.fetch(made["file"]["url"])).status_code == 401
    for name, kind, given in (
        ("noticePrint", "NoticePrintInput", {"noticeIds": [notice["id"]]}),
        ("orderPrint", "OrderPrintInput", {"orderId": order, "form": "APPLICATION"}),
        ("paymentPrint", "PaymentPrintInput", {"paymentId": paid["payment"]["id"]}),
    ):
        query = f"mutation($i: {kind}!) {{ {name}(input: $i) {{ __typename }} }}"
        assert (await other.send(query, i=given))["errors"][0]["extensions"]["code"] == "NOT_FOUND", name
    # The office of the city sees what its developers printed.
    assert (await (await town.clerk(JIANGMEN)).fetch(made["file"]["url"])).status_code == 200


async def test_one_notice_is_printed_within_a_third_of_a_second_and_five_hundred_within_ten(town: Town):
    lines = [unit(f"{floor}{room:02d}") for floor in range(1, 26) for room in range(1, 21)]
    block = await build(town, LUZHOU, lines)
    rooms = list(block.units)
    assert len(rooms) == 500
    one = await block.notice(rooms[0])
    singles: list[float] = []
    for _ in range(3):
        began = time.perf_counter()
        await block.print(one)
        singles.append(time.perf_counter() - began)
    began = time.perf_counter()
    issued = await issue_all(block, rooms)
    issuing = time.perf_counter() - began
    began = time.perf_counter()
    made = await block.print(*issued)
    pdf = await fetched(block.developer, made)
    printing = time.perf_counter() - began
    assert min(singles) < 0.3
    assert issuing + printing < 10
    assert len(words(pdf)) == 500
    assert qr_codes(pdf, 499) == [issued[499]["qrPayload"]]


async def issue_all(block: Block, rooms: list[str]) -> list[Any]:
    """Issue a notice for each of many units at once."""
    given = {
        "idempotencyKey": "all",
        "units": [{"unitId": block.units[room], "owners": [OWNER]} for room in rooms],
    }
    read = "... on NoticesIssued { notices { id noticeNo qrPayload } }"
    done = await block.developer.act("noticeIssue", given, read, "NoticeIssueInput")
    assert done["__typename"] == "NoticesIssued", done
    return done["notices"]
