"""A bank's statement of one day (银行对账单): every amount that came into or left the special account."""

from domain.statement_balance import CLOSING, OPENING
from domain.statements import LINE_FIELDS, check_lines
from reports.sheet import Sheet

BANK_STATEMENT = Sheet(
    name="BANK_STATEMENT",
    version=2,
    title="银行对账单",
    notes=(
        "每行一笔交易；收入金额和支出金额只填一项，另一项留空或填 0.00。",
        "可导入 .xlsx、.xls 或 .csv（UTF-8 或 GBK 编码，首行为表头）。",
        "一个文件为一家银行一天的全部交易，最多 20,000 笔。",
        "列示账户余额的，逐笔核对，并作为当日的期初、期末余额；没有交易的日期只保留表头，并填写余额。",
        "余额也可在表头之下单列一行：首格填“期初余额”或“期末余额”，末格填金额。",
    ),
    fields=LINE_FIELDS,
    widths={
        "bank_txn_no": 28,
        "money_in": 16,
        "money_out": 16,
        "balance": 18,
        "counterparty": 24,
        "remark": 24,
    },
    check_rows=check_lines,
    commas=True,
    asides={
        **dict.fromkeys(("期初余额", "上日余额", "昨日余额", "承前余额"), OPENING),
        **dict.fromkeys(("期末余额", "本日余额", "当日余额"), CLOSING),
    },
    may_be_empty=True,
)
