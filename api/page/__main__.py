"""Installs the page's bundle: `python -m api.page` asks npm for the locked package and keeps its files."""

import shutil
import sys
import tempfile
from pathlib import Path

from api.page.bundle import BUNDLE, LOCKED
from api.page.npm import NodeMissing, PackageMissing, install_locked


def install(bundle: Path = BUNDLE) -> int:
    """Install the bundle anew and put it in place in one move; tell the number of its files.

    Raises:
        NodeMissing: The extra `page`, which brings Node, is not installed.
        PackageMissing: npm could not get the package, or it is not the locked one.
    """
    bundle.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=bundle.parent) as made:
        work = Path(made)
        install_locked(work, LOCKED)
        fresh = work / "bundle"
        # Source maps are three quarters of the package and of use to its authors only.
        shutil.copytree(
            work / "node_modules" / "ruru" / "static", fresh, ignore=shutil.ignore_patterns("*.map")
        )
        shutil.copy(work / "node_modules" / "ruru" / "LICENSE.md", fresh)
        shutil.rmtree(bundle, ignore_errors=True)
        fresh.rename(bundle)
    return sum(1 for _ in bundle.iterdir())


if __name__ == "__main__":
    try:
        files = install()
    except (NodeMissing, PackageMissing) as missing:
        sys.exit(str(missing))
    sys.stdout.write(f"{files} files in {BUNDLE}\n")
