"""Let lines say what they are about, bookings name their order, units be refunded, and estates be changed."""

from alembic import op

revision = "0007"
down_revision = "0006"

_COLUMNS = (
    "name, name_key, address, address_key, district, property_company, project_name,"
    " presale_permit_no, total_land_area, started_on, completed_on, version"
)
_CITY = "city = (select current_setting('app.city')::integer)"
_OWN = f"{_CITY} and org_id = (select current_setting('app.org')::uuid)"
_EITHER = (
    f"{_CITY} and ((select current_setting('app.org')) = ''"
    " or org_id = (select nullif(current_setting('app.org'), '')::uuid))"
)
_REFUND = {
    "developer": ("select", _OWN),
    "keeper": ("select", _EITHER),
    "office": ("select, insert, update", _CITY),
    "report": ("select", _EITHER),
    "worker": ("select", _CITY),
}
_TABLE = """
create table refund (
    city integer not null,
    id uuid not null,
    org_id uuid not null,
    estate_id uuid not null,
    unit_id uuid not null,
    account_id uuid not null,
    order_id uuid not null,
    refund_no text not null,
    amount bigint not null,
    status text not null,
    payee_name text,
    payee_account text,
    payee_bank text,
    approved_at timestamptz not null,
    paid_at timestamptz,
    constraint refund_pkey primary key (city, id),
    constraint refund_estate_id_fkey foreign key (city, estate_id) references estate (city, id),
    constraint refund_unit_id_fkey foreign key (city, unit_id) references unit (city, id),
    constraint refund_account_id_fkey foreign key (city, account_id) references account (city, id),
    constraint refund_order_id_fkey foreign key (city, order_id) references business_order (city, id),
    constraint refund_city_refund_no_key unique (city, refund_no),
    constraint refund_amount_check check (amount > 0),
    constraint refund_status_check check (status in ('APPROVED', 'PAID', 'FAILED'))
)"""


def upgrade() -> None:
    """Add the columns, the refunds with their policies, and what saving a change writes."""
    op.execute("alter table order_line add column shape text not null default 'UNIT'")
    op.execute(
        "alter table journal add column order_id uuid, add constraint journal_order_id_fkey"
        " foreign key (city, order_id) references business_order (city, id)"
    )
    op.execute(f"grant update ({_COLUMNS}) on estate to weixiu_developer")
    op.execute(_TABLE)
    op.execute("create index refund_org_ix on refund (city, org_id, id)")
    op.execute("create index refund_account_ix on refund (city, account_id)")
    op.execute("create index refund_order_ix on refund (city, order_id)")
    op.execute("alter table refund enable row level security")
    op.execute("alter table refund force row level security")
    for pool, (verbs, rule) in _REFUND.items():
        op.execute(f"grant {verbs} on refund to weixiu_{pool}")
        op.execute(f"create policy {pool} on refund to weixiu_{pool} using ({rule}) with check ({rule})")


def downgrade() -> None:
    """Take all of it back."""
    op.execute("drop table refund")
    op.execute(f"revoke update ({_COLUMNS}) on estate from weixiu_developer")
    op.execute("alter table journal drop column order_id")
    op.execute("alter table order_line drop column shape")
