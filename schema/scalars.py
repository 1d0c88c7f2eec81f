"""The values of the graph that JSON has no word for: money, area, days and moments, each with one text."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import NewType
from zoneinfo import ZoneInfo

import strawberry
from strawberry.file_uploads import Upload
from strawberry.types.scalar import ScalarDefinition

from db.graph.asked import Form
from domain.area import format_area, parse_area
from domain.clock import SHANGHAI
from domain.money import format_yuan, parse_yuan

_SCALARS = "https://scalars.graphql.org/andimarek/"
_DECIMAL = "https://www.w3.org/TR/xmlschema11-2/#decimal"
_UPLOAD = "https://github.com/jaydenseric/graphql-multipart-request-spec"
_SHANGHAI: ZoneInfo = SHANGHAI
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2})", re.ASCII)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)

Money = NewType("Money", int)
Area = NewType("Area", int)
Day = NewType("Day", date)
Moment = NewType("Moment", datetime)
Json = NewType("Json", object)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("Write it as a string.")
    return value


def _read_day(value: object) -> date:
    text = _text(value)
    if _DAY.fullmatch(text) is None:
        raise ValueError("Write a day as 2026-11-22.")
    return date.fromisoformat(text)


def _read_moment(value: object) -> datetime:
    text = _text(value)
    if _MOMENT.fullmatch(text) is None:
        raise ValueError("Write a moment with its offset, as 2026-11-22T09:30:00+08:00.")
    moment = datetime.fromisoformat(text)
    try:
        # At both ends of the calendar are moments for which Shanghai or the database has no day.
        _ = moment.astimezone(_SHANGHAI), moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("No calendar has this moment: write one of our time.") from None
    return moment


def _show_moment(value: datetime) -> str:
    return value.astimezone(_SHANGHAI).isoformat(timespec="milliseconds")


SCALARS: Mapping[object, ScalarDefinition] = {
    Money: strawberry.scalar(
        name="Money",
        description="An amount in yuan with two decimals, as a string such as `2650.50` (金额,元).",
        specified_by_url=_DECIMAL,
        serialize=format_yuan,
        parse_value=lambda value: parse_yuan(_text(value)),
    ),
    Area: strawberry.scalar(
        name="Area",
        description="Square metres with up to four decimals, as a string such as `88.35` (面积,㎡).",
        specified_by_url=_DECIMAL,
        serialize=format_area,
        parse_value=lambda value: parse_area(_text(value)),
    ),
    Day: strawberry.scalar(
        name="Date",
        description="A calendar day as `2026-11-22` (日期).",
        specified_by_url=_SCALARS + "local-date.html",
        serialize=date.isoformat,
        parse_value=_read_day,
    ),
    Moment: strawberry.scalar(
        name="DateTime",
        description="A moment with its offset, answered in Shanghai's time (时间).",
        specified_by_url=_SCALARS + "date-time.html",
        serialize=_show_moment,
        parse_value=_read_moment,
    ),
    Json: strawberry.scalar(
        name="JSON",
        description="Any JSON value, as it was recorded (记录内容).",
        specified_by_url="https://www.rfc-editor.org/rfc/rfc8259",
        serialize=lambda value: value,
        parse_value=lambda value: value,
    ),
    Upload: strawberry.scalar(
        name="Upload",
        description="A file of a multipart request (上传文件).",
        specified_by_url=_UPLOAD,
        parse_value=lambda value: value,
    ),
}

FORMS: Mapping[str, Form] = {
    "String": Form.TEXT,
    "Int": Form.NUMBER,
    "Boolean": Form.TRUTH,
    "Money": Form.MONEY,
    "Area": Form.AREA,
    "Date": Form.DAY,
    "DateTime": Form.MOMENT,
}
"""How the database writes the values of each scalar; a property test holds both texts equal."""
