"""A picture of a page to what stands on it: tables as ruled, text as placed.

Which of both is to be believed where rules are lost is not asked here: ``indicators.grid`` knows what forms print.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from operator import attrgetter

import numpy as np
from numpy.typing import NDArray

from indicators.readers.ocr.grid import Grid, Span, find_grids
from indicators.readers.ocr.lines import TextLine, lines_in
from indicators.readers.ocr.networks import Glyph, Networks, Reading
from indicators.readers.ocr.rules import RuleSet, find_rules, without_text
from indicators.readers.ocr.upright import View, upright
from indicators.readers.placing import half_width, smallest, steps
from indicators.records import BBox, Cell, Line, Location, Mark, Note, Picture, Region, Ruled, Segment, Table, around
from indicators.text import join_lines

__all__ = ["PageReading", "read_page"]

Pixels = NDArray[np.uint8]
Floats = NDArray[np.float64]
Box = tuple[float, float, float, float]

#: Heights of characters in pixels: below the first nothing is read (70 dpi), below the second numbers are doubtful.
_UNREADABLE, _COARSE = 8.5, 11.0
#: Mean confidence below which a page is not read.
_GIVEN_UP = 0.6
#: Characters below which a picture without tables says nothing: blots and photographs look like a letter or two.
_FEW = 8
#: Share of a line under a stamp from which it is doubtful; confidence of such lines.
_COVERED, _STAMPED = 0.25, 0.65
_NUMBER = re.compile(r"[\d≥≤]")
#: Recognised text is never as sure as printed characters: rules that meet less than 1 do not accuse of errors.
_SUREST = 0.999
#: Probability from which a character is not doubted, and from which another is possible in its place.
_CERTAIN, _POSSIBLE = 0.9, 0.01
#: Height of a character in heights of the detector's boxes; white that may part columns in heights of a character.
_EM, _WHITE = 0.6, 0.95
#: Confidence of text outside of cells at least.
_LIKELY = 0.5
#: Distance of two lines of a cell where none shows it, in heights of a character, and how exactly one recurs.
_PITCH, _RECURS = 1.3, 0.12


@dataclass(frozen=True, slots=True, kw_only=True)
class PageReading:
    """What a picture says.

    Parameters
    ----------
    blocks
        What the picture shows, or nothing; boxes in points from the top left of the picture.
    marks
        Suppressed stamps.
    notes
        What was doubtful or given up.
    """

    blocks: tuple[Picture, ...]
    marks: tuple[Mark, ...] = ()
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class _Area:
    """A ruled table with the text lines in it."""

    box: Box
    table: Table
    lines: list[TextLine]


def read_page(image: Pixels, scale: float, page: int, networks: Networks) -> PageReading:
    """Recognise what stands on a picture.

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
    whole, bare = without_text(view.grey, view.points, view.boxes)
    horizontal = find_rules(whole, bare, view.points, view.sheet.noise, vertical=False)
    vertical = find_rules(whole, bare, view.points, view.sheet.noise, vertical=True)
    areas, outside = _areas(view, find_grids(horizontal, vertical, view.boxes), networks, page)
    pieces = _free_lines(view, outside, networks)
    confidences = [line.reading.confidence for area in areas for line in area.lines]
    confidences += [line.reading.confidence for line in pieces]
    if not areas and sum(len(line.reading.text) for line in pieces) < _FEW:
        return PageReading(blocks=(), notes=(_given_up(page, "图片中没有可识别的文字"),))
    if not confidences or float(np.mean(confidences)) < _GIVEN_UP:
        return PageReading(blocks=(), notes=(_given_up(page, "图片不是清晰的文字，识别结果不可用，请核对原件"),))
    notes: list[Note] = []
    if view.sharp < _COARSE:
        why = f"分辨率偏低（字高约 {view.sharp:.0f} 像素），数字和符号可能误读，请核对原件"
        notes.append(Note(code="low-confidence", message=f"第 {page} 页：{why}", at=Location(page=page)))
    parts = tuple(_parts(areas, outside, pieces, horizontal, vertical, view, page))
    height, width = image.shape[:2]
    picture = Picture(
        text="\n".join(part.text.text if isinstance(part, Ruled) else part.text for part in parts),
        at=Location(page=page, bbox=(0.0, 0.0, round(width / scale, 2), round(height / scale, 2))),
        parts=parts,
    )
    marks = tuple(
        Mark(text="", kind="stamp", at=Location(page=page, bbox=view.placed(box))) for box in view.sheet.stamps
    )
    return PageReading(blocks=(picture,), marks=marks, notes=tuple(notes))


