"""What a resubmitted order says otherwise than when it was returned: its head, and line by line."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias, cast
from uuid import UUID

import msgspec

from domain.field import Field
from domain.orders.facts import Line
from domain.orders.kind import OrderKind

# What contents say that no form has a field of its own for.
_OTHER_LABELS = {"owners": "业主", "refund_accounts": "退款账户", "refund_confirmed": "退款确认"}
_SEALED = frozenset({"masked", "blind"})


@dataclass(frozen=True, slots=True)
class ChangedField:
    """A field that changed: its name in the content, and what the form calls it."""

    path: str
    label: str


@dataclass(frozen=True, slots=True)
class Difference:
    """The head, or one line, that is not as it was; a side that is missing was, or is, not there.

    Attributes:
        line: The line's number now, or then if it is gone; none for the head.
        before: What it said when the order was returned.
        after: What it says now.
        fields: What of it changed, as far as both sides are there.
        aims: Whether the line aims at what there was when the order was drafted.
    """

    line: int | None
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None
    fields: tuple[ChangedField, ...] = ()
    aims: bool = False


Json: TypeAlias = Any
"""A part of a stored content: an object, a list, or a plain value."""


def without_ciphers(value: Json) -> Json:
    """Leave what can be read and compared of personal numbers; the locked numbers stay in the order alone."""
    return _each(value, lambda part: {name: one for name, one in part.items() if name != "cipher"})


def with_ciphers(value: Json) -> Json:
    """Put empty locked numbers where they were left out, so that a content can be read by its type."""
    return _each(value, lambda part: {"cipher": "", **part} if part.keys() >= _SEALED else part)


def _each(value: Json, change: Callable[[dict[str, Any]], dict[str, Any]]) -> Json:
    """Change every object of a content, from the outside in."""
    if isinstance(value, list):
        return [_each(one, change) for one in cast("list[Json]", value)]
    if not isinstance(value, dict):
        return value
    return {name: _each(one, change) for name, one in change(cast("dict[str, Json]", value)).items()}


def compare_heads(
    kind: OrderKind[Any], before: Mapping[str, Any], after: Mapping[str, Any]
) -> tuple[Difference, ...]:
    """Compare what an order says as a whole; nothing if it says the same."""
    fields = tuple(_changed(kind.fields, without_ciphers(before), without_ciphers(after)))
    return (Difference(None, before, after, fields),) if fields else ()


def compare_lines(
    kind: OrderKind[Any], before: Sequence[Line], after: Sequence[Line]
) -> tuple[Difference, ...]:
    """Compare lines: first those that say the same, then those about the same thing, then by their numbers.

    Rows of a workbook that moved up because one above them is gone are so no change.
    """
    fields = (kind.rows.typed or kind.rows).fields if kind.rows else ()
    old, new = [_read(line) for line in before], [_read(line) for line in after]
    found: list[Difference] = []
    for same in (_words, _thing, _number):
        pairs, old, new = _pair(old, new, same)
        for then, now in pairs:
            changed = () if same is _words else tuple(_changed(fields, then.said, now.said))
            if changed:
                found.append(Difference(now.no, then.said, now.said, changed, now.aims))
    found += [Difference(line.no, line.said, None, aims=line.aims) for line in old]
    found += [Difference(line.no, None, line.said, aims=line.aims) for line in new]
    return tuple(sorted(found, key=lambda one: (one.line or 0, one.after is not None)))


@dataclass(frozen=True, slots=True)
class _Said:
    """A line, read once: what shall be, or of what shall end, what it is."""

    no: int
    target: UUID | None
    said: Mapping[str, Any]
    words: bytes

    @property
    def aims(self) -> bool:
        """Whether it aims at what there was."""
        return self.target is not None


def _read(line: Line) -> _Said:
    content = line.before if line.after is None else line.after
    said = without_ciphers(dict(content or {}))
    return _Said(line.no, line.target, said, msgspec.json.encode((line.target, said), order="sorted"))


def _pair(
    old: Sequence[_Said], new: Sequence[_Said], same: Callable[[_Said], object]
) -> tuple[list[tuple[_Said, _Said]], list[_Said], list[_Said]]:
    """Put lines together by what they have in common, and give what is left over on both sides."""
    waiting: dict[object, list[_Said]] = {}
    for line in old:
        waiting.setdefault(same(line), []).append(line)
    waiting.pop(None, None)
    pairs: list[tuple[_Said, _Said]] = []
    rest: list[_Said] = []
    for line in new:
        found = waiting.get(same(line))
        if found:
            pairs.append((found.pop(0), line))
        else:
            rest.append(line)
    paired = {id(then) for then, _ in pairs}
    return pairs, [line for line in old if id(line) not in paired], rest


_PLACE = ("building", "section", "floor", "room_no")


def _words(line: _Said) -> object:
    return line.words


def _thing(line: _Said) -> object:
    """Name what a line is about: what it aims at, or the place of a new unit; none if it names no place."""
    if line.target is not None:
        return line.target
    return tuple(line.said.get(name) for name in _PLACE) if "room_no" in line.said else None


def _number(line: _Said) -> int | None:
    return None if line.target else line.no


def _changed(
    fields: Sequence[Field], before: Mapping[str, Any], after: Mapping[str, Any]
) -> Iterator[ChangedField]:
    differing_names = {name for name in {**before, **after} if before.get(name) != after.get(name)}
    then, now = (
        dict(_leaves({name: said[name] for name in differing_names if name in said}))
        for said in (before, after)
    )
    labels = {field.name: field.label for field in fields} | _OTHER_LABELS
    places = {name: place for place, name in enumerate(labels)}

    def named(path: str) -> str:
        return path if path in labels else path.replace(".", "_")

    differing = [path for path in {**then, **now} if then.get(path) != now.get(path)]
    # In the order of the form; what no form names comes last.
    for path in sorted(differing, key=lambda path: (places.get(named(path), len(places)), path)):
        yield ChangedField(path, labels.get(named(path), path))


def _leaves(content: Mapping[str, Json], above: str = "") -> Iterator[tuple[str, Json]]:
    """Walk a content's values by their paths; a personal number and a list are one value each."""
    for name, value in content.items():
        path = f"{above}{name}"
        if isinstance(value, dict):
            part = cast("dict[str, Json]", value)
            if not part.keys() >= _SEALED:
                yield from _leaves(part, f"{path}.")
                continue
        if value is not None:
            yield path, value
