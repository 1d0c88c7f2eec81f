"""The money: rates, accounts with their ledgers, notices, payments and money in suspense."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from db.base import Base
from db.tables.money import (
    Account,
    DepositRate,
    Entry,
    Journal,
    Notice,
    NoticeLine,
    Payment,
    SuspenseItem,
)
from tests.answers.world.hard import (
    ALMOST_A_SECOND,
    CONTROL,
    FAR,
    INJECTION,
    LOCAL_MEAN_TIME,
    LONG,
    NOON,
    QUOTES,
    SUMMER_TIME,
    YEAR_ONE_THOUSAND,
    sealed,
)
from tests.answers.world.names import JIANGMEN, LUZHOU, row

_OPENED = datetime.fromisoformat("2026-03-01T09:30:00+08:00")
_CLERK = row("Principal", 1)


def book_rows() -> Iterator[tuple[type[Base], list[dict[str, Any]]]]:
    """Give the rows of the money; accounts stand open and empty until their entries are booked."""
    yield DepositRate, [_rate(**one) for one in _rates()]
    yield Account, [_account(**one) for one in _accounts()]
    yield Notice, [_notice(**one) for one in _notices()]
    yield NoticeLine, [_line(**one) for one in _lines()]
    yield Payment, [_payment(**one) for one in _payments()]
    yield Journal, list(_journals())
    yield Entry, list(_entries())
    yield SuspenseItem, [_suspense(**one) for one in _suspense_items()]


CLOSED = {1: 1, 5: 3}
"""Accounts that are closed once their entries are booked, and the units that they then turn out to be of."""


def _rate(number: int, city: int = LUZHOU, **more: Any) -> dict[str, Any]:
    plain = {
        "city": city,
        "id": row("DepositRate", number),
        "category": "RESIDENTIAL",
        "has_lift": None,
        "rate": 7000,
        "valid_from": date(2010, 1, 1),
        "valid_to": None,
        "source": "样例",
        "is_sample": False,
    }
    return {**plain, **more}


def _rates() -> Iterator[dict[str, Any]]:
    yield {"number": 1, "has_lift": True, "is_sample": True}
    yield {"number": 2, "has_lift": False, "rate": 4000, "source": QUOTES}
    yield {"number": 3, "category": "PARKING", "rate": 3001, "source": CONTROL}
    yield {"number": 4, "category": "EXEMPT", "rate": 0, "source": ""}
    yield {"number": 5, "category": "NON_RESIDENTIAL", "rate": 2**53 + 1, "valid_to": date(2999, 12, 31)}
    yield {"number": 6, "rate": 1, "valid_from": date(1, 1, 1), "valid_to": date(1, 1, 1), "source": FAR}
    yield {"number": 1, "city": JIANGMEN, "rate": 2000, "source": "江门"}


def _account(
    number: int, unit: int | None = None, estate: int | None = 1, org: int | None = 1, **more: Any
) -> dict[str, Any]:
    of_unit = unit is not None
    plain = {
        "city": LUZHOU,
        "id": row("Account", number),
        "org_id": row("Organization", org) if org else None,
        "kind": "UNIT" if of_unit else "SPECIAL",
        "account_no": f"A{number}",
        "bank": "LZ01",
        "estate_id": row("Estate", estate) if estate else None,
        "unit_id": row("Unit", unit) if unit else None,
        "holder": "OWNER" if of_unit else None,
        "due": 618450 if of_unit else None,
        "rate": 7000 if of_unit else None,
        "rate_id": None,
        "status": "OPEN",
        "opened_at": _OPENED,
    }
    return {**plain, **more}


def _accounts() -> Iterator[dict[str, Any]]:
    # The first unit's account was closed and opened again; the third unit's newest one is the closed one.
    # As no unit has two open accounts, both wait at units without one until they are closed.
    yield {"number": 1, "unit": 15, "opened_at": SUMMER_TIME}
    yield {"number": 2, "unit": 1, "holder": "DEVELOPER", "opened_at": ALMOST_A_SECOND}
    yield {"number": 3, "unit": 2, "due": 233335, "opened_at": LOCAL_MEAN_TIME}
    yield {"number": 4, "unit": 3, "due": 0, "rate": 0, "opened_at": YEAR_ONE_THOUSAND}
    yield {"number": 5, "unit": 16}
    yield {"number": 6, "unit": 4, "status": "FROZEN", "holder": None, "due": 2**53 + 1}
    yield {"number": 7}
    yield {"number": 8, "estate": None, "org": None, "kind": "CLEARING"}
    yield {"number": 9, "estate": None, "org": None, "kind": "SUSPENSE"}
    yield {"number": 10, "unit": 30, "estate": 3, "org": 2}
    yield {"number": 11, "estate": 3, "org": 2}
    yield {"number": 1, "unit": 1, "city": JIANGMEN, "bank": "JM01", "due": 1767000, "rate": 2000}
    yield {"number": 7, "city": JIANGMEN, "bank": "JM01"}


_BOOKINGS: tuple[tuple[int, str, int], ...] = (
    (1, "FIRST", 100),
    (1, "REVERSAL", -100),
    (3, "FIRST", 233334),
    (3, "SUPPLEMENT", 1),
    (3, "TOPUP", 500000),
    (3, "OTHER", 7),
    (3, "INTEREST", 1),
    (3, "USE", -99999),
    (3, "REFUND", -50),
    (3, "TRANSFER_IN", 9_000_000_000_000),
    (3, "TRANSFER_OUT", -8_000_000_000_000),
    (5, "FIRST", 5),
    (5, "TRANSFER_OUT", -5),
    (10, "FIRST", 618450),
)
"""What was booked on a unit's account: its number, the type and the fen; the special account pays."""


