"""Answers as server-sent events: the distinct connections mode of the GraphQL over SSE protocol."""

COMPLETE = b"event: complete\ndata:\n\n"
"""What ends a stream after its last answer."""

KEEP_ALIVE = b":\n\n"
"""A comment, which clients pass over and proxies take for life."""


def next_event(answer: bytes) -> bytes:
    """Write one answer, given as JSON, as an event; lines end with LF alone, which every client reads."""
    # A line break can stand in JSON only between two values, and would end the event's data.
    line = answer.replace(b"\r", b" ").replace(b"\n", b" ")
    return b"event: next\ndata: " + line + b"\n\n"
