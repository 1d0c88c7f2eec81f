"""The main job as a play: from an enterprise's registration to the balance of the account that was paid into."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from api.demo.amounts import Amounts
from api.demo.caller import ORDER_DONE, Caller, Json, UnexpectedAnswer, codes_of
from api.demo.made_up import PASSWORD, PLACES
from api.demo.pictures import picture
from api.demo.teller import Teller
from api.house import House
from domain.city import City
from domain.clock import business_day
from domain.estate import UNIT_FIELDS
from domain.orders.organization_registration import ORGANIZATION_REGISTRATION
from domain.switch import RegistrationMode
from reports.sheets import SHEETS
from reports.workbook import write
from resolvers.accounts import OfficeAccount, make_bank_account, make_office_account

_SHEET = SHEETS["UNIT_IMPORT"]
_FILE = "... on FileMade { file { name url } }"
_RATE = "... on DepositRateDone { rate { rate } }"
_NOTICES = "... on NoticesIssued { notices { id noticeNo total totalInWords qrPayload } }"
_PAYMENT = "... on PaymentConfirmed { payment { id proofNo amount } }"
_ESTATE = """query($id: ID!) { node(id: $id) { ... on Estate { code name buildings { name
  grid { section floors { floor cells { roomNo unit { id grossArea account { due balance } } } } } } } } }"""
_ACCOUNT = """query($id: ID!) { node(id: $id) { ... on Unit { owners { name idNumber }
  account { accountNo balance outstanding entries { type amount balanceAfter } } } } }"""

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


@dataclass(slots=True)
class Stage:
    """One city on the stage: its people as they come on, and what they hold."""

    house: House
    city: City
    stranger: Caller
    teller: Teller
    amounts: Amounts

    async def official(self, role: str) -> Caller:
        """Let somebody of the fund office come on, with an account from the command line's own act."""
        official = next(one for one in PLACES[self.city.key].officials if one.role == role)
        account = OfficeAccount(
            self.city.code, role, official.login_name, PASSWORD, official.name, official.id_number
        )
        await make_office_account(self.house.desk, account)
        return await self.stranger.sign_in(self.city.code, official.login_name, PASSWORD)

    async def bank(self) -> Caller:
        """Let the bank's machine come on."""
        key = await make_bank_account(self.house.desk, self.city.code, self.city.banks[0].code)
        return self.stranger.with_key(key)

    def today(self) -> date:
        """Tell the business day."""
        return business_day(self.house.desk.clock())

    async def keep_file(self, caller: Caller, answer: Json, name: str) -> str:
        """Fetch a file that was made and put it into the folder."""
        return self.teller.keep(name, await caller.fetch(answer["file"]["url"]))


async def play_city(stage: Stage) -> None:
    """Play the whole main job in one city.

    Raises:
        UnexpectedAnswer: Something went another way than the play.
    """
    clerk, reviewer = await stage.official("window_clerk"), await stage.official("reviewer")
    developer = await _register(stage, clerk, reviewer)
    await _rates(stage)
    order = await _draft(stage, developer)
    await _workbooks(stage, developer, order)
    await _submit(stage, developer, order)
    estate = await _decide(stage, clerk, reviewer, order)
    units = await _look(stage, developer, estate)
    notice = await _notice(stage, developer, units["301"])
    await _pay(stage, developer, notice, units["301"])


async def _register(stage: Stage, clerk: Caller, reviewer: Caller) -> Caller:
    code, enterprise, teller = stage.city.code, PLACES[stage.city.key].enterprises[0], stage.teller
    visitor = await stage.stranger.begin_registration(code)
    papers = stage.city.required_attachments(ORGANIZATION_REGISTRATION.uploads)
    order = await visitor.register(enterprise.form(code), papers)
    teller.tell(
        f"Register {enterprise.name} with {len(papers)} pictures", f"{order['orderNo']} {order['status']}"
    )
    if stage.city.registration_mode is RegistrationMode.WINDOW:
        printed = await visitor.act("orderPrint", "OrderPrintInput", _form(order["id"], "APPLICATION"), _FILE)
        name = await stage.keep_file(visitor, printed, "registration-form.pdf")
        early = await stage.stranger.try_sign_in(code, enterprise.login_name, PASSWORD)
        teller.tell("Print the registration form; sign in before the office decided", f"{name}; {early}")
        await clerk.step("orderAccept", order["id"])
        done = await reviewer.step("orderApprove", order["id"])
        teller.tell("The window accepts the papers, the reviewer approves", done["status"])
    developer = await stage.stranger.sign_in(code, enterprise.login_name, PASSWORD)
    me = (await developer.ask("{ me { name organization { name status } } }"))["me"]
    teller.tell(
        f"Sign in as {enterprise.login_name}",
        f"{me['name']}, {me['organization']['name']}, {me['organization']['status']}",
    )
    return developer


