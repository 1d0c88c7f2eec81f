"""Turns a query's text into a checked document, once for each text that comes again."""

import re
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    ASTValidationRule,
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    GraphQLSyntaxError,
    NoSchemaIntrospectionCustomRule,
    OperationDefinitionNode,
    OperationType,
    parse,
    specified_rules,
    validate,
)
from strawberry.schema.validation_rules.maybe_null import MaybeNullValidationRule
from strawberry.schema.validation_rules.one_of import OneOfInputValidationRule

from api.errors import Code
from api.intake import BadRequest
from api.limits import Limits, check_limits
from api.trusted import UntrustworthyError
from domain.refusal import TooCostly

ONE_ANSWER = (
    "A subscription cannot be answered by one HTTP response: accept text/event-stream,"
    " or open a WebSocket with the protocol graphql-transport-ws."
)
"""What is told to whoever asks for a subscription as for a query."""

# PostgreSQL cannot store U+0000 in a text, so it is refused where it could come in.
_NUL_ESCAPE = re.compile(r"\\u(?:0000|\{0+\})")


class Unfit(Exception):  # noqa: N818 - an outcome that is told to the caller
    """A document cannot be run.

    Attributes:
        code: Value of `extensions.code`.
        errors: What is wrong, and where in the text.
    """

    def __init__(self, code: Code, *errors: GraphQLError) -> None:
        super().__init__(code)
        self.code = code
        self.errors = errors


@dataclass(slots=True, eq=False)
class Entry:
    """A checked document, and what was worked out for it and goes when it goes.

    Attributes:
        document: The parsed and validated text.
        plans: Whatever was compiled for its operations, under keys of the compiler's own.
    """

    document: DocumentNode
    plans: dict[Any, Any] = field(default_factory=dict[Any, Any])
    _operations: dict[str | None, OperationDefinitionNode] = field(init=False)

    def __post_init__(self) -> None:
        operations = [
            definition
            for definition in self.document.definitions
            if isinstance(definition, OperationDefinitionNode)
        ]
        self._operations = {each.name.value: each for each in reversed(operations) if each.name}
        if len(operations) == 1:
            self._operations[None] = operations[0]

    def operation(self, name: str | None, *, streams: bool = False) -> OperationDefinitionNode:
        """Give the operation of a name; without a name the only one.

        Args:
            name: The operation's name.
            streams: Whether it may be a subscription.

        Raises:
            Unfit: There is none, or there are several and no name.
            BadRequest: It is a subscription, and may not be.
        """
        operation = self._operations.get(name)
        if operation is None:
            error = GraphQLError("The document must have one operation, or one of the given operationName.")
            raise Unfit(Code.OPERATION_RESOLUTION_FAILURE, error)
        if operation.operation is OperationType.SUBSCRIPTION and not streams:
            raise BadRequest(ONE_ANSWER)
        return operation


