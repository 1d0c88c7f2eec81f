"""What an order kind declares: its content, what it needs to know, what it checks and what it changes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, Generic, TypeVar
from uuid import UUID

from domain.change import Change
from domain.city import City
from domain.field import Field
from domain.orders.flow import Ending
from domain.people import NewId
from domain.problem import Problem
from domain.rates import RateRow
from domain.switch import Route


class Holder(StrEnum):
    """Whose a thing is that an order would take, as far as the applicant may be told."""

    OWN = "OWN"
    OTHER = "OTHER"


@dataclass(frozen=True, slots=True)
class Line:
    """One row of an order: `after` is what shall be, `before` what is, by the kind's own field names."""

    no: int
    after: Mapping[str, Any] | None
    before: Mapping[str, Any] | None = None
    target: UUID | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """A thing that an order locks while it is under way."""

    kind: str
    key: str


@dataclass(frozen=True, slots=True)
class Needs:
    """What a kind must know of present data before it can check and plan."""

    rates: bool = False
    estate_key: tuple[str, str] | None = None
    contract_nos: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Present data as the rules see it; the moment and the city's rules included.

    Attributes:
        today: The business day of the submission, which a frozen order keeps.
        attached: The kinds of documents attached.
        estate_holder: Who already has the estate that the order would create.
        contracts_taken: Contract numbers asked for that other units bear.
    """

    city: City
    today: date
    organization: UUID
    route: Route
    rates: Sequence[RateRow] = ()
    attached: frozenset[str] = frozenset()
    estate_holder: Holder | None = None
    contracts_taken: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Totals:
    """What an order amounts to; area in 0.0001 m², due in fen."""

    buildings: int = 0
    units: int = 0
    gross_area: int = 0
    due: int = 0


@dataclass(frozen=True, slots=True)
class Plan:
    """The changes that an order would make, and what they amount to."""

    changes: tuple[Change, ...]
    totals: Totals


C = TypeVar("C")


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderKind(Generic[C]):
    """One kind of business order, whole.

    Attributes:
        code: Its stable name, such as `ESTATE_COLLECTION`.
        letters: Its part of the order number (R-GEN-10).
        label: The manuals' Chinese name.
        action: The right to draft and save one (`authz/actions`).
        endings: What completes it; a city's switch may decide.
        fields: The content's fields that people fill in, header first.
        uploads: The key of `required_uploads` in the city file.
        sheet: The name of its workbook, if it has one.
        freeze: Fills in at submission what the content leaves open.
        check: Finds everything wrong with the whole order.
        plan: Says what approval changes; called only when `check` found nothing.
        undo: Takes back what handing the order in had reserved, when it is rejected or discarded.
    """

    code: str
    letters: str
    label: str
    action: str
    content: type[C]
    fields: tuple[Field, ...]
    endings: Callable[[City], Ending]
    uploads: str
    sheet: str | None = None
    opening_list: bool = False
    needs: Callable[[C, Sequence[Line]], Needs]
    targets: Callable[[C, Sequence[Line]], tuple[Target, ...]]
    freeze: Callable[[C, Facts], C]
    check: Callable[[C, Sequence[Line], Facts], list[Problem]]
    totals: Callable[[C, Sequence[Line], Facts], Totals]
    plan: Callable[[C, Sequence[Line], Facts, NewId], Plan]
    undo: Callable[[C, Facts], tuple[Change, ...]] = field(default=lambda content, facts: ())  # noqa: ARG005 - most undo nothing
    heading: Callable[[C], str] = field(default=lambda content: "")  # noqa: ARG005 - a kind without a name of its own
