"""Make room for custom deposits: the owners' resolution behind a top-up."""

from alembic import op

revision = "0011"
down_revision = "0010"

_UP = """
alter table notice add column resolution_file_id uuid"""
_DOWN = """
alter table notice drop column resolution_file_id"""


def upgrade() -> None:
    """Add what a custom deposit keeps besides any other notice."""
    for statement in _UP.split(";"):
        op.execute(statement)


def downgrade() -> None:
    """Take it back."""
    for statement in _DOWN.split(";"):
        op.execute(statement)
