"""Read the indicator block of a form into indicators."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from indicators.forms.align import Reading, fit_row, fit_side, twins
from indicators.forms.indicator import make_indicator
from indicators.forms.layout import Layout, Slot, best_shift, default_layout, read_layout
from indicators.forms.levels import Evidence, resolve
from indicators.forms.locate import is_block_caption, is_header
from indicators.forms.rows import NO_MEANING, Meaning, Row, meaning
from indicators.records import HORIZONS, Cell, Horizon, Indicator, Location, Note
from indicators.text import squash
from indicators.vocabulary import LEVEL1_OF, damaged_level2, horizon_of, operator_word

__all__ = ["Block", "Entry", "read_block"]


@dataclass(slots=True)
class Entry:
    """One row of the block: labels and cells of each side."""

    sides: dict[Horizon, Reading]
    labels: dict[Horizon, str | None]
    at: Location
    level1: str | None = None
    horizon: Horizon | None = None


@dataclass(slots=True)
class Block:
    """The indicators of a block with the notes on its repairs."""

    indicators: list[Indicator] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    sides: tuple[Horizon, ...] = ()


def read_block(rows: list[Row], layout: Layout | None, side: Horizon | None = None) -> Block:
    """Read the rows of one indicator block.

    Parameters
    ----------
    rows
        From the header row (if printed) to the last indicator row.
    layout
        Layout of the block above, for a block whose own header is lost.
    side
        Side of a block that prints one side only.
    """
    block = Block()
    start = 0
    for number, row in enumerate(rows[:4]):
        if is_header(row):
            layout = read_layout(row, rows[number - 1] if number else None, side, rows[number + 1 :])
            start = number + 1
            break
    known = start > 0
    if not start and layout is not None and side is not None and not layout.two_sided:
        # The header stands once, above the first of the stacked blocks.
        layout = replace(layout, sides={side: next(iter(layout.sides.values()))})
        known = True
    if layout is None:
        layout = default_layout(_looks_two_sided(rows))
        block.notes.append(
            Note(code="header-lost", message="指标区表头缺失，按常见版式读取，请核对原件", at=rows[0].at)
        )
    block.sides = tuple(layout.sides)
    ruled = bool(rows) and rows[-1].table is not None and rows[-1].table.grid != "ragged"
    if known and not ruled and not _columns_hold(rows[start:], layout) and _names_once(layout):
        rows = [*rows[:start], *(_moved(row, layout) for row in rows[start:])]
    if known and (ruled or _columns_hold(rows[start:], layout)):
        entries = _read_exact(rows[start:], layout)
        if not layout.two_sided or _names_once(layout):
            _carry_labels(entries, layout)
            _emit(entries, layout, block)
            return block
    else:
        entries = _read_ragged(rows[start:], layout, block.notes)
    _number(entries, layout, block)
    return block


def _names_once(layout: Layout) -> bool:
    """Whether both sides share one column of names (two value columns)."""
    columns = [next((slot.column for slot in slots if slot.role == "name"), None) for slots in layout.sides.values()]
    return len(columns) == 2 and columns[0] == columns[1]


def _moved(row: Row, layout: Layout) -> Row:
    """Return the row with its cells below their headers, where it only lost leading empty cells."""
    roles = {slot.column: slot.role for slots in layout.sides.values() for slot in slots}
    if layout.level1 is not None:
        roles[layout.level1.column] = "level1"
    shift = best_shift(row, roles)
    if not shift:
        return row
    cells = [replace(cell, at=replace(cell.at, column=(cell.at.column or 0) + shift)) for cell in row.cells]
    moved = Row(cells, row.table, row.index, row.at)
    moved.stage = row.stage
    return moved


def _columns_hold(rows: list[Row], layout: Layout) -> bool:
    """Whether every cell of rows split out of text stands in a column of the header, labels in those of labels."""
    if layout.two_sided and not _names_once(layout):
        return False
    slots = [slot for side in layout.sides.values() for slot in side]
    places = {slot.column: slot.role for slot in slots}
    if layout.level1 is not None:
        places[layout.level1.column] = "level1"
    left = min(places, default=0)
    names = [column for column, role in places.items() if role == "name"]
    filled = 0
    for row in rows:
        if is_header(row):
            continue
        for cell, item in zip(row.cells, row.meanings):
            column = cell.at.column or 0
            role = places.get(column)
            if column < left and not (item.level1 or item.level2):
                continue
            if role is None or (item.level1 and not item.level2 and role not in ("level1", "name")):
                return False
            if item.level2 and not item.level1 and role not in ("level2", "name"):
                return False
            filled += column in names
    return filled > 0


def _carry_labels(entries: list[Entry], layout: Layout) -> None:
    """Give rows without a label those of the row above; a new first level begins without a second one."""
    has_level2 = any(slot.role == "level2" for side in layout.sides.values() for slot in side)
    level1: str | None = None
    label: str | None = None
    side: Horizon | None = None
    for entry in entries:
        # 年度绩效指标 beside the first row of its block holds for the rows below it.
        side = entry.horizon = entry.horizon or side
        own = next((item for item in entry.labels.values() if item is not None), None)
        if entry.level1 is not None and entry.level1 != level1:
            level1 = entry.level1
            label = None if has_level2 else label
        if own is not None:
            label = own
        elif label is None and level1 == "满意度指标":
            label = "服务对象满意度指标"
        entry.level1 = level1
        entry.labels = dict.fromkeys(layout.sides, label)


def _emit(entries: list[Entry], layout: Layout, block: Block) -> None:
    """Make the indicators of one-sided rows and of names with two values; a row without a label keeps ``""``."""
    horizons = tuple(layout.sides)
    own = [entry.horizon for entry in entries if entry.horizon is not None]
    if len(horizons) == 1 and own:
        block.sides = tuple(side for side in HORIZONS if side in own)
    filled = {
        (entry.horizon or horizon, entry.labels[horizon])
        for entry in entries
        for horizon in horizons
        if "name" in entry.sides[horizon] or "value" in entry.sides[horizon]
    }
    emitted: set[tuple[Horizon, str]] = set()
    for horizon in horizons:
        for entry in entries:
            label = entry.labels[horizon] or ""
            side = entry.horizon or horizon if len(horizons) == 1 else horizon
            reading = entry.sides[horizon]
            if "name" not in reading and "value" not in reading:
                if not label or (side, label) in filled or (side, label) in emitted:
                    continue
            emitted.add((side, label))
            block.indicators.append(make_indicator(side, label, reading, entry.at, level1=_level1(entry, label)))


def _looks_two_sided(rows: list[Row]) -> bool:
    counts = [sum(item.level2 is not None for item in row.meanings) for row in rows]
    return sum(count >= 2 for count in counts) > sum(count == 1 for count in counts)


# --- tables whose columns hold -------------------------------------------------------------------------


def _read_exact(rows: list[Row], layout: Layout) -> list[Entry]:
    """Read by column: every row takes the cells that cover it, spans included."""
    entries: list[Entry] = []
    spanning: dict[int, tuple[Cell, int]] = {}
    table = rows[0].table if rows else None
    for row in rows:
        if is_header(row) or is_block_caption(row):
            spanning = {}
            continue
        if row.table is not table:
            table, spanning = row.table, {}
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
            entries.append(entry)
    return entries


#: Longest label beside a block that names its side.
_LONGEST_SIDE = 16


def _entry_by_column(row: Row, covering: dict[int, Cell], anchored: set[int], layout: Layout) -> Entry | None:
    sides: dict[Horizon, Reading] = {}
    labels: dict[Horizon, str | None] = {}
    level1: str | None = None
    if layout.level1 is not None:
        for cell in _cells_of(covering, layout.level1):
            level1 = _meaning(cell).level1 or level1
    side: Horizon | None = None
    left = min([slot.column for slots in layout.sides.values() for slot in slots], default=0)
    for column in range(left if layout.level1 is None else min(left, layout.level1.column)):
        # 长期绩效指标 | 年度绩效指标: what stands beside the rows of a block names their side.
        beside = covering.get(column)
        if beside is not None and len(beside.text) <= _LONGEST_SIDE and re.search("指标|目标", beside.text):
            side = horizon_of(beside.text) or side
    for horizon, slots in layout.sides.items():
        reading: Reading = {}
        for slot in slots:
            cells = _cells_of(covering, slot)
            if not cells:
                continue
            if slot.role == "level2":
                label = next((m.level2 for c in cells if (m := _meaning(c)).level2), None)
                labels[horizon] = label
                reading["level2"] = cells[0]
                continue
            if slot.role in ("name", "value") and not any(id(cell) in anchored for cell in cells):
                # A merged name serves the rows it covers; a merged value is printed once only.
                if slot.role == "value" or cells[0].row_span == 1:
                    continue
            if slot.role == "value" and len(cells) > 1:
                reading.update(_split_value(cells))
            else:
                reading[slot.role] = cells[0] if len(cells) == 1 else _merged(cells)
        labels.setdefault(horizon, None)
        sides[horizon] = reading
    if not any(sides.values()):
        return None
    if not any(id(cell) in anchored for reading in sides.values() for cell in reading.values()):
        return None
    first = next(iter(layout.sides))
    if len(labels) == 2 and labels["annual"] is None and "level2" not in {s.role for s in layout.sides["annual"]}:
        labels["annual"] = labels[first]
    return Entry(sides=sides, labels=labels, at=row.at, level1=level1, horizon=side)


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


def _meaning(cell: Cell) -> Meaning:
    return meaning(cell.text)


# --- tables whose columns slipped ----------------------------------------------------------------------


def _read_ragged(rows: list[Row], layout: Layout, notes: list[Note]) -> list[Entry]:
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


# --- from rows to indicators ---------------------------------------------------------------------------


def _number(entries: list[Entry], layout: Layout, block: Block) -> None:
    if not entries:
        return
    horizons = tuple(layout.sides)
    first = horizons[0]
    second = horizons[1] if len(horizons) > 1 else None
    evidence = [
        Evidence(
            left=entry.labels.get(first),
            right=entry.labels.get(second) if second else None,
            two_sided=second is not None,
            filled=any("name" in side or "value" in side for side in entry.sides.values()),
        )
        for entry in entries
    ]
    labels, inferred = resolve(evidence)
    for number in inferred:
        block.notes.append(
            Note(
                code="label-inferred", message=f"二级指标“{labels[number]}”由相邻行和另一侧推断", at=entries[number].at
            )
        )
    if second is not None:
        _restore_pushed_off(entries, layout, block.notes)
    filled: dict[tuple[Horizon, str], int] = {}
    for entry, label in zip(entries, labels):
        if label is not None:
            for horizon in horizons:
                if "name" in entry.sides[horizon] or "value" in entry.sides[horizon]:
                    filled[horizon, label] = filled.get((horizon, label), 0) + 1
    emitted: set[tuple[Horizon, str]] = set()
    for horizon in horizons:
        for entry, label in zip(entries, labels):
            if label is None:
                continue
            reading = entry.sides[horizon]
            if "name" not in reading and "value" not in reading:
                if filled.get((horizon, label)) or (horizon, label) in emitted:
                    continue
            emitted.add((horizon, label))
            block.indicators.append(make_indicator(horizon, label, reading, entry.at, level1=_level1(entry, label)))


def _level1(entry: Entry, label: str) -> str:
    if label == "成本指标" and entry.level1 == "成本指标":
        return "成本指标"
    return LEVEL1_OF.get(label, entry.level1 or "")


def _restore_pushed_off(entries: list[Entry], layout: Layout, notes: list[Note]) -> None:
    """Take cells pushed off the right edge of a shifted row from the twin side.

    Only where the row is full on the left, the right side breaks off in the middle and what is left of it
    agrees with the left: the print repeats the same indicator on both sides.
    """
    first, second = layout.sides
    agreeing = disagreeing = 0
    for entry in entries:
        left, right = entry.sides[first], entry.sides[second]
        if "name" in left and "name" in right:
            agreeing += twins(left["name"].text, right["name"].text)
            disagreeing += not twins(left["name"].text, right["name"].text)
    if agreeing <= disagreeing:
        return
    for entry in entries:
        left, right = entry.sides[first], entry.sides[second]
        if "name" not in left or "value" not in left or "value" in right or not _shifted(entry, layout):
            continue
        if "name" in right and not twins(left["name"].text, right["name"].text):
            continue
        if "name" not in right and entry.labels.get(second) is None and "level2" not in right:
            continue
        restored = [role for role in ("name", "value") if role not in right]
        for role in restored:
            right[role] = left[role]
        texts = "、".join(left[role].text for role in restored)
        notes.append(
            Note(code="restored-from-twin", message=f"本行右移，年度一侧“{texts}”取自另一侧，请核对原件", at=entry.at)
        )


def _shifted(entry: Entry, layout: Layout) -> bool:
    """Whether cells of the row slipped right, so that the last ones fell off the edge.

    They stand right of their columns, or further apart than the header's columns do.
    """
    for horizon, slots in layout.sides.items():
        reading = entry.sides[horizon]
        before: tuple[int, Slot] | None = None
        for slot in slots:
            cell = reading.get(slot.role)
            if cell is None:
                continue
            column = cell.at.column or 0
            if column > slot.last or (before and column - before[0] > slot.last - before[1].column):
                return True
            before = (column, slot)
    return False
