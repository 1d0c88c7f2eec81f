"""The demo plays every order and every flow of money with the amounts written by hand; its world is whole."""

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.app import Face, make_app
from api.demo.amounts import AMOUNTS
from api.demo.caller import Caller
from api.demo.kept import NAME, load_kept
from api.demo.play import play
from api.demo.world import build_world
from api.house import House
from api.welcome import DemoLogin
from db.engine import Addresses
from db.sealing import Keys
from resolvers.accounts import OfficeAccount, make_office_account
from resolvers.desk import Desk
from tests.conftest import MovableClock, open_desk

_LITERAL = re.compile(r'"([0-9.]+)"')
_PAID_IN = ("notice", "wrong_amount", "held")  # what the bank reports: the play needs these to be right
_PAPERS = {
    "luzhou": [
        "registration-form.pdf",
        "template.xlsx",
        "wrong.xlsx",
        "wrong-marked.xlsx",
        "filled.xlsx",
        "exported.xlsx",
        "application.pdf",
        "opening-list.pdf",
        "notice.pdf",
        "proof.pdf",
        "receipt.pdf",
    ]
}
_PAPERS["luzhou"] += [
    "building-change.pdf",
    "ownership-change.pdf",
    "split-merge.pdf",
    "split-merge.pdf",
    "unit-change.pdf",
    "refund.pdf",
    "unit-cancellation.pdf",
    "unit-supplement.pdf",
    "estate-collection.pdf",
]
_PAPERS["jiangmen"] = _PAPERS["yunmeng"] = _PAPERS["luzhou"][1:]
_BY_SHEET = [
    "batch-owners.xlsx",
    "batch-marked.xlsx",
    "batch-filled.xlsx",
    "batch-notice.pdf",
    "batch-2-owners.xlsx",
    "batch-2-filled.xlsx",
    "batch-2-notice.pdf",
]
_BY_BUTTON = ["batch-notice.pdf", "batch-2-notice.pdf"]
_TOP_UP = ["top-up.xlsx", "top-up-filled.xlsx", "custom-notice.pdf"]
for _city, _batch, _custom in (
    ("luzhou", _BY_SHEET, []),
    ("jiangmen", _BY_BUTTON, _TOP_UP),
    ("yunmeng", _BY_SHEET, []),
):
    _PAPERS[_city] = [
        *_PAPERS[_city],
        *("estate-collection.pdf", "owners-notices.pdf", *_batch, "batch-receipt.pdf", *_custom),
        *("account-statement.pdf", "estate-statement.pdf", "estate-statement.xlsx", "publication.pdf"),
        *("deposit-summary.xlsx", "deposit-summary.pdf", "arrears.pdf", "bank-day.pdf"),
        *(
            "statement.csv",
            "reconciliation.pdf",
            "balances.pdf",
            "job-notices.pdf",
            "proof.json",
            "bent.json",
            "statement-2.csv",
            "balances-2.pdf",
        ),
    ]
