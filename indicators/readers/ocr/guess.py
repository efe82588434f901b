"""Tables without rules, guessed from the alignment of their text.

White strips that part the text of several lines are column borders; lines close together in one column are one
cell; cells whose first lines (or middles) stand level are one row. A label printed once for several rows gets their
span from the rows without a label below it, or, where text is centred, from its height among the rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from indicators.readers.pdf.content import Floats, Ints
from indicators.readers.pdf.rules import join_rules
from indicators.records import BBox

__all__ = ["Guess", "Segment", "guess_tables", "may_hold_table"]

#: Rows that a guess needs.
_LEAST_ROWS = 3
#: A vertical gap of this many line heights ends a table.
_APART = 3.2
#: Raster of the search for gutters, in points.
_STEP = 1.0
#: Texts of a column begin within this distance, in points.
_ALIGNED = 1.2
#: More parts of lines than this on a page are no form.
MAX_SEGMENTS = 1500


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A run of text without gaps, with its box in points and the number of its printed line."""

    text: str
    box: BBox
    line: int

    @property
    def height(self) -> float:
        """Height of the line."""
        return self.box[3] - self.box[1]

    @property
    def middle(self) -> float:
        """Middle of the line."""
        return (self.box[1] + self.box[3]) / 2


@dataclass(slots=True)
class GuessedCell:
    """A cell under construction; ``stop`` and ``end`` are the row and column after the last."""

    first: int
    end: int
    segments: list[Segment] = field(default_factory=list)
    row: int = 0
    stop: int = 0

    @property
    def top(self) -> float:
        """Upper end of the text."""
        return self.segments[0].box[1]

    @property
    def bottom(self) -> float:
        """Lower end of the text."""
        return self.segments[-1].box[3]

    def anchor(self, centred: bool) -> float:
        """Return the height that cells of one row share."""
        return (self.top + self.bottom) / 2 if centred else self.segments[0].middle


@dataclass(frozen=True, slots=True, kw_only=True)
class Guess:
    """A guessed table.

    Parameters
    ----------
    xs, ys
        Column and row borders in points, halfway between the texts.
    cells
        In reading order.
    """

    xs: Floats
    ys: Floats
    cells: list[GuessedCell]

    @property
    def lines(self) -> set[int]:
        """Numbers of the printed lines used."""
        return {segment.line for cell in self.cells for segment in cell.segments}


def may_hold_table(lines: Ints) -> bool:
    """Return whether enough printed lines have wide gaps for a table.

    Parameters
    ----------
    lines
        Line number of each part between wide gaps, in order.
    """
    repeated = lines[1:][lines[1:] == lines[:-1]]
    return len(set(repeated.tolist())) >= _LEAST_ROWS


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
    if len(segments) > MAX_SEGMENTS:
        return []
    level = join_rules(rules)[0]
    borders = np.stack((level.positions[level.place], level.low, level.high), axis=1)
    guesses = (_guess(block, borders) for block in _blocks(_lines(segments), walls))
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
    """Yield runs of lines close together that begin with a line of several segments."""
    block: list[list[Segment]] = []
    for line in lines:
        if block:
            above, below = max(segment.box[3] for segment in block[-1]), line[0].box[1]
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
    starts = [segment.box[0] for line in block[max(0, last - 2) : last + 1] for segment in line]
    while last + 1 < len(block) and _wraps(block[last], block[last + 1], starts):
        last += 1
    yield block[many[0] : last + 1]


def _wraps(above: list[Segment], line: list[Segment], starts: list[float]) -> bool:
    near = line[0].box[1] - above[0].box[3] < 0.5 * line[0].height
    return near and any(abs(line[0].box[0] - start) < 0.5 * line[0].height for start in starts)


def _guess(block: list[list[Segment]], borders: Floats) -> Guess | None:
    gutters = _gutters(block)
    if not gutters:
        return None
    cells = _cells(block, gutters, borders)
    tops = _place(cells)
    if len(tops) < _LEAST_ROWS:
        return None
    _span(cells, len(gutters) + 1, tops)
    left = min(segment.box[0] for line in block for segment in line)
    right = max(segment.box[2] for line in block for segment in line)
    floor = max(cell.bottom for cell in cells)
    return Guess(
        xs=np.array([left - 1, *gutters, right + 1]),
        ys=np.array([*tops, floor + 1]),
        cells=sorted(cells, key=lambda cell: (cell.row, cell.first)),
    )


