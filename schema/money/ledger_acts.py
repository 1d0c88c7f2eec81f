"""What the fund office does in the ledger by itself: post interest and use, and take such a booking back."""

from typing import Annotated

import strawberry

from domain.ledger import PostingType
from resolvers.act import Outcome, Work
from resolvers.money.postings import Amounts, post, reverse
from schema.money import Account
from schema.mutation import INPUT, REHEARSED, MoneyActInput, answer, mutation, result, row_id
from schema.problem import Rejected
from schema.scalars import Money
from schema.types import asks, asks_one_of, closed, given, maybe, tells, value

closed(
    PostingType,
    "What the fund office posts by itself (登记类型).",
    {"INTEREST": "Interest, into the accounts (利息).", "USE": "Money used for repairs, out of them (使用)."},
)


@tells
class LedgerPosted:
    """Something was booked on accounts of units (已记账)."""

    accounts: list[Account] = value("The units' accounts, as they are now (分户账).")
    dry_run: bool = value(REHEARSED)


LedgerResult = Annotated[
    LedgerPosted | Rejected, result("LedgerResult", "The accounts that were booked on, or why nothing was.")
]


@asks
class LedgerLineInput:
    """An amount for one unit (分户金额)."""

    unit_id: strawberry.ID = given("The unit (房屋).")
    amount: Money = given("Amount, above zero (金额).")


@asks
class LedgerSharedInput:
    """A total that is shared out: use by gross floor area, interest by balance (分摊金额) [165-20]."""

    total: Money = given("What is shared out, above zero (总金额).")
    unit_ids: list[strawberry.ID] | None = maybe(
        "Among which units; none means all of the estate that are in use (房屋)."
    )


@asks_one_of
class LedgerAmountsInput:
    """How much is booked: for each unit, or a total to share out; one of the two (金额)."""

    lines: list[LedgerLineInput] | None = maybe(
        "An amount for each unit, up to 5,000 (逐户金额).", strawberry.UNSET
    )
    shared: LedgerSharedInput | None = maybe("A total to share out (分摊).", strawberry.UNSET)


@asks
class LedgerPostInput(MoneyActInput):
    """Interest or use to book on the accounts of an estate's units (登记利息、使用)."""

    estate_id: strawberry.ID = given("The estate (物业区域).")
    type: PostingType = given("What is booked (登记类型).")
    amounts: LedgerAmountsInput = given("How much (金额).")
    note: str = given("What it is for, such as the period or the repair's number (说明).")


@asks
class LedgerReverseInput(MoneyActInput):
    """A booking of interest or use to take back as a whole, named by one of its entries (冲正)."""

    unit_account_id: strawberry.ID = given("The account of the entry (分户账).")
    no: int = given("The entry's place in that account (序号).")
    note: str = given("Why (冲正原因).")


def _amounts(info: strawberry.Info, asked: LedgerAmountsInput) -> Amounts:
    if asked.shared:
        units = [row_id(info, one, "Unit", "amounts.shared.unitIds") for one in asked.shared.unit_ids or ()]
        return Amounts(total=asked.shared.total, units=units)
    return Amounts(
        [(row_id(info, one.unit_id, "Unit", "amounts.lines"), one.amount) for one in asked.lines or ()]
    )


@strawberry.type
class LedgerActs:
    """The acts of the ledger."""

    @mutation("ledger.post")
    async def ledger_post(
        self, info: strawberry.Info, asked: Annotated[LedgerPostInput, INPUT]
    ) -> LedgerResult | None:
        """Book interest or use on accounts of an estate's units, all of them or none (登记利息、使用)."""
        estate = row_id(info, asked.estate_id, "Estate", "estateId")
        amounts = _amounts(info, asked.amounts)

        async def effect(work: Work) -> Outcome:
            return await post(work, estate, asked.type, amounts, asked.note)

        return await answer(
            info, asked, effect, lambda done: LedgerPosted(accounts=done.rows, dry_run=done.dry_run)
        )

    @mutation("ledger.post")
    async def ledger_reverse(
        self, info: strawberry.Info, asked: Annotated[LedgerReverseInput, INPUT]
    ) -> LedgerResult | None:
        """Take back a booking of interest or use by a further booking; nothing is erased (冲正)."""
        account = row_id(info, asked.unit_account_id, "Account", "unitAccountId")

        async def effect(work: Work) -> Outcome:
            return await reverse(work, account, asked.no, asked.note)

        return await answer(
            info, asked, effect, lambda done: LedgerPosted(accounts=done.rows, dry_run=done.dry_run)
        )
