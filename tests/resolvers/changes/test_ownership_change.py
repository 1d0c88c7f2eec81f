"""Ownership change: new owners with their shares; account and money stay [L 2.11][J 1.3.7]."""

from typing import Any

import pytest

from resolvers.ledger_check import verify
from tests.office import Office, done, open_office, problems
from tests.resolvers.changes.deposits import OWNER, pay
from tests.scenes import JIANGMEN, LUZHOU, REFUSED, Town, unit
from tests.shelf import Shelf

SPOUSE = {"name": "欧阳明", "idType": "身份证", "idNumber": "51050219850315018x", "mobile": "13122220002"}
_OWNERS = "... on OwnersContent { roomNo owners { name idNumber mobile share } }"
_ORDER = f"""order {{ id status unitCount lines(first: 9) {{ edges {{ node {{ no
  before {{ {_OWNERS} }} after {{ {_OWNERS} }} }} }} }} }}"""
_DONE = f"... on OrderDone {{ {_ORDER} }} {REFUSED}"
_ESTATE = """query($id: ID!) { node(id: $id) { ... on Estate { buildings { id units { id roomNo
  owners { id name idNumber mobile share reviewed } account { balance holder } } } } } }"""


class Change:
    """An ownership change that somebody fills in."""

    def __init__(self, office: Office, order: str) -> None:
        self.office = office
        self.order = order

    async def edit(self, owners: list[dict[str, Any]], numbers: list[int] | None = None) -> Any:
        """Say who owns lines."""
        named = {} if numbers is None else {"numbers": numbers}
        given = {"orderId": self.order, "edit": {"owners": {"owners": owners}}, **named}
        return await self.office.developer.act("orderLinesEdit", given, _DONE, "OrderLinesEditInput")

    async def approve(self) -> Any:
        """Bring it to its end."""
        await done(self.office.developer, "SUBMIT", self.order)
        await done(self.office.clerk, "ACCEPT", self.order, registrationPapersReceived=True)
        return await done(self.office.reviewer, "APPROVE", self.order)


async def _estate(office: Office) -> str:
    lines = [unit(room, contractNo=f"HT{room}") for room in ("301", "302")]
    order = await office.complete(lines, name="一期", address="一期路1号")
    found = await office.developer.ask(
        "query($id: ID!) { node(id: $id) { ... on Order { estate { id } } } }", id=order
    )
    return found["node"]["estate"]["id"]


async def _units(office: Office, estate: str) -> dict[str, Any]:
    found = await office.developer.ask(_ESTATE, id=estate)
    return {one["roomNo"]: one for building in found["node"]["buildings"] for one in building["units"]}


async def _change(office: Office, estate: str, *units: str) -> Change:
    content = {"ownershipChange": {"estateId": estate}}
    drafted = await office.developer.act("orderDraft", {"content": content}, _DONE, "OrderDraftInput")
    order = drafted["order"]["id"]
    given = {"orderId": order, "unitIds": list(units)}
    picked = await office.developer.act("orderLinesPick", given, _DONE, "OrderLinesPickInput")
    assert picked["order"]["unitCount"] == len(units)
    return Change(office, order)


@pytest.mark.parametrize("city", [LUZHOU, JIANGMEN])
async def test_the_new_owners_have_the_unit_and_its_money(town: Town, city: int):
    office = await open_office(town, city)
    estate = await _estate(office)
    room = (await _units(office, estate))["301"]
    paid = await pay(office, room["id"])
    change = await _change(office, estate, room["id"])
    edited = await change.edit([{**SPOUSE, "share": "60"}, {**OWNER, "name": "赵六", "share": "40%"}], [1])
    (line,) = [edge["node"] for edge in edited["order"]["lines"]["edges"]]
    assert [owner["name"] for owner in line["before"]["owners"]] == ["张三"]
    assert line["after"]["owners"][0] == {
        "name": "欧阳明",
        "idNumber": "5105**********018X",
        "mobile": "131****0002",
        "share": "60%",
    }
    assert [owner["name"] for owner in (await _units(office, estate))["301"]["owners"]] == ["张三"]
    assert (await change.approve())["status"] == "COMPLETED"
    after = (await _units(office, estate))["301"]
    assert [(owner["name"], owner["share"], owner["reviewed"]) for owner in after["owners"]] == [
        ("欧阳明", "60%", True),
        ("赵六", "40%", True),
    ]
    assert after["account"] == {"balance": paid, "holder": "OWNER"}
    assert await verify(town.desk, city) == []


async def test_a_recorded_owner_stays_without_typing_the_number_again(town: Town):
    office = await open_office(town)
    estate = await _estate(office)
    room = (await _units(office, estate))["301"]
    await pay(office, room["id"])
    (present,) = (await _units(office, estate))["301"]["owners"]
    change = await _change(office, estate, room["id"])
    await change.edit(
        [
            {"ownerId": present["id"], "name": "张三丰", "mobile": "13900000008", "share": "1/2"},
            {**SPOUSE, "share": "1/2"},
        ]
    )
    await change.approve()
    after = (await _units(office, estate))["301"]["owners"]
    assert [(owner["name"], owner["idNumber"], owner["mobile"], owner["share"]) for owner in after] == [
        ("张三丰", "5105**********0120", "139****0008", "1/2"),
        ("欧阳明", "5105**********018X", "131****0002", "1/2"),
    ]


