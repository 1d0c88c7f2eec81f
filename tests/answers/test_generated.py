"""Generated documents have one answer, whichever way they are executed, and most of them are compiled."""

import pytest

from tests.answers.both import Both
from tests.answers.generated import CHUNKS, DOCUMENTS, run_chunk


@pytest.mark.parametrize("chunk", CHUNKS)
async def test_both_ways_give_the_same_answers_to_generated_documents(both: Both, chunk: str):
    found = await run_chunk(both, chunk)
    found.insist()
    assert found.broken <= {"bent"}
    assert found.ways.total() == DOCUMENTS
    assert found.share >= 0.8, found.ways


def test_there_are_at_least_two_thousand_generated_documents():
    assert len(CHUNKS) * DOCUMENTS >= 2000
