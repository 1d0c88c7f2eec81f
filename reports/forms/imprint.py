"""Whose every form is, and what officials wrote on it."""

from dataclasses import dataclass
from datetime import date

from reports.imprint import Imprint
from reports.page import print_date

__all__ = ["UNDECIDED", "Imprint", "Opinion"]


@dataclass(frozen=True, slots=True)
class Opinion:
    """What an official decided; all of it empty until somebody did, then it is filled in by hand.

    Attributes:
        text: The opinion, such as `资料齐全，予以受理。`.
        name: Who signed.
        day: When.
    """

    text: str = ""
    name: str = ""
    day: date | None = None

    def lines(self, role: str) -> tuple[str, str]:
        """Give the two lines under an opinion: who, in which role, and when."""
        name = self.name or "　" * 6
        return f"{role}：{name}", print_date(self.day)


UNDECIDED = Opinion()
