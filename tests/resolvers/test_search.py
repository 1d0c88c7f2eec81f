"""A search finds exactly the rows in whose texts it stands, within what its asker may see."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from db.engine import Addresses
from db.sealing import Keys
from domain.identity import fold
from resolvers.indexing import complete_search
from tests.conftest import MovableClock, open_desk
from tests.db.roles import change
from tests.resolvers.reading import code
from tests.scenes import LUZHOU, USCC, YUNMENG, Caller, Developer, Town, unit
from tests.shelf import Shelf

_FIND = """query($s: String, $first: Int, $after: String, $last: Int, $before: String) {
  units(filter: {search: $s}, first: $first, after: $after, last: $last, before: $before) {
    totalCount pageInfo { hasNextPage hasPreviousPage endCursor startCursor } edges { node { id } } } }"""
_ALL = """{ units(first: 100) { edges { node { id address roomNo owners { name } estate { id } } } } }"""
_IN_ESTATE = """query($e: ID!, $s: String) { node(id: $e) { ... on Estate {
  units(first: 100, filter: {search: $s}) { totalCount edges { node { id } } } } } }"""
_ESTATES = "query($s: String) { estates(first: 100, filter: {search: $s}) { edges { node { name } } } }"

_PLACES = (
    ("滨江路一段1号", "301"),
    ("滨江路一段1号", "1203"),
    ("Ｂｉｎｊｉａｎｇ Road", "b-07"),
    ("𠮷祥街𠀋号", "𠮷01"),
    ("100%_路\\号", "%_\\"),
    ("Ångström  院\u3000内", "ÅB"),
)
_NAMES = ("王小明", "李%_\\", "𠮷田 𠀋", "O’Neil ÅSA", "示范商贸有限公司", "")


@dataclass(frozen=True)
class Row:
    """A unit as the graph shows it to somebody who may see everything of it."""

    id: str
    texts: tuple[str, str]
    owners: tuple[str, ...]

    def has(self, part: str, *, owners: bool) -> bool:
        """Tell plainly whether a part stands in one of its texts."""
        key = fold(part).lower()
        return any(key in text.lower() for text in (*self.texts, *(self.owners if owners else ())))


@dataclass(frozen=True)
class World:
    """Two developers of one city and its clerk; the second's rights do not reach its owners."""

    town: Town
    mine: Developer
    blind: Developer
    clerk: Caller
    rows: dict[str, list[Row]]
    estate: str

    def expected(self, who: str, part: str) -> list[str]:
        """Give the ids that somebody must find, the newest first."""
        own = {"mine": ("mine",), "blind": ("blind",), "clerk": ("mine", "blind")}[who]
        seen = [row for name in own for row in self.rows[name]]
        found = [row.id for row in seen if row.has(part, owners=who != "blind")]
        return [row.id for row in sorted(seen, key=lambda row: row.id) if row.id in found]


def _lines(offset: int) -> list[dict[str, Any]]:
    lines: list[dict[str, Any]] = []
    for place, (street, room) in enumerate(_PLACES):
        for building in ("1栋", "B座"):
            name = _NAMES[(place + offset) % len(_NAMES)]
            owner = {
                "ownerName": name,
                "ownerIdType": "3",
                "ownerIdNumber": f"E{offset}{place:07d}",
                "ownerMobile": "13800138000",
            }
            address = f"{street}{building}{place}单元{room}"
            lines.append(
                unit(
                    room,
                    building=building,
                    section=f"{place}单元",
                    floor="3",
                    address=address,
                    **(owner if name else {}),
                )
            )
    return lines


async def _read(developer: Developer) -> list[Row]:
    found = (await developer.ask(_ALL))["units"]["edges"]
    return [
        Row(
            node["id"],
            (node["address"], node["roomNo"]),
            tuple(owner["name"] for owner in node["owners"]),
        )
        for node in (edge["node"] for edge in found)
    ]


@pytest.fixture(scope="module")
async def world(server: Addresses, keys: Keys) -> AsyncIterator[World]:
    """Let two developers collect an estate each, and take the right to see owners from the second."""
    async with open_desk(server, keys, MovableClock()) as desk, Town(desk) as town:
        await town.set_rates(LUZHOU)
        mine = await town.developer(LUZHOU, USCC[LUZHOU], "mine")
        blind = await town.developer(LUZHOU, USCC[YUNMENG], "blind")
        await town.collect(mine, _lines(0), name="江畔花园")
        await town.collect(blind, _lines(3), name="江畔%_\\Ｇarden", address="𠮷祥街1号")
        rows = {"mine": await _read(mine), "blind": await _read(blind)}
        await change(
            town,
            server,
            "update estate_grant set kinds = kinds - 'owner' where principal_id ="
            " (select id from login where name = 'blind')",
        )
        await change(town, server, "update principal set version = version + 1 where kind = 'DEVELOPER'")
        mine.headers, blind.headers = await town.sign_in(LUZHOU, "mine"), await town.sign_in(LUZHOU, "blind")
        estate = (await mine.ask(_ALL))["units"]["edges"][0]["node"]["estate"]["id"]
        yield World(town, mine, blind, await town.clerk(LUZHOU), rows, estate)


