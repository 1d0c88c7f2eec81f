"""How a mutation is declared: its right, its one input, its dry run, and its answer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

import strawberry

from db.base import Pool
from domain.refusal import NotFound
from resolvers.act import Done, Effect, act
from resolvers.read import load_rows
from resolvers.sight import ENTITIES
from resolvers.visit import Visit
from schema.fields import visit_of
from schema.ids import read_id
from schema.problem import Rejected, reject
from schema.types import RIGHT, Declared, Shown, asks, described, given, maybe

Answer = TypeVar("Answer")

INPUT = strawberry.argument(name="input", description="What is to be done.")
"""Every mutation has one argument, `input`."""

_KEY = "Up to 64 characters: a repetition with the same key and input changes nothing more (幂等键)."
_DRY_RUN = "Say what would happen, and write nothing (试运行)."
REHEARSED = "Whether this was only a rehearsal (试运行)."
"""What `dryRun` says on an answer."""


@asks
class FileActInput:
    """An act that makes a file."""

    idempotency_key: str | None = maybe(_KEY)


@asks
class ActInput:
    """An act that can be repeated safely and rehearsed."""

    idempotency_key: str | None = maybe(_KEY)
    dry_run: bool = maybe(_DRY_RUN, default=False)


@asks
class MoneyActInput:
    """An act that moves or demands money, and therefore must be repeatable safely."""

    idempotency_key: str = given(_KEY)
    dry_run: bool = maybe(_DRY_RUN, default=False)


def mutation(right: str) -> Callable[[Callable[..., Any]], Any]:
    """Declare a mutation field with the right that it asks for; its act is where the right is enforced."""

    def declare(resolver: Callable[..., Any]) -> Declared:
        return strawberry.mutation(resolver, description=described(resolver), metadata={RIGHT: right})

    return declare


def result(name: str, description: str) -> Declared:
    """Name what a mutation answers: its outcome, or `Rejected`."""
    return strawberry.union(name, description=description)


@dataclass(frozen=True, slots=True)
class Answered:
    """An act that happened, with the rows that it was about, as its actor sees them.

    Attributes:
        detail: What it says of itself besides.
    """

    visit: Visit
    rows: list[Any]
    dry_run: bool
    detail: Mapping[str, Any]

    @property
    def row(self) -> Shown:
        """The one thing that it was about."""
        return self.rows[0]


async def answer(
    info: strawberry.Info,
    asked: object,
    effect: Effect,
    write: Callable[[Answered], Answer],
    pool: Pool | None = None,
) -> Answer | Rejected:
    """Run an act and write its answer: what it was about, or every problem.

    Args:
        info: Where it is asked.
        asked: The whole input; its key and dry run are the act's, where it has them.
        effect: What happens.
        write: Makes the answer of what happened.
        pool: The database role that is used, where it is not the one of the caller's own kind.
    """
    visit = visit_of(info)
    dry_run = bool(getattr(asked, "dry_run", False))
    key: str | None = getattr(asked, "idempotency_key", None)
    outcome = await act(visit, info.field_name, effect, given=asked, key=key, dry_run=dry_run, pool=pool)
    if isinstance(outcome, Done):
        return write(Answered(visit, await subjects(visit, outcome), dry_run, outcome.detail))
    return reject(visit, outcome)


async def subjects(visit: Visit, done: Done) -> list[Any]:
    """Read everything an act was about, in its order.

    Raises:
        NotFound: It is gone since, as a repetition may find.
    """
    rows = await load_rows(visit, ENTITIES[done.type], "id", done.ids)
    if any(one not in rows for one in done.ids):
        raise NotFound
    return [rows[one] for one in done.ids]


def row_id(info: strawberry.Info, text: str, type_name: str, argument: str) -> UUID:
    """Read a global id that must name a row of a type in the caller's own city.

    Raises:
        NotFound: It names another type or another city.
    """
    found, city, row = read_id(text, argument)
    if found != type_name or city != visit_of(info).signed_in().city:
        raise NotFound
    return row
