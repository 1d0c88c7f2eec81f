"""Many notices printed beside the requests: each page says which print it is, whoever prints meanwhile."""

from typing import Any
from uuid import UUID

from resolvers.printing import print_many_notices
from resolvers.sessions import find_actor
from resolvers.visit import Visit
from schema.files import file_url
from schema.ids import read_id
from tests.deposits import build
from tests.papers import words
from tests.resolvers.jobs.asking import ask, look, taken, work_off
from tests.scenes import JIANGMEN, Town, unit
from tests.shelf import Shelf

ROOMS = ("301", "302", "303")
_COUNTS = "select print_count from notice order by notice_no"


async def test_notices_are_printed_into_one_file_in_the_order_asked_and_each_once(town: Town, shelf: Shelf):
    block = await build(town, lines=[unit(room) for room in ROOMS])
    notices = [await block.notice(room) for room in ROOMS]
    ids = [one["id"] for one in notices]
    job = await taken(await ask(block.developer, "noticePrintJob", noticeIds=[*ids[::-1], ids[0]]))
    assert await work_off(town, JIANGMEN) == 1
    job = await look(block.developer, job)
    assert (job["status"], job["done"], job["total"], job["outcome"]["rows"]) == ("DONE", 3, 3, 3)
    assert job["file"]["name"] == f"{notices[2]['noticeNo']}等3份.pdf"
    pages = words((await block.developer.fetch(job["file"]["url"])).content)
    for page, notice in zip(pages, notices[::-1], strict=True):
        assert notice["noticeNo"] in page
        assert "第 1 次打印" in page
    # One that is voided while they wait is not printed, nor any other with it.
    late = await taken(await ask(block.developer, "noticePrintJob", noticeIds=ids))
    await block.void(notices[1])
    await work_off(town, JIANGMEN)
    late = await look(block.developer, late)
    assert (late["status"], late["outcome"]["problems"][0]["code"]) == ("REFUSED", "NOTICE_NOT_OPEN")
    assert await shelf.rows(_COUNTS) == [(1,), (1,), (1,)]
    for wrong, code in (
        (ids, "NOTICE_NOT_OPEN"),
        ([], "FIELD_REQUIRED"),
        (ids[:1] * 5_001, "LIMIT_EXCEEDED"),
    ):
        refused = await ask(block.developer, "noticePrintJob", noticeIds=wrong)
        assert await block.developer.refused(refused) == [code]


async def test_a_print_while_the_pages_are_drawn_lets_them_be_drawn_anew(town: Town, shelf: Shelf):
    block = await build(town, lines=[unit(room) for room in ROOMS[:2]])
    notices = [await block.notice(room) for room in ROOMS[:2]]
    visit = Visit(town.desk, await find_actor(town.desk, JIANGMEN, "admin"))
    told: list[tuple[int, int | None]] = []

    async def print_meanwhile(done: int, total: int | None) -> None:
        if not told:
            await block.print(notices[0])
        told.append((done, total))

    visit.pace = print_meanwhile
    outcome: Any = await print_many_notices(visit, [_key(one["id"]) for one in notices], key="batch")
    await visit.close()
    assert told[0] == (0, 2)
    assert await shelf.rows(_COUNTS) == [(2,), (1,)]
    pages = words((await block.developer.fetch(file_url(JIANGMEN, outcome.ids[0]))).content)
    assert ["第 2 次打印" in pages[0], "第 1 次打印" in pages[1]] == [True, True]


def _key(one: str) -> UUID:
    return read_id(one)[2]
