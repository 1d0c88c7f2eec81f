"""Another organization's things do not exist: not by id, number, list, count, nested path, file or cursor."""

import base64

import pytest

from db.engine import Addresses
from tests.db.roles import actor, change
from tests.neighbours import Neighbours
from tests.resolvers.walk import (
    KINDS,
    OF_THE_OFFICE,
    answers,
    forged,
    traces,
    write_id,
)
from tests.scenes import JIANGMEN, LUZHOU, Developer, Town, unit


async def test_no_field_of_the_schema_gives_a_trace_of_another_developer(neighbours: Neighbours):
    for holding in neighbours.foreign:
        for name, answer in (await answers(neighbours.mine.developer, holding)).items():
            assert not [trace for trace in traces(holding) if trace in answer], name


async def test_the_same_questions_give_a_developer_everything_of_its_own(neighbours: Neighbours):
    """The walk would prove nothing if it did not reach the things."""
    for holding in (neighbours.mine, *neighbours.foreign):
        everything = " ".join((await answers(holding.developer, holding)).values())
        offices = {holding.ids[kind] for kind in OF_THE_OFFICE}
        assert {trace for trace in traces(holding) - offices if trace not in everything} == set()
        assert [one for one in offices if one in everything] == []


async def test_no_field_gives_a_stranger_a_visitor_or_another_bank_a_trace_of_anybody(neighbours: Neighbours):
    town = neighbours.town
    for caller in (town.stranger, await town.at("10.9.0.1").visitor(LUZHOU), neighbours.other_bank):
        for holding in (neighbours.mine, neighbours.elsewhere):
            for name, answer in (await answers(caller, holding)).items():
                assert not [trace for trace in traces(holding) if trace in answer], name


@pytest.mark.parametrize("kind", KINDS)
async def test_a_node_of_somebody_else_is_null_like_one_that_never_was(neighbours: Neighbours, kind: str):
    mine = neighbours.mine.developer
    own = neighbours.mine.ids[kind]
    never = write_id(kind, LUZHOU, "0" * 32)
    ids = [own, *(holding.ids[kind] for holding in neighbours.foreign), never]
    answer = await mine.send("query($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }", ids=ids)
    assert answer == {"data": {"nodes": [{"__typename": kind, "id": own}, None, None, None]}}
    for one in ids[1:]:
        assert await mine.send("query($id: ID!) { node(id: $id) { id } }", id=one) == {"data": {"node": None}}


async def test_an_id_that_was_turned_into_another_type_or_city_is_null(neighbours: Neighbours):
    for turned in forged(neighbours.mine):
        answer = await neighbours.mine.developer.send("query($id: ID!) { node(id: $id) { id } }", id=turned)
        assert answer == {"data": {"node": None}}


@pytest.mark.parametrize(
    "torn",
    [
        "",
        "x",
        "RXN0YXRl",
        "'; drop table estate --",
        "Estate:510500:1",
        "é" * 10,
        "A" * 5000,
        "RXN0YXRlOjUxMDUwMDox",
        write_id("Estate", 510500, "g" * 32),
        write_id("Estate", 510500, "0" * 32) + "=",
        write_id("Estate\n", 510500, "0" * 32),
        write_id("Estate", 51050, "0" * 32),
        write_id("Estate", 510500, "F" * 32),
    ],
)
async def test_a_torn_id_is_told_as_bad_input_without_insides(neighbours: Neighbours, torn: str):
    answer = await neighbours.mine.developer.send("query($id: ID!) { node(id: $id) { id } }", id=torn)
    (error,) = answer["errors"]
    assert error["extensions"] == {"code": "BAD_USER_INPUT"}
    assert error["message"] == "参数 ids 的值无效，请检查后重试。"


async def test_counts_and_pages_know_nothing_of_others(neighbours: Neighbours):
    counts = "{ %s { totalCount edges { node { id } } } }"
    for field, mine, office in (
        ("estates", 1, 2),
        ("units", 1, 2),
        ("orders", 3, 6),
        ("notices", 1, 2),
        ("payments", 1, 2),
        ("organizations", 1, 2),
    ):
        own = (await neighbours.mine.developer.ask(counts % field))[field]
        every = (await neighbours.clerk.ask(counts % field))[field]
        assert (own["totalCount"], len(own["edges"])) == (mine, mine), field
        assert (every["totalCount"], len(every["edges"])) == (office, office), field


