"""The columns of a block: white strips that part its lines, and which piece stands in which column."""

from __future__ import annotations

from bisect import bisect_right
from functools import lru_cache
from itertools import pairwise

from indicators.grid.parts import WIDE, Lines, Part
from indicators.vocabulary import LEVEL1, LEVEL2, label_key, level1_label, level2_label

__all__ = ["LABELS", "assign", "between", "gutters", "is_piece", "levels_of", "spread"]

#: Kinds of columns whose cells stand for several rows.
LABELS = ("level1", "level2")
#: A piece over a strip costs this share of a line parted there; where every strip must count, hardly anything.
_CROSSED = 0.35
_MOST_STRIPS = 40


def gutters(lines: Lines, *, crossed: float = _CROSSED, narrow: float = 0.25) -> list[float]:
    """Return the middles of the white strips between columns, from left to right.

    Strips are taken greedily: the one that parts most lines not yet parted there, less the text it would cut.

    Parameters
    ----------
    lines
        Pieces of the lines; header and body.
    crossed
        Price of a piece of text over a strip.
    narrow
        Weight of white that may stand inside a cell as well.
    """
    return sorted(_picked(lines, crossed, narrow))


def _picked(lines: Lines, crossed: float, narrow: float) -> list[float]:
    """Return the middles of white strips, the best first."""
    gaps: list[tuple[float, float, float]] = []
    for line in lines:
        gaps += [
            (left.last, right.first, 1.0 if right.first - left.last >= WIDE else narrow)
            for left, right in pairwise(line)
            if right.first > left.last
        ]
    spans = sorted((part.first + 0.4, part.last - 0.4) for line in lines for part in line)
    chosen: list[float] = []
    while gaps and len(chosen) < _MOST_STRIPS:
        score, place = _best(gaps, spans, crossed)
        if score <= 0.3:
            break
        chosen.append(place)
        gaps = [gap for gap in gaps if not gap[0] <= place <= gap[1]]
    return chosen


def between(heads: list[Part], lines: Lines) -> list[float]:
    """Return the strips between the columns that a header names: one between any two of its cells.

    Parameters
    ----------
    heads
        Cells of the header from left to right.
    lines
        Pieces of the lines; header and body.
    """
    gaps = [(left.last, right.first) for line in lines for left, right in pairwise(line) if right.first > left.last]
    spans = [(part.first + 0.4, part.last - 0.4) for line in lines for part in line]
    strips: list[float] = []
    for left, right in pairwise(heads):
        low, high = left.middle, right.middle
        # White right of the right column says nothing of its left border.
        own = [
            (max(a, low), min(b, high), 0.6)
            for a, b in gaps
            if b < right.last and a > left.first and min(b, high) > max(a, low)
        ]
        over = [(max(a, low), min(b, high)) for a, b in spans if min(b, high) > max(a, low)]
        score, place = _best([*own, (left.last, right.first, 0.1)], over, 1.0)
        strips.append(place if score > 0 else _clearest(over, left, right))
    return strips


def _clearest(over: list[tuple[float, float]], left: Part, right: Part) -> float:
    """Return the place between two headers that the least text covers."""
    low, high = int(left.middle) + 1, int(right.middle)
    middle = (left.last + right.first) / 2
    places = [float(x) for x in range(low, max(high, low + 1))]
    return min(places, key=lambda x: (sum(a < x < b for a, b in over), abs(x - middle)))


def _best(
    gaps: list[tuple[float, float, float]], spans: list[tuple[float, float]], crossed: float
) -> tuple[float, float]:
    """Return the best value of a place and the middle of the strip that has it."""
    steps: dict[float, float] = {}
    for first, last, weight in gaps:
        steps[first] = steps.get(first, 0.0) + weight
        steps[last] = steps.get(last, 0.0) - weight
    for first, last in spans:
        if last > first:
            steps[first] = steps.get(first, 0.0) - crossed
            steps[last] = steps.get(last, 0.0) + crossed
    best, start, stop, level = 0.0, 0.0, 0.0, 0.0
    places = sorted(steps)
    for place, following in pairwise(places):
        level += steps[place]
        if level > best + 1e-9:
            best, start, stop = level, place, following
        elif abs(level - best) <= 1e-9 and place <= stop + 1e-9:
            stop = following
    return best, (start + stop) / 2


