"""Contract binding (房屋合同号设置) in the graph: its content, and a unit's contract, in and out."""

from collections.abc import Mapping
from typing import Any

import strawberry

from domain.trading import Match
from schema.fields import masked, stored
from schema.orders.handler import Handler, HandlerInput, handler_values
from schema.orders.stored_content import is_content
from schema.scalars import Area
from schema.types import asks, closed, given, maybe, tells

# What is left out of an edit stays as it is.
_KEPT: Any = strawberry.UNSET

closed(
    Match,
    "What came of comparing a row with the transaction system (匹配结果).",
    {
        "MATCHED": "The contract is in force and one of its buyers has this name and number (匹配成功).",
        "NOT_FOUND": "There is no contract of this number in force (未查到合同).",
        "NAME_MISMATCH": "No buyer of the contract has this name with this number (姓名不一致).",
        "ID_MISMATCH": "The buyer of this name has another ID number (证件号码不一致).",
        "UNIT_MISMATCH": "The contract sells another unit (合同对应其他房屋).",
        "ALREADY_BOUND": "The unit or the contract is bound already (已绑定).",
    },
    name="ContractMatch",
)


@tells
class ContractBinding:
    """Who handles the binding of contracts; the units are the order's lines (房屋合同号设置)."""

    is_type_of = is_content("CONTRACT_BINDING")
    handler: Handler = stored("handler", "Handler (经办人).")


@tells
class ContractContent:
    """The sale contract of a unit, as an order says it (房屋合同号)."""

    is_type_of = is_content("CONTRACT")
    building: str = stored("building", "Name of the building (楼幢名称).")
    section: str = stored("section", "Section, empty where there is none (单元).")
    floor: int = stored("floor", "Floor; basements are negative (楼层).")
    room_no: str = stored("room_no", "Room number (室号).")
    gross_area: Area = stored("gross_area", "Gross floor area (建筑面积).")
    owner_name: str | None = stored("owner_name", "One of the buyers (业主姓名).")
    id_number: str | None = masked("id_number", "The buyer's ID number, masked (证件号码).")
    contract_no: str | None = stored("contract_no", "Number of the sale contract (房屋合同号).")
    match: Match | None = stored("match", "What came of matching it; none after an edit (匹配结果).")


@asks
class ContractBindingInput:
    """Who binds contracts of an estate's units; pick the units afterwards (房屋合同号设置) [J 1.3.9]."""

    estate_id: strawberry.ID = given("The estate whose units they are (物业区域).")
    handler: HandlerInput | None = maybe("Handler (经办人).")

    def values(self) -> Mapping[str, Any]:
        """Give the content by the field names of the kind."""
        return handler_values(self.handler)


@asks
class ContractEdit:
    """The sale contract of one unit; of several owners one suffices (房屋合同号内容) [J 1.3.9 s5]."""

    owner_name: str | None = maybe("One of the buyers (业主姓名).", _KEPT)
    id_number: str | None = maybe("The buyer's ID number (证件号码).", _KEPT)
    contract_no: str | None = maybe("Number of the sale contract (房屋合同号).", _KEPT)

    def values(self) -> Mapping[str, Any]:
        """Give the edits by the field names of the line."""
        return {name: value for name, value in vars(self).items() if value is not strawberry.UNSET}
