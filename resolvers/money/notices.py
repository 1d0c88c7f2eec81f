"""Deposit notices for owners (代打交款通知单) [L 2.3.2][J 1.4.2]: one a unit, frozen, one open at a time."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import insert, update

from db.numbers import take_numbers
from db.tables.estates import Estate, Unit
from db.tables.money import Notice, NoticeLine
from db.tables.organizations import Organization
from domain.clock import business_day
from domain.deposits import NoticeStatus, deposit_type, qr_payload, same_owners, standing
from domain.field import Field, Text, read_text
from domain.people import Owner
from domain.problem import Problem, ProblemCode
from domain.switch import NoticeKind
from resolvers.act import Done, Outcome, Refused, Work
from resolvers.door import fetch
from resolvers.money.demands import (
    Case,
    Demand,
    check_case,
    check_count,
    check_locks,
    contact_of,
    find_open,
    load_cases,
)
from resolvers.money.owners import owner_of, replace_owners
from resolvers.orders.words import as_json

_REASON = Field("reason", "作废原因", Text(200), required=True)


async def issue(work: Work, demands: Sequence[Demand], *, ignore_missing_contract: bool) -> Outcome:
    """Issue one notice a unit; asking again for an unchanged one gives the open one (R-NOT-1)."""
    wrong = check_count(demands)
    if wrong is not None:
        return Refused.because(wrong)
    cases = await load_cases(work, demands)
    estate = await fetch(work, Estate, cases[0].unit.estate_id, "notice.print")
    if any(case.unit.estate_id != estate.id for case in cases):
        params = {"label": "房屋", "allowed": f"同一物业区域（{estate.name}）的房屋"}
        return Refused.because(Problem(ProblemCode.VALUE_UNKNOWN, "units", params=params))
    for notice in await find_open(work, cases):
        await close_notice(work, notice, NoticeStatus.EXPIRED)
    await check_locks(work, cases)
    for case, demand in zip(cases, demands, strict=True):
        check_case(work, case, demand, ignore_missing_contract=ignore_missing_contract)
        _compare(case)
    problems = tuple(problem for case in cases for problem in case.problems)
    if problems:
        return Refused(problems)
    fresh = [case for case in cases if case.notice is None]
    written = await _write(work, estate, fresh)
    issued = tuple(case.notice.id if case.notice else written[case.unit.id] for case in cases)
    return Done("Notice", issued, {"issued": len(fresh), "present": len(cases) - len(fresh)})


def _compare(case: Case) -> None:
    """An open notice stands for a new one only if that would say the same."""
    notice = case.notice
    if notice is None or case.problems:
        return
    printed = [msgspec.convert(owner, Owner) for owner in notice.snapshot["owners"]]
    if notice.total != case.amount or not same_owners(case.owners, printed):
        params = {"notice_no": notice.notice_no}
        case.refuse(Problem(ProblemCode.UNIT_HAS_OPEN_NOTICE, params=params))


async def close_notice(work: Work, notice: Notice, status: NoticeStatus) -> None:
    """Give a notice and its lines the same new status."""
    notice.status = status.value
    lines = update(NoticeLine).where(NoticeLine.city == notice.city, NoticeLine.notice_id == notice.id)
    await work.session.execute(lines.values(status=status.value))
    await work.session.flush()


async def _write(work: Work, estate: Estate, cases: Sequence[Case]) -> dict[UUID, UUID]:
    """Write the notices of cases that have none yet, and give each unit's."""
    if not cases:
        return {}
    await record_owners(work, cases)
    await flag_manual_filing(work, cases)
    developer = await work.session.get_one(Organization, (estate.city, estate.org_id))
    letters = work.city.letters + "NO"
    numbers = await take_numbers(work.session, work.actor.city, letters, business_day(work.now), len(cases))
    notices = [
        _notice(work, estate, developer, case, number) for case, number in zip(cases, numbers, strict=True)
    ]
    lines = [_line(work, case, notice) for case, notice in zip(cases, notices, strict=True)]
    await work.session.execute(insert(Notice), notices)
    await work.session.execute(insert(NoticeLine), lines)
    return {line["unit_id"]: line["notice_id"] for line in lines}


