"""A collected estate whose notices are issued and paid, and the rows behind it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.papers import FILE
from tests.scenes import JIANGMEN, Caller, Developer, Town, unit
from tests.worlds import beginning

OWNER = {"name": "李𬭎喆", "idType": "1", "idNumber": "440705200402290126", "mobile": "19912345678"}
SPOUSE = {
    "name": "欧阳·买买提",
    "idType": "身份证",
    "idNumber": "51050219850315018x",
    "mobile": "13122220002",
}
CLEAR = ("440705200402290126", "19912345678", "51050219850315018", "13122220002")
"""The personal numbers of both owners, as nobody may find them anywhere."""

NOTICE = (
    "id noticeNo status total totalInWords bank qrPayload issuedAt expiresAt paidAt printCount"
    " kind depositType"
    " lines { no address grossArea rate amount owners { name idNumber mobile } unit { roomNo manualFiling } }"
    " payment { id proofNo amount }"
)
ISSUED = f"... on NoticesIssued {{ dryRun notices {{ {NOTICE} }} }}"
PAID = "... on PaymentConfirmed { dryRun payment { id proofNo amount bankTxnNo channel } }"
_UNITS = """query($id: ID!) { node(id: $id) { ... on Estate { name buildings { id name units {
  id roomNo grossArea hasLift manualFiling contractNo owners { id name idNumber mobile share reviewed }
  account { id accountNo holder due rate paidFirst outstanding balance
    entries { type amount balanceAfter } } } } } } }"""
_KEYS = count()


def fresh_key() -> str:
    """Make an idempotency key or transaction number that no other call has."""
    return f"KEY{next(_KEYS)}"


class Books:
    """The rows of a test's database, read and bent as its owner."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.engine = engine

    async def rows(self, statement: str, **values: Any) -> list[Any]:
        """Run a statement and give its rows."""
        async with self.engine.connect() as connection:
            found = await connection.execute(text(statement), values)
            return list(found.all()) if found.returns_rows else []

    async def one(self, statement: str, **values: Any) -> Any:
        """Run a statement and give its only value."""
        ((value,),) = await self.rows(statement, **values)
        return value

    async def demote(self, role: str) -> None:
        """Give every admin of an organization another role behind the product's back."""
        async with self.engine.connect() as connection:
            await connection.execute(text("set session_replication_role = replica"))
            change = "update role_assignment set role = :role where role = 'org_admin'"
            await connection.execute(text(change), {"role": role})
            await connection.execute(text("update principal set version = version + 1"))
            await connection.execute(text("reset session_replication_role"))

    async def counts(self, *tables: str) -> dict[str, int]:
        """Count the rows of tables; that somebody signed in or was refused a right does not count."""
        kept = {"audit": "audit where outcome <> 'DENIED' and act <> 'signIn'"}
        return {table: await self.one(f"select count(*) from {kept.get(table, table)}") for table in tables}

    async def everything(self) -> str:
        """Write every row of every table as text."""
        tables = await self.rows("select tablename from pg_tables where schemaname = 'public'")
        found: list[str] = []
        for (table,) in tables:
            found += [row for (row,) in await self.rows(f"select to_jsonb(t)::text from {table} t")]
        return "\n".join(found)


MONEY_TABLES = (
    "notice",
    "notice_line",
    "payment",
    "suspense_item",
    "journal",
    "entry",
    "owner",
    "audit",
    "outbox_message",
    "push",
)

BOOKED = (
    "payment",
    "suspense_item",
    "journal",
    "entry",
    "outbox_message",
    "push",
    "audit",
    "counter",
    "repetition",
)


async def suspended(books: Books, city: int = JIANGMEN) -> list[Any]:
    """Read why which amounts are kept in suspense, and whether a notice was found for them."""
    return await books.rows(
        "select reason, amount, notice_id is not null from suspense_item where city = :c order by id", c=city
    )


async def bank_balances(books: Books, city: int = JIANGMEN) -> dict[str, int]:
    """Read the clearing and suspense accounts of a city's first bank."""
    rows = await books.rows(
        "select kind, balance from account where city = :c and bank like '%01'"
        " and kind in ('CLEARING', 'SUSPENSE')",
        c=city,
    )
    return dict(map(tuple, rows))


