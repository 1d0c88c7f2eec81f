"""Reads HTTP from a connection, with httptools, and with the patience that its users expect of a server."""

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

_LONGEST_HEAD = 65536  # bytes of a request line and headers
_UPGRADE = frozenset({b"connection", b"upgrade", b"http2-settings"})


class Wire(HttpToolsProtocol):
    """Uvicorn's fast reader of HTTP, with what its slow one has.

    It ends its patience with endless headers. It drops headers after a body (trailers), which would stand
    among those that a proxy vouches for. It answers a request that would like to go on with HTTP/2, as
    Java's client sends each first one, by HTTP/1.1, and so with its body.
    """

    _idle = 0
    _in_head = False
    _declined = False

    def on_message_begin(self) -> None:
        """Begin a request."""
        super().on_message_begin()
        self._in_head = True

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header."""
        if self._in_head:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Begin to answer, unless the request is read once more without its wish for another protocol."""
        self._idle, self._in_head = 0, False
        self._declined = self.parser.should_upgrade() and not self._should_upgrade()
        if not self._declined:
            super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Take a piece of the body."""
        self._idle = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        """Let the answer know that the body is whole."""
        if not self._declined:
            super().on_message_complete()

    def data_received(self, data: bytes) -> None:
        """Read on; whoever sends for long what completes no head and is no body is turned away."""
        self._unset_keepalive_if_required()
        self._idle += len(data)
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade as upgrade:
            if not self._declined:
                self.handle_websocket_upgrade()
            elif self.parser.get_method() == b"CONNECT":
                self.send_400_response("This is no proxy.")
            else:
                self._read_again(data[upgrade.args[0] :])
        except httptools.HttpParserError:
            self.send_400_response("Invalid HTTP request received.")
        if self._idle > _LONGEST_HEAD and not self.transport.is_closing():
            self.send_400_response("The headers are too long.")

    def _read_again(self, rest: bytes) -> None:
        """Read a request as if it had not asked for another protocol (RFC 9110 §7.8 lets a server do so)."""
        head = [self.parser.get_method(), b" ", self.url, b" HTTP/1.1\r\n"]
        for name, value in self.headers:
            if name not in _UPGRADE:
                head += [name, b": ", value, b"\r\n"]
        self.parser = httptools.HttpRequestParser(self)
        self.data_received(b"".join([*head, b"\r\n", rest]))

    def _should_upgrade(self) -> bool:
        """Tell whether the connection becomes a websocket, which only a GET can ask for."""
        return self.parser.get_method() == b"GET" and super()._should_upgrade()
