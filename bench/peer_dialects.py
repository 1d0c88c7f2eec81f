"""How PostGraphile is asked: in the names it makes of tables, and its answers brought into shape."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from bench.dialects import Asked, Variant, dig, page
from bench.people import CITY
from bench.queries import LINES, PAGE, Json, Question

_OWNERS = (
    "owners: ownersByCityAndUnitIdList(orderBy: [POSITION_ASC, ROW_ID_ASC]) { name idNumber: idNumberMasked }"
)
_ACTIVE = 'condition: { status: "ACTIVE" }'
_UNITS = (
    f"units: unitsByCityAndBuildingIdList({_ACTIVE},"
    " orderBy: [SECTION_KEY_ASC, SECTION_ASC, FLOOR_DESC, ROOM_KEY_ASC, ROW_ID_ASC])"
)
_ESTATE = "estate: estateByCityAndEstateId { name }"
_ACCOUNT = "accounts: accountsByCityAndUnitIdList(first: 1, orderBy: [ROW_ID_DESC]) { due balance }"
_Q1 = f"id: rowId roomNo address grossArea building: buildingByCityAndBuildingId {{ name }} {_ESTATE}"
_Q2 = (
    f"units: unitsByCityAndEstateId(first: {PAGE}, after: $after, {_ACTIVE}, orderBy: [ROW_ID_ASC]) {{"
    f" pageInfo {{ hasNextPage endCursor }} nodes {{ id: rowId roomNo address grossArea {_OWNERS} }} }}"
)
_Q3 = (
    f"buildings: buildingsByCityAndEstateIdList({_ACTIVE}, orderBy: [POSITION_ASC, ROW_ID_ASC]) {{"
    f" id: rowId name {_UNITS} {{ id: rowId section floor roomNo usage grossArea saleStatus contractNo"
    f" {_OWNERS} }} }}"
)
_Q5 = f"{_UNITS} {{ id: rowId section floor roomNo grossArea saleStatus {_OWNERS} {_ACCOUNT} }}"
_ROOTS: Mapping[str, tuple[str, str]] = {
    "Q1": ("unit", _Q1),
    "Q2": ("estate", _Q2),
    "Q3": ("estate", _Q3),
    "Q5": ("building", _Q5),
}
_SEARCH = (
    "query Q4($search: String!, $first: Int!) { found: benchSearchUnitsList(part: $search, first: $first)"
    f" {{ id: rowId roomNo address {_ESTATE} }} }}"
)
_ACT = (
    "mutation M1($id: UUID!, $lines: JSON!) {"
    " found: benchOrderLinesPut(input: { orderId: $id, lines: $lines })"
    f" {{ order: result {{ id: rowId status lines: orderLinesByCityAndOrderIdList(first: {LINES},"
    " orderBy: [NO_ASC]) { no after } } } }"
)
_CONTENT = {
    "building": "building",
    "floor": "floor",
    "roomNo": "room_no",
    "address": "address",
    "usage": "usage",
    "grossArea": "gross_area",
    "hasLift": "has_lift",
}


class PostGraphile:
    """PostGraphile's names; what it has no word for, the grid, is laid out from its flat list here."""

    def write(self, question: Question, variant: Variant) -> Asked:
        """Write the operation."""
        if question.name == "M1":
            return page(_ACT, question, variant, id=str(variant["order"]), lines=variant["lines"])
        if question.name == "Q4":
            return page(_SEARCH, question, variant, **variant)
        root, body = _ROOTS[question.name]
        after = ", $after: Cursor" if question.name == "Q2" else ""
        found = f"found: {root}(city: {CITY}, rowId: $id) {{ {body} }}"
        query = f"query {question.name}($id: UUID!{after}) {{ {found} }}"
        return page(query, question, variant, id=str(variant[root]))

    def find(self, question: Question, answer: Json) -> Json:
        """Find what was asked for, and put it into the product's shape."""
        match question.name:
            case "Q1":
                return dig(answer, ())
            case "Q2":
                page = dig(answer, ("units",))
                return {"pageInfo": page["pageInfo"], "edges": _edges(page["nodes"])}
            case "Q3":
                return dig(answer, ("buildings",))
            case "Q4":
                return {"edges": _edges(dig(answer, ()))}
            case "Q5":
                return _lay_out(dig(answer, ("units",)))
            case _:
                order = dig(answer, ("order",))
                lines = [{"no": line["no"], "after": _content(line["after"])} for line in order["lines"]]
                return {**order, "lines": {"edges": _edges(lines)}}


def _edges(nodes: Sequence[Json]) -> Json:
    return [{"node": node} for node in nodes]


def _content(stored: Mapping[str, Any]) -> Json:
    return {name: stored[key] for name, key in _CONTENT.items()}


def _lay_out(units: Sequence[Json]) -> Json:
    return [
        {
            "section": section,
            "floors": [
                {
                    "floor": floor,
                    "units": [{**unit, "account": next(iter(unit["accounts"]), None)} for unit in row],
                }
                for floor, row in groupby(rows, key=lambda unit: unit["floor"])
            ],
        }
        for section, rows in groupby(units, key=lambda unit: unit["section"])
    ]
