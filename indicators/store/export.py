"""A store as Parquet files, partitioned by year and region, for data work in any tool; needs the extra ``parquet``."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import Double, Integer, Select, Table, and_, select

from indicators.errors import ConfigError, MissingExtraError, system_reason
from indicators.store import schema
from indicators.store.store import Store

__all__ = ["export"]

_BATCH = 20_000
_WITHOUT = {"report", "signature"}
_UNKNOWN = "未写明"


def export(store: Store, folder: Path) -> dict[str, int]:
    """Write ``documents``, ``forms``, ``indicators``, ``findings`` and ``scores`` below a folder.

    Each becomes a data set ``<table>/year=<year>/region=<region>/part-*.parquet``, replacing what an earlier export
    left there.

    Parameters
    ----------
    store
        What to export.
    folder
        Where; created if need be.

    Returns
    -------
    dict
        Rows by table.

    Raises
    ------
    MissingExtraError
        If pyarrow is not installed.
    ConfigError
        If the folder cannot be written.
    """
    try:
        import pyarrow.dataset  # noqa: F401
    except ImportError:
        raise MissingExtraError.of("parquet", "不能导出 Parquet") from None
    tables = (schema.documents, schema.forms, schema.indicators, schema.findings, schema.scores)
    try:
        return {table.name: _write(store, table, folder / table.name) for table in tables}
    except OSError as error:
        why = system_reason(error)
        raise ConfigError("导出失败", where=str(folder), why=why, remedy="请检查权限和磁盘空间") from error


def _write(store: Store, table: Table, folder: Path) -> int:
    import pyarrow as pa
    from pyarrow import dataset

    names = [column.name for column in table.columns if column.name not in _WITHOUT]
    kinds = [(name, _kind(pa, table, name)) for name in names if name not in ("year", "region")]
    shape = pa.schema([*kinds, ("year", pa.int32()), ("region", pa.string())])
    _clear(folder)
    written = 0

    def batches() -> Iterator[Any]:
        nonlocal written
        for rows in _rows(store, table, names):
            written += len(rows)
            yield pa.RecordBatch.from_pylist(rows, schema=shape)

    partitioning = dataset.partitioning(pa.schema([("year", pa.int32()), ("region", pa.string())]), flavor="hive")
    dataset.write_dataset(
        batches(), folder, schema=shape, format="parquet", partitioning=partitioning,
        basename_template="part-{i}.parquet", existing_data_behavior="overwrite_or_ignore", max_partitions=8192,
        max_open_files=512,
    )  # fmt: skip
    return written


def _clear(folder: Path) -> None:
    """Remove the files of an earlier export, and nothing else."""
    for path in folder.glob("year=*/region=*/part-*.parquet"):
        path.unlink()


def _kind(pa: Any, table: Table, name: str) -> Any:
    column = table.columns[name].type
    if isinstance(column, Integer):
        return pa.int64()
    return pa.float64() if isinstance(column, Double) else pa.string()


def _rows(store: Store, table: Table, names: list[str]) -> Iterator[list[dict[str, Any]]]:
    query = _query(table, names)
    with store.engine.connect() as connection:
        found = connection.execution_options(yield_per=_BATCH).execute(query)
        while rows := [dict(row._mapping) for row in islice(found, _BATCH)]:
            for row in rows:
                row["region"] = row["region"] or _UNKNOWN
                row["year"] = row["year"] or 0
            yield rows


def _query(table: Table, names: list[str]) -> Select[Any]:
    """Return the rows of a table with year and region: its own, those of the form, else those of the document."""
    documents, forms = schema.documents, schema.forms
    columns = [table.c[name] for name in names if name not in ("year", "region")]
    order = list(table.primary_key.columns)
    if table is documents:
        return select(*columns, documents.c.fiscal_year.label("year"), documents.c.region).order_by(*order)
    if table is forms:
        return select(*columns, forms.c.year, forms.c.region).order_by(*order)
    from sqlalchemy import func

    same_form = and_(table.c.document == forms.c.document, table.c.form == forms.c.form)
    join = table.join(documents, table.c.document == documents.c.document).outerjoin(forms, same_form)
    year = func.coalesce(forms.c.year, documents.c.fiscal_year).label("year")
    region = func.coalesce(forms.c.region, documents.c.region).label("region")
    return select(*columns, year, region).select_from(join).order_by(*order)
