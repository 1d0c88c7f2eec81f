"""Banks' daily statements (银行对账单): taken in, matched with our books, and what one side lacks told."""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Date, Integer, Text, Uuid, delete, func, insert, select

from db.given import rows_of
from db.tables.reconciliation import BankStatement, BankStatementLine
from domain.clock import business_day
from domain.identity import fold
from domain.problem import Problem, ProblemCode
from domain.statement_balance import Held, Said, bring_in, check_opening, read_chain, settle_balances
from domain.statements import (
    Match,
    Ours,
    StatementOutcome,
    StatementResolution,
    Told,
    check_day,
    match,
    rank_of,
    read_line,
)
from reports.sheets import SHEETS
from reports.workbook import read
from resolvers.act import Done, Outcome, Refused, Work, act
from resolvers.door import fetch
from resolvers.money.statement_books import Wanted, find_ours, find_takers, mark_taken
from resolvers.money.statement_days import find_closing_before
from resolvers.money.statement_lines import match_again, take_statement_turn
from resolvers.visit import Visit
from resolvers.workbooks import HandedIn, ImportAnswer, hand_back

_ACT = "statementImport"
_FIRST_YEAR = 1900
_SHEET = SHEETS["BANK_STATEMENT"]
_BY_HAND = tuple(one.value for one in StatementResolution if one is not StatementResolution.LATER)


@dataclass(frozen=True, slots=True)
class Delivered:
    """A statement as it was handed in, with what is said of its balances; a bank's own if it names none."""

    bank: str | None
    day: date
    name: str
    data: bytes
    said: Said = field(default_factory=Said)


@dataclass(frozen=True, slots=True)
class _Read:
    """What a file says: its lines by their rows, and the balances that these and rows of their own show."""

    digest: str
    lines: Sequence[tuple[int, Told]]
    held: Sequence[Held]
    asides: Mapping[str, object]

    @property
    def came(self) -> int:
        """What came in."""
        return sum(line.amount for _, line in self.lines if line.amount > 0)

    @property
    def left(self) -> int:
        """What went out."""
        return -sum(line.amount for _, line in self.lines if line.amount < 0)


async def import_statement(visit: Visit, given: Delivered, *, key: str | None, dry_run: bool) -> ImportAnswer:
    """Take a statement in and match it, unless one row is wrong; then nothing is written.

    The file is read before the transaction begins, so that no row waits for it.
    """
    reading = await read(given.data, _SHEET, visit.city, business_day(visit.now), name=given.name)
    if reading.problem_count:
        book = HandedIn(given.name, given.data, _SHEET, reading)

        async def admit(work: Work) -> Refused | None:
            bank = await _admitted(work, given)
            return Refused.because(bank) if isinstance(bank, Problem) else None

        return await hand_back(visit, book, admit, act_name=_ACT, dry_run=dry_run)
    rows = {row.number: row.values for row in reading.rows}
    lines = [(number, read_line(values)) for number, values in rows.items()]
    told = _Read(hashlib.sha256(given.data).hexdigest(), lines, read_chain(rows), reading.asides)

    async def effect(work: Work) -> Outcome:
        return await _take_in(work, given, told)

    said: dict[str, Any] = {
        "bank": given.bank,
        "day": given.day,
        "sha256": told.digest,
        "opening": given.said.opening,
        "closing": given.said.closing,
    }
    outcome = await act(visit, _ACT, effect, given=said, key=key, dry_run=dry_run)
    remarks = tuple(notice.message(visit.language) for notice in reading.notices)
    count = len(outcome.problems) if isinstance(outcome, Refused) else 0
    return ImportAnswer(outcome, len(lines), count, remarks)


async def _admitted(work: Work, given: Delivered) -> str | Problem:
    """Tell whose statement it is, if the caller may hand it in; a machine's own bank's alone."""
    own = work.actor.bank
    known = [own] if own else [bank.code for bank in work.city.banks]
    bank = fold(given.bank).upper() if given.bank else own
    if bank is None:
        await work.must("statement.import", organization=None, estate=None)
        return Problem(ProblemCode.FIELD_REQUIRED, "bank", params={"label": "银行"})
    await work.must("statement.import", organization=None, estate=None, bank=bank if bank in known else own)
    if bank not in known:
        params = {"label": "银行", "allowed": "、".join(known)}
        return Problem(ProblemCode.VALUE_UNKNOWN, "bank", params=params)
    if not given.day.year >= _FIRST_YEAR or given.day > business_day(work.now):
        return Problem(ProblemCode.DATE_INVALID, "day", params={"label": "对账日期"})
    return bank


