"""Official receipts in the graph (专用票据): which there are, and printing one."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

import strawberry

from db.kept import Condition
from db.tables.estates import Estate as EstateRow
from db.tables.estates import Unit as UnitRow
from db.tables.money import Payment as PaymentRow
from db.tables.receipts import Receipt as ReceiptRow
from domain.receipts import ReceiptMode, ReceiptStatus
from resolvers.act import Outcome, Work
from resolvers.asker import Asker
from resolvers.money.filters import ReceiptsAsked
from resolvers.money.receipts import void_receipt
from resolvers.printing import print_receipt
from resolvers.visit import Visit
from schema.cities import bank_name
from schema.estates import Estate, Unit
from schema.fields import column, derived, one
from schema.files import FileResult, file_made
from schema.ids import read_key
from schema.money import Payment, figures
from schema.mutation import INPUT, REHEARSED, FileActInput, MoneyActInput, answer, mutation, result, row_id
from schema.node import Node
from schema.problem import Rejected
from schema.scalars import Moment, Money
from schema.types import asks, given, maybe, shows, tells, value


def _status(_visit: Visit, voided_at: datetime | None) -> ReceiptStatus:
    return ReceiptStatus.ISSUED if voided_at is None else ReceiptStatus.VOID


def _mode(_visit: Visit, unit_id: UUID | None) -> ReceiptMode:
    return ReceiptMode.SUMMARY if unit_id is None else ReceiptMode.PER_UNIT


@shows(ReceiptRow)
class Receipt(Node):
    """An official receipt for a payment, or for one unit's part of it (专用票据) [165-14]."""

    receipt_no: str = column("receipt_no", "Its number; a city's numbers of a year have no gap (票据号码).")
    mode: ReceiptMode = derived(("unit_id",), _mode, "For everything, or for one unit (开票方式).")
    status: ReceiptStatus = derived(("voided_at",), _status, "Whether it stands (状态).")
    payee: str = column("payee", "To whom it is made out (交款人).")
    item: str = column("item", "What was paid (收款项目).")
    amount: Money = column("amount", "Amount (金额).")
    amount_in_words: str = derived(
        ("amount",), figures.words, "The amount in Chinese capital numerals (大写金额)."
    )
    bank: str = column("bank", "Code of the bank that took the money (银行).")
    bank_label: str = derived(("bank",), bank_name, "Name of that bank (银行).")
    issued_at: Moment = column("issued_at", "When it was issued (开票时间).")
    print_count: int = column("print_count", "How often it was printed (打印次数).")
    voided_at: Moment | None = column("voided_at", "When it was voided (作废时间).")
    void_reason: str | None = column("void_reason", "Why it was voided (作废原因).")
    payment: Payment | None = one(PaymentRow, "payment_id", "The payment that it acknowledges (交款).")
    unit: Unit | None = one(UnitRow, "unit_id", "The unit; null for a summary (房屋).")
    estate: Estate | None = one(EstateRow, "estate_id", "Estate (物业区域).")


@asks
class ReceiptFilter:
    """Which receipts are asked for; all conditions must hold (票据查询条件)."""

    status: ReceiptStatus | None = maybe("Only those that stand, or those that were voided (状态).")
    mode: ReceiptMode | None = maybe("Only summaries, or only those for one unit (开票方式).")
    estate_id: strawberry.ID | None = maybe("Only of this estate (物业区域).")
    unit_id: strawberry.ID | None = maybe("Only of this unit, summaries with it included (房屋).")
    payment_id: strawberry.ID | None = maybe("Only of this payment (交款).")
    number: str | None = maybe("Only those whose number begins so (票据号码).")
    issued_from: Moment | None = maybe("Only issued at this moment or later (开票时间起).")
    issued_before: Moment | None = maybe("Only issued before this moment (开票时间止).")

    def conditions(self, _asker: Asker, /) -> Sequence[Condition]:
        """Write what must hold."""
        asked = ReceiptsAsked(
            status=self.status,
            mode=self.mode,
            estate=read_key(self.estate_id, "Estate", "filter.estateId"),
            unit=read_key(self.unit_id, "Unit", "filter.unitId"),
            payment=read_key(self.payment_id, "Payment", "filter.paymentId"),
            number=self.number,
            since=self.issued_from,
            before=self.issued_before,
        )
        return asked.conditions()


@asks
class ReceiptPrintInput(FileActInput):
    """A receipt to print (打印专用票据)."""

    receipt_id: strawberry.ID = given("The receipt (票据).")


@asks
class ReceiptVoidInput(MoneyActInput):
    """A receipt to void; another is issued in its place (作废专用票据)."""

    receipt_id: strawberry.ID = given("The receipt (票据).")
    reason: str = given("Why (作废原因).")


@tells
class ReceiptVoided:
    """A receipt was voided (已作废)."""

    receipt: Receipt = value("The receipt (票据).")
    dry_run: bool = value(REHEARSED)


ReceiptVoidResult = Annotated[
    ReceiptVoided | Rejected, result("ReceiptVoidResult", "The voided receipt, or why it stands.")
]


@strawberry.type
class ReceiptActs:
    """The mutations of receipts."""

    @mutation("receipt.void")
    async def receipt_void(
        self, info: strawberry.Info, asked: Annotated[ReceiptVoidInput, INPUT]
    ) -> ReceiptVoidResult | None:
        """Void a receipt as the authority; the next number is issued in its place (作废专用票据) [165-34]."""
        receipt = row_id(info, asked.receipt_id, "Receipt", "receiptId")

        async def effect(work: Work) -> Outcome:
            return await void_receipt(work, receipt, asked.reason)

        return await answer(
            info, asked, effect, lambda done: ReceiptVoided(receipt=done.row, dry_run=done.dry_run)
        )

    @mutation("payment.print")
    async def receipt_print(
        self, info: strawberry.Info, asked: Annotated[ReceiptPrintInput, INPUT]
    ) -> FileResult | None:
        """Print a receipt as PDF, or print it again under the same number (打印专用票据) [165-14]."""
        receipt = row_id(info, asked.receipt_id, "Receipt", "receiptId")

        async def effect(work: Work) -> Outcome:
            return await print_receipt(work, receipt)

        return await answer(info, asked, effect, file_made)
