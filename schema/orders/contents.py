"""The content of every order kind, one line each; a structure test holds it against the list of kinds."""

from collections.abc import Mapping
from typing import Annotated, Any

import strawberry

from schema.orders.estate_collection import EstateCollection, EstateCollectionInput
from schema.orders.organization_registration import OrganizationRegistration


CONTENT_TYPES: Mapping[str, type] = {
    "ORGANIZATION_REGISTRATION": OrganizationRegistration,
    "ESTATE_COLLECTION": EstateCollection,
}

OrderContent = Annotated[
    OrganizationRegistration | EstateCollection,
    strawberry.union("OrderContent", description="What an order says as a whole, by its kind (业务内容)."),
]


@strawberry.input(one_of=True, description="The content of an order, by its kind: exactly one field.")
class OrderContentInput:
    """One kind's content."""

    estate_collection: EstateCollectionInput | None = strawberry.field(
        default=strawberry.UNSET, description="Estate collection (物业区域采集)."
    )

    def chosen(self) -> tuple[str, Mapping[str, Any]]:
        """Give the kind and the content that were chosen."""
        for name, value in vars(self).items():
            if value is not None and value is not strawberry.UNSET:
                return name.upper(), value.values()
        raise ValueError("A oneOf input has exactly one field.")
