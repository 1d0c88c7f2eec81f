"""The one way to a clear personal number, who has it, and that nobody finds one anywhere else."""

import io
from typing import Any

from openpyxl import load_workbook

from tests.deposits import CLEAR, OWNER, SPOUSE, Books, build, places
from tests.scenes import JIANGMEN, LUZHOU, USCC, Caller, Town, units

REVEALED = "... on OwnerRevealed { idNumber mobile owner { id name idNumber mobile } }"
_REVEAL = "mutation($i: OwnerRevealInput!) { ownerReveal(input: $i) { __typename } }"


async def reveal(caller: Caller, owner: str, reason: str = "核对业主证件原件") -> Any:
    return await caller.act("ownerReveal", {"ownerId": owner, "reason": reason}, REVEALED, "OwnerRevealInput")


async def test_clear_numbers_are_told_with_a_reason_that_the_audit_keeps_without_them(
    town: Town, books: Books
):
    block = await build(town)
    await block.notice(owners=[OWNER, SPOUSE])
    first, second = (await block.unit())["owners"]
    told = await reveal(block.developer, second["id"])
    assert (told["idNumber"], told["mobile"]) == ("51050219850315018X", "13122220002")
    assert (told["owner"]["idNumber"], told["owner"]["mobile"]) == ("5105**********018X", "131****0002")
    assert (await reveal(block.developer, first["id"]))["idNumber"] == OWNER["idNumber"]
    kept = await books.rows(
        "select act, subject_type, rule, detail from audit where act = 'ownerReveal' order by id"
    )
    assert [(row.act, row.subject_type) for row in kept] == [("ownerReveal", "Owner")] * 2
    assert kept[0].detail["reason"] == "核对业主证件原件"
    assert kept[0].rule.startswith("owner.view_pii")
    everything = await books.everything()
    assert not [number for number in CLEAR if number in everything]


async def test_without_a_reason_nothing_is_told(town: Town, books: Books):
    block = await build(town)
    await block.notice()
    (owner,) = (await block.unit())["owners"]
    before = await books.counts("audit")
    for reason in ("", "   ", "看一看", "长" * 201):
        assert places(await reveal(block.developer, owner["id"], reason)) == [("TEXT_INVALID", "reason")]
    assert await books.counts("audit") == before


async def test_nobody_else_is_told_a_clear_number(town: Town, books: Books):
    block = await build(town)
    await block.notice()
    (owner,) = (await block.unit())["owners"]
    people = {
        "clerk": (await town.clerk(JIANGMEN), "FORBIDDEN"),
        "reviewer": (await town.reviewer(JIANGMEN), "FORBIDDEN"),
        "authority": (await town.authority(JIANGMEN), "FORBIDDEN"),
        "bank": (block.bank, "NOT_FOUND"),
        "another developer": (await town.developer(JIANGMEN, USCC[LUZHOU], "other"), "NOT_FOUND"),
        "stranger": (town.stranger, "UNAUTHENTICATED"),
    }
    before = await books.counts("audit")
    for who, (caller, code) in people.items():
        answer = await caller.send(_REVEAL, i={"ownerId": owner["id"], "reason": "核对业主证件"})
        assert answer["errors"][0]["extensions"]["code"] == code, who
    # A clerk of the developer who may not see clear numbers is refused, too.
    await books.demote("payment_clerk")
    block.developer.headers = await town.sign_in(JIANGMEN, "admin")
    answer = await block.developer.send(_REVEAL, i={"ownerId": owner["id"], "reason": "核对业主证件"})
    assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    assert await books.counts("audit") == before


async def exported(caller: Caller, order: str) -> str:
    """Export an order's workbook and give every cell as one text."""
    query = "... on FileMade { file { url } }"
    made = await caller.act("orderExport", {"orderId": order}, query, "OrderExportInput")
    assert made["__typename"] == "FileMade", made
    saved = (await caller.fetch(made["file"]["url"])).content
    sheet: Any = load_workbook(io.BytesIO(saved)).worksheets[0]
    return "\n".join(str(cell) for row in sheet.iter_rows(values_only=True) for cell in row)


async def test_an_export_has_clear_numbers_only_for_who_may_see_them(town: Town, books: Books):
    developer = await town.developer(JIANGMEN)
    owner = {
        "ownerName": "李喆",
        "ownerIdType": "1",
        "ownerIdNumber": OWNER["idNumber"],
        "ownerMobile": OWNER["mobile"],
    }
    order = await town.draft(developer)
    await town.put(developer, order, [{**units()[0], **owner}])
    clear = await exported(developer, order)
    assert OWNER["idNumber"] in clear
    assert OWNER["mobile"] in clear
    await books.demote("estate_editor")
    developer.headers = await town.sign_in(JIANGMEN, "admin")
    masked = await exported(developer, order)
    assert OWNER["idNumber"] not in masked
    assert "4407**********0126" in masked
    everything = await books.everything()
    assert not [number for number in CLEAR if number in everything]
