"""What an order meant for the money of its units when it was handed in, as its form says it [J 1.3.6 s7]."""

from collections.abc import Callable, Mapping, Sequence
from uuid import UUID

from sqlalchemy import select

from db.given import among
from db.tables.money import Account, Refund
from db.tables.orders import BusinessOrder
from db.tables.organizations import Organization
from domain.money import format_yuan
from domain.orders.facts import Line, checked
from domain.orders.paper import Figure
from domain.refunds import share_refund
from domain.status import AccountHolder
from reports.forms.change_refund import RefundLine, RefundPayee
from resolvers.act import Work
from resolvers.money.owners import load_owners

DUE = "首期应交（元）"
_PLACE = ("building", "section", "room_no")


def with_due(cells: tuple[str, ...], figure: Figure | None, *, before: bool) -> tuple[str, ...]:
    """Put what is due behind a line's cells."""
    if figure is None:
        return (*cells, "")
    return (*cells, format_yuan(figure.due_before if before else figure.due))


async def find_refunds(
    work: Work, order: BusinessOrder, lines: Sequence[Line], figures: Mapping[int, Figure]
) -> list[RefundLine]:
    """List the units whose money goes back, in the order of the lines, and to whom it goes."""
    found = [(line, figures[line.no]) for line in lines if line.no in figures and figures[line.no].refund]
    unnamed = [checked(line.target) for line, figure in found if figure.payee is None]
    owners, developers = await load_owners(work, unnamed), await _find_developers(work, order, unnamed)
    promised = await _find_promised(work, order)

    def share(unit: UUID, amount: int) -> Sequence[RefundPayee]:
        """Tell what approval shared out; before it, share out alike for each to fill in the account."""
        if unit in promised:
            return promised[unit]
        names = [(owner.name, owner.share) for owner in owners.get(unit, ())]
        parts = share_refund(amount, names, developers.get(unit))
        return tuple(RefundPayee(part.amount, part.payee or "") for part in parts)

    return [_refund(line, figure, share) for line, figure in found]


async def _find_promised(work: Work, order: BusinessOrder) -> Mapping[UUID, Sequence[RefundPayee]]:
    """Read to whom an approved order's refunds go, with the accounts that the office was told meanwhile."""
    rows = await work.session.scalars(
        select(Refund)
        .where(Refund.city == order.city, Refund.order_id == order.id)
        .order_by(Refund.refund_no)
    )
    found: dict[UUID, list[RefundPayee]] = {}
    for row in rows:
        payee = (row.payee_name or "", row.payee_account or "", row.payee_bank or "")
        found.setdefault(row.unit_id, []).append(RefundPayee(row.amount, *payee))
    return found


async def _find_developers(work: Work, order: BusinessOrder, units: Sequence[UUID]) -> Mapping[UUID, str]:
    """Name the developer to whom the money of units belongs, by the units."""
    rows = await work.session.execute(
        select(Account.unit_id, Account.holder, Organization.name)
        .join(Organization, (Organization.city == Account.city) & (Organization.id == Account.org_id))
        .where(Account.city == order.city, among(Account.unit_id, units))
        .order_by(Account.id)
    )
    last = {row.unit_id: row for row in rows}
    return {unit: row.name for unit, row in last.items() if row.holder == AccountHolder.DEVELOPER.value}


def _refund(line: Line, figure: Figure, share: Callable[[UUID, int], Sequence[RefundPayee]]) -> RefundLine:
    said, amount, payee = checked(line.before), figure.refund, figure.payee
    named = payee and RefundPayee(amount, payee.holder, payee.number, payee.bank)
    return RefundLine(
        unit=" ".join(said[name] for name in _PLACE if said.get(name)),
        due_before=figure.due_before,
        due=figure.due,
        paid=figure.paid,
        amount=amount,
        payees=(named,) if named else share(checked(line.target), amount),
        balance=figure.balance,
    )
