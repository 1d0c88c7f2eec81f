"""The part of the play about the transaction system: units fetched, added and bound, and what it is told."""

from api.demo.caller import ORDER, ORDER_DONE, Json
from api.demo.made_up import PLAYED
from api.demo.play_orders import HANDLER, Crew
from domain.switch import InterfacePick, InterfaceQuery, NoticeKind, Route
from resolvers.trading.delivery import deliver

_PROJECTS = """query($k: String) { projects(keyword: $k) { __typename
  ... on Projects { projects { id name buildings { id name units } } } } }"""
_FETCHED = f"... on OrderFetched {{ units alreadyImported {ORDER} }}"
_MATCHED = "... on ContractsMatched { counts { match rows } }"
_NOTICES = "... on NoticesIssued { notices { noticeNo total } }"
_PAYMENT = "... on PaymentConfirmed { payment { proofNo amount } }"
_FAILED = "{ pushes(first: 10, filter: {status: FAILED}) { edges { node { id cause status answer } } } }"
_RETRIED = "... on PushesQueued { pushes { id status } }"
_BUYER = ("张三", "1", "510502198503150120")
_CONTRACT = "HT-DEMO-1"


async def deal_with_trading(crew: Crew, estate: str) -> None:
    """Play what the transaction system has a part in.

    Args:
        crew: Who acts.
        estate: An estate that is there already, for a supplement.
    """
    # 302 was typed with its contract, by which that system knows whose deposit it is told of.
    crew.stage.trading.sell("HT2026302", None, ("张喆", "1", "510502198503150120"))
    await _supplement(crew, estate)
    fetched, project = await _fetch(crew)
    if crew.stage.city.contract_binding:
        await _bind(crew, fetched, project)
    if crew.stage.city.push_to_trading:
        await _pay_while_it_refuses(crew, fetched)
    await _tell(crew)


async def _supplement(crew: Crew, estate: str) -> None:
    """Add a unit by hand, on a day of the developer's choice where the city asks for one."""
    asks = Route.TEMPLATE in crew.stage.city.deposit_point_on_supplement
    point: dict[str, object] = {"depositPoint": "2026-06-01"} if asks else {}
    order = await crew.draft("unitSupplement", estateId=estate, handler=HANDLER, **point)
    line = {
        "building": "3栋",
        "floor": "1",
        "roomNo": "101",
        "address": "示范花园3栋101",
        "usage": "住宅",
        "grossArea": "50.00",
        "hasLift": "无",
    }
    await crew.act("orderLinesPut", order, lines=[line])
    done = await crew.finish(order, "UNIT_SUPPLEMENT", Route.TEMPLATE)
    due = (await crew.look(estate))["3栋 101"]["account"]["due"]
    crew.stage.teller.compare("due of the new unit", due, crew.stage.amounts.added_due)
    day = ", at the rates of 2026-06-01" if asks else ""
    crew.stage.teller.tell(f"Supplement 3栋 101{day}", f"{done['status']}, due {due} yuan")


async def _fetch(crew: Crew) -> tuple[str, str]:
    """Collect an estate through the interface, and give it with what the project is called there."""
    stage, teller, amounts = crew.stage, crew.stage.teller, crew.stage.amounts
    order = await _draft_estate(crew)
    brand = PLAYED[stage.city.key].enterprises[0].estates[0]
    by_word = stage.city.interface_query is InterfaceQuery.KEYWORD_FUZZY
    found = await crew.developer.ask(_PROJECTS, k=f"{brand}一" if by_word else None)
    projects = found["projects"]["projects"]
    names = ", ".join(project["name"] for project in projects)
    teller.tell("Look for projects " + ("by a word" if by_word else "of one's own"), names)
    project = next(one for one in projects if one["name"] == f"{brand}一期")
    got = await crew.act("orderFetch", order, _FETCHED, projects=[_tick(crew, project)])
    teller.compare("units fetched", got["units"], amounts.fetched_units)
    teller.tell("Fetch the units of one project", f"{got['units']} units")
    done = await crew.finish(order, "ESTATE_COLLECTION", Route.INTERFACE)
    teller.compare("area of the fetched estate", done["grossArea"], amounts.fetched_area)
    teller.compare("due of the fetched estate", done["due"], amounts.fetched_due)
    teller.tell(
        "Collect the estate through the interface",
        f"{done['status']}, {done['unitCount']} units, {done['grossArea']} ㎡, due {done['due']} yuan",
    )
    return done["estate"]["id"], project["id"]


