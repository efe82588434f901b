"""Run by alembic: applies migrations over the connection that :func:`indicators.store.opening.migrate` hands in."""

from __future__ import annotations

from alembic import context

from indicators.store.schema import METADATA

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=METADATA)
with context.begin_transaction():
    context.run_migrations()
