"""How an enterprise registers: at the window in Luzhou, at once in Jiangmen, and what may go wrong."""

import asyncio
from typing import Any

import pytest

from tests.conftest import MovableClock
from tests.office import attach, done, look, open_office, problems, try_step
from tests.resolvers.signing import count_rows
from tests.scenes import JIANGMEN, LUZHOU, PASSWORD, USCC, YUNMENG, Caller, Town
from tests.shelf import Shelf

REGISTRATION = (
    "{ registration { id orderNo status stepsOpen timeline { step note items { path text } }"
    " content { ... on OrganizationRegistration { name uscc legalRepIdNumber loginName } }"
    " attachments { kind } } }"
)
ME = "{ me { name roles organization { name status papersStatus } } }"


async def sign_in(town: Town, city: int, name: str = "admin", password: str = PASSWORD) -> Any:
    """Try to sign in."""
    return await town.stranger.act(
        "signIn",
        {"city": city, "name": name, "password": password},
        "... on SignedInDone { token }",
        "SignInInput",
    )


async def again(visitor: Caller, town: Town, city: int, **more: Any) -> Any:
    """Hand a registration in with an earlier visitor's token."""
    papers = [
        {"kind": kind, "fileId": await town.upload(visitor)}
        for kind in town.desk.cities[city].required_attachments("ORGANIZATION_REGISTRATION")
    ]
    form = {
        "name": "示范置业有限公司",
        "uscc": USCC[city],
        "legalRepresentative": "喆䶮",
        "legalRepIdNumber": "510502198503150120",
        "contactName": "王小明",
        "contactMobile": "13800138000",
        "registeredAddress": "滨江路一段1号",
        "loginName": "admin",
        "password": PASSWORD,
        "agreementAccepted": True,
        "papers": papers,
        **more,
    }
    return await visitor.act(
        "organizationRegister", form, "... on OrderDone { order { id status } }", "OrganizationRegisterInput"
    )


async def test_in_luzhou_the_window_decides(town: Town):
    visitor, registered = await town.register(LUZHOU)
    assert registered["order"]["status"] == "SUBMITTED"
    order = registered["order"]["id"]
    assert await town.stranger.refused(await sign_in(town, LUZHOU, password="wrong but long enough")) == [
        "SIGN_IN_FAILED"
    ]
    assert await town.stranger.refused(await sign_in(town, LUZHOU)) == ["SIGN_IN_PENDING"]
    seen = (await visitor.ask(REGISTRATION))["registration"]
    assert (seen["status"], seen["stepsOpen"]) == ("SUBMITTED", ["WITHDRAW"])
    assert seen["content"] == {
        "name": "示范置业有限公司",
        "uscc": "91510500MA6200T12B",
        "legalRepIdNumber": "5105**********0120",
        "loginName": "admin",
    }
    clerk, reviewer = await town.clerk(LUZHOU), await town.reviewer(LUZHOU)
    await done(clerk, "ACCEPT", order)
    assert await town.stranger.refused(await sign_in(town, LUZHOU)) == ["SIGN_IN_PENDING"]
    await done(reviewer, "APPROVE", order)
    token = (await sign_in(town, LUZHOU))["token"]
    me = (await Caller(town.http, {"Authorization": f"Bearer {token}"}).ask(ME))["me"]
    assert me["organization"] == {"name": "示范置业有限公司", "status": "ACTIVE", "papersStatus": "RECEIVED"}
    assert me["roles"] == ["org_admin"]


@pytest.mark.parametrize("city", [JIANGMEN, YUNMENG])
async def test_in_jiangmen_an_enterprise_works_at_once_and_is_proven_by_its_first_order(
    town: Town, city: int
):
    office = await open_office(town, city)
    organization = (await office.developer.ask(ME))["me"]["organization"]
    assert (organization["status"], organization["papersStatus"]) == ("PROVISIONAL", "PENDING")
    order = await office.submit()
    await done(office.clerk, "ACCEPT", order)
    assert await problems(office.reviewer, "APPROVE", order) == ["REGISTRATION_PAPERS_MISSING"]
    await done(office.clerk, "RETURN", order)
    await done(office.developer, "SUBMIT", order)
    await done(office.clerk, "ACCEPT", order, registrationPapersReceived=True)
    organization = (await office.developer.ask(ME))["me"]["organization"]
    assert (organization["status"], organization["papersStatus"]) == ("ACTIVE", "RECEIVED")
    assert (await done(office.reviewer, "APPROVE", order))["status"] == "COMPLETED"
    second = await office.submit(name="第二个")
    await done(office.clerk, "ACCEPT", second)
    assert (await done(office.reviewer, "APPROVE", second))["status"] == "COMPLETED"


