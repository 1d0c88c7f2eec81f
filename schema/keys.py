"""Keys of machine accounts in the graph: issued, told once, and revoked."""

from typing import Annotated, Any

import strawberry

from db.base import Pool
from db.tables.members import MemberKey
from resolvers.act import Outcome, Work
from resolvers.keys import Wanted, issue_key, revoke_key
from resolvers.visit import Visit
from schema.fields import column, derived
from schema.mutation import INPUT, ActInput, Answered, answer, mutation, result, row_id
from schema.node import Node
from schema.problem import Rejected
from schema.scalars import Moment
from schema.types import asks, given, maybe, shows, tells, value


def _listed(_visit: Visit, networks: list[Any]) -> list[str]:
    return [str(network) for network in networks]


@shows(MemberKey)
class ApiKey(Node):
    """A key of a machine account, without its secret (接口密钥)."""

    name: str = column("name", "What it is for (密钥名称).")
    prefix: str = column("prefix", "Its public beginning, by which it is told from others (密钥前缀).")
    addresses: list[str] = derived(
        ("addresses",), _listed, "Networks from which it may come; none means from anywhere (允许网段)."
    )
    created_at: Moment = column("created_at", "When it was issued (签发时间).")
    expires_at: Moment | None = column("expires_at", "When it ends by itself (到期时间).")
    revoked_at: Moment | None = column("revoked_at", "When it was revoked (撤销时间).")


@asks
class ApiKeyIssueInput:
    """For which machine account a key is issued, and where it may come from (签发接口密钥)."""

    account_id: strawberry.ID = given("The reporting or bank account (接口账号).")
    name: str = given("What it is for, up to 50 characters (密钥名称).")
    expires_at: Moment | None = maybe("When it ends: a year from now, at most two (到期时间).")
    addresses: list[str] | None = maybe(
        "Addresses or networks such as `203.0.113.0/24`, up to 50; none means from anywhere (允许网段)."
    )


@asks
class ApiKeyRevokeInput(ActInput):
    """Which key is revoked (撤销接口密钥)."""

    key_id: strawberry.ID = given("The key (接口密钥).")


@tells
class ApiKeyIssued:
    """A fresh key; its secret is told this once (已签发的密钥)."""

    secret: str = value("Send it as `X-Weixiu-Key`; it is kept nowhere and not told again (密钥).")
    key: ApiKey = value("The key without its secret (接口密钥).")


@tells
class ApiKeyDone:
    """A key after what was done to it (接口密钥已处理)."""

    key: ApiKey = value("The key (接口密钥).")


ApiKeyIssueResult = Annotated[
    ApiKeyIssued | Rejected, result("ApiKeyIssueResult", "The key, told once, or why there is none.")
]
ApiKeyResult = Annotated[ApiKeyDone | Rejected, result("ApiKeyResult", "The key, or why not.")]


def _done(done: Answered) -> ApiKeyDone:
    return ApiKeyDone(key=done.row)


@strawberry.type
class KeyActs:
    """The mutations about keys of machines."""

    @mutation("key.issue")
    async def api_key_issue(
        self, info: strawberry.Info, asked: Annotated[ApiKeyIssueInput, INPUT]
    ) -> ApiKeyIssueResult | None:
        """Issue a key for a reporting or bank account; it is told this once (签发接口密钥)."""
        account = row_id(info, asked.account_id, "User", "accountId")
        told: list[str] = []

        async def effect(work: Work) -> Outcome:
            wanted = Wanted(account, asked.name, asked.expires_at, tuple(asked.addresses or ()))
            return await issue_key(work, wanted, told)

        def write(done: Answered) -> ApiKeyIssued:
            return ApiKeyIssued(secret=told[0], key=done.row)

        return await answer(info, asked, effect, write, Pool.KEEPER)

    @mutation("key.revoke")
    async def api_key_revoke(
        self, info: strawberry.Info, asked: Annotated[ApiKeyRevokeInput, INPUT]
    ) -> ApiKeyResult | None:
        """Revoke a key; it is refused from then on (撤销接口密钥)."""
        key = row_id(info, asked.key_id, "ApiKey", "keyId")

        async def effect(work: Work) -> Outcome:
            return await revoke_key(work, key)

        return await answer(info, asked, effect, _done, Pool.KEEPER)
