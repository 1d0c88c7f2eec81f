"""What orders give the transaction system to hear, one message a unit."""

from typing import Any

from domain.switch import Route
from resolvers.trading.delivery import deliver
from tests.office import Office, attach, done, open_office
from tests.scenes import JIANGMEN, REFUSED, Town, unit
from tests.shelf import Shelf
from tests.sim import Sim

_DONE = f"... on OrderDone {{ order {{ id orderNo }} }} {REFUSED}"
_UNITS = "{ estates { edges { node { id buildings { id name units { id roomNo } } } } } }"
_QUEUED = """select u.room_no, p.cause from push p join unit u on u.city = p.city and u.id = p.unit_id
where p.status = 'WAITING' order by seq"""


async def _carry_out(office: Office, content: dict[str, Any], edit: object = None, **picked: Any) -> None:
    """Draft an order, pick and edit its rows, and bring it to its end."""
    drafted = await office.developer.act("orderDraft", {"content": content}, _DONE, "OrderDraftInput")
    order = drafted["order"]["id"]
    await office.developer.act("orderLinesPick", {"orderId": order, **picked}, _DONE, "OrderLinesPickInput")
    if edit is not None:
        given = {"orderId": order, "edit": edit}
        changed = await office.developer.act("orderLinesEdit", given, _DONE, "OrderLinesEditInput")
        assert changed["__typename"] == "OrderDone", changed
    await done(office.developer, "SUBMIT", order)
    await done(office.clerk, "ACCEPT", order, registrationPapersReceived=True)
    await done(office.reviewer, "APPROVE", order)


async def test_changes_are_told_of_linked_units_once_for_each_order(town: Town, sim: Sim, shelf: Shelf):
    office = await open_office(town, JIANGMEN)
    rooms = {"301": "HT-1", "302": "HT-2", "303": None}
    await office.complete([unit(room, contractNo=number) for room, number in rooms.items()])
    for number in ("HT-1", "HT-2"):
        sim[JIANGMEN].sell(number, None)
    (edge,) = (await office.developer.ask(_UNITS))["estates"]["edges"]
    (building,) = edge["node"]["buildings"]
    units = {one["roomNo"]: one["id"] for one in building["units"]}
    assert await deliver(town.desk, JIANGMEN) == 2

    handler = {"name": "王小明", "mobile": "13800138000"}
    change = {"estateId": edge["node"]["id"], "reason": "测绘更正", "handler": handler}
    month = {"building": {"completedYm": "201409"}}
    await _carry_out(office, {"buildingChange": change}, month, buildingIds=[building["id"]])
    assert await shelf.rows(_QUEUED) == []
    renamed = {"building": {"name": "9栋"}}
    await _carry_out(office, {"buildingChange": change}, renamed, buildingIds=[building["id"]])
    assert await shelf.rows(_QUEUED) == [("301", "CHANGED"), ("302", "CHANGED")]
    assert await deliver(town.desk, JIANGMEN) == 2

    gone = {"estateId": edge["node"]["id"], "reason": "拆迁"}
    await _carry_out(office, {"unitCancellation": gone}, unitIds=[units["301"], units["303"]])
    assert await shelf.rows(_QUEUED) == [("301", "CANCELLED")]
    assert await deliver(town.desk, JIANGMEN) == 1
    told = [(one.room_no, one.building, one.status, one.cause) for one in sim[JIANGMEN].messages()]
    assert told == [
        ("301", "1栋", "ACTIVE", "OPENED"),
        ("302", "1栋", "ACTIVE", "OPENED"),
        ("301", "9栋", "ACTIVE", "CHANGED"),
        ("302", "9栋", "ACTIVE", "CHANGED"),
        ("301", "9栋", "CANCELLED", "CANCELLED"),
    ]


async def test_units_that_came_by_the_interface_are_told_of_by_the_ids_of_that_system(town: Town, sim: Sim):
    office = await open_office(town, JIANGMEN)
    order = await town.draft(office.developer)
    (first, *_) = (await office.developer.ask("{ projects { ... on Projects { projects { id } } } }"))[
        "projects"
    ]["projects"]
    given = {"orderId": order, "projects": [{"project": first["id"]}]}
    fetched = await office.developer.act(
        "orderFetch", given, "... on OrderFetched { units }", "OrderFetchInput"
    )
    assert fetched["__typename"] == "OrderFetched", fetched
    for kind in town.desk.cities[JIANGMEN].required_attachments("ESTATE_COLLECTION", Route.INTERFACE):
        await attach(office.developer, order, await town.upload(office.developer), kind)
    await done(office.developer, "SUBMIT", order)
    await done(office.clerk, "ACCEPT", order, registrationPapersReceived=True)
    await done(office.reviewer, "APPROVE", order)
    while await deliver(town.desk, JIANGMEN):
        pass
    told = {one.unit_id: one.cause for one in sim[JIANGMEN].messages()}
    assert told == dict.fromkeys(sim[JIANGMEN].units["JM-P001"], "OPENED")
    assert len(told) == fetched["units"] == 22