@dataclass
class Block:
    """One developer's estate in a city, with its bank."""

    town: Town
    developer: Developer
    bank: Caller
    estate: str
    units: dict[str, str] = field(default_factory=dict[str, str])

    @property
    def city(self) -> int:
        """The city's division code."""
        return self.developer.city

    async def unit(self, room: str = "301") -> Any:
        """Read a unit with its owners and account."""
        return (await self.read())[room]

    async def read(self) -> dict[str, Any]:
        """Read every unit by its room number."""
        found = await self.developer.ask(_UNITS, id=self.estate)
        return {unit["roomNo"]: unit for building in found["node"]["buildings"] for unit in building["units"]}

    async def issue(
        self,
        *rooms: str,
        owners: Sequence[dict[str, str]] | None = (OWNER,),
        by: Caller | None = None,
        **more: Any,
    ) -> Any:
        """Ask for notices and give the answer; no owners means those recorded."""
        given: dict[str, Any] = {"idempotencyKey": fresh_key(), "ignoreMissingContract": True, **more}
        given["units"] = [
            {"unitId": self.units[room], **({"owners": list(owners)} if owners is not None else {})}
            for room in rooms or ("301",)
        ]
        return await (by or self.developer).act("noticeIssue", given, ISSUED, "NoticeIssueInput")

    async def notice(self, room: str = "301", **more: Any) -> Any:
        """Issue a notice that must be issued."""
        done = await self.issue(room, **more)
        assert done["__typename"] == "NoticesIssued", done
        return done["notices"][0]

    async def void(self, notice: Any, by: Caller | None = None, **more: Any) -> Any:
        """Void a notice."""
        given = {"noticeId": notice["id"], "reason": "打印有误", "idempotencyKey": fresh_key(), **more}
        read = "... on NoticeVoided { dryRun notice { id status } }"
        return await (by or self.developer).act("noticeVoid", given, read, "NoticeVoidInput")

    async def pay(self, notice: Any, txn: str = "", by: Caller | None = None, **more: Any) -> Any:
        """Let the bank confirm that a notice was paid."""
        given = {
            "noticeNo": notice["noticeNo"],
            "amount": notice["total"],
            "bankTxnNo": txn or fresh_key(),
            "channel": self.town.desk.cities[self.city].channels.single[0].value,
            "paidAt": self.town.desk.clock().isoformat(),
            **more,
        }
        return await (by or self.bank).act("paymentConfirm", given, PAID, "PaymentConfirmInput")

    async def print(self, *notices: Any, by: Caller | None = None) -> Any:
        """Print notices into one PDF."""
        given = {"noticeIds": [notice["id"] for notice in notices]}
        return await (by or self.developer).act("noticePrint", given, FILE, "NoticePrintInput")

    async def look_up(self, number: str, by: Caller | None = None) -> Any:
        """Ask as a bank what a notice wants."""
        query = (
            "query($n: String!) { noticeForPayment(noticeNo: $n) { noticeNo amount status expiresAt payer } }"
        )
        return (await (by or self.bank).ask(query, n=number))["noticeForPayment"]

    async def find(self, number: str, by: Caller | None = None) -> Any:
        """Find a notice by its number."""
        query = f"query($n: String!) {{ noticeByNumber(noticeNo: $n) {{ {NOTICE} }} }}"
        return (await (by or self.developer).ask(query, n=number))["noticeByNumber"]


@beginning
async def build(
    town: Town,
    city: int = JIANGMEN,
    lines: list[dict[str, Any]] | None = None,
    *,
    developer: Developer | None = None,
    **more: Any,
) -> Block:
    """Give a collected estate; by default with one unit of 88.35 m² with a lift, room 301."""
    if not town.desk.cities[city].rates and developer is None:
        await town.set_rates(city)
    developer = developer or await town.developer(city)
    order = await town.collect(developer, lines or [unit()], **more)
    block = Block(town, developer, await town.bank(city), order["estate"]["id"])
    block.units = {room: found["id"] for room, found in (await block.read()).items()}
    return block


def codes(answer: Any) -> list[str]:
    """Give the codes of a refusal."""
    assert answer["__typename"] == "Rejected", answer
    return [problem["code"] for problem in answer["problems"]]


def places(answer: Any) -> list[tuple[str, str]]:
    """Give the codes of a refusal with their paths."""
    assert answer["__typename"] == "Rejected", answer
    return [(problem["code"], problem["path"]) for problem in answer["problems"]]
