"""`make serve` as somebody meets it: it starts, tells what to try, drains, stops, and survives a kill."""

import hashlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.serving import NoPortError, open_port
from db.embedded import EmbeddedPostgres
from db.sealing import make_secret

CHECKOUT = Path(__file__).parents[2]
_SECONDS = 90  # a first start on a busy machine
_LAST_LINES = {"true": ("  }", "The demo world was not loaded"), "false": ("Weixiu",)}
_URL = re.compile(r"http://127\.0\.0\.1:([0-9]+)/graphql")


@dataclass
class Serving:
    """A running `serve`, and what it printed."""

    process: "subprocess.Popen[str]"
    welcome: list[str]
    port: int
    data: Path

    def ask(self, query: str, **headers: str) -> Any:
        """Send a query as somebody pastes it."""
        url = f"http://127.0.0.1:{self.port}/graphql"
        return httpx.post(url, json={"query": query}, headers=headers, trust_env=False).json()

    def line(self, start: str) -> str:
        """Give the line of the welcome after the one that begins so, without its indent."""
        place = next(n for n, line in enumerate(self.welcome) if line.startswith(start))
        return self.welcome[place + 1].strip()

    def sign_in(self) -> dict[str, str]:
        """Sign in with what the welcome says."""
        token = self.ask(self.line("Sign in"))["data"]["signIn"]["token"]
        return {"Authorization": f"Bearer {token}"}

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Send a signal and wait for the end."""
        self.process.send_signal(number)
        return self.process.wait(_SECONDS)

    @property
    def database_is_up(self) -> bool:
        """Whether the embedded server's process is there."""
        return _is_up(self.postmaster)

    @property
    def postmaster(self) -> int:
        """The number of the embedded server's process."""
        return int((self.data / "data" / "postmaster.pid").read_text().split()[0])


def _is_up(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def _environment(data: Path, more: Mapping[str, str]) -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "WEIXIU_DATA_FOLDER": str(data), "WEIXIU_PORT": "0", **more}


def run(data: Path, *words: str, **more: str) -> "subprocess.CompletedProcess[str]":
    """Run a command of the product to its end."""
    return subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-m", "api", *words],
        env=_environment(data, more), cwd=CHECKOUT,
        text=True, capture_output=True, check=False, timeout=_SECONDS,
    )  # fmt: skip