def _journals() -> Iterator[dict[str, Any]]:
    for number in range(1, len(_BOOKINGS) + 1):
        yield {
            "city": LUZHOU,
            "id": row("Journal", number),
            "org_id": None,
            "reason": "made up",
            "payment_id": row("Payment", 1) if number == 1 else None,
            "booked_at": _booked_at(number),
            "booked_by": _CLERK,
        }


def _booked_at(number: int) -> datetime:
    return NOON - timedelta(days=100 - number, microseconds=number)


def _entries() -> Iterator[dict[str, Any]]:
    for number, (account, kind, amount) in enumerate(_BOOKINGS, start=1):
        special = 11 if account == 10 else 7
        for place, (target, fen) in enumerate(((account, amount), (special, -amount))):
            yield {
                "city": LUZHOU,
                "id": row("Entry", number * 2 + place),
                "org_id": row("Organization", 2 if account == 10 else 1),
                "journal_id": row("Journal", number),
                "account_id": row("Account", target),
                "type": kind,
                "amount": fen,
                "booked_at": _booked_at(number),
            }


def _notice(number: int, estate: int = 1, org: int = 1, payer: str = "张三", **more: Any) -> dict[str, Any]:
    plain = {
        "city": LUZHOU,
        "id": row("Notice", number),
        "org_id": row("Organization", org),
        "estate_id": row("Estate", estate),
        "notice_no": f"LZDN20261122{number:05d}",
        "kind": "SINGLE",
        "deposit_type": "FIRST",
        "bank": "LZ01",
        "status": "OPEN",
        "total": 618450,
        "snapshot": {
            "owners": [{"name": payer}],
            "gross_area": 883500,
            "handler": "王小明",
            "bank": {
                "name": "泸州示范银行营业部",
                "account_name": QUOTES,
                "account_no": "6200000000510501",
            },
        },
        "qr_payload": None,
        "issued_at": NOON - timedelta(days=10),
        "issued_by": _CLERK,
        "expires_at": NOON + timedelta(days=30),
        "print_count": 0,
        "voided_at": None,
        "voided_by": None,
        "paid_at": None,
    }
    return {**plain, **more}


def _notices() -> Iterator[dict[str, Any]]:
    yield {"number": 1, "qr_payload": "v1|510500|LZDN2026112200001|618450|ab", "print_count": 3}
    # It runs out at this very moment; the last one a millionth of a second later.
    yield {"number": 2, "expires_at": NOON, "payer": "𠮷田㐂"}
    yield {"number": 3, "kind": "BATCH", "status": "PAID", "paid_at": NOON, "total": 1236900}
    yield {
        "number": 4,
        "kind": "CUSTOM",
        "deposit_type": "OTHER",
        "status": "VOIDED",
        "voided_at": NOON,
        "voided_by": _CLERK,
        "qr_payload": QUOTES,
    }
    yield {"number": 5, "status": "EXPIRED", "deposit_type": "SUPPLEMENT", "expires_at": SUMMER_TIME}
    yield {"number": 6, "total": 9_999_999_999_999, "bank": "LZ02", "deposit_type": "TOPUP", "payer": ""}
    yield {"number": 7, "estate": 3, "org": 2, "payer": "邻居", "total": 1, "status": "PAID", "paid_at": NOON}
    yield {"number": 8, "expires_at": NOON + timedelta(microseconds=1), "total": 10_0000_0001}
    yield {"number": 1, "city": JIANGMEN, "bank": "JM01", "notice_no": "JMDN2026112200001"}


def _line(number: int, notice: int, unit: int, account: int, **more: Any) -> dict[str, Any]:
    plain = {
        "city": LUZHOU,
        "id": row("NoticeLine", number),
        "org_id": row("Organization", 1),
        "notice_id": row("Notice", notice),
        "no": 1,
        "unit_id": row("Unit", unit),
        "account_id": row("Account", account),
        "status": "OPEN",
        "amount": 618450,
        "gross_area": 883500,
        "rate": 7000,
        "address": f"滨江路一段1号{unit}",
        "owners": [_shown("张三")],
    }
    return {**plain, **more}