def _areas(view: View, grids: Sequence[Grid], networks: Networks, page: int) -> tuple[list[_Area], Floats]:
    """Return the ruled tables of a page, and the boxes of text outside them."""
    free = np.ones(len(view.boxes), np.bool_)
    areas: list[_Area] = []
    for grid in grids:
        inside = _within(view.boxes, grid.box)
        free &= ~inside
        if inside.any():
            areas.append(_ruled(grid, view.boxes[inside], view, networks, page, len(areas)))
    return areas, view.boxes[free]


def _parts(
    areas: list[_Area],
    outside: Floats,
    pieces: list[TextLine],
    horizontal: RuleSet,
    vertical: RuleSet,
    view: View,
    page: int,
) -> Iterator[Ruled | Region]:
    """Yield the ruled tables of a page and the text between them, from top to bottom."""
    rules = _borders(horizontal)
    rest = sorted(pieces, key=lambda line: line.box[1] + line.box[3])
    for area in sorted(areas, key=lambda area: area.box[1]):
        above = [line for line in rest if (line.box[1] + line.box[3]) / 2 < area.box[1]]
        rest = rest[len(above) :]
        if above:
            yield replace(_region(above, rules, view, page), crossed=_crossed(above, vertical))
        yield Ruled(table=area.table, text=_region(area.lines, rules, view, page), cut=_runs_on(outside, area))
    if rest:
        yield replace(_region(rest, rules, view, page), crossed=_crossed(rest, vertical))


def _crossed(lines: Sequence[TextLine], vertical: RuleSet) -> bool:
    """Return whether vertical rules stand between the lines, on average at least one at any height."""
    top, low = min(line.middle for line in lines), max(line.middle for line in lines)
    inside = sum(max(0.0, min(rule.last, low) - max(rule.first, top)) for rule in vertical.pieces)
    return inside > low - top


def _ruled(grid: Grid, boxes: Floats, view: View, networks: Networks, page: int, number: int) -> _Area:
    """Read a table cell by cell."""
    cells: list[Cell] = []
    every: list[TextLine] = []
    for span in grid.spans:
        parts = _cut(boxes, span.box, view.em)
        lines = lines_in(view.grey, span.box, parts, networks, em=view.em, points=view.points, dark=view.dark)
        every += lines
        cells.append(_cell(span, lines, view, page, number))
    table = Table(
        cells=tuple(cells),
        rows=grid.rows,
        columns=grid.columns,
        at=Location(page=page, table=number, bbox=view.placed(grid.box)),
        grid="exact" if grid.sound else "guessed",
    )
    return _Area(grid.box, table, every)


def _region(pieces: Sequence[TextLine], rules: Sequence[Box], view: View, page: int) -> Region:
    """Return lines of text as they stand, boxes in pixels of the upright page."""
    boxes = [line.box for line in pieces]
    numbers = _printed_lines(boxes)
    order = sorted(range(len(pieces)), key=lambda index: (numbers[index], boxes[index][0]))
    texts = [pieces[index].reading.text.strip() for index in order]
    printed = list(zip(texts, (_level(pieces[index]) for index in order), strict=True))
    half = half_width(printed)
    pitch = (smallest(steps(printed, 2 * half), _RECURS) or _PITCH) * 2 * half
    top = min((box[1] for box in boxes), default=0.0)
    low = max((box[3] for box in boxes), default=0.0)
    segments = tuple(
        Segment(
            text=text,
            x0=box[0] / half,
            x1=box[2] / half,
            y=(box[1] - top) / pitch,
            line=numbers[index],
            at=Location(page=page, bbox=view.placed(boxes[index])),
            confidence=_recognised(_trusted(pieces[index], view)),
        )
        for index, (text, box) in zip(order, printed, strict=True)
    )
    # In the order of their lines.
    lines = tuple(_line(list(own), page) for _, own in groupby(segments, key=attrgetter("line")))
    return Region(
        text="\n".join(line.text for line in lines),
        at=lines[0].at if lines else Location(page=page),
        lines=lines,
        segments=segments,
        rules=tuple(
            ((y0 + y1 - 2 * top) / 2 / pitch, x0 / half, x1 / half)
            for x0, y0, x1, y1 in rules
            if top - 2 * pitch < y0 < low + 2 * pitch
        ),
        height=(low - top) / pitch,
    )


