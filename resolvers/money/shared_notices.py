"""Notices for many units of an estate at once, which the developer takes to the bank: written and frozen."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import insert, select

from db.numbers import take_numbers
from db.tables.estates import Estate
from db.tables.money import Notice, NoticeLine
from db.tables.organizations import Organization
from domain.clock import business_day
from domain.deposits import DepositType, NoticeStatus, same_owners
from domain.people import Owner
from domain.switch import NoticeKind
from resolvers.act import Work
from resolvers.money.demands import Case, contact_of
from resolvers.orders.words import as_json


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedNotice:
    """A notice for many units in the making.

    Attributes:
        payer: The developer as whoever pays.
        cases: The units in the order of the notice, each with its amount.
        owners_of: Who stands on a unit's line.
        place_of: What is frozen of a unit's place and sums.
        columns: What the notice keeps beside what every one keeps.
        said: What the printed notice says beside what every one says.
    """

    estate: Estate
    developer: Organization
    payer: Owner
    kind: NoticeKind
    deposit_type: DepositType
    cases: Sequence[Case]
    owners_of: Callable[[Case], Sequence[Owner]]
    place_of: Callable[[Case], Mapping[str, Any]]
    columns: Mapping[str, Any] = field(default_factory=dict[str, Any])
    said: Mapping[str, Any] = field(default_factory=dict[str, Any])


async def write_shared(work: Work, draft: SharedNotice) -> UUID:
    """Write the notice with a line a unit; the total is the sum of the rounded lines (R-NOT-3)."""
    city, estate = work.city, draft.estate
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
        kind=draft.kind.value,
        deposit_type=draft.deposit_type.value,
        bank=estate.bank,
        status=NoticeStatus.OPEN.value,
        total=sum(case.amount for case in draft.cases),
        snapshot=_snapshot(work, draft),
        issued_at=work.now,
        issued_by=work.actor.principal,
        expires_at=work.now + timedelta(days=city.notice_validity_days),
        **draft.columns,
    )
    lines = [_line(work, notice, no, case, draft) for no, case in enumerate(draft.cases, start=1)]
    await work.session.execute(insert(NoticeLine), lines)
    return notice


async def find_repeated(
    work: Work, kind: NoticeKind, cases: Sequence[Case], owners_of: Callable[[Case], Sequence[Owner]]
) -> Notice | None:
    """Find the one open notice of a kind that asks just this of just these units (R-NOT-1)."""
    notices = {case.notice.id: case.notice for case in cases if case.notice is not None}
    notice = next(iter(notices.values()), None)
    if len(notices) != 1 or notice is None or notice.kind != kind.value:
        return None
    rows = await work.session.execute(
        select(NoticeLine.unit_id, NoticeLine.amount, NoticeLine.owners).where(
            NoticeLine.city == notice.city, NoticeLine.notice_id == notice.id
        )
    )
    lines = {unit: (amount, owners) for unit, amount, owners in rows}
    if lines.keys() != {case.unit.id for case in cases}:
        return None
    same = all(_says_the_same(case, owners_of(case), *lines[case.unit.id]) for case in cases)
    return notice if same else None


def _says_the_same(case: Case, payees: Sequence[Owner], amount: int, owners: Sequence[Any]) -> bool:
    return amount == case.amount and same_owners(payees, [msgspec.convert(one, Owner) for one in owners])


def _line(work: Work, notice: UUID, no: int, case: Case, draft: SharedNotice) -> dict[str, Any]:
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
        "place": dict(draft.place_of(case)),
        "owners": [as_json(owner) for owner in draft.owners_of(case)],
    }


def _snapshot(work: Work, draft: SharedNotice) -> dict[str, Any]:
    """Freeze what the printed notice says besides its lines."""
    estate, developer, cases = draft.estate, draft.developer, draft.cases
    bank = work.city.bank(estate.bank)
    return {
        "estate": estate.name,
        "address": estate.address,
        "building": "、".join(dict.fromkeys(case.building.name for case in cases)),
        "section": "",
        "floor": None,
        "room_no": f"共{len(cases)}套",
        "units": len(cases),
        "gross_area": sum(case.unit.gross_area for case in cases),
        "developer": developer.name,
        "uscc": developer.uscc,
        "org_code": developer.org_code,
        "handler": work.actor.name,
        "handler_mobile": contact_of(work, developer),
        "bank": {"name": bank.name, "account_name": bank.account_name, "account_no": bank.account_no},
        "owners": [as_json(draft.payer)],
        **draft.said,
    }
