"""When an order may take which step: the whole machine of business orders as one table."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from domain.problem import Problem, ProblemCode


class Status(StrEnum):
    """Where an order stands."""

    DRAFT = "DRAFT"
    SUBMITTED = "SUBMITTED"
    ACCEPTED = "ACCEPTED"
    RETURNED = "RETURNED"
    REJECTED = "REJECTED"
    COMPLETED = "COMPLETED"
    CANCELLED = "CANCELLED"


class Step(StrEnum):
    """What somebody does to an order."""

    SAVE = "SAVE"
    SUBMIT = "SUBMIT"
    WITHDRAW = "WITHDRAW"
    DISCARD = "DISCARD"
    ACCEPT = "ACCEPT"
    RETURN = "RETURN"
    APPROVE = "APPROVE"
    REJECT = "REJECT"


class Ending(StrEnum):
    """What completes an order of a kind (domain.md §2.5): the window, its submission, or its saving."""

    WINDOW = "WINDOW"
    SUBMIT = "SUBMIT"
    SAVE = "SAVE"


class Side(StrEnum):
    """Who takes a step: developer, window or reviewer; whoever returns an order does so for the office."""

    DEVELOPER = "DEVELOPER"
    WINDOW = "WINDOW"
    REVIEW = "REVIEW"
    OFFICE = "OFFICE"


class Claimed(StrEnum):
    """By whom an order of the queue is claimed (领取), as somebody of the office asks for it."""

    ME = "ME"
    NOBODY = "NOBODY"
    ANYBODY = "ANYBODY"


class Locking(StrEnum):
    """What a step does to the order's locks (R-GEN-2)."""

    KEEP = "KEEP"
    TAKE = "TAKE"
    RELEASE = "RELEASE"
    TOUCH = "TOUCH"
    """Take them and give back at once what is not kept: the step begins and ends the order."""


@dataclass(frozen=True, slots=True)
class Transition:
    """One row of the machine.

    Attributes:
        origins: The statuses from which the step may be taken.
        action: The right it asks; whoever prepares an order needs the kind's own action beside it.
        applies: Whether the order's changes are applied in this step's transaction.
        undoes: Whether what the order had reserved is given back, for it ends without effect.
        checks: Whether the order is checked whole against present data first (R-GEN-6).
        note_required: Whether the step must say why.
    """

    step: Step
    side: Side
    origins: frozenset[Status]
    to: Status
    action: str
    locking: Locking = Locking.KEEP
    checks: bool = False
    applies: bool = False
    undoes: bool = False
    note_required: bool = False

    @property
    def hands_in(self) -> bool:
        """Whether the step puts the order before its rules: from then on its content and day are fixed."""
        return self.checks and self.side is Side.DEVELOPER


_D, _S, _A, _R = Status.DRAFT, Status.SUBMITTED, Status.ACCEPTED, Status.RETURNED
_OPEN = frozenset({_D, _R})

# Saving keeps the status: what was returned for correction stays returned until it is submitted again.
_SAVES = tuple(Transition(Step.SAVE, Side.DEVELOPER, frozenset({at}), at, "order.draft") for at in (_D, _R))
_DISCARD = Transition(
    Step.DISCARD, Side.DEVELOPER, _OPEN, Status.CANCELLED, "order.draft", locking=Locking.RELEASE, undoes=True
)

# domain.md §3.1; return, reject, withdraw and discard are ours, for no manual describes how an order fails.
FLOW: dict[Ending, tuple[Transition, ...]] = {
    Ending.WINDOW: (
        *_SAVES,
        Transition(Step.SUBMIT, Side.DEVELOPER, _OPEN, _S, "order.submit", locking=Locking.TAKE, checks=True),
        Transition(
            Step.WITHDRAW, Side.DEVELOPER, frozenset({_S}), _D, "order.withdraw", locking=Locking.RELEASE
        ),
        _DISCARD,
        Transition(Step.ACCEPT, Side.WINDOW, frozenset({_S}), _A, "order.accept"),
        Transition(
            Step.RETURN,
            Side.OFFICE,
            frozenset({_S, _A}),
            _R,
            "order.return",
            locking=Locking.RELEASE,
            note_required=True,
        ),
        Transition(
            Step.APPROVE,
            Side.REVIEW,
            frozenset({_A}),
            Status.COMPLETED,
            "order.review",
            locking=Locking.RELEASE,
            checks=True,
            applies=True,
        ),
        Transition(
            Step.REJECT,
            Side.REVIEW,
            frozenset({_A}),
            Status.REJECTED,
            "order.review",
            locking=Locking.RELEASE,
            undoes=True,
            note_required=True,
        ),
    ),
    Ending.SUBMIT: (
        *_SAVES,
        Transition(
            Step.SUBMIT,
            Side.DEVELOPER,
            _OPEN,
            Status.COMPLETED,
            "order.submit",
            locking=Locking.TOUCH,
            checks=True,
            applies=True,
        ),
        _DISCARD,
    ),
    Ending.SAVE: (
        Transition(
            Step.SAVE,
            Side.DEVELOPER,
            frozenset({_D}),
            Status.COMPLETED,
            "order.draft",
            locking=Locking.TOUCH,
            checks=True,
            applies=True,
        ),
        _DISCARD,
    ),
}


def transition(ending: Ending, status: Status, step: Step) -> Transition | Problem:
    """Find the row for a step from a status, or say why it is not the time for it."""
    for row in FLOW[ending]:
        if row.step is step and status in row.origins:
            return row
    params = {"status": status.value, "step": step.value}
    return Problem(ProblemCode.INVALID_TRANSITION, params=params)


def transitions_open(ending: Ending, status: Status) -> tuple[Transition, ...]:
    """List the rows that start from a status, whoever asks."""
    return tuple(row for row in FLOW[ending] if status in row.origins)


def awaited(ending: Ending, status: Status) -> Transition | None:
    """Give the step by which the office moves an order on from a status; none where it is not its turn."""
    sides = {Side.WINDOW, Side.REVIEW}
    return next((row for row in FLOW[ending] if status in row.origins and row.side in sides), None)


def part_of(step: Step) -> tuple[Side, str]:
    """Tell which side takes a step and the right that it asks; both are the same wherever the step stands."""
    row = next(row for row in FLOW[Ending.WINDOW] if row.step is step)
    return row.side, row.action


def four_eyes(side: Side, person: str | None, earlier: Iterable[tuple[Side, str | None]]) -> Problem | None:
    """Refuse a person who had another side's part in the same order, over all resubmissions (R-GEN-4).

    Persons are compared by the blind index of their ID number, so that two accounts of one human do not pass.
    Returning an order decides nothing, so it is nobody's part.
    """
    parts = {(other, known) for other, known in earlier if known is not None and other is not Side.OFFICE}
    met = {other for other, known in parts if other is not side and known == person}
    if not met or side is Side.OFFICE:
        return None
    return Problem(ProblemCode.FOUR_EYES, params={"side": min(met).value})
