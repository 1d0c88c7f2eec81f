"""Units that come from the transaction system: looked for, ticked, checked, corrected, taken over once."""

import io
from typing import Any

import openpyxl
import pytest

from resolvers.ledger_check import verify
from tests.office import Office, attach, done, open_office, problems, try_step
from tests.resolvers.changes.test_unit_supplement import estate_of, supplement
from tests.resolvers.workbooks import export, send
from tests.scenes import JIANGMEN, LUZHOU, ORDER, REFUSED, YUNMENG, Town, unit
from tests.shelf import Shelf
from tests.sim import Sim

_PROJECTS = f"""query($k: String) {{ projects(keyword: $k) {{ __typename
  ... on Projects {{ projects {{ id name address developerName presalePermitNo
    buildings {{ id name units }} }} }}
  {REFUSED} }} }}"""
_FETCHED = f"... on OrderFetched {{ units alreadyImported dryRun {ORDER[:-2]} route }} }}"
_LINES = """query($o: ID!) { node(id: $o) { ... on Order { route lines(first: 100) { edges { node { no
  after { ... on UnitContent { building section floor roomNo usage grossArea hasLift completedYm structure
    floorsAbove saleStatus contractNo externalId } } } } } } } }"""


async def projects(office: Office, keyword: str | None = None) -> Any:
    """Ask the transaction system for projects."""
    return (await office.developer.ask(_PROJECTS, k=keyword))["projects"]


async def fetch(office: Office, order: str, *ticked: str | tuple[str, ...], **more: Any) -> Any:
    """Fetch ticked projects, each alone or with buildings of it."""
    picks = [
        {"project": tick} if isinstance(tick, str) else {"project": tick[0], "buildings": list(tick[1:])}
        for tick in ticked
    ]
    given = {"orderId": order, "projects": picks, **more}
    return await office.developer.act("orderFetch", given, _FETCHED, "OrderFetchInput")


async def lines_of(office: Office, order: str) -> list[dict[str, Any]]:
    """Give what an order's lines say."""
    found = (await office.developer.ask(_LINES, o=order))["node"]
    return [edge["node"]["after"] for edge in found["lines"]["edges"]]


async def standing(shelf: Shelf) -> dict[str, Any]:
    """Tell how everything stands; that the other side failed is counted, and is no business writing."""
    return {name: rows for name, rows in (await shelf.standing()).items() if name != "trading_breaker"}


async def test_a_city_says_how_its_units_are_fetched(town: Town):
    read = "code interfaceQuery interfacePick depositPointAsked"
    read += " attachmentKinds { orderKind code required requiredByInterface }"
    cities = (await town.stranger.ask(f"{{ cities {{ {read} }} }}"))["cities"]
    assert {city["code"]: list(city.values())[1:4] for city in cities} == {
        JIANGMEN: ["OWN_PROJECTS", "PROJECT", ["TEMPLATE"]],
        LUZHOU: ["KEYWORD_FUZZY", "PROJECT_BUILDING", []],
        YUNMENG: ["KEYWORD_FUZZY", "PROJECT", ["INTERFACE", "TEMPLATE"]],
    }
    needed = {
        city["code"]: {
            paper["code"]: (paper["required"], paper["requiredByInterface"])
            for paper in city["attachmentKinds"]
            if paper["orderKind"] == "ESTATE_COLLECTION"
        }
        for city in cities
    }
    assert needed[JIANGMEN] == {"PLANNING_PERMIT": (False, False), "PRESALE_OR_SURVEY": (False, True)}
    assert needed[YUNMENG] == {"PLANNING_PERMIT": (True, False), "PRESALE_OR_SURVEY": (False, False)}


