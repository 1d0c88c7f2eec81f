"""Let the transaction system be told of units, orders be claimed, and transfers say what they carry."""

from alembic import op

revision = "0008"
down_revision = "0007"

_CITY = "city = (select current_setting('app.city')::integer)"
_OWN = f"{_CITY} and org_id = (select current_setting('app.org')::uuid)"
_EITHER = (
    f"{_CITY} and ((select current_setting('app.org')) = ''"
    " or org_id = (select nullif(current_setting('app.org'), '')::uuid))"
)
_PUSH = {
    "bank": ("insert", _CITY),
    "developer": ("select, insert", _OWN),
    "keeper": ("select", _EITHER),
    "office": ("select, insert, update (status, next_at)", _CITY),
    "report": ("select", _EITHER),
    "worker": ("select, update (status, attempts, next_at, payload, answer, sent_at)", _CITY),
}
_BREAKER = {
    "developer": ("select, insert, update", _CITY),
    "keeper": ("select", _CITY),
    "office": ("select, insert, update", _CITY),
    "report": ("select", _CITY),
    "worker": ("select, insert, update", _CITY),
}
_TABLES = """
create table push (
    city integer not null,
    id uuid not null,
    org_id uuid not null,
    estate_id uuid not null,
    unit_id uuid not null,
    seq bigint generated always as identity,
    cause text not null,
    cause_no text not null,
    status text not null default 'WAITING',
    attempts bigint not null default 0,
    next_at timestamptz not null,
    payload jsonb,
    answer text,
    created_at timestamptz not null,
    sent_at timestamptz,
    constraint push_pkey primary key (city, id),
    constraint push_estate_id_fkey foreign key (city, estate_id) references estate (city, id),
    constraint push_unit_id_fkey foreign key (city, unit_id) references unit (city, id),
    constraint push_status_check check (status in ('WAITING', 'SENT', 'FAILED', 'SKIPPED'))
);
create index push_org_ix on push (city, org_id, id);
create index push_unit_ix on push (city, unit_id, seq);
create index push_status_ix on push (city, status, id);
create index push_waiting_ix on push (city, next_at, seq) where status = 'WAITING';
create table trading_breaker (
    city integer not null,
    failures bigint not null default 0,
    open_until timestamptz,
    probe_until timestamptz,
    constraint trading_breaker_pkey primary key (city)
)"""


def upgrade() -> None:
    """Add the two tables with their policies, and the columns."""
    for statement in _TABLES.split(";"):
        op.execute(statement)
    for table, access in (("push", _PUSH), ("trading_breaker", _BREAKER)):
        op.execute(f"alter table {table} enable row level security")
        op.execute(f"alter table {table} force row level security")
        for pool, (verbs, rule) in access.items():
            op.execute(f"grant {verbs} on {table} to weixiu_{pool}")
            op.execute(f"create policy {pool} on {table} to weixiu_{pool} using ({rule}) with check ({rule})")
    op.execute("alter table business_order add column claimed_by uuid, add column claimed_at timestamptz")
    op.execute("alter table entry add column component text")
    op.execute(
        "create unique index unit_external_key on unit (city, external_id) where external_id is not null"
    )


def downgrade() -> None:
    """Take all of it back."""
    op.execute("drop index unit_external_key")
    op.execute("alter table entry drop column component")
    op.execute("alter table business_order drop column claimed_by, drop column claimed_at")
    op.execute("drop table trading_breaker, push")
