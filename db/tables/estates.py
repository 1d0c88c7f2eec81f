"""The graph of what is built: estates (物业区域), buildings (楼幢), units (房屋) and their owners (业主)."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, Computed, Integer, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Access, Base, Owned, Pool, index, refers, unique
from db.sorting import natural

# Orders change these rows when the office approves; a notice may set owners while nothing is paid (R-OWN-2).
# A bank sees notices and payments, and nothing of what is built or who owns it.
_GRAPH: Access = {Pool.DEVELOPER: "S", Pool.OFFICE: "SIUD", Pool.WORKER: "S"}
_OWNERS: Access = {Pool.DEVELOPER: "SID", Pool.OFFICE: "SIUD", Pool.WORKER: "S"}


class Estate(Owned, Base):
    """A property area: the accounting unit of the fund [165-10]."""

    __tablename__ = "estate"
    history = True
    # A developer's own change of an estate is completed by saving it [L 2.8][J 1.3.2].
    access: ClassVar[Access] = {
        **_GRAPH,
        Pool.DEVELOPER: (
            "SU(name,name_key,address,address_key,district,property_company,project_name,"
            "presale_permit_no,total_land_area,started_on,completed_on,version)"
        ),
    }
    __table_args__ = (
        refers("organization", "org_id"),
        unique("code"),
        unique("name_key", "address_key"),
        index("estate_org_ix", "city", "org_id", "id"),
    )

    code: Mapped[str]
    name: Mapped[str]
    name_key: Mapped[str]
    address: Mapped[str]
    address_key: Mapped[str]
    district: Mapped[str]
    property_company: Mapped[str | None]
    project_name: Mapped[str | None]
    presale_permit_no: Mapped[str | None]
    total_land_area: Mapped[int | None]
    started_on: Mapped[date | None]
    completed_on: Mapped[date | None]
    route: Mapped[str]
    bank: Mapped[str]
    version: Mapped[int] = mapped_column(server_default=text("1"))


class Building(Owned, Base):
    """A building of an estate; its name is unique there (R-EST-2)."""

    __tablename__ = "building"
    history = True
    access = _GRAPH
    __table_args__ = (
        refers("estate"),
        unique("code"),
        index("building_estate_ix", "city", "estate_id", "id"),
        index(
            "building_name_key",
            "city",
            "estate_id",
            "name_key",
            unique=True,
            postgresql_where=text("status = 'ACTIVE'"),
        ),
    )

    estate_id: Mapped[UUID]
    code: Mapped[str]
    name: Mapped[str]
    name_key: Mapped[str]
    position: Mapped[int]
    completed_ym: Mapped[str | None]
    structure: Mapped[str | None]
    floors_above: Mapped[int | None]
    status: Mapped[str]
    version: Mapped[int] = mapped_column(server_default=text("1"))


class Unit(Owned, Base):
    """A housing unit (分户): where it is, what it is, and how large."""

    __tablename__ = "unit"
    history = True
    # A notice printed without a contract number marks its unit for manual filing (人工备案); contracts are
    # bound by submitting them, without the office [J 1.3.9].
    access: ClassVar[Access] = {
        **_GRAPH,
        Pool.DEVELOPER: "SU(manual_filing,contract_no,external_id,version)",
    }
    __table_args__ = (
        refers("estate"),
        refers("building"),
        unique("code"),
        CheckConstraint("gross_area > 0", "gross_area"),
        CheckConstraint("net_area is null or net_area between 1 and gross_area", "net_area"),
        CheckConstraint("floor <> 0", "floor"),
        CheckConstraint("status in ('ACTIVE', 'SPLIT', 'MERGED', 'CANCELLED')", "status"),
        index("unit_org_ix", "city", "org_id", "id"),
        index("unit_estate_ix", "city", "estate_id", "id"),
        # The building table is read in the order of this index.
        index(
            "unit_table_ix",
            "city",
            "building_id",
            "section_key",
            "section",
            text("floor desc"),
            "room_key",
            "id",
        ),
        index(
            "unit_place_key",
            "city",
            "building_id",
            "place_key",
            unique=True,
            postgresql_where=text("status = 'ACTIVE'"),
        ),
        index(
            "unit_contract_key",
            "city",
            "contract_no",
            unique=True,
            postgresql_where=text("contract_no is not null and status = 'ACTIVE'"),
        ),
        # R-EST-5: a unit of the transaction system opens one account, ever.
        index(
            "unit_external_key",
            "city",
            "external_id",
            unique=True,
            postgresql_where=text("external_id is not null"),
        ),
    )

    estate_id: Mapped[UUID]
    building_id: Mapped[UUID]
    code: Mapped[str]
    section: Mapped[str]
    section_key: Mapped[str] = mapped_column(Computed(natural("section"), persisted=True))
    floor: Mapped[int]
    room_no: Mapped[str]
    room_key: Mapped[str] = mapped_column(Computed(natural("room_no"), persisted=True))
    place_key: Mapped[str]
    address: Mapped[str]
    usage: Mapped[str]
    category: Mapped[str]
    gross_area: Mapped[int]
    net_area: Mapped[int | None]
    has_lift: Mapped[bool]
    sale_status: Mapped[str | None]
    deposit_point: Mapped[date]
    contract_no: Mapped[str | None]
    manual_filing: Mapped[bool] = mapped_column(server_default=text("false"))
    external_id: Mapped[str | None]
    remark: Mapped[str | None]
    predecessor_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid()), server_default=text("'{}'"))
    successor_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid()), server_default=text("'{}'"))
    status: Mapped[str]
    version: Mapped[int] = mapped_column(server_default=text("1"))


class Owner(Owned, Base):
    """One owner of a unit; personal numbers are ciphertext, masked text and blind index."""

    __tablename__ = "owner"
    history = True
    access = _OWNERS
    __table_args__ = (
        refers("estate"),
        refers("unit"),
        unique("unit_id", "id_number_blind"),
        index("owner_number_ix", "city", "id_number_blind"),
        index("owner_estate_ix", "city", "estate_id", "id"),
        index("owner_unit_ix", "city", "unit_id", "position", "id"),
    )

    estate_id: Mapped[UUID]
    unit_id: Mapped[UUID]
    position: Mapped[int] = mapped_column(Integer)
    name: Mapped[str]
    id_type: Mapped[str]
    id_number_cipher: Mapped[str]
    id_number_masked: Mapped[str]
    id_number_blind: Mapped[str]
    mobile_cipher: Mapped[str]
    mobile_masked: Mapped[str]
    mobile_blind: Mapped[str]
    share: Mapped[str | None]
    source: Mapped[str]
    reviewed: Mapped[bool]
