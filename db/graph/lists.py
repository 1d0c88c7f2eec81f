"""Fields that are other rows: one that is pointed at, those that point back, and those laid out in groups."""

from collections.abc import Iterator, Sequence
from itertools import count

from db.graph.asked import Group, Grouped, GroupKey, GroupPart, GroupRows, Related, RelatedList, Said
from db.graph.wording import doubt_if, or_doubt, or_null, quote, write_object, write_value
from db.graph.writer import Row, Writer, write_declared
from db.sorting import column_of

MAX_LIST = 5_000
"""A plain list holds at most this many rows a parent; larger ones are connections."""


def write_related(writer: Writer, part: Related, source: Row) -> str:
    """Write the row that a column points at."""
    row = writer.name_rows(part.entity)
    scope = writer.write_scope(row)
    missing = or_doubt if part.required else or_null
    if scope is None:
        return missing("null")
    text = writer.write_shape(part.shape, row)
    link = f"{row.column(part.remote)} = {source.column(part.local)}"
    newest = "" if part.remote == "id" else f" order by {row.column('id')} desc limit 1"
    return missing(f"(select {text} from {row.table} where {scope} and {link}{newest})")


def write_list(writer: Writer, part: RelatedList, source: Row) -> str:
    """Write the rows that point back; one list too long puts the whole answer in doubt."""
    row = writer.name_rows(part.entity)
    scope = writer.write_scope(row)
    if scope is None:
        return quote("[]")
    pointed = source.column(part.local)
    link = f"{row.column(part.remote)} = {pointed if part.local == 'id' else f'any({pointed})'}"
    where = " and ".join((scope, link, *write_declared(row, part.where)))
    sorting = ", ".join(writer.write_sorting(row, part.sorting))
    text = writer.write_shape(part.shape, row)
    found = f"select {text} from {row.table} where {where} order by {sorting} limit {MAX_LIST + 1}"
    # The fence keeps the database from working the list out once for each time it is named.
    listed = doubt_if(f"cardinality(l.a) > {MAX_LIST}", "'[' || array_to_string(l.a, ',') || ']'")
    return f"(select {listed} from (select array({found}) as a offset 0) as l)"


def write_grouped(writer: Writer, part: Grouped, source: Row) -> str:
    """Write rows laid out in groups, and groups of groups."""
    row = writer.name_rows(part.entity)
    scope = writer.write_scope(row)
    if scope is None:
        return quote("[]")
    link = f"{row.column(part.remote)} = {source.column('id')}"
    where = " and ".join((scope, link, *write_declared(row, part.where)))
    layout = _Layout(writer, part, row, f"from {row.table} where {where}")
    rows, sorting = layout.write(0, [part.group]), layout.sort(0, "g")
    listed = f"'[' || coalesce(string_agg(g.x0, ',' order by {sorting}), '') || ']'"
    return f"(select {doubt_if(f'sum(g.n) > {MAX_LIST}', listed)} from ({rows}) as g)"


class _Layout:
    """Groups from the innermost outwards; each level's select gives its columns, a count and its texts."""

    def __init__(self, writer: Writer, part: Grouped, row: Row, rows: str) -> None:
        self._writer = writer
        self._part = part
        self._row = row
        self._rows = rows

    def _columns(self, level: int) -> list[str]:
        """Name the columns that a level's groups share with each other and are sorted by."""
        named = [column_of(name) for _, sorting in self._part.by[: level + 1] for name in sorting]
        return list(dict.fromkeys((*named, *(column for column, _ in self._part.by[: level + 1]))))

    def sort(self, level: int, alias: str) -> str:
        """Write how the groups of a level are sorted by the columns that its select gives."""
        named = Row(self._row.entity, alias, self._row.rows)
        return ", ".join(self._writer.write_sorting(named, self._part.by[level][1]))

    def write(self, level: int, groups: Sequence[Group]) -> str:
        """Write the select of a level, with one text for each of the given groups' fields."""
        innermost = level == len(self._part.by) - 1
        keys = self._columns(level)
        if innermost:
            named, below = self._row, self._rows
        else:
            inner = [part for group in groups for _, part in group.fields if isinstance(part, Group)]
            named = Row(self._row.entity, f"g{level + 1}", self._row.rows)
            below = f"from ({self.write(level + 1, inner)}) as {named.alias}"
        places = count()
        texts = [self._write_group(level, group, named, places) for group in groups]
        shown = [f'{named.column(key)} as "{key}"' for key in keys]
        rows = "count(*)" if innermost else f"sum({named.alias}.n)"
        named_texts = [f"{text} as x{place}" for place, text in enumerate(texts)]
        grouped = ", ".join(named.column(key) for key in keys)
        return f"select {', '.join((*shown, f'{rows} as n', *named_texts))} {below} group by {grouped}"

    def _write_group(self, level: int, group: Group, named: Row, places: Iterator[int]) -> str:
        return write_object(
            [(key, self._write_part(level, part, named, places)) for key, part in group.fields]
        )

    def _write_part(self, level: int, part: GroupPart, named: Row, places: Iterator[int]) -> str:
        match part:
            case Said(json):
                return quote(json)
            case GroupKey(column, form):
                return write_value(named.column(column), form)
            case GroupRows(shape):
                text = self._writer.write_shape(shape, self._row)
                sorting = ", ".join(self._writer.write_sorting(self._row, self._part.sorting))
                return f"'[' || string_agg({text}, ',' order by {sorting}) || ']'"
            case Group():
                text = f"{named.alias}.x{next(places)}"
                return f"'[' || string_agg({text}, ',' order by {self.sort(level + 1, named.alias)}) || ']'"
