"""What is built: organizations, estates, buildings, units and owners, of two cities with the same row ids."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from db.base import Base
from db.tables.estates import Building, Estate, Owner, Unit
from db.tables.organizations import Organization
from tests.answers.world.hard import CONTROL, FAR, INJECTION, LONG, NOON, QUOTES, fill
from tests.answers.world.names import JIANGMEN, LUZHOU, YUNMENG, row

_MINE, _BESIDE = row("Organization", 1), row("Organization", 2)


def place_rows() -> Iterator[tuple[type[Base], list[dict[str, Any]]]]:
    """Give the rows of what is built."""
    yield Organization, fill(ORGANIZATION, _organizations())
    yield Estate, [estate(**one) for one in _estates()]
    yield Building, [building(**one) for one in _buildings()]
    yield Unit, [unit(**one) for one in (*_units(), *_replaced_units(), *_many_units(), *_foreign_units())]
    yield Owner, [owner(**one) for one in _owners()]


ORGANIZATION = {
    "city": LUZHOU,
    "name": "示范置业有限公司",
    "uscc": "91510500MA6200T12B",
    "org_code": None,
    "legal_representative": "喆䶮",
    "legal_rep_id_type": "1",
    "legal_rep_id_cipher": "k1:x",
    "legal_rep_id_masked": "5105**********0120",
    "legal_rep_id_blind": "blind",
    "contact_name": "王小明",
    "contact_mobile": "13800138000",
    "phone": None,
    "registered_address": "滨江路一段1号",
    "office_address": None,
    "qualification_no": None,
    "status": "ACTIVE",
    "papers_status": "RECEIVED",
    "papers_received_on": None,
    "agreement_version": "2026-01",
    "agreement_accepted_at": NOON,
    "version": 1,
}


def _organizations() -> Iterator[dict[str, Any]]:
    yield {
        "id": _MINE,
        "name": '川江"置业"\\有限公司',
        "org_code": "",
        "contact_name": CONTROL,
        "phone": "0830-1234567",
        "office_address": FAR,
        "qualification_no": QUOTES,
        "papers_received_on": date(2026, 1, 2),
        "version": 2147483647,
    }
    yield {
        "id": _BESIDE,
        "name": INJECTION,
        "uscc": "914407007321002770",
        "contact_mobile": "+85291234567",
        "status": "PROVISIONAL",
        "papers_status": "PENDING",
    }
    yield {
        "id": row("Organization", 3),
        "uscc": "91440703MA4W7K2P3E",
        "contact_mobile": "",
        "status": "PENDING_REVIEW",
        "papers_status": "PENDING",
    }
    # A refused registration frees its code; this number is no mobile number, and long characters are masked.
    yield {"id": row("Organization", 4), "name": LONG, "contact_mobile": "𠮷1234567", "status": "REJECTED"}
    yield {"id": _MINE, "city": JIANGMEN, "name": "江门置业", "contact_mobile": "１３８００１３８０００"}
    yield {"id": _MINE, "city": YUNMENG, "name": "走样置业"}


def estate(number: int, org: int = 1, city: int = LUZHOU, **more: Any) -> dict[str, Any]:
    """Give an estate."""
    plain = {
        "city": city,
        "id": row("Estate", number),
        "org_id": row("Organization", org),
        "code": f"E{number}",
        "name": "江畔花园",
        "name_key": f"name {number}",
        "address": "滨江路一段1号",
        "address_key": f"address {number}",
        "district": "510502",
        "property_company": None,
        "project_name": None,
        "presale_permit_no": None,
        "total_land_area": None,
        "started_on": None,
        "completed_on": None,
        "route": "TEMPLATE",
        "bank": "LZ01",
        "version": 1,
    }
    return {**plain, **more}


def _estates() -> Iterator[dict[str, Any]]:
    yield {
        "number": 1,
        "property_company": QUOTES,
        "project_name": CONTROL,
        "presale_permit_no": "预售 2026-001",
        "total_land_area": 123456789,
        "started_on": date(2020, 2, 29),
        "completed_on": date(9999, 12, 31),
        "version": 7,
    }
    yield {"number": 2, "name": FAR, "district": "999999", "bank": "LZ02", "total_land_area": 0}
    yield {"number": 3, "org": 2, "bank": "LZ01", "project_name": ""}
    yield {
        "number": 4,
        "name": "",
        "address": LONG,
        "total_land_area": 999_999_999_999,
        "started_on": date(1, 1, 1),
    }
    yield {"number": 1, "city": JIANGMEN, "district": "440703", "bank": "JM01", "project_name": "江门的"}
    yield {"number": 1, "city": YUNMENG, "district": "990101", "bank": "YM01"}


def building(number: int, estate: int = 1, org: int = 1, city: int = LUZHOU, **more: Any) -> dict[str, Any]:
    """Give a building."""
    plain = {
        "city": city,
        "id": row("Building", number),
        "org_id": row("Organization", org),
        "estate_id": row("Estate", estate),
        "code": f"B{number}",
        "name": f"{number}栋",
        "name_key": f"{number}栋",
        "position": 1,
        "completed_ym": None,
        "structure": None,
        "floors_above": None,
        "status": "ACTIVE",
        "version": 1,
    }
    return {**plain, **more}


def _buildings() -> Iterator[dict[str, Any]]:
    yield {"number": 1, "completed_ym": "201409", "structure": "3", "floors_above": 33, "version": 3}
    yield {"number": 2, "name": QUOTES}
    yield {"number": 3, "name": "地下室", "position": 0, "structure": "Z9", "floors_above": 0}
    yield {"number": 4, "position": -1, "status": "CANCELLED", "structure": ""}
    yield {"number": 5, "estate": 4, "name": ""}
    yield {"number": 6, "estate": 3, "org": 2, "structure": "1", "completed_ym": ""}
    yield {"number": 1, "city": JIANGMEN, "structure": "4"}
    yield {"number": 1, "city": YUNMENG}


def unit(
    number: int, building: int = 1, estate: int = 1, org: int = 1, city: int = LUZHOU, **more: Any
) -> dict[str, Any]:
    """Give a unit."""
    plain = {
        "city": city,
        "id": row("Unit", number),
        "org_id": row("Organization", org),
        "estate_id": row("Estate", estate),
        "building_id": row("Building", building),
        "code": f"U{number}",
        "section": "",
        "floor": 1,
        "room_no": str(number),
        "place_key": f"place {number}",
        "address": f"滨江路一段1号{number}",
        "usage": "10",
        "category": "RESIDENTIAL",
        "gross_area": 883500,
        "net_area": None,
        "has_lift": True,
        "sale_status": None,
        "deposit_point": date(2026, 1, 2),
        "contract_no": None,
        "manual_filing": False,
        "external_id": None,
        "remark": None,
        "predecessor_ids": list[Any](),
        "successor_ids": list[Any](),
        "status": "ACTIVE",
        "version": 1,
    }
    return {**plain, **more}


_MERGED: dict[str, Any] = {"predecessor_ids": [row("Unit", 16), row("Unit", 15)]}


def _units() -> Iterator[dict[str, Any]]:
    """Give the first estate's units; the first building has sections that only look alike."""
    yield {
        "number": 1,
        "section": "2单元",
        "floor": 3,
        "room_no": "301",
        "net_area": 750001,
        "sale_status": "SIGNED",
        "contract_no": "HT-2026-0001",
        "manual_filing": True,
        "remark": QUOTES,
        "version": 5,
        "predecessor_ids": [row("Unit", 15)],
    }
    yield {"number": 2, "section": "10单元", "floor": 12, "room_no": "1201", "gross_area": 333335, **_MERGED}
    yield {"number": 3, "section": "2单元", "floor": -1, "room_no": "B1", "has_lift": False}
    # 1 and 01 count alike and are two sections all the same.
    yield {"number": 4, "section": "1", "floor": 5, "room_no": "501", "sale_status": "LOST"}
    yield {"number": 5, "section": "01", "floor": 4, "room_no": "401", "remark": ""}
    yield {"number": 6, "section": "1", "floor": 3, "room_no": "0301", "remark": CONTROL}
    yield {"number": 7, "section": "01", "floor": 3, "room_no": "301", "remark": FAR}
    yield {"number": 8, "floor": 2, "room_no": "1234567890123", "gross_area": 1, "net_area": 1}
    yield {"number": 9, "floor": 2, "room_no": "2234567890122", "gross_area": 10000}
    yield {"number": 10, "floor": 2, "room_no": "A-10", "usage": "31", "category": "NON_RESIDENTIAL"}
    yield {"number": 11, "floor": 2, "room_no": "A-9", "address": "百分之50%_\\路", "has_lift": False}
    yield {"number": 12, "floor": 2, "room_no": "a-9", "address": LONG, "usage": "no such code"}
    yield {
        "number": 13,
        "building": 3,
        "floor": -2147483648,
        "room_no": "𠮷㐂",
        "usage": "P1",
        "category": "PARKING",
        "gross_area": 999_999_999_999,
        "deposit_point": date(9999, 12, 31),
    }
    yield {"number": 14, "building": 3, "floor": -1, "room_no": "", "usage": "84", "category": "EXEMPT"}
    yield {"number": 17, "building": 4, "floor": 1, "status": "CANCELLED", "remark": "整栋已注销"}
    yield {"number": 18, "building": 4, "floor": 2147483647}


