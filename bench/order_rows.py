"""The drafts whose lines are written over and over, and the lines, as stored and as typed."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any
from uuid import UUID

import msgspec

from bench.people import CITY, DRAFTS, Size, ident
from bench.rows import MOMENT, Row
from domain.area import format_area
from domain.orders.estate_collection import EstateCollection
from domain.unit import UnitContent


def drafts(size: Size) -> Iterator[Row]:
    """Give the reading developer's drafts."""
    for number in range(DRAFTS):
        content = msgspec.to_builtins(EstateCollection(name=f"量程{number}期", address=f"量程路{number}号"))
        yield {
            "city": CITY,
            "id": draft(number),
            "org_id": ident("organization", size.reader),
            "order_no": f"JMEC20261101{number:05d}",
            "kind": "ESTATE_COLLECTION",
            "route": "TEMPLATE",
            "status": "DRAFT",
            "content": content,
            "rules": {},
            "created_by": ident("principal", size.reader),
            "created_at": MOMENT,
            "building_count": 0,
            "unit_count": 0,
            "gross_area": 0,
            "due": 0,
        }


def draft(number: int) -> UUID:
    """Give the id of a draft."""
    return ident("order", number)


def stored_line(number: int) -> Row:
    """Give a line as its JSON column holds it."""
    floor, door = divmod(number, 4)
    room = f"{floor + 1}{door + 1:02d}"
    content = UnitContent(
        building="1栋",
        section="1单元",
        floor=floor + 1,
        room_no=room,
        address=f"量程路1号1栋1单元{room}",
        usage="10",
        gross_area=883_500 + number * 100,
        has_lift=True,
    )
    return asdict(content)


def typed_line(line: Mapping[str, Any]) -> Row:
    """Give a stored line as a person types it."""
    return {
        "building": line["building"],
        "section": line["section"],
        "floor": str(line["floor"]),
        "roomNo": line["room_no"],
        "address": line["address"],
        "usage": line["usage"],
        "grossArea": format_area(line["gross_area"]),
        "hasLift": "有",
    }
