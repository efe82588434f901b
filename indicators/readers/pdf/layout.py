"""One page to tables and lines, before pages are put together."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from indicators.readers.pdf.closing import closed
from indicators.readers.pdf.content import Chars, Floats, Ints, PageContent, middle_of, turned
from indicators.readers.pdf.lattice import Lattice, find_lattices
from indicators.readers.pdf.rules import SNAP, Rules, join_rules
from indicators.readers.pdf.typeset import Typeset, typeset
from indicators.records import BBox, Grid

__all__ = ["PageLayout", "TablePart", "TextLine", "lay_out", "lay_out_with"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TextLine:
    """A printed line outside tables with its box in points."""

    text: str
    box: BBox
    page: int
    confidence: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class TablePart:
    """The part of a table that stands on one page.

    Parameters
    ----------
    page
        Page, from 1.
    xs, ys
        Column and row borders in points.
    cells
        ``row, column, row after, column after`` in reading order, shape ``(n, 4)``.
    boxes
        Box of each cell, shape ``(n, 4)``.
    texts
        Text of each cell.
    ink
        Box around the characters of each cell, zero where it is empty, shape ``(n, 4)``.
    tails
        Right end of the last line of each cell, shape ``(n,)``.
    size
        Usual height of a character, in points.
    open_top, open_bottom
        Whether the outer rule is missing there.
    outer
        Box of the part on the displayed page.
    """

    page: int
    xs: Floats
    ys: Floats
    cells: Ints
    boxes: Floats
    texts: list[str]
    ink: Floats
    tails: Floats
    size: float
    grid: Grid = "exact"
    confidences: tuple[float, ...] | None = None
    open_top: bool = False
    open_bottom: bool = False
    outer: BBox | None = None

    def shown(self, quarter: int, width: float, height: float) -> TablePart:
        """Return the part with the boxes that are reported turned to the displayed page and rounded."""
        boxes = np.round(turned(self.boxes, quarter, width, height), 2)
        x0, y0, x1, y1 = np.round(turned(np.array([self.box]), quarter, width, height)[0], 2).tolist()
        return replace(self, boxes=boxes, outer=(x0, y0, x1, y1))

    @property
    def box(self) -> BBox:
        """The outer border."""
        return float(self.xs[0]), float(self.ys[0]), float(self.xs[-1]), float(self.ys[-1])


@dataclass(frozen=True, slots=True, kw_only=True)
class PageLayout:
    """Tables and lines of a page.

    Parameters
    ----------
    doubtful
        Whether rules and text do not agree, so that the second engine should be asked.
    turn
        Quarter turns clockwise that brought the text upright; sizes and boxes are those after turning.
    """

    number: int
    width: float
    height: float
    turn: int = 0
    tables: tuple[TablePart, ...] = ()
    lines: tuple[TextLine, ...] = ()
    doubtful: bool = False


def lay_out(page: PageContent, chars: Chars) -> PageLayout:
    """Return the tables and lines of a page.

    Parameters
    ----------
    page
        Its content.
    chars
        The characters of the page without watermarks.
    """
    quarter = _reading_turn(chars)
    size = (page.width, page.height)
    if quarter:
        chars = replace(chars, boxes=turned(chars.boxes, quarter, *size))
    level, upright = join_rules(turned(page.rules, quarter, *size))
    layout = lay_out_with(page, chars, find_lattices(*closed(level, upright)), quarter)
    return replace(layout, tables=tuple(_with_open_ends(table, level) for table in layout.tables))


def lay_out_with(page: PageContent, chars: Chars, lattices: list[Lattice], quarter: int = 0) -> PageLayout:
    """Return the tables and lines of a page whose lattices are known.

    Parameters
    ----------
    page
        Its content.
    chars, lattices
        In the space of the page turned clockwise by ``quarter``.
    """
    size = (page.width, page.height)
    group, lost = _groups(chars, lattices)
    order = typeset(chars, group)
    tables, lines = _parts(page.number, chars, order, lattices)
    return PageLayout(
        number=page.number,
        width=size[quarter % 2],
        height=size[1 - quarter % 2],
        turn=quarter,
        tables=tuple(tables),
        lines=tuple(lines),
        doubtful=lost,
    )


def _with_open_ends(part: TablePart, level: Rules) -> TablePart:
    x0, y0, x1, y1 = part.box
    top, bottom = _is_open(level, y0, x0, x1), _is_open(level, y1, x0, x1)
    return replace(part, open_top=top, open_bottom=bottom) if top or bottom else part


def _is_open(level: Rules, y: float, x0: float, x1: float) -> bool:
    """Return whether less than half of a border was really ruled."""
    near = np.abs(level.positions[level.place] - y) <= SNAP
    ruled = np.minimum(level.high[near], x1) - np.maximum(level.low[near], x0)
    return bool(ruled.clip(min=0).sum() < 0.5 * (x1 - x0))


def _reading_turn(chars: Chars) -> int:
    """Return the quarter turns clockwise that bring most of the text upright."""
    if not len(chars):
        return 0
    if not (chars.angles % 360 > 1).any():
        return 0
    quarters = np.round(chars.angles / 90).astype(np.int64) % 4
    counts = np.bincount(quarters, minlength=4)
    return int(counts.argmax()) if counts.max() > 0.6 * len(chars) else 0


def _groups(chars: Chars, lattices: list[Lattice]) -> tuple[Ints, bool]:
    """Return the cell of each character, -1 outside tables, and whether text stands in holes of a table."""
    group = np.full(len(chars), -1, np.int64)
    if not lattices:
        return group, False
    x, y = (chars.boxes[:, 0] + chars.boxes[:, 2]) / 2, (chars.boxes[:, 1] + chars.boxes[:, 3]) / 2
    first, lost = 0, False
    for lattice in lattices:
        column = np.searchsorted(lattice.xs, x) - 1
        row = np.searchsorted(lattice.ys, y) - 1
        inside = (column >= 0) & (column < len(lattice.xs) - 1) & (row >= 0) & (row < len(lattice.ys) - 1)
        cell = lattice.cover[row[inside], column[inside]]
        lost = lost or bool((cell < 0).any())
        group[inside] = np.where(cell >= 0, cell + first, -1)
        first += len(lattice.cells)
    return group, lost


def _parts(
    number: int, chars: Chars, order: Typeset, lattices: list[Lattice]
) -> tuple[list[TablePart], list[TextLine]]:
    starts, texts = order.runs()
    if not texts:
        return [_part(number, lattice, [], np.zeros(0, np.int64), _NO_INK) for lattice in lattices], []
    ink = _ink(chars, order, starts)
    owner = order.group[starts]
    free = int(np.searchsorted(owner, 0))
    lines = [
        TextLine(text=text, box=(x0, y0, x1, y1), page=number)
        for text, (x0, y0, x1, y1) in zip(texts, np.round(ink.boxes[:free], 2).tolist(), strict=False)
        if text
    ]
    tables, first = [], 0
    for lattice in lattices:
        last = first + len(lattice.cells)
        begin, end = np.searchsorted(owner, (first, last)).tolist()
        own = _Ink(boxes=ink.boxes[begin:end], tails=ink.tails[begin:end], size=ink.size)
        tables.append(_part(number, lattice, texts[begin:end], owner[begin:end] - first, own))
        first = last
    return tables, lines


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ink:
    """Where the text of cells stands: boxes around it and right ends of the last lines."""

    boxes: Floats
    tails: Floats
    size: float


_NO_INK = _Ink(boxes=np.zeros((0, 4)), tails=np.zeros(0), size=10.0)


def _ink(chars: Chars, order: Typeset, starts: Ints) -> _Ink:
    boxes = chars.boxes[order.order]
    around = np.empty((len(starts), 4))
    np.minimum.reduceat(boxes[:, :2], starts, axis=0, out=around[:, :2])
    np.maximum.reduceat(boxes[:, 2:], starts, axis=0, out=around[:, 2:])
    # The last character of a run ends its last line.
    tails = boxes[np.append(starts[1:], len(boxes)) - 1, 2]
    return _Ink(boxes=around, tails=tails, size=middle_of(boxes[:, 3] - boxes[:, 1]))


def _part(number: int, lattice: Lattice, texts: list[str], filled: Ints, ink: _Ink) -> TablePart:
    """Return a table part; ``texts`` and ``ink`` belong to the cells named in ``filled``."""
    cells = lattice.cells
    around, tails = np.zeros((len(cells), 4)), np.zeros(len(cells))
    around[filled], tails[filled] = ink.boxes, ink.tails
    everything = [""] * len(cells)
    for place, text in zip(filled.tolist(), texts, strict=True):
        everything[place] = text
    boxes = np.stack(
        (lattice.xs[cells[:, 1]], lattice.ys[cells[:, 0]], lattice.xs[cells[:, 3]], lattice.ys[cells[:, 2]]), axis=1
    )
    return TablePart(
        page=number,
        xs=lattice.xs,
        ys=lattice.ys,
        cells=cells,
        boxes=boxes,
        texts=everything,
        ink=around,
        tails=tails,
        size=ink.size,
    )
