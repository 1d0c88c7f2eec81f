"""A stored content on its way out, marked with its kind so that the union knows its type."""

from collections.abc import Callable, Mapping
from typing import Any


class StoredContent(dict[str, Any]):
    """What an order of a kind says, as it is stored."""

    __slots__ = ("kind",)

    def __init__(self, kind: str, content: Mapping[str, Any]) -> None:
        super().__init__(content)
        self.kind = kind


def is_content(kind: str) -> Callable[..., bool]:
    """Let a type recognise the contents of its kind."""

    def is_type_of(root: object, _info: object) -> bool:
        return isinstance(root, StoredContent) and root.kind == kind

    is_type_of.kind = kind  # pyright: ignore[reportFunctionMemberAccess] - the compiler asks for it
    return is_type_of


def kind_of(declared: Any) -> str:  # noqa: ANN401 - a type with such an `is_type_of`
    """Tell the kind whose contents a type shows."""
    return declared.is_type_of.kind
