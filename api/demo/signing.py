"""A bank's machine that signs its requests to the product, as docs/bank.md says."""

from collections.abc import Mapping
from datetime import datetime

import msgspec

from api.demo.caller import Caller, Json, UnexpectedAnswer
from api.sim.signing import signed_headers
from api.visits import KEY_HEADER

_DONE = 200
_REFUSED = 422


async def try_signed(bank: Caller, now: datetime, path: str, asked: Mapping[str, object]) -> Json:
    """Send a signed request and give the answer, done or with its problems.

    Raises:
        UnexpectedAnswer: It is neither.
    """
    body = msgspec.json.encode(asked)
    headers = signed_headers(bank.headers[KEY_HEADER], now, path, body)
    answer = await bank.http.post(path, content=body, headers=headers)
    if answer.status_code not in {_DONE, _REFUSED}:
        raise UnexpectedAnswer(f"{path} answered {answer.status_code}: {answer.text}")
    return answer.json()


async def ask_signed(bank: Caller, now: datetime, path: str, asked: Mapping[str, object]) -> Json:
    """Send a signed request that has to be done.

    Raises:
        UnexpectedAnswer: It was refused.
    """
    answer = await try_signed(bank, now, path, asked)
    if "problems" in answer:
        raise UnexpectedAnswer(f"{path} was refused: {answer['problems']}")
    return answer
