"""The command line: serve, migrate, accounts, demo, the books, explaining, and writing what is generated."""

import asyncio
import logging
import signal
import sys
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import AbstractAsyncContextManager, nullcontext
from pathlib import Path
from typing import Annotated, Any

from cyclopts import App, Parameter

from api.app import Face, make_app
from api.explanation import Question, UnexplainableError, explain
from api.house import House, MisconfiguredError, open_house
from api.keeping import KeyRing, check_chains
from api.logs import set_up_logs
from api.proving import check_cities, check_file
from api.serving import NoPortError, new_event_loop, open_port, serve
from api.settings import CHECKOUT, Settings
from api.trusted import UntrustworthyError
from api.welcome import FIRST_QUERY, OTHERS_DATA, DemoLogin, address_of, write_welcome
from db.embedded import CannotStart, FolderInUse
from domain.city import City, load_cities
from domain.city_file import CityFileError
from resolvers.accounts import OFFICE_ROLES, OfficeAccount, make_bank_account, make_office_account
from resolvers.founding import found_city
from schema.roots import schema as graph

cli = App(name="weixiu", help="The residential special maintenance fund of a city (住宅专项维修资金).")
account = App(name="account", help="Make accounts for the fund office and the banks.")
cli.command(account)
audit = App(name="audit", help="The record of what was done (操作日志).")
cli.command(audit)
keys = App(name="keys", help="The keys that personal numbers and files are locked with.")
cli.command(keys)

_FAILURES = (CannotStart, FolderInUse, NoPortError, CityFileError, MisconfiguredError, UntrustworthyError)
_SHEETS_HEAD = """\
# Spreadsheets (电子表格)

Written by `make docs` from the sheets' declarations in `reports/sheets`; a test keeps it true.
A starred column (★) must be there and filled in. Empty templates: `GET /templates/<name>.xlsx?city=<code>`.
"""
_WRONG = 2  # what shells expect of a program that was asked wrongly
_STOPPED = 130  # what shells expect of a program that was interrupted before it was done


@cli.command(name="serve")
def serve_command() -> None:
    """Start the database, migrate, load the cities and the demo world, and serve until stopped."""
    _run(_serve(Settings()))


async def _serve(settings: Settings) -> None:
    trusted = settings.trusted()
    async with open_house(settings) as house:
        face = Face(
            introspection=settings.tells_schema,
            graphiql=settings.shows_page,
            https=settings.https,
            limits=settings.limits,
            first_query=FIRST_QUERY,
            trusted=trusted,
            trusted_only=settings.trusted_only,
            metrics=settings.shows_metrics,
            metrics_token=settings.metrics_token,
        )
        logins = await _furnish(house, settings)
        port = open_port(settings.host, settings.port)
        product = address_of(settings.host, port.getsockname()[1])
        async with _beside(house, logins, product, settings) as (connected, simulated):
            welcome = [*write_welcome(product, logins, page=settings.shows_page, simulated=simulated)]
            if settings.demo and not logins:
                welcome.append(OTHERS_DATA)
            await serve(make_app(connected.desk, face), settings, port, welcome)


def _beside(
    house: House, logins: tuple[DemoLogin, ...], product: str, settings: Settings
) -> AbstractAsyncContextManager[tuple[House, str | None]]:
    """Give the demo world a simulated city; the product as it was where there is no demo world."""
    if not logins:
        return nullcontext((house, None))
    from api.sim.beside import city_beside  # noqa: PLC0415 - only the demo needs it

    return city_beside(house, logins, product, settings.port and settings.port + 100)


async def _furnish(house: House, settings: Settings) -> tuple[DemoLogin, ...]:
    """Enter what every city needs, and with it the demo world where it is wanted."""
    if settings.demo:
        from api.demo.world import build_world  # noqa: PLC0415 - only the demo needs it

        return await build_world(house)
    for city in house.desk.cities.values():
        await found_city(house.desk, city)
    return ()


@cli.command
def migrate() -> None:
    """Bring the database to the present shape."""

    async def run() -> None:
        async with open_house(Settings(), join=True):
            print("The database is up to date.")  # noqa: T201 - told to the terminal

    _run(run())


