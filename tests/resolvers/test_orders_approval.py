"""Approval looks again at everything, and then everything happens or nothing."""

import pytest

from tests.office import done, look, open_office, problems, try_step
from tests.scenes import JIANGMEN, LUZHOU, USCC, YUNMENG, Town, unit
from tests.shelf import Shelf

GRAPH = ("estate", "building", "unit", "owner", "account", "row_history")


async def test_a_rate_that_vanished_since_submission_is_missed_at_approval(town: Town, shelf: Shelf):
    office = await open_office(town)
    order = await office.accept()
    await shelf.change(
        "update deposit_rate set valid_to = '2026-11-21' where category = 'RESIDENTIAL' and has_lift"
    )
    before = await shelf.standing()
    answer = await try_step(office.reviewer, "APPROVE", order)
    assert [(one["code"], one["row"]) for one in answer["problems"]] == [
        ("RATE_NOT_CONFIGURED", 1),
        ("RATE_NOT_CONFIGURED", 3),
    ]
    assert await shelf.standing() == before


async def test_an_estate_that_came_to_be_meanwhile_is_found_at_approval(town: Town, shelf: Shelf):
    office = await open_office(town)
    await office.complete(name="别处", address="别处1号")
    order = await office.accept()
    await shelf.change(
        "update estate set name_key = '江畔花园', address_key = '江畔花园路1号' where name = '别处'"
    )
    before = await shelf.standing()
    assert await problems(office.reviewer, "APPROVE", order) == ["ESTATE_EXISTS"]
    assert await shelf.standing() == before


async def test_a_contract_number_taken_meanwhile_by_anybody_is_found_at_approval(town: Town, shelf: Shelf):
    office = await open_office(town)
    other = await town.developer(LUZHOU, USCC[YUNMENG], "neighbour")
    office_of_other = type(office)(town, other, office.clerk, office.reviewer)
    order = await office.accept([unit("301", contractNo="HT-2026-001"), unit("302")])
    await office_of_other.complete([unit("301", contractNo="HT-2026-001")], name="别处")
    before = await shelf.standing()
    answer = await try_step(office.reviewer, "APPROVE", order)
    assert [(one["code"], one["row"]) for one in answer["problems"]] == [("CONTRACT_TAKEN", 1)]
    assert await shelf.standing() == before


async def test_ones_own_taken_contract_number_is_found_at_submission(town: Town):
    office = await open_office(town)
    await office.complete([unit("301", contractNo="HT-2026-001")], name="别处")
    order = await office.prepare(
        [unit("301", contractNo="HT-2026-001"), unit("302", contractNo="x"), unit("303", contractNo="x")]
    )
    answer = await try_step(office.developer, "SUBMIT", order)
    assert [(one["code"], one["row"]) for one in answer["problems"]] == [
        ("CONTRACT_TAKEN", 1),
        ("CONTRACT_TAKEN", 3),
    ]


async def test_what_fails_half_way_leaves_nothing_of_the_graph(town: Town, shelf: Shelf):
    office = await open_office(town)
    order = await office.accept()
    # Estate, buildings and units are written by then; the accounts, which come last, hit upon a taken number.
    await shelf.change(
        "create function stop() returns trigger language plpgsql as $$ begin"
        " raise unique_violation using message ="
        " 'duplicate key value violates unique constraint \"unit_contract_key\"'; end $$"
    )
    await shelf.change(
        "create trigger stop before insert on account for each row"
        " when (new.kind = 'UNIT') execute function stop()"
    )
    before = await shelf.standing()
    assert await problems(office.reviewer, "APPROVE", order) == ["CONTRACT_TAKEN"]
    assert await shelf.standing() == before
    assert (await look(office.reviewer, order))["status"] == "ACCEPTED"
    await shelf.change("drop trigger stop on account")
    assert (await done(office.reviewer, "APPROVE", order))["status"] == "COMPLETED"
    assert {name: await shelf.one(f"select count(*) from {name}") for name in GRAPH[:3]} == {
        "estate": 1,
        "building": 2,
        "unit": 3,
    }


