"""Times the check of the books over a million entries, with the seals of their days: `make bench-ledger`."""

import asyncio
import os
import resource
import sys
from collections.abc import Mapping
from time import perf_counter

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from api.house import House, open_house
from api.settings import Settings
from db.embedded import EmbeddedPostgres
from resolvers.founding import found_city
from resolvers.ledger_check import verify
from resolvers.money.seals import seal_days
from resolvers.rekeying import open_as_owner

JIANGMEN = 440700
_ESTATES, _UNITS, _BOOKINGS = 25, 50_000, 10
"""Each unit has one deposit and nine postings of interest, each with two entries: a million together."""

# What belongs together says alike, and is compared.
_SAME = {
    "org_id": "md5('organization')::uuid",
    "bank": "'BANK'",
    "booked_by": "md5('person')::uuid",
    "confirmed_by": "md5('person')::uuid",
}
# What a row must have and nobody looks at.
_FILLED = {
    "uuid": "gen_random_uuid()",
    "text": "'x' || n",
    "bigint": "1",
    "integer": "1",
    "boolean": "false",
    "jsonb": "'{}'",
    "date": "date '2025-01-01'",
    "timestamp with time zone": "timestamptz '2025-01-01 04:00Z'",
}
_COLUMNS = text("""
select column_name, data_type from information_schema.columns
where table_schema = 'public' and table_name = :table and is_generated = 'NEVER'
    and (is_nullable = 'NO' and column_default is null or column_name = 'org_id')
""")


def _id(kind: str, number: str = "n") -> str:
    """Write the id of the so-manieth thing of a kind."""
    return f"md5('{kind}' || ({number}))::uuid"


_ESTATE = f"n % {_ESTATES}"
# A special account has seen each of its units pay before the first interest came.
_SPECIAL_AFTER = f"-(least(n / {_ESTATES} + 1, {_UNITS // _ESTATES}) * 999 + n / {_ESTATES} + 1)"
_BOOKED = "timestamptz '2025-01-01 04:00Z' + (n % 50) * interval '1 day'"
_WORLD: tuple[tuple[str, int, Mapping[str, str]], ...] = (
    ("estate", _ESTATES, {"id": _id("estate")}),
    (
        "account",
        _ESTATES,
        {
            "id": _id("special"),
            "kind": "'SPECIAL'",
            "estate_id": _id("estate"),
            "status": "'OPEN'",
            "account_no": "'S' || n",
            "balance": f"-{_UNITS // _ESTATES * (1000 + _BOOKINGS - 1)}",
            "entry_count": f"{_UNITS // _ESTATES * _BOOKINGS}",
        },
    ),
    (
        "unit",
        _UNITS,
        {"id": _id("unit"), "estate_id": _id("estate", _ESTATE), "status": "'ACTIVE'", "code": "'U' || n"},
    ),
    (
        "account",
        _UNITS,
        {
            "id": _id("account"),
            "kind": "'UNIT'",
            "unit_id": _id("unit"),
            "estate_id": _id("estate", _ESTATE),
            "status": "'OPEN'",
            "account_no": "'A' || n",
            "due": "1000",
            "rate": "1",
            "paid_first": "1000",
            "balance": f"{1000 + _BOOKINGS - 1}",
            "entry_count": f"{_BOOKINGS}",
        },
    ),
    (
        "notice",
        _UNITS,
        {
            "id": _id("notice"),
            "estate_id": _id("estate", _ESTATE),
            "status": "'PAID'",
            "total": "1000",
            "notice_no": "'N' || n",
        },
    ),
    (
        "notice_line",
        _UNITS,
        {
            "notice_id": _id("notice"),
            "unit_id": _id("unit"),
            "account_id": _id("account"),
            "status": "'PAID'",
            "amount": "1000",
            "owners": "'[]'",
        },
    ),
    (
        "payment",
        _UNITS,
        {
            "id": _id("payment"),
            "notice_id": _id("notice"),
            "estate_id": _id("estate", _ESTATE),
            "amount": "1000",
            "proof_no": "'P' || n",
            "confirmed_at": _BOOKED,
        },
    ),
    (
        "journal",
        _UNITS * _BOOKINGS,
        {
            "id": _id("journal"),
            "reason": f"case when n < {_UNITS} then 'FIRST' else 'INTEREST' end",
            "payment_id": f"case when n < {_UNITS} then {_id('payment')} end",
            "note": f"case when n >= {_UNITS} then '2025' end",
            "booked_at": _BOOKED,
        },
    ),
    *(
        (
            "entry",
            _UNITS * _BOOKINGS,
            {
                "journal_id": _id("journal"),
                "account_id": account,
                "type": f"case when n < {_UNITS} then 'FIRST' else 'INTEREST' end",
                "amount": f"{sign} case when n < {_UNITS} then 1000 else 1 end",
                "booked_at": _BOOKED,
                "no": number,
                "balance_after": after,
            },
        )
        for sign, account, number, after in (
            ("", _id("account", f"n % {_UNITS}"), f"n / {_UNITS} + 1", f"1000 + n / {_UNITS}"),
            ("-", _id("special", _ESTATE), f"n / {_ESTATES} + 1", _SPECIAL_AFTER),
        )
    ),
)


async def _fill(connection: AsyncConnection, table: str, rows: int, known: Mapping[str, str]) -> None:
    """Insert rows, and whatever else they must have."""
    needed = await connection.execute(_COLUMNS, {"table": table})
    filled: dict[str, str] = {name: _SAME.get(name) or _FILLED.get(kind, "'{}'") for name, kind in needed}
    values = {**filled, **known, "city": str(JIANGMEN)}
    names, given = ", ".join(values), ", ".join(values.values())
    await connection.execute(
        text(f"insert into {table} ({names}) select {given} from generate_series(0, {rows - 1}) n")  # noqa: S608 - all of it stands above
    )


async def build(house: House) -> None:
    """Make the books."""
    await found_city(house.desk, house.desk.cities[JIANGMEN])
    owner = open_as_owner(house.addresses)
    async with owner.begin() as connection:
        await connection.execute(text("set local session_replication_role = replica"))
        for table, rows, known in _WORLD:
            await _fill(connection, table, rows, known)
    async with owner.connect() as connection:
        free = await connection.execution_options(isolation_level="AUTOCOMMIT")
        await free.execute(text("vacuum analyze"))
    await owner.dispose()


async def measure() -> None:
    """Make the books, seal their days and check everything; print what each took."""
    out = sys.stdout.write
    out(f"{os.cpu_count()} cores, Python {sys.version.split()[0]}, {_UNITS * _BOOKINGS * 2:,} entries\n")
    async with open_house(Settings(), EmbeddedPostgres.throw_away()) as house:
        for what, work in (("building", build(house)), ("sealing", _seal(house)), ("verify", _check(house))):
            began = perf_counter()
            told = await work
            out(f"{what:10}{perf_counter() - began:8.2f} s  {told or ''}\n")
    out(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB\n")


async def _seal(house: House) -> str:
    return f"{await seal_days(house.desk, JIANGMEN)} days"


async def _check(house: House) -> str:
    return "; ".join(await verify(house.desk, JIANGMEN)) or "the books are right (goal: 30 s)"


if __name__ == "__main__":
    asyncio.run(measure())
