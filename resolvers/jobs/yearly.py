"""The yearly papers of large estates as long work (年度对账单、公示表)."""

from uuid import UUID

from domain.reporting import ReportFormat
from domain.yearly import YearAsked, YearPaper
from resolvers.jobs.results import Result
from resolvers.jobs.taking import Taken
from resolvers.printing import print_large_year
from resolvers.visit import Visit


async def print_year(visit: Visit, job: Taken) -> Result:
    """Print a paper of an estate and year, as `estateStatementPrint` and `publicationPrint` do."""
    asked = YearAsked(
        YearPaper(job.asked["paper"]),
        UUID(job.asked["estate"]),
        job.asked["year"],
        ReportFormat(job.asked["format"]),
    )
    return Result.counted(await print_large_year(visit, asked, key=job.key))
