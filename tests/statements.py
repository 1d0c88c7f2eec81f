"""What a request costs in the database: its statements and transactions, counted where the pools run them."""

from collections import Counter
from types import TracebackType
from typing import Any, Self

from sqlalchemy import event

from db.base import Pool
from resolvers.desk import Desk


class Statements:
    """Counts what runs while it is open."""

    def __init__(self, desk: Desk) -> None:
        self._engines = {pool: desk.databases.engine(pool).sync_engine for pool in Pool}
        self._readers = [desk.databases.readers(pool) for pool in Pool]
        self.texts: list[str] = []
        self.compiled: list[str] = []
        self.transactions: Counter[Pool] = Counter()
        self._listeners: list[tuple[Any, str, Any]] = []

    def __enter__(self) -> Self:
        for pool, engine in self._engines.items():
            self._listen(engine, "before_cursor_execute", self._on_statement)
            self._listen(engine, "begin", self._on_begin(pool))
        for readers in self._readers:
            readers.told = self._on_compiled
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for readers in self._readers:
            readers.told = None
        for target, name, listener in self._listeners:
            event.remove(target, name, listener)

    def _listen(self, target: Any, name: str, listener: Any) -> None:
        event.listen(target, name, listener)
        self._listeners.append((target, name, listener))

    def _on_statement(self, _conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        self.texts.append(statement)

    def _on_compiled(self, statement: str) -> None:
        self.compiled.append(statement)

    def _on_begin(self, pool: Pool) -> Any:
        def count(_conn: Any) -> None:
            self.transactions[pool] += 1

        return count

    @property
    def count(self) -> int:
        """How many statements ran."""
        return len(self.texts) + len(self.compiled)

    def of(self, table: str) -> int:
        """How many statements read a table."""
        return sum(f"FROM {table} " in f"{text.replace(chr(10), ' ')} " for text in self.texts)
