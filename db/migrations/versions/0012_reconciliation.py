"""Let the office book what waits in suspense, and tell what a bank's statement line came to."""

from alembic import op

revision = "0012"
down_revision = "0011"

_UP = """
alter table suspense_item
    add column received_person text,
    add column payment_id uuid,
    add column refund_id uuid,
    add column return_txn_no text,
    add column returned_at timestamptz,
    add constraint suspense_item_payment_id_fkey
        foreign key (city, payment_id) references payment (city, id),
    add constraint suspense_item_refund_id_fkey
        foreign key (city, refund_id) references refund (city, id),
    add constraint suspense_item_decided_check check (
        (resolution is not distinct from 'BOOKED') = (payment_id is not null)
        and (resolution is not distinct from 'RETURNED') = (return_txn_no is not null)
        and (resolution is not distinct from 'REFUND_RETURNED') = (refund_id is not null));
create unique index suspense_item_return_key on suspense_item (city, bank, return_txn_no)
    where return_txn_no is not null;
create index suspense_item_paid_ix on suspense_item (city, bank, paid_at);
create index payment_paid_ix on payment (city, bank, paid_at);
create index journal_suspense_ix on journal (city, suspense_id);
alter table refund add column returned_at timestamptz, add column return_txn_no text;
create table refund_transfer (
    city integer not null,
    id uuid not null,
    org_id uuid not null,
    refund_id uuid not null,
    journal_id uuid not null,
    bank text not null,
    bank_txn_no text not null,
    amount bigint not null,
    moved_at timestamptz not null,
    constraint refund_transfer_pkey primary key (city, id),
    constraint refund_transfer_refund_id_fkey foreign key (city, refund_id) references refund (city, id),
    constraint refund_transfer_journal_id_fkey foreign key (city, journal_id) references journal (city, id),
    constraint refund_transfer_amount_check check (amount <> 0),
    constraint refund_transfer_city_bank_bank_txn_no_refund_id_key
        unique (city, bank, bank_txn_no, refund_id),
    constraint refund_transfer_city_journal_id_key unique (city, journal_id));
alter table refund no force row level security;
alter table account no force row level security;
alter table journal no force row level security;
insert into refund_transfer
    (city, id, org_id, refund_id, journal_id, bank, bank_txn_no, amount, moved_at)
    select r.city, gen_random_uuid(), r.org_id, r.id, j.id, a.bank, r.bank_txn_no, -r.amount, r.paid_at
    from refund r
    join account a on a.city = r.city and a.id = r.account_id
    join journal j on j.city = r.city and j.refund_id = r.id and j.reason = 'REFUND'
    where r.status = 'PAID' and r.bank_txn_no is not null and r.paid_at is not null;
alter table journal force row level security;
alter table account force row level security;
alter table refund force row level security;
create index refund_transfer_refund_ix on refund_transfer (city, refund_id);
create index refund_transfer_moved_ix on refund_transfer (city, bank, moved_at);
create trigger refuse_change before update or delete on refund_transfer
    for each row execute function refuse_change();
create trigger refuse_truncate before truncate on refund_transfer
    for each statement execute function refuse_change();
alter table bank_statement
    drop column file_id,
    add column sha256 text not null default '',
    add column money_in bigint not null default 0,
    add column money_out bigint not null default 0;
alter table bank_statement
    alter column sha256 drop default, alter column money_in drop default, alter column money_out drop default;
alter table bank_statement_line
    drop column booked_at,
    add column booked_on date,
    add column counterparty text,
    add column refund_id uuid,
    add column rank bigint not null default 0,
    add column ours bigint,
    add column resolution_note text,
    add constraint bank_statement_line_refund_id_fkey
        foreign key (city, refund_id) references refund (city, id);
alter table bank_statement_line alter column rank drop default;
drop index bank_statement_line_ix;
create index bank_statement_line_ix on bank_statement_line (city, statement_id, rank, no);
create index bank_statement_line_txn_ix on bank_statement_line (city, bank_txn_no);
grant insert on payment to weixiu_office;
grant insert on suspense_item to weixiu_office;
grant update on bank_statement to weixiu_bank;
grant update, delete on bank_statement_line to weixiu_bank;
alter table refund_transfer enable row level security;
alter table refund_transfer force row level security;
grant select, insert on refund_transfer to weixiu_office;
grant select on refund_transfer to weixiu_worker, weixiu_keeper, weixiu_report;
grant select (city, id, refund_id, bank, bank_txn_no, amount, moved_at) on refund_transfer to weixiu_bank"""
_CITY = "city = (select current_setting('app.city')::integer)"
_ORGANIZATION = (
    f"{_CITY} and ((select current_setting('app.org')) = ''"
    " or org_id = (select nullif(current_setting('app.org'), '')::uuid))"
)
_TRANSFERS = {
    "office": _CITY,
    "worker": _CITY,
    "bank": f"{_CITY} and bank = (select current_setting('app.bank'))",
    "keeper": _ORGANIZATION,
    "report": _ORGANIZATION,
}
"""Which of the refunds' transfers each pool reaches."""
_DOWN = """
drop table refund_transfer;
revoke update, delete on bank_statement_line from weixiu_bank;
revoke update on bank_statement from weixiu_bank;
revoke insert on suspense_item from weixiu_office;
revoke insert on payment from weixiu_office;
drop index bank_statement_line_txn_ix;
drop index bank_statement_line_ix;
alter table bank_statement_line
    drop column refund_id, drop column rank, drop column ours, drop column resolution_note,
    drop column booked_on, drop column counterparty, add column booked_at timestamptz;
create index bank_statement_line_ix on bank_statement_line (city, statement_id, no);
alter table bank_statement
    drop column sha256, drop column money_in, drop column money_out, add column file_id uuid;
drop index journal_suspense_ix;
drop index payment_paid_ix;
drop index suspense_item_paid_ix;
alter table refund drop column returned_at, drop column return_txn_no;
alter table suspense_item
    drop column received_person, drop column payment_id, drop column refund_id,
    drop column return_txn_no, drop column returned_at"""


def upgrade() -> None:
    """Add what resolving and reconciling write."""
    for statement in _UP.split(";"):
        op.execute(statement)
    for pool, rule in _TRANSFERS.items():
        policy = f"create policy {pool} on refund_transfer to weixiu_{pool}"
        op.execute(f"{policy} using ({rule}) with check ({rule})")


def downgrade() -> None:
    """Take it back."""
    for statement in _DOWN.split(";"):
        op.execute(statement)
