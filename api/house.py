"""Opens everything that the product needs to run, and closes it again: database, keys, cities, pools."""

import asyncio
import contextlib
import secrets
from collections.abc import AsyncGenerator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import structlog

from api.settings import CHECKOUT, Settings
from api.trading import UnreadableError, open_trading
from db.embedded import EmbeddedPostgres
from db.engine import Addresses, Databases
from db.lodging import home, make_folder
from db.migrate import migrate
from db.sealing import Keys, Sealer, make_secret
from domain.city import City, load_cities
from domain.clock import Clock, system_clock
from resolvers.desk import Desk
from resolvers.indexing import complete_search
from resolvers.passwords import Passwords
from resolvers.trading.system import TradingSystem

KEYS_FILE = "keys.json"
_log = structlog.get_logger(__name__)


class MisconfiguredError(RuntimeError):
    """A setting cannot be used; the text says which, and what to do."""


@dataclass(frozen=True, slots=True)
class House:
    """The running product without its web face."""

    desk: Desk
    addresses: Addresses
    folder: Path


@asynccontextmanager
async def open_house(
    settings: Settings,
    server: EmbeddedPostgres | None = None,
    clock: Clock = system_clock,
    *,
    join: bool = False,
) -> AsyncGenerator[House]:
    """Start or join the database, migrate it, and give what requests are answered with.

    Args:
        settings: The installation's settings.
        server: An embedded server to use in place of what the settings mean, as the demo does.
        clock: Where the time comes from.
        join: Use the server of a running `serve` if there is one, as the command line does.

    Raises:
        MisconfiguredError: The addresses, the keys or the transaction systems are not what they should be, or
            nobody answers there.
        CannotStart: The embedded server does not start.
        FolderInUse: Another process has it, and `join` is not asked for.
    """
    cities = load_cities(*settings.city_folders)
    async with contextlib.AsyncExitStack() as stack:
        own = None if server else _own_addresses(settings)
        folder = server.folder if server else settings.data_folder or home(CHECKOUT)
        make_folder(folder)
        addresses = own or await _start(stack, server or EmbeddedPostgres(folder), folder, join=join)
        try:
            await migrate(addresses)
        except OSError as error:
            raise MisconfiguredError(
                f"The database of DATABASE_OWNER_URL does not answer: {error}"
            ) from error
        databases = Databases(addresses, size=settings.pool_size)
        stack.push_async_callback(databases.close)
        passwords = Passwords(memory_kib=settings.password_memory_kib)
        stack.callback(passwords.close)
        sealer = Sealer(_keys(settings, folder), None if settings.keys else folder / KEYS_FILE)
        trading = await _trading(stack, settings, cities.values())
        desk = Desk(databases, cities, sealer, clock, passwords, trading=trading)
        # What an earlier version wrote is not found by searches before this.
        for city in cities:
            await complete_search(desk, city)
        yield House(desk, addresses, folder)


def _own_addresses(settings: Settings) -> Addresses | None:
    try:
        return settings.own_addresses()
    except ValueError as error:
        raise MisconfiguredError(str(error)) from error


def _keys(settings: Settings, folder: Path) -> Keys:
    if not settings.keys:
        return Keys.load_or_make(folder / KEYS_FILE)
    try:
        return Keys.parse(settings.keys)
    except (ValueError, KeyError, TypeError) as error:
        # What was given is a secret, so only the kind of the mistake is told.
        raise MisconfiguredError(f"WEIXIU_KEYS cannot be used ({type(error).__name__}).") from None


async def _trading(
    stack: contextlib.AsyncExitStack, settings: Settings, cities: Iterable[City]
) -> dict[int, TradingSystem]:
    try:
        opened = open_trading(settings.trading, cities)
    except UnreadableError as error:
        raise MisconfiguredError(f"WEIXIU_TRADING cannot be used: {error}.") from None
    for system in opened.values():
        stack.push_async_callback(system.close)
    return dict[int, TradingSystem](opened)


async def _start(
    stack: contextlib.AsyncExitStack, server: EmbeddedPostgres, folder: Path, *, join: bool
) -> Addresses:
    if join:
        address = await asyncio.to_thread(server.join)
        stack.push_async_callback(asyncio.to_thread, server.stop)
    else:
        address = await stack.enter_async_context(server)
        watching = asyncio.create_task(server.watch(_tell_end), name="PostgreSQL")
        stack.push_async_callback(_end, watching)
    return Addresses(address.url("postgres"), _pool_password(folder))


def _tell_end(text: str) -> None:
    _log.error("database", told=text)


async def _end(task: "asyncio.Task[None]") -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


def _pool_password(folder: Path) -> str:
    """Read the password of the pools' roles, or make one that only this folder knows."""
    path = folder / "pool_password"
    if not path.exists():
        make_secret(path, secrets.token_urlsafe(24))
    return path.read_text(encoding="ascii")
