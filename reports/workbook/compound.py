"""The directory of an Office 2003 container, which tells .xls, encrypted and macro workbooks apart."""

import struct
from collections.abc import Iterator

MAGIC = bytes.fromhex("D0CF11E0A1B11AE1")
_LAST_SECTOR = 0xFFFFFFFA
_ENTRY = 128
_HEADER_TABLE = 109
_FILEPASS = 0x2F
_RECORDS_SEARCHED = 4


def read_entries(data: bytes) -> dict[str, int]:
    """Read the streams and folders of a compound file: name to byte offset of the first sector.

    Source: MS-CFB 2.2 (header), 2.3 (sector table), 2.6 (directory). A damaged file gives none.
    """
    try:
        return dict(_entries(data))
    except struct.error:
        return {}


def has_password(data: bytes, offset: int) -> bool:
    """Tell whether the workbook stream at an offset is encrypted: FILEPASS stands near its beginning.

    Source: MS-XLS 2.4.117.
    """
    for _ in range(_RECORDS_SEARCHED):
        record, length = struct.unpack_from("<HH", data.ljust(offset + 4, b"\x00"), offset)
        if record == _FILEPASS:
            return True
        offset += 4 + length
    return False


def _entries(data: bytes) -> Iterator[tuple[str, int]]:
    shift, first = struct.unpack_from("<H", data, 30)[0], struct.unpack_from("<I", data, 48)[0]
    if shift not in (9, 12):
        return
    size = 1 << shift
    table = _sector_table(data, size)
    for sector in _chain(first, table):
        start = (sector + 1) * size
        for offset in range(start, min(start + size, len(data) - _ENTRY + 1), _ENTRY):
            length = struct.unpack_from("<H", data, offset + 64)[0]
            if 2 <= length <= 64:  # noqa: PLR2004 - a name field has 64 bytes, its end mark 2
                name = data[offset : offset + length - 2].decode("utf-16-le", "replace")
                yield name, (struct.unpack_from("<I", data, offset + 116)[0] + 1) * size


def _sector_table(data: bytes, size: int) -> list[int]:
    """Join the parts of the sector table, which for each sector names the next of its chain."""
    parts = list(struct.unpack_from(f"<{_HEADER_TABLE}I", data, 76))
    following, seen = struct.unpack_from("<I", data, 68)[0], set[int]()
    while following < _LAST_SECTOR and following not in seen:
        seen.add(following)
        more = struct.unpack_from(f"<{size // 4}I", data, (following + 1) * size)
        parts += more[:-1]
        following = more[-1]
    table: list[int] = []
    # A table has no more parts than the file's sectors need, whatever a forged header says.
    for part in parts[: len(data) // size // (size // 4) + 2]:
        if part < _LAST_SECTOR:
            table += struct.unpack_from(f"<{size // 4}I", data, (part + 1) * size)
    return table


def _chain(first: int, table: list[int]) -> Iterator[int]:
    seen = set[int]()
    sector = first
    while sector < len(table) and sector not in seen:
        seen.add(sector)
        yield sector
        sector = table[sector]
