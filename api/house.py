"""Opens everything that the product needs to run, and closes it again: database, keys, cities, pools."""

import asyncio
import contextlib
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from api.settings import CHECKOUT, Settings
from db.embedded import EmbeddedPostgres
from db.engine import Addresses, Databases
from db.lodging import home
from db.migrate import migrate
from db.sealing import Keys, Sealer
from domain.city import load_cities
from domain.clock import Clock, system_clock
from resolvers.desk import Desk
from resolvers.passwords import Passwords


@dataclass(frozen=True, slots=True)
class House:
    """The running product without its web face."""

    desk: Desk
    addresses: Addresses
    folder: Path


@asynccontextmanager
async def open_house(
    settings: Settings, server: EmbeddedPostgres | None = None, clock: Clock = system_clock, *, join: bool = False
) -> AsyncIterator[House]:
    """Start or join the database, migrate it, and give what requests are answered with.

    Args:
        settings: The installation's settings.
        server: An embedded server to use in place of the checkout's own, as tests do.
        clock: Where the time comes from.
        join: Use the server of a running `serve` if there is one, as the command line does.
    """
    cities = load_cities(*settings.city_folders)
    async with contextlib.AsyncExitStack() as stack:
        addresses = settings.own_addresses()
        folder = settings.data_folder or (server.folder if server else home(CHECKOUT))
        folder.mkdir(parents=True, exist_ok=True)
        if addresses is None:
            addresses = await _start(stack, server or EmbeddedPostgres(folder), folder, join=join)
        await migrate(addresses)
        keys = Keys.parse(settings.keys) if settings.keys else Keys.load_or_make(folder / "keys.json")
        databases = Databases(addresses, size=settings.pool_size)
        stack.push_async_callback(databases.close)
        passwords = Passwords(memory_kib=settings.password_memory_kib)
        stack.callback(passwords.close)
        desk = Desk(databases=databases, cities=cities, sealer=Sealer(keys), clock=clock, passwords=passwords)
        yield House(desk, addresses, folder)


async def _start(
    stack: contextlib.AsyncExitStack, server: EmbeddedPostgres, folder: Path, *, join: bool
) -> Addresses:
    if join:
        address = await asyncio.to_thread(server.join)
        stack.push_async_callback(asyncio.to_thread, server.stop)
    else:
        address = await stack.enter_async_context(server)
    return Addresses(address.url("postgres"), _pool_password(folder))


def _pool_password(folder: Path) -> str:
    """Read the password of the pools' roles, or make one that only this folder knows."""
    path = folder / "pool_password"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(24), encoding="ascii")
    return path.read_text(encoding="ascii")
