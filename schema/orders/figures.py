"""What an order means for money, in the graph: what is due before and after, and what goes back [J 1.3.6]."""

from typing import Annotated, Any
from uuid import UUID

import msgspec
import strawberry

from db.tables.estates import Unit as UnitRow
from resolvers.orders.figures import UnitFigure, find_figures
from resolvers.page import Window
from resolvers.visit import Visit
from schema.bindings import One
from schema.estates import Unit
from schema.fields import visit_of
from schema.ids import read_id
from schema.loading import load_one
from schema.orders.unit_change import RefundAccount
from schema.paging import After, Before, Connection, First, Last
from schema.scalars import Money
from schema.told import cut, page
from schema.types import resolved, tells, value


@tells
class OrderFigure:
    """What an order means for the money of one unit (变更前后应交与退款)."""

    visit: strawberry.Private[Visit]
    unit_id: strawberry.Private[UUID]
    line: int = value("Number of the order's line (行号).")
    due_before: Money = value("First deposit that was due (变更前应交).")
    due: Money = value("First deposit that will be due (变更后应交).")
    paid: Money = value("What was paid of it and is not promised back (首期已交).")
    refund: Money = value("What goes back (应退金额).")
    outstanding: Money = value("What will be still to be paid (变更后未交).")
    refund_account: RefundAccount | None = value("Where it goes, once the applicant has said so (退款账户).")

    @resolved()
    async def unit(self) -> Unit | None:
        """The unit as it is now (房屋)."""
        return await load_one(self.visit, One(UnitRow, "id"), self.unit_id)


@tells
class OrderFigures:
    """What an order means for the money of its units (业务单金额变化)."""

    visit: strawberry.Private[Visit]
    found: strawberry.Private[list[UnitFigure]]
    refund_count: int = value("How many units get money back (退款户数).")
    refund_total: Money = value("What goes back in all (应退合计).")

    @resolved()
    async def lines(
        self, first: First = None, after: After = None, last: Last = None, before: Before = None
    ) -> Connection[OrderFigure]:
        """Units whose due changes or whose money goes back, in the order of the lines, by pages (明细)."""
        span = cut([str(one.figure.line) for one in self.found], Window(first, after, last, before))
        return page(span, [_figure(self.visit, one) for one in self.found[span.begin : span.end]])


def _figure(visit: Visit, found: UnitFigure) -> OrderFigure:
    figure = found.figure
    account: Any = figure.payee and msgspec.to_builtins(figure.payee)
    return OrderFigure(
        visit=visit,
        unit_id=found.unit,
        line=figure.line,
        due_before=Money(figure.due_before),
        due=Money(figure.due),
        paid=Money(figure.paid),
        refund=Money(figure.refund),
        outstanding=Money(max(figure.due - figure.paid, 0)),
        refund_account=account,
    )


_Order = Annotated[strawberry.ID, strawberry.argument(description="The order (业务单).")]


@strawberry.type
class FigureQueries:
    """What can be asked about the money of an order."""

    @resolved("order.view")
    async def order_figures(self, info: strawberry.Info, order_id: _Order) -> OrderFigures | None:
        """What an order means for the money of its units: now while it is drafted, else as it was handed in.

        Null if the order or the accounts may not be seen (业务单金额变化).
        """
        visit = visit_of(info)
        name, city, order = read_id(order_id, "orderId")
        if name != "Order" or city != visit.signed_in().city:
            return None
        found = await find_figures(visit, order)
        if found is None:
            return None
        refunds = [one.figure.refund for one in found if one.figure.refund]
        return OrderFigures(
            visit=visit, found=list(found), refund_count=len(refunds), refund_total=Money(sum(refunds))
        )
