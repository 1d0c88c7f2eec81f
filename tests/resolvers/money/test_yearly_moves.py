"""Estates whose units come and go: moved, split and cancelled ones add up, and a job says the same."""

from typing import Any

import pytest

from domain.reporting import ReportFormat
from domain.yearly import YearAsked, YearPaper
from resolvers.jobs.pace import CancelledJob
from resolvers.ledger_check import verify
from resolvers.printing import print_large_year
from resolvers.sessions import find_actor
from resolvers.visit import Visit
from schema.files import file_url
from schema.ids import read_id
from tests.conftest import MovableClock
from tests.office import Office, done, open_office
from tests.papers import words
from tests.postings import alone, try_post
from tests.refunds import come_back, correct, refunds_of, settle
from tests.resolvers.changes.deposits import pay
from tests.resolvers.changes.splits import OWNER, Split, garage, part
from tests.resolvers.jobs.asking import ask, look, taken, work_off
from tests.scenes import ADMIN_ID, CLERK_ID, JIANGMEN, REVIEWER_ID, Caller, Town, unit
from tests.shelf import Shelf
from tests.years import ESTATE_YEAR, ask_year, figures_of, ledger_says, money, read_book, year_book

_DONE = "... on OrderDone { order { id status } }"
_PLACES = """query($id: ID!) { node(id: $id) { ... on Order { estate { id buildings {
  id name units { id code roomNo account { id } } } } } } }"""

_EXPECTED = {
    ("一期", 2026): {
        "301": ["0.00", "2650.50", "0.00", "0.00", "0.00", "0.00", "2650.50"],
        "301 ": ["0.00", "2650.50", "0.00", "0.00", "0.00", "0.00", "2650.50"],
        "1": ["0.00", "2000.00", "0.00", "0.00", "0.00", "0.00", "2000.00"],
        "合计：3 户": ["0.00", "7301.00", "0.00", "0.00", "0.00", "0.00", "7301.00"],
    },
    ("一期", 2027): {
        "301": ["2650.50", "0.00", "0.00", "0.00", "0.00", "0.00", "2650.50"],
        "301（已划转） ": ["2650.50", "0.00", "1.00", "0.00", "0.00", "-2651.50", "0.00"],
        "1": ["0.00", "0.00", "0.00", "0.00", "0.00", "1200.00", "1200.00"],
        "1（已拆分）": ["2000.00", "0.00", "0.00", "0.00", "0.00", "-2000.00", "0.00"],
        "2": ["0.00", "0.00", "0.00", "0.00", "0.00", "800.00", "800.00"],
        "合计：5 户": ["7301.00", "0.00", "1.00", "0.00", "0.00", "-2651.50", "4650.50"],
    },
    ("二期", 2026): {
        "301": ["0.00", "2650.50", "0.00", "0.00", "0.00", "0.00", "2650.50"],
        "302": ["0.00"] * 7,
        "合计：2 户": ["0.00", "2650.50", "0.00", "0.00", "0.00", "0.00", "2650.50"],
    },
    ("二期", 2027): {
        "301（已注销）": ["2650.50", "0.00", "0.00", "0.00", "2650.50", "0.00", "0.00"],
        "302": ["0.00"] * 7,
        "301 ": ["0.00", "0.00", "2.00", "0.00", "0.00", "2651.50", "2653.50"],
        "合计：3 户": ["2650.50", "0.00", "2.00", "0.00", "2650.50", "2651.50", "2653.50"],
    },
}
"""By the rooms, what was held, deposited, gained, used, refunded, carried over, and held at the end."""


