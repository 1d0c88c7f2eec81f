"""A bank's statement of a day beside our books (银行对账): what agrees, differs, or is one side's alone."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from domain.city import City
from domain.field import Amount, Day, Field, Kind, Text
from domain.identity import fold
from domain.money import MAX_FEN, parse_yuan
from domain.problem import Problem, ProblemCode
from domain.statement_balance import HeldAmount, check_chain

MAX_NOTE = 200
NOTE = Field("note", "核对说明", Text(MAX_NOTE), required=True)


class StatementOutcome(StrEnum):
    """What an amount of a statement came to."""

    MATCHED = "MATCHED"
    AMOUNT_DIFFERS = "AMOUNT_DIFFERS"
    UNKNOWN = "UNKNOWN"
    MISSING = "MISSING"


class StatementResolution(StrEnum):
    """How a difference was settled."""

    SUSPENSE = "SUSPENSE"
    POSTED = "POSTED"
    NOTED = "NOTED"
    LATER = "LATER"


class Settlement(StrEnum):
    """How somebody may settle a difference."""

    SUSPENSE = "SUSPENSE"
    POSTED = "POSTED"
    NOTED = "NOTED"


class Rank:
    """Where a line stands on a statement: what still has to be settled comes first."""

    OPEN = 0
    SETTLED = 1
    AGREED = 2


@dataclass(frozen=True, slots=True)
class BookingDay(Day):
    """The day of a bank's booking; a time of day may follow it and is left out."""

    def parse(self, text: str, city: City, today: date, /) -> date:
        """Give the day."""
        return Day.parse(self, fold(text).replace("T", " ").partition(" ")[0], city, today)


@dataclass(frozen=True, slots=True)
class SideAmount(Kind[int]):
    """An amount in one of two columns; banks write zero or a dash into the other one."""

    def parse(self, text: str, city: City, today: date, /) -> int:
        """Give the fen, zero for a column that is not the line's."""
        bare = fold(text).replace(",", "")
        try:
            if bare == "-" or parse_yuan(bare) == 0:
                return 0
        except ValueError:
            pass
        return Amount(MAX_FEN).parse(text, city, today)

    def show(self, value: int, city: City, /) -> str:
        """Write two decimals."""
        return Amount(MAX_FEN).show(value, city)


LINE_FIELDS = (
    Field("booked_on", "交易日期", BookingDay(), note="银行记账日期；可带时间。", example="2026-11-22"),
    Field(
        "bank_txn_no",
        "交易流水号",
        Text(64, "[!-~]{1,64}"),
        required=True,
        note="与银行报送交款时的流水号一致；请以文本格式填写。",
        example="2026112200000001",
    ),
    Field("money_in", "收入金额", SideAmount(), note="转入专户的金额，元。", example="2650.50"),
    Field("money_out", "支出金额", SideAmount(), note="转出专户的金额，元；与收入金额只填一项。"),
    Field(
        "balance",
        "账户余额",
        HeldAmount(),
        note="该笔交易后的专户余额，元；如填写须每行填写，按交易先后（或倒序）排列。",
        example="102650.50",
    ),
    Field("counterparty", "对方户名", Text(100), example="李某某"),
    Field("remark", "摘要", Text(200), example="交存维修资金"),
)
"""What a bank says of each amount."""


@dataclass(frozen=True, slots=True)
class Told:
    """An amount that the bank tells; what came in is positive."""

    txn: str
    amount: int
    booked_on: date | None
    counterparty: str | None
    remark: str | None


@dataclass(frozen=True, slots=True)
class Ours:
    """An amount of our books that the bank must have, too; what came in is positive.

    Attributes:
        struck: The office found that it never came, so the bank is not to have it.
        taken: It agrees with a line of another statement already.
    """

    txn: str
    amount: int
    payment: UUID | None = None
    suspense: UUID | None = None
    refund: UUID | None = None
    struck: bool = False
    taken: bool = False

    @property
    def counts(self) -> bool:
        """Whether it stands beside just this amount of the bank."""
        return not (self.struck or self.taken)