async def _take_in(work: Work, given: Delivered, read: _Read) -> Outcome:
    """Write the statement and its lines; the same file again changes nothing, another one replaces it."""
    bank = await _admitted(work, given)
    if isinstance(bank, Problem):
        return Refused.because(bank)
    other = check_day([line for _, line in read.lines], given.day)
    if other is not None:
        return Refused.because(other)
    await take_statement_turn(work, bank)
    held = await _balances(work, given, bank, read)
    if isinstance(held, Problem):
        return Refused.because(held)
    wanted = select(BankStatement).where(
        BankStatement.city == work.actor.city, BankStatement.bank == bank, BankStatement.day == given.day
    )
    old = await work.session.scalar(wanted)
    if old is not None and old.sha256 == read.digest:
        return await _again(work, old, held)
    if old is not None:
        problem = await _clear(work, old)
        if problem is not None:
            return Refused.because(problem)
    statement = old.id if old is not None else work.new_id()
    await _write_head(work, _Head(statement, bank, given.day, held), read, old)
    counts = await _write_lines(work, statement, bank, given.day, read.lines)
    await match_again(work, bank, but=statement)
    work.tell("statement.received", str(statement), {"bank": bank, "day": given.day.isoformat()}, None)
    detail = {"bank": bank, "day": given.day.isoformat(), "lines": len(read.lines), "outcomes": counts}
    return Done("BankStatement", (statement,), {**detail, **_told(held), "replaced": old is not None})


async def _balances(work: Work, given: Delivered, bank: str, read: _Read) -> Held | Problem | None:
    """Settle what the account held, and hold it against the day before."""
    before = await find_closing_before(work.visit, bank, given.day)
    said = bring_in(given.said, read.asides)
    if isinstance(said, Problem):
        return said
    held = settle_balances(said, read.held, read.came - read.left, before)
    if held is None and not read.lines:
        # A day on which nothing moved says nothing unless it says what was there.
        return Problem(ProblemCode.FIELD_REQUIRED, "closingBalance", params={"label": "期末余额"})
    if not isinstance(held, Held):
        return held
    return check_opening(held, before, given.day - timedelta(days=1)) or held


async def _again(work: Work, old: BankStatement, held: Held | None) -> Outcome:
    """Take the same file again: nothing changes, but for balances that were not said before."""
    if held is None or (old.opening, old.closing) == (held.opening, held.closing):
        return Done("BankStatement", (old.id,), {"repeated": old.sha256})
    before = {"opening": old.opening, "closing": old.closing}
    old.opening, old.closing = held.opening, held.closing
    await work.session.flush()
    return Done("BankStatement", (old.id,), {"before": before, "after": _told(held)})


def _told(held: Held | None) -> dict[str, int]:
    return {} if held is None else {"opening": held.opening, "closing": held.closing}


async def _clear(work: Work, old: BankStatement) -> Problem | None:
    """Take the lines of an earlier file away, unless somebody settled one of them."""
    of_it = (BankStatementLine.city == old.city, BankStatementLine.statement_id == old.id)
    settled = select(func.count()).where(*of_it, BankStatementLine.resolution.in_(_BY_HAND))
    count = await work.session.scalar(settled) or 0
    if count:
        return Problem(ProblemCode.STATEMENT_SETTLED, "day", params={"count": str(count)})
    await work.session.execute(delete(BankStatementLine).where(*of_it))
    return None


@dataclass(frozen=True, slots=True)
class _Head:
    """Which statement it is, and what the account held."""

    id: UUID
    bank: str
    day: date
    held: Held | None


async def _write_head(work: Work, head: _Head, read: _Read, old: BankStatement | None) -> None:
    said = {
        "sha256": read.digest,
        "line_count": len(read.lines),
        "total": read.came - read.left,
        "money_in": read.came,
        "money_out": read.left,
        "opening": head.held.opening if head.held else None,
        "closing": head.held.closing if head.held else None,
        "received_at": work.now,
        "received_by": work.actor.principal,
    }
    if old is None:
        await work.add(BankStatement, id=head.id, bank=head.bank, day=head.day, **said)
        return
    for name, value in said.items():
        setattr(old, name, value)
    await work.session.flush()


