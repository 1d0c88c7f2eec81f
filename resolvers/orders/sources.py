"""Whence a fetched line came, carried through a workbook under a mark that nobody else can make."""

import hmac
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from db.sealing import Sealer
from db.tables.orders import BusinessOrder
from domain.estate import EXTERNAL_ID
from domain.problem import Problem, ProblemCode
from resolvers.act import Refused, Work

_MARK = 24
"""Characters of the mark: 96 bits, and each guess is an import."""


def mark_source(sealer: Sealer, order: UUID, source: str) -> str:
    """Write what the transaction system calls a unit so that it can come back into this order alone."""
    return f"{_mark_of(sealer, order, source)}{source}"


def mark_row(work: Work, order: BusinessOrder, row: Mapping[str, object]) -> Mapping[str, object]:
    """Mark where a row of a workbook came from, if it was fetched."""
    source = row.get(EXTERNAL_ID.name)
    if not isinstance(source, str):
        return row
    return {**row, EXTERNAL_ID.name: mark_source(work.visit.desk.sealer, order.id, source)}


def read_sources(
    work: Work, order: BusinessOrder, rows: Mapping[int, Mapping[str, Any]]
) -> list[Mapping[str, Any]] | Refused:
    """Read the marks of a workbook's rows, by their numbers; none but ours for the order is taken."""
    found: list[Mapping[str, Any]] = []
    problems: list[Problem] = []
    for number, row in rows.items():
        marked = row.get(EXTERNAL_ID.name)
        if not marked:
            found.append(row)
            continue
        mark, source = marked[:_MARK], marked[_MARK:]
        if hmac.compare_digest(mark.encode(), _mark_of(work.visit.desk.sealer, order.id, source).encode()):
            found.append({**row, EXTERNAL_ID.name: source})
        else:
            params = {"label": EXTERNAL_ID.label}
            problems.append(Problem(ProblemCode.VALUE_UNKNOWN, EXTERNAL_ID.name, row=number, params=params))
    return Refused(tuple(problems)) if problems else found


def _mark_of(sealer: Sealer, order: UUID, source: str) -> str:
    return sealer.fingerprint(f"source\x00{order.hex}\x00{source}".encode())[:_MARK]
