"""Every field that shows a row says which columns it stands for, so that queries can be compiled from it."""

from collections.abc import Iterator
from typing import Any

import pytest
from strawberry.types.enum import StrawberryEnumDefinition

from api.execution import core_of
from db.base import Base
from db.tables.orders import OrderLine
from resolvers.sight import ENTITIES, VIEWS
from schema.bindings import (
    ById,
    ByNumber,
    Coded,
    Column,
    Derived,
    GlobalId,
    Kinded,
    Listed,
    Many,
    One,
    Stored,
)
from schema.estates import Building
from schema.roots import schema
from schema.types import BINDING, ENTITY_OF

DEFINITIONS: dict[str, Any] = {
    name: entry.definition
    for name, entry in schema.schema_converter.type_map.items()
    if hasattr(entry.definition, "fields")
}
BY_TYPE = {kind: DEFINITIONS[kind.__name__] for kind in ENTITY_OF}


def bound_fields() -> Iterator[tuple[str, type[Base], Any]]:
    """Give every field of every type that shows rows, with its table and its binding."""
    for kind, entity in ENTITY_OF.items():
        for field in BY_TYPE[kind].fields:
            yield f"{kind.__name__}.{field.python_name}", entity, field.metadata.get(BINDING)


FIELDS = list(bound_fields())


def columns(entity: type[Base]) -> set[str]:
    """Name a table's columns."""
    return set(entity.__table__.columns.keys())


def bare(sorting: tuple[str, ...]) -> set[str]:
    """Name the columns of a sorting."""
    return {name.removeprefix("-") for name in sorting}


def needed(entity: type[Base], binding: Any) -> list[tuple[type[Base], set[str]]]:
    """Name the columns that a binding stands on."""
    match binding:
        case One(other, local, remote):
            return [(entity, {local}), (other, {remote})]
        case Many(other, remote, sorting, where, by):
            return [(other, {remote, *bare(sorting), *dict(where), *dict(by)})]
        case Listed(other, order, remote):
            return [(other, {*order.keys, *([remote] if remote else [])})]
        case _:
            return [(entity, own(binding))]


def own(binding: Any) -> set[str]:
    """Name the columns of its own row that a binding stands on."""
    match binding:
        case Column(name) | Coded(name):
            return {name}
        case GlobalId():
            return {"city", "id"}
        case Kinded(kind, content):
            return {kind, content}
        case Derived(names):
            return set(names)
        case _:
            raise AssertionError(f"{binding} is no binding of a row.")


@pytest.mark.parametrize(("place", "entity", "binding"), FIELDS, ids=[place for place, _, _ in FIELDS])
def test_a_field_of_a_row_stands_on_columns_that_are_there(place: str, entity: type[Base], binding: Any):
    for table, names in needed(entity, binding):
        assert names <= columns(table), place


def test_every_type_with_a_global_id_shows_the_table_that_the_id_names():
    nodes = {
        kind.__name__: entity
        for kind, entity in ENTITY_OF.items()
        if "id" in {f.python_name for f in BY_TYPE[kind].fields}
    }
    assert nodes == dict(ENTITIES)


def test_every_table_that_is_shown_has_a_right_to_see_it():
    assert set(ENTITY_OF.values()) <= set(VIEWS)


def test_what_a_field_points_at_is_shown_by_the_type_that_it_names():
    shown = {entity: kind.__name__ for kind, entity in ENTITY_OF.items()}
    core: Any = core_of(schema)
    for place, _, binding in FIELDS:
        if not isinstance(binding, One | Many | Listed) or (isinstance(binding, Many) and binding.by):
            continue
        type_name, field = place.split(".")
        converted = schema.config.name_converter.apply_naming_config(field)
        named = str(core.type_map[type_name].fields[converted].type).strip("[]!").removesuffix("Connection")
        assert named == shown[binding.entity], place


def test_a_json_column_shows_stored_values_by_their_keys():
    line = {field.python_name: field for field in DEFINITIONS["UnitContent"].fields}
    assert ENTITY_OF[next(kind for kind in ENTITY_OF if kind.__name__ == "OrderLine")] is OrderLine
    assert all(isinstance(field.metadata[BINDING], Stored) for field in line.values())
    owner = {field.python_name: field.metadata[BINDING].keys for field in DEFINITIONS["LineOwner"].fields}
    assert owner["id_number"] == ("id_number", "masked"), "the clear number and the cipher have no way out"
    assert owner["mobile"] == ("mobile", "masked")


def test_no_field_stands_on_a_sealed_number_but_its_masked_text():
    for place, entity, binding in FIELDS:
        for _, names in needed(entity, binding):
            assert not [name for name in names if name.endswith(("_cipher", "_blind"))], place


def test_lists_of_the_outermost_door_are_bound_too():
    query = {field.python_name: field.metadata.get(BINDING) for field in DEFINITIONS["Query"].fields}
    lists = {name for name, binding in query.items() if isinstance(binding, Listed)}
    assert lists == {
        "arrears",
        "estates",
        "organizations",
        "orders",
        "notices",
        "payments",
        "suspense_items",
        "bank_statements",
        "pushes",
        "jobs",
        "receipts",
        "refunds",
        "deposit_rates",
        "audit_entries",
        "units",
        "users",
    }
    found = {name: binding for name, binding in query.items() if isinstance(binding, ById | ByNumber)}
    assert set(found) == {"node", "nodes", "order_by_number", "notice_by_number"}
    assert all(query[name].remote is None for name in lists)
    # Of those who owe, the longest due come first; everything else is sorted by its age.
    others = {name: query[name].order.keys for name in lists if query[name].order.keys != ("id",)}
    assert others == {"arrears": ("deposit_point", "id")}


def test_enums_store_the_value_and_show_the_name_and_for_columns_both_are_the_same():
    enums = [
        entry.definition
        for entry in schema.schema_converter.type_map.values()
        if isinstance(entry.definition, StrawberryEnumDefinition)
    ]
    assert len(enums) >= 20
    for definition in enums:
        # No column has these: they name a city's lists and the fields of a form.
        if definition.name in {"CodeList", "UnitBatchField"}:
            continue
        assert [value.name for value in definition.values] == [
            str(value.value) for value in definition.values
        ]


def test_groups_begin_as_their_list_is_sorted_and_are_shown_by_a_type_with_that_column():
    grid = next(field for field in BY_TYPE[Building].fields if field.python_name == "grid")
    binding = grid.metadata[BINDING]
    sorting = tuple(name for _, names in binding.by for name in names)
    assert binding.sorting[: len(sorting)] == sorting
    for (column, _), shown in zip(binding.by, ("GridSection", "GridFloor"), strict=True):
        assert column in {field.python_name for field in DEFINITIONS[shown].fields}
