"""The owners on a notice: four true facts each, typed anew until money came, kept afterwards."""

from typing import Any

import pytest

from tests.deposits import MONEY_TABLES, OWNER, SPOUSE, Block, Books, build, codes, places
from tests.scenes import Town, unit

_WRITTEN = (*MONEY_TABLES, "repetition", "counter")


@pytest.mark.parametrize(
    ("wrong", "found"),
    [
        ({"name": " "}, [("FIELD_REQUIRED", "name")]),
        ({"idType": ""}, [("FIELD_REQUIRED", "idType")]),
        ({"idNumber": "\u3000"}, [("FIELD_REQUIRED", "idNumber")]),
        ({"mobile": ""}, [("FIELD_REQUIRED", "mobile")]),
        (
            {"name": "", "idType": "", "idNumber": "", "mobile": ""},
            [("FIELD_REQUIRED", name) for name in ("name", "idType", "idNumber", "mobile")],
        ),
        ({"idNumber": "510502198503150121"}, [("ID_CHECKSUM", "idNumber")]),
        ({"idNumber": "510504200102290125"}, [("ID_DATE", "idNumber")]),
        ({"idNumber": "440703197913010037"}, [("ID_DATE", "idNumber")]),
        ({"idNumber": "440524188001010014"}, [("ID_DATE", "idNumber")]),
        ({"idNumber": "440705850315012"}, [("ID_FORMAT", "idNumber")]),
        ({"mobile": "12345678901"}, [("MOBILE_FORMAT", "mobile")]),
        ({"mobile": "+85291234567"}, [("MOBILE_FORMAT", "mobile")]),
        ({"idType": "学生证"}, [("VALUE_UNKNOWN", "idType")]),
        ({"idType": "7", "idNumber": "91510500MA6200T12C"}, [("USCC_CHECKSUM", "idNumber")]),
        ({"idType": "护照", "idNumber": "E1"}, [("ID_FORMAT", "idNumber")]),
        ({"name": "\ue000某"}, [("TEXT_INVALID", "name")]),
        (
            {"idNumber": "511502199011110002", "mobile": "1380013800"},
            [("ID_CHECKSUM", "idNumber"), ("MOBILE_FORMAT", "mobile")],
        ),
    ],
)
async def test_each_wrong_fact_of_an_owner_is_named_by_its_path(
    street: Block, wrong: dict[str, str], found: list[Any]
):
    refused = await street.issue(owners=[SPOUSE, {**OWNER, **wrong}], dryRun=True)
    assert places(refused) == [(code, f"units.0.owners.1.{path}") for code, path in found]
    assert all(problem["value"] is None and problem["row"] == 1 for problem in refused["problems"])


async def test_owners_from_abroad_have_their_own_papers_and_numbers(street: Block):
    foreign = [
        {"name": "陈大文", "idType": "港澳台身份证", "idNumber": "H1234567（8）", "mobile": "+852 9123 4567"},
        {"name": "John O’Neil", "idType": "3", "idNumber": "e12345678", "mobile": "13800138000"},
        {
            "name": "示范商贸有限公司",
            "idType": "营业执照",
            "idNumber": "91510500MA6200T12B",
            "mobile": "13800138000",
        },
    ]
    done = await street.issue(owners=[*foreign, SPOUSE], dryRun=True)
    assert [(o["name"], o["idNumber"], o["mobile"]) for o in done["notices"][0]["lines"][0]["owners"]] == [
        ("陈大文", "H1*******8)", "+85******567"),
        ("John O’Neil", "E1*****78", "138****8000"),
        ("示范商贸有限公司", "9151**********T12B", "138****8000"),
        ("欧阳·买买提", "5105**********018X", "131****0002"),
    ]


async def test_the_recorded_owners_stand_on_the_notice_if_none_are_typed(town: Town, books: Books):
    sheet = {
        "ownerName": "李𬭎喆",
        "ownerIdType": "1",
        "ownerIdNumber": OWNER["idNumber"],
        "ownerMobile": OWNER["mobile"],
    }
    block = await build(town, lines=[unit(**sheet)])
    recorded = (await block.unit())["owners"]
    done = await block.issue(owners=None)
    assert done["__typename"] == "NoticesIssued", done
    assert done["notices"][0]["lines"][0]["owners"][0]["name"] == "李𬭎喆"
    # The same people typed once more change no row.
    await block.void(done["notices"][0])
    assert (await block.issue())["__typename"] == "NoticesIssued"
    assert (await block.unit())["owners"] == recorded
    assert await books.one("select count(*) from row_history where table_name = 'owner'") == 1


async def test_owners_who_came_by_an_ownership_order_are_not_typed_over(town: Town, books: Books):
    sheet = {
        "ownerName": OWNER["name"],
        "ownerIdType": "1",
        "ownerIdNumber": OWNER["idNumber"],
        "ownerMobile": OWNER["mobile"],
    }
    block = await build(town, lines=[unit(**sheet)])
    # What a developer's sheet said binds nobody, until an ownership change confirms it.
    assert (await block.issue(owners=[SPOUSE], dryRun=True))["__typename"] == "NoticesIssued"
    await books.rows("update owner set source = 'ORDER', reviewed = true")
    written = await books.counts(*_WRITTEN)
    assert codes(await block.issue(owners=[SPOUSE])) == ["OWNER_CHANGE_NEEDS_ORDER"]
    assert codes(await block.issue(owners=[OWNER, SPOUSE])) == ["OWNER_CHANGE_NEEDS_ORDER"]
    assert await books.counts(*_WRITTEN) == written
    done = await block.issue(owners=[{**OWNER, "mobile": "13900139000"}])
    assert done["__typename"] == "NoticesIssued", done
    (owner,) = (await block.unit())["owners"]
    assert (owner["mobile"], owner["reviewed"]) == ("139****9000", True)


