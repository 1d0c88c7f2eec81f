"""Lay down the house: every table, its constraints, triggers, privileges and row-level policies."""

from pathlib import Path

from alembic import op

revision = "0001"
down_revision = None

_UP = Path(__file__).with_suffix(".sql")


def upgrade() -> None:
    """Run the frozen text beside this file, statement by statement."""
    for statement in _UP.read_text(encoding="utf-8").split("\n--;;\n"):
        if statement.strip():
            op.get_bind().exec_driver_sql(statement)


def downgrade() -> None:
    """Take everything down again, roles excepted: they belong to the server."""
    run = op.get_bind().exec_driver_sql
    run("drop extension if exists btree_gist cascade")
    tables = run(
        "select tablename from pg_tables where schemaname = 'public' and tablename <> 'alembic_version'"
    )
    for (table,) in tables.fetchall():
        run(f'drop table "{table}" cascade')
    functions = run("select oid::regprocedure from pg_proc where pronamespace = 'public'::regnamespace")
    for (function,) in functions.fetchall():
        run(f"drop function {function} cascade")
