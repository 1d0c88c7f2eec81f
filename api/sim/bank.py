"""A simulated bank: it confirms notices through the product's own door, also late, twice or wrongly."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from itertools import count
from typing import Annotated

import httpx
import msgspec
from msgspec import Meta

from api.sim.records import Json
from api.sim.signing import CONFIRM, FIND, signed_headers
from domain.clock import Clock, system_clock

_ANSWERED = (200, 422)
"""Done, or refused with its problems; anything else is no answer about the payment."""


class BankMistake(StrEnum):
    """What a bank does wrong."""

    NONE = "NONE"
    LATE = "LATE"
    TWICE = "TWICE"
    PAID_AGAIN = "PAID_AGAIN"
    WRONG_AMOUNT = "WRONG_AMOUNT"


MISTAKES = {
    BankMistake.NONE: "one confirmation with the notice's amount",
    BankMistake.LATE: "the same, after so many seconds",
    BankMistake.TWICE: "the same confirmation two times at once, under one transaction number",
    BankMistake.PAID_AGAIN: "the money comes a second time, under another transaction number",
    BankMistake.WRONG_AMOUNT: "0.01 yuan more than the notice says",
}
"""What each mistake does, for the control page."""


class Confirmation(msgspec.Struct, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """What the bank shall confirm; whatever is left out follows from the notice.

    Attributes:
        city: The city's key.
        key: The bank's key at the product, if the simulated bank was not given one for the city.
    """

    city: str
    notice_no: str
    amount: str | None = None
    channel: str = "BANK"
    txn_no: str | None = None
    paid_at: str | None = None
    mistake: BankMistake = BankMistake.NONE
    seconds: Annotated[float, Meta(ge=0, le=600)] = 1.0
    key: str | None = None


class NotConnectedError(Exception):
    """The bank cannot reach the product, or has no key there; the text says what is missing."""


@dataclass(slots=True)
class SimBank:
    """Every bank of every simulated city.

    Attributes:
        product: Where the product answers.
        keys: The key of each city's bank there, by the city's key.
        transport: Who carries the requests, in place of the network.
        clock: Where the time comes from that is signed along.
    """

    product: str | None = None
    keys: dict[str, str] = field(default_factory=dict[str, str], repr=False)
    transport: httpx.AsyncBaseTransport | None = None
    clock: Clock = system_clock
    _numbers: "count[int]" = field(default_factory=lambda: count(1))

    async def confirm(self, told: Confirmation) -> list[Json]:
        """Confirm a notice and give what the product answered, once for each time that it was told.

        Raises:
            NotConnectedError: There is no address or key, or nobody answers there.
        """
        key = told.key or self.keys.get(told.city)
        if self.product is None or key is None:
            raise NotConnectedError("Connect the bank first: POST /control/bank with `product` and `keys`.")
        client = httpx.AsyncClient(
            base_url=self.product, transport=self.transport, trust_env=False, timeout=30
        )
        async with client as http:
            try:
                return await _Line(http, key, self.clock).tell(told, self._number)
            except (httpx.HTTPError, ValueError, KeyError, TypeError) as error:
                raise NotConnectedError(
                    f"{self.product} did not answer as the product does: {error!r}"
                ) from error

    def _number(self) -> str:
        return f"SIM{self.clock():%Y%m%d%H%M%S%f}{next(self._numbers):04}"


@dataclass(frozen=True, slots=True)
class _Line:
    """The line to the product, on which every request is signed with the bank's key."""

    http: httpx.AsyncClient
    key: str
    clock: Clock

    async def tell(self, told: Confirmation, number: Callable[[], str]) -> list[Json]:
        """Confirm what shall be confirmed, rightly or with its mistake."""
        amount = told.amount or await self._amount_of(told.notice_no)
        if amount is None:
            return [{"notice": None, "noticeNo": told.notice_no}]
        if told.mistake is BankMistake.WRONG_AMOUNT:
            amount = str(Decimal(amount) + Decimal("0.01"))
        given = {
            "noticeNo": told.notice_no,
            "amount": amount,
            "bankTxnNo": told.txn_no or number(),
            "channel": told.channel,
            "paidAt": told.paid_at or self.clock().isoformat(timespec="seconds"),
        }
        match told.mistake:
            case BankMistake.TWICE:
                return list(await asyncio.gather(self._ask(CONFIRM, given), self._ask(CONFIRM, given)))
            case BankMistake.PAID_AGAIN:
                again = {**given, "bankTxnNo": number()}
                return [await self._ask(CONFIRM, given), await self._ask(CONFIRM, again)]
            case BankMistake.LATE:
                await asyncio.sleep(told.seconds)
            case _:
                pass
        return [await self._ask(CONFIRM, given)]

    async def _amount_of(self, notice_no: str) -> str | None:
        """Ask the product what is to be paid; None where it knows no such notice of this bank."""
        notice = (await self._ask(FIND, {"noticeNo": notice_no}))["notice"]
        return None if notice is None else notice["amount"]

    async def _ask(self, path: str, asked: Mapping[str, str]) -> Json:
        """Send a signed request and give what the product says, done or refused with its problems.

        Raises:
            ValueError: The answer is neither.
        """
        body = msgspec.json.encode(asked)
        headers = signed_headers(self.key, self.clock(), path, body)
        answer = await self.http.post(path, content=body, headers=headers)
        if answer.status_code not in _ANSWERED:
            raise ValueError(f"{answer.status_code} {answer.text}")
        return answer.json()
