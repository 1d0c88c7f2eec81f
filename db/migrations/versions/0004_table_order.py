"""Keep the order of the building table, and find a unit's account and owners without searching."""

from alembic import op

revision = "0004"
down_revision = "0003"

_PADDED = r"regexp_replace({0}, '([0-9]+)', '000000000000\1', 'g')"
_KEY = rf"regexp_replace({_PADDED}, '[0-9]*([0-9]{{{{12}}}})', '\1', 'g')"
_TABLE = "city, building_id, section_key, section, floor desc, room_key, id"


def upgrade() -> None:
    """Add the sorting keys of sections and rooms, and the indexes of what is read for each unit."""
    run = op.get_bind().exec_driver_sql
    for column, source in (("section_key", "section"), ("room_key", "room_no")):
        run(f"alter table unit add {column} text not null generated always as ({_KEY.format(source)}) stored")
    run(f"create index unit_table_ix on unit ({_TABLE})")
    run("drop index unit_building_ix")
    run("create index account_unit_ix on account (city, unit_id, id)")
    run("create index owner_unit_ix on owner (city, unit_id, position, id)")


def downgrade() -> None:
    """Take them away again."""
    run = op.get_bind().exec_driver_sql
    run("drop index owner_unit_ix")
    run("drop index account_unit_ix")
    run("create index unit_building_ix on unit (city, building_id, id)")
    run("alter table unit drop column section_key, drop column room_key")
