"""List tables in placed text: many projects below one header, which comes again on each page.

The columns of the indicators are read like those of a form (see ``block``); what stands left of them belongs to the
project whose rows it stands beside.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from indicators.grid.block import Placed, heads_of, solve_block
from indicators.grid.columns import LABELS, assign, gutters, is_piece
from indicators.grid.form import Found, header_zone
from indicators.grid.labels import is_page_number
from indicators.grid.parts import Lines, Part, beside, joined
from indicators.grid.rows import Walls
from indicators.text import squash
from indicators.vocabulary import header_role, level1_label, list_column

__all__ = ["solve_lists"]

_PROJECT = re.compile(r"^(?:单位|部门)?[/(（]?项目(?:\(单位\)|（单位）)?(?:名称?)?[)）]?$|项目名称?$")
_BLOCK = re.compile(r"^(?:年度)?(?:项目)?(?:绩效)?指标(?:内容|设置|情况|及指标值|及目标值)?$")
_FUNDS = re.compile(r"预算|金额|资金|总额")
_AMOUNT = re.compile(r"^-?[\d,]+(?:\.\d+)?$")
#: An amount that goes on in the line below.
_CUT = re.compile(r"[.,]\d?$|,\d\d$")
#: What stands between the pages of a table.
_BETWEEN = re.compile(r"绩效目标\S{0,6}表$|^(?:编制|填报|预算)?(?:部门|单位)(?:名称)?[:：]|^(?:金额)?单位[:：]\S*元$")
_STOP = re.compile(r"^第[一二三四五六七八九十]+部分|^注[:：]|^(?:附件|表)\S{0,3}[:：]?$|自评表$")
_MARK = re.compile(r"^【[^】]*】|^指标\d+[:：]")
#: The number of an indicator with the word before it, whose characters two lines share.
_WORD_CUT = re.compile(r"指标\d")
#: White that ends a table; width of a line that is no cell; lines of a page at most.
_GAP, _PARAGRAPH, _LONGEST = 14.0, 100, 400


@dataclass(slots=True)
class _Project:
    """What stands beside the rows of one project: pieces by column, and the rows themselves."""

    left: dict[int, list[Part]] = field(default_factory=dict)
    rows: list[list[Placed]] = field(default_factory=list)


@dataclass(slots=True)
class _Page:
    """A header with its zone and the end of the rows below it."""

    header: int
    top: int
    below: int
    stop: int


def solve_lists(lines: Lines, cells: Lines, walls: Walls) -> list[Found]:
    """Return the list tables, each with its lines and its rows.

    Parameters
    ----------
    lines
        Pieces of each line.
    cells
        The same joined to cells.
    walls
        Horizontal rules.
    """
    found: list[Found] = []
    number = 0
    while number < len(cells):
        if not _is_header(cells, number):
            number += 1
            continue
        pages, stop = _pages(cells, number, walls)
        rows = _rows(lines, cells, pages, walls)
        if rows:
            found.append((pages[0].top, stop, rows))
        number = max(stop, number + 1)
    return found


def _in_cell(header: Sequence[Part]) -> bool:
    """Whether the indicators of a project stand in one cell, the last one."""
    roles = [header_role(part.text) for part in header]
    named = "name" in roles and "value" in roles
    return len(header) >= 3 and not named and any(_BLOCK.match(squash(part.text)) for part in header[-2:])


def _is_header(cells: Lines, number: int) -> bool:
    line = cells[number]
    if len(line) < 3 or not (any(header_role(part.text) for part in line) or _in_cell(line)):
        return False
    wrapped = [line]
    for below in cells[number + 1 : number + 3]:
        if not below or below[0].line - wrapped[-1][0].line > 1.3 or any(part.width > 10 for part in below):
            break
        wrapped.append(below)
    if len(wrapped) > 1:
        line = heads_of(wrapped)
    named = any(list_column(part.text) in ("project", "unit_project") for part in line[:5])
    roles = [header_role(part.text) for part in line]
    return named and (("name" in roles and "value" in roles) or _in_cell(line))


def _pages(cells: Lines, first: int, walls: Walls) -> tuple[list[_Page], int]:
    """Return the header and the end of each page of a table, and the line after the table."""
    same = [squash(part.text) for part in cells[first]]
    top, below = header_zone(cells, first, 0, len(cells), walls)
    heads = [(first, top, below)]
    last = first
    for number in range(first + 1, len(cells)):
        line = cells[number]
        if not line:
            continue
        if line[0].line - cells[last][0].line > _GAP:
            break
        if [squash(part.text) for part in line] == same:
            heads.append((number, *header_zone(cells, number, heads[-1][2], len(cells), walls)))
        elif len(line) == 1 and (_STOP.search(squash(line[0].text)) or line[0].width > _PARAGRAPH):
            break
        last = number
    stops = [*(top for _, top, _ in heads[1:]), last + 1]
    return [_Page(*head, stop) for head, stop in zip(heads, stops, strict=True)], last + 1


def _rows(lines: Lines, cells: Lines, pages: list[_Page], walls: Walls) -> list[list[Placed]]:
    header = cells[pages[0].header]
    projects: list[_Project] = []
    rows: list[list[Placed]] = []
    for page in pages:
        body = [
            [] if is_page_number(cell) or any(_BETWEEN.search(squash(part.text)) for part in cell) else list(line)
            for line, cell in zip(
                lines[page.below : min(page.stop, page.below + _LONGEST)],
                cells[page.below : min(page.stop, page.below + _LONGEST)],
                strict=True,
            )
        ]
        head = [list(line) for line in lines[page.top : page.below]]
        _without_rests(head, body)
        read = _read_cells if _in_cell(header) else _read_rows
        found = read(head, cells[page.header], body, projects, walls)
        rows = rows or found
    if not any(project.rows for project in projects):
        return []
    for project in projects:
        left = [
            Placed(c, joined(sorted(p, key=lambda x: x.line)), len(project.rows)) for c, p in project.left.items() if p
        ]
        if left and not project.rows:
            # The total of a unit stands above its projects.
            rows.append(sorted((replace(cell, span=1) for cell in left), key=lambda item: item.column))
        for number, row in enumerate(project.rows):
            rows.append(sorted([*(left if number == 0 else []), *row], key=lambda item: item.column))
    return rows


def _without_rests(head: Lines, body: list[list[Part]]) -> None:
    """Take out what is left of a header on further pages, whose first lines went as running ones."""
    page = next((line[0].sources[0].at.page for line in head if line), None)
    opening = False
    for line in body:
        if not line:
            continue
        here = line[0].sources[0].at.page
        opening = (opening or here != page) and any(_same_line(line, other) for other in head)
        page = here
        if opening:
            line.clear()


def _same_line(line: list[Part], other: list[Part]) -> bool:
    return [part.text for part in line] == [part.text for part in other] and all(
        abs(a.middle - b.middle) < 2 for a, b in zip(line, other, strict=True)
    )


def _split_left(head: Lines, body: list[list[Part]], edge: float) -> tuple[list[list[Part]], list[list[Part]]]:
    """Take the pieces left of the indicators out of the lines; return them and their header, line by line."""
    lefts = []
    for line in (*head, *body):
        lefts.append([part for part in line if part.middle < edge])
        line[:] = [part for part in line if part.middle >= edge]
    return lefts[: len(head)], lefts[len(head) :]


def _left(head: Lines, body: Lines) -> tuple[dict[int, list[Part]], list[Placed]]:
    """Return the pieces of the projects by column, and their header."""
    strips = gutters([*head, *head, *body], crossed=0.2)
    found: dict[int, list[Part]] = {}

    def column_of(part: Part) -> int:
        return sum(strip < part.middle for strip in strips)

    headers: dict[int, list[Part]] = {}
    for line in head:
        for part in line:
            headers.setdefault(column_of(part), []).append(part)
    for line in body:
        for column, parts in assign(line, strips, ["leaf"] * (len(strips) + 1)).items() if line else ():
            found.setdefault(column, []).append(beside(parts))
    return found, [
        Placed(c, joined(sorted(parts, key=lambda p: (p.line, p.first)))) for c, parts in sorted(headers.items())
    ]


def _read_cells(
    head: Lines, header: list[Part], body: list[list[Part]], projects: list[_Project], walls: Walls
) -> list[list[Placed]]:
    """Read a page whose indicators stand in one cell of each project."""
    marks = [part.first for line in body for part in line if _MARK.match(part.text)]
    if not marks:
        return []
    left_head, left_body = _split_left(head, body, min(marks) - 1)
    left, heads = _left(left_head, left_body)
    last = max((cell.column for cell in heads), default=-1) + 1
    lines = [beside(line) for line in body if line]
    tops = [line.line for line in lines if line.text.startswith("【")]
    full = max(line.last for line in lines)
    starts = _starts(left, heads, [line.line for line in lines], tops, walls)
    for begin, end in _spans(starts, projects):
        own = [line for line in lines if begin <= line.line < end]
        _hang(_project(begin, starts, projects), left, begin, end)
        if own:
            cell = Part(_text(own, full), own[0].first, own[0].last, own[0].line, own[0].sources)
            known = projects[-1].rows
            if known:
                known[0][0].part.text += "\n" + cell.text
            else:
                known.append([Placed(last, cell)])
    title = [part for line in head for part in line]
    return [[*heads, *([Placed(last, joined(title))] if title else [])]]


def _text(lines: list[Part], full: float) -> str:
    """Return the lines of a cell; a word cut at its right border is whole again: 指 / 标2：更新公示牌."""
    text = lines[0].text
    for above, line in pairwise(lines):
        cut = above.last > full - 3 and _WORD_CUT.search(f"{above.text[-2:]}{line.text[:3]}")
        text += line.text if cut else f"\n{line.text}"
    return text


def _read_rows(
    head: Lines, header: list[Part], body: list[list[Part]], projects: list[_Project], walls: Walls
) -> list[list[Placed]]:
    """Read a page whose indicators stand one in a row."""
    header = heads_of(head) or header
    roles = [header_role(part.text) for part in header]
    first = next((i for i, role in enumerate(roles) if role in LABELS), None)
    if first is None:
        first = next((i for i, role in enumerate(roles) if role == "name"), len(roles) - 1)
    labels = [part.first for line in body for part in line if len(part.text) > 3 and is_piece(part.text)]
    low = header[first - 1].middle if first else 0.0
    edge = min([header[first].first, *(place for place in labels if low < place < header[first].first)]) - 0.5
    left_head, left_body = _split_left(head, body, edge)
    left, heads = _left(left_head, left_body)
    shift = max((cell.column for cell in [*heads]), default=-1) + 1
    block = solve_block(head, body, walls)
    rows = [[replace(c, column=c.column + shift) for c in row] for row in block.rows]
    title = [[replace(c, column=c.column + shift) for c in row] for row in block.header]
    if title:
        title[-1] = [*heads, *title[-1]]
    if not rows:
        return title
    tops = [min(cell.part.top for cell in row) for row in rows]
    ranks = [_rank(row) for row in rows]
    resets = [top for number, top in enumerate(tops) if number and ranks[number - 1] > ranks[number] >= 0]
    starts = _starts(left, heads, tops, resets, walls)
    for begin, end in _spans(starts, projects):
        project = _project(begin, starts, projects)
        _hang(project, left, begin, end)
        project.rows.extend(row for row, top in zip(rows, tops, strict=True) if begin <= top < end)
    return title


def _rank(row: list[Placed]) -> int:
    """Return whether a row closes a project (1: satisfaction), opens or goes on with one (0), or does not say (-1)."""
    named = [label for cell in row if (label := level1_label(cell.part.text)) is not None]
    if not named:
        return -1
    return int("满意度" in named[0])


def _starts(
    left: dict[int, list[Part]], heads: list[Placed], tops: list[float], resets: list[float], walls: Walls
) -> list[float]:
    """Return the lines where projects begin: their amounts stand in the first row, or in the middle of their rows."""
    money = next((c.column for c in heads if _FUNDS.search(c.part.text)), None)
    name = next((c.column for c in heads if _PROJECT.search(squash(c.part.text))), 0)
    names = [part.line for part in left.get(name, [])]
    column = left.get(-1 if money is None else money, [])
    amounts = [amount for amount in _amounts(column) if _AMOUNT.match(squash(amount.text))]
    marks = [amount.line for amount in amounts]
    if not marks:
        marks = [line for number, line in enumerate(names) if not number or line - names[number - 1] > 1.5]
    if not marks or not tops:
        return []
    x = left[name][0].middle if left.get(name) else 0.0
    above = sorted({walls.around(mark, x)[0] for mark in marks})
    if above[0] > float("-inf"):
        return above
    beside_amounts = [parts for c, parts in left.items() if c != money]
    if _hang_from(amounts, beside_amounts) > 0:
        return sorted({amount.top - 0.4 for amount in amounts})
    firsts = [tops[0], *resets]
    # The total of a unit stands above the rows of its projects.
    level = [mark for mark in marks if any(abs(mark - top) < 0.6 for top in tops)]
    at_first = sum(any(abs(mark - top) < 0.6 for top in firsts) for mark in level)
    opening = sum(_opens(mark, names) for mark in level)
    at_top = len(level) > 0.5 * len(marks) and opening >= 0.8 * len(level)
    parted = len(resets) in (len(level) - 1, len(marks) - 1)
    if at_top and (2 * at_first >= len(level) or not parted):
        return sorted({mark - 0.4 for mark in marks})
    if len(resets) == len(marks) - 1:
        return [tops[0] - 0.4, *(reset - 0.4 for reset in resets)]
    starts, begin = [], tops[0]
    for mark in marks:
        starts.append(begin - 0.4)
        begin = next((top for top in tops if top > 2 * mark - begin + 0.4), 2 * mark - begin + 1)
    return sorted(set(starts))


def _amounts(column: list[Part]) -> list[Part]:
    """Put amounts together that wrap: 1,800.0 / 0."""
    out: list[Part] = []
    for part in sorted(column, key=lambda p: p.line):
        if out and part.line - out[-1].line < 1.3 and _CUT.search(out[-1].text) and part.text.isdigit():
            whole = joined([out[-1], part])
            whole.text = out[-1].text + part.text
            out[-1] = whole
        else:
            out.append(part)
    return out


def _hang_from(amounts: list[Part], columns: list[list[Part]]) -> int:
    """Return how many more cells of several lines begin level with an amount than stand centred around one."""
    votes = 0
    for column in columns:
        for block in _blocks(column):
            if len(block) < 2:
                continue
            top, middle = block[0].line, (block[0].line + block[-1].line) / 2
            votes += any(abs(amount.top - top) < 0.3 for amount in amounts)
            votes -= any(abs(amount.line - middle) < 0.3 for amount in amounts)
    return votes


def _blocks(column: list[Part]) -> list[list[Part]]:
    """Return the cells of a column: lines as close as those of a cell are."""
    blocks: list[list[Part]] = []
    for part in sorted(column, key=lambda p: p.line):
        if blocks and part.line - blocks[-1][-1].line < 1.3:
            blocks[-1].append(part)
        else:
            blocks.append([part])
    return blocks


def _opens(mark: float, names: list[float]) -> bool:
    """Whether a name begins on the line of an amount: none of its lines stands right above."""
    return not any(0.5 < mark - line < 1.3 for line in names)


def _spans(starts: list[float], projects: list[_Project]) -> list[tuple[float, float]]:
    """Return the lines of each project of a page; what stands above the first goes on with the page before."""
    bounds = [*starts, float("inf")]
    spans = list(pairwise(bounds))
    return [(float("-inf"), bounds[0]), *spans] if projects else spans


def _project(begin: float, starts: list[float], projects: list[_Project]) -> _Project:
    if begin in starts or not projects:
        projects.append(_Project())
    return projects[-1]


def _hang(project: _Project, left: dict[int, list[Part]], begin: float, end: float) -> None:
    for column, parts in left.items():
        project.left.setdefault(column, []).extend(part for part in parts if begin <= part.line < end)
