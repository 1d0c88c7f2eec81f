"""Every cause has its words, in Chinese and in English, and is used somewhere."""

import re
import tomllib

import pytest

from domain.problem import Problem, ProblemCode
from domain.refusal import COUNTED, Refusal
from tests.house.rooms import FLOORS, HOUSE, short, sources

# Causes that a later issue will meet first, with what it is about.
RESERVED = {
    ProblemCode.IMPORT_INVALID: "an import that fails as a whole, where no row can be named",
}
_CHINESE = re.compile(r"[\u4e00-\u9fff]")


def _refusals(kind: type[Refusal] = Refusal) -> list[type[Refusal]]:
    return [one for sub in kind.__subclasses__() for one in (sub, *_refusals(sub))]


@pytest.mark.parametrize("code", ProblemCode)
def test_a_cause_is_met_somewhere_or_reserved(code: ProblemCode):
    uses = [
        short(path)
        for path in sources(*FLOORS)
        if short(path) != "domain/problem.py"
        and re.search(
            rf"\b(ProblemCode|SuspenseReason)\.{code.name}\b|\"{code.name}\"",
            path.read_text(encoding="utf-8"),
        )
    ]
    assert bool(uses) is not (code in RESERVED), uses


@pytest.mark.parametrize("code", ProblemCode)
def test_a_cause_is_told_in_both_languages(code: ProblemCode):
    chinese, english = Problem(code).message("zh"), Problem(code).message("en")
    assert _CHINESE.search(chinese)
    assert not _CHINESE.search(english)
    assert "{" not in chinese + english
    assert len(english) > 10
    assert code.name == code.value


def test_no_text_is_kept_for_a_cause_that_is_none():
    texts = tomllib.loads((HOUSE / "domain/problems.toml").read_text(encoding="utf-8"))
    assert set(texts["codes"]) == {code.value for code in ProblemCode}


@pytest.mark.parametrize("refusal", _refusals(), ids=lambda kind: kind.code)
def test_a_refusal_is_told_in_both_languages(refusal: type[Refusal]):
    assert set(refusal.texts) == {"zh", "en"}
    assert _CHINESE.search(refusal.texts["zh"])
    assert not _CHINESE.search(refusal.texts["en"])


def test_a_code_tells_a_program_what_to_do_and_the_sentence_tells_a_person():
    """Two refusals share a code where a program does the same about them; no two share a sentence."""
    assert {refusal.code for refusal in _refusals()} == {
        "BAD_USER_INPUT",
        "FORBIDDEN",
        "NOT_FOUND",
        "NO_HISTORY",
        "TOO_COSTLY",
        "TRY_AGAIN",
        "UNAUTHENTICATED",
    }
    sentences = [refusal.texts["en"] for refusal in _refusals()]
    assert len(sentences) == len(set(sentences))
    assert {language for words in COUNTED.values() for language in words} == {"zh", "en"}
