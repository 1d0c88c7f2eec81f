"""Let queries of persons check, in their own statement, that the session they came by still stands."""

from alembic import op

revision = "0002"
down_revision = "0001"

_COLUMNS = "city, id, principal_id, seen_at, idle_seconds, expires_at, revoked_at"
_ROLES = "weixiu_developer, weixiu_office"


def upgrade() -> None:
    """Grant what tells whether a session stands, and neither its token nor its address."""
    op.execute(f"grant select ({_COLUMNS}) on session to {_ROLES}")


def downgrade() -> None:
    """Take it back."""
    op.execute(f"revoke select ({_COLUMNS}) on session from {_ROLES}")
