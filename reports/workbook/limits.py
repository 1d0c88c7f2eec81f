"""How much of a workbook is read, and the one way of saying that a whole file cannot be."""

from dataclasses import dataclass

from domain.problem import Invalid, Problem, ProblemCode


@dataclass(frozen=True, slots=True)
class Limits:
    """What one workbook may cost.

    Attributes:
        file_bytes: Size of the file as uploaded, 10 MiB.
        unpacked_bytes: Sum of the unpacked sizes that the package declares; real sheets of
            20,000 rows stay below 60 MB, a bomb of 4 MB unpacks to 520 MB.
        rows: Data rows that are taken.
        last_row: Last row in which anything may stand, so that gaps between rows stay possible.
        last_column: Last column in which anything may stand.
        merges: Merged ranges of one worksheet.
        problems: Problems that are told one by one; the rest is only counted.
        seconds: Processor time and, twice over, waiting time of the child process.
        memory_bytes: Address space of the child process.
    """

    file_bytes: int = 10 * 2**20
    unpacked_bytes: int = 200_000_000
    rows: int = 20_000
    last_row: int = 50_000
    last_column: int = 256
    merges: int = 20_000
    problems: int = 1_000
    seconds: int = 30
    memory_bytes: int = 2**30


def not_a_workbook(found: str) -> Invalid:
    """Say that the file is something else, named by its usual suffix, such as `csv`."""
    return Invalid(Problem(ProblemCode.FILE_FORMAT, params={"found": found}))


def beyond(what: str, limit: int | str) -> Invalid:
    """Say that the file is over a limit, such as `rows` over 20000."""
    shown = f"{limit:,}" if isinstance(limit, int) else limit
    return Invalid(Problem(ProblemCode.FILE_LIMITS, params={"what": what, "limit": shown}))


def locked() -> Invalid:
    """Say that the file is protected by a password."""
    return Invalid(Problem(ProblemCode.FILE_ENCRYPTED))
