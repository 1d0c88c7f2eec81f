"""Three developers side by side, two of one city and one of another, each with one of everything."""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from sqlalchemy import text

from db.base import Pool
from schema.ids import read_id, write_id
from tests.scenes import JIANGMEN, LUZHOU, USCC, YUNMENG, Caller, Developer, Town, unit

OWNER = {"name": "张三", "idType": "1", "idNumber": "510502198503150120", "mobile": "13800138000"}

_EVERYTHING = """{
  estates { edges { node { id organization { id }
    buildings { id units { id owners { id } account { id } } } } } }
  orders(filter: { kind: [ESTATE_COLLECTION] }) { edges { cursor node {
    id orderNo attachments { id file { id url } } } } }
  notices { edges { node { id noticeNo } } }
  payments { edges { node { id } } }
}"""


@dataclass(frozen=True)
class Holding:
    """One developer and the global ids of one of each kind of thing that is theirs."""

    developer: Developer
    ids: dict[str, str]
    order_no: str
    notice_no: str
    cursor: str


@dataclass(frozen=True)
class Neighbours:
    """The three holdings, and the people of the first two developers' city."""

    town: Town
    mine: Holding
    beside: Holding
    elsewhere: Holding
    clerk: Caller
    bank: Caller
    other_bank: Caller

    @property
    def foreign(self) -> tuple[Holding, Holding]:
        """The holdings that the first developer must never see."""
        return self.beside, self.elsewhere


async def settle_in(town: Town) -> Neighbours:
    """Let three developers do the whole main job."""
    await town.set_rates(LUZHOU)
    bank = await town.bank(LUZHOU)
    codes = [known.code for known in town.desk.cities[LUZHOU].banks]
    return Neighbours(
        town,
        mine=await _hold(town, LUZHOU, USCC[LUZHOU], "first", bank),
        beside=await _hold(town, LUZHOU, USCC[YUNMENG], "second", bank),
        elsewhere=await _hold(town, JIANGMEN, USCC[JIANGMEN], "first", await town.bank(JIANGMEN)),
        clerk=await town.clerk(LUZHOU),
        bank=bank,
        other_bank=await town.bank(LUZHOU, codes[1]),
    )


async def _hold(town: Town, city: int, uscc: str, login: str, bank: Caller) -> Holding:
    developer = await town.developer(city, uscc, login)
    place = f"{login}花园{city}"
    await town.collect(developer, [unit(contractNo=f"{login}-{city}-1")], name=place, address=place)
    draft = await town.draft(developer, name=place + "二期", address=place + "二期")
    await _attach(town, developer, draft)
    found = await developer.ask(_EVERYTHING)
    estate = found["estates"]["edges"][0]["node"]
    one = estate["buildings"][0]["units"][0]
    notice = await _issue(developer, one["id"])
    assert await _pay(bank, notice["noticeNo"], notice["total"]) == "PaymentConfirmed"
    assert await _pay(bank, f"UNKNOWN-{login}", "1.00") == "Rejected"
    found = await developer.ask(_EVERYTHING)
    one = found["estates"]["edges"][0]["node"]["buildings"][0]["units"][0]
    order = found["orders"]["edges"][0]
    attachment = order["node"]["attachments"][0]
    user = await town.sub_user(developer, ["viewer"], [estate["id"]])
    ids = {
        **await _administer(developer, estate["id"]),
        "User": user.id,
        "Organization": estate["organization"]["id"],
        "Estate": estate["id"],
        "Building": estate["buildings"][0]["id"],
        "Unit": one["id"],
        "Owner": one["owners"][0]["id"],
        "Account": one["account"]["id"],
        "Order": order["node"]["id"],
        "Attachment": attachment["id"],
        "File": attachment["file"]["id"],
        "Notice": notice["id"],
        "Payment": found["payments"]["edges"][0]["node"]["id"],
    }
    ids["Refund"] = await _promise_refund(town, city, ids)
    await _correct_order(town, city, ids)
    await _tell_trading(town, city, ids)
    await _keep_books(town, city, ids, f"UNKNOWN-{login}")
    receipts = (await developer.ask("{ receipts { edges { node { id } } } }"))["receipts"]["edges"]
    ids["Receipt"] = receipts[0]["node"]["id"]
    ids["Job"] = (await developer.ask("{ jobs { edges { node { id } } } }"))["jobs"]["edges"][0]["node"]["id"]
    return Holding(developer, ids, order["node"]["orderNo"], notice["noticeNo"], order["cursor"])


