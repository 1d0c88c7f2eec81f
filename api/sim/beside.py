"""A simulated city beside a product: the product asks its transaction systems, its banks ask the product."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace

from api.demo.made_up import PLACES
from api.house import House
from api.sim.city import SimCity, make_sim, secret_of
from api.sim.serving import serve_sim
from api.welcome import DemoLogin
from resolvers.trading.http import HttpTradingSystem
from resolvers.trading.system import TradingSystem


@asynccontextmanager
async def connected(house: House, sim: SimCity, port: int = 0) -> AsyncGenerator[tuple[House, str]]:
    """Serve a simulated city, and give the product that asks it, with the city's address."""
    async with AsyncExitStack() as stack:
        url = await stack.enter_async_context(serve_sim(sim, port))
        systems: dict[int, TradingSystem] = dict(house.desk.trading)
        for city in house.desk.cities.values():
            if city.key in sim.towns:
                system = HttpTradingSystem(url, city.key, secret_of(city.key))
                stack.push_async_callback(system.close)
                systems[city.code] = system
        yield replace(house, desk=replace(house.desk, trading=systems)), url


@asynccontextmanager
async def city_beside(
    house: House, logins: Sequence[DemoLogin], product: str, port: int
) -> AsyncGenerator[tuple[House, str | None]]:
    """Play the transaction systems and banks of a demo world while the product is served.

    Other people's data are never connected, and a city whose system the settings name keeps that.

    Args:
        house: The product.
        logins: Who can sign in to its demo world; nobody where there is none.
        product: Where it answers, for the banks.
        port: Where the simulated city shall be, or at the next free port.

    Yields:
        The product as it is then to be served, and the address of the simulated city.
    """
    desk = house.desk
    cities = [city for city in desk.cities.values() if city.key in PLACES and city.code not in desk.trading]
    if not logins or not cities:
        yield house, None
        return
    sim = make_sim(cities)
    keys = {login.city: login.secret for login in logins if login.role == "bank_operator"}
    sim.bank.product = product
    sim.bank.keys |= {city.key: keys[city.code] for city in cities if city.code in keys}
    async with connected(house, sim, port) as (beside, url):
        yield beside, url
