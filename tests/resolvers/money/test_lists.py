"""Lists of the fund's money as a front end shows them: every condition, and the facts of a row in words."""

from dataclasses import dataclass
from typing import Any

from resolvers.money.receipts import issue_receipts
from tests.batches import DEVELOPER, WANG, ZHANG, buildings, exported, fill, send
from tests.conftest import MovableClock
from tests.deposits import OWNER, Block, build
from tests.scenes import JIANGMEN, LUZHOU, Caller, Town, unit

_FACTS = (
    "noticeNo payer unitCount grossArea handler bank bankLabel accountName accountNo totalInWords voidedAt"
)


class Lists:
    """What lists show somebody, row by row in the order in which the rows came to be."""

    def __init__(self, caller: Caller) -> None:
        self.caller = caller

    async def show(self, name: str, row: str, **wanted: Any) -> list[str]:
        """Give one column of a list."""
        kind = f"{name[0].upper()}{name[1:-1]}Filter"
        query = (
            f"query($f: {kind}) {{ rows: {name}(filter: $f) {{ totalCount edges {{ node {{ {row} }} }} }} }}"
        )
        found = (await self.caller.ask(query, f=wanted))["rows"]
        assert found["totalCount"] == len(found["edges"])
        return [edge["node"][row] for edge in found["edges"]][::-1]


async def block_of(town: Town) -> Block:
    """Collect 301, 302 and 303 of 88.35 m², and a parking space P1 of 12.50 m² in a building of its own."""
    space = unit("P1", "12.50", usage="车位", floor="-1", building="地下室", section="", address="地下P1")
    return await build(town, LUZHOU, [unit("301"), unit("302"), unit("303"), space])


async def test_a_notice_tells_what_stands_on_its_paper(town: Town):
    block = await block_of(town)
    book = fill(await exported(block, "302", "P1"), DEVELOPER, WANG)
    batch = (await send(block, book))["notice"]
    single = await block.notice("301", owners=[OWNER])
    read = f"query($n: [ID!]!) {{ nodes(ids: $n) {{ ... on Notice {{ {_FACTS} }} }} }}"
    asked = {"n": [batch["id"], single["id"]]}
    of_batch, of_single = (await block.developer.ask(read, **asked))["nodes"]
    into = {
        "bank": "LZ01",
        "bankLabel": "泸州示范银行营业部",
        "accountName": "泸州市住宅专项维修资金专户（示范）",
        "accountNo": "6200000000510501",
        "handler": "王小明",
        "voidedAt": None,
    }
    assert of_batch == {
        "noticeNo": batch["noticeNo"],
        "payer": "示范置业有限公司",
        "unitCount": 2,
        # 88.35 + 12.50.
        "grossArea": "100.85",
        # 88.35 × 70 + 12.50 × 30.
        "totalInWords": "人民币陆仟伍佰伍拾玖元伍角",
        **into,
    }
    assert of_single == {
        "noticeNo": single["noticeNo"],
        "payer": OWNER["name"],
        "unitCount": 1,
        "grossArea": "88.35",
        "totalInWords": "人民币陆仟壹佰捌拾肆元伍角",
        **into,
    }
    await block.void(single)
    assert (await block.developer.ask(read, **asked))["nodes"][1]["voidedAt"] == (
        "2026-11-22T12:00:00.000+08:00"
    )


@dataclass(frozen=True)
class Paid:
    """A batch of 302 and P1 that was paid at the counter, and ten minutes later 301 by its code."""

    block: Block
    batch: str
    single: str
    later: str
    """When the second notice was issued and paid."""


async def pay_twice(town: Town, clock: MovableClock) -> Paid:
    """Let both be paid, and their receipts be issued: a summary and a unit's own."""
    block = await block_of(town)
    book = fill(await exported(block, "302", "P1"), ZHANG, WANG)
    batch = (await send(block, book, receiptMode="SUMMARY"))["notice"]
    await block.pay(batch, channel="BANK")
    await issue_receipts(town.desk, LUZHOU)
    clock.move(minutes=10)
    single = await block.notice("301", owners=[OWNER])
    await block.pay(single, channel="QR")
    await issue_receipts(town.desk, LUZHOU)
    return Paid(block, batch["noticeNo"], single["noticeNo"], town.desk.clock().isoformat())


async def test_notices_are_found_by_every_condition(town: Town, clock: MovableClock):
    paid = await pay_twice(town, clock)
    block, later, both = paid.block, paid.later, [paid.batch, paid.single]
    lists, towers = Lists(block.developer), await buildings(block)
    for wanted, expected in (
        ({}, both),
        ({"status": "PAID"}, both),
        ({"kind": "BATCH"}, both[:1]),
        ({"depositType": "FIRST"}, both),
        ({"depositType": "TOPUP"}, []),
        ({"buildingId": towers["1栋"]}, both),
        ({"buildingId": towers["地下室"]}, both[:1]),
        ({"unitId": block.units["301"]}, both[1:]),
        ({"bank": "LZ01"}, both),
        ({"bank": "LZ02"}, []),
        ({"number": f" {paid.single.lower()} "}, both[1:]),
        ({"number": "ＬＺＮＯ2026"}, both),
        ({"number": "NO"}, []),
        ({"number": "%"}, []),
        ({"issuedFrom": later}, both[1:]),
        ({"issuedBefore": later, "kind": "BATCH"}, both[:1]),
    ):
        assert await lists.show("notices", "noticeNo", **wanted) == expected, wanted


