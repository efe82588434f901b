"""Forms in a text whose columns are kept apart by blanks only (``pdftotext -layout``, printed reports).

The header row of the indicators (一级指标 … 指标值) says how many columns there are; each line gives its parts to
the columns by place and by what they can be. Cells that wrap stand above and below the line of their row, labels
printed once in the middle of the rows they stand for: rows are the cheapest cut of the lines into cells that are
centred and full, labels take the rows around their own height.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from indicators.readers.spaced_block import Part, block_rows, joined
from indicators.readers.spaced_budget import spaced_budgets
from indicators.readers.spaced_list import spaced_lists
from indicators.records import Cell, Location, Table
from indicators.text import squash
from indicators.vocabulary import field_label, fund_label, header_role, level2_label

__all__ = ["numbered", "spaced_forms"]

#: A heading reaches at most this many lines above its header row.
_HEADING = 80
#: Lines that the blocks of one form take at most, and parts of one line that are looked at.
_LONGEST, _MOST_PARTS = 240, 40
_NAME = {"project_name", "department_name"}
_STOP = re.compile(r"绩效目标.{0,12}表|绩效自评|^第[一二三四五六七八九十]+部分|^注[:：]|表$")
_TITLE = re.compile(r"绩效目标\S{0,6}表$")
#: Longest label of a heading.
_LONGEST_LABEL = 16
_SIGNED = re.compile(r"(?:单位|项目)?(?:负责人|填报人|填表人|经办人|填报日期)[:：]")


def spaced_forms(lines: Sequence[str]) -> list[tuple[int, int, Table]]:
    """Return the tables of forms laid out with blanks, each with its first line and the line after its last.

    Parameters
    ----------
    lines
        All lines of the text, blanks kept.

    Returns
    -------
    list
        ``(start, stop, table)`` by line index from 0; the table is ``guessed``, its cells know their lines.
    """
    parts = [_parts(line, number) for number, line in enumerate(lines)]
    found = spaced_lists(parts, _is_page_number)
    for first, last, _ in found:
        parts[first:last] = [[] for _ in range(first, last)]
    parts = [[] if _is_page_number(line) else line for line in parts]
    headers = [number for number in range(len(lines)) if _is_header(parts, number)]
    floor = 0
    for order, header in enumerate(headers):
        start = _start(parts, header, floor)
        if start is None:
            continue
        stop = min(len(lines), _stop(parts, header + 1, min(len(lines), header + _LONGEST)))
        own = [number - start for number in headers[order:] if number < stop]
        table = _table(parts[start:stop], own, start)
        if table is not None:
            found.append((start, stop, table))
            floor = stop
    for first, last, _ in found:
        parts[first:last] = [[] for _ in range(first, last)]
    return [*found, *spaced_budgets(parts)]


_PAGE = re.compile(r"第\d{1,4}页(?:[,，/]?共\d{1,4}页)?|[-—–―·]\d{1,4}[-—–―·]|\d{1,4}/\d{1,4}")


def _is_page_number(line: list[Part]) -> bool:
    """Whether a line only holds the number of a page, which may fall into a form: — 21 —, 第 21 页."""
    return 0 < len(line) <= 3 and _PAGE.fullmatch(squash("".join(part.text for part in line))) is not None


def numbered(table: Table, index: int) -> Table:
    """Return the table as the one of this index in its document."""
    cells = tuple(replace(cell, at=replace(cell.at, table=index)) for cell in table.cells)
    return replace(table, cells=cells, at=replace(table.at, table=index))


def _parts(line: str, number: int) -> list[Part]:
    """Cut a line at two blanks, or at one between Chinese characters."""
    text = line.replace("\f", "").replace("\u3000", "  ")
    pieces = re.finditer(r"\S(?:(?: (?=[^\s]))?\S)*", text)
    parts: list[Part] = []
    for piece in pieces:
        place = piece.start()
        for word in re.split(r"(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])", piece.group()):
            parts.append(Part(word, place, place + len(word), number))
            place += len(word) + 1
    return parts[:_MOST_PARTS]


def _is_header(parts: list[list[Part]], number: int) -> bool:
    roles = [header_role(part.text) for part in parts[number]]
    return roles.count("level2") >= 1 and "name" in roles and "value" in roles


def _start(parts: list[list[Part]], header: int, floor: int) -> int | None:
    """Return the line of the project's name above a header row."""
    for number in range(header - 1, max(floor, header - _HEADING) - 1, -1):
        if parts[number] and field_label(parts[number][0].text) in _NAME:
            return number
    return None


