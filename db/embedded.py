"""The PostgreSQL that the app brings along: made, started, watched and stopped without anybody's help."""

import asyncio
import fcntl
import os
import secrets
import shutil
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import IO, Self
from urllib.parse import quote

from db import lodging
from db.lodging import CannotStart
from db.postmaster import (
    POLL_SECONDS,
    SUPERUSER,
    Launch,
    check_version,
    is_ready,
    last_words,
    make_data,
    oust,
    see_off,
)

PORT = 5432  # part of the socket's file name, no more: the server listens on no network
_START_SECONDS = 120  # recovery after a crash replays at most 1 GB of log
_WATCH_SECONDS = 0.25
_AGAIN_SECONDS = 5.0

_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "port": str(PORT),
    "max_connections": "100",
    "shared_buffers": "128MB",
    "timezone": "Asia/Shanghai",
    "log_timezone": "Asia/Shanghai",
    "jit": "off",
    # The log is to hold no personal data: neither the failing statement nor the row that it failed on.
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
}
_THROW_AWAY_SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    # They may be held in memory, which is not to fill up with a log that nobody replays.
    "max_wal_size": "256MB",
}


class FolderInUse(RuntimeError):  # noqa: N818 -- reads as what happened, like CannotStart
    """Another process looks after the database in this folder; `pid` is its number, 0 if it did not say."""

    def __init__(self, folder: Path, pid: int) -> None:
        super().__init__(
            f"The database in {folder} belongs to the running process {pid or '(unknown)'}. "
            "Stop that one first, or use another checkout."
        )
        self.pid = pid


@dataclass(frozen=True, slots=True)
class Address:
    """How to reach the server: the folder of its Unix socket, and the superuser with its password."""

    socket: Path
    password: str = field(repr=False)
    user: str = SUPERUSER
    port: int = PORT

    def url(self, database: str = "postgres", user: str | None = None, password: str | None = None) -> str:
        """Give the SQLAlchemy URL of a database, as the superuser unless another role is named."""
        sign_in = f"{quote(user or self.user, safe='')}:{quote(password or self.password, safe='')}"
        return (
            f"postgresql+asyncpg://{sign_in}@/{quote(database, safe='')}?host={self.socket}&port={self.port}"
        )