@dataclass(frozen=True, slots=True)
class Match:
    """What an amount of the bank's came to, with ours if there is one of its number."""

    outcome: StatementOutcome
    ours: Ours | None = None


def check_lines(rows: Mapping[int, Mapping[str, object]], _today: date) -> Sequence[Problem]:
    """Find rows that are neither in nor out or both, numbers twice in one direction, and wrong balances."""
    wrong = list(_wrong_lines(rows))
    # Balances follow from amounts, so they are looked at once these are right.
    return wrong or list(check_chain(rows))


def _wrong_lines(rows: Mapping[int, Mapping[str, object]]) -> Iterator[Problem]:
    seen: dict[tuple[object, bool], int] = {}
    for number, row in rows.items():
        sides = [name for name in ("money_in", "money_out") if row.get(name)]
        if len(sides) != 1:
            yield Problem(ProblemCode.STATEMENT_SIDES, "money_in", row=number)
            continue
        key = (row.get("bank_txn_no"), sides[0] == "money_in")
        if key[0] is not None and key in seen:
            params = {"txn": str(key[0]), "other": f"第 {seen[key]} 行"}
            yield Problem(ProblemCode.BANK_TXN_USED, "bank_txn_no", row=number, params=params)
        seen.setdefault(key, number)


def check_day(lines: Sequence[Told], day: date) -> Problem | None:
    """Find that a file is of another day, as when yesterday's is picked by mistake.

    Single lines may be of other days, for banks book late what was moved the night before.
    """
    days = {line.booked_on for line in lines if line.booked_on is not None}
    if not days or day in days:
        return None
    first, last = min(days), max(days)
    found = str(first) if first == last else f"{first} 至 {last}"
    return Problem(ProblemCode.STATEMENT_OTHER_DAY, "day", params={"found": found})


def read_line(row: Mapping[str, object]) -> Told:
    """Give what a row of a statement tells."""
    money_in, money_out, day = row.get("money_in"), row.get("money_out"), row.get("booked_on")
    came = money_in if isinstance(money_in, int) else 0
    left = money_out if isinstance(money_out, int) else 0
    counterparty, remark = row.get("counterparty"), row.get("remark")
    return Told(
        txn=str(row["bank_txn_no"]),
        amount=came - left,
        booked_on=day if isinstance(day, date) else None,
        counterparty=str(counterparty) if counterparty else None,
        remark=str(remark) if remark else None,
    )


def match(lines: Sequence[tuple[str, int]], ours: Sequence[Ours]) -> list[Match]:
    """Match amounts of the bank with ours by transaction number, direction and amount, on whatever day.

    Ours stands for one amount of the bank: what agrees with another statement already is unknown here.
    """
    by_txn: dict[str, list[Ours]] = defaultdict(list)
    for one in ours:
        by_txn[one.txn].append(one)
    return [_match_one(amount, by_txn.get(txn, ())) for txn, amount in lines]


def _match_one(amount: int, candidates: Sequence[Ours]) -> Match:
    found = next((one for one in candidates if (one.amount > 0) == (amount > 0)), None)
    found = found or next(iter(candidates), None)
    if found is None:
        return Match(StatementOutcome.UNKNOWN)
    if not found.counts:
        return Match(StatementOutcome.UNKNOWN, found)
    agreed = found.amount == amount
    return Match(StatementOutcome.MATCHED if agreed else StatementOutcome.AMOUNT_DIFFERS, found)


def rank_of(outcome: StatementOutcome, resolution: StatementResolution | None) -> int:
    """Tell where a line stands: open differences, settled ones, then what agrees."""
    if outcome is StatementOutcome.MATCHED:
        return Rank.AGREED
    return Rank.OPEN if resolution is None else Rank.SETTLED
