"""What the database itself refuses: privileges and row-level policies, as the tables declare them."""

import re
from collections.abc import Iterator

from sqlalchemy import Table

from db.base import Access, Base, Pool

_VERBS = {"S": "select", "I": "insert", "U": "update", "D": "delete"}
_LETTER = re.compile(r"([SIUD])(?:\(([a-z_,]+)\))?")

_CITY = "city = (select current_setting('app.city')::integer)"
_OWN = "org_id = (select current_setting('app.org')::uuid)"
_ITSELF = "id = (select current_setting('app.org')::uuid)"
# Who keeps users and who reports do so for an organization, or for the fund office and its whole city.
_ANY_OR = (
    "((select current_setting('app.org')) = '' or {} = (select nullif(current_setting('app.org'), '')::uuid))"
)
_BANK = "bank = (select current_setting('app.bank'))"
_PERSON = "= (select current_setting('app.principal')::uuid)"


_EITHER = (Pool.KEEPER, Pool.REPORT)


def access_of(declared: type[Base]) -> Access:
    """Tell which pool may do what with a table.

    Who keeps users and who reports read whatever a developer or the office reads; what is more stands in
    the declaration.
    """
    read = any(declared.access.get(pool, "").startswith("S") for pool in (Pool.DEVELOPER, Pool.OFFICE))
    shared = read and not (declared.identity or declared.view or declared.personal)
    return {**(dict.fromkeys(_EITHER, "S") if shared else {}), **declared.access}


def role_name(pool: Pool) -> str:
    """Name the database role that a pool signs in as."""
    return f"weixiu_{pool.value}"


def row_rule(declared: type[Base], table: Table, pool: Pool) -> str:
    """Tell which rows a pool reaches: its city's, and of those its organization's, its bank's or its own.

    A missing context raises instead of hiding rows: `current_setting` is never asked to forgive.
    """
    rules = [_CITY]
    if pool in (Pool.GATE, Pool.DEVELOPER):
        if table.name == "organization":
            rules.append(_ITSELF)
        elif "org_id" in table.columns:
            rules.append(_OWN)
    if pool in _EITHER and (table.name == "organization" or "org_id" in table.columns):
        rules.append(_ANY_OR.format("id" if table.name == "organization" else "org_id"))
    if pool is Pool.BANK:
        rules.extend(_bank_rules(declared, table))
    if declared.personal and pool is not Pool.WORKER:
        rules.append(f"principal_id {_PERSON}")
    return " and ".join(rules)


def _bank_rules(declared: type[Base], table: Table) -> Iterator[str]:
    """Hold a bank to its own rows; a row that names no bank follows its parent, whose own policy decides."""
    if "bank" in table.columns:
        yield _BANK
    elif declared.parent is not None:
        column, parent = declared.parent
        above = parent.__tablename__
        yield f"exists (select from {above} where {above}.city = {table.name}.city and {above}.id = {column})"
    elif declared.uploader is not None:
        yield f"{declared.uploader} {_PERSON}"


def declared_tables() -> Iterator[tuple[type[Base], Table]]:
    """Walk the mapped classes with their tables, by name."""
    for mapper in sorted(Base.registry.mappers, key=lambda m: m.class_.__tablename__):
        yield mapper.class_, mapper.local_table  # pyright: ignore[reportReturnType] - ours are all plain tables


def statements() -> Iterator[str]:
    """Write the grants and policies of every table, in a fixed order."""
    for declared, table in declared_tables():
        if not (declared.identity or declared.view):
            yield f"alter table {table.name} enable row level security"
            yield f"alter table {table.name} force row level security"
        for pool, letters in sorted(access_of(declared).items()):
            role = role_name(pool)
            for letter, columns in _LETTER.findall(letters):
                scope = f" ({columns.replace(',', ', ')})" if columns else ""
                yield f"grant {_VERBS[letter]}{scope} on {table.name} to {role}"
            if letters and not (declared.identity or declared.view):
                rule = row_rule(declared, table, pool)
                policy = f"create policy {pool.value} on {table.name} to {role}"
                yield f"{policy} using ({rule}) with check ({rule})"
