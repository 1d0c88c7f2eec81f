"""业务申请表: the application of any order kind; the first page is signed, the lines follow as its annex."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from unicodedata import east_asian_width

from reports.forms.imprint import UNDECIDED, Imprint, Opinion
from reports.page import (
    Align,
    Column,
    Document,
    Fact,
    Row,
    SignBox,
    draw_boxes,
    draw_caption,
    draw_facts,
    draw_notes,
    draw_table,
    print_date,
)

NUMBER = "WX-02"
# Widths of the annex's columns in half-widths, of which a Chinese character takes two.
_WIDEST = 26
_NARROWEST = 4
_BORDER = 2
_LINE = 184  # a line of fine type on a lying page


@dataclass(frozen=True, slots=True)
class DetailLine:
    """One thing that the order touches; `before` is None for what is new, `after` for what ends."""

    before: tuple[str, ...] | None
    after: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class OrderApplicationData:
    """An order as it was submitted.

    Attributes:
        imprint: The copy; its number is the order number.
        kind: Name of the order kind, such as `物业区域采集`.
        facts: What is particular to the kind, in the order of the form.
        figures: Counts and sums, such as `建筑面积合计（㎡）`.
        columns: Heads of the annex.
        lines: The annex; every tuple as long as `columns`.
        attachments: Names of the attached papers.
        handler_mobile: Masked or not, as the city prints it.
    """

    imprint: Imprint
    kind: str
    submitted_on: date
    estate: str
    estate_address: str
    developer: str
    uscc: str
    reason: str
    handler: str
    handler_mobile: str
    facts: tuple[Fact, ...]
    figures: tuple[Fact, ...]
    columns: tuple[str, ...]
    lines: Sequence[DetailLine]
    attachments: tuple[str, ...]
    accepted: Opinion = UNDECIDED
    reviewed: Opinion = UNDECIDED
    notes: tuple[str, ...] = ()


def render(data: OrderApplicationData) -> bytes:
    """Print the application with its annex.

    Raises:
        GlyphMissing: A character has no glyph.
        ValueError: A line has other than the table's columns.
    """
    document = Document(f"{data.imprint.title} {data.imprint.number}")
    section = document.add(data.imprint.heading(NUMBER))
    draw_facts(section, _facts(data))
    stamp = ("经办人（签字）：　　　　　　", print_date(None))
    draw_boxes(section, [SignBox("申请单位（盖章）", "本单位承诺所填内容和所附资料真实、有效。", stamp)], 105)
    opinions = [
        SignBox("受理意见", data.accepted.text, data.accepted.lines("受理人")),
        SignBox("审核意见", data.reviewed.text, data.reviewed.lines("审核人")),
    ]
    draw_boxes(section, opinions, 105)
    draw_notes(section, "说明：", data.notes)
    if data.lines:
        section.turn(landscape=True)
        compared = any(line.before is not None for line in data.lines)
        hint = "（有底色的为变更内容）" if compared else ""
        draw_caption(section, f"附表：{data.kind}明细，共 {len(data.lines)} 项{hint}")
        shown = _filled(data)
        rows = _compare(data.lines, shown) if compared else _list(data.lines, shown)
        draw_table(section, _columns(data, shown, compared=compared), rows)
    return document.finish()


def _facts(data: OrderApplicationData) -> list[Fact]:
    papers = "\n".join(f"{place}．{paper}" for place, paper in enumerate(data.attachments, start=1))
    return [
        Fact("业务类型", data.kind),
        Fact("申请日期", print_date(data.submitted_on)),
        Fact("申请单位", data.developer, wide=True),
        Fact("统一社会信用代码", data.uscc, wide=True),
        Fact("物业区域", data.estate, wide=True),
        Fact("物业区域地址", data.estate_address, wide=True),
        Fact("经办人", data.handler),
        Fact("经办人手机", data.handler_mobile),
        *data.facts,
        Fact("申请事由", data.reason, wide=True),
        *data.figures,
        Fact("附件清单", papers or "无", wide=True),
    ]


def _filled(data: OrderApplicationData) -> list[int]:
    """Choose the columns that any line fills; the others would only make the rest narrow."""
    found: set[int] = set()
    for line in data.lines:
        for cells in (line.before, line.after):
            found.update(place for place, text in enumerate(cells or ()) if text)
    return [place for place in range(len(data.columns)) if place in found]


def _list(lines: Sequence[DetailLine], shown: list[int]) -> Iterator[Row]:
    for number, line in enumerate(lines, start=1):
        cells = line.after or ()
        yield Row((str(number), *(cells[place] for place in shown)))


def _compare(lines: Sequence[DetailLine], shown: list[int]) -> Iterator[Row]:
    """Give a row for what was and one for what will be, the changed cells of the second set off."""
    for number, line in enumerate(lines, start=1):
        before, after = line.before or (), line.after or ()
        if before:
            label = "变更前" if after else "注销"
            yield Row((str(number), label, *(before[place] for place in shown)))
        if after:
            marked = {
                column
                for column, place in enumerate(shown, start=2)
                if before and before[place] != after[place]
            }
            yield Row(
                (
                    "" if before else str(number),
                    "变更后" if before else "新增",
                    *(after[place] for place in shown),
                ),
                marked=frozenset(marked),
                tied=bool(before),
                joined=1 if before else 0,
            )


def _columns(data: OrderApplicationData, shown: list[int], *, compared: bool) -> list[Column]:
    """Share the width among the columns by their longest text; the widest give way first."""
    wants = [max(_NARROWEST, _half_widths(data.columns[place]) // 2) for place in shown]
    for line in data.lines:
        for cells in filter(None, (line.before, line.after)):
            for column, place in enumerate(shown):
                if 2 * len(cells[place]) > wants[column]:
                    wants[column] = max(wants[column], min(_WIDEST, _half_widths(cells[place])))
    head = [Column("序号", _NARROWEST), *([Column("类别", _NARROWEST + 2)] if compared else [])]
    room = _LINE - sum(column.weight + _BORDER for column in head) - _BORDER * len(shown)
    cap = next((cap for cap in range(_WIDEST, 2, -1) if sum(min(want, cap) for want in wants) <= room), 2)
    titles = [data.columns[place] for place in shown]
    body = [
        Column(title, min(want, cap), Align.LEFT if want > cap or want == _WIDEST else Align.CENTER)
        for title, want in zip(titles, wants, strict=True)
    ]
    return [Column(column.title, column.weight + _BORDER, column.align) for column in head + body]


def _half_widths(text: str) -> int:
    """Count what a text takes: a Chinese character two, a Latin letter one."""
    return sum(2 if east_asian_width(character) in "WFA" else 1 for character in text)
