"""The parts of an .xlsx package around the worksheets: the tabs, the shared texts and the number formats."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from reports.sheet import MARKER
from reports.workbook.grid import Grid
from reports.workbook.limits import Limits, not_a_workbook
from reports.workbook.package import Attributes, Package, local, unescape
from reports.workbook.scan import scan

_QUOTED = re.compile(r'"[^"]*"|\\.|_.|\[[^\]]*\]')
# ECMA-376 18.8.30: the formats that have numbers but no text in the file; 27-36 and 50-58 are
# dates where the program speaks Chinese.
_DATE_FORMATS = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
_BUILT_IN = {1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00", 49: "@"}
_BUILT_IN_DATE = "yyyy-mm-dd"


@dataclass(slots=True)
class _Tabs:
    """What the workbook part says: its worksheets, its marker and the first day of its calendar."""

    paths: list[tuple[str, bool, str]] = field(default_factory=list[tuple[str, bool, str]])
    marker: str = ""
    epoch_1904: bool = False


class Spreadsheet:
    """An .xlsx workbook; a `Book`."""

    suffix = "xlsx"

    def __init__(self, data: bytes, limits: Limits) -> None:
        self._package = Package(data, limits)
        self._limits = limits
        self._tabs, self._parts = _read_tabs(self._package)
        self.marker = self._tabs.marker
        self.visible = tuple(name for name, shown, _ in self._tabs.paths if shown)
        self.hidden = tuple(name for name, shown, _ in self._tabs.paths if not shown)

    def grids(self) -> Iterator[Grid]:
        """Read the visible worksheets in the order of their tabs."""
        texts = read_texts(self._package, self._parts.get("sharedStrings", ""))
        formats, dates = _read_formats(self._package, self._parts.get("styles", ""))
        for name, shown, path in self._tabs.paths:
            if shown:
                grid = Grid(name, formats=formats, epoch_1904=self._tabs.epoch_1904)
                scan(self._package, path, grid, texts, dates, self._limits)
                yield grid


def read_texts(package: Package, path: str) -> list[str]:
    """Read the shared texts; runs of rich text are joined, phonetic guides left out."""
    texts: list[str] = []
    pieces: list[str] = []
    inside = {"t": False, "rPh": False}

    def start(tag: str, _: Attributes) -> None:
        name = local(tag)
        if name == "si":
            pieces.clear()
        elif name in inside:
            inside[name] = True

    def end(tag: str) -> None:
        name = local(tag)
        if name == "si":
            texts.append(unescape("".join(pieces)))
        elif name in inside:
            inside[name] = False

    def text(piece: str) -> None:
        if inside["t"] and not inside["rPh"]:
            pieces.append(piece)

    if package.has(path):
        package.parse(path, start, end=end, text=text)
    return texts


def is_date_format(code: str) -> bool:
    """Tell whether a number format shows a day or a time of day."""
    shown = _QUOTED.sub("", code.partition(";")[0]).lower()
    return shown != "general" and any(letter in shown for letter in "ymdhs")


def _read_formats(package: Package, path: str) -> tuple[dict[int, str], frozenset[int]]:
    """Read which number format each style has, and which styles show dates."""
    codes: dict[int, str] = {}
    styles: list[int] = []
    section = [""]

    def start(tag: str, attributes: Attributes) -> None:
        name = local(tag)
        if name in {"numFmts", "cellXfs", "cellStyleXfs", "dxfs"}:
            section[0] = name
        elif name == "numFmt" and section[0] == "numFmts":
            codes[int(attributes["numFmtId"])] = attributes["formatCode"]
        elif name == "xf" and section[0] == "cellXfs":
            styles.append(int(attributes.get("numFmtId", "0")))

    if package.has(path):
        try:
            package.parse(path, start)
        except KeyError as error:
            raise not_a_workbook("xml") from error
    formats: dict[int, str] = {}
    dates: set[int] = set()
    for style, number in enumerate(styles):
        dated = number in _DATE_FORMATS if number not in codes else is_date_format(codes[number])
        if dated:
            dates.add(style)
        shown = codes.get(number, _BUILT_IN_DATE if dated else _BUILT_IN.get(number, ""))
        if shown and shown != "General":
            formats[style] = shown
    return formats, frozenset(dates)


def _read_tabs(package: Package) -> tuple[_Tabs, dict[str, str]]:
    """Follow the links from the root to the workbook, its worksheets, texts and styles."""
    root = [link.target for link in package.relations("").values() if link.kind == "officeDocument"]
    if len(root) != 1 or not package.has(root[0]):
        raise not_a_workbook("zip")
    links = package.relations(root[0])
    tabs = _Tabs()
    reader = _TabReader(tabs, {id_: link.target for id_, link in links.items() if link.kind == "worksheet"})
    package.parse(root[0], reader.start, end=reader.end, text=reader.text)
    if not any(shown for _, shown, _ in tabs.paths):
        raise not_a_workbook("xml")
    return tabs, {link.kind: link.target for link in links.values()}


class _TabReader:
    """Takes the elements of the workbook part one after another."""

    def __init__(self, tabs: _Tabs, worksheets: dict[str, str]) -> None:
        self._tabs = tabs
        self._worksheets = worksheets
        self._in_marker = False

    def start(self, tag: str, attributes: Attributes) -> None:
        name = local(tag)
        if name == "sheet":
            link = next((value for key, value in attributes.items() if local(key) == "id"), "")
            if link in self._worksheets:
                shown = attributes.get("state", "visible") == "visible"
                self._tabs.paths.append((attributes.get("name", ""), shown, self._worksheets[link]))
        elif name == "workbookPr":
            self._tabs.epoch_1904 = attributes.get("date1904", "0") in {"1", "true", "on"}
        elif name == "definedName":
            self._in_marker = attributes.get("name", "") == MARKER

    def end(self, tag: str) -> None:
        if local(tag) == "definedName":
            self._in_marker = False

    def text(self, piece: str) -> None:
        if self._in_marker:
            self._tabs.marker = (self._tabs.marker + piece).strip().strip('"')
