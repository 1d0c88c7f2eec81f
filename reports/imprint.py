"""What everything that is printed is told besides its own content."""

from dataclasses import dataclass
from datetime import datetime

from reports.page import Heading


@dataclass(frozen=True, slots=True)
class Imprint:
    """Which copy of which paper this is.

    Attributes:
        authority: Name of the city's fund authority.
        title: Name of the form, as this city calls it.
        number: Number of the paper, such as the order's or the notice's.
        printed: How often it has been printed, this time included; 1 or more.
        generated_at: When this copy was made, with an offset.
    """

    authority: str
    title: str
    number: str
    printed: int
    generated_at: datetime

    def heading(self, form: str) -> Heading:
        """Give the heading of the pages of the form with this number, such as `WX-04`."""
        return Heading(self.authority, self.title, form, self.number, self.printed, self.generated_at)
