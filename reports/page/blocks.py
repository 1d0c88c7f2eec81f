"""The parts that forms are put together from: facts in a grid, boxes to sign and seal, captions and notes."""

from collections.abc import Sequence
from dataclasses import dataclass

from reports.page import style
from reports.page.document import Section
from reports.page.leaf import Align
from reports.page.text import fit, wrap

_LABEL = 0.18  # of the width of the printed area
_ROW = 21.0


@dataclass(frozen=True, slots=True)
class Fact:
    """A label and its value in the grid.

    Attributes:
        label: What it is, such as `建筑面积（㎡）`.
        value: What is printed; empty leaves a cell to fill in by hand.
        wide: It takes a whole row.
        strong: It is the figure that the paper is about.
    """

    label: str
    value: str
    wide: bool = False
    strong: bool = False


@dataclass(frozen=True, slots=True)
class SignBox:
    """A box in which somebody writes an opinion, signs and seals.

    Attributes:
        title: Whose box it is, such as `受理意见`.
        text: What is printed inside, such as an opinion that is already given.
        lines: Lines at its lower end, such as the name and the date.
    """

    title: str
    text: str = ""
    lines: tuple[str, ...] = ()


def draw_facts(section: Section, facts: Sequence[Fact]) -> None:
    """Draw facts two in a row, wide ones alone; rows grow with their text and never part across pages."""
    for row in _pair(facts):
        _draw_row(section, row)


def _pair(facts: Sequence[Fact]) -> list[tuple[Fact, ...]]:
    rows: list[tuple[Fact, ...]] = []
    waiting: Fact | None = None
    for fact in facts:
        if fact.wide:
            if waiting:
                rows.append((waiting,))
            rows.append((fact,))
            waiting = None
        elif waiting:
            rows.append((waiting, fact))
            waiting = None
        else:
            waiting = fact
    return [*rows, (waiting,)] if waiting else rows


def _draw_row(section: Section, facts: tuple[Fact, ...]) -> None:
    """Draw one row: each fact's label on grey, and its value beside it."""
    label_width = section.width * _LABEL
    value_width = section.width / len(facts) - label_width
    inner = value_width - 4 * style.PADDING
    labels = [_set_label(fact.label, label_width - 2 * style.PADDING) for fact in facts]
    values = [_set_value(section, fact, inner) for fact in facts]
    height = max(
        _ROW, *(len(lines) * size * style.LEADING + 2 * style.PADDING for size, lines in labels + values)
    )
    section.need(height)
    leaf, bottom = section.leaf, section.y - height
    edges = [section.left]
    for fact, (label_size, label), (size, lines) in zip(facts, labels, values, strict=True):
        x = edges[-1]
        edges += [x + label_width, x + label_width + value_width]
        leaf.shade(x, bottom, label_width, height, style.SHADE)
        leaf.write_lines((x, bottom, label_width, height), label, label_size, Align.CENTER)
        box = (edges[-2] + 2 * style.PADDING, bottom, inner, height)
        leaf.write_lines(box, lines, size, Align.LEFT, bold=fact.strong)
    leaf.grid(edges, bottom, section.y)
    section.y = bottom


def _set_label(label: str, width: float) -> tuple[float, tuple[str, ...]]:
    """Set a label on one line if slightly smaller type does it, else on several."""
    for size in (style.BODY, style.BODY - 0.5, style.SMALL):
        if len(lines := wrap(label, width, size)) == 1:
            return size, lines
    return style.BODY, wrap(label, width, style.BODY)


def _set_value(section: Section, fact: Fact, width: float) -> tuple[float, tuple[str, ...]]:
    """Set a value in as many lines as it needs, smaller only if a page would not hold them."""
    height = section.whole - 2 * style.PADDING
    return fit(fact.value, width, height, style.CAPTION if fact.strong else style.BODY)


def draw_boxes(section: Section, boxes: Sequence[SignBox], height: float) -> None:
    """Draw boxes side by side, at least `height` points tall, in smaller type if a page cannot hold them."""
    width = section.width / len(boxes)
    size = style.BODY
    while True:
        ready = [_set_box(box, width - 4 * style.PADDING, size) for box in boxes]
        lines = max(len(texts) + len(foot) for texts, foot in ready) + 1
        tall = max(height, lines * size * style.LEADING + 4 * style.PADDING)
        if tall <= section.whole or size <= style.SMALLEST:
            break
        size -= 0.5
    section.need(tall)
    x, bottom = section.left, section.y - tall
    section.leaf.grid([x + place * width for place in range(len(boxes) + 1)], bottom, section.y)
    for texts, foot in ready:
        _fill_box(section, (x, bottom, width, tall), texts, foot, size)
        x += width
    section.y = bottom


def _set_box(box: SignBox, width: float, size: float) -> tuple[list[str], list[str]]:
    """Break a box's title and text, and its closing lines."""
    texts = [*wrap(box.title, width, size), *(wrap(box.text, width, size) if box.text else ())]
    return texts, [part for line in box.lines for part in wrap(line, width, size)]


def _fill_box(
    section: Section,
    box: tuple[float, float, float, float],
    texts: list[str],
    foot: list[str],
    size: float,
) -> None:
    """Write the texts from a box's upper left corner down and the closing lines into its lower right one."""
    left, bottom, width, height = box
    leading = size * style.LEADING
    start, inner = left + 2 * style.PADDING, width - 4 * style.PADDING
    y = bottom + height - style.PADDING - size
    for line in texts:
        section.leaf.write(start, y, line, size)
        y -= leading
    y = bottom + 2 * style.PADDING + leading * (len(foot) - 1)
    for line in foot:
        section.leaf.write_aligned(start, y, inner, line, size, Align.RIGHT)
        y -= leading


def draw_caption(section: Section, text: str, *, space: float = 0.0) -> None:
    """Write a bold line over a block that needs `space` points to begin."""
    lines = wrap(text, section.width, style.CAPTION)
    section.need(len(lines) * style.CAPTION * style.LEADING + 6 + space)
    for line in lines:
        section.y -= style.CAPTION * style.LEADING
        section.leaf.write(section.left, section.y, line, style.CAPTION, bold=True)
    section.y -= 6


def draw_passage(section: Section, text: str, *, size: float = style.BODY) -> None:
    """Write a paragraph over the whole width, its first line two characters in."""
    for line in wrap(f"　　{text}", section.width, size):
        _write_line(section, line, 0, size)


def draw_notes(section: Section, title: str, notes: Sequence[str]) -> None:
    """Write numbered notes in small type; the lines of a note stand under each other."""
    if not notes:
        return
    section.y -= 8
    size, indent = style.SMALL, 2 * style.SMALL
    _write_line(section, title, 0, size)
    for number, note in enumerate(notes, start=1):
        for place, line in enumerate(wrap(note, section.width - indent, size)):
            if place == 0:
                section.need(size * style.LEADING * 1.1)
                section.leaf.write(section.left, section.y - size * 1.1, f"{number}．", size)
            _write_line(section, line, indent, size)


def _write_line(section: Section, line: str, indent: float, size: float) -> None:
    height = size * style.LEADING * 1.1
    section.need(height)
    section.leaf.write(section.left + indent, section.y - size * 1.1, line, size)
    section.y -= height
