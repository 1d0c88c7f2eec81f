"""Binds the rows of a workbook of top-ups to the export that they came by, so that no other is taken in."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from db.sealing import Sealer
from domain.problem import Problem, ProblemCode

_CHECK = 32
_PARTS = 2


@dataclass(frozen=True, slots=True)
class TopUpTokens:
    """Writes and reads the tokens of exports: the export's id, and a check that we alone can write.

    Attributes:
        sealer: Holds the installation's key.
        city: Where it is.
        estate: Whose units they are.
    """

    sealer: Sealer
    city: int
    estate: UUID

    def write(self, export: UUID, code: str) -> str:
        """Write the token of a unit that is exported."""
        return f"{export.hex}-{self._check(export, code)}"

    def read(self, token: str, code: str) -> UUID | None:
        """Read by which export a unit came; None if the token is none of this unit's."""
        parts = token.strip().lower().split("-")
        if len(parts) != _PARTS or len(parts[0]) != _CHECK:
            return None
        try:
            export = UUID(hex=parts[0])
        except ValueError:
            return None
        return export if parts[1] == self._check(export, code) else None

    def export_of(self, rows: Mapping[int, Mapping[str, object]]) -> UUID | tuple[Problem, ...]:
        """Tell by which one export rows came, or which of them did not come by it."""
        found = {number: self.read(str(row["token"]), str(row["code"])) for number, row in rows.items()}
        export = next((one for one in found.values() if one is not None), None)
        strange = [number for number, one in found.items() if one is None or one != export]
        if export is not None and not strange:
            return export
        return tuple(_strange(number, rows[number]) for number in strange)

    def _check(self, export: UUID, code: str) -> str:
        text = f"top-up\x00{self.city}\x00{self.estate.hex}\x00{export.hex}\x00{code}"
        return self.sealer.fingerprint(text.encode())[:_CHECK]


def _strange(number: int, row: Mapping[str, object]) -> Problem:
    room = " ".join(str(row[name]) for name in ("building", "section", "room_no") if row.get(name))
    params = {"room": room} if room else {}
    return Problem(ProblemCode.TOP_UP_NOT_EXPORTED, "room_no", row=number, params=params)
