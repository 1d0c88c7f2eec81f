"""What clients of a WebSocket say: messages in their form, and the token or key with which one begins."""

from typing import cast

import msgspec

from api.intake import BadRequest, decode_json
from api.limits import Limits

_LONGEST_ID = 200
_WITH_ID = frozenset({"subscribe", "complete"})
_KNOWN = frozenset({"connection_init", "ping", "pong"}) | _WITH_ID


class Bye(Exception):  # noqa: N818 - an outcome that is told to the client
    """The connection ends.

    Attributes:
        code: Close code (graphql-transport-ws, RFC 6455 §7.4).
        reason: For the developer of the client, in English.
    """

    def __init__(self, code: int, reason: str = "") -> None:
        super().__init__(code, reason)
        self.code = code
        self.reason = reason


class Message(msgspec.Struct, frozen=True):
    """A message of a client.

    Attributes:
        type: One of the protocol's names.
        id: The operation that is meant, where one has to be.
        payload: What is said.
    """

    type: str
    id: str | None
    payload: dict[str, object] | None


def read_message(text: str | None, limits: Limits) -> Message:
    """Read a message.

    Raises:
        Bye: It is none of the protocol's, or too large.
    """
    if text is None:
        raise Bye(4400, "Messages are text.")
    raw = text.encode(errors="surrogatepass")
    if len(raw) > limits.body:
        raise Bye(1009, f"At most {limits.body} bytes are accepted.")
    try:
        said = decode_json(raw, limits, "message")
    except BadRequest as bad:
        raise Bye(4400, bad.message) from None
    given = cast("dict[str, object]", said) if isinstance(said, dict) else {}
    kind, name, payload = given.get("type"), given.get("id"), given.get("payload")
    if not isinstance(kind, str) or kind not in _KNOWN:
        raise Bye(4400, "The message has no type that is known.")
    if kind in _WITH_ID and not (isinstance(name, str) and 0 < len(name) <= _LONGEST_ID):
        raise Bye(4400, "The message needs an id.")
    if not isinstance(payload, dict | None) or (kind == "subscribe" and payload is None):
        raise Bye(4400, "The payload must be an object.")
    return Message(kind, cast("str | None", name), cast("dict[str, object] | None", payload))


def signed(init: Message) -> dict[bytes, bytes]:
    """Give the headers for which the payload of a beginning stands; browsers can send none themselves.

    `token` is a bearer token and `key` a machine's key; `Authorization` and `X-Weixiu-Key` are taken as
    headers are.
    """
    found: dict[bytes, bytes] = {}
    for name, value in (init.payload or {}).items():
        if not isinstance(value, str) or not value.isascii():
            continue
        match name.lower():
            case "token":
                found[b"authorization"] = b"Bearer " + value.encode()
            case "authorization":
                found[b"authorization"] = value.encode()
            case "key" | "x-weixiu-key":
                found[b"x-weixiu-key"] = value.encode()
            case _:
                continue
    return found