def _replaced_units() -> Iterator[dict[str, Any]]:
    """Give units that others came of; one of their successors is the neighbour's, whom not everybody sees."""
    split: dict[str, Any] = {
        "status": "SPLIT",
        "successor_ids": [row("Unit", number) for number in (2, 1, 30)],
    }
    yield {"number": 15, "floor": 1, "deposit_point": date(1, 1, 1), **split}
    yield {"number": 16, "floor": 1, "status": "MERGED", "successor_ids": [row("Unit", 2)]}


def _many_units() -> Iterator[dict[str, Any]]:
    """Give the neighbour 25 units, five a floor, on more than one page."""
    for place in range(25):
        floor, room = divmod(place, 5)
        yield {
            "number": 30 + place,
            "building": 6,
            "estate": 3,
            "org": 2,
            "section": f"{place % 2 + 1}单元",
            "floor": floor + 1,
            "room_no": f"{floor + 1}0{room + 1}",
            "gross_area": 500000 + place * 3333,
            "has_lift": place % 3 == 0,
        }


def _foreign_units() -> Iterator[dict[str, Any]]:
    yield {"number": 1, "city": JIANGMEN, "section": "江门单元", "contract_no": "HT-2026-0001"}
    # No city has such a category of rates: what the graph cannot say is a bug of ours.
    yield {"number": 1, "city": YUNMENG, "category": "CASTLE"}
    yield {"number": 2, "city": YUNMENG, "usage": "P3", "category": "PARKING"}