async def _draft_estate(crew: Crew) -> str:
    city = crew.stage.city
    return await crew.draft(
        "estateCollection",
        name="接口花园",
        address=f"{PLAYED[city.key].street}2号",
        district=city.codes.district[0].label,
        bank=city.banks[0].code,
        handler=HANDLER,
    )


def _tick(crew: Crew, project: Json) -> dict[str, object]:
    """Tick a project, or each of its buildings where the city ticks those."""
    if crew.stage.city.interface_pick is InterfacePick.PROJECT:
        return {"project": project["id"]}
    return {"project": project["id"], "buildings": [building["id"] for building in project["buildings"]]}


async def _bind(crew: Crew, estate: str, project: str) -> None:
    """Bind a sale contract that was signed meanwhile."""
    teller = crew.stage.teller
    unit = (await crew.look(estate))["2栋 101"]
    crew.stage.trading.sell(_CONTRACT, f"{project}-2-1-101", _BUYER)
    order = await crew.draft("contractBinding", estateId=estate, handler=HANDLER)
    await crew.pick(order, [unit["id"]])
    name, _, number = _BUYER
    await crew.edit(order, "contract", [1], contractNo=_CONTRACT, ownerName=name, idNumber=number)
    matched = (await crew.act("orderContractsMatch", order, _MATCHED))["counts"]
    teller.compare("what matching found", matched, [{"match": "MATCHED", "rows": 1}])
    given = {"orderId": order}
    done = (await crew.developer.act("orderSubmit", "OrderStepInput", given, ORDER_DONE))["order"]
    bound = [one["contractNo"] for one in (await crew.look(estate)).values() if one["id"] == unit["id"]]
    teller.compare("the bound contract", bound, [_CONTRACT])
    teller.tell("Match a contract with the transaction system and bind it", f"MATCHED, {done['status']}")


async def _pay_while_it_refuses(crew: Crew, estate: str) -> None:
    """Book a payment although the transaction system refuses to hear of it, and tell it again by hand."""
    stage, unit = crew.stage, (await crew.look(estate))["2栋 101"]
    await _push_all(crew)
    stage.trading.fail("STATUS", "deposits", status=422, times=1)
    name, kind, number = _BUYER
    owner = {"name": name, "idType": kind, "idNumber": number, "mobile": "13900139002"}
    given = {"units": [{"unitId": unit["id"], "owners": [owner]}], "idempotencyKey": "fetched"}
    notice = (await crew.developer.act("noticeIssue", "NoticeIssueInput", given, _NOTICES))["notices"][0]
    stage.teller.compare("due of a fetched unit", notice["total"], stage.amounts.due["201"])
    report = {
        "noticeNo": notice["noticeNo"],
        "amount": notice["total"],
        "bankTxnNo": "TXN-3",
        "channel": stage.city.channels.of(NoticeKind.SINGLE)[0].value,
        "paidAt": stage.house.desk.clock().isoformat(),
    }
    bank = await stage.bank()
    paid = (await bank.act("paymentConfirm", "PaymentConfirmInput", report, _PAYMENT))["payment"]
    await _push_all(crew)
    authority = await stage.official("authority_admin")
    failed = [edge["node"] for edge in (await authority.ask(_FAILED))["pushes"]["edges"]]
    stage.teller.compare("pushes that failed", [one["cause"] for one in failed], ["PAYMENT"])
    stage.teller.tell(
        "A payment is booked although the transaction system refuses to hear of it",
        f"proof {paid['proofNo']}, {paid['amount']} yuan; push {failed[0]['status']}, {failed[0]['answer']}",
    )
    given = {"pushIds": [one["id"] for one in failed]}
    again = (await authority.act("pushRetry", "PushRetryInput", given, _RETRIED))["pushes"]
    stage.teller.tell("The authority has it told again", ", ".join(one["status"] for one in again))


async def _push_all(crew: Crew) -> None:
    """Let what is queued go out, as the worker does by itself."""
    while await deliver(crew.stage.house.desk, crew.stage.city.code):
        pass


async def _tell(crew: Crew) -> None:
    """Compare what the transaction system heard with what it ought to have heard."""
    stage = crew.stage
    await _push_all(crew)
    heard = stage.trading.heard
    causes: dict[str, int] = {}
    for one in heard:
        causes[one.message.cause] = causes.get(one.message.cause, 0) + 1
    stage.teller.compare("deposits that the transaction system heard", causes, dict(stage.amounts.heard))
    stage.teller.compare("deposits heard out of order", [one.key for one in heard if one.late], [])
    told = ", ".join(f"{number} {cause}" for cause, number in causes.items()) or "nothing, as the city wants"
    stage.teller.tell("The transaction system is told of deposits", told)
