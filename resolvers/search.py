"""What a search finds: rows in whose texts it stands, and units that somebody of such a name owns.

Tokens name the units that may be meant, and their texts are then compared: `docs/adr/0008`.
"""

from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Integer,
    Select,
    Text,
    Uuid,
    and_,
    any_,
    collate,
    false,
    func,
    literal,
    or_,
    select,
    union_all,
)

from db.given import array_of, rows_of
from db.scope import Scope
from db.tables.estates import Owner, Unit
from db.tables.search import OwnerToken, PlaceToken
from domain.identity import fold
from domain.refusal import BadUserInput
from domain.search import EVERYWHERE, characters_of, probes_of
from resolvers.asker import Asker

_MAX_SEARCH = 50
# Small letters by this rule are the same on every server, whatever its language; as `domain.search` has them.
_LETTERS = "pg_c_utf8"

Where = list[ColumnElement[bool]]


def read_part(text: str | None) -> str:
    """Fold what is searched for; empty for no search at all.

    Raises:
        BadUserInput: It is longer than a search may be.
    """
    part = fold(text or "")
    if len(part) > _MAX_SEARCH:
        raise BadUserInput("search")
    return part


def holds(text: Any, part: str) -> ColumnElement[bool]:  # noqa: ANN401 - SQLAlchemy's columns
    """Write "this part stands in the text", whatever the case of its letters."""
    return func.strpos(_small(text), _small(literal(part, Text()))) > literal(0, Integer())


def search_in(text: str | None, *columns: Any) -> Where:  # noqa: ANN401 - SQLAlchemy's columns
    """Write "one of these contains this text"; for tables that are small within anybody's scope.

    Raises:
        BadUserInput: The text is longer than a search may be.
    """
    part = read_part(text)
    return [or_(*(holds(text, part) for text in columns))] if part else []


def search_units(text: str | None, asker: Asker) -> Where:
    """Write "the address, the room number or, for who may see them, an owner's name contains this text".

    Raises:
        BadUserInput: The text is longer than a search may be.
    """
    part = read_part(text)
    if not part:
        return []
    if asker.units is None:
        return [false()]
    standing = or_(holds(Unit.address, part), holds(Unit.room_no, part))
    places = _units_of_places(asker.units, part)
    if asker.owners is None:
        return [_is_one_of(places), standing]
    owned = _units_of_owners(asker, asker.owners, part)
    return [_is_one_of(union_all(places, owned)), or_(standing, Unit.id.in_(owned))]


def _is_one_of(units: Any) -> ColumnElement[bool]:  # noqa: ANN401 - a select of ids
    """Write the condition so that an index gives the rows in the order of their ids, as far as wanted."""
    return Unit.id == any_(func.array(units.scalar_subquery(), type_=ARRAY(Uuid())))


def _units_of_places(scope: Scope, part: str) -> Select[Any]:
    """Write which units have the rarest of the part's runs in their texts."""
    runs = rows_of("runs", run=(Text(), probes_of(part)))
    standing = select(func.coalesce(func.sum(PlaceToken.unit_count), literal(0, Integer())))
    count = standing.where(scope.clause(PlaceToken), PlaceToken.token == runs.c.run)
    rarest = select(runs.c.run).order_by(count.correlate(runs).scalar_subquery()).limit(1).scalar_subquery()
    whole = PlaceToken.__table__.alias("whole")
    same = and_(
        scope.clause(PlaceToken, whole),
        whole.c.org_id == PlaceToken.org_id,
        whole.c.building_id == PlaceToken.building_id,
        whole.c.token == literal(EVERYWHERE, Text()),
    )
    units = select(func.unnest(func.coalesce(PlaceToken.units, whole.c.units), type_=Uuid()))
    found = units.join_from(PlaceToken, whole, same)
    # Ids are time-ordered, and so nearly sorted where buildings are: the index's own sorting has less to do.
    return found.where(scope.clause(PlaceToken), PlaceToken.token == rarest).order_by(PlaceToken.building_id)


def _units_of_owners(asker: Asker, scope: Scope, part: str) -> Select[Any]:
    """Write which units somebody owns in whose name the part stands."""
    hashes = [asker.sealer.token(scope.city, character) for character in characters_of(part)]
    given = array_of(hashes, BigInteger())
    having_all = (
        select(OwnerToken.unit_id)
        .where(scope.clause(OwnerToken), OwnerToken.token == any_(given))
        .group_by(OwnerToken.unit_id)
        .having(func.count() == func.cardinality(given))
        .scalar_subquery()
    )
    return select(Owner.unit_id).where(
        scope.clause(Owner),
        Owner.unit_id == any_(func.array(having_all, type_=ARRAY(Uuid()))),
        holds(Owner.name, part),
    )


def _small(text: Any) -> Any:  # noqa: ANN401 - SQLAlchemy's expressions
    return func.lower(collate(text, _LETTERS))