class Documents:
    """Checks documents and keeps the valid ones, the latest used first, bounded by their tokens.

    Args:
        core: The schema that they must fit.
        limits: The most that one may hold.
        introspection: Whether they may ask for the schema.
        trusted: Texts by their hashes, which are checked at once and kept for good.
        only: Whether no other document is taken.

    Raises:
        UntrustworthyError: A trusted text exceeds a limit or does not fit the schema.
    """

    def __init__(
        self,
        core: GraphQLSchema,
        limits: Limits,
        *,
        introspection: bool,
        trusted: Mapping[str, str] | None = None,
        only: bool = False,
    ) -> None:
        self._core = core
        self._limits = limits
        self._hide_suggestions = not introspection
        self._rules: tuple[type[ASTValidationRule], ...] = (
            *specified_rules,
            MaybeNullValidationRule,
            OneOfInputValidationRule,
            *(() if introspection else (NoSchemaIntrospectionCustomRule,)),
        )
        self._kept: OrderedDict[str, Entry] = OrderedDict()
        self._kept_tokens = 0
        self._only = only
        self._trusting = trusted is not None
        self._named = {name: self._trust(name, text) for name, text in (trusted or {}).items()}
        self._trusted = {text: self._named[name] for name, text in (trusted or {}).items()}

    def check(
        self, text: str, operation_name: str | None, *, streams: bool = False
    ) -> tuple[Entry, OperationDefinitionNode]:
        """Give the document of a text and the operation to run.

        Raises:
            Unfit: The text is not GraphQL, has no such operation, does not fit the schema or is not trusted.
            TooCostly: A limit is exceeded; nothing was validated.
            BadRequest: The operation is a subscription, and may not be.
        """
        entry = self._kept.get(text)
        if entry is not None:
            self._kept.move_to_end(text)
            return entry, entry.operation(operation_name, streams=streams)
        entry = self._trusted.get(text)
        if entry is not None:
            return entry, entry.operation(operation_name, streams=streams)
        if self._only:
            raise Unfit(Code.DOCUMENT_NOT_TRUSTED, GraphQLError("Only trusted documents are run here."))
        entry = self._limit(text)
        operation = entry.operation(operation_name, streams=streams)
        self._validate(entry.document)
        self._keep(text, entry)
        return entry, operation

    def find(
        self, name: str, operation_name: str | None, *, streams: bool = False
    ) -> tuple[Entry, OperationDefinitionNode]:
        """Give the trusted document of a hash and the operation to run.

        Raises:
            Unfit: There is none of this hash, or it has no such operation.
            BadRequest: The operation is a subscription, and may not be.
        """
        entry = self._named.get(name)
        if entry is None:
            # Apollo's and urql's clients know both sentences, and send the whole text next.
            told = (
                (Code.PERSISTED_QUERY_NOT_FOUND, "PersistedQueryNotFound")
                if self._trusting
                else (Code.PERSISTED_QUERY_NOT_SUPPORTED, "PersistedQueryNotSupported")
            )
            raise Unfit(told[0], GraphQLError(told[1]))
        return entry, entry.operation(operation_name, streams=streams)

    def _trust(self, name: str, text: str) -> Entry:
        """Check a trusted text as any other, so that a front end is refused when it is installed."""
        try:
            entry = self._limit(text)
            self._validate(entry.document)
        except Unfit as unfit:
            raise UntrustworthyError(f"The trusted document {name}: {unfit.errors[0].message}") from None
        except TooCostly as costly:
            message = costly.message_for("en")
            raise UntrustworthyError(f"The trusted document {name}: {message}") from None
        return entry

    def _limit(self, text: str) -> Entry:
        """Parse a text and count what it asks for."""
        entry = Entry(self._parse(text))
        check_limits(entry.document, self._limits)
        return entry

    def _parse(self, text: str) -> DocumentNode:
        if len(text) > self._limits.characters:
            raise TooCostly("characters", self._limits.characters)
        try:
            node = parse(text, max_lexical_tokens=self._limits.tokens, max_comments=self._limits.comments)
        except GraphQLSyntaxError as error:
            raise self._too_costly(error) or Unfit(Code.GRAPHQL_PARSE_FAILED, error) from None
        if _NUL_ESCAPE.search(text):
            error = GraphQLError("Syntax Error: U+0000 is not accepted in a string.")
            raise Unfit(Code.GRAPHQL_PARSE_FAILED, error)
        return node

    def _too_costly(self, error: GraphQLSyntaxError) -> TooCostly | None:
        """Tell which limit made the parser stop, or None where the text is simply wrong."""
        if not error.message.endswith("Parsing aborted."):
            return None
        if "tokens" in error.message:
            return TooCostly("tokens", self._limits.tokens)
        if "comments" in error.message:
            return TooCostly("comments", self._limits.comments)
        return TooCostly("depth", self._limits.depth)

    def _validate(self, node: DocumentNode) -> None:
        errors = validate(
            self._core,
            node,
            self._rules,
            max_errors=self._limits.errors,
            hide_suggestions=self._hide_suggestions,
        )
        if errors:
            raise Unfit(Code.GRAPHQL_VALIDATION_FAILED, *errors)

    def _keep(self, text: str, entry: Entry) -> None:
        self._kept[text] = entry
        self._kept_tokens += entry.document.token_count
        while self._kept_tokens > self._limits.cached_tokens:
            _, oldest = self._kept.popitem(last=False)
            self._kept_tokens -= oldest.document.token_count

    def __len__(self) -> int:
        return len(self._kept) + len(self._named)
