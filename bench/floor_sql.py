"""The floor's statements: SQL written by hand that gives the very text of the product's answer."""
# ruff: noqa: S608 - the statements are put together of our own text alone, every value is bound

from collections.abc import Mapping

# $1 city, $2 principal, $3 its version; whoever does not stand there gets no row.
_GUARD = """
select set_config('app.city', city::text, true),
       set_config('app.org', org_id::text, true),
       set_config('app.principal', id::text, true),
       set_config('app.now', now()::text, true)
from principal where city = $1 and id = $2 and status = 'ACTIVE' and version = $3
"""
GUARD = _GUARD + " for share"


def _guarded(answer: str) -> str:
    """Let context, freshness and answer ride in one statement; `select (…) from ctx` keeps their order."""
    return f"""with ctx as materialized ({_GUARD}) select ('{{"data":{{"found":' || coalesce(({answer}), 'null') || '}}}}') from ctx"""


def _object(**fields: str) -> str:
    """Write a JSON object of SQL texts."""
    parts = [
        f"""'{"," if place else "{"}"{name}":' || {text}"""
        for place, (name, text) in enumerate(fields.items())
    ]
    return "(" + " || ".join(parts) + " || '}')"


def _list(query: str) -> str:
    return f"'[' || array_to_string(array({query}), ',') || ']'"


def _text(column: str) -> str:
    return f"to_json({column})::text"


def _maybe(column: str) -> str:
    return f"coalesce(to_json({column})::text, 'null')"


def _key(name: str, column: str = "id", city: str = "city") -> str:
    """Write a global id: base64 without padding, which never needs its two special signs here."""
    clear = f"convert_to('{name}:' || {city} || ':' || replace({column}::text, '-', ''), 'UTF8')"
    return f"""'"' || rtrim(encode({clear}, 'base64'), '=') || '"'"""


def _area(column: str) -> str:
    """Write 0.0001 m² with two to four decimals."""
    whole, rest = f"({column} / 10000)::text", f"{column} % 10000"
    long = f"rtrim(lpad(({rest})::text, 4, '0'), '0')"
    short = f"lpad(({rest} / 100)::text, 2, '0')"
    return f"""'"' || {whole} || '.' || case when {column} % 100 = 0 then {short} else {long} end || '"'"""


def _yuan(column: str) -> str:
    return f"""'"' || ({column} / 100)::text || '.' || lpad(({column} % 100)::text, 2, '0') || '"'"""


_OWNERS = _list(
    f"select {_object(name=_text('o.name'), idNumber=_text('o.id_number_masked'))}"
    " from owner o where o.city = u.city and o.unit_id = u.id order by o.position, o.id"
)
_GRID = "u.section_key, u.section, u.floor desc, u.room_key, u.id"
_IN_BUILDING = "u.city = b.city and u.building_id = b.id and u.status = 'ACTIVE'"

_ONE = f"""select {
    _object(
        id=_key("Unit"),
        roomNo=_text("u.room_no"),
        address=_text("u.address"),
        grossArea=_area("u.gross_area"),
        building="coalesce((select "
        + _object(name=_text("b.name"))
        + " from building b where b.city = u.city and b.id = u.building_id), 'null')",
        estate="coalesce((select "
        + _object(name=_text("e.name"))
        + " from estate e where e.city = u.city and e.id = u.estate_id), 'null')",
    )
} from unit u where u.city = $1 and u.id = $4"""

# A cursor of the product is base64 of `["unit id","<hex>"]`.
_CURSOR = """coalesce('"' || rtrim(translate(encode(convert_to('["unit id","' || replace((p.ids)[least(array_length(p.ids, 1), $6)]::text, '-', '') || '"]', 'UTF8'), 'base64'), '+/' || chr(10), '-_'), '=') || '"', 'null')"""
_PAGE_UNIT = _object(
    node=_object(
        id=_key("Unit"),
        roomNo=_text("u.room_no"),
        address=_text("u.address"),
        grossArea=_area("u.gross_area"),
        owners=_OWNERS,
    )
)
_PAGE = f"""select '{{"units":{{"pageInfo":{{"hasNextPage":' || (coalesce(array_length(p.ids, 1), 0) > $6)::text
  || ',"endCursor":' || {_CURSOR} || '}},"edges":[' || array_to_string(p.edges[:$6], ',') || ']}}}}'
from (select array_agg(u.id order by u.id) as ids, array_agg({_PAGE_UNIT} order by u.id) as edges
      from (select * from unit where city = $1 and estate_id = $4 and status = 'ACTIVE' and id > $5
            order by id limit $6 + 1) u) p
where exists (select from estate e where e.city = $1 and e.id = $4)"""

