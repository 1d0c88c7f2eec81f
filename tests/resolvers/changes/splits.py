"""Splits and merges as their people do them: units picked, new ones typed, letter attached, approved."""

from typing import Any

from tests.office import Office, attach, done
from tests.scenes import REFUSED, unit

_CONTENT = """... on SplitMergeSource { code roomNo grossArea }
  ... on SplitMergeResult { sources building roomNo floor usage hasLift grossArea owners { name share } }"""
ORDER = f"""order {{ id status unitCount buildingCount grossArea due
  lines(first: 50) {{ edges {{ node {{ no before {{ {_CONTENT} }} after {{ {_CONTENT} }} }} }} }} }}"""
DONE = f"... on OrderDone {{ {ORDER} }} {REFUSED}"
UNIT = """id code roomNo grossArea status contractNo usage hasLift owners { name share reviewed }
  account { due paidFirst balance outstanding status entries { type amount component } }"""
ESTATE = (
    f"query($id: ID!) {{ node(id: $id) {{ ... on Estate {{ buildings {{ name units {{ {UNIT} }} }} }} }} }}"
)
OWNER = {
    "ownerName": "张三",
    "ownerIdType": "1",
    "ownerIdNumber": "510502198503150120",
    "ownerMobile": "13800138000",
}
OTHER = {
    "ownerName": "李四",
    "ownerIdType": "1",
    "ownerIdNumber": "51050219850315018X",
    "ownerMobile": "13800138001",
}


def garage(room: str = "1", area: str = "100.00", **more: Any) -> dict[str, Any]:
    """Give a garage as typed by hand."""
    known = {"building": "地下室", "section": "", "floor": "-1", "usage": "车库", "address": f"地下{room}"}
    return {**unit("101", area, **known, **OWNER), "roomNo": room, "contractNo": f"HT{room}", **more}


class Split:
    """A split or merge that somebody fills in."""

    def __init__(self, office: Office, estate: str, **head: Any) -> None:
        self.office = office
        self.estate = estate
        self.head = head
        self.order = ""

    async def begin(self, *units: str) -> "Split":
        """Open the draft and pick units."""
        content = {"splitMerge": {"estateId": self.estate, **self.head}}
        drafted = await self.office.developer.act("orderDraft", {"content": content}, DONE, "OrderDraftInput")
        assert drafted["__typename"] == "OrderDone", drafted
        self.order = drafted["order"]["id"]
        if units:
            picked = await self.act("orderLinesPick", unitIds=list(units))
            assert picked["__typename"] == "OrderDone", picked
        return self

    async def act(self, act: str, **given: Any) -> Any:
        """Do something with the draft."""
        kind = f"{act[0].upper()}{act[1:]}Input"
        return await self.office.developer.act(act, {"orderId": self.order, **given}, DONE, kind)

    async def put(self, *rows: dict[str, Any], replace: bool = True) -> Any:
        """Type what comes of the units."""
        return await self.act("orderLinesPut", lines=list(rows), replace=replace)

    async def approve(self) -> Any:
        """Bring it to its end."""
        await letter_in(self.office, self.order)
        await done(self.office.developer, "SUBMIT", self.order)
        await done(self.office.clerk, "ACCEPT", self.order, registrationPapersReceived=True)
        answer = await self.office.reviewer.act(
            "orderApprove", {"orderId": self.order}, DONE, "OrderStepInput"
        )
        assert answer["__typename"] == "OrderDone", answer
        return answer["order"]


async def letter_in(office: Office, order: str) -> None:
    """Attach the confirmation letter (房屋拆分合并确认书)."""
    file = await office.town.upload(office.developer)
    await attach(office.developer, order, file, "SPLIT_MERGE_CONFIRMATION")


def part(sources: str, room: str, area: str, **more: Any) -> dict[str, Any]:
    """Give a garage that comes of others as typed by hand."""
    own = {name: value for name, value in garage(room, area).items() if name not in OWNER}
    del own["contractNo"]
    return {**own, "sources": sources, **more}


async def open_estate(office: Office, *lines: dict[str, Any]) -> str:
    """Collect an estate and give its id."""
    order = await office.complete(list(lines), name="一期", address="一期路1号")
    query = "query($id: ID!) { node(id: $id) { ... on Order { estate { id } } } }"
    return (await office.developer.ask(query, id=order))["node"]["estate"]["id"]


async def rooms_of(office: Office, estate: str) -> dict[str, Any]:
    """Read the units in use by their room numbers."""
    found = await office.developer.ask(ESTATE, id=estate)
    return {one["roomNo"]: one for building in found["node"]["buildings"] for one in building["units"]}
