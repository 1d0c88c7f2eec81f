"""The doors to workbooks for the rest of the product: each opens a child process and waits for its answer."""

import asyncio
import logging
import signal
import sys
import weakref
from asyncio.subprocess import PIPE
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import msgspec

from domain.city import City
from domain.problem import Invalid, Problem, ProblemCode
from reports.sheet import Sheet
from reports.workbook.book import check_file
from reports.workbook.child import (
    Answer,
    Job,
    MarkJob,
    Read,
    ReadJob,
    Refused,
    WriteJob,
    Written,
    typed_again,
)
from reports.workbook.limits import Limits, beyond, not_a_workbook
from reports.workbook.reading import Reading

LIMITS = Limits()

_AT_ONCE = 2
_ROOT = Path(__file__).resolve().parents[2]
_TIME_OVER = {-getattr(signal, name) for name in ("SIGXCPU", "SIGKILL") if hasattr(signal, name)}
_log = logging.getLogger(__name__)
_places: "weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore]" = (
    weakref.WeakKeyDictionary()
)


async def read(
    data: bytes, sheet: Sheet, city: City, today: date, limits: Limits = LIMITS, *, name: str = ""
) -> Reading:
    """Read an uploaded workbook as a sheet.

    Args:
        data: The file, .xlsx, .xls, or .csv where the sheet allows it, told by its content.
        sheet: What it should be.
        city: Gives the code lists.
        today: The business day.
        limits: What it may cost.
        name: The file's name, if known; only `.et` and `~$…` are told by it.

    Returns:
        Rows, or what is wrong. A file that cannot be read, or that its reader died of, gives one
        problem: FILE_FORMAT, FILE_LIMITS, FILE_ENCRYPTED, WRONG_SHEET or HEADER_MISSING.
    """
    try:
        check_file(data, name, limits, commas=sheet.commas)
        job = ReadJob(data, sheet.name, city, today, limits, name)
        answer = await _ask(job, limits)
    except Invalid as found:
        return Reading.refused(found.problem)
    if isinstance(answer, Read):
        for row in answer.reading.rows:
            typed_again(row.values, sheet)
        return answer.reading
    return Reading.refused(answer.problem if isinstance(answer, Refused) else _unreadable())


async def mark(data: bytes, sheet: Sheet, city: City, reading: Reading, limits: Limits = LIMITS) -> bytes:
    """Write the correction copy: the .xlsx file with every cell as typed and the problems beside them.

    Raises:
        Invalid: The file is none of which a copy can be made; see `Reading.markable`.
    """
    check_file(data, "", limits)
    job = MarkJob(data, sheet.name, city, limits, reading.problems, reading.problem_count)
    return _written(await _ask(job, limits))


async def write(
    sheet: Sheet,
    city: City,
    rows: Sequence[Mapping[str, object]],
    limits: Limits = LIMITS,
    *,
    as_texts: bool = False,
) -> bytes:
    """Write rows of typed values as an .xlsx file that reads back as the same values.

    Args:
        sheet: The layout.
        city: Gives the labels of codes and the drop-downs.
        rows: Values by field name.
        limits: How many rows there may be.
        as_texts: The values are texts of somebody else's, to be written as they are.

    Raises:
        Invalid: FILE_LIMITS for more rows than a workbook may have.
    """
    if len(rows) > limits.rows:
        raise beyond("rows", limits.rows)
    job = WriteJob(sheet.name, city, [dict(row) for row in rows], limits, as_texts)
    return _written(await _ask(job, limits))


async def template(sheet: Sheet, city: City) -> bytes:
    """Make the empty template of a sheet, in a thread because it takes some 50 ms."""
    from reports.workbook.writing import write_template  # noqa: PLC0415 - loads the library of which reading has no need

    return await asyncio.to_thread(write_template, sheet, city)


async def _ask(job: Job, limits: Limits) -> Answer:
    """Run a child for one job; no more than two at once, so that uploads cannot take the machine's memory.

    Raises:
        Invalid: FILE_LIMITS where it ran out of memory or time, FILE_FORMAT where it failed otherwise.
    """
    async with _places.setdefault(asyncio.get_running_loop(), asyncio.Semaphore(_AT_ONCE)):
        # Without the environment: the child shall know no key, address or password of ours.
        child = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "reports.workbook.child",
            cwd=_ROOT,
            env={},
            stdin=PIPE,
            stdout=PIPE,
            stderr=PIPE,
        )
        try:
            async with asyncio.timeout(2 * limits.seconds):
                out, told = await child.communicate(msgspec.msgpack.encode(job))
        except TimeoutError as error:
            raise beyond("seconds", limits.seconds) from error
        finally:
            if child.returncode is None:
                child.kill()
                await child.wait()
    return _answer(child.returncode, out, told, limits)


def _answer(code: int | None, out: bytes, told: bytes, limits: Limits) -> Answer:
    if code == 0:
        try:
            return msgspec.msgpack.decode(out, type=Answer)
        except (msgspec.DecodeError, msgspec.ValidationError) as error:
            raise not_a_workbook("?") from error
    _log.error("workbook child ended with %s: %s", code, told.decode("utf-8", "replace")[-4000:])
    if code in _TIME_OVER:
        raise beyond("seconds", limits.seconds)
    if (code is not None and code < 0) or b"MemoryError" in told:
        # A library that aborts does so when memory is refused to it (calamine, far cells).
        raise beyond("memory", f"{limits.memory_bytes // 2**20} MiB")
    raise not_a_workbook("?")


def _written(answer: Answer) -> bytes:
    if isinstance(answer, Written):
        return answer.data
    raise Invalid(answer.problem if isinstance(answer, Refused) else _unreadable())


def _unreadable() -> Problem:
    return Problem(ProblemCode.FILE_FORMAT, params={"found": "?"})
