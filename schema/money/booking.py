"""Why an entry stands in the books: the booking, with its notice, order, person and request."""

from uuid import UUID

from db.tables.money import Entry as EntryRow
from db.tables.money import Journal as JournalRow
from db.tables.money import Payment as PaymentRow
from db.tables.money import Refund as RefundRow
from db.tables.money import SuspenseItem as SuspenseItemRow
from db.tables.orders import BusinessOrder as OrderRow
from domain.ledger import BookingCause, cause_of
from resolvers.money.bookers import name_bookers
from resolvers.visit import Visit
from schema.fields import column, derived, many, one
from schema.loading import load_value
from schema.money import Entry, Payment, Refund, SuspenseItem
from schema.orders import Order
from schema.scalars import Moment
from schema.types import closed, shows

closed(
    BookingCause,
    "What a booking came of (记账来源).",
    {
        "DEPOSIT": "A payment that the bank confirmed (交款).",
        "REFUND": "A refund that the bank paid (退款).",
        "INTEREST": "Interest that the fund office posted (利息).",
        "USE": "Money used for repairs, posted by the fund office (使用).",
        "REVERSAL": "An earlier booking was taken back (冲正).",
        "MOVE": "A building went to another estate (楼幢划转).",
        "SPLIT_MERGE": "Units were split or merged (拆分合并).",
        "SUSPENSE": "Reported money that waited for a decision, or was decided (待查).",
    },
)


def _cause(_visit: Visit, reason: str) -> BookingCause:
    return cause_of(reason)


async def _person(visit: Visit, principal: UUID) -> str | None:
    return await load_value(visit, name_bookers, principal)


@shows(JournalRow)
class Booking:
    """One booking: entries that sum to zero, with what caused it and who booked it (记账凭证)."""

    cause: BookingCause = derived(("reason",), _cause, "What it came of (记账来源).")
    note: str | None = column("note", "What who booked said of it (说明).")
    booked_at: Moment = column("booked_at", "When it was booked (记账时间).")
    booked_by: str | None = derived(
        ("booked_by",),
        _person,
        "Who booked it; of the fund office and the banks a developer is told the side alone (记账人).",
    )
    request_id: str | None = column(
        "request_id", "The request, as the answer's X-Request-Id named it (请求号)."
    )
    payment: Payment | None = one(PaymentRow, "payment_id", "The payment, with its notice (交款).")
    order: Order | None = one(OrderRow, "order_id", "The order (业务单).")
    refund: Refund | None = one(RefundRow, "refund_id", "The refund that was paid, or came back (退款).")
    suspense_item: SuspenseItem | None = one(
        SuspenseItemRow, "suspense_id", "The waiting money that it is about; for the fund office (待查款项)."
    )
    reverses: "Booking | None" = one(
        JournalRow, "reverses_id", "The booking that it takes back (被冲正凭证)."
    )
    reversed_by: "Booking | None" = one(
        JournalRow, "id", "The booking that took it back (冲正凭证).", remote="reverses_id"
    )
    entries: list[Entry] = many(EntryRow, "journal_id", ("account_id", "no"), "Its entries (分录).")
