"""One page to tables and lines, before pages are put together."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from indicators.readers.pdf.blanks import blank_lattices, headed
from indicators.readers.pdf.closing import closed, lengthened
from indicators.readers.pdf.content import Chars, Floats, Ints, PageContent, middle_of, turned
from indicators.readers.pdf.joints import cut_at_joints, jointed
from indicators.readers.pdf.lattice import Lattice, find_lattices, shaded_lattices
from indicators.readers.pdf.parts import PageLayout, TablePart, TextLine
from indicators.readers.pdf.rules import SNAP, Rules, join_rules, split_rules
from indicators.readers.pdf.typeset import Typeset, typeset
from indicators.records import BBox, Grid

__all__ = ["lay_out", "lay_out_with"]

#: Gap between columns of a table without rules, in heights of the line.
_COLUMN_GAP = 0.42
#: Shaded areas that make a table where nothing is ruled.
_LEAST_SHADES = 4
#: Points by which a character must stand inside a table to hang over its outer rule rather than stand beside it.
_OVERHANG = 1.0
#: Points by which the sides of a header and of its rows may differ.
_SIDES = 6.0


def lay_out(page: PageContent, chars: Chars) -> PageLayout:
    """Return the tables and lines of a page.

    Parameters
    ----------
    page
        Its content.
    chars
        The characters of the page without watermarks.
    """
    quarter = _reading_turn(chars)
    size = (page.width, page.height)
    if quarter:
        chars = replace(chars, boxes=turned(chars.boxes, quarter, *size))
    rules = turned(page.rules, quarter, *size)
    lattices: list[Lattice] = []
    ends: list[Ends] = []
    for part in split_rules(rules):
        level, upright = join_rules(part)
        upright = lengthened(level, upright, chars.boxes)
        found = [lattice for lattice in find_lattices(*closed(level, upright)) if not _frames_columns(lattice, chars)]
        found = [jointed(lattice, part, chars.boxes) for lattice in found]
        lattices += found
        ends += [_open_ends(lattice, level) for lattice in found]
    if len(page.shades) >= _LEAST_SHADES:
        shaded = shaded_lattices(turned(page.shades, quarter, *size), [lattice.box for lattice in lattices])
        level = join_rules(rules)[0]
        heads = [lattice for lattice in shaded if _heads_rows(lattice, level)]
        lattices += [lattice for lattice in shaded if not any(lattice is head for head in heads)]
        rules = np.concatenate((rules, *map(_tops_and_bottoms, heads)))
    if len(page.blanks):
        _add_blanks(turned(page.blanks, quarter, *size), chars, lattices, ends, size[1 - quarter % 2])
    return lay_out_with(page, chars, lattices, ends, rules=rules, quarter=quarter)


#: How far below a shaded header the rule of its first row stands at most, in heights of the header.
_FIRST_ROW = 3.0


def _heads_rows(lattice: Lattice, level: Rules) -> bool:
    """Return whether shaded cells are the header of rows that level rules of the same width part below them."""
    x0, _, x1, y1 = lattice.box
    y = level.positions[level.place]
    near = (y > y1 + SNAP) & (y <= y1 + _FIRST_ROW * float(lattice.ys[-1] - lattice.ys[-2]))
    return bool((near & (np.abs(level.low - x0) <= _SIDES) & (np.abs(level.high - x1) <= _SIDES)).any())


def _tops_and_bottoms(lattice: Lattice) -> Floats:
    """Return the level sides of shaded cells, which part rows as rules do."""
    top, left, bottom, right = lattice.cells.T
    x0, x1 = lattice.xs[left], lattice.xs[right]
    return np.concatenate([np.stack((x0, y, x1, y), axis=1) for y in (lattice.ys[top], lattice.ys[bottom])])


#: White between two columns inside a frame, in heights of a character, and lines that show it.
_COLUMN_WHITE, _LEAST_COLUMNED = 1.5, 4


def _frames_columns(lattice: Lattice, chars: Chars) -> bool:
    """Return whether a lattice one cell wide is a frame around columns that no rule parts: its text is only placed."""
    if len(lattice.xs) != 2 or not len(chars):
        return False
    x0, y0, x1, y1 = lattice.box
    x, y = (chars.boxes[:, 0] + chars.boxes[:, 2]) / 2, (chars.boxes[:, 1] + chars.boxes[:, 3]) / 2
    boxes = chars.boxes[(x > x0) & (x < x1) & (y > y0) & (y < y1)]
    if not len(boxes):
        return False
    size = middle_of(boxes[:, 3] - boxes[:, 1])
    middle = (boxes[:, 1] + boxes[:, 3]) / 2
    order = np.argsort(middle, kind="stable")
    line = np.zeros(len(boxes), np.int64)
    line[order[1:]] = np.cumsum(np.diff(middle[order]) > size / 2)
    order = np.lexsort((boxes[:, 0], line))
    same = line[order[1:]] == line[order[:-1]]
    wide = same & (boxes[order[1:], 0] - boxes[order[:-1], 2] > _COLUMN_WHITE * size)
    return len(np.unique(line[order[1:]][wide])) >= _LEAST_COLUMNED


@dataclass(frozen=True, slots=True)
class Ends:
    """Where a lattice has no outer rule: at its top, and below which cells of its last row.

    ``headed`` counts the rows of white boxes above its rules; ``grid`` is ``guessed`` where it has no rules at all.
    """

    top: bool = False
    cells: frozenset[int] = frozenset()
    headed: int = 0
    grid: Grid = "exact"


_CLOSED = Ends()


def _add_blanks(blanks: Floats, chars: Chars, lattices: list[Lattice], ends: list[Ends], height: float) -> None:
    """Add the tables of white boxes, in place: as rows above a ruled table, or as tables of their own."""
    white = blank_lattices(blanks, chars, lattices, height)
    for place in range(len(ends) if white else 0):
        found = headed(lattices[place], white)
        if found is not None:
            lattices[place], rows = found
            white = [lattice for lattice in white if lattice is not rows]
            below = frozenset(cell + len(rows.cells) for cell in ends[place].cells)
            ends[place] = Ends(cells=below, headed=len(rows.ys) - 1)
    ends += [Ends()] * (len(lattices) - len(ends)) + [Ends(grid="guessed")] * len(white)
    lattices += white


def lay_out_with(
    page: PageContent,
    chars: Chars,
    lattices: list[Lattice],
    ends: list[Ends],
    *,
    rules: Floats,
    quarter: int = 0,
) -> PageLayout:
    """Return the tables and lines of a page whose lattices are known.

    Parameters
    ----------
    page
        Its content.
    chars, lattices
        In the space of the page turned clockwise by ``quarter``.
    ends
        Open ends of the first lattices; the others have none.
    rules
        Pieces of rules of the page, shape ``(n, 4)``.
    """
    size = (page.width, page.height)
    ends = ends + [Ends()] * (len(lattices) - len(ends))
    group, lost = _groups(chars, lattices, ends)
    order = cut_at_joints(typeset(chars, group), chars.boxes, rules)
    tables, lines = _parts(page.number, chars, order, lattices)
    level = join_rules(rules)[0]
    for place, end in enumerate(ends):
        if end != _CLOSED:
            table = replace(tables[place], open_top=end.top, open_cells=end.cells)
            tables[place] = replace(table, headed=end.headed, grid=end.grid)
    return PageLayout(
        number=page.number,
        width=size[quarter % 2],
        height=size[1 - quarter % 2],
        turn=quarter,
        tables=tuple(tables),
        lines=tuple(lines),
        doubtful=lost,
        rules=np.stack((level.positions[level.place], level.low, level.high), axis=1),
    )


def _open_ends(lattice: Lattice, level: Rules) -> Ends:
    x0, y0, x1, y1 = lattice.box
    top = _is_open(level, y0, x0, x1)
    if not _is_open(level, y1, x0, x1, share=0.98):
        return Ends(top)
    last = np.flatnonzero(lattice.cells[:, 2] == len(lattice.ys) - 1).tolist()
    sides = lattice.xs[lattice.cells[:, (1, 3)]].tolist()
    return Ends(top, frozenset(index for index in last if _is_open(level, y1, *sides[index])))


def _is_open(level: Rules, y: float, x0: float, x1: float, share: float = 0.5) -> bool:
    """Return whether less than a share of a border was really ruled."""
    near = np.abs(level.positions[level.place] - y) <= SNAP
    ruled = np.minimum(level.high[near], x1) - np.maximum(level.low[near], x0)
    return bool(ruled.clip(min=0).sum() < share * (x1 - x0))


def _reading_turn(chars: Chars) -> int:
    """Return the quarter turns clockwise that bring most of the text upright."""
    if not len(chars):
        return 0
    if not (chars.angles % 360 > 1).any():
        return 0
    quarters = np.round(chars.angles / 90).astype(np.int64) % 4
    counts = np.bincount(quarters, minlength=4)
    return int(counts.argmax()) if counts.max() > 0.6 * len(chars) else 0


def _groups(chars: Chars, lattices: list[Lattice], ends: list[Ends]) -> tuple[Ints, bool]:
    """Return the cell of each character, -1 outside tables, and whether text stands in holes of a table."""
    group = np.full(len(chars), -1, np.int64)
    if not lattices:
        return group, False
    x, y = (chars.boxes[:, 0] + chars.boxes[:, 2]) / 2, (chars.boxes[:, 1] + chars.boxes[:, 3]) / 2
    first, lost = 0, False
    for lattice, end in zip(lattices, ends, strict=True):
        column = np.searchsorted(lattice.xs, _within(lattice, chars, x)) - 1
        row = np.searchsorted(lattice.ys, y) - 1
        inside = (column >= 0) & (column < len(lattice.xs) - 1) & (row >= 0) & (row < len(lattice.ys) - 1)
        cell = lattice.cover[row[inside], column[inside]]
        lost = lost or bool((cell < 0).any())
        group[inside] = np.where(cell >= 0, cell + first, -1)
        if end.cells:
            # The text of a cell cut by the page break may reach below the last row that is whole.
            bottom = float(lattice.ys[-1])
            for index in end.cells:
                left, right = lattice.xs[lattice.cells[index, 1]], lattice.xs[lattice.cells[index, 3]]
                below = (y > bottom) & (chars.boxes[:, 1] < bottom + 0.6 * (chars.boxes[:, 3] - chars.boxes[:, 1]))
                group[below & (chars.boxes[:, 0] > left - 1) & (chars.boxes[:, 2] < right + 1)] = index + first
        first += len(lattice.cells)
    return group, lost


def _within(lattice: Lattice, chars: Chars, x: Floats) -> Floats:
    """Return the middles of characters; of one that hangs over the outer rule of a table, where it meets the rule.

    Punctuation at the end of a full line is set beyond the edge of its cell.
    """
    left, right = float(lattice.xs[0]), float(lattice.xs[-1])
    x = np.where((x >= right) & (chars.boxes[:, 0] < right - _OVERHANG), right - _OVERHANG, x)
    return np.where((x <= left) & (chars.boxes[:, 2] > left + _OVERHANG), left + _OVERHANG, x)


def _parts(
    number: int, chars: Chars, order: Typeset, lattices: list[Lattice]
) -> tuple[list[TablePart], list[TextLine]]:
    starts, texts = order.runs()
    if not texts:
        return [_part(number, lattice, [], np.zeros(0, np.int64), _NO_INK) for lattice in lattices], []
    ink = _ink(chars, order, starts)
    owner = order.group[starts]
    tables, first = [], 0
    for lattice in lattices:
        last = first + len(lattice.cells)
        begin, end = np.searchsorted(owner, (first, last)).tolist()
        own = _Ink(boxes=ink.boxes[begin:end], tails=ink.tails[begin:end], size=ink.size)
        tables.append(_part(number, lattice, texts[begin:end], owner[begin:end] - first, own))
        first = last
    return tables, _text_lines(number, _segments(order, chars), [table.box for table in tables])


def _segments(order: Typeset, chars: Chars) -> list[_Segment]:
    """Return the text outside tables in parts between any gaps that may part columns."""
    starts, texts = order.runs(_COLUMN_GAP)
    free = int(np.searchsorted(order.group[starts], 0))
    boxes = np.round(_ink(chars, order, starts).boxes[:free], 2).tolist()
    lines, blanks = order.line[starts[:free]].tolist(), order.joint[starts[:free]].tolist()
    return [
        _Segment(text, (x0, y0, x1, y1), line, blank)
        for text, (x0, y0, x1, y1), line, blank in zip(texts[:free], boxes, lines, blanks, strict=True)
        if text
    ]


class _Segment(NamedTuple):
    """A piece of a printed line; ``blanks`` is how many a reader sees before it."""

    text: str
    box: BBox
    line: int
    blanks: int


def _text_lines(number: int, segments: list[_Segment], walls: list[BBox]) -> list[TextLine]:
    """Join the pieces of each printed line, except across a table."""
    lines: list[TextLine] = []
    before: _Segment | None = None
    for segment in segments:
        piece = (segment.text, segment.box, segment.blanks)
        if before is not None and before.line == segment.line and not _parted(before.box, segment.box, walls):
            last = lines.pop()
            box = (last.box[0], min(last.box[1], segment.box[1]), segment.box[2], max(last.box[3], segment.box[3]))
            text = f"{last.text}{' ' * segment.blanks}{segment.text}"
            lines.append(TextLine(text=text, box=box, page=number, pieces=(*last.pieces, piece)))
        else:
            lines.append(TextLine(text=segment.text, box=segment.box, page=number, pieces=(piece,)))
        before = segment
    return lines


def _parted(left: BBox, right: BBox, walls: list[BBox]) -> bool:
    middle = (left[1] + left[3]) / 2
    return any(y0 < middle < y1 and left[2] <= x0 + 1 and x1 - 1 <= right[0] for x0, y0, x1, y1 in walls)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ink:
    """Where the text of cells stands: boxes around it and right ends of the last lines."""

    boxes: Floats
    tails: Floats
    size: float


_NO_INK = _Ink(boxes=np.zeros((0, 4)), tails=np.zeros(0), size=10.0)


def _ink(chars: Chars, order: Typeset, starts: Ints) -> _Ink:
    boxes = chars.boxes[order.order]
    around = np.empty((len(starts), 4))
    np.minimum.reduceat(boxes[:, :2], starts, axis=0, out=around[:, :2])
    np.maximum.reduceat(boxes[:, 2:], starts, axis=0, out=around[:, 2:])
    # The last character of a run ends its last line.
    tails = boxes[np.append(starts[1:], len(boxes)) - 1, 2]
    return _Ink(boxes=around, tails=tails, size=middle_of(boxes[:, 3] - boxes[:, 1]))


def _part(number: int, lattice: Lattice, texts: list[str], filled: Ints, ink: _Ink) -> TablePart:
    """Return a table part; ``texts`` and ``ink`` belong to the cells named in ``filled``."""
    cells = lattice.cells
    around, tails = np.zeros((len(cells), 4)), np.zeros(len(cells))
    around[filled], tails[filled] = ink.boxes, ink.tails
    everything = [""] * len(cells)
    for place, text in zip(filled.tolist(), texts, strict=True):
        everything[place] = text
    boxes = np.stack(
        (lattice.xs[cells[:, 1]], lattice.ys[cells[:, 0]], lattice.xs[cells[:, 3]], lattice.ys[cells[:, 2]]), axis=1
    )
    return TablePart(
        page=number,
        xs=lattice.xs,
        ys=lattice.ys,
        cells=cells,
        boxes=boxes,
        texts=everything,
        ink=around,
        tails=tails,
        size=ink.size,
    )
