"""The locked packages of the audits, in a passing folder."""

import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from api.page.npm import install_locked, program

_HERE = Path(__file__).parent


@contextmanager
def installed(script: str) -> Generator[tuple[str, Path]]:
    """Install them beside a script; give Node and the folder."""
    with tempfile.TemporaryDirectory() as made:
        work = Path(made)
        names = ("package.json", "package-lock.json", ".npmrc", script)
        install_locked(work, [_HERE / name for name in names])
        yield program("node"), work
