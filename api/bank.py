"""Banks over plain HTTP (银行接口): signed requests that look notices up and confirm payments."""

import json
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Annotated, TypeVar

import msgspec
from msgspec import Meta
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from api.arrival import arrival_of
from api.intake import BadRequest, decode_json, media_type_of, read_bytes
from api.language import language_of
from api.limits import Limits
from api.plain import answer_plain, visiting
from db.tables.money import Payment
from domain.clock import SHANGHAI
from domain.money import format_yuan, parse_yuan
from domain.payments import Report
from domain.refusal import NotSigned
from domain.switch import Channel
from resolvers.act import Effect, Refused, Work, act, settle
from resolvers.desk import Desk
from resolvers.lookups import notice_for_payment
from resolvers.money.payments import confirm, confirm_all
from resolvers.outcome import Outcome
from resolvers.read import load_rows
from resolvers.signed import Signed, authenticate_signed
from resolvers.visit import Visit
from schema.ids import write_id
from schema.problem import reject

_SCHEME = "Weixiu-Signature"
_LONGEST_TIME = 12
_REFUSED = 422
_LIMITS = Limits()
Asked = TypeVar("Asked")


class _Wanted(msgspec.Struct, rename="camel", forbid_unknown_fields=True):
    """A notice that is looked for."""

    notice_no: str


class _Paid(msgspec.Struct, rename="camel", forbid_unknown_fields=True):
    """A payment as the bank reports it."""

    notice_no: str
    amount: str
    bank_txn_no: str
    channel: Channel
    paid_at: Annotated[datetime, Meta(tz=True)]


class _PaidOne(_Paid, rename="camel", forbid_unknown_fields=True):
    """One payment, or its rehearsal."""

    dry_run: bool = False


class _PaidMany(msgspec.Struct, rename="camel", forbid_unknown_fields=True):
    """Payments that are booked all or none, or their rehearsal."""

    payments: list[_Paid]
    dry_run: bool = False


def bank_routes(desk: Desk) -> list[Route]:
    """Make the routes of banks' machines."""

    def route(path: str, shape: type[Asked], answer: Callable[[Visit, Asked], Awaitable[Response]]) -> Route:
        async def endpoint(request: Request) -> Response:
            async def answered() -> Response:
                body = await read_bytes(request, _LIMITS.body)
                async with visiting(await _enter(desk, request, body)) as visit:
                    return await answer(visit, _decode(request, body, shape))

            return await answer_plain(request, answered, _SCHEME)

        return Route(path, endpoint, methods=["POST"])

    return [
        route("/bank/notices/find", _Wanted, _find),
        route("/bank/payments/confirm", _PaidOne, _confirm),
        route("/bank/payments/confirm-batch", _PaidMany, _confirm_batch),
    ]


async def _enter(desk: Desk, request: Request, body: bytes) -> Visit:
    """Find out who signed a request; a session or a bare key is of no use here."""
    arrival = arrival_of(request.scope)
    time = arrival.header(b"x-weixiu-time") or ""
    if not (time.isascii() and time.isdigit() and len(time) <= _LONGEST_TIME):
        raise NotSigned
    path: bytes = request.scope.get("raw_path") or request.url.path.encode()
    query: bytes = request.scope["query_string"]
    signed = Signed(
        key=arrival.header(b"x-weixiu-key-id") or "",
        time=int(time),
        signature=arrival.header(b"x-weixiu-signature") or "",
        method=request.method,
        target=(path + (b"?" + query if query else b"")).decode("latin-1"),
        body=body,
    )
    address = request.client.host if request.client else ""
    actor = await authenticate_signed(desk, signed, desk.clock(), address)
    if actor is None or actor.city not in desk.cities:
        raise NotSigned
    language = language_of(request)
    return Visit(desk, actor, language=language, request_id=arrival.request_id, address=address)


