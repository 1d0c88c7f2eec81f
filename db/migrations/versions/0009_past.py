"""Let estates, buildings, units, owners and organizations be read as they were."""

from alembic import op

revision = "0009"
down_revision = "0008"

# Nobody has read the history so far, and it is only added to: its rows are written anew this once.
_UP = """
alter table row_history
    add column estate_id uuid generated always as ((row ->> 'estate_id')::uuid) stored,
    add column building_id uuid generated always as ((row ->> 'building_id')::uuid) stored,
    add column unit_id uuid generated always as ((row ->> 'unit_id')::uuid) stored;
drop index row_history_row_ix;
create index row_history_row_ix on row_history (city, table_name, row_id, seq, at);
create index row_history_org_ix on row_history (city, table_name, org_id, row_id);
create index row_history_estate_ix on row_history (city, estate_id, table_name, row_id, org_id)
    where estate_id is not null;
create index row_history_building_ix on row_history (city, building_id, table_name, org_id, row_id)
    where building_id is not null;
create index row_history_unit_ix on row_history (city, unit_id, table_name, org_id, row_id)
    where unit_id is not null;
grant select on row_history to weixiu_gate"""
_DOWN = """
revoke select on row_history from weixiu_gate;
drop index row_history_org_ix;
drop index row_history_row_ix;
create index row_history_row_ix on row_history (city, table_name, row_id, at);
alter table row_history drop column estate_id, drop column building_id, drop column unit_id"""


def upgrade() -> None:
    """Add what past rows are looked for by."""
    for statement in _UP.split(";"):
        op.execute(statement)


def downgrade() -> None:
    """Take it back; the indexes on a column go with it."""
    for statement in _DOWN.split(";"):
        op.execute(statement)
