"""Pages of lists that Python has worked out: the same contract as the lists of tables."""

import base64

import pytest

from domain.refusal import BadUserInput, TooCostly
from resolvers.page import Window
from schema.told import cut, page

_KEYS = ("a", "b", "c", "d", "e")


def _cursor(key: str) -> str:
    return base64.urlsafe_b64encode(key.encode()).decode()


_AFTER, _BEFORE = _cursor("b"), _cursor("d")


@pytest.mark.parametrize(
    ("window", "shown", "earlier", "more"),
    [
        (Window(), "abcde", False, False),
        (Window(first=2), "ab", False, True),
        (Window(first=0), "", False, True),
        (Window(first=2, after=_AFTER), "cd", True, True),
        (Window(last=2), "de", True, False),
        (Window(last=2, before=_BEFORE), "bc", True, True),
        (Window(first=3, before=_AFTER), "a", False, True),
        (Window(after=_AFTER, before=_BEFORE), "c", True, True),
        (Window(after=_BEFORE, before=_AFTER), "", True, True),
        (Window(last=1, after=_cursor("e")), "", True, False),
    ],
)
async def test_a_page_is_cut_from_either_end_and_knows_what_lies_beyond(
    window: Window, shown: str, earlier: bool, more: bool
):
    span = cut(_KEYS, window)
    found = page(span, _KEYS[span.begin : span.end])
    assert "".join(edge.node for edge in found.edges) == shown
    assert await found.total_count() == 5
    assert await found.page_info.has_previous_page() == earlier
    assert await found.page_info.has_next_page() == more
    ends = [_cursor(key) for key in (shown[:1], shown[-1:]) if key]
    assert [found.page_info.start_cursor, found.page_info.end_cursor] == (ends or [None, None])


@pytest.mark.parametrize("cursor", ["", "x", "bm8=", "////", "Y" * 10_000, "ü"])
def test_a_cursor_of_no_entry_is_refused(cursor: str):
    with pytest.raises(BadUserInput):
        cut(_KEYS, Window(after=cursor))


def test_a_page_is_no_larger_than_those_of_tables():
    with pytest.raises(TooCostly):
        cut(_KEYS, Window(first=101))
    with pytest.raises(BadUserInput):
        cut(_KEYS, Window(first=1, last=1))
