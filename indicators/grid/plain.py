"""Any other table in placed text: runs of lines with pieces side by side, parted at their white strips."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median

from indicators.grid.block import Placed
from indicators.grid.columns import assign, gutters
from indicators.grid.form import Found
from indicators.grid.heading import ruled_rows
from indicators.grid.parts import Lines, Part, beside, joined, wide
from indicators.grid.rows import Row, Walls, cut_rows, runs_of

__all__ = ["solve_plain"]

#: Lines with several cells that a table needs, and the white that ends one.
_LEAST_ROWS, _APART = 3, 3.4


def solve_plain(lines: Lines, walls: Walls) -> list[Found]:
    """Return the tables of lines that belong to no form.

    Parameters
    ----------
    lines
        Pieces of each line; lines of other tables are empty.
    walls
        Horizontal rules.
    """
    found: list[Found] = []
    for first, last in _runs(wide(lines)):
        rows = _rows(lines[first:last], walls)
        if len(rows) >= _LEAST_ROWS:
            found.append((first, last, rows))
    return found


def _runs(cells: Lines) -> Iterator[tuple[int, int]]:
    """Yield runs of lines close together that begin and end with lines of several cells."""
    run: list[int] = []
    for number in range(len(cells) + 1):
        line = cells[number] if number < len(cells) else []
        if run and (not line or line[0].line - cells[run[-1]][0].line > _APART):
            many = [index for index in run if len(cells[index]) > 1]
            if len(many) >= _LEAST_ROWS:
                last = many[-1]
                while last + 1 <= run[-1] and _goes_on(cells[max(0, last - 2) : last + 1], cells[last + 1]):
                    last += 1
                yield many[0], last + 1
            run = []
        if line:
            run.append(number)


def _goes_on(above: Lines, line: list[Part]) -> bool:
    """Whether a line holds the rest of the last cells: close below, and at the place of one of them."""
    left = min((part.first for other in above for part in other), default=0.0)
    near = bool(above[-1]) and line[0].line - above[-1][0].line < 1.2
    starts = [part.first for other in above for part in other if part.first > left + 1]
    return near and any(abs(line[0].first - start) < 1 for start in starts)


def _rows(lines: Lines, walls: Walls) -> list[list[Placed]]:
    heights = [line[0].line for line in lines]
    inner = walls.within(heights[0] - 3, heights[-1] + 3)
    right = max(part.middle for line in lines for part in line)
    if inner.regular(heights, right):
        return ruled_rows(lines, inner)
    strips = gutters(lines)
    if not strips:
        return []
    kinds = ["leaf"] * (len(strips) + 1)
    placed = [{c: beside(parts) for c, parts in assign(line, strips, kinds).items()} for line in lines]
    counts = [sum(column in item for item in placed) for column in range(len(kinds))]
    labels = [c for c in range(len(kinds) - 1) if 0 < counts[c] < 0.85 * max(counts[c + 1 :])]
    rows = cut_rows([{c: p for c, p in item.items() if c not in labels} for item in placed], [], [], inner)
    out = [[Placed(c, part) for c, part in row.items()] for row in rows]
    for column in labels:
        own = _stacked([item[column] for item in placed if column in item])
        for label, covered in zip(own, runs_of(own, [[*row.values()] for row in rows], inner), strict=True):
            if covered:
                out[covered[0]].append(Placed(column, label, len(covered)))
            else:
                near = min(range(len(rows)), key=lambda i: abs(_height(rows[i]) - label.line))
                out[near].append(Placed(column, label))
    return [sorted(row, key=lambda cell: cell.column) for row in out]


def _height(row: Row) -> float:
    return median(part.line for part in row.values())


def _stacked(parts: list[Part]) -> list[Part]:
    """Put the lines of a label together: those as close as lines of a cell are."""
    groups: list[list[Part]] = []
    for part in parts:
        if groups and part.line - groups[-1][-1].line < 1.2:
            groups[-1].append(part)
        else:
            groups.append([part])
    return [joined(group) for group in groups]
