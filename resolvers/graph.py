"""Answers compiled queries: one statement, and what Python has to add to its text."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from time import perf_counter
from typing import Any, TypeAlias

import asyncpg
import msgspec
import structlog
from sqlalchemy.exc import DBAPIError

from db.graph.asked import (
    ByKind,
    Computed,
    Edges,
    Found,
    FoundList,
    Group,
    Grouped,
    GroupRows,
    Inner,
    Numbered,
    Pages,
    Related,
    RelatedList,
    Shape,
)
from db.graph.statement import Statement
from db.graph.values import COMPUTED
from db.graph.wording import DOUBT
from db.scope import POOLS
from domain.refusal import TooBusy, TooCostly
from resolvers.visit import MAX_ROWS, SECONDS, Visit, ran_too_long

_log: Any = structlog.get_logger()
_DOUBT = DOUBT.encode()
# Fewer bytes than this cannot hold more rows than a list may have: an object with its comma takes 8.
_SHORT = MAX_ROWS * 8

Trace: TypeAlias = "Mapping[str, Trace | None]"
"""Where in an answer something stands that Python looks at; None is the place itself."""

_COUNTED = ""
"""Marks in a trace that the place itself is meant, and not only something below it."""

Compute: TypeAlias = Callable[[list[Any]], Awaitable[Any]]


class Doubtful(Exception):  # noqa: N818 - the query is answered another way
    """The database's answer has to be looked at by the ordinary executor, which words what is wrong."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A kept statement, and what follows it.

    Attributes:
        statement: What the database runs.
        computed: Where values stand that Python works out.
        lists: Where plain lists stand, whose rows are counted if the answer is long.
    """

    statement: Statement
    computed: Trace
    lists: Trace


async def ask_alone(visit: Visit, plan: Plan, values: list[Any]) -> bytes | None:
    """Run a plan as its own transaction; None if the actor may act no more, as the statement itself finds.

    Raises:
        TooCostly: It ran too long, or its lists are too long together.
        Doubtful: The answer has to be read another way.
    """
    readers = visit.desk.databases.readers(POOLS[visit.signed_in().kind])
    began = perf_counter()
    try:
        found = await readers.fetch_value(plan.statement.guarded, values)
    except asyncpg.QueryCanceledError as error:
        raise TooCostly("seconds", SECONDS) from error
    except TimeoutError as error:
        raise TooBusy from error
    except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as error:
        _tell(visit, error)
        raise Doubtful("the statement failed") from error
    finally:
        visit.timing.db += perf_counter() - began
    return None if found is None else check(plan, found)


async def ask_within(visit: Visit, plan: Plan, values: list[Any]) -> bytes:
    """Run a plan in the request's transaction, the open act's if there is one.

    Raises:
        TooCostly: It ran too long, or its lists are too long together.
        Doubtful: The answer has to be read another way.
    """
    began = perf_counter()
    try:
        found = await visit.run_text(plan.statement.text, values)
    except DBAPIError as error:
        if visit.acting is None:
            # The transaction is lost; whoever reads on begins a new one.
            await visit.forget()
        if ran_too_long(error):
            # Reading it another way would wait as long once more.
            raise TooCostly("seconds", SECONDS) from error
        _tell(visit, error)
        raise Doubtful("the statement failed") from error
    finally:
        visit.timing.db += perf_counter() - began
    return check(plan, found)


def _tell(visit: Visit, error: Exception) -> None:
    """Log a statement of ours that failed; its values stay out of the log."""
    _log.error("statement failed", request_id=visit.request_id, error=type(error).__qualname__)


def check(plan: Plan, answer: bytes) -> bytes:
    """Let an answer pass unless it is marked, or long and the lists of one place hold too many rows.

    Raises:
        TooCostly: They do, as happens where a query goes round in circles.
        Doubtful: The answer has to be read another way.
    """
    if _DOUBT in answer:
        raise Doubtful("a required value is missing, or a list is too long")
    if plan.lists and len(answer) > _SHORT:
        counts: dict[tuple[int, str], int] = {}
        _count(msgspec.json.decode(answer), plan.lists, counts)
        if any(count > MAX_ROWS for count in counts.values()):
            raise TooCostly("list_rows", MAX_ROWS)
    return answer


def _count(value: Any, trace: Trace, counts: dict[tuple[int, str], int]) -> None:  # noqa: ANN401 - JSON
    """Count the rows of each plain list over all its parents."""
    for item in _items(value):
        _count(item, trace, counts)
    if isinstance(value, dict):
        for key, inner in trace.items():
            found: Any = value.get(key)  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType] - JSON
            if isinstance(found, list) and (inner is None or _COUNTED in inner):
                place = id(trace), key
                counts[place] = counts.get(place, 0) + len(_items(found))
            _count(found, inner or {}, counts)


async def complete(answer: bytes, trace: Trace, compute: Compute) -> bytes:
    """Put the results of Python in the places that wait for them."""
    if not trace:
        return answer
    data = msgspec.json.decode(answer)
    await _fill(data, trace, compute)
    return msgspec.json.encode(data)


async def _fill(value: Any, trace: Trace, compute: Compute) -> None:  # noqa: ANN401 - JSON
    for item in _items(value):
        await _fill(item, trace, compute)
    if isinstance(value, dict):
        for key, inner in trace.items():
            if key not in value:
                continue
            found: Any = value[key]  # pyright: ignore[reportUnknownVariableType] - JSON
            if inner is None and _items(found)[:1] == [COMPUTED]:
                value[key] = await compute(_items(found)[1:])
            elif inner:
                await _fill(found, inner, compute)


def _items(value: Any) -> list[Any]:  # noqa: ANN401 - JSON
    """Give a list's items; anything else has none."""
    return value if isinstance(value, list) else []  # pyright: ignore[reportUnknownVariableType] - JSON


def trace_computed(part: object) -> Trace:
    """Find the places of computed values below a part."""
    return _trace(part, Computed)


def trace_lists(part: object) -> Trace:
    """Find the places of plain lists below a part."""
    return _trace(part, (RelatedList, GroupRows))


def _trace(part: object, wanted: type | tuple[type, ...]) -> dict[str, Any]:
    """Follow the fields of a part; of shapes that may stand in one place the places are laid together."""
    match part:
        case Shape(fields) | Edges(fields) | Group(fields) | Pages(fields=fields):
            found: dict[str, Any] = {}
            for key, inner in fields:
                below = _trace(inner, wanted)
                if isinstance(inner, wanted) and below:
                    below[_COUNTED] = None
                if below or isinstance(inner, wanted):
                    found[key] = _join(found.get(key), below) if below else found.get(key)
            return found
        case Related(shape=shape) | RelatedList(shape=shape) | Inner(shape=shape) | Numbered(shape=shape):
            return _trace(shape, wanted)
        case GroupRows(shape):
            return _trace(shape, wanted)
        case Grouped(group=group):
            return _trace(group, wanted)
        case ByKind(shapes=shapes) | Found(shapes=shapes) | FoundList(shapes=shapes):
            joined: dict[str, Any] = {}
            for shape in shapes.values():
                joined = _join(joined, _trace(shape, wanted))
            return joined
        case _:
            return {}


def _join(one: dict[str, Any] | None, other: dict[str, Any]) -> dict[str, Any]:
    joined = dict(one or {})
    for key, inner in other.items():
        known = joined.get(key)
        joined[key] = _join(known, inner) if known and inner else inner or known
    return joined
