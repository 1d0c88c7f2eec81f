"""Papers of large estates: read in one go, made with no transaction open, and only then counted and kept."""

from db.tables.estates import Estate
from domain.problem import Problem, ProblemCode
from domain.refusal import TooBusy
from domain.yearly import YearAsked, YearPaper
from resolvers.act import Done, Outcome, Refused, Work, act, settle
from resolvers.door import fetch
from resolvers.files import store_file
from resolvers.money.yearly import MOST, YEAR_RIGHTS
from resolvers.printing.tabular import MEDIA_TYPES, draw_counted, file_name
from resolvers.printing.year_paper import Paper, count_print
from resolvers.printing.yearly import lay_out_estate, lay_out_publication
from resolvers.visit import Visit

_TRIES = 3
_LAY_OUT = {YearPaper.STATEMENT: lay_out_estate, YearPaper.PUBLICATION: lay_out_publication}
_ACTS = {YearPaper.STATEMENT: "estateStatementPrint", YearPaper.PUBLICATION: "publicationPrint"}


async def print_large(visit: Visit, asked: YearAsked, *, key: str) -> Outcome:
    """Lay a paper out, make it, and keep it, unless it was printed meanwhile: then it is made anew.

    Raises:
        TooBusy: It was printed again and again meanwhile.
    """
    for _ in range(_TRIES):
        paper = await _read(visit, asked)
        if isinstance(paper, Refused):
            return paper
        made = await draw_counted(visit, paper.report, asked.made)
        if isinstance(made, Problem):
            return Refused.because(made)
        outcome = await _keep(visit, asked, paper, made, key)
        if outcome is not None:
            return outcome
    raise TooBusy


async def _read(visit: Visit, asked: YearAsked) -> Paper | Refused:
    """Lay it out as its next print, in a rehearsal, which leaves nothing behind."""
    found: list[Paper] = []

    async def effect(work: Work) -> Outcome:
        paper = await _LAY_OUT[asked.paper](work, asked.estate, asked.year, MOST)
        if isinstance(paper, Refused):
            return paper
        found.append(await count_print(work, paper, asked.made))
        return Done("Estate", ())

    outcome = await act(visit, _ACTS[asked.paper], effect, dry_run=True)
    await settle(visit)
    return outcome if isinstance(outcome, Refused) else found[-1]


async def _keep(visit: Visit, asked: YearAsked, paper: Paper, made: bytes, key: str) -> Outcome | None:
    """Count the print and keep it; None where it was printed since, so that the pages are wrong."""

    async def effect(work: Work) -> Outcome:
        # Rights may have gone while it was made.
        await fetch(work, Estate, asked.estate, *YEAR_RIGHTS)
        if (await count_print(work, paper, asked.made)).detail != paper.detail:
            return Refused.because(Problem(ProblemCode.STALE_DATA))
        name, kind = file_name(paper.name, asked.made), MEDIA_TYPES[asked.made]
        file = await store_file(work, name, kind, made, paper.organization)
        return Done("File", (file,), paper.detail)

    given = {"estate": asked.estate.hex, "year": asked.year, "format": asked.made.value}
    outcome = await act(visit, _ACTS[asked.paper], effect, given=given, key=key)
    await settle(visit)
    stale = isinstance(outcome, Refused) and outcome.problems[0].code is ProblemCode.STALE_DATA
    return None if stale else outcome
