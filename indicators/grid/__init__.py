"""Placed text to tables: the one solver between readers, which deliver geometry, and forms, which read tables.

Readers hand over regions: pieces of text with their places, and horizontal rules. Here blank strips, alignment,
rules, distances of lines and what the cells say make tables of them; what is no table stays lines.
"""

from __future__ import annotations

from dataclasses import replace

from indicators.grid.budget import solve_budgets
from indicators.grid.dense import closely_set
from indicators.grid.form import Found, solve_forms
from indicators.grid.labels import cells_of_line, is_page_number, is_signature, keyed_lines
from indicators.grid.listing import solve_lists
from indicators.grid.parts import Part, cell_of
from indicators.grid.pictured import settled
from indicators.grid.plain import solve_plain
from indicators.grid.rows import Walls
from indicators.grid.stacks import chunks_of, gathered
from indicators.grid.upright import set_upright
from indicators.grid.whole import solve_whole
from indicators.records import Document, Line, Location, Note, Picture, Region, Table, around

__all__ = ["solve"]

#: White between two regions that follow each other, in lines.
_BREAK = 4.0
#: Confidence of cells whose place was inferred from blanks: what rests on them is no proof.
_INFERRED = 0.95


def solve(document: Document) -> Document:
    """Return the document with its regions made tables and lines.

    Parameters
    ----------
    document
        As delivered by a reader.
    """
    if not any(isinstance(block, (Region, Picture)) for block in document.blocks):
        return document
    blocks: list[Table | Line] = []
    notes: list[Note] = []
    waiting: list[Region] = []
    tables = counted = 0
    for block in [*document.blocks, None]:
        if isinstance(block, Region):
            waiting.append(block)
            continue
        if waiting:
            tables += sum(isinstance(above, Table) for above in blocks[counted:])
            counted = len(blocks)
            blocks += _solved(waiting, tables)
            waiting = []
        if isinstance(block, Picture):
            shown, doubts = settled(block, _solved)
            blocks, notes = blocks + shown, notes + doubts
        elif block is not None:
            blocks.append(block)
    return replace(document, blocks=_numbered(blocks), problems=(*document.problems, *notes))


def _numbered(blocks: list[Table | Line]) -> tuple[Table | Line, ...]:
    tables = -1
    for place, block in enumerate(blocks):
        if isinstance(block, Table):
            tables += 1
            if block.at.table != tables:
                cells = tuple(replace(cell, at=replace(cell.at, table=tables)) for cell in block.cells)
                blocks[place] = replace(block, cells=cells, at=replace(block.at, table=tables))
    return tuple(blocks)


def _solved(regions: list[Region], tables: int = 0) -> list[Table | Line]:
    """Return the tables and lines of regions that follow each other, below so many tables of the document."""
    printed: list[Line] = []
    lines: list[list[Part]] = []
    rules: list[tuple[float, float, float]] = []
    top = 0.0
    for region in regions:
        own: list[list[Part]] = [[] for _ in region.lines]
        for piece in region.segments:
            own[piece.line].append(Part(piece.text, piece.x0, piece.x1, top + piece.y, (piece,)))
        lines += own
        printed += region.lines
        rules += [(top + y, x0, x1) for y, x0, x1 in region.rules]
        top += region.height + _BREAK
    printed, lines = _whole_dates(printed, lines)
    lines = set_upright(lines)
    lines = [[] if is_page_number(line) else line for line in lines]
    return _blocks(printed, _tables(lines, Walls(tuple(sorted(rules)))), tables)


def _whole_dates(printed: list[Line], lines: list[list[Part]]) -> tuple[list[Line], list[list[Part]]]:
    """Put the digits of a date together that wrap in the line of signatures: 填报日期： 2025010609000 / 0."""
    texts: list[Line] = []
    rows: list[list[Part]] = []
    for text, line in zip(printed, lines, strict=True):
        above = rows[-1] if rows else []
        if above and len(line) == 1 and line[0].text.isdigit() and is_signature(above[0].text):
            beneath = abs(line[0].first - above[-1].first) < 0.5 and line[0].line - above[-1].line < 1.2
            if beneath and above[-1].text.isdigit():
                texts[-1] = replace(texts[-1], text=texts[-1].text + line[0].text)
                continue
        texts.append(text)
        rows.append(line)
    return texts, rows


def _tables(lines: list[list[Part]], walls: Walls) -> list[Found]:
    found: list[Found] = []
    keyed = keyed_lines(lines)
    lines = [[] if number in keyed else line for number, line in enumerate(lines)]
    chunks = chunks_of(lines)
    whole = gathered(chunks, walls) or closely_set(chunks)
    if whole is not None:
        for first, last, rows in solve_whole(whole, walls):
            spans = [level.span for level in whole.levels[first:last]]
            start = max(min(span[0] for span in spans), found[-1][1] if found else 0)
            found.append((start, max(start, *(span[1] for span in spans)), rows))
    cells = [cells_of_line(line) for line in lines]
    _taken(found, lines, cells)
    for solver in (solve_lists, solve_forms):
        found += _taken(solver(lines, cells, walls), lines, cells)
    found += _taken(solve_budgets(lines, cells), lines, cells)
    if any(line and line[0].sources[0].at.page is not None for line in lines):
        found += solve_plain(lines, walls)
    return sorted(found, key=lambda item: item[0])


def _taken(found: list[Found], lines: list[list[Part]], cells: list[list[Part]]) -> list[Found]:
    for first, last, _ in found:
        for number in range(first, last):
            lines[number], cells[number] = [], []
    return found


def _blocks(printed: list[Line], found: list[Found], tables: int) -> list[Table | Line]:
    blocks: list[Table | Line] = []
    number = 0
    for table, (first, last, rows) in enumerate(found, tables):
        blocks += printed[number:first]
        cells = [
            cell_of(item.part, table, row, item.column, item.span, item.width, _INFERRED)
            for row, items in enumerate(rows)
            for item in items
        ]
        columns = max(((cell.at.column or 0) + cell.column_span for cell in cells), default=1)
        start = printed[first].at
        box = around(line.at.bbox for line in printed[first:last] if line.at.page == start.page)
        at = Location(page=start.page, table=table, line=start.line, bbox=box)
        blocks.append(Table(cells=tuple(cells), rows=len(rows), columns=columns, at=at, grid="guessed"))
        number = last
    return [*blocks, *printed[number:]]
