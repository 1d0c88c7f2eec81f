"""The graph as it was: estates, buildings, units and owners at a past moment."""

from dataclasses import dataclass
from typing import Any

from tests.conftest import MovableClock
from tests.office import Office, done, open_office
from tests.ordinary import ask_ordinary
from tests.resolvers.changes.deposits import OWNER
from tests.scenes import JIANGMEN, LUZHOU, REFUSED, USCC, Caller, Town, unit

_SPOUSE = {"name": "欧阳明", "idType": "身份证", "idNumber": "51050219850315018x", "mobile": "13122220002"}
_HANDLER = {"name": "王小明", "mobile": "13800138000"}
_MASKED = "5105**********0120"
_OLD, _NEW = [OWNER["name"]], [_SPOUSE["name"]]
_DRAFTED = f"... on OrderDone {{ order {{ id }} }} {REFUSED}"
_CITY = """query($then: DateTime) { estates(asOf: $then, last: 9) { totalCount edges { node { id name
  version organization { name } buildings { id name estate { name } units { id roomNo version
  owners { name idNumber } } }
  units { totalCount edges { node { roomNo building { name } } } } } } } }"""
_UNIT = """query($id: ID!, $then: DateTime) { node(id: $id, asOf: $then) { ... on Unit {
  owners { id name unit { roomNo } } building { name estate { name } } estate { name } } } }"""

_SEARCH = """query($then: DateTime) {
  units(asOf: $then, filter: { search: "欧阳" }) { edges { node { building { name } } } } }"""


async def _estate(office: Office, name: str, *buildings: str) -> None:
    lines = [
        unit(
            building=building,
            ownerName=OWNER["name"],
            ownerIdType="1",
            ownerIdNumber=OWNER["idNumber"],
            ownerMobile=OWNER["mobile"],
            contractNo=f"{name}{building}",
        )
        for building in buildings
    ]
    await office.complete(lines, name=name, address=f"{name}路1号")


async def _change(office: Office, content: dict[str, Any], picked: dict[str, Any], edit: Any) -> None:
    """Let an order be drafted, filled in and completed."""
    drafted = await office.developer.act("orderDraft", {"content": content}, _DRAFTED, "OrderDraftInput")
    order = {"orderId": drafted["order"]["id"]}
    for name, given in (("orderLinesPick", picked), ("orderLinesEdit", {"edit": edit})):
        kind = f"O{name[1:]}Input"
        answer = await office.developer.act(name, {**order, **given}, _DRAFTED, kind)
        assert answer["__typename"] == "OrderDone", answer
    for caller, step in (
        (office.developer, "SUBMIT"),
        (office.clerk, "ACCEPT"),
        (office.reviewer, "APPROVE"),
    ):
        more = {"registrationPapersReceived": True} if step == "ACCEPT" else {}
        await done(caller, step, order["orderId"], **more)


class _Told:
    """What the city looked like, as somebody is told it both ways."""

    def __init__(self, town: Town, caller: Caller) -> None:
        self._town = town
        self._caller = caller

    async def ask(self, query: str, **given: Any) -> Any:
        """Ask both ways, which give one answer."""
        data = await self._caller.ask(query, **given)
        assert await ask_ordinary(self._town, self._caller, query, **given) == data
        return data

    async def city(self, then: str | None) -> dict[str, dict[str, list[str]]]:
        """Give for each estate its buildings, each with its units' owners."""
        estates = [edge["node"] for edge in (await self.ask(_CITY, then=then))["estates"]["edges"]]
        for estate in estates:
            rooms = sum(len(building["units"]) for building in estate["buildings"])
            assert estate["units"]["totalCount"] == rooms
            assert {building["estate"]["name"] for building in estate["buildings"]} <= {estate["name"]}
        return {
            estate["name"]: {
                building["name"]: [owner["name"] for unit in building["units"] for owner in unit["owners"]]
                for building in estate["buildings"]
            }
            for estate in estates
        }


@dataclass(frozen=True)
class _Times:
    """Moments between which a unit was sold and its building moved, and what they are about."""

    started: str
    collected: str
    sold: str
    now: str
    room: str
    second: str


async def _let_pass(office: Office, clock: MovableClock) -> _Times:
    moments = [clock.now.isoformat()]
    clock.move(minutes=5)
    await _estate(office, "一期", "1栋", "2栋")
    await _estate(office, "二期", "5栋")
    moments.append(clock.now.isoformat())
    data = await office.developer.ask(_CITY)
    found = {edge["node"]["name"]: edge["node"] for edge in data["estates"]["edges"]}
    first, second = found["一期"]["id"], found["二期"]["id"]
    (building,) = [one for one in found["一期"]["buildings"] if one["name"] == "2栋"]
    (room,) = building["units"]
    assert room["owners"] == [{"name": OWNER["name"], "idNumber": _MASKED}]
    clock.move(minutes=5)
    owners = {"owners": {"owners": [_SPOUSE]}}
    await _change(office, {"ownershipChange": {"estateId": first}}, {"unitIds": [room["id"]]}, owners)
    moments.append(clock.now.isoformat())
    clock.move(minutes=5)
    moving = {"buildingChange": {"estateId": first, "reason": "划转", "handler": _HANDLER}}
    moved = {"building": {"estateId": second, "name": "6栋"}}
    await _change(office, moving, {"buildingIds": [building["id"]]}, moved)
    moments.append(clock.now.isoformat())
    clock.move(minutes=5)
    started, collected, sold, now = moments
    return _Times(started, collected, sold, now, room["id"], second)


