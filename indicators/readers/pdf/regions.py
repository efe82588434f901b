"""Lines outside ruled tables as blocks of the document: plain, or as regions where columns may stand in them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby, pairwise
from statistics import median
from unicodedata import east_asian_width

from indicators.readers.pdf.parts import PageLayout, TextLine
from indicators.readers.pdf.stitch import Grown
from indicators.records import Line, Location, Region, Segment, Table

__all__ = ["Block", "with_regions"]

Block = Table | Line
Placed = tuple[TextLine, PageLayout]

#: Lines of several pieces that make a region; below a page with one, a line is enough: the last rows of a form.
_LEAST_PARTED = 3
#: More pieces than this on a page are no form.
_MOST_PIECES = 1500
#: Distance of two lines of a cell, in heights of a character: least, usual and largest.
_PITCH = (0.95, 1.45, 1.85)


def with_regions(flow: Sequence[Grown | Placed]) -> list[Block]:
    """Return the blocks of a document in reading order.

    Parameters
    ----------
    flow
        Tables, and the lines outside them with their pages.
    """
    blocks: list[Block] = []
    tables = 0
    usual: float | None = None
    for _, group in groupby(flow, key=lambda item: id(item) if isinstance(item, Grown) else item[1].number):
        items = list(group)
        if isinstance(items[0], Grown):
            blocks.append(items[0].table(tables))
            tables += 1
        else:
            if usual is None:
                usual = _usual(flow)
            goes_on = bool(blocks) and isinstance(blocks[-1], Region)
            blocks += _lines([item for item in items if not isinstance(item, Grown)], usual, goes_on=goes_on)
    return blocks


def _usual(flow: Sequence[Grown | Placed]) -> float:
    """Return the distance of two lines of a cell in heights of a character, as all pages together show it."""
    steps: list[float] = []
    for _, group in groupby((item for item in flow if not isinstance(item, Grown)), key=lambda item: item[1].number):
        items = list(group)
        if sum(len(line.pieces) for line, _ in items) <= _MOST_PIECES:
            steps += _steps(items, 2 * _half_width(items))
    return _smallest(steps) or _PITCH[1]


def _lines(items: list[Placed], usual: float, *, goes_on: bool) -> list[Line]:
    page = items[0][1]
    lines = [
        Line(text=line.text, at=Location(page=line.page, bbox=page.shown(line.box)), confidence=line.confidence)
        for line, _ in items
    ]
    parted = sum(len(line.pieces) > 1 for line, _ in items)
    if parted < (1 if goes_on else _LEAST_PARTED) or sum(len(line.pieces) for line, _ in items) > _MOST_PIECES:
        return list(lines)
    half = _half_width(items)
    pitch = min(_smallest(_steps(items, 2 * half)) or usual, usual) * 2 * half
    top = min(line.box[1] for line, _ in items)
    low = max(line.box[3] for line, _ in items)
    segments = [
        Segment(
            text=text,
            x0=box[0] / half,
            x1=box[2] / half,
            y=((box[1] + box[3]) / 2 - top) / pitch,
            line=index,
            at=Location(page=line.page, bbox=page.shown(box)),
            glued=not blanks,
        )
        for index, (line, _) in enumerate(items)
        for text, box, blanks in line.pieces
    ]
    rules = tuple(
        ((y - top) / pitch, x0 / half, x1 / half)
        for y, x0, x1 in page.rules.tolist()
        if top - 2 * pitch < y < low + 2 * pitch
    )
    whole = "\n".join(line.text for line in lines)
    return [
        Region(
            text=whole,
            at=lines[0].at,
            lines=tuple(lines),
            segments=tuple(segments),
            rules=rules,
            height=(low - top) / pitch,
        )
    ]


def _half_width(items: list[Placed]) -> float:
    """Return the width of half a Chinese character, in points."""
    sizes = [
        (box[2] - box[0]) / sum(2 if east_asian_width(char) in "WF" else 1 for char in text)
        for line, _ in items
        for text, box, _ in line.pieces
        if len(text) > 1 and box[2] > box[0]
    ]
    return max(0.5, median(sizes)) if sizes else 5.0


def _steps(items: list[Placed], em: float) -> list[float]:
    """Return the distances of pieces below each other that may be lines of one cell, in heights of a character."""
    boxes = sorted((box for line, _ in items for _, box, _ in line.pieces), key=lambda box: box[1])
    steps: list[float] = []
    for index, upper in enumerate(boxes):
        below = next(
            (
                box
                for box in boxes[index + 1 :]
                if box[1] > upper[1] + 0.5 * em and min(box[2], upper[2]) > max(box[0], upper[0])
            ),
            None,
        )
        if below is not None and _PITCH[0] * em < below[1] - upper[1] < _PITCH[2] * em:
            steps.append((below[1] - upper[1]) / em)
    return steps


def _smallest(steps: list[float]) -> float | None:
    """Return the smallest distance that recurs: of two alike the first; one alone may be chance."""
    return next((one for one, other in pairwise(sorted(steps)) if other - one < 0.08), None)
