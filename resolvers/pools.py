"""How much of the pools of connections is in use."""

from sqlalchemy.pool import QueuePool

from db.base import Pool
from resolvers.desk import Desk


def watch_pools(desk: Desk) -> None:
    """Let the tally tell for each pool how many connections are lent out, and how many it may lend."""
    for name in Pool:
        pool = desk.databases.engine(name).pool
        if isinstance(pool, QueuePool):
            desk.tally.watch("pool_connections_in_use", pool.checkedout, pool=name.value)
            desk.tally.watch("pool_connections_most", pool.size, pool=name.value)
