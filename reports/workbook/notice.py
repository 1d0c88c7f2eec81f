"""What a reading of a workbook passed over or could not know: told to the person, and no reason to refuse."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

_ROWS_NAMED = 20


class NoticeCode(StrEnum):
    """Every cause of a notice."""

    ALIKE_ROWS = "ALIKE_ROWS"
    BLANK_ROWS_SKIPPED = "BLANK_ROWS_SKIPPED"
    COLUMNS_ABSENT = "COLUMNS_ABSENT"
    COLUMNS_UNKNOWN = "COLUMNS_UNKNOWN"
    HIDDEN_COLUMNS_SKIPPED = "HIDDEN_COLUMNS_SKIPPED"
    HIDDEN_NOT_KNOWN = "HIDDEN_NOT_KNOWN"
    HIDDEN_ROWS_SKIPPED = "HIDDEN_ROWS_SKIPPED"
    NUMBERS_AS_TEXT = "NUMBERS_AS_TEXT"
    OTHER_SHEETS_SKIPPED = "OTHER_SHEETS_SKIPPED"
    TOTAL_ROWS_SKIPPED = "TOTAL_ROWS_SKIPPED"


_TEXTS = {
    NoticeCode.ALIKE_ROWS: {
        "zh": "以下各行与前面某行的室号相近，请确认不是同一户：{what}。",
        "en": "These rows nearly repeat an earlier row's room number; make sure they are others: {what}.",
    },
    NoticeCode.BLANK_ROWS_SKIPPED: {
        "zh": "数据中间有 {count} 个空行，已跳过：第 {what} 行。",
        "en": "{count} blank rows between the data were skipped: {what}.",
    },
    NoticeCode.COLUMNS_ABSENT: {
        "zh": "表中没有以下选填列，按未填写处理：{what}。",
        "en": "These optional columns are not in the sheet and count as left empty: {what}.",
    },
    NoticeCode.COLUMNS_UNKNOWN: {
        "zh": "以下列不属于本模板，未读取：{what}。",
        "en": "These columns do not belong to the template and were not read: {what}.",
    },
    NoticeCode.HIDDEN_COLUMNS_SKIPPED: {
        "zh": "以下列被隐藏，未读取；如需导入请取消隐藏：{what}。",
        "en": "These columns are hidden and were not read; unhide them to import them: {what}.",
    },
    NoticeCode.HIDDEN_NOT_KNOWN: {
        "zh": "Excel 2003 格式（.xls）无法识别隐藏行列、筛选和公式，所有行均已读取；建议另存为 .xlsx。",
        "en": "In the format of Excel 2003 (.xls) hidden rows and columns, filters and formulas cannot be "
        "told, so every row was read; better save as .xlsx.",
    },
    NoticeCode.HIDDEN_ROWS_SKIPPED: {
        "zh": "有 {count} 行被隐藏或被筛选掉，未读取；如需导入请取消隐藏或筛选：第 {what} 行。",
        "en": "{count} rows are hidden or filtered out and were not read; show them to import them: {what}.",
    },
    NoticeCode.NUMBERS_AS_TEXT: {
        "zh": "以下列有单元格为数字格式，前导零（如 0101）可能已丢失，请核对：{what}。",
        "en": "Cells of these columns are numbers, so leading zeros such as in 0101 may be lost: {what}.",
    },
    NoticeCode.OTHER_SHEETS_SKIPPED: {
        "zh": "只读取了工作表“{read}”，其他工作表未读取：{what}。",
        "en": "Only the worksheet {read} was read, not: {what}.",
    },
    NoticeCode.TOTAL_ROWS_SKIPPED: {
        "zh": "合计行已跳过：第 {what} 行。",
        "en": "Rows of totals were skipped: {what}.",
    },
}


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing that the person should know about the reading.

    Attributes:
        code: The stable cause.
        what: The rows, columns or worksheets it is about, as text.
        count: How many there are.
        read: The worksheet that was read, where others were not.
    """

    code: NoticeCode
    what: str = ""
    count: int = 0
    read: str = ""

    def message(self, language: str) -> str:
        """Tell the person, in `zh` or `en`."""
        return _TEXTS[self.code][language].format(what=self.what, count=self.count, read=self.read)


def notice_rows(code: NoticeCode, rows: Sequence[int]) -> tuple[Notice, ...]:
    """Make a notice about rows in order, such as `5-9, 12`; none where there are no rows."""
    return (Notice(code, rows_text(rows), len(rows)),) if rows else ()


def notice_names(code: NoticeCode, names: Iterable[str], read: str = "") -> tuple[Notice, ...]:
    """Make a notice about columns or worksheets; none where there are none."""
    listed = tuple(names)
    return (Notice(code, "、".join(listed[:_ROWS_NAMED]), len(listed), read),) if listed else ()


def rows_text(rows: Sequence[int]) -> str:
    """Write ordered row numbers with neighbours joined, at most 20 stretches and then an ellipsis."""
    starts = [row for before, row in pairwise([-1, *rows]) if row != before + 1]
    ends = [row for row, after in pairwise([*rows, -1]) if after != row + 1]
    parts = [
        str(first) if first == last else f"{first}-{last}" for first, last in zip(starts, ends, strict=True)
    ]
    return ", ".join(parts[:_ROWS_NAMED]) + (", …" if len(parts) > _ROWS_NAMED else "")
