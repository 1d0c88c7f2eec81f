"""Let a bank's statement say what the account held, and its lines stand for bookings without a number."""

from alembic import op

revision = "0013"
down_revision = "0012"

_UP = """
alter table bank_statement
    add column opening bigint,
    add column closing bigint,
    add constraint bank_statement_balances_check check (
        (opening is null) = (closing is null) and opening + total = closing);
alter table bank_statement_line add column booking_ids uuid[] not null default '{}';
create index bank_statement_line_posted_ix on bank_statement_line (city, statement_id)
    where resolution = 'POSTED'"""
_DOWN = """
drop index bank_statement_line_posted_ix;
alter table bank_statement_line drop column booking_ids;
alter table bank_statement drop column opening, drop column closing"""


def upgrade() -> None:
    """Add what the balances of a statement are, and by which bookings a line was posted."""
    for statement in _UP.split(";"):
        op.execute(statement)


def downgrade() -> None:
    """Take it back."""
    for statement in _DOWN.split(";"):
        op.execute(statement)
