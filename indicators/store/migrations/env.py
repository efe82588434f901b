"""Run by alembic: applies migrations over the connection that :func:`indicators.store.opening.migrate` hands in."""

from __future__ import annotations

from alembic import context

from indicators.store.schema import METADATA

connection = context.config.attributes["connection"]
# Alembic takes SQLite for a database that commits each table by itself; opening.migrate sees to it that it does not.
context.configure(connection=connection, target_metadata=METADATA, transactional_ddl=True)
with context.begin_transaction():
    context.run_migrations()
