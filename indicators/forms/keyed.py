"""Read forms whose labels stand before their texts in lines: the head of a form alone, or its indicators as well.

项目名称：甲 / 预算资金：156万元 above a ruled table of indicators, or 三级指标：检修机井  指标值：68眼 line by line:
the labels say of every text which cell of a form it is.
"""

from __future__ import annotations

import re
from dataclasses import replace

from indicators.forms.pieces import Token
from indicators.forms.rows import Row, label_and_amount, meaning
from indicators.forms.stages import is_block_caption, is_header, title_of
from indicators.vocabulary import block_label, header_role, likely_fund

__all__ = ["keyed"]

#: A label with its colon at the start of a text.
_KEY = re.compile(r"\s*([^\s:：，。；,;]{2,16})\s*[:：]\s*")
#: The number of a heading, and what it consists of.
_NUMBER, _PLAIN = re.compile(r"[（(]?[一二三四五六七八九十]{1,3}[)）、.．]+\s*"), re.compile(r"[^\W\d_]+[:：]?")
#: Where the next label of a line may begin: behind white space, among indicators behind a comma too.
_SEAM, _SEAM_OF_BLOCK = re.compile(r"[ \t\u3000]+"), re.compile(r"[ \t\u3000]*[，,；;][ \t\u3000]*|[ \t\u3000]+")
#: Lines of a head at most, the labels it has at least, indicators that make a block, and characters of a line.
_MOST_LINES, _LEAST_LABELS, _LEAST_NAMES, _LONGEST_LINE = 160, 3, 2, 600
_LONGEST_HEADING = 12
_IN_BLOCK = ("level1", "level2", "name", "value", "unit", "operator", "score", "weight", "note", "standard", "source")


#: Cells with the columns they belong in.
_Placed = list[list[tuple[int, Token]]]


def keyed(rows: list[Row], position: int) -> tuple[_Placed, int] | None:
    """Return the rows of the form whose labels stand before its texts from here on, and the row behind it.

    ``None`` where none begins.

    Parameters
    ----------
    rows
        Of the document.
    position
        Of the line that names the project.
    """
    if not _names_project(rows[position]):
        return None
    end = position + 1
    while end < min(len(rows), position + _MOST_LINES) and _is_line(rows[end]) and not _names_project(rows[end]):
        end += 1
    lines = [_parts(row.text) for row in rows[position:end]]
    first = next((place for place, parts in enumerate(lines) if parts and header_role(parts[0][0]) in _IN_BLOCK), None)
    if first is None:
        # The head alone, above the header of a table.
        below = rows[end] if end < len(rows) else None
        if below is None or below.table is None or not (is_header(below) or is_block_caption(below)):
            return None
        return (_head(rows[position:end], lines), end) if _labels(lines) >= _LEAST_LABELS else None
    last = max(place for place, parts in enumerate(lines) if parts and header_role(parts[0][0]) in _IN_BLOCK) + 1
    if sum(header_role(key) == "name" for parts in lines[first:last] for key, _ in parts) < _LEAST_NAMES:
        return None
    block = _block(rows[position + first : position + last], lines[first:last])
    return [*_head(rows[position : position + first], lines[:first]), *block], position + last


def _is_line(row: Row) -> bool:
    return row.table is None and len(row.text) <= _LONGEST_LINE


def _names_project(row: Row) -> bool:
    if row.table is not None or len(row.cells) != 1 or (found := _KEY.match(row.text)) is None:
        return False
    return meaning(_whole(found.group(1), row.text[found.end() :])).field == "project_name"


def _labels(lines: list[list[tuple[str, str]]]) -> int:
    return sum(bool(text) for parts in lines for _, text in parts)


#: Labels that before a colon stand for longer ones.
_SHORT = {"项目": "项目名称", "单位": "预算单位"}
#: Characters of the shortest name of a unit: 单位：万元 names none.
_SHORTEST_UNIT = 4


def _whole(label: str, text: str) -> str:
    """Return a label in full: 项目：桥梁养护 and 单位：甲县公路局 name the project and its unit."""
    return _SHORT.get(label, label) if len(text.strip()) >= _SHORTEST_UNIT else label


def _known(label: str) -> bool:
    item = meaning(label)
    return item.label or label in _SHORT or block_label(label) or label == "其中" or likely_fund(label) is not None


