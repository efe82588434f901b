"""Where the results of many documents are kept: one SQLite file, or a PostgreSQL database with the same schema.

SQLite is the default: it is in the standard library, one file holds a province, and with a write-ahead log and full
synchronisation a killed process or a power cut loses nothing that was committed. DuckDB reads columns faster, but its
file belongs to one process at a time, so nobody could look at the results while a batch is running.
"""

from __future__ import annotations

from indicators.store.opening import open_store
from indicators.store.rows import DocumentRows, Known
from indicators.store.store import Store

__all__ = ["DocumentRows", "Known", "Store", "open_store"]
