"""Deposit notices for owners (代打交款通知单): one a unit, frozen when issued, one open at a time [L 2.3.2][J 1.4.2]."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert, select, update

from db.numbers import take_numbers
from db.tables.estates import Building, Estate, Owner as OwnerRow, Unit
from db.tables.money import Account, Notice, NoticeLine
from db.tables.orders import BusinessOrder, OrderLock
from db.tables.organizations import Organization
from domain.clock import business_day
from domain.deposits import DepositType, NoticeStatus, UnitAccount, check_owners, first_deposit, qr_payload
from domain.people import Owner, Sealed
from domain.problem import Problem, ProblemCode
from domain.refusal import NotFound
from domain.switch import NoticeKind
from resolvers.act import Done, Outcome, Refused, Work
from resolvers.door import fetch, must
from resolvers.orders.facts import as_json
from resolvers.people import GivenOwner, read_owner

MAX_UNITS = 1_000


@dataclass(frozen=True, slots=True)
class Demand:
    """One unit for which a notice is asked, and its owners as typed; none typed means the present ones."""

    unit: UUID
    owners: tuple[GivenOwner, ...] = ()


@dataclass(slots=True)
class _Case:
    """One unit's notice in the making."""

    place: int
    unit: Unit
    building: Building
    account: Account
    present: tuple[OwnerRow, ...]
    owners: tuple[Owner, ...] = ()
    amount: int = 0
    notice: Notice | None = None
    problems: list[Problem] = field(default_factory=list[Problem])

    def refuse(self, problem: Problem) -> None:
        """Say what is wrong with this unit's notice, naming the unit."""
        code, path = problem.code, problem.path
        params = {**problem.params, "unit": f"{self.building.name} {self.unit.room_no}"}
        self.problems.append(Problem(code, path, row=self.place, params=params).at(f"units.{self.place - 1}"))


async def issue(work: Work, demands: Sequence[Demand], *, ignore_missing_contract: bool) -> Outcome:
    """Issue one notice a unit; asking again for an unchanged one gives the open one (R-NOT-1)."""
    too_many = _check_count(demands)
    if too_many is not None:
        return Refused.because(too_many)
    cases = await _load(work, demands)
    estate = await fetch(work, Estate, cases[0].unit.estate_id, "notice.print")
    problems: list[Problem] = []
    if any(case.unit.estate_id != estate.id for case in cases):
        problems.append(Problem(ProblemCode.VALUE_UNKNOWN, "units", params={"label": "同一物业区域的房屋"}))
    await _find_open(work, cases)
    await _check_locks(work, cases)
    for case, demand in zip(cases, demands, strict=True):
        _check_unit(work, case, demand, ignore_missing_contract=ignore_missing_contract)
        problems += case.problems
    if problems:
        return Refused(tuple(problems))
    fresh = [case for case in cases if case.notice is None]
    await _write(work, estate, fresh)
    issued = tuple(case.notice.id for case in cases if case.notice is not None)
    return Done("Notice", issued, {"issued": len(fresh), "present": len(cases) - len(fresh)})


def _check_count(demands: Sequence[Demand]) -> Problem | None:
    if not demands:
        return Problem(ProblemCode.FIELD_REQUIRED, "units", params={"label": "房屋"})
    if len(demands) > MAX_UNITS:
        return Problem(ProblemCode.LIMIT_EXCEEDED, "units", params={"max": str(MAX_UNITS)})
    if len({demand.unit for demand in demands}) < len(demands):
        return Problem(ProblemCode.DUPLICATE_UNIT, "units", params={"row": "—", "room": "—"})
    return None


async def _load(work: Work, demands: Sequence[Demand]) -> list[_Case]:
    """Find the units with their accounts and owners, the accounts locked in the order of their ids.

    Raises:
        NotFound: One of them is not there, or not the caller's to see.
    """
    scope = await work.visit.sight(Unit)
    if scope is None:
        raise NotFound
    wanted = [demand.unit for demand in demands]
    rows = await work.session.execute(
        select(Unit, Building, Account)
        .join(Building, (Building.city == Unit.city) & (Building.id == Unit.building_id))
        .join(Account, (Account.city == Unit.city) & (Account.unit_id == Unit.id) & (Account.status != "CLOSED"))
        .where(scope.clause(Unit), Unit.id.in_(wanted))
        .order_by(Account.id)
        .with_for_update(of=Account)
        .execution_options(populate_existing=True)
    )
    found = {unit.id: (unit, building, account) for unit, building, account in rows}
    if len(found) < len(set(wanted)):
        raise NotFound
    owners = await load_owners(work, wanted)
    return [
        _Case(place, *found[demand.unit], owners.get(demand.unit, ()))
        for place, demand in enumerate(demands, start=1)
    ]


async def load_owners(work: Work, units: Sequence[UUID]) -> Mapping[UUID, tuple[OwnerRow, ...]]:
    """Read the owners of units, in their order."""
    rows = await work.session.scalars(
        select(OwnerRow)
        .where(OwnerRow.city == work.actor.city, OwnerRow.unit_id.in_(units))
        .order_by(OwnerRow.position)
    )
    found: dict[UUID, list[OwnerRow]] = {}
    for row in rows:
        found.setdefault(row.unit_id, []).append(row)
    return {unit: tuple(owners) for unit, owners in found.items()}


