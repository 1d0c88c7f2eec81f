"""Runs the audits: `python -m tests.api.audit` serves what they ask, or takes the address of a server."""

import subprocess
import sys
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager

import uvicorn

from tests.api.audit import listen
from tests.api.audit.npm import installed
from tests.api.face import make_app


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
    with installed("audit.mjs") as (node, work):
        return subprocess.run([node, "audit.mjs", address], cwd=work, check=False).returncode  # noqa: S603 - our own command


if __name__ == "__main__":
    if len(sys.argv) > 1:
        sys.exit(run(sys.argv[1]))
    with serve() as own:
        audited = run(own)
    sys.exit(listen.run() or audited)
