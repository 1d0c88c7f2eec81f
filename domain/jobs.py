"""Long work (长任务): what is done beside the requests, and how far it has come."""

from enum import StrEnum


class JobKind(StrEnum):
    """What is done beside the requests."""

    ORDER_IMPORT = "ORDER_IMPORT"
    ORDER_EXPORT = "ORDER_EXPORT"
    NOTICE_PRINT = "NOTICE_PRINT"
    YEAR_PRINT = "YEAR_PRINT"
    BATCH_DEPOSIT_EXPORT = "BATCH_DEPOSIT_EXPORT"
    BATCH_DEPOSIT_IMPORT = "BATCH_DEPOSIT_IMPORT"
    CUSTOM_DEPOSIT_EXPORT = "CUSTOM_DEPOSIT_EXPORT"
    CUSTOM_DEPOSIT_IMPORT = "CUSTOM_DEPOSIT_IMPORT"
    DEPOSIT_SUMMARY_EXPORT = "DEPOSIT_SUMMARY_EXPORT"
    ARREARS_EXPORT = "ARREARS_EXPORT"


class JobStatus(StrEnum):
    """Where a piece of long work stands; all but the first two are its end."""

    WAITING = "WAITING"
    RUNNING = "RUNNING"
    DONE = "DONE"
    REFUSED = "REFUSED"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen."""
        return self not in {JobStatus.WAITING, JobStatus.RUNNING}


OPEN = tuple(status.value for status in JobStatus if not status.is_over)
"""The statuses of work that is still to be done."""
