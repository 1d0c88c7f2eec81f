"""The fund office books interest and use, and takes it back (利息、使用、冲正) [165-20][165-27]."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy import ColumnElement, func, select

from db.given import among
from db.ledger import Posting, book
from db.tables.estates import Building, Estate, Unit
from db.tables.money import Account, Entry, Journal
from domain.clock import business_day
from domain.field import Field, Text, read_text
from domain.ledger import SIGNS, PostingType, Purse, check_amount, check_posting, share_out
from domain.problem import Problem, ProblemCode
from domain.refusal import NotFound
from domain.status import AccountStatus, EntryType
from resolvers.act import Done, Outcome, Refused, Work
from resolvers.door import fetch, must, see
from resolvers.money.bookings import booking_of, find_specials
from resolvers.orders.unit_facts import load_promised

MAX_LINES = 5_000
_NOTE = Field("note", "说明", Text(200), required=True)


@dataclass(frozen=True, slots=True)
class Amounts:
    """How much is booked: an amount for each unit, or a total that is shared out.

    Attributes:
        lines: Units with their amounts in fen.
        total: What is shared out, in fen; None where the lines say it.
        units: Among which units; none named means all in use of the estate.
    """

    lines: Sequence[tuple[UUID, int]] = ()
    total: int | None = None
    units: Sequence[UUID] = ()

    @property
    def named(self) -> list[UUID]:
        """The units that are named."""
        return [unit for unit, _ in self.lines] if self.total is None else list(self.units)


@dataclass(frozen=True, slots=True)
class _Held:
    """An account that is booked on, locked."""

    account: UUID
    unit: UUID
    estate: UUID
    organization: UUID
    purse: Purse


async def post(work: Work, estate_id: UUID, kind: PostingType, amounts: Amounts, note: str) -> Outcome:
    """Book interest into, or use out of, the accounts of an estate's units, all of them or none."""
    estate = await see(work.visit, Estate, estate_id)
    await _find_units(work, amounts)
    await must(work, estate, "ledger.post")
    said = read_text(_NOTE, note, work.city, business_day(work.now))
    if isinstance(said, Problem):
        return Refused.because(said)
    wrong = _check(amounts)
    if wrong is not None:
        return Refused.because(wrong)
    held = await _hold(work, estate, amounts)
    parts = _parts(kind, amounts, held)
    if isinstance(parts, Problem):
        return Refused.because(parts)
    signed = [(one, SIGNS[kind] * part) for one, part in zip(held, parts, strict=True)]
    problems = _stand_against(signed, "lines" if amounts.total is None else "shared")
    if problems:
        return Refused(problems)
    booking = replace(booking_of(work, kind.value, None, estate.org_id), note=said)
    moved = [(one, amount) for one, amount in signed if amount]
    await book(work.session, booking, await _postings(work, kind.value, moved), work.new_id)
    total = sum(parts)
    work.tell("ledger.posted", str(estate.id), {"type": kind.value, "amount": total}, estate.org_id)
    detail = {"type": kind.value, "amount": total, "accounts": len(moved), "note": said}
    return Done("Account", tuple(one.account for one, _ in moved), detail)


async def _find_units(work: Work, amounts: Amounts) -> None:
    """Make sure that the units which are named can be seen.

    Raises:
        NotFound: One of them is not there, or not the caller's to see.
    """
    scope = await work.visit.sight(Unit)
    if scope is None:
        raise NotFound
    seen = select(func.count()).where(scope.clause(Unit), among(Unit.id, amounts.named))
    if (await work.session.scalar(seen) or 0) < len(set(amounts.named)):
        raise NotFound


def _check(amounts: Amounts) -> Problem | None:
    """Find what is wrong with the amounts by themselves."""
    units = amounts.named
    if amounts.total is None and not units:
        return Problem(ProblemCode.FIELD_REQUIRED, "amounts.lines", params={"label": "房屋"})
    if len(units) > MAX_LINES:
        params = {"label": "房屋", "max": str(MAX_LINES)}
        return Problem(ProblemCode.LIMIT_EXCEEDED, "amounts", params=params)
    if len(set(units)) < len(units):
        return Problem(ProblemCode.DUPLICATE_UNIT, "amounts")
    if amounts.total is not None:
        wrong = check_amount(amounts.total)
        return wrong and wrong.at("amounts.shared.total")
    for place, (_, amount) in enumerate(amounts.lines):
        wrong = check_amount(amount)
        if wrong is not None:
            return replace(wrong.at(f"amounts.lines.{place}.amount"), row=place + 1)
    return None


async def _hold(work: Work, estate: Estate, amounts: Amounts) -> list[_Held]:
    """Lock the accounts that are booked on, and give them in the order of the units asked for.

    Raises:
        NotFound: One of the units is not there, or not in the estate.
    """
    units = amounts.named
    wanted = (
        select(Account.id)
        .join(Unit, (Unit.city == Account.city) & (Unit.id == Account.unit_id))
        .where(Account.city == estate.city, Account.estate_id == estate.id, Account.status != "CLOSED")
    )
    wanted = wanted.where(among(Unit.id, units) if units else Unit.status == "ACTIVE")
    locked = (await _lock(work, Account.id.in_(wanted))).values()
    # An order that was approved meanwhile may have moved or ended some of them.
    found = [
        one for one in locked if one.estate == estate.id and one.purse.status is not AccountStatus.CLOSED
    ]
    if not units:
        return sorted(found, key=lambda one: one.purse.room)[: MAX_LINES + 1]
    by_unit = {one.unit: one for one in found}
    if len(by_unit) < len(units):
        raise NotFound
    return [by_unit[unit] for unit in units]


