"""How much of the pools of connections is in use."""

from sqlalchemy.pool import QueuePool

from db.base import Pool
from db.readers import Readers
from resolvers.desk import Desk
from resolvers.tally import Tally


def watch_pools(desk: Desk) -> None:
    """Let the tally tell for each role how many connections are in use, and how many there may be."""
    for name in Pool:
        pool = desk.databases.engine(name).pool
        if isinstance(pool, QueuePool):
            desk.tally.watch("pool_connections_in_use", pool.checkedout, pool=name.value)
            desk.tally.watch("pool_connections_most", pool.size, pool=name.value)
        _watch_readers(desk.tally, desk.databases.readers(name), name)


def _watch_readers(tally: Tally, readers: Readers, name: Pool) -> None:
    """Let it tell how many connections answer compiled queries, of as many again."""
    tally.watch("reader_connections_in_use", lambda: readers.busy, pool=name.value)