async def _rates(stage: Stage) -> None:
    """Enter the rates where the city has published none, and read them either way."""
    authority = await stage.official("authority_admin")
    rates = stage.amounts.rates
    if not stage.city.rates:
        lines = (
            ("RESIDENTIAL", True, "lift"),
            ("RESIDENTIAL", False, "no_lift"),
            ("PARKING", None, "parking"),
        )
        for category, lift, name in lines:
            given = {
                "category": category,
                "hasLift": lift,
                "rate": rates[name],
                "validFrom": "2010-01-01",
                "source": "演示数据，非官方标准",
                "idempotencyKey": f"rate {name}",
            }
            await authority.act("depositRateSet", "DepositRateSetInput", given, _RATE)
    data = await authority.ask("{ depositRates(first: 100) { edges { node { category hasLift rate } } } }")
    found = {
        (n["category"], n["hasLift"]): n["rate"] for n in (e["node"] for e in data["depositRates"]["edges"])
    }
    compare = stage.teller.compare
    compare("rate with a lift", found["RESIDENTIAL", True], rates["lift"])
    compare("rate without a lift", found["RESIDENTIAL", False], rates["no_lift"])
    compare("rate of parking", found["PARKING", None], rates["parking"])
    what = "Read the published rates" if stage.city.rates else "The authority enters the rates"
    stage.teller.tell(
        what, f"lift {rates['lift']}, no lift {rates['no_lift']}, parking {rates['parking']} yuan/㎡"
    )


