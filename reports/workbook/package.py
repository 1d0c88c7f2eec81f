"""The .xlsx package: refused when it is a bomb, a macro book or no workbook, then opened part by part."""

import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import IO
from xml.parsers import expat

from domain.problem import Invalid
from reports.workbook.limits import Limits, beyond, locked, not_a_workbook

_ENTRIES = 2_000
_ENCRYPTED = 0x1
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_TYPES = "[content_types].xml"
_OTHER_KINDS = {
    "xl/workbook.bin": "xlsb",
    "word/document.xml": "docx",
    "ppt/presentation.xml": "pptx",
    "content.xml": "ods",
}

Attributes = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Relation:
    """A link from one part of the package to another.

    Attributes:
        kind: Last word of the link's type, such as `worksheet`.
        target: Path of the other part, in lower case.
    """

    kind: str
    target: str


class Package:
    """An .xlsx file whose size, entries and kind were looked at before anything was unpacked."""

    def __init__(self, data: bytes, limits: Limits) -> None:
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
            raise not_a_workbook("zip") from error
        self._entries = _checked_entries(self._zip.infolist(), limits)
        _check_kind(self._entries, self)

    def has(self, path: str) -> bool:
        """Tell whether the package has a part of this name, whatever its case."""
        return path in self._entries

    def open(self, path: str) -> IO[bytes]:
        """Open one part for reading."""
        try:
            return self._zip.open(self._entries[path])
        except (KeyError, zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError) as error:
            raise not_a_workbook("zip") from error

    def parse(
        self,
        path: str,
        start: Callable[[str, Attributes], None],
        *,
        end: Callable[[str], None] | None = None,
        text: Callable[[str], None] | None = None,
    ) -> None:
        """Walk through one XML part.

        Args:
            path: Name of the part.
            start: Called with the name and attributes of each element as it opens.
            end: Called with the name of each element as it closes.
            text: Called with the characters between.

        Raises:
            Invalid: FILE_FORMAT where it is not well-formed, declares a document type, or is damaged.
        """
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = _refuse_doctype
        parser.StartElementHandler = start
        parser.EndElementHandler = end
        parser.CharacterDataHandler = text
        try:
            with self.open(path) as stream:
                parser.ParseFile(stream)
        except Invalid:
            raise
        except (expat.ExpatError, zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError) as error:
            raise not_a_workbook("xml") from error

    def relations(self, path: str) -> dict[str, Relation]:
        """Read the links of one part by their ids; the root's links have the empty path."""
        folder, name = posixpath.split(path)
        links = posixpath.join(folder, "_rels", f"{name}.rels")
        found: dict[str, Relation] = {}

        def start(tag: str, attributes: Attributes) -> None:
            if local(tag) == "Relationship" and attributes.get("TargetMode") != "External":
                target = posixpath.normpath(posixpath.join("/", folder, attributes.get("Target", "")))
                kind = attributes.get("Type", "").rpartition("/")[2]
                found[attributes.get("Id", "")] = Relation(kind, target.lstrip("/").lower())

        if self.has(links):
            self.parse(links, start)
        return found


def local(tag: str) -> str:
    """Drop a namespace prefix: some writers say `x:row` where Excel says `row`."""
    return tag.rpartition(":")[2]


def unescape(text: str) -> str:
    """Turn `_x000D_` into the character that XML cannot hold; half a pair of surrogates stays written out."""
    if "_x" not in text:
        return text
    return _ESCAPED.sub(lambda found: _character(found[0], int(found[1], 16)), text)


def _character(written: str, number: int) -> str:
    return written if 0xD800 <= number < 0xE000 else chr(number)  # noqa: PLR2004 - the surrogates


def _checked_entries(entries: list[zipfile.ZipInfo], limits: Limits) -> dict[str, zipfile.ZipInfo]:
    if len(entries) > _ENTRIES:
        raise beyond("parts", _ENTRIES)
    if sum(entry.file_size for entry in entries) > limits.unpacked_bytes:
        raise beyond("bytes", limits.unpacked_bytes)
    if any(entry.flag_bits & _ENCRYPTED for entry in entries):
        raise locked()
    by_path = {entry.filename.replace("\\", "/").lower(): entry for entry in entries}
    if len(by_path) != len(entries):
        # Two parts of one name are read differently by different programs.
        raise not_a_workbook("zip")
    return by_path


def _check_kind(paths: Mapping[str, object], package: Package) -> None:
    for path, kind in _OTHER_KINDS.items():
        if path in paths:
            raise not_a_workbook(kind)
    if _TYPES not in paths:
        raise not_a_workbook("zip")
    kinds: list[str] = []
    package.parse(_TYPES, lambda _tag, attributes: kinds.append(attributes.get("ContentType", "")))
    if any("macroEnabled" in kind or "vbaProject" in kind for kind in kinds):
        raise not_a_workbook("xlsm")
    if any(path.endswith("vbaproject.bin") for path in paths):
        raise not_a_workbook("xlsm")


def _refuse_doctype(*_: object) -> None:
    """Refuse every document type: no workbook has one, and entities can only come from one."""
    raise not_a_workbook("xml")
