"""Two estates of one developer in Luzhou beside another developer's, partly paid, and who looks at them."""

from dataclasses import dataclass, field
from itertools import count
from typing import Any

from schema.ids import read_id
from tests.deposits import Block, build
from tests.scenes import ADMIN_ID, LUZHOU, USCC, YUNMENG, Caller, SubUser, Town, unit
from tests.shelf import Shelf

FIGURES = "units grossArea due paid outstanding balance paidUnits"
SUMMARY = f"""query($by: [Dimension!], $f: DepositFilter) {{ depositSummary(by: $by, filter: $f) {{
  groups {{ estate {{ name }} building {{ name }} organization {{ name }} district usage rateCategory month
    figures {{ {FIGURES} }} }}
  total {{ {FIGURES} }} }} }}"""
_COUNT = count()


def lines(building: str, *rooms: tuple[str, str, str]) -> list[dict[str, Any]]:
    """Type in homes of a building: room, area, lift."""
    return [
        unit(room, area, building=building, hasLift=lift, address=f"{building}{room}")
        for room, area, lift in rooms
    ]


def figures(units: int, area: str, due: str, paid: str, outstanding: str, balance: str, done: int) -> Any:
    """Write figures as the graph tells them."""
    return {
        "units": units,
        "grossArea": area,
        "due": due,
        "paid": paid,
        "outstanding": outstanding,
        "balance": balance,
        "paidUnits": done,
    }


@dataclass
class Streets:
    """The estates 江畔花园 and 滨江苑, the people of their developer, and another developer's estate.

    At 70 yuan a square metre with a lift, 40 without and 30 for parking:
    江畔花园 1栋 301 88.35 m² 6,184.50 paid; 302 33.3335 m² 2,333.35 on an open notice; 地下室 101 12.50 m²
    375.00; 滨江苑 2栋 501 100 m² 7,000.00 paid, 502 50 m² without a lift 2,000.00.
    """

    town: Town
    first: Block
    second: Block
    other: Block
    notice: Any
    shelf: Shelf
    people: dict[str, Caller] = field(default_factory=dict[str, Caller])

    async def member(self, estates: list[str] | None = None) -> SubUser:
        """Give somebody of the developer who only looks."""
        login = f"viewer-{next(_COUNT)}"
        return await self.town.sub_user(self.first.developer, ["viewer"], estates, login)

    async def nobody(self) -> SubUser:
        """Give somebody of the developer without any role."""
        return await self.town.sub_user(self.first.developer, [], None, f"nobody-{next(_COUNT)}")

    async def authority(self) -> Caller:
        """Give the authority's admin."""
        if "authority" not in self.people:
            self.people["authority"] = await self.town.authority(LUZHOU)
        return self.people["authority"]

    async def deny(self, user: SubUser, action: str, estate: str) -> None:
        """Take a right on an estate from somebody."""
        await self.shelf.change(
            "insert into estate_deny (city, id, principal_id, estate_id, action, granted_by, granted_at)"
            " values (:city, gen_random_uuid(), :user, :estate, :action, :user, now())",
            city=LUZHOU,
            user=read_id(user.id)[2],
            estate=read_id(estate)[2],
            action=action,
        )
        await self.shelf.change(
            "update principal set version = version + 1 where id = :user", user=read_id(user.id)[2]
        )

    async def reporter(self) -> Caller:
        """Give the office's machine that only reads."""
        if "reporter" in self.people:
            return self.people["reporter"]
        system = await self.town.office(LUZHOU, "system_admin", ADMIN_ID, "system")
        done = await system.act(
            "reporterAdd", {"name": "统计程序"}, "... on UserDone { user { id } }", "ReporterAddInput"
        )
        given = {"accountId": done["user"]["id"], "name": "报表"}
        issued = await system.act("apiKeyIssue", given, "... on ApiKeyIssued { secret }", "ApiKeyIssueInput")
        self.people["reporter"] = Caller(self.town.http, {"X-Weixiu-Key": issued["secret"]})
        return self.people["reporter"]

    async def organization(self, block: Block) -> str:
        """Give the id of a block's developer, as the office sees it."""
        query = "query($id: ID!) { node(id: $id) { ... on Estate { organization { id } } } }"
        found = await (await self.authority()).ask(query, id=block.estate)
        return found["node"]["organization"]["id"]

    async def ask(self, by: Caller | None = None, *dimensions: str, **chosen: Any) -> Any:
        """Ask for a summary."""
        asked = {"by": list(dimensions), "f": chosen or None}
        return (await (by or self.first.developer).ask(SUMMARY, **asked))["depositSummary"]


async def settle(town: Town, shelf: Shelf) -> Streets:
    """Build the estates, pay two units, and leave one notice open."""
    parking = unit("101", "12.50", usage="车位", floor="-1", building="地下室", section="", address="车位101")
    homes = lines("1栋", ("301", "88.35", "有"), ("302", "33.3335", "有"))
    first = await build(town, LUZHOU, [*homes, parking])
    second = await build(
        town,
        LUZHOU,
        lines("2栋", ("501", "100", "有"), ("502", "50", "无")),
        developer=first.developer,
        name="滨江苑",
    )
    stranger = await town.developer(LUZHOU, USCC[YUNMENG], "other")
    other = await build(town, LUZHOU, lines("9栋", ("901", "200", "有")), developer=stranger, name="别人家园")
    await first.pay(await first.notice("301"))
    await second.pay(await second.notice("501"))
    notice = await first.notice("302")
    return Streets(town, first, second, other, notice, shelf)
