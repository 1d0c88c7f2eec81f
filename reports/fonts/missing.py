"""The error for a character that no typeface of ours can print."""


class GlyphMissing(ValueError):  # noqa: N818 (its name is what is the matter)
    """A text has a character without a glyph; it is refused, because a box on paper is nobody's name.

    Attributes:
        character: The character, such as `𠮷`.
    """

    def __init__(self, character: str) -> None:
        super().__init__(f"no glyph for {character!r} (U+{ord(character):04X})")
        self.character = character
