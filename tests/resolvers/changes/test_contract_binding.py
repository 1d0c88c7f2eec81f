"""Contract binding: numbers matched with the transaction system, bound by submission [J 1.3.9]."""

import asyncio
from typing import Any

from tests.office import Office, done, open_office
from tests.resolvers.changes.deposits import OWNER
from tests.scenes import JIANGMEN, LUZHOU, REFUSED, USCC, YUNMENG, Town, unit
from tests.shelf import Shelf
from tests.sim import Sim

ZHANG = ("张三", "1", "510502198503150120")
LI = ("李四", "1", "51050219850315018X")
SMITH = ("John Smith", "3", "E12345678")
HANDLER = {"name": "王小明", "mobile": "13800138000"}

_ROW = "... on ContractContent { roomNo ownerName idNumber contractNo match }"
ORDER = f"""order {{ id status unitCount grossArea due version lines(first: 100) {{ edges {{ node {{ no
  before {{ {_ROW} }} after {{ {_ROW} }} }} }} }} }}"""
_DONE = f"... on OrderDone {{ {ORDER} }} {REFUSED}"
_MATCHED = f"... on ContractsMatched {{ dryRun counts {{ match rows }} {ORDER} }} {REFUSED}"
_UNITS = """query($id: ID!) { node(id: $id) { ... on Estate { buildings { units {
  id code roomNo contractNo manualFiling } } } } }"""


class Binding:
    """An order that binds contracts of an estate's units, in the hands of a developer."""

    def __init__(self, office: Office, estate: str) -> None:
        self.office = office
        self.estate = estate
        self.order = ""

    async def begin(self, *rooms: str) -> "Binding":
        """Draft it and pick the units of these rooms."""
        content = {"contractBinding": {"estateId": self.estate, "handler": HANDLER}}
        drafted = await self._act("orderDraft", {"content": content}, "OrderDraftInput")
        self.order = drafted["order"]["id"]
        units = await units_of(self.office, self.estate)
        given = {"orderId": self.order, "unitIds": [units[room]["id"] for room in rooms]}
        await self._act("orderLinesPick", given, "OrderLinesPickInput")
        return self

    async def say(self, number: int, contract_no: str, buyer: tuple[str, str, str] = ZHANG) -> Any:
        """Type a row."""
        edit = {"contractNo": contract_no, "ownerName": buyer[0], "idNumber": buyer[2]}
        given = {"orderId": self.order, "numbers": [number], "edit": {"contract": edit}}
        return await self._act("orderLinesEdit", given, "OrderLinesEditInput")

    async def match(self, **more: Any) -> Any:
        """Compare the rows with the transaction system."""
        given = {"orderId": self.order, **more}
        caller = self.office.developer
        return await caller.act("orderContractsMatch", given, _MATCHED, "OrderContractsMatchInput")

    async def results(self, **more: Any) -> list[str | None]:
        """Compare the rows, and give what came of each."""
        return [line["after"]["match"] for line in lines_of(await self.match(**more))]

    async def remove(self, *numbers: int) -> Any:
        """Take rows out."""
        given = {"orderId": self.order, "numbers": list(numbers)}
        return await self._act("orderLinesRemove", given, "OrderLinesRemoveInput")

    async def submit(self) -> Any:
        """Hand it in."""
        return await self._act("orderSubmit", {"orderId": self.order}, "OrderStepInput")

    async def _act(self, name: str, given: dict[str, Any], kind: str) -> Any:
        return await self.office.developer.act(name, given, _DONE, kind)


def lines_of(answer: Any) -> list[Any]:
    assert "order" in answer, answer
    return [edge["node"] for edge in answer["order"]["lines"]["edges"]]


async def estate_of(office: Office, *lines: dict[str, Any], name: str = "一期") -> str:
    order = await office.complete(list(lines), name=name, address=f"{name}路1号")
    found = await office.developer.ask(
        "query($id: ID!) { node(id: $id) { ... on Order { estate { id } } } }", id=order
    )
    return found["node"]["estate"]["id"]


async def units_of(office: Office, estate: str) -> dict[str, Any]:
    found = await office.developer.ask(_UNITS, id=estate)
    return {one["roomNo"]: one for building in found["node"]["buildings"] for one in building["units"]}


def rows_told(answer: Any) -> list[tuple[str, int | None]]:
    assert answer["__typename"] == "Rejected", answer
    return [(problem["code"], problem["row"]) for problem in answer["problems"]]


