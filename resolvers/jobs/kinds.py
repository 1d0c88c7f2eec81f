"""The kinds of long work, each with what does it: the ordinary act, under the job's own key."""

from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType
from typing import Final

from domain.jobs import JobKind
from resolvers.jobs.batches import do_batch_export, do_batch_import
from resolvers.jobs.notices import print_all
from resolvers.jobs.orders import export_order, import_order
from resolvers.jobs.reports import export_arrears, export_deposit_summary
from resolvers.jobs.results import Result
from resolvers.jobs.taking import Taken
from resolvers.jobs.top_ups import do_top_up_export, do_top_up_import
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
        JobKind.BATCH_DEPOSIT_EXPORT: do_batch_export,
        JobKind.BATCH_DEPOSIT_IMPORT: do_batch_import,
        JobKind.CUSTOM_DEPOSIT_EXPORT: do_top_up_export,
        JobKind.CUSTOM_DEPOSIT_IMPORT: do_top_up_import,
        JobKind.DEPOSIT_SUMMARY_EXPORT: export_deposit_summary,
        JobKind.ARREARS_EXPORT: export_arrears,
    }
)
