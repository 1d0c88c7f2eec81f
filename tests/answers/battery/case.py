"""The battery: operations that everybody of the world sends, read from the files beside this one."""

import json
import re
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, cast

from tests.answers.both import Asked
from tests.answers.world.names import LUZHOU, cursor, gid, opaque

_HERE = Path(__file__).parent
_MARKS: dict[re.Pattern[str], Callable[[re.Match[str]], str]] = {
    # <cursor orders 3> is the third order's place in the list of orders.
    re.compile(r"<cursor (\w+) (-?\d+)>"): lambda found: cursor(found[1], int(found[2])),
    # <opaque text> is a text as clients see ids and cursors.
    re.compile(r"<opaque (.+?)>"): lambda found: opaque(found[1]),
    # <Estate 1> is a global id in Luzhou, <Estate 1 440700> one in another city.
    re.compile(r"<(\w+) (\d+)(?: (\d+))?>"): lambda found: gid(
        found[1], int(found[2]), int(found[3] or LUZHOU)
    ),
}
_SPREAD = re.compile(r"\.\.\.(Whole\w+)")
_FRAGMENT = re.compile(r"^fragment (\w+) on .*?^}\n", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Case:
    """One operation.

    Attributes:
        name: What it is about.
        refused: Why it is refused before anything runs, if it is.
    """

    name: str
    asked: Asked
    refused: str | None = None


@cache
def battery() -> tuple[Case, ...]:
    """Give every operation, by the files' names and in their order."""
    return tuple(case for file in sorted(_HERE.glob("*.toml")) for case in _read(file))


def _read(file: Path) -> Iterator[Case]:
    for given in tomllib.loads(file.read_text(encoding="utf-8"))["case"]:
        query = with_fragments(fill_in(given["query"]))
        # An opaque text is written within JSON, where its quotes are escaped.
        variables = json.loads(given.get("variables", "{}"), object_hook=_filled)
        asked = Asked(query, variables, given.get("operation"))
        yield Case(f"{file.stem}: {given['name']}", asked, given.get("refused"))


def fill_in(text: str) -> str:
    """Put ids and cursors in the place of their marks."""
    for mark, write in _MARKS.items():
        text = mark.sub(write, text)
    return text


def _filled(given: dict[str, Any]) -> dict[str, Any]:
    return {key: _filled_value(value) for key, value in given.items()}


def _filled_value(value: Any) -> Any:
    if isinstance(value, str):
        return fill_in(value)
    return list(map(_filled_value, cast("list[Any]", value))) if isinstance(value, list) else value


def with_fragments(query: str) -> str:
    """Add the fragments of whole types that a document spreads, and those that these spread."""
    known = _fragments()
    added: list[str] = []
    wanted = _SPREAD.findall(query)
    while wanted:
        name = wanted.pop(0)
        if name not in added:
            added.append(name)
            wanted += _SPREAD.findall(known[name])
    return "\n".join([query, *(known[name] for name in added)])


@cache
def _fragments() -> dict[str, str]:
    text = (_HERE / "fragments.graphql").read_text(encoding="utf-8")
    return {found[1]: found[0] for found in _FRAGMENT.finditer(text)}
