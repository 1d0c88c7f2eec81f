"""What a search finds: rows in whose texts it stands, and units that somebody of such a name owns.

Tokens name the units that may be meant, and their texts are then compared: `docs/adr/0008`.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Select,
    Text,
    Uuid,
    and_,
    any_,
    collate,
    column,
    false,
    func,
    literal,
    or_,
    select,
    union_all,
)

from db.kept import Condition, Kept, Template, write_template
from db.scope import Given, Scope, as_value
from db.tables.estates import Owner, Unit
from db.tables.search import OwnerToken, PlaceToken
from domain.identity import fold
from domain.refusal import BadUserInput
from domain.search import EVERYWHERE, characters_of, probes_of
from resolvers.asker import Asker
from resolvers.past import rows_at

_MAX_SEARCH = 50
# Small letters by this rule are the same on every server, whatever its language; as `domain.search` has them.
_LETTERS = "pg_c_utf8"


def read_part(text: str | None) -> str:
    """Fold what is searched for; empty for no search at all.

    Raises:
        BadUserInput: It is longer than a search may be.
    """
    part = fold(text or "")
    if len(part) > _MAX_SEARCH:
        raise BadUserInput("search")
    return part


def search_in(text: str | None, *columns: Any) -> list[Condition]:  # noqa: ANN401 - SQLAlchemy's columns
    """Write "one of these contains this text"; for tables that are small within anybody's scope.

    Raises:
        BadUserInput: The text is longer than a search may be.
    """
    part = read_part(text)
    return [or_(*(_holds(own, as_value("part", part, Text())) for own in columns))] if part else []


def search_units(text: str | None, asker: Asker) -> list[Condition]:
    """Write "the address, the room number or, for who may see them, an owner's name contains this text".

    Raises:
        BadUserInput: The text is longer than a search may be.
    """
    part = read_part(text)
    if not part:
        return []
    if asker.units is None:
        return [false()]
    if asker.moment is not None:
        return [_found_then(part, asker)]
    return [Kept(_template(asker.units, asker.owners), _values(part, asker, asker.units))]


_TEMPLATES: dict[tuple[Any, ...], Template] = {}
"""One for each shape of what an asker may see, of which there are a handful."""


def _template(units: Scope, owners: Scope | None) -> Template:
    key = units.shape, owners and owners.shape
    if key not in _TEMPLATES:
        _TEMPLATES[key] = write_template(lambda given: _found(units, owners, given))
    return _TEMPLATES[key]


_LIMITS = ("city", "organization", "bank", "principal", "allowed", "denied")


def _values(part: str, asker: Asker, units: Scope) -> Mapping[str, Any]:
    values = {f"unit_{name}": units.value(name) for name in _LIMITS}
    if asker.owners is not None:
        values |= {f"owner_{name}": asker.owners.value(name) for name in _LIMITS}
        values["hashes"] = [asker.sealer.token(asker.city, character) for character in characters_of(part)]
    return {**values, "part": part, "probes": probes_of(part), "everywhere": EVERYWHERE}


def _found(units: Scope, owners: Scope | None, given: Given) -> ColumnElement[bool]:
    part = given("part", None, Text())
    standing = or_(_holds(Unit.address, part), _holds(Unit.room_no, part))
    places = _units_of_places(units, given)
    if owners is None:
        return and_(_is_one_of(places), standing)
    owned = _units_of_owners(owners, given)
    return and_(_is_one_of(union_all(places, owned)), or_(standing, Unit.id.in_(owned)))


def _is_one_of(units: Any) -> ColumnElement[bool]:  # noqa: ANN401 - a select of ids
    """Write the condition so that an index gives the rows in the order of their ids, as far as wanted."""
    return Unit.id == any_(func.array(units.scalar_subquery(), type_=ARRAY(Uuid())))


def _units_of_places(scope: Scope, given: Given) -> Select[Any]:
    """Write which units have the rarest of the part's runs in their texts."""
    limits = _prefixed("unit", given)
    probes = func.unnest(given("probes", None, ARRAY(Text())))
    runs = probes.table_valued(column("run", Text())).render_derived("runs")
    count = select(func.coalesce(func.sum(PlaceToken.unit_count), 0))
    counted = count.where(scope.clause(PlaceToken, given=limits), PlaceToken.token == runs.c.run)
    order = counted.correlate(runs).scalar_subquery()
    rarest = select(runs.c.run).order_by(order).limit(1).scalar_subquery()
    every = PlaceToken.__table__.alias("every")
    same = and_(
        scope.clause(PlaceToken, every, limits),
        every.c.org_id == PlaceToken.org_id,
        every.c.building_id == PlaceToken.building_id,
        every.c.token == given("everywhere", EVERYWHERE, Text()),
    )
    units = select(func.unnest(func.coalesce(PlaceToken.units, every.c.units), type_=Uuid()))
    found = units.join_from(PlaceToken, every, same)
    found = found.where(scope.clause(PlaceToken, given=limits), PlaceToken.token == rarest)
    # Ids are time-ordered, and so nearly sorted where buildings are: the index's own sorting has less to do.
    return found.order_by(PlaceToken.building_id)


def _units_of_owners(scope: Scope, given: Given) -> Select[Any]:
    """Write which units somebody owns in whose name the part stands."""
    limits = _prefixed("owner", given)
    hashes = given("hashes", None, ARRAY(BigInteger()))
    having_all = (
        select(OwnerToken.unit_id)
        .where(scope.clause(OwnerToken, given=limits), OwnerToken.token == any_(hashes))
        .group_by(OwnerToken.unit_id)
        .having(func.count() == func.cardinality(hashes))
        .scalar_subquery()
    )
    return select(Owner.unit_id).where(
        scope.clause(Owner, given=limits),
        Owner.unit_id == any_(func.array(having_all, type_=ARRAY(Uuid()))),
        _holds(Owner.name, given("part", None, Text())),
    )


def _found_then(part: str, asker: Asker) -> ColumnElement[bool]:
    """Write the same of units as they were: tokens name what is there now, so every text is looked at."""
    held = literal(part, Text())
    standing = or_(_holds(Unit.address, held), _holds(Unit.room_no, held))
    if asker.owners is None:
        return standing
    owners = rows_at(Owner, asker.moment)
    limits = asker.owners.clause(Owner, owners.rows)
    owned = select(owners.columns["unit_id"]).where(limits, _holds(owners.columns["name"], held))
    return or_(standing, Unit.id.in_(owned))


def _prefixed(whose: str, given: Given) -> Given:
    """Keep the limits of two scopes apart."""
    return lambda name, value, kind: given(f"{whose}_{name}", value, kind)


def _holds(text: Any, part: Any) -> ColumnElement[bool]:  # noqa: ANN401 - SQLAlchemy's expressions
    """Write "this part stands in the text", whatever the case of its letters."""
    return func.strpos(_small(text), _small(part)) > 0


def _small(text: Any) -> Any:  # noqa: ANN401 - SQLAlchemy's expressions
    return func.lower(collate(text, _LETTERS))
