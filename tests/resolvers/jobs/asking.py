"""Long work as its users ask for it and look at it, and the worker's next step."""

from typing import Any

from resolvers.jobs.running import run_next
from tests.reports.books import good, make
from tests.resolvers.workbooks import NOBODY
from tests.scenes import REFUSED, Caller, Town

FIELDS = """id kind status done total cancelAsked orderId noticeId createdAt startedAt finishedAt
  outcome { rows problemCount remarks problems { code message path row cell column value }
    skippedCount skipped { unitCode room reason noticeNo } }
  file { id name mediaType size url }"""
JOB = f"... on JobAccepted {{ dryRun job {{ {FIELDS} }} }}"
LOOK = f"query($j: ID!) {{ node(id: $j) {{ ... on Job {{ {FIELDS} }} }} }}"


def book(*rooms: str, **more: object) -> bytes:
    """Write a workbook of units without owners."""
    return make([good(room, **{**NOBODY, **more}) for room in rooms])


async def ask_import(caller: Caller, order: str, data: bytes, name: str = "房屋.xlsx", **more: Any) -> Any:
    """Ask that an order's workbook be taken in, and give the answer."""
    return await ask_with(caller, "orderImportJob", data, name, orderId=order, **more)


async def ask_with(caller: Caller, what: str, data: bytes, name: str, /, **given: Any) -> Any:
    """Ask for long work with a workbook, and give the answer."""
    kind = f"{what[0].upper()}{what[1:]}Input"
    query = f"mutation($i: {kind}!) {{ {what}(input: $i) {{ __typename {JOB} {REFUSED} }} }}"
    answer = await caller.upload(query, given, data, name)
    assert "errors" not in answer, answer
    return answer["data"][what]


async def ask(caller: Caller, what: str, /, **given: Any) -> Any:
    """Ask for other long work, or want some no more, and give the answer."""
    return await caller.act(what, given, JOB, f"{what[0].upper()}{what[1:]}Input")


async def taken(answer: Any) -> Any:
    """Give the job of an answer that took it."""
    assert answer["__typename"] == "JobAccepted", answer
    return answer["job"]


async def look(caller: Caller, job: Any) -> Any:
    """Look how a job stands."""
    return (await caller.ask(LOOK, j=job["id"]))["node"]


async def work_off(town: Town, city: int) -> int:
    """Do what waits in a city, as the worker does, and count it."""
    found = 0
    while await run_next(town.desk, city):
        found += 1
    return found
