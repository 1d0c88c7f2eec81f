"""The part of the play about money: a notice for an owner, the bank's reports, the account and its proof."""

from api.demo.caller import Caller, Json, UnexpectedAnswer, codes_of
from api.demo.signing import ask_signed
from api.demo.stage import FILE, Stage
from domain.switch import NoticeKind
from resolvers.money.receipts import issue_receipts

_NOTICES = "... on NoticesIssued { notices { id noticeNo total totalInWords qrPayload } }"
_PAYMENT = "... on PaymentConfirmed { payment { id proofNo amount } }"
_RECEIPTS = """query($id: ID!) { receipts(filter: { paymentId: $id }) {
  edges { node { id receiptNo payee amount } } } }"""
_ACCOUNT = """query($id: ID!) { node(id: $id) { ... on Unit { owners { name idNumber }
  account { accountNo balance outstanding entries { type amount balanceAfter } } } } }"""


async def issue_notice(stage: Stage, developer: Caller, unit: str) -> Json:
    """Issue and print a notice; where the city asks for a contract number, be asked first."""
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
    printed = await developer.act("noticePrint", "NoticePrintInput", {"noticeIds": [notice["id"]]}, FILE)
    stage.teller.tell("Print the notice", await stage.keep_file(developer, printed, "notice.pdf"))
    return notice


async def pay_notice(stage: Stage, developer: Caller, notice: Json, unit: str) -> None:
    """Let the bank look the notice up, report a wrong amount, the right one, and that again."""
    bank, teller, number = await stage.bank(), stage.teller, notice["noticeNo"]
    query = "query($no: String!) { notice: noticeForPayment(noticeNo: $no) { amount status payer } }"
    found = (await bank.ask(query, no=number))["notice"]
    teller.compare("the amount that the bank sees", found["amount"], stage.amounts.notice)
    teller.tell(
        f"The bank looks {number} up", f"{found['amount']} yuan, {found['status']}, payer {found['payer']}"
    )
    channel = stage.city.channels.of(NoticeKind.SINGLE)[0].value
    report = {"noticeNo": number, "channel": channel, "paidAt": stage.house.desk.clock().isoformat()}
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
    signed = await ask_signed(bank, stage.house.desk.clock(), "/bank/payments/confirm", right)
    teller.compare("the payment that a signed repetition finds", signed["payment"]["id"], paid["id"])
    teller.tell("The bank signs it and sends it over plain HTTP", "the same payment, booked once")
    await _balance(stage, developer, unit)
    printed = await developer.act("paymentPrint", "PaymentPrintInput", {"paymentId": paid["id"]}, FILE)
    teller.tell("Print the proof of payment", await stage.keep_file(developer, printed, "proof.pdf"))
    await _receipt(stage, developer, paid)


async def _receipt(stage: Stage, developer: Caller, paid: Json) -> None:
    """Let the receipt be issued, as the worker does by itself right after the payment, and print it."""
    await issue_receipts(stage.house.desk, stage.city.code)
    found = (await developer.ask(_RECEIPTS, id=paid["id"]))["receipts"]["edges"]
    (receipt,) = [edge["node"] for edge in found]
    stage.teller.compare("the amount of the receipt", receipt["amount"], stage.amounts.notice)
    stage.teller.tell(
        "The receipt is issued", f"{receipt['receiptNo']} to {receipt['payee']}, {receipt['amount']} yuan"
    )
    printed = await developer.act("receiptPrint", "ReceiptPrintInput", {"receiptId": receipt["id"]}, FILE)
    stage.teller.tell("Print the receipt", await stage.keep_file(developer, printed, "receipt.pdf"))


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
