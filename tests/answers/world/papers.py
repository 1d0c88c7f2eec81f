"""The orders: of both kinds and every status, with lines, steps, documents and files."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from db.base import Base
from db.tables.files import Attachment, File
from db.tables.orders import BusinessOrder, OrderDifference, OrderLine, OrderStep
from db.tables.records import Counter
from tests.answers.world.hard import (
    ALMOST_A_SECOND,
    CONTROL,
    FAR,
    INJECTION,
    LONG,
    NOON,
    QUOTES,
    SUMMER_TIME,
    sealed,
)
from tests.answers.world.names import JIANGMEN, LUZHOU, YUNMENG, row


def paper_rows() -> Iterator[tuple[type[Base], list[dict[str, Any]]]]:
    """Give the rows of the orders."""
    # The product goes on numbering where the world's numbers end.
    yield Counter, [{"city": city, "name": name, "value": 99} for city, name in _NUMBERED]
    yield BusinessOrder, [_order(**one) for one in (*_orders(), *_foreign_orders())]
    yield OrderLine, [_line(**one) for one in (*_lines(), *_many_lines())]
    yield OrderDifference, [_difference(**one) for one in _differences()]
    yield OrderStep, [_step(**one) for one in _steps()]
    yield File, [_file(**one) for one in _files()]
    yield Attachment, [_attachment(**one) for one in _attachments()]


_NUMBERED = (
    (LUZHOU, "LZEC20261122"),
    (LUZHOU, "LZDN20261122"),
    (JIANGMEN, "JMEC20261122"),
    (JIANGMEN, "JMDN20261122"),
)


def _order(number: int, org: int = 1, by: int = 1, estate: int | None = None, **more: Any) -> dict[str, Any]:
    plain = {
        "city": LUZHOU,
        "id": row("Order", number),
        "org_id": row("Organization", org),
        "order_no": f"LZEC20261122{number:05d}",
        "kind": "ESTATE_COLLECTION",
        "route": "TEMPLATE",
        "status": "DRAFT",
        "estate_id": row("Estate", estate) if estate else None,
        "content": _EMPTY,
        "rules": {},
        "created_by": row("Principal", by),
        "created_at": NOON,
        "building_count": 0,
        "unit_count": 0,
        "gross_area": 0,
        "due": 0,
        "print_count": 0,
        "prints": {},
        "version": 1,
    }
    optional = dict.fromkeys(
        (
            "submitted_by",
            "submitted_person",
            "submitted_at",
            "accepted_by",
            "accepted_person",
            "accepted_at",
            "acceptance_no",
            "claimed_by",
            "claimed_name",
            "claimed_at",
            "reviewed_by",
            "reviewed_person",
            "reviewed_at",
        )
    )
    return {**plain, **optional, **more}


_EMPTY: dict[str, Any] = {
    "name": None,
    "address": None,
    "district": None,
    "bank": None,
    "deposit_point": None,
    "property_company": None,
    "project_name": None,
    "presale_permit_no": None,
    "total_land_area": None,
    "started_on": None,
    "completed_on": None,
    "handler": {"name": "", "mobile": ""},
}
_WHOLE: dict[str, Any] = {
    "name": "江畔花园三期",
    "address": "滨江路三段3号",
    "district": "510502",
    "bank": "LZ01",
    "deposit_point": "2026-01-02",
    "property_company": QUOTES,
    "project_name": CONTROL,
    "presale_permit_no": FAR,
    "total_land_area": 1_000_5000,
    "started_on": "0001-01-01",
    "completed_on": "9999-12-31",
    "handler": {"name": "王小明", "mobile": "13800138000"},
}
_FORM: dict[str, Any] = {
    "name": "示范置业有限公司",
    "uscc": "91510500MA6200T12B",
    "org_code": None,
    "legal_representative": "喆䶮",
    "legal_rep_id_type": "1",
    "legal_rep_id_number": sealed("5105**********0120", "rep"),
    "contact_name": QUOTES,
    "contact_mobile": "13800138000",
    "phone": "",
    "registered_address": "滨江路一段1号",
    "office_address": FAR,
    "qualification_no": None,
    "login_name": "admin",
    "agreement_version": "2026-01",
}
# What was handed in before a field was thought of: its key is missing.
_OLD_FORM = {
    key: value
    for key, value in _FORM.items()
    if key not in {"org_code", "phone", "office_address", "qualification_no"}
}
_REGISTRATION = {"kind": "ORGANIZATION_REGISTRATION"}


def _orders() -> Iterator[dict[str, Any]]:
    yield {"number": 1}
    yield {
        "number": 2,
        "status": "SUBMITTED",
        "route": "INTERFACE",
        "content": _WHOLE,
        "submitted_at": NOON,
        "submitted_by": row("Principal", 1),
        **_CLAIMED,
        "building_count": 2,
        "unit_count": 5,
        "gross_area": 883500,
        "due": 618450,
        "print_count": 4,
        "version": 3,
    }
    accepted = {"accepted_at": ALMOST_A_SECOND, "acceptance_no": "LZSL2026112200003"}
    yield {"number": 3, "status": "ACCEPTED", "content": _WHOLE, "submitted_at": SUMMER_TIME, **accepted}
    yield {"number": 4, "status": "RETURNED", "content": _WHOLE, "version": 2147483647}
    reviewed = {"accepted_person": "blind-clerk", "reviewed_at": NOON, "reviewed_person": "blind-reviewer"}
    yield {"number": 5, "status": "REJECTED", **accepted, "acceptance_no": INJECTION, **reviewed}
    yield {
        "number": 6,
        "status": "COMPLETED",
        "estate": 1,
        "content": _WHOLE,
        "unit_count": 103,
        "gross_area": 999_999_999_999,
        "due": 2**53 + 1,
        **accepted,
        **reviewed,
    }
    handler = {"handler": {"name": "经办人", "mobile": FAR}, "name": ""}
    yield {"number": 7, "status": "CANCELLED", "estate": 4, "content": handler}
    yield {"number": 8, "status": "COMPLETED", **_REGISTRATION, "content": _FORM}
    yield {"number": 9, "org": 3, "by": 10, "status": "SUBMITTED", **_REGISTRATION, "content": _OLD_FORM}
    yield {"number": 10, "org": 4, "status": "REJECTED", **_REGISTRATION, "content": _OLD_FORM}
    yield {"number": 11, "org": 2, "by": 5, "estate": 3, "content": {**_WHOLE, "unknown": [1, {"a": None}]}}


_CLAIMED = {"claimed_by": row("Principal", 6), "claimed_name": QUOTES, "claimed_at": NOON}


def _foreign_orders() -> Iterator[dict[str, Any]]:
    yield {"number": 1, "city": JIANGMEN, "order_no": "JMEC2026112200001", "status": "SUBMITTED"}
    bent = {"city": YUNMENG, "by": 12}
    yield {"number": 1, **bent, "content": _WHOLE}
    # What cannot be written by the product, such as by a slip of a later version, is a bug and says so.
    yield {"number": 2, **bent, "content": {}}
    yield {"number": 3, **bent, **_REGISTRATION, "content": {"name": "没有证件号"}}
    yield {"number": 4, **bent, "route": "FAX", "estate": 1}
    yield {"number": 5, **bent, "kind": "WISH", "content": _WHOLE}


_UNIT: dict[str, Any] = {
    "building": "1栋",
    "section": "1单元",
    "floor": 3,
    "room_no": "301",
    "address": "滨江路三段3号1栋1单元301",
    "usage": "10",
    "gross_area": 883500,
    "net_area": 750001,
    "has_lift": True,
    "completed_ym": "201409",
    "structure": "3",
    "floors_above": 33,
    "sale_status": "SIGNED",
    "contract_no": "HT-3",
    "remark": QUOTES,
    "owner": {
        "name": "𠮷田㐂",
        "id_type": "1",
        "id_number": sealed("5105**********0120", "owner"),
        "mobile": sealed("138****8000", "owner"),
        "share": None,
    },
}
_BARE = {
    key: _UNIT[key]
    for key in ("building", "section", "floor", "room_no", "address", "usage", "gross_area", "has_lift")
}


def _line(number: int, order: int, org: int = 1, city: int = LUZHOU, **more: Any) -> dict[str, Any]:
    plain = {
        "city": city,
        "order_id": row("Order", order),
        "no": number,
        "org_id": row("Organization", org),
        "target": None,
        "before": None,
        "after": None,
    }
    return {**plain, **more}


def _lines() -> Iterator[dict[str, Any]]:
    yield {"order": 2, "number": 1, "after": _UNIT}
    yield {"order": 2, "number": 2, "before": _UNIT, "after": {**_BARE, "owner": None, "remark": None}}
    yield {"order": 2, "number": 3, "before": {**_BARE, "floor": -1, "section": "", "has_lift": False}}
    yield {"order": 2, "number": 4}
    yield {"order": 2, "number": 2147483647, "after": {**_BARE, "remark": CONTROL, "address": LONG}}
    yield {"order": 1, "number": 1, "city": JIANGMEN, "after": {**_BARE, "building": "江门楼"}}
    yield {"order": 1, "number": 1, "city": YUNMENG, "after": {}}
    yield {"order": 11, "number": -1, "org": 2, "after": {**_BARE, "room_no": FAR}}


def _difference(number: int, order: int, **more: Any) -> dict[str, Any]:
    plain = {
        "city": LUZHOU,
        "order_id": row("Order", order),
        "no": number,
        "org_id": row("Organization", 1),
        "line": number,
        "shape": "UNIT",
        "kind": "",
        "fields": list[Any](),
        "before": None,
        "after": None,
        "head_before": None,
        "head_after": None,
    }
    return {**plain, **more}


def _differences() -> Iterator[dict[str, Any]]:
    head = {
        "line": None,
        "shape": "",
        "kind": "ESTATE_COLLECTION",
        "head_before": _EMPTY,
        "head_after": _WHOLE,
    }
    yield {"number": 1, "order": 2, "fields": [{"path": "name", "label": QUOTES}], **head}
    yield {"number": 2, "order": 2, "before": _UNIT, "after": {**_BARE, "owner": None, "remark": FAR}}
    yield {"number": 3, "order": 2, "before": {**_BARE, "floor": -1}}
    yield {"number": 4, "order": 2, "after": _UNIT}
    yield {"number": 5, "order": 2, "shape": "SOURCE", "before": {**_BARE, "code": QUOTES}}
    joined = {**_BARE, "sources": ["U1", QUOTES], "owners": [{**_UNIT["owner"], "share": "1/3"}]}
    parted = {**_BARE, "sources": list[str](), "owners": list[Any](), "net_area": 1}
    yield {"number": 6, "order": 2, "shape": "RESULT", "before": parted, "after": joined}
    yield {"number": 1, "order": 11, "org_id": row("Organization", 2), "after": {**_BARE, "room_no": FAR}}


def _many_lines() -> Iterator[dict[str, Any]]:
    """Give the completed order one line more than three beyond a page."""
    for number in range(1, 104):
        unit = {**_BARE, "room_no": str(number), "gross_area": number, "floor": number}
        yield {"order": 6, "number": number, "after": unit}


def _step(number: int, order: int, city: int = LUZHOU, **more: Any) -> dict[str, Any]:
    plain = {
        "city": city,
        "id": row("OrderStep", number),
        "org_id": row("Organization", 1),
        "order_id": row("Order", order),
        "at": NOON - timedelta(days=number),
        "step": "SUBMIT",
        "from_status": "DRAFT",
        "to_status": "SUBMITTED",
        "principal_id": row("Principal", 1),
        "person": None,
        "side": "DEVELOPER",
        "note": None,
        "items": list[Any](),
        "snapshot": None,
    }
    return {**plain, **more}


def _steps() -> Iterator[dict[str, Any]]:
    yield {"number": 1, "order": 2, "step": "SAVE", "from_status": None, "to_status": "DRAFT", "note": ""}
    yield {"number": 2, "order": 2}
    yield {"number": 4, "order": 4, "step": "RETURN", **_RETURNED}
    yield {"number": 3, "order": 4, "note": QUOTES}
    decided = {"from_status": "ACCEPTED", "side": "REVIEW"}
    yield {"number": 5, "order": 5, "step": "REJECT", "to_status": "REJECTED", **decided, "note": LONG}
    yield {"number": 6, "order": 6, "step": "APPROVE", "to_status": "COMPLETED", **decided, "note": FAR}
    window = {"from_status": "SUBMITTED", "side": "WINDOW"}
    yield {"number": 7, "order": 3, "step": "ACCEPT", "to_status": "ACCEPTED", **window}
    yield {"number": 8, "order": 7, "step": "DISCARD", "to_status": "CANCELLED", "at": SUMMER_TIME}
    yield {"number": 9, "order": 9, "org_id": row("Organization", 3), "person": "blind"}
    yield {"number": 1, "order": 1, "city": YUNMENG, "step": "DANCE"}


_RETURNED: dict[str, Any] = {
    "from_status": "SUBMITTED",
    "to_status": "RETURNED",
    "side": "OFFICE",
    "note": CONTROL,
    "items": [
        {"path": "name", "text": QUOTES, "line": None},
        {"path": "lines", "text": FAR, "line": 3},
        {"path": "", "text": ""},
    ],
}


def _file(number: int, org: int = 1, by: int = 1, **more: Any) -> dict[str, Any]:
    plain = {
        "city": LUZHOU,
        "id": row("File", number),
        "org_id": row("Organization", org),
        "name": "照片.png",
        "media_type": "image/png",
        "size": 70,
        "sha256": f"{number:064x}",
        "content_cipher": b"",
        "uploaded_by": row("Principal", by),
        "uploaded_at": NOON,
    }
    return {**plain, **more}


def _files() -> Iterator[dict[str, Any]]:
    yield {"number": 1}
    yield {"number": 2, "name": '.\\/"🏡.png', "size": 0, "uploaded_at": ALMOST_A_SECOND}
    yield {"number": 3, "by": 2, "name": CONTROL, "media_type": "application/pdf", "size": 10 << 20}
    yield {"number": 4, "by": 9, "name": LONG, "size": 2147483647}
    yield {"number": 5, "org": 3, "by": 10}
    yield {"number": 6, "org": 2, "by": 5}
    yield {"number": 1, "city": JIANGMEN, "by": 11, "name": "江门.png"}


def _attachment(number: int, order: int, file: int, **more: Any) -> dict[str, Any]:
    plain = {
        "city": LUZHOU,
        "id": row("Attachment", number),
        "org_id": row("Organization", 1),
        "order_id": row("Order", order),
        "file_id": row("File", file),
        "kind": "PLANNING_PERMIT",
        "attached_at": NOON,
    }
    return {**plain, **more}


def _attachments() -> Iterator[dict[str, Any]]:
    yield {"number": 1, "order": 2, "file": 2, "kind": "PRESALE_OR_SURVEY"}
    yield {"number": 2, "order": 2, "file": 1}
    yield {"number": 3, "order": 6, "file": 1, "attached_at": SUMMER_TIME}
    yield {"number": 4, "order": 9, "file": 5, "org_id": row("Organization", 3), "kind": "BUSINESS_LICENSE"}
    yield {"number": 5, "order": 11, "file": 6, "org_id": row("Organization", 2), "kind": ""}
    yield {"number": 1, "order": 1, "file": 1, "city": JIANGMEN}
