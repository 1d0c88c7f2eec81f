"""Orders in the hands of those who work on them: a developer, a window clerk and a reviewer of one city."""

from dataclasses import dataclass
from typing import Any

from domain.switch import Route
from tests.scenes import LUZHOU, PNG, Caller, Developer, Town, take, units
from tests.worlds import beginning

STEPS = {
    "SUBMIT": "orderSubmit",
    "WITHDRAW": "orderWithdraw",
    "DISCARD": "orderDiscard",
    "ACCEPT": "orderAccept",
    "RETURN": "orderReturn",
    "APPROVE": "orderApprove",
    "REJECT": "orderReject",
}
TIMELINE = (
    "query($id: ID!) { node(id: $id) { ... on Order { status stepsOpen acceptanceNo submittedAt acceptedAt"
    " timeline { step side fromStatus toStatus note items { path text line } }"
    " attachments { id kind } content { ... on EstateCollection { name depositPoint bank } }"
    " lines(first: 100) { edges { node { no after { ... on UnitContent {"
    " building roomNo grossArea owner { idNumber mobile } } } } } }"
    " version unitCount buildingCount grossArea due } } }"
)


@dataclass
class Office:
    """The people of one city who have to do with an order."""

    town: Town
    developer: Developer
    clerk: Caller
    reviewer: Caller

    @property
    def city(self) -> int:
        """The city's code."""
        return self.developer.city

    async def prepare(self, lines: list[dict[str, Any]] | None = None, **more: Any) -> str:
        """Give a draft that can be submitted."""
        order = await self.town.draft(self.developer, **more)
        put = await self.town.put(self.developer, order, lines or units())
        assert put["__typename"] == "OrderDone", put
        city = self.town.desk.cities[self.city]
        for kind in city.required_attachments("ESTATE_COLLECTION", Route.TEMPLATE):
            await attach(self.developer, order, await self.town.upload(self.developer, PNG), kind)
        return order

    async def submit(self, lines: list[dict[str, Any]] | None = None, **more: Any) -> str:
        """Give a submitted order."""
        order = await self.prepare(lines, **more)
        await done(self.developer, "SUBMIT", order)
        return order

    async def accept(self, lines: list[dict[str, Any]] | None = None, **more: Any) -> str:
        """Give an accepted order."""
        order = await self.submit(lines, **more)
        await done(self.clerk, "ACCEPT", order, registrationPapersReceived=True)
        return order

    async def complete(self, lines: list[dict[str, Any]] | None = None, **more: Any) -> str:
        """Give a completed order."""
        order = await self.accept(lines, **more)
        await done(self.reviewer, "APPROVE", order)
        return order

    def side(self, step: str) -> Caller:
        """Give who may take a step."""
        return {
            "ACCEPT": self.clerk,
            "RETURN": self.clerk,
            "APPROVE": self.reviewer,
            "REJECT": self.reviewer,
        }.get(step, self.developer)


@beginning
async def open_office(town: Town, city: int = LUZHOU) -> Office:
    """Give a city with rates, a developer, a clerk and a reviewer."""
    if city == LUZHOU:
        await town.set_rates(city)
    developer = await town.developer(city)
    return Office(town, developer, await town.clerk(city), await town.reviewer(city))


async def attach(caller: Caller, order: str, file: str, kind: str, **more: Any) -> Any:
    """Attach a file to an order."""
    return await caller.act(
        "orderAttach",
        {"orderId": order, "fileId": file, "kind": kind, **more},
        "... on OrderDone { order { version attachments { id kind } } }",
        "OrderAttachInput",
    )


async def try_step(caller: Caller, step: str, order: str, **more: Any) -> Any:
    """Take a step and give its answer, or the code of the error that came instead."""
    if step in {"RETURN", "REJECT"}:
        more = {"note": "面积与测绘报告不符", **more}
    try:
        return await take(caller, STEPS[step], order, **more)
    except AssertionError as error:
        return error.args[0][0]["extensions"]["code"]


async def done(caller: Caller, step: str, order: str, **more: Any) -> Any:
    """Take a step that succeeds, and give the order."""
    answer = await try_step(caller, step, order, **more)
    assert answer["__typename"] == "OrderDone", answer
    return answer["order"]


async def problems(caller: Caller, step: str, order: str, **more: Any) -> list[str]:
    """Take a step that is refused, and give the codes."""
    answer = await try_step(caller, step, order, **more)
    assert isinstance(answer, dict), answer
    return await caller.refused(answer)


async def look(caller: Caller, order: str) -> Any:
    """Read an order with everything about it; None if the caller does not see it."""
    return (await caller.ask(TIMELINE, id=order))["node"]


async def save(caller: Caller, order: str, content: dict[str, Any], **more: Any) -> Any:
    """Save a draft's content."""
    return await caller.act(
        "orderSave",
        {"orderId": order, "content": {"estateCollection": content}, **more},
        "... on OrderDone { order { version due content { ... on EstateCollection { name address } } } }",
        "OrderSaveInput",
    )


async def error_of(caller: Caller, name: str, given: dict[str, Any], kind: str) -> str:
    """Send a mutation that ends as an error, and give its code."""
    query = f"mutation($i: {kind}!) {{ {name}(input: $i) {{ __typename }} }}"
    answer = await caller.send(query, i=given)
    return answer["errors"][0]["extensions"]["code"]
