"""Turns a form's data into a kept PDF, off the event loop."""

import asyncio
from collections.abc import Callable
from typing import TypeVar
from uuid import UUID

from domain.problem import Problem, ProblemCode
from reports.fonts import GlyphMissing
from resolvers.act import Work
from resolvers.files import store_file

PDF = "application/pdf"
Data = TypeVar("Data")


async def press(
    work: Work, name: str, render: Callable[[Data], bytes], data: Data, organization: UUID | None = None
) -> UUID | Problem:
    """Render a form in a thread and keep it; a character that cannot be printed is a problem."""
    try:
        printed = await asyncio.to_thread(render, data)
    except GlyphMissing as missing:
        return glyph_missing(missing)
    return await store_file(work, name, PDF, printed, organization)


def glyph_missing(missing: GlyphMissing) -> Problem:
    """Name the character that cannot be printed."""
    code = f"U+{ord(missing.character):04X}"
    return Problem(ProblemCode.GLYPH_MISSING, params={"character": missing.character, "code": code})