async def test_a_cursor_of_anothers_list_opens_nothing_but_the_own_list(neighbours: Neighbours):
    question = "query($c: String!) { orders(first: 100, %s: $c) { totalCount edges { node { id } } } }"
    own = (await neighbours.mine.developer.ask("{ orders(first: 100) { edges { node { id } } } }"))["orders"][
        "edges"
    ]
    for holding in neighbours.foreign:
        seen = [
            (await neighbours.mine.developer.ask(question % side, c=holding.cursor))["orders"]
            for side in ("after", "before")
        ]
        assert sum(len(page["edges"]) for page in seen) == len(own)
        assert all(edge in own for page in seen for edge in page["edges"])
        assert {page["totalCount"] for page in seen} == {len(own)}


async def test_a_window_clerk_sees_the_whole_city_and_nothing_of_another(neighbours: Neighbours):
    question = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }"
    for holding, seen in ((neighbours.mine, True), (neighbours.beside, True), (neighbours.elsewhere, False)):
        ids = [holding.ids[kind] for kind in KINDS]
        answer = await neighbours.clerk.send(question, ids=ids)
        assert answer == {"data": {"nodes": [{"id": one} if seen else None for one in ids]}}
        # Who works for an enterprise, by which roles and keys, and at what, is the enterprise's own affair.
        own = [holding.ids[kind] for kind in ("User", "Role", "ApiKey", "UserSession", "Job")]
        answer = await neighbours.clerk.send(question, ids=own)
        assert answer == {"data": {"nodes": [None] * 5}}
        found = await neighbours.clerk.fetch(f"/files/{holding.ids['File']}")
        assert found.status_code == (200 if seen else 404)


async def test_a_bank_sees_its_payments_and_the_minimum_of_its_notices_alone(neighbours: Neighbours):
    bank, mine = neighbours.bank, neighbours.mine
    minimum = "query($n: String!) { noticeForPayment(noticeNo: $n) { noticeNo amount status payer } }"
    told = await bank.ask(minimum, n=mine.notice_no)
    assert told["noticeForPayment"] == {
        "noticeNo": mine.notice_no, "amount": "6184.50", "status": "PAID", "payer": "张*"
    }  # fmt: skip
    assert await neighbours.other_bank.ask(minimum, n=mine.notice_no) == {"noticeForPayment": None}
    assert await bank.ask(minimum, n=neighbours.elsewhere.notice_no) == {"noticeForPayment": None}
    question = (
        "query($ids: [ID!]!) { nodes(ids: $ids)"
        " { __typename id ... on Payment { notice { id } estate { id } }"
        " ... on Receipt { unit { id } estate { id } } } }"
    )
    seen = await bank.ask(question, ids=list(mine.ids.values()))
    expected = {"__typename": "Payment", "id": mine.ids["Payment"], "notice": None, "estate": None}
    receipt = {"__typename": "Receipt", "id": mine.ids["Receipt"], "unit": None, "estate": None}
    # Of its own statement it sees the lines, but nothing of what the office keeps about them.
    own = [{"__typename": kind, "id": mine.ids[kind]} for kind in ("BankStatement", "BankStatementLine")]
    assert [node for node in seen["nodes"] if node] == [expected, *own, receipt]
    lists = "{ payments { totalCount } receipts { totalCount } }"
    for caller, count in ((bank, 2), (neighbours.other_bank, 0)):
        counted = {"totalCount": count}
        assert await caller.ask(lists) == {"payments": counted, "receipts": counted}
    for caller in (mine.developer, neighbours.clerk):
        answer = await caller.send(minimum, n=mine.notice_no)
        assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"


async def test_a_file_of_somebody_else_is_404_like_one_that_never_was(neighbours: Neighbours):
    own = await neighbours.mine.developer.fetch(f"/files/{neighbours.mine.ids['File']}")
    assert (own.status_code, own.headers["content-type"], own.content[:4]) == (200, "image/png", b"\x89PNG")
    assert own.headers["content-disposition"].startswith("attachment;")
    never = await neighbours.mine.developer.fetch(f"/files/{write_id('File', LUZHOU, '0' * 32)}")
    assert never.status_code == 404
    assert (await neighbours.mine.developer.fetch("/files/..%2F..%2Fetc%2Fpasswd")).status_code == 404
    for one in (
        *(holding.ids["File"] for holding in neighbours.foreign),
        neighbours.mine.ids["Estate"],
        neighbours.mine.ids["Attachment"],
        *forged(neighbours.mine),
        "x",
        "%00",
    ):
        found = await neighbours.mine.developer.fetch(f"/files/{one}")
        assert (found.status_code, found.content) == (404, never.content), one
    for caller in (neighbours.bank, await neighbours.town.at("10.9.0.2").visitor(LUZHOU)):
        assert (await caller.fetch(f"/files/{neighbours.mine.ids['File']}")).status_code == 404


