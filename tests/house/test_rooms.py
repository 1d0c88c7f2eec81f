"""The house stays small and plain: short files and functions, names that say something, rooms of our own."""

import ast
import importlib
import importlib.metadata
import re
import statistics
import tomllib

import pytest

from tests.house.rooms import FLOORS, HOUSE, ROOMS, functions, kept_files, short, sources

MOST_LINES_OF_A_FILE = 400
MOST_LINES_OF_A_FUNCTION = 40


def test_no_file_is_longer_than_400_lines():
    lines = {short(path): len(path.read_text(encoding="utf-8").splitlines()) for path in sources()}
    assert {path: count for path, count in lines.items() if count > MOST_LINES_OF_A_FILE} == {}
    assert statistics.median(lines.values()) < 150


def test_no_function_is_longer_than_40_lines_beside_its_docstring():
    found = list(functions())
    assert [one for one in found if one.lines > MOST_LINES_OF_A_FUNCTION] == []
    assert statistics.median(one.lines for one in found) <= 12


def test_no_file_has_a_name_that_says_nothing():
    nothing = re.compile(r"(^|_)(utils?|helpers?|commons?|managers?|misc|base_?classes|stuff)(_|$)")
    assert [short(path) for path in sources() if nothing.search(path.stem)] == []


@pytest.mark.parametrize("room", FLOORS)
def test_the_name_of_a_room_means_the_room(room: str):
    """A distribution may hold a package of the same name, such as `schema`; ours is found first."""
    module = importlib.import_module(room)
    assert module.__file__ == str(HOUSE / room / "__init__.py")


def test_there_is_no_other_room_with_code():
    tops = {short(path).split("/")[0] for path in kept_files() if path.suffix == ".py"}
    assert tops <= set(ROOMS)


def test_every_folder_of_a_floor_is_a_package():
    folders = {path.parent for path in sources(*FLOORS)}
    loose = {short(folder) for folder in folders if not (folder / "__init__.py").exists()}
    # Alembic loads migrations by their path.
    assert loose == {"db/migrations/versions"}


def test_every_module_says_in_one_sentence_what_it_is():
    silent: list[str] = []
    for path in sources():
        told = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
        first = (told or "").split("\n\n")[0].replace("\n", " ")
        if not first.endswith((".", "?")) or len(first) < 15:
            silent.append(short(path))
    assert silent == []


def test_the_package_casbin_comes_from_exactly_one_distribution():
    providers = importlib.metadata.packages_distributions()["casbin"]
    assert providers == ["pycasbin"]


def test_casbin_is_imported_in_one_file_alone():
    importers = [
        short(path)
        for path in sources(*FLOORS)
        if re.search(r"^\s*(from|import) casbin", path.read_text("utf-8"), re.MULTILINE)
    ]
    assert importers == ["authz/enforcer.py"]


def test_the_floors_of_the_linter_are_the_floors_of_the_house():
    kept = tomllib.loads((HOUSE / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    assert tuple(kept["root_packages"]) == FLOORS
    assert kept["contracts"][0]["layers"] == ["api", "schema", "resolvers", "authz | db | reports", "domain"]
    modules = {".".join((*path.relative_to(HOUSE).parts[:-1], path.stem)) for path in sources("authz")}
    behind = next(one for one in kept["contracts"] if "casbin" in one["name"])
    named = {name for name in behind["source_modules"] if name.startswith("authz")}
    assert {name for name in modules if not name.endswith("__init__")} - {"authz.enforcer"} == named


def test_nothing_is_left_half_done():
    words = re.compile(r"#.*\b(TO" r"DO|FIX" r"ME|XX" r"X|HA" r"CK|DE" r"BUG)\b")
    marked = {
        f"{short(path)}:{number}"
        for path in sources()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if words.search(line)
    }
    assert marked == set()


def test_no_test_is_skipped_or_expected_to_fail():
    ways = re.compile(r"pytest\.(skip|xfail|importorskip)|mark\.(skip|skipif|xfail)")
    found = [short(path) for path in sources("tests") if ways.search(path.read_text(encoding="utf-8"))]
    assert found == []


def test_every_exception_to_the_linters_says_why():
    """A bare `noqa` or `pyright: ignore` hides whatever comes later as well."""
    lax = re.compile(r"#\s*noqa(?!: [A-Z]+\d+)|#\s*(type|pyright): ignore(?!\[)")
    found = [
        f"{short(path)}:{number}"
        for path in sources()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if lax.search(line) and path != HOUSE / "tests/house/test_rooms.py"
    ]
    assert found == []
