"""Very many deposit notices in one PDF: no notice is locked while the pages are drawn."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

from sqlalchemy import update

from db.tables.money import Notice
from domain.problem import Problem, ProblemCode
from domain.refusal import TooBusy
from reports.fonts import GlyphMissing
from reports.forms.deposit_notice import NoticePaper, render_many
from resolvers.act import Done, Outcome, Refused, Work, act, settle
from resolvers.files import store_file
from resolvers.printing import MANY_NOTICES
from resolvers.printing.counting import Counted, draw_beside
from resolvers.printing.money import find_printable, lay_out_all, name_of
from resolvers.printing.press import PDF, glyph_missing
from resolvers.visit import Visit

_TRIES = 3


@dataclass(slots=True)
class _Batch:
    """Notices as they were when they were laid out, and how often each had been printed before."""

    counts: Mapping[UUID, int] = field(default_factory=dict[UUID, int])
    pages: Sequence[NoticePaper] = ()


async def print_many(visit: Visit, ids: Sequence[UUID], *, key: str) -> Outcome:
    """Lay the notices out, draw them, and then count and keep the print, if they still say the same.

    Raises:
        NotFound: One of them is not there, or may not be seen.
        Forbidden: One of them may not be printed.
        TooBusy: Others printed some of them again and again in the meantime.
    """
    ids = list(dict.fromkeys(ids))
    for _ in range(_TRIES):
        batch = await _read(visit, ids)
        if isinstance(batch, Refused):
            return batch
        drawn = await _draw(visit, batch.pages)
        if isinstance(drawn, Problem):
            return Refused.because(drawn)
        outcome = await _keep(visit, batch.counts, drawn, key)
        if outcome is not None:
            return outcome
    raise TooBusy


async def _read(visit: Visit, ids: Sequence[UUID]) -> _Batch | Refused:
    """Lay them out as their next print, in a rehearsal, which leaves nothing behind."""
    batch = _Batch()

    async def effect(work: Work) -> Outcome:
        found = await find_printable(work, ids, MANY_NOTICES)
        if isinstance(found, Refused):
            return found
        batch.counts = {one: found[one].print_count for one in ids}
        papers = await lay_out_all(work, [found[one] for one in ids])
        batch.pages = [_next_print(paper) for paper in papers]
        return Done("Notice", ())

    outcome = await act(visit, "noticePrint", effect, dry_run=True)
    await settle(visit)
    return outcome if isinstance(outcome, Refused) else batch


def _next_print(data: NoticePaper) -> NoticePaper:
    return replace(data, imprint=replace(data.imprint, printed=data.imprint.printed + 1))


async def _draw(visit: Visit, pages: Sequence[NoticePaper]) -> bytes | Problem:
    """Draw beside the event loop, and tell how far it is."""
    counted = Counted(pages)
    try:
        return await draw_beside(visit, counted, lambda: render_many(counted))
    except GlyphMissing as missing:
        return glyph_missing(missing)


async def _keep(visit: Visit, counts: Mapping[UUID, int], drawn: bytes, key: str) -> Outcome | None:
    """Count the print and keep it; None where a notice was printed since, so that the pages are wrong."""
    ids = list(counts)

    async def effect(work: Work) -> Outcome:
        found = await find_printable(work, ids, MANY_NOTICES, lock=True)
        if isinstance(found, Refused):
            return found
        if any(found[one].print_count != count for one, count in counts.items()):
            return Refused.because(Problem(ProblemCode.STALE_DATA))
        again = update(Notice).where(Notice.city == work.actor.city, Notice.id.in_(ids))
        await work.session.execute(again.values(print_count=Notice.print_count + 1))
        file = await store_file(work, name_of(found, ids), PDF, drawn, found[ids[0]].org_id)
        return Done("File", (file,), {"notices": len(ids)})

    outcome = await act(visit, "noticePrint", effect, given=[one.hex for one in ids], key=key)
    await settle(visit)
    stale = isinstance(outcome, Refused) and outcome.problems[0].code is ProblemCode.STALE_DATA
    return None if stale else outcome
