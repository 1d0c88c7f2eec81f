"""How many refusals of a right are written: the first of a minute each, the others in one with their sum."""

from collections import OrderedDict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from resolvers.note import Note

WRITTEN_A_MINUTE = 20
_MINUTE = timedelta(minutes=1)
_PRINCIPALS = 2_000


@dataclass(slots=True)
class _Minute:
    """What a principal was refused since a moment."""

    began: datetime
    written: int = 0
    counted: int = 0
    last: Note | None = None


class Denials:
    """Keeps who hammers at closed doors from filling the audit; each process counts for itself."""

    def __init__(self) -> None:
        self._minutes: OrderedDict[tuple[int, UUID | None], _Minute] = OrderedDict()

    def take(self, note: Note) -> list[Note]:
        """Give the rows that are to be written now that this one has come, itself or others."""
        due = list(self.end(note.at))
        key = note.city, note.principal
        if key not in self._minutes:
            self._minutes[key] = _Minute(note.at)
            if len(self._minutes) > _PRINCIPALS:
                due += _sums([self._minutes.popitem(last=False)[1]])
        minute = self._minutes[key]
        if minute.written < WRITTEN_A_MINUTE:
            minute.written += 1
            due.append(note)
        else:
            minute.counted += 1
            minute.last = note
        return due

    def end(self, now: datetime) -> Iterator[Note]:
        """Give the rows with the counts of the minutes that are over."""
        over = [key for key, minute in self._minutes.items() if now - minute.began >= _MINUTE]
        yield from _sums([self._minutes.pop(key) for key in over])


def _sums(minutes: Iterable[_Minute]) -> Iterator[Note]:
    for minute in minutes:
        if minute.last is not None:
            yield replace(minute.last, detail={**minute.last.detail, "times": minute.counted})
