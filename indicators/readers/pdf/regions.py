"""Lines outside ruled tables as blocks of the document: plain, or as regions where columns may stand in them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from statistics import median
from typing import NamedTuple

from indicators.readers.pdf.parts import PageLayout, TextLine
from indicators.readers.pdf.stitch import Grown
from indicators.readers.placing import half_width, smallest, steps
from indicators.records import BBox, Line, Location, Region, Segment, Table

__all__ = ["Block", "with_regions"]

Block = Table | Line
Placed = tuple[TextLine, PageLayout]

#: Lines of several pieces that make a region; below a page with one, a line is enough: the last rows of a form.
_LEAST_PARTED = 3
#: More pieces than this on a page are no form.
_MOST_PIECES = 1500
#: Widths of characters differ by less where the type is the same.
_SAME = 0.08
#: Usual distance of two lines of a cell, in heights of a character.
_PITCH = 1.45


def with_regions(flow: Sequence[Grown | Placed]) -> list[Block]:
    """Return the blocks of a document in reading order.

    Parameters
    ----------
    flow
        Tables, and the lines outside them with their pages.
    """
    blocks: list[Block] = []
    tables = 0
    usual: _Type | None = None
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


class _Type(NamedTuple):
    """Half the width of a Chinese character in points, and the distance of two lines of a cell in characters."""

    half: float
    pitch: float


def _usual(flow: Sequence[Grown | Placed]) -> _Type:
    """Return what all pages together show."""
    distances: list[float] = []
    halves: list[float] = []
    for _, group in groupby((item for item in flow if not isinstance(item, Grown)), key=lambda item: item[1].number):
        items = list(group)
        pieces = _pieces(item for item in items if not isinstance(item, Grown))
        if len(pieces) <= _MOST_PIECES:
            halves.append(half_width(pieces))
            distances += steps(pieces, 2 * halves[-1])
    return _Type(median(halves) if halves else half_width(()), smallest(distances) or _PITCH)


def _lines(items: list[Placed], usual: _Type, *, goes_on: bool) -> list[Line]:
    page = items[0][1]
    lines = [
        Line(text=line.text, at=Location(page=line.page, bbox=page.shown(line.box)), confidence=line.confidence)
        for line, _ in items
    ]
    parted = sum(len(line.pieces) > 1 for line, _ in items)
    if parted < (1 if goes_on else _LEAST_PARTED) or sum(len(line.pieces) for line, _ in items) > _MOST_PIECES:
        return list(lines)
    pieces = _pieces(items)
    half = half_width(pieces)
    if abs(half - usual.half) < _SAME * half:
        half = usual.half
    pitch = min(smallest(steps(pieces, 2 * half)) or usual.pitch, usual.pitch) * 2 * half
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


def _pieces(items: Iterable[Placed]) -> list[tuple[str, BBox]]:
    return [(text, box) for line, _ in items for text, box, _ in line.pieces]