def _stop(parts: list[list[Part]], first: int, limit: int) -> int:
    last = first
    for number in range(first, limit):
        if not parts[number]:
            if number - last > 6:
                break
            continue
        text = parts[number][0].text
        titled = any(_TITLE.search(part.text) for part in parts[number])
        if titled or field_label(text) in _NAME or _SIGNED.match(squash(text)):
            break
        if len(parts[number]) == 1 and _STOP.search(squash(text)):
            break
        if len(parts[number]) == 1 and parts[number][0].width > 60:
            break
        last = number
    return last + 1


def _table(parts: list[list[Part]], headers: list[int], offset: int) -> Table | None:
    """Build the table of a form: its heading, and the blocks below its header rows (long-term above annual)."""
    rows: list[list[tuple[int, Part, int]]] = []
    for header, following in zip(headers, [*headers[1:], len(parts)]):
        columns = _columns(parts[:following], header)
        if columns is None:
            return None
        if not rows:
            rows = _heading(parts[: min(int(column.line) for column, _ in columns) - offset])
        rows += _headed(parts[:following], header, columns)
    cells: list[Cell] = []
    for number, row in enumerate(rows):
        for column, part, span in row:
            at = Location(row=number, column=column, line=int(part.line) + 1)
            cells.append(Cell(text=part.text, at=at, row_span=span))
    width = max((cell.at.column or 0) for cell in cells) + 1
    return Table(cells=tuple(cells), rows=len(rows), columns=width, at=Location(line=offset + 1), grid="guessed")


def _headed(parts: list[list[Part]], header: int, columns: list[tuple[Part, str]]) -> list[list[tuple[int, Part, int]]]:
    below = header + 1
    bottom = next(
        (number for number in range(below, min(below + 2, len(parts))) if not _is_wrap(parts[number], columns)), below
    )
    return [[(index, column, 1) for index, (column, _) in enumerate(columns)], *block_rows(parts[bottom:], columns)]


def _is_wrap(line: list[Part], columns: list[tuple[Part, str]]) -> bool:
    """Whether a line below the header row only holds the rest of headers: 一级指 / 标, 绩效目标设 / 立依据."""

    def role(part: Part) -> str:
        return min(columns, key=lambda column: abs(column[0].middle - part.middle))[1]

    short = all(len(part.text) <= 2 and level2_label(part.text) is None for part in line)
    return bool(line) and (short or all(role(part) == "other" for part in line))


def _columns(parts: list[list[Part]], header: int) -> list[tuple[Part, str]] | None:
    """Return the cells of the header row with their roles; one that wraps is put together."""
    cells: list[Part] = [*parts[header]]
    for step in (1, 2):
        for above in parts[header - step] if header >= step else []:
            for below in parts[header + step] if header + step < len(parts) else []:
                joined = above.text + below.text
                if header_role(joined) is not None and abs(above.middle - below.middle) < 4:
                    cells.append(Part(joined, above.first, max(above.last, below.last), above.line))
    cells.sort(key=lambda part: part.middle)
    columns = [(part, header_role(part.text) or "other") for part in cells]
    roles = [role for _, role in columns]
    return columns if "level1" in roles or roles.count("level2") else None


# --- the heading ---------------------------------------------------------------------------------------


def _is_label(text: str) -> bool:
    return field_label(text) is not None or fund_label(text) is not None


def _is_amount(line: list[Part]) -> bool:
    """Whether a line is a label unknown here with its amount: 上级补助  0.00."""
    return len(line) >= 2 and re.fullmatch(r"-?[\d,]+\.\d+", line[-1].text) is not None


