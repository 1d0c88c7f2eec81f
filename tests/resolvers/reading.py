"""What the tests of reads lean on: an estate's units, its notices, and opaque texts made clear."""

import base64
from typing import Any

from tests.scenes import LUZHOU, Developer, Town, unit

UNIT_IDS = """query($e: ID!, $n: Int) { node(id: $e) { ... on Estate {
  units(first: $n) { edges { node { id } } } } } }"""


def homes(count: int, *, owners: bool = False, a_floor: int = 4) -> list[dict[str, Any]]:
    """Give the units of a building by floors, half of them without a lift."""
    return [
        unit(
            f"{1 + place // a_floor}{1 + place % a_floor:02d}",
            hasLift="有" if place % 2 else "无",
            **(
                {
                    "ownerName": f"业主{place}",
                    "ownerIdType": "3",
                    "ownerIdNumber": f"E{place:08d}",
                    "ownerMobile": "13800138000",
                }
                if owners
                else {}
            ),
        )
        for place in range(count)
    ]


async def estate_of(developer: Developer) -> str:
    """Give the newest estate's id."""
    data = await developer.ask("{ estates(first: 1) { edges { node { id } } } }")
    return data["estates"]["edges"][0]["node"]["id"]


def code(answer: Any) -> str:
    """Give the code of an answer's first error."""
    return answer["errors"][0]["extensions"]["code"]


def clear(text: str) -> str:
    """Read an opaque text."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()


def write(kind: str, city: int, row: str) -> str:
    """Write a global id."""
    return base64.urlsafe_b64encode(f"{kind}:{city}:{row}".encode()).decode().rstrip("=")


async def issue(town: Town, developer: Developer, count: int) -> None:
    """Issue notices for the first units of the newest estate, and let the bank confirm half of them."""
    estate = await estate_of(developer)
    found = await developer.ask(UNIT_IDS, e=estate, n=count)
    units = [{"unitId": edge["node"]["id"]} for edge in found["node"]["units"]["edges"]]
    issued = await developer.act(
        "noticeIssue",
        {"units": units, "idempotencyKey": estate[-20:], "ignoreMissingContract": True},
        "... on NoticesIssued { notices { noticeNo total } }",
        "NoticeIssueInput",
    )
    assert issued["__typename"] == "NoticesIssued", issued
    bank = await town.bank(LUZHOU)
    for notice in issued["notices"][: min(10, count // 2)]:
        paid = await bank.act(
            "paymentConfirm",
            {
                "noticeNo": notice["noticeNo"],
                "amount": notice["total"],
                "bankTxnNo": notice["noticeNo"],
                "channel": "QR",
                "paidAt": "2026-11-22T12:00:00+08:00",
            },
            "... on PaymentConfirmed { payment { id } }",
            "PaymentConfirmInput",
        )
        assert paid["__typename"] == "PaymentConfirmed", paid
