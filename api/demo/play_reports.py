"""The part of the play about reports: deposits summed up, who owes, and the banks' day."""

from decimal import Decimal

from api.demo.caller import Caller
from api.demo.play_street import Street
from api.demo.stage import FILE

_SUMMARY = """query($estate: ID!) { depositSummary(by: [BUILDING, USAGE], filter: { estateId: $estate }) {
  groups { building { name } usage figures { units due paid } }
  total { units grossArea due paid outstanding balance } } }"""
_ARREARS = """{ arrears(first: 100) { totalCount edges { node {
  roomNo estate { name } account { outstanding } } } } }"""
_BANK_DAY = """query($bank: String!) { bankDaySummary(bank: $bank) {
  lines { kind channel count amount } checks { kind amount booked agrees } } }"""


async def report(street: Street) -> None:
    """Read the reports in the graph, and keep them as files."""
    authority = await street.stage.official("authority_admin")
    await _sum_deposits(street)
    await _list_arrears(street)
    await _read_bank_day(street, authority)
    await _keep_files(street, authority)


async def _sum_deposits(street: Street) -> None:
    teller, amounts = street.stage.teller, street.stage.amounts.deposits
    found = (await street.crew.developer.ask(_SUMMARY, estate=street.id))["depositSummary"]
    total = found["total"]
    teller.compare("due in the summary", total["due"], amounts.order_due)
    teller.compare("paid in the summary", total["paid"], amounts.booked)
    teller.compare("outstanding in the summary", total["outstanding"], "0.00")
    teller.compare("balance in the summary", total["balance"], amounts.closing)
    groups = [
        f"{group['building']['name']} {group['figures']['units']} units {group['figures']['paid']}"
        for group in found["groups"]
    ]
    teller.tell(
        "Sum deposits up by building and usage",
        f"{', '.join(groups)}; {total['units']} units, {total['grossArea']} ㎡,"
        f" balance {total['balance']} yuan",
    )


async def _list_arrears(street: Street) -> None:
    found = (await street.crew.developer.ask(_ARREARS))["arrears"]
    owing = {edge["node"]["estate"]["name"] for edge in found["edges"]}
    street.stage.teller.compare("what the paid estate owes", [one for one in owing if one == "交款花园"], [])
    street.stage.teller.tell(
        "List the units that owe", f"{found['totalCount']} of {', '.join(sorted(owing))}"
    )


async def _read_bank_day(street: Street, authority: Caller) -> None:
    bank = street.stage.city.banks[0].code
    (day,) = (await authority.ask(_BANK_DAY, bank=bank))["bankDaySummary"]
    wrong = [check for check in day["checks"] if not check["agrees"]]
    street.stage.teller.compare("what of the bank's day the ledger denies", wrong, [])
    paid = sum(Decimal(line["amount"]) for line in day["lines"] if line["kind"] == "PAYMENT")
    street.stage.teller.compare("what the bank took", f"{paid:.2f}", street.stage.amounts.deposits.bank_day)
    lines = [
        f"{line['kind']} {line['channel'] or '-'} {line['count']} {line['amount']}" for line in day["lines"]
    ]
    street.stage.teller.tell("Read the bank's day, as the ledger has it", "; ".join(lines))


async def _keep_files(street: Street, authority: Caller) -> None:
    stage, developer = street.stage, street.crew.developer
    day = {"bank": stage.city.banks[0].code, "day": stage.today().isoformat()}
    kept = list[str]()
    for who, name, given, paper in (
        (developer, "depositSummaryExport", {"by": ["ESTATE", "BUILDING"]}, "deposit-summary.xlsx"),
        (developer, "depositSummaryExport", {"by": ["ESTATE", "USAGE"]}, "deposit-summary.pdf"),
        (developer, "arrearsExport", {}, "arrears.pdf"),
        (authority, "bankDayExport", day, "bank-day.pdf"),
    ):
        kind = f"{name[0].upper()}{name[1:]}Input"
        form = paper.rpartition(".")[2].upper()
        made = await who.act(name, kind, {**given, "format": form}, FILE)
        kept.append(await stage.keep_file(who, made, paper))
    stage.teller.tell("Keep them as pages and workbooks", ", ".join(kept))