def spread(part: Part, strips: list[float]) -> tuple[int, int]:
    """Return the first column a piece stands in and the one after its last."""
    first = bisect_right(strips, part.first + 0.4)
    return first, max(first, bisect_right(strips, part.last - 0.4)) + 1


@lru_cache(maxsize=4096)
def is_piece(text: str) -> bool:
    """Whether a text can be a level label or the end or beginning of one that wraps."""
    key = label_key(text)
    if level1_label(text) is not None or level2_label(text) is not None:
        return True
    names = [name for name in (*LEVEL1, *LEVEL2) if name.endswith("指标")]
    if len(key) == 1:
        return key in "指标"
    return 0 < len(key) < 10 and any(key in name for name in names)


def levels_of(columns: list[list[Part]]) -> list[str]:
    """Return the kind of each column by what stands in it: ``level1``, ``level2`` or ``leaf``."""
    kinds = []
    for parts in columns:
        first = sum(level1_label(part.text) is not None for part in parts)
        second = sum(level2_label(part.text) is not None and level1_label(part.text) is None for part in parts)
        pieces = sum(is_piece(part.text) for part in parts)
        kind = "leaf"
        if parts and first + second and pieces >= 0.5 * len(parts):
            kind = "level2" if second >= first else "level1"
        kinds.append(kind)
    return kinds


def _misfit(part: Part, low: float, high: float, kind: str) -> float:
    cost = 0.45 * (max(0.0, low - part.first - 0.5) + max(0.0, part.last - high - 0.5))
    first, second = level1_label(part.text), level2_label(part.text)
    if kind == "level1" and second and not first:
        return cost + 4
    if kind == "level2" and first and not second:
        return cost + 4
    if kind in LABELS:
        # The last character of a label may mean nothing by itself: 可持续影 / 响.
        return cost + (0 if is_piece(part.text) else 3 if len(part.text) == 1 else 5)
    if kind == "name" and part.text[0] in "≥≤><＞＜=＝":
        return cost + 2.5
    return cost + (3 if (first or second) and part.text.endswith("指标") else 0)


def _seam(left: str, right: str) -> float:
    """Return the price of a border in narrow white: low between words, high inside 2026 年 4 月."""
    words = "\u4e00" <= left[-1] <= "\u9fff" or left[-1] in "）)"
    return 0.3 if words and ("\u4e00" <= right[0] <= "\u9fff" or right[0] in "≥≤><＞＜=＝") else 1.5


def assign(line: list[Part], strips: list[float], kinds: list[str]) -> dict[int, list[Part]]:
    """Give the pieces of a line to columns, keeping their order; white inside a cell is cheap where it is narrow."""
    bounds = [-1e9, *strips, 1e9]
    count = len(kinds)
    # What it costs to have come to each column, and from which column each piece came there.
    costs = [0.0] * count
    came: list[list[int]] = []
    for number, part in enumerate(line):
        gap = part.first - line[number - 1].last if number else 0.0
        stay = 0.0 if gap < WIDE else 1.5 + gap
        go = _seam(line[number - 1].text, part.text) if gap < WIDE and number else 0.0
        misfits = [_misfit(part, bounds[c], bounds[c + 1], kinds[c]) for c in range(count)]
        came.append(list(range(count)))
        if not number:
            costs = misfits
            continue
        # The cheapest column on the left is kept while going right: looked for anew, it takes the columns squared.
        nearest, following = -1, []
        for column in range(count):
            total = costs[column] + stay
            if nearest >= 0 and costs[nearest] + go <= total:
                total = costs[nearest] + go
                came[-1][column] = nearest
            following.append(total + misfits[column])
            nearest = column if nearest < 0 or costs[column] < costs[nearest] else nearest
        costs = following
    least = min(costs)
    chosen = min(_way(came, column) for column, cost in enumerate(costs) if cost == least)
    found: dict[int, list[Part]] = {}
    for part, column in zip(line, chosen, strict=True):
        found.setdefault(column, []).append(part)
    return found


def _way(came: list[list[int]], column: int) -> list[int]:
    """Return the column of each piece, the last one in ``column``."""
    way = []
    for before in reversed(came):
        way.append(column)
        column = before[column]
    return way[::-1]
