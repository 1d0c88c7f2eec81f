"""Let queries of persons check, in their own statement, that the session they came by still stands."""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Grant what tells whether a session stands, and neither its token nor its address."""
    op.execute(
        "grant select (city, id, principal_id, seen_at, idle_seconds, expires_at, revoked_at) on session"
        " to weixiu_developer, weixiu_office"
    )


def downgrade() -> None:
    """Take it back."""
    op.execute(
        "revoke select (city, id, principal_id, seen_at, idle_seconds, expires_at, revoked_at) on session"
        " from weixiu_developer, weixiu_office"
    )
