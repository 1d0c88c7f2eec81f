"""What a contender's own process is told: where the database is, where to listen, and whom to let in."""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from bench.people import Actor

_VARIABLE = "BENCH_PLACE"
POOL = 8
ROLE = "weixiu_developer"


@dataclass(frozen=True, slots=True)
class Place:
    """The same for every contender, so that none has more connections than another.

    Attributes:
        socket: The folder of the database's socket.
        port: The number in the socket's name.
        password: Of the role that every contender signs in as.
        listen: The port of this machine at which to serve.
        actors: Who may come, by the whole `Authorization` header.
    """

    socket: str
    port: int
    password: str
    listen: int
    actors: Mapping[str, Actor]
    database: str = "postgres"
    user: str = ROLE
    pool: int = POOL

    def environment(self) -> dict[str, str]:
        """Write it for a process that is to be started."""
        return {_VARIABLE: json.dumps(asdict(self))}

    @classmethod
    def read(cls) -> "Place":
        """Read it in that process."""
        found: dict[str, Any] = json.loads(os.environ[_VARIABLE])
        actors = {header: Actor(**actor) for header, actor in found.pop("actors").items()}
        return cls(**found, actors=actors)

    def url(self) -> str:
        """Write the database's address for SQLAlchemy."""
        return (
            f"postgresql+asyncpg://{self.user}:{self.password}@/{self.database}"
            f"?host={self.socket}&port={self.port}"
        )
