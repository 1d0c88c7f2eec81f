"""The door for machines that sign their requests: the key itself never travels, and old requests are void."""

from dataclasses import dataclass
from datetime import datetime

from domain.actor import Actor
from domain.signing import is_signed, sign
from resolvers.desk import Desk
from resolvers.keys import admit, find_key
from resolvers.signing.tokens import KEY, city_of, signing_context

_PARTS = 3  # wxk, city, prefix


@dataclass(frozen=True, slots=True)
class Signed:
    """A request as its sender signed it.

    Attributes:
        key: The public beginning of the sender's key, such as `wxk_440700_1a2b3c4d`.
        time: When it was sent, in seconds since 1970.
        target: Path and query as on the request line.
    """

    key: str
    time: int
    signature: str
    method: str
    target: str
    body: bytes


async def authenticate_signed(desk: Desk, signed: Signed, now: datetime, address: str = "") -> Actor | None:
    """Find whose machine account signed a request; one signed wrongly or long ago is nobody's.

    A request that comes again within the time that it is good for does nothing more: whatever may be signed
    is known again by the bank's own number.
    """
    parts = signed.key.split("_")
    city = city_of(signed.key, KEY)
    if city is None or len(parts) != _PARTS:
        return None
    found = await find_key(desk, city, parts[2])
    if found is None or found[0].signing_cipher is None:
        return None
    secret = desk.sealer.unlock(found[0].signing_cipher, signing_context(found[0].id)).decode()
    expected = sign(secret, signed.method, signed.target, signed.time, signed.body)
    if not is_signed(signed.signature, expected, signed.time, int(now.timestamp())):
        return None
    return await admit(desk, *found, now, address)
