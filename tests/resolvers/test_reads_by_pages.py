"""Connections go both ways by cursors that stay right, and refuse what cannot be meant."""

import base64
import json
from typing import Any

import pytest

from tests.resolvers.reading import clear, code, estate_of, homes
from tests.scenes import JIANGMEN, LUZHOU, Caller, Developer, Town


@pytest.fixture
async def developer(town: Town) -> Developer:
    """Give a developer of Luzhou, where sample rates are set."""
    await town.set_rates(LUZHOU)
    return await town.developer(LUZHOU)


PAGE = """query($e: ID!, $first: Int, $after: String, $last: Int, $before: String) {
  node(id: $e) { ... on Estate {
  units(first: $first, after: $after, last: $last, before: $before) {
    edges { cursor node { roomNo } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } } } }"""


async def page(caller: Caller, estate: str, **asked: Any) -> tuple[list[str], bool, bool, Any]:
    """Give a page's rooms, whether more follows or comes before, and its connection."""
    found = (await caller.ask(PAGE, e=estate, **asked))["node"]["units"]
    info = found["pageInfo"]
    cursors = [edge["cursor"] for edge in found["edges"]]
    assert (info["startCursor"], info["endCursor"]) == (
        (cursors[0], cursors[-1]) if cursors else (None, None)
    )
    rooms = [edge["node"]["roomNo"] for edge in found["edges"]]
    return rooms, info["hasPreviousPage"], info["hasNextPage"], cursors


async def test_pages_go_forwards_and_backwards_and_tell_what_lies_beyond(town: Town, developer: Developer):
    await town.collect(developer, homes(5))
    estate = await estate_of(developer)
    rooms, before, after, cursors = await page(developer, estate)
    assert (rooms, before, after) == (["101", "102", "103", "104", "201"], False, False)
    a, b, _, d, e = cursors
    assert (await page(developer, estate, first=2))[:3] == (["101", "102"], False, True)
    assert (await page(developer, estate, first=2, after=b))[:3] == (["103", "104"], True, True)
    assert (await page(developer, estate, first=2, after=d))[:3] == (["201"], True, False)
    assert (await page(developer, estate, first=2, after=e))[:3] == ([], True, False)
    assert (await page(developer, estate, last=2))[:3] == (["104", "201"], True, False)
    assert (await page(developer, estate, last=2, before=d))[:3] == (["102", "103"], True, True)
    assert (await page(developer, estate, last=2, before=b))[:3] == (["101"], False, True)
    assert (await page(developer, estate, last=2, before=a))[:3] == ([], False, True)
    assert (await page(developer, estate, first=9, after=a, before=d))[:3] == (["102", "103"], True, True)
    assert (await page(developer, estate, last=1, after=a, before=d))[:3] == (["103"], True, True)
    assert (await page(developer, estate, first=0))[:3] == ([], False, True)
    assert (await page(developer, estate, first=100))[:3] == (rooms, False, False)


async def test_a_page_stays_right_when_rows_are_added_in_front(town: Town, developer: Developer):
    ids = [await town.draft(developer, name=f"第{place}期") for place in range(3)]
    ask = "query($a: String) { orders(first: 2, after: $a) { edges { node { id } } pageInfo { endCursor } } }"
    first = (await developer.ask(ask))["orders"]
    newest = await town.draft(developer, name="新的")
    second = (await developer.ask(ask, a=first["pageInfo"]["endCursor"]))["orders"]
    assert [edge["node"]["id"] for edge in first["edges"]] == [ids[2], ids[1]]
    assert [edge["node"]["id"] for edge in second["edges"]][:1] == [ids[0]]
    assert newest not in [edge["node"]["id"] for edge in second["edges"]]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"first": 1, "last": 1}, "BAD_USER_INPUT"),
        ({"first": -1}, "BAD_USER_INPUT"),
        ({"last": -1}, "BAD_USER_INPUT"),
        ({"first": 101}, "TOO_COSTLY"),
        ({"last": 101}, "TOO_COSTLY"),
        ({"after": ""}, "BAD_USER_INPUT"),
        ({"after": "x" * 5000}, "BAD_USER_INPUT"),
        ({"before": "室"}, "BAD_USER_INPUT"),
        ({"before": base64.urlsafe_b64encode(b"[[[[[[").decode()}, "BAD_USER_INPUT"),
        ({"after": base64.urlsafe_b64encode(b"1").decode().rstrip("=")}, "BAD_USER_INPUT"),
    ],
)
async def test_a_page_that_cannot_be_meant_is_refused(town: Town, asked: dict[str, Any], expected: str):
    developer = await town.developer(JIANGMEN)
    answer = await developer.send(
        "query($first: Int, $after: String, $last: Int, $before: String) { "
        "orders(first: $first, after: $after, last: $last, before: $before) { edges { cursor } } }",
        **asked,
    )
    assert code(answer) == expected


CURSORS = """query($o: ID!) { orders { edges { cursor } }
  node(id: $o) { ... on Order { lines { edges { cursor } } } } }"""
AFTER = """query($o: ID!, $c: String) { node(id: $o) { ... on Order {
  lines(after: $c) { edges { node { no } } } } } }"""


async def test_a_cursor_of_another_list_or_of_ones_own_making_is_refused(town: Town, developer: Developer):
    order = await town.draft(developer)
    await town.put(developer, order, homes(2))
    data = await developer.ask(CURSORS, o=order)
    of_orders = data["orders"]["edges"][0]["cursor"]
    of_lines = data["node"]["lines"]["edges"][0]["cursor"]
    assert (await developer.ask(AFTER, o=order, c=of_lines))["node"]["lines"]["edges"] == [
        {"node": {"no": 2}}
    ]
    name, place = json.loads(clear(of_lines))
    assert place == 1
    forged = [
        [name, 2**63],
        [name, True],
        [name, "1"],
        [name, None],
        [name, 1.5],
        [name],
        [name, 1, 1],
        ["x", 1],
        {"a": 1},
    ]
    for value in forged:
        text = (
            base64.urlsafe_b64encode(json.dumps(value, separators=(",", ":")).encode()).decode().rstrip("=")
        )
        assert code(await developer.send(AFTER, o=order, c=text)) == "BAD_USER_INPUT", value
    for text in (of_orders, of_lines + "=", of_lines[:-1]):
        assert code(await developer.send(AFTER, o=order, c=text)) == "BAD_USER_INPUT", text
    of_estates = await developer.send(
        "query($c: String) { estates(after: $c) { edges { cursor } } }", c=of_orders
    )
    assert code(of_estates) == "BAD_USER_INPUT"
