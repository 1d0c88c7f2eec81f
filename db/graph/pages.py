"""Fields that are lists read by pages: the page, its cursors, what lies around it, and the total."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement

from db.graph.asked import About, Cursor, Edges, Fact, PagePart, Pages, Said, Shape, Total
from db.graph.clauses import adapt
from db.graph.wording import quote, write_cursor, write_object
from db.graph.writer import Chosen, Row, Source, Writer
from db.sorting import at_or_beyond, beyond


def write_pages(writer: Writer, part: Pages, source: Source) -> str:
    """Write a page of a list and whatever was asked about it."""
    if not writer.sees(part.entity):
        return write_object([(key, _write_unseen(asked)) for key, asked in part.fields])
    with writer.at(part.site):
        page = _Page(writer, part, writer.chosen[part.site], source)
        texts = [(key, page.write(asked)) for key, asked in part.fields]
        columns = page.columns
        if not columns:
            return write_object(texts)
        return f"(select {write_object(texts)} from ({page.write_rows()}) as p)"


def _write_unseen(part: PagePart) -> str:
    match part:
        case Said(json):
            return quote(json)
        case Edges():
            return quote("[]")
        case Total():
            return quote("0")
        case About(fields):
            around = {Fact.START: "null", Fact.END: "null", Fact.NEXT: "false", Fact.PREVIOUS: "false"}
            return write_object(
                [(key, quote(around[fact] if isinstance(fact, Fact) else fact.json)) for key, fact in fields]
            )


class _Page:
    """One page under its site's choice; the lists that it needs of its rows are its columns."""

    def __init__(self, writer: Writer, part: Pages, chosen: Chosen, source: Source) -> None:
        self._writer = writer
        self._part = part
        self._chosen = chosen
        self._source = source
        self._row = writer.name_rows(part.entity)
        self.columns: list[tuple[str, str]] = []

    @property
    def _size(self) -> str:
        return self._writer.slots.write(("site", self._part.site, "size"), "integer")

    def write(self, part: PagePart) -> str:
        """Write something that is asked of the page or its list."""
        match part:
            case Said(json):
                return quote(json)
            case Edges(fields):
                return (
                    f"'[' || array_to_string({self._slice(self._list(self._write_edge(fields)))}, ',') || ']'"
                )
            case Total():
                row = self._writer.name_rows(self._part.entity)
                return f"(select count(*)::text from {row.table} where {' and '.join(self._where(row))})"
            case About(fields):
                return write_object([(key, self._write_fact(fact)) for key, fact in fields])

    def write_rows(self) -> str:
        """Write the select that gives the page's lists."""
        row, size = self._row, self._size
        where = [*self._where(row), *self._bounds(row)]
        keys = [row.column(key) for key in self._part.order.keys]
        upwards = self._part.order.descending is self._chosen.backwards
        near, far = ("asc", "desc") if upwards else ("desc", "asc")
        texts = ", ".join(f"{text} as {name}" for name, text in self.columns)
        sorting = ", ".join(f"{key} {near}" for key in keys)
        rows = (
            f"select {texts} from {row.table} where {' and '.join(where)} order by {sorting} limit {size} + 1"
        )
        if self._chosen.backwards:
            # A page counted from the end is read from there and turned round.
            inner = f"select {row.alias}.* from {row.table} where {' and '.join(where)}"
            turned = ", ".join(f"{key} {far}" for key in keys)
            rows = (
                f"select {texts} from ({inner} order by {sorting} limit {size} + 1) as {row.alias}"
                f" order by {turned}"
            )
        lists = ", ".join(f"coalesce(array_agg(r.{name}), '{{}}') as {name}" for name, _ in self.columns)
        return f"select {lists} from ({rows}) as r offset 0"

    def _where(self, row: Row) -> Iterator[str]:
        scope = self._writer.write_scope(row)
        yield scope or "false"
        if self._part.remote is not None and isinstance(self._source, Row):
            yield f"{row.column(self._part.remote)} = {self._source.column('id')}"
        if self._chosen.where is not None:
            yield self._writer.slots.write_condition(
                row.rows,
                adapt(self._chosen.where, row.rows),
                lambda place: ("site", self._part.site, "where", place),
            )

    def _bounds(self, row: Row) -> Iterator[str]:
        for name, onwards in (("after", True), ("before", False)):
            if getattr(self._chosen, name):
                past = beyond(row.rows.c, self._part.order, self._cursor(name), onwards=onwards)
                yield self._writer.write_condition(row, past)

    def _cursor(self, name: str) -> list[ColumnElement[Any]]:
        columns = self._part.entity.__table__.columns
        return [
            self._writer.slots.symbol(("site", self._part.site, name, place), columns[key].type)
            for place, key in enumerate(self._part.order.keys)
        ]

    def _list(self, text: str) -> str:
        """Ask for a list of a text for each row of the page; the same text is asked for once."""
        for name, known in self.columns:
            if known == text:
                return f"p.{name}"
        self.columns.append((f"x{len(self.columns)}", text))
        return f"p.{self.columns[-1][0]}"

    def _slice(self, rows: str) -> str:
        """Leave out the one row that was read beyond the page."""
        if self._chosen.backwards:
            return f"{rows}[greatest(cardinality({rows}) - {self._size}, 0) + 1:]"
        return f"{rows}[:{self._size}]"

    def _write_edge(self, fields: Sequence[tuple[str, Said | Cursor | Shape]]) -> str:
        return write_object([(key, self._write_entry(part)) for key, part in fields])

    def _write_entry(self, part: Said | Cursor | Shape) -> str:
        match part:
            case Said(json):
                return quote(json)
            case Cursor():
                return f"'\"' || {self._write_cursor()} || '\"'"
            case Shape():
                return self._writer.write_shape(part, self._row)

    def _write_cursor(self) -> str:
        order, columns = self._part.order, self._part.entity.__table__.columns
        name = f"{self._part.entity.__tablename__} {' '.join(order.keys)}"
        return write_cursor(
            name, [_write_key(self._row, key, columns[key].type.python_type) for key in order.keys]
        )

    def _write_fact(self, fact: Said | Fact) -> str:
        if isinstance(fact, Said):
            return quote(fact.json)
        cursors = self._list(self._write_cursor())
        if fact in (Fact.START, Fact.END):
            return self._write_end(cursors, first=fact is Fact.START)
        onwards = fact is Fact.NEXT
        counted = onwards is not self._chosen.backwards
        more = f"cardinality({cursors}) > {self._size}" if counted else "false"
        if self._chosen.before if onwards else self._chosen.after:
            more = f"({more} or {self._write_around(onwards=onwards)})"
        return f"({more})::text"

    def _write_end(self, cursors: str, *, first: bool) -> str:
        place = "1" if first else f"cardinality({self._slice(cursors)})"
        return f"coalesce('\"' || ({self._slice(cursors)})[{place}] || '\"', 'null')"

    def _write_around(self, *, onwards: bool) -> str:
        """Write whether the list goes on past the cursor that the page ends at."""
        row = self._writer.name_rows(self._part.entity)
        values = self._cursor("before" if onwards else "after")
        past = at_or_beyond(row.rows.c, self._part.order, values, onwards=onwards)
        where = (*self._where(row), self._writer.write_condition(row, past))
        return f"exists (select from {row.table} where {' and '.join(where)})"


def _write_key(row: Row, key: str, kind: type) -> str:
    column = row.column(key)
    if kind is date:
        return f"to_json({column})::text"
    return f"{column}::text" if kind is int else f"'\"' || encode(uuid_send({column}), 'hex') || '\"'"
