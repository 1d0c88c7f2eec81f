"""The closed sets of the fund's money, each member in a sentence."""

from domain.batch import PayMode, SkipReason
from domain.deposits import DepositType, NoticeStatus, SuspenseReason
from domain.receipts import ReceiptMode, ReceiptStatus
from domain.status import AccountHolder, AccountStatus, EntryType, RefundStatus, SuspenseStatus
from domain.suspense import SuspenseResolution
from schema.types import closed

closed(
    AccountStatus,
    "Whether money can move on an account (账户状态).",
    {
        "OPEN": "In use (正常).",
        "FROZEN": "No money may leave it for now (冻结).",
        "CLOSED": "Closed with nothing left (销户).",
    },
)
closed(
    AccountHolder,
    "Whose the money of a unit's account is (账户持有人).",
    {
        "OWNER": "The unit's owners' (业主).",
        "DEVELOPER": "The developer's, while no owner is recorded (开发建设单位).",
    },
)
closed(
    RefundStatus,
    "Where a refund stands (退款状态).",
    {
        "APPROVED": "Promised; the amount is reserved (已核准).",
        "PAID": "The bank has paid it (已退款).",
        "FAILED": "The bank could not pay it; the account has to be corrected (退款失败).",
    },
)
closed(
    EntryType,
    "What a ledger entry is (分录类型).",
    {
        "FIRST": "First deposit (首期).",
        "SUPPLEMENT": "Supplement of the first deposit (补交).",
        "TOPUP": "Top-up (续筹).",
        "OTHER": "Another deposit (其他交款).",
        "REFUND": "Refund (退款).",
        "INTEREST": "Interest (利息).",
        "USE": "Money used for repairs (使用).",
        "TRANSFER_IN": "Transfer into the account (转入).",
        "TRANSFER_OUT": "Transfer out of the account (转出).",
        "REVERSAL": "Takes an earlier entry back (冲正).",
        "SUSPENSE": "Reported money that waits for a decision (待查).",
    },
)
closed(
    DepositType,
    "What a deposit is for (交款类型).",
    {
        "FIRST": "First deposit (首期).",
        "SUPPLEMENT": "Supplement of the first deposit (补交).",
        "TOPUP": "Top-up (续筹).",
        "OTHER": "Something else (其他).",
    },
)
closed(
    NoticeStatus,
    "Where a deposit notice stands (通知单状态).",
    {
        "OPEN": "Waits for its payment (待交款).",
        "PAID": "Its payment is booked (已交款).",
        "VOIDED": "Taken back (已作废).",
        "EXPIRED": "Ran out unpaid (已过期).",
    },
)
closed(
    ReceiptMode,
    "How receipts are made out (开票方式).",
    {
        "SUMMARY": "One receipt for everything that a notice asks (汇总开票).",
        "PER_UNIT": "One receipt for each unit (分户开票).",
    },
)
closed(
    ReceiptStatus,
    "Whether a receipt stands (票据状态).",
    {
        "ISSUED": "It stands (已开具).",
        "VOID": "It was voided, and another was issued in its place (已作废).",
    },
)
closed(
    SuspenseReason,
    "Why reported money could not be booked (待查原因).",
    {
        "NOTICE_UNKNOWN": "There is no such notice (通知单不存在).",
        "ALREADY_PAID": "The notice is paid already (重复交款).",
        "NOTICE_NOT_OPEN": "The notice was voided or ran out (通知单已失效).",
        "AMOUNT_MISMATCH": "The amount differs from the notice (金额不符).",
        "CHANNEL_NOT_ALLOWED": "The notice cannot be paid there (渠道不符).",
        "NOT_REPORTED": "The bank's statement has it, but the bank never reported it (对账单列示、未报送).",
    },
)
closed(
    SuspenseResolution,
    "How the fund office decided on money in suspense (待查处理结果).",
    {
        "BOOKED": "It was booked to a notice (已入账).",
        "RETURNED": "The bank gave it back to whoever paid it (已退回).",
        "NOT_RECEIVED": "The bank reported by mistake, and no such money came (误报、未到账).",
        "REFUND_RETURNED": "It was a refund that came back, and is reserved again (退汇).",
    },
)
closed(
    SuspenseStatus,
    "Whether reported money still waits for a decision (待查状态).",
    {"OPEN": "It waits (待处理).", "RESOLVED": "It was decided (已处理)."},
)
closed(
    PayMode,
    "Out of whose pocket a developer pays for many units (批量交款方式).",
    {
        "ADVANCE": "The developer advances the money (垫付).",
        "ON_BEHALF": "The developer passes on the owners' money (代交).",
    },
)
closed(
    SkipReason,
    "Why a chosen unit is not on a notice for many units, or its sheet (未列入原因).",
    {
        "FULLY_PAID": "Nothing is due of it (已足额交存).",
        "OPEN_NOTICE": "It stands on another notice that is open (已有未交款的通知单).",
        "SUPPLEMENT_DUE": "It owes a supplement, which has a notice of its own (应补交差额,另行开具).",
        "FIRST_DUE": "It owes its first deposit, which has a notice of its own (首期未交,另行开具).",
    },
)
