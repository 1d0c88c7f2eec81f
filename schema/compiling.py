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
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLSchema,
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
from schema.sites import Choice, RowsSite, Site

_PLANS_OF_A_TREE = 64


@dataclass(slots=True)
class Kept:
    """What is kept with a document: its trees by operation and directives, each with its plans."""

    fragments: dict[str, FragmentDetails]
    directives: tuple[str, ...]
    """Variables on which it depends what is skipped or included."""

    trees: dict[Hashable, "KeptTree | Exception"] = field(default_factory=dict[Hashable, Any])


@dataclass(slots=True)
class KeptTree:
    """A tree with the plans of those who asked it, by what they may see and chose."""

    tree: Tree
    plans: dict[Hashable, Plan] = field(default_factory=dict[Hashable, Plan])


@dataclass(frozen=True, slots=True)
class Asked:
    """One operation as it was sent.

    Attributes:
        kept: What is kept with its document.
    """

    operation: OperationDefinitionNode
    variables: VariableValues
    kept: Kept

    def conditions(self) -> tuple[object, ...]:
        """Give the values by which fields are skipped or included."""
        return tuple(self.variables.coerced.get(name) for name in self.kept.directives)


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
            operation = Operation(asked.operation, asked.kept.fragments, asked.variables)
            try:
                known = KeptTree(read(Selection(self._graph, operation)))
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
        tree = kept.tree
        scopes = {action: await visit.scope(action) for action in tree.actions}
        choices = [site.choose(asked.variables, visit) for site in sites]
        _limit(sites, choices)
        actor = visit.signed_in()
        shape = (
            actor.session is None,
            *(scope and scope.shape for scope in scopes.values()),
            *(choice.shape for choice in choices),
        )
        plan = kept.plans.get(shape)
        visit.desk.tally.count("plan_misses" if plan is None else "plan_hits")
        if plan is None:
            chosen = [choice.chosen for choice in choices]
            statement = write_statement(tree.root, Sights(VIEWS, scopes), chosen, guard_text(actor))
            plan = Plan(statement, trace_computed(tree.root), trace_lists(tree.root))
            if len(kept.plans) >= _PLANS_OF_A_TREE:
                kept.plans.clear()
            kept.plans[shape] = plan
        slots = plan.statement.guarded_slots if guarded else plan.statement.slots
        values = [self._value(slot, visit, scopes, choices) for slot in slots]
        visit.timing.plan += perf_counter() - began
        return plan, values

    def _value(
        self, slot: Slot, visit: Visit, scopes: Mapping[str, Scope | None], choices: Sequence[Choice]
    ) -> object:
        """Give the value that a slot stands for in this request."""
        match slot:
            case "scope", str(action), str(name):
                scope = scopes[action]
                return scope.value(name) if scope else None
            case "site", int(number), *rest:
                return choices[number].values[tuple(rest)]
            case "guard", str(name):
                return guard_facts(visit.signed_in(), visit.now)[name]
            case "codes", str(name):
                return self._words(visit, name)
            case _:
                raise KeyError(slot)

    def _words(self, visit: Visit, name: str) -> str:
        """Write a code list of the reader's city as JSON, once."""
        key = visit.city.code, name
        if key not in self._codes:
            entries: Any = getattr(visit.city.codes, name)
            words = {entry.code: entry.label for entry in entries}
            self._codes[key] = msgspec.json.encode(words).decode()
        return self._codes[key]


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
