"""What is kept with a document: trees of what it asks, and for each the statements that answered it."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from graphql.execution.collect_fields import FragmentDetails

from db.graph.clauses import Slot
from db.graph.statement import write_statement
from db.graph.writer import Sights
from db.scope import Scope, guard_text, way_in
from resolvers.asker import Asker
from resolvers.graph import Plan, trace_computed, trace_lists
from resolvers.sight import VIEWS
from resolvers.visit import Visit
from schema.selection import Tree
from schema.sites import Choice
from schema.variables import Simple

_PLANS_OF_A_TREE = 64
_READERS_OF_A_TREE = 500
_NOW = ("reader", "now")


@dataclass(slots=True)
class Kept:
    """What is kept with a document: its trees by operation and directives, each with its plans."""

    fragments: dict[str, FragmentDetails]
    directives: tuple[str, ...]
    """Variables on which it depends what is skipped or included."""

    simple: dict[int, Simple] = field(default_factory=dict[int, Simple])
    """For each operation the variables whose values need no coercion if they are of the right type."""

    trees: dict[Hashable, "KeptTree | Exception"] = field(default_factory=dict[Hashable, Any])


@dataclass(eq=False, slots=True)
class KeptPlan:
    """A plan, and which of its values each request brings.

    Attributes:
        fixed: For each value that is the reader's own, its place and slot.
        free: For each value that a site tells, its place, the site and the rest of the slot's name.
        moments: The places of the present moment.
    """

    plan: Plan
    slots: tuple[Slot, ...]
    fixed: tuple[tuple[int, Slot], ...]
    free: tuple[tuple[int, int, tuple[Hashable, ...]], ...]
    moments: tuple[int, ...]


@dataclass(eq=False, slots=True)
class KeptReader:
    """What somebody sees through a tree: scopes, their shapes, and values for its plans.

    Attributes:
        units: The units that it sees, for conditions that go by them.
        owners: The owners that it sees.
        accounts: The accounts that it sees.
        contracts: The units whose contract numbers it sees.
        numbers: The owners whose clear numbers it may see.
    """

    scopes: Mapping[str, Scope | None]
    units: Scope | None
    owners: Scope | None
    accounts: Scope | None
    contracts: Scope | None
    numbers: Scope | None
    shape: Hashable
    values: dict[KeptPlan, list[Any]] = field(default_factory=dict[KeptPlan, list[Any]])

    def ask(self, visit: Visit) -> Asker:
        """Give what conditions are written with."""
        actor = visit.signed_in()
        return Asker(
            city=actor.city,
            now=visit.now,
            principal=actor.principal,
            organization=actor.organization,
            units=self.units,
            accounts=self.accounts,
            owners=self.owners,
            contracts=self.contracts,
            numbers=self.numbers,
            sealer=visit.desk.sealer,
        )


@dataclass(eq=False, slots=True)
class KeptTree:
    """A tree with the plans of those who asked it, by what they may see and chose."""

    tree: Tree
    is_nested: bool
    """Whether it has lists within lists."""

    plans: dict[Hashable, KeptPlan] = field(default_factory=dict[Hashable, KeptPlan])
    readers: dict[Hashable, KeptReader] = field(default_factory=dict[Hashable, KeptReader])

    @classmethod
    def of(cls, tree: Tree) -> "KeptTree":
        """Keep a tree, without plans yet."""
        return cls(tree, any(site.parent is not None for site in tree.sites))


async def know_reader(visit: Visit, kept: KeptTree) -> KeptReader:
    """Work out what somebody sees through a tree; other rights are another version."""
    actor = visit.signed_in()
    scopes = {action: await visit.scope(action) for action in kept.tree.actions}
    shape = way_in(actor), *(scope and scope.shape for scope in scopes.values())
    make_room(kept.readers, _READERS_OF_A_TREE)
    reader = KeptReader(
        scopes,
        units=await visit.scope("unit.view"),
        owners=await visit.scope("owner.view"),
        accounts=await visit.scope("account.view"),
        contracts=await visit.scope("contract.view"),
        numbers=await visit.scope("owner.find"),
        shape=shape,
    )
    kept.readers[reader_key(visit)] = reader
    return reader


def reader_key(visit: Visit) -> Hashable:
    """Name what a reader sees at this moment: its rights as they are known, and what it came by."""
    actor = visit.signed_in()
    return visit.desk.known.of(actor, visit.now).serial, actor.session or actor.key


def write_plan(
    visit: Visit, kept: KeptTree, reader: KeptReader, choices: Sequence[Choice], *, guarded: bool
) -> KeptPlan:
    """Write a plan, for all who may see as much and choose alike."""
    if len(kept.plans) >= _PLANS_OF_A_TREE:
        # Readers keep values for plans, so they go together.
        kept.plans.clear()
        kept.readers.clear()
    root, chosen = kept.tree.root, [choice.chosen for choice in choices]
    statement = write_statement(root, Sights(VIEWS, reader.scopes), chosen, guard_text(visit.signed_in()))
    slots = statement.guarded_slots if guarded else statement.slots
    plan = Plan(statement, trace_computed(root), trace_lists(root))
    placed = list(enumerate(slots))
    return KeptPlan(
        plan,
        slots,
        fixed=tuple((place, slot) for place, slot in placed if slot[0] != "site" and slot != _NOW),
        free=tuple((place, int(str(slot[1])), slot[2:]) for place, slot in placed if slot[0] == "site"),
        moments=tuple(place for place, slot in placed if slot == _NOW),
    )


def make_room(kept: dict[Any, Any], most: int) -> None:
    """Make room: what is asked often is soon there again."""
    if len(kept) >= most:
        kept.clear()
