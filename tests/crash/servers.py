"""The product as it is started on a machine, by its ordinary command: processes that can be killed."""

import asyncio
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from api.serving import open_port
from api.settings import Settings
from db.embedded import EmbeddedPostgres
from db.postmaster import is_ready, postmaster_of

_CHECKOUT = Path(__file__).parents[2]
_SECONDS = 120  # a start after a crash, on a busy machine
_UP = re.compile(r"is up: http://127\.0\.0\.1:([0-9]+)/graphql")


class Serving:
    """One process of `serve`, at the same port each time that it is started.

    Args:
        name: Of its log.
        folder: The data folder of the installation.
        more: Further settings, as the environment says them.
    """

    def __init__(self, name: str, folder: Path, more: Mapping[str, str] | None = None) -> None:
        with open_port("127.0.0.1", 0) as free:
            self.port: int = free.getsockname()[1]
        self._folder = folder
        self._log = folder / f"{name}.log"
        self._more = dict(more or {})
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        """Where it is to be visited."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def is_running(self) -> bool:
        """Whether the process is there."""
        return self._process is not None and self._process.poll() is None

    async def start(self) -> float:
        """Start it, wait until it says that it is up, and tell how many seconds that took.

        Raises:
            RuntimeError: It ends, or says nothing for too long.
        """
        began = time.monotonic()
        from_here = self._launch()
        while True:
            said = self._log.read_bytes()[from_here:].decode(errors="replace")
            found = _UP.search(said)
            if found:
                self.port = int(found[1])
                return time.monotonic() - began
            if not self.is_running or time.monotonic() - began > _SECONDS:
                raise RuntimeError(f"The server did not start: {said[-2000:]}")
            await asyncio.sleep(0.02)

    def _launch(self) -> int:
        """Start the process, and tell where in its log it begins."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "api", "serve"], cwd=_CHECKOUT, env=self.environment(),
                stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            )  # fmt: skip
            return log.tell()

    def environment(self) -> dict[str, str]:
        """Give the settings of the installation, as the environment of one of its commands."""
        return {
            "PATH": os.environ["PATH"],
            "WEIXIU_DATA_FOLDER": str(self._folder),
            "WEIXIU_PORT": str(self.port),
            "WEIXIU_DEMO": "false",
            **self._more,
        }

    def run(self, *words: str) -> "subprocess.CompletedProcess[str]":
        """Run another command of the product on the same installation."""
        return subprocess.run(  # noqa: S603 - our own command
            [sys.executable, "-m", "api", *words], cwd=_CHECKOUT, env=self.environment(),
            text=True, capture_output=True, check=False, timeout=_SECONDS,
        )  # fmt: skip

    def said(self) -> str:
        """Give the log of all its processes."""
        return self._log.read_text(encoding="utf-8", errors="replace")

    def kill(self) -> None:
        """End it as a power cut would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def stop(self) -> int:
        """Ask it to end, and wait for that."""
        if self._process is None:
            return 0
        self._process.terminate()
        return self._process.wait(_SECONDS)


@dataclass
class Installation:
    """A data folder with its embedded database, and the processes that serve on it.

    The first process looks after the database; the others reach it by its address, as on a machine where
    PostgreSQL stands by itself.
    """

    folder: Path
    servers: list[Serving] = field(default_factory=list[Serving])

    @classmethod
    def at(cls, folder: str) -> Self:
        """Give an installation in a folder that the user of PostgreSQL may go into."""
        place = Path(folder)
        place.chmod(0o711)
        return cls(place)

    @property
    def settings(self) -> Settings:
        """The settings of a command that joins it."""
        return Settings(data_folder=self.folder, demo=False)

    @property
    def first(self) -> Serving:
        """The process that looks after the database."""
        return self.servers[0]

    async def open(self, count: int = 1) -> None:
        """Start so many processes."""
        self.servers.append(Serving("serve-1", self.folder))
        await self.first.start()
        address = EmbeddedPostgres(self.folder).join()
        password = (self.folder / "pool_password").read_text(encoding="ascii")
        own = {
            "DATABASE_URL": address.url("postgres", "weixiu", password),
            "DATABASE_OWNER_URL": address.url("postgres"),
        }
        for number in range(2, count + 1):
            self.servers.append(Serving(f"serve-{number}", self.folder, own))
            await self.servers[-1].start()

    async def revive(self) -> None:
        """Start again what does not run, the one with the database first."""
        for server in self.servers:
            if not server.is_running:
                await server.start()
        began = time.monotonic()
        while not is_ready(self.folder / "data"):
            if time.monotonic() - began > _SECONDS:
                raise RuntimeError("The database does not come back.")
            await asyncio.sleep(0.02)

    def kill_database(self) -> None:
        """Kill PostgreSQL's first process, which the others do not outlive."""
        _kill(self.postmaster)

    def kill_backend(self, number: int) -> None:
        """Kill one of the processes in which PostgreSQL answers."""
        found = self.backends
        if found:
            _kill(found[number % len(found)])

    @property
    def postmaster(self) -> int:
        """The number of PostgreSQL's first process, 0 if there is none."""
        return postmaster_of(self.folder / "data") or 0

    @property
    def backends(self) -> list[int]:
        """The numbers of the processes in which PostgreSQL answers the product."""
        told = Path(f"/proc/{self.postmaster}/task/{self.postmaster}/children").read_text(encoding="ascii")
        return [pid for pid in map(int, told.split()) if "postgres: weixiu_" in _title(pid)]

    @property
    def mistakes(self) -> list[str]:
        """What the servers logged as mistakes of their own; that the database was away is none."""
        lines = [line for server in self.servers for line in server.said().splitlines()]
        return [line for line in lines if '"event": "bug"' in line]

    def close(self) -> None:
        """Stop everything, whatever happened."""
        for server in reversed(self.servers):
            try:
                server.stop()
            except subprocess.TimeoutExpired:
                server.kill()


def _title(pid: int) -> str:
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_text(encoding="utf-8", errors="replace")
    return ""


def _kill(pid: int) -> None:
    with suppress(ProcessLookupError):
        if pid:
            os.kill(pid, signal.SIGKILL)
