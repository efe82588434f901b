"""Rows and columns that no rule parts, but the joints of the rules around them do.

Programs that draw the border of each cell by itself leave a joint wherever a cell ends, on the rules that are drawn;
where the border between two rows or columns is not, the joints alone show it.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from indicators.readers.pdf.content import Floats, Ints, Mask, middle_of
from indicators.readers.pdf.lattice import Lattice, compressed
from indicators.readers.pdf.paths import THIN
from indicators.readers.pdf.rules import SNAP
from indicators.readers.pdf.typeset import WIDE_GAP, Typeset

__all__ = ["cut_at_joints", "jointed"]

#: Pieces of rules that meet end to end touch within this; dashes and dots are shorter than the least piece. In points.
_TOUCH, _LEAST = 2.4, 8.0
#: White between two rows or columns, in heights of a character: lines of a cell stand closer.
_WHITE = 0.7
#: White at a joint that parts two cells where no upright rule does, and how far above or below the rule is.
_NARROW, _FAR = 0.28, 8.0
#: White between two cells, in that between the characters of the line.
_SPACED = 1.5
#: How far a text may stand off the middle of the rows that its cell spans, in points.
_CENTRED = 3.0


def jointed(lattice: Lattice, pieces: Floats, boxes: Floats) -> Lattice:
    """Return a lattice with the cells parted where two rules are jointed and white runs through their text.

    Parameters
    ----------
    lattice
        As its rules part it.
    pieces
        Boxes of the rules as they were drawn, shape ``(n, 4)``.
    boxes
        Of the characters of the page, shape ``(n, 4)``.
    """
    for axis in (1, 0):
        borders = lattice.ys if axis else lattice.xs
        for place in _joints(pieces, axis):
            if borders[0] + SNAP < place < borders[-1] - SNAP and np.abs(borders - place).min() > SNAP:
                lattice = _parted(lattice, place, axis, boxes)
                borders = lattice.ys if axis else lattice.xs
    return lattice


def cut_at_joints(order: Typeset, boxes: Floats, pieces: Floats) -> Typeset:
    """Return a page with wide gaps outside tables wherever white stands at the joints of the rules above and below.

    Parameters
    ----------
    order
        The page as it reads.
    boxes
        Of its characters, shape ``(n, 4)``.
    pieces
        Boxes of the rules as they were drawn, shape ``(n, 4)``.
    """
    places, heights = _all_joints(pieces, 0)
    if not len(places) or not len(order.order):
        return order
    narrow = np.zeros(len(order.order), np.bool_)
    narrow[1:] = (order.line[1:] == order.line[:-1]) & (order.gap[1:] > _NARROW) & (order.gap[1:] < WIDE_GAP)
    gap, joint = order.gap.copy(), order.joint.copy()
    for index in np.flatnonzero(narrow & (order.group < 0)).tolist():
        line = order.line == order.line[index]
        # The characters of a spaced word stand apart everywhere.
        if gap[index] < _SPACED * np.median(order.gap[line][1:].clip(min=0)):
            continue
        left, right = boxes[order.order[index - 1]], boxes[order.order[index]]
        here = (places >= left[2] - 1) & (places <= right[0] + 1)
        middle, size = (right[1] + right[3]) / 2, right[3] - right[1]
        near = heights[here & (np.abs(heights - middle) <= _FAR * size)]
        if (near < middle).any() and (near > middle).any():
            gap[index], joint[index] = 2 * WIDE_GAP, 2
    return replace(order, gap=gap, joint=joint)


def _all_joints(pieces: Floats, axis: int) -> tuple[Floats, Floats]:
    """Return the joints of upright (axis 1) or level rules (axis 0): how far along them, and where these stand."""
    width = pieces[:, 3 - axis] - pieces[:, 1 - axis]
    own = pieces[(width <= THIN) & (pieces[:, 2 + axis] - pieces[:, axis] >= _LEAST)]
    if len(own) < 4:
        return np.zeros(0), np.zeros(0)
    at = (own[:, 1 - axis] + own[:, 3 - axis]) / 2
    across = np.round(at / SNAP)
    order = np.lexsort((own[:, axis], across))
    own, across, at = own[order], across[order], at[order]
    touch = (across[1:] == across[:-1]) & (np.abs(own[1:, axis] - own[:-1, 2 + axis]) <= _TOUCH)
    return own[1:, axis][touch], at[1:][touch]


def _joints(pieces: Floats, axis: int) -> list[float]:
    """Return the heights (axis 1) or places (axis 0) at which rules of two positions at least are jointed."""
    ends, at = _all_joints(pieces, axis)
    found: list[float] = []
    for end in np.sort(ends).tolist():
        if (not found or end - found[-1] > SNAP) and float(np.ptp(at[np.abs(ends - end) <= SNAP])) > SNAP:
            found.append(end)
    return found


def _parted(lattice: Lattice, place: float, axis: int, boxes: Floats) -> Lattice:
    """Part the cells at a new border, if two of a row or column at least show white there with text on both sides."""
    borders = lattice.ys if axis else lattice.xs
    cells = lattice.cells
    first, last = (0, 2) if axis else (1, 3)
    crossed = (borders[cells[:, first]] < place) & (borders[cells[:, last]] > place)
    both = np.zeros(len(cells), np.bool_)
    aside = np.zeros(len(cells), np.bool_)
    for index in np.flatnonzero(crossed).tolist():
        text = boxes[_inside(lattice, cells[index], boxes)]
        both[index], aside[index] = _sides(text, place, axis, borders[cells[index, [first, last]]])
    # The same row or column of the lattice: its cells lie between the same two borders.
    if both.sum() < 2:
        return lattice
    band = int(np.searchsorted(borders, place)) - 1
    cut = both | aside
    stops = np.insert(borders, band + 1, place)
    moved = cells.copy()
    moved[:, first] += cells[:, first] > band
    moved[:, last] += cells[:, last] > band
    lower = moved[cut].copy()
    moved[cut, last] = band + 1
    lower[:, first] = band + 1
    xs, ys = (lattice.xs, stops) if axis else (stops, lattice.ys)
    return compressed(xs, ys, np.concatenate((moved, lower)))


def _inside(lattice: Lattice, cell: Ints, boxes: Floats) -> Mask:
    x, y = (boxes[:, 0] + boxes[:, 2]) / 2, (boxes[:, 1] + boxes[:, 3]) / 2
    inside: Mask = (x > lattice.xs[cell[1]]) & (x < lattice.xs[cell[3]])
    inside &= (y > lattice.ys[cell[0]]) & (y < lattice.ys[cell[2]])
    return inside


def _sides(text: Floats, place: float, axis: int, ends: Floats) -> tuple[bool, bool]:
    """Return whether text stands on both sides of a place with white between, and whether it keeps to one side."""
    middle = (text[:, axis] + text[:, 2 + axis]) / 2
    before, behind = text[middle < place], text[middle >= place]
    if len(before) and len(behind):
        white = float(behind[:, axis].min() - before[:, 2 + axis].max())
        size = middle_of(text[:, 3] - text[:, 1])
        off = max(_off(before, ends[0], place, axis), _off(behind, place, ends[1], axis))
        # The lines of one text stand off the middles of the rows that they happen to stand in.
        return white >= _WHITE * size or bool(axis and white > 0 and off <= _CENTRED), False
    return False, bool(axis and len(text)) and _off(text, ends[0], ends[1], axis) > _CENTRED


def _off(text: Floats, low: float, high: float, axis: int) -> float:
    """Return how far a text stands off the middle between two borders."""
    return abs(float(text[:, axis].min() + text[:, 2 + axis].max()) - low - high) / 2
