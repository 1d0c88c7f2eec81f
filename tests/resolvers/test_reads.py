"""The graph is read by objects, relations, filters and numbers."""

import base64
from typing import Any

import pytest

from tests.resolvers.reading import clear, code, estate_of, homes, issue, write
from tests.scenes import JIANGMEN, LUZHOU, Caller, Developer, Town, take, unit
from tests.statements import Statements


@pytest.fixture
async def developer(town: Town) -> Developer:
    """Give a developer of Luzhou, where sample rates are set."""
    await town.set_rates(LUZHOU)
    return await town.developer(LUZHOU)


ME = "{ me { name kind city { code name } organization { name status papersStatus } } }"
WALK = """{ estates { edges { node { name district districtLabel organization { name }
  buildings { name status estate { name } units { ...Home owners { ...Person }
    account { ...Money } } } } } } }
  fragment Home on Unit { roomNo usage usageLabel rateCategory grossArea hasLift status
    building { name } estate { name } }
  fragment Person on Owner { name idType idTypeLabel idNumber mobile reviewed unit { roomNo } }
  fragment Money on Account { status holder rate due paidFirst outstanding balance unit { roomNo }
    entries { type } }"""
HOME = {
    "roomNo": "101",
    "usage": "10",
    "usageLabel": "住宅",
    "rateCategory": "RESIDENTIAL",
    "grossArea": "88.35",
    "hasLift": False,
    "status": "ACTIVE",
    "building": {"name": "1栋"},
    "estate": {"name": "江畔花园"},
}
PERSON = {
    "name": "业主0",
    "idType": "3",
    "idTypeLabel": "护照",
    "idNumber": "E0*****00",
    "mobile": "138****8000",
    "reviewed": False,
    "unit": {"roomNo": "101"},
}
ACCOUNT: dict[str, Any] = {
    "status": "OPEN",
    "holder": "OWNER",
    "rate": "40.00",
    "due": "3534.00",
    "paidFirst": "0.00",
    "outstanding": "3534.00",
    "balance": "0.00",
    "unit": {"roomNo": "101"},
    "entries": [],
}


async def test_the_caller_sees_itself_its_city_and_its_organization(town: Town, developer: Developer):
    me = (await developer.ask(ME))["me"]
    assert (me["name"], me["kind"], me["city"]) == ("王小明", "DEVELOPER", {"code": LUZHOU, "name": "泸州市"})
    assert me["organization"] == {"name": "示范置业有限公司", "status": "ACTIVE", "papersStatus": "RECEIVED"}
    assert (await town.stranger.ask("{ me { name } }"))["me"] is None


async def test_the_graph_is_walked_from_the_estate_to_the_ledger_and_back(town: Town, developer: Developer):
    await town.collect(developer, homes(1, owners=True))
    estate = (await developer.ask(WALK))["estates"]["edges"][0]["node"]
    assert estate["organization"] == {"name": "示范置业有限公司"}
    assert (estate["district"][:4], estate["districtLabel"] != estate["district"]) == ("5105", True)
    (building,) = estate["buildings"]
    assert (building["name"], building["status"], building["estate"]["name"]) == ("1栋", "ACTIVE", "江畔花园")
    assert building["units"] == [{**HOME, "owners": [PERSON], "account": ACCOUNT}]


UNITS = """query($e: ID!, $f: UnitFilter) { node(id: $e) { ... on Estate { buildings { id name }
  units(filter: $f) { totalCount edges { node { address } } } } } }"""
PARKING = unit("101", "12.50", usage="车位", floor="-1", building="地下室", section="", address="车位%101")


async def found_units(developer: Developer, estate: str, **chosen: Any) -> list[str]:
    """Give the last three characters of the addresses that a filter leaves."""
    units = (await developer.ask(UNITS, e=estate, f=chosen))["node"]["units"]
    assert units["totalCount"] == len(units["edges"])
    return [edge["node"]["address"][-3:] for edge in units["edges"]]


async def test_units_are_found_by_every_filter(town: Town, developer: Developer):
    await town.collect(developer, [*homes(4), PARKING])
    estate = await estate_of(developer)
    buildings = (await developer.ask(UNITS, e=estate))["node"]["buildings"]
    ids = {building["name"]: building["id"] for building in buildings}
    homes_only = ["101", "102", "103", "104"]
    for chosen, expected in (
        ({}, [*homes_only, "101"]),
        ({"buildingId": ids["地下室"]}, ["101"]),
        ({"buildingId": ids["1栋"], "floor": 1, "hasLift": True}, ["102", "104"]),
        ({"section": ""}, ["101"]),
        ({"section": "１单元", "floor": 1, "hasLift": False}, ["101", "103"]),
        ({"floor": -1}, ["101"]),
        ({"search": "103"}, ["103"]),
        ({"search": "%"}, ["101"]),
        ({"search": "_"}, []),
        ({"search": "滨江路"}, homes_only),
        ({"paid": False}, [*homes_only, "101"]),
        ({"paid": True}, []),
        ({"status": "CANCELLED"}, []),
        ({"status": None}, [*homes_only, "101"]),
    ):
        assert await found_units(developer, estate, **chosen) == expected, chosen


