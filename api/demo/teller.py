"""Tells the demo's story: a line for each step, a file for each paper, and every wrong amount."""

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(slots=True)
class Teller:
    """Prints, keeps and compares for one city.

    Attributes:
        folder: Where the papers go.
        key: The city's key, which begins the names of its files.
        name: The city's name, which begins its lines.
        wrong: Every amount that differs from the written one, in words.
        steps: How many steps were told.
    """

    folder: Path
    key: str
    name: str
    wrong: list[str] = field(default_factory=list[str])
    steps: int = 0
    _file: int = 0

    def tell(self, step: str, answer: str) -> None:
        """Print what was done and what came back."""
        self.steps += 1
        print(f"{self.name} {self.steps:2}. {step}: {answer}", flush=True)  # noqa: T201 - told to the terminal

    def keep(self, name: str, content: bytes) -> str:
        """Put a paper into the folder and give its name there."""
        self._file += 1
        path = self.folder / f"{self.key}-{self._file:02}-{name}"
        path.write_bytes(content)
        return path.name

    def compare(self, what: str, found: object, written: object) -> None:
        """Note an amount that is not the written one."""
        if found != written:
            self.wrong.append(f"{self.name}, {what}: the product says {found}, written is {written}")
