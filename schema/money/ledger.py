"""What proves and sums up the ledger in the graph: seals of days, proofs of entries, and statements."""

from datetime import datetime
from typing import Annotated, Any

import strawberry

from domain.proofs import Proof
from domain.status import EntryType
from resolvers.money.seals import list_seals, prove_entry, prove_receipt
from resolvers.money.summaries import sum_up
from schema.fields import visit_of
from schema.ids import read_id
from schema.scalars import Day, Moment, Money
from schema.types import resolved, tells, value

_MAX_SEALS = 100


@tells
class DaySeal:
    """The seal over all entries of one day, which also covers the seal before it (日封签)."""

    day: Day = value("The day (日期).")
    entries: int = value("How many entries it covers (分录数).")
    root: str = value("The root of the Merkle tree over them, in hex (默克尔根).")
    seal: str = value("The seal, in hex; to be kept where nobody can change it (封签).")
    sealed_at: Moment = value("When it was sealed (封签时间).")


@tells
class EntryProof:
    """That an entry is among those of a sealed day; anybody can check it without the product (存证)."""

    day: Day = value("The day of the entry (日期).")
    amount: Money = value("Amount of the entry (金额).")
    seal: str = value("The seal that it leads to, in hex (封签).")
    document: str = value(
        "The proof as a JSON text to be saved as a file; `python -m api proof <file>` checks it (存证文件)."
    )


@tells
class LedgerStatementLine:
    """What entries of one type came to (按类型汇总)."""

    type: EntryType = value("Type of entry (类型).")
    entries: int = value("How many (笔数).")
    amount: Money = value("What they add up to; into the accounts is positive (金额).")


@tells
class LedgerStatement:
    """What a unit, building, estate or the city held, and what changed it over a time (对账汇总)."""

    since: Moment | None = value("From when on, null from the beginning (起始时间).")
    until: Moment = value("Until when (截止时间).")
    opening: Money = value("What was held at the beginning (期初余额).")
    closing: Money = value("What was held at the end (期末余额).")
    lines: list[LedgerStatementLine] = value("What changed it, type by type (发生额).")


_Account = Annotated[strawberry.ID, strawberry.argument(description="The account (账户).")]
_Receipt = Annotated[strawberry.ID, strawberry.argument(description="The receipt (票据).")]
_No = Annotated[int, strawberry.argument(description="The entry's place in it (序号).")]
_UntilDay = Annotated[
    Day | None, strawberry.argument(description="None that is later than this day (截止日期).")
]
_Count = Annotated[int, strawberry.argument(description="How many, up to 100 (数量).")]
_Subject = Annotated[
    strawberry.ID | None,
    strawberry.argument(
        description="A unit, building, estate or account; without one the whole city (对象)."
    ),
]
_Since = Annotated[Moment | None, strawberry.argument(description="From this moment on (起始时间).")]
_Until = Annotated[
    Moment | None,
    strawberry.argument(
        description="Until this moment, itself not included; all up to now if none is named (截止时间)."
    ),
]


@strawberry.type
class LedgerQueries:
    """What can be asked about the ledger as a whole."""

    @resolved("account.view")
    async def ledger_seals(
        self, info: strawberry.Info, until_day: _UntilDay = None, first: _Count = _MAX_SEALS
    ) -> list[DaySeal]:
        """Seals of the days of the caller's city that had entries, the newest first (日封签)."""
        day: Any = until_day
        rows = await list_seals(visit_of(info), day, max(0, min(first, _MAX_SEALS)))
        return [
            DaySeal(
                day=Day(row.day),
                entries=row.entries,
                root=row.root.hex(),
                seal=row.hash.hex(),
                sealed_at=Moment(row.sealed_at),
            )
            for row in rows
        ]

    @resolved("account.view")
    async def entry_proof(
        self, info: strawberry.Info, unit_account_id: _Account, no: _No
    ) -> EntryProof | None:
        """Proof that an entry stands in the sealed books; null until the next morning (分录存证)."""
        visit = visit_of(info)
        name, city, account = read_id(unit_account_id, "unitAccountId")
        if name != "Account" or city != visit.signed_in().city:
            return None
        proof = await prove_entry(visit, account, no)
        return None if proof is None else _show(proof)

    @resolved("account.view")
    async def receipt_proofs(self, info: strawberry.Info, receipt_id: _Receipt) -> list[EntryProof]:
        """Proofs of what a receipt is about, one a unit; none until the next morning (票据存证)."""
        visit = visit_of(info)
        name, city, receipt = read_id(receipt_id, "receiptId")
        if name != "Receipt" or city != visit.signed_in().city:
            return []
        return [_show(proof) for proof in await prove_receipt(visit, receipt)]

    @resolved("account.view")
    async def ledger_statement(
        self,
        info: strawberry.Info,
        subject_id: _Subject = None,
        since: _Since = None,
        until: _Until = None,
    ) -> LedgerStatement | None:
        """What something held and what changed it over a time; null if it may not be seen (对账汇总)."""
        visit = visit_of(info)
        subject = None if subject_id is None else read_id(subject_id, "subjectId")
        if subject is not None and subject[1] != visit.signed_in().city:
            return None
        begin: datetime | None = since
        end: datetime | None = until
        found = await sum_up(visit, subject and (subject[0], subject[2]), begin, end)
        if found is None:
            return None
        return LedgerStatement(
            since=None if begin is None else Moment(begin),
            until=Moment(end or visit.now),
            opening=Money(found.opening),
            closing=Money(found.opening + sum(line.amount for line in found.lines)),
            lines=[
                LedgerStatementLine(type=line.type, entries=line.entries, amount=Money(line.amount))
                for line in found.lines
            ],
        )


def _show(proof: Proof) -> EntryProof:
    facts = proof.facts()
    return EntryProof(
        day=Day(proof.day), amount=Money(int(facts["fen"])), seal=proof.seal.hex(), document=proof.write()
    )
