"""Yearly statements and publication sheets: to the fen what the ledger held by days, whatever came since."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from db.tables.estates import Estate
from domain.problem import Problem
from resolvers.money.yearly import read_estate_year
from schema.ids import write_id
from tests.conftest import MovableClock
from tests.deposits import CLEAR, Block, Books, build, places
from tests.office import error_of
from tests.papers import words
from tests.postings import post, try_reverse
from tests.scenes import ADMIN_ID, CLERK_ID, JIANGMEN, REVIEWER_ID, Caller, Town, unit
from tests.years import ACCOUNT_YEAR, ESTATE_YEAR, ask_year, headings, ledger_says, money, year_book

_AREAS = {"301": "88.35", "302": "88.35", "303": "112.07", "304": "112.07"}
_TABLES = ("file", "journal", "entry", "audit", "repetition")


async def pass_time(town: Town, clock: MovableClock, block: Block, *office: Caller, days: float) -> None:
    """Let days pass; everybody signs in again."""
    clock.move(days=days)
    block.developer.headers = await town.sign_in(JIANGMEN, "admin")
    logins = {"authority_admin": ADMIN_ID, "window_clerk": CLERK_ID, "reviewer": REVIEWER_ID}
    for caller, (role, number) in zip(office, logins.items(), strict=False):
        caller.headers = await town.sign_in(JIANGMEN, f"{role}-{number[-4:]}")


async def test_a_year_is_told_by_its_days_whatever_is_booked_afterwards(
    town: Town, books: Books, clock: MovableClock
):
    block = await build(town, lines=[unit(room, area) for room, area in _AREAS.items()])
    authority = await town.authority(JIANGMEN)
    for room in _AREAS:
        await block.pay(await block.notice(room))
    about = {"estateId": block.estate}
    # The year still runs, and says so; what was paid today stands in it.
    facts, rows = await year_book(block.developer, "estateStatementPrint", 2026, **about)
    assert "统计期间：2026年1月1日至2026年11月22日（本年度未结束）" in facts
    assert [money(row)[0::6] for row in rows[:4]] == [
        ["0.00", "2650.50"],
        ["0.00", "2650.50"],
        ["0.00", "3362.10"],
        ["0.00", "3362.10"],
    ]

    # 39 days and 12 hours later it is midnight of New Year in Shanghai.
    await pass_time(town, clock, block, authority, days=39.5)
    shares = {"shared": {"total": "10.00"}}
    await post(authority, block, "INTEREST", shares, note="2026年度利息")
    facts, rows = await year_book(block.developer, "estateStatementPrint", 2026, **about)
    assert "统计期间：2026年1月1日至2026年12月31日" in facts
    assert "与专户账核对：年初余额、期末余额均相符" in facts
    *_, subtotal, total = rows
    assert (subtotal[0], total[0]) == ("1栋小计：4 户", "合计：4 户")
    past = ["0.00", "12025.20", "0.00", "0.00", "0.00", "0.00", "12025.20"]
    assert money(total) == money(subtotal) == past == await ledger_says(authority, 2026, block.estate)

    await go_on(town, clock, block, authority, rows)
    await tell_publication(block, authority)
    await tell_account(block)
    await ask_estate(block, authority)
    await ask_account(block)
    await refuse_others(town, books, block, authority)


async def go_on(town: Town, clock: MovableClock, block: Block, authority: Caller, before: list[Any]) -> None:
    """Book in the new year: the old one's paper stays as it is, the new one's tells it."""
    about = {"estateId": block.estate}
    await pass_time(town, clock, block, authority, days=30)
    await post(authority, block, "USE", {"shared": {"total": "10000.00"}}, note="2栋电梯大修")
    line = {"lines": [{"unitId": block.units["301"], "amount": "100.00"}]}
    account = (await post(authority, block, "USE", line, note="门禁"))["301"]
    no = account["entries"][-1]["no"]
    reversed_ = await try_reverse(authority, account["id"], no, note="重复登记")
    assert reversed_["__typename"] == "LedgerPosted", reversed_
    assert (await year_book(block.developer, "estateStatementPrint", 2026, **about))[1] == before
    _, rows = await year_book(authority, "estateStatementPrint", 2027, **about)
    # domain.md §8: 10000.00 over 88.35, 88.35, 112.07 and 112.07 m².
    assert [money(row) for row in rows] == [
        ["2650.50", "0.00", "2.20", "2204.12", "0.00", "0.00", "448.58"],
        ["2650.50", "0.00", "2.20", "2204.12", "0.00", "0.00", "448.58"],
        ["3362.10", "0.00", "2.80", "2795.88", "0.00", "0.00", "569.02"],
        ["3362.10", "0.00", "2.80", "2795.88", "0.00", "0.00", "569.02"],
        *[["12025.20", "0.00", "10.00", "10000.00", "0.00", "0.00", "2035.20"]] * 2,
    ]
    assert money(rows[-1]) == await ledger_says(authority, 2027, block.estate)


async def tell_publication(block: Block, authority: Caller) -> None:
    """Look at what is put up: items of use, each unit's share of each, and nothing of persons."""
    about = {"estateId": block.estate}
    facts, rows = await year_book(authority, "publicationPrint", 2027, **about)
    assert [fact for fact in facts if fact.startswith("使用项目")] == [
        "使用项目 1：2027-01-31　2栋电梯大修　¥10000.00　4 户分摊",
        "使用项目 2：2027-01-31　门禁　¥100.00　1 户分摊",
        "使用项目 3：2027-01-31　冲正：重复登记　¥-100.00　1 户分摊",
    ]
    assert [(row[2], f"{row[7]:.2f}") for row in rows[:6]] == [
        ("1单元 301", "2204.12"),
        ("其中：项目 1", "2204.12"),
        ("其中：项目 2", "100.00"),
        ("其中：项目 3", "-100.00"),
        ("1单元 302", "2204.12"),
        ("其中：项目 1", "2204.12"),
    ]
    assert [rows[-1][0], f"{rows[-1][3]:.2f}", *money(rows[-1])] == [
        "合计：4 户",
        "400.84",
        *["12025.20", "0.00", "10.00", "10000.00", "0.00", "0.00", "2035.20"],
    ]
    made = await ask_year(authority, "publicationPrint", 2027, "PDF", **about)
    assert made["file"]["name"].endswith("-2027收支公示表.pdf")
    text = "".join(words((await authority.fetch(made["file"]["url"])).content))
    assert "住宅专项维修资金收支公示表" in text
    assert "2栋电梯大修" in text
    assert (
        "使用项目：本期没有使用维修资金。"
        in (await year_book(authority, "publicationPrint", 2026, **about))[0]
    )
    for secret in (*CLEAR, "李", "喆", "4407052004"):
        assert secret not in "".join(facts) + text


