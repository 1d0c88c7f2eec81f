"""Plans are shared by those who may see as much, values by nobody, and what is kept stays bounded."""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Collection, Iterator
from dataclasses import replace
from itertools import product
from typing import Any
from uuid import uuid4

import pytest
from graphql import OperationDefinitionNode, parse

from api.execution import Way, core_of
from resolvers.desk import Desk
from resolvers.sessions import authenticate
from resolvers.visit import Visit
from schema.compiling import Asked as Question
from schema.compiling import Compiler
from schema.plans import Kept, KeptTree
from schema.roots import schema
from tests.answers.both import Asked, Both
from tests.answers.difference import first_difference
from tests.answers.world.names import row
from tests.answers.world.people import PEOPLE, Person
from tests.answers.world.settle import World
from tests.db.compiled import Heard, overhear
from tests.scenes import Caller, Town

QUERY = """{ estates { totalCount edges { node { id name buildings { code
  units { id roomNo contractNo owners { name idNumber } account { balance entries { amount } } } } } } }
  orders { totalCount edges { node { orderNo lines(first: 2) { totalCount edges { node { no } } } } } }
  notices { edges { node { noticeNo lines { unit { roomNo } } payment { amount } } } } }"""
SHAPES = (
    {"admin", "neighbour", "elsewhere", "bent"},
    {"granted"},
    {"narrow"},
    {"idle"},
    {"clerk", "reviewer", "authority"},
    {"visitor"},
    {"bank"},
)
"""Who may see as much as whom, whatever of whose."""


@pytest.fixture
async def listening(world: World) -> AsyncIterator[tuple[Town, list[Heard]]]:
    """Give the product over the fixed world with documents of its own, and what it has compiled."""
    desk, heard = overhear(world.desk)
    async with Town(desk) as town:
        yield town, heard


def test_everybody_has_a_shape():
    assert sorted(name for shape in SHAPES for name in shape) == sorted(PEOPLE)


async def _body(town: Town, person: Person, query: str = QUERY) -> bytes:
    caller = Caller(town.http, person.headers)
    return (await caller.http.post("/graphql", json={"query": query}, headers=caller.headers)).content


async def test_200_queries_of_all_tenants_over_one_document_are_answered_each_with_their_own(
    world: World, listening: tuple[Town, list[Heard]]
):
    town, heard = listening
    both = Both(world)
    people = [person for person in PEOPLE.values() if person.name not in ("bent", "idle")]
    wanted = {each.name: (await both.answer(Asked(QUERY), each.name, Way.ORDINARY)).body for each in people}
    assert len(set(wanted.values())) >= 7
    order = people * 20
    random.Random(7).shuffle(order)  # noqa: S311 - nothing secret comes of it
    for start in range(0, len(order), 8):
        together = order[start : start + 8]
        bodies = await asyncio.gather(*(_body(town, person) for person in together))
        for person, body in zip(together, bodies, strict=True):
            assert first_difference(wanted[person.name], body) is None, person.name
    assert len(heard) == len(order) == 200
    _insist_on_own_values(heard)


def _insist_on_own_values(heard: list[Heard]) -> None:
    """Every statement has the values of one person alone, as its guard names it."""
    people = {row("Principal", person.number): person for person in PEOPLE.values()}
    for each in heard:
        (principal,) = each.values_of(r"\bprincipal\s+where city = \$\d+ and id = \$(\d+)")
        person = people[principal]
        organization = {row("Organization", person.organization)} if person.organization else set[Any]()
        assert set(each.values_of(r"\bcity = \$(\d+)")) == {person.city}
        assert set(each.values_of(r"\borg_id = \$(\d+)::UUID")) <= organization
        assert set(each.values_of(r"\bbank = \$(\d+)::")) <= {person.bank}
        sessions = each.values_of(r"\bsession\.id = \$(\d+)")
        assert sessions == ([] if person.bank else [row("Session", person.number)])


async def test_a_plan_is_shared_by_rights_of_one_shape_and_by_no_others(
    listening: tuple[Town, list[Heard]],
):
    town, heard = listening
    texts: dict[str, str] = {}
    before = _counts(town)
    for name, person in PEOPLE.items():
        await _body(town, person)
        texts[name] = heard[-1].text
    found = [{name for name in PEOPLE if texts[name] == text} for text in dict.fromkeys(texts.values())]
    assert sorted(map(sorted, found)) == sorted(map(sorted, SHAPES))
    after = _counts(town)
    assert after["plan_misses"] - before["plan_misses"] == len(SHAPES)
    assert after["plan_hits"] - before["plan_hits"] == len(PEOPLE) - len(SHAPES)