async def five_typed(town: Town, sim: Sim) -> Binding:
    """Give an order with five rows, of which the first two are right."""
    office = await open_office(town, JIANGMEN)
    rooms = ("301", "302", "303", "304", "305")
    estate = await estate_of(office, *(unit(room) for room in rooms))
    for number, sells, *buyers in (("HT-1", "JM-1", ZHANG, LI), ("HT-2", None, SMITH)):
        sim[JIANGMEN].sell(number, sells, *buyers)
    for number in ("HT-3", "HT-4"):
        sim[JIANGMEN].sell(number, None, ZHANG)
    binding = await Binding(office, estate).begin(*rooms)
    typed = await binding.say(1, " ＨＴ－1 ", ("　李四 ", "", "51050219850315018x"))
    assert lines_of(typed)[0]["after"] == {
        "roomNo": "301",
        "ownerName": "李四",
        "idNumber": "5105**********018X",
        "contractNo": "HT-1",
        "match": None,
    }
    await binding.say(2, "HT-2", ("john smith", "", "e12345678"))
    await binding.say(3, "HT-3", LI)
    await binding.say(4, "HT-4", ("张三", "", LI[2]))
    await binding.say(5, "HT-5")
    return binding


async def notices(binding: Binding, *rooms: str, **more: Any) -> Any:
    units = await units_of(binding.office, binding.estate)
    wanted = [{"unitId": units[room]["id"], "owners": [OWNER]} for room in rooms]
    given = {"units": wanted, "idempotencyKey": "-".join(rooms), **more}
    read = "... on NoticesIssued { notices { id } }"
    return await binding.office.developer.act("noticeIssue", given, read, "NoticeIssueInput")


async def test_every_row_tells_its_own_result(town: Town, sim: Sim, shelf: Shelf):
    binding = await five_typed(town, sim)
    before = await shelf.standing()
    rehearsed = await binding.match(dryRun=True)
    assert (rehearsed["dryRun"], len(rehearsed["counts"])) == (True, 4)
    assert await shelf.standing() == before
    matched = await binding.match()
    assert [line["after"]["match"] for line in lines_of(matched)] == [
        "MATCHED",
        "MATCHED",
        "NAME_MISMATCH",
        "ID_MISMATCH",
        "NOT_FOUND",
    ]
    assert matched["counts"] == [
        {"match": "MATCHED", "rows": 2},
        {"match": "NOT_FOUND", "rows": 1},
        {"match": "NAME_MISMATCH", "rows": 1},
        {"match": "ID_MISMATCH", "rows": 1},
    ]
    before = await shelf.standing()
    refused = await binding.submit()
    assert rows_told(refused) == [("ROWS_NOT_MATCHED", 3), ("ROWS_NOT_MATCHED", 4), ("ROWS_NOT_MATCHED", 5)]
    assert "303" in refused["problems"][0]["message"]
    assert await shelf.standing() == before


async def test_submission_binds_at_once_and_keeps_no_clear_number(town: Town, sim: Sim, shelf: Shelf):
    binding = await five_typed(town, sim)
    # An open notice is no hindrance: whoever is asked for the number while printing may bind it then.
    noticed = await notices(binding, "301", "303", ignoreMissingContract=True)
    assert noticed["__typename"] == "NoticesIssued"
    await binding.match()
    await binding.remove(3, 4, 5)
    bound = await binding.submit()
    # Both units are of one size: 2 x 88.35 x 30 yuan.
    shown = {name: bound["order"][name] for name in ("status", "unitCount", "grossArea", "due")}
    assert shown == {"status": "COMPLETED", "unitCount": 2, "grossArea": "176.70", "due": "5301.00"}
    units = await units_of(binding.office, binding.estate)
    assert {room: (one["contractNo"], one["manualFiling"]) for room, one in units.items()} == {
        "301": ("HT-1", False),
        "302": ("HT-2", False),
        "303": (None, True),
        "304": (None, False),
        "305": (None, False),
    }
    assert (await notices(binding, "302", ignoreMissingContract=False))["__typename"] == "NoticesIssued"
    linked = "select external_id, version from unit where contract_no is not null order by contract_no"
    assert await shelf.rows(linked) == [("JM-1", 2), (None, 2)]
    assert await shelf.one("select count(*) from order_lock where target_kind = 'UNIT'") == 0
    told = "select u.contract_no, p.cause, p.status from push p join unit u on u.id = p.unit_id order by 1"
    assert await shelf.rows(told) == [("HT-1", "CONTRACT", "WAITING"), ("HT-2", "CONTRACT", "WAITING")]
    said = await shelf.one("select string_agg(after::text, '') from order_line")
    assert not any(buyer[2] in said for buyer in (ZHANG, LI, SMITH))


