"""What must be true after a crash: each act that was acknowledged is there once, and nothing else is."""

import asyncio
import time
from collections.abc import Mapping
from uuid import UUID

from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine

from db.embedded import EmbeddedPostgres
from schema.ids import read_id
from tests.crash.load import Acknowledged, Load
from tests.crash.servers import Installation
from tests.crash.world import World
from tests.deposits import Books

_CAUGHT_UP = "select count(*) from payment where receipted_at is null"
_JOBS = "select count(*) from job where status in ('WAITING', 'RUNNING')"
_SECONDS = 200
_TRIES = 600
_PRINTED = """select n.print_count from job j
  join notice n on n.city = j.city and n.id::text = any(
    select (one::uuid)::text from jsonb_array_elements_text(j.asked -> 'notices') one)
  where j.kind = 'NOTICE_PRINT' and j.status = :status"""


def _bare(one: str) -> UUID:
    return read_id(one)[2]


async def reach(there: Installation) -> Books:
    """Reach the database, which looks through its log first where it was killed."""
    address = await asyncio.to_thread(EmbeddedPostgres(there.folder).join)
    books = Books(create_async_engine(address.url(), isolation_level="AUTOCOMMIT", pool_size=1))
    for _ in range(_TRIES):
        try:
            await books.one("select 1")
        except (DBAPIError, OSError):
            await asyncio.sleep(0.1)
        else:
            return books
    raise TimeoutError("The database does not come back.")


async def still_there(books: Books, told: Acknowledged) -> None:
    """See that nothing is lost that was acknowledged up to now."""
    payments = {txn: _bare(one) for txn, one in told.payments.items()}
    refunds = {_bare(refund): txn for refund, txn in told.refunds.items()}
    notices = {_bare(one) for one in told.notices.values()}
    orders = {_bare(one) for one in told.orders.values()}
    kept = dict(map(tuple, await books.rows("select bank_txn_no, id from payment")))
    assert {txn: kept.get(txn) for txn in payments} == payments
    settled = dict(map(tuple, await books.rows("select id, bank_txn_no from refund where status = 'PAID'")))
    assert {one: settled.get(one) for one in refunds} == refunds
    assert notices <= {one for (one,) in await books.rows("select id from notice")}
    done = "select id from business_order where status = 'COMPLETED'"
    assert orders <= {one for (one,) in await books.rows(done)}


async def catch_up(books: Books) -> None:
    """Wait until the workers have issued every receipt and ended every job.

    Raises:
        TimeoutError: They do not.
    """
    began = time.monotonic()
    while await books.one(_CAUGHT_UP) or await books.one(_JOBS):
        if time.monotonic() - began > _SECONDS:
            raise TimeoutError("The workers do not come to an end.")
        await asyncio.sleep(0.2)


async def check(books: Books, world: World, load: Load, before: Mapping[str, int]) -> None:
    """See that every act is there exactly once.

    Args:
        books: The database, read by its owner.
        world: Upon what was acted.
        load: What was done, and what was told of it.
        before: How many rows there were of payments, notices, estates and paid refunds.
    """
    told = load.told
    await still_there(books, told)
    assert await count(books) == {
        "payment": before["payment"] + len(told.payments),
        "notice": before["notice"] + len(told.notices),
        "estate": before["estate"] + len(told.orders),
        "refund": len(told.refunds),
        "suspense": 0,
    }
    await _check_receipts(books)
    await _check_jobs(books, told)
    # What an act tells others, and that it was done at all, is written once, as it was done once.
    done = "select count(*) from audit where outcome = 'DONE' and act = :act"
    assert await books.one(done, act="refundSettle") == len(told.refunds)
    said = "select count(*), count(distinct subject) from outbox_message where topic = 'payment.confirmed'"
    ((messages, subjects),) = await books.rows(said)
    assert messages == subjects == before["payment"] + len(told.payments)


async def count(books: Books) -> Mapping[str, int]:
    """Count what acts add."""
    return {
        "payment": await books.one("select count(*) from payment"),
        "notice": await books.one("select count(*) from notice"),
        "estate": await books.one("select count(*) from estate"),
        "refund": await books.one("select count(*) from journal where refund_id is not null"),
        "suspense": await books.one("select count(*) from suspense_item"),
    }


async def _check_receipts(books: Books) -> None:
    """Every payment has its receipts, and their numbers have no gap."""
    series = "select count(*), count(distinct serial), min(serial), max(serial), sum(amount) from receipt"
    ((rows, numbers, first, last, amount),) = await books.rows(series)
    assert (first, last, numbers) == (1, rows, rows)
    assert amount == await books.one("select sum(amount) from payment")
    assert await books.one("select last from receipt_series") == rows


async def _check_jobs(books: Books, told: Acknowledged) -> None:
    """Every job came to an end, and did its work once or not at all."""
    rows = await books.rows("select id, status, outcome -> 'problems' -> 0 ->> 'code', tries from job")
    ended = {row[0]: row[1] for row in rows}
    assert set(ended) == {_bare(one) for one in (*told.prints, *told.imports)}
    # A notice that was paid while its job waited is not printed, nor are those beside it.
    otherwise = [row for row in rows if row[1:3] not in {("DONE", None), ("REFUSED", "NOTICE_NOT_OPEN")}]
    assert otherwise == [], otherwise
    assert {row[0] for row in await books.rows(_PRINTED, status="DONE")} <= {1}
    assert {row[0] for row in await books.rows(_PRINTED, status="REFUSED")} <= {0}
    for job, order in told.imports.items():
        assert ended[_bare(job)] == "DONE"
        lines = "select count(*) from order_line where order_id = :order"
        assert await books.one(lines, order=_bare(order)) == 3