async def _draft(stage: Stage, developer: Caller) -> str:
    template = await stage.stranger.fetch(f"/templates/{_SHEET.name}.xlsx?city={stage.city.code}")
    name = stage.teller.keep("template.xlsx", template)
    stage.teller.tell("Download the template", f"{name}, {len(template):,} bytes")
    content = {
        "name": "示范花园",
        "address": f"{PLACES[stage.city.key].street}1号",
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
    made = await developer.act("orderExport", "OrderExportInput", {"orderId": order}, _FILE)
    exported = await developer.fetch(made["file"]["url"])
    name = teller.keep("exported.xlsx", exported)
    _tell_import(stage, name, await developer.import_workbook(order, name, exported))


def _typed_rows(stage: Stage) -> list[dict[str, object]]:
    """Give the units as typed values, as a person fills the template in."""
    street, today = PLACES[stage.city.key].street, stage.today()
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
        printed = await developer.act("orderPrint", "OrderPrintInput", _form(order, form), _FILE)
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
    cells = {
        cell["roomNo"]: cell["unit"]
        for building in node["buildings"]
        for section in building["grid"]
        for floor in section["floors"]
        for cell in floor["cells"]
    }
    for room, due in stage.amounts.due.items():
        stage.teller.compare(f"due of unit {room}", cells[room]["account"]["due"], due)
        stage.teller.compare(
            f"balance of unit {room}", cells[room]["account"]["balance"], stage.amounts.balance_before
        )
    dues = ", ".join(f"{room} {unit['account']['due']}" for room, unit in cells.items())
    buildings = ", ".join(building["name"] for building in node["buildings"])
    stage.teller.tell("Read the estate, its grid and accounts", f"{node['code']} ({buildings}), due {dues}")
    return {room: unit["id"] for room, unit in cells.items()}


async def _notice(stage: Stage, developer: Caller, unit: str) -> Json:
    owner = {"name": "李堃", "idType": "1", "idNumber": "51050219850315018X", "mobile": "13900139000"}
    given: dict[str, object] = {"units": [{"unitId": unit, "owners": [owner]}], "idempotencyKey": "notice"}
    if stage.city.contract_prompt:
        asked = await developer.attempt("noticeIssue", "NoticeIssueInput", given, _NOTICES)
        stage.teller.tell("Issue a notice for 301, which has no contract number", ", ".join(codes_of(asked)))
        given |= {"ignoreMissingContract": True, "idempotencyKey": "notice anyway"}
    notice = (await developer.act("noticeIssue", "NoticeIssueInput", given, _NOTICES))["notices"][0]
    stage.teller.compare("the notice's amount", notice["total"], stage.amounts.notice)
    stage.teller.compare("the notice's amount in words", notice["totalInWords"], stage.amounts.in_words)
    if (notice["qrPayload"] is not None) != stage.city.notice_qr:
        raise UnexpectedAnswer(f"The notice's QR payload is {notice['qrPayload']}")
    code = f", QR {notice['qrPayload']}" if notice["qrPayload"] else ""
    stage.teller.tell(
        "Issue a notice for 301",
        f"{notice['noticeNo']}, {notice['total']} yuan, {notice['totalInWords']}{code}",
    )
    printed = await developer.act("noticePrint", "NoticePrintInput", {"noticeIds": [notice["id"]]}, _FILE)
    stage.teller.tell("Print the notice", await stage.keep_file(developer, printed, "notice.pdf"))
    return notice


async def _pay(stage: Stage, developer: Caller, notice: Json, unit: str) -> None:
    bank, teller, number = await stage.bank(), stage.teller, notice["noticeNo"]
    query = "query($no: String!) { notice: noticeForPayment(noticeNo: $no) { amount status payer } }"
    found = (await bank.ask(query, no=number))["notice"]
    teller.compare("the amount that the bank sees", found["amount"], stage.amounts.notice)
    teller.tell(
        f"The bank looks {number} up", f"{found['amount']} yuan, {found['status']}, payer {found['payer']}"
    )
    report = {"noticeNo": number, "channel": "BANK", "paidAt": stage.house.desk.clock().isoformat()}
    wrong = {**report, "amount": stage.amounts.wrong_amount, "bankTxnNo": "TXN-1"}
    answer = await bank.attempt("paymentConfirm", "PaymentConfirmInput", wrong, _PAYMENT)
    teller.tell(f"The bank reports {stage.amounts.wrong_amount} yuan", ", ".join(codes_of(answer)))
    teller.compare("what became of a wrong amount", codes_of(answer), ["AMOUNT_MISMATCH"])
    right = {**report, "amount": stage.amounts.notice, "bankTxnNo": "TXN-2"}
    paid = (await bank.act("paymentConfirm", "PaymentConfirmInput", right, _PAYMENT))["payment"]
    teller.tell("The bank confirms the payment", f"proof {paid['proofNo']}, {paid['amount']} yuan")
    again = (await bank.act("paymentConfirm", "PaymentConfirmInput", right, _PAYMENT))["payment"]
    teller.compare("the payment that a repetition finds", again["id"], paid["id"])
    teller.tell("The bank repeats itself", f"the same payment {again['proofNo']}, booked once")
    await _balance(stage, developer, unit)
    printed = await developer.act("paymentPrint", "PaymentPrintInput", {"paymentId": paid["id"]}, _FILE)
    teller.tell("Print the proof of payment", await stage.keep_file(developer, printed, "proof.pdf"))


async def _balance(stage: Stage, developer: Caller, unit: str) -> None:
    node = (await developer.ask(_ACCOUNT, id=unit))["node"]
    account, amounts, compare = node["account"], stage.amounts, stage.teller.compare
    compare("balance after the payment", account["balance"], amounts.balance_after)
    compare("what is still to be paid", account["outstanding"], amounts.outstanding)
    compare("entries of the account", [entry["amount"] for entry in account["entries"]], [amounts.notice])
    owner = node["owners"][0]
    stage.teller.tell(
        f"Read the account of 301, owner {owner['name']} {owner['idNumber']}",
        f"{account['accountNo']} balance {account['balance']} yuan, {len(account['entries'])} entry",
    )


def _form(order: str, form: str) -> dict[str, object]:
    return {"orderId": order, "form": form}
