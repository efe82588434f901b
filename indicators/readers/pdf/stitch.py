"""Tables that run over page breaks, put together again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import repeat

import numpy as np

from indicators.readers.pdf.cuts import Piece, Wording, cut_row, joined_cells
from indicators.readers.pdf.parts import TablePart
from indicators.records import Cell, Location, Table
from indicators.text import join_lines, squash

__all__ = ["Grown"]

#: First column, width, rows and text of each cell that begins in a row.
RowKey = tuple[tuple[int, int, int, str], ...]

#: Column borders of the parts of one table may differ by this much, in points.
_DRIFT = 4.0
#: Rows at the top of a part that may repeat the header of the first one.
_HEAD = 6
#: Texts in a row of labels; below the rows of a heading, a repeated header is told by such a row.
_LEAST_LABELS = 3


@dataclass(slots=True)
class Grown:
    """A table that grows page by page.

    Parameters
    ----------
    parts
        Its parts so far.
    pieces
        Cells so far; columns are kept as coordinates until the last part is known.
    rows
        Number of rows so far.
    """

    parts: list[TablePart]
    pieces: list[Piece] = field(default_factory=list)
    rows: int = 0
    head: list[RowKey] = field(default_factory=list)

    @classmethod
    def of(cls, part: TablePart) -> Grown:
        """Begin with the first part."""
        return cls(parts=[part], rows=len(part.ys) - 1)

    def continued(self, part: TablePart, free: float) -> int | None:
        """Return how many rows of a part repeat the header of this table; ``None`` where it is another table.

        Parameters
        ----------
        part
            First table of the next page, with no line above it.
        free
            Room left below the table on its last page, in points.
        """
        last = self.parts[-1]
        # Text in rows above the rules begins a table of its own, as a line there does.
        if last.grid != "exact" or part.grid != "exact" or part.headed:
            return None
        width, other = float(last.xs[-1] - last.xs[0]), float(part.xs[-1] - part.xs[0])
        if abs(width - other) > max(_DRIFT, 0.006 * width):
            return None
        above = self.parts[0].headed
        self.head = self.head or _row_keys(self.parts[0], self.rows)[above:]
        rows = _row_keys(part, 2 * _HEAD)
        if _begins_anew(self.head, rows):
            return None
        skip = _repeated_rows(self.head, rows[:_HEAD], part)
        # Some programs keep the rows of a merged cell together.
        first = part.boxes[part.cells[:, 0] == min(skip, len(part.ys) - 2)]
        room = float((first[:, 3] - first[:, 1]).max()) if len(first) else 0.0
        near = bool(last.open_cells) or part.open_top or free < room + 8.0
        return skip if near or 0 < skip < len(part.ys) - 1 else None

    def add(self, part: TablePart, skip: int, wording: Wording) -> None:
        """Append the part of the next page without its repeated rows; join what the break cut."""
        if len(self.parts) == 1:
            self.pieces = _pieces(self.parts[0], 0, 0)
        self.parts.append(part)
        fresh = [piece for piece in _pieces(part, skip, self.rows - skip) if piece.stop > self.rows]
        if not fresh:
            return
        above = [piece for piece in self.pieces if piece.stop == self.rows]
        below = [piece for piece in fresh if piece.row == self.rows]
        pairs = [(a, b) for a in above for b in below if abs(a.x0 - b.x0) < _DRIFT and abs(a.x1 - b.x1) < _DRIFT]
        cut = cut_row(pairs, above, below, wording)
        if cut:
            joined = pairs
        elif part.open_top:
            # Such programs rule what is finished and nothing else, so that the rules say all.
            joined = [pair for pair in pairs if pair[0].open]
        else:
            joined = joined_cells(pairs, below, [*self.pieces, *fresh], wording)
        shift = 1 if cut else 0
        for piece in fresh:
            piece.row -= shift
            piece.stop -= shift
        for upper, lower in joined:
            _join(upper, lower)
        gone = {id(lower) for _, lower in joined}
        self.pieces += [piece for piece in fresh if id(piece) not in gone]
        self.rows += len(part.ys) - 1 - skip - shift

    def table(self, index: int) -> Table:
        """Return the whole table as a record with its number in the document."""
        if len(self.parts) == 1:
            return _single(self.parts[0], index)
        columns = _stops(self.pieces)
        starts = np.searchsorted(columns, [piece.x0 + _DRIFT / 2 for piece in self.pieces], side="right") - 1
        ends = np.searchsorted(columns, [piece.x1 - _DRIFT / 2 for piece in self.pieces], side="left")
        cells = [
            Cell(
                text=piece.text,
                at=Location(page=piece.page, table=index, row=piece.row, column=start, bbox=piece.box),
                row_span=piece.stop - piece.row,
                column_span=max(1, end - start),
                confidence=piece.confidence,
            )
            for piece, start, end in zip(self.pieces, starts.tolist(), ends.tolist(), strict=True)
        ]
        cells.sort(key=lambda cell: (cell.at.row, cell.at.column))
        first = self.parts[0]
        return Table(
            cells=tuple(cells),
            rows=self.rows,
            columns=len(columns) - 1,
            at=Location(page=first.page, table=index, bbox=first.outer),
            grid=first.grid,
        )


def _single(part: TablePart, index: int) -> Table:
    """Return a table that stands on one page."""
    confidences = part.confidences or repeat(1.0)
    cells = tuple(
        Cell(
            text=text,
            at=Location(page=part.page, table=index, row=row, column=start, bbox=box),
            row_span=stop - row,
            column_span=end - start,
            confidence=confidence,
        )
        for (row, start, stop, end), text, box, confidence in zip(
            part.cells.tolist(), part.texts, map(tuple, part.boxes.tolist()), confidences, strict=False
        )
    )
    at = Location(page=part.page, table=index, bbox=part.outer)
    return Table(cells=cells, rows=len(part.ys) - 1, columns=len(part.xs) - 1, at=at, grid=part.grid)


def _pieces(part: TablePart, skip: int, shift: int) -> list[Piece]:
    """Return the cells of a part from row ``skip`` on, rows moved by ``shift``, columns as drawn."""
    left = float(part.xs[0])
    xs = (part.xs - left).tolist()
    ys = part.ys.tolist()
    confidences = part.confidences or (1.0,) * len(part.texts)
    inked = part.ink[:, 2] > 0
    pad = float(np.clip((part.ink[inked, 0] - part.boxes[inked, 0]).min(), 0, 8)) if inked.any() else 0.0
    return [
        Piece(
            row=max(row, skip) + shift,
            stop=stop + shift,
            x0=xs[start],
            x1=xs[end],
            y0=ys[row],
            y1=ys[stop],
            text=text,
            page=part.page,
            box=(box[0], box[1], box[2], box[3]),
            ink=ink,
            left=left,
            tail=tail,
            size=part.size,
            pad=pad,
            confidence=confidence,
            open=number in part.open_cells,
        )
        for number, (row, start, stop, end), text, box, ink, tail, confidence in zip(
            range(len(part.texts)),
            part.cells.tolist(),
            part.texts,
            part.boxes.tolist(),
            part.ink.tolist(),
            part.tails.tolist(),
            confidences,
            strict=True,
        )
        if stop > skip
    ]


def _join(upper: Piece, lower: Piece) -> None:
    upper.stop = lower.stop
    if not upper.text:
        # The text of a merged cell may stand on either side of the break: the place is where it is printed.
        upper.page, upper.box = lower.page, lower.box
        upper.text = lower.text
    elif lower.text and squash(lower.text) != squash(upper.text):
        upper.text = join_lines((upper.text, lower.text))
    upper.ink, upper.tail, upper.y0, upper.y1 = lower.ink, lower.tail, lower.y0, lower.y1
    upper.left, upper.open = lower.left, lower.open
    upper.confidence = min(upper.confidence, lower.confidence)


def _stops(pieces: Sequence[Piece]) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    values = np.sort(np.array([value for piece in pieces for value in (piece.x0, piece.x1)]))
    groups = np.concatenate(([0], np.cumsum(np.diff(values) > _DRIFT / 2)))
    stops: np.ndarray[tuple[int, ...], np.dtype[np.float64]] = np.bincount(groups, weights=values) / np.bincount(groups)
    return stops


def _row_keys(part: TablePart, limit: int) -> list[RowKey]:
    """Return what identifies each of the first rows: columns, rows and texts of the cells that begin there."""
    keys: list[list[tuple[int, int, int, str]]] = [[] for _ in range(min(limit, len(part.ys) - 1))]
    xs = part.xs.tolist()
    for (row, start, stop, end), text in zip(part.cells.tolist(), part.texts, strict=True):
        if row >= len(keys):
            break
        # Widths are compared in steps of ten points, wide enough for rounding.
        keys[row].append((start, round((xs[end] - xs[start]) / 10), stop - row, squash(text)))
    return [tuple(key) for key in keys]


def _repeated_rows(head: list[RowKey], rows: list[RowKey], part: TablePart) -> int:
    """Return how many rows at the top of a part only repeat the header of the first part."""
    labelled = bool(rows) and _all_labels(rows[0])
    for offset in range(len(head) if labelled else min(_HEAD, len(head))):
        count = 0
        for row, other in zip(rows, head[offset:], strict=False):
            if [cell[1:] for cell in row] != [cell[1:] for cell in other] or not any(cell[3] for cell in row):
                break
            count += 1
        if count:
            return _whole_rows(part, count)
    return 0


def _all_labels(row: RowKey) -> bool:
    """Return whether a row can be a header by itself, wherever it stands: several words and no number."""
    texts = {cell[3] for cell in row} - {""}
    return len(texts) >= _LEAST_LABELS and not any(character.isdigit() for text in texts for character in text)


def _whole_rows(part: TablePart, count: int) -> int:
    """Shrink a number of rows until no cell reaches beyond it; a header ends where all its cells end."""
    while count and bool(((part.cells[:, 0] < count) & (part.cells[:, 2] > count)).any()):
        count -= 1
    return count


def _begins_anew(head: list[RowKey], rows: list[RowKey]) -> bool:
    """Return whether a part opens with the labels of the first part: the next form, not more of this one."""
    same = {
        row[0][3]
        for row, other in zip(rows, head, strict=False)
        if row and other and row[0][0] == other[0][0] == 0 and row[0][3] == other[0][3]
    }
    return len(same - {""}) >= 3