async def test_a_visitor_sees_its_own_registration_and_no_later_order_of_the_enterprise(town: Town):
    visitor, done = await town.register(JIANGMEN)
    developer = Developer(town.http, await town.sign_in(JIANGMEN, "admin"), JIANGMEN, "admin")
    order = await town.draft(developer)
    question = (
        "query($ids: [ID!]!) { nodes(ids: $ids) { id } orders { totalCount }"
        " registration { id timeline { step } organization { id } } }"
    )
    seen = await visitor.ask(question, ids=[done["order"]["id"], order])
    assert seen["nodes"] == [{"id": done["order"]["id"]}, None]
    assert seen["orders"]["totalCount"] == 1
    assert seen["registration"]["id"] == done["order"]["id"]
    submit = "mutation($i: OrderStepInput!) { orderSubmit(input: $i) { __typename } }"
    refused = await visitor.send(submit, i={"orderId": order})
    assert refused["errors"][0]["extensions"]["code"] == "NOT_FOUND"


_ALL = """{
  estates { totalCount edges { node { id name
    buildings { id units { id owners { id } account { id entries { type } } } } } } }
  orders(filter: { kind: [ESTATE_COLLECTION] }) { totalCount edges { node {
    id estate { name } lines { totalCount } timeline { step } } } }
  notices { totalCount }
}"""


async def test_a_grant_on_one_estate_shows_that_estate_and_what_belongs_to_it(town: Town, server: Addresses):
    """Who holds business of one estate meets nothing of the organization's others, nor drafts of none."""
    developer = await town.developer(JIANGMEN)
    for place in ("江畔花园", "山麓花园"):
        await town.collect(developer, [unit()], name=place, address=place)
    draft = await town.draft(developer, "第三期")
    before = await developer.ask(_ALL)
    assert (before["estates"]["totalCount"], before["orders"]["totalCount"]) == (2, 3)
    nodes = {edge["node"]["name"]: edge["node"] for edge in before["estates"]["edges"]}
    who = await actor(town, developer)
    estate = base64.urlsafe_b64decode(nodes["江畔花园"]["id"] + "==").decode()[-32:]
    wide = "update estate_grant set estate_id = cast(:e as uuid) where principal_id = :p"
    await change(town, server, wide, e=estate, p=who.principal)
    await change(town, server, "update principal set version = version + 1 where id = :p", p=who.principal)
    after = await developer.ask(_ALL)
    assert [edge["node"] for edge in after["estates"]["edges"]] == [nodes["江畔花园"]]
    assert [edge["node"]["estate"]["name"] for edge in after["orders"]["edges"]] == ["江畔花园"]
    assert (after["estates"]["totalCount"], after["orders"]["totalCount"]) == (1, 1)
    hidden = nodes["山麓花园"]
    building = hidden["buildings"][0]
    one = building["units"][0]
    ids = [hidden["id"], building["id"], one["id"], one["account"]["id"], draft]
    assert await developer.ask("query($i: [ID!]!) { nodes(ids: $i) { id } }", i=ids) == {"nodes": [None] * 5}
    submit = "mutation($i: OrderStepInput!) { orderSubmit(input: $i) { __typename } }"
    refused = await developer.send(submit, i={"orderId": draft})
    assert refused["errors"][0]["extensions"]["code"] == "NOT_FOUND"


async def test_a_printed_proof_is_fetched_by_who_printed_it_and_by_no_other_bank(neighbours: Neighbours):
    printed = (
        "mutation($i: PaymentPrintInput!) { paymentPrint(input: $i) { ... on FileMade { file { id url } } } }"
    )
    given = {"paymentId": neighbours.mine.ids["Payment"]}
    for caller in (neighbours.bank, neighbours.clerk):
        url = (await caller.ask(printed, i=given))["paymentPrint"]["file"]["url"]
        own, other = await caller.fetch(url), await neighbours.other_bank.fetch(url)
        assert (own.status_code, own.content[:5], other.status_code) == (200, b"%PDF-", 404)
    refused = await neighbours.other_bank.send(printed, i=given)
    assert refused["errors"][0]["extensions"]["code"] == "NOT_FOUND"
