"""Random people take random steps; the product answers, and the database stands, as a plain reading says."""

import random
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.office import STEPS, Office, open_office, try_step
from tests.scenes import JIANGMEN, LUZHOU, USCC, YUNMENG, Caller, Town
from tests.shelf import Shelf

# From, step, to; and who may take the step.
MOVES = {
    ("DRAFT", "SUBMIT"): "SUBMITTED",
    ("RETURNED", "SUBMIT"): "SUBMITTED",
    ("SUBMITTED", "WITHDRAW"): "DRAFT",
    ("SUBMITTED", "ACCEPT"): "ACCEPTED",
    ("SUBMITTED", "RETURN"): "RETURNED",
    ("ACCEPTED", "RETURN"): "RETURNED",
    ("ACCEPTED", "APPROVE"): "COMPLETED",
    ("ACCEPTED", "REJECT"): "REJECTED",
    ("DRAFT", "DISCARD"): "CANCELLED",
    ("RETURNED", "DISCARD"): "CANCELLED",
}
ALLOWED = {
    "developer": {"SUBMIT", "WITHDRAW", "DISCARD"},
    "clerk": {"ACCEPT", "RETURN"},
    "twin": {"APPROVE", "REJECT", "RETURN"},
    "reviewer": {"APPROVE", "REJECT", "RETURN"},
}
"""The twin is a reviewer's account of the human who is the clerk."""


@dataclass
class Plain:
    """An order as the rules read it."""

    status: str = "DRAFT"
    last: tuple[str, str] = ("developer", "SAVE")
    clerk_accepted: bool = False
    steps: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])

    def answer(self, who: str, step: str, *, name_free: bool) -> str:
        """Say what must come of a step, and take it if it may be taken."""
        if who == "stranger":
            return "NOT_FOUND"
        if step not in ALLOWED[who]:
            return "FORBIDDEN"
        to = MOVES.get((self.status, step))
        if to is None:
            return "DONE" if self.last == (who, step) else "INVALID_TRANSITION"
        if who == "twin" and step in {"APPROVE", "REJECT"} and self.clerk_accepted:
            return "FOUR_EYES"
        if step == "SUBMIT" and not name_free:
            return "ESTATE_EXISTS"
        self.status, self.last = to, (who, step)
        self.clerk_accepted = self.clerk_accepted or step == "ACCEPT"
        self.steps.append((step, to))
        return "DONE"


@pytest.mark.parametrize("seed", range(4))
async def test_a_random_walk_over_two_orders_of_one_estate_agrees_with_the_rules(
    town: Town, shelf: Shelf, seed: int
):
    chance = random.Random(seed)  # noqa: S311 - a walk, no secret
    office = await open_office(town, [LUZHOU, JIANGMEN][seed % 2])
    twin = await town.office(office.city, "reviewer", "510502198503150120", "twin")
    stranger = await town.developer(office.city, USCC[YUNMENG], "stranger")
    people: dict[str, Caller] = {
        "developer": office.developer,
        "clerk": office.clerk,
        "reviewer": office.reviewer,
        "twin": twin,
        "stranger": stranger,
    }
    orders = {await office.prepare(): Plain() for _ in range(2)}
    for _ in range(45):
        order = chance.choice(list(orders))
        plain = orders[order]
        # Half of the tries are such as the rules allow, so that the walk gets somewhere.
        fitting = [
            (who, step)
            for who, steps in ALLOWED.items()
            for step in sorted(steps)
            if (plain.status, step) in MOVES and step != "DISCARD"
        ]
        anything = [(who, step) for who in people for step in STEPS]
        who, step = chance.choice(fitting if fitting and chance.random() < 0.5 else anything)
        held = {other.status for key, other in orders.items() if key != order}
        expected = plain.answer(who, step, name_free=not held & {"SUBMITTED", "ACCEPTED", "COMPLETED"})
        more = {"registrationPapersReceived": True} if step == "ACCEPT" else {}
        answer = await try_step(people[who], step, order, **more)
        assert told(answer) == expected, (who, step, plain)
    await agree(office, shelf, orders)


def told(answer: Any) -> str:
    """Read an answer as one word."""
    if not isinstance(answer, dict):
        return str(answer)
    return str(answer["problems"][0]["code"]) if "problems" in answer else "DONE"  # pyright: ignore[reportUnknownArgumentType] - JSON


async def agree(office: Office, shelf: Shelf, orders: dict[str, Plain]) -> None:
    """Hold the database against the plain reading."""
    found = await shelf.rows(
        "select o.status, (select count(*) from order_lock l where l.order_id = o.id),"
        " (select array_agg(s.step || '>' || s.to_status order by s.id)"
        " from order_step s where s.order_id = o.id)"
        " from business_order o where o.kind = 'ESTATE_COLLECTION' order by o.id"
    )
    expected = [
        (
            plain.status,
            1 if plain.status in {"SUBMITTED", "ACCEPTED", "COMPLETED"} else 0,
            ["SAVE>DRAFT", *(f"{step}>{to}" for step, to in plain.steps)],
        )
        for plain in orders.values()
    ]
    assert found == expected
    completed = sum(plain.status == "COMPLETED" for plain in orders.values())
    assert await shelf.rows(
        "select (select count(*) from estate), (select count(*) from unit),"
        " (select count(*) from account where kind = 'UNIT')"
    ) == [(completed, 3 * completed, 3 * completed)]