async def test_a_filter_that_cannot_be_meant_is_refused(town: Town, developer: Developer):
    await town.collect(developer, homes(1))
    estate = await estate_of(developer)
    wrong = await developer.send(UNITS, e=estate, f={"buildingId": estate})
    assert code(wrong) == "BAD_USER_INPUT", "an estate is no building"
    elsewhere = write("Building", JIANGMEN, "0" * 32)
    assert await found_units(developer, estate, buildingId=elsewhere) == []
    assert code(await developer.send(UNITS, e=estate, f={"search": "长" * 51})) == "BAD_USER_INPUT"
    assert code(await developer.send(UNITS, e=estate, f={"status": "LOST"})) == "BAD_USER_INPUT"


ORDER = """query($o: ID!) { node(id: $o) { ... on Order { orderNo kind kindLabel route status stepsOpen
  content { __typename ... on EstateCollection { name depositPoint totalLandArea handler { name mobile } } }
  timeline { step side fromStatus toStatus note items { path } }
  attachments { kind file { name mediaType url } }
  lines(first: 2) { totalCount pageInfo { hasNextPage } edges { node { no
    before { ... on UnitContent { roomNo } }
    after { ... on UnitContent { roomNo grossArea owner { name mobile } } } } } } } } }"""
BY_NUMBER = """query($n: String!) { found: orderByNumber(orderNo: $n) { id }
  none: orderByNumber(orderNo: "LZ0") { id } }"""


async def test_an_order_shows_its_timeline_lines_documents_and_content(town: Town, developer: Developer):
    order = await town.draft(developer, depositPoint="2026-01-02", totalLandArea="1000.5")
    await town.put(developer, order, homes(3, owners=True))
    given = {"orderId": order, "fileId": await town.upload(developer), "kind": "PLANNING_PERMIT"}
    await developer.act("orderAttach", given, "... on OrderDone { dryRun }", "OrderAttachInput")
    await take(developer, "orderSubmit", order)
    await take(developer, "orderWithdraw", order, note="还要改")
    node = (await developer.ask(ORDER, o=order))["node"]
    assert (node["kind"], node["kindLabel"]) == ("ESTATE_COLLECTION", "物业区域采集")
    assert (node["route"], node["status"]) == ("TEMPLATE", "DRAFT")
    assert node["content"] == {
        "__typename": "EstateCollection",
        "name": "江畔花园",
        "depositPoint": "2026-01-02",
        "totalLandArea": "1000.50",
        "handler": {"name": "王小明", "mobile": "13800138000"},
    }
    steps = [(step["step"], step["fromStatus"], step["toStatus"], step["note"]) for step in node["timeline"]]
    assert steps[-2:] == [
        ("SUBMIT", "DRAFT", "SUBMITTED", None),
        ("WITHDRAW", "SUBMITTED", "DRAFT", "还要改"),
    ]
    assert [paper["file"]["mediaType"] for paper in node["attachments"]] == ["image/png"]
    assert (node["lines"]["totalCount"], node["lines"]["pageInfo"]) == (3, {"hasNextPage": True})
    owner = {"name": "业主0", "mobile": "138****8000"}
    assert node["lines"]["edges"][0]["node"] == {
        "no": 1,
        "before": None,
        "after": {"roomNo": "101", "grossArea": "88.35", "owner": owner},
    }
    found = await developer.ask(BY_NUMBER, n=f" {node['orderNo'].lower()} ")
    assert found == {"found": {"id": order}, "none": None}


async def test_a_filter_by_status_kind_and_estate_narrows_the_orders(town: Town, developer: Developer):
    done = await town.collect(developer, homes(1))
    draft = await town.draft(developer, name="二期")
    ask = "query($f: OrderFilter) { orders(filter: $f) { totalCount edges { node { id } } } }"

    async def found(**chosen: Any) -> list[str]:
        return [edge["node"]["id"] for edge in (await developer.ask(ask, f=chosen))["orders"]["edges"]]

    assert await found(status=["DRAFT"]) == [draft]
    assert await found(status=["DRAFT", "COMPLETED"], kind=["ESTATE_COLLECTION"]) == [draft, done["id"]]
    assert await found(status=[]) == []
    assert await found(estateId=await estate_of(developer)) == [done["id"]]
    assert [draft] == (await found(kind=["ESTATE_COLLECTION"]))[:1], "the newest stands first"


