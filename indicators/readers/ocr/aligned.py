"""Where rules do not give a grid: text aligned against the labels every form prints.

The alignment is that of borderless tables in PDF pages; the closed vocabulary decides which reading of a page is
the better one. Such a table is always ``guessed``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from indicators.readers.ocr.guess import GuessedCell, Segment, guess_tables
from indicators.readers.ocr.lines import TextLine
from indicators.records import BBox, Cell, Location, Table
from indicators.text import join_lines
from indicators.vocabulary import field_label, fund_label, header_role, level1_label, level2_label

__all__ = ["aligned_tables", "blended", "is_label", "label_count", "trustworthy"]

_LEVELS = re.compile(r"(?:数量|质量|时效|成本|效益|满意度|可持续影响)指标")
_LONG = ("社会效益指标", "可持续影响指标", "服务对象满意度指标", "一级指标", "绩效指标")
#: Cells that may be wrong in a ruled table that is still used, and share of all cells.
_FEW_BLENDED, _BLENDED = 2, 0.02


def is_label(text: str) -> bool:
    """Return whether a cell says nothing but a label of the forms."""
    if not text or len(text) > 32:
        return False
    return any(test(text) for test in (level2_label, level1_label, field_label, header_role, fund_label))


def label_count(cells: Sequence[Cell]) -> int:
    """Return how many cells are labels: the better grid has more of them."""
    return sum(is_label(cell.text) for cell in cells)


def blended(cells: Sequence[Cell]) -> list[Cell]:
    """Return the cells that hold what forms print in several, or part of what they print in one.

    These are labels beside other text, the end of a label alone, and in the rows of indicators a name that reaches
    over the column of values.
    """
    header = [cell for cell in cells if header_role(cell.text) in ("name", "value")]
    top = min((cell.at.row or 0 for cell in header), default=10**9)
    columns = {cell.at.column or 0 for cell in header if cell.at.row == top}
    found = []
    for cell in cells:
        first = cell.at.column or 0
        wide = (cell.at.row or 0) > top and sum(first <= column < first + cell.column_span for column in columns) > 1
        mixed = len(cell.text) < 60 and _LEVELS.search(cell.text) is not None and not is_label(cell.text)
        filled = cell.text and len(columns) > 1 and wide and len(columns) * 3 > cell.column_span
        if mixed or _torn(cell.text) or (filled and not _signed(cell.text)):
            found.append(cell)
    return found


def _torn(text: str) -> bool:
    """Return whether a text is the end of a label whose first line went to another row."""
    return bool(text) and not is_label(text) and any(label != text and label.endswith(text) for label in _LONG)


def _signed(text: str) -> bool:
    """Return whether a cell belongs to the lines below the indicators (负责人：, 备注)."""
    return "：" in text or ":" in text or "备注" in text or "说明" in text


def trustworthy(table: Table) -> bool:
    """Return whether what a table holds agrees with what forms print in rows and columns.

    A ruled table may have a few blended cells; where rows and columns are guessed, every row must be whole.
    """
    wrong = len(blended(table.cells))
    if any(len(cell.text) < 60 and len(_LEVELS.findall(cell.text)) > 2 for cell in table.cells):
        return False
    if table.grid == "exact":
        return wrong <= max(_FEW_BLENDED, _BLENDED * len(table.cells))
    return not wrong and not _halves(table.cells)


def _halves(cells: Sequence[Cell]) -> bool:
    """Return whether an indicator lacks its name or its value, or the columns of names and values are not known."""
    header = [cell for cell in cells if header_role(cell.text) in ("name", "value")]
    if not header:
        return sum(level2_label(cell.text) is not None for cell in cells) > 1
    top = min(cell.at.row or 0 for cell in header)
    roles = sorted((cell.at.column or 0, header_role(cell.text)) for cell in header if cell.at.row == top)
    filled = {(cell.at.row, cell.at.column): bool(cell.text) and not _signed(cell.text) for cell in cells}
    rows = {cell.at.row for cell in cells if (cell.at.row or 0) > top}
    pairs = [(one[0], other[0]) for one, other in pairwise(roles) if (one[1], other[1]) == ("name", "value")]
    return not pairs or any(
        filled.get((row, name), False) != filled.get((row, value), False) for name, value in pairs for row in rows
    )


def aligned_tables(
    lines: Sequence[TextLine], boxes: Sequence[BBox], rules: Sequence[BBox], page: int
) -> list[tuple[Table, set[int]]]:
    """Return the tables that the alignment of lines suggests, each with the indices of its lines.

    Parameters
    ----------
    lines
        Pieces of text between wide gaps, in reading order.
    boxes
        Their boxes in points.
    rules
        Boxes of pieces of rules in points, which part rows where they are printed.
    page
        Page, from 1.
    """
    rows = _printed_lines(boxes)
    segments = [
        Segment(text=line.reading.text.strip(), box=box, line=row)
        for line, box, row in zip(lines, boxes, rows, strict=True)
    ]
    order = sorted(range(len(segments)), key=lambda index: (rows[index], boxes[index][0]))
    known = {(segments[index].box, segments[index].text): index for index in order}
    pieces = np.array(rules, dtype=np.float64).reshape(-1, 4)
    found = []
    for guess in guess_tables([segments[index] for index in order], [], pieces):
        used = {known[segment.box, segment.text] for cell in guess.cells for segment in cell.segments}
        xs, ys = guess.xs.tolist(), guess.ys.tolist()
        cells = tuple(_cell(cell, xs, ys, lines, known, page) for cell in guess.cells)
        box = (xs[0], ys[0], xs[-1], ys[-1])
        at = Location(page=page, table=0, bbox=_rounded(box))
        table = Table(cells=cells, rows=len(ys) - 1, columns=len(xs) - 1, at=at, grid="guessed")
        if label_count(cells) >= 3:
            found.append((table, used))
    return found


def _cell(
    cell: GuessedCell,
    xs: list[float],
    ys: list[float],
    lines: Sequence[TextLine],
    known: dict[tuple[BBox, str], int],
    page: int,
) -> Cell:
    stop = max(cell.stop, cell.row + 1)
    box = (xs[cell.first], ys[cell.row], xs[cell.end], ys[stop])
    readings = [lines[known[segment.box, segment.text]].reading for segment in cell.segments]
    return Cell(
        text=join_lines(segment.text for segment in cell.segments),
        at=Location(page=page, table=0, row=cell.row, column=cell.first, bbox=_rounded(box)),
        row_span=stop - cell.row,
        column_span=cell.end - cell.first,
        confidence=round(min((reading.confidence for reading in readings), default=1.0), 3),
    )


def _printed_lines(boxes: Sequence[BBox]) -> list[int]:
    """Number the printed lines: pieces that stand level share a number."""
    numbers = [0] * len(boxes)
    number, reach = -1, (-1e9, -1e9)
    for index in sorted(range(len(boxes)), key=lambda place: boxes[place][1] + boxes[place][3]):
        top, bottom = boxes[index][1], boxes[index][3]
        middle = (top + bottom) / 2
        if not (reach[0] < middle < reach[1] and abs(middle - sum(reach) / 2) < 0.4 * (bottom - top)):
            number += 1
            reach = (top, bottom)
        numbers[index] = number
    return numbers


def _rounded(box: BBox) -> BBox:
    x0, y0, x1, y1 = (round(float(value), 2) for value in box)
    return x0, y0, x1, y1