class Quarter:
    """Two estates of one developer, and everybody who has to do with them."""

    def __init__(self, office: Office, authority: Caller) -> None:
        self.office, self.authority = office, authority
        self.estates: dict[str, str] = {}
        self.buildings: dict[str, Any] = {}

    async def collect(self, name: str, *lines: dict[str, Any]) -> None:
        """Collect an estate and keep the ids of what is in it."""
        order = await self.office.complete(list(lines), name=name, address=f"{name}路1号")
        estate = (await self.office.developer.ask(_PLACES, id=order))["node"]["estate"]
        self.estates[name] = estate["id"]
        self.buildings |= {one["name"]: one for one in estate["buildings"]}

    def unit(self, building: str, place: int = 0) -> Any:
        """Give a unit as it was collected."""
        return self.buildings[building]["units"][place]

    async def gain(self, estate: str, building: str, amount: str) -> None:
        """Book interest on a building's first unit."""
        one = alone(self.unit(building)["id"], amount)
        posted = await try_post(self.authority, self.estates[estate], "INTEREST", one, note="利息")
        assert posted["__typename"] == "LedgerPosted", posted

    async def order(self, content: dict[str, Any], edit: dict[str, Any], **picked: list[str]) -> None:
        """Bring an order to its end."""
        developer = self.office.developer
        drafted = await developer.act("orderDraft", {"content": content}, _DONE, "OrderDraftInput")
        order = {"orderId": drafted["order"]["id"]}
        await developer.act("orderLinesPick", {**order, **picked}, _DONE, "OrderLinesPickInput")
        if edit:
            await developer.act("orderLinesEdit", {**order, "edit": edit}, _DONE, "OrderLinesEditInput")
        for step in ("SUBMIT", "ACCEPT", "APPROVE"):
            more = {"registrationPapersReceived": True} if step == "ACCEPT" else {}
            await done(self.office.side(step), step, order["orderId"], **more)

    async def new_year(self, town: Town, clock: MovableClock) -> None:
        """Let it be the second of January, and everybody sign in again."""
        clock.move(days=40.5)
        self.office.developer.headers = await town.sign_in(JIANGMEN, "admin")
        for caller, role, number in (
            (self.authority, "authority_admin", ADMIN_ID),
            (self.office.clerk, "window_clerk", CLERK_ID),
            (self.office.reviewer, "reviewer", REVIEWER_ID),
        ):
            caller.headers = await town.sign_in(JIANGMEN, f"{role}-{number[-4:]}")


async def build_quarter(town: Town) -> Quarter:
    """Collect two estates, and pay all but one unit."""
    quarter = Quarter(await open_office(town, JIANGMEN), await town.authority(JIANGMEN))
    own = {**OWNER, "contractNo": "HT1"}
    await quarter.collect(
        "一期",
        unit(**own),
        unit(building="2栋", **{**own, "contractNo": "HT2"}),
        {**garage(), "contractNo": "HT3"},
    )
    await quarter.collect(
        "二期",
        unit(building="5栋", **{**own, "contractNo": "HT4"}),
        unit("302", building="5栋", **{**own, "contractNo": "HT5"}),
    )
    for building in ("1栋", "2栋", "地下室", "5栋"):
        await pay(quarter.office, quarter.unit(building)["id"])
    return quarter


async def test_moved_split_and_cancelled_units_add_up_in_both_estates_and_years(
    town: Town, shelf: Shelf, clock: MovableClock
):
    quarter = await build_quarter(town)
    office = quarter.office
    await quarter.new_year(town, clock)
    await quarter.gain("一期", "2栋", "1.00")
    clock.move(minutes=1)
    handler = {"name": "王小明", "mobile": "13800138000"}
    move = {"buildingChange": {"estateId": quarter.estates["一期"], "reason": "分期调整", "handler": handler}}
    await quarter.order(
        move,
        {"building": {"estateId": quarter.estates["二期"]}},
        buildingIds=[quarter.buildings["2栋"]["id"]],
    )
    clock.move(minutes=1)
    await quarter.gain("二期", "2栋", "2.00")
    await divide(quarter)
    await lose(town, quarter)
    assert await verify(town.desk, JIANGMEN) == []

    await tell_estates(quarter)
    await ask_estates(quarter)
    await tell_moved_account(quarter)
    # Who sees the first estate alone sees all that its books held, though the building is elsewhere now.
    narrow = await town.sub_user(office.developer, ("org_admin",), [quarter.estates["一期"]])
    about = {"estateId": quarter.estates["一期"]}
    assert (await year_book(narrow, "estateStatementPrint", 2027, **about))[1] == (
        await year_book(quarter.authority, "estateStatementPrint", 2027, **about)
    )[1]
    assert await figures_of(narrow, quarter.estates["一期"], 2027) == (
        await figures_of(quarter.authority, quarter.estates["一期"], 2027)
    )
    await work_beside(town, shelf, quarter)


