"""A contender whose process runs: started on its core, asked over HTTP, and stopped."""

import http.client
import json
import os
import socket
import subprocess
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from bench import processes
from bench.contenders import Contender
from bench.dialects import NotAvailable, meaning
from bench.people import Actor
from bench.place import POOL, Place
from bench.queries import Json, Question
from bench.world import POOL_PASSWORD, World

CHECKOUT = Path(__file__).resolve().parent.parent
_INSTALLATION = ("WEIXIU_", "DATABASE_")  # how the settings of another installation begin
_PATIENCE = 60.0
_END_PATIENCE = 15.0


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
        port = _free_port()
        place = Place(
            socket=str(world.address.socket),
            port=world.address.port,
            password=POOL_PASSWORD,
            listen=port,
            actors=actors,
            pool=POOL,
        )
        known = {name: text for name, text in os.environ.items() if not name.startswith(_INSTALLATION)}
        with log.open("ab") as words:
            process = subprocess.Popen(  # noqa: S603 - our own command, no input in it
                contender.command(),
                cwd=product if contender.name == "ours" else CHECKOUT,
                env={**known, **contender.environment(world, place)},
                stdin=subprocess.DEVNULL,
                stdout=words,
                stderr=words,
            )
        processes.pin(process.pid, processes.SERVER_CORE)
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
