"""What was measured, as tables for people and as JSON for programs, and which goals were met."""

import dataclasses
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.measure import Plan, Result
from bench.people import Size
from bench.processes import Machine


@dataclass(frozen=True, slots=True)
class Standing:
    """What a contender's process took beside its answers: MiB after the load, seconds to its first answer."""

    name: str
    title: str
    memory: float | None = None
    start: float | None = None
    missing: str = ""


@dataclass(frozen=True, slots=True)
class Goal:
    """One goal: `worth` shall be at most, or at least, `bound`."""

    text: str
    worth: float | None
    bound: float
    most: bool

    @property
    def met(self) -> bool | None:
        """Whether it was reached; None where it was not measured."""
        if self.worth is None:
            return None
        return self.worth <= self.bound if self.most else self.worth >= self.bound


@dataclass(slots=True)
class Report:
    """Everything of one run."""

    machine: Machine
    size: Size
    plan: Plan
    when: str
    texts: Mapping[str, str]
    results: dict[str, list[Result]] = field(default_factory=dict[str, "list[Result]"])
    standings: list[Standing] = field(default_factory=list[Standing])

    def of(self, question: str, contender: str) -> Result | None:
        """Give a result that counts."""
        for result in self.results.get(question, ()):
            if result.contender == contender and result.rounds and not result.why:
                return result
        return None

    def ratio(self, question: str, other: str, name: str = "rate") -> float | None:
        """Give ours over another's, by the medians."""
        ours, theirs = self.of(question, "ours"), self.of(question, other)
        if ours is None or theirs is None or not theirs.median(name):
            return None
        return ours.median(name) / theirs.median(name)

    def goals(self) -> Iterator[Goal]:
        """Hold the run against the goals that were set."""
        for question, bound in (("Q1", 1.25), ("Q3", 1.2), ("Q5", 1.2)):
            worth = self.ratio(question, "floor", "server")
            yield Goal(f"{question}: server CPU a request, over the floor's", worth, bound, most=True)
        for question, bound in (("Q1", 2.5), ("Q2", 2.5), ("Q3", 2.5), ("Q4", 1.2), ("M1", 1.2)):
            worth = self.ratio(question, "postgraphile")
            yield Goal(f"{question}: requests a second, over PostGraphile's", worth, bound, most=False)
        yield Goal("Q3: requests a second, over the usual way's", self.ratio("Q3", "usual"), 30, most=False)
        ours = next((one for one in self.standings if one.name == "ours"), None)
        yield Goal("memory after load, MiB", ours.memory if ours else None, 120, most=True)
        yield Goal("cold start, seconds", ours.start if ours else None, 2.5, most=True)

    def markdown(self) -> str:
        """Write the tables."""
        return "\n".join(self._lines()) + "\n"

    def _lines(self) -> Iterator[str]:
        size, plan = self.size, self.plan
        yield f"{self.when}. {self.machine.text()}"
        yield (
            f"{size.units:,} units of {size.organizations} developers; 8 connections; {plan.rounds} rounds of"
            f" {plan.seconds:g} s each, medians; times in milliseconds; CPU a request."
        )
        for question, results in self.results.items():
            yield from ("", f"**{question}** {self.texts[question]}", "")
            yield from _table(_QUESTION_HEAD, [self._row(result) for result in results])
        yield from ("", "**Processes**", "")
        yield from _table(_STANDING_HEAD, [_standing(one) for one in self.standings])
        yield from ("", "**Goals**", "")
        yield from _table(_GOAL_HEAD, [_goal(one) for one in self.goals()])

    def _row(self, result: Result) -> Sequence[str]:
        if result.why or not result.rounds:
            return (result.contender, *("" for _ in _QUESTION_HEAD[2:]), _short(result.why or "not measured"))
        rate = result.median("rate")
        others = [self.of(result.question, name) for name in ("floor", "postgraphile", "usual")]
        ratios = [f"{rate / other.median('rate'):.2f}" if other else "" for other in others]
        times = [f"{result.median(name):.3g}" for name in ("p50", "p99", "server", "database")]
        return (result.contender, f"{rate:,.0f}", *ratios, *times, f"{result.size:,} bytes")

    def write(self, folder: Path) -> Path:
        """Keep the run in a folder, as JSON and as Markdown; give the latter."""
        folder.mkdir(parents=True, exist_ok=True)
        stem = "bench-" + "".join(sign for sign in self.when if sign.isdigit())
        goals = [{**dataclasses.asdict(goal), "met": goal.met} for goal in self.goals()]
        known: dict[str, Any] = {**dataclasses.asdict(self), "goals": goals}
        (folder / f"{stem}.json").write_text(
            json.dumps(known, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
        )
        path = folder / f"{stem}.md"
        path.write_text(self.markdown(), encoding="utf-8")
        return path


_QUESTION_HEAD = (
    "contender", "requests/s", "× floor", "× PostGraphile", "× usual", "p50", "p99", "server CPU",
    "database CPU", "answer",
)  # fmt: skip
_TABLES = "<!-- the tables of `make bench-full` -->\n"
_CELL = 90
_STANDING_HEAD = ("contender", "what it is", "MiB after load", "cold start, s")
_GOAL_HEAD = ("goal", "bound", "measured", "")


def _short(why: str) -> str:
    """Say in a cell why something was not measured; the JSON has the whole text."""
    line = " ".join(why.split()).replace("|", "/")
    return line if len(line) <= _CELL else line[: _CELL - 1] + "…"


def _standing(one: Standing) -> Sequence[str]:
    if one.missing:
        return one.name, one.title, "missing", _short(one.missing)
    shown = (
        f"{value:.{digits}f}" if value is not None else ""
        for value, digits in ((one.memory, 0), (one.start, 2))
    )
    return one.name, one.title, *shown


def _goal(goal: Goal) -> Sequence[str]:
    verdict = {True: "met", False: "MISSED", None: "not measured"}[goal.met]
    worth = "" if goal.worth is None else f"{goal.worth:.2f}"
    return goal.text, f"{'≤' if goal.most else '≥'} {goal.bound:g}", worth, verdict


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Write a table that reads well in a terminal, too."""
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    for row in (head, ["-" * width for width in widths], *rows):
        yield "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"


def publish(report: Report, page: Path) -> None:
    """Put the tables in the place of the earlier ones at the end of a page."""
    told, mark, _ = page.read_text(encoding="utf-8").partition(_TABLES)
    page.write_text(f"{told}{mark}\n{report.markdown()}", encoding="utf-8")
