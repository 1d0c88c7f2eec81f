"""The hands that make a move over HTTP, each as one request, and tell what was answered."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from domain.switch import Route
from resolvers.upkeep import expire_notices
from schema.ids import write_id
from tests.conftest import MovableClock
from tests.machine.model import OFFICE, Books, Codes, Order
from tests.machine.moves import Move
from tests.scenes import CLERK_ID, REVIEWER_ID, Caller, Developer, Town

_STEPS = {
    "SUBMIT": "orderSubmit",
    "WITHDRAW": "orderWithdraw",
    "DISCARD": "orderDiscard",
    "ACCEPT": "orderAccept",
    "RETURN": "orderReturn",
    "APPROVE": "orderApprove",
    "REJECT": "orderReject",
}
_HANDLER = {"name": "王小明", "mobile": "13800138000"}
_PEOPLE = {
    "张三": {"idType": "1", "idNumber": "440705200402290126", "mobile": "19912345678"},
    "李四": {"idType": "1", "idNumber": "51050219850315018X", "mobile": "13122220002"},
}
_DONE = "... on OrderDone { order { id } }"
_ISSUED = "... on NoticesIssued { notices { id noticeNo } }"


@dataclass(frozen=True)
class Request:
    """A mutation, and who sends it."""

    by: Caller
    name: str
    given: dict[str, Any]
    read: str = _DONE
    kind: str = ""

    async def send(self) -> tuple[Codes, Any]:
        """Send it, and give why it was refused, and the answer."""
        kind = self.kind or f"{self.name[0].upper()}{self.name[1:]}Input"
        refused = "... on Rejected { problems { code } }"
        query = f"mutation($i: {kind}!) {{ {self.name}(input: $i) {{ __typename {self.read} {refused} }} }}"
        answer = await self.by.send(query, i=self.given)
        if "errors" in answer:
            return {error["extensions"]["code"] for error in answer["errors"]}, None
        done = answer["data"][self.name]
        return {problem["code"] for problem in done.get("problems", ())}, done


@dataclass
class Hands:
    """The people of one city, with whom every sequence of that city is played."""

    town: Town
    developer: Developer
    clerk: Caller
    reviewer: Caller
    banks: Sequence[Caller]
    keys: Iterator[int]
    clock: MovableClock
    prefix: str = ""
    signed_in: str = ""

    async def sign_in(self) -> None:
        """Sign in anew if time has passed since."""
        if self.signed_in == self._now():
            return
        self.signed_in = self._now()
        names = {
            "admin": self.developer,
            f"window_clerk-{CLERK_ID[-4:]}": self.clerk,
            f"reviewer-{REVIEWER_ID[-4:]}": self.reviewer,
        }
        for name, caller in names.items():
            caller.headers = await self.town.sign_in(self.city, name)

    @property
    def city(self) -> int:
        """The city's code."""
        return self.developer.city

    async def make(self, books: Books, move: Move) -> tuple[Codes, Any]:
        """Make a move as the books stand before it, and tell what was answered."""
        if move.verb == "wait":
            self.clock.move(days=31)
            await expire_notices(self.town.desk, self.city)
            await self.sign_in()
            return set(), None
        return await self._request(books, move).send()

    async def learn(self, books: Books, move: Move, answered: Any) -> None:
        """Keep what the product calls what a move made."""
        if move.verb == "draft":
            order = books.orders[move.label]
            order.id = answered["order"]["id"]
            await self._hand_in(order)
        if move.verb == "issue" and move.label in books.notices:
            (made,) = answered["notices"]
            notice = books.notices[move.label]
            notice.id, notice.number, notice.issued = made["id"], made["noticeNo"], self._now()

    async def _hand_in(self, order: Order) -> None:
        """Attach what the city wants of an order of the kind."""
        city = self.town.desk.cities[self.city]
        code = re.sub(r"([A-Z])", r"_\1", order.kind).upper()
        for kind in city.required_attachments(code, Route.TEMPLATE):
            given = {"orderId": order.id, "kind": kind, "fileId": await self.town.upload(self.developer)}
            problems, _ = await Request(self.developer, "orderAttach", given).send()
            assert not problems, problems

    def _request(self, books: Books, move: Move) -> Request:
        match move.verb:
            case "draft":
                content = self._content(books, Order(move.given["kind"], move.on), move.on)
                return Request(self.developer, "orderDraft", {"content": content})
            case "issue" | "void" | "pay":
                return self._money(books, move)
            case "claim" | "release":
                order = books.orders[move.on]
                by = self.reviewer if (order.claimed or order.awaits) == "reviewer" else self.clerk
                return Request(by, f"order{move.verb.title()}", {"orderId": order.id}, kind="OrderClaimInput")
            case step if step in _STEPS:
                return self._step(books.orders[move.on], step)
            case _:
                return self._edit(books, books.orders[move.on], move)

    def _money(self, books: Books, move: Move) -> Request:
        if move.verb == "issue":
            owners = [{"name": name, **_PEOPLE[name]} for name in move.given["owners"]]
            unit = {"unitId": self._id("Unit", books.units[move.on].id)}
            demand = {**unit, "owners": owners} if owners else unit
            given = {"units": [demand], "ignoreMissingContract": True, "idempotencyKey": self._key()}
            return Request(self.developer, "noticeIssue", given, _ISSUED)
        if move.verb == "void":
            given = {
                "noticeId": books.notices[move.on].id,
                "reason": "打印有误",
                "idempotencyKey": self._key(),
            }
            return Request(self.developer, "noticeVoid", given, "... on NoticeVoided { dryRun }")
        return self._payment(books, move)

    def _content(self, books: Books, order: Order, estate: str) -> dict[str, Any]:
        if order.kind == "estateCollection":
            city, name = self.town.desk.cities[self.city], self.prefix + estate
            collected: dict[str, Any] = {
                "name": name,
                "address": f"{name}路1号",
                "district": city.codes.district[0].code,
                "bank": city.banks[books.estates[estate].bank].code,
                "handler": _HANDLER,
            }
            return {order.kind: collected}
        content: dict[str, Any] = {
            "estateId": self._id("Estate", books.estates[estate].id),
            "handler": _HANDLER,
            **self._said(order.kind),
        }
        if order.confirmed:
            units = [self._id("Unit", books.units[line.target].id) for line in order.lines]
            account = {"unitIds": units, "holder": "张三", "number": "6222020000000000", "bank": "示范银行"}
            content |= {"refundConfirmed": True, "refundAccounts": [account] if units else []}
        return {order.kind: content}

    def _said(self, kind: str) -> dict[str, Any]:
        """Say why, or of when the rates are, as the kind and the city ask."""
        if kind != "unitSupplement":
            return {"reason": "更正"}
        asked = self.town.desk.cities[self.city].deposit_point_on_supplement
        return {"depositPoint": "2026-11-22"} if Route.TEMPLATE in asked else {}

    def _payment(self, books: Books, move: Move) -> Request:
        notice = books.notices[move.on]
        bank = books.estates[books.estate_of(books.units[notice.unit])].bank
        given = {
            "noticeNo": notice.number,
            "amount": f"{Decimal(notice.total + move.given['more']) / 100:.2f}",
            "bankTxnNo": self._key(),
            "channel": self.town.desk.cities[self.city].channels.single[0].value,
            "paidAt": self._now() if move.given["late"] else notice.issued,
        }
        return Request(self.banks[bank], "paymentConfirm", given, "... on PaymentConfirmed { dryRun }")

    def _step(self, order: Order, step: str) -> Request:
        office = {"clerk": self.clerk, "reviewer": self.reviewer}
        by = {name: office[who] for name, who in OFFICE.items()}
        given: dict[str, Any] = {"orderId": order.id}
        if step in {"RETURN", "REJECT"}:
            given["note"] = "面积与测绘报告不符"
        if step == "ACCEPT":
            given["registrationPapersReceived"] = True
        kind = {"ACCEPT": "OrderAcceptInput", "RETURN": "OrderReturnInput"}.get(step, "OrderStepInput")
        return Request(by.get(step, self.developer), _STEPS[step], given, kind=kind)

    def _edit(self, books: Books, order: Order, move: Move) -> Request:
        given: dict[str, Any] = {"orderId": order.id}
        match move.verb:
            case "pick" if order.kind == "buildingChange":
                ids = [self._id("Building", books.buildings[one].id) for one in move.given["targets"]]
                return Request(self.developer, "orderLinesPick", {**given, "buildingIds": ids})
            case "pick":
                ids = [self._id("Unit", books.units[one].id) for one in move.given["targets"]]
                return Request(self.developer, "orderLinesPick", {**given, "unitIds": ids})
            case "put":
                lines = [self._typed(books, row) for row in move.given["rows"]]
                return Request(self.developer, "orderLinesPut", {**given, "lines": lines})
            case "remove":
                numbers = _numbers(order, move.given["target"])
                return Request(self.developer, "orderLinesRemove", {**given, "numbers": numbers})
            case "edit":
                target = move.given["target"]
                named = {} if target is None else {"numbers": _numbers(order, target)}
                edit = self._values(books, order, move.given["values"])
                return Request(self.developer, "orderLinesEdit", {**given, "edit": edit, **named})
            case _:
                content = self._content(books, confirmed(order), order.estate)
                return Request(self.developer, "orderSave", {**given, "content": content})

    def _values(self, books: Books, order: Order, values: dict[str, Any]) -> dict[str, Any]:
        if order.kind == "ownershipChange":
            owners = [{"name": name, **_PEOPLE[name]} for name in values["owners"]]
            return {"owners": {"owners": owners}}
        if order.kind == "buildingChange":
            names = {"year": "completedYm", "name": "name", "estate": "estateId"}
            estates = books.estates
            return {
                "building": {
                    names[name]: self._id("Estate", estates[value].id) if name == "estate" else value
                    for name, value in values.items()
                }
            }
        return {"unit": typed(values)}

    def _typed(self, books: Books, row: dict[str, Any]) -> dict[str, Any]:
        sources = ";".join(books.units[one].code for one in row.get("sources", ()))
        return typed(row) | ({"sources": sources} if sources else {})

    def _id(self, noun: str, found: str) -> str:
        return write_id(noun, self.city, UUID(found))

    def _now(self) -> str:
        return self.clock().isoformat()

    def _key(self) -> str:
        return f"M{next(self.keys)}"


def confirmed(order: Order) -> Order:
    """Give an order as it is when its refunds are confirmed."""
    return Order(order.kind, order.estate, lines=order.lines, confirmed=True)


def _numbers(order: Order, target: str) -> list[int]:
    return [line.no for line in order.lines if line.target == target]


def typed(row: dict[str, Any]) -> dict[str, Any]:
    """Write what is known of a unit as a person types it."""
    names = {
        "building": "building",
        "floor": "floor",
        "room": "roomNo",
        "area": "grossArea",
        "lift": "hasLift",
        "usage": "usage",
    }
    found = {names[name]: _typed(name, value) for name, value in row.items() if name in names}
    if "building" in row and "floor" in row:
        found |= {"section": "1单元", "address": f"{row['building']}{row['room']}"}
    return found


def _typed(name: str, value: Any) -> str:
    if name == "area":
        return f"{Decimal(value) / 10_000:.4f}"
    if name == "lift":
        return "有" if value else "无"
    return str(value)
