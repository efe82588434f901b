"""Where rules do not give a grid: text aligned against the labels every form prints.

The alignment is that of borderless tables in PDF pages; the closed vocabulary decides which reading of a page is
the better one. Such a table is always ``guessed``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from indicators.readers.ocr.lines import TextLine
from indicators.readers.pdf.borderless import GuessedCell, Segment, guess_tables
from indicators.records import BBox, Cell, Location, Table
from indicators.text import join_lines
from indicators.vocabulary import field_label, fund_label, header_role, level1_label, level2_label

__all__ = ["aligned_tables", "is_label", "label_count", "swallowed_labels"]

_LEVELS = re.compile(r"(?:数量|质量|时效|成本|效益|满意度|可持续影响)指标")


def is_label(text: str) -> bool:
    """Return whether a cell says nothing but a label of the forms."""
    if not text or len(text) > 32:
        return False
    return any(test(text) for test in (level2_label, level1_label, field_label, header_role, fund_label))


def label_count(cells: Sequence[Cell]) -> int:
    """Return how many cells are labels: the better grid has more of them."""
    return sum(is_label(cell.text) for cell in cells)


def swallowed_labels(cells: Sequence[Cell]) -> bool:
    """Return whether a cell holds several level labels: the rules between them were not seen."""
    return any(len(cell.text) < 40 and len(_LEVELS.findall(cell.text)) > 1 for cell in cells)


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
