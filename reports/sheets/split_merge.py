"""Units that come of others by a split or merge (房屋拆分合并), one a row, each naming its original units."""

from domain.orders.split_rows import RESULT_FIELDS
from domain.unit_rows import alike_rooms, check_unit_rows
from reports.sheet import Sheet

SPLIT_MERGE = Sheet(
    name="SPLIT_MERGE",
    version=1,
    title="房屋拆分合并",
    notes=(
        "带★的列必须填写；请勿修改表头名称。每行填写一套拆分或合并后的房屋。",
        "拆分：每套新房屋一行，原房屋编号相同。合并：只填一行，原房屋编号填写多个，用分号隔开。",
        "新建筑面积合计须与原房屋建筑面积合计相等；面积单位为平方米，最多 4 位小数。",
        "不填的楼栋、单元、楼层、用途与原房屋相同；新楼栋应为本小区已有的楼栋。",
        "隐藏或被筛选掉的行不会导入。",
    ),
    fields=RESULT_FIELDS,
    fill_down=frozenset({"building", "section"}),
    widths={"sources": 24, "address": 36, "remark": 20, "usage": 14},
    check_rows=check_unit_rows,
    find_alike=alike_rooms,
)