class EmbeddedPostgres:
    """One PostgreSQL server with its data in one folder; it never outlives the process that started it.

    As `async with` it does not block the event loop; `start` and `stop` do.
    """

    def __init__(self, folder: Path, *, fast: bool = False, programs: Path | None = None) -> None:
        """Name the folder of the server; `fast` gives up safety against power cuts, for throw-away data."""
        self.folder = folder.absolute()
        self.data = self.folder / "data"
        self.log = self.folder / "postgres.log"
        self._fast = fast
        self._programs = programs
        self._throw_away = False
        self._holder: IO[str] | None = None
        self._keeper: subprocess.Popen[bytes] | None = None
        self._socket: Path | None = None

    @classmethod
    def throw_away(cls) -> Self:
        """Give a fast server in a new temporary folder, which goes when the server stops, come what may."""
        server = cls(lodging.throw_away_folder(), fast=True)
        server._throw_away = True
        return server

    def start(self) -> Address:
        """Start the server, after making its data if there are none, and wait until it answers.

        Half-made data, a stale postmaster.pid and a server left behind by a killed process are dealt with.

        Raises:
            FolderInUse: Another process, or another object of this one, has it.
            CannotStart: It did not start; the text says what to do.
        """
        try:
            lodging.make_folder(self.folder)
            self._holder = _hold(self.folder)
            return self._start()
        except FolderInUse:
            raise
        except BaseException as error:
            self.stop()
            if isinstance(error, OSError):
                raise CannotStart(f"The embedded database in {self.folder} cannot start: {error}") from error
            raise

    def join(self) -> Address:
        """Join the server that another process has running in this folder, or start it if none does.

        `stop` leaves a joined server running.

        Raises:
            FolderInUse: The other process has the folder, but its server does not become ready.
            CannotStart: As `start`.
        """
        deadline = time.monotonic() + _START_SECONDS
        while True:
            try:
                return self.start()
            except FolderInUse:
                if is_ready(self.data):
                    return self._address(lodging.account_for(self.data))
                if time.monotonic() > deadline:
                    raise
                time.sleep(POLL_SECONDS)

    def stop(self) -> None:
        """End all connections, stop the server cleanly and wait until it is gone; again is harmless."""
        keeper, self._keeper = self._keeper, None
        if keeper:
            see_off(keeper, self.data)
        if self._socket:
            with suppress(OSError):
                self._socket.rmdir()
        if self._throw_away:
            shutil.rmtree(self.folder, ignore_errors=True)
        if self._holder:
            self._holder.close()
            self._holder = None

    async def watch(self, told: Callable[[str], object]) -> None:
        """Start the server again whenever it has ended, as after a crash, until cancelled.

        Throw-away data went with their server.

        Args:
            told: Is told what happens, for the log.
        """
        while not self._throw_away:
            await asyncio.sleep(_WATCH_SECONDS)
            if self._keeper is None or self._keeper.poll() is None:
                continue
            told(f"PostgreSQL ended by itself. {last_words(self.log)}")
            starting = asyncio.ensure_future(asyncio.to_thread(self._start))
            try:
                await asyncio.shield(starting)
            except (CannotStart, OSError) as error:
                told(f"PostgreSQL does not start again: {error}")
                await asyncio.sleep(_AGAIN_SECONDS)
            except asyncio.CancelledError:
                # Whoever stops the server next must find it started, or not at all.
                await asyncio.wait({starting})
                raise

    async def __aenter__(self) -> Address:
        return await asyncio.to_thread(self.start)

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await asyncio.to_thread(self.stop)

    @property
    def is_running(self) -> bool:
        """Whether the server that this object started is still there."""
        return self._keeper is not None and self._keeper.poll() is None

    def _start(self) -> Address:
        account = lodging.account_for(self.data)
        programs = lodging.programs_for(account, self._programs or lodging.programs())
        address = self._address(account)
        self._socket = address.socket
        # Every process of the server inherits this lock: whoever gets it knows that none of them is left.
        with (self.folder / "server.lock").open("a") as lock, self._open_log() as log:
            oust(lock, self.data)
            launch = Launch(account, programs, log, lock.fileno())
            if not self.data.exists():
                make_data(self.folder, launch, fast=self._fast)
            check_version(self.data)
            # Nobody is left who could be meant by these, whichever process has their number now.
            (self.data / "postmaster.pid").unlink(missing_ok=True)
            (address.socket / f".s.PGSQL.{PORT}.lock").unlink(missing_ok=True)
            settings = {
                **_SETTINGS,
                **(_THROW_AWAY_SETTINGS if self._fast else {}),
                "unix_socket_directories": str(address.socket),
            }
            self._keeper = launch.keep(self.data, settings, self.folder if self._throw_away else None)
        self._wait_until_ready()
        return address

    def _address(self, account: lodging.Account | None) -> Address:
        return Address(
            lodging.socket_folder(self.folder, account), _password(self.folder, account, self.data)
        )

    def _open_log(self) -> IO[bytes]:
        if self.log.exists():
            self.log.rename(self.log.with_suffix(".log.1"))
        return self.log.open("ab")

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + _START_SECONDS
        while not is_ready(self.data):
            if not self.is_running or time.monotonic() > deadline:
                raise CannotStart(f"PostgreSQL did not start. {last_words(self.log)}")
            time.sleep(POLL_SECONDS)


def _hold(folder: Path) -> IO[str]:
    """Take the folder for this process; the lock goes with the process, however that ends."""
    holder = (folder / "app.lock").open("a+")
    try:
        fcntl.flock(holder, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder.seek(0)
        pid = holder.read().strip()
        holder.close()
        raise FolderInUse(folder, int(pid) if pid.isdecimal() else 0) from None
    holder.truncate(0)
    holder.write(f"{os.getpid()}\n")
    holder.flush()
    return holder


def _password(folder: Path, account: lodging.Account | None, data: Path) -> str:
    """Read the superuser's password, or make one up while there are no data yet."""
    kept = folder / "password"
    if not kept.exists() and data.exists():
        raise CannotStart(
            f"{kept} is gone, and with it the way into {data}; put it back, or remove {folder}."
        )
    if not kept.exists():
        fresh = kept.with_suffix(".new")
        fresh.unlink(missing_ok=True)
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(24))
        if account:
            account.own(fresh)  # initdb reads it as that user
        fresh.rename(kept)
    return kept.read_text()
