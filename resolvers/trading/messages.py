"""What the transaction system is told of a unit's deposit (交存信息), written down before it is sent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Row, Uuid, bindparam, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from domain.area import format_area
from domain.clock import SHANGHAI
from domain.money import format_yuan

_READ = text("""
select p.id, p.seq, p.cause, p.cause_no, p.attempts, p.payload,
       u.code, u.external_id, u.contract_no, u.section, u.floor, u.room_no, u.address, u.status, u.gross_area,
       e.name as estate, b.name as building, a.due, a.paid_first, a.balance,
       exists (
         select from push later
         where later.city = p.city and later.unit_id = p.unit_id and later.seq > p.seq
           and later.status = 'SENT'
       ) as overtaken
from push p
join unit u on u.city = p.city and u.id = p.unit_id
join estate e on e.city = u.city and e.id = u.estate_id
join building b on b.city = u.city and b.id = u.building_id
join lateral (
  select due, paid_first, balance from account
  where account.city = u.city and account.unit_id = u.id
  order by account.status = 'CLOSED', account.id desc limit 1
) a on true
where p.city = :city and p.id = any(:ids)
""").bindparams(bindparam("ids", type_=ARRAY(Uuid())))
_SKIP = text("""
update push set status = 'SKIPPED', answer = :answer where city = :city and id = :id and status = 'WAITING'
""")
_FIX = text("""
update push set payload = :payload where city = :city and id = :id and status = 'WAITING'
""").bindparams(bindparam("payload", type_=JSONB()))


@dataclass(frozen=True, slots=True)
class Message:
    """One message that is to be sent.

    Attributes:
        id: Also its idempotency key.
        attempts: The try that is about to be made, from 1 on.
    """

    id: UUID
    unit_code: str
    attempts: int
    payload: Mapping[str, Any]


async def write_messages(
    session: AsyncSession, city: int, ids: Sequence[UUID], now: datetime
) -> Sequence[Message]:
    """Write what messages say as it is now; one that was sent before says again what it said then.

    Who is not linked with that system is not told of, and what a later message has told is not told again.
    """
    found = (await session.execute(_READ, {"city": city, "ids": list(ids)})).all()
    messages: list[Message] = []
    fresh: list[dict[str, Any]] = []
    for row in found:
        reason = _needless(row)
        if reason:
            given = {"city": city, "id": row.id, "answer": reason}
            await session.execute(_SKIP, given)
            continue
        payload = row.payload or _say(row, now)
        if row.payload is None:
            fresh.append({"city": city, "id": row.id, "payload": payload})
        messages.append(Message(row.id, row.code, row.attempts, payload))
    if fresh:
        await session.execute(_FIX, fresh)
    return messages


def _needless(row: Row[Any]) -> str | None:
    if row.external_id is None and row.contract_no is None:
        return "NOT_LINKED"
    return "OVERTAKEN" if row.overtaken else None


def _say(row: Row[Any], now: datetime) -> dict[str, Any]:
    """Write a message as docs/trading_system.md describes it; it holds nothing of a person."""
    return {
        "unitCode": row.code,
        "unitId": row.external_id,
        "contractNo": row.contract_no,
        "estate": row.estate,
        "building": row.building,
        "section": row.section,
        "floor": str(row.floor),
        "roomNo": row.room_no,
        "address": row.address,
        "status": row.status,
        "grossArea": format_area(row.gross_area),
        "due": format_yuan(row.due),
        "paid": format_yuan(row.paid_first),
        "balance": format_yuan(row.balance),
        "cause": row.cause,
        "causeNo": row.cause_no,
        "seq": row.seq,
        "at": now.astimezone(SHANGHAI).isoformat(timespec="seconds"),
    }