def _gutters(block: list[list[Segment]]) -> list[float]:
    """Return the middles of white strips that part the segments of several lines in a row."""
    left = min(line[0].box[0] for line in block)
    size = int((max(line[-1].box[2] for line in block) - left) / _STEP) + 2
    votes = np.zeros((len(block) + 1, size))
    seen = np.zeros(size, np.bool_)
    for index, line in enumerate(block, start=1):
        if len(line) > 1:
            # Labels printed once leave their column white in the lines below.
            votes[index, : _raster(line[0].box[0], left) + 1] = 0.5
            for before, after in pairwise(line):
                votes[index, _raster(before.box[2], left) : _raster(after.box[0], left) + 1] = 1
                seen[_raster(before.box[2], left) : _raster(after.box[0], left) + 1] = True
            for segment in line:
                votes[index, _raster(segment.box[0], left) + 1 : _raster(segment.box[2], left)] = -1.5
    # The best run of lines decides: a form changes its columns from one section to the next.
    total = np.cumsum(votes, axis=0)
    score = (total - np.minimum.accumulate(total, axis=0)).max(axis=0)
    free = ((score >= _LEAST_ROWS) & seen).astype(np.int64)
    edges = np.flatnonzero(np.diff(np.concatenate(([0], free, [0]))))
    gutters = []
    for start, stop in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        best = np.flatnonzero(score[start:stop] == score[start:stop].max()) + start
        gutters.append(left + _STEP * float(best[len(best) // 2] + 0.5))
    return _with_starts(gutters, block)


def _with_starts(gutters: list[float], block: list[list[Segment]]) -> list[float]:
    """Add the columns whose texts begin at the same place, which is surer than the white before them."""
    many = [segment.box for line in block if len(line) > 1 for segment in line]
    left = min(box[0] for box in many)
    begins = np.sort(np.array([segment.box[0] for line in block for segment in line]))
    first = np.flatnonzero(np.concatenate(([True], begins[1:] - begins[:-1] > _ALIGNED)))
    counts = np.diff(np.append(first, len(begins)))
    starts = [
        float(begins[place])
        for place, count in zip(first.tolist(), counts.tolist(), strict=True)
        if count >= _LEAST_ROWS
        and begins[place] > left + 4
        and count >= 0.4 * sum(box[0] < begins[place] - 2 and box[2] > begins[place] + 2 for box in many)
    ]
    kept = [
        gutter
        for gutter, following in pairwise([*gutters, np.inf])
        if not any(gutter < start <= following for start in starts)
    ]
    return sorted([*kept, *(start - 1.0 for start in starts)])


def _raster(x: float, left: float) -> int:
    return max(0, int((x - left) / _STEP))


def _cells(block: list[list[Segment]], gutters: list[float], borders: Floats) -> list[GuessedCell]:
    """Join the segments of a line without a gutter between, and the lines of a column close together."""
    placed = [_columns(line, gutters) for line in block]
    limit = _line_limit(placed)
    cells: list[GuessedCell] = []
    latest: dict[int, GuessedCell] = {}
    for parts in placed:
        for part in parts:
            before = latest.get(part.first)
            if before is not None and part.top - before.bottom < limit and not _ruled(before, part, borders):
                before.segments += part.segments
                before.end = max(before.end, part.end)
            else:
                latest[part.first] = part
                cells.append(part)
    return cells


def _columns(line: list[Segment], gutters: list[float]) -> list[GuessedCell]:
    parts: list[GuessedCell] = []
    for segment in line:
        first = int(np.searchsorted(gutters, segment.box[0] + 0.3 * segment.height))
        last = max(first, int(np.searchsorted(gutters, segment.box[2] - 0.4 * segment.height)))
        if parts and first < parts[-1].end:
            parts[-1].segments.append(segment)
            parts[-1].end = max(parts[-1].end, last + 1)
        else:
            parts.append(GuessedCell(first, last + 1, [segment]))
    return parts


def _line_limit(placed: list[list[GuessedCell]]) -> float:
    """Return the vertical gap from which lines of a column are cells of their own."""
    latest: dict[int, float] = {}
    gaps: list[float] = []
    for parts in placed:
        for part in parts:
            if part.first in latest:
                gaps.append((part.top - latest[part.first]) / part.segments[0].height)
            latest[part.first] = part.bottom
    near = np.sort(np.array([gap for gap in gaps if -0.2 < gap < 2.0]))
    height = float(np.median([part.segments[0].height for parts in placed for part in parts]))
    if len(near) < 2:
        return 0.45 * height
    # The smallest distances are those inside cells; the first clear step ends them.
    steps = np.flatnonzero((near[:-1] < 0.6) & (near[1:] - near[:-1] > 0.18))
    if not len(steps):
        # All lines stand equally far apart: each is a row.
        return -height if near[0] < 0.45 else 0.45 * height
    return float((near[steps[0]] + near[steps[0] + 1]) / 2) * height


def _ruled(upper: GuessedCell, lower: GuessedCell, borders: Floats) -> bool:
    x = lower.segments[0].box[0] + 1
    between = (borders[:, 0] > upper.segments[-1].middle) & (borders[:, 0] < lower.segments[0].middle)
    return bool((between & (borders[:, 1] <= x) & (borders[:, 2] >= x)).any())


def _place(cells: list[GuessedCell]) -> list[float]:
    """Number the row of each cell and return the upper borders of the rows."""
    centred = _is_centred(cells)
    ordered = sorted(cells, key=lambda cell: cell.anchor(centred))
    rows: list[list[GuessedCell]] = []
    for cell in ordered:
        if rows and cell.anchor(centred) - rows[-1][0].anchor(centred) < 0.5 * cell.segments[0].height:
            rows[-1].append(cell)
        else:
            rows.append([cell])
    kept = [row for index, row in enumerate(rows) if not (centred and _is_between(rows, index))]
    for number, row in enumerate(kept):
        for cell in row:
            cell.row, cell.stop = number, number + 1
    anchors = [row[0].anchor(centred) for row in kept]
    known = {id(cell) for row in kept for cell in row}
    for cell in ordered:
        if id(cell) not in known:
            # A centred label of an even number of rows stands between two of them.
            cell.row = max(0, int(np.searchsorted(anchors, cell.anchor(centred))) - 1)
            cell.stop = cell.row + 2
    tops = [min(cell.top for cell in row) for row in kept]
    return [tops[0] - 1, *((a + b) / 2 for a, b in pairwise(_ends(kept, tops)))] if kept else []


def _ends(rows: list[list[GuessedCell]], tops: list[float]) -> list[float]:
    # Row borders need only rise; text of tall labels reaches over them.
    return [max(top, previous) for top, previous in zip(tops, [tops[0], *tops[:-1]], strict=True)]


def _is_centred(cells: list[GuessedCell]) -> bool:
    """Return whether tall cells stand level with others at their middle rather than at their first line."""
    single = [cell for cell in cells if len({segment.line for segment in cell.segments}) == 1]
    top = middle = 0
    for cell in cells:
        if cell.bottom - cell.top < 1.8 * cell.segments[0].height:
            continue
        near = 0.25 * cell.segments[0].height
        others = [other.anchor(True) for other in single if other.first != cell.first]
        top += any(abs(other - cell.segments[0].middle) < near for other in others)
        middle += any(abs(other - cell.anchor(True)) < near for other in others)
    return middle > top


def _is_between(rows: list[list[GuessedCell]], index: int) -> bool:
    """Return whether a row is only a label that stands between two real rows, where no row has room."""
    if index in (0, len(rows) - 1) or len(rows[index]) >= min(len(rows[index - 1]), len(rows[index + 1])):
        return False
    anchors = [row[0].anchor(True) for row in rows if len(row) > 1]
    if len(anchors) < 2:
        return False
    pitch = float(np.median(np.diff(anchors)))
    return rows[index + 1][0].anchor(True) - rows[index - 1][0].anchor(True) < 1.5 * pitch


def _span(cells: list[GuessedCell], columns: int, tops: list[float]) -> None:
    """Stretch labels printed once over the rows they stand for."""
    by_row: dict[int, list[GuessedCell]] = {}
    for cell in cells:
        by_row.setdefault(cell.row, []).append(cell)
    filled = [{cell.row for cell in cells if cell.first == column} for column in range(columns)]
    centred = _is_centred(cells)
    for column in range(columns - 1):
        if not filled[column] or len(filled[column]) > 0.85 * len(filled[column + 1]):
            continue
        labels = sorted((cell for cell in cells if cell.first == column), key=lambda cell: cell.row)
        for label, following in zip(labels, [*labels[1:], None], strict=True):
            limit = following.row if following is not None else len(tops)
            wide = [cell.row for cell in cells if cell.first < column < cell.end and cell.row > label.row]
            limit = min([limit, *wide])
            if not centred:
                label.stop = max(label.stop, _last_leaf(by_row, column, label, limit))
        if centred:
            _span_centred(labels, tops)


def _last_leaf(by_row: dict[int, list[GuessedCell]], column: int, label: GuessedCell, limit: int) -> int:
    """Return the row after the last one that a label above can stand for."""
    stop = label.row + 1
    for row in range(label.row + 1, limit):
        here = by_row.get(row, [])
        left = any(cell.first < column and cell.end <= column for cell in here)
        if left or not any(cell.first > column for cell in here):
            break
        stop = row + 1
    return stop


def _span_centred(labels: list[GuessedCell], tops: list[float]) -> None:
    """Choose for each label the rows whose middle is nearest to its own, from where the label before ended."""
    floor = 2 * tops[-1] - tops[-2] if len(tops) > 1 else tops[-1]
    borders = [*tops, floor]
    start = labels[0].row
    for label, following in zip(labels, [*labels[1:], None], strict=True):
        limit = following.row + 1 if following is not None else len(tops)
        start = min(start, label.row)
        middle = label.anchor(True)
        choices = [
            (abs((borders[first] + borders[stop]) / 2 - middle) + 2.0 * (first - start), first, stop)
            for first in range(start, label.row + 1)
            for stop in range(max(label.row, first) + 1, limit + 1)
        ]
        if choices and not (label.row == start and label.stop == start + 1):
            error, first, stop = min(choices)
            if error < 0.7 * label.segments[0].height:
                label.row, label.stop = first, stop
        start = label.stop