async def test_in_luzhou_buildings_are_found_by_a_word_ticked_and_collected(
    sim: Sim, town: Town, shelf: Shelf
):
    office = await open_office(town)
    await _find_by_a_word(office, sim)
    order = await town.draft(office.developer)
    await _tick_in_vain(office, order, shelf)
    await fetch(office, order, ("LZ-P001", "LZ-P001-2"))
    # Ticked again, it takes the place of what was ticked before; and the same request again changes nothing.
    got: Any = None
    for _ in range(2):
        got = await fetch(office, order, ("LZ-P001", "LZ-P001-1", "LZ-P001-3"), idempotencyKey="again")
        assert (got["units"], got["alreadyImported"], got["order"]["buildingCount"]) == (16, 0, 2)
    # 6 x 88.35 + 6 x 112.07 + 4 x 12.50 = 1252.52; 6 x 6184.50 + 6 x 7844.90 + 4 x 375.00 = 85676.40.
    assert (got["order"]["grossArea"], got["order"]["due"]) == ("1252.52", "85676.40")
    asked = len(sim[LUZHOU].asked)
    await done(office.developer, "SUBMIT", order)
    late = await fetch(office, order, ("LZ-P001", "LZ-P001-2"))
    assert await office.developer.refused(late) == ["INVALID_TRANSITION"]
    assert len(sim[LUZHOU].asked) == asked, "what cannot be done is not asked for"
    await done(office.clerk, "ACCEPT", order)
    await done(office.reviewer, "APPROVE", order)
    assert await shelf.rows(
        "select external_id, contract_no, sale_status from unit where contract_no is not null order by 1"
    ) == [
        ("LZ-P001-1-1-301", "LZHT001001", "FILED"),
        ("LZ-P001-1-1-302", "LZHT001002", "FILED"),
        ("LZ-P001-1-2-301", "LZHT001003", "FILED"),
        ("LZ-P001-1-2-302", "LZHT001004", "FILED"),
    ]
    assert await shelf.one("select count(distinct external_id) from unit") == 16
    await _supplement_the_rest(office, shelf, order)
    assert await verify(town.desk, LUZHOU) == []


async def _find_by_a_word(office: Office, sim: Sim) -> None:
    assert await office.developer.refused(await projects(office)) == ["FIELD_REQUIRED"]
    found = await projects(office, "路１号")
    assert found["projects"] == [
        {
            "id": "LZ-P001",
            "name": "试验苑一期",
            "address": "示范路1号",
            "developerName": "示范置业有限公司",
            "presalePermitNo": "LZ预售2026第001号",
            "buildings": [
                {"id": "LZ-P001-1", "name": "1栋", "units": 12},
                {"id": "LZ-P001-2", "name": "2栋", "units": 6},
                {"id": "LZ-P001-3", "name": "地下车库", "units": 4},
            ],
        }
    ]
    assert len({project.developer.uscc for project in sim[LUZHOU].projects.values()}) == 3
    assert [one["name"] for one in (await projects(office, "路"))["projects"]] == [
        "试验苑一期",
        "试验苑二期",
        "试验苑大区",
    ], "what other developers build is not for them to fetch"


async def _tick_in_vain(office: Office, order: str, shelf: Shelf) -> None:
    before = await standing(shelf)
    rehearsed = await fetch(office, order, ("LZ-P001", "LZ-P001-1"), dryRun=True)
    assert (rehearsed["units"], rehearsed["order"]["route"], rehearsed["dryRun"]) == (12, "INTERFACE", True)
    for ticked, code in (
        ("LZ-P001", "FIELD_REQUIRED"),
        (("LZ-P001", "LZ-P002-1"), "VALUE_UNKNOWN"),
        (("LZ-P999", "LZ-P001-1"), "VALUE_UNKNOWN"),
        # Another developer's project, as its own system knows it.
        (("LZ-P004", "LZ-P004-1"), "VALUE_UNKNOWN"),
    ):
        assert await office.developer.refused(await fetch(office, order, ticked)) == [code]
    assert await standing(shelf) == before


