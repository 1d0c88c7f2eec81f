"""Where the time of one request went, for the Server-Timing header."""

from dataclasses import dataclass


@dataclass(slots=True)
class Timing:
    """Seconds that one request spent; whoever does the work adds to its part.

    Attributes:
        parse: Turning the text into a checked document.
        plan: Turning the operation into a statement.
        db: Waiting for the database.
    """

    parse: float = 0.0
    plan: float = 0.0
    db: float = 0.0
