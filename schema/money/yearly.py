"""Papers of a year in the graph: statements of accounts and estates, and what is put up for owners."""

from typing import Annotated

import strawberry

from domain.yearly import YearAsked, YearPaper
from resolvers.act import Outcome, Work
from resolvers.jobs.asking import ask_year_print
from resolvers.printing import print_account_year, print_estate_year, print_publication
from schema.files import FileResult, file_made
from schema.jobs import JobResult, accepted
from schema.mutation import INPUT, ActInput, FileActInput, answer, mutation, row_id
from schema.reporting.acts import ReportFormat
from schema.types import asks, given

_ESTATE = "The estate (物业区域)."
_YEAR = "The year; of one that still runs the days up to today are told (年度)."
_FORMAT = "What it is made as (报表格式)."


@asks
class AccountStatementPrintInput(FileActInput):
    """A unit's account and a year of which the statement is made (分户账对账单)."""

    unit_account_id: strawberry.ID = given("The account (分户账).")
    year: int = given(_YEAR)
    format: ReportFormat = given(_FORMAT)


@asks
class EstateStatementPrintInput(FileActInput):
    """An estate of up to 1,000 units and a year of which the statement is made (年度对账单)."""

    estate_id: strawberry.ID = given(_ESTATE)
    year: int = given(_YEAR)
    format: ReportFormat = given(_FORMAT)


@asks
class PublicationPrintInput(FileActInput):
    """An estate of up to 1,000 units and a year of which the publication sheet is made (收支公示表)."""

    estate_id: strawberry.ID = given(_ESTATE)
    year: int = given(_YEAR)
    format: ReportFormat = given(_FORMAT)


@asks
class EstateStatementPrintJobInput(ActInput):
    """An estate of up to 20,000 units whose statement is made beside the requests (后台生成年度对账单)."""

    estate_id: strawberry.ID = given(_ESTATE)
    year: int = given(_YEAR)
    format: ReportFormat = given(_FORMAT)


@asks
class PublicationPrintJobInput(ActInput):
    """An estate of up to 20,000 units whose sheet is made beside the requests (后台生成收支公示表)."""

    estate_id: strawberry.ID = given(_ESTATE)
    year: int = given(_YEAR)
    format: ReportFormat = given(_FORMAT)


@strawberry.type
class YearlyActs:
    """The mutations that make papers of a year."""

    @mutation("account.view")
    async def account_statement_print(
        self, info: strawberry.Info, asked: Annotated[AccountStatementPrintInput, INPUT]
    ) -> FileResult | None:
        """Make the statement of a unit's account for a year, entry by entry (分户账对账单) [165-31]."""
        account = row_id(info, asked.unit_account_id, "Account", "unitAccountId")

        async def effect(work: Work) -> Outcome:
            return await print_account_year(work, account, asked.year, asked.format)

        return await answer(info, asked, effect, file_made)

    @mutation("export.create")
    async def estate_statement_print(
        self, info: strawberry.Info, asked: Annotated[EstateStatementPrintInput, INPUT]
    ) -> FileResult | None:
        """Make an estate's statement for a year, a line a unit (年度对账单) [165-31]."""
        estate = row_id(info, asked.estate_id, "Estate", "estateId")

        async def effect(work: Work) -> Outcome:
            return await print_estate_year(work, estate, asked.year, asked.format)

        return await answer(info, asked, effect, file_made)

    @mutation("export.create")
    async def publication_print(
        self, info: strawberry.Info, asked: Annotated[PublicationPrintInput, INPUT]
    ) -> FileResult | None:
        """Make what is put up for an estate's owners: no names, nothing of persons (收支公示表) [165-30]."""
        estate = row_id(info, asked.estate_id, "Estate", "estateId")

        async def effect(work: Work) -> Outcome:
            return await print_publication(work, estate, asked.year, asked.format)

        return await answer(info, asked, effect, file_made)

    @mutation("export.create")
    async def estate_statement_print_job(
        self, info: strawberry.Info, asked: Annotated[EstateStatementPrintJobInput, INPUT]
    ) -> JobResult | None:
        """Make a large estate's statement for a year beside the requests (后台生成年度对账单)."""
        return await _ask(info, asked, YearPaper.STATEMENT)

    @mutation("export.create")
    async def publication_print_job(
        self, info: strawberry.Info, asked: Annotated[PublicationPrintJobInput, INPUT]
    ) -> JobResult | None:
        """Make a large estate's publication sheet beside the requests (后台生成收支公示表)."""
        return await _ask(info, asked, YearPaper.PUBLICATION)


async def _ask(
    info: strawberry.Info, asked: EstateStatementPrintJobInput | PublicationPrintJobInput, paper: YearPaper
) -> JobResult | None:
    estate = row_id(info, asked.estate_id, "Estate", "estateId")
    wanted = YearAsked(paper, estate, asked.year, asked.format)

    async def effect(work: Work) -> Outcome:
        return await ask_year_print(work, wanted)

    return await answer(info, asked, effect, accepted)
