"""Long reports are read part by part, so that no part takes much time or memory."""

from collections.abc import Iterator, Mapping
from typing import TypeVar

from sqlalchemy import text

from resolvers.visit import Visit

# After five parts PostgreSQL would take one plan for all, made for none of them. As it counts each
# look-up as one on a disk, it would read every account of a city for each part.
_EACH = text("""
select set_config('plan_cache_mode', 'force_custom_plan', true), set_config('random_page_cost', '1.1', true)
""")

Key = TypeVar("Key")


def in_parts(counts: Mapping[Key, int], most: int) -> Iterator[list[Key]]:
    """Put keys together, in their order, until their rows are about so many; a large one stands alone."""
    part: list[Key] = []
    rows = 0
    for key, count in counts.items():
        if part and rows + count > most:
            yield part
            part, rows = [], 0
        part.append(key)
        rows += count
    if part:
        yield part


async def plan_each_part(visit: Visit) -> None:
    """Let PostgreSQL plan each part for what it asks for, as long as the transaction lasts."""
    await visit.run(_EACH)
