"""Deposits summed up over HTTP: the figures by hand, and for any rights the sums of the very lists."""

import base64
import json
from collections import defaultdict
from collections.abc import Iterable
from itertools import product
from typing import Any
from uuid import UUID

from domain.area import format_area, parse_area
from domain.money import format_yuan, parse_yuan
from schema.ids import read_id
from tests.resolvers.reporting.streets import Streets, figures
from tests.scenes import LUZHOU, Caller

_UNITS = """query($s: UnitStatus) { units(first: 100, filter: { status: $s }) { edges { node {
  grossArea usage rateCategory depositPoint estate { name district } building { name }
  account { due paidFirst outstanding balance } } } } }"""
ALL = figures(5, "284.1835", "17892.85", "13184.50", "4708.35", "13184.50", 2)
RIVERSIDE = figures(2, "150.00", "9000.00", "7000.00", "2000.00", "7000.00", 1)
GARDEN = figures(3, "134.1835", "8892.85", "6184.50", "2708.35", "6184.50", 1)


async def test_deposits_are_summed_up_by_estate_and_building_to_the_fen(streets: Streets):
    found = await streets.ask(None, "ESTATE", "BUILDING")
    told = [
        (group["estate"]["name"], group["building"]["name"], group["figures"]) for group in found["groups"]
    ]
    assert told == [
        (
            "江畔花园",
            "1栋",
            figures(2, "121.6835", "8517.85", "6184.50", "2333.35", "6184.50", 1),
        ),
        ("江畔花园", "地下室", figures(1, "12.50", "375.00", "0.00", "375.00", "0.00", 0)),
        ("滨江苑", "2栋", RIVERSIDE),
    ]
    assert found["total"] == ALL
    assert await streets.ask() == {"groups": [], "total": ALL}


async def test_deposits_are_summed_up_by_usage_category_month_district_and_developer(streets: Streets):
    found = await streets.ask(None, "CATEGORY", "MONTH", "DISTRICT", "ORGANIZATION")
    day = await streets.shelf.one("select distinct to_char(deposit_point, 'YYYY-MM') from unit")
    district = streets.town.desk.cities[LUZHOU].codes.district[0].code
    told = [
        (
            group["rateCategory"],
            group["month"],
            group["district"],
            group["organization"]["name"],
            group["figures"]["due"],
        )
        for group in found["groups"]
    ]
    assert told == [
        ("RESIDENTIAL", day, district, "示范置业有限公司", "17517.85"),
        ("PARKING", day, district, "示范置业有限公司", "375.00"),
    ]
    assert [group["estate"] for group in found["groups"]] == [None, None]


async def test_a_summary_is_limited_by_its_filter(streets: Streets):
    async def total(**chosen: Any) -> Any:
        return (await streets.ask(None, **chosen))["total"]

    assert await total(estateId=streets.second.estate) == RIVERSIDE
    assert (await total(paid=False))["outstanding"] == "4708.35"
    assert (await total(paid=True))["due"] == "13184.50"
    assert (await total(rateCategory="PARKING"))["due"] == "375.00"
    assert (await total(since="2999-01-01"))["units"] == 0
    assert (await total(until="1999-01-01"))["units"] == 0
    assert (await total(status="CANCELLED"))["units"] == 0
    assert (await total(status=None))["units"] == 5
    assert (await total(estateId=streets.other.estate))["units"] == 0


async def test_the_office_sums_one_developer_up(streets: Streets):
    authority, theirs = await streets.authority(), await streets.organization(streets.other)
    found = await streets.ask(authority, "ESTATE", organizationId=theirs)
    assert [group["estate"]["name"] for group in found["groups"]] == ["别人家园"]
    assert found["total"] == figures(1, "200.00", "14000.00", "0.00", "14000.00", "0.00", 0)
    query = """query($f: ArrearsFilter) { arrears(filter: $f) { edges { node { roomNo } } } }"""
    owing = (await authority.ask(query, f={"organizationId": theirs}))["arrears"]["edges"]
    assert [edge["node"]["roomNo"] for edge in owing] == ["901"]
    assert (await streets.ask(None, organizationId=theirs))["total"]["units"] == 0


def _place(unit: Any, dimension: str) -> Any:
    match dimension:
        case "ESTATE":
            return unit["estate"]["name"]
        case "BUILDING":
            return unit["building"]["name"]
        case "USAGE":
            return unit["usage"]
        case "CATEGORY":
            return unit["rateCategory"]
        case "DISTRICT":
            return unit["estate"]["district"]
        case _:
            return unit["depositPoint"][:7]


def _sum(units: Iterable[Any]) -> Any:
    """Reckon figures from the rows of the list."""
    rows = list(units)

    def money(name: str) -> str:
        return format_yuan(sum(parse_yuan(row["account"][name]) for row in rows))

    return figures(
        len(rows),
        format_area(sum(parse_area(row["grossArea"]) for row in rows)),
        money("due"),
        money("paidFirst"),
        money("outstanding"),
        money("balance"),
        sum(row["account"]["outstanding"] == "0.00" for row in rows),
    )


