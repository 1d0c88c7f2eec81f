"""Rights spelled out for people: each action, and on which estates."""

from dataclasses import dataclass

from authz.actions import ACTIONS
from authz.snapshot import EstateScope, Snapshot


@dataclass(frozen=True, slots=True)
class Right:
    """One action that somebody may take.

    Attributes:
        action: The action's name.
        kind: What it is about, out of `actions.Kind`.
        text: What a clerk calls it, in Chinese.
        english: The same in English.
        needs_estate: Whether it is done on an estate; if not, the other three say nothing.
        all: On every estate, later ones included.
        estates: Where it is not all: the estates, by their uuids (32 hexadecimal digits), sorted.
        denied: Where it is all: the estates left out of it, sorted.
    """

    action: str
    kind: str
    text: str
    english: str
    needs_estate: bool
    all: bool
    estates: tuple[str, ...]
    denied: tuple[str, ...]


def spell_out(snapshot: Snapshot) -> tuple[Right, ...]:
    """List what somebody may do anywhere, in the order in which actions are declared."""
    return tuple(_spell(name, snapshot.scopes[name]) for name in ACTIONS if name in snapshot.scopes)


def _spell(name: str, scope: EstateScope) -> Right:
    action = ACTIONS[name]
    return Right(
        action=name,
        kind=str(action.kind),
        text=action.text,
        english=action.english,
        needs_estate=action.needs_estate,
        all=scope.all,
        estates=tuple(sorted(scope.allowed)),
        denied=tuple(sorted(scope.denied)),
    )
