"""Links the audit rows of a city into a chain of hashes, and finds where somebody bent it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import RowMapping, insert, text
from sqlalchemy.ext.asyncio import AsyncSession

from db.base import Pool
from db.scope import enter_city
from db.sealing import Sealer
from db.tables.records import AuditLink
from domain.clock import SHANGHAI
from resolvers.desk import Desk

BATCH = 2_000
# No act is under way for so long: a row that is older than this when it comes was put in afterwards.
LATE = timedelta(hours=1)
_log = structlog.get_logger(__name__)

# The form of a row's text is part of the chain. A column that is added later belongs into a form 2, by which
# only rows from then on are hashed; PostgreSQL itself writes the text, which is faster than reading columns.
_TEXT = """jsonb_build_array(1, a.city, a.id, a.org_id,
  to_char(a.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'), a.principal_id, a.actor_kind, a.actor_name,
  a.act, a.outcome, a.address, a.rule, a.request_id, a.subject_type, a.subject_id, a.detail)::text"""
_HEAD = text("""
select l.no, l.hash, l.audit_id from audit_link l where l.city = :city order by l.no desc limit 1
""")
_FRESH = """
from audit a where a.city = :city and not exists (
  select from audit_link l where l.city = a.city and l.audit_id = a.id
)"""
_READ = "select a.id, " + _TEXT + " as said "
_UNLINKED = text(_READ + _FRESH + " order by a.id limit :batch")
_LATELY_UNLINKED = text(_READ + _FRESH + " and a.id > :since order by a.id limit :batch")
_CHAIN = text(
    "select l.no, l.audit_id, l.hash, a.id, a.at, "
    + _TEXT
    + """ as said
from audit_link l left join audit a on a.city = l.city and a.id = l.audit_id
where l.city = :city and l.no > :no order by l.no limit :batch"""
)
_COUNTS = text("""
select (select count(*) from audit where city = :city) as rows,
       (select count(*) from audit_link where city = :city) as links
""")
_OPEN = text("select a.id, a.at " + _FRESH + " order by a.at, a.id limit 1")
_ALONE = text("select pg_try_advisory_xact_lock(hashtextextended('audit chain', :city))")


async def link_audit(desk: Desk, city: int, *, everything: bool = False, batch: int = BATCH) -> int:
    """Link what was recorded since, at most a batch of it, and say how many rows; one process at a time.

    A row may be committed later than one that is newer by its id, so rows of the last hour are looked at
    again each time, and all rows if `everything` is asked.
    """
    async with AsyncSession(desk.databases.engine(Pool.WORKER)) as session, session.begin():
        await enter_city(session, city)
        if not await session.scalar(_ALONE, {"city": city}):
            return 0
        head = (await session.execute(_HEAD, {"city": city})).first()
        number, last = (head.no, head.hash) if head else (0, b"")
        given: dict[str, Any] = {"city": city, "batch": batch}
        if head is None or everything:
            found = await session.execute(_UNLINKED, given)
        else:
            since = _hour_before(head.audit_id)
            found = await session.execute(_LATELY_UNLINKED, {**given, "since": since})
        links: list[dict[str, Any]] = []
        for row in found:
            number += 1
            last = desk.sealer.link(last, number, row.said)
            links.append({"city": city, "no": number, "audit_id": row.id, "hash": last})
        if links:
            await session.execute(insert(AuditLink), links)
    if links:
        # In the log the head stands outside the database, where who bends the rows cannot bend it, too.
        _log.info("audit chain", city=city, head=f"{number}:{last.hex()}", rows=len(links))
    return len(links)


def _hour_before(row: UUID) -> UUID:
    """Give the id that a row of an hour earlier would have begun with: its first 48 bits are milliseconds."""
    moment = (row.int >> 80) - LATE // timedelta(milliseconds=1)
    return UUID(int=max(moment, 0) << 80)


@dataclass(frozen=True, slots=True)
class Finding:
    """The first row of a chain that is not as it was linked."""

    what: str
    number: int | None = None
    row: UUID | None = None
    at: datetime | None = None

    def __str__(self) -> str:
        """Say it in one sentence, for the terminal."""
        place = "" if self.number is None else f" link {self.number}"
        row = "" if self.row is None else f" row {self.row}"
        at = "" if self.at is None else f" of {self.at.astimezone(SHANGHAI).isoformat()}"
        where = f"{place}{row}{at}"
        return f"{self.what}:{where}" if where else f"{self.what}."


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a city's chain says.

    Attributes:
        head: Number and hash of the last link, as the worker logs them; what `expect` takes.
        waiting: How many rows are not linked yet.
    """

    city: int
    rows: int
    links: int
    head: str
    waiting: int
    finding: Finding | None


@dataclass(slots=True)
class _Walk:
    """How far the chain was followed."""

    number: int = 0
    hash: bytes = b""
    newest: datetime | None = None
    expected: bool = False


async def verify_audit(desk: Desk, city: int, expect: str | None = None, *, batch: int = 5_000) -> Verdict:
    """Follow a city's chain from its first link, in one view of the database, and find what is bent.

    Args:
        desk: The installation.
        city: Whose chain.
        expect: A link that must be there, as `NO:HASH` of an earlier head; so a chain whose end was cut off
            is found out.
        batch: How many links are read at once.
    """
    engine = desk.databases.engine(Pool.WORKER).execution_options(isolation_level="REPEATABLE READ")
    async with AsyncSession(engine) as session, session.begin():
        await enter_city(session, city)
        counts = (await session.execute(_COUNTS, {"city": city})).one()
        walk = _Walk()
        finding: Finding | None = None
        while finding is None:
            given = {"city": city, "no": walk.number, "batch": batch}
            links = (await session.execute(_CHAIN, given)).mappings().all()
            finding = _follow(desk.sealer, walk, links, expect)
            if len(links) < batch:
                break
        if finding is None and expect is not None and not walk.expected:
            finding = Finding(f"the chain was cut off: it has no link {expect}")
        finding = finding or await _look_at_open(session, city, walk)
    head = f"{walk.number}:{walk.hash.hex()}"
    return Verdict(city, counts.rows, counts.links, head, max(counts.rows - counts.links, 0), finding)


def _follow(sealer: Sealer, walk: _Walk, links: Sequence[RowMapping], expect: str | None) -> Finding | None:
    """Follow some links, and stop at the first that is wrong."""
    for place, link in enumerate(links):
        number = walk.number + 1
        if link["no"] != number:
            return Finding("a link is missing", number)
        if link["id"] is None:
            return Finding("the row is missing", number, link["audit_id"])
        made = sealer.link(walk.hash, number, link["said"])
        if made != link["hash"]:
            what = _explain(sealer, walk, link["hash"], links[place + 1 :])
            return Finding(what, number, link["id"], link["at"])
        if walk.newest is not None and link["at"] < walk.newest - LATE:
            return Finding("the row was put in afterwards", number, link["id"], link["at"])
        walk.number, walk.hash = number, made
        walk.newest = link["at"] if walk.newest is None else max(walk.newest, link["at"])
        walk.expected = walk.expected or expect == f"{number}:{made.hex()}"
    return None


def _explain(sealer: Sealer, walk: _Walk, stored: bytes, later: Sequence[RowMapping]) -> str:
    """Tell a row that was changed from one that stands in another's place."""
    number = walk.number + 1
    for link in later:
        if link["said"] is not None and sealer.link(walk.hash, number, link["said"]) == stored:
            return "rows were put in another order"
    return "the row was changed, or its link was"


async def _look_at_open(session: AsyncSession, city: int, walk: _Walk) -> Finding | None:
    """Look at the oldest row that is not linked: the worker links within seconds, so it must be new."""
    row = (await session.execute(_OPEN, {"city": city})).first()
    if row is None or walk.newest is None or row.at >= walk.newest - LATE:
        return None
    return Finding("the row was put in afterwards, or its link taken away", None, row.id, row.at)