async def test_payments_and_receipts_are_found_by_every_condition(town: Town, clock: MovableClock):
    paid = await pay_twice(town, clock)
    block, later, lists = paid.block, paid.later, Lists(paid.block.developer)
    for wanted, expected in (
        ({"unitId": block.units["P1"]}, ["BANK"]),
        ({"channel": "QR"}, ["QR"]),
        ({"bank": "LZ01"}, ["BANK", "QR"]),
        ({"bank": "LZ02"}, []),
        ({"number": paid.batch}, ["BANK"]),
        ({"paidFrom": later}, ["QR"]),
        ({"paidBefore": later}, ["BANK"]),
    ):
        assert await lists.show("payments", "channel", **wanted) == expected, wanted
    summary, own = await lists.show("receipts", "receiptNo")
    for wanted, expected in (
        ({"mode": "SUMMARY"}, [summary]),
        ({"mode": "PER_UNIT"}, [own]),
        ({"status": "ISSUED"}, [summary, own]),
        ({"status": "VOID"}, []),
        ({"unitId": block.units["302"]}, [summary]),
        ({"issuedFrom": later, "status": "ISSUED"}, [own]),
        ({"issuedBefore": later}, [summary]),
    ):
        assert await lists.show("receipts", "receiptNo", **wanted) == expected, wanted


async def test_what_must_be_filed_by_hand_is_found_by_the_office(town: Town):
    block = await build(town, JIANGMEN, [unit("301", contractNo="HT-1"), unit("302"), unit("303")])
    await block.issue("301", "302", ignoreMissingContract=True)
    office = await town.authority(JIANGMEN)
    for caller in (block.developer, office):
        lists = Lists(caller)
        for wanted, expected in (
            ({"manualFiling": True}, ["302"]),
            ({"manualFiling": False, "hasContractNo": False}, ["303"]),
            ({"hasContractNo": True}, ["301"]),
            ({"contractNo": " ＨＴ-1"}, ["301"]),
            ({"contractNo": "HT"}, []),
            ({"estateId": block.estate, "usage": "10", "search": "303"}, ["303"]),
            ({"usage": "P1"}, []),
            ({"saleStatus": "SOLD"}, []),
        ):
            assert await lists.show("units", "roomNo", **wanted) == expected, wanted
        read = "{ estates { edges { node { id organization { id } district bank bankLabel } } } }"
        (estate,) = [edge["node"] for edge in (await caller.ask(read))["estates"]["edges"]]
        assert estate["bankLabel"] == "江门示范银行营业部"
        for wanted, expected in (
            ({"organizationId": estate["organization"]["id"]}, [block.estate]),
            ({"district": estate["district"], "bank": "JM01"}, [block.estate]),
            ({"district": "440704"}, []),
            ({"bank": "JM02"}, []),
        ):
            assert await lists.show("estates", "id", **wanted) == expected, wanted


_PAGES = """{ cities { name batchSelection batchNeedsOwners batchNoticeIssue receiptModeAsked
  receiptMobileAsked customDeposit noticeQr noticeValidityDays refundPrompt contractBinding
  cancellationGranularity unitBatchFields splitMergeSource ownerBatchEdit
  paymentChannels { kind channels } } }"""
_ASKED = {
    "泸州市": {
        "batchSelection": ["BUILDING", "UNIT"],
        "batchNeedsOwners": True,
        "batchNoticeIssue": "AUTO_AFTER_IMPORT",
        "receiptModeAsked": True,
        "receiptMobileAsked": True,
        "customDeposit": False,
        "noticeQr": True,
        "noticeValidityDays": 30,
        "refundPrompt": False,
        "contractBinding": False,
        "cancellationGranularity": "BUILDING",
        "unitBatchFields": ["BUILDING", "SECTION", "USAGE", "ADDRESS"],
        "splitMergeSource": "TEMPLATE",
        "ownerBatchEdit": True,
        "paymentChannels": [
            {"kind": "SINGLE", "channels": ["BANK", "QR"]},
            {"kind": "BATCH", "channels": ["BANK"]},
            {"kind": "CUSTOM", "channels": ["BANK"]},
        ],
    },
    "江门市": {
        "batchSelection": ["BUILDING"],
        "batchNeedsOwners": False,
        "batchNoticeIssue": "BUTTON",
        "receiptModeAsked": False,
        "receiptMobileAsked": False,
        "customDeposit": True,
        "noticeQr": False,
        "noticeValidityDays": 30,
        "refundPrompt": True,
        "contractBinding": True,
        "cancellationGranularity": "UNIT",
        "unitBatchFields": ["BUILDING", "SECTION", "ADDRESS", "USAGE", "HAS_LIFT", "SALE_STATUS"],
        "splitMergeSource": "EXPORT_OF_SELECTED",
        "ownerBatchEdit": False,
        "paymentChannels": [
            {"kind": "SINGLE", "channels": ["BANK", "QIAODU_WINDOW", "POS"]},
            {"kind": "BATCH", "channels": ["BANK"]},
            {"kind": "CUSTOM", "channels": ["BANK"]},
        ],
    },
}
"""What each city's pages are made by."""


async def test_a_city_says_which_pages_a_front_end_shows(town: Town):
    cities = {city.pop("name"): city for city in (await town.stranger.ask(_PAGES))["cities"]}
    assert {name: cities[name] for name in _ASKED} == _ASKED
