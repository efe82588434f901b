"""Where a form begins and ends that arrives as a sequence of cells: at the label that names it, or below its title."""

from __future__ import annotations

import re
from functools import lru_cache

from indicators.forms.ends import FURNITURE, behind_last, is_of_page, is_signed
from indicators.forms.glued import below_glued
from indicators.forms.pieces import pieces
from indicators.forms.rows import Row, meaning
from indicators.forms.stages import is_block_caption, title_of
from indicators.text import squash
from indicators.vocabulary import field_label
from indicators.vocabulary.fields import NAME_WORD, NAMES
from indicators.vocabulary.needed import least_length

__all__ = ["begins", "ends_at", "titles_of_next"]

#: Lines behind the name of a project within which the labels of a form must follow, and how many of them.
_WINDOW, _ENOUGH = 60, 5
#: How long a label is that names a form.
_LONGEST_NAME = 16
#: Lines within which the name of the project follows the title, and any other label of the heading where none does.
_NEAR, _ABOVE = 8, 4
#: What begins another part of a document, and characters from which a text is no cell of a form.
_SECTION = re.compile(r"^(?:第[一二三四五六七八九十]+部分|[一二三四五六七八九十]+、[^：:]{2,20}$)")
_LONGEST_TEXT = 600
_HEADS = ("department", "implementing_unit", "department_name")


def _loose(row: Row) -> bool:
    """Whether a row is a line, or a cell alone in its row where cells were inferred."""
    return row.table is None or (row.table.grid != "exact" and len(row.cells) == 1)


def begins(rows: list[Row], position: int) -> bool:
    """Whether a form begins here whose cells stand one a line, glued or with blanks between them."""
    row = rows[position]
    if not _loose(row) or not (_names_project(row.cells[0].text) or _heads_form(rows, position)):
        return False
    ahead = rows[position : position + _WINDOW]
    if _another_follows(ahead):
        return False
    if sum(not _loose(item) for item in ahead[:12]) > 3:
        return False
    found = 0
    header = False
    for item in ahead:
        if not _loose(item):
            continue
        for piece in pieces(item.cells[0].text, block=True):
            known = meaning(piece)
            found += known.label
            header = header or known.header in ("level1", "level2", "name")
    return found >= _ENOUGH and header


def titles_of_next(rows: list[Row]) -> set[int]:
    """Return the lines that read like the caption of a block and title the next form: its project is named below.

    2026年项目绩效目标表 | 项目名称; 年度绩效目标表 stands above a block of the same form.
    """
    found: set[int] = set()
    for number, row in enumerate(rows):
        if row.table is None and is_block_caption(row) and title_of(row.text):
            below = next((r for r in rows[number + 1 : number + _ABOVE] if r.table is not None), None)
            if below is not None and _names_project(below.cells[0].text):
                found.add(id(row))
    return found


def _heads_form(rows: list[Row], position: int) -> bool:
    """Whether a label of the heading stands here as the first below a title: 整体支出绩效目标表 | 单位名称."""
    above = rows[max(0, position - _ABOVE) : position]
    if not any(title_of(row.text) for row in above):
        return False
    first = pieces(rows[position].cells[0].text, block=False)
    if not first or meaning(first[0]).field not in _HEADS or "填报" in first[0]:
        return False
    return not any(_names_project(row.text) for row in above)


def _another_follows(ahead: list[Row]) -> bool:
    """Whether a title and a name below it come first: the name here heads a column of a list above that form."""
    title = next((number for number, row in enumerate(ahead) if number and title_of(row.text)), None)
    if title is None:
        return False
    parts = (piece for row in ahead[:title] for cell in row.cells for piece in pieces(cell.text, block=True))
    header = any(meaning(piece).header == "value" for piece in parts)
    return not header and any(_names_project(row.cells[0].text) for row in ahead[title : title + _NEAR])


@lru_cache(maxsize=8192)
def _names_project(text: str) -> bool:
    """Whether a line begins with the label that names the project, or the unit of an overall form."""
    if len(text) > 120:
        return False
    key = squash(text[: 2 * _LONGEST_NAME])
    least = least_length(NAME_WORD, key)
    sizes = range(max(least, 3), min(len(key), _LONGEST_NAME) + 1)
    if not least or not any(field_label(key[:size]) in NAMES for size in sizes):
        return False
    first = pieces(text, block=False)
    return bool(first) and meaning(first[0]).field in NAMES and "填报" not in first[0]


def ends_at(rows: list[Row], position: int) -> int:
    """Return where the sequence ends: a second name, a real table, a section heading or what follows a form."""
    levels = False
    last: int | None = None  # cells behind the last category of all
    above = ""
    for number in range(position + 1, len(rows)):
        row = rows[number]
        if not _loose(row) and len(row.cells) > 2:
            return number
        text = row.cells[0].text.strip(" |｜")
        if levels and (FURNITURE.match(text) or title_of(text) or (_SECTION.match(text) and not meaning(text).label)):
            return number
        if levels and _names_project(text):
            return number
        below = rows[number + 1].cells[0].text if number + 1 < len(rows) else ""
        if len(text) > _LONGEST_TEXT or (
            last is not None and last > 1 and (is_of_page(text) or is_signed(text, below))
        ):
            return number
        if levels and below_glued(rows, position, number):
            return number
        levels = levels or any(meaning(piece).level2 for piece in pieces(text, block=True))
        last = behind_last(text, last, above)
        above = text
    return len(rows)
