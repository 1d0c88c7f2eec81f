"""The rows of the benchmark's world, in the order of their tables: made up, and the same each time."""

import hashlib
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any

from bench.people import (
    BUILDINGS,
    CITY,
    ESTATES,
    FLOORS,
    LOGIN,
    ROOMS,
    UNITS,
    Size,
    ident,
)
from domain.estate import unit_key
from domain.money import due
from domain.orders.new_units import place_key

Row = Mapping[str, Any]
MOMENT = datetime(2026, 11, 1, 1, 0, tzinfo=UTC)
_DAY = date(2026, 11, 1)
_SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗"
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂英华玉"
_STREETS = ("滨江路", "锦绣大道", "迎宾路", "港口二路", "建设三路", "东华一路", "胜利路", "篁庄大道")
_NAMES = ("花园", "名邸", "雅苑", "新城", "水岸", "公馆", "家园", "山庄")
_RATE = 2_000


def organizations(size: Size) -> Iterator[Row]:
    """Give the developers."""
    for number in range(size.organizations):
        yield {
            "city": CITY,
            "id": ident("organization", number),
            "name": f"量程第{number + 1}置业有限公司",
            "uscc": f"91440703MA{number:08d}",
            "legal_representative": _name(number),
            "legal_rep_id_type": "1",
            **_sealed("legal_rep_id", f"L{number}", "440703********0120"),
            "contact_name": _name(number + 7),
            "contact_mobile": "13900000000",
            "registered_address": "示范路1号",
            "status": "ACTIVE",
            "papers_status": "RECEIVED",
            "agreement_version": "1",
            "agreement_accepted_at": MOMENT,
        }


def principals(size: Size) -> Iterator[Row]:
    """Give each developer's administrator."""
    for number in range(size.organizations):
        yield {
            "city": CITY,
            "id": ident("principal", number),
            "kind": "DEVELOPER",
            "org_id": ident("organization", number),
            "name": _name(number + 7),
            "status": "ACTIVE",
            "created_at": MOMENT,
        }


def logins(size: Size, password_hash: str) -> Iterator[Row]:
    """Give the sign-ins; the one who reads has the plain name."""
    for number in range(size.organizations):
        name = LOGIN if number == size.reader else f"{LOGIN}{number}"
        principal = ident("principal", number)
        yield {
            "city": CITY,
            "id": principal,
            "name": name,
            "password_hash": password_hash,
            "changed_at": MOMENT,
        }


def roles(size: Size) -> Iterator[Row]:
    """Give every administrator that role."""
    for number in range(size.organizations):
        principal = ident("principal", number)
        yield {"city": CITY, "id": ident("right", number), "principal_id": principal, "role": "org_admin"}


def grants(size: Size, kinds: list[str]) -> Iterator[Row]:
    """Grant every administrator all estates of its organization."""
    for number in range(size.organizations):
        principal = ident("principal", number)
        own = ident("right", size.organizations + number)
        yield {"city": CITY, "id": own, "principal_id": principal, "estate_id": None, "kinds": kinds}


