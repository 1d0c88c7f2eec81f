"""How much one request may ask for, counted once over the document before anything else is done with it.

A fragment is counted once, however often it is spread: the work grows with the document's length,
never with what the document would unfold to.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
)

from domain.refusal import TooCostly

_MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """The most that one request may hold.

    Attributes:
        depth: Levels of fields, fragments unfolded.
        introspection: Levels of fields below `__schema` and `__type`; the usual query has 15.
        tokens: Lexical tokens of the document.
        characters: Characters of the document, spaces and comments included.
        comments: Comments in the document.
        aliases: Aliased fields, fragments unfolded.
        directives: Directives as written.
        fields: Fields, fragments unfolded.
        errors: Validation errors that are told.
        body: Bytes of a body that is not an upload, and of the text parts of one that is.
        nesting: Levels of lists and objects in a JSON body.
        file: Bytes of one uploaded file.
        files: Files in one upload.
        cached_tokens: Tokens of all documents kept parsed, about 0.6 KB of memory each.
    """

    depth: int = 12
    introspection: int = 20
    tokens: int = 2000
    characters: int = 40_000
    comments: int = 200
    aliases: int = 50
    directives: int = 50
    fields: int = 2000
    errors: int = 20
    body: int = _MIB
    nesting: int = 64
    file: int = 10 * _MIB
    files: int = 20
    cached_tokens: int = 60_000


@dataclass(slots=True)
class Measure:
    """What a definition or a document asks for.

    Attributes:
        depth: Levels of fields outside introspection.
        introspection: Levels of fields inside introspection.
        fields: Fields, fragments unfolded.
        aliases: Aliased fields, fragments unfolded.
        directives: Directives as written.
        visits: Selections and spreads looked at to find this out.
    """

    depth: int = 0
    introspection: int = 0
    fields: int = 0
    aliases: int = 0
    directives: int = 0
    visits: int = 0


@dataclass(frozen=True, slots=True)
class _Spread:
    """A fragment used at a depth, inside introspection or not."""

    name: str
    depth: int
    inside: bool


@dataclass(slots=True)
class _Part:
    """One operation or fragment: what it asks for itself, and the fragments it uses."""

    own: Measure = field(default_factory=Measure)
    spreads: list[_Spread] = field(default_factory=list[_Spread])


def measure(document: DocumentNode) -> Measure:
    """Measure a whole document by its most demanding operation, in time linear in its length.

    A fragment that uses itself counts as if the inner use were not there: validation reports it.
    """
    operations: list[_Part] = []
    fragments: dict[str, _Part] = {}
    for definition in document.definitions:
        if isinstance(definition, OperationDefinitionNode):
            operations.append(_read(definition))
        elif isinstance(definition, FragmentDefinitionNode):
            # Of two fragments of one name the last is used; both are refused by validation.
            fragments[definition.name.value] = _read(definition)
    total = Measure()
    unfolded, total.visits = _unfold(fragments)
    for part in (*operations, *fragments.values()):
        total.directives += part.own.directives
        total.visits += part.own.visits
    for part in operations:
        _raise_to(total, _with_fragments(part, unfolded))
        total.visits += len(part.spreads)
    return total


def check_limits(document: DocumentNode, limits: Limits) -> Measure:
    """Measure a document and raise `TooCostly` with the first limit that it exceeds."""
    found = measure(document)
    for name in ("depth", "introspection", "aliases", "directives", "fields"):
        if getattr(found, name) > getattr(limits, name):
            raise TooCostly(name, getattr(limits, name))
    return found


def _read(definition: OperationDefinitionNode | FragmentDefinitionNode) -> _Part:
    """Walk one definition without following its fragments; each selection is looked at once."""
    part = _Part()
    part.own.directives = len(definition.directives or ())
    if isinstance(definition, OperationDefinitionNode):
        for variable in definition.variable_definitions or ():
            part.own.directives += len(variable.directives or ())
    waiting: list[tuple[SelectionSetNode, int, bool]] = [(definition.selection_set, 0, False)]
    while waiting:
        selection_set, depth, inside = waiting.pop()
        for selection in selection_set.selections:
            part.own.visits += 1
            part.own.directives += len(selection.directives or ())
            if isinstance(selection, FieldNode):
                within = inside or selection.name.value in {"__schema", "__type"}
                _count_field(part.own, selection, depth + 1, inside=within)
                if selection.selection_set:
                    waiting.append((selection.selection_set, depth + 1, within))
            elif isinstance(selection, InlineFragmentNode):
                waiting.append((selection.selection_set, depth, inside))
            elif isinstance(selection, FragmentSpreadNode):
                part.spreads.append(_Spread(selection.name.value, depth, inside))
    return part


def _count_field(own: Measure, node: FieldNode, depth: int, *, inside: bool) -> None:
    own.fields += 1
    own.aliases += node.alias is not None
    if inside:
        own.introspection = max(own.introspection, depth)
    else:
        own.depth = max(own.depth, depth)


def _unfold(fragments: dict[str, _Part]) -> tuple[dict[str, Measure], int]:
    """Sum each fragment with those it uses, the innermost first; also tell how many uses were seen."""
    done: dict[str, Measure] = {}
    uses = 0
    for name in _innermost_first(fragments):
        part = fragments[name]
        uses += len(part.spreads)
        done[name] = _with_fragments(part, done)
    return done, uses


def _innermost_first(fragments: dict[str, _Part]) -> Iterable[str]:
    """Order fragments so that each follows those it uses, without recursion: a chain may be long."""
    entered: set[str] = set()
    left: set[str] = set()
    for start in fragments:
        path = [start]
        while path:
            name = path[-1]
            if name not in entered:
                entered.add(name)
                uses = {spread.name for spread in fragments[name].spreads}
                path.extend(used for used in uses if used in fragments and used not in entered)
                continue
            path.pop()
            if name not in left:
                left.add(name)
                yield name


def _with_fragments(part: _Part, unfolded: dict[str, Measure]) -> Measure:
    total = Measure(part.own.depth, part.own.introspection, part.own.fields, part.own.aliases)
    for spread in part.spreads:
        used = unfolded.get(spread.name)
        if used is None:
            continue
        total.fields = min(total.fields + used.fields, _PLENTY)
        total.aliases = min(total.aliases + used.aliases, _PLENTY)
        if spread.inside:
            deepest = max(used.depth, used.introspection)
            total.introspection = max(total.introspection, spread.depth + deepest)
        else:
            total.depth = max(total.depth, spread.depth + used.depth)
            if used.introspection:
                total.introspection = max(total.introspection, spread.depth + used.introspection)
    return total


# A count that doubles with each fragment must not become a number of a thousand digits.
_PLENTY = 1 << 30


def _raise_to(total: Measure, part: Measure) -> None:
    total.depth = max(total.depth, part.depth)
    total.introspection = max(total.introspection, part.introspection)
    total.fields = max(total.fields, part.fields)
    total.aliases = max(total.aliases, part.aliases)
