"""The findings as CSV, one row a finding."""

from __future__ import annotations

from collections.abc import Iterator

from indicators.records import Report
from indicators.report.places import SEVERITY_NAMES
from indicators.report.rows import finding_rows
from indicators.text import csv_text

__all__ = ["COLUMNS", "write_csv"]

COLUMNS = (
    *("文件", "表序", "单位", "项目", "金额（元）", "规则", "级别", "问题"),
    *("说明", "对象", "证据", "位置", "建议", "状态", "指纹"),
)


def write_csv(report: Report) -> str:
    """Return the findings in print order."""
    return csv_text((COLUMNS, *_rows(report)))


def _rows(report: Report) -> Iterator[tuple[object, ...]]:
    for row in finding_rows(report):
        yield (
            row.source,
            None if row.form is None else row.form + 1,
            row.unit,
            row.project,
            row.amount,
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
