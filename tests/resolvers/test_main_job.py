"""The main job over HTTP with real files, in both cities and a made-up third; amounts worked out by hand."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from db.base import Pool
from resolvers.ledger_check import verify
from tests.deposits import CLEAR, ISSUED, OWNER, PAID, SPOUSE
from tests.papers import FILE, fetched, fill_in, print_order, print_proof, qr_codes, words
from tests.scenes import JIANGMEN, LUZHOU, USCC, YUNMENG, Caller, Developer, Town, take

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Story:
    """What must come out in a city; every figure was worked out on paper, none by the product."""

    city: int
    title: str
    dues: Mapping[str, str]
    total: str
    notice: str
    words: str
    channel: str
    instant: bool
    prompt: bool
    code: str | None


STORIES = (
    Story(
        LUZHOU,
        "交存通知书",
        {"301": "6184.50", "302": "2333.35", "101": "375.00", "201": "2400.00"},
        "11292.85",
        "LZNO2026112200001",
        "人民币陆仟壹佰捌拾肆元伍角",
        "QR",
        instant=False,
        prompt=False,
        code="v1|510500|LZNO2026112200001|618450|",
    ),
    Story(
        JIANGMEN,
        "交存通知单",
        {"301": "2650.50", "302": "1000.01", "101": "250.00", "201": "1200.00"},
        "5100.51",
        "JMNO2026112200001",
        "人民币贰仟陆佰伍拾元零伍角",
        "POS",
        instant=True,
        prompt=True,
        code=None,
    ),
    Story(
        YUNMENG,
        "首期交款通知单",
        {"301": "4903.43", "302": "1850.01", "101": "312.50", "201": "3330.00"},
        "10395.94",
        "YMNO2026112200001",
        "人民币肆仟玖佰零叁元肆角叁分",
        "QR",
        instant=True,
        prompt=True,
        code="v1|990100|YMNO2026112200001|490343|",
    ),
)

ROWS = (
    {
        "building": "1栋",
        "section": "1单元",
        "floor": 3,
        "room_no": "301",
        "address": "滨江路一段1号1栋1单元301",
        "usage": "住宅",
        "gross_area": 88.35,
        "has_lift": "有",
        "structure": "钢混",
        "owner_name": SPOUSE["name"],
        "owner_id_type": "身份证",
        "owner_id_number": SPOUSE["idNumber"],
        "owner_mobile": SPOUSE["mobile"],
    },
    {
        "building": "１栋",
        "section": " 1单元\u3000",
        "floor": "3",
        "room_no": 302,
        "address": "滨江路一段1号1栋1单元302",
        "usage": "成套住宅",
        "gross_area": "３３．３３３５㎡",
        "has_lift": "是",
        "owner_name": OWNER["name"],
        "owner_id_type": "1",
        "owner_id_number": OWNER["idNumber"],
        "owner_mobile": OWNER["mobile"],
    },
    {
        "building": "地下室",
        "floor": "B1",
        "room_no": "101",
        "address": "滨江路一段1号地下车位101",
        "usage": "车位",
        "gross_area": 12.5,
        "has_lift": "有",
    },
    {
        "building": "2栋",
        "floor": 2,
        "room_no": "201",
        "address": "滨江路一段1号2栋201",
        "usage": "住宅",
        "gross_area": "60.00",
        "has_lift": "无",
        "remark": "=1+1",
    },
)


async def ears(town: Town) -> list[str]:
    """Hear every answer that the product gives in words."""
    heard: list[str] = []

    async def hear(response: httpx.Response) -> None:
        if "json" in response.headers.get("content-type", ""):
            heard.append((await response.aread()).decode())

    town.http.event_hooks = {"response": [hear]}
    return heard


async def every_row(town: Town, city: int) -> str:
    """Write every row of a city that its office can see in the database, whatever the product would show."""
    found: list[str] = []
    async with town.desk.databases.engine(Pool.OFFICE).connect() as connection:
        for setting, value in (("city", str(city)), ("principal", "00000000-0000-0000-0000-000000000000")):
            await connection.execute(
                text("select set_config(:s, :v, true)"), {"s": f"app.{setting}", "v": value}
            )
        tables = await connection.scalars(
            text(
                "select table_name from information_schema.table_privileges"
                " where grantee = current_user and privilege_type = 'SELECT'"
            )
        )
        for table in sorted(set(tables)):
            rows = await connection.scalars(text(f"select to_jsonb(t)::text from {table} t"))
            found += rows
    return "\n".join(found)


async def import_rows(developer: Developer, order: str, workbook: bytes) -> Any:
    """Import a workbook into an order."""
    query = (
        "mutation($i: OrderImportInput!) { orderImport(input: $i) { __typename"
        " ... on OrderImported { rows remarks order { unitCount buildingCount grossArea due } }"
        " ... on Rejected { problemCount problems { code row cell value message } } } }"
    )
    answer = await developer.upload(query, {"orderId": order}, workbook, "房屋导入.xlsx")
    assert "errors" not in answer, answer
    return answer["data"]["orderImport"]


async def register(town: Town, story: Story) -> Developer:
    """Register and sign in, through the window where the city has one."""
    visitor, done = await town.register(story.city)
    order = done["order"]
    assert order["status"] == ("COMPLETED" if story.instant else "SUBMITTED")
    form = words(await fetched(visitor, await print_order(visitor, order["id"])))
    assert USCC[story.city] in form[0]
    if not story.instant:
        early = await town.stranger.act(
            "signIn",
            {"city": story.city, "name": "admin", "password": "correct horse battery"},
            "",
            "SignInInput",
        )
        assert early["__typename"] == "Rejected"
        await take(await town.clerk(story.city), "orderAccept", order["id"])
        approved = await take(await town.reviewer(story.city), "orderApprove", order["id"])
        assert approved["order"]["status"] == "COMPLETED", approved
    developer = Developer(town.http, await town.sign_in(story.city, "admin"), story.city, "admin")
    me = (await developer.ask("{ me { kind organization { name status papersStatus } } }"))["me"]
    papers = ("PROVISIONAL", "PENDING") if story.instant else ("ACTIVE", "RECEIVED")
    assert (me["organization"]["status"], me["organization"]["papersStatus"]) == papers
    return developer


async def collect(town: Town, story: Story, developer: Developer) -> str:
    """Collect the estate from the city's own template, and give its id."""
    order = await town.draft(developer)
    template = await developer.fetch(f"/templates/UNIT_IMPORT.xlsx?city={story.city}")
    assert template.headers["content-type"] == _XLSX
    wrong = fill_in(template.content, [{**ROWS[0], "gross_area": "-1"}, *ROWS[1:]])
    refused = await import_rows(developer, order, wrong)
    assert [(p["code"], p["value"]) for p in refused["problems"]] == [("AREA_INVALID", "-1")]
    done = await import_rows(developer, order, fill_in(template.content, ROWS))
    assert done["__typename"] == "OrderImported", done
    assert done["rows"] == 4
    assert done["order"] == {"unitCount": 4, "buildingCount": 3, "grossArea": "194.1835", "due": story.total}
    await town.hand_in(developer, order)
    submitted = await take(developer, "orderSubmit", order)
    assert submitted["order"]["status"] == "SUBMITTED", submitted
    for form, said in (("APPLICATION", "业务申请表"), ("OPENING_LIST", "开户清册")):
        pages = words(await fetched(developer, await print_order(developer, order, form)))
        assert said in pages[0]
        assert story.total in "".join(pages)
    clerk = await town.office(story.city, "window_clerk", "510502198503150120", "w2")
    reviewer = await town.office(story.city, "reviewer", "51050219850315018X", "r2")
    accepted = await take(clerk, "orderAccept", order, registrationPapersReceived=True)
    assert accepted["order"]["status"] == "ACCEPTED", accepted
    approved = await take(reviewer, "orderApprove", order)
    assert approved["order"]["status"] == "COMPLETED", approved
    return approved["order"]["estate"]["id"]


