"""What clients see is kept in a file, and everything in it says what it is."""

import re
from collections.abc import Iterator
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLScalarType,
    is_specified_scalar_type,
)

from api.execution import core_of
from schema.roots import schema
from tests.house.rooms import HOUSE

CORE = core_of(schema)


def _types() -> Iterator[tuple[str, Any]]:
    yield from ((name, kind) for name, kind in CORE.type_map.items() if not name.startswith("__"))


def _described() -> Iterator[tuple[str, str | None]]:
    """Give everything that has a description, by its place."""
    for name, kind in _types():
        if isinstance(kind, GraphQLScalarType) and is_specified_scalar_type(kind):
            continue
        yield name, kind.description
        if isinstance(kind, GraphQLEnumType):
            yield from ((f"{name}.{value}", entry.description) for value, entry in kind.values.items())
        if isinstance(kind, (GraphQLObjectType, GraphQLInterfaceType, GraphQLInputObjectType)):
            for key, field in kind.fields.items():
                yield f"{name}.{key}", field.description
                for argument, given in getattr(field, "args", {}).items():
                    yield f"{name}.{key}({argument})", given.description


def test_the_schema_file_is_true():
    kept = (HOUSE / "schema" / "schema.graphql").read_text(encoding="utf-8")
    assert kept == schema.as_str() + "\n", "Run `make schema`."


def test_every_type_field_argument_and_enum_value_says_what_it_is():
    assert [place for place, told in _described() if not (told or "").strip()] == []


def test_a_description_is_a_short_text_that_ends():
    odd = [
        place
        for place, told in _described()
        if told and (len(told) > 300 or not re.search(r"[.)）?!]$", told.strip()))
    ]
    assert odd == []


def test_every_scalar_of_ours_says_where_it_is_specified():
    ours = [
        kind
        for _, kind in _types()
        if isinstance(kind, GraphQLScalarType) and not is_specified_scalar_type(kind)
    ]
    assert len(ours) >= 4
    assert [kind.name for kind in ours if not (kind.specified_by_url or "").startswith("https://")] == []


def test_money_and_areas_are_never_floats():
    floats = [
        f"{name}.{key}"
        for name, kind in _types()
        if isinstance(kind, (GraphQLObjectType, GraphQLInputObjectType))
        for key, field in kind.fields.items()
        if str(field.type).strip("[]!") == "Float"
    ]
    assert floats == []


def test_every_business_mutation_can_be_rehearsed_and_repeated():
    """Sign-in and out, passwords, keys and files are the exceptions of the design."""
    assert CORE.mutation_type is not None
    exempt = {"signIn", "signOut", "passwordChange", "registrationOpen", "fileUpload", "ownerReveal"}
    exempt |= {"signInFinish", "sessionRevoke", "sessionsRevokeOthers", "invitationAccept", "apiKeyIssue"}
    exempt |= {"totpBegin", "totpConfirm", "totpRemove", "recoveryCodesRenew"}
    for name, field in CORE.mutation_type.fields.items():
        if name in exempt or name.endswith(("Print", "Export")):
            continue
        given: Any = field.args["input"].type
        keys = set(given.of_type.fields)
        assert "dryRun" in keys or name == "organizationRegister", name
        assert "idempotencyKey" in keys or name in {"paymentConfirm", "paymentsConfirm"}, name


def test_a_mutation_has_one_input_and_answers_what_was_done_or_rejected():
    assert CORE.mutation_type is not None
    for name, field in CORE.mutation_type.fields.items():
        assert set(field.args) <= {"input"}, name
        members = [member.name for member in getattr(field.type, "types", ())]
        assert members[-1:] == ["Rejected"], name


def test_names_follow_the_graphs_conventions():
    for name, kind in _types():
        assert re.fullmatch(r"[A-Z][A-Za-z0-9]*", name), name
        if isinstance(kind, GraphQLEnumType):
            assert [value for value in kind.values if not re.fullmatch(r"[A-Z][A-Z0-9_]*", value)] == [], name
        for key in getattr(kind, "fields", {}):
            assert re.fullmatch(r"[a-z][A-Za-z0-9]*", key), f"{name}.{key}"
