"""Which form and language an answer takes."""

import pytest

from api.language import choose_language
from api.negotiation import EVENT_STREAM, GRAPHQL_RESPONSE, JSON, choose_media_type

URQL = (
    "application/graphql-response+json, application/graphql+json, application/json, "
    "text/event-stream, multipart/mixed"
)
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"

# What clients send by themselves, and the form that they can read.
CLIENTS = [
    ("urql 5", URQL, GRAPHQL_RESPONSE),
    ("urql 5, a subscription", "text/event-stream, multipart/mixed", EVENT_STREAM),
    ("Apollo Client 3", "*/*", JSON),
    ("Apollo Client 3, @defer", "multipart/mixed;deferSpec=20220824,application/json", JSON),
    (
        "Apollo Client 3, a subscription",
        "multipart/mixed;boundary=graphql;subscriptionSpec=1.0,application/json",
        JSON,
    ),
    ("Apollo Client 4", "application/graphql-response+json, application/json;q=0.9", GRAPHQL_RESPONSE),
    ("Apollo Kotlin", "application/graphql-response+json, application/json", GRAPHQL_RESPONSE),
    (
        "Apollo iOS, a subscription",
        'multipart/mixed;boundary="graphql";subscriptionSpec=1.0,application/json',
        JSON,
    ),
    ("graphql-sse, distinct connections", "text/event-stream", EVENT_STREAM),
    ("graphql-sse, single connection", "application/json", JSON),
    ("relay-runtime with a plain fetch", "*/*", JSON),
    (
        "relay-runtime as its guide says",
        "application/graphql-response+json; charset=utf-8, application/json; charset=utf-8",
        GRAPHQL_RESPONSE,
    ),
    ("graphql-request", "application/graphql-response+json, application/json", GRAPHQL_RESPONSE),
    ("GraphiQL", "application/json, multipart/mixed", JSON),
    ("EventSource of a browser", "text/event-stream", EVENT_STREAM),
    ("a browser's address line", BROWSER, JSON),
]


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
        (EVENT_STREAM, EVENT_STREAM),
        (f"{EVENT_STREAM}, {JSON}", EVENT_STREAM),
        (f"{JSON}, {EVENT_STREAM}", JSON),
        (f"{JSON};q=0.5, {EVENT_STREAM}", EVENT_STREAM),
        (f"{EVENT_STREAM};q=0.5, {JSON}", JSON),
        (f"{EVENT_STREAM};q=0, {JSON}", JSON),
        (f"{EVENT_STREAM};q=0", None),
        ("text/*", None),
        ("multipart/mixed", None),
        ("*/*;q=0", None),
        (";;;,,,", None),
    ],
)
def test_the_wish_with_the_greatest_weight_then_exactness_then_place_wins(
    accept: str | None, expected: str | None
) -> None:
    assert choose_media_type(accept) == expected


@pytest.mark.parametrize(
    ("accept", "expected"), [row[1:] for row in CLIENTS], ids=[row[0] for row in CLIENTS]
)
def test_each_client_gets_the_form_that_it_reads(accept: str, expected: str) -> None:
    assert choose_media_type(accept) == expected


def test_a_header_too_long_to_be_kept_is_read_as_any_other() -> None:
    filling = ", ".join(f"application/x-{number};q=0.1" for number in range(20))
    assert choose_media_type(f"{filling}, {GRAPHQL_RESPONSE}") == GRAPHQL_RESPONSE
    assert choose_language(f"{filling}, en") == "en"


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
