"""The part of the play about the estate: its workbook, its papers, the office's decision, its graph."""

from collections.abc import Mapping

from api.demo.caller import ORDER_DONE, Caller, Json, UnexpectedAnswer, codes_of
from api.demo.made_up import PLAYED
from api.demo.pictures import picture
from api.demo.stage import FILE, Stage
from domain.estate import UNIT_FIELDS
from domain.switch import RegistrationMode
from reports.sheets import SHEETS
from reports.workbook import write

_SHEET = SHEETS["UNIT_IMPORT"]
_ESTATE = """query($id: ID!) { node(id: $id) { ... on Estate { code name buildings { name
  grid { section floors { floor units { id roomNo grossArea account { due balance } } } } } } } }"""

_TYPED: tuple[Mapping[str, str], ...] = (
    {
        "building": "1栋",
        "section": "1单元",
        "floor": "3",
        "room_no": "301",
        "gross_area": "88.35",
        "has_lift": "有",
    },
    {
        "building": "1栋",
        "section": "1单元",
        "floor": "3",
        "room_no": "302",
        "gross_area": "33.3335",
        "has_lift": "有",
        "owner_name": "张喆",
        "owner_id_type": "身份证",
        "owner_id_number": "510502198503150120",
        "owner_mobile": "13800138000",
        "contract_no": "HT2026302",
    },
    {
        "building": "地下室",
        "floor": "-1",
        "room_no": "101",
        "gross_area": "12.50",
        "has_lift": "有",
        "usage": "车位",
    },
    {
        "building": "2栋",
        "section": "1单元",
        "floor": "2",
        "room_no": "201",
        "gross_area": "45.67",
        "has_lift": "无",
    },
)


async def collect_estate(stage: Stage, developer: Caller, clerk: Caller, reviewer: Caller) -> dict[str, str]:
    """Collect an estate of four units by workbook, and give the units' ids by room."""
    order = await _draft(stage, developer)
    await _workbooks(stage, developer, order)
    await _submit(stage, developer, order)
    estate = await _decide(stage, clerk, reviewer, order)
    return await _look(stage, developer, estate)


async def _draft(stage: Stage, developer: Caller) -> str:
    template = await stage.stranger.fetch(f"/templates/{_SHEET.name}.xlsx?city={stage.city.code}")
    name = stage.teller.keep("template.xlsx", template)
    stage.teller.tell("Download the template", f"{name}, {len(template):,} bytes")
    content = {
        "name": "示范花园",
        "address": f"{PLAYED[stage.city.key].street}1号",
        "district": stage.city.codes.district[0].label,
        "bank": stage.city.banks[0].code,
        "handler": {"name": "经办小王", "mobile": "13900000001"},
    }
    given = {"content": {"estateCollection": content}, "idempotencyKey": "draft"}
    order = (await developer.act("orderDraft", "OrderDraftInput", given, ORDER_DONE))["order"]
    stage.teller.tell("Open a draft of an estate collection", f"{order['orderNo']} {order['status']}")
    return order["id"]


async def _workbooks(stage: Stage, developer: Caller, order: str) -> None:
    """Import a wrong workbook, then the right one, then what was exported."""
    teller, rows = stage.teller, _typed_rows(stage)
    wrong = [*rows, {**rows[0], "floor": 0}, {**rows[1], "owner_id_number": "510502198503150121"}]
    book = await write(_SHEET, stage.city, wrong)
    name = teller.keep("wrong.xlsx", book)
    refused = await developer.import_workbook(order, name, book)
    told = ", ".join(f"{p['cell']} {p['code']}" for p in refused["problems"])
    teller.tell(f"Import {name}", f"{refused['__typename']}, {refused['problemCount']} problems: {told}")
    marked = teller.keep("wrong-marked.xlsx", await developer.fetch(refused["correctionUrl"]))
    teller.tell("Download the copy with the problems beside the cells", marked)
    book = await write(_SHEET, stage.city, rows)
    name = teller.keep("filled.xlsx", book)
    _tell_import(stage, name, await developer.import_workbook(order, name, book))
    made = await developer.act("orderExport", "OrderExportInput", {"orderId": order}, FILE)
    exported = await developer.fetch(made["file"]["url"])
    name = teller.keep("exported.xlsx", exported)
    _tell_import(stage, name, await developer.import_workbook(order, name, exported))


