"""The content of every order kind, one line each; a structure test holds it against the list of kinds."""

from enum import StrEnum
from typing import Annotated, Any

import strawberry

from domain.orders import KINDS
from domain.orders.rows import Shape
from resolvers.orders.drafts import Head
from resolvers.orders.picks import Edit
from schema.mutation import row_id
from schema.orders.building_change import (
    BuildingChange,
    BuildingChangeInput,
    BuildingContent,
    BuildingEdit,
)
from schema.orders.contract_binding import (
    ContractBinding,
    ContractBindingInput,
    ContractContent,
    ContractEdit,
)
from schema.orders.estate_change import EstateChange, EstateChangeInput, EstateContent
from schema.orders.estate_collection import EstateCollection, EstateCollectionInput
from schema.orders.organization_change import (
    OrganizationChange,
    OrganizationChangeInput,
    OrganizationContent,
)
from schema.orders.organization_registration import OrganizationRegistration
from schema.orders.ownership_change import (
    OwnersContent,
    OwnersEdit,
    OwnershipChange,
    OwnershipChangeInput,
)
from schema.orders.split_merge import SplitMerge, SplitMergeInput, SplitMergeResult, SplitMergeSource
from schema.orders.unit_cancellation import UnitCancellation, UnitCancellationInput
from schema.orders.unit_change import UnitChange, UnitChangeInput, UnitEdit
from schema.orders.unit_line import UnitContent
from schema.orders.unit_supplement import UnitSupplement, UnitSupplementInput
from schema.types import asks_one_of, closed, maybe


class OrderKind(StrEnum):
    """Kinds of business orders."""

    ORGANIZATION_REGISTRATION = "ORGANIZATION_REGISTRATION"
    ORGANIZATION_CHANGE = "ORGANIZATION_CHANGE"
    ESTATE_COLLECTION = "ESTATE_COLLECTION"
    UNIT_SUPPLEMENT = "UNIT_SUPPLEMENT"
    ESTATE_CHANGE = "ESTATE_CHANGE"
    BUILDING_CHANGE = "BUILDING_CHANGE"
    UNIT_CHANGE = "UNIT_CHANGE"
    SPLIT_MERGE = "SPLIT_MERGE"
    UNIT_CANCELLATION = "UNIT_CANCELLATION"
    OWNERSHIP_CHANGE = "OWNERSHIP_CHANGE"
    CONTRACT_BINDING = "CONTRACT_BINDING"


closed(
    OrderKind,
    "Kinds of business orders (业务种类).",
    {kind.name: f"{kind.name.replace('_', ' ').capitalize()} ({KINDS[kind].label})." for kind in OrderKind},
)

OrderContent = Annotated[
    OrganizationRegistration
    | OrganizationChange
    | EstateCollection
    | UnitSupplement
    | EstateChange
    | BuildingChange
    | UnitChange
    | SplitMerge
    | UnitCancellation
    | OwnershipChange
    | ContractBinding,
    strawberry.union("OrderContent", description="What an order says as a whole, by its kind (业务内容)."),
]

LineContent = Annotated[
    UnitContent
    | OwnersContent
    | ContractContent
    | SplitMergeSource
    | SplitMergeResult
    | BuildingContent
    | EstateContent
    | OrganizationContent,
    strawberry.union("LineContent", description="What a line of an order says, by what it is about (明细)."),
]


@asks_one_of
class OrderContentInput:
    """The content of an order, by its kind: exactly one field (业务内容)."""

    estate_collection: EstateCollectionInput | None = maybe(
        "Estate collection (物业区域采集).", strawberry.UNSET
    )
    unit_supplement: UnitSupplementInput | None = maybe("Unit supplement (房屋补充).", strawberry.UNSET)
    estate_change: EstateChangeInput | None = maybe("Estate change (物业区域变更).", strawberry.UNSET)
    building_change: BuildingChangeInput | None = maybe("Building change (楼幢变更).", strawberry.UNSET)
    unit_change: UnitChangeInput | None = maybe("Unit change (房屋信息变更).", strawberry.UNSET)
    split_merge: SplitMergeInput | None = maybe("Split and merge (房屋拆分合并).", strawberry.UNSET)
    unit_cancellation: UnitCancellationInput | None = maybe("Unit cancellation (房屋注销).", strawberry.UNSET)
    ownership_change: OwnershipChangeInput | None = maybe(
        "Ownership change (房屋权属批量变更).", strawberry.UNSET
    )
    contract_binding: ContractBindingInput | None = maybe(
        "Contract binding (房屋合同号设置).", strawberry.UNSET
    )
    organization_change: OrganizationChangeInput | None = maybe(
        "Change of the own enterprise's data (机构信息变更).", strawberry.UNSET
    )

    def head(self, info: strawberry.Info) -> Head:
        """Give the kind and the content that were chosen, and the estate that it is about."""
        for name, content in vars(self).items():
            if content is not None and content is not strawberry.UNSET:
                about = getattr(content, "estate_id", None)
                estate = None if about is None else row_id(info, about, "Estate", "content.estateId")
                more = content.more(info) if isinstance(content, UnitChangeInput) else dict[str, Any]()
                return Head(name.upper(), content.values(), estate, more)
        raise ValueError("A oneOf input has exactly one field.")


@asks_one_of
class LineEditInput:
    """New values for lines, by what they are about: exactly one field (明细变更内容)."""

    building: BuildingEdit | None = maybe("Of buildings (楼幢).", strawberry.UNSET)
    unit: UnitEdit | None = maybe("Of units (房屋).", strawberry.UNSET)
    owners: OwnersEdit | None = maybe("Of the owners of units (权属).", strawberry.UNSET)
    contract: ContractEdit | None = maybe("Of the contract of a unit (合同号).", strawberry.UNSET)

    def edit(self, info: strawberry.Info) -> Edit:
        """Give what was chosen, and the estate to which it shall move."""
        for name, edit in vars(self).items():
            if edit is not None and edit is not strawberry.UNSET:
                about = getattr(edit, "estate_id", None)
                estate = None if about is None else row_id(info, about, "Estate", "edit.estateId")
                owners = edit.typed(info) if isinstance(edit, OwnersEdit) else None
                return Edit(Shape(name.upper()), edit.values(), estate, owners)
        raise ValueError("A oneOf input has exactly one field.")
