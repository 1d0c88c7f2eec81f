"""Banks over plain HTTP: what is signed rightly runs the same acts as the graph, all else is nobody's."""

import asyncio
import json
from typing import Any

from resolvers.ledger_check import verify
from schema.ids import write_id
from tests.banks import BATCH, CONFIRM, FIND, SignedBank, told
from tests.conftest import MovableClock
from tests.deposits import BOOKED, Block, Books, bank_balances, build, suspended
from tests.scenes import ADMIN_ID, JIANGMEN, LUZHOU, Town, unit

ROOMS = ("301", "302", "303", "304")


def signer(block: Block, key: str = "") -> SignedBank:
    """Give the block's bank a machine that signs."""
    town = block.town
    return SignedBank(town.http, key or block.bank.headers["X-Weixiu-Key"], town.desk.clock)


async def street(town: Town, city: int = JIANGMEN) -> tuple[Block, SignedBank, list[Any]]:
    """Give four units with open notices."""
    block = await build(town, city, lines=[unit(room) for room in ROOMS])
    return block, signer(block), [await block.notice(room) for room in ROOMS]


async def test_a_signed_bank_finds_a_notice_and_confirms_it_once(town: Town, books: Books):
    block, bank, (notice, *_) = await street(town)
    found = await bank.ask(FIND, {"noticeNo": f" {notice['noticeNo'].lower()}"})
    assert found == {"notice": await block.look_up(notice["noticeNo"])}
    assert await bank.ask(FIND, {"noticeNo": "JMNO2026112299999"}) == {"notice": None}
    report = bank.report(notice, "ICBC-1", channel="POS")
    rehearsed = await bank.ask(CONFIRM, {**report, "dryRun": True})
    assert rehearsed["payment"]["amount"] == "2650.50"
    assert await books.counts("payment", "entry") == {"payment": 0, "entry": 0}
    paid = await bank.ask(CONFIRM, report)
    assert paid["payment"] | {"id": ""} == {
        "id": "",
        "proofNo": "JMPP2026112200001",
        "bankTxnNo": "ICBC-1",
        "amount": "2650.50",
        "channel": "POS",
        "paidAt": "2026-11-22T12:00:00.000+08:00",
        "confirmedAt": "2026-11-22T12:00:00.000+08:00",
    }
    # The graph knows it again, and so does the plain door what the graph booked.
    assert (await block.pay(notice, "ICBC-1"))["payment"]["id"] == paid["payment"]["id"]
    assert await bank.ask(CONFIRM, report) == paid
    assert (await block.unit())["account"]["balance"] == "2650.50"
    assert await books.counts("payment", "journal", "entry") == {"payment": 1, "journal": 1, "entry": 2}
    assert (
        await books.rows("select act, actor_kind from audit where subject_type = 'Payment'")
        == [("paymentConfirm", "BANK")] * 3
    )
    assert await verify(town.desk, JIANGMEN) == []


async def test_what_cannot_be_booked_is_told_with_its_code_and_kept_in_suspense(town: Town, books: Books):
    _, bank, (notice, *_) = await street(town)
    wrong = bank.report(notice, "T1", amount="2650.51")
    answer = await bank.ask(CONFIRM, wrong, 422)
    assert told(answer) == [("AMOUNT_MISMATCH", "amount")]
    assert "2650.50" in answer["problems"][0]["message"]
    assert await bank.ask(CONFIRM, wrong, 422) == answer
    assert told(await bank.ask(CONFIRM, {**wrong, "amount": "0.00"}, 422)) == [("AMOUNT_INVALID", "amount")]
    assert await suspended(books) == [("AMOUNT_MISMATCH", 265051, True)]
    assert await bank_balances(books) == {"CLEARING": -265051, "SUSPENSE": 265051}


async def test_a_batch_is_booked_whole_and_known_again_however_it_is_cut(town: Town, books: Books):
    block, bank, notices = await street(town)
    reports = [bank.report(notice, f"T{place}") for place, notice in enumerate(notices)]
    one = (await bank.ask(CONFIRM, reports[0]))["payment"]
    answer = await bank.ask(BATCH, {"payments": [*reports[:3], reports[1]]})
    ids = [payment["id"] for payment in answer["payments"]]
    assert (ids[0], ids[1], len(set(ids))) == (one["id"], ids[3], 3)
    assert [payment["proofNo"][-1] for payment in answer["payments"]] == ["1", "2", "3", "2"]
    again = await bank.ask(BATCH, {"payments": list(reversed(reports))})
    assert [payment["id"] for payment in again["payments"]][1:] == ids[2::-1]
    graph = "mutation($i: PaymentsConfirmInput!) { paymentsConfirm(input: $i) { ... on PaymentsConfirmed {"
    known = await block.bank.ask(f"{graph} dryRun payments {{ id amount }} }} }} }}", i={"payments": reports})
    assert known["paymentsConfirm"] == {
        "dryRun": False,
        "payments": [{"id": each["id"], "amount": "2650.50"} for each in reversed(again["payments"])],
    }
    assert await books.counts("payment", "journal", "entry", "push") == {
        "payment": 4,
        "journal": 4,
        "entry": 8,
        "push": 4,
    }
    assert await books.rows(
        "select distinct p.cause_no = n.notice_no from push p"
        " join notice_line l on l.unit_id = p.unit_id"
        " join notice n on n.id = l.notice_id where p.cause = 'PAYMENT'"
    ) == [(True,)]
    assert await books.one("select count(*) from outbox_message where topic = 'payment.confirmed'") == 4
    assert await books.one("select -balance from account where kind = 'SPECIAL'") == 4 * 265050
    assert await verify(town.desk, JIANGMEN) == []


