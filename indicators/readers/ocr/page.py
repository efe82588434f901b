"""A picture of a page to tables and lines."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from indicators.readers.ocr.aligned import aligned_tables, blended, is_label, label_count, trustworthy
from indicators.readers.ocr.grid import Grid, Span, find_grids
from indicators.readers.ocr.lines import TextLine, lines_in
from indicators.readers.ocr.networks import Networks
from indicators.readers.ocr.repair import Reread, repaired
from indicators.readers.ocr.rules import RuleSet, find_rules, without_text
from indicators.readers.ocr.upright import View, upright
from indicators.records import BBox, Cell, Line, Location, Mark, Note, Table
from indicators.text import join_lines

__all__ = ["PageReading", "read_page"]

Pixels = NDArray[np.uint8]
Floats = NDArray[np.float64]
Box = tuple[float, float, float, float]

#: Heights of characters in pixels: below the first nothing is read (70 dpi), below the second numbers are doubtful.
_UNREADABLE, _COARSE = 8.5, 11.0
#: Confidence below which a cell is reported; mean confidence below which a page is not read.
_DOUBTFUL, _GIVEN_UP = 0.8, 0.6
_MOST_NOTES = 40
#: Characters below which a picture without tables says nothing: blots and photographs look like a letter or two.
_FEW = 8
#: Share of a line under a stamp from which it is doubtful; confidence of such lines and of cells that hold several.
_COVERED, _STAMPED = 0.25, 0.65
_NUMBER = re.compile(r"[\d≥≤]")
_LOST = "表格线缺失或断续过多，行列无法可靠还原，该表未读取、未检查，请对照原件人工审核，或以 200 dpi 以上重新扫描"
#: Recognised text is never as sure as printed characters: rules that meet less than 1 do not accuse of errors.
_SUREST = 0.999


@dataclass(frozen=True, slots=True, kw_only=True)
class PageReading:
    """What a picture says.

    Parameters
    ----------
    blocks
        Tables and lines from top to bottom, boxes in points from the top left of the picture.
    marks
        Suppressed stamps.
    notes
        What was doubtful, repaired or given up.
    """

    blocks: tuple[Table | Line, ...]
    marks: tuple[Mark, ...] = ()
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class _Region:
    """A table with the text lines in it."""

    top: float
    table: Table
    lines: list[TextLine]
    readings: list[Reread]


def read_page(image: Pixels, scale: float, page: int, networks: Networks) -> PageReading:
    """Recognise the tables and lines of a picture.

    Parameters
    ----------
    image
        RGB of shape ``(height, width, 3)`` or grey of shape ``(height, width)``.
    scale
        Pixels a point.
    page
        Page, from 1, written into the locations.
    networks
        The loaded models.
    """
    if min(image.shape[:2]) < 24:
        return PageReading(blocks=())
    view = upright(image, scale, networks)
    if not len(view.boxes) or not view.em:
        return PageReading(blocks=(), notes=(_given_up(page, "图片中没有可识别的文字"),))
    if view.sharp < _UNREADABLE:
        why = f"分辨率过低（字高约 {view.sharp:.0f} 像素），文字无法可靠识别，请以 200 dpi 以上重新扫描"
        return PageReading(blocks=(), notes=(_given_up(page, why),))
    regions, free, lost = _regions(view, networks, page)
    confidences = [line.reading.confidence for region in regions for line in region.lines]
    confidences += [line.reading.confidence for line in free]
    if lost and not confidences:
        return PageReading(blocks=(), notes=(_given_up(page, _LOST),))
    if not regions and sum(len(line.reading.text) for line in free) < _FEW:
        return PageReading(blocks=(), notes=(_given_up(page, "图片中没有可识别的文字"),))
    if not confidences or float(np.mean(confidences)) < _GIVEN_UP:
        return PageReading(blocks=(), notes=(_given_up(page, "图片不是清晰的文字，识别结果不可用，请核对原件"),))
    notes: list[Note] = [_given_up(page, _LOST)] if lost else []
    if view.sharp < _COARSE:
        why = f"分辨率偏低（字高约 {view.sharp:.0f} 像素），数字和符号可能误读，请核对原件"
        notes.append(Note(code="low-confidence", message=f"第 {page} 页：{why}", at=Location(page=page)))
    blocks: list[tuple[float, Table | Line]] = []
    for region in regions:
        table = region.table
        if region.readings:
            cells, repairs = repaired(region.readings, page)
            table, notes = _doubted(replace(table, cells=tuple(cells))), notes + repairs
        notes += _doubts(table, page)
        blocks.append((region.top, table))
    for line in free:
        at = Location(page=page, bbox=view.placed(line.box))
        text = line.reading.text.strip()
        blocks.append((line.box[1], Line(text=text, at=at, confidence=_recognised(line.reading.confidence))))
    blocks.sort(key=lambda item: item[0])
    marks = tuple(
        Mark(text="", kind="stamp", at=Location(page=page, bbox=view.placed(box))) for box in view.sheet.stamps
    )
    return PageReading(blocks=tuple(block for _, block in blocks), marks=marks, notes=tuple(notes[:_MOST_NOTES]))


def _regions(view: View, networks: Networks, page: int) -> tuple[list[_Region], list[TextLine], bool]:
    """Return the tables of a page, the lines outside them, and whether a form was given up."""
    whole, bare = without_text(view.grey, view.points, view.boxes)
    horizontal = find_rules(whole, bare, view.points, view.sheet.noise, vertical=False)
    vertical = find_rules(whole, bare, view.points, view.sheet.noise, vertical=True)
    regions, lost = [], False
    grids = find_grids(horizontal, vertical, view.boxes)
    free = np.ones(len(view.boxes), np.bool_)
    for grid in grids:
        free &= ~_within(view.boxes, grid.box)
    for number, grid in enumerate(grids):
        inside = _within(view.boxes, grid.box)
        if not inside.any():
            continue
        region = _better(_ruled(grid, view.boxes[inside], view, networks, page, number), view, horizontal)
        table = region.table
        cut = bool(label_count(table.cells)) and _runs_on(view.boxes[free], grid.box, int(inside.sum()))
        if trustworthy(table) and not cut:
            regions.append(region)
        else:
            lost = True
    pieces = [line for row in _free_rows(view, view.boxes[free], networks) for line in row]
    used: set[int] = set()
    places = [view.placed(line.box) for line in pieces]
    for table, indices in aligned_tables(pieces, places, _borders(horizontal, view), page):
        used |= indices
        if not trustworthy(table):
            lost = True
            continue
        top = min(pieces[index].box[1] for index in indices)
        regions.append(_Region(top, table, [pieces[index] for index in sorted(indices)], []))
    if lost:
        # Half a form would be taken for one with gaps, and its lines for a form of another kind.
        return [region for region in regions if not label_count(region.table.cells)], [], lost
    return regions, [line for index, line in enumerate(pieces) if index not in used], lost


def _ruled(grid: Grid, boxes: Floats, view: View, networks: Networks, page: int, number: int) -> _Region:
    """Read a table cell by cell."""
    readings: list[Reread] = []
    every: list[TextLine] = []
    for span in grid.spans:
        parts = _cut(boxes, span.box, view.em)
        lines = lines_in(view.grey, span.box, parts, networks, em=view.em, points=view.points, dark=view.dark)
        every += lines
        readings.append(Reread(_cell(span, lines, view, page, number), tuple(line.reading for line in lines)))
    table = Table(
        cells=tuple(one.cell for one in readings),
        rows=grid.rows,
        columns=grid.columns,
        at=Location(page=page, table=number, bbox=view.placed(grid.box)),
        grid="exact" if grid.sound else "guessed",
    )
    return _Region(grid.box[1], table, every, readings)


def _better(region: _Region, view: View, horizontal: RuleSet) -> _Region:
    """Return the table as ruled or, where its rules are in doubt, as its text is aligned if that has more labels."""
    table = region.table
    if table.grid == "exact" and trustworthy(table):
        return region
    boxes = [view.placed(line.box) for line in region.lines]
    page = table.at.page or 1
    best = replace(region, table=replace(table, grid="guessed"))
    for other, _ in aligned_tables(region.lines, boxes, _borders(horizontal, view), page):
        if label_count(other.cells) > label_count(best.table.cells) + 1:
            best = _Region(region.top, other, region.lines, [])
    return best


def _doubted(table: Table) -> Table:
    """Lower the confidence of cells that hold what forms print in several: a rule was lost."""
    wrong = {id(cell) for cell in blended(table.cells)}
    if not wrong:
        return table
    cells = (
        replace(cell, confidence=min(cell.confidence, _STAMPED)) if id(cell) in wrong else cell for cell in table.cells
    )
    return replace(table, cells=tuple(cells))


def _borders(rules: RuleSet, view: View) -> list[BBox]:
    """Return the pieces of horizontal rules in points."""
    return [
        view.placed((piece.first, piece.at(piece.first) - 0.5, piece.last, piece.at(piece.last) + 0.5))
        for piece in rules.pieces
    ]


def _runs_on(outside: Floats, area: Box, inside: int) -> bool:
    """Return whether much text stands left or right of a table: it goes on where its rules are bent or lost."""
    y = (outside[:, 1] + outside[:, 3]) / 2
    return int(((y > area[1]) & (y < area[3])).sum()) > max(3, 0.05 * inside)


def _within(boxes: Floats, area: Box) -> NDArray[np.bool_]:
    x, y = (boxes[:, 0] + boxes[:, 2]) / 2, (boxes[:, 1] + boxes[:, 3]) / 2
    return np.asarray((x > area[0]) & (x < area[2]) & (y > area[1]) & (y < area[3]))


def _cut(boxes: Floats, cell: Box, em: float) -> list[Box]:
    """Return the parts of text boxes that belong to a cell: at least a digit and the blank before it."""
    parts = []
    for x0, y0, x1, y1 in boxes.tolist():
        left, right = max(x0, cell[0]), min(x1, cell[2])
        top, bottom = max(y0, cell[1]), min(y1, cell[3])
        if right - left > min(0.6 * em, 0.5 * (x1 - x0)) and bottom - top > 0.45 * min(y1 - y0, cell[3] - cell[1]):
            parts.append((left, top, right, bottom))
    return parts


def _cell(span: Span, lines: list[TextLine], view: View, page: int, number: int) -> Cell:
    text = join_lines(line.reading.text.strip() for line in lines)
    confidence = min((_trusted(line, view) for line in lines), default=1.0)
    at = Location(page=page, table=number, row=span.row, column=span.column, bbox=view.placed(span.box))
    return Cell(
        text=text,
        at=at,
        row_span=span.rows,
        column_span=span.columns,
        confidence=_recognised(confidence) if lines else 1.0,
    )


def _trusted(line: TextLine, view: View) -> float:
    """Return the confidence of a line: what a stamp covers or is printed coarsely may be read wrongly for sure."""
    doubtful = view.under_stamp(line.box) > _COVERED
    # Coarse ≥5 looks like 25 without a trace of doubt.
    doubtful |= view.sharp < _COARSE and _NUMBER.search(line.reading.text) is not None
    return min(line.reading.confidence, _STAMPED) if doubtful else line.reading.confidence


def _recognised(confidence: float) -> float:
    return round(min(confidence, _SUREST), 3)


def _free_rows(view: View, boxes: Floats, networks: Networks) -> list[list[TextLine]]:
    """Read the lines outside ruled tables, by printed line."""
    found: list[list[TextLine]] = []
    rest = sorted(boxes.tolist(), key=lambda box: box[1] + box[3])
    while rest:
        first = rest.pop(0)
        row = [first]
        for box in list(rest):
            overlap = min(first[3], box[3]) - max(first[1], box[1])
            if overlap > 0.5 * min(first[3] - first[1], box[3] - box[1]):
                row.append(box)
                rest.remove(box)
        row.sort(key=lambda box: box[0])
        found.append([line for box in row for line in _free_line(view, box, networks)])
    return found


def _free_line(view: View, box: list[float], networks: Networks) -> list[TextLine]:
    high = box[3] - box[1]
    area = (box[0] - 0.2 * high, box[1] - 0.15 * high, box[2] + 0.2 * high, box[3] + 0.15 * high)
    whole = (box[0], box[1], box[2], box[3])
    lines = lines_in(view.grey, area, [whole], networks, em=0.6 * high, points=view.points, dark=view.dark, ruled=False)
    # Pictures and blots look like text to the detector, not to the recogniser.
    return [line for line in lines if line.reading.confidence >= 0.5]


def _doubts(table: Table, page: int) -> list[Note]:
    """Return a note for each cell to be compared with the original, the least certain first."""
    notes = []
    if table.grid != "exact":
        message = f"第 {page} 页：表格线不完整，行列按文字位置推定，请核对原件"
        notes.append(Note(code="low-confidence", message=message, at=table.at))
    for cell in sorted(table.cells, key=lambda cell: cell.confidence):
        if cell.text and cell.confidence < _DOUBTFUL and not is_label(cell.text):
            share = f"可信度 {cell.confidence:.0%}"
            message = f"第 {page} 页：“{cell.text[:30]}”识别{share}，请核对原件"
            notes.append(Note(code="low-confidence", message=message, at=cell.at))
    return notes


def _given_up(page: int, why: str) -> Note:
    return Note(code="picture-unread", message=f"第 {page} 页：{why}", at=Location(page=page))
