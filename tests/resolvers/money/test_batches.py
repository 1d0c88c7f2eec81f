"""Luzhou's batch deposit: owners out and in by workbook, the notice by the import, one payment [L 2.3.1]."""

from typing import Any

from tests.batches import DEVELOPER, LI, WANG, ZHANG, export, exported, fill, press, read_rows, send, skips
from tests.deposits import MONEY_TABLES, OWNER, Block, Books, build, codes, places
from tests.scenes import LUZHOU, Town, unit

_WRITTEN = (*MONEY_TABLES, "repetition", "counter")
_RECEIPT = ("receiptMode", "receiptMobile")


async def street_of(town: Town, city: int = LUZHOU) -> Block:
    """Collect two buildings: 301, 302 and 303 of 88.35 m² each, and a parking space P1 of 12.50 m²."""
    space = unit("P1", "12.50", usage="车位", floor="-1", building="地下室", section="", address="地下P1")
    return await build(town, city, [unit("301"), unit("302"), unit("303"), space])


def owners_of(notice: Any) -> list[tuple[str, list[tuple[str, str, str]]]]:
    """Give who stands on each line of a notice."""
    return [
        (line["unit"]["roomNo"], [(one["name"], one["idNumber"], one["mobile"]) for one in line["owners"]])
        for line in notice["lines"]
    ]


async def three_paid_for(block: Block) -> Any:
    """Import two owners for 301, the developer's own row for 302, and one owner for P1."""
    book = await exported(block, "302", "P1", "301")
    assert read_rows(book) == [
        ("1栋", "1单元", 3, "301", *[None] * 7),
        ("1栋", "1单元", 3, "302", *[None] * 7),
        ("地下室", None, -1, "P1", *[None] * 7),
    ]
    spouse = {7: ("1栋", "1单元", 3, "301", *LI, "2/3")}
    done = await send(block, fill(book, (*ZHANG, "1/3"), DEVELOPER, WANG, added=spouse))
    assert done["__typename"] == "BatchOwnersImported", done
    assert (done["rows"], done["units"], skips(done)) == (4, 3, [])
    return done["notice"]


async def test_owners_are_filled_in_and_the_import_makes_the_notice_that_the_bank_confirms(
    town: Town, books: Books
):
    block = await street_of(town)
    notice = await three_paid_for(block)
    assert (notice["kind"], notice["payMode"], notice["receiptMode"]) == ("BATCH", "ON_BEHALF", "PER_UNIT")
    assert notice["receiptMobile"] == "138****8000"
    # 88.35 × 70 = 6184.50 each, 12.50 × 30 = 375.00.
    assert [line["amount"] for line in notice["lines"]] == ["6184.50", "6184.50", "375.00"]
    assert (notice["total"], notice["qrPayload"]) == ("12744.00", None)
    assert owners_of(notice) == [
        (
            "301",
            [("张三", "5105**********0120", "138****8000"), ("李四", "5105**********018X", "139****9000")],
        ),
        ("302", [("示范置业有限公司", "9151**********T12B", "083******678")]),
        ("P1", [("王五", "4407**********0126", "199****5678")]),
    ]
    units = await block.read()
    assert [units[room]["account"]["holder"] for room in ("301", "302", "P1")] == [
        "OWNER",
        "DEVELOPER",
        "OWNER",
    ]
    shares = [(owner["name"], owner["share"]) for owner in units["301"]["owners"]]
    assert (shares, units["302"]["owners"]) == ([("张三", "1/3"), ("李四", "2/3")], [])
    everything = await books.everything()
    assert not [number for number in (*LI[2:], *WANG[2:], DEVELOPER[3]) if number in everything]
    paid = await block.pay(notice, channel="BANK")
    assert paid["__typename"] == "PaymentConfirmed", paid
    balances = {room: found["account"]["balance"] for room, found in (await block.read()).items()}
    assert balances == {"301": "6184.50", "302": "6184.50", "303": "0.00", "P1": "375.00"}


