"""Whole cells of text whose rows stand as close as the lines of a cell, as programs print it with blanks alone.

Such text begins flush: all cells of a row on its first line, all lines of a cell below each other. A line goes on with
the row above where each of its pieces stands under one that fills its column; else it begins a row, and only labels
that stand for several rows go on beside it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from indicators.grid.labels import is_label, is_level
from indicators.grid.parts import Part, joined
from indicators.grid.stacks import Chunk, Gathered, Level
from indicators.units import unit_kind
from indicators.vocabulary import header_role

__all__ = ["closely_set"]

#: Lines follow each other at this distance at most.
_NEXT = 1.3
#: Pieces begin at the same place within so many half-width characters.
_FLUSH, _BLANK = 0.6, 1.1
#: Distance of what stands in the middle of two rows from them, and how often it is no chance.
_AMID, _SOME = (0.35, 0.75), 3
#: A full piece leaves so many half-width characters before the next column: no more of them hold another one.
_FULL = (0.8, 3.2)
#: A figure with its unit.
_FIGURE = re.compile(r"[≥≤><＞＜=＝]?\d[\d.,]*[^\d\s]{1,6}")
#: A whole number, and a word that is no unit of it: 8.3 above 下降.
_NUMBER, _WORD = re.compile(r"[≥≤><＞＜=＝]?\d[\d,]*(?:\.\d+)?"), re.compile(r"(?!以)[\u4e00-\u9fff]{2,6}")
#: A date that wraps: 2025年 / 5月底前.
_DATE = re.compile(r"20\d\d年\d{1,2}月")
#: A remark goes on below: 项目资金（ / 千元）.
_OPEN, _CLOSES = re.compile(r"[(（][^)）]*$"), re.compile(r"[^(（]*[)）]")
#: A cell that ends so is complete.
_CLOSED = ("）", ")", "指标")
#: Lines above and below that show where columns begin.
_REACH = 8
#: Least share of pieces that begin where the one right above begins, in text set flush.
_ALIGNED = 0.8


def closely_set(chunks: list[list[Chunk]]) -> Gathered | None:
    """Return the whole cells of closely set text, ``None`` where its cells are not set flush or not at the top.

    Parameters
    ----------
    chunks
        What may be a line of a cell in each printed line.
    """
    if not _flush(chunks) or _labels_amid(chunks):
        return None
    left = _first_of_levels(chunks)
    cells: list[list[Chunk]] = []
    open_: dict[int, list[Chunk]] = {}
    before: list[Chunk] = []
    for line in chunks:
        if not line:
            before, open_ = [], {}
            continue
        above = {id(chunk): _above(chunk, before) for chunk in line}
        edges = _edges(chunks, line[0].number)
        going = {
            id(chunk): up
            for chunk in line
            if (up := above[id(chunk)]) is not None and _goes_on(up.part, chunk.part, edges)
        }
        rests = [id(c) in going and not _begins(c.part, going[id(c)].part) for c in line]
        # What begins a row stands right of all that spans it.
        spanning = rests.index(False) if False in rests else len(line)
        following: dict[int, list[Chunk]] = {}
        for place, chunk in enumerate(line):
            up = going.get(id(chunk))
            cell = open_.get(id(up)) if up is not None else None
            if cell is not None and (
                spanning == len(line)
                or _beside_row([c.part for c in cell], chunk.part, spans=place < spanning and chunk.part.first < left)
            ):
                cell.append(chunk)
            else:
                cell = [chunk]
                cells.append(cell)
            following[id(chunk)] = cell
        before, open_ = line, following
    return Gathered(_levels(cells), at_top=True, pad=0.0)


def _first_of_levels(chunks: Sequence[list[Chunk]]) -> float:
    """Return where the first column of levels begins; what stands left of it spans their rows."""
    starts = Counter(round(c.part.first) for line in chunks if len(line) > 1 for c in line if is_level(c.part.text))
    return min((start for start, count in starts.items() if count > 1), default=0.0)


def _levels(cells: list[list[Chunk]]) -> list[Level]:
    levels: dict[int, Level] = {}
    for cell in cells:
        number = cell[0].number
        level = levels.setdefault(number, Level(cell[0].part.line, (number, number + 1)))
        whole = joined([chunk.part for chunk in cell])
        whole = replace(whole, line=whole.top, rise=0.0) if len(cell) > 1 else whole
        level.cells.append(whole)
        level.parts += cell[0].pieces if len(cell) == 1 else [whole]
        level.span = number, max(level.span[1], cell[-1].number + 1)
    for level in levels.values():
        level.cells.sort(key=lambda part: part.first)
        level.parts.sort(key=lambda part: part.first)
    return [levels[number] for number in sorted(levels)]


def _flush(chunks: Sequence[list[Chunk]]) -> bool:
    """Whether pieces that stand under another begin where it does, and none stand in the middle of two rows."""
    flush = other = amid = 0
    for upper, lower in pairwise(chunks):
        if upper and lower:
            amid += _AMID[0] < lower[0].part.line - upper[0].part.line < _AMID[1]
        if not upper or not lower or len(upper) + len(lower) < 3 or lower[0].part.line - upper[0].part.line > _NEXT:
            continue
        for chunk in lower:
            over = [
                c.part for c in upper if min(c.part.last, chunk.part.last) - max(c.part.first, chunk.part.first) > 0.5
            ]
            if over:
                same = any(abs(part.first - chunk.part.first) <= _FLUSH for part in over)
                flush += same
                other += not same
    return flush > 5 and flush >= _ALIGNED * (flush + other) and amid < _SOME


def _labels_amid(chunks: Sequence[list[Chunk]]) -> bool:
    """Whether a label of a level stands on a line of its own amid its rows: such text sets its cells in the middle."""

    def bare(line: Sequence[Chunk]) -> bool:
        return len(line) > 1 and not any(is_level(chunk.part.text) for chunk in line)

    return any(
        line
        and all(is_level(chunk.part.text) for chunk in line)
        and bare(upper)
        and bare(lower)
        and lower[0].part.line - upper[0].part.line <= 2 * _NEXT
        for upper, line, lower in zip(chunks, chunks[1:], chunks[2:], strict=False)
    )


def _above(chunk: Chunk, before: Sequence[Chunk]) -> Chunk | None:
    """Return the piece of the line above that begins at the same place, or a blank beside it."""
    return next(
        (
            up
            for up in before
            if abs(chunk.part.first - up.part.first) <= _BLANK and chunk.part.line - up.part.line <= _NEXT
        ),
        None,
    )


def _edges(chunks: Sequence[list[Chunk]], number: int) -> list[float]:
    """Return where pieces of the lines around begin, and where the widest end."""
    near = [chunk.part for line in chunks[max(0, number - _REACH) : number + _REACH] for chunk in line]
    right = max((part.last for part in near), default=0.0)
    return sorted({round(part.first, 1) for part in near} | {right + 2})


def _goes_on(upper: Part, lower: Part, edges: list[float]) -> bool:
    """Whether a piece reaches the next place where a column may begin, and the one below keeps to that column."""
    # A spaced word wraps at its blank.
    most = _FULL[1] + (_BLANK if " " in upper.text else 0.0)
    return any(_FULL[0] <= edge - upper.last <= most and lower.last < edge for edge in edges)


def _is_whole(text: str) -> bool:
    return is_label(text) or is_level(text) or header_role(text) is not None


def _begins(part: Part, above: Part) -> bool:
    """Whether a piece under a full one is a label or a figure of its own rather than its rest."""
    if _FIGURE.fullmatch(above.text) and _FIGURE.match(part.text):
        return _DATE.match(above.text + part.text) is None or part.text.startswith("20")
    if _NUMBER.fullmatch(above.text) and _WORD.fullmatch(part.text) and unit_kind(part.text) == "other":
        return True
    return _is_whole(part.text) and not _is_whole(above.text + part.text)


def _beside_row(cell: list[Part], part: Part, *, spans: bool) -> bool:
    """Whether a piece beside a new row goes on with the cell above it: 服务对象满意度指 / 标."""
    text = "".join(piece.text for piece in cell)
    if _OPEN.search(text) and _CLOSES.match(part.text):
        return True
    if _is_whole(text + part.text):
        return not (_is_whole(part.text) and _is_whole(text))
    return spans and not _is_whole(text) and not text.endswith(_CLOSED)
