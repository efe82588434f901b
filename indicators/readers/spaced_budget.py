"""项目支出预算表 in a text whose columns are kept apart by blanks only: the amounts forms are checked against."""

from __future__ import annotations

import re
from collections.abc import Sequence

from indicators.readers.spaced_block import Part, joined
from indicators.records import Cell, Location, Table
from indicators.text import squash

__all__ = ["spaced_budgets"]

_CAPTION = re.compile(r"项目支出(?!绩效)\S{0,14}表(?:[(（]\S{1,24}[)）])?$|项目支出明细表")
_AMOUNT = re.compile(r"-?\d[\d,]*\.\d+")
_END = re.compile(
    r"^(?:第[一二三四五六七八九十]+部分|[一二三四五六七八九十]+、|注[:：]|项目名称$)|表(?:[(（]\S{1,24}[)）])?$"
)
_UNIT = re.compile(r"^(?:编制|填报|预算)?(?:部门|单位)(?:名称)?[:：]|单位[:：]\S*元$")
#: Blank lines that end a table, and the width of a line that is no cell.
_GAP, _PARAGRAPH = 8, 80


def spaced_budgets(parts: Sequence[list[Part]]) -> list[tuple[int, int, Table]]:
    """Return the tables of project amounts laid out with blanks, each with its first line and the line after its last.

    Parameters
    ----------
    parts
        The pieces of all lines of the text; lines that belong to forms are blank.

    Returns
    -------
    list
        ``(start, stop, table)`` by line index from 0, captions left out; the table is ``guessed``.
    """
    found: list[tuple[int, int, Table]] = []
    for number, line in enumerate(parts):
        if (found and number < found[-1][1]) or not _is_caption(line):
            continue
        lines = _body(parts, number + 1)
        # A header alone is a table without data.
        if sum(map(_has_amount, lines)) >= 2 or (lines and not any(map(_has_amount, lines))):
            start, stop = int(lines[0][0].line), int(lines[-1][0].line) + 1
            found.append((start, stop, _table(lines, start)))
    return found


def _is_caption(line: list[Part]) -> bool:
    return 0 < len(line) <= 2 and any(_CAPTION.search(squash(part.text)) for part in line)


def _has_amount(line: list[Part]) -> bool:
    return any(_AMOUNT.fullmatch(part.text) for part in line)


def _body(parts: Sequence[list[Part]], first: int) -> list[list[Part]]:
    """Return the lines of header and rows below a caption; captions, notes and paragraphs end it."""
    lines: list[list[Part]] = []
    blank = 0
    for line in parts[first:]:
        if not line:
            blank += 1
            if blank > _GAP:
                break
            continue
        text = squash(line[0].text)
        if _UNIT.search(squash("".join(part.text for part in line))) and not _has_amount(line):
            if lines:
                break
            continue
        if len(line) == 1 and (_END.search(text) or line[0].width > _PARAGRAPH):
            break
        blank = 0
        lines.append(line)
    if not any(map(_has_amount, lines)):
        return [line for line in lines[:3] if any(squash(part.text) == "项目名称" for part in line) and len(line) > 1]
    while not _has_amount(lines[-1]) and not _rest(lines[-1]):
        lines.pop()
    return lines


def _rest(line: list[Part]) -> bool:
    """Whether a line only goes on with the name above."""
    return len(line) == 1 and 0 < line[0].width <= 24 and not re.search(r"[。；：]", line[0].text)


def _table(lines: list[list[Part]], start: int) -> Table:
    edges = _columns(lines)
    head = next((number for number, line in enumerate(lines) if _has_amount(line)), len(lines))
    cells: list[Cell] = []
    rows = [*lines[:head], *_whole(lines[head:])]
    for number, line in enumerate(rows):
        texts = 0
        for part in line:
            column = next((index for index, (first, last) in enumerate(edges) if _meet(part, first, last)), None)
            if number >= head and not _AMOUNT.fullmatch(part.text):
                column = None
            # Texts keep the columns before the first amount.
            place = texts if column is None else _NAMES + column
            texts += column is None
            at = Location(row=number, column=place, line=int(part.line) + 1)
            cells.append(Cell(text=part.text, at=at))
    return Table(
        cells=tuple(cells), rows=len(rows), columns=_NAMES + len(edges), at=Location(line=start + 1), grid="guessed"
    )


#: Columns kept for codes, units and names, left of the amounts.
_NAMES = 6


def _columns(lines: list[list[Part]]) -> list[tuple[float, float]]:
    """Return where the columns of amounts stand: amounts that overlap from line to line are one column."""
    edges: list[tuple[float, float]] = []
    for part in sorted(
        (part for line in lines for part in line if _AMOUNT.fullmatch(part.text)), key=lambda p: p.first
    ):
        if edges and part.first < edges[-1][1]:
            edges[-1] = (edges[-1][0], max(edges[-1][1], part.last))
        else:
            edges.append((part.first, part.last))
    return edges


def _meet(part: Part, first: float, last: float) -> bool:
    return part.first < last and part.last > first


def _whole(lines: list[list[Part]]) -> list[list[Part]]:
    """Put the names back together that wrap: to an amount without a name, to a full name above, else to the next."""
    rows = [line for line in lines if _has_amount(line)]
    names = [part.width for line in rows for part in line if not _AMOUNT.fullmatch(part.text)]
    full = max(names, default=0)
    out = [list(line) for line in rows]
    for line in lines:
        if _has_amount(line) or len(line) != 1:
            continue
        below = next((row for row in out if row[-1].line > line[0].line), None)
        above = next((row for row in reversed(out) if row[-1].line < line[0].line), None)
        near = [row for row in (above, below) if row is not None]
        home = next((row for row in near if _AMOUNT.fullmatch(row[0].text) or row[0].line != row[-1].line), None)
        if home is None:
            home = above if above is not None and (below is None or above[0].width >= 0.85 * full) else below
        if home is None:
            continue
        name = next((part for part in home if not _AMOUNT.fullmatch(part.text)), None)
        if name is None:
            home.insert(0, line[0])
        else:
            pieces = sorted((name, line[0]), key=lambda part: part.line)
            home[home.index(name)] = joined(pieces)
    return out
