"""Cells before rows: the lines of a cell put together where white alone shows which belong together.

Programs that print tables leave more white between two rows than between two lines of a cell. Where a document shows
both distances, what stands closer than rows do is one cell, whatever it says: a label of three lines, a text beside
one line, a level that stands in the middle of its rows. Everything after this step then sees whole cells.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from indicators.grid.labels import TITLE, frame_groups, is_label, is_printed, is_spaced, one_cell, one_label
from indicators.grid.parts import Lines, Part, beside, joined
from indicators.grid.rows import Walls
from indicators.text import squash

__all__ = ["Chunk", "Gathered", "Level", "chunks_of", "gathered"]

#: Distance of two lines of a cell at most, and of two rows at least and at most, in lines.
_CELL, _ROW, _FAR = 1.2, 1.3, 3.2
#: From this distance on another line may stand between two rows.
_EMPTY = 1.9
#: Distances of rows that show that rows stand apart, and their share among all.
_LEAST, _APART = 3, 0.2
#: Pieces begin at the same place, or stand centred, within so many half-width characters.
_FLUSH, _CENTRED = 0.5, 0.7
#: White that parts cells, that does in plain text, and that may where other cells begin, in half-width characters.
_PARTED, _TWO_BLANKS, _BLANK = 2.6, 1.8, 0.6
#: So many pieces that begin at one place behind little white show a column as well.
_OFTEN = 5
#: White between the characters of a spaced word: 一 级 指 标.
_SPACED = 1.6
#: Cells are level with each other that differ by no more, in lines.
_LEVEL = 0.22
#: Lines between the two rules of a cell at most, and the share of pieces so closed where rules part rows.
_TALLEST, _MOST = 40.0, 0.8
#: Cells of a caption at most, and what stands before the unit of the amounts in it.
_CAPTIONS, _UNIT = 2, re.compile(r"(?:金额|货币|计量)?单位")
_AMOUNT = re.compile(r"\d[\d,.]*")
#: Share of levels closer than rows where all cells begin level.
_CLOSE = 0.04
#: Lines on which a start is looked for, above and below.
_REACH = 60
#: A line of one piece this wide is no cell.
_PARAGRAPH = 60


@dataclass(slots=True)
class Chunk:
    """Pieces of one line that may be a line of a cell; ``number`` is that of the line."""

    part: Part
    pieces: list[Part]
    number: int


@dataclass(slots=True)
class Level:
    """Cells level with each other.

    Parameters
    ----------
    height
        By which they are: of their first lines, or of their middles.
    span
        The first of their printed lines, and the one after the last.
    parts
        The pieces of their lines; what wraps is one piece.
    cells
        The cells, as far as white tells them apart.
    """

    height: float
    span: tuple[int, int]
    parts: list[Part] = field(default_factory=list)
    cells: list[Part] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Gathered:
    """Whole cells.

    Parameters
    ----------
    levels
        From above.
    at_top
        Whether cells of a row begin level, or stand around a middle.
    pad
        White between two rows beyond that between two lines.
    ruled
        Whether horizontal rules close the cells.
    """

    levels: list[Level]
    at_top: bool
    pad: float
    ruled: bool = False


def gathered(chunks: list[list[Chunk]], walls: Walls) -> Gathered | None:
    """Put the lines of cells together; ``None`` where white does not tell rows from lines of a cell.

    Parameters
    ----------
    chunks
        What may be a line of a cell in each printed line, as :func:`chunks_of` gives it.
    walls
        Horizontal rules, which no cell crosses.
    """
    if _boxed(chunks, walls):
        return Gathered(_levels(_in_boxes(chunks, walls), at_top=False), at_top=False, pad=0.0, ruled=True)
    below = _below(chunks, walls)
    if not _stands_apart(below):
        return None
    stacks = _stacks(chunks, below, _around_others(below, chunks))
    level = _levels(stacks, at_top=True)
    # Rows that begin level stand a row apart; a label in the middle of two rows does not.
    close = sum(0 < low.height - up.height < _ROW and not _is_caption(up) for up, low in pairwise(level))
    at_top = close <= _CLOSE * len(level)
    return Gathered(level if at_top else _levels(stacks, at_top=False), at_top, _pitch(below) - 1)


def _around_others(below: list[tuple[Chunk, Chunk]], chunks: list[list[Chunk]]) -> set[int]:
    """Return the pieces whose cell goes on two lines below, around the line of the other cells of its row.

    Programs that write a page as text give the middle of a cell of two lines a line of its own. So they do with the
    label between two rows; where rows stand so near without one, nothing is told by it.
    """
    found: set[int] = set()
    near = 0
    for upper, lower in below:
        amid = [line for line in chunks[upper.number + 1 : lower.number] if line]
        if not _EMPTY <= lower.part.line - upper.part.line <= 2 * _CELL:
            continue
        lines = max(len(chunks[upper.number]), len(chunks[lower.number]))
        if len(amid) == 1 and lines <= len(amid[0]) and sum(not is_printed(c.part.text) for c in amid[0]) > 1:
            found.add(id(upper))
        near += not amid
    return found if len(found) >= _LEAST and near < len(found) else set()


def _levels(stacks: list[list[Chunk]], *, at_top: bool) -> list[Level]:
    """Return the cells by their heights: of their first lines, or of their middles."""
    levels: list[Level] = []
    for cell in sorted((_cell(stack, at_top) for stack in stacks), key=lambda cell: (cell.height, cell.span)):
        if levels and cell.height - levels[-1].height <= _LEVEL:
            levels[-1].parts += cell.parts
            levels[-1].cells += cell.cells
            levels[-1].span = min(levels[-1].span[0], cell.span[0]), max(levels[-1].span[1], cell.span[1])
        else:
            levels.append(cell)
    for level in levels:
        level.parts.sort(key=lambda part: part.first)
        level.cells.sort(key=lambda part: part.first)
    return levels


def _pitch(below: list[tuple[Chunk, Chunk]]) -> float:
    """Return the distance of two rows of one line: the smallest that recurs among distances of rows."""
    rows = sorted(step for up, low in below if _ROW <= (step := low.part.line - up.part.line) < _FAR)
    return next((one for one, other in zip(rows, rows[2:], strict=False) if other - one < 0.06), _EMPTY)


def _cell(stack: list[Chunk], at_top: bool) -> Level:
    """Return a cell at the height by which cells of a row are level; pieces of one line stay as they are."""
    span = stack[0].number, stack[-1].number + 1
    if len(stack) == 1:
        return Level(stack[0].part.line, span, list(stack[0].pieces), [stack[0].part])
    whole = joined([chunk.part for chunk in stack])
    if at_top:
        whole = replace(whole, line=whole.top, rise=0.0)
    return Level(whole.line, span, [whole], [whole])


def chunks_of(lines: Lines) -> list[list[Chunk]]:
    """Part each line at wide white, and where a piece begins at a place where cells of other lines do.

    Parameters
    ----------
    lines
        Pieces of each line.
    """
    starts: dict[int, list[int]] = defaultdict(list)
    often: dict[int, list[int]] = defaultdict(list)
    for number, line in enumerate(lines):
        for place, part in enumerate(line):
            white = part.first - line[place - 1].last if place else _PARTED
            (starts if white >= _PARTED else often)[round(2 * part.first)].append(number)
    for key, numbers in often.items():
        if len(numbers) >= _OFTEN:
            starts[key] = sorted([*starts[key], *numbers])
    out: list[list[Chunk]] = []
    for number, line in enumerate(lines):
        groups: list[list[Part]] = []
        for part in line:
            if not groups or _cut(groups[-1], part, number, starts):
                groups.append([])
            groups[-1].append(part)
        out.append([Chunk(beside(group), group, number) for group in groups])
    return out


def _parted(part: Part) -> float:
    """Return the white that parts cells: in plain text two blanks are meant."""
    return _PARTED if part.sources and part.sources[0].at.page is not None else _TWO_BLANKS


def _cut(group: list[Part], part: Part, number: int, starts: dict[int, list[int]]) -> bool:
    """Whether a piece begins another cell than those before it."""
    white = part.first - group[-1].last
    if white >= _PARTED:
        return not is_spaced(group, part)
    if white < _BLANK or (white < _SPACED and len(part.text) == 1 == len(group[-1].text)):
        return False
    pieces = [*group, part]
    if white < _parted(part) and not _known(part.first, number, starts) and one_cell(pieces):
        return False
    return not one_label(pieces)


def _known(first: float, number: int, starts: dict[int, list[int]]) -> bool:
    """Whether cells begin at a place on two other lines near this one; the lines of a place are in order."""
    key = round(2 * first)
    near: set[int] = set()
    for place in (key - 1, key, key + 1):
        lines = starts.get(place, ())
        for index in range(bisect_left(lines, number - _REACH), len(lines)):
            if lines[index] > number + _REACH:
                break
            if lines[index] != number:
                near.add(lines[index])
                if len(near) == 2:
                    return True
    return False


def _boxed(chunks: list[list[Chunk]], walls: Walls) -> bool:
    """Whether most pieces of lines with several stand between two rules that part rows, not around a whole table."""
    boxes = [walls.around(c.part.line, c.part.middle) for line in chunks if len(line) > 1 for c in line]
    closed = sum(low - top < _TALLEST for top, low in boxes)
    parted = closed >= _MOST * len(boxes) and len(set(boxes)) > 3 and closed > 0
    return parted and not frame_groups([[c.part for c in stack] for stack in _in_boxes(chunks, walls)])


def _in_boxes(chunks: list[list[Chunk]], walls: Walls) -> list[list[Chunk]]:
    """Put pieces together that stand below each other between the same rules."""
    stacks: list[list[Chunk]] = []
    boxes: dict[tuple[float, float], list[list[Chunk]]] = defaultdict(list)
    for chunk in (chunk for line in chunks for chunk in line):
        box = walls.around(chunk.part.line, chunk.part.middle)
        home = next((stack for stack in boxes[box] if _stands_under(stack[-1], chunk)), None)
        if home is None or box[1] - box[0] > _TALLEST:
            stacks.append([chunk])
            boxes[box].append(stacks[-1])
        else:
            home.append(chunk)
    return stacks


def _stands_under(upper: Chunk, lower: Chunk) -> bool:
    over = min(upper.part.last, lower.part.last) - max(upper.part.first, lower.part.first)
    return upper.number < lower.number and (over > 0.4 or _aligned(upper.part, lower.part))


def _apart(upper: Part, lower: Part) -> bool:
    """Whether a title, or a caption above the first row, stands close above another line: 填报单位：甲局."""
    return _is_title(upper) or (_is_labelled(upper) and is_printed(lower.text))


def _is_amount(chunk: Chunk, line: Sequence[Chunk]) -> bool:
    """Whether a figure stands right beside its label: it begins a row however close the line above is."""
    place = next(number for number, other in enumerate(line) if other is chunk)
    return place > 0 and _AMOUNT.fullmatch(chunk.part.text) is not None and is_label(line[place - 1].part.text)


def _is_title(part: Part) -> bool:
    return TITLE.search(squash(part.text)) is not None


def _is_labelled(part: Part) -> bool:
    """Whether a piece is a label with its text: 填报单位：甲局."""
    label, colon, text = part.text.replace("：", ":").partition(":")
    return bool(colon and text.strip()) and (is_label(label) or _UNIT.fullmatch(squash(label)) is not None)


def _is_caption(level: Level) -> bool:
    """Whether a line may stand close above the first row and is none: a title, 填报单位：甲局  单位：万元."""
    first = level.cells[0]
    return len(level.cells) <= _CAPTIONS and (_is_title(first) or _is_labelled(first))


def _below(chunks: list[list[Chunk]], walls: Walls) -> list[tuple[Chunk, Chunk]]:
    """Return pairs of a piece and the next one below it that begins at its place or stands in its middle."""
    pairs: list[tuple[Chunk, Chunk]] = []
    for number, line in enumerate(chunks):
        for chunk in line:
            if len(line) == 1 and chunk.part.width > _PARAGRAPH:
                continue
            found = next(_next(chunk, chunks[number + 1 : number + 12]), None)
            if found is not None and (_apart(chunk.part, found.part) or _is_amount(found, chunks[found.number])):
                continue
            if found is not None and not walls.between(chunk.part.line, found.part.line, chunk.part.middle):
                pairs.append((chunk, found))
    return pairs


def _next(chunk: Chunk, lines: Sequence[list[Chunk]]) -> Iterator[Chunk]:
    """Yield the first piece below that stands under this one, where it is flush with it or centred."""
    for line in lines:
        over = [c for c in line if min(c.part.last, chunk.part.last) - max(c.part.first, chunk.part.first) > 0.4]
        if over:
            if over[0].part.line - chunk.part.line < _FAR and _aligned(chunk.part, over[0].part):
                yield over[0]
            return


def _aligned(upper: Part, lower: Part) -> bool:
    return abs(upper.first - lower.first) < _FLUSH or abs(upper.middle - lower.middle) < _CENTRED


def _stands_apart(below: list[tuple[Chunk, Chunk]]) -> bool:
    """Whether the distances of pieces are those of lines of cells and those of rows, and none between.

    Two lines and more only part rows where nothing is printed between: else a cell is empty, or has fewer lines.
    """
    close = rows = between = 0
    for upper, lower in below:
        step = lower.part.line - upper.part.line
        close += step <= _CELL
        rows += _ROW <= step < _EMPTY or (step >= _EMPTY and lower.number == upper.number + 1)
        between += _CELL < step < _ROW
    if not close:
        # No cell wraps: all distances are those of rows.
        return rows + between >= _LEAST
    return rows >= max(_LEAST, _APART * (close + rows)) and between <= 0.1 * (close + rows)


def _stacks(chunks: list[list[Chunk]], below: list[tuple[Chunk, Chunk]], around: set[int]) -> list[list[Chunk]]:
    follower = {id(up): low for up, low in below if low.part.line - up.part.line <= _CELL or id(up) in around}
    taken = {id(low) for low in follower.values()}
    stacks: list[list[Chunk]] = []
    for line in chunks:
        for chunk in line:
            if id(chunk) in taken:
                continue
            stack = [chunk]
            while (low := follower.get(id(stack[-1]))) is not None:
                stack.append(low)
            stacks.append(stack)
    return stacks
