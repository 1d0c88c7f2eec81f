"""A kept condition says the same as one written anew, and its values stand where its text wants them."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from sqlalchemy import and_

from db.graph.clauses import shape_of, values_of
from db.kept import join, whole
from db.scope import Scope
from db.sealing import Keys, Sealer
from db.tables.estates import Unit
from resolvers.asker import Asker
from resolvers.search import search_units
from tests.scenes import LUZHOU

_ME, _ORGANIZATION = UUID(int=1), UUID(int=2)
_CITY = Scope(LUZHOU, _ME)
_OWN = Scope(LUZHOU, _ME, organization=_ORGANIZATION)
_SOME = Scope(LUZHOU, _ME, organization=_ORGANIZATION, allowed=frozenset({UUID(int=3)}))


def _asker(keys: Keys, units: Scope | None, owners: Scope | None) -> Asker:
    now = datetime(2026, 11, 22, tzinfo=UTC)
    return Asker(
        LUZHOU,
        now,
        _ME,
        _ORGANIZATION,
        units=units,
        accounts=None,
        owners=owners,
        contracts=None,
        numbers=None,
        sealer=Sealer(keys),
    )


@pytest.mark.parametrize(("units", "owners"), [(_CITY, _CITY), (_OWN, None), (_OWN, _SOME), (_SOME, _SOME)])
def test_a_kept_search_has_the_values_of_the_request(keys: Keys, units: Scope, owners: Scope | None):
    for part in ("王", "滨江路一段1号1栋1单元301"):
        conditions = [
            Unit.status == "ACTIVE",
            *search_units(part, _asker(keys, units, owners)),
            Unit.floor == 3,
        ]
        joined, written = join(conditions), and_(*whole(conditions))
        shape, bound = shape_of(written)
        assert joined.values == [one.effective_value for one in bound]
        assert len(values_of(joined.where)) == len(joined.values)
        assert {"ACTIVE", 3, part, LUZHOU} <= {
            value for value in joined.values if not isinstance(value, list)
        }
        assert shape == shape_of(and_(*whole(conditions)))[0]


def test_searches_are_told_apart_by_what_their_askers_may_see_and_not_by_what_they_say(keys: Keys):
    def shape(part: str, units: Scope, owners: Scope | None) -> object:
        return join(search_units(part, _asker(keys, units, owners))).shape

    assert shape("1", _OWN, _OWN) == shape("滨江路一段1号", _OWN, _OWN)
    other = Scope(LUZHOU, _ME, organization=UUID(int=9))
    assert shape("1", _OWN, _OWN) == shape("1", other, other)
    shapes = {shape("1", units, owners) for units in (_CITY, _OWN, _SOME) for owners in (None, _OWN, _SOME)}
    assert len(shapes) == 9


def test_who_sees_no_unit_finds_none(keys: Keys):
    (condition,) = search_units("1", _asker(keys, None, None))
    assert str(*whole([condition])) == "false"
    assert search_units(" \u3000", _asker(keys, None, None)) == []