async def _callers(streets: Streets) -> list[Caller]:
    one, two = streets.first.estate, streets.second.estate
    blind = await streets.member()
    await streets.deny(blind, "account.view", one)
    without = await streets.member()
    await streets.deny(without, "unit.view", two)
    return [
        streets.first.developer,
        streets.other.developer,
        await streets.member([one]),
        await streets.member([two]),
        blind,
        without,
        await streets.authority(),
        await streets.reporter(),
    ]


async def test_for_any_rights_the_groups_are_the_sums_of_what_the_list_shows(streets: Streets):
    shapes = (["ESTATE"], ["BUILDING", "USAGE"], ["CATEGORY", "MONTH", "DISTRICT"])
    counts: list[int] = []
    for caller, by in product(await _callers(streets), shapes):
        listed = (await caller.ask(_UNITS, s="ACTIVE"))["units"]["edges"]
        seen = [edge["node"] for edge in listed if edge["node"]["account"] is not None]
        expected: dict[Any, list[Any]] = defaultdict(list)
        for unit in seen:
            expected[tuple(_place(unit, one) for one in by)].append(unit)
        found = await streets.ask(caller, *by)
        groups = {tuple(_told(group, one) for one in by): group["figures"] for group in found["groups"]}
        assert groups == {key: _sum(units) for key, units in expected.items()}
        assert found["total"] == _sum(seen)
        counts.append(found["total"]["units"])
    assert counts[::3] == [5, 1, 3, 2, 2, 3, 6, 6]


def _told(group: Any, dimension: str) -> Any:
    fields = {"CATEGORY": "rateCategory"}
    value: Any = group[fields.get(dimension, dimension.lower())]
    return value["name"] if dimension in {"ESTATE", "BUILDING"} else value


async def test_who_sees_no_accounts_is_told_nothing_of_them(streets: Streets):
    nobody = await streets.nobody()
    assert await streets.ask(nobody, "ESTATE") is None
    assert await streets.ask(streets.first.bank, "ESTATE") is None
    blind = await streets.member([streets.first.estate])
    await streets.deny(blind, "account.view", streets.first.estate)
    assert await streets.ask(blind, "ESTATE") is None


async def test_arrears_show_who_owes_since_when_and_on_which_notice(streets: Streets):
    query = """query($f: ArrearsFilter) { arrears(first: 10, filter: $f) { totalCount edges { node {
      roomNo depositPoint account { outstanding openNoticeNo } owners { name idNumber } } } } }"""

    async def owing(by: Caller, **chosen: Any) -> list[tuple[str, str, str | None]]:
        found = (await by.ask(query, f=chosen or None))["arrears"]
        nodes = [edge["node"] for edge in found["edges"]]
        assert found["totalCount"] == len(nodes)
        return sorted(
            (node["roomNo"], node["account"]["outstanding"], node["account"]["openNoticeNo"])
            for node in nodes
        )

    number = streets.notice["noticeNo"]
    everything = [("101", "375.00", None), ("302", "2333.35", number), ("502", "2000.00", None)]
    assert await owing(streets.first.developer) == everything
    assert await owing(streets.first.developer, estateId=streets.second.estate) == everything[2:]
    assert await owing(streets.first.developer, usage="06") == []
    assert await owing(streets.first.developer, until="1999-01-01") == []
    assert await owing(await streets.member([streets.first.estate])) == everything[:2]
    blind = await streets.member()
    await streets.deny(blind, "account.view", streets.first.estate)
    assert await owing(blind) == everything[2:]
    unknowing = await streets.member()
    await streets.deny(unknowing, "notice.view", streets.first.estate)
    assert await owing(unknowing) == [(room, amount, None) for room, amount, _ in everything]
    assert [room for room, _, _ in await owing(await streets.reporter())] == ["101", "302", "502", "901"]


async def test_arrears_are_read_by_pages_from_the_longest_due_on(streets: Streets):
    query = """query($a: String) { arrears(first: 1, after: $a) { pageInfo { hasNextPage endCursor }
      edges { cursor node { id depositPoint } } } }"""
    developer, seen, after = streets.first.developer, list[tuple[str, UUID]](), None
    for _ in range(3):
        page = (await developer.ask(query, a=after))["arrears"]
        (edge,) = page["edges"]
        seen.append((edge["node"]["depositPoint"], read_id(edge["node"]["id"])[2]))
        after = page["pageInfo"]["endCursor"]
        assert page["pageInfo"]["hasNextPage"] is (len(seen) < 3)
    assert (len(set(seen)), seen) == (3, sorted(seen))
    assert (await developer.ask(query, a=after))["arrears"]["edges"] == []
    name = "unit deposit_point id"
    for torn in (["2026-02-30", "0" * 32], [20261122, "0" * 32], ["20261122", "0" * 32], ["2026-11-22"]):
        text = base64.urlsafe_b64encode(json.dumps([name, *torn], separators=(",", ":")).encode())
        answer = await developer.send(query, a=text.decode().rstrip("="))
        assert [error["extensions"]["code"] for error in answer["errors"]] == ["BAD_USER_INPUT"], torn
