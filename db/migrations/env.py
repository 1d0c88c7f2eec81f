"""Runs migrations on the connection that `db.migrate` opened."""

from alembic import context

from db import tables
from db.base import Base

# Loading the declarations is what makes the metadata whole.
_DECLARED = tables.__all__

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    transaction_per_migration=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
