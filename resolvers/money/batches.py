"""Batch notices (批量交存通知单): one demand for many units, paid at the bank [L 2.3.1][J 1.4.1]."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import insert, select

from db.numbers import take_numbers
from db.tables.money import Notice, NoticeLine
from domain.batch import Terms, check_terms, nothing_left
from domain.clock import business_day
from domain.deposits import NoticeStatus, same_owners
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
    named,
    place_of,
    select_units,
    told,
    weigh,
)
from resolvers.money.demands import Case
from resolvers.money.notices import flag_manual_filing
from resolvers.money.owners import owner_of
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
        feature = {"feature": "不经导入开具批量通知单"}
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
        return Refused(tuple(named(problem, path) for problem in batch.problems))
    if not batch.fresh:
        present = await _present(work, batch, payees, terms)
        return _done(batch, present, 0) if present else Refused(nothing_left(batch.skipped))
    await flag_manual_filing(work, batch.fresh)
    return _done(batch, await _write(work, batch, payees, terms), len(batch.fresh))


def _done(batch: Batch, notice: UUID, issued: int) -> Done:
    return Done("Notice", (notice,), {"units": issued, **told(batch.skipped)})


async def _present(work: Work, batch: Batch, payees: Payees, terms: Terms) -> UUID | None:
    """Find the one open batch notice of just these units that a new one would only repeat."""
    notices = {case.notice.id: case.notice for case in batch.noticed if case.notice is not None}
    notice = next(iter(notices.values()), None)
    if len(notices) != 1 or notice is None or notice.kind != NoticeKind.BATCH.value:
        return None
    rows = await work.session.execute(
        select(NoticeLine.unit_id, NoticeLine.amount, NoticeLine.owners).where(
            NoticeLine.city == notice.city, NoticeLine.notice_id == notice.id
        )
    )
    lines = {unit: (amount, owners) for unit, amount, owners in rows}
    same_terms = (notice.pay_mode, notice.receipt_mode, _blind(notice.snapshot["receipt_mobile"])) == (
        terms.pay_mode,
        _receipt_mode(terms),
        _blind(_receipt_mobile(work, terms)),
    )
    if not same_terms or lines.keys() != {case.unit.id for case in batch.noticed}:
        return None
    same = all(_says_the_same(case, payees.of(case), *lines[case.unit.id]) for case in batch.noticed)
    return notice.id if same else None


def _says_the_same(case: Case, payees: Sequence[Owner], amount: int, owners: Sequence[Any]) -> bool:
    return amount == case.amount and same_owners(payees, [msgspec.convert(one, Owner) for one in owners])


async def _write(work: Work, batch: Batch, payees: Payees, terms: Terms) -> UUID:
    """Write the notice with a line a unit; the total is the sum of the rounded lines (R-NOT-3)."""
    city, estate = work.city, batch.estate
    letters = city.letters + "NO"
    number = (await take_numbers(work.session, city.code, letters, business_day(work.now)))[0]
    notice = work.new_id()
    work.organization = estate.org_id
    await work.add(
        Notice,
        id=notice,
        org_id=estate.org_id,
        estate_id=estate.id,
        notice_no=number,
        kind=NoticeKind.BATCH.value,
        deposit_type=batch.deposit_type.value,
        pay_mode=terms.pay_mode,
        receipt_mode=_receipt_mode(terms),
        bank=estate.bank,
        status=NoticeStatus.OPEN.value,
        total=sum(case.amount for case in batch.fresh),
        snapshot=_snapshot(work, batch, payees.developer, terms),
        issued_at=work.now,
        issued_by=work.actor.principal,
        expires_at=work.now + timedelta(days=city.notice_validity_days),
    )
    lines = [_line(work, notice, no, case, payees) for no, case in enumerate(batch.fresh, start=1)]
    await work.session.execute(insert(NoticeLine), lines)
    return notice


def _line(work: Work, notice: UUID, no: int, case: Case, payees: Payees) -> dict[str, Any]:
    code = payees.codes.get(case.unit.id)
    return {
        "city": work.city.code,
        "id": work.new_id(),
        "org_id": case.unit.org_id,
        "notice_id": notice,
        "no": no,
        "unit_id": case.unit.id,
        "account_id": case.account.id,
        "status": NoticeStatus.OPEN.value,
        "amount": case.amount,
        "gross_area": case.unit.gross_area,
        "rate": case.account.rate,
        "address": case.unit.address,
        "place": {**place_of(case), **({"org_code": code} if code else {})},
        "owners": [as_json(owner) for owner in payees.of(case)],
    }


def _snapshot(work: Work, batch: Batch, developer: Owner, terms: Terms) -> dict[str, Any]:
    """Freeze what the printed notice says besides its lines; the developer is who pays."""
    bank = work.city.bank(batch.estate.bank)
    buildings = list(dict.fromkeys(case.building.name for case in batch.fresh))
    return {
        "estate": batch.estate.name,
        "address": batch.estate.address,
        "building": "、".join(buildings),
        "section": "",
        "floor": None,
        "room_no": f"共{len(batch.fresh)}套",
        "units": len(batch.fresh),
        "gross_area": sum(case.unit.gross_area for case in batch.fresh),
        "developer": batch.developer.name,
        "uscc": batch.developer.uscc,
        "org_code": batch.developer.org_code,
        "handler": work.actor.name,
        "handler_mobile": batch.developer.contact_mobile,
        "bank": {"name": bank.name, "account_name": bank.account_name, "account_no": bank.account_no},
        "owners": [as_json(developer)],
        "receipt_mobile": _receipt_mobile(work, terms),
    }


def _receipt_mode(terms: Terms) -> str:
    return (terms.receipt_mode or ReceiptMode.PER_UNIT).value


def _receipt_mobile(work: Work, terms: Terms) -> Mapping[str, Any] | None:
    if not terms.receipt_mobile.strip():
        return None
    return as_json(work.visit.desk.sealer(NumberKind.MOBILE, check_mobile(terms.receipt_mobile, "")))


def _blind(sealed: Mapping[str, Any] | None) -> str | None:
    return None if sealed is None else sealed["blind"]
