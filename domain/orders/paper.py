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
    """The table behind the application form: its heads, and how one side of a line fills them.

    Attributes:
        ended: What a line is called that shall be no more.
        added: What a line is called that shall be new beside others.
    """

    columns: tuple[str, ...]
    cells: Callable[[Mapping[str, Any], C, Facts], tuple[str, ...]]
    ended: str = "注销"
    added: str = "新增"


@dataclass(frozen=True, slots=True, kw_only=True)
class Payee:
    """The account to which a refund shall go (退款账户)."""

    holder: str
    number: str
    bank: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """What an order means for the money of one of its lines' units, as it was handed in; amounts in fen.

    Attributes:
        due_before: What was due of the first deposit.
        due: What will be due.
        paid: What was paid of it.
        refund: What goes back.
        payee: Where that goes, if the applicant has said so.
        balance: What the account holds, where it is all of it that goes back.
    """

    line: int
    due_before: int
    due: int
    paid: int
    refund: int
    payee: Payee | None = None
    balance: int | None = None


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
