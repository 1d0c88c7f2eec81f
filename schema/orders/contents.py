"""The content of every order kind, one line each; a structure test holds it against the list of kinds."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any

import strawberry

from domain.orders import KINDS
from schema.orders.estate_collection import EstateCollection, EstateCollectionInput
from schema.orders.organization_registration import OrganizationRegistration
from schema.types import asks_one_of, closed, maybe


class OrderKind(StrEnum):
    """Kinds of business orders."""

    ORGANIZATION_REGISTRATION = "ORGANIZATION_REGISTRATION"
    ESTATE_COLLECTION = "ESTATE_COLLECTION"


closed(
    OrderKind,
    "Kinds of business orders (业务种类).",
    {kind.name: f"{kind.name.replace('_', ' ').capitalize()} ({KINDS[kind].label})." for kind in OrderKind},
)

OrderContent = Annotated[
    OrganizationRegistration | EstateCollection,
    strawberry.union("OrderContent", description="What an order says as a whole, by its kind (业务内容)."),
]


@asks_one_of
class OrderContentInput:
    """The content of an order, by its kind: exactly one field (业务内容)."""

    estate_collection: EstateCollectionInput | None = maybe(
        "Estate collection (物业区域采集).", strawberry.UNSET
    )

    def chosen(self) -> tuple[str, Mapping[str, Any]]:
        """Give the kind and the content that were chosen."""
        for name, content in vars(self).items():
            if content is not None and content is not strawberry.UNSET:
                return name.upper(), content.values()
        raise ValueError("A oneOf input has exactly one field.")