async def _find_open(work: Work, cases: Sequence[_Case]) -> None:
    """Find the open notices of the units; what has run out meanwhile is closed first."""
    units = {case.unit.id: case for case in cases}
    rows = await work.session.execute(
        select(NoticeLine, Notice)
        .join(Notice, (Notice.city == NoticeLine.city) & (Notice.id == NoticeLine.notice_id))
        .where(
            NoticeLine.city == work.actor.city,
            NoticeLine.unit_id.in_(units),
            NoticeLine.status == NoticeStatus.OPEN.value,
        )
        .with_for_update(of=Notice)
    )
    for line, notice in rows.all():
        if notice.expires_at <= work.now:
            await close_notice(work, notice, NoticeStatus.EXPIRED)
        else:
            units[line.unit_id].notice = notice


async def close_notice(work: Work, notice: Notice, status: NoticeStatus) -> None:
    """Let a notice and its lines leave the open state together."""
    notice.status = status.value
    lines = update(NoticeLine).where(NoticeLine.city == notice.city, NoticeLine.notice_id == notice.id)
    await work.session.execute(lines.values(status=status.value))
    await work.session.flush()


async def _check_locks(work: Work, cases: Sequence[_Case]) -> None:
    """A unit that an order is about to change gets no notice (R-GEN-3)."""
    keys = {case.unit.id.hex: case for case in cases}
    rows = await work.session.execute(
        select(OrderLock.target, BusinessOrder.order_no)
        .join(BusinessOrder, (BusinessOrder.city == OrderLock.city) & (BusinessOrder.id == OrderLock.order_id))
        .where(OrderLock.city == work.actor.city, OrderLock.target_kind == "UNIT", OrderLock.target.in_(keys))
    )
    for target, number in rows:
        keys[target].refuse(Problem(ProblemCode.UNIT_LOCKED, params={"order_no": number}))


def _check_unit(work: Work, case: _Case, demand: Demand, *, ignore_missing_contract: bool) -> None:
    unit, account = case.unit, UnitAccount(case.account.due or 0, case.account.paid_first, case.account.balance)
    if unit.status != "ACTIVE":
        case.refuse(Problem(ProblemCode.UNIT_NOT_ACTIVE))
    present = tuple(map(_owner_of, case.present))
    given, wrong = _read_owners(work, demand)
    case.owners = given or present
    problems = wrong or check_owners(case.owners, present, account)
    for problem in problems:
        case.refuse(problem)
    amount = first_deposit(account)
    if isinstance(amount, Problem):
        case.refuse(amount)
    else:
        case.amount = amount
    linked = unit.contract_no is not None or unit.external_id is not None
    if work.city.contract_prompt and not linked and not ignore_missing_contract:
        # [J 1.4.2 note]: bind the contract number first, or file the unit by hand afterwards.
        case.refuse(Problem(ProblemCode.CONTRACT_NO_MISSING))
    if case.notice is not None and not case.problems and not _same(case):
        case.refuse(Problem(ProblemCode.UNIT_HAS_OPEN_NOTICE, params={"notice_no": case.notice.notice_no}))


def _read_owners(work: Work, demand: Demand) -> tuple[tuple[Owner, ...], list[Problem]]:
    owners: list[Owner] = []
    problems: list[Problem] = []
    for place, given in enumerate(demand.owners):
        owner, wrong = read_owner(given, work.city, business_day(work.now), work.visit.desk.sealer)
        problems += [problem.at(f"owners.{place}") for problem in wrong]
        if owner is not None:
            owners.append(owner)
    return tuple(owners), problems


def _owner_of(row: OwnerRow) -> Owner:
    return Owner(
        name=row.name,
        id_type=row.id_type,
        id_number=Sealed(row.id_number_cipher, row.id_number_masked, row.id_number_blind),
        mobile=Sealed(row.mobile_cipher, row.mobile_masked, row.mobile_blind),
        share=row.share,
    )


def _same(case: _Case) -> bool:
    """Tell whether the open notice says what a new one would say."""
    assert case.notice is not None
    snapshot = case.notice.snapshot
    printed = {(o["name"], o["id_number"]["blind"], o["mobile"]["blind"]) for o in snapshot["owners"]}
    wanted = {(o.name, o.id_number.blind, o.mobile.blind) for o in case.owners}
    return case.notice.total == case.amount and printed == wanted


async def _write(work: Work, estate: Estate, cases: Sequence[_Case]) -> None:
    if not cases:
        return
    await _write_owners(work, cases)
    await _flag_manual_filing(work, cases)
    developer = await work.session.get(Organization, (estate.city, estate.org_id))
    assert developer is not None, "An estate belongs to an organization."
    letters = work.city.letters + "NO"
    numbers = await take_numbers(work.session, work.actor.city, letters, business_day(work.now), len(cases))
    for case, number in zip(cases, numbers, strict=True):
        case.notice = _notice(work, estate, developer, case, number)
        work.session.add(case.notice)
    await work.session.flush()
    await work.session.execute(insert(NoticeLine), [_line(work, case) for case in cases])


