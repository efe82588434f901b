"""Read a form written as a numbered outline, in letters and reports, as the sequence of its cells.

（一）产出指标 / 1.数量指标 / （1）新建健身步道：≥22公里: the numbers stand for the columns, a colon parts a name from
its value, and no header is printed. What comes out reads as a table printed cell by cell does (``sequence``).
"""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

from indicators.forms.pieces import name_and_value
from indicators.forms.rows import Meaning, Row, label_and_amount, meaning
from indicators.forms.stages import title_of
from indicators.grid.labels import numbers_page
from indicators.vocabulary import field_label, fund_label

__all__ = ["outlined", "project_above", "under_heading"]

_NUMBER = re.compile(
    r"(?:[（(][一二三四五六七八九十\d]{1,3}[)）]|[一二三四五六七八九十]{1,3}[、.．]|\d{1,2}(?:[、)）]|[.．](?!\d))|[①-⑳])\s*"
)
_SECTION = re.compile(r"[（(]?[一二三四五六七八九十]{1,3}[)）、]")
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
    levels = [place for place, row in enumerate(lines) if _is_level(row) or _level_first(_bare(row))]
    if sum(_NUMBER.match(lines[place].text) is not None for place in levels) < _LEAST_LEVELS:
        return None
    items = [place for place, row in enumerate(lines) if place >= levels[0] and _is_item(row)]
    end = next((first for first, second in pairwise(items) if second - first > _GOES_ON + 1), items[-1]) + 1
    return [*_heading(lines[: levels[0]]), *_heads(lines, levels), *_body(lines[levels[0] : end])], position + end


#: A heading that names the project of the form below it: 灌区清淤补助项目绩效目标.
_HEADING = re.compile(r"(.{4,40}(?:项目|经费|资金|工程|专项|补助))(?:支出)?绩效目标(?:情况|表)?[:：]?")
_SCOPES = re.compile(r"20\d\d年?度?|省级?|市级?|县级?|区级?|本级|部门|单位|预算|财政|重大|政策|重点|各|[和与及、]")
_PLAIN_WORDS = ("项目", "资金", "专项", "经费", "专项资金", "支出项目")
#: Lines between such a heading and its goal, and between the goal and the header; the longest cell of its block.
_TO_GOAL, _TO_HEADER, _LONGEST_CELL = 3, 20, 40


def under_heading(rows: list[Row], position: int) -> tuple[list[Row], int] | None:
    """Return the cells of a form that names its project in a heading alone, and the row behind it.

    Parameters
    ----------
    rows
        Of the document.
    position
        Of the heading.
    """
    name = _project_in(rows[position])
    if not name:
        return None
    ahead = rows[position + 1 : position + 1 + _TO_GOAL + _TO_HEADER]
    header = next((place for place, row in enumerate(ahead) if _meaning(row).header in _HEADS), None)
    if header is None or any(row.table is not None or _project_in(row) for row in ahead[:header]):
        return None
    goal = next((place for place, row in enumerate(ahead[: min(_TO_GOAL, header)]) if _names_goal(row)), None)
    if goal is None or any(_meaning(row).field == "project_name" for row in ahead[:header]):
        return None
    heads = [place for place in range(goal + 1, header) if _NUMBER.match(ahead[place].text)]
    lines = ahead[goal : heads[-1] + 1] if heads else ahead[goal:header]
    end = start = position + 1 + header
    while end < len(rows) and not _ends_block(rows[end]):
        end += 1
    label = [rows[position], _cell(rows[position], "项目名称"), _cell(rows[position], name)]
    return [*label, *(_cell(row, _bare(row)) for row in lines), *rows[start:end]], end


#: A title that is numbered among others names its project: 2、高素质农民培育绩效目标表.
_NUMBERED = re.compile(r"\d{1,2}[、.．]\s*(.{3,40}?)(?:项目)?(?:支出)?(?:预算)?绩效目标表\s*")
#: Lines with units of amounts and departments between such a title and its form.
_CAPTIONS = 2


def project_above(rows: list[Row], position: int) -> str:
    """Return the project that the numbered title above a form names, ``""`` where none does.

    Parameters
    ----------
    rows
        Of the document.
    position
        Of the first row of the form.
    """
    for row in reversed(rows[max(0, position - _CAPTIONS - 1) : position]):
        if row.table is not None:
            return ""
        found = _NUMBERED.fullmatch(row.text.strip())
        if found is not None:
            return found.group(1) if _tells_apart(found.group(1)) else ""
    return ""


