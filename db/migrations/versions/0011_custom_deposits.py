"""Make room for custom deposits: a top-up's sheet, the owners' resolution behind it, and who needs one.

Files of the fund office that are no organization's, such as reports of the whole city, name none.
"""

from alembic import op

revision = "0011"
down_revision = "0010"

_UP = """
alter table notice
    add column resolution_file_id uuid,
    add column top_up_id uuid,
    add constraint notice_resolution_file_id_fkey
        foreign key (city, resolution_file_id) references file (city, id);
create index notice_resolution_ix on notice (city, resolution_file_id) where resolution_file_id is not null;
create index notice_top_up_ix on notice (city, top_up_id) where top_up_id is not null;
alter table account
    add column is_low boolean not null generated always as (balance * 10 < paid_first * 3) stored;
create index account_low_ix on account (city, unit_id) where is_low;
alter table file alter column org_id drop not null"""
_DOWN = """
delete from file where org_id is null;
alter table file alter column org_id set not null;
drop index account_low_ix;
alter table account drop column is_low;
drop index notice_top_up_ix;
drop index notice_resolution_ix;
alter table notice drop column resolution_file_id, drop column top_up_id"""

# A booking of thousands of entries was summed up once for each of them. Now the last one that a transaction
# adds speaks for all; the order of their ids is in the index.
_LAST = """
    if exists (select from entry where city = new.city and journal_id = new.journal_id and id > new.id
            and xmin = pg_current_xact_id()::xid) then
        return null;
    end if;"""
_CHECK = """
create or replace function check_journal() returns trigger language plpgsql as $body$
begin{last}
    if (select sum(amount) from entry where city = new.city and journal_id = new.journal_id) <> 0 then
        raise exception 'journal % does not sum to zero', new.journal_id using errcode = 'check_violation';
    end if;
    return null;
end
$body$"""


def upgrade() -> None:
    """Add what a custom deposit keeps besides any other notice."""
    for statement in _UP.split(";"):
        op.execute(statement)
    _index_journals("city, journal_id, id")
    op.execute(_CHECK.format(last=_LAST))


def _index_journals(columns: str) -> None:
    op.execute("drop index entry_journal_ix")
    op.execute(f"create index entry_journal_ix on entry ({columns})")


def downgrade() -> None:
    """Take it back."""
    op.execute(_CHECK.format(last=""))
    _index_journals("city, journal_id")
    for statement in _DOWN.split(";"):
        op.execute(statement)
