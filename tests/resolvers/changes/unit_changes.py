"""Unit changes as people make them: an estate to change, its units, and the order that is filled in."""

from typing import Any

from tests.office import Office, done
from tests.scenes import REFUSED, Caller, unit

_UNIT = "... on UnitContent { building section floor roomNo usage grossArea hasLift saleStatus address }"
_ORDER = f"""order {{ id status unitCount grossArea due refunds {{ refundNo amount status payeeName payeeBank
    unit {{ roomNo }} }}
  lines(first: 50) {{ edges {{ node {{ no before {{ {_UNIT} }} after {{ {_UNIT} }} }} }} }} }}"""
_DONE = f"... on OrderDone {{ {_ORDER} }} {REFUSED}"
_ESTATE = """query($id: ID!) { node(id: $id) { ... on Estate { buildings { id name units {
  id roomNo section usage grossArea hasLift address account { due balance paidFirst outstanding } } } } } }"""


_FIGURES = """query($id: ID!) { orderFigures(orderId: $id) { refundCount refundTotal lines { totalCount
  edges { node { line dueBefore due paid refund outstanding refundAccount { holder number bank }
    unit { roomNo } } } } } }"""


class Change:
    """A unit change that somebody fills in."""

    def __init__(self, office: Office, estate: str) -> None:
        self.office = office
        self.estate = estate
        self.order = ""

    async def begin(self, **more: Any) -> "Change":
        """Open the draft."""
        content = {"unitChange": {"estateId": self.estate, "reason": "测绘更正", **more}}
        drafted = await self.office.developer.act(
            "orderDraft", {"content": content}, _DONE, "OrderDraftInput"
        )
        self.order = drafted["order"]["id"]
        return self

    async def save(self, **more: Any) -> Any:
        """Save its head again."""
        content = {"unitChange": {"estateId": self.estate, "reason": "测绘更正", **more}}
        return await self.act("orderSave", content=content)

    async def act(self, act: str, **given: Any) -> Any:
        """Do something with the draft."""
        kind = f"{act[0].upper()}{act[1:]}Input"
        return await self.office.developer.act(act, {"orderId": self.order, **given}, _DONE, kind)

    async def pick(self, *units: str, buildings: tuple[str, ...] = ()) -> Any:
        """Pick units, or all of some buildings."""
        return await self.act("orderLinesPick", unitIds=list(units), buildingIds=list(buildings))

    async def edit(self, numbers: list[int] | None = None, **values: object) -> Any:
        """Edit lines, all of them unless some are named."""
        named = {} if numbers is None else {"numbers": numbers}
        return await self.act("orderLinesEdit", edit={"unit": values}, **named)

    async def figures(self, by: Caller | None = None) -> Any:
        """Read what it means for the money of its units."""
        return (await (by or self.office.developer).ask(_FIGURES, id=self.order))["orderFigures"]

    async def approve(self) -> Any:
        """Bring it to its end."""
        await done(self.office.developer, "SUBMIT", self.order)
        await done(self.office.clerk, "ACCEPT", self.order, registrationPapersReceived=True)
        answer = await self.office.reviewer.act(
            "orderApprove", {"orderId": self.order}, _DONE, "OrderStepInput"
        )
        return answer["order"]


def lines_of(figures: Any) -> list[Any]:
    """Give the units whose money an order changes."""
    assert figures["lines"]["totalCount"] == len(figures["lines"]["edges"])
    return [edge["node"] for edge in figures["lines"]["edges"]]


async def estate_of(office: Office, *rooms: str, **more: Any) -> str:
    """Collect an estate with these rooms, a room in another building besides, and give its id."""
    owner = {
        "ownerName": "张三",
        "ownerIdType": "1",
        "ownerIdNumber": "510502198503150120",
        "ownerMobile": "13800138000",
    }
    lines = [unit(room, contractNo=f"HT{room}", **owner, **more) for room in rooms]
    lines.append(unit("101", building="2栋", address="2栋101"))
    order = await office.complete(lines, name="一期", address="一期路1号")
    found = await office.developer.ask(
        "query($id: ID!) { node(id: $id) { ... on Order { estate { id } } } }", id=order
    )
    return found["node"]["estate"]["id"]


async def units_of(office: Office, estate: str) -> dict[str, Any]:
    """Read the units of an estate by building and room, such as `1栋301`."""
    found = await office.developer.ask(_ESTATE, id=estate)
    return {
        f"{building['name']}{unit['roomNo']}": {**unit, "building": building["id"]}
        for building in found["node"]["buildings"]
        for unit in building["units"]
    }
