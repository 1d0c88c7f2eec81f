"""A bank's statement of one day (银行对账单): every amount that came into or left the special account."""

from domain.statements import LINE_FIELDS, check_lines
from reports.sheet import Sheet

BANK_STATEMENT = Sheet(
    name="BANK_STATEMENT",
    version=1,
    title="银行对账单",
    notes=(
        "每行一笔交易；收入金额和支出金额只填一项，另一项留空或填 0.00。",
        "可导入 .xlsx、.xls 或 .csv（UTF-8 或 GBK 编码，首行为表头）。",
        "一个文件为一家银行一天的全部交易，最多 20,000 笔。",
    ),
    fields=LINE_FIELDS,
    widths={"bank_txn_no": 28, "money_in": 16, "money_out": 16, "counterparty": 24, "remark": 24},
    check_rows=check_lines,
    commas=True,
)
