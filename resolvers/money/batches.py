"""Batch notices (批量交存通知单): one demand for many units, paid at the bank [L 2.3.1][J 1.4.1]."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from domain.batch import Terms, check_terms, nothing_left
from domain.custom_deposits import check_total
from domain.identity import check_mobile
from domain.people import NumberKind, Owner
from domain.problem import Problem, ProblemCode
from domain.receipts import ReceiptMode
from domain.switch import BatchNoticeIssue, NoticeKind
from resolvers.act import Done, Outcome, Refused, Work
from resolvers.money.batch_cases import (
    Batch,
    Selection,
    check_contracts,
    developer_owner,
    place_of,
    select_units,
    told,
    weigh,
)
from resolvers.money.demands import Case
from resolvers.money.notices import flag_manual_filing
from resolvers.money.owners import owner_of
from resolvers.money.shared_notices import SharedNotice, find_repeated, write_shared
from resolvers.orders.words import as_json


@dataclass(frozen=True, slots=True)
class Payees:
    """Who stands on each unit's row, by unit; on a row without owners it is the developer.

    Attributes:
        codes: Organization codes (机构代码) that were typed on rows of the developer's own.
    """

    developer: Owner
    owners: Mapping[UUID, tuple[Owner, ...]]
    codes: Mapping[UUID, str] = field(default_factory=dict[UUID, str])

    def of(self, case: Case) -> tuple[Owner, ...]:
        """Give the people on a unit's row, or the developer."""
        return self.owners.get(case.unit.id) or (self.developer,)


async def issue(work: Work, picked: Selection, terms: Terms, *, ignore_missing_contract: bool) -> Outcome:
    """Make one notice for everything that is due of the ticked buildings or units, by the button [J 1.4.1].

    Asking again for the same gives the notice that is open (R-NOT-1).
    """
    units = await select_units(work, picked)
    if isinstance(units, Refused):
        return units
    if work.city.batch_notice_issue is not BatchNoticeIssue.BUTTON:
        feature = {"feature": "不经导入开具批量通知单", "instead": "IMPORT_OWNERS"}
        return Refused.because(Problem(ProblemCode.PROFILE_FEATURE_OFF, params=feature))
    wrong = check_terms(work.city, terms)
    if wrong:
        return Refused(wrong)
    batch = await weigh(work, picked.estate, units)
    check_contracts(work, batch.fresh, ignore=ignore_missing_contract)
    owners = {case.unit.id: tuple(map(owner_of, case.present)) for case in (*batch.fresh, *batch.noticed)}
    payees = Payees(developer_owner(work, batch.developer), owners)
    return await conclude(work, batch, payees, terms, path="buildingIds" if picked.buildings else "unitIds")


async def conclude(work: Work, batch: Batch, payees: Payees, terms: Terms, *, path: str) -> Outcome:
    """Write the notice, or give the open one that says the same, or say why there is none."""
    if batch.problems:
        return Refused(tuple(replace(problem, path=path) for problem in batch.problems))
    if not batch.fresh:
        present = await _present(work, batch, payees, terms)
        return _done(batch, present, 0) if present else Refused(nothing_left(batch.skipped))
    beyond = check_total(sum(case.amount for case in batch.fresh))
    if beyond is not None:
        return Refused.because(replace(beyond, path=path))
    await flag_manual_filing(work, batch.fresh)
    return _done(batch, await _write(work, batch, payees, terms), len(batch.fresh))


def _done(batch: Batch, notice: UUID, issued: int) -> Done:
    return Done("Notice", (notice,), {"units": issued, **told(batch.skipped)})


async def _present(work: Work, batch: Batch, payees: Payees, terms: Terms) -> UUID | None:
    """Find the one open batch notice of just these units that a new one would only repeat."""
    notice = await find_repeated(work, NoticeKind.BATCH, batch.noticed, payees.of)
    if notice is None:
        return None
    same_terms = (notice.pay_mode, notice.receipt_mode, _blind(notice.snapshot["receipt_mobile"])) == (
        terms.pay_mode,
        _receipt_mode(terms),
        _blind(_receipt_mobile(work, terms)),
    )
    return notice.id if same_terms else None


async def _write(work: Work, batch: Batch, payees: Payees, terms: Terms) -> UUID:
    """Write the notice; of the developer's own rows the lines keep the organization code that was typed."""

    def place(case: Case) -> dict[str, Any]:
        code = payees.codes.get(case.unit.id)
        return {**place_of(case), **({"org_code": code} if code else {})}

    return await write_shared(
        work,
        SharedNotice(
            estate=batch.estate,
            developer=batch.developer,
            payer=payees.developer,
            kind=NoticeKind.BATCH,
            deposit_type=batch.deposit_type,
            cases=batch.fresh,
            owners_of=payees.of,
            place_of=place,
            columns={"pay_mode": terms.pay_mode, "receipt_mode": _receipt_mode(terms)},
            said={"receipt_mobile": _receipt_mobile(work, terms)},
        ),
    )


def _receipt_mode(terms: Terms) -> str:
    return (terms.receipt_mode or ReceiptMode.PER_UNIT).value


def _receipt_mobile(work: Work, terms: Terms) -> Mapping[str, Any] | None:
    if not terms.receipt_mobile.strip():
        return None
    return as_json(work.visit.desk.sealer(NumberKind.MOBILE, check_mobile(terms.receipt_mobile, "")))


def _blind(sealed: Mapping[str, Any] | None) -> str | None:
    return None if sealed is None else sealed["blind"]