async def test_a_returned_registration_is_corrected_with_the_same_token(town: Town, shelf: Shelf):
    visitor, registered = await town.register(LUZHOU)
    order = registered["order"]["id"]
    clerk, reviewer = await town.clerk(LUZHOU), await town.reviewer(LUZHOU)
    items = [{"path": "uscc", "text": "与营业执照不符"}]
    await done(clerk, "RETURN", order, note="请更正", items=items)
    seen = (await visitor.ask(REGISTRATION))["registration"]
    assert seen["status"] == "RETURNED"
    assert seen["timeline"][-1] == {"step": "RETURN", "note": "请更正", "items": items}
    corrected = await again(
        visitor, town, LUZHOU, uscc=USCC[YUNMENG], loginName="boss", password="another good phrase"
    )
    assert corrected["order"] == {"id": order, "status": "SUBMITTED"}
    assert await shelf.rows("select uscc, status from organization") == [(USCC[YUNMENG], "PENDING_REVIEW")]
    assert await shelf.one("select count(*) from attachment") == 4, (
        "the new papers are in the place of the old ones"
    )
    await done(clerk, "ACCEPT", order)
    await done(reviewer, "APPROVE", order)
    assert await town.stranger.refused(await sign_in(town, LUZHOU)) == ["SIGN_IN_FAILED"]
    assert (await sign_in(town, LUZHOU, "boss", "another good phrase"))["__typename"] == "SignedInDone"


async def test_papers_that_were_right_need_not_be_uploaded_again(town: Town):
    visitor, registered = await town.register(LUZHOU)
    order = registered["order"]["id"]
    query = "query($id: ID!) { node(id: $id) { ... on Order { attachments { kind file { id } } } } }"
    attached = (await visitor.ask(query, id=order))["node"]["attachments"]
    await done(await town.clerk(LUZHOU), "RETURN", order)
    papers = [{"kind": one["kind"], "fileId": one["file"]["id"]} for one in attached]
    assert (await again(visitor, town, LUZHOU, papers=papers))["order"]["status"] == "SUBMITTED"
    assert (await visitor.ask(query, id=order))["node"]["attachments"] != []


@pytest.mark.parametrize("step", ["REJECT", "DISCARD"])
async def test_what_ended_without_effect_frees_code_and_name(town: Town, step: str):
    visitor, registered = await town.register(LUZHOU)
    order = registered["order"]["id"]
    clerk, reviewer = await town.clerk(LUZHOU), await town.reviewer(LUZHOU)
    if step == "REJECT":
        await done(clerk, "ACCEPT", order)
        await done(reviewer, "REJECT", order)
    else:
        await done(clerk, "RETURN", order)
        await done(visitor, "DISCARD", order)
    assert await town.stranger.refused(await sign_in(town, LUZHOU)) == ["SIGN_IN_FAILED"]
    assert await visitor.refused(await again(visitor, town, LUZHOU)) == ["INVALID_TRANSITION"]
    _, second = await town.register(LUZHOU)
    assert second["__typename"] == "OrderDone", second
    await done(clerk, "ACCEPT", second["order"]["id"])
    await done(reviewer, "APPROVE", second["order"]["id"])
    assert (await sign_in(town, LUZHOU))["__typename"] == "SignedInDone"


async def test_a_withdrawn_registration_can_be_discarded_but_its_code_waits_until_then(town: Town):
    visitor, registered = await town.register(LUZHOU)
    order = registered["order"]["id"]
    await done(visitor, "WITHDRAW", order)
    _, other = await town.register(LUZHOU, login="other")
    assert await visitor.refused(other) == ["USCC_TAKEN"]
    await done(visitor, "DISCARD", order)
    _, other = await town.register(LUZHOU, login="other")
    assert other["__typename"] == "OrderDone"


@pytest.mark.parametrize("city", [LUZHOU, JIANGMEN])
async def test_code_and_sign_in_name_are_unique_in_a_city(town: Town, shelf: Shelf, city: int):
    visitor, _ = await town.register(city)
    _, elsewhere = await town.register(YUNMENG, USCC[city])
    assert elsewhere["__typename"] == "OrderDone", "another city is another register"
    before = await shelf.rows("select count(*) from organization")
    for uscc, login, code in (
        (USCC[city], "other", "USCC_TAKEN"),
        (USCC[YUNMENG], "ＡＤＭＩＮ", "NAME_TAKEN"),
    ):
        _, second = await town.register(city, uscc, login)
        assert await visitor.refused(second) == [code]
    assert await shelf.rows("select count(*) from organization") == before


