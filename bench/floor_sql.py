"""The floor's statements: SQL written by hand that gives the very text of the product's answer."""
# ruff: noqa: S608 - the statements are put together of our own text alone, every value is bound

from collections.abc import Mapping

from bench.floor_json import area, array, key, maybe, obj, one, string, yuan

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
    found = f"""'{{"data":{{"found":' || {one(answer)} || '}}}}'"""
    return f"with ctx as materialized ({_GUARD}) select ({found}) from ctx"


_OWNER = obj(name=string("o.name"), idNumber=string("o.id_number_masked"))
_OWNERS = array(
    f"select {_OWNER} from owner o where o.city = u.city and o.unit_id = u.id order by o.position, o.id"
)
_BUILDING = one(
    f"select {obj(name=string('b.name'))} from building b where b.city = u.city and b.id = u.building_id"
)
_ESTATE = one(
    f"select {obj(name=string('e.name'))} from estate e where e.city = u.city and e.id = u.estate_id"
)
_ACCOUNT = one(
    f"select {obj(due=yuan('a.due'), balance=yuan('a.balance'))}"
    " from account a where a.city = u.city and a.unit_id = u.id order by a.id desc limit 1"
)
_BASE = {"id": key("Unit", "u"), "roomNo": string("u.room_no")}
_AREA = area("u.gross_area")
_IN_BUILDING = "u.city = b.city and u.building_id = b.id and u.status = 'ACTIVE'"

_Q1_UNIT = obj(**_BASE, address=string("u.address"), grossArea=_AREA, building=_BUILDING, estate=_ESTATE)
_Q1 = f"select {_Q1_UNIT} from unit u where u.city = $1 and u.id = $4"

_Q2_UNIT = obj(node=obj(**_BASE, address=string("u.address"), grossArea=_AREA, owners=_OWNERS))
# A cursor of the product is base64 of `["unit id","<hex>"]`.
_LAST = "replace((p.ids)[least(cardinality(p.ids), $6)]::text, '-', '')"
_CLEAR = f"""convert_to('["unit id","' || {_LAST} || '"]', 'UTF8')"""
_CURSOR = f"""coalesce('"' || translate(encode({_CLEAR}, 'base64'), '+/=', '-_') || '"', 'null')"""
_MORE = "(coalesce(cardinality(p.ids), 0) > $6)::text"
_PAGE = obj(
    pageInfo=obj(hasNextPage=_MORE, endCursor=_CURSOR),
    edges="'[' || coalesce(array_to_string(p.edges[:$6], ','), '') || ']'",
)
_Q2 = f"""select {obj(units=_PAGE)}
from (select array_agg(u.id order by u.id) as ids, array_agg({_Q2_UNIT} order by u.id) as edges
      from (select * from unit where city = $1 and estate_id = $4 and status = 'ACTIVE' and id > $5
            order by id limit $6 + 1) u) p
where exists (select from estate e where e.city = $1 and e.id = $4)"""

_Q3_UNIT = obj(
    id=key("Unit", "u"),
    section=string("u.section"),
    floor="u.floor::text",
    roomNo=string("u.room_no"),
    usage=string("u.usage"),
    grossArea=_AREA,
    saleStatus=maybe("u.sale_status"),
    contractNo=maybe("u.contract_no"),
    owners=_OWNERS,
)
_Q3_UNITS = array(
    f"select {_Q3_UNIT} from unit u where {_IN_BUILDING}"
    " order by u.section_key, u.section, u.floor desc, u.room_key, u.id"
)
_Q3_BUILDING = obj(id=key("Building", "b"), name=string("b.name"), units=_Q3_UNITS)
_Q3_BUILDINGS = array(
    f"select {_Q3_BUILDING} from building b"
    " where b.city = e.city and b.estate_id = e.id and b.status = 'ACTIVE' order by b.position, b.id"
)
_Q3 = f"select {obj(buildings=_Q3_BUILDINGS)} from estate e where e.city = $1 and e.id = $4"

_Q4_UNIT = obj(node=obj(**_BASE, address=string("u.address"), estate=_ESTATE))
# Longer parts are looked for by the rarest of their runs of three characters, and then compared whole.
_SMALL = 'lower({} collate "pg_c_utf8")'
_PART = _SMALL.format("$4::text")
_RUNS = f"""select distinct substr({_PART}, place, 3) collate "C" as run
from generate_series(1, greatest(length({_PART}) - 2, 1)) place"""
_RAREST = f"""select r.run from ({_RUNS}) r
order by (select coalesce(sum(t.unit_count), 0) from place_token t where t.city = $1 and t.token = r.run)
limit 1"""
_MEANT = f"""select unnest(coalesce(t.units, w.units))
from place_token t join place_token w
  on w.city = t.city and w.org_id = t.org_id and w.building_id = t.building_id and w.token = ''
where t.city = $1 and t.token = ({_RAREST}) order by t.building_id"""
_HOLDS = " or ".join(f"strpos({_SMALL.format(column)}, {_PART}) > 0" for column in ("u.address", "u.room_no"))
_Q4_UNITS = array(
    f"select {_Q4_UNIT} from unit u where u.city = $1 and u.id = any(array({_MEANT}))"
    f" and u.status = 'ACTIVE' and ({_HOLDS}) order by u.id desc limit $5"
)
_Q4 = f"select {obj(edges=_Q4_UNITS)}"

_Q5_UNIT = obj(**_BASE, grossArea=_AREA, saleStatus=maybe("u.sale_status"), owners=_OWNERS, account=_ACCOUNT)
_Q5_UNITS = f"'[' || string_agg({_Q5_UNIT}, ',' order by u.room_key, u.id) || ']'"
_Q5_FLOOR = obj(floor="u.floor::text", units=_Q5_UNITS)
_Q5_FLOORS = f"""select u.section_key, u.section, u.floor, {_Q5_FLOOR} as shown
from unit u where {_IN_BUILDING} group by u.section_key, u.section, u.floor"""
_Q5_SECTION = obj(
    section=string("f.section"), floors="'[' || string_agg(f.shown, ',' order by f.floor desc) || ']'"
)
_Q5_SECTIONS = array(
    f"select {_Q5_SECTION} from ({_Q5_FLOORS}) f"
    " group by f.section_key, f.section order by f.section_key, f.section"
)
_Q5 = f"select {obj(grid=_Q5_SECTIONS)} from building b where b.city = $1 and b.id = $4"

READS: Mapping[str, str] = {
    name: _guarded(answer) for name, answer in {"Q1": _Q1, "Q2": _Q2, "Q3": _Q3, "Q4": _Q4, "Q5": _Q5}.items()
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
_CONTENT = obj(
    building="(l.after -> 'building')::text",
    floor="(l.after -> 'floor')::text",
    roomNo="(l.after -> 'room_no')::text",
    address="(l.after -> 'address')::text",
    usage="(l.after -> 'usage')::text",
    grossArea=area("(l.after -> 'gross_area')::bigint"),
    hasLift="(l.after -> 'has_lift')::text",
)
_LINE = obj(node=obj(no="l.no::text", after=_CONTENT))
_LINES = array(
    f"select {_LINE} from order_line l where l.city = o.city and l.order_id = o.id order by l.no limit 20"
)
_ORDER = obj(id=key("Order", "o"), status=string("o.status"), lines=obj(edges=_LINES))
_WRITTEN = f"""'{{"data":{{"found":{{"order":' || {_ORDER} || '}}}}}}'"""
WRITTEN = f"select {_WRITTEN} from business_order o where o.city = $1 and o.id = $2"
