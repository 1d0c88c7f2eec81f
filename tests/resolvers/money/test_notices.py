"""Deposit notices over HTTP: one open a unit, frozen, voided, run out and issued again."""

import asyncio
from datetime import datetime
from typing import Any

from tests.conftest import MovableClock
from tests.deposits import MONEY_TABLES, OWNER, SPOUSE, Block, Books, build, codes, places
from tests.scenes import JIANGMEN, LUZHOU, USCC, YUNMENG, Town, unit, units

_WRITTEN = (*MONEY_TABLES, "repetition", "counter")


async def test_a_notice_says_what_is_due_in_figures_and_in_words(town: Town, books: Books):
    block = await build(town, lines=units())
    done = await block.issue("301", "101", "302")
    assert done["__typename"] == "NoticesIssued", done
    told = [
        (n["total"], n["totalInWords"], n["lines"][0]["grossArea"], n["lines"][0]["rate"])
        for n in done["notices"]
    ]
    assert told == [
        ("2650.50", "人民币贰仟陆佰伍拾元零伍角", "88.35", "30.00"),
        ("250.00", "人民币贰佰伍拾元整", "12.50", "20.00"),
        ("1000.01", "人民币壹仟元零壹分", "33.3335", "30.00"),
    ]
    first = done["notices"][0]
    assert first["noticeNo"] == "JMNO2026112200001"
    assert (first["status"], first["kind"], first["depositType"]) == ("OPEN", "SINGLE", "FIRST")
    assert first["issuedAt"] == "2026-11-22T12:00:00.000+08:00"
    assert first["expiresAt"] == "2026-12-22T12:00:00.000+08:00"
    assert first["lines"][0]["owners"] == [
        {"name": "李𬭎喆", "idNumber": "4407**********0126", "mobile": "199****5678"}
    ]
    assert await books.one("select count(*) from audit where act = 'noticeIssue'") == 1
    assert (await block.unit())["account"]["holder"] == "OWNER"


async def test_a_refused_notice_leaves_nothing_behind(town: Town, books: Books):
    block = await build(town)
    before = await books.counts(*_WRITTEN)
    refused = await block.issue(owners=[{**OWNER, "idNumber": "510502198503150121"}])
    assert places(refused) == [("ID_CHECKSUM", "units.0.owners.0.idNumber")]
    assert refused["problems"][0]["message"] == "“证件号”身份证号的校验位不正确，请对照证件原件逐位核对。"
    assert codes(await block.issue(owners=None)) == ["OWNER_REQUIRED"]
    assert places(await block.issue(owners=[OWNER, OWNER])) == [("DUPLICATE_OWNER", "units.0.owners")]
    assert await books.counts(*_WRITTEN) == before


async def test_a_unit_has_one_open_notice_and_the_same_request_gives_it_again(town: Town, books: Books):
    block = await build(town)
    first = await block.notice()
    assert (await block.notice())["id"] == first["id"]
    assert (await block.notice(owners=None))["id"] == first["id"]
    written = await books.counts("notice", "notice_line", "owner", "counter")
    for owners in ([SPOUSE], [OWNER, SPOUSE], [{**OWNER, "mobile": "13900139000"}]):
        refused = await block.issue(owners=owners)
        assert places(refused) == [("UNIT_HAS_OPEN_NOTICE", "units.0")]
        assert first["noticeNo"] in refused["problems"][0]["message"]
        assert "1栋 1单元 301" in refused["problems"][0]["message"]
    assert await books.counts("notice", "notice_line", "owner", "counter") == written


async def test_twenty_issues_at_once_make_one_notice(town: Town, books: Books):
    block = await build(town)
    answers = await asyncio.gather(*(block.issue() for _ in range(20)))
    assert len({answer["notices"][0]["id"] for answer in answers}) == 1
    assert await books.counts("notice", "notice_line", "owner") == {"notice": 1, "notice_line": 1, "owner": 1}


