"""Measures: compares bodies, warms up, and lets the contenders take turns, round after round."""

import base64
import json
import os
import statistics
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

from bench import processes
from bench.dialects import NotAvailable
from bench.queries import Json, Question
from bench.running import CHECKOUT, Running
from bench.world import World

CONNECTIONS = 8
_COMPARED = 4


@dataclass(frozen=True, slots=True)
class Plan:
    """How long it is measured; times in seconds."""

    seconds: float = 1.0
    rounds: int = 3
    warm: float = 0.5
    starts: int = 1


@dataclass(frozen=True, slots=True)
class Round:
    """One turn of one contender; times in milliseconds a request, the processor's also of the load itself."""

    rate: float
    p50: float
    p99: float
    server: float
    database: float
    load: float


@dataclass(slots=True)
class Result:
    """What one contender did with one question; `why` says what was the matter, and then nothing counts."""

    contender: str
    question: str
    rounds: list[Round] = field(default_factory=list[Round])
    why: str = ""
    size: int = 0

    def median(self, name: str) -> float:
        """Give the median of the rounds."""
        return statistics.median(float(getattr(one, name)) for one in self.rounds)


class Load:
    """The process that presses, held to the core that the servers do not use."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            (sys.executable, "-m", "bench.load"),
            cwd=CHECKOUT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        processes.pin(self._process.pid, processes.OTHER_CORE)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.terminate()
        self._process.wait()

    def press(self, port: int, requests: Sequence[bytes], seconds: float) -> dict[str, Any]:
        """Press a server and give what was counted.

        Raises:
            NotAvailable: An answer was an error.
        """
        job = {
            "port": port,
            "requests": [base64.b64encode(request).decode() for request in requests],
            "connections": CONNECTIONS,
            "seconds": seconds,
        }
        if self._process.stdin is None or self._process.stdout is None:
            raise NotAvailable("the load has no pipes")
        self._process.stdin.write(json.dumps(job).encode() + b"\n")
        self._process.stdin.flush()
        found: dict[str, Any] = json.loads(self._process.stdout.readline())
        if found["faults"]:
            raise NotAvailable(f"{found['faults']} of {found['faults'] + found['answers']}: {found['fault']}")
        return found


@dataclass(slots=True)
class _Turn:
    """One contender before one question."""

    running: Running
    result: Result
    variants: Sequence[Mapping[str, Any]]
    requests: Sequence[bytes] = ()


class Contest:
    """Puts the questions to all contenders."""

    def __init__(self, world: World, running: Sequence[Running], load: Load, plan: Plan) -> None:
        self._world = world
        self._running = running
        self._load = load
        self._plan = plan

    async def put(self, question: Question) -> list[Result]:
        """Put one question to everybody and give what each did, in their order."""
        turns = [self._prepare(one, question) for one in self._running]
        self._compare(question, turns, "before")
        for turn in _able(turns):
            self._press(turn, self._plan.warm)
        for number in range(self._plan.rounds):
            able = _able(turns)
            shift = number % len(able) if able else 0
            for turn in able[shift:] + able[:shift]:
                if question.writes:
                    await self._tidy()
                self._round(turn)
        self._compare(question, turns, "after")
        return [turn.result for turn in turns]

    def _prepare(self, running: Running, question: Question) -> _Turn:
        turn = _Turn(running, Result(running.contender.name, question.name), question.variants)
        try:
            if question.name == "Q2":
                turn.variants = [self._begin(running, question, one) for one in question.variants]
            turn.requests = [running.request(question, variant) for variant in turn.variants]
        except NotAvailable as missing:
            turn.result.why = str(missing)
        return turn

    def _begin(self, running: Running, question: Question, variant: Mapping[str, Any]) -> Mapping[str, Any]:
        """Read the first page for its cursor: the page after it is what is measured."""
        dialect = running.contender.dialect
        found = dialect.find(question, running.ask(question, {**variant, "after": None}))
        return {**variant, "after": found["pageInfo"]["endCursor"]}

    def _compare(self, question: Question, turns: Sequence[_Turn], when: str) -> None:
        """Hold everybody's answers against the first one's; who differs is out."""
        right: list[Json] = []
        for turn in _able(turns):
            try:
                found = [turn.running.mean(question, variant) for variant in turn.variants[:_COMPARED]]
            except NotAvailable as missing:
                turn.result.why = str(missing)
                continue
            right = right or found
            turn.result.size = len(
                json.dumps(turn.running.ask(question, turn.variants[0]), ensure_ascii=False).encode()
            )
            if found != right:
                turn.result.why = f"{when} measuring it answered otherwise: {_difference(right, found)}"

    def _press(self, turn: _Turn, seconds: float) -> dict[str, Any] | None:
        try:
            return self._load.press(turn.running.port, turn.requests, seconds)
        except NotAvailable as missing:
            turn.result.why = str(missing)
            return None

    def _round(self, turn: _Turn) -> None:
        server, database = turn.running.process.pid, self._world.postmaster
        before = processes.seconds(server), processes.family_seconds(database)
        found = self._press(turn, self._plan.seconds)
        after = processes.seconds(server), processes.family_seconds(database)
        if found is None or not found["answers"]:
            return
        count = found["answers"]
        turn.result.rounds.append(
            Round(
                rate=count / found["seconds"],
                p50=found["p50"] * 1000,
                p99=found["p99"] * 1000,
                server=(after[0] - before[0]) * 1000 / count,
                database=(after[1] - before[1]) * 1000 / count,
                load=found["load"],
            )
        )

    async def _tidy(self) -> None:
        """Clear away what earlier turns left behind, so that none pays for another's writes."""
        await self._world.run("vacuum order_line, business_order")


def _able(turns: Sequence[_Turn]) -> list[_Turn]:
    return [turn for turn in turns if not turn.result.why]


def _difference(right: Json, found: Json) -> str:
    """Show where two answers part."""
    texts = [json.dumps(one, ensure_ascii=False) for one in (right, found)]
    place = len(os.path.commonprefix(texts))  # noqa: RUF071 - character by character is meant
    return " | ".join(text[max(place - 60, 0) : place + 60] for text in texts)


def settle_database(world: World) -> None:
    """Hold the database to the core that the servers do not use."""
    core = processes.OTHER_CORE
    for pid in processes.family(world.postmaster):
        with suppress(OSError):
            processes.pin(pid, core)
