"""Owners of a batch deposit's units (批量交款业主信息), exported with them; one owner a row [L 2.3.1]."""

from domain.owner_rows import OWNER_ROW_FIELDS, check_owner_rows
from reports.sheet import Sheet

OWNER_IMPORT = Sheet(
    name="OWNER_IMPORT",
    version=1,
    title="批量交款业主信息",
    notes=(
        "本表由“开发建设单位批量交款”导出，请勿修改表头名称或隐藏列；楼栋、单元、楼层和室号仅供核对。",
        "每行填写一个业主；有多个业主的，复制该行后填写。",
        "没有业主信息的，填写开发建设单位名称、统一社会信用代码（证件类型选“营业执照”）、机构代码和经办人电话。",
        "本次不交款的房屋，请删除所在行。",
        "隐藏或被筛选掉的行不会导入。",
    ),
    fields=OWNER_ROW_FIELDS,
    fill_down=frozenset({"building", "section"}),
    hidden=frozenset({"code"}),
    widths={"name": 24, "id_number": 24, "mobile": 16},
    check_rows=check_owner_rows,
)