async def _correct_order(town: Town, city: int, ids: dict[str, str]) -> None:
    """Write what a resubmission of the order changed, as handing it in again does."""
    async with town.desk.databases.engine(Pool.DEVELOPER).begin() as connection:
        organization = str(read_id(ids["Organization"])[2])
        await connection.execute(
            text("select set_config('app.city', :city, true), set_config('app.org', :org, true)"),
            {"city": str(city), "org": organization},
        )
        await connection.execute(
            text(
                "insert into order_difference"
                " (city, order_id, no, org_id, shape, kind, fields, head_before, head_after)"
                " select city, id, 1, org_id, '', kind, '[]', content, content"
                " from business_order where city = :city and id = :order"
            ),
            {"city": city, "order": read_id(ids["Order"])[2]},
        )


async def _promise_refund(town: Town, city: int, ids: dict[str, str]) -> str:
    """Write a refund that the unit's account owes, as the approval of a change does."""
    refund = uuid4()
    async with town.desk.databases.engine(Pool.OFFICE).begin() as connection:
        await connection.execute(text("select set_config('app.city', :city, true)"), {"city": str(city)})
        await connection.execute(
            text(
                "insert into refund (city, id, org_id, estate_id, unit_id, account_id, order_id, refund_no,"
                " amount, status, approved_at)"
                " select a.city, cast(:refund as uuid), a.org_id, a.estate_id, a.unit_id, a.id, o.id,"
                " 'RF' || a.account_no, 100, 'APPROVED', now()"
                " from account a join business_order o on o.city = a.city and o.id = :order"
                " where a.city = :city and a.id = :account"
            ),
            {
                "city": city,
                "refund": refund,
                "account": read_id(ids["Account"])[2],
                "order": read_id(ids["Order"])[2],
            },
        )
    return write_id("Refund", city, refund)


async def _tell_trading(town: Town, city: int, ids: dict[str, str]) -> None:
    """Write what the transaction system shall hear of the unit, and how it answered lately."""
    async with town.desk.databases.engine(Pool.OFFICE).begin() as connection:
        await connection.execute(text("select set_config('app.city', :city, true)"), {"city": str(city)})
        await connection.execute(
            text(
                "insert into push"
                " (city, id, org_id, estate_id, unit_id, cause, cause_no, next_at, created_at)"
                " select city, gen_random_uuid(), org_id, estate_id, id, 'OPENED', code, now(), now()"
                " from unit where city = :city and id = :unit"
            ),
            {"city": city, "unit": read_id(ids["Unit"])[2]},
        )
    async with town.desk.databases.engine(Pool.WORKER).begin() as connection:
        await connection.execute(text("select set_config('app.city', :city, true)"), {"city": str(city)})
        await connection.execute(
            text("insert into trading_breaker (city) values (:city) on conflict do nothing"), {"city": city}
        )


_BOOKS = {
    "job": (
        Pool.OFFICE,
        """insert into job (city, id, org_id, kind, asked, created_by, created_at)
        select city, gen_random_uuid(), org_id, 'NOTICE_PRINT', '{}', issued_by, now() from notice
        where city = :city and id = :notice""",
    ),
    "receipt_series": (
        Pool.WORKER,
        "insert into receipt_series (city, year, last) values (:city, 2026, 1) on conflict do nothing",
    ),
    "receipt": (
        Pool.WORKER,
        """insert into receipt (city, id, org_id, estate_id, payment_id, bank, receipt_no, year, serial,
        payee, item, amount, issued_at) select city, gen_random_uuid(), org_id, estate_id, id, bank,
        'RC' || proof_no, 2025, hashtext(proof_no), 'x', 'x', amount, now() from payment
        where city = :city and id = :payment""",
    ),
    "bank_statement": (
        Pool.OFFICE,
        """insert into bank_statement (city, id, bank, day, sha256, line_count, total, money_in, money_out,
            opening, closing, received_at, received_by)
        select city, id, bank, date '2020-01-01' + (hashtext(proof_no) & 1023), '', 1, amount, amount, 0,
        0, amount, now(), confirmed_by from payment where city = :city and id = :payment""",
    ),
    "bank_statement_line": (
        Pool.OFFICE,
        """insert into bank_statement_line
        (city, id, statement_id, rank, no, bank_txn_no, amount, outcome, payment_id)
        select city, id, id, 2, 1, bank_txn_no, amount, 'MATCHED', id from payment
        where city = :city and id = :payment""",
    ),
    "refund_transfer": (
        Pool.OFFICE,
        """insert into refund_transfer
        (city, id, org_id, refund_id, journal_id, bank, bank_txn_no, amount, moved_at)
        select r.city, r.id, r.org_id, r.id, j.id, a.bank, 'OUT' || r.refund_no, -r.amount, now()
        from refund r join account a on a.city = r.city and a.id = r.account_id
        join journal j on j.city = r.city and j.payment_id = :payment
        where r.city = :city and r.id = :refund""",
    ),
    "ledger_seal": (
        Pool.WORKER,
        """insert into ledger_seal (city, day, entries, root, hash, sealed_at)
        values (:city, '2020-01-01', 0, '', '', now()) on conflict do nothing""",
    ),
}
"""One of each of what follows a payment, and who writes it."""


