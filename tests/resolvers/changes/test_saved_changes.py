"""Changes of an estate or the own enterprise: saving completes them [L 2.8, 2.10][J 1.2.1, 1.3.2]."""

from typing import Any

import pytest

from tests.scenes import JIANGMEN, LUZHOU, REFUSED, USCC, YUNMENG, Developer, Town, unit
from tests.shelf import Shelf

_LINES = """lines(first: 5) { edges { node { no
  before { __typename ... on EstateContent { name address propertyCompany completedOn }
    ... on OrganizationContent { name uscc contactMobile legalRepIdNumber status } }
  after { __typename ... on EstateContent { name address propertyCompany completedOn }
    ... on OrganizationContent { name uscc contactMobile legalRepIdNumber status } } } } }"""
_ORDER = (
    f"order {{ id orderNo kind status stepsOpen estate {{ id name }} content {{ __typename }} {_LINES} }}"
)
_DONE = f"... on OrderDone {{ dryRun {_ORDER} }}"


async def _act(who: Developer, act: str, content: dict[str, Any], **more: Any) -> Any:
    kind = f"{act[0].upper()}{act[1:]}Input"
    return await who.act(act, {"content": content, **more}, f"{_DONE} {REFUSED}", kind)


async def _estate(town: Town, developer: Developer, **more: Any) -> str:
    return (await town.collect(developer, [unit()], **more))["estate"]["id"]


def _line(answer: Any, side: str) -> Any:
    (edge,) = answer["order"]["lines"]["edges"]
    return edge["node"][side]


@pytest.mark.parametrize("city", [LUZHOU, JIANGMEN, YUNMENG])
async def test_saving_an_estate_change_completes_it_at_once(town: Town, city: int):
    if city == LUZHOU:
        await town.set_rates(city)
    developer = await town.developer(city, USCC[city])
    estate = await _estate(town, developer, name="一期", propertyCompany="旧物业")
    drafted = await _act(developer, "orderDraft", {"estateChange": {"estateId": estate}})
    assert (drafted["order"]["status"], drafted["order"]["stepsOpen"]) == ("DRAFT", ["SAVE", "DISCARD"])
    assert _line(drafted, "before") == _line(drafted, "after")
    content = {"estateId": estate, "name": "江畔花园", "propertyCompany": None, "completedOn": "2026-06-30"}
    saved = await _act(developer, "orderSave", {"estateChange": content}, orderId=drafted["order"]["id"])
    assert (saved["order"]["status"], saved["order"]["stepsOpen"]) == ("COMPLETED", [])
    assert _line(saved, "before")["name"] == "一期"
    assert _line(saved, "after") == {
        "__typename": "EstateContent",
        "name": "江畔花园",
        "address": "一期路1号",
        "propertyCompany": None,
        "completedOn": "2026-06-30",
    }
    found = await developer.ask(
        "query($id: ID!) { node(id: $id) { ... on Estate { name address propertyCompany completedOn"
        " buildings { units { roomNo } } } } }",
        id=estate,
    )
    assert found["node"] == {
        "name": "江畔花园",
        "address": "一期路1号",
        "propertyCompany": None,
        "completedOn": "2026-06-30",
        "buildings": [{"units": [{"roomNo": "301"}]}],
    }


async def test_what_changes_nothing_is_refused_and_stays_a_draft(town: Town, shelf: Shelf):
    await town.set_rates(LUZHOU)
    developer = await town.developer(LUZHOU)
    estate = await _estate(town, developer, name="一期")
    drafted = await _act(developer, "orderDraft", {"estateChange": {"estateId": estate}})
    before = await shelf.standing()
    refused = await _act(
        developer,
        "orderSave",
        {"estateChange": {"estateId": estate, "name": "一期"}},
        orderId=drafted["order"]["id"],
    )
    assert [problem["code"] for problem in refused["problems"]] == ["NO_CHANGES"]
    assert await shelf.standing() == before


