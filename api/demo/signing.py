"""A bank's machine that signs its requests, as docs/bank.md says."""

from collections.abc import Mapping
from datetime import datetime

import msgspec

from api.demo.caller import Caller, Json, UnexpectedAnswer
from api.visits import KEY_HEADER
from domain.signing import derive_secret, sign

_DONE = 200


async def ask_signed(bank: Caller, now: datetime, path: str, asked: Mapping[str, object]) -> Json:
    """Send a signed request that has to be done; the bank's key itself stays at home.

    Raises:
        UnexpectedAnswer: It was refused.
    """
    key, body, time = bank.headers[KEY_HEADER], msgspec.json.encode(asked), int(now.timestamp())
    headers = {
        "Content-Type": "application/json",
        "X-Weixiu-Key-Id": "_".join(key.split("_", 3)[:3]),
        "X-Weixiu-Time": str(time),
        "X-Weixiu-Signature": sign(derive_secret(key), "POST", path, time, body),
    }
    answer = await bank.http.post(path, content=body, headers=headers)
    if answer.status_code != _DONE:
        raise UnexpectedAnswer(f"{path} answered {answer.status_code}: {answer.text}")
    return answer.json()