_STARTS = {".pdf": b"%PDF", ".xlsx": b"PK\x03\x04", ".json": b'{\n "', ".csv": "交易".encode("gbk")}
"""How a file of each kind begins."""
_COMPARED = (
    ("rate with a lift", "30.00"),
    ("rate without a lift", "20.00"),
    ("rate of parking", "20.00"),
    ("area of the order", "179.8535"),
    ("due of the order", "4813.91"),
    ("due of unit 301", "2650.50"),
    ("due of unit 302", "1000.01"),
    ("due of unit 101", "250.00"),
    ("due of unit 201", "913.40"),
    ("balance of unit 101", "0.00"),
    ("the notice's amount in words", "人民币贰仟陆佰伍拾元零伍角"),
    ("balance after the payment", "2650.50"),
    ("what is still to be paid", "0.00"),
    ("balance after the ownership change", "2650.50"),
    ("due of 301A", "1767.00"),
    ("balance of 301B", "883.50"),
    ("balance after the merge", "2650.50"),
    ("due of the changed units", "3400.00"),
    ("refunds of the unit change", "['301 250.50']"),
    ("what is reserved", "250.50"),
    ("refunds in the account", "['-250.50']"),
    ("due of the new unit", "1000.00"),
    ("units fetched", "22"),
    ("area of the fetched estate", "1526.54"),
    ("due of the fetched estate", "42556.00"),
    ("due of a fetched unit", "913.40"),
    ("deposits that the transaction system heard", "{'OPENED': 23, 'CONTRACT': 1, 'PAYMENT': 1}"),
    ("due of the second estate", "12663.50"),
    ("dues of the second estate", "{'1栋 201': '2000.10', '1栋 202': '1500.00', '1栋 101': '3000.00'"),
    ("what waits in suspense", "('2650.49', '800.01', '800.00', '600.00', '100.00')"),
    ("totals of the batches", "('6150.10', '2113.40')"),
    ("the first batch in words", "人民币陆仟壹佰伍拾元零壹角"),
    ("receipts of the batches", "6"),
    ("interest shared out", "('40.54', '32.43', '27.03')"),
    ("use shared out", "('-33.33', '-26.67')"),
    ("balances after interest and use", "('3007.21', '2405.76', '2027.13')"),
    ("balance after the reversal", "250.00"),
    ("what was deposited", "12663.50"),
    ("what is left after the repair", "('300.00', True)"),
    ("the total of the top-up", "1000.00"),
    ("the top-up in words", "人民币壹仟元整"),
    ("balances after the top-up", "{'1栋 201': '2127.13', '1栋 202': '1200.00'}"),
    ("closing of the estate", "12503.50"),
    ("closing of the estate's statement", "12503.50"),
    ("due in the summary", "12663.50"),
    ("paid in the summary", "12663.50"),
    ("balance in the summary", "12503.50"),
    ("what the bank took", "17227.40"),
    ("what is reserved again", "250.50"),
    ("what waits in suspense of it", "250.50"),
    ("balances with it and without", "('2650.50', '2400.00')"),
    ("what the bank says came and went", "('21566.49', '1850.51')"),
    ("the proved amount", "2400.00"),
)
"""What is compared of Jiangmen, with what it has to be."""
_MONEY = (
    "AMOUNT_MISMATCH, ALREADY_PAID, NOTICE_NOT_OPEN, NOTICE_UNKNOWN",
    "The authority lists what waits in suspense: 6184.49, 1600.01, 1600.00, 1200.00, 100.00 yuan",
    "4 units; left out: 1栋 101 FULLY_PAID",
    "2 units; left out: 2栋 103 FULLY_PAID, 2栋 104 OPEN_NOTICE",
    "Import an owner with a wrong number: H4 ID_CHECKSUM",
    "luzhou-26-batch-notice.pdf, 4 lines, 14141.90 yuan, 人民币壹万肆仟壹佰肆拾壹元玖角",
    "jiangmen-22-batch-notice.pdf, 4 lines, 6150.10 yuan, 人民币陆仟壹佰伍拾元零壹角",
    "Press the button for the batch notice: CONTRACT_NO_MISSING for 4 units",
    "payments.1.amount AMOUNT_MISMATCH, nothing booked; 11227.69, 5864.69 yuan",
    "Ask for a batch of what is paid: NOTHING_DUE",
    "Receipts for 4226.80 yuan: LZRC202600000008 4226.80",
    "The authority voids JMRC202600000010: JMRC202600000012 is issued in its place",
    "Post 100.00 yuan of interest and 60.00 of use: 40.54, 32.43, 27.03; -33.33, -26.67",
    "BALANCE_SHORT; DEPOSIT 250.00, USE -5.00, REVERSAL 5.00; BOOKING_REVERSED",
    "0.00 by FIRST 12663.50, TOPUP 1000.00, INTEREST 100.00, USE -1265.00, REVERSAL 5.00 to 12503.50 yuan",
    "RETURNED, NOT_RECEIVED; SUSPENSE_RESOLVED",
    "The bank repeats its old report: booked meanwhile, LZPP",
    "Ask for a custom deposit: PROFILE_FEATURE_OFF",
    "A repair takes 1200.00 yuan from 1栋 202: 300.00 yuan left of 1500.00, to be topped up",
    "import 0.00 and 12.345 yuan: M4 AMOUNT_INVALID, M5 AMOUNT_INVALID",
    "2 units, 1000.00 yuan, 人民币壹仟元整, 业主大会决议.png",
    "pay it by POS and at the bank's counter: CHANNEL_NOT_ALLOWED; ",
    "1栋 4 units 8900.10, 2栋 4 units 3513.40, 地下室 1 units 250.00; 9 units, 484.84 ㎡",
    "List the units that owe: 24 of 接口花园, 示范花园",
    "SUSPENSE_RETURNED BANK 3 4250.50; SUSPENSE_NOT_RECEIVED BANK 1 100.00; REFUND - 1 250.50",
    "came and went, and a balance that does not follow from its lines: STATEMENT_SIDES; STATEMENT_BALANCE",
    "15 lines, 21566.49 in, 1850.51 out; AMOUNT_DIFFERS BATCH-1 2113.99, UNKNOWN STRAY-1 88.00",
    "and notes the other: SUSPENSE, NOTED; FOUR_EYES; 1 open, luzhou-40-reconciliation.pdf",
    "reported as 0.01 yuan and rightly: REFUND_AMOUNT_DIFFERS; FAILED, balance 2650.50 yuan, 250.50 reserved",
    "brings BACK-0: 5 lines; 0 open of the day before; 3 stand for interest and use",
    "Bring 40041.38 at the bank and 33896.70 in the books to one: 33896.89 by BOOKS_PAID 60.00,",
    "Bring 16155.99 at the bank and 16155.40 in the books to one: 16155.99 by BANK_RECEIVED 0.59",
    "came back, and that again: NOTICE_UNKNOWN; REFUND_RETURNED, SUSPENSE_RESOLVED; balance 5950.70 yuan",
    "DONE 200 rows, DONE 2 of 2 jiangmen-39-job-notices.pdf, CANCELLED",
    "bent.json does not: the entry is not among those of the day, or was changed.",
)
"""What is told of money, each at least of one city."""
_ALL = """{ estates { totalCount edges { node { units(first: 1) { totalCount } } } }
  orders(first: 100) { edges { node { kind status } } }
  notices(first: 100) { edges { node { status } } }
  payments { totalCount }
  depositRates(first: 100) { edges { node { source isSample } } } }"""


