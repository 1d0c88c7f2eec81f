"""City files: read as TOML, laid over what all cities share, refused with the names of file and key."""

import re
import tomllib
from collections.abc import Mapping
from importlib.resources.abc import Traversable
from typing import TypeVar, cast

import msgspec

T = TypeVar("T")

_PLACE = re.compile(r"(?P<wrong>.*?) - at (?:`key` in )?`\$\.?(?P<path>.*)`", re.DOTALL)
_FIELD = re.compile(r"Object (?P<what>contains unknown|missing required) field `(?P<name>[^`]*)`")
_STEP = re.compile(r"(\w+)|\[([0-9]+|\.\.\.)\]")


class CityFileError(ValueError):
    """A city file that cannot be used; its text names the file and the key."""

    def __init__(self, file: str, key: str, wrong: str) -> None:
        super().__init__(f"{file}: {key}: {wrong}" if key else f"{file}: {wrong}")
        self.file = file
        self.key = key


def list_files(folder: Traversable) -> list[Traversable]:
    """List the TOML files of a folder by name.

    Raises:
        CityFileError: There is no such folder.
    """
    if not folder.is_dir():
        raise CityFileError(str(folder), "", "there is no such folder")
    return sorted(
        (file for file in folder.iterdir() if file.name.endswith(".toml")), key=lambda file: file.name
    )


def decode_file(kind: type[T], file: Traversable, *, common: Traversable | None = None) -> T:
    """Read a file as a typed record, laid over the shared file if there is one.

    Tables are merged key by key, and lists of tables with a `code` by that code; any other value of the
    file takes the place of the shared one.

    Raises:
        CityFileError: The file is no TOML, repeats a code, or has an unknown, missing or wrong key.
    """
    own = _read(file)
    shared = _read(common) if common else {}
    whole = _lay_over(shared, own)
    try:
        return msgspec.convert(whole, kind)
    except msgspec.ValidationError as error:
        from_shared, key, wrong = _tell(str(error), whole, shared, own=own)
        name = common.name if common and from_shared else file.name
        raise CityFileError(name, key, wrong) from error


def _read(file: Traversable) -> dict[str, object]:
    try:
        tables = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CityFileError(file.name, "", f"is not TOML in UTF-8: {error}") from error
    _refuse_repeated_codes(tables, file.name, "")
    return tables


def _refuse_repeated_codes(value: object, file: str, key: str) -> None:
    if isinstance(value, dict):
        for name, inner in cast("dict[str, object]", value).items():
            _refuse_repeated_codes(inner, file, f"{key}.{name}" if key else name)
    elif rows := _coded(value):
        seen: set[object] = set()
        for row in rows:
            if row["code"] in seen:
                raise CityFileError(file, f"{key}[{row['code']}]", "this code stands twice")
            seen.add(row["code"])
            for name, inner in row.items():
                _refuse_repeated_codes(inner, file, f"{key}[{row['code']}].{name}")


def _coded(value: object) -> list[dict[str, object]]:
    """Give a list's tables if each of them has a code, else nothing."""
    rows = cast("list[object]", value) if isinstance(value, list) else []
    tables = [cast("dict[str, object]", row) for row in rows if isinstance(row, dict)]
    return (
        tables if len(tables) == len(rows) and all(isinstance(row.get("code"), str) for row in tables) else []
    )


def _lay_over(shared: Mapping[str, object], own: Mapping[str, object]) -> dict[str, object]:
    return {**shared, **{key: _laid(shared.get(key), value) for key, value in own.items()}}


def _laid(shared: object, own: object) -> object:
    if isinstance(shared, dict) and isinstance(own, dict):
        return _lay_over(cast("dict[str, object]", shared), cast("dict[str, object]", own))
    before, after = _coded(cast("object", shared)), _coded(own)
    if not before or not after:
        return own
    merged = {row["code"]: row for row in before}
    for row in after:
        merged[row["code"]] = _lay_over(merged.get(row["code"], {}), row)
    return list(merged.values())


def _tell(error: str, whole: object, shared: object, *, own: object) -> tuple[bool, str, str]:
    """Turn the decoder's text into whether the shared file is at fault, the key, and what is wrong."""
    place = _PLACE.fullmatch(error)
    wrong, path = (place["wrong"], place["path"]) if place else (error, "")
    steps = _steps(path, whole)
    field = _FIELD.fullmatch(wrong)
    if field and field["what"] == "contains unknown":
        steps.append(field["name"])
    at_fault = not _holds(own, steps) and _holds(shared, steps)
    if field and field["what"] == "missing required":
        steps.append(field["name"])
    key = "".join(step if step.startswith("[") else f".{step}" for step in steps)
    return at_fault, key.removeprefix("."), wrong


def _steps(path: str, whole: object) -> list[str]:
    """Take a path such as `codes.usage[3].label` apart, a row named by its code where it has one."""
    steps: list[str] = []
    value = whole
    for name, index in _STEP.findall(path):
        if name or index == "...":
            value = cast("dict[str, object]", value).get(name) if isinstance(value, dict) else None
            steps.append(name or "[...]")
            continue
        rows = cast("list[object]", value) if isinstance(value, list) else []
        value = rows[int(index)] if int(index) < len(rows) else None
        code = cast("dict[str, object]", value).get("code") if isinstance(value, dict) else None
        steps.append(f"[{code if isinstance(code, str) else index}]")
    return steps


def _holds(tables: object, steps: list[str]) -> bool:
    """Tell if a file itself says what the steps lead to."""
    value = tables
    for step in steps:
        if isinstance(value, dict):
            table = cast("dict[str, object]", value)
            if step not in table:
                return False
            value = table[step]
        else:
            rows = {f"[{row['code']}]": row for row in _coded(value)}
            if step not in rows:
                return isinstance(value, list) and not rows
            value = rows[step]
    return True
