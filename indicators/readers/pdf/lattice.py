"""Rules to cells: every closed rectangle of the lattice that the rules form, found in arrays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from indicators.readers.pdf.content import Floats, Ints, Mask
from indicators.readers.pdf.rules import Rules, join_rules

__all__ = ["Lattice", "compressed", "find_lattices", "shaded_lattices", "uncovered_sides"]

#: How far a rule may end before or beyond the rule it meets, in points.
REACH = 3.0
#: Larger lattices are drawings, not tables.
MAX_FACES = 400_000
#: Borders closer than this are the two lines of a double rule, in points.
SLIM = 3.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Lattice:
    """One table: its rule positions and its cells.

    Parameters
    ----------
    xs, ys
        Positions of the column and row borders, ascending, in points.
    cells
        ``row, column, row after the last, column after the last`` of each cell in reading order, shape ``(n, 4)``.
    cover
        Cell of each face, -1 where the face belongs to no closed cell, shape ``(rows, columns)``.
    """

    xs: Floats
    ys: Floats
    cells: Ints
    cover: Ints

    @property
    def box(self) -> tuple[float, float, float, float]:
        """The outer border."""
        return float(self.xs[0]), float(self.ys[0]), float(self.xs[-1]), float(self.ys[-1])

    @property
    def whole(self) -> bool:
        """Whether the cells fill the outer border without a hole."""
        return bool((self.cover >= 0).all())


def find_lattices(level: Rules, upright: Rules) -> list[Lattice]:
    """Return the tables of a page from top to bottom, left to right.

    Parameters
    ----------
    level, upright
        Joined rules of the page.
    """
    rows, columns = len(level.positions) - 1, len(upright.positions) - 1
    if rows < 1 or columns < 1 or rows * columns > MAX_FACES:
        return []
    xs, ys = upright.positions, level.positions
    across = _walls(level, xs)
    down = _walls(upright, ys).T
    cells = _cells(across, down)
    if not len(cells):
        return []
    cover = _cover(cells, rows, columns)
    if int(((cells[:, 2] - cells[:, 0]) * (cells[:, 3] - cells[:, 1])).sum()) == int((cover >= 0).sum()):
        return _grouped(cells, cover, upright, level)
    # A frame around a page or a table is no cell; a table inside a cell is a table of its own.
    inner = _nested(cells)
    within = cells[inner]
    lattices = _grouped(cells[~inner], _cover(cells[~inner], rows, columns), upright, level)
    lattices = [table for table in lattices if len(table.cells) > 1 or not _holds(table, within, xs, ys)]
    lattices += _grouped(within, _cover(within, rows, columns), upright, level)
    return lattices


def shaded_lattices(shades: Floats, taken: list[tuple[float, float, float, float]]) -> list[Lattice]:
    """Return the tables that adjoining shaded areas form where nothing is ruled.

    Parameters
    ----------
    shades
        Boxes of filled areas, shape ``(n, 4)``.
    taken
        Boxes of tables already found.
    """
    lattices = find_lattices(*join_rules(uncovered_sides(shades, taken)))
    return [lattice for lattice in lattices if min(lattice.cover.shape) > 1]


def uncovered_sides(shades: Floats, taken: list[tuple[float, float, float, float]]) -> Floats:
    """Return the four sides of areas outside tables as boxes without width or height, shape ``(4 * m, 4)``.

    Parameters
    ----------
    shades
        Boxes of filled areas, shape ``(n, 4)``.
    taken
        Boxes of tables already found.
    """
    x, y = (shades[:, 0] + shades[:, 2]) / 2, (shades[:, 1] + shades[:, 3]) / 2
    free = np.ones(len(shades), np.bool_)
    for x0, y0, x1, y1 in taken:
        free &= ~((x > x0) & (x < x1) & (y > y0) & (y < y1))
    x0, y0, x1, y1 = shades[free].T
    return np.concatenate(
        [np.stack(side, axis=1) for side in ((x0, y0, x1, y0), (x0, y1, x1, y1), (x0, y0, x0, y1), (x1, y0, x1, y1))]
    )


def _nested(cells: Ints) -> Mask:
    """Return which cells lie in another one."""
    inner = np.zeros(len(cells), np.bool_)
    wide = np.flatnonzero((cells[:, 2] - cells[:, 0] > 1) | (cells[:, 3] - cells[:, 1] > 1))
    for index in wide.tolist():
        row, column, bottom, right = cells[index].tolist()
        within = (cells[:, 0] >= row) & (cells[:, 1] >= column) & (cells[:, 2] <= bottom) & (cells[:, 3] <= right)
        within[index] = False
        inner |= within
    return inner


def _holds(lattice: Lattice, cells: Ints, xs: Floats, ys: Floats) -> bool:
    x0, y0, x1, y1 = lattice.box
    inside = (xs[cells[:, 1]] >= x0) & (xs[cells[:, 3]] <= x1) & (ys[cells[:, 0]] >= y0) & (ys[cells[:, 2]] <= y1)
    return bool(inside.any())


def _grouped(cells: Ints, cover: Ints, upright: Rules, level: Rules) -> list[Lattice]:
    """Part cells into tables."""
    xs, ys = upright.positions, level.positions
    lattices: list[Lattice] = []
    for top, bottom, left, right in _regions(cover >= 0, 0, 0):
        inside = (cells[:, 0] >= top) & (cells[:, 2] <= bottom) & (cells[:, 1] >= left) & (cells[:, 3] <= right)
        own_xs = upright.refined(np.arange(left, right + 1), float(ys[top]), float(ys[bottom]))
        own_ys = level.refined(np.arange(top, bottom + 1), float(xs[left]), float(xs[right]))
        lattices.append(compressed(own_xs, own_ys, cells[inside] - (top, left, top, left)))
    return lattices


def _walls(rules: Rules, stops: Floats) -> Mask:
    """Return which intervals between ``stops`` each position is ruled along, shape (positions, intervals)."""
    # A rule may stop short of the border it meets by its thickness, but not by a third of a narrow cell.
    slack = np.minimum(REACH, (stops[1:] - stops[:-1]) / 3)
    first = np.searchsorted(stops[:-1] + slack, rules.low, side="left")
    last = np.searchsorted(stops[1:] - slack, rules.high, side="right")
    steps = np.zeros((len(rules.positions), len(stops)), np.int64)
    some = last > first
    np.add.at(steps, (rules.place[some], first[some]), 1)
    np.add.at(steps, (rules.place[some], last[some]), -1)
    return np.cumsum(steps, axis=1)[:, :-1] > 0


def _cells(across: Mask, down: Mask) -> Ints:
    """Return the closed rectangles, one for each corner at a face with a wall above and at its left.

    Parameters
    ----------
    across
        Level walls, shape ``(rows + 1, columns)``.
    down
        Upright walls, shape ``(rows, columns + 1)``.
    """
    row, column = np.nonzero(across[:-1] & down[:, :-1])
    if not len(row):
        return np.zeros((0, 4), np.int64)
    right = _next(down, axis=1)[row, column + 1]
    bottom = _next(across, axis=0)[row + 1, column]
    closed = (right < down.shape[1]) & (bottom < across.shape[0])
    row, column, right, bottom = row[closed], column[closed], right[closed], bottom[closed]
    level = np.zeros((across.shape[0], across.shape[1] + 1), np.int64)
    np.cumsum(across, axis=1, out=level[:, 1:])
    upright = np.zeros((down.shape[0] + 1, down.shape[1]), np.int64)
    np.cumsum(down, axis=0, out=upright[1:])
    width, height = right - column, bottom - row
    full = (
        (level[row, right] - level[row, column] == width)
        & (level[bottom, right] - level[bottom, column] == width)
        & (upright[bottom, column] - upright[row, column] == height)
        & (upright[bottom, right] - upright[row, right] == height)
    )
    cells: Ints = np.stack((row, column, bottom, right), axis=1)[full]
    return cells


def _next(walls: Mask, axis: int) -> Ints:
    """Return for each place the index of the wall at it or after it; the length where there is none."""
    size = walls.shape[axis]
    index = np.arange(size)[:, None] if axis == 0 else np.arange(size)[None, :]
    marks = np.where(walls, index, size)
    return np.flip(np.minimum.accumulate(np.flip(marks, axis), axis=axis), axis)


def _cover(cells: Ints, rows: int, columns: int) -> Ints:
    cover = np.full((rows, columns), -1, np.int64)
    single = (cells[:, 2] - cells[:, 0] == 1) & (cells[:, 3] - cells[:, 1] == 1)
    cover[cells[single, 0], cells[single, 1]] = np.flatnonzero(single)
    for index in np.flatnonzero(~single).tolist():
        row, column, bottom, right = cells[index]
        cover[row:bottom, column:right] = index
    return cover


def _regions(mask: Mask, top: int, left: int) -> list[tuple[int, int, int, int]]:
    """Split a mask at empty rows and columns until each part is one table; rows first."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if not len(rows):
        return []
    found: list[tuple[int, int, int, int]] = []
    bands = _runs(rows)
    if len(bands) > 1:
        for start, stop in bands:
            found += _regions(mask[start:stop], top + start, left)
        return found
    bars = _runs(columns)
    if len(bars) > 1:
        for start, stop in bars:
            found += _regions(mask[:, start:stop], top, left + start)
        return found
    (start, stop), (first, last) = bands[0], bars[0]
    return [(top + start, top + stop, left + first, left + last)]


