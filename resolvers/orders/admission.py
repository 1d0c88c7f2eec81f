"""Whether an applicant is admitted: its registration papers come with the first order [J 1.1 s5]."""

from db.tables.orders import BusinessOrder
from db.tables.organizations import Organization
from domain.clock import business_day
from domain.status import OrganizationStatus, PapersStatus
from resolvers.act import Work


async def receive_papers(work: Work, order: BusinessOrder) -> None:
    """Record that the papers came; who worked provisionally is admitted by that (R-ORG-3)."""
    organization = await _applicant(work, order)
    if organization.papers_status != PapersStatus.PENDING:
        return
    organization.papers_status = PapersStatus.RECEIVED
    organization.papers_received_on = business_day(work.now)
    if organization.status == OrganizationStatus.PROVISIONAL:
        organization.status = OrganizationStatus.ACTIVE
    organization.version += 1
    await work.session.flush()


async def is_provisional(work: Work, order: BusinessOrder) -> bool:
    """Tell whether the papers of the applicant are still to come."""
    return (await _applicant(work, order)).status == OrganizationStatus.PROVISIONAL


async def _applicant(work: Work, order: BusinessOrder) -> Organization:
    key = (order.city, order.org_id)
    return await work.session.get_one(Organization, key, populate_existing=True)
