"""Walks the schema: every way to ask for a thing, and every mutation with an id in its input."""
# graphql-core leaves the types of its wrappers open, and this file alone walks them.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

import base64
import json
from collections.abc import Iterator, Mapping
from typing import Any

from graphql import (
    GraphQLArgument,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLUnionType,
    get_named_type,
    is_enum_type,
    is_leaf_type,
)

from api.execution import core_of
from schema.roots import schema
from tests.neighbours import Holding
from tests.scenes import JIANGMEN, YUNMENG, Caller

CORE = core_of(schema)
KINDS = (
    "Organization",
    "Estate",
    "Building",
    "Unit",
    "Owner",
    "Account",
    "Order",
    "Attachment",
    "File",
    "Notice",
    "Payment",
    "Refund",
)
OF_THE_OFFICE = ("SuspenseItem", "BankStatement", "BankStatementLine")
"""What is about a developer's money and yet the office's and the bank's alone."""

_DEPTH = 5


def traces(holding: Holding) -> set[str]:
    """Everything by which a holding could be recognised in an answer."""
    return {*holding.ids.values(), holding.order_no, holding.notice_no}


def _fields(kind: Any, depth: int, path: tuple[str, ...] = ()) -> str:
    """Select everything below a type that needs no argument; each type once on a path."""
    if isinstance(kind, GraphQLUnionType):
        # The contents of orders hold no things with ids, and their fields' types differ between the members.
        return "{ __typename }"
    assert isinstance(kind, GraphQLObjectType)
    parts = ["__typename"]
    for name, field in kind.fields.items():
        inner = get_named_type(field.type)
        if is_leaf_type(inner):
            parts.append(name)
        elif depth and inner.name not in path:
            parts.append(f"{name} {_fields(inner, depth - 1, (*path, inner.name))}")
    return "{ " + " ".join(parts) + " }"


_NOW = "2026-11-22T12:00:00+08:00"
"""The moment at which the neighbours settled in, and which is already the past for a question."""

_PAST_UNIT = "{ id code roomNo address contractNo owners { id name idNumber } building { id name } }"
_PAST_ESTATE = f"{{ id name address organization {{ id name }} buildings {{ id name units {_PAST_UNIT} }} }}"
_PAST = {
    "estates": f"{{ totalCount edges {{ cursor node {_PAST_ESTATE} }} }}",
    "units": f"{{ totalCount edges {{ cursor node {_PAST_UNIT} }} }}",
}
"""What is asked of a past moment: the things of which there is a history."""


def _tries(holding: Holding) -> Mapping[str, list[Any]]:
    """For each argument's name, what of another's may be put there."""
    return {
        "id": list(holding.ids.values()),
        "ids": [list(holding.ids.values())],
        "orderNo": [holding.order_no],
        "noticeNo": [holding.notice_no],
        "after": [holding.cursor],
        "before": [holding.cursor],
        "search": ["花园"],
        "keyword": ["花园"],
        "filter": [{"estateId": holding.ids["Estate"]}],
        "first": [100],
        "last": [100],
        "userId": [holding.ids["User"]],
        "subjectId": list(holding.ids.values()),
        "since": ["2000-01-01T00:00:00Z"],
        "until": ["2100-01-01T00:00:00Z"],
        "fromDay": ["2000-01-01"],
        "untilDay": ["2100-01-01"],
        "receiptId": [holding.ids["Receipt"]],
        "orderId": [holding.ids["Order"]],
        "bankStatementId": [holding.ids["BankStatement"]],
        "asOf": [_NOW],
        "by": [["ESTATE", "BUILDING", "ORGANIZATION"]],
        "bank": ["LZ01"],
        "day": ["2026-11-22"],
        "format": ["XLSX"],
    }


def _explanations(holding: Holding) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Ask about another's user and another's estate, beside an action of one's own."""
    assert CORE.query_type is not None
    selection = _fields(get_named_type(CORE.query_type.fields["accessExplain"].type), _DEPTH)
    for key, kind in (("userId", "User"), ("estateId", "Estate")):
        question = f'query($v: ID) {{ accessExplain(action: "unit.view", {key}: $v) {selection} }}'
        yield "accessExplain", question, {"v": holding.ids[kind]}


