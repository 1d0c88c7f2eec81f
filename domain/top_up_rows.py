"""Units that are to be topped up as a workbook has them (TOP_UP): one a row, with an amount or without."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from domain.estate import UNIT_CODE, UNIT_FIELDS
from domain.field import Amount, Field, Text
from domain.field_kept import SeenAmount, SeenArea
from domain.problem import Problem, ProblemCode
from domain.unit_rows import Rows

_PLACE: Final = ("building", "section", "floor", "room_no")
_SEEN: Final = "仅供核对，修改无效。"

TOP_UP_AMOUNT = Field(
    "amount",
    "本次续筹金额",
    Amount(),
    note="大于 0 的金额，最多 2 位小数；不填的房屋本次不续筹。",
    example="1200.00",
)

TOP_UP_ROW_FIELDS: tuple[Field, ...] = (
    UNIT_CODE,
    Field("token", "核验码", Text(100), required=True, note="系统识别本次导出用，请勿修改。"),
    *(
        Field(one.name, one.label, one.kind, note=_SEEN, example=one.example)
        for one in UNIT_FIELDS
        if one.name in _PLACE
    ),
    Field("address", "地址", Text(200), note=_SEEN, example="滨江路一段1号1栋1单元301"),
    Field("owners", "业主", Text(2_000), note=_SEEN, example="张三"),
    Field("gross_area", "建筑面积", SeenArea(), note=_SEEN, example="88.35"),
    Field("paid_first", "首期已交", SeenAmount(), note=_SEEN, example="6184.50"),
    Field("balance", "账户余额", SeenAmount(), note=_SEEN, example="1200.00"),
    Field("low", "余额不足30%", Text(10), note="余额低于首期已交的 30% 时为“是”。", example="是"),
    TOP_UP_AMOUNT,
)
"""The columns of the sheet TOP_UP (domain analysis §6.2), in order; all but the last are there to be read."""


def check_top_up_rows(rows: Rows, _today: date) -> list[Problem]:
    """Find units that stand on two rows; the second one is told."""
    first: dict[object, int] = {}
    found: list[Problem] = []
    for number, values in rows.items():
        code = values.get("code")
        if code is not None and first.setdefault(code, number) != number:
            params = {"row": str(first[code])}
            found.append(Problem(ProblemCode.DUPLICATE_UNIT, "room_no", row=number, params=params))
    return found


def asked_amounts(rows: Rows) -> Mapping[int, int]:
    """Give the amounts in fen by the rows in which one stands; the others are not asked."""
    found = ((number, values.get(TOP_UP_AMOUNT.name)) for number, values in rows.items())
    return {number: amount for number, amount in found if isinstance(amount, int)}
