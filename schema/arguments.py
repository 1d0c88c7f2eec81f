"""The arguments of a field as a document has them: what does not depend on variables is read once."""
# graphql-core leaves the types of what it hands down open.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from collections.abc import Mapping
from typing import Any

from graphql import ArgumentNode, FieldNode, GraphQLField, Undefined, VariableNode, is_non_null_type
from graphql.execution.values import FragmentVariableValues, get_argument_values

from schema.variables import Given


class Arguments:
    """The arguments of one field of a document.

    Attributes:
        key: The name under which the field is answered.
    """

    __slots__ = ("_declared", "_defaulted", "_fixed", "_fragment", "_named", "_node", "_required", "key")

    def __init__(
        self, declared: GraphQLField, node: FieldNode, fragment: FragmentVariableValues | None
    ) -> None:
        self.key = (node.alias or node.name).value
        self._declared = declared
        self._node = node
        self._fragment = fragment
        self._named: dict[str, str] | None = None
        self._fixed: dict[str, Any] = {}
        self._required = {name for name, each in declared.args.items() if is_non_null_type(each.type)}
        self._defaulted = {
            name for name, each in declared.args.items() if each.default_value is not Undefined
        }
        given = {argument.name.value: argument for argument in node.arguments or ()}
        named = {n: a.value.name.value for n, a in given.items() if isinstance(a.value, VariableNode)}
        rest = [argument for name, argument in given.items() if name not in named]
        if fragment is None and not any(map(_has_variable, rest)):
            part = GraphQLField(declared.type, {n: a for n, a in declared.args.items() if n not in named})
            bare = FieldNode(name=node.name, arguments=tuple(rest))
            self._fixed, self._named = get_argument_values(part, bare), named

    def read(self, given: Given) -> Mapping[str, Any]:
        """Give the values, by the names that clients use.

        Raises:
            GraphQLError: They do not fit, which for a valid document is a null where none may be.
        """
        if self._named is not None:
            if not self._named:
                return self._fixed
            found = dict(self._fixed)
            for name, variable in self._named.items():
                if variable in given.coerced:
                    found[name] = value = given.coerced[variable]
                    if value is None and name in self._required:
                        break
                elif name in self._defaulted:
                    break
            else:
                return found
        return get_argument_values(self._declared, self._node, given.full(), self._fragment)


def _has_variable(argument: ArgumentNode) -> bool:
    """Tell whether a variable stands somewhere within an argument's value."""
    waiting: list[Any] = [argument.value]
    while waiting:
        node = waiting.pop()
        if isinstance(node, VariableNode):
            return True
        waiting += getattr(node, "values", None) or ()
        waiting += [field.value for field in getattr(node, "fields", None) or ()]
    return False
