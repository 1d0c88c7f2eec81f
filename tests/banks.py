"""A bank's machine that signs its requests, and lines between it and the product that break."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

import httpx

from domain.signing import derive_secret, sign

FIND, CONFIRM, BATCH = "/bank/notices/find", "/bank/payments/confirm", "/bank/payments/confirm-batch"


class SignedBank:
    """A machine that holds a bank's key, which itself it never sends."""

    def __init__(self, http: httpx.AsyncClient, key: str, clock: Callable[[], datetime]) -> None:
        self.http = http
        self.key_id = "_".join(key.split("_", 3)[:3])
        self.secret = derive_secret(key)
        self.clock = clock

    def headers(self, path: str, body: bytes, *, time: int | None = None, secret: str = "") -> dict[str, str]:
        """Sign a request."""
        sent = int(self.clock().timestamp()) if time is None else time
        return {
            "Content-Type": "application/json",
            "X-Weixiu-Key-Id": self.key_id,
            "X-Weixiu-Time": str(sent),
            "X-Weixiu-Signature": sign(secret or self.secret, "POST", path, sent, body),
        }

    async def send(self, path: str, asked: Any, **more: str) -> httpx.Response:
        """Send a request; `more` are headers that stand in the place of its own."""
        body = json.dumps(asked, ensure_ascii=False).encode()
        return await self.http.post(path, content=body, headers={**self.headers(path, body), **more})

    async def ask(self, path: str, asked: Any, status: int = 200) -> Any:
        """Send a request that must be answered so."""
        answer = await self.send(path, asked)
        assert answer.status_code == status, answer.text
        return answer.json()

    def report(self, notice: Any, txn: str, **more: Any) -> dict[str, Any]:
        """Say that a notice was paid."""
        return {
            "noticeNo": notice["noticeNo"],
            "amount": notice["total"],
            "bankTxnNo": txn,
            "channel": "BANK",
            "paidAt": self.clock().isoformat(),
            **more,
        }


def told(answer: Any) -> list[tuple[str, str]]:
    """Give the codes of a refusal with their places."""
    return [(problem["code"], problem["path"]) for problem in answer["problems"]]