def _project_in(row: Row) -> str:
    """Return the name of the project a heading holds, ``""`` where it names none: 2026年部门预算项目绩效目标."""
    found = _HEADING.fullmatch(_bare(row)) if row.table is None and len(row.cells) == 1 else None
    if found is None or not _tells_apart(found.group(1)):
        return ""
    return found.group(1).removesuffix("项目") if found.group(1).endswith("项目项目") else found.group(1)


def _tells_apart(name: str) -> bool:
    """Whether a name is of one project, not of all of a kind: 2026年部门预算项目."""
    return _SCOPES.sub("", name) not in ("", *_PLAIN_WORDS)


def _meaning(row: Row) -> Meaning:
    return meaning(_bare(row).rstrip(":："))


def _names_goal(row: Row) -> bool:
    return (_meaning(row).field or "").startswith("goal")


def _ends_block(row: Row) -> bool:
    text = row.text
    section = _SECTION.match(text) is not None and not _is_level(row)
    return row.table is not None or len(text) > _LONGEST_CELL or section or bool(_project_in(row) or title_of(text))


def _bare(row: Row) -> str:
    text = row.text.strip()
    return _NUMBER.sub("", text, count=1) if _NUMBER.match(text) else text


def _names_project(row: Row) -> bool:
    parts = _COLON.split(_bare(row), maxsplit=1)
    return len(parts) == 2 and field_label(parts[0]) == "project_name"


def _is_level(row: Row) -> bool:
    item = _meaning(row)
    return bool(item.level1 or item.level2)


def _level_first(text: str) -> tuple[str, str] | None:
    """Return the level a line begins with and what stands behind its colon: 数量指标：征集稿件篇数：≥45篇."""
    parts = _COLON.split(text, maxsplit=1)
    if len(parts) < 2 or not parts[1].strip():
        return None
    item = meaning(parts[0].strip())
    return (parts[0].strip(), parts[1].strip()) if item.level1 or item.level2 else None


def _is_item(row: Row) -> bool:
    text = row.text.strip()
    return _NUMBER.match(text) is not None or _COLON.search(text) is not None or _is_level(row)


def _cell(row: Row, text: str) -> Row:
    return Row([replace(row.cells[0], text=text)], None, 0, row.at)


def _heading(lines: list[Row]) -> list[Row]:
    texts = [(row, _bare(row)) for row in lines if not numbers_page(row.text)]
    return [_cell(row, part) for row, text in texts for part in _parted(text)]


def _parted(text: str) -> tuple[str, ...]:
    """Part the label of an amount from it: 项目资金：64万元，其中区级财政资金64万元 is the total."""
    parts = label_and_amount(text)
    return (parts[0] if fund_label(parts[0]) else "项目资金总额", *parts[1:]) if parts else (text,)


def _heads(lines: list[Row], levels: list[int]) -> list[Row]:
    """Return the header that the numbers replace, at the line of the first level."""
    texts = [_bare(lines[place]) for place in levels]
    items = [meaning(first[0] if (first := _level_first(text)) else text.rstrip(":：")) for text in texts]
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
        while (first := _level_first(text)) is not None:
            cells.append(_cell(row, first[0]))
            text = _NUMBER.sub("", first[1], count=1) if _NUMBER.match(first[1]) else first[1]
        parts = [part for one in _each(text.strip().rstrip("。；;")) for part in _name_and_value(one)]
        cells += [_cell(row, part) for part in parts if part]
    return cells


#: Where a value with a sign begins, where a name and its value stand apart, and where the next indicator may begin.
_SIGN, _APART, _NEXT = re.compile(r"(?=[≥≤＞＜>=<＝])"), re.compile(r"[ \t\u3000]+"), re.compile(r"[；;]")


def _each(text: str) -> list[str]:
    """Return the indicators of a line: 征集稿件篇数：≥45篇；出版册数：1500册 has two."""
    parts = [part.strip() for part in _NEXT.split(text)]
    return parts if all(len(_name_and_value(part)) == 2 for part in parts) else [text]


def _name_and_value(text: str) -> list[str]:
    """Part a name from its value: by a colon, by the sign of the value, by white space or by the figure itself."""
    for seam in (_COLON, _SIGN, _APART):
        parts = [part.strip() for part in seam.split(text, maxsplit=1)]
        if len(parts) == 2 and all(parts):
            return parts
    return name_and_value(text)
