"""Units that are to be topped up (续筹), exported for that with what is left of each; one a row [J 1.4.3]."""

from domain.top_up_rows import TOP_UP_ROW_FIELDS, check_top_up_rows
from reports.sheet import Sheet

TOP_UP = Sheet(
    name="TOP_UP",
    version=1,
    title="续筹交款",
    notes=(
        "本表由“自定义交款”导出，请勿增加行、修改表头名称或隐藏列；只填写“本次续筹金额”一列，其余各列仅供核对。",
        "不填金额的房屋本次不续筹；未在本次导出的房屋不能加入本表。",
        "金额单位为元，最多 2 位小数；面积单位为平方米。",
        "隐藏或被筛选掉的行不会导入。",
    ),
    fields=TOP_UP_ROW_FIELDS,
    hidden=frozenset({"code", "token"}),
    widths={"address": 36, "owners": 24, "paid_first": 14, "balance": 14, "low": 14, "amount": 16},
    check_rows=check_top_up_rows,
)
