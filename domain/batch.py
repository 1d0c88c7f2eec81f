"""Batch deposits (开发建设单位批量交款): what a developer chooses and says, and which units are left out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from domain.deposits import DepositType, UnitAccount, deposit_type
from domain.identity import check_mobile, fold
from domain.problem import Invalid, Problem, ProblemCode
from domain.receipts import ReceiptMode
from domain.switch import BatchSelection, Demand, Switches

MAX_UNITS = 5_000
"""So many units stand on one batch notice at most."""

MAX_SKIPS = 1_000
"""So many units that were left out are named; beyond that they are only counted."""


class PayMode(StrEnum):
    """Whether the developer pays out of its own pocket, or passes on what owners gave it (F47)."""

    ADVANCE = "ADVANCE"
    ON_BEHALF = "ON_BEHALF"


PAY_MODE_LABELS = {PayMode.ADVANCE: "垫付", PayMode.ON_BEHALF: "代交"}
RECEIPT_MODE_LABELS = {ReceiptMode.SUMMARY: "汇总开票", ReceiptMode.PER_UNIT: "分户开票"}


class SkipReason(StrEnum):
    """Why a chosen unit is not on a notice for many units, nor on the sheet of one (R-NOT-4)."""

    FULLY_PAID = "FULLY_PAID"
    OPEN_NOTICE = "OPEN_NOTICE"
    SUPPLEMENT_DUE = "SUPPLEMENT_DUE"
    FIRST_DUE = "FIRST_DUE"


@dataclass(frozen=True, slots=True)
class Skip:
    """A unit that was left out, named as people do; with the number of its open notice, if it has one."""

    code: str
    room: str
    reason: SkipReason
    notice_no: str | None = None


@dataclass(frozen=True, slots=True)
class Terms:
    """What is asked once for the whole batch [L 2.3.1]; the mobile number is the one that was typed."""

    pay_mode: PayMode | None = None
    receipt_mode: ReceiptMode | None = None
    receipt_mobile: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing was said."""
        return self.pay_mode is None and self.receipt_mode is None and not fold(self.receipt_mobile)


_BY_BUILDINGS = {"feature": "按幢批量交款", "instead": "PICK_UNITS"}
_BY_UNITS = {"feature": "按户批量交款", "instead": "PICK_BUILDINGS"}


def check_selection(city: Switches, *, buildings: bool, units: bool) -> Problem | None:
    """Tell whether a batch may be picked so here: by buildings, by units, or both [L 2.3.1][J 1.4.1]."""
    if not buildings and not units:
        path = "buildingIds" if BatchSelection.BUILDING in city.batch_deposit_selection else "unitIds"
        return Problem(ProblemCode.FIELD_REQUIRED, path, params={"label": "楼幢或房屋"})
    if buildings and BatchSelection.BUILDING not in city.batch_deposit_selection:
        return Problem(ProblemCode.PROFILE_FEATURE_OFF, "buildingIds", params=_BY_BUILDINGS)
    if units and BatchSelection.UNIT not in city.batch_deposit_selection:
        return Problem(ProblemCode.PROFILE_FEATURE_OFF, "unitIds", params=_BY_UNITS)
    return None


def check_terms(city: Switches, terms: Terms) -> tuple[Problem, ...]:
    """List what is missing of a batch's terms, and what the city does not ask for."""
    found: list[Problem] = []
    if city.batch_deposit_needs_owners is Demand.REQUIRED and terms.pay_mode is None:
        found.append(Problem(ProblemCode.FIELD_REQUIRED, "payMode", params={"label": "交款方式"}))
    mobile = fold(terms.receipt_mobile)
    for path, label, switch, given in (
        ("receiptMode", "开票方式", city.receipt_mode, terms.receipt_mode is not None),
        ("receiptMobile", "领取票据的手机号", city.receipt_mobile, bool(mobile)),
    ):
        if switch is Demand.REQUIRED and not given:
            found.append(Problem(ProblemCode.FIELD_REQUIRED, path, params={"label": label}))
        if switch is Demand.OFF and given:
            params = {"feature": label, "instead": "LEAVE_OUT"}
            found.append(Problem(ProblemCode.PROFILE_FEATURE_OFF, path, params=params))
    if mobile:
        try:
            check_mobile(mobile, "receiptMobile")
        except Invalid as wrong:
            found.append(wrong.problem)
    return tuple(found)


def batch_type(accounts: Iterable[UnitAccount]) -> DepositType:
    """Tell what a batch is for: the first deposit if any unit owes one, else what changes added.

    The bank pays one kind of deposit by one notice, so units of the other kind wait for a notice of theirs.
    """
    types = {deposit_type(account) for account in accounts}
    return DepositType.SUPPLEMENT if types == {DepositType.SUPPLEMENT} else DepositType.FIRST


def nothing_left(skips: Sequence[Skip]) -> tuple[Problem, ...]:
    """Say that nothing is due, and which of the units stand on open notices (R-NOT-4)."""
    noticed = [skip for skip in skips if skip.notice_no is not None]
    params = {"noticed": str(len(noticed))} if noticed else {}
    return (
        Problem(ProblemCode.NOTHING_DUE, params=params),
        *(
            Problem(ProblemCode.UNIT_HAS_OPEN_NOTICE, params={"room": skip.room, "notice_no": skip.notice_no})
            for skip in noticed
            if skip.notice_no is not None
        ),
    )