async def test_paid_units_and_units_with_another_open_notice_are_left_out_and_named(town: Town, books: Books):
    block = await street_of(town)
    await block.pay(await block.notice("301"))
    single = await block.notice("302")
    made = await export(block, "301", "302", "303")
    assert (made["units"], skips(made)) == (
        1,
        [("1栋 1单元 301", "FULLY_PAID", None), ("1栋 1单元 302", "OPEN_NOTICE", single["noticeNo"])],
    )
    written = await books.counts(*_WRITTEN)
    refused = await export(block, "301", "302")
    assert codes(refused) == ["NOTHING_DUE", "UNIT_HAS_OPEN_NOTICE"]
    assert single["noticeNo"] in refused["problems"][1]["message"]
    assert await books.counts(*_WRITTEN) == written
    book = fill(await exported(block, "303", "P1"), ZHANG, DEVELOPER)
    late = await block.notice("303", owners=[OWNER])
    done = await send(block, book)
    assert [line["unit"]["roomNo"] for line in done["notice"]["lines"]] == ["P1"]
    assert skips(done) == [("1栋 1单元 303", "OPEN_NOTICE", late["noticeNo"])]


_WRONG_CELLS = (
    ("张三", "身份证", "510502198503150121", "1380013800"),
    ("李四", "身份证", "51050219850315018X", "0830-2345678"),
    (*ZHANG, "60%"),
    (None, "学生证", None, None),
)
_FOUND_IN_CELLS = [
    ("H4", "ID_CHECKSUM"),
    ("I4", "MOBILE_FORMAT"),
    ("I5", "MOBILE_FORMAT"),
    ("J6", "SHARE_SUM"),
    ("F7", "FIELD_REQUIRED"),
    ("G7", "VALUE_UNKNOWN"),
    ("H7", "FIELD_REQUIRED"),
    ("I7", "FIELD_REQUIRED"),
    ("H8", "DUPLICATE_OWNER"),
    ("J8", "SHARE_SUM"),
]
_WRONG_ROWS = (
    DEVELOPER,
    ("另一公司", *DEVELOPER[1:]),
    ("示范商贸", "营业执照", "91440703MA4W7K2P3E", "0830-2345678"),
    ("王五", "身份证", "4407**********0126", "199****5678"),
)
_FOUND_IN_ROWS = [
    (4, "", "PAYEES_MIXED"),
    (5, "name", "VALUE_UNKNOWN"),
    (6, "mobile", "MOBILE_FORMAT"),
    (7, "idNumber", "ID_FORMAT"),
]
_WRONG_TERMS: tuple[tuple[dict[str, Any], list[Any]], ...] = (
    ({"payMode": None}, [("FIELD_REQUIRED", "payMode")]),
    ({"receiptMode": None, "receiptMobile": " "}, [("FIELD_REQUIRED", one) for one in _RECEIPT]),
    ({"receiptMobile": "0830-2345678"}, [("MOBILE_FORMAT", "receiptMobile")]),
)


async def test_what_is_wrong_of_a_row_is_said_beside_it_and_nothing_is_written(town: Town, books: Books):
    block = await street_of(town)
    book = await exported(block, "301", "302", "303", "P1")
    written = await books.counts(*_WRITTEN, "file")
    twice = {8: ("1栋", "1单元", 3, "303", *ZHANG, "50%")}
    refused = await send(block, fill(book, *_WRONG_CELLS, added=twice))
    assert [(one["cell"], one["code"]) for one in refused["problems"]] == _FOUND_IN_CELLS
    assert (await block.developer.fetch(refused["correctionUrl"])).status_code == 200
    spouse = ("1栋", "1单元", 3, "301", *LI)
    refused = await send(block, fill(book, *_WRONG_ROWS, added={8: spouse}))
    assert [(one["row"], one["path"], one["code"]) for one in refused["problems"]] == _FOUND_IN_ROWS
    assert [one["cell"] for one in refused["problems"]] == [None, "F5", "I6", "H7"]
    assert "示范置业有限公司" in refused["problems"][1]["message"]
    assert (await block.developer.fetch(refused["correctionUrl"])).status_code == 200
    good = fill(book, ZHANG, LI, WANG, DEVELOPER)
    elsewhere = fill(book, ZHANG, LI, WANG, DEVELOPER, added={8: ("9栋", None, 1, "101", *LI)})
    refused = await send(block, elsewhere)
    assert [(one["row"], one["code"], one["value"]) for one in refused["problems"]] == [
        (8, "VALUE_UNKNOWN", "9栋 101")
    ]
    for more, found in _WRONG_TERMS:
        assert places(await send(block, good, **more)) == found
    # The marked copies alone are kept, and that the workbooks were refused.
    after = {**written, "file": written["file"] + 3, "audit": written["audit"] + 3}
    assert await books.counts(*_WRITTEN, "file") == after
    rehearsed = await send(block, good, dryRun=True)
    assert (rehearsed["notice"]["total"], rehearsed["dryRun"]) == ("18928.50", True)
    assert await books.counts(*_WRITTEN, "file") == after