async def _write_lines(
    work: Work, statement: UUID, bank: str, day: date, lines: Sequence[tuple[int, Told]]
) -> dict[str, int]:
    """Match the bank's lines, and add those of the day that it lacks; give how many came to what."""
    txns = sorted({line.txn for _, line in lines})
    ours = await find_ours(work, Wanted(bank, txns=txns))
    takers = await find_takers(work, bank, txns)
    matches = match([(line.txn, line.amount) for _, line in lines], mark_taken(ours, takers, statement))
    rows = [(no, line, found) for (no, line), found in zip(lines, matches, strict=True)]
    met = {(one.ours.txn, one.ours.amount > 0) for one in matches if one.ours is not None}
    last = max((no for no, _ in lines), default=0)
    missing = await find_missing(work, statement, bank, day, met)
    rows += _as_missing(missing, day, last)
    await insert_lines(work, statement, rows)
    return dict(Counter(found.outcome.value for _, _, found in rows))


async def match_statement(work: Work, statement_id: UUID) -> Outcome:
    """Match what is open of a statement and of the bank's others once more, and add what it lacks by now."""
    statement = await fetch(work, BankStatement, statement_id, "statement.import")
    await take_statement_turn(work, statement.bank)
    lines = await work.session.execute(
        select(BankStatementLine.no, BankStatementLine.bank_txn_no, BankStatementLine.amount).where(
            BankStatementLine.city == statement.city, BankStatementLine.statement_id == statement.id
        )
    )
    there = lines.all()
    met = {(line.bank_txn_no, line.amount > 0) for line in there}
    missing = await find_missing(work, statement.id, statement.bank, statement.day, met)
    last = max((line.no for line in there), default=0)
    await insert_lines(work, statement.id, _as_missing(missing, statement.day, last))
    changed = await match_again(work, statement.bank)
    return Done("BankStatement", (statement.id,), {"changed": changed, "missing": len(missing)})


def _as_missing(missing: Sequence[Ours], day: date, last: int) -> list[tuple[int, Told, Match]]:
    """Write what the bank lacks as lines that follow its own."""
    return [
        (last + place, Told(one.txn, one.amount, day, None, None), Match(StatementOutcome.MISSING, one))
        for place, one in enumerate(missing, start=1)
    ]


async def find_missing(
    work: Work, statement: UUID, bank: str, day: date, met: set[tuple[str, bool]]
) -> list[Ours]:
    """Find what our books have of a day, and no statement of the bank has so far."""
    of_day = [
        one for one in await find_ours(work, Wanted(bank, day=day)) if (one.txn, one.amount > 0) not in met
    ]
    takers = await find_takers(work, bank, [one.txn for one in of_day])
    free = mark_taken(of_day, takers, statement)
    return sorted((one for one in free if not one.taken), key=lambda one: one.txn)


async def insert_lines(work: Work, statement: UUID, rows: Sequence[tuple[int, Told, Match]]) -> None:
    """Write lines as arrays, however many they are."""
    if not rows:
        return
    ours = [found.ours for _, _, found in rows]
    columns = rows_of(
        "given",
        city=(Integer(), [work.actor.city] * len(rows)),
        id=(Uuid(), [work.new_id() for _ in rows]),
        statement_id=(Uuid(), [statement] * len(rows)),
        rank=(_BIG, [rank_of(found.outcome, None) for _, _, found in rows]),
        no=(_BIG, [no for no, _, _ in rows]),
        bank_txn_no=(Text(), [line.txn for _, line, _ in rows]),
        amount=(_BIG, [line.amount for _, line, _ in rows]),
        ours=(_BIG, [one.amount if one and one.counts else None for one in ours]),
        booked_on=(Date(), [line.booked_on for _, line, _ in rows]),
        counterparty=(Text(), [line.counterparty for _, line, _ in rows]),
        remark=(Text(), [line.remark for _, line, _ in rows]),
        outcome=(Text(), [found.outcome.value for _, _, found in rows]),
        payment_id=(Uuid(), [one.payment if one else None for one in ours]),
        suspense_id=(Uuid(), [one.suspense if one else None for one in ours]),
        refund_id=(Uuid(), [one.refund if one else None for one in ours]),
    )
    names = [column.name for column in columns.c]
    await work.session.execute(insert(BankStatementLine).from_select(names, select(*columns.c)))


_BIG = BankStatementLine.__table__.c.amount.type
