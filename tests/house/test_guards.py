"""No field of the graph is without its right, and no personal number is shown in clear."""

import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import strawberry

import api.app
from api.app import Face, make_app
from authz.actions import ACTIONS
from authz.public import PUBLIC
from resolvers.desk import Desk
from schema.fields import BINDING, INHERIT, RIGHT
from schema.guards import UnguardedError, check_guards, declared_rights, find_unguarded
from schema.roots import schema

_KEPT = Path(__file__).with_name("guards.toml")
# What a name says that holds a personal number of somebody.
_PERSONAL = ("mobile", "id_number", "id_no", "legal_rep_id_number")
# Shown as typed, because whoever edits a draft hands its whole content in again; it is a business number.
_AS_TYPED = {"Handler.mobile"}
# Whether such a number is asked for is a city's rule, and no number.
_RULES = {"City.receipt_mobile_asked"}


def _field(right: str | None) -> Any:
    return strawberry.field(resolver=lambda: "", metadata={} if right is None else {RIGHT: right})


def _make(query: str | None, inner: str | None, act: str | None) -> strawberry.Schema:
    """Make a schema whose three fields declare the given rights."""

    @strawberry.type
    class Thing:
        name: str = _field(inner)

    @strawberry.type
    class Query:
        @strawberry.field(metadata={} if query is None else {RIGHT: query})
        def thing(self) -> Thing:
            return Thing()

    @strawberry.type
    class Mutation:
        @strawberry.mutation(metadata={} if act is None else {RIGHT: act})
        def do(self) -> str:
            return ""

    return strawberry.Schema(query=Query, mutation=Mutation)


def test_a_schema_whose_fields_all_declare_their_rights_starts():
    check_guards(_make("estate.view", INHERIT, "rate.set"))
    check_guards(_make("node", "owner.view_pii", "session.begin"))


@pytest.mark.parametrize(
    ("query", "inner", "act", "fault"),
    [
        (None, INHERIT, "rate.set", "Query.thing"),
        ("estate.view", None, "rate.set", "Thing.name"),
        ("estate.view", INHERIT, None, "Mutation.do"),
        ("estate.vieww", INHERIT, "rate.set", "Query.thing"),
        ("estate.view", "owner.view_all", "rate.set", "Thing.name"),
        (INHERIT, INHERIT, "rate.set", "Query.thing"),
        ("estate.view", INHERIT, INHERIT, "Mutation.do"),
        ("estate.view", "node", "rate.set", "Thing.name"),
        ("estate.view", INHERIT, "node", "Mutation.do"),
        ("estate.view", INHERIT, "city.view", "Mutation.do"),
        ("estate.view", "city.view", "rate.set", "Thing.name"),
        ("estate.view", INHERIT, "", "Mutation.do"),
    ],
)
def test_a_field_without_a_right_of_its_place_is_found_and_stops_the_start(
    query: str | None, inner: str | None, act: str | None, fault: str
):
    seeded = _make(query, inner, act)
    assert list(find_unguarded(seeded)) == [fault]
    with pytest.raises(UnguardedError, match=fault):
        check_guards(seeded)


async def test_the_product_does_not_start_with_an_unguarded_field(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(api.app, "schema", _make("estate.view", None, "rate.set"))
    with pytest.raises(UnguardedError, match=r"^These fields declare no right: Thing\.name\.$"):
        make_app(desk, Face())


def test_every_field_of_the_product_is_guarded():
    assert list(find_unguarded(schema)) == []


def test_what_is_public_and_what_inherits_is_written_down():
    """A new field that is open to strangers, or that shows what its row shows, is seen by a review."""
    public = sorted(
        f"{owner}.{field.python_name}: {right}"
        for owner, field, right in declared_rights(schema)
        if right in PUBLIC
    )
    inherited = Counter(owner for owner, _, right in declared_rights(schema) if right == INHERIT)
    kept = tomllib.loads(_KEPT.read_text(encoding="utf-8"))
    assert kept["public"] == public
    assert kept["inherit"] == dict(sorted(inherited.items()))


def test_every_right_of_the_graph_is_an_action_or_public():
    rights = {str(right) for _, _, right in declared_rights(schema)} - {INHERIT, "node"}
    assert rights <= set(ACTIONS) | set(PUBLIC)


def test_a_field_named_like_a_personal_number_is_masked_or_needs_the_right_to_clear_ones():
    open_ones: list[str] = []
    for owner, field, right in declared_rights(schema):
        if any(name in field.python_name for name in _PERSONAL) and right != "owner.view_pii":
            binding = field.metadata.get(BINDING)
            if "mask" not in repr(binding) and "masked" not in (field.description or "").lower():
                open_ones.append(f"{owner}.{field.python_name}")
    assert set(open_ones) == _AS_TYPED | _RULES


def test_clear_numbers_are_read_by_one_mutation_alone():
    clear = {
        f"{owner}.{field.python_name}"
        for owner, field, right in declared_rights(schema)
        if right == "owner.view_pii"
    }
    assert clear == {"Mutation.owner_reveal", "OwnerRevealed.id_number", "OwnerRevealed.mobile"}


def dump() -> str:
    """Write the kept file anew."""
    public = sorted(
        f"{owner}.{field.python_name}: {right}"
        for owner, field, right in declared_rights(schema)
        if right in PUBLIC
    )
    inherited = Counter(owner for owner, _, right in declared_rights(schema) if right == INHERIT)
    lines = [
        "# Fields open to strangers, and for each type how many of its fields show no more than its row.",
        "public = [",
    ]
    lines += [f'  "{one}",' for one in public]
    lines += ["]", "", "[inherit]"]
    lines += [f'"{owner}" = {count}' for owner, count in sorted(inherited.items())]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    _KEPT.write_text(dump(), encoding="utf-8")
