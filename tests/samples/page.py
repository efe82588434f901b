"""What a sample page shows, whatever the format: texts and grids of cells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Text:
    """A line of text; ``kind`` is ``title``, ``subtitle``, ``right``, ``heading`` or ``body``."""

    text: str
    kind: str = "body"


@dataclass(frozen=True, slots=True)
class Break:
    """A new page (a new sheet in a workbook)."""

    name: str = ""


@dataclass(frozen=True, slots=True)
class GridCell:
    row: int
    column: int
    text: str
    row_span: int = 1
    column_span: int = 1
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """Cells on a grid; ``widths`` are shares of the page width; ``repeat`` header rows come again on each page."""

    cells: tuple[GridCell, ...]
    rows: int
    widths: tuple[float, ...]
    repeat: int = 0

    @property
    def columns(self) -> int:
        return len(self.widths)

    def matrix(self) -> list[list[GridCell | None]]:
        """Return the anchor cell of each place, ``None`` where a place is covered."""
        places: list[list[GridCell | None]] = [[None] * self.columns for _ in range(self.rows)]
        for cell in self.cells:
            places[cell.row][cell.column] = cell
        return places


Item = Text | Break | Grid


@dataclass(frozen=True, slots=True)
class Sample:
    """A document: what it shows and what should be read out of it."""

    name: str
    items: tuple[Item, ...]
    truth: tuple[dict[str, Any], ...]


@dataclass(slots=True)
class Builder:
    """Builds a grid row by row; a cell is ``text`` or ``(text, column_span[, row_span])``."""

    widths: tuple[float, ...]
    repeat: int = 0
    cells: list[GridCell] = field(default_factory=list)
    rows: int = 0
    busy: set[tuple[int, int]] = field(default_factory=set)

    def row(self, *cells: str | tuple[str, int] | tuple[str, int, int], bold: bool = False) -> None:
        column = 0
        for entry in cells:
            text, span, height = _parts(entry)
            while (self.rows, column) in self.busy:
                column += 1
            self.cells.append(GridCell(self.rows, column, text, height, span, bold))
            self.busy |= {(self.rows + r, column + c) for r in range(height) for c in range(span)}
            column += span
        while (self.rows, column) in self.busy:
            column += 1
        if column != len(self.widths):
            raise ValueError(f"row {self.rows} fills {column} of {len(self.widths)} columns: {cells}")
        self.rows += 1

    def grid(self) -> Grid:
        if any(cell.row + cell.row_span > self.rows for cell in self.cells):
            raise ValueError("a cell reaches below the grid")
        return Grid(tuple(self.cells), self.rows, self.widths, self.repeat)


def _parts(entry: str | tuple[str, int] | tuple[str, int, int]) -> tuple[str, int, int]:
    if isinstance(entry, str):
        return entry, 1, 1
    return (entry[0], entry[1], 1) if len(entry) == 2 else entry


def runs(labels: Sequence[str]) -> list[tuple[int, int]]:
    """Return ``(start, length)`` of each run of equal neighbours."""
    found: list[tuple[int, int]] = []
    for index, label in enumerate(labels):
        if found and labels[found[-1][0]] == label:
            found[-1] = (found[-1][0], found[-1][1] + 1)
        else:
            found.append((index, 1))
    return found
