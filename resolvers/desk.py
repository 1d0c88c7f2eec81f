"""What the running product holds for everybody: cities, pools, keys, clock and what was decided lately."""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from authz.enforcer import Engine
from authz.rights import Rights
from authz.snapshot import SnapshotCache
from db.engine import Databases
from db.scope import Scope
from db.sealing import Sealer
from domain.actor import Actor
from domain.city import City
from domain.clock import Clock
from resolvers.passwords import Passwords
from resolvers.tally import Tally


@dataclass(slots=True)
class Known:
    """What is known of an actor as long as its rights are of one version; who works it out adds it."""

    scopes: dict[str, Scope | None] = field(default_factory=dict[str, Scope | None])
    rights: Rights | None = None
    engine: Engine | None = None


class ActorCache:
    """Keeps what is known of the actors seen last; other rights are another version, and so another entry.

    Rights may be newer than the version under which they are kept, never older: then the guard of the
    transaction finds that the version is gone.
    """

    def __init__(self, capacity: int = 2_000) -> None:
        self._capacity = capacity
        self._kept: OrderedDict[tuple[int, UUID, int], Known] = OrderedDict()

    def of(self, actor: Actor) -> Known:
        """Give what is known of an actor."""
        key = actor.city, actor.principal, actor.version
        known = self._kept.get(key)
        if known is None:
            known = self._kept[key] = Known()
            if len(self._kept) > self._capacity:
                self._kept.popitem(last=False)
        else:
            self._kept.move_to_end(key)
        return known


class SessionCache:
    """Keeps who the tokens seen last stood for, by their hashes, and when that was looked up."""

    def __init__(self, capacity: int = 20_000) -> None:
        self._capacity = capacity
        self._kept: OrderedDict[bytes, tuple[Actor, datetime]] = OrderedDict()

    def find(self, token: bytes) -> tuple[Actor, datetime] | None:
        """Give what is kept of a token."""
        return self._kept.get(token)

    def keep(self, token: bytes, actor: Actor | None, now: datetime) -> None:
        """Keep who a token stands for now; nobody is not kept."""
        self._kept.pop(token, None)
        if actor is not None:
            self._kept[token] = actor, now
            if len(self._kept) > self._capacity:
                self._kept.popitem(last=False)


@dataclass(frozen=True, slots=True)
class Desk:
    """One process's own things; nothing here belongs to a request."""

    databases: Databases
    cities: Mapping[int, City]
    sealer: Sealer
    clock: Clock
    passwords: Passwords
    snapshots: SnapshotCache = field(default_factory=SnapshotCache)
    known: ActorCache = field(default_factory=ActorCache)
    sessions: SessionCache = field(default_factory=SessionCache)
    tally: Tally = field(default_factory=Tally)
