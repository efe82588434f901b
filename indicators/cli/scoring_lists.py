"""Lists of indicators to score: CSV, a workbook, or what comes through a pipe."""

from __future__ import annotations

import sys
from pathlib import Path

from indicators.classify.table import read_csv
from indicators.errors import ReadError
from indicators.records import Table
from indicators.vocabulary import header_role

__all__ = ["read_list"]

_OFFICE = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
#: Rows of a sheet among which its header is looked for.
_HEAD = 20
_WANTED = frozenset(("level2", "name", "value"))


def read_list(path: Path) -> tuple[list[str], list[list[str]], str]:
    """Return headers, rows and encoding of a list; ``-`` is what comes through a pipe.

    Raises
    ------
    ReadError
        If it holds no list of indicators.
    """
    where = "标准输入" if str(path) == "-" else str(path)
    data = sys.stdin.buffer.read() if str(path) == "-" else path.read_bytes()
    if data.startswith(_OFFICE):
        header, body = _of_workbook(data, path.name)
        return header, body, "utf-8-sig"
    return read_csv(data, where)


def _of_workbook(data: bytes, name: str) -> tuple[list[str], list[list[str]]]:
    """Return the first list of a workbook: from the row on that has the headers of indicators."""
    from indicators.readers import read_bytes

    for table in read_bytes(data, name).tables:
        rows = _rows(table)
        for number, row in enumerate(rows[:_HEAD]):
            if {header_role(cell) for cell in row} >= _WANTED or {"level2", "level3", "value"} <= set(row):
                return row, [line for line in rows[number + 1 :] if any(line)]
    raise ReadError(
        "工作簿里没有指标清单",
        where=name,
        remedy="某张表的表头须有“二级指标、三级指标、指标值”，例如 indicators check 写出的 Excel",
    )


def _rows(table: Table) -> list[list[str]]:
    """Return the texts of a sheet by row; a merged cell stands in its first one."""
    height = max((cell.at.row or 0 for cell in table.cells), default=-1) + 1
    width = max((cell.at.column or 0 for cell in table.cells), default=-1) + 1
    rows = [[""] * width for _ in range(height)]
    for cell in table.cells:
        rows[cell.at.row or 0][cell.at.column or 0] = cell.text
    return rows
