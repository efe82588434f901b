"""Read the indicator block of a form into indicators."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from indicators.forms.columns import LONGEST_SIDE, Entry, read_columns
from indicators.forms.fund_amounts import plain_amount
from indicators.forms.in_cell import parallel
from indicators.forms.indicator import make_indicator
from indicators.forms.laying import lay_rows
from indicators.forms.layout import (
    Layout,
    default_layout,
    hinted,
    is_block_word,
    read_layout,
    roles_of_whole_rows,
)
from indicators.forms.levels import Evidence, resolve
from indicators.forms.rows import Reading, Row, meaning
from indicators.forms.stages import is_header
from indicators.records import HORIZONS, Cell, Horizon, Indicator, Location, Note
from indicators.text import squash, strip_empty_unit
from indicators.vocabulary import LEVEL1_OF, block_label, horizon_of, sums_up

__all__ = ["Block", "Entry", "halves", "read_block"]


@dataclass(slots=True)
class Block:
    """The indicators of a block with the notes on its repairs, and the layout of its own header, if it has one."""

    indicators: list[Indicator] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    sides: tuple[Horizon, ...] = ()
    layout: Layout | None = None


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
    rows, remarks = [row for row in rows if not _remarks(row)], [row for row in rows if _remarks(row)]
    block.notes.extend(map(_unplaced, remarks))
    head = next((number for number, row in enumerate(rows[:4]) if is_header(row)), None)
    above = rows[head - 1] if head else None
    pushed: frozenset[int] = frozenset()
    if head is not None:
        header, body = rows[head], rows[head + 1 :]
        if header.table is not None and header.table.grid == "ragged":
            columns = [*_beside(header, body), *_headed(header, body)]
            (header, *body), pushed = _laid(columns, body, block.notes)
        layout = block.layout = read_layout(header, above, side, body)
        # The header row is read over as well: what stands beside it may stand beside the rows below.
        body = [header, *body]
    else:
        if layout is not None and not layout.slots():
            # A head of nothing but other words gave the block above no columns.
            layout = None
        if layout is not None and side is not None and not layout.two_sided:
            # The header stands once, above the first of the stacked blocks.
            layout = replace(layout, sides={side: next(iter(layout.sides.values()))})
        elif layout is None:
            layout = default_layout(_looks_two_sided(rows))
            block.notes.append(
                Note(code="header-lost", message="指标区表头缺失，按常见版式读取，请核对原件", at=rows[0].at)
            )
        body = rows
        if block.notes or rows[-1].table is None or rows[-1].table.grid == "ragged":
            columns = [(Cell(text=slot.header, at=Location(column=slot.column)), slot.role) for slot in layout.slots()]
            (_, *body), pushed = _laid(columns, rows, block.notes)
    block.sides = tuple(layout.sides)
    entries = read_columns(body, layout)
    if not layout.two_sided or _names_once(layout):
        _carry_labels(entries, layout, block.notes)
        _emit(entries, layout, block)
    else:
        _number(entries, layout, block, pushed)
    return block


def halves(rows: list[Row]) -> list[list[Row]]:
    """Return the blocks that stand side by side and are parts of one: 产出指标 at the left, 效益指标 at the right.

    Each has columns of its own from its first level on. Two sides (长期 | 年度) print the same first levels twice.
    """
    header = next((row for row in rows[:4] if is_header(row)), None)
    if header is None or header.table is None or header.table.grid == "ragged":
        return [rows]
    starts = [cell.at.column or 0 for cell, item in zip(header.cells, header.meanings) if item.header == "level1"]
    if len(starts) != 2:
        return [rows]
    left, right = ([_between(row, *reach) for row in rows] for reach in ((0, starts[1]), (starts[1], None)))
    levels = [{item.level1 for row in half if row for item in row.meanings} - {None} for half in (left, right)]
    if not all(levels) or levels[0] & levels[1]:
        return [rows]
    return [[row for row in half if row is not None] for half in (left, right)]


def _between(row: Row, start: int, stop: int | None) -> Row | None:
    """Return the part of a row between two columns."""
    cells = [
        cell for cell in row.cells if start <= (cell.at.column or 0) and (stop is None or (cell.at.column or 0) < stop)
    ]
    return Row(cells, row.table, row.index, row.at) if cells else None


def _beside(header: Row, below: list[Row]) -> list[tuple[Cell, str]]:
    """Return a column without a header left of it where words stand that name a side: 实施期指标, 年度指标."""
    left = header.cells[0].at.column or 0
    words = [
        row.cells[0]
        for row in below
        if (row.cells[0].at.column or 0) < left and len(row.cells) > 1 and row.meanings[1].level1
        and len(row.cells[0].text) <= LONGEST_SIDE and horizon_of(row.cells[0].text) is not None
    ]  # fmt: skip
    return [(Cell(text="", at=replace(header.at, column=words[0].at.column)), "block")] if words else []


def _headed(header: Row, body: list[Row]) -> list[tuple[Cell, str]]:
    """Return the cells of a header with their roles; what stands left of the first known one names the block."""
    settled = roles_of_whole_rows(header, [row for row in body if not is_header(row)])
    roles = [role or hinted(item.header, cell.text) for cell, item, role in zip(header.cells, header.meanings, settled)]
    if is_block_word([(cell.text, role) for cell, role in zip(header.cells, roles)]):
        roles[0] = "block"
    first = next((place for place, role in enumerate(roles) if role not in ("other", "block")), 0)
    return [(cell, "block" if place < first else role) for place, (cell, role) in enumerate(zip(header.cells, roles))]


def _laid(columns: list[tuple[Cell, str]], below: list[Row], notes: list[Note]) -> tuple[list[Row], frozenset[int]]:
    """Return header and rows with their cells below it, and the numbers of rows whose last cells may be lost."""
    left = min((cell.at.column or 0 for cell, role in columns if role not in ("other", "block")), default=0)
    below = [row for row in below if not is_header(row) and not _heads_next(row)]
    notes.extend(_unplaced(row) for row in below if row.table is not None and _loose(row, left))
    laid = lay_rows(columns, [row for row in below if not _loose(row, left)])
    notes.extend(
        Note(code="stray-cell", message=f"多余的单元格“{cell.text[:20]}”未采用", at=cell.at) for cell in laid.dropped
    )
    return laid.rows, laid.pushed


#: How a note below the rows of a table begins.
_REMARK = re.compile(r"(?:备?注|[填报表编制]{0,2}说明)\s*\d?[:：]")


def _remarks(row: Row) -> bool:
    """Whether a row is a note on the table, not of it: 注：带★的为约束性指标。, 备注 | text, 权重合计 | 90."""
    if len(row.cells) >= 2 and sums_up(row.cells[0].text) and all(plain_amount(c.text) for c in row.cells[1:]):
        return True
    if len(row.cells) == 2:
        return row.meanings[0].header == "note" and not row.meanings[1].label
    return len(row.cells) == 1 and _REMARK.match(row.cells[0].text) is not None


def _unplaced(row: Row) -> Note:
    return Note(code="loose-text", message=f"未归入任何指标的文字：{row.cells[0].text[:20]}", at=row.at)


def _heads_next(row: Row) -> bool:
    """Whether a row only heads the next block, above its header: 年度绩效指标 | 绩效指标 | 指标值."""
    heads = [item.header is not None for item in row.meanings]
    named = (block_label(cell.text) or (horizon_of(cell.text) and cell.text.endswith("指标")) for cell in row.cells)
    return len(heads) > 1 and any(heads) and all(head or name for head, name in zip(heads, named))


def _loose(row: Row, left: int) -> bool:
    """Whether a row is no cell of the block whose columns begin at ``left``: one text left of them, 注：指标应量化."""
    label = any(item.level1 or item.level2 for item in row.meanings)
    return row.table is None or (len(row.cells) == 1 and not label and (row.cells[0].at.column or 0) < left)


def _names_once(layout: Layout) -> bool:
    """Whether both sides share one column of names (two value columns)."""
    columns = [next((slot.column for slot in slots if slot.role == "name"), None) for slots in layout.sides.values()]
    return len(columns) == 2 and columns[0] == columns[1]


def _carry_labels(entries: list[Entry], layout: Layout, notes: list[Note]) -> None:
    """Give rows without a label those of the row above; a new first level begins without a second one.

    So does a word in the column of second levels that is none of them: the label above it ends there.
    """
    has_level2 = any(slot.role == "level2" for side in layout.sides.values() for slot in side)
    level1: str | None = None
    points = ""
    label: str | None = None
    side: Horizon | None = None
    for entry in entries:
        # 年度绩效指标 beside the first row of its block holds for the rows below it.
        side = entry.horizon = entry.horizon or side
        own = next((item for item in entry.labels.values() if item is not None), None)
        if entry.level1 is not None and entry.level1 != level1:
            level1, points = entry.level1, entry.points
            label = None if has_level2 else label
        if own is not None:
            label = own
        elif label is not None and (other := _other_level(entry, label)) is not None:
            label = None
            message = f"“{other.text[:20]}”不是通用的二级指标，其下各行未归类"
            notes.append(Note(code="level-unknown", message=message, at=other.at))
        entry.level1, entry.points = level1, points
        entry.labels = dict.fromkeys(layout.sides, label)


#: Characters of the shortest word that may be a level of the bureau's own.
_SHORTEST_LEVEL = 4


def _other_level(entry: Entry, label: str) -> Cell | None:
    """Return the cell beside a name in the column of second levels whose word is no level here, nor the rest of one."""
    cell = next((reading["level2"] for reading in entry.sides.values() if {"level2", "name"} <= reading.keys()), None)
    text = squash(cell.text) if cell is not None else ""
    if cell is None or len(text) < _SHORTEST_LEVEL or meaning(text).label or label.endswith(text):
        return None
    return cell if _WORD.fullmatch(text) else None


#: A level without figures.
_WORD = re.compile(r"[\u4e00-\u9fff、（）()]+")


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
            for one in _apart(reading):
                level1 = _level1(entry, label)
                block.indicators.append(make_indicator(side, label, one, entry.at, level1=level1, points=entry.points))


def _apart(reading: Reading) -> list[Reading]:
    """Return a reading for each indicator of a row: several may stand below one another in its cells."""
    name, value = reading.get("name"), reading.get("value")
    pairs = parallel(name.text, value.text) if name is not None and value is not None else []
    if name is None or value is None or not pairs:
        return [reading]
    return [{**reading, "name": replace(name, text=one), "value": replace(value, text=other)} for one, other in pairs]


def _looks_two_sided(rows: list[Row]) -> bool:
    counts = [sum(item.level2 is not None for item in row.meanings) for row in rows]
    return sum(count >= 2 for count in counts) > sum(count == 1 for count in counts)


# --- from rows to indicators ---------------------------------------------------------------------------


def _number(entries: list[Entry], layout: Layout, block: Block, pushed: frozenset[int]) -> None:
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
        _restore_pushed_off(entries, layout, block.notes, pushed)
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


def _twins(left: str, right: str) -> bool:
    """Whether two cells are the same text, one of them perhaps cut off or with a glued 无."""
    a, b = squash(left), squash(right)
    if a == b:
        return True
    a, b = strip_empty_unit(a), strip_empty_unit(b)
    return bool(a) and bool(b) and (a.startswith(b) or b.startswith(a))


def _restore_pushed_off(entries: list[Entry], layout: Layout, notes: list[Note], pushed: frozenset[int]) -> None:
    """Take cells pushed off the right edge of a shifted row from the twin side.

    Only where the row is full on the left, the right side breaks off in the middle and what is left of it
    agrees with the left: the print repeats the same indicator on both sides.
    """
    first, second = layout.sides
    agreeing = disagreeing = 0
    for entry in entries:
        left, right = entry.sides[first], entry.sides[second]
        if "name" in left and "name" in right:
            agreeing += _twins(left["name"].text, right["name"].text)
            disagreeing += not _twins(left["name"].text, right["name"].text)
    if agreeing <= disagreeing:
        return
    for entry in entries:
        left, right = entry.sides[first], entry.sides[second]
        if "name" not in left or "value" not in left or "value" in right or entry.at.row not in pushed:
            continue
        if "name" in right and not _twins(left["name"].text, right["name"].text):
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