async def ask_estates(quarter: Quarter) -> None:
    """Ask the graph for the same: each unit's figures, and what came and went by itself."""
    for (name, year), wanted in _EXPECTED.items():
        rows = await figures_of(quarter.office.developer, quarter.estates[name], year)
        assert sorted(rows) == sorted(wanted.values())
    about = {"id": quarter.estates["一期"], "year": 2027}
    found = (await quarter.office.developer.ask(ESTATE_YEAR, **about, first=100))["estateYear"]
    # 1200.00 and 800.00 of the split came; they and 2651.50 of the building that moved went.
    told = found["figures"]
    assert (told["transfersIn"], told["transfersOut"], found["unitCount"]) == ("2000.00", "4651.50", 3)
    gone = [one["node"] for one in found["units"]["edges"]]
    gone = [one for one in gone if one["moved"] or one["status"] != "ACTIVE"]
    assert [(one["buildingName"], one["room"], one["status"], one["moved"]) for one in gone] == [
        ("2栋", "1单元 301", "ACTIVE", True),
        ("地下室", "1", "SPLIT", False),
    ]


async def lose(town: Town, quarter: Quarter) -> None:
    """Cancel a unit; what is refunded comes back once, and is paid again."""
    cancel = {"unitCancellation": {"estateId": quarter.estates["二期"], "reason": "拆迁"}}
    await quarter.order(cancel, {}, unitIds=[quarter.unit("5栋")["id"]])
    (refund,) = await refunds_of(quarter.authority)
    await correct(quarter.authority, refund, "payee")
    today = {"paidAt": town.desk.clock().isoformat()}
    await settle(quarter.authority, [refund], "2650.50", "R1", **today)
    back = await come_back(quarter.authority, refund, amount="2650.50", idempotencyKey="back", **today)
    assert back["__typename"] == "RefundsDone", back
    await correct(quarter.authority, refund, "other payee")
    paid = await settle(quarter.authority, [refund], "2650.50", "R2", **today)
    assert paid["__typename"] == "RefundsDone", paid


async def divide(quarter: Quarter) -> None:
    """Split the garage of 100 m² into 60 and 40."""
    old = quarter.unit("地下室")
    split = await Split(quarter.office, quarter.estates["一期"]).begin(old["id"])
    await split.put(part(old["code"], "1", "60.00"), part(old["code"], "2", "40.00"))
    await split.approve()


async def tell_estates(quarter: Quarter) -> None:
    """Compare both estates' papers with figures worked out by hand, and with the ledger's own statement."""
    for (name, year), wanted in _EXPECTED.items():
        about = {"estateId": quarter.estates[name]}
        facts, rows = await year_book(quarter.office.developer, "estateStatementPrint", year, **about)
        assert "与专户账核对：年初余额、期末余额均相符" in facts
        # Buildings of which another has the same room are told apart by a space.
        plain = {
            (row[2].removeprefix("1单元 ") + " " * (row[1] == "2栋") if row[1] else row[0]): money(row)
            for row in rows
            if row[1] or row[0].startswith("合计")
        }
        assert plain == wanted, (name, year)
        assert money(rows[-1]) == await ledger_says(quarter.authority, year, quarter.estates[name], "REFUND")
        _, put_up = await year_book(quarter.office.developer, "publicationPrint", year, **about)
        assert money(put_up[-1]) == money(rows[-1])
    city = await ledger_says(quarter.authority, 2027, reversed_="REFUND")
    assert city == ["9951.50", "0.00", "3.00", "0.00", "2650.50", "0.00", "7304.00"]


async def tell_moved_account(quarter: Quarter) -> None:
    """An account that moved names the estate in which it was at the end of each year."""
    about = {"unitAccountId": quarter.unit("2栋")["account"]["id"]}
    for year, estate, closing in ((2026, "一期", "2650.50"), (2027, "二期", "2653.50")):
        facts, rows = await year_book(quarter.authority, "accountStatementPrint", year, **about)
        assert f"物业区域：{estate}" in facts
        assert f"{rows[-1][-1]:.2f}" == closing
    about = {"unitAccountId": quarter.unit("地下室")["account"]["id"]}
    _, rows = await year_book(quarter.authority, "accountStatementPrint", 2027, **about)
    assert (rows[1][2], f"{rows[1][5]:.2f}") == ("转出（首期）", "2000.00")
    assert rows[1][3].startswith("房屋拆分合并 JM")


