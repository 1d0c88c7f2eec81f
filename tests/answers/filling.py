"""Fills the arguments of generated fields with what can be meant, but for a few: pages, ids, numbers."""

from collections.abc import Iterable, Iterator
from random import Random

from graphql import (
    ArgumentNode,
    IntValueNode,
    ListValueNode,
    NameNode,
    ObjectFieldNode,
    ObjectValueNode,
    StringValueNode,
    ValueNode,
)

from tests.answers.pool import COUNTS, MOMENTS, NOTICE_NUMBERS, ORDER_NUMBERS, PAST, TORN, cursors_of
from tests.answers.world.names import JIANGMEN, LUZHOU, gid

_PAGES = ((), ("first",), ("last",), ("first", "after"), ("last", "before"), ("first", "after", "before"))
_SIZES = (0, 1, 2, 3, 5, 20, 100)
_NONSENSE = (("first", -1), ("last", -1), ("first", 101), ("last", 101))
_KINDS = {"estateId": "Estate", "unitId": "Unit", "buildingId": "Building"}
_NUMBERS = {"orderNo": ORDER_NUMBERS, "noticeNo": NOTICE_NUMBERS}
_ODD = 0.015
"""How often something is asked that cannot be meant."""


def fill(field: str, given: Iterable[ArgumentNode], chance: Random) -> Iterator[ArgumentNode]:
    """Give the arguments of a field."""
    arguments = {one.name.value: one.value for one in given}
    if "first" in arguments:
        for name in ("first", "after", "last", "before"):
            arguments.pop(name, None)
        yield from _page(field, chance)
    for name, value in arguments.items():
        if name == "filter" and chance.random() < 0.4:
            continue
        # Most of what is drawn has no history; of what has one, all is asked for as it was.
        if name == "asOf":
            if getattr(value, "value", None) in PAST or chance.random() < _ODD:
                yield _argument(name, value)
            continue
        yield _argument(name, _filled(name, value, chance))


def _argument(name: str, value: ValueNode) -> ArgumentNode:
    return ArgumentNode(name=NameNode(value=name), value=value)


def _page(field: str, chance: Random) -> Iterator[ArgumentNode]:
    if chance.random() < _ODD:
        yield from _odd_page(field, chance)
        return
    for name in chance.choice(_PAGES):
        if name in {"first", "last"}:
            yield _argument(name, IntValueNode(value=str(chance.choice(_SIZES))))
        else:
            yield _argument(name, StringValueNode(value=chance.choice(cursors_of(field))))


def _odd_page(field: str, chance: Random) -> Iterator[ArgumentNode]:
    name, size = chance.choice(_NONSENSE)
    which = chance.randrange(3)
    if which == 0:
        yield _argument(name, IntValueNode(value=str(size)))
    elif which == 1:
        yield _argument("first", IntValueNode(value="1"))
        yield _argument("last", IntValueNode(value="1"))
    else:
        other = "orders" if field == "lines" else "lines"
        yield _argument("after", StringValueNode(value=chance.choice((*TORN, *cursors_of(other)))))


def _filled(name: str, value: ValueNode, chance: Random) -> ValueNode:
    """Put what fits its name in the place of a drawn text."""
    if isinstance(value, ObjectValueNode):
        fields = tuple(
            ObjectFieldNode(name=one.name, value=_filled(one.name.value, one.value, chance))
            for one in value.fields
        )
        return ObjectValueNode(fields=fields)
    if isinstance(value, ListValueNode) and name == "ids":
        return ListValueNode(values=tuple(_filled("id", one, chance) for one in value.values))
    return _fitting(name, value, chance) if isinstance(value, StringValueNode) else value


def _fitting(name: str, drawn: StringValueNode, chance: Random) -> StringValueNode:
    if drawn.value in MOMENTS:
        # Whatever is no moment is refused before anything runs.
        return drawn
    if chance.random() < _ODD:
        return StringValueNode(value=chance.choice(TORN))
    if name in _KINDS:
        kind = _KINDS[name]
        city = JIANGMEN if chance.random() < 0.1 else LUZHOU
        return StringValueNode(value=gid(kind, chance.randint(1, COUNTS[kind]), city))
    if name in _NUMBERS and chance.random() < 0.8:
        return StringValueNode(value=chance.choice(_NUMBERS[name]))
    return drawn
