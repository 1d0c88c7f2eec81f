"""What searches go by: which short runs of characters stand in the texts of which units, matched by equality.

Row-level security leaves an index usable for equality alone; patterns such as LIKE are tried row by row.
No reference is declared: a row stands only while the unit's own one does, which is compared afterwards.
"""

from typing import ClassVar
from uuid import UUID

from sqlalchemy import BigInteger, Integer, PrimaryKeyConstraint, Text, Uuid
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Access, Base, Pool, index


class PlaceToken(Base):
    """A run of up to three characters in the addresses and room numbers of a building's units.

    `units` are those in which it stands, null if it stands in all of the building's; all of them are those
    of the empty run.
    """

    __tablename__ = "place_token"
    access: ClassVar[Access] = {Pool.DEVELOPER: "S", Pool.OFFICE: "SID", Pool.WORKER: "SID"}
    __table_args__ = (
        PrimaryKeyConstraint(
            "city",
            "token",
            "org_id",
            "building_id",
            name="place_token_pkey",
            postgresql_include=["unit_count"],
        ),
        index("place_token_building_ix", "city", "building_id"),
    )

    city: Mapped[int] = mapped_column(Integer)
    org_id: Mapped[UUID]
    estate_id: Mapped[UUID]
    building_id: Mapped[UUID]
    token: Mapped[str] = mapped_column(Text(collation="C"))
    unit_count: Mapped[int] = mapped_column(Integer)
    units: Mapped[list[UUID] | None] = mapped_column(ARRAY(Uuid()))


class OwnerToken(Base):
    """A character in the name of a unit's owner, as a hash under the installation's key."""

    __tablename__ = "owner_token"
    access: ClassVar[Access] = {Pool.DEVELOPER: "SID", Pool.OFFICE: "SID", Pool.WORKER: "SID"}
    __table_args__ = (PrimaryKeyConstraint("city", "token", "org_id", "unit_id", name="owner_token_pkey"),)

    city: Mapped[int] = mapped_column(Integer)
    org_id: Mapped[UUID]
    estate_id: Mapped[UUID]
    token: Mapped[int] = mapped_column(BigInteger)
    unit_id: Mapped[UUID]
