"""A bank's transaction number stands for one movement of money, whatever it is (银行流水号)."""

from sqlalchemy import select

from db.tables.money import Account, Payment, Refund, SuspenseItem
from resolvers.act import Work


async def find_use(work: Work, bank: str, txn: str) -> str | None:
    """Tell what a bank's transaction number stands for already: a payment, waiting money, or a refund."""
    city = work.actor.city
    paid = (Payment.city == city, Payment.bank == bank)
    kept = (SuspenseItem.city == city, SuspenseItem.bank == bank)
    questions = (
        select(Payment.proof_no).where(*paid, Payment.bank_txn_no == txn),
        select(SuspenseItem.bank_txn_no).where(*kept, SuspenseItem.bank_txn_no == txn),
        select(SuspenseItem.bank_txn_no).where(*kept, SuspenseItem.return_txn_no == txn),
        select(Refund.refund_no)
        .join(Account, (Account.city == Refund.city) & (Account.id == Refund.account_id))
        .where(Refund.city == city, Account.bank == bank)
        .where((Refund.bank_txn_no == txn) | (Refund.return_txn_no == txn)),
    )
    for question in questions:
        found = await work.session.scalar(question.limit(1))
        if found is not None:
            return found
    return None
