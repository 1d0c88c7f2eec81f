"""The declared tables keep the house's rules: the city in every key, whole numbers, and an owner."""

import re

import pytest
from sqlalchemy import (
    BigInteger,
    DateTime,
    Float,
    ForeignKeyConstraint,
    Integer,
    Numeric,
    Table,
    UniqueConstraint,
)

from db.base import Base, Pool
from db.policies import declared_tables

TABLES = [pytest.param(declared, table, id=table.name) for declared, table in declared_tables()]


@pytest.mark.parametrize(("declared", "table"), TABLES)
def test_every_key_begins_with_the_city(declared: type[Base], table: Table):
    assert next(iter(table.primary_key.columns)).name == "city"
    assert isinstance(table.columns["city"].type, Integer)
    assert not isinstance(table.columns["city"].type, BigInteger)
    unique = [c for c in table.constraints if isinstance(c, UniqueConstraint)] + [
        i for i in table.indexes if i.unique
    ]
    assert [one.name for one in unique if next(iter(one.columns)).name != "city"] == []
    assert [one.name for one in table.indexes if next(iter(one.columns)).name != "city"] == []


@pytest.mark.parametrize(("declared", "table"), TABLES)
def test_every_reference_stays_in_its_city(declared: type[Base], table: Table):
    for constraint in table.foreign_key_constraints:
        assert isinstance(constraint, ForeignKeyConstraint)
        here, there = [c.name for c in constraint.columns], [e.column.name for e in constraint.elements]
        assert (here[0], there) == ("city", ["city", "id"])
        assert len(here) == 2
        assert here[1] == "id" or here[1].endswith("_id")


@pytest.mark.parametrize(("declared", "table"), TABLES)
def test_numbers_are_whole_and_moments_have_an_offset(declared: type[Base], table: Table):
    assert [c.name for c in table.columns if isinstance(c.type, (Float, Numeric))] == []
    assert [c.name for c in table.columns if isinstance(c.type, DateTime) and not c.type.timezone] == []
    money = [
        c
        for c in table.columns
        if re.fullmatch(r"(.*_)?(amount|due|balance|total|rate|area|paid_first)(_after)?", c.name)
    ]
    assert [c.name for c in money if not isinstance(c.type, BigInteger)] == []


@pytest.mark.parametrize(("declared", "table"), TABLES)
def test_every_table_says_who_may_touch_it(declared: type[Base], table: Table):
    assert declared.access
    assert set(declared.access) <= set(Pool)
    for letters in declared.access.values():
        parts = re.findall(r"([SIUD])(?:\(([a-z_,]+)\))?", letters)
        assert "".join(letter + (f"({columns})" if columns else "") for letter, columns in parts) == letters
        assert letters
        for _, columns in parts:
            assert {name for name in columns.split(",") if name} <= set(table.columns.keys())
    if declared.identity:
        assert declared.__module__ == "db.tables.identity"
    else:
        assert "city" in table.columns


def test_no_table_reaches_another_through_a_lazy_relationship():
    assert [m.class_.__name__ for m in Base.registry.mappers if list(m.relationships)] == []


def test_what_is_only_added_to_can_be_changed_by_no_pool():
    for declared, table in declared_tables():
        if declared.appended:
            assert not re.search(r"[UD]", "".join(declared.access.values())), table.name


@pytest.mark.parametrize(("declared", "table"), TABLES)
def test_a_personal_number_is_ciphertext_masked_text_and_blind_index(declared: type[Base], table: Table):
    names = set(table.columns.keys())
    for name in names:
        if name.endswith("_cipher") and name not in {"content_cipher", "secret_cipher", "signing_cipher"}:
            stem = name.removesuffix("_cipher")
            assert {f"{stem}_masked", f"{stem}_blind"} <= names
            assert stem not in names
    clear = {"id_number", "id_no", "mobile", "legal_rep_id_number", "legal_rep_id_no"}
    assert names.isdisjoint(clear)


def test_a_table_without_an_estate_of_its_own_names_its_parent_or_belongs_to_nobodys_estate():
    of_no_estate = {
        "audit",
        "audit_link",
        "bank_statement",
        "counter",
        "deposit_rate",
        "estate",
        "file",
        "job",
        "journal",
        "ledger_seal",
        "organization",
        "outbox_message",
        "receipt_series",
        "repetition",
        "trading_breaker",
        "suspense_item",
    }
    loose = {
        table.name
        for declared, table in declared_tables()
        if not (declared.identity or declared.view)
        and "estate_id" not in table.columns
        and declared.parent is None
    }
    assert loose == of_no_estate


def test_index_names_are_unique_across_the_database():
    names = [index.name for _, table in declared_tables() for index in table.indexes]
    assert len(names) == len(set(names))