async def test_of_a_batch_with_one_wrong_report_nothing_is_kept(town: Town, books: Books):
    block, bank, notices = await street(town)
    await bank.ask(CONFIRM, bank.report(notices[3], "T9", amount="1.00"), 422)
    written = await books.counts(*BOOKED)
    good = [bank.report(notice, f"T{place}") for place, notice in enumerate(notices[:2])]
    cases: list[tuple[list[Any], list[tuple[str, str]]]] = [
        ([bank.report(notices[2], "T2", amount="2650.49")], [("AMOUNT_MISMATCH", "payments.2.amount")]),
        ([{**good[0], "bankTxnNo": "T2"}], [("ALREADY_PAID", "payments.2.noticeNo")]),
        ([{**good[0], "amount": "1.00"}], [("IDEMPOTENCY_CONFLICT", "payments.2.bankTxnNo")]),
        ([bank.report(notices[3], "T9")], [("IDEMPOTENCY_CONFLICT", "payments.2.bankTxnNo")]),
        ([bank.report(notices[3], "T9", amount="1.00")], [("AMOUNT_MISMATCH", "payments.2.amount")]),
        (
            [bank.report(notices[2], "T2", noticeNo="JMNO1"), bank.report(notices[3], "T3", channel="QR")],
            [("NOTICE_UNKNOWN", "payments.2.noticeNo"), ("CHANNEL_NOT_ALLOWED", "payments.3.channel")],
        ),
        (
            [bank.report(notices[2], "T 2", noticeNo="", amount="-1.00")],
            [
                ("FIELD_REQUIRED", "payments.2.noticeNo"),
                ("TEXT_INVALID", "payments.2.bankTxnNo"),
                ("AMOUNT_INVALID", "payments.2.amount"),
            ],
        ),
    ]
    for more, problems in cases:
        assert told(await bank.ask(BATCH, {"payments": good + more}, 422)) == problems
    assert told(await bank.ask(BATCH, {"payments": []}, 422)) == [("FIELD_REQUIRED", "payments")]
    many = {"payments": [good[0]] * 1_001}
    assert told(await bank.ask(BATCH, many, 422)) == [("LIMIT_EXCEEDED", "payments")]
    await block.void(notices[1])
    written = {**written, "audit": written["audit"] + 1, "repetition": written["repetition"] + 1}
    assert told(await bank.ask(BATCH, {"payments": good}, 422)) == [
        ("NOTICE_NOT_OPEN", "payments.1.noticeNo")
    ]
    assert await books.counts(*BOOKED) == written
    assert await verify(town.desk, JIANGMEN) == []


def _wrong(block: Block, bank: SignedBank, other: SignedBank, body: bytes) -> list[dict[str, str]]:
    """Give headers by which nobody is let in."""
    right, now = bank.headers(CONFIRM, body), int(block.town.desk.clock().timestamp())
    return [
        {},
        {"X-Weixiu-Key": block.bank.headers["X-Weixiu-Key"]},
        block.developer.headers,
        {**right, "X-Weixiu-Signature": right["X-Weixiu-Signature"][::-1]},
        {**right, "X-Weixiu-Signature": "é"},
        {**right, "X-Weixiu-Time": str(now + 1)},
        {**right, "X-Weixiu-Time": "soon"},
        {**right, "X-Weixiu-Time": "9" * 30},
        {**right, "X-Weixiu-Key-Id": other.key_id},
        {**right, "X-Weixiu-Key-Id": "wxk_440700_00000000"},
        {**right, "X-Weixiu-Key-Id": "x"},
        bank.headers(CONFIRM, body, time=now - 301),
        bank.headers(CONFIRM, body, time=now + 301),
        bank.headers(CONFIRM, body + b" "),
        bank.headers(BATCH, body),
        bank.headers(CONFIRM, body, secret=block.bank.headers["X-Weixiu-Key"]),
    ]


