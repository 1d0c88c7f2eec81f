"""Fields that are values: of a row's columns, of a stored content, or worked out from them in Python."""

from db.graph.asked import ByKind, Computed, Identity, Inner, Label, Said, Value
from db.graph.wording import (
    only_names,
    or_doubt,
    or_null,
    quote,
    step_in,
    write_id,
    write_stored,
    write_value,
)
from db.graph.writer import Content, Row, Source, Writer

COMPUTED = "="
"""First item of the list that stands for a value which Python works out."""


def write_said(_writer: Writer, part: Said, _source: Source) -> str:
    """Write what is the same for every row."""
    return quote(part.json)


def write_field(writer: Writer, part: Value, source: Row | Content) -> str:
    """Write a column's or a stored value."""
    if isinstance(source, Content):
        text = write_stored(source.expression, part.keys, part.form)
        if part.names:
            *outer, last = part.keys
            value = f"({step_in(source.expression, outer)} ->> {quote(last)})"
            text = only_names(text, value, part.names)
        return or_doubt(text) if part.required else or_null(text)
    text = write_column(source, part)
    if part.right is None:
        return text
    reach = writer.write_reach(source, part.right)
    return quote("null") if reach is None else f"case when {reach} then {text} else 'null' end"


def write_column(row: Row, part: Value) -> str:
    """Write a column's value."""
    (name,) = part.keys
    text = write_value(row.column(name), part.form)
    if part.names:
        text = only_names(text, row.column(name), part.names)
    if not row.may_be_null(name):
        return text
    return or_doubt(text) if part.required else or_null(text)


def write_label(writer: Writer, part: Label, source: Row) -> str:
    """Write a code in the words of a code list of the reader's city."""
    code, words = source.column(part.column), writer.slots.write(("codes", part.codes), "jsonb")
    text = f"to_json(coalesce({words} ->> {code}, {code}))::text"
    if not source.may_be_null(part.column):
        return text
    return or_doubt(text) if part.required else or_null(text)


def write_identity(_writer: Writer, part: Identity, source: Row) -> str:
    """Write a row's global id."""
    return write_id(part.type_name, source.alias)


def write_computed(_writer: Writer, part: Computed, source: Row | Content) -> str:
    """Write what a computation needs, as a list that Python puts the result in place of."""
    if isinstance(source, Row):
        values = [source.column(name) for (name,) in part.sources]
    else:
        values = [step_in(source.expression, keys) for keys in part.sources]
    return f"json_build_array({', '.join((quote(COMPUTED), str(part.number), *values))})::text"


def write_inner(writer: Writer, part: Inner, source: Row | Content) -> str:
    """Write an object, or a list of objects, within a stored content."""
    if isinstance(source, Row):
        content = step_in(source.column(part.keys[0]), part.keys[1:])
    else:
        content = step_in(source.expression, part.keys)
    missing = or_doubt("null") if part.required else quote("null")
    if not part.many:
        text = writer.write_shape(part.shape, Content(f"({content})"))
        return f"case when jsonb_typeof({content}) = 'object' then {text} else {missing} end"
    item = writer.name_item()
    text = writer.write_shape(part.shape, Content(f"{item}.value"))
    each = f"case when jsonb_typeof({item}.value) = 'object' then {text} else {or_doubt('null')} end"
    items = (
        f"array(select {each} from jsonb_array_elements({content})"
        f" with ordinality as {item}(value, place) order by {item}.place)"
    )
    listed = f"'[' || array_to_string({items}, ',') || ']'"
    return f"case when jsonb_typeof({content}) = 'array' then {listed} else {missing} end"


def write_by_kind(writer: Writer, part: ByKind, source: Row) -> str:
    """Write a stored content in the shape of the row's kind."""
    content = Content(source.column(part.content))
    cases = " ".join(
        f"when {quote(kind)} then {writer.write_shape(shape, content)}" for kind, shape in part.shapes.items()
    )
    written = f"case {source.column(part.kind)} {cases} else {or_doubt('null')} end"
    if part.required:
        return written
    return f"case when {source.column(part.content)} is null then 'null' else {written} end"
