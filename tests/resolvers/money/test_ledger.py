"""The books themselves: what the database refuses to everybody, and the check that finds the rest."""

from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from db.base import Pool
from resolvers.ledger_check import verify
from tests.deposits import Books, build
from tests.scenes import JIANGMEN, Town, unit

_CONTEXT = """
select set_config('app.city', '440700', true), set_config('app.org', :org, true),
       set_config('app.bank', 'JM01', true), set_config('app.principal', :org, true),
       set_config('app.now', now()::text, true)
"""
_JOURNAL = """
insert into journal (city, id, org_id, reason, booked_at, booked_by)
values (440700, :j, :org, 'suspense:X', now(), :org)
"""
_ENTRY = """
insert into entry (city, id, org_id, journal_id, account_id, type, amount, booked_at)
values (440700, gen_random_uuid(), :org, :j, :account, 'FIRST', :amount, now())
"""
_OPEN = """
insert into account (city, id, kind, account_no, bank, status, opened_at, balance)
values (440700, gen_random_uuid(), 'CLEARING', 'x', 'JM09', 'OPEN', now(), 100)
"""
_COPY = """
insert into {0} ({3}) select {3} from (select (jsonb_populate_record(
    t, jsonb_build_object('id', gen_random_uuid()) || '{1}'::jsonb)).* from {0} t {2}) copied
"""
_WRITTEN = """
select string_agg(column_name, ', ') from information_schema.columns
where table_schema = 'public' and table_name = :table and is_generated = 'NEVER'
"""
_REFUND = """
insert into refund
(city, id, org_id, estate_id, unit_id, account_id, order_id, refund_no, amount, status, approved_at)
select city, id, org_id, estate_id, unit_id, id, id, 'x', 1, 'PAID', now()
from account where kind = 'UNIT' limit 1
"""
NEW_JOURNAL = "99999999-0000-7000-8000-000000000001"


@dataclass
class Cheat:
    """Somebody who signed in to the database as one of its roles, past every rule of the product."""

    town: Town
    organization: str
    unit: Any
    special: Any
    journal: Any

    async def try_(self, pool: Pool, *statements: tuple[str, dict[str, Any]]) -> str:
        """Run statements in one transaction and give what the database said against them, or nothing."""
        try:
            async with self.town.desk.databases.engine(pool).begin() as connection:
                await connection.execute(text(_CONTEXT), {"org": self.organization})
                for statement, values in statements:
                    await connection.execute(text(statement), values)
        except DBAPIError as refused:
            return str(refused.orig)
        return ""

    def book(self, *sides: tuple[Any, int]) -> list[tuple[str, dict[str, Any]]]:
        """Give the statements of a booking."""
        known = {"org": self.organization, "j": NEW_JOURNAL}
        return [
            (_JOURNAL, known),
            *((_ENTRY, {**known, "account": account, "amount": fen}) for account, fen in sides),
        ]


async def cheat(town: Town, books: Books) -> Cheat:
    block = await build(town)
    await block.pay(await block.notice())
    found = await books.rows("select kind, id, org_id from account where estate_id is not null order by kind")
    return Cheat(
        town, str(found[0].org_id), found[1].id, found[0].id, await books.one("select id from journal")
    )


async def test_no_role_changes_or_removes_what_is_booked(town: Town, books: Books):
    thief = await cheat(town, books)
    before = await books.everything()
    for pool in Pool:
        for statement in (
            "update entry set amount = 1",
            "delete from entry",
            "truncate entry",
            "update journal set reason = 'x'",
            "delete from journal",
            "delete from account",
            "delete from payment",
            "update payment set amount = 1",
            "update payment set bank_txn_no = 'x'",
            "delete from notice",
            "delete from suspense_item",
            "alter table entry disable trigger all",
            "drop trigger book_entry on entry",
            "create table mine ()",
        ):
            refused = await thief.try_(pool, (statement, {}))
            assert "permission denied" in refused or "must be owner" in refused, (pool, statement, refused)
    assert await books.everything() == before


async def test_not_even_the_databases_owner_changes_an_entry(town: Town, books: Books):
    await cheat(town, books)
    for statement in (
        "update entry set amount = amount",
        "delete from entry",
        "update journal set reason = 'x'",
        "delete from journal",
    ):
        with pytest.raises(DBAPIError, match="append-only"):
            await books.rows(statement)
    assert await verify(town.desk, JIANGMEN) == []


async def test_no_role_moves_a_balance_by_hand(town: Town, books: Books):
    thief = await cheat(town, books)
    for pool in (Pool.OFFICE, Pool.BANK):
        for column in ("balance", "paid_first", "entry_count"):
            refused = await thief.try_(pool, (f"update account set {column} = {column} + 1", {}))
            assert "moves by entries alone" in refused
    for column in ("balance", "paid_first", "entry_count"):
        refused = await thief.try_(Pool.DEVELOPER, (f"update account set {column} = 0", {}))
        assert "permission denied" in refused
    assert "moves by entries alone" in await thief.try_(Pool.OFFICE, (_OPEN, {}))
    assert await verify(town.desk, JIANGMEN) == []