def _typed_rows(stage: Stage) -> list[dict[str, object]]:
    """Give the units as typed values, as a person fills the template in."""
    street, today = PLAYED[stage.city.key].street, stage.today()
    rows: list[dict[str, object]] = []
    for typed in _TYPED:
        texts = {"usage": "住宅", "address": f"{street}1号{typed['building']}{typed['room_no']}", **typed}
        fields = [field for field in UNIT_FIELDS if field.name in texts]
        rows.append({field.name: field.kind.parse(texts[field.name], stage.city, today) for field in fields})
    return rows


def _tell_import(stage: Stage, name: str, answer: Json) -> None:
    if answer["__typename"] != "OrderImported":
        raise UnexpectedAnswer(f"{name} was refused: {codes_of(answer)}")
    stage.teller.compare(f"rows of {name}", answer["rows"], stage.amounts.units)
    stage.teller.tell(
        f"Import {name}", f"{answer['rows']} rows, {answer['order']['buildingCount']} buildings"
    )


async def _submit(stage: Stage, developer: Caller, order: str) -> None:
    amounts, teller = stage.amounts, stage.teller
    file = await developer.upload("规划许可证.png", picture("PLANNING_PERMIT"))
    given = {"orderId": order, "fileId": file, "kind": "PLANNING_PERMIT", "idempotencyKey": "attach"}
    await developer.act("orderAttach", "OrderAttachInput", given, ORDER_DONE)
    teller.tell("Attach the planning permit", "规划许可证.png")
    done = await developer.step("orderSubmit", order, idempotencyKey="submit")
    teller.compare("area of the order", done["grossArea"], amounts.area)
    teller.compare("due of the order", done["due"], amounts.order_due)
    teller.tell(
        "Submit",
        f"{done['status']}, {done['unitCount']} units, {done['grossArea']} ㎡, due {done['due']} yuan",
    )
    for form, name in (("APPLICATION", "application.pdf"), ("OPENING_LIST", "opening-list.pdf")):
        printed = await developer.act("orderPrint", "OrderPrintInput", {"orderId": order, "form": form}, FILE)
        teller.tell(f"Print {form}", await stage.keep_file(developer, printed, name))


async def _decide(stage: Stage, clerk: Caller, reviewer: Caller, order: str) -> str:
    instant = stage.city.registration_mode is RegistrationMode.INSTANT
    accepted = await clerk.step(
        "orderAccept", order, registrationPapersReceived=instant, idempotencyKey="accept"
    )
    papers = ", with the registration papers" if instant else ""
    stage.teller.tell(
        f"The window accepts the order{papers}", f"{accepted['status']} {accepted['acceptanceNo']}"
    )
    done = await reviewer.step("orderApprove", order, idempotencyKey="approve")
    stage.teller.tell("The reviewer approves", done["status"])
    return done["estate"]["id"]


async def _look(stage: Stage, developer: Caller, estate: str) -> dict[str, str]:
    """Read the estate's building table, and give its units by room."""
    node = (await developer.ask(_ESTATE, id=estate))["node"]
    units = {
        unit["roomNo"]: unit
        for building in node["buildings"]
        for section in building["grid"]
        for floor in section["floors"]
        for unit in floor["units"]
    }
    for room, due in stage.amounts.due.items():
        stage.teller.compare(f"due of unit {room}", units[room]["account"]["due"], due)
        stage.teller.compare(
            f"balance of unit {room}", units[room]["account"]["balance"], stage.amounts.balance_before
        )
    dues = ", ".join(f"{room} {unit['account']['due']}" for room, unit in units.items())
    buildings = ", ".join(building["name"] for building in node["buildings"])
    stage.teller.tell("Read the estate, its grid and accounts", f"{node['code']} ({buildings}), due {dues}")
    return {room: unit["id"] for room, unit in units.items()}
