"""Log lines as JSON, with request ids and without personal data."""

import logging
import sys

import structlog
from structlog.typing import EventDict

from api.arrival import PRESENT_ID


def set_up_logs(level: int = logging.INFO) -> None:
    """Write one JSON line an event to standard error; the welcome alone goes to standard output.

    Args:
        level: What is less than this is not written.
    """
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            _add_request_id,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.processors.dict_tracebacks,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=lambda *_: _Line(),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(levelname)s %(name)s %(message)s")


class _Line:
    """Writes to what is standard error at that moment, as tests and supervisors exchange it."""

    def msg(self, message: str) -> None:
        """Write one line."""
        print(message, file=sys.stderr, flush=True)  # noqa: T201 - this is where the log is written

    debug = info = warning = error = critical = exception = msg


def _add_request_id(_logger: object, _method: str, event: EventDict) -> EventDict:
    """Say during which request something was logged, unless the line says so itself."""
    present = PRESENT_ID.get()
    if present is not None:
        event.setdefault("request_id", present)
    return event
