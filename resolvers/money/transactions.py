"""A bank's transaction number stands for one movement of money, whatever it is (银行流水号)."""

from collections.abc import Iterable, Sequence
from uuid import UUID
from zlib import crc32

from sqlalchemy import Text, select, text, union

from db.given import among
from db.tables.money import Payment, Refund, SuspenseItem
from db.tables.transfers import RefundTransfer
from resolvers.act import Work

_TURNS = 64
_TURN = text(
    "select pg_advisory_xact_lock(hashtextextended(turn, :city)) from unnest(cast(:turns as text[])) turn"
)


async def take_txn_turns(work: Work, numbers: Iterable[str], bank: str | None) -> None:
    """Let everything that one transaction of a bank is said to be wait for each other.

    Turns are few, so that a batch takes no more locks than the database has; all take them in one order.
    """
    turns = sorted({crc32(number.encode()) % _TURNS for number in numbers})
    names = [f"txn:{bank}:{turn:02d}" for turn in turns]
    await work.session.execute(_TURN, {"turns": names, "city": work.actor.city})


async def find_use(work: Work, bank: str, txn: str, *, but: UUID | None = None) -> str | None:
    """Tell what a bank's transaction number stands for: a payment, waiting money, or a refund's transfer.

    Waiting money that was a refund's return stands for just that; the item on which is decided now does not
    stand in its own way.
    """
    city = work.actor.city
    paid = (Payment.city == city, Payment.bank == bank)
    kept = (SuspenseItem.city == city, SuspenseItem.bank == bank)
    moved = (RefundTransfer.city == city, RefundTransfer.bank == bank)
    questions = (
        select(Payment.proof_no).where(*paid, Payment.bank_txn_no == txn),
        select(SuspenseItem.bank_txn_no).where(
            *kept,
            SuspenseItem.bank_txn_no == txn,
            SuspenseItem.refund_id.is_(None),
            SuspenseItem.id.is_distinct_from(but),
        ),
        select(SuspenseItem.bank_txn_no).where(*kept, SuspenseItem.return_txn_no == txn),
        select(Refund.refund_no)
        .join(RefundTransfer, (RefundTransfer.city == Refund.city) & (RefundTransfer.refund_id == Refund.id))
        .where(*moved, RefundTransfer.bank_txn_no == txn),
    )
    for question in questions:
        found = await work.session.scalar(question.limit(1))
        if found is not None:
            return found
    return None


async def find_moved_by_us(work: Work, bank: str | None, txns: Sequence[str]) -> frozenset[str]:
    """Tell which numbers stand for refunds that were paid or came back, or for what suspense gave back.

    None of them can be a deposit. It asks no more than a bank's machine may read.
    """
    numbers = list(txns)
    refunds = select(RefundTransfer.bank_txn_no).where(
        RefundTransfer.city == work.actor.city,
        RefundTransfer.bank == bank,
        among(RefundTransfer.bank_txn_no, numbers, Text()),
    )
    returned = select(SuspenseItem.return_txn_no).where(
        SuspenseItem.city == work.actor.city,
        SuspenseItem.bank == bank,
        among(SuspenseItem.return_txn_no, numbers, Text()),
    )
    return frozenset(txn for txn in await work.session.scalars(union(refunds, returned)) if txn)
