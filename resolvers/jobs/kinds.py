"""The kinds of long work, each with what does it: the ordinary act, under the job's own key."""

from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType
from typing import Final

from domain.jobs import JobKind
from resolvers.jobs.notices import print_all
from resolvers.jobs.orders import export_order, import_order
from resolvers.jobs.results import Result
from resolvers.jobs.taking import Taken
from resolvers.jobs.yearly import print_year
from resolvers.visit import Visit

Run = Callable[[Visit, Taken], Awaitable[Result]]
"""Does a piece of work as whoever the visit is of, and commits it."""

RUNS: Final[Mapping[JobKind, Run]] = MappingProxyType(
    {
        JobKind.ORDER_IMPORT: import_order,
        JobKind.ORDER_EXPORT: export_order,
        JobKind.NOTICE_PRINT: print_all,
        JobKind.YEAR_PRINT: print_year,
    }
)
