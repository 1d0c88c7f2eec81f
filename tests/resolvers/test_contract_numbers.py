"""A unit's contract number is shown to who may see contracts on its estate, and null to everybody else."""

from typing import Any

import pytest

from db.engine import Addresses
from tests.db.roles import change, give_deputy
from tests.neighbours import Neighbours
from tests.ordinary import ask_ordinary
from tests.scenes import JIANGMEN, Caller, Developer, Town, unit
from tests.statements import Statements

WITHIN = "{ estates { edges { node { name units { edges { node { id code contractNo } } } } } } }"
ONE = "query($id: ID!) { node(id: $id) { ... on Unit { roomNo contractNo again: contractNo } } }"
TABLE = """{ estates { edges { node { name buildings { units { contractNo }
  grid { floors { units { contractNo } } } } } } } }"""
VIEWS = ["estate", "building", "unit", "owner", "payment", "order"]


@pytest.fixture
async def developer(town: Town) -> Developer:
    """Give a developer with two estates, each with a unit under contract, and a unit under none."""
    developer = await town.developer(JIANGMEN)
    for name in ("一期", "二期"):
        homes = [unit("301", contractNo=f"HT-{name}"), unit("302")]
        await town.collect(developer, homes, name=name, address=name)
    await give_deputy(town, developer)
    return developer


async def _grant(town: Town, server: Addresses, **kinds: list[str] | None) -> None:
    """Let the developer's admin be one who may see only what is granted, each estate for kinds of its own."""
    demoted = "update role_assignment set role = 'viewer' where role = 'org_admin' and principal_id not in"
    await change(town, server, f"{demoted} (select id from principal where name = '副手')")
    for name, granted in kinds.items():
        await change(
            town,
            server,
            "insert into estate_grant (city, id, principal_id, estate_id, kinds)"
            " select :city, gen_random_uuid(), g.principal_id, e.id, to_jsonb(cast(:kinds as text[]))"
            " from estate_grant g join estate e on e.city = g.city and e.name = :name"
            " where g.city = :city and g.estate_id is null",
            city=JIANGMEN,
            name=name,
            kinds=granted,
        )
    await change(town, server, "delete from estate_grant where estate_id is null")


async def _both_ways(town: Town, caller: Caller, query: str, **variables: Any) -> Any:
    """Ask by one statement and without any; both have to say the same."""
    with Statements(town.desk) as statements:
        compiled = await caller.ask(query, **variables)
    assert statements.compiled
    assert statements.of("unit") == statements.of("estate") == 0
    assert await ask_ordinary(town, caller, query, **variables) == compiled
    return compiled


async def _shown(town: Town, caller: Caller) -> dict[str, list[str | None]]:
    """Give the contract numbers that somebody sees, by estate."""
    data = await _both_ways(town, caller, WITHIN)
    found: dict[str, list[str | None]] = {}
    for edge in data["estates"]["edges"]:
        units = [inner["node"] for inner in edge["node"]["units"]["edges"]]
        found[edge["node"]["name"]] = [one["contractNo"] for one in units]
        for one in units:
            alone = await _both_ways(town, caller, ONE, id=one["id"])
            assert alone["node"]["contractNo"] == alone["node"]["again"] == one["contractNo"]
    table = await _both_ways(town, caller, TABLE)
    for edge in table["estates"]["edges"]:
        for building in edge["node"]["buildings"]:
            laid = [
                one for section in building["grid"] for floor in section["floors"] for one in floor["units"]
            ]
            assert laid == building["units"]
            assert [one["contractNo"] for one in laid] == found[edge["node"]["name"]]
    return found


async def test_who_may_see_contracts_everywhere_sees_them(town: Town, developer: Developer):
    assert await _shown(town, developer) == {"一期": ["HT-一期", None], "二期": ["HT-二期", None]}


async def test_who_may_see_contracts_nowhere_sees_none(town: Town, server: Addresses, developer: Developer):
    await _grant(town, server, 一期=VIEWS, 二期=VIEWS)
    assert await _shown(town, developer) == {"一期": [None, None], "二期": [None, None]}


async def test_who_may_see_contracts_on_one_estate_sees_them_there(
    town: Town, server: Addresses, developer: Developer
):
    await _grant(town, server, 一期=VIEWS, 二期=[*VIEWS, "contract"])
    assert await _shown(town, developer) == {"一期": [None, None], "二期": ["HT-二期", None]}


async def test_a_right_to_contracts_alone_shows_no_unit(town: Town, server: Addresses, developer: Developer):
    await _grant(town, server, 一期=["estate", "building", "contract"], 二期=[*VIEWS, "contract"])
    assert await _shown(town, developer) == {"一期": [], "二期": ["HT-二期", None]}


async def test_the_office_sees_every_contract_of_its_city(neighbours: Neighbours):
    numbers = [
        shown for units in (await _shown(neighbours.town, neighbours.clerk)).values() for shown in units
    ]
    assert sorted(filter(None, numbers)) == ["first-510500-1", "second-510500-1"]
