"""Deposits that change orders meet: a notice for one unit, paid at the bank."""

from typing import Any

from tests.office import Office

OWNER = {"name": "张三", "idType": "1", "idNumber": "510502198503150120", "mobile": "13800138000"}


async def pay(
    office: Office, unit_id: str, key: str = "issue", owners: list[dict[str, Any]] | None = None
) -> str:
    """Pay what is due of a unit, and tell how much that was; who pays again gives another key."""
    issued = await office.developer.act(
        "noticeIssue",
        {
            "units": [{"unitId": unit_id, "owners": owners or [OWNER]}],
            "idempotencyKey": f"{key} {unit_id[-50:]}",
        },
        "... on NoticesIssued { notices { noticeNo total } }",
        "NoticeIssueInput",
    )
    (notice,) = issued["notices"]
    bank = await office.town.bank(office.city)
    paid = await bank.act(
        "paymentConfirm",
        {
            "noticeNo": notice["noticeNo"],
            "amount": notice["total"],
            "bankTxnNo": f"T{notice['noticeNo']}",
            "channel": "BANK",
            "paidAt": "2026-11-22T12:00:00+08:00",
        },
        "... on PaymentConfirmed { payment { id } }",
        "PaymentConfirmInput",
    )
    assert paid["__typename"] == "PaymentConfirmed", paid
    return notice["total"]
