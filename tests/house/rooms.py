"""Walks the house: its rooms, their files, their functions and every text file that is kept."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

HOUSE = Path(__file__).parents[2]
FLOORS = ("api", "schema", "resolvers", "authz", "db", "reports", "domain")
ROOMS = (*FLOORS, "tests", "bench")
_OUTSIDE = {".git", "__pycache__", "node_modules", "demo-out", "bench-out"}


@dataclass(frozen=True)
class Function:
    """A function and how many lines it has beside its docstring."""

    path: str
    name: str
    lines: int


def kept_files() -> list[Path]:
    """List the files that belong to the house; most of what starts with a dot is made."""
    found: list[Path] = []
    for top in sorted(HOUSE.iterdir()):
        if top.name in _OUTSIDE or (top.name.startswith(".") and top.name not in {".ci", ".gitignore"}):
            continue
        inside = [top] if top.is_file() else sorted(path for path in top.rglob("*") if path.is_file())
        found += [path for path in inside if not _OUTSIDE & set(path.relative_to(HOUSE).parts)]
    return found


def sources(*rooms: str) -> Iterator[Path]:
    """List the Python files of some rooms, or of all."""
    for room in rooms or ROOMS:
        yield from sorted(path for path in (HOUSE / room).rglob("*.py") if not _OUTSIDE & set(path.parts))


def short(path: Path) -> str:
    """Name a file as seen from the house's door."""
    return path.relative_to(HOUSE).as_posix()


def functions() -> Iterator[Function]:
    """List every function of the house."""
    for path in sources():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                yield Function(short(path), node.name, _lines(node))


def _lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    first = node.body[0]
    told = ast.get_docstring(node, clean=False) is not None
    said = (first.end_lineno or 0) - first.lineno + 1 if told else 0
    return (node.end_lineno or 0) - node.lineno + 1 - said
