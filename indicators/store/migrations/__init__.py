"""Alembic migrations of the store, one module a version; applied by :func:`indicators.store.open_store`."""
