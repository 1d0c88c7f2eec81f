"""What reading costs: a statement for all who ask side by side, whatever the number of units."""

import asyncio

import pytest

from db.base import Pool
from domain.refusal import TooCostly
from tests.ordinary import ask_ordinary
from tests.resolvers.reading import homes, issue
from tests.scenes import LUZHOU, Developer, Town
from tests.statements import Statements


@pytest.fixture
async def developer(town: Town) -> Developer:
    """Give a developer of Luzhou, where sample rates are set."""
    await town.set_rates(LUZHOU)
    return await town.developer(LUZHOU)


async def test_a_list_is_counted_only_when_its_total_is_asked(town: Town, developer: Developer):
    await town.draft(developer)
    page = "{ orders(first: 1) { edges { node { id } } pageInfo { hasNextPage hasPreviousPage } } }"
    total = "{ orders(first: 1) { totalCount edges { node { id } } } }"
    with Statements(town.desk) as plain:
        await developer.ask(page)
        await ask_ordinary(town, developer, page)
    with Statements(town.desk) as counted:
        await developer.ask(total)
        await ask_ordinary(town, developer, total)
    assert not any("count(" in text for text in (*plain.texts, *plain.compiled))
    assert sum("count(" in text for text in counted.texts) == 1
    assert sum("count(" in text for text in counted.compiled) == 1


LINES = """{ orders { edges { node { ...Lines } } } }
  fragment Lines on Order { id
    head: lines(first: 1) { totalCount edges { node { no } } pageInfo { hasNextPage } }
    same: lines(first: 1) { edges { cursor } }
    tail: lines(last: 2) { edges { node { no } } pageInfo { hasPreviousPage } } }"""


async def test_nested_lists_of_several_parents_are_read_for_all_parents_at_once(
    town: Town, developer: Developer
):
    orders = [await town.draft(developer, name=f"第{place}期") for place in range(3)]
    for place, order in enumerate(orders):
        await town.put(developer, order, homes(1 + place))
    with Statements(town.desk) as compiled:
        data = await developer.ask(LINES)
    with Statements(town.desk) as ordinary:
        assert await ask_ordinary(town, developer, LINES) == data
    found = {edge["node"]["id"]: edge["node"] for edge in data["orders"]["edges"]}
    for place, order in enumerate(orders):
        node, last = found[order], 1 + place
        assert node["head"]["totalCount"] == last
        assert [edge["node"]["no"] for edge in node["head"]["edges"]] == [1]
        assert node["head"]["pageInfo"]["hasNextPage"] is (last > 1)
        assert [edge["node"]["no"] for edge in node["tail"]["edges"]] == [1, 2, 3][max(0, last - 2) : last]
        assert node["tail"]["pageInfo"]["hasPreviousPage"] is (last > 2)
    assert (len(compiled.compiled), compiled.texts) == (1, [])
    assert len([text for text in ordinary.texts if "order_line" in text]) == 3, "head, tail and count"


CIRCLES = """{ estates { edges { node { buildings {
  units { building { units { building { units { roomNo } } } } } } } } } }"""


async def test_a_query_that_goes_round_in_circles_ends_and_nothing_of_it_is_answered(
    town: Town, developer: Developer
):
    # 30 units, seen from 30 units, seen from 30 units: 27,000 rows in the last place.
    await town.collect(developer, homes(30))
    answer = await developer.send(CIRCLES)
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["TOO_COSTLY"]
    assert "25000" in answer["errors"][0]["message"]
    assert answer.get("data") is None
    with pytest.raises(TooCostly) as refused:
        await ask_ordinary(town, developer, CIRCLES)
    assert refused.value.params == {"limit": "list_rows", "allowed": "25000"}


ESTATE_PAGE = """{ estates { edges { node { name organization { name } units(first: 100) { totalCount
  edges { node { roomNo building { name } owners { name idNumber }
    account { due balance entries { amount } } } } pageInfo { hasNextPage } } } } } }"""
BUILDING_TABLE = """{ estates { edges { node { buildings { name units { ...Home } grid { section floors {
  floor units { ...Home usageLabel } } } } } } } }
  fragment Home on Unit { roomNo owners { name } account { due balance } }"""
ORDERS = """{ orders { edges { node { orderNo organization { name } estate { name } timeline { step note }
  attachments { kind file { name url } }
  lines(first: 100) { edges { node { no after { ... on UnitContent { roomNo } } } } } } } } }"""
NOTICES = """{ notices(first: 100) { edges { node { noticeNo status estate { name }
  lines { amount owners { name } unit { roomNo account { balance } } }
  payment { amount notice { noticeNo } } } } } }"""


QUERIES = (ESTATE_PAGE, BUILDING_TABLE, ORDERS, NOTICES)


async def test_a_query_of_rows_is_one_statement_whatever_it_asks(town: Town, developer: Developer):
    await town.collect(developer, homes(10, owners=True))
    await issue(town, developer, 2)
    for query in (*QUERIES, LINES, FOUR, FIVE):
        await developer.ask(query)
        with Statements(town.desk) as statements:
            await developer.ask(query)
        assert (len(statements.compiled), statements.texts) == (1, []), query


async def cost(town: Town, developer: Developer, query: str) -> int:
    """Count the statements of a query that no one statement answers."""
    with Statements(town.desk) as statements:
        await ask_ordinary(town, developer, query)
    return statements.count


async def test_a_page_costs_as_many_statements_for_1000_units_as_for_10(town: Town, developer: Developer):
    await town.collect(developer, homes(10, owners=True), name="小区")
    await issue(town, developer, 2)
    small = [await cost(town, developer, query) for query in QUERIES]
    await town.collect(developer, homes(1000, owners=True, a_floor=10), name="大区")
    await issue(town, developer, 100)
    assert [await cost(town, developer, query) for query in QUERIES] == small
    assert max(small) <= 14


FIVE = """{ orders { totalCount } estates { totalCount } notices { totalCount } payments { totalCount }
  depositRates { totalCount } }"""
FOUR = """{ a: orders { edges { node { timeline { step } } } }
  b: estates { edges { node { buildings { units { roomNo } } } } }
  c: notices { totalCount } d: depositRates { totalCount edges { node { rate } } } }"""


async def test_a_request_that_only_reads_is_one_transaction_of_its_own_role(town: Town, developer: Developer):
    with Statements(town.desk) as statements:
        await ask_ordinary(town, developer, FIVE)
    assert statements.transactions[Pool.DEVELOPER] == 1
    assert set(statements.transactions) <= {Pool.DEVELOPER, Pool.GATE}


async def test_fields_side_by_side_in_50_requests_at_once_never_share_a_connection(
    town: Town, developer: Developer
):
    await town.collect(developer, homes(3))
    alone = await developer.ask(FOUR)
    together = await asyncio.gather(*(developer.ask(FOUR) for _ in range(50)))
    assert all(answer == alone for answer in together)
