"""What the window is shown of a resubmitted order: what it says otherwise than when it was returned."""

from typing import Any

from tests.office import Office, done, look, open_office, save
from tests.papers import fetched, print_order, words
from tests.resolvers.changes.splits import Split, garage, letter_in
from tests.scenes import LUZHOU, unit
from tests.shelf import Shelf

_OWNER = {
    "ownerName": "张三",
    "ownerIdType": "1",
    "ownerIdNumber": "510502198503150120",
    "ownerMobile": "13800138000",
}
_UNIT = "... on UnitContent { roomNo grossArea owner { name idNumber mobile } }"
_HEAD = "... on EstateCollection { name handler { name } }"
_CHANGES = f"""query($id: ID!) {{ node(id: $id) {{ ... on Order {{ status changesSinceReturn(first: 50) {{
  totalCount edges {{ node {{ no line fields {{ path label }} before {{ {_UNIT} }} after {{ {_UNIT} }}
    headBefore {{ {_HEAD} }} headAfter {{ {_HEAD} }} }} }} }} }} }} }}"""
_ROOMS = """query($id: ID!) { node(id: $id) { ... on Order { estate { id buildings { units {
  id roomNo code } } } } } }"""
_TAKEN = ("owner", "contract")


async def changes(office: Office, order: str, way: str = "clerk") -> list[Any]:
    found = (await getattr(office, way).ask(_CHANGES, id=order))["node"]["changesSinceReturn"]
    assert found["totalCount"] == len(found["edges"])
    return [edge["node"] for edge in found["edges"]]


async def _correct(town: Any, office: Office, order: str) -> None:
    """Name another handler, take 302 out, make 304 larger and add 305; then hand the order in again."""
    content = {
        "name": "江畔花园",
        "address": "江畔花园路1号",
        "district": "510502",
        "bank": town.desk.cities[LUZHOU].banks[0].code,
        "handler": {"name": "李喆", "mobile": "13800138000"},
    }
    assert (await save(office.developer, order, content))["__typename"] == "OrderDone"
    # The second line is gone, so the others moved up; the first is the same, sealed anew; 304 is larger.
    await town.put(
        office.developer,
        order,
        [unit("301", **_OWNER), unit("303"), unit("304", "90.00"), unit("305")],
        replace=True,
    )
    await done(office.developer, "SUBMIT", order)


async def test_the_window_sees_what_a_resubmission_changed(town: Any, shelf: Shelf):
    office = await open_office(town)
    lines = [unit("301", **_OWNER), unit("302"), unit("303"), unit("304")]
    order = await office.submit(lines)
    assert await changes(office, order) == []
    await done(office.clerk, "RETURN", order)
    assert await changes(office, order) == []
    await _correct(town, office, order)
    head, *rows = await changes(office, order)
    assert (head["line"], head["fields"], head["before"], head["after"]) == (
        None,
        [{"path": "handler.name", "label": "经办人"}],
        None,
        None,
    )
    assert (head["headBefore"], head["headAfter"]) == (
        {"name": "江畔花园", "handler": {"name": "王小明"}},
        {"name": "江畔花园", "handler": {"name": "李喆"}},
    )
    told = [
        (
            row["line"],
            row["before"] and (row["before"]["roomNo"], row["before"]["grossArea"]),
            row["after"] and (row["after"]["roomNo"], row["after"]["grossArea"]),
        )
        for row in rows
    ]
    # Units are known by their places: one that stands in another row now is no change.
    assert told == [
        (2, ("302", "88.35"), None),
        (3, ("304", "88.35"), ("304", "90.00")),
        (4, None, ("305", "88.35")),
    ]
    assert [row["fields"] for row in rows] == [[], [{"path": "gross_area", "label": "建筑面积"}], []]
    assert await changes(office, order, "developer") == [head, *rows]


async def _resize(town: Any, office: Office, order: str, area: str) -> None:
    await town.put(office.developer, order, [unit("301", area), unit("302")], replace=True)
    await done(office.developer, "SUBMIT", order)


async def _annex(office: Office, order: str) -> str:
    """Give the last page of the form, on which the changes stand."""
    return words(await fetched(office.clerk, await print_order(office.clerk, order)))[-1]


