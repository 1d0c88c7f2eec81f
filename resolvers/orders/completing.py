"""Filling in, from an order's other lines, what typed rows leave open, by the kind's own form."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from db.tables.orders import BusinessOrder
from domain.orders.rows import RowForm
from domain.problem import Problem
from resolvers.act import Refused, Work
from resolvers.orders.facts import load_lines

Rows = Mapping[int, Mapping[str, Any]]


async def complete_rows(work: Work, order: BusinessOrder, form: RowForm, rows: Rows) -> Rows | Refused:
    """Complete rows, by their numbers; nothing is completed while one of them cannot be."""
    lines = await load_lines(work.visit, order)
    found: dict[int, Mapping[str, Any]] = {}
    problems: list[Problem] = []
    for number, row in rows.items():
        whole = form.complete(row, lines)
        if isinstance(whole, Problem):
            problems.append(replace(whole, row=number))
        else:
            found[number] = whole
    return Refused(tuple(problems)) if problems else found