def _runs(indices: Ints) -> list[tuple[int, int]]:
    if int(indices[-1]) - int(indices[0]) == len(indices) - 1:
        return [(int(indices[0]), int(indices[-1]) + 1)]
    cuts = np.flatnonzero(np.diff(indices) > 1) + 1
    return [(int(part[0]), int(part[-1]) + 1) for part in np.split(indices, cuts)]


def compressed(xs: Floats, ys: Floats, cells: Ints) -> Lattice:
    """Drop borders that no cell uses, merge double ones, and order the cells."""
    columns, own_xs = _packed(xs, cells[:, (1, 3)])
    rows, own_ys = _packed(ys, cells[:, (0, 2)])
    packed = np.stack((rows[:, 0], columns[:, 0], rows[:, 1], columns[:, 1]), axis=1)
    packed = packed[(packed[:, 2] > packed[:, 0]) & (packed[:, 3] > packed[:, 1])]
    packed = packed[np.lexsort((packed[:, 1], packed[:, 0]))]
    return Lattice(xs=own_xs, ys=own_ys, cells=packed, cover=_cover(packed, len(own_ys) - 1, len(own_xs) - 1))


def _packed(positions: Floats, ends: Ints) -> tuple[Ints, Floats]:
    """Number anew the borders in use; no text fits between two that are closer than a thick rule."""
    marked = np.zeros(len(positions), np.bool_)
    marked[ends] = True
    values = positions[marked]
    places = (np.cumsum(marked) - 1)[ends]
    if (values[1:] - values[:-1] >= SLIM).all():
        return places, values
    number = np.zeros(len(values), np.int64)
    start = float(values[0])
    for index in (np.flatnonzero(values[1:] - values[:-1] < SLIM) + 1).tolist():
        start = values[index - 1] if number[index - 1] == 0 else start
        number[index] = int(values[index] - start < SLIM)
    group = np.cumsum(number == 0) - 1
    return group[places], np.bincount(group, weights=values) / np.bincount(group)
