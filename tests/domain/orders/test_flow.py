"""The machine of orders against a plain reading of domain.md §3.1, step by random step."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.orders.flow import (
    FLOW,
    Ending,
    Locking,
    Side,
    Status,
    Step,
    Transition,
    four_eyes,
    part_of,
    transition,
    transitions_open,
)
from domain.problem import Problem, ProblemCode

# domain.md §3.1, row by row: from, step, to.
WINDOW = {
    ("DRAFT", "SAVE"): "DRAFT",
    ("RETURNED", "SAVE"): "RETURNED",
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
FINAL = {Status.REJECTED, Status.COMPLETED, Status.CANCELLED}
steps = st.sampled_from(list(Step))


@pytest.mark.parametrize(("status", "step"), list(product(Status, Step)))
def test_every_pair_of_status_and_step_is_as_the_rules_say(status: Status, step: Step):
    row = transition(Ending.WINDOW, status, step)
    expected = WINDOW.get((status.value, step.value))
    if expected is None:
        assert isinstance(row, Problem)
        assert row.code is ProblemCode.INVALID_TRANSITION
    else:
        assert isinstance(row, Transition)
        assert row.to == expected


@given(st.lists(steps, max_size=30))
def test_a_walk_of_random_steps_stays_with_the_plain_reading_and_keeps_the_locks_right(walk: list[Step]):
    status, plain, locked, applied = Status.DRAFT, "DRAFT", False, 0
    for step in walk:
        row = transition(Ending.WINDOW, status, step)
        plain = WINDOW.get((plain, step.value), plain)
        if isinstance(row, Transition):
            status = row.to
            locked = {Locking.TAKE: True, Locking.RELEASE: False, Locking.KEEP: locked}[row.locking]
            applied += row.applies
        assert status == plain
        assert locked is (status in {Status.SUBMITTED, Status.ACCEPTED}), "R-GEN-2"
        assert applied == (status is Status.COMPLETED), "applied once, and only when it is completed"


@pytest.mark.parametrize("ending", list(Ending))
def test_every_ending_reaches_completion_and_nothing_leaves_an_end(ending: Ending):
    reached = {Status.DRAFT}
    for _ in Status:
        reached |= {row.to for status in reached for row in transitions_open(ending, status)}
    assert Status.COMPLETED in reached
    assert all(transitions_open(ending, status) == () for status in FINAL)
    completing = [row for row in FLOW[ending] if row.to is Status.COMPLETED]
    assert all(row.applies and row.checks for row in completing), "what takes effect was checked as a whole"
    assert [row for row in FLOW[ending] if row.applies] == completing


def test_a_step_is_of_one_side_and_asks_one_right_wherever_it_stands():
    for row in (row for rows in FLOW.values() for row in rows):
        assert part_of(row.step) == (row.side, row.action)


people = st.sampled_from([None, "zhang", "li"])
DECIDING = [Side.DEVELOPER, Side.WINDOW, Side.REVIEW]


@given(
    st.sampled_from(list(Side)), people, st.lists(st.tuples(st.sampled_from(list(Side)), people), max_size=8)
)
def test_a_known_person_has_one_deciding_part_in_an_order(
    side: Side, person: str | None, earlier: list[tuple[Side, str | None]]
):
    mixed = (
        person is not None
        and side in DECIDING
        and any(known == person and other in DECIDING and other is not side for other, known in earlier)
    )
    found = four_eyes(side, person, earlier)
    assert (found is not None) is mixed
    assert found is None or found.code is ProblemCode.FOUR_EYES
