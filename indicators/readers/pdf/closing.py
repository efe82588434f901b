"""Tables left open at a side or at the page break are closed before cells are looked for."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from indicators.readers.pdf.content import Floats
from indicators.readers.pdf.rules import SNAP, Rules

__all__ = ["closed"]

_REACH = 3.0
_LEAST_OPEN = 4.0
#: Pairs of rules looked at; drawings have more.
_MOST = 4_000_000


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
    return level, _with(upright, _missing(level, upright))


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
                found.append((float(ends[run].mean()), float(across.min()), float(across.max())))
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
