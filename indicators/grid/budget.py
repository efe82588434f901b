"""项目支出预算表 in placed text: the amounts forms are checked against."""

from __future__ import annotations

import re

from indicators.grid.block import Placed
from indicators.grid.columns import assign, gutters
from indicators.grid.form import Found
from indicators.grid.parts import Lines, Part, beside, joined
from indicators.grid.rows import Row
from indicators.text import squash

__all__ = ["solve_budgets"]

_CAPTION = re.compile(r"项目支出(?!绩效)\S{0,14}表(?:[(（]\S{1,24}[)）])?$|项目支出明细表")
_AMOUNT = re.compile(r"-?\d[\d,]*\.\d+")
_END = re.compile(
    r"^(?:第[一二三四五六七八九十]+部分|[一二三四五六七八九十]+、|注[:：]|项目名称$)|表(?:[(（]\S{1,24}[)）])?$"
)
_UNIT = re.compile(r"^(?:编制|填报|预算)?(?:部门|单位)(?:名称)?[:：]|单位[:：]\S*元$")
#: White that ends a table, and the width of a line that is no cell.
_GAP, _PARAGRAPH = 9.0, 80


def solve_budgets(lines: Lines, cells: Lines) -> list[Found]:
    """Return the tables of project amounts, captions left out.

    Parameters
    ----------
    lines, cells
        Pieces and cells of the lines; lines that belong to other tables are empty.
    """
    found: list[Found] = []
    for number, line in enumerate(cells):
        if (found and number < found[-1][1]) or not _is_caption(line):
            continue
        own = _body(cells, number + 1)
        amounts = [_has_amount(cells[index]) for index in own]
        # A header alone is a table without data.
        if sum(amounts) >= 2 or (own and not any(amounts)):
            found.append((own[0], own[-1] + 1, _rows([lines[index] for index in own])))
    return found


def _is_caption(line: list[Part]) -> bool:
    return 0 < len(line) <= 2 and any(_CAPTION.search(squash(part.text)) for part in line)


def _has_amount(line: list[Part]) -> bool:
    return any(_AMOUNT.fullmatch(part.text) for part in line)


def _body(cells: Lines, first: int) -> list[int]:
    """Return the lines of header and rows below a caption; captions, notes and paragraphs end it."""
    own: list[int] = []
    before = cells[first - 1][0].line
    for number in range(first, len(cells)):
        line = cells[number]
        if not line:
            continue
        if line[0].line - before > _GAP:
            break
        text = squash(line[0].text)
        if _UNIT.search(squash("".join(part.text for part in line))) and not _has_amount(line):
            if own:
                break
            continue
        if len(line) == 1 and (_END.search(text) or line[0].width > _PARAGRAPH):
            break
        before = line[0].line
        own.append(number)
    lines = [cells[number] for number in own]
    if not any(map(_has_amount, lines)):
        return [n for n in own[:3] if len(cells[n]) > 1 and any(squash(part.text) == "项目名称" for part in cells[n])]
    while not _has_amount(cells[own[-1]]) and not _rest(cells[own[-1]]):
        own.pop()
    return own


def _rest(line: list[Part]) -> bool:
    """Whether a line only goes on with the name above."""
    return len(line) == 1 and line[0].width <= 24 and not re.search(r"[。；：]", line[0].text)


def _rows(lines: Lines) -> list[list[Placed]]:
    strips = gutters(lines)
    kinds = ["leaf"] * (len(strips) + 1)
    placed = [{c: beside(parts) for c, parts in assign(line, strips, kinds).items()} for line in lines]
    amounts = [any(_AMOUNT.fullmatch(part.text) for part in row.values()) for row in placed]
    head = next((number for number, has in enumerate(amounts) if has), len(placed))
    if 1 < head < len(placed):
        # The first line of a name that wraps stands nearer to its amount than to the header.
        title = max(range(head), key=lambda number: len(placed[number]))
        near = [
            n
            for n in range(title + 1, head)
            if _top(placed[head]) - _top(placed[n]) < _top(placed[n]) - _top(placed[title])
        ]
        head = near[0] if near else head
    header = {
        c: joined([row[c] for row in placed[:head] if c in row])
        for c in range(len(kinds))
        if any(c in r for r in placed[:head])
    }
    rows = [header, *_whole(placed[head:], amounts[head:])] if header else _whole(placed, amounts)
    return [[Placed(column, part) for column, part in sorted(row.items())] for row in rows]


def _top(row: Row) -> float:
    return min(part.line for part in row.values())


def _whole(lines: list[Row], amounts: list[bool]) -> list[Row]:
    """Put the names back together that wrap: to a row without that name, to a full name above, else to the next."""
    out = [dict(line) for line, has in zip(lines, amounts, strict=True) if has]
    full: dict[int, int] = {}
    for row in out:
        for column, part in row.items():
            full[column] = max(full.get(column, 0), part.width)
    for line, has in zip(lines, amounts, strict=True):
        if has:
            continue
        for column, part in line.items():
            below = next((row for row in out if _height(row) > part.line), None)
            above = next((row for row in reversed(out) if _height(row) < part.line), None)
            near = [row for row in (above, below) if row is not None]
            home = next((row for row in near if column not in row or row[column].rise > 0.2), None)
            if home is None and above is not None and below is not None:
                home = above if above[column].width >= 0.85 * full[column] else below
            home = home or above or below
            if home is not None:
                own = sorted([part, *([home[column]] if column in home else [])], key=lambda p: p.line)
                home[column] = joined(own)
    return out


def _height(row: Row) -> float:
    return max(part.line for part in row.values() if _AMOUNT.fullmatch(part.text))
