"""Loose pieces of rules joined to long level and upright rules on common positions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from indicators.readers.pdf.content import Floats, Ints
from indicators.readers.pdf.paths import THIN

__all__ = ["SNAP", "Rules", "join_rules", "split_rules"]

#: Rules closer than this are one printed rule (double lines, the two sides of a cell border); in points.
SNAP = 3.0
#: Gaps in a rule up to this are dashes or rounding.
GAP = 3.6
_SHORTEST = 3.0
#: More stretches than this on a page are a drawing, not tables.
MAX_TABLES = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """Joined rules of one direction.

    Parameters
    ----------
    positions
        Distinct positions across the direction, ascending, in points.
    place
        Index into ``positions`` of each rule.
    low, high
        Ends of each rule along the direction, in points.
    exact
        Position of each rule itself: tables that share a page need not share their borders.
    """

    positions: Floats
    place: Ints
    low: Floats
    high: Floats
    exact: Floats

    def refined(self, place: Ints, low: float, high: float) -> Floats:
        """Return the positions of borders as they are between two ends.

        Parameters
        ----------
        place
            Indices into ``positions``.
        low, high
            Ends along the direction, in points.
        """
        near = (self.low < high) & (self.high > low)
        count = len(self.positions)
        weight = np.where(near, self.high - self.low, 0.0)
        total = np.bincount(self.place, weights=weight, minlength=count)[place]
        summed = np.bincount(self.place, weights=weight * self.exact, minlength=count)[place]
        return np.where(total > 0, summed / np.maximum(total, 1e-9), self.positions[place])


_NO_RULES = Rules(
    positions=np.zeros(0), place=np.zeros(0, np.int64), low=np.zeros(0), high=np.zeros(0), exact=np.zeros(0)
)


def join_rules(boxes: Floats) -> tuple[Rules, Rules]:
    """Return the level and the upright rules of a page.

    Parameters
    ----------
    boxes
        Boxes of straight pieces, any order, doubled or dashed, shape ``(n, 4)``.
    """
    width, height = boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]
    dot = (width <= THIN) & (height <= THIN) & (np.abs(width - height) < 0.5)
    level = (height <= THIN) & (width > height) | dot
    upright = (width <= THIN) & (height > width) | dot
    flat, tall = boxes[level], boxes[upright]
    return (
        _joined((flat[:, 1] + flat[:, 3]) / 2, flat[:, 0], flat[:, 2]),
        _joined((tall[:, 0] + tall[:, 2]) / 2, tall[:, 1], tall[:, 3]),
    )


def split_rules(boxes: Floats) -> list[Floats]:
    """Part the pieces of rules into those of tables that stand apart, above or beside each other.

    Tables that share a page rarely share their borders; read together, borders of one could be taken for a double
    border of the other.
    """
    tall = boxes[:, 3] - boxes[:, 1] > boxes[:, 2] - boxes[:, 0] - 0.5
    bands = _spans(boxes[tall, 1], boxes[tall, 3])
    if len(bands) > MAX_TABLES:
        return [boxes]
    middle = (boxes[:, 1] + boxes[:, 3]) / 2
    parts = [boxes[(middle >= low) & (middle <= high)] for low, high in bands]
    return [bar for part in parts for bar in _side_by_side(part)]


def _side_by_side(boxes: Floats) -> list[Floats]:
    flat = boxes[:, 3] - boxes[:, 1] < boxes[:, 2] - boxes[:, 0] + 0.5
    bars = _spans(boxes[flat, 0], boxes[flat, 2])
    if len(bars) < 2 or len(bars) > MAX_TABLES:
        return [boxes]
    middle = (boxes[:, 0] + boxes[:, 2]) / 2
    return [boxes[(middle >= low) & (middle <= high)] for low, high in bars]


def _spans(low: Floats, high: Floats) -> list[tuple[float, float]]:
    """Return the stretches that intervals cover, a little widened."""
    if not len(low):
        return []
    order = np.argsort(low, kind="stable")
    low, reach = low[order] - GAP / 2, np.maximum.accumulate(high[order]) + GAP / 2
    starts = np.flatnonzero(np.concatenate(([True], low[1:] > reach[:-1])))
    stops = np.append(starts[1:], len(low)) - 1
    return list(zip(low[starts].tolist(), reach[stops].tolist(), strict=True))


def _joined(across: Floats, low: Floats, high: Floats) -> Rules:
    """Snap pieces to common positions and join those that touch."""
    if not len(across):
        return _NO_RULES
    place = _snapped(across)
    order = np.lexsort((low, place))
    place, low, high, across = place[order], low[order], high[order], across[order]
    # One running maximum serves all positions: each position is shifted beyond the one before.
    span = float(high.max() - low.min()) + 2 * GAP
    reach = np.maximum.accumulate(high + place * span)
    first = np.ones(len(place), np.bool_)
    first[1:] = (low[1:] + place[1:] * span) > reach[:-1] + GAP
    starts = np.flatnonzero(first)
    ends = np.maximum.reduceat(high, starts)
    long = ends - low[starts] >= _SHORTEST
    if not long.any():
        return _NO_RULES
    starts, ends = starts[long], ends[long]
    group = np.cumsum(first) - 1
    weight = np.bincount(group, weights=across)[long] / np.bincount(group)[long]
    place = place[starts]
    used = np.zeros(int(place[-1]) + 1 if len(place) else 0, np.int64)
    used[place] = 1
    place = (np.cumsum(used) - 1)[place]
    lengths = ends - low[starts]
    positions = np.bincount(place, weights=weight * lengths) / np.bincount(place, weights=lengths)
    return Rules(positions=positions, place=place, low=low[starts], high=ends, exact=weight)


def _snapped(across: Floats) -> Ints:
    """Return the number of the position of each piece; close positions count as one, up to ``SNAP`` apart."""
    order = np.argsort(across, kind="stable")
    place = np.empty(len(across), np.int64)
    values = across[order]
    place[order] = _breaks(values)
    return place


def _breaks(values: Floats) -> Ints:
    number = np.zeros(len(values), np.int64)
    start = float(values[0])
    steps = np.flatnonzero(values[1:] - values[:-1] > 0.05) + 1
    for step, value in zip(steps.tolist(), values[steps].tolist(), strict=True):
        if value - start > SNAP:
            start = value
            number[step] = 1
    return np.cumsum(number)