async def tell_account(block: Block) -> None:
    """Look at the statement of one unit's account: every entry with its cause."""
    account = (await block.unit("303"))["account"]
    about = {"unitAccountId": account["id"]}
    facts, rows = await year_book(block.developer, "accountStatementPrint", 2027, **about)
    assert {"房屋：1栋 1单元 3层 303", "业主：李𬭎喆", "年初余额：¥3362.10", "期末余额：¥569.02"} <= set(
        facts
    )
    opening, interest, use, total = rows
    assert (opening[2], f"{opening[6]:.2f}") == ("年初余额", "3362.10")
    assert (interest[2], interest[3], f"{interest[4]:.2f}") == ("增值收益", "2026年度利息", "2.80")
    assert (use[2], use[3], f"{use[5]:.2f}", f"{use[6]:.2f}") == (
        "维修使用",
        "2栋电梯大修",
        "2795.88",
        "569.02",
    )
    assert (total[0], *(f"{amount:.2f}" for amount in total[4:])) == (
        "合计：2 笔",
        "2.80",
        "2795.88",
        "569.02",
    )
    facts, rows = await year_book(block.developer, "accountStatementPrint", 2026, **about)
    assert (rows[1][2], f"{rows[1][4]:.2f}") == ("首期", "3362.10")
    assert rows[1][3].startswith("通知单 JMNO20261122")
    assert "，交款证明 JM" in rows[1][3]
    account = (await block.unit("301"))["account"]
    _, rows = await year_book(block.developer, "accountStatementPrint", 2027, unitAccountId=account["id"])
    assert [(row[2], row[3]) for row in rows[3:5]] == [
        ("维修使用", "门禁"),
        ("冲正（维修使用）", "冲正，重复登记"),
    ]


