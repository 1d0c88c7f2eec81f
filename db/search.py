"""Keeps true what searches go by; whoever changes units or owners calls this in the same transaction."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, Integer, Text, Uuid, cast, delete, func, literal, select, true
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from db.given import among, rows_of
from db.sealing import Sealer
from db.tables.estates import Building, Unit
from db.tables.search import OwnerToken, PlaceToken
from domain.search import EVERYWHERE, characters_of, index_texts

_PLACE_COLUMNS = ("city", "org_id", "estate_id", "building_id", "token", "unit_count", "units")
_OWNER_COLUMNS = ("city", "org_id", "estate_id", "token", "unit_id")

NamedUnit = tuple[UUID, UUID, UUID, str]
"""Organization, estate and unit of an owner, and the owner's name."""


async def index_buildings(session: AsyncSession, city: int, buildings: Collection[UUID]) -> None:
    """Write anew by what the units of these buildings are found."""
    ids = sorted(buildings)
    # Of two who change units of one building the later one reads what the earlier one wrote.
    locked = rows_of("locked", building=(Text(), list(map(str, ids))))
    await session.execute(
        select(func.pg_advisory_xact_lock(func.hashtextextended(locked.c.building, literal(city))))
    )
    await session.execute(
        delete(PlaceToken).where(PlaceToken.city == city, among(PlaceToken.building_id, ids))
    )
    units = select(Unit.building_id, Unit.id, Unit.address, Unit.room_no).order_by(Unit.id)
    found = await session.execute(units.where(Unit.city == city, among(Unit.building_id, ids)))
    texts: dict[UUID, dict[str, Sequence[str]]] = {building: {} for building in ids}
    for building, unit, address, room_no in found:
        texts[building][str(unit)] = (address, room_no)
    for building, own in texts.items():
        await _insert_places(session, city, building, own)


async def _insert_places(
    session: AsyncSession, city: int, building: UUID, texts: Mapping[str, Sequence[str]]
) -> None:
    tokens = index_texts(texts)
    tokens[EVERYWHERE] = list(texts)
    given = rows_of(
        "given",
        token=(Text(), list(tokens)),
        unit_count=(Integer(), [len(texts if own is None else own) for own in tokens.values()]),
        units=(Text(), [None if own is None else _write_array(own) for own in tokens.values()]),
    )
    units = cast(given.c.units, ARRAY(Uuid()))
    owned = (Building.city, Building.org_id, Building.estate_id, Building.id)
    rows = select(*owned, given.c.token, given.c.unit_count, units).join_from(Building, given, true())
    rows = rows.where(Building.city == city, Building.id == building)
    await session.execute(insert(PlaceToken).from_select(_PLACE_COLUMNS, rows))


def _write_array(units: Iterable[str]) -> str:
    """Write ids as PostgreSQL reads an array; arrays of arrays of different lengths cannot be given."""
    return "{" + ",".join(units) + "}"


async def index_owners(session: AsyncSession, city: int, sealer: Sealer, owners: Iterable[NamedUnit]) -> None:
    """Write by what the units of these owners are found; what stands already stays."""
    rows = sorted(set(_owner_rows(city, sealer, owners)))
    if not rows:
        return
    tokens, organizations, estates, units = zip(*rows, strict=True)
    given = rows_of(
        "given",
        org_id=(Uuid(), organizations),
        estate_id=(Uuid(), estates),
        token=(BigInteger(), tokens),
        unit_id=(Uuid(), units),
    )
    new = insert(OwnerToken).from_select(_OWNER_COLUMNS, select(literal(city, Integer()), *given.c))
    await session.execute(new.on_conflict_do_nothing())


async def forget_owners(
    session: AsyncSession, city: int, sealer: Sealer, owners: Iterable[NamedUnit]
) -> None:
    """Take away by what the units of these owners were found, because they own them no more."""
    rows = set(_owner_rows(city, sealer, owners))
    if not rows:
        return
    tokens, organizations, _, units = map(set, zip(*rows, strict=True))
    await session.execute(
        delete(OwnerToken).where(
            OwnerToken.city == city,
            among(OwnerToken.token, sorted(tokens), BigInteger()),
            among(OwnerToken.org_id, sorted(organizations)),
            among(OwnerToken.unit_id, sorted(units)),
        )
    )


def _owner_rows(
    city: int, sealer: Sealer, owners: Iterable[NamedUnit]
) -> Iterator[tuple[int, UUID, UUID, UUID]]:
    known: dict[str, int] = {}
    for organization, estate, unit, name in owners:
        for character in characters_of(name):
            if character not in known:
                known[character] = sealer.token(city, character)
            yield known[character], organization, estate, unit
