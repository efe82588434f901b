"""A picture of a page to tables and lines."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from indicators.readers.ocr.cleaning import LEVEL, Sheet, clean, deskewed, levelled, skew_of
from indicators.readers.ocr.engine import Engine
from indicators.readers.ocr.grid import Grid, Span, find_grids
from indicators.readers.ocr.lines import TextLine, lines_in, measure
from indicators.readers.ocr.rules import find_rules, without_text
from indicators.readers.ocr.vision import vision
from indicators.records import Cell, Line, Location, Mark, Note, Table
from indicators.text import join_lines

__all__ = ["PageReading", "read_page"]

Pixels = NDArray[np.uint8]
Grey = NDArray[np.uint8]
Floats = NDArray[np.float64]
Box = tuple[float, float, float, float]

#: Pixels a point above which a page is made smaller (200 dpi), and at which text is sought (110 dpi).
_LARGEST, _SEEK = 200 / 72, 110 / 72
#: Darkness of strokes below which print counts as faded.
_FADED = 160.0
#: Confidence below which a reading is doubtful.
DOUBTFUL = 0.8


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
        What was doubtful or repaired.
    """

    blocks: tuple[Table | Line, ...]
    marks: tuple[Mark, ...] = ()
    notes: tuple[Note, ...] = ()


@dataclass(slots=True)
class _View:
    """The page as it is read: upright, evened, with the way back to the picture."""

    grey: Grey
    sheet: Sheet
    back: Floats
    boxes: Floats
    em: float
    dark: float
    points: float
    notes: list[Note] = field(default_factory=list)


def read_page(image: Pixels, scale: float, page: int, engine: Engine) -> PageReading:
    """Recognise the tables and lines of a picture.

    Parameters
    ----------
    image
        RGB of shape ``(height, width, 3)`` or grey of shape ``(height, width)``.
    scale
        Pixels a point.
    page
        Page, from 1, written into the locations.
    engine
        The loaded models.
    """
    view = _upright(image, scale, engine)
    if not len(view.boxes):
        return PageReading(blocks=(), notes=(_unreadable(page, "图片中没有可识别的文字"),))
    whole, bare = without_text(view.grey, view.points)
    horizontal = find_rules(whole, bare, view.points, view.sheet.noise, vertical=False)
    vertical = find_rules(whole, bare, view.points, view.sheet.noise, vertical=True)
    grids = find_grids(horizontal, vertical, view.boxes)
    blocks: list[tuple[float, Table | Line]] = []
    free = np.ones(len(view.boxes), np.bool_)
    for number, grid in enumerate(grids):
        inside = _within(view.boxes, grid.box)
        free &= ~inside
        table = _table(grid, view.boxes[inside], view, engine, page, number)
        blocks.append((grid.box[1], table))
    for line in _free_lines(view, view.boxes[free], engine):
        text = line.reading.text.strip()
        at = Location(page=page, bbox=_points(line.box, view))
        blocks.append((line.box[1], Line(text=text, at=at, confidence=_recognised(line.reading.confidence))))
    blocks.sort(key=lambda item: item[0])
    ordered = tuple(block for _, block in blocks)
    return PageReading(blocks=ordered, notes=tuple(view.notes))


#: Recognised text is never as sure as printed characters: rules that meet less than 1 do not accuse of errors.
_SUREST = 0.999


def _recognised(confidence: float) -> float:
    return round(min(confidence, _SUREST), 3)


def _upright(image: Pixels, scale: float, engine: Engine) -> _View:
    """Even, turn and deskew a picture, and find its text."""
    cv2 = vision()
    if scale > _LARGEST:
        factor = _LARGEST / scale
        image = cv2.resize(image, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
        scale = _LARGEST
    sheet = clean(image, scale)
    grey, back = deskewed(sheet.grey, skew_of(sheet.grey, scale))
    boxes = engine.detect(grey, min(_SEEK / scale, 2.0))
    em, dark = measure(grey, boxes)
    # Letters of a watermark are several times as high as the text.
    boxes = boxes[(boxes[:, 3] - boxes[:, 1] < 4.5 * em) | (boxes[:, 2] - boxes[:, 0] < 4.5 * em)]
    if 0 < dark < _FADED:
        grey = levelled(grey, dark)
        dark = LEVEL
    return _View(grey, sheet, back, boxes, em, dark, scale)


def _within(boxes: Floats, area: Box) -> NDArray[np.bool_]:
    x, y = (boxes[:, 0] + boxes[:, 2]) / 2, (boxes[:, 1] + boxes[:, 3]) / 2
    return np.asarray((x > area[0]) & (x < area[2]) & (y > area[1]) & (y < area[3]))


def _table(grid: Grid, boxes: Floats, view: _View, engine: Engine, page: int, number: int) -> Table:
    cells = []
    for span in grid.spans:
        lines = lines_in(
            view.grey, span.box, _cut(boxes, span.box, view.em), engine, em=view.em, points=view.points, dark=view.dark
        )
        cells.append(_cell(span, lines, view, page, number))
    return Table(
        cells=tuple(cells), rows=grid.rows, columns=grid.columns,
        at=Location(page=page, table=number, bbox=_points(grid.box, view)),
        grid="exact" if grid.sound else "guessed",
    )  # fmt: skip


def _cut(boxes: Floats, cell: Box, em: float) -> list[Box]:
    """Return the parts of text boxes that belong to a cell."""
    parts = []
    for x0, y0, x1, y1 in boxes.tolist():
        left, right = max(x0, cell[0]), min(x1, cell[2])
        top, bottom = max(y0, cell[1]), min(y1, cell[3])
        if right - left > min(0.25 * em, 0.5 * (x1 - x0)) and bottom - top > 0.45 * min(y1 - y0, cell[3] - cell[1]):
            parts.append((left, top, right, bottom))
    return parts


def _cell(span: Span, lines: list[TextLine], view: _View, page: int, number: int) -> Cell:
    text = join_lines(line.reading.text.strip() for line in lines)
    confidence = min((line.reading.confidence for line in lines), default=1.0)
    at = Location(page=page, table=number, row=span.row, column=span.column, bbox=_points(span.box, view))
    return Cell(
        text=text,
        at=at,
        row_span=span.rows,
        column_span=span.columns,
        confidence=_recognised(confidence) if lines else 1.0,
    )


def _free_lines(view: _View, boxes: Floats, engine: Engine) -> list[TextLine]:
    """Read the lines outside tables; boxes side by side are one line."""
    found: list[TextLine] = []
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
        for box in row:
            high = box[3] - box[1]
            area = (box[0] - 0.2 * high, box[1] - 0.15 * high, box[2] + 0.2 * high, box[3] + 0.15 * high)
            found += lines_in(
                view.grey, area, [(box[0], box[1], box[2], box[3])], engine,
                em=0.6 * high, points=view.points, dark=view.dark, ruled=False,
            )  # fmt: skip
    return found


def _points(box: Box, view: _View) -> tuple[float, float, float, float]:
    """Return a box of the upright page in points of the picture."""
    corners = np.array([[x, y, 1.0] for x in (box[0], box[2]) for y in (box[1], box[3])])
    placed = corners @ view.back.T / view.points
    x0, y0 = placed.min(axis=0).tolist()
    x1, y1 = placed.max(axis=0).tolist()
    return round(x0, 2), round(y0, 2), round(x1, 2), round(y1, 2)


def _unreadable(page: int, why: str) -> Note:
    return Note(code="low-confidence", message=f"第 {page} 页：{why}", at=Location(page=page))
