"""Two processes that stop asking a transaction system together, and begin again together."""

from dataclasses import replace

import pytest

from api.sim.faults import FaultKind
from domain.trading import TradingError
from resolvers.desk import Desk
from resolvers.trading.asking import guarded
from tests.conftest import MovableClock
from tests.scenes import JIANGMEN, USCC, YUNMENG
from tests.shelf import Shelf
from tests.sim import Sim


async def _ask(desk: Desk, city: int = JIANGMEN) -> str:
    """Ask as a process does, and tell `asked`, `failed`, or after how many seconds to come back."""
    system = desk.trading[city]
    try:
        await guarded(desk, city, lambda: system.find_projects(keyword=None, uscc=USCC[city]))
    except TradingError as error:
        if str(error) != "it failed too often lately":
            return "wrong" if error.answered else "failed"
        return f"wait {error.seconds}"
    return "asked"


async def test_after_five_failures_no_process_asks_and_after_a_while_one_asks_first(
    sim: Sim, desk: Desk, clock: MovableClock, shelf: Shelf
):
    other, city = replace(desk), sim[JIANGMEN]
    city.fail(FaultKind.DOWN)
    assert [await _ask(one) for one in (desk, other, desk, other)] == ["failed"] * 4
    assert await _ask(desk) == "failed"
    city.asked.clear()
    assert [await _ask(one) for one in (desk, other)] == ["wait 30", "wait 30"]
    clock.move(seconds=29.5)
    assert await _ask(other) == "wait 1"
    # Nobody asked meanwhile, and another city is asked as ever.
    assert city.asked == []
    assert await _ask(desk, YUNMENG) == "asked"

    clock.move(seconds=0.5)
    assert await _ask(other) == "failed"
    assert await _ask(desk) == "wait 30"

    clock.move(seconds=30)
    told: list[str] = []

    async def slow() -> None:
        """Ask first, and while the answer is under way let the other process try."""
        told.append(await _ask(other))

    await guarded(desk, JIANGMEN, slow)
    assert told == ["wait 60"]
    city.heal()
    assert [await _ask(one) for one in (desk, other)] == ["asked", "asked"]
    assert await shelf.rows("select city, failures, open_until from trading_breaker") == [(JIANGMEN, 0, None)]


async def test_who_asks_first_and_dies_leaves_the_way_open_after_a_minute(
    sim: Sim, desk: Desk, clock: MovableClock
):
    sim[JIANGMEN].fail(FaultKind.DOWN, times=15)
    for _ in range(5):
        await _ask(desk)
    clock.move(seconds=30)

    async def die() -> None:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        await guarded(desk, JIANGMEN, die)
    assert await _ask(desk) == "wait 60"
    clock.move(seconds=60)
    assert await _ask(desk) == "asked"


async def test_wrong_answers_and_single_failures_shut_nobody_off(sim: Sim, desk: Desk, shelf: Shelf):
    city = sim[JIANGMEN]
    for _ in range(3):
        for fault in (FaultKind.DOWN, FaultKind.DOWN, FaultKind.DOWN, FaultKind.BAD_JSON):
            city.fail(fault)
            assert await _ask(desk) == ("wrong" if fault is FaultKind.BAD_JSON else "failed")
            city.heal()
    assert await _ask(desk) == "asked"
    assert await shelf.one("select failures from trading_breaker") == 0