def _widened(text: str) -> str:
    return "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in text)


_CHANGES: tuple[Callable[[str], str], ...] = (
    lambda text: text,
    str.swapcase,
    _widened,
    lambda text: f" \u3000{text}\t",
    lambda text: text.replace(" ", "\u3000 "),
)


@st.composite
def _parts(draw: st.DrawFn) -> str:
    """Draw a piece of some text of the world, as somebody might type it, or made of its characters."""
    texts = [f"{street}1栋{room}" for street, room in _PLACES] + [name for name in _NAMES if name]
    text = fold(draw(st.sampled_from(texts)))
    start = draw(st.integers(0, len(text) - 1))
    piece = text[start : draw(st.integers(start + 1, len(text)))]
    made_up = draw(st.text(alphabet="".join(texts), min_size=1, max_size=5))
    return draw(st.sampled_from(_CHANGES))(draw(st.sampled_from((piece, piece, made_up))))


async def _found(caller: Caller, part: str) -> list[str]:
    units = (await caller.ask(_FIND, s=part, first=100))["units"]
    ids = [edge["node"]["id"] for edge in units["edges"]]
    assert units["totalCount"] == len(ids)
    return ids


@settings(
    max_examples=200,
    deadline=None,
    suppress_health_check=(HealthCheck.function_scoped_fixture, HealthCheck.too_slow),
)
@given(part=_parts())
async def test_a_search_finds_exactly_the_units_in_whose_texts_it_stands(world: World, part: str):
    for who, caller in (("mine", world.mine), ("blind", world.blind), ("clerk", world.clerk)):
        found = await _found(caller, part)
        assert sorted(found) == sorted(world.expected(who, part)), (who, part)
    inside = (await world.mine.ask(_IN_ESTATE, e=world.estate, s=part))["node"]["units"]
    ids = [edge["node"]["id"] for edge in inside["edges"]]
    assert sorted(ids) == sorted(world.expected("mine", part))
    assert inside["totalCount"] == len(ids)


@pytest.mark.parametrize("part", ["1", "路", "单元", "𠮷", "王", "%", "_", "\\", " ", "b座", "Ｂ座"])
async def test_a_search_is_read_by_pages_the_newest_first(world: World, part: str):
    every = await _found(world.clerk, part)
    assert len(every) >= 2
    newest = await _found(world.clerk, "")
    assert every == [one for one in newest if one in every]
    for forwards in (True, False):
        seen: list[str] = []
        cursor: str | None = None
        for _ in range(len(every)):
            window = {"first": 3, "after": cursor} if forwards else {"last": 3, "before": cursor}
            page = (await world.clerk.ask(_FIND, s=part, **window))["units"]
            ids = [edge["node"]["id"] for edge in page["edges"]]
            seen = [*seen, *ids] if forwards else [*ids, *seen]
            cursor = page["pageInfo"]["endCursor" if forwards else "startCursor"]
            if not page["pageInfo"]["hasNextPage" if forwards else "hasPreviousPage"]:
                break
        assert seen == every


async def test_who_may_not_see_owners_cannot_find_a_unit_by_one(world: World):
    names = {name for row in world.rows["blind"] for name in row.owners}
    assert names == {fold(name) for name in _NAMES if name}
    for name in names:
        assert await _found(world.blind, name) == []
        assert await _found(world.clerk, name) != []
    assert await world.blind.ask("{ units { edges { node { owners { name } } } } }") == {
        "units": {"edges": [{"node": {"owners": []}}] * 12}
    }


async def test_units_of_other_organizations_are_never_found(world: World):
    mine = {row.id for row in world.rows["mine"]}
    for part in ("1", "路", "单元", "王", "𠮷", "公司"):
        assert set(await _found(world.mine, part)) <= mine, part
        assert set(await _found(world.blind, part)) & mine == set(), part
    assert (await world.town.stranger.send(_FIND, s="1"))["errors"][0]["extensions"][
        "code"
    ] == "UNAUTHENTICATED"
    bank = await world.town.bank(LUZHOU)
    assert await _found(bank, "1") == []