@pytest.mark.parametrize(
    ("content", "code", "path"),
    [
        ({"name": None}, "FIELD_REQUIRED", "name"),
        ({"district": "990101"}, "VALUE_UNKNOWN", "district"),
        ({"startedOn": "2026-02-01", "completedOn": "2026-01-01"}, "DATE_INVALID", "completedOn"),
        ({"handler": {"mobile": "1390000"}}, "MOBILE_FORMAT", "handler.mobile"),
    ],
)
async def test_what_cannot_be_meant_is_refused_with_its_field(
    town: Town, shelf: Shelf, content: dict[str, Any], code: str, path: str
):
    await town.set_rates(LUZHOU)
    developer = await town.developer(LUZHOU)
    estate = await _estate(town, developer, name="一期")
    before = await shelf.standing()
    refused = await _act(developer, "orderDraft", {"estateChange": {"estateId": estate, **content}})
    assert [(problem["code"], problem["path"]) for problem in refused["problems"]] == [(code, path)]
    assert await shelf.standing() == before


async def test_a_name_that_another_estate_has_is_refused_whosever_it_is(town: Town, shelf: Shelf):
    await town.set_rates(LUZHOU)
    developer = await town.developer(LUZHOU)
    other = await town.developer(LUZHOU, USCC[YUNMENG], "other")
    await _estate(town, other, name="二期", address="同一路1号")
    await _estate(town, developer, name="三期", address="同一路1号")
    estate = await _estate(town, developer, name="一期", address="同一路1号")
    drafted = await _act(developer, "orderDraft", {"estateChange": {"estateId": estate}})
    before = await shelf.standing()
    for name in ("二期", "三期"):
        refused = await _act(
            developer,
            "orderSave",
            {"estateChange": {"estateId": estate, "name": name}},
            orderId=drafted["order"]["id"],
        )
        assert {problem["code"] for problem in refused["problems"]} == {"ESTATE_EXISTS"}
    assert await shelf.standing() == before


async def test_a_name_that_was_left_can_be_taken_again_by_its_own_estate(town: Town):
    await town.set_rates(LUZHOU)
    developer = await town.developer(LUZHOU)
    estate = await _estate(town, developer, name="一期")
    for name in ("江畔花园", "一期", "江畔花园"):
        drafted = await _act(developer, "orderDraft", {"estateChange": {"estateId": estate, "name": name}})
        saved = await _act(
            developer, "orderSave", {"estateChange": {"estateId": estate}}, orderId=drafted["order"]["id"]
        )
        assert saved["order"]["status"] == "COMPLETED", saved
        assert saved["order"]["estate"]["name"] == name


async def test_a_draft_that_another_change_overtook_is_stale(town: Town, shelf: Shelf):
    await town.set_rates(LUZHOU)
    developer = await town.developer(LUZHOU)
    estate = await _estate(town, developer, name="一期")
    first, second = [
        (await _act(developer, "orderDraft", {"estateChange": {"estateId": estate}}))["order"]["id"]
        for _ in range(2)
    ]
    content = {"estateChange": {"estateId": estate, "projectName": "甲"}}
    assert (await _act(developer, "orderSave", content, orderId=first))["order"]["status"] == "COMPLETED"
    before = await shelf.standing()
    refused = await _act(
        developer,
        "orderSave",
        {"estateChange": {"estateId": estate, "propertyCompany": "乙"}},
        orderId=second,
    )
    assert [problem["code"] for problem in refused["problems"]] == ["STALE_DATA"]
    assert await shelf.standing() == before