async def ask_estate(block: Block, authority: Caller) -> None:
    """Ask the graph for what the estate's paper prints: sums, buildings, items of use, and pages of units."""
    asked = {"id": block.estate, "year": 2027}
    found = (await authority.ask(ESTATE_YEAR, **asked, first=3))["estateYear"]
    assert found["period"] == {"year": 2027, "since": "2027-01-01", "until": "2027-01-31", "over": False}
    assert (found["unitCount"], found["grossArea"], found["agrees"]) == (4, "400.84", True)
    whole = ["12025.20", "0.00", "10.00", "10000.00", "0.00", "0.00", "2035.20"]
    (building,) = found["buildings"]
    assert (building["name"], building["building"]["name"]) == ("1栋", "1栋")
    assert (building["unitCount"], building["grossArea"]) == (4, "400.84")
    for figures in (found["figures"], found["specialAccount"], building["figures"]):
        assert headings(figures) == whole
    items = [(one["no"], one["day"], one["note"], one["amount"], one["unitCount"]) for one in found["uses"]]
    assert items == [
        (1, "2027-01-31", "2栋电梯大修", "10000.00", 4),
        (2, "2027-01-31", "门禁", "100.00", 1),
        (3, "2027-01-31", "重复登记", "-100.00", 1),
    ]
    assert [one["reversal"] for one in found["uses"]] == [False, False, True]
    units = found["units"]
    assert (units["totalCount"], units["pageInfo"]["hasNextPage"]) == (4, True)
    assert [edge["node"]["room"] for edge in units["edges"]] == ["1单元 301", "1单元 302", "1单元 303"]
    third = units["edges"][2]["node"]
    assert (third["unit"]["roomNo"], third["grossArea"], third["status"], third["moved"]) == (
        "303",
        "112.07",
        "ACTIVE",
        False,
    )
    assert headings(third["figures"]) == ["3362.10", "0.00", "2.80", "2795.88", "0.00", "0.00", "569.02"]
    await turn_pages(authority, asked, units["pageInfo"]["endCursor"])
    past = (await block.developer.ask(ESTATE_YEAR, id=block.estate, year=2026))["estateYear"]
    assert (past["period"]["over"], past["figures"]["firstDeposits"]) == (True, "12025.20")


