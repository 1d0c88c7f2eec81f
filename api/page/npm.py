"""Runs the npm that came as a Python wheel, so that no Node is asked of the machine."""

import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path


class NodeMissing(RuntimeError):  # noqa: N818 - says what is missing
    """Node was not installed with the other requirements."""


class PackageMissing(RuntimeError):  # noqa: N818 - says what is missing
    """npm could not get a package, or got another than the locked one."""


# A machine without network shall not wait for npm's usual minute of tries each time the server starts.
_PATIENCE = (
    "--fetch-retries=1",
    "--fetch-retry-mintimeout=500",
    "--fetch-retry-maxtimeout=1000",
    "--fetch-timeout=20000",
)


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
        PackageMissing: npm could not get a package, or it is not the locked one; the text says why.
    """
    for file in locked:
        shutil.copy(file, work)
    quiet = ("--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error")
    command = [program("npm"), "ci", "--ignore-scripts", *quiet, *_PATIENCE]
    done = subprocess.run(  # noqa: S603 - our own command, no input in it
        command, cwd=work, check=False, stderr=subprocess.PIPE, text=True
    )
    if done.returncode != 0:
        raise PackageMissing(f"npm could not get the locked package: {_reason(done.stderr)}")


def _reason(told: str) -> str:
    """Take the line in which npm says what was the matter."""
    lines = [line.removeprefix("npm error ") for line in told.splitlines() if line.startswith("npm error ")]
    return next((line for line in lines if not line.startswith(("code ", "errno "))), "no reason was given")
