"""The rows of an indicator block whose lines were laid out with blanks (see ``spaced``).

Each line gives its parts to the columns; the lines are cut into rows, and labels printed once take their rows.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from indicators.text import join_lines, squash
from indicators.vocabulary import LEVEL1, LEVEL2, level1_label, level2_label

__all__ = ["Part", "block_rows", "joined"]

_LABELS = ("level1", "level2")
_LEAVES = ("name", "value")
#: A wrapped cell has at most this many lines.
_TALLEST = 9
#: Rows that one label stands for at most.
_MOST_ROWS = 24
#: Points of a level stand below its label: （40 分）.
_POINTS = re.compile(r"[(（]\d+(?:分|%)[)）]")
#: Names of fewer characters are hardly ever printed.
_SHORTEST_NAME = 3


@dataclass(slots=True)
class Part:
    """A piece of a line: its text, its first and last place in the line, the number of the line.

    For pieces put together ``line`` is the middle of their lines and ``rise`` how far the first stands above.
    """

    text: str
    first: float
    last: float
    line: float
    rise: float = 0.0

    @property
    def top(self) -> float:
        """Number of the first line."""
        return self.line - self.rise

    @property
    def middle(self) -> float:
        """Middle of the piece in the line."""
        return (self.first + self.last) / 2

    @property
    def width(self) -> int:
        """Width in half-width characters."""
        return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in self.text)


#: A date is cut inside its number: 2026年1 / 1月3 / 0日前.
_CUT_DATE = re.compile(r"(?<=[年月]\d) (?=\d[月日])|(?<=20\d) (?=\d年)|(?<=20) (?=\d\d年)")


def joined(parts: Sequence[Part]) -> Part:
    """Put the lines of one cell together, at their middle."""
    text = _CUT_DATE.sub("", join_lines(part.text for part in parts))
    middle = sum(part.line for part in parts) / len(parts)
    return Part(
        text, min(part.first for part in parts), max(part.last for part in parts), middle, middle - parts[0].line
    )


@lru_cache(maxsize=1024)
def _piece_of_label(text: str) -> bool:
    """Whether a text can be a level label or the end or beginning of one that wraps."""
    key = squash(text)
    if level1_label(text) is not None or level2_label(text) is not None:
        return True
    names = [name for name in (*LEVEL1, *LEVEL2) if name.endswith("指标")]
    return any(name.startswith(key) or name.endswith(key) for name in names) and len(key) < 10


def _misfit(part: Part, center: float, role: str) -> float:
    cost = abs(part.middle - center) * 0.12
    level = level1_label(part.text) or level2_label(part.text)
    if role == "level1" and level2_label(part.text) and not level1_label(part.text):
        cost += 4
    if role == "level2" and level1_label(part.text) and not level2_label(part.text):
        cost += 4
    if role in _LABELS:
        return cost + (0 if _piece_of_label(part.text) else 6)
    if squash(part.text) in ("标", "指标"):
        return cost + 1.5
    return cost + (4 if level and len(part.text) > 2 else 0)


_SPLIT = re.compile(r"(?<=[\u4e00-\u9fff）)])(?<![年月日第]) (?=[\d≥≤><＞＜=])")
_PRICE_OF_SPLIT = -0.8


def _place(line: list[Part], centers: list[float], roles: list[str]) -> dict[int, Part]:
    """Give the parts of a line to columns; one blank before a number may part two columns as well."""
    cost, found = _assign(line, centers, roles)
    for part in [*line]:
        for mark in _SPLIT.finditer(part.text):
            at, index = part.first + mark.start(), line.index(part)
            left = Part(part.text[: mark.start()], part.first, at, part.line)
            right = Part(part.text[mark.end() :], at + 1, part.last, part.line)
            parted = [*line[:index], left, right, *line[index + 1 :]]
            other, columns = _assign(parted, centers, roles)
            if other + _PRICE_OF_SPLIT < cost:
                cost, found, line = other + _PRICE_OF_SPLIT, columns, parted
                break
    return found


def _assign(line: list[Part], centers: list[float], roles: list[str]) -> tuple[float, dict[int, Part]]:
    """Give the parts of a line to columns, keeping their order; a part that fits none is left out."""
    best: dict[tuple[int, int], tuple[float, tuple[int, ...]]] = {(0, 0): (0.0, ())}
    for i, part in enumerate([*line, None]):
        for j in range(len(roles) + 1):
            here = best.get((i, j))
            if here is None or part is None:
                continue
            drop = here[0] + 7
            _better(best, (i + 1, j), drop, (*here[1], -1))
            for column in range(j, len(roles)):
                over = sum(
                    part.first < centers[near] < part.last
                    for near in (column - 1, column + 1)
                    if 0 <= near < len(roles)
                )
                cost = here[0] + _misfit(part, centers[column], roles[column]) + 1.5 * over
                _better(best, (i + 1, column + 1), cost, (*here[1], column))
    ends = [value for (i, _), value in best.items() if i == len(line)]
    cost, chosen = min(ends)
    return cost, {column: part for part, column in zip(line, chosen) if column >= 0}


def _better(
    best: dict[tuple[int, int], tuple[float, tuple[int, ...]]], key: tuple[int, int], cost: float, path: tuple[int, ...]
) -> None:
    if key not in best or cost < best[key][0]:
        best[key] = (cost, path)


def block_rows(lines: list[list[Part]], columns: list[tuple[Part, str]]) -> list[list[tuple[int, Part, int]]]:
    """Return the rows of a block, each as ``(column, cell, rows spanned)``.

    Parameters
    ----------
    lines
        Parts of the lines below the header row.
    columns
        Cells of the header row with their roles.
    """
    roles = [role for _, role in columns]
    centers = [part.middle for part, _ in columns]
    left = centers[0] - max(4.0, (centers[1] - centers[0]) / 2)
    placed: list[dict[int, Part]] = []
    for line in map(_at_relations, lines):
        body = [part for part in line if part.middle > left or _piece_of_label(part.text)]
        body = [part for part in body if not _POINTS.fullmatch(squash(part.text))]
        placed.append(_place([part for part in body if squash(part.text) != "绩效指标"], centers, roles))
    leaves = [index for index, role in enumerate(roles) if role in _LEAVES]
    rows = _rows(placed, leaves, [index for index, role in enumerate(roles) if role not in _LABELS])
    labels = {
        index: _labels(
            [item[index] for item in placed if index in item], level1_label if role == "level1" else level2_label
        )
        for index, role in enumerate(roles)
        if role in _LABELS
    }
    return _with_labels(rows, labels, roles)


def _at_relations(line: list[Part]) -> list[Part]:
    """Cut before a relation sign behind one blank: it opens a value, whatever stands before."""
    out: list[Part] = []
    for part in line:
        place = part.first
        for piece in re.split(r"(?<=[\u4e00-\u9fff）)]) (?=[≥≤])", part.text):
            out.append(Part(piece, place, place + len(piece), part.line))
            place += len(piece) + 1
    return out


def _labels(parts: list[Part], meaning: Callable[[str], str | None]) -> list[Part]:
    """Put the labels of a column together from the lines they wrap over."""
    out: list[Part] = []
    start = 0
    while start < len(parts):
        size = next(
            (
                size
                for size in (4, 3, 2, 1)
                if start + size <= len(parts)
                and parts[start + size - 1].line - parts[start].line <= 2 * size
                and meaning("".join(part.text for part in parts[start : start + size])) is not None
            ),
            0,
        )
        if size:
            out.append(joined(parts[start : start + size]))
        start += max(size, 1)
    return out


def _rows(placed: list[dict[int, Part]], leaves: list[int], text: list[int]) -> list[dict[int, Part]]:
    """Cut the lines into rows: the cheapest cut whose cells are centred or begin level, and full where they wrap."""
    lines = [{column: part for column, part in item.items() if column in text} for item in placed]
    lines = [item for item in lines if item]
    widest = {column: _usual_width([item[column].width for item in lines if column in item]) for column in text}
    cuts = [_cheapest(lines, leaves, widest, at_top) for at_top in (False, True)]
    rows: list[dict[int, Part]] = []
    for start, stop in min(cuts)[1]:
        group = lines[start:stop]
        columns = sorted({column for item in group for column in item})
        rows.append({column: joined([item[column] for item in group if column in item]) for column in columns})
    return rows


def _usual_width(widths: list[int]) -> int:
    """Return the width of the widest part; of many the second, one of two columns that met left out."""
    widths = sorted(widths, reverse=True)
    return widths[1 if len(widths) > 5 else 0] if widths else 1


def _cheapest(
    lines: list[dict[int, Part]], leaves: list[int], widest: dict[int, int], at_top: bool
) -> tuple[float, list[tuple[int, int]]]:
    best: list[tuple[float, int]] = [(0.0, 0)] * (len(lines) + 1)
    for end in range(1, len(lines) + 1):
        best[end] = min(
            (best[start][0] + _cost(lines[start:end], leaves, widest, at_top), start)
            for start in range(max(0, end - _TALLEST), end)
        )
    cuts: list[tuple[int, int]] = []
    end = len(lines)
    while end:
        cuts.append((best[end][1], end))
        end = best[end][1]
    return best[len(lines)][0], cuts[::-1]


def _cost(group: list[dict[int, Part]], leaves: list[int], widest: dict[int, int], at_top: bool) -> float:
    lines = [next(iter(item.values())).line for item in group]
    middle = (lines[0] + lines[-1]) / 2
    cost = 0.2
    for column in {column for item in group for column in item}:
        parts = [item[column] for item in group if column in item]
        off = parts[0].line - lines[0] if at_top else sum(part.line for part in parts) / len(parts) - middle
        cost += 0.5 * abs(off)
        for upper, lower in pairwise(parts):
            cost += 0.5 + 2.5 * max(0.0, 1 - (upper.width + 2) / widest[column])
            cost += 1.0 * max(0.0, lower.line - upper.line - 3)
    filled = [any(column in item for item in group) for column in leaves]
    if not any(filled):
        return cost + 2.0
    # A name without its value is dear, a side without both may be so printed.
    for name, value in zip(filled[::2], filled[1::2]):
        cost += 1.5 if name != value else (0.8 if not name else 0.0)
    # 间 | 前 below 年度计划报批时 | 1月31日: the rest of two cells rather than an indicator.
    cost += 0.8 * sum(name in group[0] and len(group[0][name].text) < _SHORTEST_NAME for name in leaves[::2])
    return cost


def _with_labels(
    rows: list[dict[int, Part]], labels: dict[int, list[Part]], roles: list[str]
) -> list[list[tuple[int, Part, int]]]:
    """Give each row its labels; a label without rows of its own becomes a row, an empty slot."""
    heights = [_height([*row.values()]) for row in rows]
    main = next((index for index, role in enumerate(roles) if role == "level2"), None)
    out: list[tuple[float, list[tuple[int, Part, int]]]] = [
        (height, [(column, part, 1) for column, part in row.items()]) for height, row in zip(heights, rows)
    ]
    taken: dict[float, list[tuple[int, Part, int]]] = {}
    for column, found in labels.items():
        if roles[column] != "level2":
            continue
        for label, covered in zip(found, _covered(found, [[*row.values()] for row in rows])):
            if covered:
                out[covered[0]][1].append((column, label, 1))
            elif column == main:
                taken.setdefault(label.line, []).append((column, label, 1))
            else:
                near = min(taken, key=lambda line: abs(line - label.line), default=None)
                line = near if near is not None and abs(near - label.line) < 1.6 else label.line
                taken.setdefault(line, []).append((column, label, 1))
    out.extend(taken.items())
    out.sort(key=lambda item: item[0])
    for column, found in labels.items():
        if roles[column] == "level1" and out:
            groups = _covered(found, [[part for _, part, _ in row] for _, row in out])
            for label, covered in zip(found, groups):
                place = covered[0] if covered else min(range(len(out)), key=lambda i: abs(out[i][0] - label.line))
                # A 一级 begins with a 二级, not with a further row of the one above.
                place = next((row for row in covered if main is not None and _has(out[row][1], main)), place)
                out[place][1].append((column, label, 1))
    return [sorted(row, key=lambda item: item[0]) for _, row in out]


def _has(row: list[tuple[int, Part, int]], column: int) -> bool:
    return any(index == column for index, _, _ in row)


def _height(row: list[Part]) -> float:
    return sum(part.line for part in row) / len(row)


def _covered(labels: list[Part], rows: list[list[Part]]) -> list[list[int]]:
    """Return for each label the rows it stands for: runs in order, each label in their middle or at their top."""
    centred = _runs([part.line for part in labels], [_height(row) for row in rows], at_top=False)
    level = _runs([part.top for part in labels], [min(part.top for part in row) for row in rows], at_top=True)
    return min(centred, level)[1]


def _runs(labels: list[float], heights: list[float], *, at_top: bool) -> tuple[float, list[list[int]]]:
    count, total = len(labels), len(heights)
    best: list[list[tuple[float, int]]] = [[(1e9, 0)] * (total + 1) for _ in range(count + 1)]
    best[0][0] = (0.0, 0)
    for label in range(1, count + 1):
        for end in range(total + 1):
            for start in range(max(0, end - _MOST_ROWS), end + 1):
                run = heights[start:end]
                if run:
                    cost = abs((run[0] if at_top else (run[0] + run[-1]) / 2) - labels[label - 1])
                else:
                    before = max(0.0, heights[end - 1] - labels[label - 1]) if end else 0.0
                    after = max(0.0, labels[label - 1] - heights[end]) if end < total else 0.0
                    cost = 0.6 + 5 * (before + after)
                value = best[label - 1][start][0] + cost
                if value < best[label][end][0]:
                    best[label][end] = (value, start)
    out: list[list[int]] = []
    end = total
    for label in range(count, 0, -1):
        start = best[label][end][1]
        out.append(list(range(start, end)))
        end = start
    return best[count][total][0], out[::-1]
