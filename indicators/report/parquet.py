"""The findings as Parquet, for data work; needs the extra ``parquet``."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import asdict
from itertools import islice
from typing import Any

from indicators.errors import MissingExtraError
from indicators.records import Report
from indicators.report.rows import FindingRow, finding_rows

__all__ = ["write_parquet"]

_BATCH = 4096


def write_parquet(report: Report) -> bytes:
    """Return one row a finding as a Parquet file; the columns are those of :func:`indicators.to_frame`.

    Raises
    ------
    MissingExtraError
        If pyarrow is not installed.
    """
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError:
        raise MissingExtraError.of("parquet", "不能写 Parquet 文件") from None
    kinds = {"form": pa.int32(), "amount": pa.float64()}
    names = tuple(FindingRow.__dataclass_fields__)
    schema = pa.schema([(name, kinds.get(name, pa.string())) for name in names])
    schema = schema.with_metadata({"schema": "indicators.findings", "version": "1", "tool": report.tool_version})
    out = io.BytesIO()
    with pq.ParquetWriter(out, schema) as writer:
        for rows in _batches(report):
            writer.write_table(pa.Table.from_pylist(rows, schema=schema))
    return out.getvalue()


def _batches(report: Report) -> Iterator[list[dict[str, Any]]]:
    rows = finding_rows(report)
    while batch := list(islice(rows, _BATCH)):
        plain = [asdict(row) for row in batch]
        for row in plain:
            row["amount"] = None if row["amount"] is None else float(row["amount"])
        yield plain
