"""Breaks a statement into lines for people: a clause a line, a field a line, sub-selects further in."""

import re
from dataclasses import dataclass, field

# Strings with and without escapes, quoted names, words and parameters, signs, and what is between them.
_WORD = re.compile(r"""[eE]'(?:[^'\\]|''|\\.)*'|'(?:[^']|'')*'|"[^"]*"|\s+|\$?\w+|.""", re.DOTALL)
_CLAUSES = frozenset({"select", "from", "where", "group", "order", "limit", "offset"})
_STEP = "  "
_NEXT_FIELD = "',\""
"""How the literal between two fields of an object begins."""


@dataclass(slots=True)
class _Lines:
    """The lines so far, and for each open bracket how far in the line begins that opened it.

    A bracket that holds no select has None: whatever is in it stays on its line.
    """

    lines: list[str] = field(default_factory=lambda: [""])
    open: list[int | None] = field(default_factory=list[int | None])

    @property
    def depth(self) -> int:
        """How far in the clauses of the present select begin."""
        return max((depth + 1 for depth in self.open if depth is not None), default=0)

    def write(self, text: str) -> None:
        """Go on with the line."""
        self.lines[-1] += text

    def turn(self, depth: int) -> None:
        """Begin a line, unless one was begun just now."""
        self.lines[-1] = self.lines[-1].rstrip()
        if self.lines[-1]:
            self.lines.append("")
        self.lines[-1] = _STEP * depth

    def enter(self, *, select: bool) -> None:
        """Open a bracket."""
        line = self.lines[-1]
        self.open.append((len(line) - len(line.lstrip())) // len(_STEP) if select else None)
        self.write("(")
        if select:
            self.turn(self.depth)

    def leave(self) -> None:
        """Close a bracket."""
        depth = self.open.pop()
        if depth is not None:
            self.turn(depth)
        self.write(")")


def lay_out(statement: str) -> str:
    """Write a statement over several lines; nothing but spaces between its words is changed."""
    words = [" " if word.isspace() else word for word in _WORD.findall(statement.strip())]
    page = _Lines()
    for place, word in enumerate(words):
        if word == "(":
            page.enter(select=_begins_select(words[place + 1 : place + 3]))
        elif word == ")":
            page.leave()
        elif word != " ":
            _turn_before(page, word)
            page.write(word)
        elif page.lines[-1].strip():
            page.write(word)
    return "\n".join(page.lines)


def _begins_select(ahead: list[str]) -> bool:
    words = [word.lower() for word in ahead if word != " "]
    return words[:1] == ["select"]


def _turn_before(page: _Lines, word: str) -> None:
    if word.startswith(_NEXT_FIELD):
        page.turn(page.depth + 1)
    elif word.lower() in _CLAUSES and page.open[-1:] != [None] and page.lines[-1].strip():
        page.turn(page.depth)
