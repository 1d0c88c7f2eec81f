"""Runs the audit: `python -m tests.api.audit` serves a small schema, or takes the address of a server."""

import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import uvicorn

from api.page.npm import install_locked, program
from tests.api.face import make_app

_HERE = Path(__file__).parent


@contextmanager
def serve() -> Generator[str]:
    """Serve the tests' own schema on a free port of this machine, and tell its address."""
    server = uvicorn.Server(
        uvicorn.Config(make_app(), host="127.0.0.1", port=0, log_level="warning", server_header=False)
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}/graphql"
    finally:
        server.should_exit = True
        thread.join()


def run(address: str) -> int:
    """Install the locked suite in a passing folder and run it; 0 if every audit passed."""
    with tempfile.TemporaryDirectory() as made:
        work = Path(made)
        install_locked(
            work, [_HERE / name for name in ("package.json", "package-lock.json", ".npmrc", "audit.mjs")]
        )
        return subprocess.run([program("node"), "audit.mjs", address], cwd=work, check=False).returncode  # noqa: S603 - our own command


if __name__ == "__main__":
    if len(sys.argv) > 1:
        sys.exit(run(sys.argv[1]))
    with serve() as own:
        sys.exit(run(own))
