"""The server process itself: how it is launched, known again, waited for and seen off."""

import fcntl
import os
import shutil
import signal
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import IO

from db import lodging
from db.lodging import CannotStart

SUPERUSER = "postgres"
POLL_SECONDS = 0.01
_STOP_SECONDS = 30
_READY_LINE = 7  # of postmaster.pid, counted from 0

_INITDB = (
    "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--encoding=UTF8",
    "--auth=scram-sha-256", "--data-checksums", f"--username={SUPERUSER}",
)  # fmt: skip

# The server's parent. Its standard input is a pipe from the app: a line in it asks for the end, and its own
# end is the end of the app, however it came about. Either way the server stops quickly and cleanly.
# $1 is a throw-away folder to remove then, or empty; the rest is the server's command.
_KEEPER = """
folder=$1; shift
exec 3<&0
"$@" 3<&- </dev/null & server=$!
{ read -r line; kill -INT "$server"; } <&3 & watch=$!
wait "$server"; status=$?
kill "$watch" 2>/dev/null
[ -z "$folder" ] || rm -rf "$folder"
exit "$status"
"""


@dataclass(frozen=True, slots=True)
class Launch:
    """As whom, from where, with which log and which inherited lock the server's programs run."""

    account: lodging.Account | None
    programs: Path
    log: IO[bytes]
    lock: int

    def keep(self, data: Path, settings: dict[str, str], remove: Path | None) -> subprocess.Popen[bytes]:
        """Start the server under its keeper, in a session of its own that a Ctrl-C does not reach."""
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        server = [self.programs / "postgres", "-D", data, *options]
        return self._popen(["/bin/sh", "-c", _KEEPER, "sh", str(remove or ""), *server], subprocess.PIPE)

    def run(self, program: str, *arguments: str | Path) -> int:
        """Run one of the programs to its end and give its exit code."""
        return self._popen([self.programs / program, *arguments], subprocess.DEVNULL).wait()

    def _popen(self, command: list[str | Path], stdin: int) -> subprocess.Popen[bytes]:
        return subprocess.Popen(  # noqa: S603 -- our own programs with our own arguments
            command, stdin=stdin, stdout=self.log, stderr=self.log,
            user=self.account.uid if self.account else None,
            group=self.account.gid if self.account else None,
            extra_groups=[] if self.account else None,
            # What the user's PGPORT, PGDATA, LANG say is none of this server's business.
            env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"},
            cwd="/", umask=0o077, start_new_session=True, pass_fds=(self.lock,),
        )  # fmt: skip


def make_data(folder: Path, launch: Launch, *, fast: bool) -> None:
    """Make the data under another name first, so that an interrupted attempt never counts as data."""
    fresh = folder / "data.new"
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(mode=0o700)
    if launch.account:
        launch.account.own(fresh)
    sync = ["--no-sync"] if fast else []
    code = launch.run("initdb", *_INITDB, *sync, f"--pwfile={folder / 'password'}", "-D", fresh)
    if code != 0:
        shutil.rmtree(fresh, ignore_errors=True)
        raise CannotStart(f"PostgreSQL could not make its data. {last_words(folder / 'postgres.log')}")
    fresh.rename(folder / "data")


def check_version(data: Path) -> None:
    """Refuse data of another major version, which the server would refuse with less to go on."""
    made_by, ours = (data / "PG_VERSION").read_text().strip(), metadata.version(lodging.PACKAGE).split(".")[0]
    if made_by != ours:
        raise CannotStart(
            f"The data in {data} were made by PostgreSQL {made_by}, and this is {ours}. "
            "Dump them with the old one and load them here, or remove the folder to begin anew."
        )


def oust(lock: IO[str], data: Path) -> None:
    """Wait until no process of an earlier server is left here, and stop a server that was left behind."""
    begun, told = time.monotonic(), set[signal.Signals]()
    while not (_locked(lock) and postmaster_of(data) is None):
        waited = time.monotonic() - begun
        if waited > _STOP_SECONDS:
            raise CannotStart(f"Processes of an earlier server in {data} do not end; end them by hand.")
        request = signal.SIGINT if waited < _STOP_SECONDS / 2 else signal.SIGQUIT
        if request not in told and (left_behind := postmaster_of(data)):
            os.kill(left_behind, request)
            told.add(request)
        time.sleep(POLL_SECONDS)


def _locked(lock: IO[str]) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def see_off(keeper: subprocess.Popen[bytes], data: Path) -> None:
    """Stop the server quickly and cleanly and wait for it; one that hangs is stopped as if by a crash."""
    if keeper.stdin:
        with suppress(BrokenPipeError), keeper.stdin as pipe:
            pipe.write(b"\n")  # closing would not be enough if a forked child of the app holds the pipe, too
    for patience, last_resort in ((_STOP_SECONDS, signal.SIGQUIT), (5, signal.SIGKILL)):
        try:
            keeper.wait(patience)
        except subprocess.TimeoutExpired:
            if stuck := postmaster_of(data):
                os.kill(stuck, last_resort)
        else:
            return
    keeper.wait()


def postmaster_of(data: Path) -> int | None:
    """Give the process number of the server on `data`, unless a stranger has that number by now."""
    try:
        pid = int((data / "postmaster.pid").read_text().split("\n", 1)[0])
        if Path("/proc/self").exists():
            here = Path(f"/proc/{pid}")
            ours = (here / "comm").read_text() == "postgres\n" and (here / "cwd").readlink() == data.resolve()
        else:
            ps = ["/bin/ps", "-o", "comm=", "-p", str(pid)]
            answer = subprocess.run(ps, capture_output=True, text=True, check=False)  # noqa: S603 -- a number
            ours = answer.stdout.strip().endswith("postgres")
    except (OSError, ValueError):
        return None
    return pid if ours else None


def is_ready(data: Path) -> bool:
    """Tell whether the server on `data` takes connections, which it writes into its own pid file."""
    if postmaster_of(data) is None:
        return False
    try:
        lines = (data / "postmaster.pid").read_text().splitlines()
    except FileNotFoundError:
        return False
    return len(lines) > _READY_LINE and lines[_READY_LINE].strip() == "ready"


def last_words(log: Path) -> str:
    """Quote the end of the log, and say what to do about it."""
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - 2000))
        words = file.read().decode(errors="replace")
    advice = "Free some space on that disk and start again. " if "No space left" in words else ""
    return f"{advice}Its last words: {' / '.join(words.splitlines()[-4:]) or '(none)'}. The whole log: {log}"