async def work_beside(town: Town, shelf: Shelf, quarter: Quarter) -> None:
    """Have the papers made beside the requests: they say the same, once, for who may have them."""
    about: dict[str, Any] = {"estateId": quarter.estates["一期"], "year": 2027}
    jobs = [
        await taken(await ask(quarter.office.developer, what, **about, format=made))
        for what, made in (
            ("estateStatementPrintJob", "XLSX"),
            ("publicationPrintJob", "XLSX"),
            ("publicationPrintJob", "PDF"),
        )
    ]
    assert await work_off(town, JIANGMEN) == 3
    statement, sheet, pages = [await look(quarter.office.developer, job) for job in jobs]
    assert {(one["kind"], one["status"]) for one in (statement, sheet, pages)} == {("YEAR_PRINT", "DONE")}
    assert (sheet["done"], sheet["total"], sheet["outcome"]["rows"]) == (9, 9, 9)
    for job, what in ((statement, "estateStatementPrint"), (sheet, "publicationPrint")):
        content = (await quarter.office.developer.fetch(job["file"]["url"])).content
        _, rows = await year_book(quarter.office.developer, what, 2027, estateId=about["estateId"])
        assert read_book(content)[1] == rows
    estate = {"estateId": about["estateId"]}
    again = await ask_year(quarter.office.developer, "publicationPrint", 2027, "PDF", **estate)
    for time, file in enumerate((pages["file"], again["file"]), start=1):
        told = words((await quarter.office.developer.fetch(file["url"])).content)
        assert f"第 {time} 次打印" in told[0]
    next_year = {**about, "year": 2028, "format": "PDF"}
    wrong = await ask(quarter.office.developer, "publicationPrintJob", **next_year)
    assert await quarter.office.developer.refused(wrong) == ["VALUE_UNKNOWN"]
    await give_up(town, shelf, quarter)
    # Who may hand nothing out any more when its turn comes gets nothing.
    late = await taken(await ask(quarter.office.developer, "publicationPrintJob", **about, format="PDF"))
    await shelf.change("update role_assignment set role = 'viewer' where role = 'org_admin'")
    await shelf.change("update principal set version = version + 1 where kind = 'DEVELOPER'")
    files = await shelf.one("select count(*) from file")
    await work_off(town, JIANGMEN)
    assert await shelf.rows("select status from job where id = :id", id=read_id(late["id"])[2]) == [
        ("REFUSED",)
    ]
    assert await shelf.one("select count(*) from file") == files


async def give_up(town: Town, shelf: Shelf, quarter: Quarter) -> None:
    """Print a paper while another print of it is drawn: that is made anew. Then want one no more."""
    visit = Visit(town.desk, await find_actor(town.desk, JIANGMEN, "admin"))
    estate = quarter.estates["一期"]
    asked = YearAsked(YearPaper.PUBLICATION, read_id(estate)[2], 2027, ReportFormat.PDF)
    told: list[tuple[int, int | None]] = []

    async def print_meanwhile(done: int, total: int | None) -> None:
        if not told:
            await ask_year(quarter.office.developer, "publicationPrint", 2027, "PDF", estateId=estate)
        told.append((done, total))

    visit.pace = print_meanwhile
    outcome: Any = await print_large_year(visit, asked, key="once more")
    assert told[0] == (0, 9)
    file = await quarter.office.developer.fetch(file_url(JIANGMEN, outcome.ids[0]))
    assert "第 4 次打印" in words(file.content)[0]

    async def end(_done: int, _total: int | None) -> None:
        raise CancelledJob

    visit.pace = end
    files = await shelf.one("select count(*) from file")
    with pytest.raises(CancelledJob):
        await print_large_year(visit, asked, key="given up")
    await visit.close()
    assert await shelf.one("select count(*) from file") == files