async def test_recorded_owners_come_along_and_reviewed_ones_are_not_overwritten(town: Town, books: Books):
    sheet = {
        "ownerName": "张三",
        "ownerIdType": "1",
        "ownerIdNumber": ZHANG[2],
        "ownerMobile": ZHANG[3],
    }
    block = await build(town, LUZHOU, [unit("301", **sheet), unit("302", **sheet), unit("303")])
    # An ownership change may have confirmed them; here its effect alone is entered.
    await books.rows("update owner set source = 'ORDER', reviewed = true")
    clerk = await town.sub_user(block.developer, ["payment_clerk"])
    masked = ("张三", "身份证", "5105**********0120", "138****8000")
    book = await exported(block, "301", "302", "303", by=clerk)
    assert [row[4:8] for row in read_rows(book)] == [masked, masked, (None,) * 4]
    assert [row[6] for row in read_rows(await exported(block, "301"))] == [ZHANG[2]]
    before = await books.rows("select id, name, source, reviewed from owner order by id")
    refused = await send(block, fill(book, LI, masked, LI), by=clerk)
    assert [(one["row"], one["code"]) for one in refused["problems"]] == [(4, "OWNER_CHANGE_NEEDS_ORDER")]
    assert await books.rows("select id, name, source, reviewed from owner order by id") == before
    # The developer advances for 302: its owners stay recorded, and the money will be the developer's.
    done = await send(block, fill(book, masked, DEVELOPER, LI), by=clerk, payMode="ADVANCE")
    assert done["__typename"] == "BatchOwnersImported", done
    assert [(room, [one[0] for one in some]) for room, some in owners_of(done["notice"])] == [
        ("301", ["张三"]),
        ("302", ["示范置业有限公司"]),
        ("303", ["李四"]),
    ]
    units = await block.read()
    assert [(units[room]["account"]["holder"], len(units[room]["owners"])) for room in sorted(units)] == [
        ("OWNER", 1),
        ("DEVELOPER", 1),
        ("OWNER", 1),
    ]
    # The same once more gives the same notice; another word in it does not.
    again = await send(block, fill(book, masked, DEVELOPER, LI), by=clerk, payMode="ADVANCE")
    assert (again["notice"]["id"], again["units"]) == (done["notice"]["id"], 0)
    other = await send(block, fill(book, masked, DEVELOPER, LI), by=clerk)
    assert codes(other) == ["NOTHING_DUE", *["UNIT_HAS_OPEN_NOTICE"] * 3]
    await block.void(done["notice"])
    assert (await send(block, fill(book, masked, LI, LI), by=clerk))["__typename"] == "Rejected"


async def test_a_repeated_import_answers_the_same_and_another_ones_estate_is_not_there(
    town: Town, books: Books
):
    block = await street_of(town)
    stranger = await town.developer(LUZHOU, "91440703MA4W7K2P3E", "neighbour")
    viewer = await town.sub_user(block.developer)
    await block.pay(await block.notice("301"))
    book = fill(await exported(block, "302", "303"), ZHANG, LI)
    first = await send(block, book, idempotencyKey="once")
    written = await books.counts(*_WRITTEN)
    assert await send(block, book, idempotencyKey="once") == first
    assert codes(await send(block, book, idempotencyKey="once", payMode="ADVANCE")) == [
        "IDEMPOTENCY_CONFLICT"
    ]
    query = "mutation($i: {}!) {{ {}(input: $i) {{ __typename }} }}"
    given = {"estateId": block.estate, "unitIds": [block.units["302"]]}
    for name, kind, more in (
        ("batchDepositExport", "BatchDepositExportInput", {}),
        ("batchNoticeIssue", "BatchNoticeIssueInput", {"idempotencyKey": "x"}),
    ):
        for caller, code in (
            (stranger, "NOT_FOUND"),
            (viewer, "FORBIDDEN"),
            (town.stranger, "UNAUTHENTICATED"),
        ):
            answer = await caller.send(query.format(kind, name), i={**given, **more})
            assert answer["errors"][0]["extensions"]["code"] == code, (name, answer)
    assert await books.counts(*_WRITTEN) == written
    # Luzhou's notices come by the import alone.
    assert codes(await press(block, unitIds=[block.units["302"]])) == ["PROFILE_FEATURE_OFF"]
