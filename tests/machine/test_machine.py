"""Any sequence of orders, notices and payments keeps the books as a plain reading of the rules keeps them."""

from collections.abc import AsyncIterator

import pytest

from db.engine import Addresses
from db.sealing import Keys
from resolvers.ledger_check import verify
from tests.machine.playing import Table
from tests.machine.table import open_table

SEQUENCES, STEPS = 100, 30
_SHARES = 4
"""The sequences are shared out, so that several processes may play at once."""


@pytest.fixture(scope="module")
async def table(server: Addresses, keys: Keys) -> AsyncIterator[Table]:
    """Give one database with the people of three cities, in which all sequences are played."""
    async with open_table(server, keys) as table:
        yield table


@pytest.mark.parametrize("share", range(_SHARES))
async def test_any_sequence_of_orders_keeps_the_books_as_the_rules_say(table: Table, share: int):
    for seed in range(share, SEQUENCES, _SHARES):
        wrong = await table.play(seed, STEPS)
        assert not wrong, "\n".join(wrong)
    for city, hands in table.hands.items():
        assert await verify(hands.town.desk, city) == []