@contextmanager
def serving(data: Path, **more: str) -> Generator[Serving]:
    """Serve until the welcome is printed whole; whatever happens, nothing is left running."""
    process = subprocess.Popen(
        [sys.executable, "-m", "api", "serve"],
        env=_environment(data, more), cwd=CHECKOUT, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    try:
        yield _read_welcome(process, data, _LAST_LINES[more.get("WEIXIU_DEMO", "true")])
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait(_SECONDS)
        for pipe in (process.stdout, process.stderr):
            assert pipe is not None
            pipe.close()


def _read_welcome(process: "subprocess.Popen[str]", data: Path, last: tuple[str, ...]) -> Serving:
    assert process.stdout is not None
    assert process.stderr is not None
    lines: list[str] = []
    while not (lines and lines[-1].startswith(last)):
        line = process.stdout.readline()
        assert line, process.stderr.read()[-3000:]
        lines.append(line.rstrip("\n"))
    port = next(int(found[1]) for found in map(_URL.search, lines) if found)
    return Serving(process, lines, port, data)


@pytest.fixture(scope="module")
def place() -> Iterator[Path]:
    """A folder that the user of PostgreSQL can go into, as those of a checkout usually are."""
    path = Path(tempfile.mkdtemp(prefix="weixiu-test-"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path)


@pytest.fixture(scope="module")
def data(place: Path) -> Path:
    """The data folder of the servers without a demo world, which run one after the other."""
    return place / "plain"


def test_a_first_start_that_is_stopped_half_way_is_finished_by_the_next(place: Path):
    data = place / "interrupted"
    process = subprocess.Popen(
        [sys.executable, "-m", "api", "serve"],
        env=_environment(data, {}), cwd=CHECKOUT, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    assert process.stdout is not None
    with process.stdout as told:
        assert told.readline() == "Making the demo world (once) ...\n"
        time.sleep(0.5)
        process.terminate()
        assert process.wait(_SECONDS) == 130
        assert told.read() == ""
    assert not (data / "data" / "postmaster.pid").exists()
    with serving(data) as server:
        assert (
            server.ask("{ estates { totalCount } }", **server.sign_in())["data"]["estates"]["totalCount"] == 3
        )


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_request_under_way_is_answered_before_a_signal_ends_the_server(data: Path, number: int):
    with serving(data, WEIXIU_DEMO="false") as server:
        body = b'{"query": "{ cities { code } }"}'
        head = (
            f"POST /graphql HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        ).encode()
        postmaster = server.postmaster
        with socket.create_connection(("127.0.0.1", server.port), timeout=_SECONDS) as connection:
            connection.sendall(head + body[:10])
            time.sleep(0.3)
            server.process.send_signal(number)
            _wait_until_refused(server.port)
            assert _is_up(postmaster)
            connection.sendall(body[10:])
            answer = b"".join(iter(lambda: connection.recv(65536), b""))
        assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
        assert b'{"code":440700},{"code":510500}' in answer
        assert server.process.wait(_SECONDS) == 0
        assert not _is_up(postmaster)


def _wait_until_refused(port: int) -> None:
    """Wait until the server takes nobody new in."""
    deadline = time.monotonic() + _SECONDS
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            return
        time.sleep(0.02)
    pytest.fail("The server still takes new connections.")


def test_a_killed_server_starts_again_without_help_and_has_what_was_kept(data: Path):
    with serving(data, WEIXIU_DEMO="false") as server:
        key = run(data, "account", "bank", "510500", "LZ02").stdout.strip()
        postmaster = server.postmaster
        server.process.kill()
        server.process.wait(_SECONDS)
    with serving(data, WEIXIU_DEMO="false") as again:
        assert again.postmaster != postmaster
        assert again.ask("{ me { roles } }", **{"X-Weixiu-Key": key})["data"]["me"]["roles"] == [
            "bank_operator"
        ]
        assert again.stop() == 0


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["account", "bank", "440700", "XX"], "There is no bank XX: choose JM01, JM02."),
        (["account", "bank", "110000", "JM01"], "There is no city 110000: choose 440700, 510500."),
        (
            ["account", "office", "510500", "king", "k", "n", "1", "--password", "x"],
            "There is no role king: choose window_clerk, reviewer, authority_admin, system_admin.",
        ),
    ],
)
def test_a_wrong_account_is_refused_in_one_sentence(data: Path, words: list[str], told: str):
    made = run(data, *words)
    assert (made.returncode, made.stderr) == (1, f"{told}\n")


@pytest.fixture(scope="module")
def server(place: Path) -> Iterator[Serving]:
    """A server with its demo world, for the tests that leave it running."""
    with serving(place / "served") as running:
        yield running


def test_the_sign_in_and_the_query_of_the_welcome_work_when_pasted(server: Serving):
    headers = server.sign_in()
    start = server.welcome.index("A query to paste:") + 1
    answer = server.ask("\n".join(server.welcome[start:]), **headers)
    assert answer["data"]["me"]["roles"] == ["org_admin"]
    estates = answer["data"]["estates"]
    assert estates["totalCount"] == 3
    buildings = estates["edges"][0]["node"]["buildings"]
    assert sorted(building["name"] for building in buildings) == ["1栋", "2栋", "地下室"]
    tower = next(building for building in buildings if building["name"] == "1栋")
    assert [floor["floor"] for floor in tower["grid"][0]["floors"]] == [8, 7, 6, 5, 4, 3, 2, 1]
    page = httpx.get(f"http://127.0.0.1:{server.port}/graphiql", trust_env=False)
    assert page.status_code in {200, 503}  # 503 names the command that fetches the page's files
    keys = [line.split()[-1] for line in server.welcome if " bank_operator " in line]
    assert len(keys) == 2
    for key in keys:
        assert server.ask("{ me { roles } }", **{"X-Weixiu-Key": key})["data"]["me"]["roles"] == [
            "bank_operator"
        ]


def test_a_second_serve_of_the_same_folder_says_in_one_sentence_who_has_it(server: Serving):
    second = run(server.data, "serve")
    assert second.returncode == 1
    assert second.stderr == (
        f"The database in {server.data} belongs to the running process {server.process.pid}. "
        "Stop that one first, or use another checkout.\n"
    )
    assert second.stdout == ""
    assert server.ask("{ cities { code } }")["data"]["cities"]


def test_accounts_are_made_and_the_books_checked_beside_a_running_server(server: Serving):
    made = run(
        server.data, "account", "office", "510500", "reviewer", "second", "审核二", "510502198503150120",
        WEIXIU_PASSWORD="a true password",
    )  # fmt: skip
    assert (made.returncode, made.stdout) == (0, "second may sign in to 510500 as reviewer.\n"), made.stderr
    query = 'mutation { signIn(input: {city: 510500, name: "second", password: "a true password"})'
    waiting = server.ask(f"{query} {{ ... on SignInUnfinished {{ ticket needs }} }} }}")["data"]["signIn"]
    # Somebody else chose the password.
    assert waiting["needs"] == ["NEW_PASSWORD"]
    given = f'{{ticket: "{waiting["ticket"]}", newPassword: "a password of my own"}}'
    answer = server.ask(f"mutation {{ signInFinish(input: {given}) {{ ... on SignedInDone {{ token }} }} }}")
    assert answer["data"]["signInFinish"]["token"]
    kept = run(
        server.data, "account", "office", "510500", "system_admin", "third", "管理三", "510502198503150120",
        "--keep-password", WEIXIU_PASSWORD="a true password",
    )  # fmt: skip
    assert kept.stdout == "third may sign in to 510500 as system_admin.\n", kept.stderr
    token = server.ask(f"{query.replace('second', 'third')} {{ ... on SignedInDone {{ token }} }} }}")
    assert token["data"]["signIn"]["token"]
    books = run(server.data, "verify")
    assert (books.returncode, books.stdout) == (0, "The books are right.\n"), books.stderr
    key = run(server.data, "account", "bank", "440700", "JM02").stdout.strip()
    assert server.ask("{ me { roles } }", **{"X-Weixiu-Key": key})["data"]["me"]["roles"] == ["bank_operator"]
    again = run(
        server.data, "account", "office", "510500", "reviewer", "second", "审核二", "510502198503150120",
        WEIXIU_PASSWORD="a true password",
    )  # fmt: skip
    assert again.returncode == 1
    assert again.stderr.count("\n") == 1


def test_a_server_of_ones_own_is_used_by_its_addresses(place: Path):
    with_own_data = place / "own"
    server = EmbeddedPostgres.throw_away()
    address = server.start()
    try:
        own = {
            "DATABASE_URL": address.url("postgres", "weixiu", "pool-password"),
            "DATABASE_OWNER_URL": address.url("postgres"),
        }
        with serving(with_own_data, WEIXIU_DEMO="false", **own) as running:
            key = run(with_own_data, "account", "bank", "510500", "LZ01", **own).stdout.strip()
            me = running.ask("{ me { city { code } } }", **{"X-Weixiu-Key": key})["data"]["me"]
            assert me["city"]["code"] == 510500
            assert running.stop() == 0
        assert not (with_own_data / "data").exists()
        assert server.is_running
        with serving(place / "other", **own) as another:
            assert another.welcome[-1].startswith(
                "The demo world was not loaded: this database has accounts of its own."
            )
    finally:
        server.stop()


def test_half_an_address_is_refused_in_one_sentence(data: Path):
    found = run(data, "migrate", DATABASE_URL="postgresql://weixiu:secret@localhost/weixiu")
    assert found.returncode == 1
    assert (
        found.stderr
        == "Set both DATABASE_URL (the application) and DATABASE_OWNER_URL (migrations), or neither.\n"
    )


def test_trusted_documents_that_cannot_be_used_are_told_in_one_sentence(data: Path, tmp_path: Path):
    alone = run(data, "serve", WEIXIU_TRUSTED_ONLY="true")
    assert (alone.returncode, alone.stdout) == (1, "")
    assert alone.stderr == "WEIXIU_TRUSTED_ONLY needs WEIXIU_TRUSTED_DOCUMENTS.\n"
    text = "{ nobody }"
    (tmp_path / "web.json").write_text(json.dumps({hashlib.sha256(text.encode()).hexdigest(): text}))
    wrong = run(data, "serve", WEIXIU_TRUSTED_DOCUMENTS=str(tmp_path))
    assert wrong.returncode == 1
    assert "Cannot query field 'nobody' on type 'Query'." in wrong.stderr
    assert wrong.stderr.count("\n") == 1


def test_an_address_where_nobody_answers_is_told_in_one_sentence(data: Path):
    url = "postgresql://owner:secret@127.0.0.1:1/weixiu"
    found = run(data, "migrate", DATABASE_URL=url, DATABASE_OWNER_URL=url)
    assert found.returncode == 1
    assert found.stderr.startswith("The database of DATABASE_OWNER_URL does not answer: ")
    assert found.stderr.count("\n") == 1
    assert "secret" not in found.stderr


def test_a_secret_made_by_many_at_once_is_one_secret_for_its_owner_alone(tmp_path: Path):
    path = tmp_path / "secret"
    texts = [str(number) * 1000 for number in range(8)]
    with ThreadPoolExecutor(8) as threads:
        for made in [threads.submit(make_secret, path, text) for text in texts]:
            made.result()
    assert path.read_text() in texts
    assert path.stat().st_mode & 0o777 == 0o600
    assert [file.name for file in tmp_path.iterdir()] == ["secret"]


def test_the_next_port_is_taken_where_the_wanted_one_is_in_use():
    with open_port("127.0.0.1", 0) as first:
        wanted = first.getsockname()[1]
        with open_port("127.0.0.1", wanted) as second:
            assert wanted < second.getsockname()[1] < wanted + 20


def test_an_address_that_is_not_this_machines_is_told():
    with pytest.raises(NoPortError, match=r"of 192\.0\.2\.1 cannot be had: set WEIXIU_PORT or WEIXIU_HOST"):
        open_port("192.0.2.1", 8000)
