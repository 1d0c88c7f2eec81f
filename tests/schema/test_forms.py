"""What the database writes as JSON is what the graph's own scalars write, for every value there is."""

import json
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from graphql import GraphQLEnumType
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from api.execution import core_of
from db.base import Pool
from db.engine import Addresses
from db.graph.asked import Form
from db.graph.wording import DOUBT, write_cursor, write_id, write_value
from db.sorting import Order
from db.tables.estates import Building
from domain.clock import SHANGHAI
from resolvers import page
from resolvers.desk import Desk
from resolvers.page import List
from resolvers.sight import ENTITIES
from schema import ids
from schema.roots import schema
from schema.scalars import FORMS

CORE = core_of(schema)
MANY = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
BIG = 2**63 - 1


@pytest.fixture(scope="module")
async def database(server: Addresses) -> AsyncIterator[AsyncConnection]:
    """Open a connection with the settings of a session of the product's."""
    settings = {"timezone": "Asia/Shanghai", "datestyle": "ISO"}
    engine = create_async_engine(
        server.url(), connect_args={"server_settings": settings}, isolation_level="AUTOCOMMIT"
    )
    async with engine.connect() as connection:
        yield connection
    await engine.dispose()


async def written(database: AsyncConnection, form: Form, kind: str, values: Sequence[Any]) -> list[Any]:
    """Let the database write values of a column."""
    text = write_value('t."v"', form)
    found = await database.exec_driver_sql(
        f"select {text} from unnest($1::{kind}[]) with ordinality as t(v, place) order by place",
        (list(values),),
    )
    return [row[0] for row in found]


def shown(name: str, values: Sequence[Any]) -> list[str]:
    """Let a scalar of the graph write values."""
    scalar: Any = CORE.type_map[name]
    return [json.dumps(scalar.coerce_output_value(value), ensure_ascii=False) for value in values]


def several(of: st.SearchStrategy[Any]) -> st.SearchStrategy[list[Any]]:
    """Draw values that are written by one statement."""
    return st.lists(of, min_size=1, max_size=40)


async def test_the_session_of_the_test_is_one_of_the_products(database: AsyncConnection, desk: Desk):
    for setting in ("timezone", "datestyle", "extra_float_digits", "bytea_output", "intervalstyle"):
        async with desk.databases.engine(Pool.DEVELOPER).connect() as product:
            of_product = (await product.exec_driver_sql(f"show {setting}")).scalar_one()
        assert (await database.exec_driver_sql(f"show {setting}")).scalar_one() == of_product
        readers = desk.databases.readers(Pool.DEVELOPER)
        assert await readers.fetch_value(f"select current_setting('{setting}')", []) == of_product


@MANY
@given(several(st.integers(-BIG, BIG)))
@example([0, 1, -1, 5, -5, 10, 99, -99, 100, -100, 101, BIG, -BIG])
async def test_money(database: AsyncConnection, fen: list[int]):
    assert await written(database, Form.MONEY, "bigint", fen) == shown("Money", fen)


@MANY
@given(several(st.integers(0, 999_999_999_999) | st.integers(-20_000, 20_000) | st.integers(-BIG, BIG)))
@example([0, 1, 10, 100, 1_000, 10_000, 883500, 333335, 999_999_999_999, -1, -10, -100, -333335, BIG, -BIG])
async def test_area(database: AsyncConnection, areas: list[int]):
    assert await written(database, Form.AREA, "bigint", areas) == shown("Area", areas)


@MANY
@given(several(st.dates()))
@example([date.min, date.max, date(2020, 2, 29), date(1, 12, 31), date(9999, 1, 1)])
async def test_day(database: AsyncConnection, days: list[date]):
    assert await written(database, Form.DAY, "date", days) == shown("Date", days)


async def test_a_last_day_that_is_no_endless_one(database: AsyncConnection):
    """The driver writes the last day as infinity; the product's own texts may have entered it as it is."""
    for text, wanted in (
        ("9999-12-31", "9999-12-31"),
        ("infinity", "9999-12-31"),
        ("-infinity", "0001-01-01"),
    ):
        found = await database.exec_driver_sql(
            f"select {write_value('t.v', Form.DAY)} from (values ('{text}'::date)) as t(v)"
        )
        assert found.scalar_one() == f'"{wanted}"'


FIRST = datetime(1901, 1, 1, tzinfo=SHANGHAI)
LAST = datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=SHANGHAI)
_LENGTH = (LAST - FIRST) // timedelta(microseconds=1)
_CENTURIES = timedelta(days=73_000) // timedelta(microseconds=1)


def _moment(microseconds: int) -> datetime:
    return (FIRST + timedelta(microseconds=microseconds)).astimezone(UTC)


# Shanghai's clocks were put forward and back in these years.
_SUMMERS = [
    datetime(year, month, day, hour, minute, 59, 999_999, tzinfo=UTC)
    for year, month, day in (
        *((1919, 4, 12), (1919, 9, 30), (1940, 6, 1), (1940, 10, 12), (1941, 11, 1), (1942, 1, 30)),
        *((1945, 9, 1), (1949, 5, 27), (1986, 5, 3), (1986, 9, 13), (1991, 4, 13), (1991, 9, 14)),
    )
    for hour in range(24)
    for minute in (0, 29, 59)
]


