"""The rows of a block: lines cut into rows, and labels printed once stretched over the rows they stand for.

Three kinds of evidence part rows: rules, the distance between lines (the lines of a cell are closer), and where
neither speaks the shape of the cells: those of a row are centred or begin level, and full where they wrap.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from operator import itemgetter

from indicators.grid.parts import Part, joined

__all__ = ["Band", "Row", "Walls", "cheapest_runs", "cut_rows", "labels_of", "runs_of"]

#: A wrapped cell has at most this many lines; one label stands for at most so many rows.
_TALLEST, _MOST_ROWS = 12, 40
#: Names of fewer characters are hardly ever printed.
_SHORTEST_NAME = 3
#: Price of a row without a label: where places are exact, and where they are not.
_BARE, _NEVER = 0.6, 1e6
#: Price of a run over the end of a page at whose top its label stands.
_OVER = 0.2
#: Price of a row with a value and no name.
_NAMELESS = 3.0
#: Price of going against a rule.
_RULED = 40.0
#: Of a rule.
_HEIGHT = itemgetter(0)


@dataclass(frozen=True, slots=True)
class Walls:
    """Horizontal rules: height, left and right end of each, sorted by height."""

    rules: tuple[tuple[float, float, float], ...] = ()

    def between(self, upper: float, lower: float, x: float) -> bool:
        """Whether a rule stands between two heights over or under a place."""
        first, last = bisect_right(self.rules, upper, key=_HEIGHT), bisect_left(self.rules, lower, key=_HEIGHT)
        return any(x0 - 0.5 <= x <= x1 + 0.5 for _, x0, x1 in self.rules[first:last])

    def within(self, upper: float, lower: float) -> Walls:
        """Return the rules between two heights."""
        return Walls(tuple(rule for rule in self.rules if upper <= rule[0] <= lower))

    def around(self, height: float, x: float) -> tuple[float, float]:
        """Return the heights of the rules above and below a place."""
        near = [y for y, x0, x1 in self.rules if x0 - 0.5 <= x <= x1 + 0.5]
        above = max((y for y in near if y < height), default=float("-inf"))
        return above, min((y for y in near if y >= height), default=float("inf"))

    def regular(self, lines: Sequence[float], x: float) -> bool:
        """Whether rules part all rows at a place, rather than frame the block."""
        if len(lines) < 2:
            return False
        inside = {round(y, 1) for y, x0, x1 in self.rules if lines[0] < y < lines[-1] and x0 <= x <= x1}
        return len(inside) >= max(2, 0.25 * len(lines))


Row = dict[int, Part]


def cut_rows(
    lines: list[Row], names: list[int], values: list[int], walls: Walls, printed: Sequence[float] = ()
) -> list[Row]:
    """Cut lines into rows.

    Parameters
    ----------
    lines
        Pieces by column, without the columns whose cells stand for several rows.
    names, values
        Columns of names and of values side by side: a row has both or none.
    walls
        Rules of the block.
    printed
        Heights of all its lines, those of labels as well.
    """
    lines = [item for item in lines if item]
    if not lines:
        return []
    columns = sorted({column for item in lines for column in item})
    widest = {c: _usual_width([item[c].width for item in lines if c in item]) for c in columns}
    heights = [_mean(item) for item in lines]
    # A label between two rows fills the white there.
    apart = [
        max(low - up for up, low in pairwise([a, *(y for y in printed if a < y < b), b])) for a, b in pairwise(heights)
    ]
    # Where most lines stand apart, those close together are the lines of a cell.
    loose = sum(gap >= 1.35 for gap in apart) > 0.25 * len(apart) and _full(lines, [*names, *values], widest)
    middles = {
        c: sum(item[c].middle for item in lines if c in item) / sum(c in item for item in lines) for c in columns
    }
    ruled = {c: walls.regular(heights, middles[c]) for c in columns} if walls.rules else {}
    cutter = _Cutter(lines, names, values, widest, loose, walls, ruled, heights)
    cuts = cutter.cheapest()
    rows: list[Row] = []
    for start, stop in cuts:
        group = lines[start:stop]
        rows.append(
            {c: joined([item[c] for item in group if c in item]) for c in columns if any(c in i for i in group)}
        )
    return rows


def _full(lines: list[Row], columns: list[int], widest: dict[int, int]) -> bool:
    """Whether pieces with another right below them are full, as they are where they wrap."""
    tight = [
        upper[c].width >= 0.6 * widest[c]
        for upper, lower in pairwise(lines)
        for c in columns
        if c in upper and c in lower and lower[c].line - upper[c].line < 1.35
    ]
    return sum(tight) >= 0.7 * len(tight)


def _mean(item: Row) -> float:
    return sum(part.line for part in item.values()) / len(item)


def _usual_width(widths: list[int]) -> int:
    """Return the width of the widest piece; of many the second, one of two columns that met left out."""
    widths = sorted(widths, reverse=True)
    return widths[1 if len(widths) > 5 else 0] if widths else 1


@dataclass(slots=True)
class _Cutter:
    lines: list[Row]
    names: list[int]
    values: list[int]
    widest: dict[int, int]
    loose: bool
    walls: Walls
    ruled: dict[int, bool]
    heights: list[float]

    def cheapest(self) -> list[tuple[int, int]]:
        """Return the first and last line of each row, whose cells are centred or begin level, whatever is cheaper."""
        centred: list[tuple[float, int]] = [(0.0, 0)] * (len(self.lines) + 1)
        level = list(centred)
        borders = [self._border(start) for start in range(len(self.lines))]
        for end in range(1, len(self.lines) + 1):
            starts = range(max(0, end - _TALLEST), end)
            costs = [self.costs(start, end, borders[start]) for start in starts]
            centred[end] = min((centred[start][0] + cost, start) for start, (cost, _) in zip(starts, costs))
            level[end] = min((level[start][0] + cost, start) for start, (_, cost) in zip(starts, costs))
        best = level if level[-1][0] < centred[-1][0] else centred
        cuts: list[tuple[int, int]] = []
        end = len(self.lines)
        while end:
            cuts.append((best[end][1], end))
            end = best[end][1]
        return cuts[::-1]

    def costs(self, start: int, end: int, border: float) -> tuple[float, float]:
        """Return what a row of these lines costs with its border, if its cells are centred and if they begin level."""
        group = self.lines[start:end]
        top, bottom = self.heights[start], self.heights[end - 1]
        middle = (top + bottom) / 2
        shared = 0.2 + border
        above = {c: part for item in self.lines[max(0, start - 2) : start] for c, part in item.items()}
        if self.loose and not any(self.ruled.values()):
            # Nothing but white between two lines: those of a cell are closer.
            shared += 4.0 * sum(b - a >= 1.35 for a, b in pairwise(self.heights[start:end]))
        centred = level = shared
        for column in {column for item in group for column in item}:
            parts = [item[column] for item in group if column in item]
            if self.loose and column in above and parts[0].line - above[column].line < 1.15:
                centred += 2.5
                level += 2.5
            centred += 0.5 * abs((parts[0].line + parts[-1].line) / 2 - middle)
            level += 0.5 * abs(parts[0].line - top)
            for upper, lower in pairwise(parts):
                join = self._join(group, column, upper, lower)
                centred += join
                level += join
        for price in self._missing(group):
            centred += price
            level += price
        return centred, level

    def _missing(self, group: list[Row]) -> list[float]:
        """Return the prices of what a row lacks."""
        named = [any(column in item for item in group) for column in self.names]
        valued = [any(column in item for item in group) for column in self.values]
        if (self.names or self.values) and not any(named) and not any(valued):
            return [2.0]
        # A name without its value is dear, a value without its name the rest of one; a side may lack both.
        prices = [
            (1.5 if name else _NAMELESS) if name != value else (0.8 if not name else 0.0)
            for name, value in zip(named, valued, strict=False)
        ]
        # 间 | 前 below 年度计划报批时 | 1月31日: the rest of two cells rather than an indicator.
        rests = sum(name in group[0] and len(group[0][name].text) < _SHORTEST_NAME for name in self.names)
        return [*prices, 0.8 * rests]

    @staticmethod
    def _around(group: list[Row], column: int, upper: Part, lower: Part) -> bool:
        """Whether two lines of a cell stand above and below the only line of another cell of their row."""
        middle = (upper.line + lower.line) / 2
        amid = {c for item in group for c, part in item.items() if c != column and abs(part.line - middle) < 0.3}
        return any(sum(c in item for item in group) == 1 for c in amid)

    def _join(self, group: list[Row], column: int, upper: Part, lower: Part) -> float:
        gap = lower.line - upper.line
        if self.ruled.get(column):
            return _RULED if self.walls.between(upper.line, lower.line, lower.middle) else 0.0
        cost = 0.5 + 2.5 * max(0.0, 1 - (upper.width + 2) / self.widest[column])
        if self.loose:
            return 0.3 * cost + (0.0 if gap < 2.2 else 4.0)
        apart = gap > 1.6 and not self._around(group, column, upper, lower)
        return cost + 1.0 * max(0.0, gap - 3) + (1.5 if apart else 0.0)

    def _border(self, start: int) -> float:
        """Return the price of a new row before a line: dear inside what rules or distances show to be a cell."""
        if not start:
            return 0.0
        cost = 0.0
        for column, part in self.lines[start].items():
            if self.ruled.get(column):
                before = next((i[column] for i in self.lines[start - 1 :: -1] if column in i), None)
                upper = before.line if before is not None else self.heights[start - 1]
                if not self.walls.between(upper, part.line, part.middle):
                    cost = max(cost, _RULED)
        if any(self.ruled.values()):
            x = next((p.middle for c, p in self.lines[start].items() if self.ruled.get(c)), None)
            if x is not None and not self.walls.between(self.heights[start - 1], self.heights[start], x):
                cost = max(cost, _RULED)
        return cost


def labels_of(parts: list[Part], meaning: Callable[[str], str | None], walls: Walls) -> list[Part]:
    """Put the labels of a column together from the lines they wrap over."""
    out: list[Part] = []
    start = 0
    while start < len(parts):
        size = next(
            (
                size
                for size in (5, 4, 3, 2, 1)
                if start + size <= len(parts)
                and parts[start + size - 1].line - parts[start].line <= 2 * size
                and meaning("".join(part.text for part in parts[start : start + size])) is not None
                and not any(walls.between(a.line, b.line, a.middle) for a, b in pairwise(parts[start : start + size]))
            ),
            0,
        )
        if size:
            out.append(joined(parts[start : start + size]))
        start += max(size, 1)
    return out


def runs_of(labels: list[Part], rows: list[list[Part]], walls: Walls) -> list[list[int]]:
    """Return for each label the rows it stands for: runs in order, each label in their middle or at their top."""
    heights = [_height(row) for row in rows]
    if labels and rows and walls.regular(heights, max((p.middle for row in rows for p in row), default=0.0)):
        around = [walls.around(label.line, label.middle) for label in labels]
        return [[i for i, height in enumerate(heights) if low < height < high] for low, high in around]
    middles = [Band(height, height, None) for height in heights]
    tops = [Band(top, top, None) for top in (min(part.top for part in row) for row in rows)]
    centred = cheapest_runs([part.line for part in labels], middles, bare=_NEVER)
    level = cheapest_runs([part.top for part in labels], tops, at_top=True, bare=_NEVER)
    return (level if level[0] <= centred[0] else centred)[1]


def _height(row: list[Part]) -> float:
    return sum(part.line for part in row) / len(row)


@dataclass(frozen=True, slots=True)
class Band:
    """Where a row begins and ends, its page, and the height of a line at its top."""

    top: float
    bottom: float
    page: int | None
    first: float = 0.0

    @property
    def middle(self) -> float:
        """Middle of the row."""
        return (self.top + self.bottom) / 2


def cheapest_runs(
    labels: list[float], rows: list[Band], *, at_top: bool = False, bare: float = _BARE, firsts: Sequence[float] = ()
) -> tuple[float, list[list[int]]]:
    """Return the price of the cheapest runs of rows in order, one a label, and the runs; some rows may have none.

    Parameters
    ----------
    labels
        Heights of the labels from above.
    rows
        Rows that the labels may stand for.
    at_top
        Whether a label is level with its first row rather than in the middle of all.
    bare
        Price of a row without a label.
    firsts
        Heights of the first lines of the labels: over the end of a page a label stands at the top of its rows.
    """
    count, total = len(labels), len(rows)
    best: list[list[tuple[float, int, int]]] = [[(1e9, 0, 0)] * (total + 1) for _ in range(count + 1)]
    best[0] = [(bare * end, 0, 0) for end in range(total + 1)]
    for label in range(1, count + 1):
        for end in range(total + 1):
            value = best[label][end - 1][0] + bare if end else 1e9
            choice = (value, best[label][end - 1][1], best[label][end - 1][2]) if end else (1e9, 0, 0)
            for start in range(max(0, end - _MOST_ROWS), end + 1):
                first = firsts[label - 1] if firsts else None
                price = best[label - 1][start][0] + _run_price(labels[label - 1], first, rows, start, end, at_top)
                if price < choice[0]:
                    choice = (price, start, end)
            best[label][end] = choice
    out: list[list[int]] = []
    end = total
    for label in range(count, 0, -1):
        _, start, stop = best[label][end]
        out.append(list(range(start, stop)))
        end = start
    return best[count][total][0], out[::-1]


def _run_price(label: float, line: float | None, rows: list[Band], start: int, end: int, at_top: bool) -> float:
    """Return how badly a label stands for a run of rows: far from its middle, or from its first line."""
    if start == end:
        before = max(0.0, (rows[end - 1].top + rows[end - 1].bottom) / 2 - label) if end else 0.0
        after = max(0.0, label - (rows[end].top + rows[end].bottom) / 2) if end < len(rows) else 0.0
        return 0.6 + 5 * (before + after)
    if at_top:
        return abs(rows[start].top - label)
    price = abs((rows[start].top + rows[end - 1].bottom) / 2 - label)
    if line is not None and rows[start].page != rows[end - 1].page:
        price = min(price, _OVER + abs(rows[start].first - line))
    return price
