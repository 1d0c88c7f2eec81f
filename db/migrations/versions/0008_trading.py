"""Let the transaction system be told of units, orders be claimed and compared, transfers tell parts."""

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
    "office": ("select, insert, update (status, attempts, next_at)", _CITY),
    "report": ("select", _EITHER),
    "worker": ("select, update (status, attempts, next_at, payload, answer, sent_at), delete", _CITY),
}
_BREAKER = {"worker": ("select, insert, update", _CITY)}
_DIFFERENCE = {
    "developer": ("select, insert, delete", _OWN),
    "gate": ("select, insert, delete", _OWN),
    "keeper": ("select", _EITHER),
    "office": ("select", _CITY),
    "report": ("select", _EITHER),
    "worker": ("select", _CITY),
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
);
create table order_difference (
    city integer not null,
    order_id uuid not null,
    no bigint not null,
    org_id uuid not null,
    line bigint,
    shape text not null,
    kind text not null,
    fields jsonb not null,
    before jsonb,
    after jsonb,
    head_before jsonb,
    head_after jsonb,
    constraint order_difference_pkey primary key (city, order_id, no),
    constraint order_difference_order_id_fkey foreign key (city, order_id)
        references business_order (city, id)
)"""
_COLUMNS = """
alter table business_order add column claimed_by uuid, add column claimed_name text,
    add column claimed_at timestamptz;
create index business_order_claimed_ix on business_order (city, claimed_by, id) where claimed_by is not null;
alter table entry add column component text;
alter table unit add column successor_ids uuid[] not null default '{}';
alter table account add column order_id uuid;
create index account_order_ix on account (city, order_id, id) where order_id is not null;
alter table refund add column print_count bigint not null default 0;
grant delete on outbox_message to weixiu_worker;
grant update (print_count) on refund to weixiu_developer;
grant update (contract_no, external_id, version) on unit to weixiu_developer;
create unique index unit_external_key on unit (city, external_id) where external_id is not null"""
_BACK = """
drop index unit_external_key;
revoke update (contract_no, external_id, version) on unit from weixiu_developer;
revoke delete on outbox_message from weixiu_worker;
revoke update (print_count) on refund from weixiu_developer;
alter table refund drop column print_count;
drop index account_order_ix;
alter table account drop column order_id;
alter table unit drop column successor_ids;
alter table entry drop column component;
drop index business_order_claimed_ix;
alter table business_order drop column claimed_by, drop column claimed_name, drop column claimed_at;
drop table order_difference, trading_breaker, push"""


# What a split or merge carries over was paid of the first deposit if that is how it first came in (R-SPL-3).
_BOOK = """
create or replace function book_entry() returns trigger language plpgsql as $body$
begin
    update account set balance = balance + new.amount, entry_count = entry_count + 1,
        paid_first = paid_first + case
            when kind = 'UNIT' and {kind} in ('FIRST', 'SUPPLEMENT') then new.amount else 0 end
    where city = new.city and id = new.account_id and status <> 'CLOSED'
    returning balance, entry_count into new.balance_after, new.no;
    if not found then
        raise exception 'account % is closed or missing', new.account_id using errcode = 'check_violation';
    end if;
    return new;
end
$body$"""


def upgrade() -> None:
    """Add the tables with their policies, and the columns."""
    for statement in _TABLES.split(";"):
        op.execute(statement)
    for table, access in (
        ("push", _PUSH),
        ("trading_breaker", _BREAKER),
        ("order_difference", _DIFFERENCE),
    ):
        op.execute(f"alter table {table} enable row level security")
        op.execute(f"alter table {table} force row level security")
        for pool, (verbs, rule) in access.items():
            op.execute(f"grant {verbs} on {table} to weixiu_{pool}")
            op.execute(f"create policy {pool} on {table} to weixiu_{pool} using ({rule}) with check ({rule})")
    for statement in _COLUMNS.split(";"):
        op.execute(statement)
    op.execute(_BOOK.format(kind="coalesce(new.component, new.type)"))


def downgrade() -> None:
    """Take all of it back."""
    op.execute(_BOOK.format(kind="new.type"))
    for statement in _BACK.split(";"):
        op.execute(statement)
