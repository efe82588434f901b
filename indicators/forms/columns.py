"""Read the rows of an indicator block whose columns hold: every row takes the cells that cover it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from indicators.forms.layout import Layout, Slot
from indicators.forms.rows import Reading, Row, meaning
from indicators.forms.stages import is_block_caption, is_header
from indicators.records import Cell, Horizon, Location
from indicators.vocabulary import horizon_of, level1_label, level2_in_column, operator_word, stated_points
from indicators.vocabulary.keys import bare

__all__ = ["LONGEST_SIDE", "Entry", "read_columns"]


@dataclass(slots=True)
class Entry:
    """One row of the block: labels and cells of each side; ``points`` are what its first level states for its rows."""

    sides: dict[Horizon, Reading]
    labels: dict[Horizon, str | None]
    at: Location
    level1: str | None = None
    horizon: Horizon | None = None
    points: str = ""


def read_columns(rows: list[Row], layout: Layout) -> list[Entry]:
    """Read by column: every row takes the cells that cover it, spans included."""
    entries: list[Entry] = []
    spanning: dict[int, tuple[Cell, int]] = {}
    band: str | None = None
    table = rows[0].table if rows else None
    for row in rows:
        if row.table is not table:
            table, spanning = row.table, {}
        if is_header(row) or is_block_caption(row):
            # 中期指标 beside the header stands beside the rows below it as well.
            spanning = {
                cell.at.column or 0: (cell, (cell.at.row or 0) + cell.row_span - 1)
                for cell in row.cells
                if cell.row_span > 1
            }
            continue
        if layout.level1 is None and len(row.cells) == 1 and row.meanings[0].level1 and row.cells[0].column_span > 1:
            # 一、产出指标 across the table, above its rows.
            band = row.meanings[0].level1
            continue
        covering: dict[int, Cell] = {column: cell for column, (cell, last) in spanning.items() if last >= row.index}
        anchored: set[int] = set()
        for cell in row.cells:
            first = cell.at.column or 0
            for column in range(first, first + cell.column_span):
                covering[column] = cell
                if cell.row_span > 1:
                    spanning[column] = (cell, row.index + cell.row_span - 1)
                else:
                    spanning.pop(column, None)
            anchored.add(id(cell))
        entry = _entry_by_column(row, covering, anchored, layout)
        if entry is not None:
            for reading in entry.sides.values():
                if "value" not in reading and "name" in reading and _MORE.fullmatch(reading["name"].text):
                    # …… alone in a row only says that more may follow.
                    del reading["name"]
            entry.level1 = entry.level1 or band
            entries.append(entry)
    return entries


#: A row of a template left unfilled: ……
_MORE = re.compile(r"(?:指标\d*[:：])?[.…·]{2,}")
#: Longest label beside a block that names its side.
LONGEST_SIDE = 16


def _entry_by_column(row: Row, covering: dict[int, Cell], anchored: set[int], layout: Layout) -> Entry | None:
    sides: dict[Horizon, Reading] = {}
    labels: dict[Horizon, str | None] = {}
    level1: str | None = None
    points = ""
    if layout.level1 is not None:
        for cell in _cells_of(covering, layout.level1):
            level1 = _level1(cell) or level1
            points = stated_points(cell.text) or points
    side: Horizon | None = None
    left = min([slot.column for slots in layout.sides.values() for slot in slots], default=0)
    for column in range(left if layout.level1 is None else min(left, layout.level1.column)):
        # 长期绩效指标 | 年度绩效指标: what stands beside the rows of a block names their side.
        beside = covering.get(column)
        if beside is not None and len(beside.text) <= LONGEST_SIDE and re.search("指标|目标", beside.text):
            side = horizon_of(beside.text) or side
    for horizon, slots in layout.sides.items():
        reading: Reading = {}
        for slot in slots:
            cells = _cells_of(covering, slot)
            if not cells:
                continue
            if slot.role == "level2":
                label = next((found for c in cells if (found := level2_in_column(c.text, level1))), None)
                labels[horizon] = label
                reading["level2"] = cells[0]
                continue
            if slot.role in ("name", "value") and not any(id(cell) in anchored for cell in cells):
                # A merged name serves the rows it covers, a merged value those of them that have names of their own.
                shared = "name" in reading and id(reading["name"]) in anchored and _is_ruled(row)
                if cells[0].row_span == 1 or (slot.role == "value" and not shared):
                    continue
            if slot.role == "value" and len(cells) > 1:
                reading.update(_split_value(cells))
            else:
                reading[slot.role] = cells[0] if len(cells) == 1 else _merged(cells)
        labels.setdefault(horizon, None)
        sides[horizon] = reading
    period = next((reading.pop("period") for reading in sides.values() if "period" in reading), None)
    if period is not None:
        # 中长期, 2026年 in a column of periods.
        side = horizon_of(period.text) or side
    if not any(sides.values()):
        return None
    if not any(id(cell) in anchored for reading in sides.values() for cell in reading.values()):
        return None
    first = next(iter(layout.sides))
    if len(labels) == 2 and labels["annual"] is None and "level2" not in {s.role for s in layout.sides["annual"]}:
        labels["annual"] = labels[first]
    if level1 == "满意度指标" and not any(labels.values()):
        # 满意度指标 across both levels: the only category it has.
        labels = dict.fromkeys(labels, "服务对象满意度指标") if _has_level2(layout) else labels
    return Entry(sides=sides, labels=labels, at=row.at, level1=level1, horizon=side, points=points)


def _is_ruled(row: Row) -> bool:
    """Whether the spans of a row were printed rather than inferred."""
    return row.table is not None and row.table.grid == "exact"


def _has_level2(layout: Layout) -> bool:
    return any(slot.role == "level2" for slots in layout.sides.values() for slot in slots)


def _cells_of(covering: dict[int, Cell], slot: Slot) -> list[Cell]:
    cells: list[Cell] = []
    for column in range(slot.column, slot.last + 1):
        cell = covering.get(column)
        if cell is not None and cell.text and cell not in cells:
            cells.append(cell)
    return cells


def _split_value(cells: list[Cell]) -> Reading:
    """A value column split below its header: operator | number | unit."""
    reading: Reading = {}
    rest = list(cells)
    if operator_word(rest[0].text) is not None and len(rest) > 1:
        reading["operator"] = rest.pop(0)
    reading["value"] = rest[0]
    if len(rest) > 1:
        reading["unit"] = rest[1]
    return reading


def _merged(cells: list[Cell]) -> Cell:
    first = cells[0]
    return Cell(
        text="".join(cell.text for cell in cells), at=first.at, row_span=first.row_span,
        column_span=first.column_span, confidence=min(cell.confidence for cell in cells),
    )  # fmt: skip


def _level1(cell: Cell) -> str | None:
    """Return the first level a cell of its column names; there 社会满意度10分 needs no 指标 either."""
    return meaning(cell.text).level1 or level1_label(bare(cell.text) + "指标")
