"""Tables without rules, guessed from the alignment of their text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from indicators.readers.pdf.content import Floats
from indicators.readers.pdf.rules import join_rules
from indicators.records import BBox

__all__ = ["Guess", "Segment", "guess_tables"]

#: Rows and printed columns a guess needs.
_LEAST_ROWS = 3
#: A vertical gap of this many line heights ends a table.
_APART = 3.2
#: Raster of the search for gutters, in points.
_STEP = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A run of text without wide gaps, with its box in points and the number of its printed line."""

    text: str
    box: BBox
    line: int

    @property
    def height(self) -> float:
        """Height of the line."""
        return self.box[3] - self.box[1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Guess:
    """A guessed table.

    Parameters
    ----------
    xs, ys
        Column and row borders in points, halfway between the texts.
    cells
        ``row, column, row after, column after, segments`` in reading order.
    """

    xs: Floats
    ys: Floats
    cells: list[tuple[int, int, int, int, list[Segment]]]

    @property
    def segments(self) -> set[int]:
        """Identities of the segments used."""
        return {id(segment) for cell in self.cells for segment in cell[4]}


def guess_tables(segments: Sequence[Segment], walls: Sequence[BBox], rules: Floats) -> list[Guess]:
    """Return the tables that the alignment of text outside ruled tables suggests.

    Parameters
    ----------
    segments
        In reading order.
    walls
        Boxes of ruled tables, which no guess crosses.
    rules
        Pieces of rules of the page, which part rows where they are printed; shape ``(n, 4)``.
    """
    lines = _lines(segments)
    if sum(len(line) > 1 for line in lines) < _LEAST_ROWS:
        return []
    level = join_rules(rules)[0]
    rows = np.stack((level.positions[level.place], level.low, level.high), axis=1)
    guesses = (_guess(block, rows) for block in _blocks(lines, walls))
    return [guess for guess in guesses if guess is not None]


def _lines(segments: Sequence[Segment]) -> list[list[Segment]]:
    lines: list[list[Segment]] = []
    for segment in segments:
        if lines and lines[-1][0].line == segment.line:
            lines[-1].append(segment)
        else:
            lines.append([segment])
    return sorted(lines, key=lambda line: line[0].box[1])


def _blocks(lines: list[list[Segment]], walls: Sequence[BBox]) -> Iterator[list[list[Segment]]]:
    """Yield runs of lines close together that begin and end with a line of several segments."""
    block: list[list[Segment]] = []
    for line in lines:
        if block:
            above, below = block[-1][0].box[3], line[0].box[1]
            wall = any(above - 1 <= (box[1] + box[3]) / 2 <= below + 1 for box in walls)
            if wall or below - above > _APART * line[0].height:
                yield from _trimmed(block)
                block = []
        block.append(line)
    yield from _trimmed(block)


def _trimmed(block: list[list[Segment]]) -> Iterator[list[list[Segment]]]:
    many = [index for index, line in enumerate(block) if len(line) > 1]
    if len(many) < _LEAST_ROWS:
        return
    last = many[-1]
    # The rest of a last cell that wraps stands below it, indented to its column.
    starts = [segment.box[0] for segment in block[last][1:]]
    while last + 1 < len(block) and _wraps(block[last], block[last + 1], starts):
        last += 1
    yield block[many[0] : last + 1]


def _wraps(above: list[Segment], line: list[Segment], starts: list[float]) -> bool:
    near = line[0].box[1] - above[0].box[3] < 0.6 * line[0].height
    return near and len(line) == 1 and any(abs(line[0].box[0] - start) < line[0].height for start in starts)


def _guess(block: list[list[Segment]], rules: Floats) -> Guess | None:
    gutters = _gutters(block)
    if not gutters:
        return None
    left = min(segment.box[0] for line in block for segment in line)
    right = max(segment.box[2] for line in block for segment in line)
    inner = [gutter for gutter in gutters if left < gutter < right]
    groups = _rows(block, inner, rules)
    if len(groups) < _LEAST_ROWS or not inner:
        return None
    xs = np.array([left - 1, *inner, right + 1])
    tops = [min(segment.box[1] for line in group for segment in line) for group in groups]
    ends = [max(segment.box[3] for line in group for segment in line) for group in groups]
    middles = [(end + top) / 2 for end, top in zip(ends[:-1], tops[1:], strict=True)]
    ys = np.array([tops[0] - 1, *middles, ends[-1] + 1])
    if bool((np.diff(ys) <= 0).any()):
        return None
    cells = [cell for row, group in enumerate(groups) for cell in _cells(row, group, inner)]
    return Guess(xs=xs, ys=ys, cells=cells)


def _gutters(block: list[list[Segment]]) -> list[float]:
    """Return the middles of white strips that part the segments of several lines."""
    left = min(line[0].box[0] for line in block)
    size = int((max(line[-1].box[2] for line in block) - left) / _STEP) + 2
    votes, covers = np.zeros(size, np.int64), np.zeros(size, np.int64)
    for line in block:
        if len(line) < 2:
            continue
        for before, after in pairwise(line):
            votes[_raster(before.box[2], left) + 1 : _raster(after.box[0], left)] += 1
        for segment in line:
            covers[_raster(segment.box[0], left) : _raster(segment.box[2], left) + 1] += 1
    free = (votes >= _LEAST_ROWS) & (votes > 2 * covers)
    edges = np.flatnonzero(np.diff(np.concatenate(([0], free.astype(np.int64), [0]))))
    gutters = []
    for start, stop in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        best = np.flatnonzero(votes[start:stop] == votes[start:stop].max()) + start
        gutters.append(left + _STEP * float(best[len(best) // 2] + 0.5))
    return gutters


def _raster(x: float, left: float) -> int:
    return max(0, int((x - left) / _STEP))


def _rows(block: list[list[Segment]], gutters: list[float], rules: Floats) -> list[list[list[Segment]]]:
    """Group printed lines into rows: by rules between them, else by the distance of the lines."""
    middles = [(line[0].box[1] + line[0].box[3]) / 2 for line in block]
    left, right = min(line[0].box[0] for line in block), max(line[-1].box[2] for line in block)
    across = rules[(rules[:, 1] < left + 0.4 * (right - left)) & (rules[:, 2] > left + 0.6 * (right - left)), 0]
    inside = across[(across > middles[0]) & (across < middles[-1])]
    if len(inside) >= _LEAST_ROWS - 1:
        ruled = [bool(((inside > above) & (inside < below)).any()) for above, below in pairwise(middles)]
        return _split(block, ruled)
    pitches = np.diff(middles)
    limit = _limit(pitches)
    rows = _split(block, (pitches > limit).tolist())
    full = sum(1 for row in rows for line in row[1:] if len(line) == len(gutters) + 1)
    if len(rows) < _LEAST_ROWS or full > 0.2 * len(block):
        return [[line] for line in block]
    return rows


def _split(block: list[list[Segment]], breaks: list[bool]) -> list[list[list[Segment]]]:
    rows = [[block[0]]]
    for line, fresh in zip(block[1:], breaks, strict=True):
        if fresh:
            rows.append([line])
        else:
            rows[-1].append(line)
    return rows


def _limit(pitches: Floats) -> float:
    """Return the distance that parts lines within a cell from rows, 0 where all distances are alike."""
    ordered = np.sort(np.maximum(pitches, 0.1))
    jumps = ordered[1:] / ordered[:-1]
    if not len(jumps) or float(jumps.max()) < 1.18:
        return 0.0
    best = int(jumps.argmax())
    return float((ordered[best] + ordered[best + 1]) / 2)


def _cells(
    row: int, lines: list[list[Segment]], gutters: list[float]
) -> Iterator[tuple[int, int, int, int, list[Segment]]]:
    """Yield the cells of a row; a segment across a gutter makes a cell over several columns."""
    found: dict[int, tuple[int, list[Segment]]] = {}
    for line in lines:
        for segment in line:
            first = int(np.searchsorted(gutters, segment.box[0] + 1))
            last = max(first, int(np.searchsorted(gutters, segment.box[2] - 1)))
            stop, held = found.get(first, (0, []))
            found[first] = (max(stop, last + 1), [*held, segment])
    end = 0
    for column in sorted(found):
        stop, held = found[column]
        following = min((other for other in found if other > column), default=len(gutters) + 1)
        yield row, max(column, end), row + 1, max(column + 1, min(stop, following)), held
        end = max(column + 1, min(stop, following))
