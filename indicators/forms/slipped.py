"""Read the rows of an indicator block whose columns slipped, as text splits them, by their labels and by alignment."""

from __future__ import annotations

import re

from indicators.forms.align import Reading, fit_row, fit_side, twins
from indicators.forms.columns import Entry
from indicators.forms.layout import Layout, Slot
from indicators.forms.rows import NO_MEANING, Meaning, Row
from indicators.forms.stages import is_header
from indicators.records import Cell, Horizon, Note
from indicators.text import squash
from indicators.vocabulary import LEVEL1_OF, damaged_level2

__all__ = ["read_slipped"]


def read_slipped(rows: list[Row], layout: Layout, notes: list[Note]) -> list[Entry]:
    """Return the entries of the rows; what had to be left out or mended is added to ``notes``."""
    entries: list[Entry] = []
    for row in rows:
        if is_header(row):
            continue
        cells, items = row.cells, row.meanings
        if not any(item.level1 or item.level2 for item in items) and len(cells) == 1:
            if row.table is not None and len(layout.sides) == 1 and entries:
                notes.append(Note(code="loose-text", message=f"未归入任何指标的文字：{cells[0].text[:20]}", at=row.at))
            continue
        for part, part_items in _split_stacked(cells, items):
            entries.append(_read_part(row, part, part_items, layout, notes))
    return entries


def _split_stacked(cells: list[Cell], items: list[Meaning]) -> list[tuple[list[Cell], list[Meaning]]]:
    """Split a row that holds two: an empty slot's label followed by the next level-1 label and its row."""
    for index in range(1, len(cells) - 1):
        level1, below = items[index].level1, items[index + 1].level2
        if level1 is None or below is None or LEVEL1_OF[below] != level1:
            continue
        before = items[:index]
        if all(item.level2 and LEVEL1_OF[item.level2] != level1 for item in before):
            return [(cells[:index], before), (cells[index:], items[index:])]
    return [(cells, items)]


def _without_weak(cells: list[Cell], items: list[Meaning]) -> list[Meaning]:
    """Read a short label right behind a full one as a name: 成本指标 | 项目成本 | 7352316元."""
    out = list(items)
    for index in range(1, len(out)):
        item, before = out[index], out[index - 1]
        if not (item.level2 or item.level1) or _full_label(cells[index].text):
            continue
        if item.level2 and LEVEL1_OF[item.level2] == before.level1 and squash(cells[index].text) != "满意度":
            continue
        if before.level2 is not None and _full_label(cells[index - 1].text):
            out[index] = NO_MEANING
    return out


def _full_label(text: str) -> bool:
    return squash(text).endswith(("指标", "指"))


def _with_damaged(cells: list[Cell], items: list[Meaning], two_sided: bool) -> list[Meaning]:
    """Read a label with one damaged character as the label, at a label's place only.

    The place is that of a label when the row begins there or, on two-sided forms, when the twin side prints
    the sound label.
    """
    sound = {item.level2 for item in items if item.level2}
    out = list(items)
    for index, (cell, item) in enumerate(zip(cells, items)):
        if item is not NO_MEANING:
            continue
        label = damaged_level2(cell.text)
        if label is None:
            continue
        first = all(before.level1 for before in items[:index])
        if (first and not sound) or (two_sided and label in sound and not _is_text_of(label, out, index)):
            out[index] = Meaning(level2=label)
    return out


def _is_text_of(label: str, items: list[Meaning], index: int) -> bool:
    """Whether the cell stands right behind its own label, where a name that repeats it would stand."""
    return index > 0 and items[index - 1].level2 == label and len(items) > 3


def _with_label_as_name(cells: list[Cell], items: list[Meaning], slots: tuple[Slot, ...]) -> list[Meaning]:
    """Read a label as text where it repeats the one before it in the column of names, a value behind it."""
    names = {slot.column for slot in slots if slot.role == "name"}
    repeats = len(cells) > 2 and items[0].level2 is not None and items[0].level2 == items[1].level2
    if repeats and cells[1].at.column in names and items[2].level2 is None:
        return [items[0], NO_MEANING, *items[2:]]
    return items


def _read_part(row: Row, cells: list[Cell], items: list[Meaning], layout: Layout, notes: list[Note]) -> Entry:
    level1: str | None = None
    items = _with_damaged(cells, _without_weak(cells, items), layout.two_sided)
    while cells and items[0].level1 is not None and (items[0].level2 is None or _is_level1(cells, items, layout)):
        level1 = items[0].level1
        cells, items = cells[1:], items[1:]
    if not level1 and cells and _block_label(cells[0]):
        cells, items = cells[1:], items[1:]
        while cells and items[0].level1 is not None and items[0].level2 is None:
            level1 = items[0].level1
            cells, items = cells[1:], items[1:]
    if layout.two_sided:
        first, second = layout.sides
        left, right = _fit_two(cells, items, layout.sides[first], layout.sides[second])
        sides: dict[Horizon, Reading] = {first: left, second: right}
    else:
        only = next(iter(layout.sides))
        _, reading = fit_side(cells, _with_label_as_name(cells, items, layout.sides[only]), layout.sides[only])
        sides = {only: reading}
    for reading in sides.values():
        if "stray" in reading:
            notes.append(
                Note(code="stray-cell", message=f"多余的单元格“{reading.pop('stray').text[:20]}”未采用", at=row.at)
            )
    known = {id(cell): item.level2 for cell, item in zip(cells, items)}
    labels = {
        horizon: (known[id(reading["level2"])] if "level2" in reading else None) for horizon, reading in sides.items()
    }
    return Entry(sides=sides, labels=labels, at=row.at, level1=level1)


_BLOCK_LABEL = re.compile(r"绩效指标|年度指标|长期指标|绩效目标$")


def _block_label(cell: Cell) -> bool:
    return len(cell.text) <= 12 and bool(_BLOCK_LABEL.search(squash(cell.text)))


def _is_level1(cells: list[Cell], items: list[Meaning], layout: Layout) -> bool:
    """成本指标 and 满意度 are labels of both levels: level 1 where a level-2 label follows at once."""
    if len(items) < 2 or items[1].level2 is None:
        return False
    following = items[1].level2
    own = items[0].level2
    if own == following:
        # 成本指标 | 成本指标: doubled label, or level 1 and level 2 of the same name.
        return layout.level1 is not None and (cells[0].at.column or 0) <= layout.level1.last
    return LEVEL1_OF[following] == items[0].level1


def _fit_two(
    cells: list[Cell], items: list[Meaning], left: tuple[Slot, ...], right: tuple[Slot, ...]
) -> tuple[Reading, Reading]:
    """Read a two-sided row: the regular patterns at once, the others by alignment."""
    if len(left) == 3 and len(right) == 3:
        pattern = "".join("L" if item.level2 else "T" for item in items)
        if pattern == "LTTLTT" and items[0].level2 == items[3].level2 and _twin_pairs(cells[1:3], cells[4:6]):
            return (
                {"level2": cells[0], "name": cells[1], "value": cells[2]},
                {"level2": cells[3], "name": cells[4], "value": cells[5]},
            )
        if pattern == "LL" and items[0].level2 == items[1].level2:
            return {"level2": cells[0]}, {"level2": cells[1]}
        if pattern == "TTTT" and not any(item.level1 for item in items) and _twin_pairs(cells[:2], cells[2:]):
            return {"name": cells[0], "value": cells[1]}, {"name": cells[2], "value": cells[3]}
    return fit_row(cells, items, left, right)


def _twin_pairs(left: list[Cell], right: list[Cell]) -> bool:
    return all(twins(a.text, b.text) for a, b in zip(left, right))
