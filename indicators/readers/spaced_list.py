"""List tables in a text whose columns are kept apart by blanks only: many projects below one header row.

The header row names the project, its amount, its goal and the indicators, and comes again on each page. The columns of
the indicators are read like those of a form (see ``spaced_block``); what stands left of them belongs to the project
whose rows it stands beside.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from indicators.readers.spaced_block import Part, block_rows, joined
from indicators.records import Cell, Location, Table
from indicators.text import squash
from indicators.vocabulary import header_role, level1_label, level2_label

__all__ = ["spaced_lists"]

_PROJECT = re.compile(r"^(?:单位|部门)?[/(（]?项目(?:\(单位\)|（单位）)?(?:名称)?[)）]?$")
_BLOCK = re.compile(r"^(?:年度)?(?:项目)?(?:绩效)?指标(?:内容|设置|情况|及指标值|及目标值)?$")
_FUNDS = re.compile(r"预算|金额|资金")
_AMOUNT = re.compile(r"^-?[\d,]+(?:\.\d+)?$")
#: What stands between the pages of a table.
_BETWEEN = re.compile(r"绩效目标\S{0,6}表$|^(?:编制|填报|预算)?(?:部门|单位)(?:名称)?[:：]|^(?:金额)?单位[:：]\S*元$")
_STOP = re.compile(r"^第[一二三四五六七八九十]+部分|^注[:：]|^(?:附件|表)\S{0,3}[:：]?$|自评表$")
_MARK = re.compile(r"^【[^】]*】|^指标\d+[:：]")
#: Blank lines that end a table; lines of a page at most.
_GAP, _LONGEST = 12, 240

Lines = Sequence[list[Part]]
#: The indicators of a project: rows, or the lines of one cell.
_Cells = list[tuple[int, Part, int]]


@dataclass(slots=True)
class _Project:
    """What stands beside the rows of one project: parts by column, and the rows themselves."""

    left: dict[int, list[Part]] = field(default_factory=dict)
    rows: list[_Cells] = field(default_factory=list)


def spaced_lists(parts: Lines, between_pages: Callable[[list[Part]], bool]) -> list[tuple[int, int, Table]]:
    """Return the list tables laid out with blanks, each with its first line and the line after its last.

    Parameters
    ----------
    parts
        The pieces of all lines of the text.
    between_pages
        Whether a line only holds the number of a page.

    Returns
    -------
    list
        ``(start, stop, table)`` by line index from 0; the table is ``guessed``, its cells know their lines.
    """
    found: list[tuple[int, int, Table]] = []
    number = 0
    while number < len(parts):
        if not _is_header(parts[number]):
            number += 1
            continue
        pages, stop = _pages(parts, number)
        table = _table(parts, pages, between_pages)
        if table is not None:
            found.append((number, stop, table))
        number = max(stop, number + 1)
    return found


def _in_cell(header: list[Part]) -> bool:
    """Whether the indicators of a project stand in one cell, the last one."""
    return len(header) >= 3 and _BLOCK.match(squash(header[-1].text)) is not None


def _is_header(line: list[Part]) -> bool:
    if len(line) < 3 or not any(_PROJECT.match(squash(part.text)) for part in line[:3]):
        return False
    roles = [header_role(part.text) for part in line]
    return ("level2" in roles and "name" in roles and "value" in roles) or _in_cell(line)


def _pages(parts: Lines, first: int) -> tuple[list[tuple[int, int]], int]:
    """Return the header line and the end of each page of a table, and the line after the table."""
    same = [squash(part.text) for part in parts[first]]
    pages: list[tuple[int, int]] = []
    header = last = first
    for number in range(first + 1, len(parts)):
        line = parts[number]
        if not line:
            if number - last > _GAP:
                break
            continue
        if [squash(part.text) for part in line] == same:
            pages.append((header, last + 1))
            header = number
        elif len(line) == 1 and (_STOP.search(squash(line[0].text)) or line[0].width > 100):
            break
        last = number
    return [*pages, (header, last + 1)], last + 1


def _table(parts: Lines, pages: list[tuple[int, int]], between_pages: Callable[[list[Part]], bool]) -> Table | None:
    header = parts[pages[0][0]]
    projects: list[_Project] = []
    for head, stop in pages:
        body = [
            [] if between_pages(line) or any(_BETWEEN.search(squash(part.text)) for part in line) else list(line)
            for line in parts[head + 1 : min(stop, head + 1 + _LONGEST)]
        ]
        (_read_cells if _in_cell(header) else _read_rows)(parts[head], body, projects)
    if not any(project.rows for project in projects):
        return None
    cells: list[Cell] = []
    rows: list[_Cells] = [[(column, part, 1) for column, part in enumerate(header)]]
    for project in projects:
        left = [(column, joined(found), len(project.rows)) for column, found in project.left.items() if found]
        for number, row in enumerate(project.rows):
            rows.append(sorted([*(left if number == 0 else []), *row], key=lambda item: item[0]))
    for number, row in enumerate(rows):
        for column, part, span in row:
            at = Location(row=number, column=column, line=int(part.line) + 1)
            cells.append(Cell(text=part.text, at=at, row_span=span))
    line = pages[0][0] + 1
    return Table(cells=tuple(cells), rows=len(rows), columns=len(header), at=Location(line=line), grid="guessed")


def _column_of(part: Part, columns: list[Part]) -> int:
    """Return the column of the project whose header stands over a part, or nearest to it."""

    def away(column: Part) -> tuple[float, float]:
        apart = max(column.first - part.last, part.first - column.last, 0.0)
        return apart, abs(column.middle - part.middle)

    money = [index for index, column in enumerate(columns) if _FUNDS.search(column.text)]
    if money and _AMOUNT.match(squash(part.text)):
        return min(money, key=lambda index: away(columns[index]))
    return min(range(len(columns)), key=lambda index: away(columns[index]))


def _left(lines: list[list[Part]], columns: list[Part], edge: float) -> dict[int, list[Part]]:
    """Take the parts left of the indicators out of the lines, by column."""
    found: dict[int, list[Part]] = {}
    for line in lines:
        for part in [part for part in line if part.first < edge]:
            line.remove(part)
            found.setdefault(_column_of(part, columns), []).append(part)
    return found


def _read_cells(header: list[Part], body: list[list[Part]], projects: list[_Project]) -> None:
    """Read a page whose indicators stand in one cell of each project."""
    last = len(header) - 1
    marks = [part.first for line in body for part in line if _MARK.match(part.text)]
    if not marks:
        return
    left = _left(body, header[:last], min(marks) - 1)
    lines = [joined(line) for line in body if line]
    tops = [line.line for line in lines if line.text.startswith("【")]
    starts = _starts(left, header[:last], [line.line for line in lines], tops)
    for begin, end in _spans(starts, projects):
        own = [line for line in lines if begin <= line.line < end]
        _beside(_project(begin, starts, projects), left, begin, end)
        if own:
            cell = Part("\n".join(line.text for line in own), own[0].first, own[0].last, own[0].line)
            known = projects[-1].rows
            if known:
                known[0][0][1].text += "\n" + cell.text
            else:
                known.append([(last, cell, 1)])


def _read_rows(header: list[Part], body: list[list[Part]], projects: list[_Project]) -> None:
    """Read a page whose indicators stand one in a row."""
    roles = [header_role(part.text) for part in header]
    first = next(index for index, role in enumerate(roles) if role in ("level1", "level2"))
    labels = [
        part.first for line in body for part in line if level1_label(part.text) or level2_label(part.text) is not None
    ]
    edge = min([header[first].first, *(place for place in labels if place > header[first].first - 12)])
    left = _left(body, header[:first], edge - 0.5)
    columns = [(part, header_role(part.text) or "other") for part in header[first:]]
    rows = [[(column + first, part, span) for column, part, span in row] for row in block_rows(body, columns)]
    rows = [row for row in rows if row]
    if not rows:
        return
    tops = [min(part.top for _, part, _ in row) for row in rows]
    ranks = [_rank(row) for row in rows]
    resets = [top for number, top in enumerate(tops) if number and ranks[number - 1] > ranks[number] >= 0]
    starts = _starts(left, header[:first], tops, resets)
    for begin, end in _spans(starts, projects):
        project = _project(begin, starts, projects)
        _beside(project, left, begin, end)
        project.rows.extend(row for row, top in zip(rows, tops) if begin <= top < end)


def _rank(row: _Cells) -> int:
    """Return whether a row closes a project (1: satisfaction), opens or goes on with one (0), or does not say (-1)."""
    named = [label for _, part, _ in row if (label := level1_label(part.text)) is not None]
    if not named:
        return -1
    return int("满意度" in named[0])


def _starts(left: dict[int, list[Part]], columns: list[Part], tops: list[float], resets: list[float]) -> list[float]:
    """Return the lines where projects begin: their amounts stand in the first row, or in the middle of their rows."""
    money = next((index for index, column in enumerate(columns) if _FUNDS.search(column.text)), None)
    name = next((index for index, column in enumerate(columns) if _PROJECT.match(squash(column.text))), 0)
    marks = [part.line for part in left.get(-1 if money is None else money, []) if _AMOUNT.match(squash(part.text))]
    names = [part.line for part in left.get(name, [])]
    if not marks:
        marks = [line for number, line in enumerate(names) if not number or line - names[number - 1] > 1.5]
    if not marks or not tops:
        return []
    firsts = [tops[0], *resets]
    at_first = sum(any(abs(mark - top) < 0.6 for top in firsts) for mark in marks)
    at_top = all(any(abs(mark - top) < 0.6 for top in tops) and _opens(mark, names) for mark in marks)
    if at_top and (2 * at_first >= len(marks) or len(resets) != len(marks) - 1):
        return [mark - 0.4 for mark in marks]
    if len(resets) == len(marks) - 1:
        return [tops[0] - 0.4, *(reset - 0.4 for reset in resets)]
    starts, begin = [], tops[0]
    for mark in marks:
        starts.append(begin - 0.4)
        begin = next((top for top in tops if top > 2 * mark - begin + 0.4), 2 * mark - begin + 1)
    return starts


def _opens(mark: float, names: list[float]) -> bool:
    """Whether a name begins on the line of an amount: none of its lines stands right above."""
    return not any(0.5 < mark - line < 1.5 for line in names)


def _spans(starts: list[float], projects: list[_Project]) -> list[tuple[float, float]]:
    """Return the lines of each project of a page; what stands above the first goes on with the page before."""
    bounds = [*starts, float("inf")]
    spans = list(pairwise(bounds))
    return [(float("-inf"), bounds[0]), *spans] if projects else spans


def _project(begin: float, starts: list[float], projects: list[_Project]) -> _Project:
    if begin in starts:
        projects.append(_Project())
    return projects[-1]


def _beside(project: _Project, left: dict[int, list[Part]], begin: float, end: float) -> None:
    for column, parts in left.items():
        project.left.setdefault(column, []).extend(part for part in parts if begin <= part.line < end)
