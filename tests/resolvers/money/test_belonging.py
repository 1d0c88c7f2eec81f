"""Rows beside the ledger that somebody bends in the database: money that would change hands is told."""

from typing import Any

from resolvers.ledger_check import verify
from resolvers.money.receipts import issue_receipts
from tests.office import open_office
from tests.resolvers.money.test_refund_returns import come_back
from tests.resolvers.money.test_refunds import correct, promise, refunds_of, settle
from tests.scenes import JIANGMEN
from tests.shelf import Shelf

_STRANGER = "'00000000-0000-0000-0000-000000000001'"
_UNIT = "kind = 'UNIT' and balance > 0"
_BENT = (
    # What the database's owner bends, and how what he did is taken back, column by column.
    ("account", "org_id", _STRANGER, _UNIT, {"I5: an account", "I3: a booking's", "I7: what is asked"}),
    ("account", "bank", "'JM02'", _UNIT, {"I5: an account", "I7: what is asked"}),
    ("account", "reserved", "0", "reserved > 0", {"I7: what is reserved"}),
    ("account", "entry_count", "entry_count + 1", "kind = 'SPECIAL'", {"I1: an account's"}),
    ("entry", "org_id", _STRANGER, "true", {"I3: a booking's"}),
    (
        "journal",
        "booked_at",
        "booked_at + interval '1 second'",
        "true",
        {"I3: a booking's", "I7: what is asked"},
    ),
    ("notice", "bank", "'JM02'", "true", {"I7: what is asked"}),
    (
        "notice_line",
        "unit_id",
        "(select id from unit limit 1)",
        "true",
        {"I7: what is asked", "R-PAY-5: a receipt"},
    ),
    ("payment", "bank", "'JM02'", "true", {"I7: what is asked", "R-PAY-5: a receipt"}),
    ("payment", "confirmed_by", _STRANGER, "true", {"I7: what is asked"}),
    ("refund", "unit_id", "(select id from unit limit 1)", "true", {"I7: what is asked"}),
    ("refund", "bank_txn_no", "'X'", "status = 'PAID'", {"I7: the transfer"}),
    ("refund", "return_txn_no", "'X'", "return_txn_no is not null", {"I7: the transfer"}),
    ("refund_transfer", "moved_at", "moved_at - interval '1 day'", "true", {"I7: the transfer"}),
    ("receipt", "payee", "'某某'", "true", {"R-PAY-5: a receipt"}),
    ("receipt", "unit_id", "null", "serial = 1", {"R-PAY-5: a receipt"}),
    ("receipt", "receipt_no", "receipt_no || '0'", "true", {"R-PAY-5: a receipt"}),
)


async def test_whoever_bends_rows_beside_the_ledger_is_found(town: Any, shelf: Shelf):
    office = await open_office(town, JIANGMEN)
    await promise(office)
    authority = await town.authority(JIANGMEN)
    one, other = await refunds_of(authority, status="APPROVED")
    await settle(authority, [one], "883.50", "R1")
    await come_back(authority, one, "B1", amount="883.50")
    await correct(authority, one, "anew")
    await settle(authority, [one], "883.50", "R2")
    assert other["status"] == "APPROVED"
    assert await issue_receipts(town.desk, JIANGMEN) == 2
    assert await verify(town.desk, JIANGMEN) == []
    for table, column, bent, where, broken in _BENT:
        await shelf.change(f"create table kept as select id, {column} as was from {table}")
        await shelf.change(f"update {table} set {column} = {bent} where {where}")
        found = await verify(town.desk, JIANGMEN)
        told = {sentence for sentence in broken for one in found if one.startswith(sentence)}
        assert (told, len(found)) == (broken, len(broken)), (table, column, found)
        await shelf.change(f"update {table} set {column} = was from kept where kept.id = {table}.id")
        await shelf.change("drop table kept")
    assert await verify(town.desk, JIANGMEN) == []
