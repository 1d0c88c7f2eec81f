"""Plays sequences of moves against the product, and shortens one that went wrong until nothing can go."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count

from tests.machine import invariants
from tests.machine.chance import Chance
from tests.machine.hands import Hands
from tests.machine.model import Books, Rules
from tests.machine.moves import PRELUDE, Move, answer, fits, new_books
from tests.machine.standing import adopt, differences, expected, stands
from tests.machine.years import years_apart
from tests.scenes import JIANGMEN, LUZHOU, YUNMENG
from tests.shelf import Shelf

_FLATS = ("住宅", True), ("住宅", False), ("车位", True), ("车位", False)


def _rates(*yuan: str) -> dict[tuple[str, bool], str]:
    return dict(zip(_FLATS, yuan, strict=True))


RULES = {
    LUZHOU: Rules(
        frozenset({"building", "usage"}),
        owner_batch=True,
        refund_prompt=False,
        whole_buildings=True,
        rates=_rates("70.00", "40.00", "30.00", "30.00"),
    ),
    JIANGMEN: Rules(
        frozenset({"building", "usage", "lift"}),
        owner_batch=False,
        refund_prompt=True,
        whole_buildings=False,
        rates=_rates("30.00", "20.00", "20.00", "20.00"),
    ),
    YUNMENG: Rules(
        frozenset({"usage", "lift"}),
        owner_batch=True,
        refund_prompt=True,
        whole_buildings=False,
        rates=_rates("55.50", "55.50", "25.00", "25.00"),
    ),
}
"""What the manuals and the made-up city's file say, written here a second time (domain.md §2.9, §4.2)."""


@dataclass
class Tally:
    """How often which move was made, and how often it was refused with what."""

    counts: dict[str, int] = field(default_factory=dict[str, int])

    def note(self, what: str) -> None:
        """Count one."""
        self.counts[what] = self.counts.get(what, 0) + 1


@dataclass
class Table:
    """Where sequences are played, each with estates of its own in one database."""

    hands: dict[int, Hands]
    shelf: Shelf
    tally: Tally = field(default_factory=Tally)
    played: "count[int]" = field(default_factory=lambda: count(1))

    async def open(self, city: int) -> "Game":
        """Begin a sequence with a collected estate."""
        hands = self.hands[city]
        await hands.sign_in()
        game = Game(self, hands, f"局{next(self.played):05d}", new_books(RULES[city], len(hands.banks)))
        for move in PRELUDE:
            wrong = await game.make(move)
            assert not wrong, wrong
        return game

    async def play(self, seed: int, length: int) -> list[str]:
        """Play a sequence; give what went wrong first, with the fewest moves that show it."""
        city = list(self.hands)[seed % len(self.hands)]
        game = await self.open(city)
        chance = Chance(game.books, random.Random(seed))  # noqa: S311 - a walk, no secret
        moves: list[Move] = []
        for place in range(length):
            moves.append(chance.draw(f"{place + 1}"))
            wrong = await game.make(moves[-1])
            if wrong:
                break
        else:
            wrong = await game.end()
        if not wrong:
            return []
        moves, wrong = await self._shorten(city, moves, wrong)
        return [f"seed {seed}, city {city}, shortest way to it:", *map(str, moves), *wrong]

    async def replay(self, city: int, moves: Sequence[Move]) -> list[str]:
        """Play given moves, leaving out those that name what is not there."""
        return await self.follow(await self.open(city), moves)

    async def follow(self, game: "Game", moves: Sequence[Move]) -> list[str]:
        """Play given moves on, and tell what went wrong first."""
        for move in moves:
            if fits(game.books, move):
                wrong = await game.make(move)
                if wrong:
                    return wrong
        return await game.end()

    async def _shorten(self, city: int, moves: list[Move], wrong: list[str]) -> tuple[list[Move], list[str]]:
        """Leave out moves, many and then one by one, as long as something still goes wrong."""
        size = max(len(moves) // 2, 1)
        while size:
            place = 0
            while place < len(moves):
                fewer = moves[:place] + moves[place + size :]
                still = await self.replay(city, fewer)
                moves, wrong, place = (fewer, still, place) if still else (moves, wrong, place + size)
            size //= 2
        return moves, wrong


@dataclass
class Game:
    """One sequence: the product's estates of a prefix, and the plain books of the same."""

    table: Table
    hands: Hands
    prefix: str
    books: Books

    async def make(self, move: Move) -> list[str]:
        """Make a move on both sides; tell how answers or what stands differ."""
        hands, books = self.hands, self.books
        hands.prefix = self.prefix
        codes, answered = await hands.make(books, move)
        wanted = answer(books, move)
        told, meant = (" ".join(sorted(some)) or "done" for some in (codes, wanted))
        self.table.tally.note(f"{move.verb} {told}")
        if codes != wanted:
            return [f"{move}: answered {told}, ought to be {meant}"]
        if codes:
            return await self._compare(move)
        await hands.learn(books, move, answered)
        return await self._compare(move)

    async def _compare(self, move: Move) -> list[str]:
        found = await stands(self.table.shelf, self.hands.city, self.prefix, self.books)
        if move.verb == "APPROVE":
            adopt(self.prefix, self.books, found)
        return [f"after {move}: {one}" for one in differences(found, expected(self.prefix, self.books))]

    async def end(self) -> list[str]:
        """Hold the end of the sequence against every invariant, and every estate's year against the books."""
        shelf, city = self.table.shelf, self.hands.city
        apart = await years_apart(shelf, self.hands.town.desk, city, self.prefix)
        return [*await invariants.broken(shelf, city, self.prefix), *apart]
