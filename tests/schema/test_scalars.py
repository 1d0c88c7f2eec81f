"""Money, areas, days and moments have one text each; everything else is refused before anything is done."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from api.execution import core_of
from schema.roots import schema

CORE = core_of(schema)


def read(name: str, value: object) -> Any:
    """Read an input value."""
    scalar: Any = CORE.type_map[name]
    return scalar.parse_value(value)


def show(name: str, value: object) -> str:
    """Write an output value."""
    scalar: Any = CORE.type_map[name]
    return scalar.serialize(value)


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("Money", "2650.50", 265050),
        ("Money", "0.05", 5),
        ("Area", "88.35", 883500),
        ("Area", "33.3335", 333335),
        ("Date", "2026-11-22", date(2026, 11, 22)),
    ],
)
def test_a_text_is_read_and_written_the_same(name: str, text: str, value: object):
    assert read(name, text) == value
    assert show(name, value) == text


def test_a_moment_is_answered_in_shanghais_time_with_milliseconds():
    assert read("DateTime", "2026-11-22T04:00:00Z") == datetime(2026, 11, 22, 4, tzinfo=UTC)
    assert show("DateTime", datetime(2026, 11, 22, 4, tzinfo=UTC)) == "2026-11-22T12:00:00.000+08:00"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Money", 2650.5),
        ("Money", 1),
        ("Money", "1,000.00"),
        ("Money", "1.005"),
        ("Money", "１"),
        ("Money", ""),
        ("Area", 88.35),
        ("Area", "88.35678"),
        ("Area", "1e3"),
        ("Date", "2026-02-29"),
        ("Date", "20261122"),
        ("Date", "２０２６-11-22"),
        ("DateTime", "0001-01-01T00:00:00+14:00"),
        ("DateTime", "9999-12-31T23:59:59Z"),
        ("DateTime", "2026-11-22T12:00:00"),
        ("DateTime", "2026-11-22"),
        ("DateTime", 0),
    ],
)
def test_another_form_is_refused(name: str, value: object):
    with pytest.raises((ValueError, TypeError)):
        read(name, value)
