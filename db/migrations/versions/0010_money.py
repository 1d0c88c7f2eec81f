"""Make room for the rest of the money: jobs, receipts, refunds, suspense decided, statements and seals."""

from pathlib import Path

from alembic import op

revision = "0010"
down_revision = "0009"

_HERE = Path(__file__)


def _run(text: Path) -> None:
    for statement in text.read_text(encoding="utf-8").split("\n--;;\n"):
        op.get_bind().exec_driver_sql(statement)


def upgrade() -> None:
    """Run the frozen text beside this file, statement by statement."""
    _run(_HERE.with_suffix(".sql"))


def downgrade() -> None:
    """Take it back."""
    _run(_HERE.with_name("0010_money_down.sql"))