async def test_only_a_right_signature_of_now_by_a_banks_standing_key_is_let_in(
    town: Town, books: Books, clock: MovableClock
):
    block, bank, (notice, *_) = await street(town)
    report = bank.report(notice, "T1")
    body = json.dumps(report).encode()
    right = bank.headers(CONFIRM, body)
    written = await books.counts(*BOOKED)
    other = signer(block, (await town.bank(JIANGMEN, "JM02")).headers["X-Weixiu-Key"])
    for bad in _wrong(block, bank, other, body):
        sent = {"Content-Type": "application/json", **bad}
        headers = {name.encode(): value.encode() for name, value in sent.items()}
        answer = await town.http.post(CONFIRM, content=body, headers=headers)
        assert (answer.status_code, answer.json()["error"]["code"]) == (401, "UNAUTHENTICATED"), bad
        assert answer.headers["WWW-Authenticate"] == "Weixiu-Signature"
    assert await books.counts(*BOOKED) == written
    # Another bank's machine is let in, and learns nothing of the notice.
    assert await other.ask(FIND, {"noticeNo": notice["noticeNo"]}) == {"notice": None}
    assert told(await other.ask(CONFIRM, {**report, "bankTxnNo": "O1"}, 422)) == [
        ("NOTICE_UNKNOWN", "noticeNo")
    ]
    first = await town.http.post(CONFIRM, content=body, headers=right)
    clock.move(seconds=300)
    # The same request again within its time is answered as before, and later not at all.
    assert (await town.http.post(CONFIRM, content=body, headers=right)).json() == first.json()
    clock.move(seconds=1)
    assert (await town.http.post(CONFIRM, content=body, headers=right)).status_code == 401
    await books.rows("update api_key set revoked_at = now()")
    assert (await bank.send(CONFIRM, report)).status_code == 401
    assert await books.counts("payment") == {"payment": 1}


async def test_a_body_that_is_not_as_it_must_be_is_told_where(town: Town, books: Books):
    block = await build(town)
    bank, notice = signer(block), await block.notice()
    written = await books.counts(*BOOKED)
    report = bank.report(notice, "T1")
    for wrong, where in (
        ({**report, "amount": 2650.5}, "$.amount"),
        ({**report, "amount": "2,650.50"}, "$.amount"),
        ({**report, "channel": "CASH"}, "$.channel"),
        ({**report, "paidAt": "2026-11-22T12:00:00"}, "$.paidAt"),
        ({**report, "payee": "x"}, "payee"),
        ({**report, "bankTxnNo": None}, "$.bankTxnNo"),
        ({**report, "noticeNo": "a\0b"}, "U+0000"),
        ([report], "array"),
    ):
        answer = await bank.ask(CONFIRM, wrong, 400)
        assert where in answer["error"]["message"], answer
    wrong_one = {"payments": [report, {**report, "amount": "1e3"}]}
    assert "$.payments[1].amount" in (await bank.ask(BATCH, wrong_one, 400))["error"]["message"]
    one = json.dumps(report)
    for path, body in ((CONFIRM, one), (BATCH, f'{{"payments": [{one}, {one}]}}')):
        twice = body.replace('"amount"', '"amount": "1.00", "amount"').encode()
        answer = await town.http.post(path, content=twice, headers=bank.headers(path, twice))
        assert (answer.status_code, "a member twice" in answer.text) == (400, True)
    for path in (FIND, CONFIRM, BATCH):
        assert (await town.http.get(path)).status_code == 405
    text = await bank.send(CONFIRM, report, **{"Content-Type": "text/plain"})
    assert text.status_code == 415
    assert (await bank.send(BATCH, {"payments": ["x" * (1 << 20)]})).status_code == 413
    old = {**report, "paidAt": "0001-01-01T00:00:00+14:00"}
    assert told(await bank.ask(CONFIRM, old, 422)) == [("DATE_INVALID", "paidAt")]
    assert await books.counts(*BOOKED) == written


async def test_the_office_issues_a_bank_a_key_that_signs(town: Town, books: Books):
    block, _, (notice, *_) = await street(town, LUZHOU)
    account = await books.one("select id from principal where kind = 'BANK'")
    given = {"accountId": write_id("User", LUZHOU, account), "name": "POS机"}
    read = "... on ApiKeyIssued { secret key { prefix } }"
    admin = await town.office(LUZHOU, "system_admin", ADMIN_ID, "system")
    issued = await admin.act("apiKeyIssue", given, read, "ApiKeyIssueInput")
    bank = signer(block, issued["secret"])
    assert bank.key_id == f"wxk_{LUZHOU}_{issued['key']['prefix']}"
    paid = await bank.ask(CONFIRM, bank.report(notice, "T1"))
    assert paid["payment"]["proofNo"] == "LZPP2026112200001"
    assert issued["secret"].rsplit("_", 1)[1] not in await books.everything()


async def test_single_reports_and_batches_of_one_bank_at_once_are_booked_once(town: Town, books: Books):
    block, bank, notices = await street(town)
    reports = [bank.report(notice, f"T{place}") for place, notice in enumerate(notices)]
    letters = [bank.ask(BATCH, {"payments": reports[start:] + reports[:start]}) for start in range(4)]
    singles = [bank.ask(CONFIRM, report) for report in reports]
    answers = await asyncio.gather(*letters, *singles)
    told = [payment for answer in answers[:4] for payment in answer["payments"]]
    told += [answer["payment"] for answer in answers[4:]]
    assert len({(payment["bankTxnNo"], payment["id"]) for payment in told}) == 4
    assert await books.counts("payment", "suspense_item", "entry") == {
        "payment": 4,
        "suspense_item": 0,
        "entry": 8,
    }
    assert await verify(block.town.desk, JIANGMEN) == []
