"""The demo world: two cities with made-up developers, estates, orders, notices and payments."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import httpx

from api.app import Face, make_app
from api.demo.caller import ORDER_DONE, Caller, Json, UnexpectedAnswer, codes_of
from api.demo.kept import Kept, database_mark, load_kept
from api.demo.made_up import PASSWORD, PLACES, Enterprise, Place, estate_lines, few_lines, logins
from api.demo.staff import COLLEAGUES, add_colleagues
from api.house import House
from api.welcome import DemoLogin
from domain.city import City, load_samples
from domain.orders.organization_registration import ORGANIZATION_REGISTRATION
from domain.problem import ProblemCode
from resolvers.accounts import OfficeAccount, make_bank_account, make_office_account
from resolvers.founding import found_city, is_untouched
from resolvers.keys import authenticate_key

_REGISTRATIONS = """query($status: [OrderStatus!]) {
  orders(first: 100, filter: {kind: [ORGANIZATION_REGISTRATION], status: $status}) {
    edges { node { id status organization { uscc } } } } }"""
_UNITS = """query($id: ID!) { node(id: $id) { ... on Estate { units(first: 100) {
  edges { node { id owners { id } } } } } } }"""
_NOTICES = "... on NoticesIssued { notices { id noticeNo total } }"


async def build_world(house: House) -> tuple[DemoLogin, ...]:
    """Load both cities and, into an empty database, the demo world.

    Every act carries an idempotency key and every id follows from the seed, so a world that was interrupted
    half-built is finished by building it again. A database with other people's accounts is left alone.

    Returns:
        Who can sign in; nobody where the database is not the demo's.
    """
    kept, mark = load_kept(house.folder), database_mark(house.addresses.owner_url)
    if await is_untouched(house.desk):
        kept = Kept(mark)
        kept.save(house.folder)
    demo = await _has_our_keys(house, kept) if kept.complete else kept.database == mark
    samples = load_samples() if demo else {}
    for city in house.desk.cities.values():
        await found_city(house.desk, city, samples.get(city.key, ()))
    if not demo:
        return ()
    towns = [(city, PLACES[city.key]) for city in house.desk.cities.values() if city.key in PLACES]
    if not kept.complete:
        print("Making the demo world (once) ...", flush=True)  # noqa: T201 - told to the terminal
        await _build(house, kept, towns)
    return tuple(login for city, place in towns for login in _logins(kept, city, place))


async def _has_our_keys(house: House, kept: Kept) -> bool:
    """Tell by the banks' keys whether the database is the one in which the world was built."""
    now = house.desk.clock()
    return all([await authenticate_key(house.desk, key, now) for key in kept.keys.values()])


def _logins(kept: Kept, city: City, place: Place) -> list[DemoLogin]:
    people = [DemoLogin(city.code, role, name, PASSWORD) for role, name in logins(place)]
    first = place.enterprises[0]
    people += [DemoLogin(city.code, one.role, one.login_name(first), PASSWORD) for one in COLLEAGUES]
    return [*people, DemoLogin(city.code, "bank_operator", city.banks[0].code, kept.keys[city.code])]


async def _build(house: House, kept: Kept, towns: list[tuple[City, Place]]) -> None:
    for city, _ in towns:
        if city.code not in kept.keys:
            kept.keys[city.code] = await make_bank_account(house.desk, city.code, city.banks[0].code)
            kept.save(house.folder)
    app = make_app(house.desk, Face(worker=False))
    transport = httpx.ASGITransport(app, client=("demo", 0))
    async with httpx.AsyncClient(transport=transport, base_url="http://demo") as http:
        for city, place in towns:
            await _build_town(house, http, city, place, kept.keys[city.code])
    kept.complete = True
    kept.save(house.folder)


@dataclass(frozen=True, slots=True)
class _Town:
    """Whoever acts in one city while its world is built."""

    city: City
    street: str
    clerk: Caller
    reviewer: Caller
    bank: Caller
    now: datetime


async def _build_town(house: House, http: httpx.AsyncClient, city: City, place: Place, key: str) -> None:
    stranger = Caller(http)
    staff: dict[str, Caller] = {}
    for official in place.officials:
        account = OfficeAccount(
            city.code, official.role, official.login_name, PASSWORD, official.name, official.id_number
        )
        # An account that is there already was made before an interruption.
        await make_office_account(house.desk, account)
        staff[official.role] = await stranger.sign_in(city.code, official.login_name, PASSWORD)
    bank = stranger.with_key(key)
    town = _Town(city, place.street, staff["window_clerk"], staff["reviewer"], bank, house.desk.clock())
    for enterprise in place.enterprises:
        developer = await _admit(town, stranger, enterprise)
        made: list[str] = []
        for number, estate in enumerate(enterprise.estates, start=1):
            made.append(await _collect(town, developer, estate, number))
            if number == 1:
                await _pay(town, developer, made[0])
        if enterprise is place.enterprises[0]:
            await add_colleagues(stranger, developer, city.code, enterprise, made)
        for status, estate in enterprise.unfinished.items():
            await _leave_unfinished(town, developer, estate, status)


