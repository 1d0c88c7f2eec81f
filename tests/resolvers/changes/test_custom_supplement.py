"""The difference after a unit change, asked by a custom notice for many units at once [J 1.3.6, 1.4.3]."""

from typing import Any

from resolvers.ledger_check import verify
from tests.batches import SKIPPED, skips
from tests.office import done, open_office
from tests.resolvers.changes.deposits import pay
from tests.resolvers.changes.test_change_papers import change_of
from tests.resolvers.changes.unit_changes import estate_of, units_of
from tests.scenes import JIANGMEN, Town

_MADE = f"... on CustomNoticeMade {{ notice {{ noticeNo total lines {{ amount }} }} units total {SKIPPED} }}"
_ACCOUNT = """query($id: ID!) { node(id: $id) { ... on Unit { account {
  paidFirst balance outstanding entries { type amount } } } } }"""


async def confirm(town: Town, notice: Any) -> None:
    """Let the bank confirm a notice."""
    report = {
        "noticeNo": notice["noticeNo"],
        "amount": notice["total"],
        "bankTxnNo": "SUPPLEMENTS",
        "channel": "BANK",
        "paidAt": town.desk.clock().isoformat(),
    }
    bank, read = await town.bank(JIANGMEN), "... on PaymentConfirmed { payment { amount } }"
    paid = await bank.act("paymentConfirm", report, read, "PaymentConfirmInput")
    assert paid["__typename"] == "PaymentConfirmed", paid


async def test_the_differences_of_a_change_are_paid_by_one_custom_notice(town: Town):
    office = await open_office(town, JIANGMEN)
    estate = await estate_of(office, "301", "302", "303")
    units = {room: one["id"] for room, one in (await units_of(office, estate)).items()}
    await pay(office, units["1栋301"])
    await pay(office, units["1栋302"])
    change = await change_of(office, estate, units["1栋301"], units["1栋302"], grossArea="90.00")
    await done(office.developer, "SUBMIT", change.order)
    given = {"estateId": estate, "unitIds": [units[f"1栋{room}"] for room in (301, 302, 303)]}

    async def issue(key: str) -> Any:
        asked = {**given, "type": "SUPPLEMENT", "idempotencyKey": key}
        return await office.developer.act("customDepositIssue", asked, _MADE, "CustomDepositIssueInput")

    early = await issue("early")
    assert [problem["code"] for problem in early["problems"]] == ["NOTHING_DUE"]
    await done(office.clerk, "ACCEPT", change.order, registrationPapersReceived=True)
    await done(office.reviewer, "APPROVE", change.order)
    # 90.00 × 30 = 2700.00, of which 88.35 × 30 = 2650.50 was paid: 49.50 of each.
    made = await issue("late")
    assert (made["units"], made["total"]) == (2, "99.00")
    assert skips(made) == [("1栋 1单元 303", "FIRST_DUE", None)]
    await confirm(town, made["notice"])
    account = (await office.developer.ask(_ACCOUNT, id=units["1栋301"]))["node"]["account"]
    assert account == {
        "paidFirst": "2700.00",
        "balance": "2700.00",
        "outstanding": "0.00",
        "entries": [{"type": "FIRST", "amount": "2650.50"}, {"type": "SUPPLEMENT", "amount": "49.50"}],
    }
    assert await verify(town.desk, JIANGMEN) == []