async def test_an_edited_row_has_to_be_matched_again(town: Town, sim: Sim):
    office = await open_office(town, JIANGMEN)
    estate = await estate_of(office, unit("301"), unit("302"))
    sim[JIANGMEN].sell("HT-1", None, ZHANG, LI)
    sim[JIANGMEN].sell("HT-2", None, LI)
    binding = await Binding(office, estate).begin("301", "302")
    assert rows_told(await binding.match()) == [("FIELD_REQUIRED", None)]
    await binding.say(1, "HT-1")
    assert await binding.results() == ["MATCHED", None]
    assert rows_told(await binding.submit()) == [("ROWS_NOT_MATCHED", 2)]
    again = await binding.say(1, "HT-1")
    assert lines_of(again)[0]["after"]["match"] == "MATCHED"
    edited = await binding.say(1, "HT-1", LI)
    assert lines_of(edited)[0]["after"]["match"] is None
    await binding.say(2, "HT-1", LI)
    assert await binding.results() == ["MATCHED", "ALREADY_BOUND"]
    await binding.say(2, "HT-2", LI)
    assert rows_told(await binding.submit()) == [("ROWS_NOT_MATCHED", 2)]
    version = (await binding.match())["order"]["version"]
    assert rows_told(await binding.match(version=version - 1)) == [("STALE_DATA", None)]
    key = {"idempotencyKey": "match"}
    first = await binding.match(**key)
    assert (await binding.submit())["order"]["status"] == "COMPLETED"
    assert (await binding.match(**key))["order"]["version"] == first["order"]["version"] + 1
    assert rows_told(await binding.match()) == [("INVALID_TRANSITION", None)]


async def test_only_one_row_is_edited_at_once(town: Town, shelf: Shelf):
    office = await open_office(town, JIANGMEN)
    estate = await estate_of(office, unit("301"), unit("302"))
    binding = await Binding(office, estate).begin("301", "302")
    before = await shelf.standing()
    edit = {"contractNo": "HT-1", "ownerName": "张三", "idNumber": "51050219850315012０*"}
    for numbers, codes in (([1, 2], ["FIELD_NOT_BATCHABLE"] * 3), ([1], ["ID_FORMAT"])):
        given = {"orderId": binding.order, "numbers": numbers, "edit": {"contract": edit}}
        refused = await office.developer.act("orderLinesEdit", given, _DONE, "OrderLinesEditInput")
        assert [problem["code"] for problem in refused["problems"]] == codes
        assert all("5105" not in str(problem) for problem in refused["problems"])
    assert await shelf.standing() == before


async def test_a_contract_sells_one_unit_and_a_unit_has_one_contract(town: Town, sim: Sim, shelf: Shelf):
    office = await open_office(town, JIANGMEN)
    rooms = ("301", "302", "303", "304", "305")
    estate = await estate_of(office, *(unit(room) for room in rooms), unit("401", contractNo="HT-0"))
    await shelf.change("update unit set external_id = 'JM-' || room_no where room_no in ('301', '305')")
    for number, sells in (("HT-0", None), ("HT-1", "JM-999"), ("HT-2", "JM-301"), ("HT-3", "JM-7")):
        sim[JIANGMEN].sell(number, sells, ZHANG)
    sim[JIANGMEN].sell("HT-4", "JM-7", ZHANG)
    binding = await Binding(office, estate).begin(*rooms, "401")
    for row, number in enumerate(("HT-1", "HT-2", "HT-3", "HT-4", "HT-0", "HT-0"), start=1):
        await binding.say(row, number)
    assert await binding.results() == [
        "UNIT_MISMATCH",
        "UNIT_MISMATCH",
        "MATCHED",
        "UNIT_MISMATCH",
        "ALREADY_BOUND",
        "ALREADY_BOUND",
    ]


async def test_of_two_who_bind_one_contract_one_is_told_that_it_is_taken(town: Town, sim: Sim, shelf: Shelf):
    office = await open_office(town, JIANGMEN)
    estate = await estate_of(office, unit("301"), unit("302"))
    other = await town.developer(JIANGMEN, USCC[YUNMENG], "other")
    await estate_of(
        Office(town, other, office.clerk, office.reviewer), unit("901", contractNo="HT-9"), name="邻里"
    )
    for number in ("HT-1", "HT-9"):
        sim[JIANGMEN].sell(number, None, ZHANG)
    binding, rival = await Binding(office, estate).begin("301"), await Binding(office, estate).begin("302")
    await binding.say(1, "HT-9")
    assert await binding.results() == ["MATCHED"]
    before = await shelf.standing()
    # It is another enterprise's, of which nothing is to be seen but that it is taken.
    assert rows_told(await binding.submit()) == [("CONTRACT_TAKEN", None)]
    assert await shelf.standing() == before
    for one in (binding, rival):
        await one.say(1, "HT-1")
        assert await one.results() == ["MATCHED"]
    ends = await asyncio.gather(binding.submit(), rival.submit())
    assert sorted(one["__typename"] for one in ends) == ["OrderDone", "Rejected"]
    lost = next(one for one in ends if one["__typename"] == "Rejected")
    assert [code for code, _ in rows_told(lost)] == ["CONTRACT_TAKEN"]
    assert await shelf.one("select count(*) from unit where contract_no = 'HT-1'") == 1


