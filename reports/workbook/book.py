"""What an uploaded file is, told by its content: a workbook that we open, or something else that we name."""

from collections.abc import Mapping

from reports.workbook import compound
from reports.workbook.commas import Commas
from reports.workbook.grid import Book
from reports.workbook.limits import Limits, beyond, locked, not_a_workbook
from reports.workbook.spreadsheet import Spreadsheet

_ZIP = b"PK\x03\x04"
_EMPTY_ZIP = b"PK\x05\x06"
_OWNER_FILE_BYTES = 165
_LONGEST_USER_NAME = 54
_BYTE_ORDER_MARKS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
_STARTS = {
    b"%PDF": "pdf",
    b"\xff\xd8\xff": "jpg",
    b"\x89PNG": "png",
    b"Rar!": "rar",
    b"7z\xbc\xaf": "7z",
    b"{\\rtf": "rtf",
    # BIFF 2 to 4: worksheets of Excel before 1995, without a container.
    b"\x09\x00\x04\x00": "xls (Excel 2)",
    b"\x09\x02\x06\x00": "xls (Excel 3)",
    b"\x09\x04\x06\x00": "xls (Excel 4)",
}


def open_book(data: bytes, name: str, limits: Limits, *, commas: bool = False) -> Book:
    """Open a workbook after looking at its size, kind, packing and protection.

    Args:
        data: The file.
        name: Its name, if known; only for kinds that the content cannot tell, `.et` and `~$…`.
        limits: What it may cost.
        commas: Whether a text parted by commas is taken, too.

    Raises:
        Invalid: FILE_LIMITS, FILE_ENCRYPTED, or FILE_FORMAT with what it is as `found`.
    """
    check_file(data, name, limits, commas=commas)
    if data.startswith(_ZIP):
        return Spreadsheet(data, limits)
    if not data.startswith(compound.MAGIC):
        return Commas(data, limits)
    # Imported here, because few files are so old and the library takes a while to load.
    from reports.workbook.legacy import Legacy  # noqa: PLC0415

    return Legacy(data, limits)


def check_file(data: bytes, name: str, limits: Limits, *, commas: bool = False) -> None:
    """Refuse what needs no unpacking to be refused; cheap, so it is done before a process is started."""
    if name.startswith("~$") or (
        len(data) == _OWNER_FILE_BYTES
        and 0 < data[0] <= _LONGEST_USER_NAME
        and not data[data[0] + 1 : 55].strip()
    ):
        raise not_a_workbook("~$")
    if name.lower().endswith(".et"):
        raise not_a_workbook("et")
    if len(data) > limits.file_bytes:
        raise beyond("file", f"{limits.file_bytes // 2**20} MiB")
    if data.startswith(compound.MAGIC):
        _check_compound(data, compound.read_entries(data))
    elif not data.startswith(_ZIP) and not (commas and _kind_of(data) == "csv"):
        raise not_a_workbook(_kind_of(data))


def _check_compound(data: bytes, entries: Mapping[str, int]) -> None:
    if "EncryptedPackage" in entries:
        raise locked()
    streams = [entries[name] for name in ("Workbook", "Book") if name in entries]
    if not streams:
        raise not_a_workbook("doc" if "WordDocument" in entries else "ole")
    if any(compound.has_password(data, stream) for stream in streams):
        raise locked()
    if any(entry.upper().startswith("_VBA_PROJECT") for entry in entries):
        raise not_a_workbook("xls (macro)")


def _kind_of(data: bytes) -> str:
    if not data.strip(b"\x00"):
        return "empty"
    if data.startswith(_EMPTY_ZIP):
        return "zip"
    for start, kind in _STARTS.items():
        if data.startswith(start):
            return kind
    return _text_kind_of(data[:4096])


def _text_kind_of(head: bytes) -> str:
    """Tell the kinds of text that are often named .xls: web pages, XML of Office 2003, and csv."""
    for mark, encoding in _BYTE_ORDER_MARKS.items():
        if head.startswith(mark):
            head = head.decode(encoding, "replace").encode()
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if text.startswith(b"<"):
        return (
            "xml"
            if b"urn:schemas-microsoft-com:office:spreadsheet" in text and b"<html" not in text
            else "html"
        )
    if any(byte < ord(" ") and byte not in b"\t\r\n" for byte in text):
        return "?"
    return "csv" if any(mark in text for mark in (b",", b"\t", b";")) else "txt"
