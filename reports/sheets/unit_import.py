"""Units of an estate (房屋导入), one a row; the first owner may be given with each."""

from domain.estate import EXTERNAL_ID, NEW_UNIT_FIELDS
from domain.unit_rows import alike_rooms, check_unit_rows
from reports.sheet import Sheet

UNIT_IMPORT = Sheet(
    name="UNIT_IMPORT",
    version=1,
    title="房屋导入",
    notes=(
        "带★的列必须填写；请勿修改表头名称。",
        "第 4 行为示例行，填写前请删除。",
        "每户一行，最多 20,000 行；面积单位为平方米，最多 4 位小数。",
        "业主姓名、证件类型、证件号、手机号须同时填写或同时留空。",
        "证件号、手机号、室号列为文本格式，请勿改为数字。",
        "隐藏或被筛选掉的行不会导入。",
    ),
    fields=NEW_UNIT_FIELDS,
    hidden=frozenset({EXTERNAL_ID.name}),
    fill_down=frozenset({"building", "section"}),
    widths={
        "address": 36,
        "owner_id_number": 22,
        "owner_mobile": 15,
        "contract_no": 18,
        "remark": 20,
        "usage": 14,
    },
    check_rows=check_unit_rows,
    find_alike=alike_rooms,
)
