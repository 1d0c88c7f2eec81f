"""Make room for what searches go by, and let a whole organization's units be read newest first.

The rows are filled by the product when it opens, because the owners' need the installation's key.
"""

from alembic import op

revision = "0003"
down_revision = "0002"

_CITY = "city = (select current_setting('app.city')::integer)"
_OWN = f"{_CITY} and org_id = (select current_setting('app.org')::uuid)"
_GRANTS = {
    "place_token": {
        "developer": "select",
        "office": "select, insert, delete",
        "worker": "select, insert, delete",
    },
    "owner_token": dict.fromkeys(("developer", "office", "worker"), "select, insert, delete"),
}


def upgrade() -> None:
    """Make both tables with their privileges and policies, and the index."""
    op.execute("""
        create table place_token (
            city integer not null,
            org_id uuid not null,
            estate_id uuid not null,
            building_id uuid not null,
            token text collate "C" not null,
            unit_count integer not null,
            units uuid[],
            constraint place_token_pkey primary key (city, token, org_id, building_id) include (unit_count)
        )""")
    op.execute("create index place_token_building_ix on place_token (city, building_id)")
    op.execute("""
        create table owner_token (
            city integer not null,
            org_id uuid not null,
            estate_id uuid not null,
            token bigint not null,
            unit_id uuid not null,
            constraint owner_token_pkey primary key (city, token, org_id, unit_id)
        )""")
    op.execute("create index unit_org_ix on unit (city, org_id, id)")
    for table, grants in _GRANTS.items():
        op.execute(f"alter table {table} enable row level security")
        op.execute(f"alter table {table} force row level security")
        for pool, verbs in grants.items():
            rule = _OWN if pool == "developer" else _CITY
            op.execute(f"grant {verbs} on {table} to weixiu_{pool}")
            op.execute(f"create policy {pool} on {table} to weixiu_{pool} using ({rule}) with check ({rule})")


def downgrade() -> None:
    """Take them back."""
    op.execute("drop index unit_org_ix")
    op.execute("drop table owner_token")
    op.execute("drop table place_token")
