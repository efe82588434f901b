"""Tables left open at a side or at the page break are closed before cells are looked for."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from indicators.readers.pdf.content import Floats, Mask
from indicators.readers.pdf.rules import SNAP, Rules

__all__ = ["closed", "lengthened"]

_REACH = 3.0
_LEAST_OPEN = 4.0
#: How far a character may hang over a rule, in points.
_OVERHANG = 0.8
#: Pairs of rules looked at; drawings have more.
_MOST = 4_000_000


def lengthened(level: Rules, upright: Rules, boxes: Floats) -> Rules:
    """Return the upright rules, those lengthened to the next row that break off or turn inside a table.

    Inside a table of closed cells no rule just ends and none turns; some programs draw the side of a cell that spans
    rows beside the first of them only. Where text stands in the way, or no other rule goes on there, it is left.

    Parameters
    ----------
    level, upright
        Joined rules.
    boxes
        Of the characters of the page, shape ``(n, 4)``.
    """
    if not len(level.low) or not len(upright.low) or len(level.low) * len(upright.low) > _MOST:
        return upright
    x, y = upright.positions[upright.place], level.positions[level.place]
    across = (level.low <= x[:, None] - _LEAST_OPEN) & (level.high >= x[:, None] + _LEAST_OPEN)
    low, high = upright.low.copy(), upright.high.copy()
    for ends, sign in ((low, -1), (high, 1)):
        for index in np.flatnonzero(~(across & (np.abs(y - ends[:, None]) <= _REACH)).any(axis=1)).tolist():
            beyond = y[across[index] & (sign * (y - ends[index]) > 0)]
            stop = float(beyond[np.abs(beyond - ends[index]).argmin()]) if len(beyond) else float(ends[index])
            top, bottom = sorted((float(ends[index]), stop))
            here = (upright.low <= top + _REACH) & (upright.high >= bottom - _REACH)
            here &= _on_its_level(level, upright, index, float(ends[index]))
            if top < bottom and here.any() and not _in_the_way(boxes, float(x[index]), top, bottom):
                ends[index] = stop
    return replace(upright, low=low, high=high)


def _on_its_level(level: Rules, upright: Rules, index: int, end: float) -> Mask:
    """Return which other uprights meet the level rule at which this one turns; any may where it just ends."""
    x = upright.positions[upright.place]
    others: Mask = np.abs(x - x[index]) > _LEAST_OPEN
    at = np.abs(level.positions[level.place] - end) <= _REACH
    at &= (level.low <= x[index] + _REACH) & (level.high >= x[index] - _REACH)
    if at.any():
        others &= (x >= level.low[at].min() - _REACH) & (x <= level.high[at].max() + _REACH)
    return others


def _in_the_way(boxes: Floats, x: float, top: float, bottom: float) -> bool:
    """Whether a character is printed over a place between two heights."""
    crossed = (boxes[:, 0] < x - _OVERHANG) & (boxes[:, 2] > x + _OVERHANG)
    return bool((crossed & (boxes[:, 1] < bottom) & (boxes[:, 3] > top)).any())


def closed(level: Rules, upright: Rules) -> tuple[Rules, Rules]:
    """Return the rules with an outer border where at least two rules end in the open at the same place.

    A table cut by a page break often has no rule at the break, and many printed tables have no rule at their left
    and right ends.
    """
    if not len(level.positions) or not len(upright.positions) or len(level.positions) + len(upright.positions) < 3:
        return level, upright
    if len(level.low) * len(upright.low) > _MOST:
        return level, upright
    level = _with(level, _missing(upright, level))
    upright = _with(upright, _missing(level, upright))
    # A side that was missing may itself end in the open, beside a cell that the page break cuts.
    return _with(level, _missing(upright, level)), upright


def _missing(rules: Rules, borders: Rules) -> list[tuple[float, float, float]]:
    """Return ``position, low, high`` of borders missing at the outer ends of rules."""
    places, at = rules.positions[rules.place], borders.positions[borders.place]
    meets = (borders.low <= places[:, None] + _REACH) & (borders.high >= places[:, None] - _REACH)
    meets &= (at >= rules.low[:, None] - _REACH) & (at <= rules.high[:, None] + _REACH)
    # Two margin lines are no table: a rule counts once a border crosses it, and only beyond the last one.
    lowest = np.where(meets, at, np.inf).min(axis=1)
    highest = np.where(meets, at, -np.inf).max(axis=1)
    crossed = meets.any(axis=1)
    found: list[tuple[float, float, float]] = []
    for ends, beyond in ((rules.low, lowest - rules.low), (rules.high, rules.high - highest)):
        open_ends = crossed & (beyond > _LEAST_OPEN)
        if not open_ends.any():
            continue
        # Finished cells beside an open one end at the same height: the border runs along all of them.
        for run in _close_together(ends, np.flatnonzero(crossed).tolist()):
            across = places[run]
            if open_ends[run].any() and len(np.unique(rules.place[run])) >= 2:
                beside = borders.low[meets[run].any(axis=0)], borders.high[meets[run].any(axis=0)]
                low, high = min(across.min(), beside[0].min()), max(across.max(), beside[1].max())
                found.append((float(ends[run].mean()), float(low), float(high)))
    return found


def _close_together(ends: Floats, chosen: list[int]) -> list[list[int]]:
    runs: list[list[int]] = []
    for index in sorted(chosen, key=lambda item: float(ends[item])):
        if runs and ends[index] - ends[runs[-1][0]] <= SNAP:
            runs[-1].append(index)
        else:
            runs.append([index])
    return runs


def _with(rules: Rules, extra: list[tuple[float, float, float]]) -> Rules:
    if not extra:
        return rules
    positions = rules.positions.tolist()
    place, low, high = rules.place.tolist(), rules.low.tolist(), rules.high.tolist()
    exact = rules.exact.tolist()
    for position, start, stop in extra:
        near = [index for index, value in enumerate(positions) if abs(value - position) <= SNAP]
        if near:
            place.append(near[0])
        else:
            positions.append(position)
            place.append(len(positions) - 1)
        low.append(start)
        high.append(stop)
        exact.append(position)
    order = np.argsort(positions, kind="stable")
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    return replace(
        rules,
        positions=np.array(positions)[order],
        place=rank[np.array(place)],
        low=np.array(low),
        high=np.array(high),
        exact=np.array(exact),
    )
