"""Read a form written as a numbered outline, in letters and reports, as the sequence of its cells.

（一）产出指标 / 1.数量指标 / （1）新建健身步道：≥22公里: the numbers stand for the columns, a colon parts a name from
its value, and no header is printed. What comes out reads as a table printed cell by cell does (``sequence``).
"""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

from indicators.forms.pieces import name_and_value
from indicators.forms.rows import Row, meaning
from indicators.grid.labels import numbers_page
from indicators.vocabulary import field_label

__all__ = ["outlined"]

_NUMBER = re.compile(
    r"(?:[（(][一二三四五六七八九十\d]{1,3}[)）]|[一二三四五六七八九十]{1,3}[、.．]|\d{1,2}(?:[、)）]|[.．](?!\d))|[①-⑳])\s*"
)
#: A colon between a name and its value, not within a ratio (8:1) or a time.
_COLON = re.compile(r"(?<!\d)[:：]|[:：](?!\d)")
#: Lines a form of this kind takes, the numbered levels it has at least, and lines over which a value may go on.
_MOST_LINES, _LEAST_LEVELS, _GOES_ON = 120, 3, 2
#: Heads of the columns that the numbers stand for.
_HEADS = {"level1": "一级指标", "level2": "二级指标"}


def outlined(rows: list[Row], position: int) -> tuple[list[Row], int] | None:
    """Return the cells of the outline that begins here, one a row, and the row behind it; ``None`` where none begins.

    Parameters
    ----------
    rows
        Of the document.
    position
        Of the line that names the project.
    """
    if rows[position].table is not None or not _names_project(rows[position]):
        return None
    lines: list[Row] = []
    for row in rows[position : position + _MOST_LINES]:
        headed = any(item.header in _HEADS for item in row.meanings)
        if row.table is not None or headed or (lines and _names_project(row)):
            break
        lines.append(row)
    levels = [place for place, row in enumerate(lines) if _is_level(row)]
    if sum(_NUMBER.match(lines[place].text) is not None for place in levels) < _LEAST_LEVELS:
        return None
    items = [place for place, row in enumerate(lines) if place >= levels[0] and _is_item(row)]
    end = next((first for first, second in pairwise(items) if second - first > _GOES_ON + 1), items[-1]) + 1
    return [*_heading(lines[: levels[0]]), *_heads(lines, levels), *_body(lines[levels[0] : end])], position + end


def _bare(row: Row) -> str:
    text = row.text.strip()
    return _NUMBER.sub("", text, count=1) if _NUMBER.match(text) else text


def _names_project(row: Row) -> bool:
    parts = _COLON.split(_bare(row), maxsplit=1)
    return len(parts) == 2 and field_label(parts[0]) == "project_name"


def _is_level(row: Row) -> bool:
    item = meaning(_bare(row).rstrip(":："))
    return bool(item.level1 or item.level2)


def _is_item(row: Row) -> bool:
    text = row.text.strip()
    return _NUMBER.match(text) is not None or _COLON.search(text) is not None or _is_level(row)


def _cell(row: Row, text: str) -> Row:
    return Row([replace(row.cells[0], text=text)], None, 0, row.at)


def _heading(lines: list[Row]) -> list[Row]:
    return [_cell(row, _bare(row)) for row in lines if not numbers_page(row.text)]


def _heads(lines: list[Row], levels: list[int]) -> list[Row]:
    """Return the header that the numbers replace, at the line of the first level."""
    items = [meaning(_bare(lines[place]).rstrip(":：")) for place in levels]
    found = [head for name, head in _HEADS.items() if any(getattr(item, name) for item in items)]
    return [_cell(lines[levels[0]], head) for head in (*found, "三级指标", "指标值")]


def _body(lines: list[Row]) -> list[Row]:
    """Return the levels, names and values; a line without a number goes on with the one above it."""
    texts: list[tuple[Row, str]] = []
    for row in lines:
        if numbers_page(row.text):
            continue
        if texts and not _is_item(row):
            texts[-1] = (texts[-1][0], texts[-1][1] + row.text.strip())
        else:
            texts.append((row, _bare(row)))
    cells: list[Row] = []
    for row, text in texts:
        if _is_level(row):
            cells.append(_cell(row, text.rstrip(":：")))
            continue
        parts = [part.strip() for part in _COLON.split(text, maxsplit=1)]
        cells += [_cell(row, part) for part in (parts if len(parts) == 2 else name_and_value(text)) if part]
    return cells
