"""Let the office book what waits in suspense, and tell what a bank's statement line came to."""

from alembic import op

revision = "0012"
down_revision = "0011"

_UP = """
alter table suspense_item add column return_txn_no text;
alter table bank_statement_line
    add column refund_id uuid,
    add constraint bank_statement_line_refund_id_fkey
        foreign key (city, refund_id) references refund (city, id);
grant insert on payment to weixiu_office"""
_DOWN = """
revoke insert on payment from weixiu_office;
alter table bank_statement_line drop column refund_id;
alter table suspense_item drop column return_txn_no"""


def upgrade() -> None:
    """Add what resolving and reconciling write."""
    for statement in _UP.split(";"):
        op.execute(statement)


def downgrade() -> None:
    """Take it back."""
    for statement in _DOWN.split(";"):
        op.execute(statement)
