"""Turns a query's text into a checked document, once for each text that comes again."""

import re
from collections import OrderedDict

from graphql import (
    ASTValidationRule,
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    GraphQLSyntaxError,
    NoSchemaIntrospectionCustomRule,
    OperationDefinitionNode,
    OperationType,
    get_operation_ast,
    parse,
    specified_rules,
    validate,
)
from strawberry.schema.validation_rules.maybe_null import MaybeNullValidationRule
from strawberry.schema.validation_rules.one_of import OneOfInputValidationRule

from api.body import BadRequest
from api.errors import Code
from api.limits import Limits, check_limits
from domain.refusal import TooCostly

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


class Documents:
    """Checks documents and keeps the valid ones, the latest used first, bounded by their tokens."""

    def __init__(self, core: GraphQLSchema, limits: Limits, *, introspection: bool) -> None:
        self._core = core
        self._limits = limits
        self._hide_suggestions = not introspection
        self._rules: tuple[type[ASTValidationRule], ...] = (
            *specified_rules,
            MaybeNullValidationRule,
            OneOfInputValidationRule,
            *(() if introspection else (NoSchemaIntrospectionCustomRule,)),
        )
        self._kept: OrderedDict[str, DocumentNode] = OrderedDict()
        self._kept_tokens = 0

    def check(self, text: str, operation_name: str | None) -> tuple[DocumentNode, OperationDefinitionNode]:
        """Give the document of a text and the operation to run.

        Raises:
            Unfit: The text is not GraphQL, has no such operation, or does not fit the schema.
            TooCostly: A limit is exceeded; nothing was validated.
            BadRequest: The operation is a subscription.
        """
        document = self._kept.get(text)
        if document is not None:
            self._kept.move_to_end(text)
            return document, _runnable(document, operation_name)
        document = self._parse(text)
        check_limits(document, self._limits)
        operation = _runnable(document, operation_name)
        self._validate(document)
        self._keep(text, document)
        return document, operation

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

    def _keep(self, text: str, document: DocumentNode) -> None:
        self._kept[text] = document
        self._kept_tokens += document.token_count
        while self._kept_tokens > self._limits.cached_tokens:
            _, oldest = self._kept.popitem(last=False)
            self._kept_tokens -= oldest.token_count

    def __len__(self) -> int:
        return len(self._kept)


def _runnable(document: DocumentNode, name: str | None) -> OperationDefinitionNode:
    operation = get_operation_ast(document, name)
    if operation is None:
        error = GraphQLError("The document must have one operation, or one of the given operationName.")
        raise Unfit(Code.OPERATION_RESOLUTION_FAILURE, error)
    if operation.operation is OperationType.SUBSCRIPTION:
        raise BadRequest("A subscription cannot be answered by one HTTP response.")
    return operation
