"""Orders of many units: quick enough, limited, and told in full how much is wrong with them."""

import time
from typing import Any

from tests.office import done, look, open_office, try_step
from tests.scenes import JIANGMEN, LUZHOU, Town, unit
from tests.shelf import Shelf

SECONDS = 2.0
BUSY = 3
"""Other tests may run beside this one, so it is given a multiple of what the product is given."""


def street(count: int, area: str = "88.35", **more: Any) -> list[dict[str, Any]]:
    """Give many units: buildings of 25 floors, four rooms a floor."""
    return [
        unit(f"{place // 4 % 25 + 1}{place % 4 + 1:02}", area, building=f"{place // 100 + 1}栋", **more)
        for place in range(count)
    ]


async def test_an_order_of_2000_units_is_filled_submitted_and_approved_within_two_seconds_each(
    town: Town, shelf: Shelf, record_property: Any
):
    office = await open_office(town, JIANGMEN)
    order = await town.draft(office.developer)
    took: dict[str, float] = {}
    began = time.perf_counter()
    assert (await town.put(office.developer, order, street(2_000)))["order"]["due"] == "5301000.00"
    took["put"] = time.perf_counter() - began
    for who, step in ((office.developer, "SUBMIT"), (office.clerk, "ACCEPT"), (office.reviewer, "APPROVE")):
        began = time.perf_counter()
        more = {"registrationPapersReceived": True} if step == "ACCEPT" else {}
        await done(who, step, order, **more)
        took[step.lower()] = time.perf_counter() - began
    record_property("seconds", took)
    assert {step: seconds for step, seconds in took.items() if seconds > SECONDS * BUSY} == {}
    assert await shelf.rows(
        "select count(*), sum(due), min(due), max(due) from account where kind = 'UNIT'"
    ) == [(2_000, 530_100_000, 265_050, 265_050)]
    assert await shelf.rows("select count(*), count(distinct name) from building") == [(20, 20)]


async def test_an_order_has_at_most_20000_lines(town: Town, shelf: Shelf):
    office = await open_office(town, JIANGMEN)
    order = await town.draft(office.developer)
    await town.put(office.developer, order, [unit()])
    await shelf.change(
        "insert into order_line (city, order_id, no, org_id, after) select l.city, l.order_id, n, l.org_id,"
        " jsonb_set(l.after, '{room_no}', to_jsonb(n::text)) from order_line l, generate_series(2, 20000) n"
    )
    before = await shelf.standing()
    too_many = await town.put(office.developer, order, [unit("9999")])
    assert await office.developer.refused(too_many) == ["LIMIT_EXCEEDED"]
    assert await shelf.standing() == before
    replaced = await town.put(office.developer, order, [unit("9999", no=20_000)])
    assert replaced["order"]["unitCount"] == 20_000


async def test_of_very_many_problems_the_first_thousand_are_told_and_all_are_counted(town: Town):
    office = await open_office(town, LUZHOU)
    order = await office.prepare(street(1_200, usage="商铺"))
    answer = await try_step(office.developer, "SUBMIT", order)
    assert (len(answer["problems"]), answer["problemCount"]) == (1_000, 1_200)
    assert (await look(office.developer, order))["status"] == "DRAFT"