_YEARS = {
    "accountYear": ("unitId", "Unit", "AccountYear"),
    "estateYear": ("estateId", "Estate", "EstateYear"),
}
"""What tells of a year: by which argument, of what, and as what."""


def _year(name: str, holding: Holding) -> tuple[str, str, dict[str, Any]]:
    """Ask for the year of another's unit or estate, whole."""
    argument, kind, told = _YEARS[name]
    selection = f"{{ ... on {told} {_fields(CORE.get_type(told), _DEPTH)} }}"
    question = f"query($v: ID!) {{ {name}({argument}: $v, year: 2026) {selection} }}"
    return name, question, {"v": holding.ids[kind]}


def _questions(holding: Holding) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Ask every root field in every way in which another's things could be named."""
    assert CORE.query_type is not None
    for name, field in CORE.query_type.fields.items():
        inner = get_named_type(field.type)
        if is_leaf_type(inner) or inner.name in ("City", "Me"):
            continue
        if inner.name == "Node":
            yield from _nodes(name, holding)
            continue
        if name == "accessExplain":
            yield from _explanations(holding)
            continue
        if name in _YEARS:
            yield _year(name, holding)
            continue
        if name == "entryProof":
            question = "query($v: ID!) { entryProof(unitAccountId: $v, no: 1) { amount seal document } }"
            yield name, question, {"v": holding.ids["Account"]}
            continue
        required = [key for key, argument in field.args.items() if isinstance(argument.type, GraphQLNonNull)]
        for key, argument in (field.args or {"": None}).items():
            if required and key not in required:
                continue
            for value in _tries(holding)[key] if key else [None]:
                yield (
                    name,
                    _question(name, key, argument, _PAST[name] if key == "asOf" else _fields(inner, _DEPTH)),
                    {"v": value} if key else {},
                )


def _nodes(name: str, holding: Holding) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for kind, one in holding.ids.items():
        selection = f"{{ id ... on {kind} {_fields(CORE.get_type(kind), 3)} }}"
        if name == "node":
            yield name, f"query($v: ID!) {{ node(id: $v) {selection} }}", {"v": one}
        else:
            yield name, f"query($v: [ID!]!) {{ nodes(ids: $v) {selection} }}", {"v": [one]}
    past = f"... on Estate {_PAST_ESTATE} ... on Unit {_PAST_UNIT} ... on Owner {{ id name idNumber }}"
    kept = [holding.ids[kind] for kind in ("Organization", "Estate", "Building", "Unit", "Owner")]
    given = {"v": kept, "t": _NOW}
    yield "nodes", f"query($v: [ID!]!, $t: DateTime) {{ nodes(ids: $v, asOf: $t) {{ id {past} }} }}", given


def _question(name: str, key: str, argument: GraphQLArgument | None, selection: str) -> str:
    if argument is None:
        return f"{{ {name} {selection} }}"
    return f"query($v: {argument.type}) {{ {name}({key}: $v) {selection} }}"


async def answers(caller: Caller, holding: Holding) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, question, variables in _questions(holding):
        answer = await caller.send(question, **variables)
        codes = {error["extensions"]["code"] for error in answer.get("errors", [])}
        assert codes <= {"FORBIDDEN", "BAD_USER_INPUT", "NOT_FOUND", "UNAUTHENTICATED"}, (
            name,
            answer["errors"],
        )
        found[name] = found.get(name, "") + json.dumps(answer.get("data"))
    return found


def write_id(kind: str, city: int, row: str) -> str:
    return base64.urlsafe_b64encode(f"{kind}:{city}:{row}".encode()).decode().rstrip("=")


def forged(holding: Holding) -> Iterator[str]:
    """Turn the id of an estate into what it is not."""
    clear = base64.urlsafe_b64decode(holding.ids["Estate"] + "==").decode()
    _, city, row = clear.split(":")
    for kind in ("Unit", "Order", "Principal", "Session", "Login", "Audit", "Counter", "Nothing"):
        yield write_id(kind, int(city), row)
    for other in (JIANGMEN, YUNMENG, 999999):
        yield write_id("Estate", other, row)