async def test_an_order_that_was_only_withdrawn_says_what_its_resubmission_changed(town: Any, shelf: Shelf):
    office = await open_office(town)
    order = await office.submit([unit("301", **_OWNER), unit("302")])
    await done(office.developer, "WITHDRAW", order)
    assert await changes(office, order, "developer") == []
    await _resize(town, office, order, "90.00")
    (row,) = await changes(office, order)
    assert (row["line"], row["before"]["grossArea"], row["after"]["grossArea"]) == (1, "88.35", "90.00")
    page = await _annex(office, order)
    assert [text in page for text in ("附表：撤回修改后的变化，共 1 项", "撤回前", "退回前")] == [
        True,
        True,
        False,
    ]
    written = await shelf.one("select snapshot::text from order_step where step = 'WITHDRAW'")
    assert ("5105**********0120" in written, "cipher" in written) == (True, False)
    # What the window returned it has looked at: a withdrawal after that is no new beginning.
    await done(office.clerk, "RETURN", order)
    await _resize(town, office, order, "91.00")
    await done(office.developer, "WITHDRAW", order)
    await _resize(town, office, order, "92.00")
    (row,) = await changes(office, order)
    assert (row["before"]["grossArea"], row["after"]["grossArea"]) == ("90.00", "92.00")
    assert "附表：退回补正后的变化，共 1 项" in await _annex(office, order)


async def test_a_changed_owner_is_told_by_the_masked_number_and_nothing_in_clear_is_kept(
    town: Any, shelf: Shelf
):
    office = await open_office(town)
    order = await office.submit([unit("301", **_OWNER)])
    await done(office.clerk, "RETURN", order)
    other = {**_OWNER, "ownerIdNumber": "51050219850315018X"}
    await town.put(office.developer, order, [unit("301", **other)], replace=True)
    await done(office.developer, "SUBMIT", order)
    (row,) = await changes(office, order)
    assert row["fields"] == [{"path": "owner.id_number", "label": "证件号"}]
    assert (row["before"]["owner"]["idNumber"], row["after"]["owner"]["idNumber"]) == (
        "5105**********0120",
        "5105**********018X",
    )
    for table in ("order_difference", "order_step"):
        kept = await shelf.one(f"select coalesce(string_agg(t::text, ' '), '') from {table} t")
        assert "510502198503150120" not in kept
    returned = await shelf.one("select snapshot::text from order_step where step = 'RETURN'")
    assert '"masked": "5105**********0120"' in returned
    assert "cipher" not in returned
    # A second round compares with the second return alone.
    await done(office.clerk, "RETURN", order)
    await done(office.developer, "SUBMIT", order)
    assert await changes(office, order) == []
    assert (await look(office.clerk, order))["status"] == "SUBMITTED"


async def test_lines_of_two_shapes_are_told_apart(town: Any):
    office = await open_office(town)
    order = await office.complete([garage("1"), garage("2")], name="一期", address="一期路1号")
    found = (await office.developer.ask(_ROOMS, id=order))["node"]["estate"]
    one, two = sorted(found["buildings"][0]["units"], key=lambda unit: unit["roomNo"])
    split = await Split(office, found["id"]).begin(one["id"], two["id"])
    rows = [
        {**garage(room), "sources": code["code"], "grossArea": "50.00"}
        for code in (one, two)
        for room in (f"{code['roomNo']}A", f"{code['roomNo']}B")
    ]
    rows = [{name: value for name, value in row.items() if not name.startswith(_TAKEN)} for row in rows]
    await split.put(*rows)
    await letter_in(office, split.order)
    await done(office.developer, "SUBMIT", split.order)
    await done(office.clerk, "RETURN", split.order)
    await split.act("orderLinesRemove", numbers=[2, 5, 6])
    await done(office.developer, "SUBMIT", split.order)
    query = """query($id: ID!) { node(id: $id) { ... on Order { changesSinceReturn { edges { node {
      line before { __typename ... on SplitMergeSource { roomNo } ... on SplitMergeResult { roomNo sources } }
      after { __typename } } } } } } }"""
    told = (await office.clerk.ask(query, id=split.order))["node"]["changesSinceReturn"]["edges"]
    assert [(edge["node"]["line"], edge["node"]["before"], edge["node"]["after"]) for edge in told] == [
        (2, {"__typename": "SplitMergeSource", "roomNo": "2"}, None),
        (5, {"__typename": "SplitMergeResult", "roomNo": "2A", "sources": [two["code"]]}, None),
        (6, {"__typename": "SplitMergeResult", "roomNo": "2B", "sources": [two["code"]]}, None),
    ]
