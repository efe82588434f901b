"""Lists printed crosswise: levels and names head the columns, every row below is a project with its values.

项目单位 | 项目名称 | 补助金额 | 绩效目标 | 产出指标 (four columns wide) | 效益指标, below it 数量指标 | 质量指标 | …,
below that the names; transfers to many units are published so.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from indicators.forms.fund_amounts import fund_unit
from indicators.forms.indicator import make_indicator
from indicators.forms.listed import Listed
from indicators.forms.rows import Row
from indicators.records import Cell
from indicators.text import squash
from indicators.vocabulary import fund_label, likely_fund, list_column

__all__ = ["crosswise_tables", "read_crosswise"]

#: Second levels that must stand side by side in one row for a table to be crosswise; pairs of sides print two alike.
_LEAST_LEVELS = 3


def crosswise_tables(rows: Sequence[Row]) -> set[int]:
    """Return the identities of the tables whose columns are headed by second levels and names."""
    return {id(row.table) for row, below in pairwise(rows) if _is_level_row(row, below)}


def _is_level_row(row: Row, below: Row) -> bool:
    if row.table is None or below.table is not row.table or row.table.grid == "ragged":
        return False
    labels = {item.level2 for item in row.meanings if item.level2 is not None}
    if len(labels) < _LEAST_LEVELS or len(labels) < len(row.cells) - 1:
        return False
    first = min(cell.at.column or 0 for cell in row.cells)
    names = [cell for cell in below.cells if (cell.at.column or 0) >= first]
    return len(names) >= len(labels) and len(names) == len(below.cells)


def read_crosswise(rows: Sequence[Row], captions: Sequence[Row], default_unit: str) -> list[Listed]:
    """Read every project of a list printed crosswise."""
    place = next((n for n, pair in enumerate(pairwise(rows)) if _is_level_row(*pair)), None)
    if place is None:
        return []
    levels, names = rows[place], rows[place + 1]
    first = min(cell.at.column or 0 for cell in levels.cells)
    heads = [cell for row in rows[:place] for cell in row.cells if (cell.at.column or 0) < first]
    unit = fund_unit([*rows[:place], *captions]) or default_unit
    found: list[Listed] = []
    for row in rows[place + 2 :]:
        if len(row.cells) < 2 or row.meanings[0].label:
            continue
        listed = Listed(at=row.at)
        for cell in row.cells:
            column = cell.at.column or 0
            if column < first:
                _heading(listed, cell, _covering(heads, column), unit)
                continue
            label, name = _covering(levels.cells, column), _covering(names.cells, column)
            level2 = levels.meanings[levels.cells.index(label)].level2 if label is not None else None
            if level2 is not None and name is not None:
                listed.indicators.append(make_indicator("annual", level2, {"name": name, "value": cell}, row.at))
        if "project_name" in listed.fields and listed.indicators:
            found.append(listed)
    return found


def _covering(cells: Sequence[Cell], column: int) -> Cell | None:
    """Return the last cell whose columns hold ``column``."""
    held = [c for c in cells if (c.at.column or 0) <= column < (c.at.column or 0) + c.column_span]
    return held[-1] if held else None


def _heading(listed: Listed, cell: Cell, head: Cell | None, unit: str) -> None:
    if head is None:
        return
    kind = list_column(head.text)
    path = {"project": "project_name", "unit_project": "project_name", "unit_name": "implementing_unit"}.get(kind or "")
    if path is None and "目标" in squash(head.text):
        path = "goal.annual"
    if path is not None:
        listed.put(path, cell)
    elif fund := fund_label(head.text) or likely_fund(head.text):
        listed.spend(cell, unit, fund[0])