@MANY
@given(several(st.integers(0, _LENGTH).map(_moment) | st.integers(0, _CENTURIES).map(_moment)))
@example([_moment(0), _moment(1), _moment(999), _moment(1000), _moment(_LENGTH), *_SUMMERS])
@example([datetime(year, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC) for year in (1969, 1999)])
async def test_moment(database: AsyncConnection, moments: list[datetime]):
    assert await written(database, Form.MOMENT, "timestamptz", moments) == shown("DateTime", moments)


async def test_a_moment_of_local_mean_time_or_after_the_last_year_is_left_to_python(
    database: AsyncConnection,
):
    left = [_moment(-1), datetime(1000, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 16, tzinfo=UTC)]
    assert await written(database, Form.MOMENT, "timestamptz", left) == [DOUBT] * 3
    endless = "(values ('infinity'::timestamptz), ('-infinity')) as t(v)"
    found = await database.exec_driver_sql(f"select {write_value('v', Form.MOMENT)} from {endless}")
    assert [row[0] for row in found] == [DOUBT] * 2


ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))


@MANY
@given(several(ANY_TEXT))
@example([chr(code) for code in range(1, 0x300)])
@example(["", '"', "\\", "\\u0041", "</script>", "\u2028\u2029", "\ufffe\uffff", "\U0010ffff", "e\u0301"])
async def test_text(database: AsyncConnection, texts: list[str]):
    found = await written(database, Form.TEXT, "text", texts)
    assert list(map(json.loads, found)) == texts == list(map(json.loads, shown("String", texts)))


async def test_text_of_every_character_there_is(database: AsyncConnection):
    """All but U+0000 and the halves of pairs, which no text of the database has."""
    every = [chr(code) for code in range(1, 0x110000) if not 0xD800 <= code <= 0xDFFF]
    texts = ["".join(every[start : start + 5000]) for start in range(0, len(every), 5000)]
    found = await written(database, Form.TEXT, "text", texts)
    assert list(map(json.loads, found)) == texts
    # No answer holds the byte that marks a doubt, whatever a text says.
    assert not [text for text in found if DOUBT in text]


@MANY
@given(several(st.booleans()))
async def test_truth(database: AsyncConnection, truths: list[bool]):
    assert await written(database, Form.TRUTH, "boolean", truths) == shown("Boolean", truths)


@MANY
@given(several(st.integers(-(2**31), 2**31 - 1)))
@example([0, -1, -(2**31), 2**31 - 1])
async def test_number(database: AsyncConnection, numbers: list[int]):
    assert await written(database, Form.NUMBER, "bigint", numbers) == shown("Int", numbers)


ENUMS = {
    name: kind for name, kind in CORE.type_map.items() if isinstance(kind, GraphQLEnumType) and name[0] != "_"
}


@pytest.mark.parametrize("name", ENUMS)
async def test_names(database: AsyncConnection, name: str):
    names = list(ENUMS[name].values)
    assert await written(database, Form.NAME, "text", names) == list(map(json.dumps, names))


KINDS = {"bigint": (Form.MONEY, Form.AREA, Form.NUMBER), "text": (Form.TEXT, Form.NAME)}


async def test_of_every_form_nothing_is_nothing(database: AsyncConnection):
    of_kind = {form: kind for kind, forms in KINDS.items() for form in forms}
    of_kind |= {Form.TRUTH: "boolean", Form.DAY: "date", Form.MOMENT: "timestamptz"}
    assert set(of_kind) == set(Form)
    for form, kind in of_kind.items():
        assert await written(database, form, kind, [None]) == [None]


def test_every_scalar_of_a_form_has_a_property_here():
    assert set(FORMS) == {"String", "Int", "Boolean", "Money", "Area", "Date", "DateTime"}


@MANY
@given(st.sampled_from(sorted(ENTITIES)), st.integers(100_000, 999_999), st.uuids())
async def test_a_global_id(database: AsyncConnection, name: str, city: int, row: UUID):
    found = await database.exec_driver_sql(
        f"select {write_id(name, 't')} from (values ($1::integer, $2::uuid)) as t(city, id)", (city, row)
    )
    assert found.scalar_one() == json.dumps(ids.write_id(name, city, row))


@MANY
@given(st.integers(-BIG, BIG), st.uuids())
async def test_a_cursor(database: AsyncConnection, position: int, row: UUID):
    listed = List(Building, Order(("position", "id")))
    keys = ("t.position::text", "'\"' || encode(uuid_send(t.id), 'hex') || '\"'")
    found = await database.exec_driver_sql(
        f"select {write_cursor('building position id', keys)}"
        " from (values ($1::bigint, $2::uuid)) as t(position, id)",
        (position, row),
    )
    assert found.scalar_one() == page.write_cursor(SimpleNamespace(position=position, id=row), listed)
