"""Units whose contracts are to be bound (房屋合同号), exported from an order and given back; one a row."""

from domain.estate import UNIT_CODE
from domain.orders.contract_rows import ROW_FIELDS, check_rows
from reports.sheet import Sheet

CONTRACT_NO = Sheet(
    name="CONTRACT_NO",
    version=1,
    title="房屋合同号",
    notes=(
        "本表由业务单导出，请勿增加行、修改表头名称或隐藏列；楼栋、单元、楼层和室号仅供核对，修改无效。",
        "填写业主姓名、证件号码和房屋合同号；有多个业主的，填写其一即可。",
        "暂时没有合同的房屋，请删除所在行；未列出的房屋保持不变。",
        "隐藏或被筛选掉的行不会导入。",
    ),
    fields=(UNIT_CODE, *ROW_FIELDS),
    hidden=frozenset({UNIT_CODE.name}),
    widths={"owner_name": 16, "id_number": 24, "contract_no": 24},
    check_rows=check_rows,
)