def _parts(text: str) -> list[tuple[str, str]]:
    """Return the labels of a line with their texts, none where it begins with no known label."""
    found = _KEY.match(text)
    if found is None or not _known(found.group(1)):
        return _amount(text) or (_amount(text[found.end() :]) if found is not None else [])
    seam, blank = (
        (_SEAM_OF_BLOCK, " \t\u3000，,；;") if header_role(found.group(1)) in _IN_BLOCK else (_SEAM, " \t\u3000")
    )
    out: list[tuple[str, str]] = []
    start = 0
    while (found := _KEY.match(text, start)) is not None and _known(found.group(1)):
        following = _KEY.match(text, found.end())
        if following is not None and _known(following.group(1)):
            # 项目资金（万元）：年度资金总额：975.5
            out.append((found.group(1), ""))
            start = found.end()
            continue
        stop, start = _next(text, found.end(), seam)
        own = text[found.end() : stop].strip(blank)
        # 其中：区级财政 312.50 万元
        amount = _amount(own)
        out += [(found.group(1), ""), *amount] if amount else [(_whole(found.group(1), own), own)]
    return out


def _amount(text: str) -> list[tuple[str, str]]:
    """Return the label of an amount with it, where a text is both, a blank between them."""
    parts = label_and_amount(text.strip())
    return [(parts[0], parts[1])] if parts else []


def _next(text: str, start: int, seam: re.Pattern[str]) -> tuple[int, int]:
    """Return where the text ends that begins here and where the next label begins, the end of the line without one."""
    for match in seam.finditer(text, start):
        key = _KEY.match(text, match.end())
        if key is not None and _known(key.group(1)):
            return match.start(), match.end()
    return len(text), len(text)


def _token(row: Row, text: str, line: int) -> Token:
    return Token(text, row.cells[0].at, row.cells[0].confidence, line, meaning(text))


def _head(rows: list[Row], lines: list[list[tuple[str, str]]]) -> _Placed:
    """Return a row for each label and its text; a line without a label goes on with the text above it."""
    out: _Placed = []
    before: list[Token] = []
    headed = False  # below a heading that no text followed yet
    for row, parts in zip(rows, lines):
        if not parts and (heading := _heading(row.text)):
            # 三、绩效目标 above its text, which does not go on with what stands above the heading.
            before = [_token(row, heading, len(out))] if meaning(heading).label else []
            headed = True
            continue
        if not parts and headed and before:
            parts = [("", row.text.strip())]
        if not parts and out and not headed and not title_of(row.text):
            column, above = out[-1][-1]
            out[-1][-1] = column, replace(above, text=above.text + row.text.strip())
        headed = False
        for label, text in parts:
            if label:
                before.append(_token(row, label, len(out)))
            if text:
                out.append(list(enumerate([*before, _token(row, text, len(out))])))
                before = []
    return out


def _heading(text: str) -> str:
    """Return what a line names that only heads those below it, without its number: 二、资金情况, 绩效目标."""
    bare = _NUMBER.sub("", text.strip(), count=1)
    item = meaning(bare.rstrip(":："))
    heads = (
        block_label(bare)
        or item.field
        or (bare != text.strip() and len(bare) <= _LONGEST_HEADING and _PLAIN.fullmatch(bare))
    )
    return bare if heads else ""


def _block(rows: list[Row], lines: list[list[tuple[str, str]]]) -> _Placed:
    """Return the header that the labels of the block make and a row for each of its records."""
    heads: list[str] = []
    records: list[dict[str, tuple[Row, str]]] = [{}]
    for row, parts in zip(rows, lines):
        for key, text in parts:
            if key not in heads:
                heads.append(key)
            complete = "name" in map(header_role, records[-1])
            if key in records[-1] or (complete and header_role(key) in ("level1", "level2")):
                records.append({})
            records[-1][key] = row, text
    heads.sort(key=lambda key: _IN_BLOCK.index(role) if (role := header_role(key)) in _IN_BLOCK else len(_IN_BLOCK))
    placed = [[(column, _token(rows[0], key, 0)) for column, key in enumerate(heads)]]
    for line, record in enumerate(records, start=1):
        cells = [(heads.index(key), _token(row, text, line)) for key, (row, text) in record.items() if text]
        placed.append(sorted(cells, key=lambda item: item[0]))
    return placed
