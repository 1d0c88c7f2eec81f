"""The ways in which a simulated city can go wrong, and how an answer then looks."""

import asyncio
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Annotated, cast

import msgspec
from msgspec import Meta
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from api.sim.records import Json

Answer = tuple[int, dict[str, Json]]
"""A status and what is said with it."""

_LONGEST = 600.0
_LONG_LENGTH = b"100000"


class FaultKind(StrEnum):
    """What goes wrong."""

    LATE = "LATE"
    DOWN = "DOWN"
    STATUS = "STATUS"
    CUT = "CUT"
    BAD_JSON = "BAD_JSON"
    PAGE = "PAGE"
    MISSING_FIELD = "MISSING_FIELD"
    WRONG_TYPE = "WRONG_TYPE"
    TWICE = "TWICE"
    OUT_OF_ORDER = "OUT_OF_ORDER"
    ENDLESS = "ENDLESS"


MEANINGS = {
    FaultKind.LATE: "answers after so many seconds",
    FaultKind.DOWN: "503, nothing is done",
    FaultKind.STATUS: "the given status, nothing is done",
    FaultKind.CUT: "hangs up in the middle of the answer",
    FaultKind.BAD_JSON: "the answer stops in the middle of its JSON",
    FaultKind.PAGE: "200 with a page of HTML, as a proxy in between would answer",
    FaultKind.MISSING_FIELD: "the named field is missing everywhere in the answer",
    FaultKind.WRONG_TYPE: "the named field is a number within a list everywhere in the answer",
    FaultKind.TWICE: "every row of the answer stands there twice; a deposit is taken in twice",
    FaultKind.OUT_OF_ORDER: "the rows come the other way round, so that the last page comes first",
    FaultKind.ENDLESS: "every page says that there is a next one, and gives the first again",
}
"""What each fault does, for the control page."""


class Question(StrEnum):
    """What a transaction system is asked; `ANY` stands for all of them."""

    PROJECTS = "projects"
    UNITS = "units"
    CONTRACTS = "contracts"
    DEPOSITS = "deposits"
    ANY = "any"


class Fault(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Something that goes wrong from now on, some times or until it is taken away.

    Attributes:
        kind: What goes wrong.
        question: At which question.
        times: How often; None until somebody takes it away.
        unit: Only for deposits of this unit code.
        after: Whether what was asked is done first and only the answer goes wrong; such a deposit was heard.
        seconds: How late.
        status: Which status.
        field: Which field is missing or wrong.
    """

    kind: FaultKind
    question: Question = Question.ANY
    times: Annotated[int, Meta(ge=1)] | None = None
    unit: str | None = None
    after: bool = False
    seconds: Annotated[float, Meta(ge=0, le=_LONGEST)] = 1.0
    status: Annotated[int, Meta(ge=400, le=599)] = 500
    field: str = "id"

    def meets(self, question: Question, unit: str | None) -> bool:
        """Tell whether this request is one that goes wrong."""
        return self.question in {Question.ANY, question} and self.unit in {None, unit}


class HungUp(Response):
    """An answer that breaks off: the server closes the connection before it is whole."""

    async def __call__(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        """Send the beginning and no more."""
        headers = [(b"content-type", b"application/json"), (b"content-length", _LONG_LENGTH)]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b'{"', "more_body": True})


async def respond(fault: Fault | None, answer: Callable[[], Answer]) -> Response:
    """Give the answer, or what becomes of it by a fault."""
    if fault is None:
        return _plain(answer())
    if fault.kind is FaultKind.LATE:
        return await _late(fault, answer)
    refusal = _refuse(fault)
    if refusal is not None:
        if fault.after:
            answer()
        return refusal
    return _distort(fault, answer)


def _plain(answer: Answer) -> Response:
    status, said = answer
    return JSONResponse(said, status)


async def _late(fault: Fault, answer: Callable[[], Answer]) -> Response:
    if not fault.after:
        await asyncio.sleep(fault.seconds)
        return _plain(answer())
    done = answer()
    await asyncio.sleep(fault.seconds)
    return _plain(done)


def _refuse(fault: Fault) -> Response | None:
    match fault.kind:
        case FaultKind.DOWN:
            return JSONResponse({"error": "down"}, 503)
        case FaultKind.STATUS:
            return JSONResponse({"error": "fault"}, fault.status)
        case FaultKind.CUT:
            return HungUp()
        case FaultKind.PAGE:
            return Response("<html><body>Bad gateway</body></html>", media_type="text/html")
        case _:
            return None


def _distort(fault: Fault, answer: Callable[[], Answer]) -> Response:
    """Do what was asked and answer something wrong."""
    status, said = answer()
    match fault.kind:
        case FaultKind.BAD_JSON:
            whole = msgspec.json.encode(said)
            return Response(whole[: len(whole) // 2], status, media_type="application/json")
        case FaultKind.MISSING_FIELD:
            return JSONResponse(_without(said, fault.field), status)
        case FaultKind.WRONG_TYPE:
            return JSONResponse(_wrong(said, fault.field), status)
        case FaultKind.TWICE:
            status, again = answer()
            return JSONResponse({name: _doubled(value) for name, value in again.items()}, status)
        case FaultKind.ENDLESS:
            return JSONResponse({**said, "next": "0"}, status)
        case _:
            return JSONResponse(said, status)


def _doubled(value: Json) -> Json:
    return [row for row in cast("list[Json]", value) for _ in range(2)] if isinstance(value, list) else value


def _without(value: Json, field: str) -> Json:
    return _each(value, lambda known: {name: known[name] for name in known if name != field})


def _wrong(value: Json, field: str) -> Json:
    return _each(value, lambda known: {**known, field: [0]} if field in known else known)


def _each(value: Json, change: Callable[[Mapping[str, Json]], Mapping[str, Json]]) -> Json:
    """Change every object within a value."""
    if isinstance(value, dict):
        changed = change(cast("dict[str, Json]", value))
        return {name: _each(inner, change) for name, inner in changed.items()}
    if isinstance(value, list):
        return [_each(inner, change) for inner in cast("list[Json]", value)]
    return value
