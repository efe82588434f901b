"""Fit the cells of a damaged row to the columns the header promises.

Rows that came through text or OCR lose merged cells, gain empty ones and slip sideways. A row is read
as the cheapest order-keeping assignment of its cells to the slots of the layout; on two-sided forms the
twin side, usually the same text cut off by the cell width, decides between readings.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from indicators.forms.layout import Slot
from indicators.forms.rows import Meaning
from indicators.records import Cell
from indicators.text import squash, strip_empty_unit
from indicators.vocabulary import operator_word

__all__ = ["Reading", "fit_row", "fit_side", "twins"]

#: Slot role -> cell, one side of a row; cells dropped as stray are listed under ``"stray"``.
Reading = dict[str, Cell]

_VALUE_SHAPE = re.compile(r"^[≥≤＞＜><=＝]|^-?\d[\d,.]*\s*[^\d\s]{0,8}$|\d+(?:\.\d+)?[%％]$")
_NUMBER = re.compile(r"^-?\d[\d,.]*[%％]?$")
_SKIP = {"level2": 0.6, "name": 2.0, "value": 2.0, "operator": 0.4, "unit": 0.4}
_DROP = 4.0
_DROP_LABEL = 2.5
_DROP_REPEATED = 1.0
_OTHER_ROLE = 0.4


def twins(left: str, right: str) -> bool:
    """Whether two cells are the same text, one of them perhaps cut off or with a glued 无."""
    a, b = squash(left), squash(right)
    if a == b:
        return True
    a, b = strip_empty_unit(a), strip_empty_unit(b)
    return bool(a) and bool(b) and (a.startswith(b) or b.startswith(a))


def _cost(role: str, cell: Cell, item: Meaning, slot: Slot, offset: float) -> float:
    """Return how badly a cell suits a slot; 0 is perfect."""
    column = cell.at.column or 0
    away = max(slot.column - column, column - slot.last, 0)
    cost = min(away, 4) * 0.15 + offset
    text = cell.text
    if role == "level2":
        return cost if item.level2 is not None else 9.0
    if item.level2 is not None or item.level1 is not None:
        # A name may repeat its category (质量指标 | 质量指标 | 保质保量), a value hardly ever does.
        cost += 1.6 if role == "name" else 5.0
    if role == "name":
        return cost + (1.0 if _VALUE_SHAPE.search(text) else 0.0)
    if role == "value":
        return cost - (0.3 if _VALUE_SHAPE.search(text) else 0.0)
    if role == "operator":
        return cost if operator_word(text) is not None else 5.0
    if role == "unit":
        return cost + (3.0 if len(text) > 8 or _NUMBER.match(text) else 0.0)
    if role in ("score", "weight", "gained"):
        return cost + (0.0 if _NUMBER.match(text) else 4.0)
    return cost + 0.5


def _drop_cost(cells: Sequence[Cell], items: Sequence[Meaning], index: int) -> float:
    if items[index].level2 or items[index].level1:
        return _DROP_LABEL
    return _DROP_REPEATED if index and cells[index].text == cells[index - 1].text else _DROP


def fit_side(cells: Sequence[Cell], items: Sequence[Meaning], slots: Sequence[Slot]) -> tuple[float, Reading]:
    """Assign the cells of one side to its slots, keeping their order.

    Returns
    -------
    tuple
        The cost, and the cells by role.
    """
    rows, columns = len(cells), len(slots)
    infinity = 1e9
    best = [[infinity] * (columns + 1) for _ in range(rows + 1)]
    back: list[list[int]] = [[0] * (columns + 1) for _ in range(rows + 1)]
    best[0][0] = 0.0
    for i in range(rows + 1):
        for j in range(columns + 1):
            here = best[i][j]
            if here >= infinity:
                continue
            if i < rows:
                drop = here + _drop_cost(cells, items, i)
                if drop < best[i + 1][j]:
                    best[i + 1][j], back[i + 1][j] = drop, 1
            if j < columns:
                skip = here + _SKIP.get(slots[j].role, 0.1)
                if skip < best[i][j + 1]:
                    best[i][j + 1], back[i][j + 1] = skip, 2
                if i < rows:
                    both = here + _cost(slots[j].role, cells[i], items[i], slots[j], 0.0)
                    if both < best[i + 1][j + 1]:
                        best[i + 1][j + 1], back[i + 1][j + 1] = both, 3
    reading: Reading = {}
    i, j = rows, columns
    while i or j:
        step = back[i][j]
        if step == 3:
            i, j = i - 1, j - 1
            reading[slots[j].role] = cells[i]
        elif step == 1:
            i -= 1
            reading.setdefault("stray", cells[i])
        else:
            j -= 1
    return best[rows][columns], reading


def _agreement(left: Reading, right: Reading) -> float:
    """Return what two readings of a row earn (negative) or cost (positive) together as twins."""
    total = 0.0
    for role, weight in (("level2", 1.5), ("name", 2.0), ("value", 2.0)):
        a, b = left.get(role), right.get(role)
        if a is None and b is None:
            total -= 0.3
        elif a is not None and b is not None:
            total += -weight if twins(a.text, b.text) else 0.5
    return total


def _readings(cost: float, reading: Reading) -> list[tuple[float, Reading]]:
    """Return a reading and, where one text stands alone, the reading that gives it the other role."""
    found = [(cost, reading)]
    alone = [role for role in ("name", "value") if role in reading]
    if len(alone) == 1:
        other = "value" if alone[0] == "name" else "name"
        swapped = {role: cell for role, cell in reading.items() if role != alone[0]}
        swapped[other] = reading[alone[0]]
        found.append((cost + _OTHER_ROLE, swapped))
    return found


def _splits(items: Sequence[Meaning]) -> Sequence[int]:
    """Return where the right side may begin: at a label behind the first cell, in the middle, or nowhere."""
    count = len(items)
    labels = [index for index in range(1, count) if items[index].level2 is not None]
    if not labels:
        return range(count + 1)
    return sorted({*labels, count // 2, (count + 1) // 2, count})


def fit_row(
    cells: Sequence[Cell], items: Sequence[Meaning], left: Sequence[Slot], right: Sequence[Slot]
) -> tuple[Reading, Reading]:
    """Split a two-sided row and fit both sides; the split whose sides are twins wins."""
    best = 1e9
    answer: tuple[Reading, Reading] = ({}, {})
    for split in _splits(items):
        lefts = _readings(*fit_side(cells[:split], items[:split], left))
        if lefts[0][0] >= best + 8:
            continue
        rights = _readings(*fit_side(cells[split:], items[split:], right))
        for cost_left, reading_left in lefts:
            for cost_right, reading_right in rights:
                cost = cost_left + cost_right + _agreement(reading_left, reading_right)
                if cost < best - 1e-9:
                    best, answer = cost, (reading_left, reading_right)
    return answer