async def test_many_units_get_one_set_of_owners_in_luzhou_and_not_in_jiangmen(town: Town, shelf: Shelf):
    for city, answer in ((LUZHOU, "OrderDone"), (JIANGMEN, "Rejected")):
        office = await open_office(town, city)
        estate = await _estate(office)
        units = [one["id"] for one in (await _units(office, estate)).values()]
        change = await _change(office, estate, *units)
        before = await shelf.standing()
        edited = await change.edit([OWNER])
        assert edited["__typename"] == answer
        if answer == "Rejected":
            assert [problem["code"] for problem in edited["problems"]] == ["FIELD_NOT_BATCHABLE"]
            nobody = await change.edit([])
            assert [problem["code"] for problem in nobody["problems"]] == ["FIELD_NOT_BATCHABLE"]
            assert await shelf.standing() == before


@pytest.mark.parametrize(
    ("owners", "codes"),
    [
        ([{"name": "张三"}], ["FIELD_REQUIRED"] * 3),
        ([{**OWNER, "idNumber": "510502198503150121"}], ["ID_CHECKSUM"]),
        ([{**OWNER, "mobile": "123"}], ["MOBILE_FORMAT"]),
        ([{**OWNER, "share": "120"}], ["SHARE_SUM"]),
    ],
)
async def test_an_owner_who_cannot_be_is_refused_where_it_is_typed(
    town: Town, shelf: Shelf, owners: list[dict[str, Any]], codes: list[str]
):
    office = await open_office(town)
    estate = await _estate(office)
    change = await _change(office, estate, (await _units(office, estate))["301"]["id"])
    before = await shelf.standing()
    refused = await change.edit(owners)
    assert [problem["code"] for problem in refused["problems"]] == codes
    assert all(problem["path"].startswith("owners.0.") for problem in refused["problems"])
    assert await shelf.standing() == before


async def test_what_does_not_make_up_the_whole_or_names_one_person_twice_is_not_submitted(town: Town):
    office = await open_office(town)
    estate = await _estate(office)
    change = await _change(office, estate, (await _units(office, estate))["301"]["id"])
    await change.edit([{**OWNER, "share": "50"}, {**SPOUSE, "share": "49"}])
    assert await problems(office.developer, "SUBMIT", change.order) == ["SHARE_SUM"]
    await change.edit([OWNER, {**OWNER, "name": "张叁"}])
    assert await problems(office.developer, "SUBMIT", change.order) == ["DUPLICATE_OWNER"]


async def test_a_paid_unit_is_not_left_without_an_owner_and_an_unpaid_one_may_be(town: Town):
    office = await open_office(town)
    estate = await _estate(office)
    rooms = await _units(office, estate)
    await pay(office, rooms["301"]["id"])
    paid = await _change(office, estate, rooms["301"]["id"])
    await paid.edit([])
    assert await problems(office.developer, "SUBMIT", paid.order) == ["OWNER_REQUIRED"]
    first = await _change(office, estate, rooms["302"]["id"])
    await first.edit([OWNER])
    await first.approve()
    again = await _change(office, estate, rooms["302"]["id"])
    await again.edit([])
    await again.approve()
    left = (await _units(office, estate))["302"]
    assert (left["owners"], left["account"]["holder"]) == ([], "DEVELOPER")


async def test_anothers_owner_is_not_there_to_be_kept(town: Town, shelf: Shelf):
    office = await open_office(town)
    estate = await _estate(office)
    other = Office(
        town, await town.developer(LUZHOU, "914407007321002770", "other"), office.clerk, office.reviewer
    )
    theirs = await other.complete(
        [
            unit(
                "501",
                building="9栋",
                ownerName="王五",
                ownerIdType="1",
                ownerIdNumber="440705200402290126",
                ownerMobile="13800138001",
                contractNo="X",
            )
        ],
        name="二期",
        address="二期路1号",
    )
    found = await other.developer.ask(
        "query($id: ID!) { node(id: $id) { ... on Order { estate {"
        " buildings { units { owners { id } } } } } } }",
        id=theirs,
    )
    owner = found["node"]["estate"]["buildings"][0]["units"][0]["owners"][0]["id"]
    change = await _change(office, estate, (await _units(office, estate))["301"]["id"])
    before = await shelf.standing()
    mutation = "mutation($i: OrderLinesEditInput!) { orderLinesEdit(input: $i) { __typename } }"
    given = {"orderId": change.order, "edit": {"owners": {"owners": [{"ownerId": owner}]}}}
    answer = await office.developer.send(mutation, i=given)
    assert answer["errors"][0]["extensions"]["code"] == "NOT_FOUND"
    assert await shelf.standing() == before