@pytest.mark.parametrize(
    ("point", "dues"),
    [
        # 2022-03-31 has no published rate in Jiangmen; from 2022-04-01 on it is 30, 20 for parking.
        ("2022-03-31", None),
        ("2022-04-01", [265050, 25000]),
    ],
)
async def test_the_rate_is_that_of_the_deposit_point(
    town: Town, shelf: Shelf, point: str, dues: list[int] | None
):
    office = await open_office(town, JIANGMEN)
    parking = unit("101", "12.50", usage="车位", floor="-1", building="地下室", section="")
    order = await office.prepare([unit(), parking], depositPoint=point)
    if dues is None:
        answer = await try_step(office.developer, "SUBMIT", order)
        assert [(one["code"], one["row"]) for one in answer["problems"]] == [
            ("RATE_NOT_CONFIGURED", 1),
            ("RATE_NOT_CONFIGURED", 2),
        ]
        return
    await done(office.developer, "SUBMIT", order)
    await done(office.clerk, "ACCEPT", order, registrationPapersReceived=True)
    await done(office.reviewer, "APPROVE", order)
    assert [
        due for (due,) in await shelf.rows("select due from account where kind = 'UNIT' order by due desc")
    ] == dues
    assert await shelf.rows("select distinct deposit_point::text from unit") == [(point,)]


async def test_a_later_rate_holds_from_its_first_day(town: Town, shelf: Shelf):
    office = await open_office(town, YUNMENG)
    shop = {"usage": "商铺"}
    for name, point, due in (("旧", "2025-12-31", 660000), ("新", "2026-01-01", 720000)):
        await office.complete([unit("301", "100", **shop)], name=name, depositPoint=point)
        found = await shelf.one(
            "select a.due from account a join estate e on e.id = a.estate_id"
            " where a.kind = 'UNIT' and e.name = :n",
            n=name,
        )
        assert found == due


async def test_a_usage_without_a_rate_is_named_by_line_and_never_free(town: Town):
    office = await open_office(town)
    order = await office.prepare([unit("301"), unit("302", usage="商铺"), unit("303", usage="物管用房")])
    answer = await try_step(office.developer, "SUBMIT", order)
    assert [(one["code"], one["row"], one["path"]) for one in answer["problems"]] == [
        ("RATE_NOT_CONFIGURED", 2, "usage"),
        ("RATE_NOT_CONFIGURED", 3, "usage"),
    ]
    assert "商业服务" in answer["problems"][0]["message"]


async def test_owners_of_the_lines_become_owners_of_the_units(town: Town, shelf: Shelf):
    office = await open_office(town)
    owner = {
        "ownerName": "喆䶮",
        "ownerIdType": "身份证",
        "ownerIdNumber": "510502198503150120",
        "ownerMobile": "13800138000",
    }
    await office.complete([unit("301", **owner), unit("302")])
    assert await shelf.rows("select name, id_number_masked, mobile_masked, source, reviewed from owner") == [
        ("喆䶮", "5105**********0120", "138****8000", "IMPORT", False)
    ]
    assert await shelf.rows(
        "select holder, count(*) from account where kind = 'UNIT' group by 1 order by 1"
    ) == [
        ("DEVELOPER", 1),
        ("OWNER", 1),
    ]


async def test_a_building_is_what_its_first_unit_says_of_it(town: Town, shelf: Shelf):
    office = await open_office(town)
    lines = [
        unit("301"),
        unit("302", completedYm="201409", structure="框架", floorsAbove="18"),
        unit("303", completedYm="201501"),
    ]
    await office.complete(lines)
    assert await shelf.rows("select name, completed_ym, structure, floors_above, position from building") == [
        ("1栋", "201409", "3", 18, 1)
    ]
