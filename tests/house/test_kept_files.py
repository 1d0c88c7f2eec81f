"""Every kept file can be read by a stranger on another machine: no paths, no addresses, no secrets."""

import re
import subprocess

from tests.house.rooms import FLOORS, HOUSE, kept_files, short, sources

_TEXTS = {
    ".py",
    ".md",
    ".toml",
    ".txt",
    ".sql",
    ".graphql",
    ".json",
    ".mjs",
    ".js",
    ".conf",
    ".yml",
    ".cfg",
    ".mako",
    "",
}


def _texts() -> dict[str, str]:
    return {
        short(path): path.read_text(encoding="utf-8")
        for path in kept_files()
        if path.suffix in _TEXTS and path.stat().st_size < 2_000_000
    }


def test_the_walk_finds_what_is_kept():
    assert {
        "Makefile",
        "pyproject.toml",
        ".ci/run",
        "schema/schema.graphql",
        "requirements/serve.txt",
    } <= set(_texts())


def test_no_file_names_a_path_of_a_machine():
    """Tests may name places that exist nowhere."""
    paths = re.compile(r"(?<![\w.}])/(?:home|root|Users|work|mnt|opt|var/folders)/[\w.-]+")
    named = {path: found[0] for path, text in _texts().items() if (found := paths.findall(text))}
    assert named == {}


def test_no_lock_names_where_packages_come_from():
    locks = {
        path: text
        for path, text in _texts().items()
        if path.startswith("requirements/") or path.endswith("package-lock.json")
    }
    assert len(locks) >= 4
    addresses = re.compile(r"https?://|--(extra-)?index-url|--find-links|\"resolved\"|git\+|file:")
    assert {path: found[0] for path, text in locks.items() if (found := addresses.findall(text))} == {}


def test_every_locked_package_has_its_hash():
    for name in ("serve", "dev"):
        lines = (HOUSE / f"requirements/{name}.txt").read_text(encoding="utf-8").split("\n")
        packages = [place for place, line in enumerate(lines) if re.match(r"[a-z0-9]", line)]
        assert len(packages) > 30
        assert [lines[place] for place in packages if "--hash=sha256:" not in lines[place + 1]] == []
        assert [lines[place] for place in packages if "==" not in lines[place]] == []


def test_no_file_but_a_clients_own_names_a_registry():
    hosts = re.compile(
        r"pypi\.org|files\.pythonhosted\.org|registry\.npmjs\.org|npmmirror|tuna\.tsinghua|mirrors\.aliyun"
    )
    assert [
        path for path, text in _texts().items() if hosts.search(text) and not path.startswith("tests/house/")
    ] == []


def test_no_secret_lies_in_the_house():
    secret = re.compile(
        r"BEGIN (RSA |EC |OPENSSH )?PRIVATE KEY|\bwxk?_[0-9]{6}_[A-Za-z0-9_-]{20,}|AKIA[0-9A-Z]{16}"
    )
    assert [
        path for path, text in _texts().items() if secret.search(text) and not path.startswith("tests/house/")
    ] == []


def test_settings_of_a_connection_are_set_for_one_transaction_alone():
    """A setting that outlives its transaction would meet the next borrower of the connection."""
    lasting = re.compile(
        r"\bset_config\([^)]*,\s*false\s*\)|['\"](set|SET)\s+(session\b|role\b|(?!local\b)[a-z_.]+\s*=|[a-z_.]+\s+to\b)"
    )
    found = {
        f"{short(path)}: {match[0]}"
        for path in sources(*FLOORS)
        for match in lasting.finditer(path.read_text(encoding="utf-8"))
    }
    assert found == set()


def test_the_context_is_read_strictly_everywhere():
    forgiving = re.compile(r"current_setting\([^)]*,\s*true\s*\)")
    texts = [*sources(*FLOORS), *(HOUSE / "db/migrations").rglob("*.sql")]
    assert [short(path) for path in texts if forgiving.search(path.read_text(encoding="utf-8"))] == []


def test_nothing_in_casbin_that_opens_every_door_is_called():
    doors = re.compile(r"enable_enforce|FastEnforcer|add_polic|save_policy|load_policy\(|(?<!Clause)Adapter")
    assert [short(path) for path in sources(*FLOORS) if doors.search(path.read_text(encoding="utf-8"))] == []


def test_only_the_runner_and_the_gate_commit():
    commits = {
        short(path)
        for path in sources("resolvers", "schema", "api")
        if re.search(r"\.commit\(\)", path.read_text("utf-8"))
    }
    assert commits == {"resolvers/act.py", "resolvers/sessions.py", "resolvers/throttle.py"}


def test_the_shell_scripts_are_well_formed():
    done = subprocess.run(["bash", "-n", str(HOUSE / ".ci/run")], check=False, capture_output=True)  # noqa: S603, S607 - our own file
    assert (done.returncode, done.stderr) == (0, b"")
