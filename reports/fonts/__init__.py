"""The one typeface of all printed forms: every character has its glyph, or the form is not printed."""

from reports.fonts.faces import SONG, Run, check, measure, split
from reports.fonts.missing import GlyphMissing

__all__ = ["SONG", "GlyphMissing", "Run", "check", "measure", "split"]
