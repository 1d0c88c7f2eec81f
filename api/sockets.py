"""GraphQL over WebSocket: the protocol graphql-transport-ws, word for word."""

import asyncio
from contextlib import suppress
from urllib.parse import urlsplit

import msgspec
from starlette.requests import Request
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from api.answers import Answer, Caller
from api.arrival import arrival_of, carry
from api.body import as_request, read_parameters
from api.documents import Unfit
from api.handshake import Bye, Message, read_message, signed
from api.intake import BadRequest
from api.language import choose_language
from api.negotiation import GRAPHQL_RESPONSE
from api.operations import Operations, Question, close, say_bug, say_no
from api.security import log_bug
from api.streams import PATIENCE_SECONDS, tell_events
from domain.refusal import Refusal, TooManyStreams, Unauthenticated
from resolvers.standing import Hold, Standing
from resolvers.visit import Visit
from resolvers.watching import LeavingError

PROTOCOL = "graphql-transport-ws"
INIT_SECONDS = 3.0
"""How long somebody may take to say who they are."""

MOST_OPERATIONS = 50
"""How many operations one connection may have open."""

_LONGEST_REASON = 120  # bytes that a close frame has room for


class Sockets:
    """Takes WebSocket connections.

    Args:
        operations: What is asked over them.
        standing: Looks after those who came; without it only operations are looked after.
    """

    def __init__(self, operations: Operations, standing: Standing | None) -> None:
        self._operations = operations
        self._standing = standing

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Speak with one client until one side ends it."""
        socket = WebSocket(scope, receive, send)
        await socket.receive()
        if _is_foreign(scope):
            # Before it is accepted, this is an HTTP answer: 403.
            await socket.close(1008)
            return
        if PROTOCOL not in socket.scope["subprotocols"]:
            await socket.accept()
            await socket.close(4406, "Subprotocol not acceptable")
            return
        request_id = arrival_of(scope).request_id
        await socket.accept(PROTOCOL, [(b"x-request-id", request_id.encode("ascii"))])
        await _Talk(socket, self._operations, self._standing).hold()


def _is_foreign(scope: Scope) -> bool:
    """Tell whether another site's page asks: browsers name the page's origin, other clients none."""
    arrival = arrival_of(scope)
    origin, host = arrival.header(b"origin"), arrival.header(b"host")
    return origin is not None and urlsplit(origin).netloc.lower() != (host or "").lower()


class _Talk:
    """One connection."""

    def __init__(self, socket: WebSocket, operations: Operations, standing: Standing | None) -> None:
        self._socket = socket
        self._operations = operations
        self._standing = standing
        self._request = Request({**socket.scope, "type": "http", "method": "POST"})
        arrival = arrival_of(socket.scope)
        language = choose_language(arrival.header(b"accept-language"))
        self._caller = Caller(GRAPHQL_RESPONSE, language, arrival.request_id)
        self._ending: asyncio.Future[Bye] = asyncio.get_running_loop().create_future()
        self._running: dict[str, asyncio.Task[None]] = {}
        self._streams: set[asyncio.Task[None]] = set()
        self._held: Hold | None = None

    async def hold(self) -> None:
        """Hold the conversation; afterwards nothing of it is left."""
        talking = asyncio.ensure_future(self._talk())
        try:
            await asyncio.wait({talking, self._ending}, return_when=asyncio.FIRST_COMPLETED)
            if talking.done() and not self._ending.done():
                self._ending.set_result(talking.result())
            await self._leave(self._ending.result())
        finally:
            talking.cancel()
            for task in self._streams:
                task.cancel()
            # What is no stream comes to its end: an act is not cut short because nobody waits for its answer.
            await asyncio.gather(talking, *self._running.values(), *self._streams, return_exceptions=True)
            if self._held is not None and self._standing is not None:
                self._standing.let_go(self._held)

    async def _talk(self) -> Bye:
        try:
            await self._greet_in_time()
            while True:
                await self._take(await self._read())
        except Bye as bye:
            return bye
        except WebSocketDisconnect:
            return Bye(1001)
        except Exception as bug:  # noqa: BLE001 - the connection ends, and its client learns no more than that
            log_bug(bug, request_id=self._caller.request_id)
            return Bye(4500, "Internal server error")

    async def _greet_in_time(self) -> None:
        try:
            async with asyncio.timeout(INIT_SECONDS):
                await self._greet()
        except TimeoutError:
            raise Bye(4408, "Connection initialisation timeout") from None

    async def _greet(self) -> None:
        """Wait for who it is; a ping may come first.

        Raises:
            Bye: It is nobody, or somebody else speaks first.
        """
        while True:
            message = await self._read()
            if message.type == "connection_init":
                break
            if message.type == "subscribe":
                raise Bye(4401, "Unauthorized")
            await self._take_small(message)
        given = signed(message)
        self._request = Request(carry(self._request.scope, given))
        try:
            await self._let_in()
        except Unauthenticated:
            raise Bye(4401, "Unauthorized") from None
        except TooManyStreams:
            raise Bye(4429, "Too many connections") from None
        except Refusal:
            raise Bye(1013, "Try again later") from None
        await self._send({"type": "connection_ack"})

    async def _let_in(self) -> None:
        """Find out who came; a remembered sign-in is looked up anew.

        Raises:
            Refusal: Nobody who may come.
        """
        context = await self._operations.make_context(self._request)
        try:
            if isinstance(context, Visit):
                await context.confirm()
                actor = context.signed_in()
                if self._standing is not None:
                    unauthorized = Bye(4401, "Unauthorized")
                    self._held = self._standing.hold(actor, gone=lambda: self._end(unauthorized))
        finally:
            await close(context, self._caller)

    async def _read(self) -> Message:
        received = await self._socket.receive()
        if received["type"] == "websocket.disconnect":
            raise WebSocketDisconnect(received.get("code", 1006))
        return read_message(received.get("text"), self._operations.limits)

    async def _take(self, message: Message) -> None:
        """Do what a message says.

        Raises:
            Bye: It may not say that.
        """
        match message.type:
            case "connection_init":
                raise Bye(4429, "Too many initialisation requests")
            case "subscribe":
                await self._subscribe(message)
            case _:
                await self._take_small(message)

    async def _take_small(self, message: Message) -> None:
        match message.type:
            case "ping":
                more = {} if message.payload is None else {"payload": message.payload}
                await self._send({"type": "pong", **more})
            case "complete":
                task = self._running.pop(message.id or "", None)
                if task is not None and task in self._streams:
                    task.cancel()
            case _:
                return

    async def _subscribe(self, message: Message) -> None:
        name = message.id or ""
        if name in self._running:
            raise Bye(4409, f"Subscriber for {name} already exists")
        if len(self._running) >= MOST_OPERATIONS:
            await self._tell_errors(name, say_no(TooManyStreams(MOST_OPERATIONS), self._caller))
            return
        try:
            asked = as_request(read_parameters(message.payload, self._operations.limits))
        except BadRequest as bad:
            raise Bye(4400, bad.message) from None
        try:
            question = self._operations.check(self._request, asked, self._caller, streams=True)
        except (BadRequest, Unfit, Refusal) as refused:
            await self._tell_errors(name, say_no(refused, self._caller))
            return
        task = self._running[name] = asyncio.ensure_future(self._serve(name, question))
        if question.streams:
            self._streams.add(task)
        task.add_done_callback(lambda done: self._forget(name, done))

    def _forget(self, name: str, task: asyncio.Task[None]) -> None:
        self._streams.discard(task)
        if self._running.get(name) is task:
            del self._running[name]
        if not task.cancelled() and task.exception() is not None:
            self._end(Bye(4500, "Internal server error"))

    async def _serve(self, name: str, question: Question) -> None:
        """Answer one operation until its end; whoever has gone is told nothing."""
        with suppress(WebSocketDisconnect):
            try:
                await (self._stream if question.streams else self._answer)(name, question)
            except LeavingError:
                self._end(Bye(1012, "Service restart"))
            except Refusal as refused:
                await self._tell_errors(name, say_no(refused, self._caller))
                if isinstance(refused, Unauthenticated):
                    self._end(Bye(4401, "Unauthorized"))
            except Exception as bug:  # noqa: BLE001 - it is logged, and masked
                await self._tell_errors(name, say_bug(bug, self._caller))

    async def _answer(self, name: str, question: Question) -> None:
        answer = await self._operations.run(question)
        self._operations.tally.count("requests", outcome=answer.outcome)
        if await self._tell(name, answer):
            await self._complete(name)

    async def _stream(self, name: str, question: Question) -> None:
        source = await self._operations.open(question)
        if isinstance(source, Answer):
            await self._tell_errors(name, source)
            return
        self._operations.tally.count("requests", outcome="streamed")
        answers = tell_events(self._operations, question, source)
        try:
            async for answer in answers:
                if not await self._tell(name, answer):
                    if answer.status == 401:  # noqa: PLR2004 - what ended is the sign-in itself
                        self._end(Bye(4401, "Unauthorized"))
                    return
        finally:
            await answers.aclose()
        await self._complete(name)

    async def _tell(self, name: str, answer: Answer) -> bool:
        """Send what an operation gave; false if it was not run, which is its end."""
        if answer.status != 200:  # noqa: PLR2004 - what was run is 200 in this form
            await self._tell_errors(name, answer)
            return False
        await self._send({"id": name, "type": "next", "payload": msgspec.Raw(answer.body)})
        return True

    async def _tell_errors(self, name: str, answer: Answer) -> None:
        errors = msgspec.json.decode(answer.body, type=dict[str, msgspec.Raw])["errors"]
        await self._send({"id": name, "type": "error", "payload": errors})

    async def _complete(self, name: str) -> None:
        # Whoever completed it is told nothing more.
        if self._running.get(name) is asyncio.current_task():
            await self._send({"id": name, "type": "complete"})

    async def _send(self, message: dict[str, object]) -> None:
        """Send one message; one who does not read is waited for a while.

        Raises:
            WebSocketDisconnect: The client is gone, or takes nothing.
        """
        text = msgspec.json.encode(message).decode()
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                await self._socket.send_text(text)
        except TimeoutError:
            self._end(Bye(1013, "Messages are not taken"))
            raise WebSocketDisconnect(1013) from None
        except RuntimeError:
            # It was closed from here in the meantime.
            raise WebSocketDisconnect(1006) from None

    def _end(self, bye: Bye) -> None:
        if not self._ending.done():
            self._ending.set_result(bye)

    async def _leave(self, bye: Bye) -> None:
        if WebSocketState.DISCONNECTED in (self._socket.client_state, self._socket.application_state):
            return
        reason = bye.reason.encode()[:_LONGEST_REASON].decode(errors="ignore")
        with suppress(TimeoutError, WebSocketDisconnect, RuntimeError):
            async with asyncio.timeout(1):
                await self._socket.close(bye.code, reason)
