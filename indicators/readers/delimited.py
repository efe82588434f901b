"""Cells parted by commas or tabs, as programs of tables write them, and marks that only programs of text read.

A cell with a line break, a comma or a tab in it stands in quotes; commas part cells only where lines agree on how many.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from indicators.text import join_lines

__all__ = ["comma_rows", "glued_rows", "split_quoted", "unmarked", "whole_quoted"]

#: Lines that a cell in quotes may take.
_MOST_LINES = 60
#: Lines in a row that must agree on their commas: with an empty cell among them, without one, and how many commas.
_FEWEST, _FEWEST_FILLED, _FEWEST_COMMAS, _COMMAS_FILLED = 3, 8, 2, 3
#: Commas within 1,234,567.00 part nothing.
_COMMA = re.compile(r"(?<!\d),|,(?!\d{3}(?!\d))")
_QUOTED, _BEGUN = re.compile(r'"(?:[^"]|"")*"'), re.compile(r'(?:^|[\t,])\s*"')
_QUOTED_CELL = {mark: re.compile(rf'[ ]*"((?:[^"]|"")*)"[ ]*(?={mark}|$)') for mark in "\t,"}
_HEADING = re.compile(r"^\s{0,3}#{1,6}\s+")
#: A cell or line that is emphasised as a whole; inside a text ** stands for what was not filled in: ≥**人.
_STRONG = re.compile(r"(^|[|\t])(\s*)(\*\*|__)(?=\S)([^|\t]+?)(?<=\S)\3(?=[:：]?\s*(?:$|[|\t]))")
#: A label with its colon that is emphasised, or marked as an item of a list: **项目名称：** 甲, - **项目名称**：甲.
_STRONG_LABEL = re.compile(r"(\*\*|__)(?=\S)([^*_|\t:：]{2,16}(?:[:：]\1|\1\s*[:：]))")
_ITEM_LABEL = re.compile(r"^\s*[-*+]\s+(?=[^|\t:：，。；]{2,16}[:：])")
_BREAK = re.compile(r"<br\s*/?>", re.I)


def unmarked(line: str) -> str:
    """Return a line without marks of emphasis, headings and line breaks of Markdown, which nobody sees printed."""
    if "#" in line or "**" in line or "__" in line:
        line = _STRONG.sub(r"\1\2\4", _HEADING.sub("", line))
        line = _STRONG_LABEL.sub(lambda found: found[2].replace(found[1], ""), line)
    line = _ITEM_LABEL.sub("", line)
    return _BREAK.sub("", line) if "<" in line else line


def split_quoted(line: str, delimiter: str) -> list[str]:
    """Return the cells of a line; a cell that stands in quotes as a whole is given without them."""
    if '"' not in line:
        return line.split(delimiter)
    cells: list[str] = []
    start = 0
    while start <= len(line):
        quoted = _QUOTED_CELL[delimiter].match(line, start)
        end = quoted.end() if quoted else line.find(delimiter, start)
        end = end if end >= 0 else len(line)
        cells.append(quoted.group(1).replace('""', '"') if quoted else line[start:end])
        start = end + 1
    return cells


def whole_quoted(lines: list[str]) -> list[str]:
    """Join the lines over which cells in quotes are broken; those that were joined to one above become blank."""
    out = list(lines)
    for number, line in enumerate(lines):
        if '"' not in line or not out[number]:
            continue
        row, stop = line, number + 1
        while _open(row) and stop < min(number + _MOST_LINES, len(lines)):
            row = f"{row}\n{lines[stop]}"
            stop += 1
        # A quotation in a text may go on over lines as well; a cell has others beside it.
        if stop > number + 1 and not _open(row) and re.search(r"[\t,]", _QUOTED.sub("", row)):
            out[number] = _QUOTED.sub(lambda quoted: join_lines(quoted.group().split("\n")), row)
            out[number + 1 : stop] = [""] * (stop - number - 1)
    return out


def _open(row: str) -> bool:
    """Whether a cell that begins with a quote is not closed."""
    rest = _QUOTED.sub("", row)
    return rest.count('"') == 1 and _BEGUN.search(rest) is not None


def comma_rows(lines: list[str]) -> set[int]:
    """Return the numbers of the lines whose cells are parted by commas."""
    found: set[int] = set()
    run: list[int] = []
    counts = [_commas(line) for line in lines]
    for number, count in enumerate([*counts, 0]):
        if count >= _FEWEST_COMMAS:
            run.append(number)
        elif number == len(counts) or lines[number].strip():
            found.update(run if _agree(run, lines, counts) else ())
            run = []
    return found


def _commas(line: str) -> int:
    if "," not in line or "\t" in line or "|" in line:
        return 0
    return len(_COMMA.findall(_QUOTED.sub("", line)))


def _agree(run: list[int], lines: list[str], counts: list[int]) -> bool:
    """Whether lines have the same number of commas; where none of them holds an empty cell, many lines must."""
    if not run:
        return False
    usual, agreeing = Counter(counts[number] for number in run).most_common(1)[0]
    if max(counts[number] for number in run) != usual or 3 * agreeing < 2 * len(run):
        return False
    empty = any(",," in lines[number] for number in run)
    return agreeing >= _FEWEST if empty else agreeing >= _FEWEST_FILLED and usual >= _COMMAS_FILLED


#: Rows of a list from which their number of cells is told, the cells each has, and the share of rows that must agree.
_LEAST_ROWS, _LEAST_CELLS, _SAME = 5, 5, 0.8


def glued_rows(rows: Sequence[Sequence[str]]) -> list[int]:
    """Return the numbers of the rows of a list that hold the cells of two: the break between them was lost.

    Only a list is so even that this can be told: its head and nearly all rows have the same number of cells. In a form
    one row has two cells and another six.
    """
    counts = [len(row) for row in rows]
    usual, agreeing = Counter(counts).most_common(1)[0]
    if len(rows) < _LEAST_ROWS or usual < _LEAST_CELLS or agreeing < _SAME * len(rows) or counts[0] != usual:
        return []
    # Where a break was lost, the last cell of one row and the first of the next are one.
    doubled = (number for number, count in enumerate(counts) if count >= 2 * usual - 1)
    return [number for number in doubled if all(any(map(str.strip, part)) for part in _halves(rows[number], usual))]


def _halves(row: Sequence[str], usual: int) -> tuple[Sequence[str], Sequence[str]]:
    return row[: usual - 1], row[usual:]
