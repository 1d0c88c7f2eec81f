"""The simulated city as one application: a transaction system for each city key, banks, and the control."""

import time
from collections.abc import Iterable
from dataclasses import dataclass, field

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware

from api.sim.bank import SimBank
from api.sim.control import control_routes
from api.sim.seed import seed_of
from api.sim.town import SimTown
from api.sim.trading import SimClock, trading_routes
from domain.city import City

# Another name may be a site's that points it at this machine, to act through its visitor's browser.
_HOSTS = ("127.0.0.1", "localhost", "sim")


def secret_of(key: str) -> str:
    """Give the secret of a simulated system: no secret at all, since it guards nothing that is real."""
    return f"simulated-{key}"


@dataclass(slots=True)
class SimCity:
    """Everything that is played, by the keys of the cities.

    Attributes:
        hosts: Further names under which it may be asked.
    """

    towns: dict[str, SimTown]
    bank: SimBank = field(default_factory=SimBank)
    clock: SimClock = time.time
    hosts: tuple[str, ...] = ()
    app: Starlette = field(init=False)

    def __post_init__(self) -> None:
        hosts = Middleware(TrustedHostMiddleware, allowed_hosts=[*_HOSTS, *self.hosts])
        routes = [*control_routes(self.towns, self.bank), *trading_routes(self.towns, self.clock)]
        self.app = Starlette(routes=routes, middleware=[hosts])

    def __getitem__(self, key: str) -> SimTown:
        """Give the transaction system of a city."""
        return self.towns[key]

    def reset(self) -> None:
        """Begin again."""
        for town in self.towns.values():
            town.reset()


def make_sim(cities: Iterable[City], clock: SimClock = time.time, hosts: tuple[str, ...] = ()) -> SimCity:
    """Make a simulated city that plays the transaction systems of these cities."""
    towns: dict[str, SimTown] = {}
    for city in cities:
        listings, contracts = seed_of(city)
        towns[city.key] = SimTown(city.key, secret_of(city.key), listings, contracts)
    return SimCity(towns, clock=clock, hosts=hosts)
