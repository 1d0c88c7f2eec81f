"""What stands in the database of a sequence, read by its owner, and what the plain books say of the same."""

from typing import Any

from schema.ids import read_id
from tests.machine.model import Books, Order
from tests.shelf import Shelf

_STANDING = """
with mine as (select * from estate where city = :city and name like :name)
select json_build_object(
'units', (select json_agg(json_build_array(
  u.id, e.name, b.name, u.floor, u.room_no, u.gross_area, u.has_lift,
  case u.category when 'PARKING' then '车位' else '住宅' end, u.status,
  a.due, a.paid_first, a.balance, a.status, a.holder, a.estate_id = u.estate_id,
  (select coalesce(sum(r.amount), 0)::bigint from refund r where r.city = u.city and r.account_id = a.id
    and r.status = 'APPROVED' and r.estate_id = u.estate_id),
  (select coalesce(json_agg(o.name order by o.position), '[]') from owner o
    where o.city = u.city and o.unit_id = u.id and o.estate_id = u.estate_id),
  (select n.id from notice n join notice_line l on l.city = n.city and l.notice_id = n.id
    where n.city = u.city and l.unit_id = u.id and l.status = 'OPEN' and n.status = 'OPEN'),
  u.code, u.building_id))
  from mine e join unit u on u.city = e.city and u.estate_id = e.id
  join building b on b.city = u.city and b.id = u.building_id and b.estate_id = e.id
  join account a on a.city = u.city and a.unit_id = u.id),
'buildings', (select json_agg(json_build_array(b.id, e.name, b.name, b.completed_ym, b.status))
  from mine e join building b on b.city = e.city and b.estate_id = e.id),
'estates', (select json_agg(json_build_array(e.id, e.name, -a.balance))
  from mine e join account a on a.city = e.city and a.estate_id = e.id and a.kind = 'SPECIAL'),
'orders', (select json_agg(json_build_array(o.id, o.status,
  (select count(*) from order_lock l where l.city = o.city and l.order_id = o.id),
  o.claimed_by is not null, (select count(*) from order_line l where l.city = o.city and l.order_id = o.id)))
  from business_order o where o.city = :city and o.id = any(cast(:orders as uuid[]))),
'notices', (select json_agg(json_build_array(n.id, n.status, n.total))
  from notice n where n.city = :city and n.id = any(cast(:notices as uuid[]))))
"""

Standing = dict[str, dict[str, list[Any]]]
"""What stands, by its noun and id."""


async def stands(shelf: Shelf, city: int, prefix: str, books: Books) -> Standing:
    """Read what stands, in one statement."""
    orders = [_key(order.id) for order in books.orders.values()]
    notices = [_key(notice.id) for notice in books.notices.values()]
    found = await shelf.one(_STANDING, city=city, name=f"{prefix}%", orders=orders, notices=notices)
    return {noun: {row[0]: row[1:] for row in rows or ()} for noun, rows in found.items()}


def adopt(prefix: str, books: Books, found: Standing) -> None:
    """Learn what the product calls the estates, buildings and units that an approval made."""
    for key, row in found["estates"].items():
        books.estates[row[0].removeprefix(prefix)].id = key
    for key, (estate, name, _, status) in found["buildings"].items():
        for building in books.buildings.values():
            here = (prefix + building.estate, building.name) == (estate, name)
            if not building.id and here and status == "ACTIVE":
                building.id = key
    for key, row in found["units"].items():
        for unit in books.units.values():
            here = books.buildings[unit.building].id == row[-1] and [unit.floor, unit.room] == row[2:4]
            if not unit.id and here and row[7] == "ACTIVE":
                unit.id, unit.code = key, row[-2]


def _key(found: str) -> str:
    return str(read_id(found)[2])


def expected(prefix: str, books: Books) -> Standing:
    """Say what ought to stand, in the same words."""
    held: dict[str, int] = dict.fromkeys(books.estates, 0)
    for unit in books.units.values():
        held[books.estate_of(unit)] += unit.paid
    return {
        "units": {unit.id: _unit(prefix, books, label) for label, unit in books.units.items()},
        "buildings": {
            one.id: [prefix + one.estate, one.name, one.year, "ACTIVE" if one.active else "CANCELLED"]
            for one in books.buildings.values()
        },
        "estates": {one.id: [prefix + name, held[name]] for name, one in books.estates.items() if one.id},
        "orders": {_key(order.id): _order(order) for order in books.orders.values()},
        "notices": {_key(one.id): [one.status, one.total] for one in books.notices.values()},
    }


def _unit(prefix: str, books: Books, label: str) -> list[Any]:
    unit = books.units[label]
    building = books.buildings[unit.building]
    notice = books.notices[unit.notice] if unit.notice and books.is_open(unit) else None
    account = "OPEN" if unit.active else "FROZEN" if unit.paid else "CLOSED"
    return [
        prefix + building.estate,
        building.name,
        unit.floor,
        unit.room,
        unit.area,
        unit.lift,
        unit.usage,
        "ACTIVE" if unit.active else unit.end,
        unit.due,
        unit.paid,
        unit.paid,
        account,
        "OWNER" if unit.owners else "DEVELOPER",
        True,
        unit.promised,
        list(unit.owners),
        _key(notice.id) if notice else None,
        unit.code,
        building.id,
    ]


def _order(order: Order) -> list[Any]:
    return [order.status, len(order.held), bool(order.claimed), len(order.lines)]


def differences(found: Standing, wanted: Standing) -> list[str]:
    """List what stands otherwise than it ought to, one thing a line."""
    return [
        f"{noun} {key}: stands {found[noun].get(key)}, ought to be {wanted[noun].get(key)}"
        for noun in wanted
        for key in sorted({*found[noun], *wanted[noun]}, key=str)
        if found[noun].get(key) != wanted[noun].get(key)
    ]
