"""How a bank's machine signs what it sends, as docs/bank.md says."""

from datetime import datetime

from domain.signing import derive_secret, sign

FIND = "/bank/notices/find"
CONFIRM = "/bank/payments/confirm"
CONFIRM_BATCH = "/bank/payments/confirm-batch"


def signed_headers(key: str, now: datetime, path: str, body: bytes) -> dict[str, str]:
    """Sign a request; the bank's key itself stays at home."""
    time = int(now.timestamp())
    return {
        "Content-Type": "application/json",
        "X-Weixiu-Key-Id": "_".join(key.split("_", 3)[:3]),
        "X-Weixiu-Time": str(time),
        "X-Weixiu-Signature": sign(derive_secret(key), "POST", path, time, body),
    }