@cli.command
def verify(
    *,
    city: Annotated[int | None, Parameter(help="Only this city's books.")] = None,
    expect: Annotated[str | None, Parameter(help="A seal that was logged before, as DAY:SEAL.")] = None,
) -> None:
    """Check the books of every city; each sentence that is printed is an error in them."""

    async def run() -> int:
        async with open_house(Settings(), join=True) as house:
            wrong = await check_cities(house, city, expect)
        print("\n".join(wrong) or "The books are right.")  # noqa: T201 - told to the terminal
        return 1 if wrong else 0

    _run(run())


@cli.command
def proof(
    file: Annotated[Path, Parameter(help="The document of an entry's proof, as `entryProof` gave it.")],
    *,
    seal: Annotated[str | None, Parameter(help="The seal of the day as it was made known elsewhere.")] = None,
) -> None:
    """Check that an entry stands in the sealed books; needs neither the database nor a network."""
    told, holds = check_file(file, seal)
    print("\n".join(told))  # noqa: T201 - told to the terminal
    if not holds:
        sys.exit(1)


@cli.command(name="explain")
def explain_command(
    file: Annotated[Path, Parameter(help="The GraphQL document; without it, standard input.")] = Path("-"),
    *,
    city: Annotated[int, Parameter(help="City of the account through whose eyes it is read.")],
    login: Annotated[str, Parameter(help="Sign-in name of that account; no password is asked.")],
    variables: Annotated[Path | None, Parameter(help="A JSON file of the query's variables.")] = None,
    operation: Annotated[str | None, Parameter(help="Which operation of the document.")] = None,
    analyze: Annotated[bool, Parameter(help="Run the statement, and tell what it took.")] = False,
) -> None:
    """Show how a query is answered: the statement, its values, and PostgreSQL's plan for it."""

    async def run() -> int:
        try:
            given = b"{}" if variables is None else _read(variables)
            question = Question.read(_read(file), given, operation)
            async with open_house(Settings(), join=True) as house:
                print(await explain(house.desk, question, city, login, analyze=analyze))  # noqa: T201 - told to the terminal
        except UnexplainableError as error:
            print(error, file=sys.stderr)  # noqa: T201 - told to the terminal
            return _WRONG
        return 0

    _run(run())


def _read(file: Path) -> bytes:
    try:
        return sys.stdin.buffer.read() if file == Path("-") else file.read_bytes()
    except OSError as error:
        raise UnexplainableError(f"{file} cannot be read: {error.strerror}.") from error


@cli.command
def schema(*, check: bool = False) -> None:
    """Write what clients see to schema/schema.graphql, or check that the file is true."""
    _write(CHECKOUT / "schema" / "schema.graphql", graph.as_str() + "\n", "make schema", check=check)


@cli.command
def docs(*, check: bool = False) -> None:
    """Write the pages of docs that follow from declarations, or check that they are true."""
    from authz.matrix import matrix_markdown  # noqa: PLC0415 - nothing else needs it
    from reports.sheet import document  # noqa: PLC0415 - nothing else needs it
    from reports.sheets import SHEETS  # noqa: PLC0415 - nothing else needs it

    folder = CHECKOUT / "docs"
    sheets = "\n".join([_SHEETS_HEAD, *(document(sheet) for sheet in SHEETS.values())])
    _write(folder / "sheets.md", sheets, "make docs", check=check)
    _write(folder / "permissions.md", matrix_markdown(), "make docs", check=check)


def _write(path: Path, text: str, command: str, *, check: bool) -> None:
    if not check:
        path.write_text(text, encoding="utf-8")
    elif not path.exists() or path.read_text(encoding="utf-8") != text:
        sys.exit(f"{path.relative_to(CHECKOUT)} is not what the code says: run {command}.")


@cli.command
def forms(folder: Path = CHECKOUT / "docs" / "forms") -> None:
    """Print a sample of every form as pictures."""
    from reports.forms.samples import main  # noqa: PLC0415 - needs a library that only checkouts have

    main(folder)


@cli.command
def sim(port: int = 8100) -> None:
    """Play the cities' transaction systems and banks until stopped, with faults to inject."""
    from api.sim.serving import run_sim  # noqa: PLC0415 - only the simulated city needs it

    _run(run_sim(load_cities(*Settings().city_folders), port))


@cli.command
def demo(folder: Path = CHECKOUT / "demo-out") -> None:
    """Play every order and every flow of money in three cities over HTTP, and keep the papers."""
    from api.demo.play import play  # noqa: PLC0415 - only the demo needs it

    # Some steps fail on purpose, and the play itself tells how.
    _run(play(folder), logging.ERROR)