async def _admit(town: _Town, stranger: Caller, enterprise: Enterprise) -> Caller:
    """Register an enterprise and give its user; where the office decides, it does."""
    code = town.city.code
    found = await stranger.try_sign_in(code, enterprise.login_name, PASSWORD)
    if isinstance(found, Caller):
        return found
    if found != ProblemCode.SIGN_IN_PENDING:
        visitor = await stranger.begin_registration(code)
        papers = town.city.required_attachments(ORGANIZATION_REGISTRATION.uploads)
        order = await visitor.register(enterprise.form(code), papers)
    else:
        order = await _find_registration(town, enterprise)
    if order["status"] == "SUBMITTED":
        order = await town.clerk.step("orderAccept", order["id"])
    if order["status"] == "ACCEPTED":
        await town.reviewer.step("orderApprove", order["id"])
    return await stranger.sign_in(code, enterprise.login_name, PASSWORD)


async def _find_registration(town: _Town, enterprise: Enterprise) -> Json:
    """Find a registration that waited for the office when the first start was interrupted."""
    data = await town.clerk.ask(_REGISTRATIONS, status=["SUBMITTED", "ACCEPTED"])
    orders = [edge["node"] for edge in data["orders"]["edges"]]
    return next(order for order in orders if order["organization"]["uscc"] == enterprise.uscc)


async def _draft(
    town: _Town, developer: Caller, estate: str, number: int, lines: list[dict[str, object]]
) -> str:
    content = {
        "name": estate,
        "address": f"{town.street}{number}号",
        "district": town.city.codes.district[0].code,
        "bank": town.city.banks[0].code,
        "handler": {"name": "经办小王", "mobile": "13900000001"},
    }
    given = {"content": {"estateCollection": content}, "idempotencyKey": f"draft {estate}"}
    order = (await developer.act("orderDraft", "OrderDraftInput", given, ORDER_DONE))["order"]
    more = {"orderId": order["id"], "lines": lines, "idempotencyKey": f"lines {estate}"}
    await developer.act("orderLinesPut", "OrderLinesPutInput", more, ORDER_DONE)
    return order["id"]


async def _collect(town: _Town, developer: Caller, estate: str, number: int) -> str:
    """Collect an estate to the end and give its id."""
    address = f"{town.street}{number}号"
    order = await _draft(town, developer, estate, number, estate_lines(town.city.code, estate, address))
    await developer.step("orderSubmit", order, idempotencyKey=f"submit {estate}")
    # The papers of a registration come with an enterprise's first order [J 1.1].
    await town.clerk.step(
        "orderAccept", order, registrationPapersReceived=True, idempotencyKey=f"accept {order}"[:64]
    )
    done = await town.reviewer.step("orderApprove", order, idempotencyKey=f"approve {order}"[:64])
    return done["estate"]["id"]


async def _leave_unfinished(town: _Town, developer: Caller, estate: str, status: str) -> None:
    """Bring an order to where it shall stand."""
    place = len(estate) + 80
    lines = few_lines(town.city.code, estate, f"{town.street}{place}号")
    order = await _draft(town, developer, estate, place, lines)
    for who, step, more in _way_to(town, developer, status):
        await who.step(step, order, **more, idempotencyKey=f"{step} {order}"[:64])


def _way_to(town: _Town, developer: Caller, status: str) -> list[tuple[Caller, str, Mapping[str, object]]]:
    submit = (developer, "orderSubmit", dict[str, object]())
    accept = (town.clerk, "orderAccept", dict[str, object]())
    item = {"path": "name", "text": "物业区域名称与规划许可证不一致。"}
    back = (town.clerk, "orderReturn", {"note": "请补正后重新提交。", "items": [item]})
    reject = (town.reviewer, "orderReject", {"note": "该地块不在采集范围内。"})
    ways: Mapping[str, list[tuple[Caller, str, Mapping[str, object]]]] = {
        "DRAFT": [],
        "SUBMITTED": [submit],
        "ACCEPTED": [submit, accept],
        "RETURNED": [submit, back],
        "REJECTED": [submit, accept, reject],
        "CANCELLED": [(developer, "orderDiscard", {})],
    }
    return ways[status]


async def _pay(town: _Town, developer: Caller, estate: str) -> None:
    """Issue six notices: two are paid, one is voided and then paid to no avail, three stay open."""
    data = await developer.ask(_UNITS, id=estate)
    units = [edge["node"]["id"] for edge in data["node"]["units"]["edges"] if edge["node"]["owners"]]
    given = {"units": [{"unitId": unit} for unit in units[:6]], "idempotencyKey": f"notices {estate}"[:64]}
    issued = await developer.act("noticeIssue", "NoticeIssueInput", given, _NOTICES)
    first, second, third, *_ = issued["notices"]
    void = {"noticeId": third["id"], "reason": "业主信息有误", "idempotencyKey": f"void {third['id']}"[:64]}
    await developer.act("noticeVoid", "NoticeVoidInput", void, "... on NoticeVoided { notice { id } }")
    for notice in (first, second):
        await town.bank.act(
            "paymentConfirm",
            "PaymentConfirmInput",
            _report(town, notice),
            "... on PaymentConfirmed { payment { id } }",
        )
    stray = await town.bank.attempt("paymentConfirm", "PaymentConfirmInput", _report(town, third), "")
    if codes_of(stray) != ["NOTICE_NOT_OPEN"]:
        raise UnexpectedAnswer(f"Money for a voided notice: {codes_of(stray)}")


def _report(town: _Town, notice: Json) -> dict[str, object]:
    return {
        "noticeNo": notice["noticeNo"],
        "amount": notice["total"],
        "bankTxnNo": f"DEMO{notice['noticeNo']}",
        "channel": "BANK",
        "paidAt": town.now.isoformat(),
    }
