"""What one document may ask for, and that finding out costs no more than reading it."""

from dataclasses import replace

import pytest
from graphql import get_introspection_query, parse
from hypothesis import given
from hypothesis import strategies as st

from api.graphql import FaceSettings
from api.limits import Limits, check_limits, measure
from domain.refusal import TooCostly
from tests.api.face import code_of, make_client


def doubling(fragments: int) -> str:
    """Write a document that unfolds to 2 to the power of its fragments."""
    chain = [f"fragment f{i} on Query {{ ...f{i + 1} ...f{i + 1} }}" for i in range(fragments)]
    return "\n".join(["{ ...f0 }", *chain, f"fragment f{fragments} on Query {{ hello }}"])


def nested(levels: int) -> str:
    """Write a query so many levels deep."""
    return "{ thing " + "{ inner " * (levels - 2) + "{ name }" + " }" * (levels - 1)


def test_a_document_that_unfolds_to_two_to_the_25_is_measured_by_looking_at_each_spread_twice() -> None:
    found = measure(parse(doubling(25)))
    # 1 + 25 x 2 spreads and the field, each seen as a selection once, and each spread once as a use.
    assert found.visits == (1 + 50 + 1) + 51
    assert found.fields == 2**25


def test_visits_grow_in_step_with_the_document() -> None:
    visits = [measure(parse(doubling(size))).visits for size in (10, 20, 40, 80)]
    assert visits == [43, 83, 163, 323]


async def test_the_doubling_document_is_refused_before_validation() -> None:
    answer = await make_client().post(doubling(25))
    assert (answer.status_code, code_of(answer)) == (400, "TOO_COSTLY")


@pytest.mark.parametrize("fragments", [400, 490])
def test_a_long_chain_of_fragments_needs_no_recursion(fragments: int) -> None:
    chain = " ".join(f"fragment f{i} on Query {{ ...f{i + 1} }}" for i in range(fragments))
    found = measure(parse(f"{{ ...f0 }} {chain} fragment f{fragments} on Query {{ hello }}"))
    assert (found.depth, found.fields) == (1, 1)


@pytest.mark.parametrize(
    ("document", "depth"),
    [
        ("{ hello }", 1),
        (nested(12), 12),
        ("{ thing { ... { ... { name } } } }", 2),
        (
            "{ thing { ...a } } fragment a on T { inner { ...b } } fragment b on T { inner { name } }",
            4,
        ),
        ("{ ...a } fragment a on Query { thing { name } } query other { thing { inner { name } } }", 3),
        ("{ __schema { types { fields { type { name } } } } hello }", 1),
    ],
)
def test_depth_counts_levels_of_fields_with_fragments_unfolded(document: str, depth: int) -> None:
    assert measure(parse(document)).depth == depth


def test_aliases_count_as_often_as_their_fragment_is_used() -> None:
    document = parse("{ a: thing { ...x } b: thing { ...x ...x } } fragment x on Thing { c: name d: size }")
    assert measure(document).aliases == 2 + 3 * 2


def test_directives_count_as_written_wherever_they_stand() -> None:
    document = parse(
        "query q($a: Int @x) @y { hello @z ...f @z ... @z { hello @z @z } } fragment f on Q @w { hello @z }"
    )
    assert measure(document).directives == 9


def test_the_usual_introspection_query_keeps_the_limits() -> None:
    text = get_introspection_query(
        specified_by_url=True,
        directive_is_repeatable=True,
        schema_description=True,
        input_value_deprecation=True,
    )
    found = check_limits(parse(text), Limits())
    assert (found.depth, found.introspection, found.aliases) == (0, 15, 0)


def test_fragments_inside_introspection_count_as_introspection() -> None:
    document = parse('{ __type(name: "A") { ...t } } fragment t on __Type { ofType { ofType { name } } }')
    found = measure(document)
    assert (found.depth, found.introspection) == (0, 4)


def test_fragments_that_use_themselves_end() -> None:
    document = parse(
        "{ ...a } fragment a on Query { hello ...b } fragment b on Query { hello ...a ...b } "
        "fragment c on Query { ...c }"
    )
    found = measure(document)
    assert found.fields == 2
    assert found.visits == 12


