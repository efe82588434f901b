"""Lists printed crosswise: levels head the columns, every project is a row or a few with what stands below them.

项目单位 | 项目名称 | 补助金额 | 绩效目标 | 产出指标 (four columns wide) | 效益指标, below it 数量指标 | 质量指标 | ….
Below each level stand a name, whose values the rows hold (transfers to many units), pairs 三级指标 | 指标值 (河南), or
texts that name the indicator and its value (衔接资金).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from indicators.forms.header_rows import below_head
from indicators.forms.in_cell import read_blocks_in_cell
from indicators.forms.indicator import make_indicator
from indicators.forms.rows import Meaning, Reading, Row
from indicators.records import Cell, Indicator
from indicators.text import squash
from indicators.vocabulary import LEVEL1_OF

__all__ = ["Across", "across", "crosswise_tables"]

#: Levels that must stand side by side in one row for a table to be crosswise; pairs of sides print two alike.
_LEAST_LEVELS = 3
#: Heads of the columns that a pair, or a pair whose value is split, consists of.
_PAIR = {"name", "value", "operator", "unit", "score", "weight"}


@dataclass(frozen=True, slots=True)
class _Level:
    """The columns below one level: a printed name, or the roles of its columns, or neither where texts stand."""

    first: int
    last: int
    level1: str
    level2: str
    name: Cell | None = None
    roles: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Across:
    """A list printed crosswise: the heads of its projects, its levels, and the rows below them."""

    header: Row
    levels: tuple[_Level, ...]
    above: tuple[Row, ...]
    body: tuple[Row, ...]

    @property
    def written(self) -> bool:
        """Whether the indicators stand as texts in cells."""
        return all(level.name is None and not level.roles for level in self.levels)

    def indicators(self, row: Row) -> list[Indicator]:
        """Return the indicators that begin in a row."""
        found: list[Indicator] = []
        for level in self.levels:
            cells = [cell for cell in row.cells if level.first <= (cell.at.column or 0) <= level.last and cell.text]
            if not cells:
                continue
            if level.name is not None:
                reading: Reading = {"name": level.name, "value": cells[0]}
            elif level.roles:
                reading = {role: cell for column, role in level.roles for cell in cells if cell.at.column == column}
            else:
                found += read_blocks_in_cell(cells[0], level.level1, level.level2)
                continue
            if "name" in reading or "value" in reading:
                found.append(make_indicator("annual", level.level2, reading, row.at, level1=level.level1))
        return found


def crosswise_tables(rows: Sequence[Row]) -> set[int]:
    """Return the identities of the tables whose columns are headed by levels."""
    return {id(rows[place].table) for place in range(len(rows) - 1) if _levels_at(rows, place)}


def across(rows: Sequence[Row]) -> Across | None:
    """Return the list that the rows of a table print crosswise, ``None`` where they print none."""
    place, found = next(((n, found) for n in range(len(rows) - 1) if (found := _levels_at(rows, n))), (0, None))
    if found is None:
        return None
    levels, size = found
    head = rows[: place + size]
    printed = {tuple(squash(cell.text) for cell in row.cells) for row in head}
    body = [row for row in rows[place + size :] if tuple(squash(cell.text) for cell in row.cells) not in printed]
    return Across(_header(rows[: place + 1], levels[0].first), tuple(levels), tuple(head), tuple(body))


def _header(rows: Sequence[Row], start: int) -> Row:
    """Return the heads of the columns left of the levels, of stacked ones the lowest."""
    lowest: dict[int, Cell] = {}
    for row in rows:
        for cell in row.cells:
            first = cell.at.column or 0
            for column in range(first, min(first + cell.column_span, start)):
                above = lowest.get(column)
                lowest[column] = cell if above is None or above.at == cell.at else below_head(cell, above)
    heads = [cell for column, cell in sorted(lowest.items()) if column == (cell.at.column or 0)]
    return Row(heads, rows[-1].table, rows[-1].index, rows[-1].at)


def _levels_at(rows: Sequence[Row], place: int) -> tuple[list[_Level], int] | None:
    """Return the levels that a row prints side by side, and of how many rows they are the head, with it."""
    row, below = rows[place], rows[place + 1]
    if row.table is None or below.table is not row.table or row.table.grid == "ragged":
        return None
    labelled = [item.level2 or item.level1 for item in row.meanings if item.level2 or item.level1]
    if len(set(labelled)) < _LEAST_LEVELS:
        return None
    first = next(cell.at.column or 0 for cell, item in zip(row.cells, row.meanings) if item.level2 or item.level1)
    heads = [(cell, item) for cell, item in zip(row.cells, row.meanings) if (cell.at.column or 0) >= first]
    if len(labelled) < len(heads):
        return None
    first_levels = any(item.level1 and not item.level2 for _, item in heads[:-1])
    levels = [_first_level(*h) if first_levels else _second_level(*h, _upper(rows, place, h[0])) for h in heads]
    under = [(cell, item) for cell, item in zip(below.cells, below.meanings) if (cell.at.column or 0) >= first]
    roles = [item.header for _, item in under]
    if roles and set(roles) <= _PAIR and min(roles.count("name"), roles.count("value")) >= len(levels):
        return [pair for level in levels for pair in _pairs(level, under)], 2
    if first_levels:
        return None
    if len(under) >= len(set(labelled)) and len(under) == len(below.cells):
        return [part for level in levels for part in _named(level, [cell for cell, _ in under])], 2
    written = len(under) < len(below.cells) or below.cells[0].column_span > 1
    return (levels, 1) if written and first > 0 and not any(item.level2 for _, item in under) else None


def _upper(rows: Sequence[Row], place: int, cell: Cell) -> str | None:
    """Return the first level printed above a second one."""
    column = cell.at.column or 0
    for row in reversed(rows[max(0, place - 2) : place]):
        for above, item in zip(row.cells, row.meanings):
            if (above.at.column or 0) <= column < (above.at.column or 0) + above.column_span and item.level1:
                return item.level1
    return None


def _first_level(cell: Cell, item: Meaning) -> _Level:
    # 成本指标 among 产出指标 and 效益指标 is one of them, whatever else the label can be.
    first = cell.at.column or 0
    return _Level(first, first + cell.column_span - 1, item.level1 or item.level2 or "", "")


def _second_level(cell: Cell, item: Meaning, upper: str | None) -> _Level:
    first = cell.at.column or 0
    level2 = item.level2 or "服务对象满意度指标"  # whose label can be that of its first level
    level1 = upper if level2 == "成本指标" and upper else LEVEL1_OF[level2]
    return _Level(first, first + cell.column_span - 1, level1, level2)


def _pairs(level: _Level, under: Sequence[tuple[Cell, Meaning]]) -> list[_Level]:
    """Return the pairs of columns below a level, each from one head of names to the next."""
    inside = [(cell.at.column or 0, item.header or "") for cell, item in under if _stands(cell, level)]
    starts = [column for column, role in inside if role == "name"]
    ends = [*(start - 1 for start in starts[1:]), level.last]
    return [
        _Level(start, end, level.level1, level.level2, roles=tuple(r for r in inside if start <= r[0] <= end))
        for start, end in zip(starts, ends)
    ]


def _named(level: _Level, names: Sequence[Cell]) -> list[_Level]:
    """Return the columns below a level, each with the name that heads it."""
    return [
        _Level(cell.at.column or 0, (cell.at.column or 0) + cell.column_span - 1, level.level1, level.level2, cell)
        for cell in names
        if _stands(cell, level)
    ]


def _stands(cell: Cell, level: _Level) -> bool:
    return level.first <= (cell.at.column or 0) <= level.last