async def test_a_booking_that_does_not_sum_to_zero_fails_at_its_commit(town: Town, books: Books):
    thief = await cheat(town, books)
    before = await books.counts("journal", "entry")
    for pool in (Pool.OFFICE, Pool.BANK):
        for sides in (
            [(thief.unit, 100)],
            [(thief.unit, 100), (thief.special, -99)],
            [(thief.unit, 1), (thief.unit, 1)],
        ):
            assert "does not sum to zero" in await thief.try_(pool, *thief.book(*sides))
        again = (_ENTRY, {"org": thief.organization, "j": thief.journal, "account": thief.unit, "amount": 5})
        assert "does not sum to zero" in await thief.try_(pool, again)
        # Nor one whose id sorts before those that were booked long ago, and so is not the last of them.
        early = (_ENTRY.replace("gen_random_uuid()", "'00000000-0000-7000-8000-000000000001'"), again[1])
        assert "does not sum to zero" in await thief.try_(pool, early)
    for pool in (Pool.DEVELOPER, Pool.WORKER, Pool.GATE):
        assert "permission denied" in await thief.try_(
            pool, *thief.book((thief.unit, 100), (thief.special, -100))
        )
    assert await books.counts("journal", "entry") == before
    assert await verify(town.desk, JIANGMEN) == []


async def test_no_booking_takes_more_than_is_there_or_touches_a_closed_account(town: Town, books: Books):
    thief = await cheat(town, books)
    for pool in (Pool.OFFICE, Pool.BANK):
        refused = await thief.try_(pool, *thief.book((thief.unit, -265051), (thief.special, 265051)))
        assert "account_unit_balance_check" in refused or "account_special_balance_check" in refused
        assert "entry_amount_check" in await thief.try_(
            pool, *thief.book((thief.unit, 0), (thief.special, 0))
        )
    assert "account_closed_check" in await thief.try_(
        Pool.OFFICE, ("update account set status = 'CLOSED' where kind = 'UNIT'", {})
    )
    await books.rows("update account set status = 'CLOSED' where kind = 'SUSPENSE' and bank = 'JM01'")
    closed = await books.one("select id from account where kind = 'SUSPENSE' and bank = 'JM01'")
    assert "closed or missing" in await thief.try_(Pool.BANK, *thief.book((closed, 1), (thief.special, -1)))
    foreign = await books.one("select id from account where kind = 'SUSPENSE' and bank = 'JM02'")
    assert "closed or missing" in await thief.try_(Pool.BANK, *thief.book((foreign, 1), (thief.special, -1)))
    assert await verify(town.desk, JIANGMEN) == []


async def test_a_unit_has_no_second_account_a_notice_no_second_payment_and_a_unit_no_second_open_line(
    town: Town, books: Books
):
    await cheat(town, books)
    for table, other, which, constraint in (
        (
            "account",
            '{"account_no": "x", "balance": 0, "paid_first": 0, "entry_count": 0}',
            "where kind = 'UNIT'",
            "account_unit_key",
        ),
        (
            "account",
            '{"account_no": "x", "balance": 0, "paid_first": 0, "entry_count": 0}',
            "where kind = 'SPECIAL'",
            "account_special_key",
        ),
        ("payment", '{"bank_txn_no": "x", "proof_no": "x"}', "", "payment_city_notice_id_key"),
        (
            "payment",
            '{"notice_id": "99999999-0000-7000-8000-000000000001", "proof_no": "x"}',
            "",
            "payment_city_bank_bank_txn_no_key",
        ),
    ):
        columns = await books.one(_WRITTEN, table=table)
        with pytest.raises(DBAPIError, match=constraint):
            await books.rows(_COPY.format(table, other.replace(":", "\\:"), which, columns))
    await books.rows("update notice_line set status = 'OPEN'")
    with pytest.raises(DBAPIError, match="notice_line_open_key"):
        await books.rows(
            _COPY.format("notice_line", "{}", "", await books.one(_WRITTEN, table="notice_line"))
        )


async def test_the_check_of_the_books_finds_each_kind_of_error(town: Town, books: Books):
    block = await build(town, lines=[unit(), unit("302")])
    await block.pay(await block.notice())
    await block.notice("302")
    await block.pay({"noticeNo": "X", "total": "5.00"})
    assert await verify(town.desk, JIANGMEN) == []
    bends = {
        "I1: an account's balance": "update account set balance = balance + 1 where account_no = 'JMSUJM01'",
        "I1: a unit's account never": "update account set balance = -1 where kind = 'UNIT'",
        "I1: an account's entries": "update entry set balance_after = 7",
        "I2": "update account set balance = balance + 1 where kind = 'SPECIAL'",
        "I3": "update entry set amount = amount + 1 where amount > 0",
        "I4: what is taken back": "update journal set reverses_id = id where payment_id is not null",
        "I7: a paid refund": _REFUND,
        "I7: a paid notice": "update notice set status = 'PAID' where status = 'OPEN'",
        "I7: a payment": "update notice_line set amount = amount + 7 where status = 'PAID'",
        "R-NOT-1": "update notice_line set status = 'VOIDED' where status = 'OPEN'",
        "R-PAY-3: what a bank holds": "update suspense_item set amount = amount + 1",
        "R-PAY-3: waiting money that": "update suspense_item set status = 'RESOLVED'",
        "R-PAY-2": "update suspense_item set bank_txn_no = (select bank_txn_no from payment)",
        "R-PAY-5": "update payment set receipted_at = now()",
        "I5": "delete from account where kind = 'UNIT'",
    }
    # The table itself would refuse some of these; the check must not rely on that.
    await books.rows("alter table account drop constraint account_unit_balance_check")
    for start, bend in bends.items():
        async with books.engine.execution_options(isolation_level="READ COMMITTED").connect() as connection:
            await connection.execute(text("set local session_replication_role = replica"))
            await connection.execute(text(bend))
            await connection.commit()
        broken = await verify(town.desk, JIANGMEN)
        assert any(told.startswith(start) for told in broken), (start, broken)
    assert await verify(town.desk, 510500) == []
