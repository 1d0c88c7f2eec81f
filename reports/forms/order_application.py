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
    Section,
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
class HeadChange:
    """A field of the application itself that was corrected after a return or a withdrawal."""

    label: str
    before: str
    after: str


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
        decided: Whether the office accepts and reviews it; what completes at once has no room for that.
        ended: What a line is called that shall be no more.
        added: What a line is called that shall be new beside others.
        corrected: What was corrected in the application itself since it was returned or withdrawn.
        corrected_lines: The same of its lines, by the columns of the annex.
        withdrawn: Whether it was only withdrawn, and never returned.
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
    decided: bool = True
    ended: str = "注销"
    added: str = "新增"
    corrected: tuple[HeadChange, ...] = ()
    corrected_lines: Sequence[DetailLine] = ()
    withdrawn: bool = False


def render(data: OrderApplicationData) -> bytes:
    """Print the application with its annex.

    Raises:
        GlyphMissing: A character has no glyph.
        ValueError: A line has other than the table's columns.
    """
    document = Document(f"{data.imprint.title} {data.imprint.number}")
    draw_application(document, data, NUMBER)
    return document.finish()


def draw_application(document: Document, data: OrderApplicationData, number: str) -> Section:
    """Draw the application with its annexes as a part of a form, and give the place after them."""
    section = document.add(data.imprint.heading(number))
    draw_facts(section, _facts(data))
    stamp = ("经办人（签字）：　　　　　　", print_date(None))
    draw_boxes(section, [SignBox("申请单位（盖章）", "本单位承诺所填内容和所附资料真实、有效。", stamp)], 105)
    opinions = [
        SignBox("受理意见", data.accepted.text, data.accepted.lines("受理人")),
        SignBox("审核意见", data.reviewed.text, data.reviewed.lines("审核人")),
    ]
    if data.decided:
        draw_boxes(section, opinions, 105)
    draw_notes(section, "说明：", data.notes)
    if data.lines:
        section.turn(landscape=True)
        compared = any(line.before is not None for line in data.lines)
        hint = "（有底色的为变更内容）" if any(line.before and line.after for line in data.lines) else ""
        draw_caption(section, f"附表：{data.kind}明细，共 {len(data.lines)} 项{hint}")
        shown = _filled(data.lines, len(data.columns))
        words = _Words("变更前", "变更后", data.ended, data.added)
        rows = _compare(data.lines, shown, words) if compared else _list(data.lines, shown)
        draw_table(section, _columns(data.columns, data.lines, shown, compared=compared), rows)
    _draw_corrected(section, data)
    return section


def _draw_corrected(section: Section, data: OrderApplicationData) -> None:
    """Draw what was corrected since it went back, for the window that may have seen the rest before."""
    if not (data.corrected or data.corrected_lines):
        return
    section.turn(landscape=True)
    count = len(data.corrected) + len(data.corrected_lines)
    caption = "撤回修改后的变化" if data.withdrawn else "退回补正后的变化"
    draw_caption(section, f"附表：{caption}，共 {count} 项（有底色的为变化内容）")
    words = _REDONE if data.withdrawn else _CORRECTED
    if data.corrected:
        rows = [
            Row((change.label, change.before, change.after), marked=frozenset({2}))
            for change in data.corrected
        ]
        item = "修改项目" if data.withdrawn else "补正项目"
        heads = (Column(item, 3), Column(words.before, 6), Column(words.after, 6))
        draw_table(section, heads, rows)
        section.y -= 8
    if data.corrected_lines:
        shown = _filled(data.corrected_lines, len(data.columns))
        columns = _columns(data.columns, data.corrected_lines, shown, compared=True)
        draw_table(section, columns, _compare(data.corrected_lines, shown, words))


def _facts(data: OrderApplicationData) -> list[Fact]:
    papers = "\n".join(f"{place}．{paper}" for place, paper in enumerate(data.attachments, start=1))
    return [
        Fact("业务类型", data.kind),
        Fact("申请日期", print_date(data.submitted_on)),
        Fact("申请单位", data.developer, wide=True),
        Fact("统一社会信用代码", data.uscc, wide=True),
        *_estate(data),
        Fact("经办人", data.handler),
        Fact("经办人手机", data.handler_mobile),
        *data.facts,
        Fact("申请事由", data.reason, wide=True),
        *data.figures,
        Fact("附件清单", papers or "无", wide=True),
    ]


def _estate(data: OrderApplicationData) -> list[Fact]:
    """Name the estate, of an order that is about one."""
    if not data.estate:
        return []
    return [
        Fact("物业区域", data.estate, wide=True),
        Fact("物业区域地址", data.estate_address, wide=True),
    ]


def _filled(lines: Sequence[DetailLine], columns: int) -> list[int]:
    """Choose the columns that any line fills; the others would only make the rest narrow."""
    found: set[int] = set()
    for line in lines:
        for cells in (line.before, line.after):
            found.update(place for place, text in enumerate(cells or ()) if text)
    return [place for place in range(columns) if place in found]


def _list(lines: Sequence[DetailLine], shown: list[int]) -> Iterator[Row]:
    for number, line in enumerate(lines, start=1):
        cells = line.after or ()
        yield Row((str(number), *(cells[place] for place in shown)))


@dataclass(frozen=True, slots=True)
class _Words:
    """What the two rows of a compared line are called, and a row that stands alone."""

    before: str
    after: str
    ended: str
    added: str


_CORRECTED = _Words("退回前", "补正后", "删去", "新增")
_REDONE = _Words("撤回前", "修改后", "删去", "新增")


def _compare(lines: Sequence[DetailLine], shown: list[int], words: _Words) -> Iterator[Row]:
    """Give a row for what was and one for what will be, the changed cells of the second set off."""
    for number, line in enumerate(lines, start=1):
        before, after = line.before or (), line.after or ()
        if before:
            label = words.before if after else words.ended
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
                    words.after if before else words.added,
                    *(after[place] for place in shown),
                ),
                marked=frozenset(marked),
                tied=bool(before),
                joined=1 if before else 0,
            )


def _columns(
    heads: Sequence[str], lines: Sequence[DetailLine], shown: list[int], *, compared: bool
) -> list[Column]:
    """Share the width among the columns by their longest text; the widest give way first."""
    wants = [max(_NARROWEST, _half_widths(heads[place]) // 2) for place in shown]
    for line in lines:
        for cells in filter(None, (line.before, line.after)):
            for column, place in enumerate(shown):
                if 2 * len(cells[place]) > wants[column]:
                    wants[column] = max(wants[column], min(_WIDEST, _half_widths(cells[place])))
    head = [Column("序号", _NARROWEST), *([Column("类别", _NARROWEST + 2)] if compared else [])]
    room = _LINE - sum(column.weight + _BORDER for column in head) - _BORDER * len(shown)
    cap = next((cap for cap in range(_WIDEST, 2, -1) if sum(min(want, cap) for want in wants) <= room), 2)
    titles = [heads[place] for place in shown]
    body = [
        Column(title, min(want, cap), Align.LEFT if want > cap or want == _WIDEST else Align.CENTER)
        for title, want in zip(titles, wants, strict=True)
    ]
    return [Column(column.title, column.weight + _BORDER, column.align) for column in head + body]


def _half_widths(text: str) -> int:
    """Count what a text takes: a Chinese character two, a Latin letter one."""
    return sum(2 if east_asian_width(character) in "WFA" else 1 for character in text)
