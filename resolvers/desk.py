"""What the running product holds for everybody: cities, pools, keys, clock and what was decided lately."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from authz.enforcer import Decider
from authz.snapshot import SnapshotCache
from db.engine import Databases
from db.sealing import Sealer
from domain.city import City
from domain.clock import Clock
from resolvers.passwords import Passwords


@dataclass(frozen=True, slots=True)
class Desk:
    """One process's own things; nothing here belongs to a request."""

    databases: Databases
    cities: Mapping[int, City]
    sealer: Sealer
    clock: Clock
    passwords: Passwords
    snapshots: SnapshotCache = field(default_factory=SnapshotCache)
    decider: Decider = field(default_factory=Decider)
