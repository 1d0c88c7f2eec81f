"""The process that opens strangers' workbooks: limited in memory and time, without keys, for one job.

It takes one job on standard input and gives one answer on standard output; `reports.workbook.process`
starts it.
"""

import contextlib
import os
import sys
import traceback
from datetime import date

import msgspec

from domain.city import City
from domain.field import Day
from domain.problem import Invalid, Problem, ProblemCode
from reports.sheet import Sheet
from reports.sheets import SHEETS
from reports.workbook.intake import read_workbook
from reports.workbook.limits import Limits
from reports.workbook.reading import Reading

_OPEN_FILES = 64


class ReadJob(msgspec.Struct, tag=True):
    """Read a workbook as a sheet."""

    data: bytes
    sheet: str
    city: City
    today: date
    limits: Limits
    file_name: str


class MarkJob(msgspec.Struct, tag=True):
    """Write a correction copy of a workbook with the problems found in it."""

    data: bytes
    sheet: str
    city: City
    limits: Limits
    problems: tuple[Problem, ...]
    problem_count: int


class WriteJob(msgspec.Struct, tag=True):
    """Write rows as a workbook."""

    sheet: str
    city: City
    rows: list[dict[str, object]]
    limits: Limits
    as_texts: bool = False


class Refused(msgspec.Struct, tag=True):
    """The job could not be done, for this reason."""

    problem: Problem


class Written(msgspec.Struct, tag=True):
    """A workbook."""

    data: bytes


class Read(msgspec.Struct, tag=True):
    """What a workbook says."""

    reading: Reading


Job = ReadJob | MarkJob | WriteJob
Answer = Read | Written | Refused


# Written beforehand: when memory has run out there is none left to write it with.
_OUT_OF_MEMORY = msgspec.msgpack.encode(Refused(Problem(ProblemCode.FILE_LIMITS, params={"what": "memory"})))


def do_job(job: Job) -> Answer:
    """Do one job; what the file is to blame for becomes an answer."""
    sheet = SHEETS[job.sheet]
    try:
        if isinstance(job, ReadJob):
            others = tuple(SHEETS.values())
            reading = read_workbook(job.data, sheet, others, job.city, job.today, job.limits, job.file_name)
            return Read(reading)
        return Written(_written(job, sheet))
    except Invalid as found:
        return Refused(found.problem)


def _written(job: MarkJob | WriteJob, sheet: Sheet) -> bytes:
    """Write a workbook; the library for it is loaded only here, because most jobs only read."""
    if isinstance(job, MarkJob):
        from reports.workbook.marking import mark_workbook  # noqa: PLC0415 - as said above

        return mark_workbook(job.data, sheet, job.city, job.problems, job.problem_count, job.limits)
    from reports.workbook.writing import write_texts, write_workbook  # noqa: PLC0415 - as said above

    if job.as_texts:
        return write_texts(sheet, job.city, job.rows)
    return write_workbook(sheet, job.city, [typed_again(row, sheet) for row in job.rows])


def typed_again(values: dict[str, object], sheet: Sheet) -> dict[str, object]:
    """Turn days back from the texts that they were on the way between the processes."""
    for column in sheet.fields:
        day = values.get(column.name)
        if isinstance(column.kind, Day) and isinstance(day, str):
            values[column.name] = date.fromisoformat(day)
    return values


def fence(limits: Limits) -> None:
    """Limit this process's memory, processor time and open files, as far as the system can."""
    try:
        import resource  # noqa: PLC0415 - Windows has no such module; there only the waiting time is limited
    except ImportError:
        return
    wanted = (
        (resource.RLIMIT_AS, limits.memory_bytes),
        (resource.RLIMIT_CPU, limits.seconds),
        (resource.RLIMIT_NOFILE, _OPEN_FILES),
        (resource.RLIMIT_CORE, 0),
    )
    for which, most in wanted:
        # macOS knows the names but refuses a limit of address space.
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(which, (most, most))


def main() -> None:
    """Take one job, do it within its limits, and give the answer."""
    job = msgspec.msgpack.decode(sys.stdin.buffer.read(), type=Job)
    fence(job.limits)
    try:
        answer = msgspec.msgpack.encode(do_job(job))
    except MemoryError:
        os.write(sys.stdout.fileno(), _OUT_OF_MEMORY)
        # Nothing is tidied up, for that too would take memory.
        os._exit(0)
    except Exception as error:  # noqa: BLE001 - told without its text, which may hold cells of the file
        frames: list[str] = traceback.format_tb(error.__traceback__)
        sys.stderr.write(f"{type(error).__name__}\n{''.join(frames)}")
        sys.exit(1)
    sys.stdout.buffer.write(answer)


if __name__ == "__main__":
    main()
