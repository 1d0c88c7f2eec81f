"""Seals each day of a city's ledger, checks the seals, and proves single entries by them."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from uuid import UUID

import structlog
from sqlalchemy import ColumnElement, insert, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from db.base import Pool
from db.scope import enter_city
from db.tables.money import Account, Entry, Journal
from db.tables.receipts import Receipt
from db.tables.reconciliation import LedgerSeal
from domain.clock import business_day, day_bounds
from domain.proofs import FIRST, Proof, Tree, hash_leaf, hash_seal, split_leaves
from resolvers.desk import Desk
from resolvers.visit import Visit

# No act is under way for so long: nothing of the day can still be committed then.
_SETTLED = timedelta(hours=1)
# Nothing was booked before.
_BEGINNING, _ = day_bounds(date(1970, 1, 1))
_log = structlog.get_logger(__name__)

# The form of an entry's text is part of the seals. A column that is added later belongs into a form 2, by
# which only days from then on are sealed.
_SAID = """jsonb_build_object('form', 1, 'city', e.city, 'entry', e.id, 'account', a.account_no, 'no', e.no,
  'type', e.type, 'component', e.component, 'fen', e.amount, 'balanceAfter', e.balance_after,
  'bookedAt', to_char(e.booked_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
  'booking', j.id, 'reason', j.reason, 'note', j.note, 'order', j.order_id, 'refund', j.refund_id,
  'suspense', j.suspense_id, 'reverses', j.reverses_id, 'proof', p.proof_no, 'bankTxnNo', p.bank_txn_no,
  'bookedBy', j.booked_by, 'request', j.request_id)::text"""
_ROWS = """
from journal j
join entry e on e.city = j.city and e.journal_id = j.id
join account a on a.city = e.city and a.id = e.account_id
left join payment p on p.city = j.city and p.id = j.payment_id
where j.city = :city and j.booked_at >= :since and j.booked_at < :until"""
_HASHES = "string_agg(sha256('\\x00'::bytea || convert_to(" + _SAID + ", 'UTF8')), ''::bytea order by e.id)"
_LEAVES = text("select coalesce(" + _HASHES + ", ''::bytea)" + _ROWS)
_DAYS = text(
    "select cast(j.booked_at at time zone 'Asia/Shanghai' as date) as day, "
    + _HASHES
    + " as leaves"
    + _ROWS
    + " group by 1 order by 1"
)
_ENTRIES = text("select " + _SAID + _ROWS + " and e.id = any(:entries) order by e.id")
_NEXT = text("select min(booked_at) from journal where city = :city and booked_at >= :since")
_ALONE = text("select pg_try_advisory_xact_lock(hashtextextended('ledger seal', :city))")


async def seal_days(desk: Desk, city: int) -> int:
    """Seal each day that is over, the oldest first, and say how many; one process at a time."""
    sealed = 0
    async with AsyncSession(desk.databases.engine(Pool.WORKER)) as session, session.begin():
        await enter_city(session, city, patient=True)
        if not await session.scalar(_ALONE, {"city": city}):
            return 0
        last = await session.scalar(
            select(LedgerSeal).where(LedgerSeal.city == city).order_by(LedgerSeal.day.desc()).limit(1)
        )
        before, since = (last.hash, day_bounds(last.day)[1]) if last else (FIRST, _BEGINNING)
        while (booked := await session.scalar(_NEXT, {"city": city, "since": since})) is not None:
            day = business_day(booked)
            if day_bounds(day)[1] + _SETTLED > desk.clock():
                break
            leaves = await _leaves(session, city, day)
            root = Tree(leaves).root
            before = hash_seal(city, day, len(leaves), root, before)
            row = {"city": city, "day": day, "entries": len(leaves), "root": root, "hash": before}
            await session.execute(insert(LedgerSeal).values(**row, sealed_at=desk.clock()))
            # In the log the seal stands outside the database, where who bends the rows cannot bend it, too.
            _log.info("ledger seal", city=city, day=str(day), entries=len(leaves), seal=before.hex())
            sealed += 1
            since = day_bounds(day)[1]
    return sealed


async def _leaves(session: AsyncSession, city: int, day: date) -> list[bytes]:
    since, until = day_bounds(day)
    return split_leaves(await session.scalar(_LEAVES, {"city": city, "since": since, "until": until}) or b"")


Expected = tuple[date, str]
"""A day, and its seal in hex as it was made known."""


async def check_seals(session: AsyncSession, city: int, expected: Expected | None = None) -> list[str]:
    """List the days whose entries are not as they were sealed, within an open reading transaction.

    Whoever owns the database may seal bent rows anew, or take the last seals away: a seal that was kept
    elsewhere tells, for it stands upon all before it.
    """
    seals = {seal.day: seal for seal in await _list_seals(session, city)}
    found = [] if expected is None else _compare(seals, *expected)
    if not seals:
        return found
    roots: dict[date, tuple[int, bytes]] = {}
    # All days are read in one go, for which PostgreSQL joins whole tables; they come over one at a time.
    given = {"city": city, "since": day_bounds(min(seals))[0], "until": day_bounds(max(seals))[1]}
    async for row in await session.stream(_DAYS, given):
        if row.day in seals:
            leaves = split_leaves(row.leaves)
            roots[row.day] = len(leaves), Tree(leaves).root
        else:
            found.append(f"{row.day}: entries came after later days were sealed")
    before = FIRST
    for seal in seals.values():
        if roots.get(seal.day) != (seal.entries, seal.root):
            found.append(f"{seal.day}: the entries are not as they were sealed")
        if hash_seal(city, seal.day, seal.entries, seal.root, before) != seal.hash:
            found.append(f"{seal.day}: the seal does not follow from the one before it")
        before = seal.hash
    earlier = await session.scalar(_NEXT, {"city": city, "since": _BEGINNING})
    if earlier is not None and earlier < given["since"]:
        found.append(f"{business_day(earlier)}: entries came after later days were sealed")
    return found


def _compare(seals: Mapping[date, LedgerSeal], day: date, known: str) -> list[str]:
    if day not in seals:
        return [f"{day}: the seal that was made known is not there"]
    same = seals[day].hash.hex() == known
    return [] if same else [f"{day}: the seal is not the one that was made known"]


async def _list_seals(session: AsyncSession, city: int) -> Sequence[LedgerSeal]:
    rows = await session.scalars(select(LedgerSeal).where(LedgerSeal.city == city).order_by(LedgerSeal.day))
    return rows.all()


async def list_seals(visit: Visit, until: date | None, count: int) -> list[LedgerSeal]:
    """List the newest seals of the caller's city, the newest first."""
    city = visit.signed_in().city
    if await visit.sight(Account) is None:
        return []
    rows = select(LedgerSeal).where(LedgerSeal.city == city)
    if until is not None:
        rows = rows.where(LedgerSeal.day <= until)
    return list((await visit.run(rows.order_by(LedgerSeal.day.desc()).limit(count))).scalars())


async def prove_entry(visit: Visit, account: UUID, no: int) -> Proof | None:
    """Prove that an entry of an account is among those of its sealed day.

    None if there is none to be seen, or its day is not sealed yet.
    """
    scope = await visit.sight(Entry)
    if scope is None:
        return None
    proofs = await _prove(visit, scope.clause(Entry), Entry.account_id == account, Entry.no == no)
    return next(iter(proofs), None)


async def prove_receipt(visit: Visit, receipt_id: UUID) -> list[Proof]:
    """Prove each unit's entry of the money that a receipt is about; none until their day is sealed."""
    receipts, scope = await visit.sight(Receipt), await visit.sight(Entry)
    if receipts is None or scope is None:
        return []
    asked = select(Receipt.payment_id, Receipt.unit_id).where(
        receipts.clause(Receipt), Receipt.id == receipt_id
    )
    receipt = (await visit.run(asked)).first()
    if receipt is None:
        return []
    booked = select(Journal.id).where(Journal.city == Entry.city, Journal.payment_id == receipt.payment_id)
    units = select(Account.id).where(Account.city == Entry.city, Account.kind == "UNIT")
    if receipt.unit_id is not None:
        units = units.where(Account.unit_id == receipt.unit_id)
    mine = Entry.journal_id.in_(booked), Entry.account_id.in_(units)
    return await _prove(visit, scope.clause(Entry), *mine)


async def _prove(visit: Visit, *which: ColumnElement[bool]) -> list[Proof]:
    """Prove entries of one day that the reader may see.

    The other entries of the day are read by the system, and nothing but their hashes goes into a proof.
    """
    found = (await visit.run(select(Entry.id, Entry.booked_at).where(*which).order_by(Entry.id))).all()
    if not found:
        return []
    city, day = visit.signed_in().city, business_day(found[0].booked_at)
    async with AsyncSession(visit.desk.databases.engine(Pool.WORKER)) as session:
        await enter_city(session, city, patient=True)
        seals = select(LedgerSeal).where(LedgerSeal.city == city, LedgerSeal.day <= day)
        latest = (await session.scalars(seals.order_by(LedgerSeal.day.desc()).limit(2))).all()
        if not latest or latest[0].day != day:
            return []
        since, until = day_bounds(day)
        given = {"city": city, "since": since, "until": until, "entries": [row.id for row in found]}
        said = (await session.scalars(_ENTRIES, given)).all()
        tree = Tree(await _leaves(session, city, day))
    before = latest[1].hash if len(latest) > 1 else FIRST
    return [_proof(latest[0], before, tree, text) for text in said]


def _proof(seal: LedgerSeal, before: bytes, tree: Tree, said: str) -> Proof:
    return Proof(
        city=seal.city,
        day=seal.day,
        entries=seal.entries,
        entry=said,
        path=tree.path(hash_leaf(said)),
        root=seal.root,
        before=before,
        seal=seal.hash,
    )
