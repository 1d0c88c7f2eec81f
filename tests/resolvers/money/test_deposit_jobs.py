"""The workbooks of batch deposits and top-ups beside the requests: refused alike, and the notice named."""

from typing import Any

from tests.batches import AGREED, LI, ZHANG, fill
from tests.customs import fill as fill_amounts
from tests.deposits import Block, Books, build, codes
from tests.resolvers.jobs.asking import ask, ask_with, look, taken, work_off
from tests.scenes import JIANGMEN, LUZHOU, USCC, YUNMENG, Caller, Town, unit

_NOTICE = "query($id: ID!) { node(id: $id) { ... on Notice { status total receiptMobile } } }"
_MOBILE = "13712345678"
_CLEAR = (_MOBILE, ZHANG[2], LI[2], LI[3])


async def fetch(caller: Caller, job: Any) -> bytes:
    """Fetch what a job made."""
    return (await caller.fetch(job["file"]["url"])).content


async def exported(town: Town, block: Block) -> bytes:
    """Let a job write 301 and 302, which leaves out 303 that is paid."""
    ticked = {"estateId": block.estate, "unitIds": [block.units[room] for room in ("301", "302", "303")]}
    job = await taken(await ask(block.developer, "batchDepositExportJob", **ticked))
    assert await work_off(town, LUZHOU) == 1
    job = await look(block.developer, job)
    assert (job["status"], job["done"], job["outcome"]["rows"], job["noticeId"]) == ("DONE", 2, 2, None)
    left = {"unitCode": job["outcome"]["skipped"][0]["unitCode"], "room": "1栋 1单元 303"}
    assert job["outcome"]["skipped"] == [{**left, "reason": "FULLY_PAID", "noticeNo": None}]
    return await fetch(block.developer, job)


async def test_owners_go_out_and_come_in_beside_the_requests_and_the_job_names_the_notice(
    town: Town, books: Books
):
    block = await build(town, LUZHOU, [unit("301"), unit("302"), unit("303")])
    developer = block.developer
    await block.pay(await block.notice("303"))
    book = await exported(town, block)
    sent: dict[str, Any] = {"estateId": block.estate, **AGREED, "receiptMobile": _MOBILE}

    async def send(data: bytes, key: str, **more: Any) -> Any:
        given = {**sent, "idempotencyKey": key, **more}
        return await ask_with(developer, "batchDepositImportJob", data, "业主.xlsx", **given)

    # What a request would refuse is refused at once; what only the workbook shows, by the job.
    assert codes(await send(book, "unsaid", payMode=None)) == ["FIELD_REQUIRED"]
    wrong = fill(book, ("张三", "身份证", "510502198503150121", "13800138000"), LI)
    marked = await taken(await send(wrong, "wrong"))
    good = fill(book, ZHANG, LI)
    job = await taken(await send(good, "once"))
    assert (await taken(await send(good, "once")))["id"] == job["id"]
    assert codes(await send(wrong, "once")) == ["IDEMPOTENCY_CONFLICT"]
    everything = await books.everything()
    assert [number for number in _CLEAR if number in everything] == []
    assert await work_off(town, LUZHOU) == 2
    marked, job = await look(developer, marked), await look(developer, job)
    problems = [(one["code"], one["cell"]) for one in marked["outcome"]["problems"]]
    assert (marked["status"], marked["noticeId"], problems) == ("REFUSED", None, [("ID_CHECKSUM", "H4")])
    assert (marked["file"]["name"], (await fetch(developer, marked))[:2]) == ("业主-问题.xlsx", b"PK")
    assert (job["status"], job["outcome"]["rows"], job["outcome"]["skippedCount"]) == ("DONE", 2, 0)
    # 88.35 × 70 = 6184.50 each.
    assert (await developer.ask(_NOTICE, id=job["noticeId"]))["node"] == {
        "status": "OPEN",
        "total": "12369.00",
        "receiptMobile": "137****5678",
    }
    assert await books.one("select count(*) from notice where kind = 'BATCH'") == 1


async def test_amounts_of_a_top_up_go_out_and_come_in_beside_the_requests(town: Town, books: Books):
    block = await build(town, JIANGMEN, [unit("301"), unit("302")])
    developer = block.developer
    for room in ("301", "302"):
        await block.pay(await block.notice(room))
    ticked = {"estateId": block.estate, "unitIds": list(block.units.values())}
    job = await taken(await ask(developer, "customDepositExportJob", **ticked))
    low = await taken(await ask(developer, "customDepositExportJob", **ticked, onlyLow=True))
    assert await work_off(town, JIANGMEN) == 2
    low = await look(developer, low)
    assert [one["code"] for one in low["outcome"]["problems"]] == ["NOTHING_DUE"]
    book = await fetch(developer, await look(developer, job))
    sent = {"estateId": block.estate, "idempotencyKey": "amounts"}
    bad = {**sent, "idempotencyKey": "bad"}
    wrong = fill_amounts(book, "0.001", "100.00")
    marked = await taken(await ask_with(developer, "customDepositImportJob", wrong, "续筹.xlsx", **bad))
    good = fill_amounts(book, None, "1900.05")
    job = await taken(await ask_with(developer, "customDepositImportJob", good, "续筹.xlsx", **sent))
    assert await work_off(town, JIANGMEN) == 2
    marked, job = await look(developer, marked), await look(developer, job)
    assert [one["cell"] for one in marked["outcome"]["problems"]] == ["M4"]
    assert (marked["file"]["name"], job["status"], job["outcome"]["rows"]) == ("续筹-问题.xlsx", "DONE", 2)
    assert (await developer.ask(_NOTICE, id=job["noticeId"]))["node"]["total"] == "1900.05"
    # Another enterprise does not find the estate, a viewer may not, and Luzhou has no such deposits.
    before = await books.counts("job", "notice")
    stranger = await town.developer(JIANGMEN, USCC[YUNMENG], "stranger")
    viewer = await town.sub_user(developer)
    for caller, code in ((stranger, "NOT_FOUND"), (viewer, "FORBIDDEN")):
        for name, given in (
            ("customDepositExportJob", ticked),
            ("batchDepositExportJob", {**ticked, "idempotencyKey": "x"}),
        ):
            kind = f"{name[0].upper()}{name[1:]}Input"
            query = f"mutation($i: {kind}!) {{ {name}(input: $i) {{ __typename }} }}"
            answer = await caller.send(query, i=given)
            assert answer["errors"][0]["extensions"]["code"] == code
    # Owners do not come by workbook in Jiangmen.
    off = await ask(developer, "batchDepositExportJob", estateId=block.estate, unitIds=[block.units["301"]])
    assert codes(off) == ["PROFILE_FEATURE_OFF"]
    assert await books.counts("job", "notice") == before
