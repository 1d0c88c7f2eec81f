"""Official receipts (专用票据) on paper [165-14]."""

from typing import Any
from uuid import UUID

from sqlalchemy import select

from db.tables.money import Notice, NoticeLine, Payment
from db.tables.receipts import Receipt
from domain.clock import business_day
from domain.deposits import CHANNEL_LABELS
from domain.problem import Problem, ProblemCode
from domain.switch import Channel
from reports.forms import FORMS, Imprint
from reports.forms.receipt import ReceiptData, ReceiptUnit
from resolvers.act import Done, Outcome, Refused, Work
from resolvers.door import fetch
from resolvers.printing.press import press


async def print_receipt(work: Work, receipt_id: UUID) -> Outcome:
    """Print a receipt, or print it again under the same number; every print is counted."""
    receipt = await fetch(work, Receipt, receipt_id, "payment.print", lock=True)
    if receipt.voided_at is not None:
        return Refused.because(Problem(ProblemCode.RECEIPT_VOID, params={"receipt_no": receipt.receipt_no}))
    receipt.print_count += 1
    await work.session.flush()
    data = await _fill(work, receipt)
    file = await press(work, f"{receipt.receipt_no}.pdf", FORMS["receipt"].render, data, receipt.org_id)
    if isinstance(file, Problem):
        return Refused.because(file)
    return Done("File", (file,), {"receiptNo": receipt.receipt_no, "print": receipt.print_count})


async def _fill(work: Work, receipt: Receipt) -> ReceiptData:
    """Print what was frozen when the notice was issued and the receipt written, whatever changed since."""
    payment = await work.session.get_one(Payment, (receipt.city, receipt.payment_id))
    notice = await work.session.get_one(Notice, (receipt.city, payment.notice_id))
    frozen, forms = notice.snapshot, work.city.forms
    bank = frozen["bank"]
    title, printed = forms.receipt_title, receipt.print_count
    return ReceiptData(
        imprint=Imprint(work.city.authority.name, title, receipt.receipt_no, printed, work.now),
        supervised=forms.receipt_supervised,
        payee=receipt.payee,
        item=receipt.item,
        amount=receipt.amount,
        estate=frozen["estate"],
        units=await _units(work, receipt, notice),
        summary=receipt.unit_id is None,
        mobile=_mobile(frozen),
        notice_no=notice.notice_no,
        proof_no=payment.proof_no,
        transaction_no=payment.bank_txn_no,
        channel=CHANNEL_LABELS[Channel(payment.channel)],
        paid_at=payment.paid_at,
        issued_on=business_day(receipt.issued_at),
        bank=bank["name"],
        account_name=bank["account_name"],
        account_no=bank["account_no"],
        notes=(forms.receipt_note,),
    )


async def _units(work: Work, receipt: Receipt, notice: Notice) -> list[ReceiptUnit]:
    lines = select(NoticeLine).where(NoticeLine.city == notice.city, NoticeLine.notice_id == notice.id)
    if receipt.unit_id is not None:
        lines = lines.where(NoticeLine.unit_id == receipt.unit_id)
    return [
        ReceiptUnit(line.address, tuple(owner["name"] for owner in line.owners), line.gross_area, line.amount)
        for line in await work.session.scalars(lines.order_by(NoticeLine.no))
    ]


def _mobile(snapshot: Any) -> str:  # noqa: ANN401 - the notice's frozen JSON
    """Give the masked mobile number that receives the receipts, where it was asked for."""
    sealed: dict[str, str] | None = snapshot.get("receipt_mobile")
    return sealed["masked"] if sealed else ""
