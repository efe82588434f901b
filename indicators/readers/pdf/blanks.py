"""Tables of white boxes: areas a program filled with the colour of the paper, edge to edge like cells.

Spreadsheets printed with a white background and contents pages of word processors come so. Nobody sees these boxes,
but their edges tell rows and columns better than alignment does.
"""

from __future__ import annotations

import numpy as np

from indicators.readers.pdf.content import Chars, Floats
from indicators.readers.pdf.lattice import Lattice, compressed, find_lattices, uncovered_sides
from indicators.readers.pdf.marks import MARGIN
from indicators.readers.pdf.rules import join_rules, split_rules

__all__ = ["blank_lattices", "headed"]

#: White boxes of which a table needs at least as many.
_LEAST_BOXES = 3
#: More boxes on a page are a drawing.
_MOST_BOXES = 5_000
#: Borders of white rows and of the ruled table below them differ by less than this, in points.
_FLUSH = 1.5
#: Only prose has full stops; it is read as lines even where each line has a box.
_FULL_STOP = 0x3002


def blank_lattices(blanks: Floats, chars: Chars, taken: list[Lattice], height: float) -> list[Lattice]:
    """Return the tables that white boxes form outside the tables already found.

    Parameters
    ----------
    blanks
        Boxes of white areas, shape ``(n, 4)``.
    chars
        The characters of the page without watermarks.
    taken
        Tables already found.
    height
        Of the page, in points.
    """
    if not _LEAST_BOXES <= len(blanks) <= _MOST_BOXES:
        return []
    sides = uncovered_sides(blanks, [lattice.box for lattice in taken])
    if len(sides) < 4 * _LEAST_BOXES:
        return []
    found = [lattice for part in split_rules(sides) for lattice in find_lattices(*join_rules(part))]
    return [lattice for lattice in found if _is_table(lattice, chars, height)]


def _is_table(lattice: Lattice, chars: Chars, height: float) -> bool:
    """Return whether boxes tile without a hole and hold text; a single column is a table unless it holds prose."""
    if not lattice.whole or len(lattice.cells) < _LEAST_BOXES:
        return False
    x, y = (chars.boxes[:, 0] + chars.boxes[:, 2]) / 2, (chars.boxes[:, 1] + chars.boxes[:, 3]) / 2
    x0, y0, x1, y1 = lattice.box
    inside = (x > x0) & (x < x1) & (y > y0) & (y < y1)
    # Running lines are known as such by their recurrence, boxed or not.
    body = inside & (y > MARGIN[0] * height) & (y < MARGIN[1] * height)
    return bool(body.any()) and (len(lattice.xs) > 2 or not bool((chars.codes[inside] == _FULL_STOP).any()))


def headed(ruled: Lattice, white: list[Lattice]) -> tuple[Lattice, Lattice] | None:
    """Return a table together with the white rows flush above it, and those rows; ``None`` where there are none.

    Only rows that keep to the columns of the table are taken, so that its own cells stay as they are.
    """
    for rows in white:
        x0, _, x1, bottom = rows.box
        if abs(bottom - ruled.ys[0]) > _FLUSH or abs(x0 - ruled.xs[0]) > _FLUSH or abs(x1 - ruled.xs[-1]) > _FLUSH:
            continue
        away = np.abs(rows.xs[:, None] - ruled.xs[None, :])
        columns = away.argmin(axis=1)
        if (away.min(axis=1) > _FLUSH).any() or (columns[1:] <= columns[:-1]).any():
            continue
        above = rows.cells.copy()
        above[:, (1, 3)] = columns[rows.cells[:, (1, 3)]]
        down = len(rows.ys) - 1
        cells = np.concatenate((above, ruled.cells + np.array([down, 0, down, 0])))
        return compressed(ruled.xs, np.concatenate((rows.ys[:-1], ruled.ys)), cells), rows
    return None
