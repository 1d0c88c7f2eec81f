"""Answers operations by compiled statements, kept as plans with the document that they answer."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from time import perf_counter
from typing import Any

import msgspec
import strawberry
from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    OperationDefinitionNode,
)
from graphql.execution.collect_fields import FieldDetailsList, FragmentDetails

from db.scope import reader_facts
from domain.refusal import TooCostly
from resolvers.graph import Plan, ask_alone, ask_within
from resolvers.visit import MAX_ROWS, Visit
from schema.collecting import Collector, Operation, Uncompilable
from schema.computing import complete_answer
from schema.plans import Kept, KeptPlan, KeptReader, KeptTree, know_reader, make_room, reader_key, write_plan
from schema.selection import Selection, Tree
from schema.sites import Choice, RowsSite, Site
from schema.types import ENTITY_OF
from schema.variables import Given, coerce_variables, list_conditions, list_simple, read_simple

_TREES_OF_A_DOCUMENT = 64


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


@dataclass(frozen=True, slots=True)
class Prepared:
    """What would answer a query.

    Attributes:
        values: Of its guarded statement's parameters, in their order.
        keys: Of each site the name under which its field is answered.
    """

    plan: Plan
    values: list[Any]
    keys: tuple[str, ...]


class Compiler:
    """Answers operations of one schema by statements of its own."""

    def __init__(self, schema: strawberry.Schema, core: GraphQLSchema) -> None:
        self._schema = schema
        self._core = core
        self._entities = {kind.__name__: entity for kind, entity in ENTITY_OF.items()}
        self._codes: dict[tuple[int, str], str] = {}

    def keep(self, document: DocumentNode) -> Kept:
        """Prepare what is kept with a document."""
        fragments = {
            each.name.value: FragmentDetails(each)
            for each in document.definitions
            if isinstance(each, FragmentDefinitionNode)
        }
        return Kept(fragments, list_conditions(document))

    def read_variables(
        self, kept: Kept, operation: OperationDefinitionNode, sent: Mapping[str, Any]
    ) -> Given | None:
        """Coerce the variables of a request; None if they do not fit, which graphql-core then tells."""
        simple = kept.simple.get(id(operation))
        if simple is None:
            simple = kept.simple[id(operation)] = list_simple(operation)
        coerced = read_simple(simple, sent)
        full = partial(coerce_variables, self._core, operation, sent)
        try:
            return Given.of(full()) if coerced is None else Given(coerced, full)
        except GraphQLError:
            return None

    async def answer_alone(self, visit: Visit, asked: Asked) -> bytes | None:
        """Answer a query by one statement that is a transaction; None if the actor may act no more.

        Raises:
            Uncompilable: It asks for something that is no row of the graph.
            Doubtful: The answer has to be read another way.
            Refusal: It asks wrongly, or for too much.
        """
        kept = self._query(asked)
        plan, values = await self._prepare(visit, asked, kept, kept.tree.sites, guarded=True)
        found = await ask_alone(visit, plan, values)
        return None if found is None else await complete_answer(visit, found, plan, kept.tree)

    async def prepare(self, visit: Visit, asked: Asked) -> Prepared:
        """Give the statement that would answer a query, without running it.

        Raises:
            Uncompilable: It asks for something that is no row of the graph.
            Refusal: It asks wrongly, or for too much.
            GraphQLError: An argument does not fit.
        """
        kept = self._query(asked)
        plan, values = await self._prepare(visit, asked, kept, kept.tree.sites, guarded=True)
        keys = tuple(site.arguments.key if site.arguments else "" for site in kept.tree.sites)
        return Prepared(plan, values, keys)

    async def answer_root(self, visit: Visit, asked: Asked, details: FieldDetailsList) -> bytes:
        """Answer one field of the outermost door within the request's transaction; raises the same."""
        key = "root", id(details[0].node), asked.conditions()
        kept = self._tree(asked, key, lambda selection: selection.read_field(details))
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
        entity = self._entities[kind.name]
        site = RowsSite(entity, [row.id for row in rows])
        key = "rows", kind.name, *(id(each.node) for each in details), asked.conditions()
        kept = self._tree(asked, key, lambda selection: selection.read_rows(site, kind, entity, details))
        return await self._answer_within(visit, asked, kept, [site, *kept.tree.sites[1:]])

    def is_row(self, kind: GraphQLNamedType) -> bool:
        """Tell whether a type's objects are rows with an id."""
        entity = self._entities.get(kind.name) if isinstance(kind, GraphQLObjectType) else None
        return entity is not None and "id" in entity.__table__.columns

    def _query(self, asked: Asked) -> KeptTree:
        key = "query", id(asked.operation), asked.conditions()
        return self._tree(asked, key, lambda selection: selection.read_query())

    def _tree(self, asked: Asked, key: Hashable, read: Callable[[Selection], Tree]) -> KeptTree:
        known = asked.kept.trees.get(key)
        if known is None:
            operation = Operation(asked.operation, asked.kept.fragments, asked.given.full())
            try:
                known = KeptTree.of(read(Selection(Collector(self._schema, self._core, operation))))
            except Uncompilable as error:
                known = error
            make_room(asked.kept.trees, _TREES_OF_A_DOCUMENT)
            asked.kept.trees[key] = known
        if isinstance(known, Exception):
            raise known
        return known

    async def _answer_within(
        self, visit: Visit, asked: Asked, kept: KeptTree, sites: Sequence[Site]
    ) -> bytes:
        plan, values = await self._prepare(visit, asked, kept, sites, guarded=False)
        return await complete_answer(visit, await ask_within(visit, plan, values), plan, kept.tree)

    async def _prepare(
        self, visit: Visit, asked: Asked, kept: KeptTree, sites: Sequence[Site], *, guarded: bool
    ) -> tuple[Plan, list[Any]]:
        """Find or write the plan of a tree, and bring together the values of this request."""
        began = perf_counter()
        reader = kept.readers.get(reader_key(visit))
        if reader is None:
            reader = await know_reader(visit, kept)
        asker = reader.ask(visit)
        choices = [site.choose(asked.given, asker) for site in sites]
        if kept.is_nested:
            _limit(sites, choices)
        shape = guarded, reader.shape, *[choice.shape for choice in choices]
        plan = kept.plans.get(shape)
        if plan is None:
            visit.desk.tally.count("plan_misses")
            plan = kept.plans[shape] = write_plan(visit, kept, reader, choices, guarded=guarded)
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
                case "reader", str(name):
                    values[place] = reader_facts(visit.signed_in())[name]
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


def _limit(sites: Sequence[Site], choices: Sequence[Choice]) -> None:
    """Refuse lists within lists that may come to more rows together than one field of a request shows."""
    most: list[int] = []
    for site, choice in zip(sites, choices, strict=True):
        most.append(choice.size * (1 if site.parent is None else most[site.parent]))
    if any(size > MAX_ROWS for size in most):
        raise TooCostly("rows", MAX_ROWS)
