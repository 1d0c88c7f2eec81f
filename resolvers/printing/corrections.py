"""What a resubmission changed, as the form shows it to the window that has returned the order before."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import msgspec

from db.tables.orders import OrderDifference
from domain.city import City
from domain.orders.content import look
from domain.orders.differences import with_ciphers
from domain.orders.facts import Facts
from domain.orders.kind import OrderKind
from reports.forms.order_application import DetailLine, HeadChange
from reports.page import print_date


def corrected_head(
    kind: OrderKind[Any], found: Sequence[OrderDifference], city: City
) -> Iterator[HeadChange]:
    """List the fields of the head that were corrected, in the words of the form."""
    for difference in found:
        if difference.line is None:
            before, after = (_read(kind, said) for said in (difference.head_before, difference.head_after))
            changed = {field["path"] for field in difference.fields}
            for field in kind.fields:
                if field.name in changed:
                    yield HeadChange(
                        field.label,
                        _show(look(before, field.name), field.kind, city),
                        _show(look(after, field.name), field.kind, city),
                    )


def _read(kind: OrderKind[Any], said: Mapping[str, Any] | None) -> Any:  # noqa: ANN401 - the kind's content
    return msgspec.convert(with_ciphers(dict(said or {})), kind.content)


def _show(value: Any, kind: Any, city: City) -> str:  # noqa: ANN401 - a field's value, and its kind
    if value in {None, ""}:
        return ""
    return print_date(value) if isinstance(value, date) else kind.show(value, city)


def corrected_lines(
    kind: OrderKind[Any], found: Sequence[OrderDifference], content: object, facts: Facts, extra: int
) -> Iterator[DetailLine]:
    """List the corrected lines by the columns of the kind's annex; `extra` columns behind stay empty."""
    annex = kind.annex
    if annex is None:
        return
    for difference in found:
        if difference.line is not None:
            sides = [
                None if said is None else (*annex.cells(with_ciphers(said), content, facts), *[""] * extra)
                for said in (difference.before, difference.after)
            ]
            yield DetailLine(sides[0], sides[1])
