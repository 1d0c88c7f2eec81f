"""The order kinds: one line each; a structure test walks the list and fails on what is missing."""

from collections.abc import Mapping
from typing import Any

from domain.orders.building_change import BUILDING_CHANGE
from domain.orders.contract_binding import CONTRACT_BINDING
from domain.orders.estate_change import ESTATE_CHANGE
from domain.orders.estate_collection import ESTATE_COLLECTION
from domain.orders.kind import OrderKind
from domain.orders.organization_change import ORGANIZATION_CHANGE
from domain.orders.organization_registration import ORGANIZATION_REGISTRATION
from domain.orders.ownership_change import OWNERSHIP_CHANGE
from domain.orders.split_merge import SPLIT_MERGE
from domain.orders.unit_cancellation import UNIT_CANCELLATION
from domain.orders.unit_change import UNIT_CHANGE
from domain.orders.unit_supplement import UNIT_SUPPLEMENT

KINDS: Mapping[str, OrderKind[Any]] = {
    kind.code: kind
    for kind in (
        ORGANIZATION_REGISTRATION,
        ORGANIZATION_CHANGE,
        ESTATE_COLLECTION,
        UNIT_SUPPLEMENT,
        ESTATE_CHANGE,
        BUILDING_CHANGE,
        UNIT_CHANGE,
        SPLIT_MERGE,
        UNIT_CANCELLATION,
        OWNERSHIP_CHANGE,
        CONTRACT_BINDING,
    )
}
