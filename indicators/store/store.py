"""Reading and writing a store. One process writes; a document is written whole or not at all."""

from __future__ import annotations

import hashlib
import json
import time
import zlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from types import TracebackType
from typing import Any, Self, TypeVar

from sqlalchemy import Connection, Engine, Table, bindparam, delete, insert, select, update
from sqlalchemy.exc import DBAPIError, OperationalError

from indicators.errors import ConfigError
from indicators.store import schema
from indicators.store.rows import DocumentRows, Known
from indicators.store.standing import alone, restate

__all__ = ["Store"]

Result = TypeVar("Result")
_REPLACED = (*schema.OF_DOCUMENT, schema.processing)
_DELETES = tuple(delete(table).where(table.c.document == bindparam("key")) for table in _REPLACED)
_INSERTS = {table.name: insert(table) for table in _REPLACED}
_ATTEMPTS = 8


class Store:
    """The results of many documents.

    Parameters
    ----------
    engine
        Of SQLAlchemy, with the schema in place.
    name
        Path or address without password, for messages.
    """

    def __init__(self, engine: Engine, name: str) -> None:
        self.engine = engine
        self.name = name

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give the connections back."""
        self.engine.dispose()

    def write(self, *results: tuple[DocumentRows, Mapping[str, Any] | None]) -> None:
        """Replace everything known of some documents, in one transaction.

        Parameters
        ----------
        results
            For each document its new rows, and the columns of ``processing`` besides the document, or ``None``.
        """
        last = {rows.key: (rows, processing) for rows, processing in results}
        self._transact(lambda connection: _replace(connection, last))

    def known(self, documents: Collection[str]) -> dict[str, Known]:
        """Return what is known of some documents; those never judged are left out."""
        table = schema.documents
        columns = (table.c.document, table.c.digest, table.c.versions, table.c.status)
        query = select(*columns).where(table.c.document.in_(documents))
        rows = self._transact(lambda connection: connection.execute(query).all())
        return {row.document: Known(digest=row.digest, versions=row.versions, status=row.status) for row in rows}

    def documents(self) -> Iterator[str]:
        """Yield the keys of all documents."""
        table = schema.documents
        with self.engine.connect() as connection:
            yield from connection.execution_options(yield_per=1000).execute(select(table.c.document)).scalars()

    def forget(self, documents: Collection[str]) -> int:
        """Delete everything known of some documents, in one transaction; decisions on findings stay."""
        keys = [{"key": key} for key in documents]

        def work(connection: Connection) -> None:
            alone(connection)
            for statement in _DELETES:
                connection.execute(statement, keys)
            restate(connection, documents)

        if keys:
            self._transact(work)
        return len(keys)

    def report(self, document: str) -> dict[str, Any] | None:
        """Return the stored report of a document, as ``indicators check --format json`` prints it.

        Raises
        ------
        ConfigError
            If the stored report does not have its digest.
        """
        table = schema.documents
        query = select(table.c.report, table.c.report_sha256).where(table.c.document == document)
        with self.engine.connect() as connection:
            row = connection.execute(query).first()
        if row is None:
            return None
        data = zlib.decompress(row.report)
        if hashlib.sha256(data).hexdigest() != row.report_sha256:
            raise ConfigError("库中的报告已损坏", where=document, remedy="用 --force 重新检查这份文件")
        report: dict[str, Any] = json.loads(data)
        return report

    def begin_run(self, run: str, started: str, versions: str, facts: Mapping[str, Any]) -> None:
        """Note that a run has begun."""
        text = json.dumps(facts, ensure_ascii=False, sort_keys=True)
        row = {
            "run": run,
            "started": started,
            "finished": None,
            "state": "running",
            "versions": versions,
            "facts": text,
        }
        self._transact(lambda connection: connection.execute(insert(schema.runs), [row]))

    def end_run(self, run: str, finished: str, state: str, facts: Mapping[str, Any]) -> None:
        """Note how a run ended: ``finished``, ``interrupted`` or ``failed``."""
        text = json.dumps(facts, ensure_ascii=False, sort_keys=True)
        values = {"finished": finished, "state": state, "facts": text}
        query = update(schema.runs).where(schema.runs.c.run == run).values(values)
        self._transact(lambda connection: connection.execute(query))

    def rank(self) -> Iterator[dict[str, Any]]:
        """Yield the forms, those first whose reading by a person is worth most; keys as ``indicators rank``."""
        from indicators.store.queries import rank

        with self.engine.connect() as connection:
            yield from rank(connection)

    def rows(self, table: Table) -> Iterator[dict[str, Any]]:
        """Yield all rows of a table in the order of its key."""
        query = select(table).order_by(*table.primary_key.columns)
        with self.engine.connect() as connection:
            for row in connection.execution_options(yield_per=1000).execute(query):
                yield dict(row._mapping)

    def digest(self, tables: Iterable[Table] = schema.LASTING) -> str:
        """Return a SHA-256 over all lasting rows; equal for two stores of the same documents and versions."""
        found = hashlib.sha256()
        for table in tables:
            found.update(f"\n[{table.name}]\n".encode())
            for row in self.rows(table):
                found.update(repr([bytes(v) if isinstance(v, memoryview) else v for v in row.values()]).encode())
        return found.hexdigest()

    def replace_all(self, table: Table, rows: Iterable[Mapping[str, Any]]) -> None:
        """Replace a derived table, in one transaction."""

        def replace(connection: Connection) -> None:
            connection.execute(delete(table))
            _insert(connection, table, rows)

        self._transact(replace)

    def amend(self, table: Table, gone: Iterable[Mapping[str, Any]], new: Iterable[Mapping[str, Any]]) -> None:
        """Delete and insert rows of a derived table, in one transaction; ``gone`` holds keys."""

        def change(connection: Connection) -> None:
            keys = [{f"old_{name}": value for name, value in row.items()} for row in gone]
            if keys:
                where = [column == bindparam(f"old_{column.name}") for column in table.primary_key.columns]
                connection.execute(delete(table).where(*where), keys)
            _insert(connection, table, new)

        self._transact(change)

    def change(self, work: Callable[[Connection], Result]) -> Result:
        """Run work in one transaction, with no other change beside it; what it returns is on disk when this returns.

        Raises
        ------
        ConfigError
            If it cannot be written.
        """

        def changed(connection: Connection) -> Result:
            alone(connection)
            return work(connection)

        return self._transact(changed)

    def _transact(self, work: Callable[[Connection], Result]) -> Result:
        """Run work in a transaction, again after a while where the database was away or busy."""
        for attempt in range(_ATTEMPTS):
            try:
                with self.engine.begin() as connection:
                    return work(connection)
            except DBAPIError as error:
                if not _passing(error) or attempt == _ATTEMPTS - 1:
                    raise self._failed(error) from error
                time.sleep(2**attempt)
        raise AssertionError("unreachable")

    def _failed(self, error: DBAPIError) -> ConfigError:
        why = str(error.orig).strip().splitlines()
        return ConfigError(
            "结果库写不进去",
            where=self.name,
            why=why[0] if why else type(error.orig).__name__,
            remedy="请检查磁盘空间和数据库；已写入的结果不受影响，排除故障后用同一命令继续",
        )


def _passing(error: DBAPIError) -> bool:
    """Return whether a failure may be over in a while: the database was busy, away, or is starting."""
    if error.connection_invalidated or "locked" in str(error.orig):
        return True
    if not isinstance(error, OperationalError) or not hasattr(error.orig, "sqlstate"):
        return False
    state: str | None = getattr(error.orig, "sqlstate", None)
    # psycopg gives a refused connection no state; 08 is a lost one, 53 and 57 a server that is full or shutting down.
    return state is None or state[:2] in ("08", "53", "57")


def _replace(connection: Connection, results: Mapping[str, tuple[DocumentRows, Mapping[str, Any] | None]]) -> None:
    """Delete and insert the rows of some documents, table by table: few statements, whatever the number of rows."""
    alone(connection)
    keys = [{"key": key} for key in results]
    for statement in _DELETES:
        connection.execute(statement, keys)
    connection.execute(_INSERTS["documents"], [rows.document for rows, _ in results.values()])
    for name in ("forms", "indicators", "findings", "scores", "goals"):
        new = [row for rows, _ in results.values() for row in getattr(rows, name)]
        if new:
            connection.execute(_INSERTS[name], new)
    restate(connection, results.keys())
    timed = [{"document": key, **processing} for key, (_, processing) in results.items() if processing is not None]
    if timed:
        connection.execute(_INSERTS["processing"], timed)


def _insert(connection: Connection, table: Table, rows: Iterable[Mapping[str, Any]]) -> None:
    batch: list[dict[str, Any]] = []
    for row in rows:
        batch.append(dict(row))
        if len(batch) == 1000:
            connection.execute(insert(table), batch)
            batch = []
    if batch:
        connection.execute(insert(table), batch)
