"""How far a city's changes are known: a change that is committed late is told late, and never lost."""

import asyncio
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine
from uuid_utils.compat import uuid7

from db.engine import Addresses
from resolvers.watching import Change, Ledge, Watch, Wish
from tests.db.roles import actor, database_of
from tests.scenes import LUZHOU, Town

AUDIT = """
insert into audit (city, id, org_id, at, act, outcome, subject_type, subject_id, detail)
select city, :id, org_id, clock_timestamp(), 'orderAttach', 'DONE', 'Order', id, '{}' from business_order
where city = :city order by id desc limit 1"""


def test_nothing_is_passed_over_while_a_transaction_from_before_is_open():
    ledge = Ledge(100_000, 50)
    assert ledge.after == UUID(int=95_000 << 80)
    ledge.move(200_000, 40, 60)
    assert ledge.safe_ms == 95_000
    ledge.move(300_000, 50, 60)
    assert ledge.safe_ms == 95_000
    ledge.move(400_000, 60, 60)
    assert ledge.safe_ms == 295_000
    ledge.move(500_000, 60, 60)
    assert ledge.safe_ms == 395_000


def test_a_change_is_new_once_and_forgotten_only_when_it_cannot_come_again():
    ledge = Ledge(100_000, 50)
    change = UUID(int=99_000 << 80)
    assert ledge.is_new(change)
    ledge.move(200_000, 49, 50)
    assert not ledge.is_new(change)
    ledge.move(200_000, 50, 50)
    assert ledge.after > change


def test_a_wish_covers_its_orders_and_its_estate():
    order, estate, own = uuid7(), uuid7(), uuid7()
    change = Change(uuid7(), order, None, own, estate)
    assert Wish().covers(change)
    assert Wish(frozenset({order}), estate).covers(change)
    assert not Wish(frozenset({uuid7()})).covers(change)
    assert not Wish(frozenset()).covers(change)
    assert not Wish(estate=uuid7()).covers(change)


async def test_a_change_that_is_committed_after_younger_ones_is_told(town: Town, server: Addresses):
    developer = await town.developer(LUZHOU)
    await town.draft(developer)
    watch = Watch(town.desk, rest=0.01)
    changes = watch.follow(await actor(town, developer), Wish())
    engine = create_async_engine(database_of(town, server).url())
    first = anext(changes)
    async with engine.connect() as late, engine.connect() as lost:
        for connection in (late, lost):
            await connection.execute(text("select 1 from principal limit 1 for share"))
        ids = [uuid7(), uuid7()]
        for connection, own in zip((late, lost), ids, strict=True):
            await connection.execute(text(AUDIT), {"id": own, "city": LUZHOU})
        waiting = asyncio.ensure_future(first)
        while not watch.ready:  # noqa: ASYNC110 - the watch tells nobody that it began
            await asyncio.sleep(0.01)
        await town.draft(developer, "二期")
        younger = await waiting
        await lost.rollback()
        await late.commit()
    told = await anext(changes)
    await changes.aclose()
    assert younger is not None
    assert told is not None
    assert (told.id, told.step) == (ids[0], None)
    assert younger.step is not None
    assert younger.id > told.id
    await engine.dispose()
    while not watch.is_idle:  # noqa: ASYNC110 - the same
        await asyncio.sleep(0.01)
