"""Carries what accounts hold over to others so that every kind of entry keeps its sum to the last fen."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from domain.money import allocate

Components = Mapping[str, int]
"""What an account holds by the kinds of entries through which it came and went, in fen; sums of each."""


def pool(accounts: Iterable[Components]) -> dict[str, int]:
    """Add up what accounts hold, kind by kind; a kind that sums to nothing is left out."""
    found: Counter[str] = Counter()
    for held in accounts:
        for kind, amount in held.items():
            found[kind] += amount
    return {kind: amount for kind, amount in sorted(found.items()) if amount}


def share_out(pooled: Components, areas: Sequence[int]) -> tuple[dict[str, int], ...]:
    """Share each kind of entry out by area, in fen, by the largest remainder (R-SPL-3).

    What came in and what was spent are rounded apart, so a part could end a fen below nothing. Then it has
    spent that fen less, and the part that has the most left has spent it: every sum stays, no part is short.

    Args:
        pooled: What there is of each kind; together not below zero.
        areas: The areas of the parts, each above zero.

    Returns:
        For each part what it gets of each kind, without what is nothing.

    Raises:
        ValueError: There is less than nothing to share out.
    """
    if sum(pooled.values()) < 0:
        raise ValueError("less than nothing cannot be shared out")
    parts: list[dict[str, int]] = [{} for _ in areas]
    for kind, amount in pooled.items():
        for part, share in zip(parts, allocate(amount, areas), strict=True):
            part[kind] = share
    _lift_short(parts, [kind for kind, amount in pooled.items() if amount < 0])
    return tuple({kind: amount for kind, amount in part.items() if amount} for part in parts)


def _lift_short(parts: Sequence[dict[str, int]], spent: Sequence[str]) -> None:
    """Let the parts with the most left bear what others have spent beyond what came to them."""
    for short in parts:
        for kind in spent:
            while (missing := -sum(short.values())) > 0 and short[kind] < 0:
                rich = max(parts, key=lambda part: sum(part.values()))
                moved = min(missing, sum(rich.values()), -short[kind])
                short[kind] += moved
                rich[kind] -= moved
