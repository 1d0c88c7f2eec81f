"""Every row of the manuals is mapped to what does it and to a test that goes over HTTP, or is marked open."""

import ast
import re

from tests.house.rooms import HOUSE

ROWS = [f"F{number}" for number in range(1, 59)]
_ROW = re.compile(r"^\| (F\d+) \| ([^|]+) \|([^|]*)\| ([^|]+) \|$", re.MULTILINE)
_TEST = re.compile(r"`?(tests/[\w/]+\.py)::(\w+)`?")
_OPEN = re.compile(r"open \(issue \d+\)|no back end")
_OVER_HTTP = {"town", "neighbours", "admin", "mouth"}
# What these play or show goes over HTTP to a server that they start.
_BY_THEMSELVES = {"tests/api/test_demo.py", "tests/api/test_docs.py"}


def _rows() -> list[tuple[str, str, str, str]]:
    text = (HOUSE / "docs" / "coverage.md").read_text(encoding="utf-8")
    return [(row[1], row[2].strip(), row[3].strip(), row[4].strip()) for row in _ROW.finditer(text)]


def test_every_row_of_the_manuals_stands_in_the_table_once_and_in_order():
    assert [row[0] for row in _rows()] == ROWS


def test_every_row_names_a_test_or_says_that_it_is_open():
    assert [
        number for number, *_, proof in _rows() if not _TEST.search(proof) and not _OPEN.search(proof)
    ] == []
    assert [
        number for number, _, operation, proof in _rows() if not operation and not _OPEN.search(proof)
    ] == []


def test_every_named_test_exists_and_goes_over_http():
    for number, *_, proof in _rows():
        for path, name in _TEST.findall(proof):
            tree = ast.parse((HOUSE / path).read_text(encoding="utf-8"))
            found = [
                node
                for node in tree.body
                if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.name == name
            ]
            assert len(found) == 1, (number, path, name)
            # The worlds of `tests/scenes.py` are reached over HTTP alone.
            fixtures = {argument.arg for argument in found[0].args.args}
            assert fixtures & _OVER_HTTP or path in _BY_THEMSELVES, (number, name, fixtures)
