"""Many notices in one PDF as long work; no notice stays locked while the pages are drawn."""

from uuid import UUID

from resolvers.jobs.results import Result
from resolvers.jobs.taking import Taken
from resolvers.printing import print_many_notices
from resolvers.visit import Visit


async def print_all(visit: Visit, job: Taken) -> Result:
    """Print up to 5,000 notices into one PDF (批量打印交款通知单)."""
    ids = [UUID(one) for one in job.asked["notices"]]
    return Result(await print_many_notices(visit, ids, key=job.key), len(ids))