async def test_of_four_registrations_of_one_code_at_once_one_is_taken(town: Town, shelf: Shelf):
    answers = await asyncio.gather(*(town.register(JIANGMEN, login=f"admin{place}") for place in range(4)))
    kinds = [answer["__typename"] for _, answer in answers]
    assert sorted(kinds) == ["OrderDone"] + ["Rejected"] * 3
    assert {p["code"] for _, answer in answers for p in answer.get("problems", ())} == {"USCC_TAKEN"}
    assert await shelf.one("select count(*) from organization") == 1


async def test_one_visitor_registers_once_however_often_it_is_sent(town: Town, shelf: Shelf):
    visitor = await town.visitor(JIANGMEN)
    answers = await asyncio.gather(*(again(visitor, town, JIANGMEN) for _ in range(5)))
    assert sorted(answer["__typename"] for answer in answers) == ["OrderDone"] + ["Rejected"] * 4
    assert {p["code"] for answer in answers for p in answer.get("problems", ())} == {"INVALID_TRANSITION"}
    assert await shelf.one("select count(*) from business_order") == 1


@pytest.mark.parametrize(
    ("wrong", "found"),
    [
        ({"agreementAccepted": False}, [("AGREEMENT_REQUIRED", "agreementAccepted")]),
        ({"uscc": "91510500MA6200T12C"}, [("USCC_CHECKSUM", "uscc")]),
        ({"uscc": "91510500MA620OT12B"}, [("USCC_CHARSET", "uscc")]),
        ({"uscc": "91350100M000100Y4Z"}, [("USCC_CHARSET", "uscc")]),
        ({"uscc": "9151"}, [("USCC_CHARSET", "uscc")]),
        ({"legalRepIdNumber": "510502198503150121"}, [("ID_CHECKSUM", "legalRepIdNumber")]),
        ({"legalRepIdNumber": "510504200102290125"}, [("ID_DATE", "legalRepIdNumber")]),
        ({"contactMobile": "12345678901"}, [("MOBILE_FORMAT", "contactMobile")]),
        ({"name": "  "}, [("FIELD_REQUIRED", "name")]),
        ({"loginName": "a b"}, [("TEXT_INVALID", "loginName")]),
        ({"password": "short"}, [("PASSWORD_SHORT", "password")]),
        ({"password": "password123"}, [("PASSWORD_COMMON", "password")]),
        ({"password": "admin-admin", "loginName": "admin-admin"}, [("PASSWORD_COMMON", "password")]),
        ({"papers": []}, [("ATTACHMENT_REQUIRED", "attachments")] * 4),
    ],
)
async def test_everything_wrong_with_a_form_is_told_and_nothing_is_kept(
    town: Town, shelf: Shelf, wrong: dict[str, Any], found: list[tuple[str, str]]
):
    visitor = await town.visitor(LUZHOU)
    for _ in town.desk.cities[LUZHOU].required_attachments("ORGANIZATION_REGISTRATION"):
        await town.upload(visitor)
    files = await shelf.one("select count(*) from file")
    answer = await again(visitor, town, LUZHOU, **wrong)
    assert [(one["code"], one["path"]) for one in answer["problems"]] == found
    assert await shelf.rows(
        "select (select count(*) from organization), (select count(*) from business_order),"
        " (select count(*) from login), (select count(*) from attachment), (select count(*) from counter)"
    ) == [(0, 0, 0, 0, 0)]
    assert await shelf.one("select count(*) from file") >= files
    assert (await visitor.ask(REGISTRATION))["registration"] is None


async def test_all_of_a_forms_faults_come_together(town: Town):
    visitor = await town.visitor(LUZHOU)
    answer = await again(
        visitor, town, LUZHOU, uscc="x", contactMobile="1", agreementAccepted=False, password="short", name=""
    )
    assert [one["code"] for one in answer["problems"]] == [
        "USCC_CHARSET",
        "MOBILE_FORMAT",
        "FIELD_REQUIRED",
        "AGREEMENT_REQUIRED",
        "PASSWORD_SHORT",
    ]


async def test_a_form_names_the_papers_that_are_missing(town: Town):
    visitor = await town.visitor(LUZHOU)
    answer = await again(visitor, town, LUZHOU, papers=[])
    assert "营业执照" in answer["problems"][0]["message"]


