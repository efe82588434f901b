"""Forms whose cells are known: rows, columns and spans by where the cells stand.

Where white shows whole cells (see ``stacks``) and these begin flush below each other, nothing need be asked of what
they say: columns are the places where cells begin, rows the finest set of levels whose cells do not overlap, and all
other cells span the rows in whose middle they stand. Only how far the label of a level reaches is asked of the labels
around it.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from indicators.grid.block import Placed
from indicators.grid.flush import FLUSH, HEADED, column_starts
from indicators.grid.form import Found
from indicators.grid.labels import ENDS, TITLE, is_label, is_level
from indicators.grid.parts import Part, joined
from indicators.grid.rows import Band, Walls, cheapest_runs
from indicators.grid.stacks import Gathered, Level
from indicators.text import squash
from indicators.vocabulary import header_role, level1_label, level2_label

__all__ = ["solve_whole"]

#: Labels of levels that a form has at least.
_LEAST_LABELS = 3
#: White that parts two tables, in lines.
_GAP = 7.0
#: Rows of a fixed height may overlap by this share of the white between them.
_OVERLAP = 0.8
#: Heights differ by no more where rules are one, and prices where two readings are as good, in lines.
_SAME = 0.3
#: Rows meet that leave less between them, in lines.
_LEVELLED = 0.12
#: A label of a level is no wider than this.
_LABEL = 30
#: A label that runs down the side of a block is no wider.
_NARROW = 16
_COMPLETE = ("指标", "目标", "体系")


def solve_whole(gathered: Gathered, walls: Walls) -> list[Found]:
    """Return the forms among levels of cells, by first level, level after the last, and rows.

    Parameters
    ----------
    gathered
        Levels of whole cells.
    walls
        Horizontal rules.
    """
    found: list[Found] = []
    for first, last in _ranges(gathered.levels):
        levels = gathered.levels[first:last]
        starts = column_starts(levels)
        if starts is not None:
            rules = walls if gathered.ruled else Walls()
            sheet = _Sheet(levels, starts, gathered.at_top, gathered.pad, rules)
            found.append((first, last, sheet.rows()))
    return found


def _labels(level: Level) -> int:
    return sum(part.width <= _LABEL and is_level(part.text) for part in level.cells)


def _ranges(levels: Sequence[Level]) -> Iterator[tuple[int, int]]:
    """Yield the levels from below a title to the last row, where labels of levels show a form."""
    first = titled = 0
    for number in range(len(levels) + 1):
        level = levels[number] if number < len(levels) else None
        title = level is not None and _is_title(level)
        if level is None or title or (number and level.height - levels[number - 1].height > _GAP):
            own = levels[first:number]
            if sum(map(_labels, own)) >= _LEAST_LABELS or any(map(_names_columns, own, [*own[1:], *own[-1:]])):
                many = [n for n in range(first, number) if len(levels[n].cells) > 1]
                if many:
                    last = many[-1]
                    while last + 1 < number and _labels(levels[last + 1]):
                        last += 1
                    yield (first if titled else many[0]), last + 1
            first, titled = number + title, int(title)


def _names_columns(level: Level, below: Level) -> bool:
    """Whether a level, or two below each other, name the columns of indicators."""
    roles = {header_role(part.text) for part in (*level.cells, *below.cells)} - {None}
    return "value" in roles and len(roles) > (2 if "name" in roles else 3)


def _is_title(level: Level) -> bool:
    texts = [squash(part.text) for part in level.cells]
    return any(TITLE.search(text) for text in texts) or (len(texts) == 1 and ENDS.search(texts[0]) is not None)


@dataclass(slots=True)
class _Spot:
    """A cell with its column, the columns it covers, and its rows."""

    part: Part
    column: int
    width: int
    row: int = -1
    span: int = 1


@dataclass(slots=True)
class _Sheet:
    levels: Sequence[Level]
    starts: list[float]
    at_top: bool
    pad: float
    walls: Walls
    bands: list[Band] = field(default_factory=list)

    def rows(self) -> list[list[Placed]]:
        spots = self._ruled() if self.walls.rules else self._spaced()
        _headers(spots, self.at_top)
        rows: list[list[Placed]] = [[] for _ in self.bands]
        for spot in spots:
            rows[spot.row].append(Placed(spot.column, spot.part, spot.span, spot.width))
        return [sorted(row, key=lambda cell: cell.column) for row in rows]

    def _spaced(self) -> list[_Spot]:
        chosen = list(range(len(self.levels))) if self.at_top else self._finest()
        self.bands = self._bands(chosen)
        row_of = {number: row for row, number in enumerate(chosen)}
        spots = self._whole(
            [spot for number, level in enumerate(self.levels) for spot in self._beside(level, row_of.get(number, -1))]
        )
        self._by_middle(spots)
        self._labels(spots)
        _sides(spots, len(self.bands), self.at_top)
        return spots

    def _whole(self, spots: list[_Spot]) -> list[_Spot]:
        """Put labels together that go on on the next page, in the rest of their rows: 经济成本指 / 标."""
        kept: list[_Spot] = []
        last: dict[int, _Spot] = {}
        for spot in sorted(spots, key=lambda s: (s.part.line, s.column)):
            upper = last.get(spot.column)
            if upper is not None and upper.part.sources[-1].at.page != spot.part.sources[0].at.page:
                text = upper.part.text + spot.part.text
                if not is_level(spot.part.text) and spot.part.width <= _NARROW and is_level(text):
                    line, rise = upper.part.line, upper.part.rise
                    upper.part = replace(joined([upper.part, spot.part]), line=line, rise=rise)
                    continue
            last[spot.column] = spot
            kept.append(spot)
        return kept

    def _ruled(self) -> list[_Spot]:
        """Return the cells with the rows between the rules around them."""
        spots = [self._spot(part, 0) for level in self.levels for part in level.cells]
        boxes = [self.walls.around(spot.part.line, spot.part.middle) for spot in spots]
        tops = sorted({top for top, _ in boxes})
        tops = [top for place, top in enumerate(tops) if not place or top - tops[place - 1] > _SAME]
        first: dict[int, _Spot] = {}
        for spot, (top, low) in zip(spots, boxes, strict=True):
            spot.row = max(0, bisect_right(tops, top + _SAME) - 1)
            spot.span = max(1, bisect_left(tops, low - _SAME) - spot.row)
            if spot.row not in first or spot.part.top < first[spot.row].part.top:
                first[spot.row] = spot
        pages = [first[row].part.sources[0].at.page for row in range(len(tops))]
        self.bands = [
            Band(top, low, page) for top, low, page in zip(tops, [*tops[1:], tops[-1] + 1], pages, strict=True)
        ]
        self._over_pages(spots)
        labels = [spot for spot in spots if _names_level(spot)]
        for begin, end, _ in _blocks(spots, labels, len(self.bands)):
            _across([spot for spot in labels if begin <= spot.row < end])
        return spots

    def _over_pages(self, spots: list[_Spot]) -> None:
        """Let the labels that reach the end of a page go on where the next one leaves their column empty."""
        columns = {spot.column for spot in spots if _names_level(spot)}
        left = min(columns, default=0)
        taken = {(spot.column, row) for spot in spots for row in range(spot.row, spot.row + spot.span)}
        for spot in spots:
            below = spot.row + spot.span
            if spot.column > left and spot.column not in columns:
                continue
            if not 0 < below < len(self.bands) or self.bands[below].page == self.bands[below - 1].page:
                continue
            while below < len(self.bands) and not any((c, below) in taken for c in range(spot.column + 1)):
                spot.span, below = spot.span + 1, below + 1

    def _spot(self, part: Part, row: int) -> _Spot:
        column = max(0, bisect_right(self.starts, part.first + FLUSH) - 1)
        return _Spot(part, column, max(1, bisect_left(self.starts, part.last - FLUSH) - column), row)

    def _beside(self, level: Level, row: int) -> list[_Spot]:
        """Return the cells of a level; a header that begins left of its column stands behind its neighbour."""
        spots: list[_Spot] = []
        for part in level.cells:
            spot = self._spot(part, row)
            taken = spots[-1].column + 1 if spots and header_role(part.text) is not None else 0
            if spot.column < taken < len(self.starts) and self.starts[taken] - part.last <= HEADED:
                spot.column, spot.width = taken, 1
            spots.append(spot)
        return spots

    def _box(self, level: Level, *, whole: bool) -> tuple[float, float]:
        """Return where a row of these cells begins and ends; ``whole`` counts labels in, which may span more rows."""
        rises = [part.rise for part in level.cells if not is_level(part.text) and part.first > self.starts[0] + FLUSH]
        rise = max(rises) if rises else min(part.rise for part in level.cells)
        half = (max(part.rise for part in level.cells) if whole else rise) + (1 + self.pad) / 2
        return level.height - half, level.height + half

    def _finest(self) -> list[int]:
        """Return as many levels as fit below each other; of as many those with more cells, further right."""
        boxes = [self._box(level, whole=False) for level in self.levels]
        order = sorted(range(len(boxes)), key=lambda n: boxes[n][1])
        ends = [boxes[n][1] for n in order]
        best: list[tuple[float, int, int]] = [(0.0, -1, -1)]
        for place, number in enumerate(order):
            fits = bisect_right(ends, boxes[number][0] + _OVERLAP * self.pad, 0, place)
            worth = sum(0.05 + 0.001 * part.first / (1 + self.starts[-1]) for part in self.levels[number].cells)
            taken = (best[fits][0] + 1 + worth, fits, number)
            best.append(max(taken, (best[-1][0], place, -1), key=lambda item: item[0]))
        chosen: list[int] = []
        place = len(order)
        while place > 0:
            _, before, number = best[place]
            if number >= 0:
                chosen.append(number)
            place = before
        chosen.reverse()
        return [
            number
            for place, number in enumerate(chosen)
            if not self._spans(number, [*chosen[max(0, place - 1) : place], *chosen[place + 1 : place + 2]])
        ]

    def _spans(self, number: int, others: list[int]) -> bool:
        """Whether a level of labels alone stands between two rows rather than in one of its own."""
        cells = self.levels[number].cells
        if len(cells) > 1 or not (is_level(cells[0].text) or cells[0].first < self.starts[0] + FLUSH):
            return False
        top, low = self._box(self.levels[number], whole=False)
        boxes = [self._box(self.levels[other], whole=True) for other in others]
        return any(min(low, other_low) - max(top, other_top) > _OVERLAP * self.pad for other_top, other_low in boxes)

    def _bands(self, chosen: list[int]) -> list[Band]:
        """Return first and last line of the rows; rows of a page have no white between them."""
        boxes = [list(self._box(self.levels[number], whole=False)) for number in chosen]
        wholes = [self._box(self.levels[number], whole=True) for number in chosen]
        pages = [self.levels[number].cells[0].sources[0].at.page for number in chosen]
        for row in range(len(boxes) - 1):
            upper, lower = wholes[row][1], wholes[row + 1][0]
            if abs(upper - lower) < _LEVELLED:
                boxes[row][1] = boxes[row + 1][0] = (upper + lower) / 2
            elif pages[row] == pages[row + 1] and boxes[row + 1][0] - boxes[row][1] < _GAP:
                boxes[row][1] = boxes[row + 1][0] = (boxes[row][1] + boxes[row + 1][0]) / 2
        line = (1 + self.pad) / 2
        return [Band(top, low, page, top + line) for (top, low), page in zip(boxes, pages, strict=True)]

    def _nearest(self, part: Part) -> int:
        return min(range(len(self.bands)), key=lambda row: abs(self.bands[row].middle - part.line))

    def _by_middle(self, spots: list[_Spot]) -> None:
        """Let each cell that is level with no row span those in whose middle it stands."""
        taken: dict[int, set[int]] = {}
        for spot in spots:
            if spot.row >= 0:
                taken.setdefault(spot.column, set()).add(spot.row)
        for spot in spots:
            if spot.row >= 0:
                continue
            own, near = taken.get(spot.column, set()), self._nearest(spot.part)
            choices: list[tuple[float, int, int]] = []
            for first in range(near, -1, -1):
                if first in own or self.bands[first].page != self.bands[near].page:
                    break
                for last in range(near, len(self.bands)):
                    if last in own or self.bands[last].page != self.bands[near].page:
                        break
                    middle = (self.bands[first].top + self.bands[last].bottom) / 2
                    choices.append((abs(middle - spot.part.line) + 0.01 * (last - first), first, last))
            _, first, last = min(choices, default=(0.0, near, near))
            spot.row, spot.span = first, last - first + 1

    def _labels(self, spots: list[_Spot]) -> None:
        """Let the labels of levels reach as far as those around them leave room, a column after the other."""
        labels = [spot for spot in spots if _names_level(spot)]
        for first, last, left in _blocks(spots, labels, len(self.bands)):
            whole = self._outer(spots, first, last, left)
            inside = [spot for spot in spots if self._stands_in(spot, first, last)]
            parts = whole
            for column in sorted({spot.column for spot in labels if self._stands_in(spot, first, last)}):
                own = [spot for spot in inside if spot.column == column]
                if 2 * sum(map(_names_level, own)) < len(own):
                    continue
                if 2 * sum(level1_label(spot.part.text) is not None for spot in own) > len(own):
                    parts = whole
                parts = [run for part in parts for run in self._reach(own, *part)]
            _across([spot for spot in inside if _names_level(spot)])

    def _outer(self, spots: list[_Spot], first: int, last: int, left: int) -> list[tuple[int, int]]:
        """Let what stands left of all levels span its rows, a whole block or those of a project; return these parts."""
        head = first
        while head and _is_header([s for s in spots if s.row <= head - 1 < s.row + s.span]):
            head -= 1
        parts = [(first, last)]
        for column in range(left):
            named = any(spot.column == column and head <= spot.row < first for spot in spots)
            top = first if named and column else head
            own = [spot for spot in spots if spot.column == column and self._stands_in(spot, top, last)]
            own = self._one_a_page(own, spots)
            if len(own) == 1 and len(parts) == 1:
                own[0].row, own[0].span = top, last - top
            elif own:
                parts = [(min(parts[0][0], top), parts[0][1]), *parts[1:]] if top < first else parts
                parts = [run for part in parts for run in self._reach(own, *part)]
        return [(max(begin, first), end) for begin, end in parts if end > first]

    def _one_a_page(self, outer: list[_Spot], spots: list[_Spot]) -> list[_Spot]:
        """Put a narrow label together that goes on at the top of the next page: 绩效目标 / 指标."""
        kept: list[_Spot] = []
        for spot in sorted(outer, key=lambda s: s.part.line):
            page = spot.part.sources[0].at.page
            top = next((band.bottom for band in self.bands if band.page == page), 0.0)
            narrow = spot.part.last - spot.part.first <= _NARROW / 2 and not any(map(str.isdigit, spot.part.text))
            rest = kept and narrow and spot.part.top < top and not kept[-1].part.text.endswith(_COMPLETE)
            if rest and kept[-1].part.sources[-1].at.page != page:
                kept[-1].part = joined([kept[-1].part, spot.part])
                spots.remove(spot)
            else:
                kept.append(spot)
        return kept

    def _stands_in(self, spot: _Spot, first: int, last: int) -> bool:
        return self.bands[first].top < spot.part.line < self.bands[last - 1].bottom

    def _reach(self, labels: list[_Spot], first: int, last: int) -> list[tuple[int, int]]:
        """Give the labels their rows among those of a label to their left; return the parts this makes of them."""
        own = sorted((s for s in labels if self._stands_in(s, first, last)), key=lambda s: s.part.line)
        if not own:
            return [(first, last)]
        if self.at_top:
            rows = [spot.row for spot in own]
            runs = [list(range(a, b)) for a, b in zip(rows, [*rows[1:], last], strict=True)]
        else:
            heights = [spot.part.line for spot in own]
            # A label stands in the middle of its rows, or is printed in the first of them and left out below.
            middles = [Band(band.middle, band.middle, None) for band in self.bands[first:last]]
            tops = [spot.part.top for spot in own]
            centred = cheapest_runs(heights, self.bands[first:last], firsts=tops)
            level = cheapest_runs(heights, middles, at_top=True)
            near = (level if level[0] < centred[0] - _SAME else centred)[1]
            runs = [[first + row for row in run] for run in near]
        parts: list[tuple[int, int]] = []
        done = first
        for spot, run in zip(own, runs, strict=True):
            if not run:
                continue
            spot.row, spot.span = run[0], len(run)
            if run[0] > done:
                parts.append((done, run[0]))
            done = run[-1] + 1
            parts.append((run[0], done))
        return [*parts, *([(done, last)] if done < last else [])]


def _across(labels: Sequence[_Spot]) -> None:
    """Let the label of a first level without a second span the columns of both: 满意度指标."""
    firsts = {s.column for s in labels if level1_label(s.part.text) is not None and level2_label(s.part.text) is None}
    columns = sorted({spot.column for spot in labels})
    for column in sorted(firsts):
        end = min((c for c in firsts if c > column), default=1_000)
        second = [c for c in columns if column < c < end]
        if not second or not any(s.column in second for s in labels):
            continue
        for spot in (spot for spot in labels if spot.column == column):
            rows = range(spot.row, spot.row + spot.span)
            if not any(s.column in second and s.row < rows.stop and rows.start < s.row + s.span for s in labels):
                spot.width = max(spot.width, second[-1] - column + 1)


def _sides(spots: list[_Spot], rows: int, at_top: bool) -> None:
    """Let the outermost labels span the rows around or below them that have none: 项目资金 beside its amounts."""
    own = [spot for spot in spots if spot.column == 0]
    taken = {row for spot in own for row in range(spot.row, spot.row + spot.span)}
    beside = {spot.row for spot in spots if spot.column}
    for spot in (s for s in own if s.span == 1 and s.row in beside and s.part.width <= _LABEL and s.width == 1):
        below = next((n for n in range(1, rows) if spot.row + n in taken or spot.row + n >= rows), 1) - 1
        above = next((n for n in range(1, rows) if spot.row - n in taken or spot.row - n < 0), 1) - 1
        reach = below if at_top else min(above, below)
        spot.row, spot.span = spot.row - (0 if at_top else reach), 1 + reach + (0 if at_top else reach)


def _names_level(spot: _Spot) -> bool:
    return spot.part.width <= _LABEL and is_level(spot.part.text)


def _is_header(spots: Sequence[_Spot]) -> bool:
    """Whether a row names the columns of indicators."""
    roles = sum(header_role(spot.part.text) is not None for spot in spots)
    return roles >= 2 and not any(map(_names_level, spots))


def _blocks(spots: Sequence[_Spot], labels: Sequence[_Spot], rows: int) -> Iterator[tuple[int, int, int]]:
    """Yield the rows of indicators that belong together, and the first column of their levels."""
    by_row: list[list[_Spot]] = [[] for _ in range(rows)]
    for spot in spots:
        by_row[spot.row].append(spot)
    counts = {column: sum(s.column == column for s in labels) for column in {s.column for s in labels}}
    left = min((column for column, count in counts.items() if count > 1), default=0)
    first = None
    for row in range(rows + 1):
        own = by_row[row] if row < rows else []
        inside = row < rows and not _is_header(own) and not _leaves(own, left)
        if inside and first is None:
            first = row
        elif not inside and first is not None:
            if any(first <= spot.row < row for spot in labels):
                yield first, row, left
            first = None


def _leaves(spots: Sequence[_Spot], left: int) -> bool:
    """Whether a row is none of indicators: what stands where the levels do, or left of them, is no level."""
    if any(map(_names_level, spots)):
        return False
    heads = [spot for spot in spots if spot.column <= left and spot.span == 1]
    return any(is_label(spot.part.text) for spot in heads) or (bool(heads) and len(spots) - len(heads) < 2)


def _headers(spots: list[_Spot], at_top: bool) -> None:
    """Let the groups of a header span the columns below them, and its other cells both its rows."""
    last = max((spot.row for spot in spots), default=0)
    for row in range(last):
        upper = sorted((s for s in spots if s.row == row), key=lambda s: s.column)
        lower = [s for s in spots if s.row == row + 1 and s.span == 1]
        both = [s for s in upper if s.span == 2]
        if not _is_header(lower) and not (both and _is_header([*upper, *lower])):
            continue
        if any(map(_names_level, lower)) or not (both or (at_top and _is_header(upper))):
            continue
        for spot, following in zip(upper, [*upper[1:], None], strict=True):
            stop = following.column if following is not None else 1_000
            below = [s.column for s in lower if spot.column <= s.column < stop]
            if spot.span == 1 and below:
                spot.width = max(spot.width, max(below) - spot.column + 1)
            elif spot.span == 1 and at_top:
                spot.span = 2
