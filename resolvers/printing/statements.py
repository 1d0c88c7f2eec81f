"""A bank's statement beside our books as a paper (银行对账调节表): every difference by itself, and sums."""

from collections.abc import Iterator, Sequence
from uuid import UUID

from sqlalchemy import select

from db.tables.reconciliation import BankStatement, BankStatementLine
from domain.money import format_yuan
from domain.problem import Problem, ProblemCode
from domain.refusal import NotFound
from domain.reporting import ReportFormat
from domain.statements import Rank, StatementOutcome, StatementResolution
from reports.imprint import Imprint
from reports.page import print_date
from reports.tabular import DRAWN_UP, Fact, Level, TabularColumn, TabularKind, TabularReport, TabularRow
from resolvers.act import Done, Outcome, Refused, Work
from resolvers.door import fetch
from resolvers.money.reconciling import Sums, read_reconciliation
from resolvers.printing.tabular import keep_report

_MOST = 5_000
_AMOUNT = TabularKind.AMOUNT
_COLUMNS = (
    TabularColumn("对账结果", 14),
    TabularColumn("交易流水号", 24),
    TabularColumn("银行收入\n（元）", 14, _AMOUNT),
    TabularColumn("银行支出\n（元）", 14, _AMOUNT),
    TabularColumn("账面收入\n（元）", 14, _AMOUNT),
    TabularColumn("账面支出\n（元）", 14, _AMOUNT),
    TabularColumn("处理情况", 22),
)
_OUTCOMES = {
    StatementOutcome.MATCHED: "双方一致",
    StatementOutcome.AMOUNT_DIFFERS: "金额不符",
    StatementOutcome.UNKNOWN: "银行有、账面无",
    StatementOutcome.MISSING: "账面有、银行无",
}
_RESOLUTIONS = {
    StatementResolution.SUSPENSE: "已登记待查",
    StatementResolution.POSTED: "已对应记账凭证",
    StatementResolution.NOTED: "已核对",
    StatementResolution.LATER: "其他日已列示",
}
_NOTES = (
    "银行收支取自银行对账单，账面收支为本系统中流水号相同的交款、待查款项、退款和退回。",
    "调节后：银行方加账面有而银行无的款项，账面方加银行有而账面无的款项，并按银行金额调整金额不符的款项；双方应相等。",
)
_Four = tuple[int, int, int, int]


async def print_statement(work: Work, statement_id: UUID, made: ReportFormat) -> Outcome:
    """Make the paper of a statement as it stands."""
    statement = await fetch(work, BankStatement, statement_id, "statement.import")
    sums = await read_reconciliation(work.visit, statement.id)
    if sums is None:
        raise NotFound
    line = BankStatementLine
    found = await work.session.scalars(
        select(line)
        .where(line.city == statement.city, line.statement_id == statement.id, line.rank != Rank.AGREED)
        .order_by(line.rank, line.no)
        .limit(_MOST + 1)
    )
    lines = found.all()
    if len(lines) > _MOST:
        params = {"label": "差异", "max": str(_MOST)}
        return Refused.because(Problem(ProblemCode.LIMIT_EXCEEDED, "bankStatementId", params=params))
    report = _make(work, statement, sums, lines)
    name = f"{work.city.forms.reconciliation_title}-{statement.bank}-{statement.day:%Y%m%d}"
    kept = await keep_report(work, report, made, name)
    if isinstance(kept, Problem):
        return Refused.because(kept)
    return Done("File", (kept,), {"statement": str(statement.id), "format": made.value, "lines": len(lines)})


def _make(
    work: Work, statement: BankStatement, sums: Sums, lines: Sequence[BankStatementLine]
) -> TabularReport:
    names = {bank.code: bank.name for bank in work.city.banks}
    number = f"{work.city.letters}DZ{statement.day:%Y%m%d}{statement.bank}"
    return TabularReport(
        imprint=Imprint(work.city.authority.name, work.city.forms.reconciliation_title, number, 1, work.now),
        facts=[
            Fact("银行", names.get(statement.bank, statement.bank)),
            Fact("对账日期", print_date(statement.day)),
            Fact("银行笔数", str(statement.line_count)),
            Fact("未处理差异", f"{sums.open_count} 笔", strong=True),
            Fact("银行收入", f"{format_yuan(sums.bank_in)} 元"),
            Fact("银行支出", f"{format_yuan(sums.bank_out)} 元"),
        ],
        columns=_COLUMNS,
        rows=list(_rows(sums, lines)),
        notes=_NOTES,
        signed=DRAWN_UP,
    )


def _rows(sums: Sums, lines: Sequence[BankStatementLine]) -> Iterator[TabularRow]:
    """Write what agrees as one row, each difference by itself, the sums, and both sides brought together."""
    told: list[_Four] = [_four(line) for line in lines]
    of_differences: _Four = _add(told)
    whole: _Four = (sums.bank_in, sums.bank_out, sums.books_in, sums.books_out)
    agreed = tuple(one - other for one, other in zip(whole, of_differences, strict=True))
    count = next(one.count for one in sums.sums if one.outcome is StatementOutcome.MATCHED)
    yield TabularRow((_OUTCOMES[StatementOutcome.MATCHED], f"共 {count} 笔", *agreed, None))
    for line, four in zip(lines, told, strict=True):
        shown = tuple(amount or None for amount in four)
        yield TabularRow(
            (_OUTCOMES[StatementOutcome(line.outcome)], line.bank_txn_no, *shown, _settled(line))
        )
    yield TabularRow(("合计", None, *whole, None), Level.TOTAL)
    yield TabularRow(("调节后", None, *_adjusted(whole, lines, told), None), Level.TOTAL)


def _four(line: BankStatementLine) -> _Four:
    """Give what a line says: in and out at the bank, in and out in our books."""
    bank = 0 if line.outcome == StatementOutcome.MISSING.value else line.amount
    ours = line.ours or 0
    return max(bank, 0), max(-bank, 0), max(ours, 0), max(-ours, 0)


def _add(told: Sequence[_Four]) -> _Four:
    return (
        sum(four[0] for four in told),
        sum(four[1] for four in told),
        sum(four[2] for four in told),
        sum(four[3] for four in told),
    )


def _adjusted(whole: _Four, lines: Sequence[BankStatementLine], told: Sequence[_Four]) -> _Four:
    """Add to each side what the other alone has; where amounts differ the bank's holds."""
    alone = [line.outcome == StatementOutcome.MISSING.value for line in lines]
    lacking = _add([four for four, missing in zip(told, alone, strict=True) if missing])
    known = _add([four for four, missing in zip(told, alone, strict=True) if not missing])
    return (
        whole[0] + lacking[2],
        whole[1] + lacking[3],
        whole[2] - known[2] + known[0],
        whole[3] - known[3] + known[1],
    )


def _settled(line: BankStatementLine) -> str:
    if line.resolution is None:
        return "未处理"
    said = _RESOLUTIONS[StatementResolution(line.resolution)]
    return f"{said}：{line.resolution_note}" if line.resolution_note else said