_TABLE_UNIT = _object(
    id=_key("Unit"),
    section=_text("u.section"),
    floor="u.floor::text",
    roomNo=_text("u.room_no"),
    usage=_text("u.usage"),
    grossArea=_area("u.gross_area"),
    saleStatus=_maybe("u.sale_status"),
    contractNo=_maybe("u.contract_no"),
    owners=_OWNERS,
)
_TABLE = f"""select {
    _object(
        buildings=_list(
            "select "
            + _object(
                id=_key("Building"),
                name=_text("b.name"),
                units=_list(f"select {_TABLE_UNIT} from unit u where {_IN_BUILDING} order by {_GRID}"),
            )
            + " from building b where b.city = e.city and b.estate_id = e.id and b.status = 'ACTIVE'"
            " order by b.position, b.id"
        )
    )
} from estate e where e.city = $1 and e.id = $4"""

_GRID_UNIT = _object(
    id=_key("Unit"),
    roomNo=_text("u.room_no"),
    grossArea=_area("u.gross_area"),
    saleStatus=_maybe("u.sale_status"),
    owners=_OWNERS,
    account="coalesce((select "
    + _object(due=_yuan("a.due"), balance=_yuan("a.balance"))
    + " from account a where a.city = u.city and a.unit_id = u.id order by a.id desc limit 1), 'null')",
)
_FLOORS = f"""select u.section_key, u.section, u.floor,
  '{{"floor":' || u.floor || ',"units":['
  || string_agg({_GRID_UNIT}, ',' order by u.room_key, u.id) || ']}}' as shown
from unit u where {_IN_BUILDING} group by u.section_key, u.section, u.floor"""
_SECTION = _object(
    section=_text("f.section"), floors="'[' || string_agg(f.shown, ',' order by f.floor desc) || ']'"
)
_SECTIONS = _list(
    f"select {_SECTION} from ({_FLOORS}) f group by f.section_key, f.section order by f.section_key, f.section"
)
_LAID = f"select {_object(grid=_SECTIONS)} from building b where b.city = $1 and b.id = $4"

_FOUND_UNIT = _object(
    node=_object(
        id=_key("Unit", "u.id", "u.city"),
        roomNo=_text("u.room_no"),
        address=_text("u.address"),
        estate="coalesce((select "
        + _object(name=_text("e.name"))
        + " from estate e where e.city = u.city and e.id = u.estate_id), 'null')",
    )
)
# Longer parts are looked for by the rarest of their runs of three characters, and then compared whole.
_SMALL = 'lower({} collate "pg_c_utf8")'
_PART = _SMALL.format("$4::text")
_RUNS = f"""select distinct substr({_PART}, place, 3) collate "C" as run
from generate_series(1, greatest(length({_PART}) - 2, 1)) place"""
_RAREST = f"""select r.run from ({_RUNS}) r order by
(select coalesce(sum(t.unit_count), 0) from place_token t where t.city = $1 and t.token = r.run) limit 1"""
_MEANT = f"""select unnest(coalesce(t.units, w.units)) from place_token t
join place_token w on w.city = t.city and w.org_id = t.org_id and w.building_id = t.building_id and w.token = ''
where t.city = $1 and t.token = ({_RAREST}) order by t.building_id"""
_HOLDS = f"(strpos({_SMALL.format('u.address')}, {_PART}) > 0 or strpos({_SMALL.format('u.room_no')}, {_PART}) > 0)"
_SEARCH = f"""select '{{"edges":' || {
    _list(
        f"select {_FOUND_UNIT} from unit u where u.city = $1 and u.id = any(array({_MEANT}))"
        f" and u.status = 'ACTIVE' and {_HOLDS} order by u.id desc limit $5"
    )
} || '}}'"""

READS: Mapping[str, str] = {
    "Q1": _guarded(_ONE),
    "Q2": _guarded(_PAGE),
    "Q3": _guarded(_TABLE),
    "Q4": _guarded(_SEARCH),
    "Q5": _guarded(_LAID),
}

EMPTY = """
with changed as (update business_order set version = version + 1
                 where city = $1 and id = $2 and status in ('DRAFT', 'RETURNED') returning id)
delete from order_line l using changed where l.city = $1 and l.order_id = changed.id
"""
FILL = """
insert into order_line (city, order_id, no, org_id, after)
select o.city, o.id, l.no, o.org_id, l.line
from business_order o, jsonb_array_elements($3::jsonb) with ordinality as l (line, no)
where o.city = $1 and o.id = $2
"""
_LINE = _object(
    node=_object(
        no="l.no::text",
        after=_object(
            building="(l.after -> 'building')::text",
            floor="(l.after -> 'floor')::text",
            roomNo="(l.after -> 'room_no')::text",
            address="(l.after -> 'address')::text",
            usage="(l.after -> 'usage')::text",
            grossArea=_area("(l.after -> 'gross_area')::bigint"),
            hasLift="(l.after -> 'has_lift')::text",
        ),
    )
)
_WRITTEN = (
    "select "
    + _object(
        id=_key("Order"),
        status=_text("o.status"),
        lines="'{\"edges\":' || "
        + _list(
            f"select {_LINE} from order_line l where l.city = o.city and l.order_id = o.id order by l.no limit 20"
        )
        + " || '}'",
    )
    + " from business_order o where o.city = $1 and o.id = $2"
)
WRITTEN = f"""select '{{"data":{{"found":{{"order":' || ({_WRITTEN}) || '}}}}}}'"""
