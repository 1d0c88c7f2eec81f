"""The kinds of orders that are played, by what the graph calls their contents."""

from tests.machine.model import Kind
from tests.machine.new_units import Collection, SplitMerge, Supplement
from tests.machine.picked import BuildingChange, Cancellation, OwnershipChange, UnitChange

KINDS: dict[str, Kind] = {
    "estateCollection": Collection(),
    "unitSupplement": Supplement(),
    "buildingChange": BuildingChange(),
    "unitChange": UnitChange(),
    "splitMerge": SplitMerge(),
    "unitCancellation": Cancellation(),
    "ownershipChange": OwnershipChange(),
}
TYPED = frozenset({"estateCollection", "unitSupplement"})
"""Kinds whose rows are new units, typed."""
ENDS = frozenset({"unitCancellation", "splitMerge"})
"""Kinds whose picked rows are no more afterwards, so that nothing of them is edited."""
