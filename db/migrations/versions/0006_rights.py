"""Make room for users of organizations: their rights in full, tickets, invitations, codes, keys and audit.

Two more database roles come with it: the keeper of users and their rights, and the one that only reports.
"""

from pathlib import Path

from alembic import op

revision = "0006"
down_revision = "0005"

_HERE = Path(__file__)


def _run(text: Path) -> None:
    for statement in text.read_text(encoding="utf-8").split("\n--;;\n"):
        op.get_bind().exec_driver_sql(statement)


def upgrade() -> None:
    """Run the frozen text beside this file, statement by statement."""
    _run(_HERE.with_suffix(".sql"))


def downgrade() -> None:
    """Take it back; a house with reporting accounts refuses, for the older one cannot say what they are."""
    _run(_HERE.with_name("0006_rights_down.sql"))