def _notice(work: Work, estate: Estate, developer: Organization, case: _Case, number: str) -> Notice:
    city = work.city
    return Notice(
        city=city.code,
        id=work.new_id(),
        org_id=estate.org_id,
        estate_id=estate.id,
        notice_no=number,
        kind=NoticeKind.SINGLE.value,
        deposit_type=DepositType.FIRST.value,
        bank=case.account.bank,
        status=NoticeStatus.OPEN.value,
        total=case.amount,
        snapshot=_snapshot(work, estate, developer, case),
        qr_payload=qr_payload(city.code, number, case.amount) if city.notice_qr else None,
        issued_at=work.now,
        issued_by=work.actor.principal,
        expires_at=work.now + timedelta(days=city.notice_validity_days),
        print_count=0,
    )


def _snapshot(work: Work, estate: Estate, developer: Organization, case: _Case) -> dict[str, Any]:
    """Freeze what the printed notice says, whatever changes later."""
    unit, account = case.unit, case.account
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
        "contract_no": unit.contract_no,
        "deposit_point": unit.deposit_point.isoformat(),
        "developer": developer.name,
        "handler": work.actor.name,
        "handler_mobile": developer.contact_mobile,
        "owners": [as_json(owner) for owner in case.owners],
    }


def _line(work: Work, case: _Case) -> dict[str, Any]:
    assert case.notice is not None
    return {
        "city": case.notice.city,
        "id": work.new_id(),
        "org_id": case.notice.org_id,
        "notice_id": case.notice.id,
        "no": 1,
        "unit_id": case.unit.id,
        "account_id": case.account.id,
        "status": NoticeStatus.OPEN.value,
        "amount": case.amount,
        "gross_area": case.unit.gross_area,
        "rate": case.account.rate,
        "address": case.unit.address,
        "owners": [as_json(owner) for owner in case.owners],
    }


async def _write_owners(work: Work, cases: Sequence[_Case]) -> None:
    """Put the typed owners in the place of the present ones where they differ (R-OWN-2, R-OWN-5)."""
    changed = [case for case in cases if case.owners != tuple(map(_owner_of, case.present))]
    if not changed:
        return
    units = [case.unit.id for case in changed]
    city = work.actor.city
    await work.session.execute(delete(OwnerRow).where(OwnerRow.city == city, OwnerRow.unit_id.in_(units)))
    rows = [
        {
            "city": city,
            "id": work.new_id(),
            "org_id": case.unit.org_id,
            "estate_id": case.unit.estate_id,
            "unit_id": case.unit.id,
            "position": place,
            "name": owner.name,
            "id_type": owner.id_type,
            "id_number_cipher": owner.id_number.cipher,
            "id_number_masked": owner.id_number.masked,
            "id_number_blind": owner.id_number.blind,
            "mobile_cipher": owner.mobile.cipher,
            "mobile_masked": owner.mobile.masked,
            "mobile_blind": owner.mobile.blind,
            "share": owner.share,
            "source": "NOTICE",
            "reviewed": False,
        }
        for case in changed
        for place, owner in enumerate(case.owners, start=1)
    ]
    await work.session.execute(insert(OwnerRow), rows)
    accounts = update(Account).where(Account.city == city, Account.unit_id.in_(units), Account.kind == "UNIT")
    await work.session.execute(accounts.values(holder="OWNER"))


async def _flag_manual_filing(work: Work, cases: Sequence[_Case]) -> None:
    """Mark the units whose contracts must be filed by hand, for no number links them (人工备案) [J 1.4.2 note]."""
    if not work.city.contract_prompt:
        return
    unlinked = [case.unit.id for case in cases if case.unit.contract_no is None and case.unit.external_id is None]
    if unlinked:
        units = update(Unit).where(Unit.city == work.actor.city, Unit.id.in_(unlinked))
        await work.session.execute(units.values(manual_filing=True))


async def void(work: Work, notice_id: UUID, reason: str) -> Outcome:
    """Void an open notice (R-NOT-5); its unit may get another."""
    notice = await fetch(work, Notice, notice_id, lock=True)
    await must(work, notice, "notice.void")
    if notice.status != NoticeStatus.OPEN.value:
        params = {"status": notice.status, "notice_no": notice.notice_no}
        return Refused.because(Problem(ProblemCode.NOTICE_NOT_OPEN, params=params))
    if not reason.strip():
        return Refused.because(Problem(ProblemCode.FIELD_REQUIRED, "reason", params={"label": "作废原因"}))
    notice.voided_at, notice.voided_by = work.now, work.actor.principal
    await close_notice(work, notice, NoticeStatus.VOIDED)
    return Done("Notice", (notice.id,), {"noticeNo": notice.notice_no, "reason": reason.strip()[:500]})
