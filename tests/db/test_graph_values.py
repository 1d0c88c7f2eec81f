"""No value that a client sends, and no name that it chooses, reaches the text of a compiled statement."""

import json
import re
from dataclasses import replace
from typing import Any, cast

import pytest

from api.execution import Way
from tests.answers.both import Asked, Both
from tests.answers.world.names import LUZHOU, opaque
from tests.answers.world.settle import World
from tests.db.compiled import Heard, overhear

HOSTILE = (
    "'; drop table unit; --",
    "' or '1'='1",
    '"; drop table unit; --',
    "\\'; select pg_sleep(9); --",
    "$1 $$ :p %s %(a)s {0} ::text",
    "*/ union select token_hash from session /*",
    "E'\\x01'",
)
_TEXTS = (
    "estates(filter: {{ search: {0} }}) {{ totalCount edges {{ node {{ name }} }} }}",
    "estates {{ edges {{ node {{ units(filter: {{ section: {0} }}) {{ totalCount }} }} }} }}",
    "estates {{ edges {{ node {{ units(filter: {{ search: {0} }}) {{ totalCount }} }} }} }}",
    "organizations(filter: {{ search: {0} }}) {{ totalCount }}",
    "orderByNumber(orderNo: {0}) {{ id }}",
    "noticeByNumber(noticeNo: {0}) {{ id }}",
)


async def _texts(both: Both, heard: list[Heard], asked: Asked, person: str = "admin") -> list[str]:
    """Ask, and give the text of what was compiled."""
    before = len(heard)
    await both.answer(asked, person, Way.COMPILED)
    assert len(heard) > before, asked
    return [each.text for each in heard[before:]]


@pytest.mark.parametrize("field", _TEXTS)
async def test_whatever_an_argument_says_the_statement_is_the_same(world: World, field: str):
    desk, heard = overhear(world.desk)
    both = Both(replace(world, desk=desk))
    (harmless,) = await _texts(both, heard, Asked("{ " + field.format('"LZEC2026"') + " }"))
    asked = f"query($s: String{'!' if 'Number' in field else ''}) {{ {field.format('$s')} }}"
    for hostile in HOSTILE:
        literal = "{ " + field.format(json.dumps(hostile)) + " }"
        for each in (Asked(literal), Asked(asked, {"s": hostile})):
            assert await _texts(both, heard, each) == [harmless]
            assert any(hostile in map(str, _flat(value)) for value in heard[-1].values) or "Number" in field


def _flat(value: Any) -> list[Any]:
    return cast("list[Any]", value) if isinstance(value, list) else [value]


@pytest.mark.parametrize("hostile", HOSTILE)
async def test_ids_and_cursors_that_hide_something_reach_no_statement(world: World, hostile: str):
    desk, heard = overhear(world.desk)
    both = Both(replace(world, desk=desk))
    ids = (hostile, opaque(hostile), opaque(f"Estate:{LUZHOU}:{hostile}"), opaque(f"{hostile}:{LUZHOU}:0"))
    cursors = (hostile, opaque(json.dumps([hostile])), opaque(json.dumps(["estate id", hostile])))
    for one in ids:
        await both.answer(Asked("query($i: ID!) { node(id: $i) { id } }", {"i": one}), "admin", Way.ANY)
        await both.answer(
            Asked("query($i: [ID!]!) { nodes(ids: $i) { id } }", {"i": [one]}), "admin", Way.ANY
        )
    for one in cursors:
        for side in ("after", "before"):
            query = f"query($c: String) {{ estates({side}: $c) {{ totalCount }} }}"
            await both.answer(Asked(query, {"c": one}), "admin", Way.ANY)
    assert heard == []


ALIASES = ("drop_table_unit", "pg_sleep", "set_config", "t1", "t2", "x0", "context", "E", "p", "r", "l", "__")


async def test_the_keys_of_an_answer_stand_in_literals_alone(world: World):
    desk, heard = overhear(world.desk)
    both = Both(replace(world, desk=desk))
    query = (
        "{ estates { edges { node { name buildings { code units { roomNo contractNo } } } } totalCount } }"
    )
    await both.answer(Asked(query), "granted", Way.COMPILED)
    plain = heard[-1].bare
    for alias in ALIASES:
        named = re.sub(r"(?<=[{ ])([a-z]\w*)", rf"{alias}_\1: \1", query).replace(
            f"{alias}_name: name", alias
        )
        named = named.replace(f"{alias} ", f"{alias}: name ", 1)
        found = await both.answer(Asked(f"query {alias} {named}"), "granted", Way.COMPILED)
        assert found.compiled, found.body
        assert heard[-1].bare == plain
        assert heard[-1].text.count(f'"{alias}":') == 1
