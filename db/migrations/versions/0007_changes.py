"""Let a line say what it is about, a booking its order, and a developer save a change of its own estate."""

from alembic import op

revision = "0007"
down_revision = "0006"

_COLUMNS = (
    "name, name_key, address, address_key, district, property_company, project_name,"
    " presale_permit_no, total_land_area, started_on, completed_on, version"
)


def upgrade() -> None:
    """Add the columns, and grant what saving a change writes."""
    op.execute("alter table order_line add column shape text not null default 'UNIT'")
    op.execute(
        "alter table journal add column order_id uuid, add constraint journal_order_id_fkey"
        " foreign key (city, order_id) references business_order (city, id)"
    )
    op.execute(f"grant update ({_COLUMNS}) on estate to weixiu_developer")


def downgrade() -> None:
    """Take all of it back."""
    op.execute(f"revoke update ({_COLUMNS}) on estate from weixiu_developer")
    op.execute("alter table journal drop column order_id")
    op.execute("alter table order_line drop column shape")
