"""A printed document: sections that each count their own pages, printed when all are laid out."""

from dataclasses import dataclass, field
from datetime import date, datetime

from domain.clock import SHANGHAI
from reports.page import style
from reports.page.leaf import Align, Leaf
from reports.page.press import press
from reports.page.text import fit

_TOP_LINE = 14.0
_FOOT = 20.0


def print_date(day: date | None) -> str:
    """Write a day as on official paper, `2026年11月22日`; an unknown one as blanks to fill in by hand."""
    return f"{day.year}年{day.month}月{day.day}日" if day else "　　　　年　　月　　日"


def print_moment(moment: datetime) -> str:
    """Write a moment in the cities' own time, `2026年11月22日 15:30:05`."""
    local = moment.astimezone(SHANGHAI)
    return f"{print_date(local.date())} {local:%H:%M:%S}"


@dataclass(frozen=True, slots=True)
class Heading:
    """What stands around every page of a document.

    Attributes:
        authority: Name of the city's fund authority.
        title: Name of the form, as this city calls it.
        form: Number of the form itself, such as `WX-04`; the same on every copy.
        number: Number of the business paper, such as the notice number.
        printed: How often it has been printed, this time included; 1 or more.
        generated_at: When this copy was made, with an offset.
    """

    authority: str
    title: str
    form: str
    number: str
    printed: int
    generated_at: datetime


@dataclass(slots=True)
class Section:
    """One paper of a document, with its own pages x of y; `y` is where the next block's upper side goes."""

    heading: Heading
    aside: float = 0.0  # width kept free at the right of the title, for a QR code
    lying: bool = False  # whether the first page lies on its long side
    leaves: list[Leaf] = field(default_factory=list[Leaf])
    y: float = 0.0

    def __post_init__(self) -> None:
        self.turn(landscape=self.lying)
        self._write_title()

    @property
    def leaf(self) -> Leaf:
        """The page in work."""
        return self.leaves[-1]

    @property
    def left(self) -> float:
        """Left end of the printed area."""
        return style.MARGIN

    @property
    def width(self) -> float:
        """Width of the printed area."""
        return self.leaf.width - 2 * style.MARGIN

    @property
    def room(self) -> float:
        """Height that is left on the page."""
        return self.y - style.MARGIN - _FOOT

    @property
    def whole(self) -> float:
        """Height of an empty page like the one in work."""
        return self.leaf.height - 2 * style.MARGIN - _TOP_LINE - _FOOT

    def turn(self, *, landscape: bool | None = None) -> None:
        """Begin a new page, lying or standing as told, else like the last."""
        if landscape is None:
            landscape = self.leaf.width > self.leaf.height
        width, height = style.LANDSCAPE if landscape else style.PORTRAIT
        self.leaves.append(Leaf(width, height))
        self.y = height - style.MARGIN - _TOP_LINE

    def need(self, height: float) -> None:
        """Begin a new page unless this much height is left."""
        if height > self.room:
            self.turn()

    def _write_title(self) -> None:
        left, width = self.left + self.aside, self.width - 2 * self.aside
        title = ((self.heading.authority, style.AUTHORITY, False), (self.heading.title, style.TITLE, True))
        for text, size, bold in title:
            height = size * style.LEADING * 1.15
            fitted, lines = fit(text, width, height, size)
            height = max(height, fitted * style.LEADING * len(lines))
            self.leaf.write_lines(
                (left, self.y - height, width, height), lines, fitted, Align.CENTER, bold=bold
            )
            self.y -= height
        self.y -= 8

    def close(self) -> None:
        """Write what depends on the number of pages: the head line and the foot of each."""
        for number, leaf in enumerate(self.leaves, start=1):
            _frame_page(leaf, self.heading, number, len(self.leaves))


def _frame_page(leaf: Leaf, heading: Heading, number: int, total: int) -> None:
    left, width = style.MARGIN, leaf.width - 2 * style.MARGIN
    top, foot = leaf.height - style.MARGIN, style.MARGIN
    leaf.write(left, top, f"编号：{heading.number}", style.SMALL)
    leaf.write_aligned(left, top, width, f"第 {heading.printed} 次打印", style.SMALL, Align.RIGHT)
    if number > 1:
        aside = width * 0.3
        size, lines = fit(heading.title, width - 2 * aside, _TOP_LINE, style.SMALL)
        box = (left + aside, top - _TOP_LINE / 2 + size * 0.38, width - 2 * aside, _TOP_LINE)
        leaf.write_lines(box, lines, size, Align.CENTER)
        leaf.rule(left, top - 4, left + width, top - 4)
    leaf.rule(left, foot + 10, left + width, foot + 10)
    leaf.write(left, foot, f"生成时间：{print_moment(heading.generated_at)}", style.FINE)
    leaf.write_aligned(left, foot, width, f"第 {number} 页　共 {total} 页", style.FINE, Align.CENTER)
    leaf.write_aligned(left, foot, width, f"表号：{heading.form}", style.FINE, Align.RIGHT)


class Document:
    """Collects papers and prints them as one PDF; the same content gives the same bytes."""

    def __init__(self, title: str) -> None:
        self._title = title
        self.sections: list[Section] = []

    def add(self, heading: Heading, *, aside: float = 0.0, lying: bool = False) -> Section:
        """Begin a paper of its own on a new page; `aside` points beside its title stay free at both ends."""
        self.sections.append(Section(heading, aside, lying))
        return self.sections[-1]

    def finish(self) -> bytes:
        """Print all papers.

        Raises:
            ValueError: There is no paper to print.
        """
        if not self.sections:
            raise ValueError("a document has at least one paper")
        for section in self.sections:
            section.close()
        heading = self.sections[0].heading
        leaves = (leaf for section in self.sections for leaf in section.leaves)
        return press(leaves, self._title, heading.authority, heading.generated_at)
