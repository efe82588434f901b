"""The findings as CSV, one row a finding."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from indicators.records import Report
from indicators.report.places import SEVERITY_NAMES, plain_cell
from indicators.report.rows import finding_rows

__all__ = ["COLUMNS", "csv_rows", "write_csv"]

COLUMNS = (
    *("文件", "表序", "单位", "项目", "金额（元）", "规则", "级别", "问题"),
    *("说明", "对象", "证据", "位置", "建议", "状态", "指纹"),
)


def csv_rows(report: Report) -> Iterator[tuple[str, ...]]:
    """Yield the cells of every finding, in print order; no cell starts as a formula would."""
    for row in finding_rows(report):
        cells = (
            row.source,
            "" if row.form is None else str(row.form + 1),
            row.unit,
            row.project,
            "" if row.amount is None else f"{row.amount:f}",
            row.rule,
            SEVERITY_NAMES[row.severity],
            row.title,
            row.message,
            row.subject,
            row.evidence,
            row.place,
            row.fix,
            row.status,
            row.fingerprint,
        )
        # The amount is ours: a negative number stays a number.
        yield tuple(text if index == 4 else plain_cell(text) for index, text in enumerate(cells))


def write_csv(report: Report) -> str:
    """Return the findings as CSV with a byte order mark, so that Excel and WPS read it as UTF-8."""
    out = io.StringIO()
    out.write("\ufeff")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows(csv_rows(report))
    return out.getvalue()
