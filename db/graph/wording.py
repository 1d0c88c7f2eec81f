"""How values become JSON text in SQL; each form says the same as its scalar in the graph does in Python.

A byte that no JSON text may hold marks an answer that Python has to look at again: a missing value where
one is required, or a list that is longer than lists may be.
"""

from collections.abc import Sequence

from db.graph.asked import Form

DOUBT = "\x01"
_DOUBT = r"E'\x01'"

_FORMS = {
    # Everywhere a text is escaped by the database itself.
    Form.TEXT: "to_json({0})::text",
    # A name of the product's own has nothing to be escaped.
    Form.NAME: "'\"' || {0} || '\"'",
    Form.NUMBER: "{0}::text",
    Form.TRUTH: "{0}::text",
    # A whole number times a decimal fraction has exactly the fraction's decimals.
    Form.MONEY: "'\"' || ({0} * 0.01)::text || '\"'",
    Form.AREA: "'\"' || (case when {0} % 100 = 0 then ({0} / 100 * 0.01)::text"
    " when {0} % 10 = 0 then ({0} / 10 * 0.001)::text else ({0} * 0.0001)::text end) || '\"'",
    # Sessions keep ISO dates. An endless day is the last, or the first, that the driver knows.
    Form.DAY: "'\"' || case {0} when 'infinity' then '9999-12-31' when '-infinity' then '0001-01-01'"
    " else {0}::text end || '\"'",
    # Sessions keep Shanghai's time, whose offset had seconds before 1901: those are left to Python.
    Form.MOMENT: "case when {0} >= '1901-01-01' and {0} < '10000-01-01' then '\"' ||"
    " to_char({0}, 'YYYY-MM-DD\"T\"HH24:MI:SS.MSTZH:TZM') || '\"' when {0} is not null then "
    + _DOUBT
    + " end",
}

_STORED = {Form.TEXT, Form.NAME, Form.NUMBER, Form.TRUTH, Form.DAY}


def quote(text: str) -> str:
    """Write a declared text, or a response key, as a literal of SQL."""
    escaped = text.replace("'", "''")
    return f"E'{escaped.replace(chr(92), chr(92) * 2)}'" if "\\" in text else f"'{escaped}'"


def write_value(expression: str, form: Form) -> str:
    """Write a column's value as JSON text, null if it is null."""
    return _FORMS[form].format(expression)


def write_stored(content: str, keys: Sequence[str], form: Form) -> str:
    """Write the value under the keys of a stored content as JSON text, null if there is none."""
    if form in _STORED:
        return f"nullif(({step_in(content, keys)})::text, 'null')"
    if form is Form.MOMENT:
        raise TypeError("No stored content holds a moment.")
    *outer, last = keys
    return write_value(f"({step_in(content, outer)} ->> {quote(last)})::bigint", form)


def only_names(text: str, value: str, names: Sequence[str]) -> str:
    """Mark the answer where a name is none of those that there are."""
    known = ", ".join(map(quote, names))
    return f"case when {value} in ({known}) then {text} when {value} is not null then {_DOUBT} end"


def step_in(content: str, keys: Sequence[str]) -> str:
    """Go into a stored content by keys."""
    return "".join((content, *(f" -> {quote(key)}" for key in keys)))


def or_null(text: str) -> str:
    """Write JSON's null where there is nothing."""
    return f"coalesce({text}, 'null')"


def or_doubt(text: str) -> str:
    """Mark the answer where something required is missing."""
    return f"coalesce({text}, {_DOUBT})"


def doubt_if(condition: str, text: str) -> str:
    """Mark the answer instead of giving a text."""
    return f"case when {condition} then {_DOUBT} else {text} end"


_LONGEST_NAME = 16
"""PostgreSQL breaks base64 after 57 bytes; city and row take 41 of them with what stands between."""


def write_id(type_name: str, alias: str) -> str:
    """Write the global id of a row.

    Its text has no character whose base64 needs `+` or `/`; most are too short for a line break.
    """
    text = f"{quote(type_name + ':')} || {alias}.city || ':' || encode(uuid_send({alias}.id), 'hex')"
    encoded = f"encode(convert_to({text}, 'UTF8'), 'base64')"
    if len(type_name) > _LONGEST_NAME:
        encoded = rf"replace({encoded}, E'\n', '')"
    return f"'\"' || rtrim({encoded}, '=') || '\"'"


def write_cursor(name: str, keys: Sequence[str]) -> str:
    """Write the place of a row in a list of that name: base64 of a JSON list of its sorting keys."""
    values = " || ".join(f"',' || {key}" for key in keys)
    text = f"{quote('[' + chr(34) + name + chr(34))} || {values} || ']'"
    encoded = f"encode(convert_to({text}, 'UTF8'), 'base64')"
    return rf"rtrim(replace({encoded}, E'\n', ''), '=')"


def write_object(fields: Sequence[tuple[str, str]]) -> str:
    """Write an object of fields whose values are JSON text; neighbouring fixed parts are joined."""
    parts: list[str] = []
    fixed = "{"
    for place, (key, value) in enumerate(fields):
        fixed += f'{"," if place else ""}"{key}":'
        if value.startswith("'") and is_literal(value):
            fixed += value[1:-1].replace("''", "'")
        else:
            parts += [quote(fixed), value]
            fixed = ""
    parts.append(quote(fixed + "}"))
    return " || ".join(parts)


def is_literal(value: str) -> bool:
    """Tell whether a text of SQL is one plain literal."""
    return value[:1] == value[-1:] == "'" and "'" not in value[1:-1].replace("''", "")
