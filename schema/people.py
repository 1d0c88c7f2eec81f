"""Owners as people name them in the graph, and the one way to read their numbers in clear."""

from typing import Annotated

import strawberry

from resolvers.act import Outcome, Work
from resolvers.people import GivenOwner, clear_numbers, reveal
from schema.estates import Owner
from schema.mutation import INPUT, Answered, answer, mutation, result, row_id
from schema.problem import Rejected
from schema.types import RIGHT, Declared, asks, given, maybe, tells, value


@asks
class OwnerInput:
    """An owner: a recorded one with what differs, or somebody new with all four facts (业主) [J 1.4.2]."""

    owner_id: strawberry.ID | None = maybe(
        "A recorded owner who stays, with whatever is left out of the rest (已有业主)."
    )
    name: str | None = maybe("Name (业主姓名).")
    id_type: str | None = maybe("Kind of identity document, by code or name (证件类型).")
    id_number: str | None = maybe("ID number (证件号).")
    mobile: str | None = maybe("Mobile number (手机号).")

    def typed(self, info: strawberry.Info, path: str) -> GivenOwner:
        """Give the owner as typed."""
        recorded = None if self.owner_id is None else row_id(info, self.owner_id, "Owner", f"{path}.ownerId")
        return GivenOwner(self.name, self.id_type, self.id_number, self.mobile, recorded)


@asks
class OwnerRevealInput:
    """Whose clear numbers are asked for, with a reason that is recorded (查看完整信息)."""

    owner_id: strawberry.ID = given("The owner (业主).")
    reason: str = given("Why, 4 to 200 characters (查看原因).")


def _clear(description: str) -> Declared:
    return strawberry.field(description=description, metadata={RIGHT: "owner.view_pii"})


@tells
class OwnerRevealed:
    """An owner's clear numbers, told once and recorded (业主完整信息)."""

    owner: Owner = value("The owner (业主).")
    id_number: str = _clear("ID number in clear (证件号).")
    mobile: str = _clear("Mobile number in clear (手机号).")


OwnerRevealResult = Annotated[
    OwnerRevealed | Rejected, result("OwnerRevealResult", "The clear numbers, or why not.")
]


def _revealed(done: Answered) -> OwnerRevealed:
    return OwnerRevealed(owner=done.row, **clear_numbers(done.visit, done.row))


@strawberry.type
class PeopleActs:
    """The mutations about owners."""

    @mutation("owner.view_pii")
    async def owner_reveal(
        self, info: strawberry.Info, asked: Annotated[OwnerRevealInput, INPUT]
    ) -> OwnerRevealResult | None:
        """Read an owner's clear numbers; reason and reader are recorded (查看完整信息)."""
        owner = row_id(info, asked.owner_id, "Owner", "ownerId")

        async def effect(work: Work) -> Outcome:
            return await reveal(work, owner, asked.reason)

        return await answer(info, asked, effect, _revealed)