async def _keep_books(town: Town, city: int, ids: dict[str, str], unknown: str) -> None:
    """Write what follows a payment: receipt, bank statement, a day's seal, and long work."""
    given = {
        "city": city,
        **{name.lower(): read_id(ids[name])[2] for name in ("Notice", "Payment", "Refund")},
    }
    for pool, statement in _BOOKS.values():
        async with town.desk.databases.engine(pool).begin() as connection:
            await connection.execute(text("select set_config('app.city', :city, true)"), {"city": str(city)})
            asked = {name: value for name, value in given.items() if f":{name}" in statement}
            await connection.execute(text(statement), asked)
    ids.update(await _look_into_books(town, city, ids, unknown))


async def _look_into_books(town: Town, city: int, ids: dict[str, str], unknown: str) -> dict[str, str]:
    """Name what is the office's own: money in suspense, and the bank's statement with its line."""
    async with town.desk.databases.engine(Pool.OFFICE).begin() as connection:
        await connection.execute(text("select set_config('app.city', :city, true)"), {"city": str(city)})
        wanted = text("select id from suspense_item where city = :city and notice_no = upper(:unknown)")
        item = (await connection.execute(wanted, {"city": city, "unknown": unknown})).scalar_one()
    payment = read_id(ids["Payment"])[2]
    return {
        "SuspenseItem": write_id("SuspenseItem", city, item),
        "BankStatement": write_id("BankStatement", city, payment),
        "BankStatementLine": write_id("BankStatementLine", city, payment),
    }


async def _administer(developer: Developer, estate: str) -> dict[str, str]:
    """Give the developer a role of its own making, a reporting account with a key, and its own session."""
    given = {"name": "只看房屋", "actions": ["estate.view", "unit.view"]}
    made = await developer.act("roleAdd", given, "... on RoleDone { role { id } }", "RoleAddInput")
    reporter = await developer.act(
        "reporterAdd",
        {"name": "报表程序", "grants": [{"estateId": estate}]},
        "... on UserDone { user { id } }",
        "ReporterAddInput",
    )
    key = await developer.act(
        "apiKeyIssue",
        {"accountId": reporter["user"]["id"], "name": "夜间报表"},
        "... on ApiKeyIssued { key { id } }",
        "ApiKeyIssueInput",
    )
    sessions = (await developer.ask("{ me { sessions { id } } }"))["me"]["sessions"]
    return {"Role": made["role"]["id"], "ApiKey": key["key"]["id"], "UserSession": sessions[0]["id"]}


async def _attach(town: Town, developer: Developer, order: str) -> None:
    kinds = town.desk.cities[developer.city].attachment_kinds("ESTATE_COLLECTION")
    given = {"orderId": order, "kind": next(iter(kinds)), "fileId": await town.upload(developer)}
    done = await developer.act("orderAttach", given, "... on OrderDone { order { id } }", "OrderAttachInput")
    assert done["__typename"] == "OrderDone", done


async def _issue(developer: Developer, unit_id: str) -> Any:
    given = {"units": [{"unitId": unit_id, "owners": [OWNER]}], "idempotencyKey": "issue"}
    read = "... on NoticesIssued { notices { id noticeNo total } }"
    done = await developer.act("noticeIssue", given, read, "NoticeIssueInput")
    assert done["__typename"] == "NoticesIssued", done
    return done["notices"][0]


async def _pay(bank: Caller, notice_no: str, amount: str) -> str:
    given = {
        "noticeNo": notice_no,
        "amount": amount,
        "bankTxnNo": f"T{notice_no}",
        "channel": "BANK",
        "paidAt": "2026-11-22T12:00:00+08:00",
    }
    read = "... on PaymentConfirmed { payment { id } }"
    done = await bank.act("paymentConfirm", given, read, "PaymentConfirmInput")
    return done["__typename"]
