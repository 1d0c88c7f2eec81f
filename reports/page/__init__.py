"""The one style of all printed forms: A4, one heading, one grid, one footer that counts the pages."""

from reports.page.blocks import Fact, SignBox, draw_boxes, draw_caption, draw_facts, draw_notes, draw_passage
from reports.page.document import Document, Heading, Section, print_date, print_moment
from reports.page.leaf import Align
from reports.page.table import Column, Row, draw_table
from reports.page.text import fit, wrap

__all__ = [
    "Align",
    "Column",
    "Document",
    "Fact",
    "Heading",
    "Row",
    "Section",
    "SignBox",
    "draw_boxes",
    "draw_caption",
    "draw_facts",
    "draw_notes",
    "draw_passage",
    "draw_table",
    "fit",
    "print_date",
    "print_moment",
    "wrap",
]