@pytest.mark.parametrize(
    ("part", "names"),
    [
        ("江畔", ["江畔%_\\Garden", "江畔花园"]),
        ("GARDEN", ["江畔%_\\Garden"]),
        ("ｇａｒ", ["江畔%_\\Garden"]),
        ("%", ["江畔%_\\Garden"]),
        ("_\\", ["江畔%_\\Garden"]),
        ("𠮷", ["江畔%_\\Garden"]),
        ("花园路1号", ["江畔花园"]),
        ("没有", []),
    ],
)
async def test_estates_are_found_by_name_and_address(world: World, part: str, names: list[str]):
    found = (await world.clerk.ask(_ESTATES, s=part))["estates"]
    assert [edge["node"]["name"] for edge in found["edges"]] == names
    own = [name for name in names if name == "江畔花园"]
    mine = (await world.mine.ask(_ESTATES, s=part))["estates"]
    assert [edge["node"]["name"] for edge in mine["edges"]] == own


async def test_what_is_searched_for_has_up_to_50_characters(world: World):
    assert await _found(world.mine, "长" * 50) == []
    assert code(await world.mine.send(_FIND, s="长" * 51)) == "BAD_USER_INPUT"
    assert await _found(world.mine, " \u3000") == await _found(world.mine, ""), "nothing is no condition"


_TOKENS = """select 'place', token, org_id, estate_id, building_id, unit_count, units from place_token
  union all select 'owner', token::text, org_id, estate_id, unit_id, null, null from owner_token
  order by 1, 2, 3, 4, 5"""
_OWNER = {"name": "赵钱孙", "idType": "1", "idNumber": "510502198503150120", "mobile": "13800138000"}


async def _name_owner(developer: Developer, unit_id: str, key: str, name: str) -> None:
    """Print a notice that names another owner, and void it at once, so that the next one can be printed."""
    given = {
        "units": [{"unitId": unit_id, "owners": [{**_OWNER, "name": name}]}],
        "idempotencyKey": key,
        "ignoreMissingContract": True,
    }
    read = "... on NoticesIssued { notices { id } }"
    done = await developer.act("noticeIssue", given, read, "NoticeIssueInput")
    assert done["__typename"] == "NoticesIssued", done
    gone = {"noticeId": done["notices"][0]["id"], "reason": "打印有误", "idempotencyKey": f"{key} voided"}
    read = "... on NoticeVoided { notice { id } }"
    voided = await developer.act("noticeVoid", gone, read, "NoticeVoidInput")
    assert voided["__typename"] == "NoticeVoided", voided


async def test_a_unit_is_found_by_the_owners_that_a_notice_names_and_by_the_former_ones_no_more(
    town: Town, shelf: Shelf
):
    await town.set_rates(LUZHOU)
    developer = await town.developer(LUZHOU)
    await town.collect(developer, _lines(0)[:2])
    one, other = await _found(developer, "")
    assert await _found(developer, "王小") == [one, other]
    await _name_owner(developer, one, "first", "赵钱孙")
    assert (await _found(developer, "王小"), await _found(developer, "钱")) == ([other], [one])
    before = await shelf.rows(_TOKENS)
    await _name_owner(developer, one, "second", "赵王小")
    assert (await _found(developer, "王小"), await _found(developer, "钱")) == ([one, other], [])
    refused = await developer.act(
        "noticeIssue",
        {"units": [{"unitId": one, "owners": [{**_OWNER, "mobile": "1"}]}], "idempotencyKey": "third"},
        "... on NoticesIssued { notices { id } }",
        "NoticeIssueInput",
    )
    assert await developer.refused(refused) == ["MOBILE_FORMAT"]
    await _name_owner(developer, one, "fourth", "赵钱孙")
    assert await shelf.rows(_TOKENS) == before


async def test_what_was_written_before_there_was_a_search_is_made_up_for_once(town: Town, shelf: Shelf):
    await town.set_rates(LUZHOU)
    developer = await town.developer(LUZHOU)
    await town.collect(developer, _lines(0))
    assert await complete_search(town.desk, LUZHOU) == 0
    written = await shelf.rows(_TOKENS)
    assert {row[0] for row in written} == {"place", "owner"}
    await shelf.change("truncate place_token, owner_token")
    assert await _found(developer, "王小明") == []
    assert await complete_search(town.desk, LUZHOU) == 2
    assert await shelf.rows(_TOKENS) == written
    assert len(await _found(developer, "王小明")) == 2
    assert await complete_search(town.desk, LUZHOU) == 0
    audited = "select act, rule, detail ->> 'rows' from audit where act = 'searchComplete'"
    ((act, rule, rows),) = await shelf.rows(audited)
    assert (act, rule.split(":")[0], rows) == ("searchComplete", "search.complete", "2")