async def test_twenty_repetitions_of_one_request_make_one_notice_and_one_audit_row(town: Town, books: Books):
    block = await build(town)
    answers = await asyncio.gather(*(block.issue(idempotencyKey="same") for _ in range(20)))
    assert len({answer["notices"][0]["id"] for answer in answers}) == 1
    assert await books.one("select count(*) from audit where act = 'noticeIssue'") == 1
    assert codes(await block.issue(owners=[SPOUSE], idempotencyKey="same")) == ["IDEMPOTENCY_CONFLICT"]


async def test_an_idempotency_key_is_mandatory_where_money_moves(street: Block):
    given = {"units": [{"unitId": street.units["301"], "owners": [OWNER]}]}
    query = "mutation($i: NoticeIssueInput!) { noticeIssue(input: $i) { __typename } }"
    answer = await street.developer.send(query, i=given)
    assert answer["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"
    for key in ("", "k" * 65):
        assert places(await street.issue(idempotencyKey=key)) == [("TEXT_INVALID", "idempotencyKey")]


async def test_a_rehearsed_notice_is_told_and_not_kept(town: Town, books: Books):
    block = await build(town)
    written = await books.counts(*_WRITTEN)
    done = await block.issue(dryRun=True, idempotencyKey="one")
    assert done["dryRun"] is True
    assert done["notices"][0]["total"] == "2650.50"
    assert await books.counts(*_WRITTEN) == written
    assert (await block.issue(idempotencyKey="one"))["dryRun"] is False


async def test_nothing_is_due_once_the_first_deposit_is_paid(town: Town, books: Books):
    block = await build(town, lines=units())
    paid = await block.pay(await block.notice())
    assert paid["__typename"] == "PaymentConfirmed", paid
    written = await books.counts(*_WRITTEN)
    refused = await block.issue("302", "301", "101")
    assert places(refused) == [("NOTHING_DUE", "units.1")]
    assert await books.counts(*_WRITTEN) == written


async def test_a_unit_that_an_order_is_changing_gets_no_notice(town: Town, books: Books):
    block = await build(town)
    order = await books.rows(
        "select city, id, org_id, order_no from business_order where kind = 'ESTATE_COLLECTION'"
    )
    target = await books.one("select id from unit")
    await books.rows(
        "insert into order_lock (city, id, org_id, order_id, target_kind, target)"
        " values (:c, gen_random_uuid(), :o, :id, 'UNIT', :t)",
        c=order[0].city,
        o=order[0].org_id,
        id=order[0].id,
        t=target.hex,
    )
    written = await books.counts(*_WRITTEN)
    refused = await block.issue()
    assert places(refused) == [("UNIT_LOCKED", "units.0")]
    assert order[0].order_no in refused["problems"][0]["message"]
    assert await books.counts(*_WRITTEN) == written


async def test_a_unit_that_is_no_more_gets_no_notice(town: Town, books: Books):
    block = await build(town)
    await books.rows("update unit set status = 'CANCELLED'")
    await books.rows("update account set status = 'CLOSED' where kind = 'UNIT'")
    assert "UNIT_NOT_ACTIVE" in codes(await block.issue())


async def test_units_asked_for_together_are_of_one_estate_and_named_once(town: Town, books: Books):
    block = await build(town, lines=units())
    other = await build(town, developer=block.developer, name="江岸花园")
    written = await books.counts(*_WRITTEN)
    block.units["other"] = other.units["301"]
    assert places(await block.issue("301", "other")) == [("VALUE_UNKNOWN", "units")]
    assert places(await block.issue("301", "301")) == [("DUPLICATE_UNIT", "units")]
    given: dict[str, Any] = {"units": [], "idempotencyKey": "none"}
    none = await block.developer.act(
        "noticeIssue", given, "... on NoticesIssued { dryRun }", "NoticeIssueInput"
    )
    assert places(none) == [("FIELD_REQUIRED", "units")]
    given["units"] = [{"unitId": block.units["301"]}] * 1001
    many = await block.developer.act(
        "noticeIssue", given, "... on NoticesIssued { dryRun }", "NoticeIssueInput"
    )
    assert places(many) == [("LIMIT_EXCEEDED", "units")]
    # One wrong unit among three: none gets a notice.
    await block.pay(await block.notice("302"))
    written = await books.counts(*_WRITTEN)
    assert places(await block.issue("301", "101", "302")) == [("NOTHING_DUE", "units.2")]
    assert await books.counts(*_WRITTEN) == written


async def test_another_developers_units_and_notices_do_not_exist(town: Town, books: Books):
    block = await build(town)
    notice = await block.notice()
    stranger = await town.developer(JIANGMEN, USCC[LUZHOU], "neighbour")
    elsewhere = await build(town, YUNMENG)
    written = await books.counts(*_WRITTEN)
    for name, kind, given in (
        (
            "noticeIssue",
            "NoticeIssueInput",
            {"units": [{"unitId": block.units["301"], "owners": [OWNER]}], "idempotencyKey": "x"},
        ),
        ("noticeVoid", "NoticeVoidInput", {"noticeId": notice["id"], "reason": "x", "idempotencyKey": "x"}),
        ("noticePrint", "NoticePrintInput", {"noticeIds": [notice["id"]]}),
    ):
        for caller in (stranger, elsewhere.developer):
            query = f"mutation($i: {kind}!) {{ {name}(input: $i) {{ __typename }} }}"
            answer = await caller.send(query, i=given)
            assert answer["errors"][0]["extensions"]["code"] == "NOT_FOUND"
    assert await block.find(notice["noticeNo"], by=stranger) is None
    assert (await block.find(f" {notice['noticeNo'].lower()} "))["id"] == notice["id"]
    assert await books.counts(*_WRITTEN) == written


async def test_the_window_and_the_bank_issue_no_notices(street: Block):
    query = "mutation($i: NoticeIssueInput!) { noticeIssue(input: $i) { __typename } }"
    given = {"units": [{"unitId": street.units["301"], "owners": [OWNER]}], "idempotencyKey": "x"}
    clerk = await street.town.office(JIANGMEN, "window_clerk", "510502198503150120", "clerk-for-issue")
    for caller, code in (
        (clerk, "FORBIDDEN"),
        (street.bank, "NOT_FOUND"),
        (street.town.stranger, "UNAUTHENTICATED"),
    ):
        assert (await caller.send(query, i=given))["errors"][0]["extensions"]["code"] == code


async def test_the_authority_issues_and_voids_notices_for_an_owner(town: Town):
    block = await build(town)
    admin = await town.authority(JIANGMEN)
    done = await block.issue(by=admin)
    assert done["__typename"] == "NoticesIssued", done
    voided = await block.void(done["notices"][0], by=admin)
    assert voided["notice"]["status"] == "VOIDED"


async def test_a_missing_contract_number_is_asked_about_where_the_city_says_so(town: Town, books: Books):
    bound = unit("401", contractNo="JM-2026-0001")
    block = await build(town, JIANGMEN, [*units(), bound])
    written = await books.counts(*_WRITTEN)
    refused = await block.issue("301", "401", "302", ignoreMissingContract=False)
    assert places(refused) == [("CONTRACT_NO_MISSING", "units.0"), ("CONTRACT_NO_MISSING", "units.2")]
    assert "1栋 1单元 301" in refused["problems"][0]["message"]
    assert await books.counts(*_WRITTEN) == written
    alone = await block.issue("401", ignoreMissingContract=False)
    assert alone["__typename"] == "NoticesIssued", alone
    done = await block.issue("301", "401", ignoreMissingContract=True)
    assert [n["lines"][0]["unit"] for n in done["notices"]] == [
        {"roomNo": "301", "manualFiling": True},
        {"roomNo": "401", "manualFiling": False},
    ]
    assert (await block.unit("302"))["manualFiling"] is False


async def test_no_contract_number_is_asked_about_in_luzhou(town: Town):
    block = await build(town, LUZHOU)
    done = await block.issue(ignoreMissingContract=False)
    assert done["__typename"] == "NoticesIssued", done
    assert done["notices"][0]["lines"][0]["unit"]["manualFiling"] is False


async def test_a_qr_code_is_where_the_city_prints_one_and_names_nobody(town: Town):
    block = await build(town, LUZHOU)
    notice = await block.notice()
    version, city, number, fen, check = notice["qrPayload"].split("|")
    assert (version, city, number, fen) == ("v1", "510500", notice["noticeNo"], "618450")
    assert len(check) == 8
    elsewhere = await build(town, JIANGMEN)
    assert (await elsewhere.notice())["qrPayload"] is None


async def test_a_notice_stays_as_it_was_issued_whatever_changes_later(town: Town, books: Books):
    block = await build(town)
    before = await block.notice()
    await books.rows("update estate set name = '改名花园', bank = 'JM02'")
    await books.rows("update building set name = '9栋'")
    await books.rows("update unit set address = '新地址', gross_area = 1000000, has_lift = false")
    await books.rows("update deposit_rate set rate = 9900, valid_to = '2026-11-22' where city = 440700")
    await books.rows("update account set rate = 9900 where kind = 'UNIT'")
    await books.rows("update organization set name = '更名公司', contact_mobile = '13900000000'")
    after = await block.find(before["noticeNo"])
    assert after | {"printCount": 0} == before
    snapshot = await books.one("select snapshot from notice")
    assert (snapshot["estate"], snapshot["building"], snapshot["rate"]) == ("江畔花园", "1栋", 3000)
    assert (snapshot["bank"]["account_no"], snapshot["developer"]) == ("6200000000440701", "示范置业有限公司")


async def test_a_voided_notice_makes_room_for_another(town: Town, books: Books):
    block = await build(town)
    notice = await block.notice()
    written = await books.counts("audit", "notice")
    assert places(await block.void(notice, reason="  ")) == [("FIELD_REQUIRED", "reason")]
    for unfit in ("长" * 201, "打印有误\ue000"):
        assert places(await block.void(notice, reason=unfit)) == [("TEXT_INVALID", "reason")]
    rehearsed = await block.void(notice, dryRun=True)
    assert rehearsed["notice"]["status"] == "VOIDED"
    assert (await block.find(notice["noticeNo"]))["status"] == "OPEN"
    assert await books.counts("audit", "notice") == written
    assert (await block.void(notice))["notice"]["status"] == "VOIDED"
    assert codes(await block.void(notice)) == ["NOTICE_NOT_OPEN"]
    assert await books.rows("select status from notice_line") == [("VOIDED",)]
    again = await block.notice(owners=[SPOUSE])
    assert again["noticeNo"] == "JMNO2026112200002"
    assert await books.one("select detail ->> 'reason' from audit where act = 'noticeVoid'") == "打印有误"


async def test_a_notice_runs_out_after_the_citys_days_and_may_then_be_issued_anew(
    town: Town, clock: MovableClock
):
    for city, days in ((JIANGMEN, 30), (YUNMENG, 15)):
        block = await build(town, city)
        notice = await block.notice()
        lasts = datetime.fromisoformat(notice["expiresAt"]) - datetime.fromisoformat(notice["issuedAt"])
        assert lasts.days == days
    clock.move(days=15)
    block.developer.headers = await town.sign_in(YUNMENG, "admin")
    assert (await block.find(notice["noticeNo"]))["status"] == "EXPIRED"
    assert (await block.look_up(notice["noticeNo"]))["status"] == "EXPIRED"
    assert codes(await block.void(notice)) == ["NOTICE_NOT_OPEN"]
    assert codes(await block.print(notice)) == ["NOTICE_NOT_OPEN"]
    again = await block.notice(owners=[SPOUSE])
    assert again["id"] != notice["id"]
    assert again["status"] == "OPEN"
