"""What must be known of the demo world at the next start: whether it is finished, and the banks' keys."""

import hashlib
import os
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

NAME = "demo.json"


@dataclass(slots=True)
class Kept:
    """The file beside the data, readable to its owner alone.

    Attributes:
        database: Tells which database the world is in.
        keys: The key of each city's bank; the database itself has only its hash.
        complete: Whether the world was built to its end.
    """

    database: str = ""
    keys: dict[int, str] = field(default_factory=dict[int, str])
    complete: bool = False

    def save(self, folder: Path) -> None:
        """Write the file whole or not at all."""
        fresh = folder / f"{NAME}.new"
        fresh.unlink(missing_ok=True)
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(msgspec.json.encode(self))
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(folder / NAME)


def load_kept(folder: Path) -> Kept:
    """Read the file; an empty record where there is none, or one that cannot be read."""
    try:
        return msgspec.json.decode((folder / NAME).read_bytes(), type=Kept)
    except (FileNotFoundError, msgspec.DecodeError):
        return Kept()


def database_mark(owner_url: str) -> str:
    """Give what tells a database from others without saying where it is."""
    return hashlib.sha256(owner_url.encode()).hexdigest()
