"""The part of the play about custom deposits: a unit whose account runs low is topped up [J 1.4.3]."""

from api.demo.caller import Json, codes_of
from api.demo.pictures import picture
from api.demo.play_street import Street
from api.demo.signing import ask_signed, try_signed
from api.demo.stage import FILE
from api.sim.signing import CONFIRM
from domain.switch import NoticeKind
from reports.workbook.typing_in import type_into

_PLACES = ("1栋 201", "1栋 202")
_USED, _AMOUNTS = "1200.00", ("100.00", "900.00")
_AMOUNT_COLUMN = 13
_EXPORTED = "... on TopUpExported { file { url } units low }"
_MADE = """... on CustomNoticeMade { notice { id noticeNo total totalInWords resolution { name } }
  units total dryRun }"""
_ACCOUNT = """query($id: ID!) { node(id: $id) { ... on Unit { account {
  balance paidFirst isLow entries { type amount } } } } }"""


async def deposit_by_hand(street: Street) -> None:
    """Top two units up by the workbook, where the city has custom deposits."""
    stage, developer = street.stage, street.crew.developer
    ticked: dict[str, object] = {"estateId": street.id, "unitIds": await _ids(street)}
    if not stage.city.custom_deposit:
        asked = await developer.attempt("customDepositExport", "CustomDepositExportInput", ticked, _EXPORTED)
        stage.teller.compare("a custom deposit where there is none", codes_of(asked), ["PROFILE_FEATURE_OFF"])
        stage.teller.tell("Ask for a custom deposit", codes_of(asked)[0])
        return
    await _use_up(street)
    given = {**ticked, "type": "FIRST", "idempotencyKey": "custom first"}
    asked = await developer.attempt("customDepositIssue", "CustomDepositIssueInput", given, _MADE)
    stage.teller.compare("a custom first deposit of what is paid", codes_of(asked), ["NOTHING_DUE"])
    stage.teller.tell("Ask for the first deposit by a custom notice", codes_of(asked)[0])
    notice = await _fill_in(street, ticked)
    await _print_and_pay(street, notice)
    await _look(street)


async def _ids(street: Street) -> list[str]:
    units = await street.units()
    return [units[place]["id"] for place in _PLACES]


async def _account(street: Street, place: str) -> Json:
    unit = (await street.units())[place]["id"]
    return (await street.crew.developer.ask(_ACCOUNT, id=unit))["node"]["account"]


async def _use_up(street: Street) -> None:
    """Let the office post a large repair, after which less than 30 percent are left."""
    authority = await street.stage.official("authority_admin")
    line = {"unitId": (await _ids(street))[1], "amount": _USED}
    given = {
        "estateId": street.id,
        "type": "USE",
        "amounts": {"lines": [line]},
        "note": "外墙维修 XW-002",
        "idempotencyKey": "XW-002",
    }
    await authority.act("ledgerPost", "LedgerPostInput", given, "... on LedgerPosted { dryRun }")
    account, written = await _account(street, _PLACES[1]), street.stage.amounts.topped_up
    left = (account["balance"], account["isLow"])
    street.stage.teller.compare("what is left after the repair", left, (written["left"], True))
    street.stage.teller.tell(
        f"A repair takes {_USED} yuan from {_PLACES[1]}",
        f"{account['balance']} yuan left of {account['paidFirst']}, to be topped up",
    )


