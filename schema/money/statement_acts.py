"""What is done with banks' daily statements: taken in, matched again, and differences settled (银行对账)."""

from typing import Annotated, Any

import strawberry
from strawberry.file_uploads import Upload

from domain.statement_balance import Said
from domain.statements import Settlement, StatementOutcome
from resolvers.act import Done, Outcome, Work
from resolvers.money.reconciling import read_reconciliation
from resolvers.money.statement_bookings import Named
from resolvers.money.statement_days import look_beside
from resolvers.money.statement_lines import settle_line
from resolvers.money.statements import Delivered, import_statement, match_statement
from resolvers.printing.bank_balances import print_bank_balance
from resolvers.printing.statements import print_statement
from schema.fields import visit_of
from schema.files import FileResult, file_made, file_url
from schema.ids import read_id
from schema.money.bank_balances import MissingDays, show_gap
from schema.money.statements import BankStatement, BankStatementLine
from schema.mutation import (
    INPUT,
    ActInput,
    FileActInput,
    MoneyActInput,
    answer,
    mutation,
    result,
    row_id,
    subjects,
)
from schema.problem import Rejected, reject
from schema.reporting.acts import ReportFormat
from schema.scalars import Day, Money
from schema.types import asks, closed, given, maybe, resolved, tells, value

closed(
    Settlement,
    "How somebody settles a difference (处理方式).",
    {
        "SUSPENSE": "The money is taken into suspense, and another decides on it (登记待查).",
        "POSTED": "It is interest or use that was booked without the bank's number (对应记账凭证).",
        "NOTED": "It is noted what was found out (核对说明).",
    },
)

_REHEARSED = "Whether this was only a rehearsal (试运行)."


@tells
class StatementImported:
    """A bank's statement was taken in and matched (已导入对账单)."""

    statement: BankStatement = value("The statement (对账单).")
    rows: int = value("Rows that were read (行数).")
    remarks: list[str] = value("What the reader left out or changed (提示).")
    missing_days: MissingDays | None = value(
        "Days before it without a statement; null if there are none (缺少对账单的日期)."
    )
    next_begins_otherwise: bool = value(
        "Whether the next day's statement begins with another balance; one is wrong then (与次日不符)."
    )
    dry_run: bool = value(_REHEARSED)


@tells
class StatementMatched:
    """A bank's statement was matched again (已重新对账)."""

    statement: BankStatement = value("The statement (对账单).")
    dry_run: bool = value(_REHEARSED)


@tells
class StatementLineSettled:
    """A difference was settled (差异已处理)."""

    line: BankStatementLine = value("The line, as it is now (对账明细).")
    dry_run: bool = value(_REHEARSED)


StatementImportResult = Annotated[
    StatementImported | Rejected,
    result("StatementImportResult", "The statement, or every row that is wrong."),
]
StatementMatchResult = Annotated[
    StatementMatched | Rejected, result("StatementMatchResult", "The statement, or why it is not matched.")
]
StatementLineResult = Annotated[
    StatementLineSettled | Rejected, result("StatementLineResult", "The line, or why it is not settled.")
]


@asks
class StatementImportInput(ActInput):
    """A bank's statement of one day (导入银行对账单)."""

    bank: str | None = maybe("Code of the bank; a bank's own machine may leave it out (银行).")
    day: Day = given("The day of which it is (对账日期).")
    opening_balance: Money | None = maybe("What the account held before that day (期初余额).")
    closing_balance: Money | None = maybe("What the account held after that day (期末余额).")
    file: Upload = given("A workbook, or text in UTF-8 or GBK with commas; see the template (文件).")


@asks
class StatementMatchInput(ActInput):
    """A statement to be matched again (重新对账)."""

    bank_statement_id: strawberry.ID = given("The statement (对账单).")


@asks
class StatementBookingInput:
    """A booking, named by one of its entries (记账凭证)."""

    unit_account_id: strawberry.ID = given("The account of the entry (分户账).")
    no: int = given("The entry's place in that account (序号).")


@asks
class StatementLineResolveInput(MoneyActInput):
    """A difference, and how it is settled (处理对账差异)."""

    statement_line_id: strawberry.ID = given("The line (对账明细).")
    resolution: Settlement = given("How it is settled (处理方式).")
    note: str = given("What was found out (核对说明).")
    bookings: list[StatementBookingInput] | None = maybe(
        "For POSTED: the bookings of interest or use that come to the line's amount (记账凭证)."
    )


@asks
class StatementPrintInput(FileActInput):
    """A statement to be printed beside our books (打印对账调节表)."""

    bank_statement_id: strawberry.ID = given("The statement (对账单).")
    format: ReportFormat = given("What it is made as (报表格式).")


@asks
class BankBalancePrintInput(FileActInput):
    """A statement whose balance is printed beside that of our books (打印银行存款余额调节表)."""

    bank_statement_id: strawberry.ID = given("The statement (对账单).")
    format: ReportFormat = given("What it is made as (报表格式).")


@tells
class ReconciliationSum:
    """What lines of one outcome come to (对账结果汇总)."""

    outcome: StatementOutcome = value("What they came to (对账结果).")
    count: int = value("How many (笔数).")
    open_count: int = value("How many of them nobody settled yet (未处理笔数).")
    money_in: Money = value("What came in (收入).")
    money_out: Money = value("What went out (支出).")