def _counts(town: Town) -> Counter[str]:
    counts: Counter[str] = Counter()
    for count in town.desk.tally:
        counts[count.name] += count.number
    return counts


class Asker:
    """Asks one document of a compiler of its own, and shows what is kept with the document."""

    def __init__(self, desk: Desk, query: str) -> None:
        self.compiler = Compiler(schema, core_of(schema))
        self._desk = desk
        document = parse(query)
        self.kept: Kept = self.compiler.keep(document)
        first = document.definitions[0]
        assert isinstance(first, OperationDefinitionNode)
        self._operation = first

    @property
    def trees(self) -> list[KeptTree]:
        """What is kept of what was asked."""
        return [tree for tree in self.kept.trees.values() if isinstance(tree, KeptTree)]

    async def ask(self, visit: Visit, **variables: Any) -> bytes | None:
        """Ask with variables."""
        given = self.compiler.read_variables(self.kept, self._operation, variables)
        assert given is not None
        return await self.compiler.answer_alone(visit, Question(self._operation, given, self.kept))

    async def visit(self, person: str = "admin") -> Visit:
        """Let somebody come."""
        actor = await authenticate(self._desk, PEOPLE[person].secret, self._desk.clock())
        return Visit(self._desk, actor)


def _on_and_off(names: Collection[str]) -> Iterator[dict[str, bool]]:
    for values in product((True, False), repeat=len(names)):
        yield dict(zip(names, values, strict=True))


async def test_of_one_document_few_trees_are_kept(world: World):
    names = "abcdefg"
    fields = " ".join(f"{name}: totalCount @include(if: ${name})" for name in names)
    declared = ", ".join(f"${name}: Boolean!" for name in names)
    asker = Asker(world.desk, f"query({declared}) {{ estates {{ {fields} kind: __typename }} }}")
    visit = await asker.visit()
    most = 0
    for chosen in _on_and_off(names):
        answer = await asker.ask(visit, **chosen)
        assert answer is not None
        assert [f'"{name}":'.encode() in answer for name in names] == list(chosen.values())
        most = max(most, len(asker.kept.trees))
    assert 1 < most <= 64


FILTERS = {
    "section": "1单元",
    "floor": 3,
    "search": "301",
    "hasLift": True,
    "paid": False,
    "status": None,
}


async def _ask_every_filter(world: World) -> tuple[Asker, int]:
    """Ask with every choice of conditions, and tell how many plans were kept at the most."""
    asker = Asker(
        world.desk,
        "query($f: UnitFilter, $n: Int, $m: Int)"
        " { estates { edges { node { units(filter: $f, first: $n, last: $m) { totalCount } } } } }",
    )
    visit = await asker.visit()
    most = 0
    for chosen in _on_and_off(FILTERS):
        given = {name: value for name, value in FILTERS.items() if chosen[name]}
        for page in ({"n": 3}, {"m": 3}):
            assert await asker.ask(visit, f=given, **page) is not None
            most = max(most, *(len(tree.plans) for tree in asker.trees))
    return asker, most


async def test_of_one_tree_few_plans_are_kept(world: World):
    asker, most = await _ask_every_filter(world)
    (tree,) = asker.trees
    assert 1 < most <= 64
    assert len(tree.plans) <= 64


async def test_a_readers_values_go_with_the_plans_that_they_were_for(world: World):
    asker, _ = await _ask_every_filter(world)
    (tree,) = asker.trees
    (reader,) = tree.readers.values()
    assert set(reader.values) <= set(tree.plans.values())


async def test_of_one_tree_few_readers_are_kept(world: World):
    asker = Asker(world.desk, "{ estates { totalCount } }")
    visit = await asker.visit()
    actor = visit.signed_in()
    most = 0
    for _ in range(520):
        # A session that there is not: its guard gives no row, but it was prepared like any other.
        stranger = Visit(world.desk, replace(actor, session=uuid4()))
        assert await asker.ask(stranger) is None
        most = max(most, *(len(tree.readers) for tree in asker.trees))
    assert most == 500
    assert await asker.ask(visit) == b'{"estates":{"totalCount":3}}'