async def test_a_unit_in_another_order_is_not_bound_and_a_changed_one_is_picked_anew(town: Town, sim: Sim):
    office = await open_office(town, JIANGMEN)
    estate = await estate_of(office, unit("301"))
    sim[JIANGMEN].sell("HT-1", None, ZHANG)
    binding = await Binding(office, estate).begin("301")
    await binding.say(1, "HT-1")
    assert await binding.results() == ["MATCHED"]
    room = (await units_of(office, estate))["301"]["id"]
    content = {"unitChange": {"estateId": estate, "reason": "门牌变更"}}
    change = (await office.developer.act("orderDraft", {"content": content}, _DONE, "OrderDraftInput"))[
        "order"
    ]
    given = {"orderId": change["id"], "unitIds": [room]}
    await office.developer.act("orderLinesPick", given, _DONE, "OrderLinesPickInput")
    edit = {"orderId": change["id"], "edit": {"unit": {"roomNo": "309"}}}
    await office.developer.act("orderLinesEdit", edit, _DONE, "OrderLinesEditInput")
    await done(office.developer, "SUBMIT", change["id"])
    assert rows_told(await binding.submit()) == [("UNIT_LOCKED", 1)]
    await done(office.clerk, "ACCEPT", change["id"], registrationPapersReceived=True)
    await done(office.reviewer, "APPROVE", change["id"])
    assert rows_told(await binding.submit()) == [("STALE_DATA", 1)]
    given = {"orderId": binding.order, "unitIds": [room]}
    picked = await office.developer.act("orderLinesPick", given, _DONE, "OrderLinesPickInput")
    assert lines_of(picked)[0]["after"]["match"] == "MATCHED"
    assert (await binding.submit())["order"]["status"] == "COMPLETED"
    assert (await units_of(office, estate))["309"]["contractNo"] == "HT-1"


async def test_while_the_transaction_system_is_down_nothing_is_matched_and_nothing_lost(
    town: Town, sim: Sim, shelf: Shelf
):
    office = await open_office(town, JIANGMEN)
    estate = await estate_of(office, unit("301"))
    there = sim[JIANGMEN]
    there.sell("HT-1", None, ZHANG)
    binding = await Binding(office, estate).begin("301")
    await binding.say(1, "HT-1")
    before = await settled(shelf)
    for kind, code in (("DOWN", "TRADING_SYSTEM_DOWN"), ("BAD_JSON", "TRADING_SYSTEM_ANSWER")):
        there.fail(kind, "contracts")
        assert rows_told(await binding.match()) == [(code, None)]
        assert await settled(shelf) == before
        there.heal()
    assert await binding.results() == ["MATCHED"]
    editor = await town.sub_user(office.developer, ["estate_editor"])
    query = "mutation($i: OrderContractsMatchInput!) { orderContractsMatch(input: $i) { __typename } }"
    for caller, order, code in (
        (editor, binding.order, "FORBIDDEN"),
        (office.developer, await town.draft(office.developer, name="二期"), "NOT_FOUND"),
    ):
        there.asked.clear()
        answer = await caller.send(query, i={"orderId": order})
        assert answer["errors"][0]["extensions"]["code"] == code
        assert there.asked == []


async def settled(shelf: Shelf) -> dict[str, tuple[int, int]]:
    """Give what stands, but for how the transaction system answered lately."""
    return {name: said for name, said in (await shelf.standing()).items() if name != "trading_breaker"}


async def test_a_city_without_contract_binding_says_so(town: Town, shelf: Shelf):
    office = await open_office(town, LUZHOU)
    estate = await estate_of(office, unit("301"))
    content = {"contractBinding": {"estateId": estate, "handler": HANDLER}}
    refused = await office.developer.act("orderDraft", {"content": content}, _DONE, "OrderDraftInput")
    assert rows_told(refused) == [("PROFILE_FEATURE_OFF", None)]
    assert "房屋合同号设置" in refused["problems"][0]["message"]
    foreign = await town.developer(LUZHOU, USCC[YUNMENG], "other")
    query = "mutation($i: OrderDraftInput!) { orderDraft(input: $i) { __typename } }"
    answer = await foreign.send(query, i={"content": content})
    assert answer["errors"][0]["extensions"]["code"] == "NOT_FOUND"
    orders = "select count(*) from business_order where kind = 'CONTRACT_BINDING'"
    assert await shelf.one(orders) == 0
