"""Matching an order's contract numbers with the transaction system (匹配交易系统)."""

from typing import Annotated

import strawberry

from domain.trading import Match
from resolvers.act import Done
from resolvers.orders.matching import count_matches, match_contracts
from schema.fields import visit_of
from schema.mutation import INPUT, REHEARSED, ActInput, mutation, result, row_id, subjects
from schema.orders import Order
from schema.problem import Rejected, reject
from schema.types import asks, given, maybe, tells, value


@asks
class OrderContractsMatchInput(ActInput):
    """An order whose contract numbers are compared with the transaction system (匹配交易系统)."""

    order_id: strawberry.ID = given("The order (业务单).")
    version: int | None = maybe("The version that was read, to notice another's change (版本).")


@tells
class MatchCount:
    """How many rows of an order came to one result (匹配统计)."""

    match: Match | None = value("The result; none for rows that were not compared (匹配结果).")
    rows: int = value("How many rows (行数).")


@tells
class ContractsMatched:
    """The rows were compared; each line tells what came of it (匹配完成)."""

    order: Order = value("The order with its lines (业务单).")
    counts: list[MatchCount] = value("How many rows came to which result (匹配统计).")
    dry_run: bool = value(REHEARSED)


MatchResult = Annotated[
    ContractsMatched | Rejected, result("MatchResult", "What came of matching, or why nothing was compared.")
]


@strawberry.type
class MatchActs:
    """The mutation that compares contract numbers with the transaction system."""

    @mutation("order.draft")
    async def order_contracts_match(
        self, info: strawberry.Info, asked: Annotated[OrderContractsMatchInput, INPUT]
    ) -> MatchResult | None:
        """Compare contract numbers with the transaction system, row by row (匹配交易系统) [J 1.3.9 s6]."""
        visit, order = visit_of(info), row_id(info, asked.order_id, "Order", "orderId")
        done = await match_contracts(
            visit, order, asked.version, given=asked, key=asked.idempotency_key, dry_run=asked.dry_run
        )
        if not isinstance(done, Done):
            return reject(visit, done)
        counts = await count_matches(visit, order)
        return ContractsMatched(
            order=(await subjects(visit, done))[0],
            counts=[
                MatchCount(match=match, rows=counts[match]) for match in (*Match, None) if match in counts
            ],
            dry_run=asked.dry_run,
        )