def _heading(lines: list[list[Part]]) -> list[list[tuple[int, Part, int]]]:
    """Return the rows above the indicators: labels and texts that wrap are put together again."""
    lines = [list(line) for line in lines]
    _join_labels(lines)
    rows: list[list[Part]] = []
    loose: list[Part] = []
    for line in lines:
        if not line:
            continue
        if any(_is_label(part.text) for part in line) or _is_amount(line):
            owner = _wrapped(rows[-1], loose) if rows else 0
            if rows:
                rows[-1].extend(loose[:owner])
            rows.append([*loose[owner:], *line])
            loose = []
        else:
            loose.extend(line)
    if rows:
        rows[-1].extend(loose)
    return [_in_order(row) for row in rows]


def _join_labels(lines: list[list[Part]]) -> None:
    """Put labels together that stand over several lines (年度 / 绩效 / 目标), at their middle line."""
    for number, line in enumerate(lines):
        for part in list(line):
            if fund_label(part.text) is not None:
                continue
            below = _below(lines, number, part)
            for size in range(len(below), 0, -1):
                whole = [part, *(other for _, other in below[:size])]
                text = "".join(piece.text for piece in whole)
                if field_label(text) is None or len(text) > _LONGEST_LABEL:
                    continue
                line.remove(part)
                for place, other in below[:size]:
                    lines[place].remove(other)
                place = (number + below[size - 1][0]) // 2
                lines[place].append(
                    Part(text, part.first, part.last, lines[place][0].line if lines[place] else part.line)
                )
                lines[place].sort(key=lambda item: item.first)
                break


def _below(lines: list[list[Part]], number: int, part: Part) -> list[tuple[int, Part]]:
    """Return the short parts below a part that a label may go on with, each with its line."""
    found: list[tuple[int, Part]] = []
    last = number
    for place in range(number + 1, min(number + 9, len(lines))):
        rest = next((other for other in lines[place] if _beneath(part, other)), None)
        if rest is not None and len(rest.text) <= 6:
            found.append((place, rest))
            last = place
        if place - last > 2 or len(found) == 4:
            break
    return found


def _beneath(part: Part, other: Part) -> bool:
    """Whether two lines of a cell stand centred, or begin at the same place."""
    return abs(other.middle - part.middle) < 4 or abs(other.first - part.first) < 1


def _wrapped(row: list[Part], loose: list[Part]) -> int:
    """Return how many of the parts below a row are the rest of its cells, which stand centred around its label."""
    label = next((part.line for part in row if _is_label(part.text)), row[0].line)
    above = {part.line for part in row if part.line < label}
    below = sorted({part.line for part in loose})
    count = len(above)
    if not above:
        # Top aligned: a text goes on while its lines are full.
        widest = max((part.width for part in [*row, *loose]), default=0)
        last = max((part.width for part in row if not _is_label(part.text)), default=0)
        for line in below:
            if last < 0.9 * widest or last < 40:
                break
            count += 1
            last = max(part.width for part in loose if part.line == line)
    kept = set(below[:count])
    return sum(part.line in kept for part in loose)


def _in_order(row: list[Part]) -> list[tuple[int, Part, int]]:
    """Return the cells of a heading row from left to right; the lines of one cell are joined."""
    cells: list[list[Part]] = []
    for part in sorted(row, key=lambda item: (not _is_label(item.text), item.line)):
        home = None
        if not _is_label(part.text):
            home = next(
                (
                    cell
                    for cell in cells
                    if not _is_label(cell[0].text)
                    and cell[-1].line < part.line
                    and min(cell[0].last, part.last) - max(cell[0].first, part.first) > 0
                ),
                None,
            )
        if home is None:
            cells.append([part])
        else:
            home.append(part)
    cells.sort(key=lambda cell: min(part.first for part in cell) if len(row) < 3 else cell[0].middle)
    return [(index, joined(cell), 1) for index, cell in enumerate(cells)]
