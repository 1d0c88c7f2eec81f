"""What banks moved for refunds (退款划转流水): each transfer out and each one back, kept for good."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import insert, select

from db.given import among
from db.tables.money import Account, Refund
from db.tables.transfers import RefundTransfer
from domain.refunds import Payout
from resolvers.act import Work


async def keep_transfers(
    work: Work,
    refunds: Sequence[Refund],
    accounts: Mapping[UUID, Account],
    journals: Sequence[UUID],
    moved: Payout,
    *,
    back: bool,
) -> None:
    """Keep that a transfer paid refunds, or brought them back, each by its own booking."""
    rows = [
        {
            "city": work.actor.city,
            "id": work.new_id(),
            "org_id": refund.org_id,
            "refund_id": refund.id,
            "journal_id": journal,
            "bank": accounts[refund.account_id].bank,
            "bank_txn_no": moved.bank_txn_no,
            "amount": refund.amount if back else -refund.amount,
            "moved_at": moved.paid_at,
        }
        for refund, journal in zip(refunds, journals, strict=True)
    ]
    await work.session.execute(insert(RefundTransfer), rows)


async def find_moved(work: Work, bank: str, txn: str) -> Sequence[Refund]:
    """Find the refunds that a bank's transaction paid, or by which they came back."""
    parts = select(RefundTransfer.refund_id).where(
        RefundTransfer.city == work.actor.city, RefundTransfer.bank == bank, RefundTransfer.bank_txn_no == txn
    )
    wanted = select(Refund).where(
        Refund.city == work.actor.city, among(Refund.id, list(await work.session.scalars(parts)))
    )
    return (await work.session.scalars(wanted.order_by(Refund.id))).all()
