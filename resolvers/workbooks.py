"""Workbooks that people hand in: what became of one, and the copy with its problems marked."""

import hashlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from domain.identity import fold
from domain.problem import Problem
from reports.sheet import Sheet
from reports.workbook import Reading, mark
from resolvers.act import Outcome, Refused, Work, act, settle
from resolvers.files import store_file
from resolvers.visit import Visit

MAX_TOLD = 1_000
"""So many problems of a workbook are told; beyond that they are only counted."""

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class ImportAnswer:
    """What became of an import.

    Attributes:
        outcome: What was done, or the first 1,000 problems.
        rows: How many data rows the workbook has.
        problem_count: How many problems there are in all.
        remarks: What was passed over, in the reader's language.
        correction: The file that holds the workbook with its problems marked.
    """

    outcome: Outcome
    rows: int = 0
    problem_count: int = 0
    remarks: Sequence[str] = ()
    correction: UUID | None = None


@dataclass(frozen=True, slots=True)
class HandedIn:
    """A workbook that somebody hands in: its name, the file, what it should be, and what was found in it."""

    name: str
    data: bytes
    sheet: Sheet
    reading: Reading


def faulty(book: HandedIn, problems: Sequence[Problem]) -> HandedIn:
    """Say of a workbook that could be read what is wrong with its rows nevertheless.

    A problem's `path` names the field; it is shown in that field's cell, and copied beside its row.
    """
    columns, labels = book.reading.columns, {field.name: field.label for field in book.sheet.fields}

    def place(problem: Problem) -> Problem:
        name, row = problem.path, problem.row
        if row is None or name not in columns:
            return problem
        return replace(problem, cell=f"{columns[name]}{row}", column=labels[name])

    placed = tuple(place(problem) for problem in problems)
    reading = replace(book.reading, rows=(), problems=placed[:MAX_TOLD], problem_count=len(placed))
    return replace(book, reading=reading)


Admission = Callable[[Work], Awaitable[Refused | None]]
"""Sees whether the caller may hand the workbook in at all, and gives what stands in the way of that."""


async def hand_back(
    visit: Visit, book: HandedIn, admit: Admission, *, act_name: str, dry_run: bool
) -> ImportAnswer:
    """Say what is wrong, and keep the marked copy where a copy can be made; all else stays as it is."""
    reading = book.reading
    marked = reading.markable and reading.row_count and not dry_run
    copy = await mark(book.data, book.sheet, visit.city, reading) if marked else None
    refused = Refused(reading.problems, kept=True)
    kept: list[UUID] = []

    async def effect(work: Work) -> Outcome:
        barred = await admit(work)
        if barred is not None:
            return barred
        if copy is None:
            return replace(refused, kept=False)
        kept.append(await store_file(work, _copy_name(book.name), XLSX, copy))
        return refused

    outcome = await act(visit, act_name, effect, dry_run=dry_run)
    await settle(visit)
    # What the workbook is for may stand in the way, and then that is told instead of its problems.
    problems = outcome.problems if isinstance(outcome, Refused) else ()
    count = reading.problem_count if problems == reading.problems else len(problems)
    return ImportAnswer(
        outcome,
        rows=reading.row_count,
        problem_count=count,
        remarks=tuple(notice.message(visit.language) for notice in reading.notices),
        correction=kept[0] if kept else None,
    )


@dataclass(frozen=True, slots=True)
class Intake:
    """How the rows of a workbook are taken in.

    Attributes:
        act: The act, as the audit calls it.
        asked: What is asked beside the file.
        admit: Sees whether the caller may hand it in at all.
        effect: Does it, with the rows by their numbers.
    """

    act: str
    asked: Mapping[str, Any]
    admit: Admission
    effect: Callable[[Work, Mapping[int, Mapping[str, Any]]], Awaitable[Outcome]]


async def take_in(
    visit: Visit, book: HandedIn, intake: Intake, *, key: str | None, dry_run: bool
) -> ImportAnswer:
    """Take a workbook in by one act, or nothing of it.

    Whatever is wrong, with a cell or with what its rows are about, is told beside the row in a marked copy.
    """
    reading, admit = book.reading, intake.admit
    if reading.problem_count:
        return await hand_back(visit, book, admit, act_name=intake.act, dry_run=dry_run)
    rows = {row.number: row.values for row in reading.rows}

    async def effect(work: Work) -> Outcome:
        await visit.tell_progress(0, len(rows))
        return await intake.effect(work, rows)

    given = {**intake.asked, "sha256": hashlib.sha256(book.data).hexdigest()}
    outcome = await act(visit, intake.act, effect, given=given, key=key, dry_run=dry_run)
    if isinstance(outcome, Refused) and any(problem.row for problem in outcome.problems):
        found = faulty(book, outcome.problems)
        return await hand_back(visit, found, admit, act_name=intake.act, dry_run=dry_run)
    remarks = tuple(notice.message(visit.language) for notice in reading.notices)
    count = len(outcome.problems) if isinstance(outcome, Refused) else 0
    return ImportAnswer(outcome, len(rows), count, remarks)


def _copy_name(name: str) -> str:
    stem = fold(name).rpartition(".")[0] or "导入"
    return f"{stem}-问题.xlsx"