async def test_nodes_come_in_the_order_asked_and_what_is_not_there_is_null(town: Town, developer: Developer):
    await town.collect(developer, homes(2))
    estate = await estate_of(developer)
    ask = "query($e: ID!) { node(id: $e) { id ... on Estate { units { edges { node { id } } } } } }"
    units = await developer.ask(ask, e=estate)
    first, second = (edge["node"]["id"] for edge in units["node"]["units"]["edges"])
    unknown = write("Unit", LUZHOU, "0" * 32)
    elsewhere = write("Estate", JIANGMEN, clear(estate).rpartition(":")[2])
    other_type = write("Nothing", LUZHOU, "0" * 32)
    with Statements(town.desk) as statements:
        data = await developer.ask(
            "query($i: [ID!]!) { nodes(ids: $i) { id __typename } }",
            i=[second, estate, unknown, elsewhere, other_type, first, second],
        )
    assert [node and (node["id"], node["__typename"]) for node in data["nodes"]] == [
        (second, "Unit"),
        (estate, "Estate"),
        None,
        None,
        None,
        (first, "Unit"),
        (second, "Unit"),
    ]
    assert (len(statements.compiled), len(statements.texts)) == (1, 0)
    for torn in ("", "x", estate + "=", estate[:-1], "Ω", base64.urlsafe_b64encode(b"Unit:1:2").decode()):
        assert (
            code(await developer.send("query($i: ID!) { node(id: $i) { id } }", i=torn)) == "BAD_USER_INPUT"
        )
    many = await developer.send("query($i: [ID!]!) { nodes(ids: $i) { id } }", i=[estate] * 101)
    assert code(many) == "TOO_COSTLY"


NOTICES = """query($f: NoticeFilter) { notices(filter: $f) { totalCount edges { node {
  id status kind depositType lines { unit { id } } } } } }"""
PAYMENTS = "{ payments { edges { node { amount channel notice { status payment { amount } } } } } }"
SUSPENSE = "{ suspenseItems(filter: {status: OPEN}) { edges { node { reason status bankTxnNo } } } }"
STRAY = {
    "noticeNo": "LZDN2026112299999",
    "amount": "1.00",
    "bankTxnNo": "stray",
    "channel": "BANK",
    "paidAt": "2026-11-22T12:00:00+08:00",
}


async def test_notices_and_payments_are_listed_and_filtered(town: Town, developer: Developer):
    await town.collect(developer, homes(2, owners=True))
    await issue(town, developer, 2)
    every = [edge["node"] for edge in (await developer.ask(NOTICES))["notices"]["edges"]]
    assert [notice["status"] for notice in every] == ["OPEN", "PAID"]
    assert {(notice["kind"], notice["depositType"]) for notice in every} == {("SINGLE", "FIRST")}
    opened = (await developer.ask(NOTICES, f={"status": "OPEN"}))["notices"]["edges"][0]["node"]
    chosen = {"unitId": opened["lines"][0]["unit"]["id"], "estateId": await estate_of(developer)}
    by_unit = (await developer.ask(NOTICES, f=chosen))["notices"]["edges"]
    assert [edge["node"]["id"] for edge in by_unit] == [opened["id"]]
    (payment,) = [edge["node"] for edge in (await developer.ask(PAYMENTS))["payments"]["edges"]]
    assert payment["channel"] == "QR"
    assert payment["notice"] == {"status": "PAID", "payment": {"amount": payment["amount"]}}


async def test_reported_money_without_a_notice_is_listed_to_the_office_alone(
    town: Town, developer: Developer
):
    bank, admin = await town.bank(LUZHOU), await town.authority(LUZHOU)
    await bank.act("paymentConfirm", STRAY, "... on PaymentConfirmed { dryRun }", "PaymentConfirmInput")
    found = [edge["node"] for edge in (await admin.ask(SUSPENSE))["suspenseItems"]["edges"]]
    assert found == [{"reason": "NOTICE_UNKNOWN", "status": "OPEN", "bankTxnNo": "stray"}]
    assert (await developer.ask(SUSPENSE))["suspenseItems"]["edges"] == []


async def test_an_open_notice_that_ran_out_is_listed_as_expired(town: Town, developer: Developer, clock: Any):
    await town.collect(developer, homes(1, owners=True))
    await issue(town, developer, 1)
    clock.move(days=31)
    again = Caller(town.http, await town.sign_in(LUZHOU, developer.login_name))
    ask = "query($s: NoticeStatus) { notices(filter: {status: $s}) { edges { node { status } } } }"
    assert (await again.ask(ask, s="OPEN"))["notices"]["edges"] == []
    assert (await again.ask(ask, s="EXPIRED"))["notices"]["edges"] == [{"node": {"status": "EXPIRED"}}]
