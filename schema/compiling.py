"""Answers operations by compiled statements, kept as plans with the document that they answer."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from inspect import isawaitable
from time import perf_counter
from typing import Any

import msgspec
import strawberry
from graphql import (
    DirectiveNode,
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLSchema,
    NamedTypeNode,
    NonNullTypeNode,
    OperationDefinitionNode,
    VariableNode,
    Visitor,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
)
from graphql import (
    visit as walk,
)
from graphql.execution.collect_fields import FieldDetailsList, FragmentDetails
from graphql.execution.values import VariableValues

from db.graph.clauses import Slot
from db.graph.statement import write_statement
from db.graph.writer import Sights
from db.scope import Scope, guard_facts, guard_text
from domain.refusal import TooCostly
from resolvers.asker import Asker
from resolvers.graph import (
    Doubtful,
    Plan,
    ask_alone,
    ask_within,
    complete,
    trace_computed,
    trace_lists,
)
from resolvers.read import MAX_ROWS
from resolvers.sight import VIEWS
from resolvers.visit import Visit
from schema.selection import Computation, Graph, Operation, Selection, Tree, Uncompilable
from schema.sites import Choice, Given, RowsSite, Site

_PLANS_OF_A_TREE = 64
_READERS_OF_A_TREE = 500
_NOW = ("guard", "now")


@dataclass(slots=True)
class Kept:
    """What is kept with a document: its trees by operation and directives, each with its plans."""

    fragments: dict[str, FragmentDetails]
    directives: tuple[str, ...]
    """Variables on which it depends what is skipped or included."""

    simple: dict[int, "_Simple"] = field(default_factory=dict[int, Any])
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
    """

    scopes: Mapping[str, Scope | None]
    units: Scope | None
    owners: Scope | None
    shape: Hashable
    values: dict[KeptPlan, list[Any]] = field(default_factory=dict[KeptPlan, list[Any]])


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


@dataclass(frozen=True, slots=True)
class Asked:
    """One operation as it was sent.

    Attributes:
        kept: What is kept with its document.
    """

    operation: OperationDefinitionNode
    given: Given
    kept: Kept

    def conditions(self) -> tuple[object, ...]:
        """Give the values by which fields are skipped or included."""
        names = self.kept.directives
        return tuple(self.given.coerced.get(name) for name in names) if names else ()


