"""What an order meant for the money of its units when it was handed in, as its form says it [J 1.3.6 s7]."""

from collections.abc import Mapping, Sequence

import msgspec
from sqlalchemy import select

from db.tables.orders import BusinessOrder, OrderStep
from domain.money import format_yuan
from domain.orders.facts import Line, checked
from domain.orders.flow import Step
from domain.orders.paper import Figure
from reports.forms.change_refund import RefundLine
from resolvers.act import Work

DUE = "首期应交（元）"
_PLACE = ("building", "section", "room_no")


async def load_figures(work: Work, order: BusinessOrder) -> Mapping[int, Figure]:
    """Read what the last submission wrote down, by the numbers of the lines.

    The form is printed after the change as well, when the accounts already say something else.
    """
    snapshot = await work.session.scalar(
        select(OrderStep.snapshot)
        .where(
            OrderStep.city == order.city,
            OrderStep.order_id == order.id,
            OrderStep.step.in_((Step.SUBMIT.value, Step.SAVE.value)),
            OrderStep.snapshot.is_not(None),
        )
        .order_by(OrderStep.id.desc())
        .limit(1)
    )
    figures = msgspec.convert((snapshot or {}).get("figures", []), list[Figure])
    return {figure.line: figure for figure in figures}


def with_due(cells: tuple[str, ...], figure: Figure | None, *, before: bool) -> tuple[str, ...]:
    """Put what is due behind a line's cells."""
    if figure is None:
        return (*cells, "")
    return (*cells, format_yuan(figure.due_before if before else figure.due))


def refunds_of(lines: Sequence[Line], figures: Mapping[int, Figure]) -> list[RefundLine]:
    """List the units whose money goes back in part, in the order of the lines."""
    return [
        _refund(line, figures[line.no]) for line in lines if line.no in figures and figures[line.no].refund
    ]


def _refund(line: Line, figure: Figure) -> RefundLine:
    said = checked(line.before)
    payee = figure.payee
    return RefundLine(
        unit=" ".join(said[name] for name in _PLACE if said.get(name)),
        due_before=figure.due_before,
        due=figure.due,
        paid=figure.paid,
        amount=figure.refund,
        account=None if payee is None else (payee.holder, payee.number, payee.bank),
    )
