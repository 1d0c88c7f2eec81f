"""The command line: serve, migrate, make accounts, play the demo, and write what is generated."""

import asyncio
import sys
from collections.abc import Coroutine, Mapping
from pathlib import Path
from typing import Annotated, Any

from cyclopts import App, Parameter

from api.app import Face, make_app
from api.house import open_house
from api.logs import set_up_logs
from api.serving import NoPortError, open_port, serve
from api.settings import CHECKOUT, Settings
from api.welcome import write_welcome
from db.embedded import CannotStart, FolderInUse
from domain.city import City
from domain.city_file import CityFileError
from resolvers.accounts import OFFICE_ROLES, OfficeAccount, make_bank_account, make_office_account
from resolvers.founding import found_city
from schema.roots import schema as graph

cli = App(name="weixiu", help="The residential special maintenance fund of a city (住宅专项维修资金).")
account = App(name="account", help="Make accounts for the fund office and the banks.")
cli.command(account)

_FAILURES = (CannotStart, FolderInUse, NoPortError, CityFileError, ValueError)


@cli.command(name="serve")
def serve_command() -> None:
    """Start the database, migrate, load the cities and the demo world, and serve until stopped."""
    _run(_serve(Settings()))


async def _serve(settings: Settings) -> None:
    from api.demo.world import build_world  # noqa: PLC0415 - only the demo needs it

    async with open_house(settings) as house:
        face = Face(introspection=settings.demo, graphiql=settings.demo, https=settings.https, limits=settings.limits)
        for city in house.desk.cities.values():
            if not settings.demo:
                await found_city(house.desk, city)
        logins = await build_world(house) if settings.demo else ()
        port = open_port(settings.host, settings.port)
        welcome = write_welcome(settings.host, port.getsockname()[1], logins)
        await serve(make_app(house.desk, face), settings, port, welcome)


@cli.command
def migrate() -> None:
    """Bring the database to the present shape."""

    async def run() -> None:
        async with open_house(Settings(), join=True):
            print("The database is up to date.")  # noqa: T201 - told to the terminal

    _run(run())


@cli.command
def schema(*, check: bool = False) -> None:
    """Write what clients see to schema/schema.graphql, or check that the file is true."""
    path, text = CHECKOUT / "schema" / "schema.graphql", graph.as_str() + "\n"
    if check and (not path.exists() or path.read_text(encoding="utf-8") != text):
        sys.exit("schema/schema.graphql is not what the code says: run make schema.")
    if not check:
        path.write_text(text, encoding="utf-8")


@cli.command
def forms(folder: Path = CHECKOUT / "docs" / "forms") -> None:
    """Print a sample of every form as pictures."""
    from reports.forms.samples import main  # noqa: PLC0415 - needs a library that only checkouts have

    main(["samples", str(folder)])


@cli.command
def demo(folder: Path = CHECKOUT / "demo-out") -> None:
    """Play the main job for both cities over HTTP against a fresh database, and keep its papers."""
    from api.demo.play import play  # noqa: PLC0415 - only the demo needs it

    sys.exit(asyncio.run(play(folder)))


@account.command
def office(  # noqa: PLR0913 - what an account is
    city: int,
    role: Annotated[str, Parameter(help=f"One of {', '.join(OFFICE_ROLES)}.")],
    login_name: str,
    name: str,
    id_number: str,
    *,
    password: Annotated[str, Parameter(env_var="WEIXIU_PASSWORD", help="At least 10 characters.")],
) -> None:
    """Make a sign-in for a person of the fund office."""
    if role not in OFFICE_ROLES:
        sys.exit(f"There is no role {role}: choose {', '.join(OFFICE_ROLES)}.")

    async def run() -> None:
        async with open_house(Settings(), join=True) as house:
            _know_city(house.desk.cities, city)
            await found_city(house.desk, house.desk.cities[city])
            made = OfficeAccount(city, role, login_name, password, name, id_number)
            problem = await make_office_account(house.desk, made)
            if problem is not None:
                sys.exit(problem.message("en"))
            print(f"{login_name} may sign in to {city} as {role}.")  # noqa: T201 - told to the terminal

    _run(run())


@account.command
def bank(city: int, bank_code: str) -> None:
    """Make a bank's machine account and print its key, this once."""

    async def run() -> None:
        async with open_house(Settings(), join=True) as house:
            _know_city(house.desk.cities, city)
            await found_city(house.desk, house.desk.cities[city])
            codes = [known.code for known in house.desk.cities[city].banks]
            if bank_code not in codes:
                sys.exit(f"There is no bank {bank_code}: choose {', '.join(codes)}.")
            print(await make_bank_account(house.desk, city, bank_code))  # noqa: T201 - told to the terminal

    _run(run())


def _know_city(cities: Mapping[int, City], city: int) -> None:
    if city not in cities:
        sys.exit(f"There is no city {city}.")


def _run(work: Coroutine[Any, Any, None]) -> None:
    """Run to the end; a failure that the person can mend is one sentence, not a traceback."""
    set_up_logs()
    try:
        asyncio.run(work)
    except KeyboardInterrupt:
        pass
    except _FAILURES as failure:
        sys.exit(str(failure))


if __name__ == "__main__":
    cli()