class Compiler:
    """Answers operations of one schema by statements of its own."""

    def __init__(self, schema: strawberry.Schema, core: GraphQLSchema) -> None:
        self._graph = Graph(schema, core)
        self._codes: dict[tuple[int, str], str] = {}

    def keep(self, document: DocumentNode) -> Kept:
        """Prepare what is kept with a document."""
        fragments = {
            each.name.value: FragmentDetails(each)
            for each in document.definitions
            if isinstance(each, FragmentDefinitionNode)
        }
        names = _Directives()
        walk(document, names)
        return Kept(fragments, tuple(sorted(names.found)))

    def read_variables(
        self, kept: Kept, operation: OperationDefinitionNode, sent: Mapping[str, Any]
    ) -> Given | None:
        """Coerce the variables of a request; None if they do not fit, which graphql-core then tells."""
        simple = kept.simple.get(id(operation))
        if simple is None:
            simple = kept.simple[id(operation)] = _simple_variables(operation)
        coerced = _read_simple(simple, sent)
        given = Given(self._graph.core, operation, sent, coerced)
        if coerced is None:
            try:
                given = Given(self._graph.core, operation, sent, given.full().coerced)
            except GraphQLError:
                return None
        return given

    async def answer_alone(self, visit: Visit, asked: Asked) -> bytes | None:
        """Answer a query by one statement that is a transaction of its own; None if the actor may act no more.

        Raises:
            Uncompilable: It asks for something that is no row of the graph.
            Doubtful: The answer has to be read another way.
            Refusal: It asks wrongly, or for too much.
        """
        kept = self._query(asked)
        plan, values = await self._prepare(visit, asked, kept, kept.tree.sites, guarded=True)
        found = await ask_alone(visit, plan, values)
        return None if found is None else await _complete(visit, found, plan, kept.tree)

    async def answer_root(
        self, visit: Visit, asked: Asked, kind: GraphQLObjectType, details: FieldDetailsList
    ) -> bytes:
        """Answer one field of the outermost door within the request's transaction; raises the same."""
        key = "root", id(details[0].node), asked.conditions()
        kept = self._tree(asked, key, lambda selection: selection.read_field(kind, details))
        return await self._answer_within(visit, asked, kept, kept.tree.sites)

    async def answer_rows(
        self,
        visit: Visit,
        asked: Asked,
        kind: GraphQLObjectType,
        details: FieldDetailsList,
        rows: Sequence[Any],
    ) -> bytes:
        """Answer what is asked of rows that are at hand, as a list, within the request's transaction."""
        site = RowsSite(self._graph.entities[kind.name], [row.id for row in rows])
        key = "rows", kind.name, *(id(each.node) for each in details), asked.conditions()
        kept = self._tree(asked, key, lambda selection: selection.read_rows(site, kind, details))
        return await self._answer_within(visit, asked, kept, [site, *kept.tree.sites[1:]])

    def is_row(self, kind: GraphQLOutputType) -> bool:
        """Tell whether a type's objects are rows with an id."""
        entity = self._graph.entity_of(kind) if isinstance(kind, GraphQLObjectType) else None
        return entity is not None and "id" in entity.__table__.columns

    def _query(self, asked: Asked) -> KeptTree:
        key = "query", id(asked.operation), asked.conditions()
        return self._tree(asked, key, lambda selection: selection.read_query())

    def _tree(self, asked: Asked, key: Hashable, read: Callable[[Selection], Tree]) -> KeptTree:
        known = asked.kept.trees.get(key)
        if known is None:
            operation = Operation(asked.operation, asked.kept.fragments, asked.given.full())
            try:
                known = KeptTree.of(read(Selection(self._graph, operation)))
            except Uncompilable as error:
                known = error
            asked.kept.trees[key] = known
        if isinstance(known, Exception):
            raise known
        return known

    async def _answer_within(
        self, visit: Visit, asked: Asked, kept: KeptTree, sites: Sequence[Site]
    ) -> bytes:
        plan, values = await self._prepare(visit, asked, kept, sites, guarded=False)
        return await _complete(visit, await ask_within(visit, plan, values), plan, kept.tree)

    async def _prepare(
        self, visit: Visit, asked: Asked, kept: KeptTree, sites: Sequence[Site], *, guarded: bool
    ) -> tuple[Plan, list[Any]]:
        """Find or write the plan of a tree, and bring together the values of this request."""
        began = perf_counter()
        actor = visit.signed_in()
        reader = kept.readers.get((actor.principal, actor.version, actor.session))
        if reader is None:
            reader = await _know(visit, kept)
        asker = Asker(actor.city, visit.now, reader.units, reader.owners, visit.desk.sealer)
        choices = [site.choose(asked.given, asker) for site in sites]
        if kept.is_nested:
            _limit(sites, choices)
        shape = guarded, reader.shape, *[choice.shape for choice in choices]
        plan = kept.plans.get(shape)
        if plan is None:
            visit.desk.tally.count("plan_misses")
            plan = _plan(visit, kept, reader, choices, guarded=guarded)
            _bound(kept.plans, _PLANS_OF_A_TREE)
            kept.plans[shape] = plan
        else:
            visit.desk.tally.count("plan_hits")
        known = reader.values.get(plan)
        if known is None:
            known = reader.values[plan] = self._own_values(visit, plan, reader)
        values = known.copy()
        for place, site, name in plan.free:
            values[place] = choices[site].values[name]
        for place in plan.moments:
            values[place] = asker.now.isoformat()
        visit.timing.plan += perf_counter() - began
        return plan.plan, values

    def _own_values(self, visit: Visit, plan: KeptPlan, reader: KeptReader) -> list[Any]:
        """Bring together the values that stay the same as long as the reader's rights do."""
        values: list[Any] = [None] * len(plan.slots)
        for place, slot in plan.fixed:
            match slot:
                case "scope", str(action), str(name):
                    scope = reader.scopes[action]
                    values[place] = scope.value(name) if scope else None
                case "guard", str(name):
                    values[place] = guard_facts(visit.signed_in(), visit.now)[name]
                case "codes", str(name):
                    values[place] = self._words(visit, name)
                case _:
                    raise KeyError(slot)
        return values

    def _words(self, visit: Visit, name: str) -> str:
        """Write a code list of the reader's city as JSON, once."""
        key = visit.city.code, name
        if key not in self._codes:
            entries: Any = getattr(visit.city.codes, name)
            words = {entry.code: entry.label for entry in entries}
            self._codes[key] = msgspec.json.encode(words).decode()
        return self._codes[key]


