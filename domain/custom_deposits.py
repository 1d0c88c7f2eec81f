"""Custom deposits (自定义交款) [J 1.4.3]: what is due in another way, and top-ups of what was used (续筹)."""

from enum import StrEnum

from domain.batch import SkipReason
from domain.deposits import DepositType, UnitAccount, deposit_type, first_deposit
from domain.money import MAX_FEN, format_yuan
from domain.problem import Problem, ProblemCode
from domain.status import AccountStatus, UnitStatus

_LOW_OF, _LOW = 10, 3


class CustomType(StrEnum):
    """What a custom deposit may be for whose amounts the product works out; a top-up comes by its sheet."""

    FIRST = "FIRST"
    SUPPLEMENT = "SUPPLEMENT"
    OTHER = "OTHER"

    @property
    def deposit_type(self) -> DepositType:
        """The type of deposit that its notice asks for."""
        return DepositType(self.value)


def is_low(status: str, paid_first: int, balance: int) -> bool:
    """Tell whether less than 30 % of the first deposit is left, so that a top-up is due [165-17].

    What was never paid is no reason for a top-up, and an account that is not in use gets none.
    """
    return status == AccountStatus.OPEN.value and balance * _LOW_OF < paid_first * _LOW


def check_account(unit_status: str, account_status: str) -> Problem | None:
    """Tell whether a custom deposit can be asked for a unit at all."""
    if unit_status != UnitStatus.ACTIVE.value:
        return Problem(ProblemCode.UNIT_NOT_ACTIVE)
    if account_status != AccountStatus.OPEN.value:
        return Problem(ProblemCode.ACCOUNT_FROZEN)
    return None


def before_top_up(account: UnitAccount) -> SkipReason | None:
    """Tell what has to be paid before a top-up can be asked: the first deposit and what changes added."""
    if isinstance(first_deposit(account), Problem):
        return None
    first = deposit_type(account) is DepositType.FIRST
    return SkipReason.FIRST_DUE if first else SkipReason.SUPPLEMENT_DUE


def check_top_up(account: UnitAccount) -> Problem | None:
    """Tell whether a top-up can be asked, and how much has to be paid before it."""
    amount = first_deposit(account)
    if isinstance(amount, Problem):
        return None
    return Problem(ProblemCode.FIRST_DEPOSIT_DUE, params={"amount": format_yuan(amount)})


def check_total(total: int) -> Problem | None:
    """Tell whether one notice can ask so much at all: there are no words for more."""
    if total <= MAX_FEN:
        return None
    params = {"label": "合计金额", "max": format_yuan(MAX_FEN)}
    return Problem(ProblemCode.AMOUNT_INVALID, "file", params=params)


def not_asked(kind: CustomType, account: UnitAccount) -> SkipReason | None:
    """Tell why a unit is not on a custom notice of a type; OTHER asks for whatever is due."""
    if isinstance(first_deposit(account), Problem):
        return SkipReason.FULLY_PAID
    due = deposit_type(account)
    if kind is CustomType.OTHER or due is kind.deposit_type:
        return None
    return SkipReason.FIRST_DUE if due is DepositType.FIRST else SkipReason.SUPPLEMENT_DUE