async def _lock(work: Work, which: ColumnElement[bool]) -> Mapping[UUID, _Held]:
    """Lock accounts in the order of their ids, and read then what they hold and where they are."""
    mine = select(Account.id).where(Account.city == work.actor.city, which)
    locked = await work.session.scalars(mine.order_by(Account.id).with_for_update())
    rows = await work.session.execute(
        select(Account, Unit, Building.name)
        .join(Unit, (Unit.city == Account.city) & (Unit.id == Account.unit_id))
        .join(Building, (Building.city == Unit.city) & (Building.id == Unit.building_id))
        .where(Account.city == work.actor.city, among(Account.id, locked.all()))
        .order_by(Account.id)
        .execution_options(populate_existing=True)
    )
    found = rows.all()
    promised = await load_promised(work, [account.id for account, _, _ in found])
    return {
        account.id: _Held(
            account.id,
            unit.id,
            unit.estate_id,
            unit.org_id,
            Purse(
                " ".join(part for part in (building, unit.section, unit.room_no) if part),
                AccountStatus(account.status),
                account.balance,
                promised.get(account.id, 0),
                unit.gross_area,
            ),
        )
        for account, unit, building in found
    }


def _parts(kind: PostingType, amounts: Amounts, held: Sequence[_Held]) -> Sequence[int] | Problem:
    if amounts.total is None:
        return [amount for _, amount in amounts.lines]
    if len(held) > MAX_LINES:
        params = {"label": "房屋", "max": str(MAX_LINES)}
        return Problem(ProblemCode.LIMIT_EXCEEDED, "amounts.shared", params=params)
    parts = share_out(kind, amounts.total, [one.purse for one in held])
    return parts.at("amounts.shared") if isinstance(parts, Problem) else parts


def _stand_against(signed: Sequence[tuple[_Held, int]], place: str) -> tuple[Problem, ...]:
    """Find everything that stands against booking these amounts, each with its row."""
    found = ((row, check_posting(one.purse, amount)) for row, (one, amount) in enumerate(signed, start=1))
    return tuple(
        replace(problem, row=row).at(f"amounts.{place}.{row - 1}" if place == "lines" else f"amounts.{place}")
        for row, problem in found
        if problem is not None
    )


async def _postings(
    work: Work, kind: str, signed: Sequence[tuple[_Held, int]], component: str | None = None
) -> tuple[Posting, ...]:
    """Book each unit's amount against the special account of the estate in which it is now."""
    specials = await find_specials(work, (one.estate for one, _ in signed))
    totals: Counter[tuple[UUID, UUID]] = Counter()
    for one, amount in signed:
        totals[one.estate, one.organization] += amount
    return (
        *(
            Posting(specials[estate], kind, -total, organization, component)
            for (estate, organization), total in totals.items()
            if total
        ),
        *(Posting(one.account, kind, amount, one.organization, component) for one, amount in signed),
    )


async def reverse(work: Work, account_id: UUID, no: int, note: str) -> Outcome:
    """Take back the booking of interest or use to which an entry belongs, by a further booking (I4)."""
    account = await fetch(work, Account, account_id, "ledger.post")
    said = read_text(_NOTE, note, work.city, business_day(work.now))
    if isinstance(said, Problem):
        return Refused.because(said)
    journal = await _find_booking(work, account, no)
    if journal.reason not in SIGNS:
        return Refused.because(Problem(ProblemCode.BOOKING_STANDS, "no"))
    entries = await work.session.execute(
        select(Entry.account_id, Entry.amount)
        .join(Account, (Account.city == Entry.city) & (Account.id == Entry.account_id))
        .where(Entry.city == journal.city, Entry.journal_id == journal.id, Account.kind == "UNIT")
    )
    amounts = {row.account_id: row.amount for row in entries}
    held = await _lock(work, among(Account.id, list(amounts)))
    again = select(Journal.id).where(Journal.city == journal.city, Journal.reverses_id == journal.id)
    if await work.session.scalar(again) is not None:
        return Refused.because(Problem(ProblemCode.BOOKING_REVERSED, "no"))
    signed = [(one, -amounts[key]) for key, one in held.items()]
    problems = _stand_against(signed, "")
    if problems:
        return Refused(tuple(replace(problem, path="no") for problem in problems))
    booking = replace(
        booking_of(work, EntryType.REVERSAL.value, None, journal.org_id), reverses=journal.id, note=said
    )
    postings = await _postings(work, EntryType.REVERSAL.value, signed, journal.reason)
    await book(work.session, booking, postings, work.new_id)
    work.tell("ledger.reversed", str(journal.id), {"type": journal.reason}, journal.org_id)
    detail = {"type": journal.reason, "reverses": str(journal.id), "note": said}
    return Done("Account", tuple(one.account for one, _ in signed), detail)


async def _find_booking(work: Work, account: Account, no: int) -> Journal:
    """Find the booking of an account's entry.

    Raises:
        NotFound: The account has no such entry.
    """
    journal = await work.session.scalar(
        select(Journal)
        .join(Entry, (Entry.city == Journal.city) & (Entry.journal_id == Journal.id))
        .where(Entry.city == account.city, Entry.account_id == account.id, Entry.no == no)
    )
    if journal is None:
        raise NotFound
    return journal
