"""Runs of characters: what is looked for by them is never missed, and each is where it is said to be."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.search import EVERYWHERE, LONGEST_RUN, MOST_PROBES, characters_of, index_texts, probes_of, small

_TEXT = st.text(alphabet="滨江1路单元𠮷AaÅå %_\\", max_size=12)
_TEXTS = st.dictionaries(st.integers(0, 9), st.tuples(_TEXT, _TEXT), max_size=6)


@given(texts=_TEXTS, prefix=_TEXT)
def test_every_run_is_said_to_be_where_it_stands(texts: dict[int, tuple[str, str]], prefix: str):
    own: dict[int, Sequence[str]] = {
        thing: (prefix + first, other) for thing, (first, other) in texts.items()
    }
    found = index_texts(own)
    pieces = {
        small(text)[start : start + length]
        for both in own.values()
        for text in both
        for length in range(1, LONGEST_RUN + 1)
        for start in range(len(text) - length + 1)
    }
    assert set(found) == pieces | {EVERYWHERE}
    for run, things in found.items():
        holders = {thing for thing, both in own.items() if any(run in small(text) for text in both)}
        assert set(own if things is None else things) == holders, run


@given(before=_TEXT, part=_TEXT.filter(bool), after=_TEXT)
def test_a_text_with_a_part_has_every_run_that_the_part_is_looked_for_by(before: str, part: str, after: str):
    own: dict[int, Sequence[str]] = {1: [before + part.swapcase() + after]}
    runs = set(index_texts(own))
    probes = probes_of(part)
    assert set(probes) <= runs
    assert 1 <= len(probes) <= MOST_PROBES
    assert {len(probe) for probe in probes} == {min(LONGEST_RUN, len(part))}


def test_a_long_part_is_looked_for_by_runs_from_its_beginning_to_its_end():
    part = "泸州市江阳区滨江路一段1号1栋1单元301"
    probes = probes_of(part)
    assert (len(probes), probes[0], probes[-1]) == (MOST_PROBES, "泸州市", "301")


def test_a_name_is_known_by_its_different_characters():
    assert characters_of("Ann 𠮷𠮷") == ["a", "n", " ", "𠮷"]
    assert characters_of("") == []


@pytest.mark.parametrize(
    ("text", "letters"), [("İΣÅ", "iσå"), ("ΑΣ", "ας"[:1] + "σ"), ("ẞß", "ßß"), ("Ａ１", "ａ１")]
)
def test_letters_become_small_one_for_one(text: str, letters: str):
    assert small(text) == letters