def _decode(request: Request, body: bytes, shape: type[Asked]) -> Asked:
    """Read what is asked.

    Raises:
        BadRequest: It is no JSON of this shape; the text tells where, and never what stood there.
    """
    if media_type_of(request) != "application/json":
        raise BadRequest("Send application/json.", 415)
    try:
        asked = msgspec.convert(decode_json(body, _LIMITS, "body"), shape)
    except msgspec.ValidationError as error:
        raise BadRequest(f"The body is not as it must be: {error}") from None
    # It is as it must be, so it is small and flat enough to be read once more.
    json.loads(body, object_pairs_hook=_refuse_twice)
    return asked


def _refuse_twice(members: list[tuple[str, object]]) -> None:
    """Refuse an object that says something twice: whoever passed it on may have read the other one."""
    if len(dict(members)) < len(members):
        raise BadRequest("The body gives a member twice: say each once.")


async def _find(visit: Visit, asked: _Wanted) -> Response:
    """Tell the minimum about a notice that goes through the bank, or null (待交款查询)."""
    found = await notice_for_payment(visit, asked.notice_no)
    if found is None:
        return JSONResponse({"notice": None})
    notice = {
        "noticeNo": found["notice_no"],
        "amount": format_yuan(found["amount"]),
        "status": found["status"].value,
        "expiresAt": _moment(found["expires_at"]),
        "payer": found["payer"],
    }
    return JSONResponse({"notice": notice})


async def _confirm(visit: Visit, asked: _PaidOne) -> Response:
    """Confirm one payment, as `paymentConfirm` does."""
    report = _report(asked, "amount")

    async def effect(work: Work) -> Outcome:
        return await confirm(work, report)

    answer = await _act(visit, "paymentConfirm", effect, report, dry_run=asked.dry_run)
    return answer if isinstance(answer, Response) else JSONResponse({"payment": answer[0]})


async def _confirm_batch(visit: Visit, asked: _PaidMany) -> Response:
    """Confirm payments all or none, as `paymentsConfirm` does."""
    reports = [_report(paid, f"payments[{place}].amount") for place, paid in enumerate(asked.payments)]

    async def effect(work: Work) -> Outcome:
        return await confirm_all(work, reports)

    answer = await _act(visit, "paymentsConfirm", effect, reports, dry_run=asked.dry_run)
    return answer if isinstance(answer, Response) else JSONResponse({"payments": answer})


async def _act(
    visit: Visit, name: str, effect: Effect, given: object, *, dry_run: bool
) -> list[dict[str, str]] | Response:
    """Run an act of the graph and read its payments before it is committed."""
    outcome = await act(visit, name, effect, given=given, dry_run=dry_run)
    if isinstance(outcome, Refused):
        await settle(visit)
        told = reject(visit, outcome)
        problems = [
            {"code": problem.code.value, "message": problem.message, "path": problem.path, "row": problem.row}
            for problem in told.problems
        ]
        return JSONResponse({"problems": problems, "problemCount": told.problem_count}, _REFUSED)
    rows = await load_rows(visit, Payment, "id", outcome.ids)
    payments = [_payment(rows[one]) for one in outcome.ids]
    await settle(visit)
    return payments


def _report(paid: _Paid, path: str) -> Report:
    try:
        amount = parse_yuan(paid.amount)
    except ValueError as error:
        raise BadRequest(f"The body is not as it must be: {error} - at `$.{path}`") from None
    return Report(
        notice_no=paid.notice_no,
        amount=amount,
        bank_txn_no=paid.bank_txn_no,
        channel=paid.channel,
        paid_at=paid.paid_at,
    )


def _payment(row: Payment) -> dict[str, str]:
    return {
        "id": write_id("Payment", row.city, row.id),
        "proofNo": row.proof_no,
        "bankTxnNo": row.bank_txn_no,
        "amount": format_yuan(row.amount),
        "channel": row.channel,
        "paidAt": _moment(row.paid_at),
        "confirmedAt": _moment(row.confirmed_at),
    }


def _moment(value: datetime) -> str:
    return value.astimezone(SHANGHAI).isoformat(timespec="milliseconds")