async def _supplement_the_rest(office: Office, shelf: Shelf, collected: str) -> None:
    """Fetch the whole project again: what was taken over is left out, and at last nothing is new."""
    found = await office.developer.ask(
        "query($id: ID!) { node(id: $id) { ... on Order { estate { id } } } }", id=collected
    )
    estate = found["node"]["estate"]["id"]
    every = ("LZ-P001", "LZ-P001-1", "LZ-P001-2", "LZ-P001-3")
    order, late = await supplement(office, estate), await supplement(office, estate)
    for one in (order, late):
        got = await fetch(office, one, every)
        assert (got["units"], got["alreadyImported"], got["order"]["due"]) == (6, 16, "10960.80")
    number = (await done(office.developer, "SUBMIT", order))["orderNo"]
    refused = await try_step(office.developer, "SUBMIT", late)
    # Six places and six units of the transaction system, all of them the other order's.
    assert [one["code"] for one in refused["problems"]] == ["UNIT_LOCKED"] * 12
    assert all(number in one["message"] for one in refused["problems"])
    await done(office.clerk, "ACCEPT", order)
    await done(office.reviewer, "APPROVE", order)
    before = await standing(shelf)
    assert set(await problems(office.developer, "SUBMIT", late)) == {"DUPLICATE_UNIT", "ALREADY_IMPORTED"}
    refused = await fetch(office, late, every)
    assert [(one["code"], "22" in one["message"]) for one in refused["problems"]] == [
        ("ALREADY_IMPORTED", True)
    ]
    assert await standing(shelf) == before


async def test_in_jiangmen_ones_own_projects_are_listed_and_ticked_whole(sim: Sim, town: Town, shelf: Shelf):
    office = await open_office(town, JIANGMEN)
    found = await projects(office)
    assert [one["name"] for one in found["projects"]] == ["试验苑一期", "试验苑二期", "试验苑大区"]
    order = await town.draft(office.developer)
    refused = await fetch(office, order, ("JM-P001", "JM-P001-1"))
    assert [(one["code"], one["path"]) for one in refused["problems"]] == [
        ("PROFILE_FEATURE_OFF", "projects.0.buildings")
    ]
    sim[JIANGMEN].page = 15
    sim[JIANGMEN].fail("OUT_OF_ORDER", "units")
    got = await fetch(office, order, "JM-P001")
    sim[JIANGMEN].heal()
    sim[JIANGMEN].page = 1_000
    assert (got["units"], got["order"]["grossArea"]) == (22, "1526.54")
    assert await problems(office.developer, "SUBMIT", order) == ["ATTACHMENT_REQUIRED"], "[J 1.3.1 step 7]"
    await attach(office.developer, order, await town.upload(office.developer), "PRESALE_OR_SURVEY")
    await done(office.developer, "SUBMIT", order)
    await done(office.clerk, "ACCEPT", order, registrationPapersReceived=True)
    await done(office.reviewer, "APPROVE", order)
    assert await shelf.one("select count(distinct external_id) from unit") == 22
    assert await shelf.one("select route from estate") == "INTERFACE"
    # Where the city asks for the deposit point on the template's route alone, the day of submission holds.
    everybody = await office.developer.ask("{ estates { edges { node { id } } } }")
    more = await supplement(office, everybody["estates"]["edges"][0]["node"]["id"])
    await town.put(office.developer, more, [unit("901")])
    assert await problems(office.developer, "SUBMIT", more) == ["FIELD_REQUIRED"]
    got = await fetch(office, more, "JM-P001", found["projects"][2]["id"])
    assert (got["units"], got["alreadyImported"], got["order"]["buildingCount"]) == (2400, 22, 12)
    assert await problems(office.developer, "SUBMIT", more) == ["ATTACHMENT_REQUIRED"]


