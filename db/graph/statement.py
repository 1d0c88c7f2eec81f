"""Writes one statement that answers a whole query with JSON text, within what the reader may see.

Only declared names and the keys under which fields are answered reach its text; every value that a
client or an account brings is a parameter.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from db.base import Base
from db.graph.asked import (
    ByKind,
    Computed,
    Found,
    FoundList,
    Grouped,
    Identity,
    Inner,
    Label,
    Numbered,
    Pages,
    Part,
    Related,
    RelatedList,
    Said,
    Shape,
    Value,
)
from db.graph.clauses import Slot
from db.graph.lists import write_grouped, write_list, write_related
from db.graph.pages import write_pages
from db.graph.values import (
    write_by_kind,
    write_computed,
    write_field,
    write_identity,
    write_inner,
    write_label,
    write_said,
)
from db.graph.wording import or_null, quote
from db.graph.writer import Chosen, Sights, Source, Write, Writer


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement that answers a query.

    Attributes:
        text: What the database runs within a transaction that has its context.
        slots: What each of its parameters stands for.
        guarded: The same with its own context; it gives no row if the actor may act no more.
        guarded_slots: What each parameter of that stands for.
    """

    text: str
    slots: tuple[Slot, ...]
    guarded: str
    guarded_slots: tuple[Slot, ...]


_PARAMETER = re.compile(r"(?<!:):([a-z]+)")


def write_statement(root: Shape | Part, sights: Sights, chosen: Sequence[Chosen], guard: str) -> Statement:
    """Write the statement of a query.

    Args:
        root: What is asked.
        sights: What the reader may see.
        chosen: What each site of the document chose.
        guard: The statement that sets the context, with its parameters by name.
    """
    writer = Writer(_WAYS, sights, chosen)
    text = writer.write_shape(root, None) if isinstance(root, Shape) else writer.write_part(root, None)
    answer = f"convert_to({text}, 'UTF8')"
    slots = tuple(writer.slots.numbers)
    context = _PARAMETER.sub(lambda found: f"${writer.slots.number(('reader', found[1]))}", guard)
    # The context has to be there before any table is looked at, so nothing else stands beside it.
    guarded = f"with context as materialized ({context}) select {answer} from context"
    return Statement(f"select {answer}", slots, guarded, tuple(writer.slots.numbers))


def _write_found(writer: Writer, part: Found, _source: Source) -> str:
    entities = writer.chosen[part.site].entities
    if not entities or entities[0] not in part.shapes or not writer.sees(entities[0]):
        return quote("null")
    number = writer.slots.write(("site", part.site, "id"), "uuid")
    with writer.at(part.site):
        return or_null(_write_row(writer, entities[0], part.shapes[entities[0]], f"{{}}.id = {number}"))


def _write_found_list(writer: Writer, part: FoundList, _source: Source) -> str:
    """Write rows of several tables in the order of their ids."""
    ids = writer.slots.write(("site", part.site, "ids"), "uuid[]")
    kinds = writer.slots.write(("site", part.site, "kinds"), "text[]")
    item = writer.name_item()
    with writer.at(part.site):
        cases = [
            f"when {quote(entity.__tablename__)} then "
            + _write_row(writer, entity, part.shapes[entity], f"{{}}.id = {item}.id")
            for entity in writer.chosen[part.site].entities
            if entity in part.shapes
        ]
    found = or_null(f"case {item}.kind {' '.join(cases)} end") if cases else quote("null")
    return (
        f"'[' || array_to_string(array(select {found} from unnest({ids}, {kinds})"
        f" with ordinality as {item}(id, kind, place) order by {item}.place), ',') || ']'"
    )


def _write_numbered(writer: Writer, part: Numbered, _source: Source) -> str:
    if not writer.chosen[part.site].entities or not writer.sees(part.entity):
        return quote("null")
    number = writer.slots.write(("site", part.site, "number"), "text")
    return or_null(_write_row(writer, part.entity, part.shape, f'{{}}."{part.column}" = {number}'))


def _write_row(writer: Writer, entity: type[Base], shape: Shape, condition: str) -> str:
    row = writer.name_rows(entity)
    scope = writer.write_scope(row)
    if scope is None:
        return "null"
    text = writer.write_shape(shape, row)
    return f"(select {text} from {row.table} where {scope} and {condition.format(row.alias)})"


_WAYS: Mapping[type, Write] = {
    Said: write_said,
    Value: write_field,
    Label: write_label,
    Identity: write_identity,
    Computed: write_computed,
    Inner: write_inner,
    ByKind: write_by_kind,
    Related: write_related,
    RelatedList: write_list,
    Grouped: write_grouped,
    Pages: write_pages,
    Found: _write_found,
    FoundList: _write_found_list,
    Numbered: _write_numbered,
}