@pytest.fixture
def house(desk: Desk, tmp_path: Path) -> House:
    """Give the product over an empty database, with a data folder of its own."""
    return House(desk, Addresses("postgresql://demo/demo", "unused"), tmp_path)


@dataclass(frozen=True)
class World:
    """A demo world that several tests look at and leave as it is."""

    house: House
    logins: tuple[DemoLogin, ...]


@pytest.fixture(scope="module")
async def world(
    server: Addresses, keys: Keys, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[World]:
    """Give a world that was built once."""
    async with open_desk(server, keys, MovableClock()) as desk:
        house = House(desk, Addresses("postgresql://demo/demo", "unused"), tmp_path_factory.mktemp("demo"))
        yield World(house, await build_world(house))


class Visitors:
    """Whoever came into the world with a sign-in that it printed."""

    def __init__(self, house: House) -> None:
        transport = httpx.ASGITransport(make_app(house.desk, Face(worker=False)))
        self.stranger = Caller(httpx.AsyncClient(transport=transport, base_url="http://demo"))

    async def enter(self, login: DemoLogin) -> Caller:
        """Sign in, or show the key."""
        if login.role == "bank_operator":
            return self.stranger.with_key(login.secret)
        return await self.stranger.sign_in(login.city, login.name, login.secret)

    async def look(self, logins: tuple[DemoLogin, ...], city: int) -> Any:
        """Read all of a city as its authority."""
        login = next(one for one in logins if one.city == city and one.role == "authority_admin")
        return await (await self.enter(login)).ask(_ALL)


async def test_every_kind_of_order_and_every_flow_of_money_runs_in_three_cities_with_the_written_amounts(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    assert await play(tmp_path) == 0
    told = capsys.readouterr().out
    assert "2650.50 yuan, 人民币贰仟陆佰伍拾元零伍角" in told
    assert "due 301 2650.50, 302 1000.01, 101 250.00, 201 913.40" in told
    assert "due 301 6184.50, 302 2333.35, 101 375.00, 201 1826.80" in told
    assert "CONTRACT_NO_MISSING" in told
    assert "AMOUNT_MISMATCH" in told
    for line in (
        "Split 301 two to one: COMPLETED, 301A 58.90 ㎡ 1767.00 yuan, 301B 29.45 ㎡ 883.50 yuan",
        (
            "Name the account of 王芳; settle 0.01 yuan, 233.80, and that again: ************0027;"
            " REFUND_AMOUNT_DIFFERS, PAID, REFUND_PAID"
        ),
        "Read the account of 301: -350.70, -233.80, balance 5600.00 yuan",
        "Read the account of 301: -250.50, balance 2400.00 yuan",
        "00000001 to 李堃, 2650.50 yuan",
        "Cancel the building 2栋: COMPLETED, 1 unit, due 2000.00 yuan less",
        "Cancel unit 201: COMPLETED, 1 unit, due 1000.00 yuan less",
        "301A 58.90 ㎡ 3268.95 yuan, 301B 29.45 ㎡ 1634.48 yuan",
        "COMPLETED, 22 units, 1526.54 ㎡, due 42556.00 yuan",
        "The transaction system is told of deposits: 23 OPENED, 1 CONTRACT, 1 PAYMENT",
        "The transaction system is told of deposits: nothing, as the city wants",
        *_MONEY,
    ):
        assert line in told, line
    starts = {path.name: path.read_bytes()[:4] for path in _files(tmp_path)}
    assert starts == {
        f"{key}-{n:02}-{name}": _STARTS[Path(name).suffix]
        for key, names in _PAPERS.items()
        for n, name in enumerate(names, 1)
    }


def _files(folder: Path) -> list[Path]:
    return list(folder.iterdir())


async def test_every_written_amount_is_compared(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    lines = AMOUNTS.read_text(encoding="utf-8").splitlines()
    changed = [line if line.startswith(_PAID_IN) else _LITERAL.sub(r'"9\1"', line) for line in lines]
    wrong = tmp_path / "amounts.toml"
    wrong.write_text(
        "\n".join(changed)
        .replace("units = 4", "units = 5")
        .replace("units = 22", "units = 23")
        .replace("OPENED = 23", "OPENED = 24")
        .replace("receipts = 6", "receipts = 7")
        .replace("人民币", "人民币壹"),
        encoding="utf-8",
    )
    assert await play(tmp_path / "out", amounts=wrong, cities=["jiangmen"]) == 1
    told = [line for line in capsys.readouterr().out.splitlines() if line.startswith("WRONG")]
    for what, true in _COMPARED:
        assert [line for line in told if f"江门市, {what}: the product says {true}" in line], what
    assert [
        line for line in told if "rows of jiangmen-04-filled.xlsx: the product says 4, written is 5" in line
    ]


async def test_the_demo_world_has_600_units_and_orders_in_every_state(world: World):
    logins, visitors = world.logins, Visitors(world.house)
    units = 0
    for city in (510500, 440700):
        data = await visitors.look(logins, city)
        assert data["estates"]["totalCount"] == 6
        units += sum(edge["node"]["units"]["totalCount"] for edge in data["estates"]["edges"])
        orders = [
            edge["node"] for edge in data["orders"]["edges"] if edge["node"]["kind"] == "ESTATE_COLLECTION"
        ]
        assert sorted(order["status"] for order in orders) == sorted(
            ["COMPLETED"] * 6 + ["DRAFT", "SUBMITTED", "ACCEPTED", "RETURNED", "REJECTED", "CANCELLED"]
        )
        notices = [edge["node"]["status"] for edge in data["notices"]["edges"]]
        assert {state: notices.count(state) for state in ("PAID", "VOIDED", "OPEN")} == {
            "PAID": 4,
            "VOIDED": 2,
            "OPEN": 6,
        }
        assert data["payments"]["totalCount"] == 4
    assert units == 600


async def test_everybody_of_the_demo_world_can_come_in(world: World):
    logins, visitors = world.logins, Visitors(world.house)
    found: list[tuple[int, str]] = []
    for login in logins:
        me = (await (await visitors.enter(login)).ask("{ me { roles city { code } } }"))["me"]
        assert (me["city"]["code"], me["roles"]) == (login.city, [login.role])
        found.append((login.city, login.role))
    roles = [
        "authority_admin",
        "bank_operator",
        "contract_clerk",
        "estate_editor",
        "org_admin",
        "org_admin",
        "payment_clerk",
        "reviewer",
        "system_admin",
        "viewer",
        "window_clerk",
    ]
    assert sorted(found) == [(city, role) for city in (440700, 510500) for role in roles]


async def test_sample_rates_are_marked_as_samples(world: World):
    data = await Visitors(world.house).look(world.logins, 510500)
    assert [edge["node"] for edge in data["depositRates"]["edges"]] == [
        {"source": "演示数据，非官方标准", "isSample": True}
    ] * 5


async def test_a_later_start_changes_nothing_and_prints_the_same_sign_ins(world: World):
    visitors = Visitors(world.house)
    before = await visitors.look(world.logins, 440700)
    assert await build_world(world.house) == world.logins
    assert await visitors.look(world.logins, 440700) == before
    assert (world.house.folder / NAME).stat().st_mode & 0o777 == 0o600


async def test_a_world_that_was_interrupted_is_finished_at_the_next_start(house: House):
    for seconds in (0.2, 0.5, 0.9):
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(build_world(house), seconds)
        assert not load_kept(house.folder).complete
    logins, visitors = await build_world(house), Visitors(house)
    for city in (510500, 440700):
        data = await visitors.look(logins, city)
        assert data["estates"]["totalCount"] == 6
        assert [edge["node"]["units"]["totalCount"] for edge in data["estates"]["edges"]] == [50] * 6
        assert len(data["orders"]["edges"]) == 14
        assert len(data["notices"]["edges"]) == 12
        assert data["payments"]["totalCount"] == 4


async def test_a_database_with_accounts_of_its_own_is_left_alone(house: House):
    account = OfficeAccount(510500, "reviewer", "somebody", "a true password", "某人", "51050219850315018X")
    assert await make_office_account(house.desk, account) is None
    assert await build_world(house) == ()
    somebody = await Visitors(house).stranger.sign_in(510500, "somebody", "a true password")
    assert await somebody.ask("{ estates { totalCount } orders { totalCount } }") == {
        "estates": {"totalCount": 0},
        "orders": {"totalCount": 0},
    }
    assert not (house.folder / NAME).exists()