async def test_what_cannot_be_read_is_told_row_by_row_and_comes_back_corrected(sim: Sim, town: Town):
    office = await open_office(town)
    order, other = await town.draft(office.developer), await town.draft(office.developer, name="别处")
    refused = await fetch(office, order, ("LZ-P002", "LZ-P002-1", "LZ-P002-2"))
    assert [(one["cell"], one["row"], one["code"], one["value"]) for one in refused["problems"]] == [
        ("G4", 4, "NUMBER_FORMAT", "九十平"),
        ("F5", 5, "VALUE_UNKNOWN", "阁楼"),
        ("I6", 6, "FIELD_REQUIRED", None),
        ("C7", 7, "FLOOR_INVALID", "顶层"),
    ]
    assert await lines_of(office, order) == []
    book = await _book(office, refused["correctionUrl"])
    page = book.worksheets[0]
    assert page.column_dimensions["T"].hidden
    assert page["U4"].value.startswith("“建筑面积”不是可识别的数字")
    for place, text in (("G4", "90"), ("F5", "住宅"), ("I6", "有"), ("C7", "2")):
        page[place] = text
    await _misuse(office, book, order, other)
    page.delete_rows(13)
    taken = await send(office.developer, order, _saved(book))
    assert (taken["__typename"], taken["rows"], taken["remarks"]) == ("OrderImported", 9, [])
    lines = await lines_of(office, order)
    assert [line["externalId"] for line in lines] == [
        *(f"LZ-P002-1-1-{room}" for room in (101, 102, 201, 202, 301, 302)),
        *(f"LZ-P002-2-1-{room}" for room in (101, 201, 301)),
    ]
    assert lines[0]["grossArea"] == "90.00"
    await _correct_more(office, order)


async def _misuse(office: Office, book: Any, order: str, other: str) -> None:
    """The system's mark belongs to the order for which it was made, and to one row."""
    page = book.worksheets[0]
    foreign = await send(office.developer, other, _saved(book))
    assert {(one["code"], one["path"]) for one in foreign["problems"]} == {("VALUE_UNKNOWN", "externalId")}
    assert await lines_of(office, other) == []
    mark, page["T5"] = page["T5"].value, page["T4"].value
    copied = await send(office.developer, order, _saved(book))
    assert [(one["code"], one["row"]) for one in copied["problems"]] == [("ALREADY_IMPORTED", 5)]
    page["T5"] = mark


async def _correct_more(office: Office, order: str) -> None:
    """Correct one unit by hand, a building as a whole, and all by an export; all stay what was fetched."""
    one = unit("101", "91.5", building="3栋", floor="1", no=1)
    assert (await office.town.put(office.developer, order, [one]))["__typename"] == "OrderDone"
    edit = {"orderId": order, "building": "3 栋", "name": "5栋", "completedYm": "202512", "structure": None}
    read = f"... on OrderDone {{ {ORDER} }}"
    edited = await office.developer.act("orderBuildingEdit", edit, read, "OrderBuildingEditInput")
    assert edited["order"]["buildingCount"] == 2
    again = {"orderId": order, "building": "3栋", "floorsAbove": "很高"}
    for given, code in ((again, "VALUE_UNKNOWN"), ({**again, "building": "5栋"}, "NUMBER_FORMAT")):
        answer = await office.developer.act("orderBuildingEdit", given, read, "OrderBuildingEditInput")
        assert await office.developer.refused(answer) == [code]
    lines = await lines_of(office, order)
    assert [
        (line["building"], line["completedYm"], line["structure"], line["floorsAbove"]) for line in lines
    ] == [
        ("5栋", "202512", None, None),
        *[("5栋", "202512", None, 3)] * 5,
        *[("4栋", "202606", "3", 3)] * 3,
    ]
    assert (lines[0]["grossArea"], lines[0]["externalId"]) == ("91.50", "LZ-P002-1-1-101")
    await send(office.developer, order, await export(office.developer, order))
    assert await lines_of(office, order) == lines
    await done(office.developer, "SUBMIT", order)


async def _book(office: Office, url: str) -> Any:
    fetched = await office.developer.fetch(url)
    assert fetched.status_code == 200
    return openpyxl.load_workbook(io.BytesIO(fetched.content))


def _saved(book: Any) -> bytes:
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


