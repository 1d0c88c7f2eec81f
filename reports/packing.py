"""Rows of very long reports, kept small until they are drawn."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import islice
from typing import overload

import msgspec

from reports.tabular import Level, TabularColumn, TabularKind, TabularRow

_PACK = 1_000
_Packed = tuple[Level, tuple[str | int | None, ...]]
_pack = msgspec.msgpack.Encoder().encode
_unpack = msgspec.msgpack.Decoder(list[_Packed]).decode


class PackedRows(Sequence[TabularRow]):
    """Rows that are put in one after another, and come out in that order as often as they are wanted.

    A row takes some hundred bytes, and a tenth of what it takes as an object.
    """

    def __init__(self, columns: Sequence[TabularColumn]) -> None:
        self._days = frozenset(
            place for place, column in enumerate(columns) if column.kind is TabularKind.DATE
        )
        self._packs: list[bytes] = []
        self._open: list[_Packed] = []
        self._count = 0

    def add(self, rows: Iterable[TabularRow]) -> None:
        """Put rows behind those that are there."""
        for row in rows:
            # A day goes as its number, for nothing else stands as a number in a column of days.
            cells = tuple(cell.toordinal() if isinstance(cell, date) else cell for cell in row.cells)
            self._open.append((row.level, cells))
            self._count += 1
            if len(self._open) == _PACK:
                self._packs.append(_pack(self._open))
                self._open = []

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, place: int) -> TabularRow: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[TabularRow]: ...
    def __getitem__(self, place: int | slice) -> TabularRow | Sequence[TabularRow]:
        """Look rows up, which goes through all before them: whoever draws takes one after another."""
        if isinstance(place, slice):
            return list(self)[place]
        if not -self._count <= place < self._count:
            raise IndexError(place)
        return next(islice(self, place % self._count, None))

    def __iter__(self) -> Iterator[TabularRow]:
        for pack in self._packs:
            yield from map(self._row, _unpack(pack))
        yield from map(self._row, self._open)

    def _row(self, packed: _Packed) -> TabularRow:
        level, cells = packed
        if not self._days:
            return TabularRow(cells, level)
        days = self._days
        return TabularRow(
            tuple(
                date.fromordinal(cell) if place in days and isinstance(cell, int) else cell
                for place, cell in enumerate(cells)
            ),
            level,
        )
