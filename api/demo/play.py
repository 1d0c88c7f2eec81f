"""Plays every order and every flow of money over HTTP in three cities, on a database that goes afterwards."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import msgspec

from api.app import Face, make_app
from api.demo.amounts import AMOUNTS, load_amounts
from api.demo.caller import Caller, UnexpectedAnswer
from api.demo.clock import DemoClock
from api.demo.script import play_city
from api.demo.stage import Stage
from api.demo.teller import Teller
from api.house import House, open_house
from api.serving import make_server, open_port
from api.settings import CHECKOUT, Settings
from api.sim.beside import connected
from api.sim.city import make_sim
from db.embedded import EmbeddedPostgres
from resolvers.founding import found_city
from resolvers.ledger_check import verify

CITIES = ("luzhou", "jiangmen", "yunmeng")
_THIRD = CHECKOUT / "tests" / "cities"
"""Where the made-up third city is, which mixes the switches; no installation has it."""
_SECONDS = 60  # longer than anything in the play takes


async def play(folder: Path, *, amounts: Path = AMOUNTS, cities: Sequence[str] = CITIES) -> int:
    """Play, keep the papers in the folder, and compare every amount with the written ones.

    Returns:
        0, or 1 where a step went wrong or an amount differs; which one is printed.
    """
    try:
        written = load_amounts(amounts)
    except (OSError, msgspec.DecodeError) as error:
        return _fail([f"{amounts} cannot be used: {error}"])
    await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
    wrong: list[str] = []
    settings = Settings()
    settings = settings.model_copy(update={"city_folders": [*settings.city_folders, _THIRD], "trading": None})
    clock = DemoClock()
    async with (
        open_house(settings, EmbeddedPostgres.throw_away(), clock) as opened,
        connected(opened, sim := make_sim(opened.desk.cities.values())) as (house, _),
        visitors(house, settings) as http,
    ):
        sim.bank.product, sim.bank.clock = str(http.base_url), clock
        for city in house.desk.cities.values():
            await found_city(house.desk, city)
        by_key = {city.key: city for city in house.desk.cities.values()}
        for key in cities:
            teller = Teller(folder, key, by_key[key].name, wrong)
            try:
                stage = Stage(
                    house, by_key[key], Caller(http), teller, written[key], sim[key], sim.bank, clock
                )
                await play_city(stage)
            except (UnexpectedAnswer, httpx.HTTPError) as error:
                wrong.append(f"{teller.name}, after step {teller.steps}: {error}")
            wrong += [
                f"{teller.name}, the books: {broken}" for broken in await verify(house.desk, by_key[key].code)
            ]
    if wrong:
        return _fail(wrong)
    told = f"Every amount is as written in {amounts.name}, and the books are right."
    print(f"{told} The papers are in {folder}.")  # noqa: T201 - told to the terminal
    return 0


@asynccontextmanager
async def visitors(house: House, settings: Settings) -> AsyncGenerator[httpx.AsyncClient]:
    """Serve on a free port, and give a client that comes in from outside."""
    port = open_port("127.0.0.1", 0)
    server = make_server(make_app(house.desk, Face(worker=False)), settings, signals=False)
    serving = asyncio.create_task(server.serve(sockets=[port]))
    try:
        base_url = f"http://127.0.0.1:{port.getsockname()[1]}"
        async with httpx.AsyncClient(base_url=base_url, timeout=_SECONDS, trust_env=False) as http:
            yield http
    finally:
        server.should_exit = True
        await serving


def _fail(wrong: Sequence[str]) -> int:
    for line in wrong:
        print(f"WRONG  {line}")  # noqa: T201 - told to the terminal
    return 1
