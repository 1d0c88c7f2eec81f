"""Writes SQL whose result is JSON text: the few forms that the floor's statements are put together of."""


def obj(**fields: str) -> str:
    """Write an object of fields that are SQL texts."""
    parts = [
        f"""'{"," if place else "{"}"{name}":' || {text}"""
        for place, (name, text) in enumerate(fields.items())
    ]
    return "(" + " || ".join(parts) + " || '}')"


def array(query: str) -> str:
    """Write an array of a query's rows."""
    return f"'[' || array_to_string(array({query}), ',') || ']'"


def one(query: str) -> str:
    """Write a query's only row, or null."""
    return f"coalesce(({query}), 'null')"


def string(column: str) -> str:
    """Write a text that is never null."""
    return f"to_json({column})::text"


def maybe(column: str) -> str:
    """Write a text or null."""
    return f"coalesce(to_json({column})::text, 'null')"


def key(name: str, row: str) -> str:
    """Write a global id: base64 without padding, which never needs its two special signs here."""
    clear = f"convert_to('{name}:' || {row}.city || ':' || encode(uuid_send({row}.id), 'hex'), 'UTF8')"
    return f"""'"' || rtrim(encode({clear}, 'base64'), '=') || '"'"""


def area(column: str) -> str:
    """Write 0.0001 m² with two to four decimals."""
    long = f"rtrim(lpad(({column} % 10000)::text, 4, '0'), '0')"
    short = f"lpad(({column} % 10000 / 100)::text, 2, '0')"
    decimals = f"case when {column} % 100 = 0 then {short} else {long} end"
    return f"""'"' || ({column} / 10000)::text || '.' || {decimals} || '"'"""


def yuan(column: str) -> str:
    """Write fen with two decimals of a yuan."""
    return f"""'"' || ({column} / 100)::text || '.' || lpad(({column} % 100)::text, 2, '0') || '"'"""