async def turn_pages(authority: Caller, asked: dict[str, Any], after: str) -> None:
    """Read on behind the third unit and back before it, and ask for pages that there are not."""
    rest = (await authority.ask(ESTATE_YEAR, **asked, first=3, after=after))["estateYear"]["units"]
    assert [edge["node"]["room"] for edge in rest["edges"]] == ["1单元 304"]
    assert [rest["pageInfo"][way] for way in ("hasNextPage", "hasPreviousPage")] == [False, True]
    back = (await authority.ask(ESTATE_YEAR, **asked, last=1, before=after))["estateYear"]["units"]
    assert [edge["node"]["room"] for edge in back["edges"]] == ["1单元 302"]
    answer = await authority.send(ESTATE_YEAR, **asked, after="bm8=")
    assert answer["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"
    answer = await authority.send(ESTATE_YEAR, **asked, first=101)
    assert answer["errors"][0]["extensions"]["code"] == "TOO_COSTLY"


async def ask_account(block: Block) -> None:
    """Ask the graph for what the statement of an account prints."""
    asked = {"id": block.units["303"], "year": 2027}
    found = (await block.developer.ask(ACCOUNT_YEAR, **asked, first=1))["accountYear"]
    assert (found["place"], found["owners"], found["grossArea"]) == (
        "1栋 1单元 3层 303",
        ["李𬭎喆"],
        "112.07",
    )
    assert headings(found["figures"]) == ["3362.10", "0.00", "2.80", "2795.88", "0.00", "0.00", "569.02"]
    first, entries = found["entries"]["edges"][0]["node"], found["entries"]
    assert (entries["totalCount"], entries["pageInfo"]["hasNextPage"]) == (2, True)
    assert first == {
        "day": "2027-01-01",
        "type": "INTEREST",
        "component": None,
        "cause": "2026年度利息",
        "amount": "2.80",
        "balance": "3364.90",
    }
    after = entries["pageInfo"]["endCursor"]
    rest = (await block.developer.ask(ACCOUNT_YEAR, **asked, after=after))["accountYear"]["entries"]
    assert [(edge["node"]["type"], edge["node"]["balance"]) for edge in rest["edges"]] == [("USE", "569.02")]


async def refuse_figures(block: Block, authority: Caller, *strangers: Caller, payer: Caller) -> None:
    """Ask for years that there are not, and as those who may not have the papers."""
    about = {"estateYear": (ESTATE_YEAR, block.estate), "accountYear": (ACCOUNT_YEAR, block.units["303"])}
    for name, (query, subject) in about.items():
        for year in (2025, 2028, -1):
            refused = (await authority.ask(query, id=subject, year=year))[name]
            assert places(refused) == [("VALUE_UNKNOWN", "year")]
        for stranger in strangers:
            assert (await stranger.ask(query, id=subject, year=2027))[name] is None
    assert (await payer.ask(ESTATE_YEAR, id=block.estate, year=2027))["estateYear"] is None
    assert (await payer.ask(ACCOUNT_YEAR, id=block.units["303"], year=2027))["accountYear"] is not None


async def refuse_others(town: Town, books: Books, block: Block, authority: Caller) -> None:
    """Ask for years that there are not, and as those who may not see or hand out."""
    account = (await block.unit("303"))["account"]["id"]
    payer = await town.sub_user(block.developer, ("payment_clerk",))
    elsewhere = await town.sub_user(block.developer, ("org_admin",), [])
    special = await books.one("select id from account where kind = 'SPECIAL'")
    before = await books.counts(*_TABLES)
    for what, about in (
        ("estateStatementPrint", {"estateId": block.estate}),
        ("publicationPrint", {"estateId": block.estate}),
        ("accountStatementPrint", {"unitAccountId": account}),
    ):
        for year in (2025, 2028, -1):
            assert places(await ask_year(block.developer, what, year, **about)) == [("VALUE_UNKNOWN", "year")]
        kind = f"{what[0].upper()}{what[1:]}Input"
        given = {"year": 2027, "format": "PDF", **about}
        assert await error_of(elsewhere, what, given, kind) == "NOT_FOUND"
        assert await error_of(block.bank, what, given, kind) == "NOT_FOUND"
        if what != "accountStatementPrint":
            assert await error_of(payer, what, given, kind) == "FORBIDDEN"
    given = {"unitAccountId": write_id("Account", JIANGMEN, special), "year": 2027, "format": "PDF"}
    assert (
        await error_of(authority, "accountStatementPrint", given, "AccountStatementPrintInput") == "NOT_FOUND"
    )
    assert await books.counts(*_TABLES) == before
    async with AsyncSession(books.engine) as session:
        estate = (await session.scalars(select(Estate))).one()
        large = await read_estate_year(session, estate, 2027, town.desk.clock(), 3)
    assert isinstance(large, Problem)
    assert large.message("zh").startswith("“房屋（更多的请用后台任务生成）”数量超出上限（最多 3）")
    await refuse_figures(block, authority, elsewhere, block.bank, payer=payer)
    made = await ask_year(payer, "accountStatementPrint", 2027, "PDF", unitAccountId=account)
    assert made["file"]["mediaType"] == "application/pdf"