@pytest.mark.parametrize("question", ["projects", "units"])
async def test_a_system_that_fails_is_told_and_nothing_is_changed(
    sim: Sim, town: Town, shelf: Shelf, question: str
):
    office = await open_office(town, JIANGMEN)
    order = await town.draft(office.developer)
    await fetch(office, order, "JM-P001")
    before = await standing(shelf)
    for fault, code in (
        ("DOWN", "TRADING_SYSTEM_DOWN"),
        ("CUT", "TRADING_SYSTEM_DOWN"),
        ("BAD_JSON", "TRADING_SYSTEM_ANSWER"),
        ("MISSING_FIELD", "TRADING_SYSTEM_ANSWER"),
    ):
        sim[JIANGMEN].fail(fault, question)
        assert await office.developer.refused(await fetch(office, order, "JM-P001")) == [code], fault
        if question == "projects":
            assert await office.developer.refused(await projects(office)) == [code]
        sim[JIANGMEN].heal()
    assert await standing(shelf) == before


async def test_a_city_without_correction_takes_what_the_system_says_or_nothing(
    sim: Sim, town: Town, shelf: Shelf
):
    office = await open_office(town, YUNMENG)
    order = await town.draft(office.developer)
    refused = await fetch(office, order, "YM-P002")
    assert [(one["code"], one["row"]) for one in refused["problems"]][1:] == [
        ("VALUE_UNKNOWN", 2),
        ("FIELD_REQUIRED", 3),
        ("FLOOR_INVALID", 4),
    ]
    assert refused["correctionUrl"] is None
    await fetch(office, order, "YM-P001")
    before = await standing(shelf)
    book = await export(office.developer, order)
    for answer in (
        await town.put(office.developer, order, [unit("301", no=1)]),
        await send(office.developer, order, book),
        await office.developer.act(
            "orderBuildingEdit",
            {"orderId": order, "building": "1栋", "name": "9栋"},
            f"... on OrderDone {{ {ORDER} }}",
            "OrderBuildingEditInput",
        ),
    ):
        assert await office.developer.refused(answer) == ["PROFILE_FEATURE_OFF"]
    # The export is a file of its own; the order stays as it was.
    unmoved = {name: rows for name, rows in (await standing(shelf)).items() if name not in {"file", "audit"}}
    assert unmoved == {name: rows for name, rows in before.items() if name in unmoved}


async def test_only_who_prepares_orders_asks_and_only_for_orders_of_their_own(sim: Sim, town: Town):
    office = await open_office(town)
    order = await town.draft(office.developer)
    viewer = await town.sub_user(office.developer, ["viewer"])
    other = await town.developer(LUZHOU, "914407007321002770", "other")
    asked = len(sim[LUZHOU].asked)
    fetching = "mutation($i: OrderFetchInput!) { orderFetch(input: $i) { __typename } }"
    given = {"orderId": order, "projects": [{"project": "LZ-P001", "buildings": ["LZ-P001-1"]}]}
    asking = '{ projects(keyword: "路") { __typename } }'
    for caller, code in ((viewer, "FORBIDDEN"), (other, "NOT_FOUND"), (office.clerk, "FORBIDDEN")):
        answer = await caller.send(fetching, i=given)
        assert answer["errors"][0]["extensions"]["code"] == code
    for caller in (viewer, office.clerk):
        assert (await caller.send(asking))["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    assert len(sim[LUZHOU].asked) == asked
    estate = await estate_of(office)
    content = {"unitChange": {"estateId": estate, "reason": "测绘更正"}}
    drafted = await office.developer.act(
        "orderDraft", {"content": content}, f"... on OrderDone {{ {ORDER} }}", "OrderDraftInput"
    )
    refused = await fetch(office, drafted["order"]["id"], ("LZ-P001", "LZ-P001-1"))
    assert await office.developer.refused(refused) == ["PROFILE_FEATURE_OFF"]
    assert len(sim[LUZHOU].asked) == asked


async def test_one_request_asks_the_transaction_system_only_so_often(sim: Sim, town: Town):
    office = await open_office(town)
    asked = len(sim[LUZHOU].asked)
    aliases = " ".join(f'p{number}: projects(keyword: "路") {{ __typename }}' for number in range(8))
    answer = await office.developer.send(f"{{ {aliases} }}")
    assert {error["extensions"]["code"] for error in answer["errors"]} == {"TOO_COSTLY"}
    assert len(sim[LUZHOU].asked) - asked == 5
