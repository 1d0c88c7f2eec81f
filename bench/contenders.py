"""The contenders: what each is, how its process is started, and how one asks it."""

import http.client
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from bench import peer, processes
from bench.dialects import ByName, Dialect, NotAvailable, Ours, Usual, meaning
from bench.peer_dialects import PostGraphile
from bench.people import Actor
from bench.place import POOL, Place
from bench.queries import Json, Question
from bench.world import POOL_PASSWORD, World, product_settings

CHECKOUT = Path(__file__).resolve().parent.parent
_PRODUCTS = ("WEIXIU_", "DATABASE_")  # settings of an installation, which this one is not
_PATIENCE = 60.0
_END_PATIENCE = 15.0


@dataclass(frozen=True, slots=True)
class Contender:
    """One way of answering, as a process of its own.

    Attributes:
        name: Its short name on the command line and in the table.
        title: What it is.
        dialect: How it is asked.
        command: What starts it.
        environment: What it is told, from the place it gets.
        prepare: What has to be there before it can start; raises `NotAvailable`.
    """

    name: str
    title: str
    dialect: Dialect
    command: Callable[[], Sequence[str]]
    environment: Callable[[World, Place], Mapping[str, str]]
    prepare: Callable[[], None] = field(default=lambda: None)


def _told(_world: World, place: Place) -> Mapping[str, str]:
    return place.environment()


def _settings(world: World, place: Place) -> Mapping[str, str]:
    settings = product_settings(world.addresses, world.folder)
    return {
        "DATABASE_URL": settings.database_url or "",
        "DATABASE_OWNER_URL": settings.database_owner_url or "",
        "WEIXIU_DATA_FOLDER": str(settings.data_folder),
        "WEIXIU_DEMO": "false",
        "WEIXIU_PORT": str(place.listen),
        "WEIXIU_POOL_SIZE": str(place.pool),
    }


PYTHON_CONTENDERS: Sequence[Contender] = (
    Contender(
        "floor",
        "hand-written SQL in a bare Starlette route",
        ByName(),
        lambda: (sys.executable, "-m", "bench.floor"),
        _told,
    ),
    Contender(
        "ours",
        "the product, as `make serve` runs it",
        Ours(),
        lambda: (sys.executable, "-m", "api", "serve"),
        _settings,
    ),
    Contender(
        "usual",
        "Strawberry, SQLAlchemy's ORM, DataLoaders",
        Usual(),
        lambda: (sys.executable, "-m", "bench.usual"),
        _told,
    ),
)


def _node(_world: World, place: Place) -> Mapping[str, str]:
    return {**place.environment(), "NODE_ENV": "production", "GRAPHILE_ENV": "production"}


def _peer(name: str, title: str, dialect: Dialect) -> Contender:
    def prepare() -> None:
        peer.install(name)

    return Contender(name, title, dialect, lambda: peer.command(name), _node, prepare)


CONTENDERS: Sequence[Contender] = (
    *PYTHON_CONTENDERS,
    _peer("postgraphile", "PostGraphile 5 with grafserv on Node", PostGraphile()),
    _peer("mercurius", "mercurius with JIT and loaders on Node", Usual("ID")),
)


@dataclass(slots=True)
class Running:
    """A contender whose process runs."""

    contender: Contender
    process: subprocess.Popen[bytes]
    port: int
    header: str

    @classmethod
    def start(
        cls, contender: Contender, world: World, actors: Mapping[str, Actor], log: Path, product: Path
    ) -> "Running":
        """Start its process, pinned to the servers' core; its words go to the log."""
        port, core = _free_port(), processes.cores()[0]
        place = Place(
            socket=str(world.address.socket),
            port=world.address.port,
            password=POOL_PASSWORD,
            listen=port,
            actors=actors,
            pool=POOL,
        )
        known = {name: text for name, text in os.environ.items() if not name.startswith(_PRODUCTS)}
        with log.open("ab") as words:
            process = subprocess.Popen(  # noqa: S603 - our own command, no input in it
                contender.command(),
                cwd=product if contender.name == "ours" else CHECKOUT,
                env={**known, **contender.environment(world, place)},
                stdin=subprocess.DEVNULL,
                stdout=words,
                stderr=words,
                preexec_fn=lambda: os.sched_setaffinity(0, {core}),  # noqa: PLW1509 - nothing else runs in the new process yet
            )
        return cls(contender, process, port, next(iter(actors), ""))

    def wait(self) -> None:
        """Wait until it listens.

        Raises:
            NotAvailable: It ended, or does not listen in time.
        """
        deadline = time.monotonic() + _PATIENCE
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise NotAvailable(f"{self.contender.name} ended with {self.process.returncode}")
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
                return
            time.sleep(0.005)
        raise NotAvailable(f"{self.contender.name} does not listen")

    def stop(self) -> None:
        """End its process."""
        self.process.terminate()
        try:
            self.process.wait(_END_PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def request(self, question: Question, variant: Mapping[str, object]) -> bytes:
        """Write a question as the bytes that go over the wire."""
        path, body = self.contender.dialect.write(question, variant)
        content = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
        head = "\r\n".join(
            (
                f"POST {path} HTTP/1.1",
                f"Host: 127.0.0.1:{self.port}",
                f"Authorization: {self.header}",
                "Content-Type: application/json",
                "Accept: application/json",
                f"Content-Length: {len(content)}",
            )
        )
        return head.encode() + b"\r\n\r\n" + content

    def ask(self, question: Question, variant: Mapping[str, object]) -> Json:
        """Ask once and give the answer as it is.

        Raises:
            NotAvailable: It does not answer with JSON.
        """
        path, body = self.contender.dialect.write(question, variant)
        return self.post(path, body)

    def post(self, path: str, body: Json) -> Json:
        """Send a JSON body and give the JSON answer.

        Raises:
            NotAvailable: There is none.
        """
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=_PATIENCE)
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if self.header:
            headers["Authorization"] = self.header
        try:
            connection.request("POST", path, json.dumps(body, ensure_ascii=False).encode(), headers)
            response = connection.getresponse()
            text = response.read()
        except OSError as error:
            raise NotAvailable(f"{self.contender.name}: {error!r}") from error
        finally:
            connection.close()
        try:
            return json.loads(text)
        except ValueError:
            raise NotAvailable(f"{self.contender.name}: {response.status} {text[:200]!r}") from None

    def mean(self, question: Question, variant: Mapping[str, object]) -> Json:
        """Ask once and give what the answer means.

        Raises:
            NotAvailable: It is not answered.
        """
        return meaning(self.contender.dialect, question, self.ask(question, variant))


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
