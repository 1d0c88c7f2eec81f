"""Let the office book what waits in suspense, and tell what a bank's statement line came to."""

from alembic import op

revision = "0012"
down_revision = "0011"

_UP = """
alter table suspense_item
    add column received_person text,
    add column payment_id uuid,
    add column return_txn_no text,
    add column returned_at timestamptz,
    add constraint suspense_item_payment_id_fkey
        foreign key (city, payment_id) references payment (city, id),
    add constraint suspense_item_decided_check check (
        (resolution is not distinct from 'BOOKED') = (payment_id is not null)
        and (resolution is not distinct from 'RETURNED') = (return_txn_no is not null));
create unique index suspense_item_return_key on suspense_item (city, bank, return_txn_no)
    where return_txn_no is not null;
create index suspense_item_paid_ix on suspense_item (city, bank, paid_at);
create index payment_paid_ix on payment (city, bank, paid_at);
create index journal_suspense_ix on journal (city, suspense_id);
alter table refund add column returned_at timestamptz, add column return_txn_no text;
create index refund_txn_ix on refund (city, bank_txn_no);
create index refund_paid_ix on refund (city, paid_at);
create index refund_return_ix on refund (city, return_txn_no);
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
grant select (
    city, id, account_id, refund_no, amount, status, paid_at, bank_txn_no, returned_at, return_txn_no
) on refund to weixiu_bank;
create policy bank on refund to weixiu_bank
    using (city = (select current_setting('app.city')::integer)
        and exists (select from account where account.city = refund.city and account.id = account_id))
    with check (city = (select current_setting('app.city')::integer)
        and exists (select from account where account.city = refund.city and account.id = account_id))"""
_DOWN = """
drop policy bank on refund;
revoke select (
    city, id, account_id, refund_no, amount, status, paid_at, bank_txn_no, returned_at, return_txn_no
) on refund from weixiu_bank;
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
    drop column received_person, drop column payment_id, drop column return_txn_no, drop column returned_at"""


def upgrade() -> None:
    """Add what resolving and reconciling write."""
    for statement in _UP.split(";"):
        op.execute(statement)


def downgrade() -> None:
    """Take it back."""
    for statement in _DOWN.split(";"):
        op.execute(statement)
