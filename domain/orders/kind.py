"""What an order kind declares: its content, what it needs to know, what it checks, changes and prints."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar
from uuid import UUID

from domain.change import Change
from domain.city import City
from domain.field import Field
from domain.orders.facts import Facts, Line, Needs, Target, Totals
from domain.orders.flow import Ending
from domain.orders.paper import Annex, Cover, Figure, OpeningList
from domain.orders.rows import RowForm, Shape
from domain.people import NewId
from domain.problem import Problem

C = TypeVar("C")


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderKind(Generic[C]):
    """One kind of business order, whole: what is not declared here it does not have.

    Attributes:
        code: Its stable name, such as `ESTATE_COLLECTION`.
        letters: Its part of the order number (R-GEN-10).
        label: The manuals' Chinese name.
        action: The right to draft and save one (`authz/actions`).
        content: What an order of the kind says as a whole.
        fields: The content's fields that people fill in, in the order of the form.
        endings: What completes it; a city's switch may decide.
        offered: Whether a city has this business at all.
        uploads: The key of `required_uploads` in the city file.
        about: What one drafts it about: nothing yet, an estate, or the own organization.
        rows: How its lines are typed, if it has lines. If they have the shape of what the order is about, its
            one line is that thing itself.
        sheet: The name of the workbook by which its lines may come, if it has one.
        fetches: Whether its lines may come from the transaction system (接口获取).
        names: The units of its estate that the content itself names.
        needs: What it must know before it can be checked.
        targets: What it locks while it is under way.
        freeze: Fills in at submission what the content leaves open.
        check: Finds everything wrong with the whole order.
        totals: Says what it amounts to, as far as it can be told.
        plan: Says what approval changes; called only when `check` found nothing.
        undo: Takes back what handing the order in had reserved, when it is rejected or discarded.
        form: The name of its application form (`reports/forms`).
        cover: What the head of that form says.
        on_cover: The fields that the head shows, and which therefore are not listed beneath it.
        annex: The table behind the form, if its lines are printed.
        opens: The accounts that it opens, if it opens any.
        figures: What it means for the money of its lines' units; the form says it, and the refunds.
    """

    code: str
    letters: str
    label: str
    action: str
    content: type[C]
    fields: tuple[Field, ...]
    endings: Callable[[City], Ending]
    offered: Callable[[City], bool] = field(default=lambda _city: True)
    uploads: str
    about: Shape | None = None
    rows: RowForm | None = None
    sheet: str | None = None
    fetches: bool = False
    names: Callable[[C], frozenset[UUID]] = field(default=lambda _content: frozenset())
    needs: Callable[[C, Sequence[Line]], Needs] = field(default=lambda _content, _lines: Needs())
    targets: Callable[[C, Sequence[Line], Facts], tuple[Target, ...]] = field(
        default=lambda _content, _lines, _facts: ()
    )
    freeze: Callable[[C, Facts], C] = field(default=lambda content, _facts: content)
    check: Callable[[C, Sequence[Line], Facts], list[Problem]] = field(
        default=lambda _content, _lines, _facts: []
    )
    totals: Callable[[C, Sequence[Line], Facts], Totals] = field(
        default=lambda _content, _lines, _facts: Totals()
    )
    plan: Callable[[C, Sequence[Line], Facts, NewId], tuple[Change, ...]]
    undo: Callable[[C, Facts], tuple[Change, ...]] = field(default=lambda _content, _facts: ())
    form: str = "order_application"
    cover: Callable[[C], Cover] = field(default=lambda _content: Cover())
    on_cover: frozenset[str] = frozenset()
    annex: Annex[C] | None = None
    opens: Callable[[C, Sequence[Line], Facts], OpeningList] | None = None
    figures: Callable[[C, Sequence[Line], Facts], tuple[Figure, ...]] = field(
        default=lambda _content, _lines, _facts: ()
    )