def _shown(name: str) -> dict[str, Any]:
    return {
        "name": name,
        "id_type": "1",
        "id_number": sealed("5105**********0120", name[:3]),
        "mobile": sealed("138****8000", name[:3]),
        "share": None,
    }


def _lines() -> Iterator[dict[str, Any]]:
    yield {"number": 1, "notice": 1, "unit": 2, "account": 3, "owners": [_shown('O\'Brien "B"'), _shown("")]}
    yield {"number": 2, "notice": 2, "unit": 3, "account": 4, "owners": []}
    paid: dict[str, Any] = {"notice": 3, "status": "PAID"}
    yield {"number": 5, **paid, "unit": 4, "account": 6, "no": 2, "address": LONG, "owners": [_shown(FAR)]}
    yield {
        "number": 4,
        **paid,
        "unit": 1,
        "account": 2,
        "no": 2,
        "owners": [_shown(f"业主{n}") for n in range(12)],
    }
    yield {"number": 6, **paid, "unit": 17, "account": 1, "address": CONTROL, "gross_area": 1, "amount": 1}
    yield {"number": 7, "notice": 4, "unit": 1, "account": 1, "status": "VOIDED", "owners": [_shown(QUOTES)]}
    yield {"number": 8, "notice": 5, "unit": 2, "account": 3, "status": "EXPIRED", "rate": 2**53 + 1}
    beside = {"org_id": row("Organization", 2), "status": "PAID", "amount": 1}
    yield {"number": 9, "notice": 7, "unit": 30, "account": 10, **beside}
    yield {"number": 1, "notice": 1, "unit": 1, "account": 1, "city": JIANGMEN}


def _payment(number: int, notice: int, **more: Any) -> dict[str, Any]:
    plain = {
        "city": LUZHOU,
        "id": row("Payment", number),
        "org_id": row("Organization", 1),
        "estate_id": row("Estate", 1),
        "notice_id": row("Notice", notice),
        "bank": "LZ01",
        "bank_txn_no": f"T{number}",
        "amount": 618450,
        "channel": "QR",
        "paid_at": ALMOST_A_SECOND,
        "confirmed_at": NOON,
        "confirmed_by": row("Principal", 9),
        "proof_no": f"LZPP2026112200{number:03d}",
        "print_count": 0,
    }
    return {**plain, **more}


def _payments() -> Iterator[dict[str, Any]]:
    yield {"number": 1, "notice": 3, "amount": 1236900, "bank_txn_no": QUOTES, "print_count": 2}
    beside = {"org_id": row("Organization", 2), "estate_id": row("Estate", 3)}
    yield {
        "number": 2,
        "notice": 7,
        **beside,
        "amount": 1,
        "channel": "QIAODU_WINDOW",
        "paid_at": SUMMER_TIME,
    }
    # A notice that lies with another bank: this one's machine sees the payment and not the notice.
    yield {"number": 3, "notice": 6, "amount": 9_999_999_999_999, "channel": "POS", "bank_txn_no": CONTROL}
    yield {"number": 4, "notice": 4, "bank": "LZ02", "channel": "BANK", "bank_txn_no": ""}
    yield {"number": 1, "notice": 1, "city": JIANGMEN, "bank": "JM01", "bank_txn_no": "江门"}


def _suspense(number: int, **more: Any) -> dict[str, Any]:
    plain = {
        "city": LUZHOU,
        "id": row("SuspenseItem", number),
        "bank": "LZ01",
        "bank_txn_no": f"S{number}",
        "notice_no": "LZDN2026112299999",
        "notice_id": None,
        "amount": 100,
        "channel": "BANK",
        "reason": "NOTICE_UNKNOWN",
        "paid_at": NOON,
        "received_at": NOON,
        "received_by": row("Principal", 9),
        "status": "OPEN",
    }
    return {**plain, **more}


def _suspense_items() -> Iterator[dict[str, Any]]:
    yield {"number": 1}
    yield {"number": 2, "reason": "ALREADY_PAID", "status": "RESOLVED", "notice_no": INJECTION}
    yield {"number": 3, "reason": "NOTICE_NOT_OPEN", "notice_no": CONTROL, "amount": 2**53 + 1}
    yield {"number": 4, "reason": "AMOUNT_MISMATCH", "bank": "LZ02", "bank_txn_no": FAR}
    yield {"number": 5, "reason": "CHANNEL_NOT_ALLOWED", "status": "RESOLVED", "paid_at": LOCAL_MEAN_TIME}
    yield {"number": 1, "city": JIANGMEN, "bank": "JM01"}