async def test_a_rehearsal_tells_the_outcome_and_writes_nothing(town: Town, shelf: Shelf):
    await town.set_rates(LUZHOU)
    developer = await town.developer(LUZHOU)
    estate = await _estate(town, developer, name="一期")
    drafted = await _act(developer, "orderDraft", {"estateChange": {"estateId": estate}})
    before = await shelf.standing()
    rehearsed = await _act(
        developer,
        "orderSave",
        {"estateChange": {"estateId": estate, "name": "江畔花园"}},
        orderId=drafted["order"]["id"],
        dryRun=True,
    )
    assert (rehearsed["order"]["status"], rehearsed["order"]["estate"]["name"]) == ("COMPLETED", "江畔花园")
    assert await shelf.standing() == before


async def test_another_developers_estate_is_not_there_to_be_changed(town: Town, shelf: Shelf):
    await town.set_rates(LUZHOU)
    developer = await town.developer(LUZHOU)
    other = await town.developer(LUZHOU, USCC[YUNMENG], "other")
    estate = await _estate(town, other, name="二期")
    before = await shelf.standing()
    mutation = "mutation($i: OrderDraftInput!) { orderDraft(input: $i) { __typename } }"
    answer = await developer.send(mutation, i={"content": {"estateChange": {"estateId": estate}}})
    assert answer["errors"][0]["extensions"]["code"] == "NOT_FOUND"
    assert await shelf.standing() == before


async def test_the_own_enterprises_data_change_by_saving_and_its_papers_keep_what_was_said(town: Town):
    developer = await town.developer(LUZHOU)
    content = {
        "name": "泸州新名置业有限公司",
        "contactMobile": "13900000009",
        "legalRepresentative": "李新",
        "legalRepIdNumber": "440705200402290126",
    }
    drafted = await _act(developer, "orderDraft", {"organizationChange": content})
    assert drafted["order"]["status"] == "DRAFT", drafted
    saved = await _act(developer, "orderSave", {"organizationChange": {}}, orderId=drafted["order"]["id"])
    assert saved["order"]["status"] == "COMPLETED", saved
    assert _line(saved, "before") == {
        "__typename": "OrganizationContent",
        "name": "示范置业有限公司",
        "uscc": USCC[LUZHOU],
        "contactMobile": "138****8000",
        "legalRepIdNumber": "5105**********0120",
        "status": "ACTIVE",
    }
    assert _line(saved, "after")["legalRepIdNumber"] == "4407**********0126"
    me = await developer.ask("{ me { organization { name contactMobile legalRepIdNumber version } } }")
    assert me["me"]["organization"]["name"] == "泸州新名置业有限公司"
    assert me["me"]["organization"]["contactMobile"] == "139****0009"
    assert me["me"]["organization"]["legalRepIdNumber"] == "4407**********0126"


async def test_the_credit_code_is_fixed_once_the_papers_came_and_can_be_mended_before(
    town: Town, shelf: Shelf
):
    admitted = await town.developer(LUZHOU)
    provisional = await town.developer(JIANGMEN)
    change = {"organizationChange": {"uscc": USCC[YUNMENG]}}
    drafted = await _act(admitted, "orderDraft", change)
    before = await shelf.standing()
    refused = await _act(admitted, "orderSave", change, orderId=drafted["order"]["id"])
    assert [(p["code"], p["path"]) for p in refused["problems"]] == [("FIELD_FIXED", "uscc")]
    assert await shelf.standing() == before
    drafted = await _act(provisional, "orderDraft", change)
    saved = await _act(provisional, "orderSave", change, orderId=drafted["order"]["id"])
    assert _line(saved, "after")["uscc"] == USCC[YUNMENG]


async def test_only_who_may_change_the_enterprise_does(town: Town, shelf: Shelf):
    clerk = await town.clerk(LUZHOU)
    before = await shelf.standing()
    mutation = "mutation($i: OrderDraftInput!) { orderDraft(input: $i) { __typename } }"
    for who in (clerk, town.stranger):
        answer = await who.send(mutation, i={"content": {"organizationChange": {"name": "别人"}}})
        assert answer["errors"][0]["extensions"]["code"] in {"FORBIDDEN", "UNAUTHENTICATED"}
    assert await shelf.standing() == before