@tells
class Reconciliation:
    """The bank's movements of a day brought to those of our books (对账调节)."""

    bank_in: Money = value("What came in, as the bank says (银行收入).")
    bank_out: Money = value("What went out, as the bank says (银行支出).")
    books_in: Money = value("What came in of it, as our books say (账面收入).")
    books_out: Money = value("What went out of it, as our books say (账面支出).")
    open_count: int = value("Differences that nobody settled yet (未处理差异).")
    sums: list[ReconciliationSum] = value("The lines by what they came to (分类汇总).")


_Statement = Annotated[strawberry.ID, strawberry.argument(description="The statement (对账单).")]


@strawberry.type
class StatementQueries:
    """What can be asked about a statement as a whole."""

    @resolved("statement.view")
    async def reconciliation(
        self, info: strawberry.Info, bank_statement_id: _Statement
    ) -> Reconciliation | None:
        """A statement beside our books, in sums; null if it may not be seen (对账调节)."""
        visit = visit_of(info)
        name, city, statement = read_id(bank_statement_id, "bankStatementId")
        if name != "BankStatement" or city != visit.signed_in().city:
            return None
        found = await read_reconciliation(visit, statement)
        if found is None:
            return None
        return Reconciliation(
            bank_in=Money(found.bank_in),
            bank_out=Money(found.bank_out),
            books_in=Money(found.books_in),
            books_out=Money(found.books_out),
            open_count=found.open_count,
            sums=[
                ReconciliationSum(
                    outcome=one.outcome,
                    count=one.count,
                    open_count=one.open_count,
                    money_in=Money(one.money_in),
                    money_out=Money(one.money_out),
                )
                for one in found.sums
            ],
        )


@strawberry.type
class StatementActs:
    """The mutations of banks' statements."""

    @mutation("statement.import")
    async def statement_import(
        self, info: strawberry.Info, asked: Annotated[StatementImportInput, INPUT]
    ) -> StatementImportResult | None:
        """Take a bank's statement of a day in and match it with the books, or say what is wrong (导入)."""
        visit, upload = visit_of(info), _upload(asked)
        day: Any = asked.day
        said = Said(asked.opening_balance, asked.closing_balance)
        delivered = Delivered(asked.bank, day, upload.filename or "", await upload.read(), said)
        found = await import_statement(visit, delivered, key=asked.idempotency_key, dry_run=asked.dry_run)
        if isinstance(found.outcome, Done):
            row = (await subjects(visit, found.outcome))[0]
            beside = await look_beside(visit, row.bank, day)
            return StatementImported(
                statement=row,
                rows=found.rows,
                remarks=list(found.remarks),
                missing_days=show_gap(beside.gap) if beside.gap else None,
                next_begins_otherwise=beside.next_differs,
                dry_run=asked.dry_run,
            )
        url = file_url(visit.signed_in().city, found.correction) if found.correction else None
        return reject(visit, found.outcome, count=found.problem_count, correction_url=url)

    @mutation("statement.import")
    async def statement_match(
        self, info: strawberry.Info, asked: Annotated[StatementMatchInput, INPUT]
    ) -> StatementMatchResult | None:
        """Match a statement again, after reports came late or were decided (重新对账)."""
        statement = row_id(info, asked.bank_statement_id, "BankStatement", "bankStatementId")

        async def effect(work: Work) -> Outcome:
            return await match_statement(work, statement)

        return await answer(
            info, asked, effect, lambda done: StatementMatched(statement=done.row, dry_run=done.dry_run)
        )

    @mutation("statement.import")
    async def statement_print(
        self, info: strawberry.Info, asked: Annotated[StatementPrintInput, INPUT]
    ) -> FileResult | None:
        """Print a statement beside our books, every difference by itself (打印对账调节表)."""
        statement = row_id(info, asked.bank_statement_id, "BankStatement", "bankStatementId")

        async def effect(work: Work) -> Outcome:
            return await print_statement(work, statement, asked.format)

        return await answer(info, asked, effect, file_made)

    @mutation("suspense.view")
    async def bank_balance_print(
        self, info: strawberry.Info, asked: Annotated[BankBalancePrintInput, INPUT]
    ) -> FileResult | None:
        """Print a bank's balance brought to that of our books, both sides beside each other (余额调节表)."""
        statement = row_id(info, asked.bank_statement_id, "BankStatement", "bankStatementId")

        async def effect(work: Work) -> Outcome:
            return await print_bank_balance(work, statement, asked.format)

        return await answer(info, asked, effect, file_made)

    @mutation("suspense.resolve")
    async def statement_line_resolve(
        self, info: strawberry.Info, asked: Annotated[StatementLineResolveInput, INPUT]
    ) -> StatementLineResult | None:
        """Settle a difference, once: into suspense, by its bookings, or by a note (处理差异)."""
        named = [
            Named(row_id(info, one.unit_account_id, "Account", f"bookings.{place}.unitAccountId"), one.no)
            for place, one in enumerate(asked.bookings or ())
        ]
        line = row_id(info, asked.statement_line_id, "BankStatementLine", "statementLineId")

        async def effect(work: Work) -> Outcome:
            return await settle_line(work, line, asked.resolution, asked.note, named)

        return await answer(
            info, asked, effect, lambda done: StatementLineSettled(line=done.row, dry_run=done.dry_run)
        )


def _upload(asked: StatementImportInput) -> Any:  # noqa: ANN401 - the upload of the web framework
    return asked.file
