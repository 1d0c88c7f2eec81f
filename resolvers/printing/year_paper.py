"""What the papers of a year have in common: whose they are, the days they tell of, and how they are kept."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert

from db.tables.records import Counter
from domain.money import format_yuan
from domain.problem import Problem
from domain.reporting import ReportFormat
from domain.yearly import Period
from reports.page import print_date
from reports.tabular import Imprint, TabularReport
from resolvers.act import Done, Outcome, Refused, Work
from resolvers.printing.tabular import keep_report


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper that is ready to be made: its content, its file's name, and whose it is."""

    report: TabularReport
    name: str
    organization: UUID | None

    @property
    def detail(self) -> Mapping[str, object]:
        """What the audit says of it."""
        imprint = self.report.imprint
        return {"number": imprint.number, "rows": len(self.report.rows), "print": imprint.printed}


async def count_print(work: Work, paper: Paper, made: ReportFormat) -> Paper:
    """Count one more print of a paper, and put that on it; a workbook is no print."""
    if made is not ReportFormat.PDF:
        return paper
    imprint = paper.report.imprint
    statement = insert(Counter).values(
        city=work.actor.city, name=f"{imprint.title} {imprint.number}", value=1
    )
    statement = statement.on_conflict_do_update(
        index_elements=["city", "name"], set_={"value": Counter.value + 1}
    )
    printed = (await work.session.execute(statement.returning(Counter.value))).scalar_one()
    return replace(paper, report=replace(paper.report, imprint=replace(imprint, printed=printed)))


async def keep(work: Work, paper: Paper, made: ReportFormat) -> Outcome:
    """Count, make and keep a paper."""
    paper = await count_print(work, paper, made)
    file = await keep_report(work, paper.report, made, paper.name, paper.organization)
    if isinstance(file, Problem):
        return Refused.because(file)
    return Done("File", (file,), paper.detail)


def write_imprint(work: Work, title: str, number: str) -> Imprint:
    """Say whose a paper is, and when it was made; that is its first print unless it is counted."""
    return Imprint(work.city.authority.name, title, number, 1, work.now)


def write_span(period: Period) -> str:
    """Write the days that a paper tells of."""
    days = f"{print_date(period.first)}至{print_date(period.last)}"
    return days if period.over else f"{days}（本年度未结束）"


def warn(period: Period) -> tuple[str, ...]:
    """Say of a year that still runs that this is not its end."""
    if period.over:
        return ()
    return (f"本年度尚未结束，本表列至{print_date(period.last)}；年度终了后请重新生成。",)


def yuan(amount: int) -> str:
    """Write fen as an amount in yuan."""
    return f"¥{format_yuan(amount)}"
