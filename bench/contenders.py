"""The contenders: what each is, what starts it, and what its process is told."""

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from bench import peer
from bench.dialects import ByName, Dialect, Ours, Plain
from bench.peer_dialects import PostGraphile
from bench.place import Place
from bench.world import World, product_settings


@dataclass(frozen=True, slots=True)
class Contender:
    """One way of answering, as a process of its own.

    Attributes:
        name: Its short name on the command line and in the table.
        title: What it is.
        dialect: How it is asked.
        command: What starts it.
        environment: What it is told, from the place it gets.
        prepare: What has to be there before it can start; raises `NotAvailable`.
    """

    name: str
    title: str
    dialect: Dialect
    command: Callable[[], Sequence[str]]
    environment: Callable[[World, Place], Mapping[str, str]]
    prepare: Callable[[], None] = field(default=lambda: None)


def _told(_world: World, place: Place) -> Mapping[str, str]:
    return place.environment()


def _settings(world: World, place: Place) -> Mapping[str, str]:
    settings = product_settings(world.addresses, world.folder)
    return {
        "DATABASE_URL": settings.database_url or "",
        "DATABASE_OWNER_URL": settings.database_owner_url or "",
        "WEIXIU_DATA_FOLDER": str(settings.data_folder),
        "WEIXIU_DEMO": "false",
        "WEIXIU_PORT": str(place.listen),
        "WEIXIU_POOL_SIZE": str(place.pool),
    }


PYTHON_CONTENDERS: Sequence[Contender] = (
    Contender(
        "floor",
        "hand-written SQL in a bare Starlette route",
        ByName(),
        lambda: (sys.executable, "-m", "bench.floor"),
        _told,
    ),
    Contender(
        "ours",
        "the product, as `make serve` runs it",
        Ours(),
        lambda: (sys.executable, "-m", "api", "serve"),
        _settings,
    ),
    Contender(
        "usual",
        "Strawberry, SQLAlchemy's ORM, DataLoaders",
        Plain("UUID"),
        lambda: (sys.executable, "-m", "bench.usual"),
        _told,
    ),
)


def _node(_world: World, place: Place) -> Mapping[str, str]:
    return {**place.environment(), "NODE_ENV": "production", "GRAPHILE_ENV": "production"}


def _peer(name: str, title: str, dialect: Dialect) -> Contender:
    def prepare() -> None:
        peer.install(name)

    return Contender(name, title, dialect, lambda: peer.command(name), _node, prepare)


CONTENDERS: Sequence[Contender] = (
    *PYTHON_CONTENDERS,
    _peer("postgraphile", "PostGraphile 5 with grafserv on Node", PostGraphile()),
    _peer("mercurius", "mercurius with JIT and loaders on Node", Plain("ID")),
)
