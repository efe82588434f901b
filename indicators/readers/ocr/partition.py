"""Printed stretches to cells: the plane is parted into rectangles, against what is printed where it must be."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["PRINTED", "Span", "partition"]

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

#: Share of a stretch that must be printed.
PRINTED = 0.33
_MOST_FLIPS = 12


@dataclass(frozen=True, slots=True)
class Span:
    """A cell of the grid: first row and column, rows and columns covered, box in pixels of the upright page."""

    row: int
    column: int
    rows: int
    columns: int
    box: tuple[float, float, float, float]


def partition(across: Floats, down: Floats, printed: float) -> tuple[list[Span], int]:
    """Return cells as rectangles, and how many stretches had to be decided against what is printed.

    A region that is no rectangle is set right by the least certain stretch on or in it.

    Parameters
    ----------
    across
        Coverage 0..1 of the stretches of horizontal rules, shape ``(rows + 1, columns)``.
    down
        Coverage of the stretches of vertical rules, shape ``(rows, columns + 1)``.
    printed
        Coverage from which a stretch counts as printed.
    """
    walls, posts = across >= printed, down >= printed
    doubts = 0
    for _ in range(_MOST_FLIPS):
        regions = _regions_of(walls, posts)
        odd = [cells for cells in regions if not _is_rectangle(cells)]
        if not odd:
            break
        doubts += 1
        if not _flip(odd[0], walls, posts, across, down):
            doubts += 10
            break
    spans = []
    for cells in _regions_of(walls, posts):
        r0, c0 = cells[0].min(), cells[1].min()
        r1, c1 = cells[0].max(), cells[1].max()
        spans.append(Span(int(r0), int(c0), int(r1 - r0 + 1), int(c1 - c0 + 1), (0.0, 0.0, 0.0, 0.0)))
    return sorted(spans, key=lambda span: (span.row, span.column)), doubts


def _regions_of(walls: Bools, posts: Bools) -> list[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    rows, columns = posts.shape[0], walls.shape[1]
    owner = np.arange(rows * columns)

    def find(cell: int) -> int:
        while owner[cell] != cell:
            owner[cell] = owner[owner[cell]]
            cell = int(owner[cell])
        return cell

    for r in range(rows):
        for c in range(columns):
            if r + 1 < rows and not walls[r + 1, c]:
                owner[find((r + 1) * columns + c)] = find(r * columns + c)
            if c + 1 < columns and not posts[r, c + 1]:
                owner[find(r * columns + c + 1)] = find(r * columns + c)
    roots = np.array([find(cell) for cell in range(rows * columns)])
    return [np.divmod(np.flatnonzero(roots == root), columns) for root in np.unique(roots)]


def _is_rectangle(cells: tuple[NDArray[np.int64], NDArray[np.int64]]) -> bool:
    high = cells[0].max() - cells[0].min() + 1
    wide = cells[1].max() - cells[1].min() + 1
    return bool(high * wide == len(cells[0]))


def _flip(
    cells: tuple[NDArray[np.int64], NDArray[np.int64]], walls: Bools, posts: Bools, across: Floats, down: Floats
) -> bool:
    """Change the least certain stretch in the bounding rectangle of a region; return whether there was one."""
    r0, r1, c0, c1 = cells[0].min(), cells[0].max(), cells[1].min(), cells[1].max()
    best, choice = 1.0, None
    for state, share, rows, columns in (
        (walls, across, range(r0 + 1, r1 + 1), range(c0, c1 + 1)),
        (posts, down, range(r0, r1 + 1), range(c0 + 1, c1 + 1)),
    ):
        for r in rows:
            for c in columns:
                distance = abs(float(share[r, c]) - PRINTED)
                if distance < best:
                    best, choice = distance, (state, share, r, c)
    if choice is None:
        return False
    state, share, r, c = choice
    state[r, c] = not state[r, c]
    # Decided once: it is not flipped back.
    share[r, c] = 9.0
    return True