async def accounts(developer: Developer, estate: str) -> dict[str, Any]:
    """Read the unit grid with its accounts, by room."""
    query = """query($id: ID!) { node(id: $id) { ... on Estate { buildings { name grid { section floors {
      floor units { id roomNo owners { name idNumber mobile } manualFiling
        account { accountNo due paidFirst balance } } } } } } } }"""
    found = await developer.ask(query, id=estate)
    return {
        unit["roomNo"]: unit
        for building in found["node"]["buildings"]
        for section in building["grid"]
        for floor in section["floors"]
        for unit in floor["units"]
    }


async def issue(developer: Developer, story: Story, unit: str) -> None:
    """Issue and print the notice of a unit."""
    given: dict[str, Any] = {
        "units": [{"unitId": unit, "owners": [OWNER, SPOUSE]}],
        "idempotencyKey": "1",
    }
    first = await developer.act("noticeIssue", given, ISSUED, "NoticeIssueInput")
    if story.prompt:
        assert [problem["code"] for problem in first["problems"]] == ["CONTRACT_NO_MISSING"]
        given |= {"ignoreMissingContract": True, "idempotencyKey": "2"}
        first = await developer.act("noticeIssue", given, ISSUED, "NoticeIssueInput")
    (notice,) = first["notices"]
    assert (notice["noticeNo"], notice["total"], notice["totalInWords"]) == (
        story.notice,
        story.dues["301"],
        story.words,
    )

    paper = await fetched(
        developer, await developer.act("noticePrint", {"noticeIds": [notice["id"]]}, FILE, "NoticePrintInput")
    )
    (told,) = words(paper)
    assert all(said in told for said in (story.title, story.words, story.notice, "李𬭎喆"))
    assert qr_codes(paper) == ([notice["qrPayload"]] if story.code else [])
    assert (notice["qrPayload"] or "").startswith(story.code or "")


