"""Which form and language an answer takes."""

import pytest

from api.language import choose_language
from api.negotiation import GRAPHQL_RESPONSE, JSON, choose_media_type

URQL = (
    "application/graphql-response+json, application/graphql+json, application/json, "
    "text/event-stream, multipart/mixed"
)


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (None, JSON),
        ("", JSON),
        ("*/*", JSON),
        ("application/*", JSON),
        (JSON, JSON),
        (GRAPHQL_RESPONSE, GRAPHQL_RESPONSE),
        (GRAPHQL_RESPONSE.upper(), GRAPHQL_RESPONSE),
        (f"{GRAPHQL_RESPONSE};charset=utf-8", GRAPHQL_RESPONSE),
        (f"{GRAPHQL_RESPONSE},{JSON};q=0.9", GRAPHQL_RESPONSE),
        (f"{JSON};q=0.5,{GRAPHQL_RESPONSE};q=0.4", JSON),
        (f"{JSON}, {GRAPHQL_RESPONSE}", JSON),
        (f"*/*, {GRAPHQL_RESPONSE}", GRAPHQL_RESPONSE),
        (f"{GRAPHQL_RESPONSE};q=0, */*", JSON),
        (f"{JSON};q=0, */*", GRAPHQL_RESPONSE),
        (f"{JSON};q=nonsense", None),
        (URQL, GRAPHQL_RESPONSE),
        ("text/event-stream", None),
        ("*/*;q=0", None),
        (";;;,,,", None),
    ],
)
def test_the_wish_with_the_greatest_weight_then_exactness_then_place_wins(
    accept: str | None, expected: str | None
) -> None:
    assert choose_media_type(accept) == expected


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (None, "zh"),
        ("", "zh"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("en-GB,en;q=0.9,zh;q=0.8", "en"),
        ("EN", "en"),
        ("en;q=0.5, zh;q=0.6", "zh"),
        ("fr-FR, de", "zh"),
        ("fr, en;q=0.3", "en"),
        ("en;q=0", "zh"),
        ("*", "zh"),
        ("en;q=seven", "zh"),
    ],
)
def test_chinese_is_spoken_unless_english_is_preferred(header: str | None, expected: str) -> None:
    assert choose_language(header) == expected
