"""What a simulated transaction system keeps and says, in the words that go over the line."""

from typing import Any, TypeAlias

import msgspec

Json: TypeAlias = Any
"""A value of JSON, before it is written out."""


class Record(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A row as it is written on the line: names in camelCase, whatever stands in it kept as text."""


class Developer(Record, frozen=True, kw_only=True):
    """A developer enterprise as the transaction system knows it."""

    uscc: str
    name: str


class Building(Record, frozen=True, kw_only=True):
    """A building of a project (项目栋)."""

    id: str
    name: str
    units: int


class Project(Record, frozen=True, kw_only=True):
    """A development project (项目)."""

    id: str
    name: str
    address: str
    developer: Developer
    presale_permit_no: str | None = None
    buildings: tuple[Building, ...] = ()


class Unit(Record, frozen=True, kw_only=True):
    """A unit as that system writes it; nothing promises that it can be read as more than text."""

    id: str
    building: str
    building_name: str | None = None
    section: str | None = None
    floor: str | None = None
    room_no: str | None = None
    address: str | None = None
    usage: str | None = None
    gross_area: str | None = None
    net_area: str | None = None
    has_lift: str | None = None
    completed_ym: str | None = None
    structure: str | None = None
    floors_above: str | None = None
    sale_status: str | None = None
    contract_no: str | None = None


class Buyer(Record, frozen=True, kw_only=True):
    """A buyer of a sale contract; the type of the document by its code in the national list."""

    name: str
    id_type: str
    id_number: str


class Contract(Record, frozen=True, kw_only=True):
    """A sale contract (商品房买卖合同), in force or void."""

    contract_no: str
    unit_id: str | None = None
    status: str = "IN_FORCE"
    buyers: tuple[Buyer, ...] = ()


class Listing(Record, frozen=True, kw_only=True):
    """A project with its units, as it is put into a city."""

    project: Project
    units: tuple[Unit, ...] = ()


class Deposit(Record, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the product tells of a unit's deposit (交存信息); all of it has to be there."""

    unit_code: str
    unit_id: str | None
    contract_no: str | None
    estate: str
    building: str
    section: str | None
    floor: int | str | None
    room_no: str
    address: str
    status: str
    gross_area: str
    due: str
    paid: str
    balance: str
    cause: str
    cause_no: str | None
    seq: int
    at: str


class Heard(msgspec.Struct, kw_only=True, rename="camel"):
    """A deposit that a system was told of.

    Attributes:
        key: The idempotency key under which it came.
        message: What was told.
        times: How often it came under that key; it counts once.
        late: Whether something newer of the same unit had been heard before.
    """

    key: str
    message: Deposit
    times: int = 1
    late: bool = False


class Asked(Record, frozen=True, kw_only=True):
    """A request as a system saw it.

    Attributes:
        question: What was asked: `projects`, `units`, `contracts` or `deposits`.
        fault: The fault that met it, if one did.
    """

    question: str
    path: str
    fault: str | None
    status: int


def encode(record: object) -> Json:
    """Give a record as plain values, as they are written out."""
    return msgspec.to_builtins(record)
