"""The part of the play about what is there already: every kind of order that changes it."""

from collections.abc import Sequence

from api.demo.caller import UnexpectedAnswer
from api.demo.play_orders import HANDLER, Crew
from api.demo.play_refunds import pay_back
from domain.switch import CancellationGranularity

_REFUNDS = "... on OrderDone { order { refunds { refundNo amount unit { roomNo } } } }"
_ESTATE_OF = "query($id: ID!) { node(id: $id) { ... on Unit { estate { id } } } }"
_FIRST = {"name": "李堃", "idType": "1", "idNumber": "51050219850315018X", "mobile": "13900139000"}
_SECOND = {"name": "王芳", "idType": "1", "idNumber": "510502198503150120", "mobile": "13900139001"}


async def change_everything(crew: Crew, unit: str) -> str:
    """Play one order of every kind that changes an estate which is there, and give the estate.

    Args:
        crew: Who acts.
        unit: Unit 301 of the estate, which was paid in full.
    """
    estate = (await crew.developer.ask(_ESTATE_OF, id=unit))["node"]["estate"]["id"]
    await _save_changes(crew, estate)
    await _change_building(crew, estate)
    await _change_owners(crew, estate)
    await _split(crew, estate)
    await _merge(crew, estate)
    await _change_units(crew, estate)
    await pay_back(crew)
    await _cancel(crew, estate)
    return estate


async def _save_changes(crew: Crew, estate: str) -> None:
    """Change the enterprise and the estate, which saving completes."""
    order = await crew.draft("organizationChange")
    saved = await crew.save(order, "organizationChange", contactMobile="13900000009")
    crew.stage.teller.tell("Change the enterprise's mobile number and save", saved["status"])
    order = await crew.draft("estateChange", estateId=estate)
    saved = await crew.save(order, "estateChange", estateId=estate, propertyCompany="示范物业服务有限公司")
    company = (await crew.read_estate(estate))["propertyCompany"]
    crew.stage.teller.compare("the estate's property company", company, "示范物业服务有限公司")
    crew.stage.teller.tell(
        "Change the estate's property company and save", f"{saved['orderNo']} {saved['status']}, {company}"
    )


async def _change_building(crew: Crew, estate: str) -> None:
    buildings = {one["name"]: one for one in (await crew.read_estate(estate))["buildings"]}
    order = await crew.draft("buildingChange", estateId=estate, reason="竣工验收", handler=HANDLER)
    await crew.pick(order, buildings=[buildings["2栋"]["id"]])
    await crew.edit(order, "building", [1], completedYm="202609")
    done = await crew.finish(order, "BUILDING_CHANGE")
    after = {one["name"]: one for one in (await crew.read_estate(estate))["buildings"]}
    crew.stage.teller.compare("completion of 2栋", after["2栋"]["completedYm"], "202609")
    crew.stage.teller.tell(
        "Building change",
        f"{done['status']}, 2栋 {buildings['2栋']['completedYm']} → {after['2栋']['completedYm']}",
    )


async def _change_owners(crew: Crew, estate: str) -> None:
    """Give 301 a second owner; the money stays with the house."""
    unit = (await crew.look(estate))["1栋 301"]
    order = await crew.draft("ownershipChange", estateId=estate, handler=HANDLER)
    await crew.pick(order, [unit["id"]])
    owners = [{**_FIRST, "share": "60%"}, {**_SECOND, "share": "40%"}]
    await crew.edit(order, "owners", [1], owners=owners)
    done = await crew.finish(order, "OWNERSHIP_CHANGE")
    after = (await crew.look(estate))["1栋 301"]
    shares = [f"{one['name']} {one['share']}" for one in after["owners"]]
    crew.stage.teller.compare("owners of 301", shares, ["李堃 60%", "王芳 40%"])
    crew.stage.teller.compare(
        "balance after the ownership change", after["account"]["balance"], crew.stage.amounts.balance_after
    )
    crew.stage.teller.tell(
        "Ownership change of 301",
        f"{done['status']}, {', '.join(shares)}, balance {after['account']['balance']} yuan",
    )


async def _replace(crew: Crew, estate: str, sources: Sequence[str], rooms: Sequence[tuple[str, str]]) -> str:
    """Let units give way to others, given as room and area, and tell what became of the money."""
    units = await crew.look(estate)
    order = await crew.draft("splitMerge", estateId=estate, reason="业主申请", handler=HANDLER)
    await crew.pick(order, [units[f"1栋 {room}"]["id"] for room in sources])
    codes = ";".join(units[f"1栋 {room}"]["code"] for room in sources)
    lines = [
        {
            "sources": codes,
            "building": "1栋",
            "section": "1单元",
            "floor": "3",
            "roomNo": room,
            "address": f"示范花园1栋{room}",
            "usage": "住宅",
            "hasLift": "有",
            "grossArea": area,
        }
        for room, area in rooms
    ]
    await crew.act("orderLinesPut", order, lines=lines)
    return (await crew.finish(order, "SPLIT_MERGE"))["status"]