async def _look_at_the_city(told: _Told, times: _Times) -> None:
    assert await told.city(times.started) == {}
    assert await told.city(times.collected) == {"一期": {"1栋": _OLD, "2栋": _OLD}, "二期": {"5栋": _OLD}}
    assert await told.city(times.sold) == {"一期": {"1栋": _OLD, "2栋": _NEW}, "二期": {"5栋": _OLD}}
    now = await told.city(times.now)
    assert now == await told.city(None) == {"一期": {"1栋": _OLD}, "二期": {"5栋": _OLD, "6栋": _NEW}}
    moments = (times.collected, times.sold, None)
    found = [(await told.ask(_SEARCH, then=then))["units"]["edges"] for then in moments]
    names = [[edge["node"]["building"]["name"] for edge in edges] for edges in found]
    assert names == [[], ["2栋"], ["6栋"]]


async def _look_at_the_unit(told: _Told, times: _Times) -> None:
    moments = (times.collected, times.sold, times.now)
    seen = [(await told.ask(_UNIT, id=times.room, then=then))["node"] for then in moments]
    assert [(one["owners"][0]["name"], one["building"], one["estate"]["name"]) for one in seen] == [
        (OWNER["name"], {"name": "2栋", "estate": {"name": "一期"}}, "一期"),
        ("欧阳明", {"name": "2栋", "estate": {"name": "一期"}}, "一期"),
        ("欧阳明", {"name": "6栋", "estate": {"name": "二期"}}, "二期"),
    ]
    assert (await told.ask(_UNIT, id=times.room, then=times.started))["node"] is None
    # The former owner's row is gone, and was found as it was.
    gone = seen[0]["owners"][0]["id"]
    assert (await told.ask("query($id: ID!) { node(id: $id) { id } }", id=gone))["node"] is None


async def test_everybody_who_may_see_it_is_told_what_was_there_at_each_moment(
    town: Town, clock: MovableClock
):
    office = await open_office(town)
    times = await _let_pass(office, clock)
    for caller in (office.developer, office.clerk):
        await _look_at_the_city(_Told(town, caller), times)
        await _look_at_the_unit(_Told(town, caller), times)
    # Today's rights hold for what was then: of one estate, where it stood then; of another's, never.
    granted = _Told(town, await town.sub_user(office.developer, estates=[times.second]))
    assert await granted.city(times.sold) == {"二期": {"5栋": _OLD}}
    assert await granted.city(times.now) == {"二期": {"5栋": _OLD, "6栋": _NEW}}
    assert (await granted.ask(_UNIT, id=times.room, then=times.sold))["node"] is None
    neighbour = _Told(town, await town.developer(LUZHOU, USCC[JIANGMEN], "neighbour"))
    assert await neighbour.city(times.collected) == {}
    assert (await neighbour.ask(_UNIT, id=times.room, then=times.collected))["node"] is None


async def test_what_has_no_history_and_what_is_to_come_is_refused(town: Town, clock: MovableClock):
    office = await open_office(town)
    await _estate(office, "一期", "1栋")
    then, later = clock.now.isoformat(), "2999-01-01T00:00:00+08:00"
    unit_id = "{ units { edges { node { id } } } }"
    (edge,) = (await office.developer.ask(unit_id))["units"]["edges"]
    far = "... on Unit { owners { unit { account { due } } } }"
    refused = {
        "units(asOf: $then) { edges { node { roomNo account { due } } } }": "Unit.account",
        "units(asOf: $then, filter: { paid: true }) { totalCount }": "filter.paid",
        f"node(id: $id, asOf: $then) {{ {far} }}": "Unit.account",
    }
    for query, name in refused.items():
        document = f"query($then: DateTime, $id: ID!) {{ {query} again: node(id: $id) {{ id }} }}"
        answer = await office.developer.send(document, then=then, id=edge["node"]["id"])
        (error,) = answer["errors"]
        assert (error["extensions"]["code"], len(error["path"])) == ("NO_HISTORY", 1)
        assert error["message"].startswith(f"{name} 没有历史记录")
    count = "query($then: DateTime) { estates(asOf: $then) { totalCount } }"
    (error,) = (await office.developer.send(count, then=later))["errors"]
    assert error["extensions"]["code"] == "BAD_USER_INPUT"
    assert "asOf" in error["message"]