@pytest.mark.parametrize(
    ("document", "limit"),
    [
        (nested(13), "depth"),
        ("{ " + " ".join(f"a{i}: hello" for i in range(51)) + " }", "aliases"),
        ("{ " + "hello @skip(if: false) " * 51 + "}", "directives"),
        ("{ __schema { types { " + "ofType { " * 18 + "name" + " }" * 21, "introspection"),
        (doubling(11), "fields"),
    ],
)
def test_one_step_over_a_limit_names_the_limit(document: str, limit: str) -> None:
    with pytest.raises(TooCostly) as refused:
        check_limits(parse(document), Limits())
    assert refused.value.params["limit"] == limit


@pytest.mark.parametrize(
    "document",
    [
        nested(12),
        "{ " + " ".join(f"a{i}: hello" for i in range(50)) + " }",
        "{ " + "hello @skip(if: false) " * 50 + "}",
        "{ __schema { types { " + "ofType { " * 17 + "name" + " }" * 20,
        doubling(10),
    ],
)
def test_what_just_keeps_the_limits_passes(document: str) -> None:
    check_limits(parse(document), Limits())


@pytest.mark.parametrize(
    ("document", "message"),
    [
        (nested(13), "The request is too large: at most 12 levels of nesting. Ask in several requests."),
        (
            "{ thing " + "{ inner " * 3000,
            "The request is too large: at most 12 levels of nesting. Ask in several requests.",
        ),
        (
            "{ " + "hello " * 2000 + "}",
            "The request is too large: at most 2000 tokens. Ask in several requests.",
        ),
        (
            "{ hello " + " " * 80_000 + "}",
            "The request is too large: at most 40000 characters in the document. Ask in several requests.",
        ),
        (
            "#\n" * 201 + "{ hello }",
            "The request is too large: at most 200 comments. Ask in several requests.",
        ),
        (
            "{ hello " + "@no " * 500 + "}",
            "The request is too large: at most 50 directives. Ask in several requests.",
        ),
        (
            "{ hello " + "@include(if: true) " * 60 + "}",
            "The request is too large: at most 50 directives. Ask in several requests.",
        ),
    ],
)
async def test_a_costly_document_is_one_error_in_either_form(document: str, message: str) -> None:
    client = make_client()
    modern = await client.web.post(
        "/graphql",
        json={"query": document},
        headers={"accept": "application/graphql-response+json", "accept-language": "en"},
    )
    old = await client.old(document)
    assert (modern.status_code, old.status_code) == (400, 200)
    assert modern.json() == {"errors": [{"message": message, "extensions": {"code": "TOO_COSTLY"}}]}
    assert code_of(old) == "TOO_COSTLY"
    assert client.world.opened == 0


async def test_limits_are_settings() -> None:
    client = make_client(FaceSettings(limits=replace(Limits(), depth=2)))
    assert (await client.post(nested(2))).status_code == 200
    assert (await client.post(nested(3))).json()["errors"][0]["message"] == (
        "请求过大：嵌套层数最多为 2。请分成几次请求。"
    )


SELECTIONS = st.recursive(
    st.sampled_from(["hello", "a: hello", "...f", "...g", "hello @skip(if: true)"]),
    lambda inner: (
        st.lists(inner, min_size=1, max_size=4).map(lambda parts: "thing { " + " ".join(parts) + " }")
        | st.lists(inner, min_size=1, max_size=4).map(lambda parts: "... { " + " ".join(parts) + " }")
    ),
    max_leaves=20,
)


@given(SELECTIONS, SELECTIONS, SELECTIONS)
def test_any_document_is_measured_with_at_most_two_looks_at_each_token(root: str, f: str, g: str) -> None:
    document = parse(f"{{ {root} }} fragment f on Q {{ {f} }} fragment g on Q {{ {g} }}")
    assert measure(document).visits <= 2 * document.token_count


@given(SELECTIONS, SELECTIONS)
def test_what_is_counted_once_a_fragment_equals_counting_the_document_with_fragments_written_out(
    root: str, g: str
) -> None:
    inner = g.replace("...f", "hello").replace("...g", "hello")
    folded = measure(parse(f"{{ {root.replace('...f', '...g')} }} fragment g on Q {{ {inner} }}"))
    flat = root.replace("...f", "...g").replace("...g", "... { " + inner + " }")
    written_out = measure(parse(f"{{ {flat} }}"))
    assert (folded.depth, folded.fields, folded.aliases) == (
        written_out.depth,
        written_out.fields,
        written_out.aliases,
    )