async def _fill_in(street: Street, ticked: dict[str, object]) -> Json:
    """Export the units, fill in amounts that cannot be and then right ones, and import."""
    stage, teller, developer = street.stage, street.stage.teller, street.crew.developer
    made = await developer.act("customDepositExport", "CustomDepositExportInput", ticked, _EXPORTED)
    teller.compare("units to be topped up", (made["units"], made["low"]), (2, 1))
    book = await developer.fetch(made["file"]["url"])
    name, kind = teller.keep("top-up.xlsx", book), "CustomDepositImportInput"
    given: dict[str, object] = {"estateId": street.id, "idempotencyKey": "top up"}
    wrong = type_into(book, [{_AMOUNT_COLUMN: "0.00"}, {_AMOUNT_COLUMN: "12.345"}])
    refused = await developer.attempt_file("customDepositImport", kind, given, _MADE, name, wrong)
    found = [f"{one['cell']} {one['code']}" for one in refused.get("problems", ())]
    teller.compare("what is wrong of the amounts", found, ["M4 AMOUNT_INVALID", "M5 AMOUNT_INVALID"])
    teller.tell(f"Export {name}; import 0.00 and 12.345 yuan", ", ".join(found))
    filled = type_into(book, [{_AMOUNT_COLUMN: amount} for amount in _AMOUNTS])
    name = teller.keep("top-up-filled.xlsx", filled)
    resolution = await developer.upload("业主大会决议.png", picture("resolution"))
    done = await developer.act_file(
        "customDepositImport", kind, {**given, "resolutionFileId": resolution}, _MADE, name, filled
    )
    notice = done["notice"]
    teller.compare("the total of the top-up", notice["total"], stage.amounts.topped_up["total"])
    teller.compare("the top-up in words", notice["totalInWords"], stage.amounts.topped_up["in_words"])
    teller.tell(
        f"Import {name} with the owners' resolution",
        f"{notice['noticeNo']}, {done['units']} units, {notice['total']} yuan, {notice['totalInWords']},"
        f" {notice['resolution']['name']}",
    )
    return notice


async def _print_and_pay(street: Street, notice: Json) -> None:
    """Print the notice, try to pay it elsewhere than at the bank's counter, and pay it there."""
    stage, developer = street.stage, street.crew.developer
    printed = await developer.act("noticePrint", "NoticePrintInput", {"noticeIds": [notice["id"]]}, FILE)
    name = await stage.keep_file(developer, printed, "custom-notice.pdf")
    bank, now = await stage.bank(), stage.clock()
    told = {
        "noticeNo": notice["noticeNo"],
        "amount": notice["total"],
        "bankTxnNo": "TOPUP-1",
        "channel": stage.city.channels.of(NoticeKind.SINGLE)[-1].value,
        "paidAt": now.isoformat(),
        "dryRun": True,
    }
    elsewhere = await try_signed(bank, now, CONFIRM, told)
    stage.teller.compare("a top-up elsewhere", codes_of(elsewhere), ["CHANNEL_NOT_ALLOWED"])
    right = {**told, "channel": stage.city.channels.of(NoticeKind.CUSTOM)[0].value, "dryRun": False}
    paid = (await ask_signed(bank, now, CONFIRM, right))["payment"]
    stage.teller.tell(
        f"Print {name}; pay it by {told['channel']} and at the bank's counter",
        f"{codes_of(elsewhere)[0]}; {paid['proofNo']}, {paid['amount']} yuan",
    )


async def _look(street: Street) -> None:
    """See the top-up in the accounts, where it is no first deposit."""
    stage, dues = street.stage, street.stage.amounts.deposits.due
    accounts = {place: await _account(street, place) for place in _PLACES}
    got = [
        [one["amount"] for one in account["entries"] if one["type"] == "TOPUP"]
        for account in accounts.values()
    ]
    stage.teller.compare("entries of the top-up", got, [[amount] for amount in _AMOUNTS])
    firsts = {place: account["paidFirst"] for place, account in accounts.items()}
    stage.teller.compare("first deposits after the top-up", firsts, {place: dues[place] for place in _PLACES})
    balances = {place: account["balance"] for place, account in accounts.items()}
    written = {place: stage.amounts.topped_up[place] for place in _PLACES}
    stage.teller.compare("balances after the top-up", balances, written)
    told = [f"{place} {balance}" for place, balance in balances.items()]
    stage.teller.tell(
        "Read the accounts that were topped up", f"{', '.join(told)} yuan, first deposits as before"
    )
