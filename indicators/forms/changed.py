"""Forms that are changed during the year print what was approved beside what holds now: 调整前 | 调整后.

Amounts and goals are read as they hold now; the block of indicators has a column of its own for each (``roles``).
"""

from __future__ import annotations

import re

from indicators.forms.rows import Row
from indicators.forms.stages import is_header
from indicators.text import squash

__all__ = ["without_former"]

_CHANGED = "(?:调整|变更|修改|修订|调剂|追加)"
_FORMER = re.compile(rf"{_CHANGED}前.{{0,6}}|原(?:批复|批准|申报|预算|目标|计划|方案|定).{{0,6}}")
_NOW = re.compile(rf"{_CHANGED}后.{{0,6}}")


def without_former(rows: list[Row]) -> list[Row]:
    """Return the rows without the amounts and goals that a change replaced, and without the words that head them."""
    out: list[Row] = []
    heads: Row | None = None
    former: tuple[int, ...] = ()
    for place, row in enumerate(rows):
        texts = [squash(cell.text) for cell in row.cells]
        before = next((n for n, text in enumerate(texts) if _FORMER.fullmatch(text)), None)
        now = next((n for n, text in enumerate(texts) if _NOW.fullmatch(text)), None)
        if is_header(row) or row.table is None:
            heads = None
        elif before is not None and now is not None:
            heads, former = row, _columns(row, before)
            _drop(row, {before, now})
        elif before is not None and place + 1 < len(rows) and _goes_on(rows[place + 1]):
            # 年度目标 | 原批复 | … over 调整后 | …
            _drop(row, set(range(before, len(row.cells))))
            heads = None
        elif now == 0 and len(row.cells) > 1:
            _drop(row, {0})
        elif heads is not None and row.table is heads.table:
            _drop(row, _replaced(row, former))
        if row.cells:
            out.append(row)
    return out


def _columns(row: Row, place: int) -> tuple[int, ...]:
    cell = row.cells[place]
    return tuple(range(cell.at.column or 0, (cell.at.column or 0) + cell.column_span))


def _goes_on(row: Row) -> bool:
    return len(row.cells) > 1 and _NOW.fullmatch(squash(row.cells[0].text)) is not None


def _replaced(row: Row, former: tuple[int, ...]) -> set[int]:
    """Return the places of what stood before the change: in its column, or left of the last where columns slipped."""
    if row.table is not None and row.table.grid == "exact":
        texts = zip(row.cells, row.meanings)
        return {n for n, (cell, item) in enumerate(texts) if cell.at.column in former and not item.label}
    pair = len(row.cells) >= 2 and not any(item.label for item in row.meanings[-2:])
    return {len(row.cells) - 2} if pair else set()


def _drop(row: Row, places: set[int]) -> None:
    row.cells = [cell for n, cell in enumerate(row.cells) if n not in places]
    row.meanings = [item for n, item in enumerate(row.meanings) if n not in places]
