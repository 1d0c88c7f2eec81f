"""What the database itself refuses: privileges and row-level policies, written from the tables' declarations."""

import re
from collections.abc import Iterator

from sqlalchemy import Table

from db.base import Base, Pool

_VERBS = {"S": "select", "I": "insert", "U": "update", "D": "delete"}
_LETTER = re.compile(r"([SIUD])(?:\(([a-z_,]+)\))?")

_CITY = "city = (select current_setting('app.city')::integer)"
_OWN = "org_id = (select current_setting('app.org')::uuid)"
_SELF = "id = (select current_setting('app.org')::uuid)"
_BANK = "bank = (select current_setting('app.bank'))"


def role_name(pool: Pool) -> str:
    """Name the database role that a pool signs in as."""
    return f"weixiu_{pool.value}"


def row_rule(table: Table, pool: Pool) -> str:
    """Tell which rows a pool reaches: its city's, and of those its organization's or its bank's.

    A missing context raises instead of hiding rows: `current_setting` is never asked to forgive.
    """
    rules = [_CITY]
    if pool in (Pool.GATE, Pool.DEVELOPER):
        if table.name == "organization":
            rules.append(_SELF)
        elif "org_id" in table.columns:
            rules.append(_OWN)
    if pool is Pool.BANK and "bank" in table.columns:
        rules.append(_BANK)
    return " and ".join(rules)


def declared_tables() -> Iterator[tuple[type[Base], Table]]:
    """Walk the mapped classes with their tables, by name."""
    for mapper in sorted(Base.registry.mappers, key=lambda m: m.class_.__tablename__):
        yield mapper.class_, mapper.local_table  # pyright: ignore[reportReturnType] - ours are all plain tables


def statements() -> Iterator[str]:
    """Write the grants and policies of every table, in a fixed order."""
    for declared, table in declared_tables():
        if not declared.identity:
            yield f"alter table {table.name} enable row level security"
            yield f"alter table {table.name} force row level security"
        for pool, letters in sorted(declared.access.items()):
            role = role_name(pool)
            for letter, columns in _LETTER.findall(letters):
                scope = f" ({columns.replace(',', ', ')})" if columns else ""
                yield f"grant {_VERBS[letter]}{scope} on {table.name} to {role}"
            if letters and not declared.identity:
                rule = row_rule(table, pool)
                yield f"create policy {pool.value} on {table.name} to {role} using ({rule}) with check ({rule})"
