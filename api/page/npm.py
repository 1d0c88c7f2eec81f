"""Runs the npm that came as a Python wheel, so that no Node is asked of the machine."""

import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path


class NodeMissing(RuntimeError):  # noqa: N818 - says what is missing
    """Node was not installed with the other requirements."""


def program(name: str) -> str:
    """Find `node` or `npm` beside this Python.

    Raises:
        NodeMissing: The extra `page` is not installed.
    """
    beside = Path(sys.executable).parent
    found = shutil.which(name, path=str(beside))
    if found is None:
        raise NodeMissing(f"{name} is missing: install the requirements with the extra `page`.")
    return found


def install_locked(work: Path, locked: Iterable[Path]) -> None:
    """Install exactly the locked packages into `work/node_modules`, running none of their scripts.

    Raises:
        NodeMissing: The extra `page` is not installed.
        CalledProcessError: npm could not get a package, or it is not the locked one.
    """
    for file in locked:
        shutil.copy(file, work)
    quiet = ("--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error")
    command = [program("npm"), "ci", "--ignore-scripts", *quiet]
    subprocess.run(command, cwd=work, check=True)  # noqa: S603 - our own command, no input in it
