"""Units that are to be changed (房屋变更), exported from an order and given back to it; one a row."""

from domain.estate import UNIT_CHANGE_FIELDS, UNIT_CODE
from domain.unit_rows import alike_rooms, check_unit_rows
from reports.sheet import Sheet

UNIT_CHANGE = Sheet(
    name="UNIT_CHANGE",
    version=1,
    title="房屋变更",
    notes=(
        "本表由业务单导出，请勿增加行、修改表头名称或隐藏列。",
        "只修改需要变更的单元格；未列出的房屋保持不变。",
        "面积单位为平方米，最多 4 位小数；楼栋名称应为本小区已有的楼栋。",
        "隐藏或被筛选掉的行不会导入。",
    ),
    fields=(UNIT_CODE, *UNIT_CHANGE_FIELDS),
    hidden=frozenset({UNIT_CODE.name}),
    widths={"address": 36, "remark": 20, "usage": 14},
    check_rows=check_unit_rows,
    find_alike=alike_rooms,
)