async def test_only_its_own_visitor_sees_a_registration(town: Town):
    _, registered = await town.register(LUZHOU)
    other = await town.visitor(LUZHOU)
    assert (await other.ask(REGISTRATION))["registration"] is None
    assert await look(other, registered["order"]["id"]) is None
    answer = await town.stranger.send(REGISTRATION)
    assert answer["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"


async def test_nobody_else_registers(town: Town):
    office = await open_office(town, JIANGMEN)
    query = "mutation($i: OrganizationRegisterInput!) { organizationRegister(input: $i) { __typename } }"
    form: dict[str, Any] = {
        "name": "x",
        "uscc": "x",
        "legalRepresentative": "x",
        "legalRepIdNumber": "x",
        "contactName": "x",
        "contactMobile": "x",
        "registeredAddress": "x",
        "loginName": "x",
        "password": "x",
        "agreementAccepted": True,
        "papers": [],
    }
    for caller in (office.developer, office.clerk, await town.bank(JIANGMEN)):
        answer = await caller.send(query, i=form)
        assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"


async def test_a_developer_does_not_touch_its_own_registration_any_more(town: Town):
    visitor, registered = await town.register(LUZHOU)
    order = registered["order"]["id"]
    clerk, reviewer = await town.clerk(LUZHOU), await town.reviewer(LUZHOU)
    await done(clerk, "ACCEPT", order)
    await done(reviewer, "APPROVE", order)
    developer = Caller(town.http, await town.sign_in(LUZHOU, "admin"))
    assert (await look(developer, order))["status"] == "COMPLETED"
    for step in ("SUBMIT", "WITHDRAW", "DISCARD"):
        assert await try_step(developer, step, order) == "FORBIDDEN"
    file = await town.upload(developer)
    query = "mutation($i: OrderAttachInput!) { orderAttach(input: $i) { __typename } }"
    answer = await developer.send(query, i={"orderId": order, "fileId": file, "kind": "BUSINESS_LICENSE"})
    assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    assert await visitor.refused(
        await attach(visitor, order, await town.upload(visitor), "BUSINESS_LICENSE")
    ) == ["INVALID_TRANSITION"]


@pytest.mark.parametrize("city", [LUZHOU, JIANGMEN])
async def test_the_visitor_prints_the_registration_form(town: Town, shelf: Shelf, city: int):
    visitor, registered = await town.register(city)
    query = (
        "mutation($i: OrderPrintInput!) { orderPrint(input: $i) {"
        " __typename ... on FileMade { file { url name } } } }"
    )
    printed = (await visitor.ask(query, i={"orderId": registered["order"]["id"], "form": "APPLICATION"}))[
        "orderPrint"
    ]
    assert printed["file"]["name"].endswith("-机构注册申请表.pdf")
    pdf = await visitor.fetch(printed["file"]["url"])
    assert pdf.status_code == 200
    assert pdf.content.startswith(b"%PDF")
    assert (await town.stranger.fetch(printed["file"]["url"])).status_code in {401, 404}
    assert await shelf.rows("select rule from audit where act = 'orderPrint'") == [
        ("public: registration.view",)
    ]
    opening = (await visitor.ask(query, i={"orderId": registered["order"]["id"], "form": "OPENING_LIST"}))[
        "orderPrint"
    ]
    assert opening["__typename"] == "Rejected"


async def test_the_form_is_there_from_submission_until_it_goes_back(town: Town):
    visitor, registered = await town.register(LUZHOU)
    order = registered["order"]["id"]
    await done(await town.clerk(LUZHOU), "RETURN", order)
    answer = await visitor.act(
        "orderPrint",
        {"orderId": order, "form": "APPLICATION"},
        "... on FileMade { file { url } }",
        "OrderPrintInput",
    )
    assert await visitor.refused(answer) == ["INVALID_TRANSITION"]


async def test_a_registration_token_lasts_as_long_as_the_office_may_take(town: Town, clock: MovableClock):
    visitor, _ = await town.register(LUZHOU)
    clock.move(days=29)
    assert (await visitor.ask(REGISTRATION))["registration"]["status"] == "SUBMITTED"
    clock.move(days=2)
    assert (await visitor.send(REGISTRATION))["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"


async def test_one_address_begins_thirty_registrations_and_then_waits_while_others_do_not(town: Town) -> None:
    begun = [(await begin(town.stranger))["__typename"] for _ in range(30)]
    assert begun == ["SignedInDone"] * 30
    visitors = await count_rows(town, "principal")
    refused = await begin(town.stranger)
    assert [problem["code"] for problem in refused["problems"]] == ["SIGN_IN_THROTTLED"]
    assert await count_rows(town, "principal") == visitors
    elsewhere = await begin(town.at("192.0.2.7").stranger)
    assert elsewhere["__typename"] == "SignedInDone"


async def begin(stranger: Caller) -> Any:
    """Begin a registration in Luzhou."""
    given = {"city": LUZHOU}
    return await stranger.act(
        "registrationOpen", given, "... on SignedInDone { token }", "RegistrationOpenInput"
    )