async def _split(crew: Crew, estate: str) -> None:
    """Split 301 two to one."""
    rooms = (("301A", "58.90"), ("301B", "29.45"))
    status = await _replace(crew, estate, ("301",), rooms)
    after = await crew.look(estate)
    told = list[str]()
    for (room, area), amount in zip(rooms, crew.stage.amounts.split, strict=True):
        account = after[f"1栋 {room}"]["account"]
        crew.stage.teller.compare(f"due of {room}", account["due"], amount)
        crew.stage.teller.compare(f"balance of {room}", account["balance"], amount)
        told.append(f"{room} {area} ㎡ {account['balance']} yuan")
    crew.stage.teller.tell("Split 301 two to one", f"{status}, {', '.join(told)}")


async def _merge(crew: Crew, estate: str) -> None:
    """Merge the two parts; the money is what it was, to the fen."""
    status = await _replace(crew, estate, ("301A", "301B"), (("301", "88.35"),))
    account = (await crew.look(estate))["1栋 301"]["account"]
    crew.stage.teller.compare("due after the merge", account["due"], crew.stage.amounts.notice)
    crew.stage.teller.compare("balance after the merge", account["balance"], crew.stage.amounts.balance_after)
    crew.stage.teller.tell("Merge the parts into 301", f"{status}, balance {account['balance']} yuan")


async def _change_units(crew: Crew, estate: str) -> None:
    """Make 301 smaller, so that money goes back, and 201 larger."""
    amounts, teller = crew.stage.amounts, crew.stage.teller
    units = await crew.look(estate)
    small, large = units["1栋 301"], units["2栋 201"]
    head: dict[str, object] = {"estateId": estate, "reason": "测绘更正", "handler": HANDLER}
    order = await crew.draft("unitChange", **head)
    await crew.pick(order, [small["id"], large["id"]])
    await crew.edit(order, "unit", [1], grossArea="80.00")
    edited = (await crew.edit(order, "unit", [2], grossArea="50.00"))["order"]
    teller.compare("due of the changed units", edited["due"], amounts.changed_due)
    if crew.stage.city.refund_prompt:
        asked = await crew.developer.attempt("orderSubmit", "OrderStepInput", {"orderId": order}, "")
        codes = [problem["code"] for problem in asked.get("problems", ())]
        teller.compare("what submitting asks for", codes, ["REFUND_CONFIRMATION_REQUIRED"])
        account = {
            "unitIds": [small["id"]],
            "holder": "李堃",
            "number": "6222020000000000",
            "bank": "示范银行",
        }
        await crew.save(order, "unitChange", **head, refundConfirmed=True, refundAccounts=[account])
        teller.tell("Submit the unit change; be asked for the refund's account", ", ".join(codes))
    done = await crew.finish(order, "UNIT_CHANGE", read=_REFUNDS)
    refunds = [f"{one['unit']['roomNo']} {one['amount']}" for one in done["refunds"]]
    teller.compare("refunds of the unit change", refunds, [f"301 {part}" for part in amounts.refunds])
    teller.tell(
        "Unit change: 301 has 80.00 ㎡, 201 has 50.00 ㎡",
        f"{done['status']}, due {done['due']} yuan, goes back {', '.join(refunds)} yuan",
    )


async def _cancel(crew: Crew, estate: str) -> None:
    """Cancel 201: alone, or with its whole building where the city says so."""
    unit = (await crew.look(estate))["2栋 201"]
    order = await crew.draft("unitCancellation", estateId=estate, reason="规划调整", handler=HANDLER)
    whole = crew.stage.city.cancellation_granularity is CancellationGranularity.BUILDING
    await (crew.pick(order, buildings=[unit["building"]["id"]]) if whole else crew.pick(order, [unit["id"]]))
    done = await crew.finish(order, "UNIT_CANCELLATION")
    if "2栋 201" in await crew.look(estate):
        raise UnexpectedAnswer("A cancelled unit is still there")
    what = "Cancel the building 2栋" if whole else "Cancel unit 201"
    crew.stage.teller.tell(what, f"{done['status']}, {done['unitCount']} unit, due {done['due']} yuan less")
