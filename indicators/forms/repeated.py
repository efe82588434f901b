"""Put the copies of a merged cell together: some programs print its text in every cell it covers.

三级指标 | 三级指标 | 指标值 | 指标值: that labels stand twice shows that a table is written so. Then equal neighbours
are one cell, but for columns that the header tells apart (实施期指标值 | 年度指标值 above ≥95% | ≥95%).
"""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby, pairwise

from indicators.forms.rows import Row
from indicators.forms.stages import is_header
from indicators.records import Cell

__all__ = ["without_copies"]

#: Copies of one text in a row that show how the table is written, and its characters: amounts may be equal by chance.
_MANY, _LONG = 3, 8
#: Rows that must show it: 质量指标 | 质量指标 alone is a name that repeats its category.
_ROWS = 2


def without_copies(rows: list[Row]) -> list[Row]:
    """Return the rows with the copies of merged cells put together in tables that print them so."""
    out: list[Row] = []
    for _, run in groupby(rows, key=lambda row: id(row.table)):
        part = list(run)
        table = part[0].table
        ragged = table is not None and table.grid == "ragged"
        out += _merged(part) if ragged and sum(map(_shows, part)) >= _ROWS else part
    return out


def _copies(first: Cell, second: Cell) -> bool:
    return first.text == second.text and (second.at.column or 0) == (first.at.column or 0) + first.column_span


def _shows(row: Row) -> bool:
    """Whether a row shows that its table prints copies: a label twice, or a text many times."""
    if len({cell.text for cell in row.cells}) == len(row.cells):
        return False
    beside = [_copies(first, second) for first, second in pairwise(row.cells)]
    if any(copied and item.label for copied, item in zip(beside, row.meanings)):
        return True
    long = [copied and len(cell.text) >= _LONG for copied, cell in zip(beside, row.cells)]
    return max((sum(run) for _, run in groupby(long)), default=0) + 1 >= _MANY


def _merged(rows: list[Row]) -> list[Row]:
    out: list[Row] = []
    before: Row | None = None
    parted: set[int] = set()  # columns at which the header begins another cell
    beneath: set[int] = set()  # the same of a row of labels (中期目标 | 年度目标), for the row below it
    for row in rows:
        if not parted and before is not None and [c.text for c in row.cells] == [c.text for c in before.cells]:
            # Merged over two rows as a whole: the goal and its label.
            continue
        before = row
        merged = _row(row, parted | beneath)
        starts = {cell.at.column or 0 for cell in merged.cells}
        if is_header(merged):
            parted |= starts
        heads = len(merged.cells) > 1 and all(item.label for item in merged.meanings)
        beneath = starts if heads else set()
        out.append(merged)
    return out


def _row(row: Row, parted: set[int]) -> Row:
    cells: list[Cell] = []
    for cell in row.cells:
        if cells and _copies(cells[-1], cell) and (cell.at.column or 0) not in parted:
            cells[-1] = replace(cells[-1], column_span=cells[-1].column_span + 1)
        else:
            cells.append(cell)
    return row if len(cells) == len(row.cells) else Row(cells, row.table, row.index, row.at)
