"""Raise a principal's version with every change of its roles or grants, so that nobody can forget it."""

from alembic import op

revision = "0005"
down_revision = "0004"

_FUNCTION = """
create function raise_rights_version() returns trigger language plpgsql as $$
begin
  if tg_op <> 'INSERT' then
    update principal set version = version + 1 where city = old.city and id = old.principal_id;
  end if;
  if tg_op <> 'DELETE' and (tg_op = 'INSERT' or new.principal_id <> old.principal_id) then
    update principal set version = version + 1 where city = new.city and id = new.principal_id;
  end if;
  return null;
end
$$
"""
_TABLES = ("role_assignment", "estate_grant")


def upgrade() -> None:
    """Add the trigger to the tables that rights are read from."""
    run = op.get_bind().exec_driver_sql
    run(_FUNCTION)
    for table in _TABLES:
        run(
            f"create trigger {table}_version after insert or update or delete on {table}"
            " for each row execute function raise_rights_version()"
        )


def downgrade() -> None:
    """Take it away again."""
    run = op.get_bind().exec_driver_sql
    for table in _TABLES:
        run(f"drop trigger {table}_version on {table}")
    run("drop function raise_rights_version()")