# What each id of an input names; a new kind of id has to be entered here.
NAMED = {
    "orderId": "Order",
    "fileId": "File",
    "resolutionFileId": "File",
    "attachmentId": "Attachment",
    "unitId": "Unit",
    "noticeId": "Notice",
    "noticeIds": "Notice",
    "paymentId": "Payment",
    "receiptId": "Receipt",
    "pushIds": "Push",
    "jobId": "Job",
    "refundId": "Refund",
    "refundIds": "Refund",
    "suspenseItemId": "SuspenseItem",
    "bankStatementId": "BankStatement",
    "statementLineId": "BankStatementLine",
    "ownerId": "Owner",
    "rateId": "DepositRate",
    "organizationId": "Organization",
    "estateId": "Estate",
    "buildingId": "Building",
    "buildingIds": "Building",
    "unitIds": "Unit",
    "userId": "User",
    "accountId": "User",
    "unitAccountId": "Account",
    "roleId": "Role",
    "keyId": "ApiKey",
    "sessionId": "UserSession",
}
_PLAIN = {
    "String": "足够长的文字",
    "Int": 1,
    "Boolean": False,
    "Money": "1.00",
    "Area": "1.00",
    "Date": "2026-11-22",
    "Day": "2026-11-22",
    "DateTime": "2026-11-22T12:00:00+08:00",
    "Moment": "2026-11-22T12:00:00+08:00",
    "Upload": None,
}
# Texts that have to be well-formed before anything is looked for.
_GOOD: Mapping[str, Any] = {
    "action": "unit.view",
    "role": "viewer",
    "loginName": "walker.one",
    "invite": True,
    "addresses": [],
}
# Mutations of a visitor, which refuse everybody else first; they are tried apart.
FOR_VISITORS = {"organizationRegister"}


def _fill(kind: Any, ids: Mapping[str, str], name: str = "", member: str = "") -> Any:
    """Fill an input with what is well-formed, its ids with those given, and of alternatives the named one."""
    if isinstance(kind, GraphQLNonNull):
        return _fill(kind.of_type, ids, name, member)
    if isinstance(kind, GraphQLList):
        return [_fill(kind.of_type, ids, name, member)]
    if isinstance(kind, GraphQLInputObjectType):
        return _fill_object(kind, ids, member)
    if is_enum_type(kind):
        return next(iter(kind.values))
    named = {"idempotencyKey": f"key-{ids['Order'][-8:]}", **_GOOD}
    return ids[NAMED[name]] if kind.name == "ID" else named.get(name, _PLAIN[kind.name])


def _fill_object(kind: GraphQLInputObjectType, ids: Mapping[str, str], member: str) -> dict[str, Any]:
    if kind.extensions["strawberry-definition"].is_one_of:
        key = member if member in kind.fields else next(iter(kind.fields))
        return {key: _fill(kind.fields[key].type, ids, key)}
    wanted = {key: field for key, field in kind.fields.items() if _wanted(key, field.type)}
    return {key: _fill(field.type, ids, key, member) for key, field in wanted.items()}


def _wanted(name: str, kind: Any) -> bool:
    return isinstance(kind, GraphQLNonNull) or name in NAMED or any(_ids_of(kind, name))


def _ids_of(kind: Any, name: str = "", member: str = "") -> Iterator[tuple[str, str]]:
    """Give the names of the ids in an input, each with the alternative that it stands in."""
    inner = get_named_type(kind)
    if isinstance(inner, GraphQLInputObjectType):
        one_of = inner.extensions["strawberry-definition"].is_one_of
        for key, field in inner.fields.items():
            yield from _ids_of(field.type, key, key if one_of else member)
    elif inner.name == "ID":
        yield name, member


def mutations() -> Iterator[tuple[str, str, str]]:
    assert CORE.mutation_type is not None
    for name, field in CORE.mutation_type.fields.items():
        for argument in field.args.values():
            keys = dict.fromkeys(_ids_of(argument.type))
            yield from ((name, *key) for key in keys if name not in FOR_VISITORS)


async def send_act(caller: Caller, name: str, ids: Mapping[str, str], member: str = "") -> Any:
    assert CORE.mutation_type is not None
    kind = CORE.mutation_type.fields[name].args["input"].type
    given = _fill(kind, ids, member=member)
    query = f"mutation($i: {kind}) {{ {name}(input: $i) {{ __typename }} }}"
    if "file" in given:
        return await caller.upload(query, given, b"PK", "x.xlsx")
    return await caller.send(query, i=given)
