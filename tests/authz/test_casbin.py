"""casbin is one distribution, behind one file, and its dangerous doors stay shut."""

import logging
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import pytest

from authz.domains import IllFormed, Side
from authz.enforcer import MODEL, Engine
from authz.matrix import matrix_markdown
from authz.rights import Rights
from tests.authz.battery import HERE, OWN, PERSON

ROOT = Path(__file__).parents[2]
ROOMS = ("api", "schema", "resolvers", "authz", "db", "reports", "domain")


def _sources() -> Iterator[Path]:
    for room in ROOMS:
        yield from (ROOT / room).rglob("*.py")


def test_exactly_one_distribution_provides_casbin() -> None:
    assert metadata.packages_distributions()["casbin"] == ["pycasbin"]


def test_only_one_file_imports_casbin() -> None:
    found = [
        str(path.relative_to(ROOT))
        for path in _sources()
        if any(
            line.startswith(("import casbin", "from casbin"))
            for line in map(str.strip, path.read_text(encoding="utf-8").splitlines())
        )
    ]
    assert found == ["authz/enforcer.py"]


# Switching casbin off allows everything; its other doors change, read back or share a policy in memory.
@pytest.mark.parametrize(
    "door",
    [
        "enable_enforce",
        "add_policy",
        "add_policies",
        "add_grouping_policy",
        "load_policy",
        "load_policy_line",
        "FastEnforcer",
        "SyncedEnforcer",
        "AsyncEnforcer",
    ],
)
def test_no_file_opens_a_dangerous_door_of_casbin(door: str) -> None:
    assert [str(path) for path in _sources() if door in path.read_text(encoding="utf-8")] == []


@pytest.mark.parametrize("definition", ["g2 = _, _, _", "g = _, _, _"])
def test_a_model_that_lacks_a_definition_is_refused(definition: str) -> None:
    with pytest.raises(IllFormed):
        Engine(Rights(PERSON, OWN[Side.CITY], ("reviewer",)), MODEL.replace(f"\n{definition}\n", "\n"))


def test_engines_share_no_rules() -> None:
    clerk = Engine(Rights(PERSON, OWN[Side.CITY], ("window_clerk",)))
    reviewer = Engine(Rights(PERSON, OWN[Side.CITY], ("reviewer",)))
    assert clerk.decide("order.accept", domain=OWN[Side.CITY], estate=HERE).allowed
    assert not reviewer.decide("order.accept", domain=OWN[Side.CITY], estate=HERE).allowed
    assert not clerk.decide("order.review", domain=OWN[Side.CITY], estate=HERE).allowed


def test_casbin_writes_no_log_lines_of_its_own(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        Engine(Rights(PERSON, OWN[Side.CITY], ("reviewer",))).decide(
            "rate.set", domain=OWN[Side.CITY], estate=None
        )
    assert caplog.records == []


def test_the_table_of_rights_in_the_documentation_is_true() -> None:
    written = (ROOT / "docs" / "permissions.md").read_text(encoding="utf-8")
    assert written == matrix_markdown(), "write it again: python -m authz.matrix"
