"""Unit change (房屋信息变更) in the graph: its content, in and out, and how units are edited."""

from collections.abc import Mapping
from typing import Any

import strawberry

from schema.fields import stored
from schema.mutation import row_id
from schema.orders.handler import Handler, HandlerInput, handler_values
from schema.orders.stored_content import is_content
from schema.types import asks, given, maybe, tells

# What is left out of an edit stays as it is; null empties it.
_KEPT: Any = strawberry.UNSET


@tells
class RefundAccount:
    """Where refunds shall be paid (退款账户)."""

    holder: str = stored("holder", "Name of the account's holder (户名).")
    number: str = stored("number", "Number of the account (账号).")
    bank: str = stored("bank", "Bank (开户银行).")


@tells
class UnitChange:
    """Why units are changed; the units are the order's lines (房屋信息变更)."""

    is_type_of = is_content("UNIT_CHANGE")
    reason: str | None = stored("reason", "Why (变更原因).")
    handler: Handler = stored("handler", "Handler (经办人).")
    refund_confirmed: bool = stored(
        "refund_confirmed", "Whether the applicant confirmed that money goes back (退款确认)."
    )
    refund_accounts: list[RefundAccount] = stored("refund_accounts", "Where refunds shall go (退款账户).")


@asks
class RefundAccountInput:
    """Where the refunds of some units shall be paid; one account may serve many (退款账户) [J 1.3.6]."""

    unit_ids: list[strawberry.ID] = given("Units whose refunds go there (房屋).")
    holder: str = given("Name of the account's holder (户名).")
    number: str = given("Number of the account (账号).")
    bank: str = given("Bank (开户银行).")

    def named(self, info: strawberry.Info) -> Mapping[str, Any]:
        """Give the account with the units' own ids."""
        units = [row_id(info, one, "Unit", "refundAccounts.unitIds") for one in self.unit_ids]
        return {"units": units, "holder": self.holder, "number": self.number, "bank": self.bank}


@asks
class UnitChangeInput:
    """Why units of an estate shall be changed; pick them afterwards (房屋信息变更)."""

    estate_id: strawberry.ID = given("The estate whose units they are (物业区域).")
    reason: str | None = maybe("Why (变更原因).")
    handler: HandlerInput | None = maybe("Handler (经办人).")
    refund_confirmed: bool = maybe("Money shall go back (退款确认).", default=False)
    refund_accounts: list[RefundAccountInput] | None = maybe("Where refunds shall go (退款账户).")

    def values(self) -> Mapping[str, Any]:
        """Give the content by the field names of the kind."""
        return {"reason": self.reason, **handler_values(self.handler)}

    def more(self, info: strawberry.Info) -> Mapping[str, Any]:
        """Give what goes into the content as it is."""
        accounts = [account.named(info) for account in self.refund_accounts or ()]
        return {"refund_confirmed": self.refund_confirmed, "refund_accounts": accounts}


@asks
class UnitEdit:
    """What units shall be; what is left out stays, null empties (房屋变更内容)."""

    building: str | None = maybe("A building of the estate, to which the unit goes (楼栋名称).", _KEPT)
    section: str | None = maybe("Section (单元).", _KEPT)
    floor: str | None = maybe("Floor as text, such as `3` or `-1` (楼层).", _KEPT)
    room_no: str | None = maybe("Room number (室号).", _KEPT)
    address: str | None = maybe("Address (地址).", _KEPT)
    usage: str | None = maybe("Usage by code or name (房屋用途).", _KEPT)
    gross_area: str | None = maybe("Gross floor area in square metres (建筑面积).", _KEPT)
    net_area: str | None = maybe("Internal floor area in square metres (套内面积).", _KEPT)
    has_lift: str | None = maybe("有 or 无 (电梯).", _KEPT)
    sale_status: str | None = maybe("Sale status by code or name (销售状态).", _KEPT)
    remark: str | None = maybe("Remark (备注).", _KEPT)

    def values(self) -> Mapping[str, Any]:
        """Give the edits by the field names of the line."""
        return {name: value for name, value in vars(self).items() if value is not strawberry.UNSET}