@account.command
def office(
    city: int,
    role: Annotated[str, Parameter(help=f"One of {', '.join(OFFICE_ROLES)}.")],
    login_name: str,
    name: str,
    id_number: str,
    *,
    password: Annotated[str, Parameter(env_var="WEIXIU_PASSWORD", help="At least 10 characters.")],
    keep_password: Annotated[bool, Parameter(help="Do not ask for a new one at the first sign-in.")] = False,
) -> None:
    """Make a sign-in for a person of the fund office."""
    if role not in OFFICE_ROLES:
        sys.exit(f"There is no role {role}: choose {', '.join(OFFICE_ROLES)}.")

    settings = Settings()
    known = _know_city(settings, city)

    async def run() -> None:
        async with open_house(settings, join=True) as house:
            await found_city(house.desk, known)
            made = OfficeAccount(
                city, role, login_name, password, name, id_number, must_change=not keep_password
            )
            problem = await make_office_account(house.desk, made)
            if problem is not None:
                sys.exit(problem.message("en"))
            print(f"{login_name} may sign in to {city} as {role}.")  # noqa: T201 - told to the terminal

    _run(run())


@account.command
def bank(city: int, bank_code: str) -> None:
    """Make a bank's machine account and print its key, this once."""
    settings = Settings()
    known = _know_city(settings, city)
    codes = [one.code for one in known.banks]
    if bank_code not in codes:
        sys.exit(f"There is no bank {bank_code}: choose {', '.join(codes)}.")

    async def run() -> None:
        async with open_house(settings, join=True) as house:
            await found_city(house.desk, known)
            print(await make_bank_account(house.desk, city, bank_code))  # noqa: T201 - told to the terminal

    _run(run())


@audit.command(name="verify")
def verify_chain(
    *,
    city: Annotated[int | None, Parameter(help="Only this city's chain.")] = None,
    expect: Annotated[str | None, Parameter(help="A head that was logged before, as NO:HASH.")] = None,
) -> None:
    """Follow each city's chain of audit rows; 1 if a row was changed, taken away or put in."""

    async def run() -> int:
        async with open_house(Settings(), join=True) as house:
            return await check_chains(house, city, expect)

    _run(run())


@keys.command(name="list")
def list_keys() -> None:
    """Tell of each key how many rows are locked with it."""
    _with_keys(KeyRing.show)


@keys.command
def add() -> None:
    """Make a new key the one to write with."""
    _with_keys(KeyRing.add)


@keys.command
def rewrite(*, batch: Annotated[int, Parameter(help="Rows locked at once.")] = 500) -> None:
    """Lock everything anew with the key to write with; may be interrupted and called again."""
    _with_keys(lambda ring: ring.rewrite(batch))


@keys.command
def retire(name: str) -> None:
    """Take an older key away, once nothing is locked with it."""
    _with_keys(lambda ring: ring.retire(name))


def _with_keys(work: Callable[[KeyRing], Awaitable[int | None]]) -> None:
    async def run() -> int | None:
        settings = Settings()
        async with open_house(settings, join=True) as house:
            ring = KeyRing(house, settings.keys)
            try:
                return await work(ring)
            finally:
                await ring.close()

    _run(run())


def _know_city(settings: Settings, code: int) -> City:
    """Find a city before anything is started for it."""
    try:
        cities = load_cities(*settings.city_folders)
    except CityFileError as error:
        sys.exit(str(error))
    if code not in cities:
        sys.exit(f"There is no city {code}: choose {', '.join(map(str, sorted(cities)))}.")
    return cities[code]


def _run(work: Coroutine[Any, Any, int | None], level: int = logging.INFO) -> None:
    """Run to the end; a failure that the person can mend is one sentence, not a traceback."""
    set_up_logs(level)
    try:
        with asyncio.Runner(loop_factory=new_event_loop) as runner:
            code = runner.run(_until_told(work))
    except (KeyboardInterrupt, asyncio.CancelledError):
        sys.exit(_STOPPED)
    except _FAILURES as failure:
        sys.exit(str(failure))
    if code:
        sys.exit(code)


async def _until_told(work: Coroutine[Any, Any, int | None]) -> int | None:
    """Let SIGTERM, like Ctrl-C, cancel what is under way, so that the database is stopped cleanly."""
    task = asyncio.ensure_future(work)
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    return await task


if __name__ == "__main__":
    cli()