_Simple = tuple[tuple[str, type, bool], ...] | None
_PLAIN: Mapping[str, type] = {"ID": str, "String": str, "Boolean": bool, "Int": int}
_MAX_INT = 2**31


def _simple_variables(operation: OperationDefinitionNode) -> _Simple:
    """List an operation's variables with their types, if all are plain scalars without defaults."""
    found: list[tuple[str, type, bool]] = []
    for definition in operation.variable_definitions or ():
        kind: Any = definition.type
        required = isinstance(kind, NonNullTypeNode)
        named = kind.type if required else kind
        if not isinstance(named, NamedTypeNode) or named.name.value not in _PLAIN or definition.default_value:
            return None
        found.append((definition.variable.name.value, _PLAIN[named.name.value], required))
    return tuple(found)


def _read_simple(simple: _Simple, sent: Mapping[str, Any]) -> dict[str, Any] | None:
    """Take values that are of the right type as they are; None if one has to be looked at more closely."""
    if simple is None:
        return None
    coerced: dict[str, Any] = {}
    for name, kind, required in simple:
        value = sent.get(name)
        if value is None and not required:
            if name in sent:
                coerced[name] = None
        elif type(value) is not kind or (kind is int and not -_MAX_INT <= value < _MAX_INT):
            return None
        else:
            coerced[name] = value
    return coerced


class _Directives(Visitor):
    """Collects the variables by which fields are skipped or included."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()

    def enter_directive(self, node: DirectiveNode, *_: object) -> None:
        """Look at the condition of a directive."""
        for argument in node.arguments or ():
            if isinstance(argument.value, VariableNode):
                self.found.add(argument.value.name.value)


async def _know(visit: Visit, kept: KeptTree) -> KeptReader:
    """Work out what somebody sees through a tree; other rights are another version."""
    actor = visit.signed_in()
    scopes = {action: await visit.scope(action) for action in kept.tree.actions}
    shape = actor.session is None, *(scope and scope.shape for scope in scopes.values())
    _bound(kept.readers, _READERS_OF_A_TREE)
    units, owners = await visit.scope("unit.view"), await visit.scope("owner.view")
    reader = KeptReader(scopes, units, owners, shape)
    kept.readers[actor.principal, actor.version, actor.session] = reader
    return reader


def _plan(
    visit: Visit, kept: KeptTree, reader: KeptReader, choices: Sequence[Choice], *, guarded: bool
) -> KeptPlan:
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


def _bound(kept: dict[Any, Any], most: int) -> None:
    """Make room: what is asked often is soon there again."""
    if len(kept) >= most:
        kept.clear()


def _limit(sites: Sequence[Site], choices: Sequence[Choice]) -> None:
    """Refuse lists within lists that may come to more rows together than one field of a request shows."""
    most: list[int] = []
    for site, choice in zip(sites, choices, strict=True):
        most.append(choice.size * (1 if site.parent is None else most[site.parent]))
    if any(size > MAX_ROWS for size in most):
        raise TooCostly("rows", MAX_ROWS)


async def _complete(visit: Visit, answer: bytes, plan: Plan, tree: Tree) -> bytes:
    """Put in what Python works out."""
    known: dict[str, Any] = {}

    async def compute(item: list[Any]) -> Any:  # noqa: ANN401 - JSON
        computation: Computation = tree.computations[item[0]]
        place = repr(item)
        if place not in known:
            given = [
                value if restore is None or value is None else restore(value)
                for restore, value in zip(computation.restore, item[1:], strict=True)
            ]
            result = computation.read(visit, *given)
            known[place] = _write(computation.kind, await result if isawaitable(result) else result)
        return known[place]

    return await complete(answer, plan.computed, compute)


def _write(kind: GraphQLOutputType, value: Any) -> Any:  # noqa: ANN401 - JSON
    """Write a result by its type in the graph, as graphql-core does."""
    if is_non_null_type(kind):
        written = _write(kind.of_type, value)
        if written is None:
            raise Doubtful("a required value is missing")
        return written
    if value is None:
        return None
    if is_list_type(kind):
        return [_write(kind.of_type, item) for item in value]
    if is_leaf_type(kind):
        return kind.coerce_output_value(value)
    raise TypeError(f"{kind} is not worked out in Python.")
