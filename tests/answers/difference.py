"""Compares two answers: the same values in the same order of keys, and the same errors."""

import json
from collections.abc import Iterator, Sequence
from typing import Any, cast

Pairs = list[tuple[str, Any]]


class TwiceError(ValueError):
    """An object has the same key twice, which most readers of JSON pass over in silence."""


def _once(pairs: Pairs) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise TwiceError([key for key, _ in pairs])
    return found


def read(body: bytes) -> Any:
    """Read an answer strictly: UTF-8, no key twice, no value that JSON does not know."""
    return json.loads(body.decode(), object_pairs_hook=_once, parse_constant=_refuse)


def _refuse(text: str) -> Any:
    raise ValueError(f"{text} is no JSON")


def first_difference(left: bytes, right: bytes) -> str | None:
    """Tell where two answers differ first; None if they are the same.

    Errors are compared by code, message, path and places, in whatever order they came.
    """
    one, other = read(left), read(right)
    if list(one) != list(other):
        return f"one has {list(one)}, the other {list(other)}"
    told = next(_differences(one.get("data"), other.get("data"), "data"), None)
    return told or next(_differences(_errors(one), _errors(other), "errors"), None)


def _errors(answer: Any) -> list[str]:
    """Write each error in one line; under which number a bug was logged is left out."""
    lines: list[str] = []
    for error in answer.get("errors", ()):
        extensions = {key: value for key, value in error["extensions"].items() if key != "requestId"}
        lines.append(json.dumps({**error, "extensions": extensions}, ensure_ascii=False, sort_keys=True))
    return sorted(lines)


def _differences(one: Any, other: Any, path: str) -> Iterator[str]:
    if type(one) is not type(other):
        yield f"{path}: {_short(one)} is no {_short(other)}"
    elif isinstance(one, dict):
        yield from _of_objects(cast("dict[str, Any]", one), other, path)
    elif isinstance(one, list):
        yield from _of_lists(cast("list[Any]", one), other, path)
    elif one != other:
        yield f"{path}: {_short(one)} is not {_short(other)}"


def _of_objects(one: dict[str, Any], other: dict[str, Any], path: str) -> Iterator[str]:
    if list(one) != list(other):
        yield f"{path}: keys {list(one)} are not {list(other)}"
    for key, value in one.items():
        if key in other:
            yield from _differences(value, other[key], f"{path}.{key}")


def _of_lists(one: Sequence[Any], other: Sequence[Any], path: str) -> Iterator[str]:
    for place, (left, right) in enumerate(zip(one, other, strict=False)):
        yield from _differences(left, right, f"{path}[{place}]")
    if len(one) != len(other):
        yield f"{path}: {len(one)} entries, not {len(other)}"


def _short(value: Any) -> str:
    return repr(value)[:300]
