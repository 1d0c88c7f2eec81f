"""Documents generated from the schema, as front ends might have written them, and who sends them."""

from collections.abc import Iterator, Mapping
from itertools import cycle
from random import Random

from graphql import SelectionNode

from tests.answers.both import Asked, Both, Refused
from tests.answers.compare import Counts, compare
from tests.answers.drawing import CORE, at_moment, draw_field, draw_thing, graft, only_past, size
from tests.answers.dressing import dress
from tests.answers.pool import LISTED, PAST
from tests.answers.world.people import STRANGER

DOCUMENTS = 80
"""How many documents each chunk has."""

_FIELDS: Mapping[str, int] = {
    "estates": 5,
    "units": 3,
    "orders": 5,
    "notices": 3,
    "payments": 2,
    "node": 2,
    "nodes": 2,
    "organizations": 1,
    "suspenseItems": 1,
    "orderByNumber": 1,
    "noticeByNumber": 1,
}
"""How many chunks ask for each field of the outermost door; what has the most beneath it is asked most."""

_THEN: Mapping[str, int] = {"estates": 1, "units": 1}
"""How many chunks ask for everything of a field as it was."""

CHUNKS = (
    *(f"{field}-{number}" for field, count in _FIELDS.items() for number in range(1, count + 1)),
    *(f"{field}-then-{number}" for field, count in _THEN.items() for number in range(1, count + 1)),
)

_BESIDE = ("depositRates", "registration", "me", "cities", "noticeForPayment")
"""What a few documents of every chunk ask for besides."""

_THINGS = {**LISTED, "orderByNumber": "Order", "noticeByNumber": "Notice"}
_PEOPLE: Mapping[str, int] = {
    "admin": 26,
    "clerk": 20,
    "granted": 12,
    "neighbour": 10,
    "authority": 8,
    "narrow": 8,
    "elsewhere": 6,
    "reviewer": 3,
    "bank": 3,
    "visitor": 3,
    "idle": 2,
    "bent": 1,
    STRANGER: 1,
}
_SMALL = 4
_SELDOM = 0.05


def generate(chunk: str) -> Iterator[tuple[Asked, str]]:
    """Give operations with who sends them, more than a chunk holds; a few may be over a limit."""
    field, *then, number = chunk.split("-")
    chance = Random(chunk)  # noqa: S311 - nothing secret comes of it
    beside = cycle([one for name in _BESIDE for one in draw_field(name, int(number), 4)])
    for asked in _then(field, int(number), chance) if then else _rich(field, int(number), chance):
        more = next(beside) if chance.random() < _SELDOM else ()
        (person,) = chance.choices(list(_PEOPLE), list(_PEOPLE.values()))
        yield dress((*asked, *more), CORE, chance), person


def _rich(field: str, number: int, chance: Random) -> Iterator[tuple[SelectionNode, ...]]:
    """Give what was drawn for a field, with what was drawn for the things that it shows; little is seldom."""
    if field not in _THINGS:
        yield from draw_field(field, number, DOCUMENTS * 2)
        return
    asked = draw_field(field, number, DOCUMENTS // 2)
    things = draw_thing(_THINGS[field], number, DOCUMENTS * 8)
    # Those with little to ask come last, where a chunk is full, but for a few.
    things.sort(key=lambda thing: size(thing) <= _SMALL and chance.random() > _SELDOM)
    for (one,), thing in zip(cycle(asked), things, strict=False):
        yield (graft(one, thing, listed=field in LISTED),)


def _then(field: str, number: int, chance: Random) -> Iterator[tuple[SelectionNode, ...]]:
    """Give what was drawn for the things of a list, as far as they have a history, at some moment."""
    kind = _THINGS[field]
    asked = draw_field(field, number, DOCUMENTS // 2)
    things = (only_past(thing, kind) for thing in draw_thing(kind, number, DOCUMENTS * 6))
    for (one,), thing in zip(cycle(asked), filter(None, things), strict=False):
        yield (at_moment(graft(one, thing, listed=True), chance.choice(PAST)),)


async def run_chunk(both: Both, chunk: str) -> Counts:
    """Send a chunk's documents both ways; one that is over a limit is followed by another."""
    found = Counts()
    for asked, person in generate(chunk):
        if found.ways.total() == DOCUMENTS:
            break
        try:
            found.add(await compare(both, asked, person))
        except Refused as refused:
            if not str(refused).startswith("TOO_COSTLY"):
                raise
    return found
