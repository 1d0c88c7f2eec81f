"""One notice asks for no more than there are words for, whatever way it is made."""

from tests import batches, customs
from tests.deposits import MONEY_TABLES, Books, build, places
from tests.scenes import JIANGMEN, Town, unit

# Two such units come to one fen more than 99,999,999,999.99 yuan.
_HALF = "update account set due = 5000000000000 where kind = 'UNIT'"


async def test_a_notice_for_more_than_there_are_words_for_is_refused(town: Town, books: Books):
    block = await build(town, JIANGMEN, [unit("301", contractNo="H1"), unit("302", contractNo="H2")])
    await books.rows(_HALF)
    before = await books.counts(*MONEY_TABLES)
    building = list((await batches.buildings(block)).values())
    refused = await batches.press(block, buildingIds=building)
    assert places(refused) == [("AMOUNT_INVALID", "buildingIds")]
    assert "99999999999.99" in refused["problems"][0]["message"]
    assert places(await customs.press(block, "FIRST", "301", "302")) == [("AMOUNT_INVALID", "unitIds")]
    assert await books.counts(*MONEY_TABLES) == before
    made = await customs.press(block, "FIRST", "301")
    assert (made["__typename"], made["total"]) == ("CustomNoticeMade", "50000000000.00")