def estates(size: Size) -> Iterator[Row]:
    """Give the estates, ten a developer."""
    for number in range(size.estates):
        name, address = estate_name(number), estate_address(number)
        yield {
            "city": CITY,
            "id": ident("estate", number),
            "org_id": ident("organization", number // ESTATES),
            "code": f"JMES{number:06d}",
            "name": name,
            "name_key": place_key(name),
            "address": address,
            "address_key": place_key(address),
            "district": "440703",
            "property_company": "示范物业服务有限公司",
            "route": "TEMPLATE",
            "bank": "JM01",
        }


def estate_name(number: int) -> str:
    """Name an estate."""
    return f"{_STREETS[number % len(_STREETS)][:2]}{_NAMES[number // 8 % len(_NAMES)]}{number + 1}期"


def estate_address(number: int) -> str:
    """Say where an estate is."""
    return f"蓬江区{_STREETS[number % len(_STREETS)]}{number + 1}号"


def buildings(size: Size) -> Iterator[Row]:
    """Give the buildings, ten an estate."""
    for number in range(size.buildings):
        estate, place = divmod(number, BUILDINGS)
        name = f"{place + 1}栋"
        yield {
            "city": CITY,
            "id": ident("building", number),
            "org_id": ident("organization", estate // ESTATES),
            "estate_id": ident("estate", estate),
            "code": f"JMBU{number:06d}",
            "name": name,
            "name_key": place_key(name),
            "position": place + 1,
            "completed_ym": "202406",
            "floors_above": FLOORS,
            "status": "ACTIVE",
        }


def units(size: Size) -> Iterator[Row]:
    """Give the units: sixty a building, two sections of ten floors of three rooms."""
    for number in range(size.units):
        building, place = divmod(number, UNITS)
        estate = building // BUILDINGS
        section, floor, room_no = _place(place)
        yield {
            "city": CITY,
            "id": ident("unit", number),
            "org_id": ident("organization", estate // ESTATES),
            "estate_id": ident("estate", estate),
            "building_id": ident("building", building),
            "code": f"JMUN{number:08d}",
            "section": section,
            "floor": floor,
            "room_no": room_no,
            "place_key": unit_key("", section, floor, room_no),
            "address": f"{estate_address(estate)}{building % BUILDINGS + 1}栋{section}{room_no}",
            "usage": "10",
            "category": "RESIDENTIAL",
            "gross_area": _area(number),
            "net_area": _area(number) * 4 // 5,
            "has_lift": True,
            "sale_status": ("UNSOLD", "SIGNED", "FILED", "DELIVERED")[number % 4],
            "deposit_point": _DAY,
            "contract_no": f"HT{number:08d}" if number % 3 else None,
            "status": "ACTIVE",
        }


def _place(place: int) -> tuple[str, int, str]:
    section, rest = divmod(place, FLOORS * ROOMS)
    floor, door = divmod(rest, ROOMS)
    return f"{section + 1}单元", floor + 1, f"{floor + 1}{door + 1:02d}"


def _area(number: int) -> int:
    return 700_000 + number * 7919 % 600_000 // 50 * 50


def accounts(size: Size) -> Iterator[Row]:
    """Give an account for every unit, with nothing paid yet."""
    for number in range(size.units):
        estate = number // (UNITS * BUILDINGS)
        yield {
            "city": CITY,
            "id": ident("account", number),
            "org_id": ident("organization", estate // ESTATES),
            "kind": "UNIT",
            "account_no": f"JMUA{number:08d}",
            "bank": "JM01",
            "estate_id": ident("estate", estate),
            "unit_id": ident("unit", number),
            "holder": "OWNER",
            "due": due(_area(number), _RATE),
            "rate": _RATE,
            "status": "OPEN",
            "opened_at": MOMENT,
        }


def owners(size: Size) -> Iterator[Row]:
    """Give the owners: two for every fourth unit, one for each of the others."""
    made = 0
    for number in range(size.units):
        estate = number // (UNITS * BUILDINGS)
        for position in (1, 2) if number % 4 == 0 else (1,):
            masked = f"440703********{made % 10000:04d}"
            yield {
                "city": CITY,
                "id": ident("owner", made),
                "org_id": ident("organization", estate // ESTATES),
                "estate_id": ident("estate", estate),
                "unit_id": ident("unit", number),
                "position": position,
                "name": _name(made),
                "id_type": "1",
                **_sealed("id_number", f"I{made}", masked),
                **_sealed("mobile", f"M{made}", f"139****{made % 10000:04d}"),
                "share": "50%" if number % 4 == 0 else None,
                "source": "ORDER",
                "reviewed": True,
            }
            made += 1


def _name(number: int) -> str:
    second = _GIVEN[number // len(_SURNAMES) % len(_GIVEN)]
    return _SURNAMES[number % len(_SURNAMES)] + second + _GIVEN[number * 7 % len(_GIVEN)]


def _sealed(prefix: str, seed: str, masked: str) -> Row:
    """Look like a sealed number: of its length, but nothing is sealed in it."""
    digest = hashlib.sha256(seed.encode()).hexdigest()
    return {f"{prefix}_cipher": f"k1:{digest}", f"{prefix}_masked": masked, f"{prefix}_blind": digest}