def owner(
    number: int, unit: int, estate: int = 1, org: int = 1, city: int = LUZHOU, **more: Any
) -> dict[str, Any]:
    """Give an owner of a unit."""
    plain = {
        "city": city,
        "id": row("Owner", number),
        "org_id": row("Organization", org),
        "estate_id": row("Estate", estate),
        "unit_id": row("Unit", unit),
        "position": 1,
        "name": "张三",
        "id_type": "1",
        "id_number_cipher": "k1:x",
        "id_number_masked": "5105**********0120",
        "id_number_blind": f"blind {number}",
        "mobile_cipher": "k1:x",
        "mobile_masked": "138****8000",
        "mobile_blind": "blind",
        "share": None,
        "source": "ORDER",
        "reviewed": True,
    }
    return {**plain, **more}


def _owners() -> Iterator[dict[str, Any]]:
    yield {"number": 1, "unit": 1, "position": 2, "name": 'O\'Brien "Bob" \\', "share": "33.33%"}
    yield {"number": 2, "unit": 1, "name": "𠮷田㐂", "id_type": "3", "id_number_masked": "E0*****00"}
    yield {"number": 3, "unit": 1, "name": "欧阳·买买提", "share": "", "reviewed": False}
    yield {"number": 4, "unit": 2, "name": CONTROL, "id_type": "unknown"}
    yield {"number": 5, "unit": 13, "name": FAR, "mobile_masked": "+85******567"}
    yield {"number": 6, "unit": 17, "name": ""}
    yield {"number": 7, "unit": 30, "estate": 3, "org": 2, "name": "邻居"}
    yield {"number": 8, "unit": 31, "estate": 3, "org": 2, "name": "张三"}
    yield {"number": 1, "unit": 1, "city": JIANGMEN, "name": "江门业主"}
    yield {"number": 1, "unit": 2, "city": YUNMENG}
