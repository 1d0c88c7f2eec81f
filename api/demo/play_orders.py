"""How the play brings an order, whatever its kind, from its draft to its end."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from api.demo.caller import ORDER_DONE, Caller, Json
from api.demo.pictures import picture
from api.demo.stage import FILE, Stage
from domain.orders import KINDS
from domain.switch import Route

HANDLER = {"name": "经办小王", "mobile": "13900000001"}
_UNITS = """query($id: ID!) { node(id: $id) { ... on Estate {
  name propertyCompany buildings { id name completedYm
  units { id code roomNo grossArea contractNo owners { name share }
    account { due balance outstanding } } } } } }"""


@dataclass(frozen=True, slots=True)
class Crew:
    """Those who have to do with the orders of one city: a developer, a window clerk and a reviewer."""

    stage: Stage
    developer: Caller
    clerk: Caller
    reviewer: Caller

    async def draft(self, kind: str, **content: object) -> str:
        """Open a draft and give its id; the kind is named as its content's field in the graph."""
        given = {"content": {kind: content}}
        return (await self.developer.act("orderDraft", "OrderDraftInput", given, ORDER_DONE))["order"]["id"]

    async def save(self, order: str, kind: str, **content: object) -> Json:
        """Save a draft's head, which ends an order of some kinds."""
        return (await self.act("orderSave", order, content={kind: content}))["order"]

    async def act(self, name: str, order: str, read: str = ORDER_DONE, **given: object) -> Json:
        """Do something with a draft."""
        kind = f"{name[0].upper()}{name[1:]}Input"
        return await self.developer.act(name, kind, {"orderId": order, **given}, read)

    async def pick(self, order: str, units: Sequence[str] = (), buildings: Sequence[str] = ()) -> Json:
        """Pick units or buildings."""
        return await self.act("orderLinesPick", order, unitIds=list(units), buildingIds=list(buildings))

    async def edit(self, order: str, what: str, numbers: Sequence[int], **values: object) -> Json:
        """Edit some lines."""
        return await self.act("orderLinesEdit", order, numbers=list(numbers), edit={what: values})

    async def finish(self, order: str, kind: str, route: Route | None = None, read: str = "") -> Json:
        """Hand a draft in with its papers, print its form, and let the office accept and approve it.

        Args:
            order: The order.
            kind: Its code.
            route: How its units came, where the papers depend on it.
            read: What to read of it besides what every step reads.
        """
        stage, key = self.stage, kind.lower().replace("_", "-")
        for paper in stage.city.required_attachments(KINDS[kind].uploads, route):
            file = await self.developer.upload(f"{paper}.png", picture(paper))
            await self.act("orderAttach", order, fileId=file, kind=paper)
        submitted = await self.developer.step("orderSubmit", order)
        printed = await self.developer.act(
            "orderPrint", "OrderPrintInput", {"orderId": order, "form": "APPLICATION"}, FILE
        )
        form = await stage.keep_file(self.developer, printed, f"{key}.pdf")
        stage.teller.tell(f"Submit {submitted['orderNo']} and print its form", form)
        await self.clerk.act("orderClaim", "OrderClaimInput", {"orderId": order}, ORDER_DONE)
        await self.clerk.step("orderAccept", order)
        given = {"orderId": order}
        done = await self.reviewer.act("orderApprove", "OrderStepInput", given, f"{ORDER_DONE} {read}")
        return done["order"]

    async def look(self, estate: str) -> Mapping[str, Json]:
        """Read an estate's units by building and room, such as `1栋 301`; which section is not asked."""
        node = (await self.developer.ask(_UNITS, id=estate))["node"]
        return {
            f"{building['name']} {unit['roomNo']}": {**unit, "building": building}
            for building in node["buildings"]
            for unit in building["units"]
        }

    async def read_estate(self, estate: str) -> Json:
        """Read an estate with its buildings."""
        return (await self.developer.ask(_UNITS, id=estate))["node"]
