"""What is found on one page: parts of tables, and lines."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from indicators.readers.pdf.content import Floats, Ints, turned
from indicators.records import BBox, Grid

__all__ = ["PageLayout", "TablePart", "TextLine"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TextLine:
    """A printed line outside tables with its box in points.

    ``pieces`` are its parts between any gaps that may part columns, each with its box and the blanks before it.
    """

    text: str
    box: BBox
    page: int
    confidence: float = 1.0
    pieces: tuple[tuple[str, BBox, int], ...] = ()


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
    open_top
        Whether the outer rule is missing at the top.
    open_cells
        Cells in the last row without a rule below them.
    headed
        Rows of white boxes above its rules.
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
    open_cells: frozenset[int] = frozenset()
    headed: int = 0
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
    rules
        Horizontal rules as ``(y, x0, x1)``, shape ``(n, 3)``.
    """

    number: int
    width: float
    height: float
    turn: int = 0
    tables: tuple[TablePart, ...] = ()
    lines: tuple[TextLine, ...] = ()
    doubtful: bool = False
    rules: Floats = field(default_factory=lambda: np.zeros((0, 3)))

    def shown(self, box: BBox) -> BBox:
        """Return a box as displayed, where the page was turned for reading."""
        if not self.turn:
            return box
        x0, y0, x1, y1 = np.round(turned(np.array([box]), -self.turn, self.width, self.height)[0], 2).tolist()
        return x0, y0, x1, y1
