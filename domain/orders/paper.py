"""What an order kind says on its printed forms: the head, the table behind it, and the accounts it opens."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar

from domain.orders.facts import Facts
from domain.unit import UnitContent

C = TypeVar("C")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """The head of the application form (业务申请表); what a kind does not have stays empty."""

    estate: str = ""
    address: str = ""
    reason: str = ""
    handler: str = ""
    handler_mobile: str = ""


@dataclass(frozen=True, slots=True)
class Annex(Generic[C]):
    """The table behind the application form: its heads, and how one side of a line fills them."""

    columns: tuple[str, ...]
    cells: Callable[[Mapping[str, Any], C, Facts], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Opening:
    """A unit whose account an order opens: its rate in fen per m² and what is due in fen, if there is one."""

    unit: UnitContent
    rate: int | None
    due: int | None


@dataclass(frozen=True, slots=True)
class OpeningList:
    """The accounts that an order opens (开户清册), and the day whose rates hold."""

    deposit_point: date
    units: Sequence[Opening]
