"""Comparing an order's contract numbers with the transaction system, row by row [J 1.3.9 s6]."""

from collections.abc import Mapping, Sequence
from functools import partial
from uuid import UUID

from sqlalchemy import func, select

from db.tables.orders import BusinessOrder, OrderLine
from domain.orders.contract_rows import ContractContent, match_row, read_row
from domain.orders.facts import Line, checked
from domain.orders.rows import Shape
from domain.people import NumberKind
from domain.problem import Problem, ProblemCode
from domain.refusal import NotFound
from domain.trading import Match, SaleContract
from resolvers.act import Done, Outcome, Refused, Work, act, settle
from resolvers.orders.editing import count_totals, open_for_editing
from resolvers.orders.facts import kind_of, load_contracts_taken, load_external_units, load_lines
from resolvers.orders.picks import write_contents
from resolvers.trading.asking import ask_trading
from resolvers.visit import Visit

_NAME = "orderContractsMatch"
_NOTHING_TYPED = Problem(
    ProblemCode.FIELD_REQUIRED, "lines", params={"label": "业主姓名、证件号码和房屋合同号"}
)

Contracts = Mapping[str, SaleContract]


async def match_contracts(
    visit: Visit, order_id: UUID, version: int | None, *, given: object, key: str | None, dry_run: bool
) -> Outcome:
    """Compare every row that is filled in, and keep with each what came of it.

    The transaction system is asked between two transactions: the first sees that the order may be edited
    and which numbers it names, the second compares what the rows say by then.
    """
    numbers: list[str] = []

    async def look(work: Work) -> Outcome:
        order = await _open(work, order_id, version)
        if isinstance(order, Refused):
            return order
        rows = [read_row(line.after) for line in await load_lines(work.visit, order)]
        numbers[:] = sorted({row.contract_no for row in rows if row.is_filled and row.contract_no})
        return Done("Order", (order.id,)) if numbers else Refused.because(_NOTHING_TYPED)

    seen = await act(visit, _NAME, look, dry_run=True)
    await settle(visit)
    found = seen if isinstance(seen, Refused) else await _ask(visit, numbers)

    async def effect(work: Work) -> Outcome:
        if isinstance(found, Refused):
            return found
        return await _compare(work, order_id, version, frozenset(numbers), found)

    # Refusals come this way too: a repetition of what was done is told so, whatever would be said today.
    return await act(visit, _NAME, effect, given=given, key=key, dry_run=dry_run)


async def _ask(visit: Visit, numbers: Sequence[str]) -> Contracts | Refused:
    found = await ask_trading(visit, lambda system: system.find_contracts(numbers))
    return Refused.because(found) if isinstance(found, Problem) else found


async def _open(work: Work, order_id: UUID, version: int | None) -> BusinessOrder | Refused:
    """Find an order of contracts that may be edited now.

    Raises:
        NotFound: It is not there, or its lines are about something else.
    """
    order = await open_for_editing(work, order_id, version)
    if isinstance(order, BusinessOrder):
        form = kind_of(order).rows
        if form is None or form.shape is not Shape.CONTRACT:
            raise NotFound
    return order


async def _compare(
    work: Work, order_id: UUID, version: int | None, asked: frozenset[str], found: Contracts
) -> Outcome:
    """Compare the rows whose numbers were asked for; what was typed meanwhile is left for the next time."""
    order = await _open(work, order_id, version)
    if isinstance(order, Refused):
        return order
    lines = [line for line in await load_lines(work.visit, order) if _is_asked(line, asked)]
    sells = {contract.external_id for contract in found.values() if contract.external_id is not None}
    taken = set(await load_contracts_taken(work, asked))
    external = dict(await load_external_units(work, sells))
    blind = partial(work.visit.desk.sealer.blind, NumberKind.ID_NUMBER)
    rows: dict[int, ContractContent] = {}
    for line in lines:
        number = read_row(line.after).contract_no or ""
        rows[line.no] = row = match_row(line, found.get(number), blind, taken, external)
        if row.match is Match.MATCHED:
            # One contract is one unit's within the order too.
            taken.add(number)
            external |= {row.sells: checked(line.target)} if row.sells else {}
    if rows:
        await write_contents(work, order, rows)
    await count_totals(work, order)
    matched = sum(row.match is Match.MATCHED for row in rows.values())
    return Done("Order", (order.id,), {"orderNo": order.order_no, "rows": len(rows), "matched": matched})


def _is_asked(line: Line, asked: frozenset[str]) -> bool:
    row = read_row(line.after)
    return row.is_filled and row.contract_no in asked


async def count_matches(visit: Visit, order_id: UUID) -> Mapping[Match | None, int]:
    """Count an order's rows by what came of comparing them; those that were not compared stand under None."""
    result = OrderLine.after["match"].astext
    rows = await visit.run(
        select(result.label("result"), func.count().label("lines"))
        .where(OrderLine.city == visit.city.code, OrderLine.order_id == order_id)
        .group_by(result)
    )
    return {Match(row.result) if row.result else None: row.lines for row in rows}