async def pay(bank: Caller, story: Story) -> Any:
    """Let the bank look the notice up and confirm that it was paid, twice over, and give the payment."""
    look = "query($n: String!) { noticeForPayment(noticeNo: $n) { amount status payer } }"
    wanted = (await bank.ask(look, n=story.notice))["noticeForPayment"]
    assert wanted == {"amount": story.dues["301"], "status": "OPEN", "payer": "李**"}
    report = {
        "noticeNo": story.notice,
        "amount": wanted["amount"],
        "bankTxnNo": "BANK-2026-1",
        "channel": story.channel,
        "paidAt": "2026-11-22T11:59:00+08:00",
    }
    paid = await bank.act("paymentConfirm", report, PAID, "PaymentConfirmInput")
    assert paid["__typename"] == "PaymentConfirmed", paid
    assert await bank.act("paymentConfirm", report, PAID, "PaymentConfirmInput") == paid
    return paid["payment"]


@pytest.mark.parametrize("story", STORIES, ids=lambda story: str(story.city))
async def test_the_main_job_runs_from_registration_to_the_balance_and_its_proof(town: Town, story: Story):
    heard = await ears(town)
    if story.city == LUZHOU:
        await town.set_rates(story.city)
    developer = await register(town, story)
    estate = await collect(town, story, developer)
    units = await accounts(developer, estate)
    assert {room: unit["account"]["due"] for room, unit in units.items()} == story.dues
    assert {unit["account"]["balance"] for unit in units.values()} == {"0.00"}
    assert units["301"]["owners"] == [
        {"name": "欧阳·买买提", "idNumber": "5105**********018X", "mobile": "131****0002"}
    ]

    await issue(developer, story, units["301"]["id"])
    payment = await pay(await town.bank(story.city), story)

    after = await accounts(developer, estate)
    assert {room: unit["account"]["balance"] for room, unit in after.items()} == {
        **dict.fromkeys(story.dues, "0.00"),
        "301": story.dues["301"],
    }
    assert after["301"]["manualFiling"] is story.prompt
    (proof,) = words(await fetched(developer, await print_proof(developer, payment["id"])))
    assert all(said in proof for said in ("交款证明", story.words, payment["proofNo"], "BANK-2026-1"))
    assert await verify(town.desk, story.city) == []

    everything = "\n".join(heard) + await every_row(town, story.city)
    assert len(heard) > 20
    assert "199****5678" in everything
    assert not [number for number in CLEAR if number in everything]