def _notice(work: Work, estate: Estate, developer: Organization, case: Case, number: str) -> dict[str, Any]:
    city = work.city
    return {
        "city": city.code,
        "id": work.new_id(),
        "org_id": estate.org_id,
        "estate_id": estate.id,
        "notice_no": number,
        "kind": NoticeKind.SINGLE.value,
        "deposit_type": deposit_type(case.sums).value,
        "bank": case.account.bank,
        "status": NoticeStatus.OPEN.value,
        "total": case.amount,
        "snapshot": _snapshot(work, estate, developer, case),
        "qr_payload": qr_payload(city.code, number, case.amount) if city.notice_qr else None,
        "issued_at": work.now,
        "issued_by": work.actor.principal,
        "expires_at": work.now + timedelta(days=city.notice_validity_days),
    }


def _snapshot(work: Work, estate: Estate, developer: Organization, case: Case) -> dict[str, Any]:
    """Freeze what the printed notice says, whatever changes later."""
    unit, account, bank = case.unit, case.account, work.city.bank(case.account.bank)
    return {
        "estate": estate.name,
        "building": case.building.name,
        "section": unit.section,
        "floor": unit.floor,
        "room_no": unit.room_no,
        "address": unit.address,
        "usage": work.city.code_label("usage", unit.usage),
        "has_lift": unit.has_lift,
        "gross_area": unit.gross_area,
        "rate": account.rate,
        "due": account.due,
        "paid_first": case.sums.kept,
        "contract_no": unit.contract_no,
        "deposit_point": unit.deposit_point.isoformat(),
        "developer": developer.name,
        "handler": work.actor.name,
        "handler_mobile": contact_of(work, developer),
        "bank": {"name": bank.name, "account_name": bank.account_name, "account_no": bank.account_no},
        "owners": _written(case.owners),
    }


def _line(work: Work, case: Case, notice: dict[str, Any]) -> dict[str, Any]:
    return {
        "city": notice["city"],
        "id": work.new_id(),
        "org_id": notice["org_id"],
        "notice_id": notice["id"],
        "no": 1,
        "unit_id": case.unit.id,
        "account_id": case.account.id,
        "status": NoticeStatus.OPEN.value,
        "amount": case.amount,
        "gross_area": case.unit.gross_area,
        "rate": case.account.rate,
        "address": case.unit.address,
        "owners": _written(case.owners),
    }


def _written(owners: Sequence[Owner]) -> list[Any]:
    return [as_json(owner) for owner in owners]


async def record_owners(work: Work, cases: Sequence[Case]) -> None:
    """Record the typed owners where they differ from those recorded."""
    changed = [case for case in cases if not same_owners(case.owners, tuple(map(owner_of, case.present)))]
    await replace_owners(work, {case.unit.id: (case.unit, case.present, case.owners) for case in changed})


async def flag_manual_filing(work: Work, cases: Sequence[Case]) -> None:
    """Mark units whose contracts must be filed by hand, for no number links them (人工备案) [J 1.4.2]."""
    unlinked = [case.unit.id for case in cases if not case.linked]
    if work.city.contract_prompt and unlinked:
        units = update(Unit).where(Unit.city == work.actor.city, Unit.id.in_(unlinked))
        await work.session.execute(units.values(manual_filing=True))


async def void(work: Work, notice_id: UUID, reason: str) -> Outcome:
    """Void an open notice (R-NOT-5); its unit may get another."""
    notice = await fetch(work, Notice, notice_id, "notice.void", lock=True)
    found = standing(notice.status, notice.expires_at, work.now)
    if found is not NoticeStatus.OPEN:
        params = {"status": found.value, "notice_no": notice.notice_no}
        return Refused.because(Problem(ProblemCode.NOTICE_NOT_OPEN, params=params))
    said = read_text(_REASON, reason, work.city, business_day(work.now))
    if isinstance(said, Problem):
        return Refused.because(said)
    notice.voided_at, notice.voided_by = work.now, work.actor.principal
    await close_notice(work, notice, NoticeStatus.VOIDED)
    detail = {
        "noticeNo": notice.notice_no,
        "reason": said,
        "amount": notice.total,
        "before": {"status": NoticeStatus.OPEN.value},
        "after": {"status": NoticeStatus.VOIDED.value},
    }
    return Done("Notice", (notice.id,), detail)