def _line(segments: Sequence[Segment], page: int) -> Line:
    box = around(segment.at.bbox for segment in segments)
    text = " ".join(segment.text for segment in segments)
    confidence = min(segment.confidence for segment in segments)
    return Line(text=text, at=Location(page=page, bbox=box), confidence=confidence)


def _level(line: TextLine) -> Box:
    return line.box[0], line.middle, line.box[2], line.middle


def _printed_lines(boxes: Sequence[Box]) -> list[int]:
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


def _borders(rules: RuleSet) -> list[BBox]:
    """Return the pieces of horizontal rules in pixels of the upright page."""
    return [(piece.first, piece.at(piece.first), piece.last, piece.at(piece.last)) for piece in rules.pieces]


def _runs_on(outside: Floats, area: _Area) -> bool:
    """Return whether much text stands left or right of a table: it goes on where its rules are bent or lost."""
    y = (outside[:, 1] + outside[:, 3]) / 2
    return int(((y > area.box[1]) & (y < area.box[3])).sum()) > max(3, 0.05 * len(area.lines))


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
        others=tuple(_others(lines[0].reading)) if len(lines) == 1 else (),
    )


def _others(reading: Reading) -> Iterable[str]:
    """Return the texts that differ in one uncertain character."""
    for place, glyph in enumerate(reading.glyphs):
        if glyph.probability < _CERTAIN:
            yield from (
                _with(reading.glyphs, place, other) for other, probability in glyph.others if probability >= _POSSIBLE
            )


def _with(glyphs: Sequence[Glyph], place: int, text: str) -> str:
    return "".join(text if index == place else glyph.text for index, glyph in enumerate(glyphs)).strip()


def _trusted(line: TextLine, view: View) -> float:
    """Return the confidence of a line: what a stamp covers or is printed coarsely may be read wrongly for sure."""
    doubtful = view.under_stamp(line.box) > _COVERED
    # Coarse ≥5 looks like 25 without a trace of doubt.
    doubtful |= view.sharp < _COARSE and _NUMBER.search(line.reading.text) is not None
    return min(line.reading.confidence, _STAMPED) if doubtful else line.reading.confidence


def _recognised(confidence: float) -> float:
    return round(min(confidence, _SUREST), 3)


def _free_lines(view: View, boxes: Floats, networks: Networks) -> list[TextLine]:
    """Read printed lines outside of cells, in pieces between any white that may part columns."""
    found: list[TextLine] = []
    for x0, y0, x1, y1 in _met(boxes):
        high = y1 - y0
        area = (x0 - 0.2 * high, y0 - 0.15 * high, x1 + 0.2 * high, y1 + 0.15 * high)
        found += lines_in(
            view.grey,
            area,
            [(x0, y0, x1, y1)],
            networks,
            em=_EM * high,
            points=view.points,
            dark=view.dark,
            ruled=False,
            apart=_WHITE,
        )
    # Pictures and blots look like text to the detector, not to the recogniser.
    return [line for line in found if line.reading.confidence >= _LIKELY]


def _met(boxes: Floats) -> list[Box]:
    """Return the detector's boxes, those put together that overlap in a line: the border of one may cut a character."""
    found: list[Box] = []
    last: dict[int, int] = {}
    seen: list[Box] = [(x0, y0, x1, y1) for x0, y0, x1, y1 in boxes.tolist()]
    for number, box in sorted(zip(_printed_lines(seen), seen, strict=True)):
        before = found[last[number]] if number in last else None
        if before is not None and box[0] < before[2]:
            found[last[number]] = (
                before[0],
                min(before[1], box[1]),
                max(before[2], box[2]),
                max(before[3], box[3]),
            )
        else:
            last[number] = len(found)
            found.append(box)
    return found


def _given_up(page: int, why: str) -> Note:
    return Note(code="picture-unread", message=f"第 {page} 页：{why}", at=Location(page=page))