async def test_owners_may_be_typed_anew_until_something_is_paid_and_only_the_mobile_afterwards(
    town: Town, books: Books
):
    block = await build(town)
    await block.void(await block.notice(owners=[OWNER]))
    await block.void(await block.notice(owners=[SPOUSE, OWNER]))
    before = (await block.unit())["owners"]
    assert [owner["name"] for owner in before] == ["欧阳·买买提", "李𬭎喆"]
    await block.pay(await block.notice(owners=[SPOUSE, OWNER]))
    # A later order may raise what is due; here its effect alone is entered.
    await books.rows("update account set due = due + 100 where kind = 'UNIT'")
    await books.rows("update owner set share = '50', reviewed = true")
    written = await books.counts(*_WRITTEN)
    assert codes(await block.issue(owners=[OWNER])) == ["OWNER_CHANGE_NEEDS_ORDER"]
    assert codes(await block.issue(owners=[SPOUSE, {**OWNER, "name": "李某"}])) == [
        "OWNER_CHANGE_NEEDS_ORDER"
    ]
    assert codes(await block.issue(owners=[SPOUSE, {**OWNER, "idNumber": "510502198503150120"}])) == [
        "OWNER_CHANGE_NEEDS_ORDER"
    ]
    assert await books.counts(*_WRITTEN) == written
    done = await block.issue(owners=[SPOUSE, {**OWNER, "mobile": "13900139000"}])
    assert done["notices"][0]["total"] == "1.00"
    after = (await block.unit())["owners"]
    assert [owner["mobile"] for owner in after] == ["131****0002", "139****9000"]
    # Whoever stays keeps the id, the share and the office's review.
    assert [(o["id"], o["share"], o["reviewed"]) for o in after] == [(o["id"], "50", True) for o in before]


async def test_a_recorded_owner_is_edited_without_typing_the_hidden_numbers_anew(town: Town, books: Books):
    block = await build(town)
    await block.void(await block.notice(owners=[OWNER, SPOUSE]))
    first, second = (await block.unit())["owners"]
    stay, leave = {"ownerId": first["id"]}, {"ownerId": second["id"]}
    for owners, found in (
        # A document of another kind has a number of its own, and what is emptied is not what is left out.
        ([{**stay, "idType": "护照"}], [("FIELD_REQUIRED", "units.0.owners.0.idNumber")]),
        ([{**stay, "mobile": " "}], [("FIELD_REQUIRED", "units.0.owners.0.mobile")]),
        ([stay, {**leave, "idNumber": "440705200402290127"}], [("ID_CHECKSUM", "units.0.owners.1.idNumber")]),
        ([stay, stay], [("DUPLICATE_OWNER", "units.0.owners")]),
        (
            [{"name": "张三"}],
            [("FIELD_REQUIRED", f"units.0.owners.0.{one}") for one in ("idType", "idNumber", "mobile")],
        ),
    ):
        assert places(await block.issue(owners=owners)) == found
    stranger = await build(town, developer=block.developer, name="另一花园")
    await stranger.void(await stranger.notice(owners=[OWNER]))
    foreign = {"ownerId": (await stranger.unit())["owners"][0]["id"]}
    written = await books.counts(*_WRITTEN)
    with pytest.raises(AssertionError, match="NOT_FOUND"):
        await block.issue(owners=[stay, foreign])
    assert await books.counts(*_WRITTEN) == written
    # One gets another mobile number, one a passport and another name, and a third joins them.
    passport = {**leave, "name": "欧阳·买买提江", "idType": "护照", "idNumber": "E12345678"}
    third = {"name": "张三", "idType": "1", "idNumber": "510502198503150120", "mobile": "13800138000"}
    notice = await block.notice(owners=[{**stay, "mobile": "13900139000"}, passport, third])
    assert [(one["name"], one["idNumber"], one["mobile"]) for one in notice["lines"][0]["owners"]] == [
        ("李𬭎喆", "4407**********0126", "139****9000"),
        ("欧阳·买买提江", "E1*****78", "131****0002"),
        ("张三", "5105**********0120", "138****8000"),
    ]
    assert (await block.unit())["owners"][0]["id"] == first["id"]


async def test_a_recorded_owner_who_paid_is_kept_and_not_edited(town: Town, books: Books):
    block = await build(town)
    await block.pay(await block.notice(owners=[OWNER, SPOUSE]))
    await books.rows("update account set due = due + 100 where kind = 'UNIT'")
    first, second = ({"ownerId": one["id"]} for one in (await block.unit())["owners"])
    assert codes(await block.issue(owners=[first, {**second, "name": "李四"}])) == [
        "OWNER_CHANGE_NEEDS_ORDER"
    ]
    assert codes(await block.issue(owners=[first])) == ["OWNER_CHANGE_NEEDS_ORDER"]
    assert (await block.notice(owners=[first, {**second, "mobile": "13900139000"}]))["total"] == "1.00"
