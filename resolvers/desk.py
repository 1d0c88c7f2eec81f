"""What the running product holds for everybody: cities, pools, keys, clock and what was decided lately."""

import itertools
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from authz.enforcer import Engine
from authz.rights import Rights
from authz.snapshot import Snapshot
from db.engine import Databases
from db.scope import Scope
from db.sealing import Sealer
from domain.actor import Actor
from domain.city import City
from domain.clock import Clock
from resolvers.denials import Denials
from resolvers.passwords import Passwords
from resolvers.tally import Tally
from resolvers.trading.system import TradingSystem


@dataclass(slots=True)
class Known:
    """What is known of an actor as long as its rights are of one version; who works it out adds it.

    Attributes:
        serial: Tells it from whatever was known of any actor before.
        until: When one of its roles, grants or denials expires, so that all is to be worked out anew.
    """

    serial: int
    until: datetime | None = None
    scopes: dict[str, Scope | None] = field(default_factory=dict[str, Scope | None])
    rights: Rights | None = None
    snapshot: Snapshot | None = None
    engine: Engine | None = None


class ActorCache:
    """Keeps what is known of the actors seen last; other rights are another version, and so another entry.

    Rights may be newer than the version under which they are kept, never older: then the guard of the
    transaction finds that the version is gone.
    """

    def __init__(self, capacity: int = 2_000) -> None:
        self._capacity = capacity
        self._kept: OrderedDict[tuple[int, UUID, int], Known] = OrderedDict()
        self._serials = itertools.count()

    def of(self, actor: Actor, now: datetime) -> Known:
        """Give what is known of an actor at a moment."""
        key = actor.city, actor.principal, actor.version
        known = self._kept.get(key)
        if known is None or (known.until is not None and known.until <= now):
            known = self._kept[key] = Known(next(self._serials))
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
    known: ActorCache = field(default_factory=ActorCache)
    sessions: SessionCache = field(default_factory=SessionCache)
    tally: Tally = field(default_factory=Tally)
    denials: Denials = field(default_factory=Denials)
    trading: Mapping[int, TradingSystem] = field(default_factory=dict[int, TradingSystem])
