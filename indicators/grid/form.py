"""Forms in placed text: where one begins and ends, its heading, and the blocks of indicators below it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from indicators.grid.block import Placed, solve_block
from indicators.grid.columns import is_piece
from indicators.grid.heading import beneath, heading_rows
from indicators.grid.labels import ENDS, TITLE, is_anchor, is_label, is_signature
from indicators.grid.parts import Lines, Part
from indicators.grid.rows import Walls
from indicators.text import squash
from indicators.vocabulary import field_label, fund_label, header_role, horizon_of, level2_label
from indicators.vocabulary.fields import NAMES

__all__ = ["Found", "header_zone", "is_header", "solve_forms"]

#: First line, the line after the last, and the rows of a table.
Found = tuple[int, int, list[list[Placed]]]

#: A heading and the blocks of a form have at most so many lines.
_HEADING, _LONGEST = 80, 320
#: White that ends a form, in lines; and the width of a line that is no cell.
_GAP, _PARAGRAPH = 7.0, 60
#: The year below a title: （2023年度）.
_BRACKETED = re.compile(r"[(（]\s*20\d\d[^()（）]*[)）]")
#: Width from which a piece below the indicators is a text.
_TEXT = 40
#: Characters of the longest caption of one of stacked blocks.
_LONGEST_CAPTION = 12
#: Lines closer than this stand beside each other: a label in the middle of a text that wraps.
_BESIDE = 0.8
#: White between two lines of a header.
_NEAR = 2.2
_HEADERISH = re.compile(r"指标|[值级目标权重分备注说明单位标准符号性质方向内容名称类别解释依据公式来源]")

_WORD = re.compile(r"[\u4e00-\u9fff（）()]{1,6}")


def solve_forms(lines: Lines, cells: Lines, walls: Walls) -> list[Found]:
    """Return the forms of placed text, each with its lines and its rows.

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
    headers = _headers(cells)
    floor = 0
    for order, header in enumerate(headers):
        start = _start(cells, header, floor)
        if start is None:
            continue
        stop = min(len(cells), _stop(cells, header + 1, min(len(cells), header + _LONGEST)))
        own = [number for number in headers[order:] if number < stop]
        rows = _rows(lines, cells, own, start, stop, walls)
        if rows:
            if (heading := _heading_above(cells, start, floor)) is not None:
                first, last = heading
                found.append((first, last, heading_rows(lines[first:last], cells[first:last], walls)))
            found.append((start, stop, rows))
            floor = stop
    return found


def _heading_above(cells: Lines, start: int, floor: int) -> tuple[int, int] | None:
    """Return the lines of a heading above the caption of the first of stacked blocks: 长期绩效目标表 below 项目名称."""
    caption = next((number for number in range(start - 1, floor - 1, -1) if cells[number]), floor)
    text = squash(cells[caption][0].text) if caption > floor else ""
    if len(text) > _LONGEST_CAPTION or not TITLE.search(text) or horizon_of(text) is None:
        return None
    for number in range(caption - 1, max(floor, caption - _HEADING) - 1, -1):
        line = cells[number]
        if is_header(line) or any(is_anchor(part.text) or TITLE.search(squash(part.text)) for part in line):
            return None
        if line and field_label(line[0].text) in NAMES:
            return number, caption
    return None


def is_header(cells: Sequence[Part]) -> bool:
    """Whether a line holds the header of a block by its wording."""
    roles = [header_role(part.text) for part in cells]
    levels = roles.count("level2") + roles.count("level1")
    return "name" in roles and "value" in roles and (levels > 0 or len([r for r in roles if r]) >= 4)


def _headers(cells: Lines) -> list[int]:
    """Return the header lines: by their wording, or as the last line of short cells above level labels."""
    headers = [number for number, line in enumerate(cells) if is_header(line)]
    known = set(headers)
    last = -1
    titles: set[str] = set()
    for number, line in enumerate(cells):
        keys = {squash(part.text) for part in line}
        if number in known:
            last = number
        elif len(keys & titles) >= 2 and len(keys - titles) <= 1:
            headers.append(number)
            last = number
        elif line and (len(line) > 1 or number) and any(is_anchor(part.text) for part in line):
            between = range(last + 1, number)
            apart = last < 0 or any(_ends(cells[i]) for i in between)
            if apart and not any(is_anchor(part.text) for part in line[:1] if len(line) == 1 and part.width > 24):
                header = next((i for i in reversed(between[-6:]) if _looks_like_header(cells[i])), None)
                if header is not None:
                    headers.append(header)
                    titles = {squash(part.text) for part in cells[header]}
                    last = number
                    continue
            last = max(last, number) if last >= 0 and not apart else last
    return sorted(set(headers))


def _looks_like_header(line: Sequence[Part]) -> bool:
    short = [part for part in line if part.width <= 28 and not is_label(part.text) and not is_anchor(part.text)]
    return (
        len(line) >= 3
        and len(short) == len(line)
        and sum(bool(_HEADERISH.search(p.text)) for p in line) * 2 > len(line)
    )


def _ends(line: Sequence[Part]) -> bool:
    if not line:
        return False
    titled = any(TITLE.search(squash(part.text)) for part in line)
    label, colon, _ = squash(line[0].text).partition(":")
    remark = bool(colon) and field_label(label) == "review"  # 其他需要说明的情况：无
    return titled or remark or field_label(line[0].text) in NAMES or is_signature(line[0].text)


def _start(cells: Lines, header: int, floor: int) -> int | None:
    """Return the line of the project's name above a header."""
    for number in range(header - 1, max(floor, header - _HEADING) - 1, -1):
        line = cells[number]
        if line and field_label(line[0].text) in NAMES:
            beside = number > floor and cells[number - 1] and line[0].line - cells[number - 1][0].line < _BESIDE
            return number - int(bool(beside))
        if line and any(TITLE.search(squash(part.text)) for part in line):
            return next((n for n in range(number + 1, header) if len(cells[n]) > 1), None)
    # Lines of labels with their texts, 项目名称：甲, are a heading of their own and no longer stand here.
    alone = header > floor and not cells[header - 1] and is_header(cells[header])
    return header if alone else None


def _stop(cells: Lines, first: int, limit: int) -> int:
    last = first
    for number in range(first, limit):
        line = cells[number]
        if not line:
            continue
        before = cells[last] if last < number else cells[first - 1]
        if before and line[0].line - before[-1].line > _GAP:
            break
        text = squash(line[0].text)
        if _ends(line) or (len(line) == 1 and (ENDS.search(text) or line[0].width > _PARAGRAPH)):
            break
        last = number
    return last + 1


def _rows(lines: Lines, cells: Lines, headers: list[int], start: int, stop: int, walls: Walls) -> list[list[Placed]]:
    rows: list[list[Placed]] = []
    for header, following in zip(headers, [*headers[1:], None], strict=True):
        top, below = header_zone(cells, header, start, stop, walls)
        if not rows:
            rows = heading_rows(lines[start:top], cells[start:top], walls)
        end = stop if following is None else header_zone(cells, following, below, stop, walls)[0]
        head = [list(line) for line in lines[top:below]]
        fields = _fields_below(cells, below, end)
        block = solve_block(head, lines[below:fields], walls)
        rows += [*block.header, *block.rows]
        if fields < end:
            rows += heading_rows(lines[fields:end], cells[fields:end], walls)
    return rows


def _fields_below(cells: Lines, first: int, end: int) -> int:
    """Return the line below a block where fields follow: 审核意见 | text, 年度绩效目标 | text; ``end`` if none do."""
    last = max((n for n in range(first, end) if any(is_anchor(p.text) for p in cells[n])), default=end)
    for number in range(last + 1, end):
        line = cells[number]
        if len(line) < 2 or not _names_field(cells, number, end) or any(is_piece(part.text) for part in line):
            continue
        # A label stands in the middle of its text.
        while number - 1 > last and _is_text_above(cells[number - 1], cells[number]):
            number -= 1
        return number
    return end


def _names_field(cells: Lines, number: int, end: int) -> bool:
    """Whether a line begins with the label of a field, which may go on below: 财政部 / 门审核 / 意见."""
    label = cells[number][0]
    text = label.text
    for line in [[], *cells[number + 1 : min(number + 4, end)]]:
        if line and abs(line[0].first - label.first) < 1:
            text += line[0].text
        if field_label(text) is not None:
            return True
    return False


def _is_text_above(line: Sequence[Part], below: Sequence[Part]) -> bool:
    return (
        len(line) == 1
        and line[0].width > _TEXT
        and below[0].line - line[0].line < 1.3
        and not any(is_piece(part.text) for part in line)
    )


def header_zone(cells: Lines, header: int, low: int, high: int, walls: Walls) -> tuple[int, int]:
    """Return the first line of a header and the line after its last: cells that wrap, groups above."""
    top, below = header, header + 1
    if not cells[header]:
        return top, below
    bounds = [walls.around(part.line, part.middle) for part in cells[header]] if walls.rules else []
    upper = min((b[0] for b in bounds), default=float("-inf"))
    lower = max((b[1] for b in bounds), default=float("inf"))
    ruled = upper > float("-inf") and lower < float("inf") and lower - upper < 8
    while top > low and cells[top - 1] and cells[top] and cells[header][0].line - cells[top - 1][0].line < 2 * _NEAR:
        line = cells[top - 1]
        if ruled and line[0].line > upper:
            top -= 1
            continue
        near = cells[top][0].line - line[0].line < _NEAR
        above = cells[top - 2] if top - 2 >= low else []
        if near and above and line[0].line - above[0].line < cells[top][0].line - line[0].line - 0.4:
            near = False
        beneath = [*cells[header], *(cells[header + 1] if header + 1 < high else [])]
        if (
            not near
            or not all(_is_head(part, beneath) for part in line)
            or (walls.rules and ruled and any(is_label(part.text) for part in line))
            or _ends_label(cells[max(low, top - 4) : top - 1], line)
        ):
            break
        top -= 1
    while below < high and cells[below]:
        line = cells[below]
        inside = ruled and line[0].line < lower
        near = line[0].line - cells[below - 1][0].line < _NEAR and below - header <= 4
        if not inside and (ruled or not near or not _is_rest(line, cells[header])):
            break
        below += 1
    return top, below


def _ends_label(above: Lines, line: Sequence[Part]) -> bool:
    """Whether a line holds the rest of a label of the heading, which stands around its text: 年度总体目 / 标."""
    return len(line) == 1 and any(
        beneath(part, line[0]) and field_label(part.text + line[0].text) is not None
        for other in above
        for part in other[:1]
    )


def _is_head(part: Part, header: Sequence[Part]) -> bool:
    """Whether a piece above a header belongs to it: a group, or the first line of a header that wraps."""
    if is_label(part.text) or is_anchor(part.text) or part.width > 24 or fund_label(part.text):
        return False
    if _BRACKETED.fullmatch(part.text):
        return False
    if header_role(part.text) or ("指标" in part.text and len(part.text) > 2):
        return True
    if part.last <= header[0].first and squash(part.text) in "年度绩效指标":
        return True
    rest = [other for other in header if abs(other.middle - part.middle) < 6]
    return any(header_role(part.text + other.text) for other in rest)


def _is_rest(line: Sequence[Part], header: Sequence[Part]) -> bool:
    """Whether a line below a header only holds the rest of its cells: 一级指 / 标, 绩效目标设 / 立依据."""

    def role(part: Part) -> str:
        return header_role(min(header, key=lambda head: abs(head.middle - part.middle)).text) or "other"

    if any(is_anchor(part.text) for part in line):
        return False
    if sum(header_role(part.text) is not None for part in line) >= 2:
        return True
    short = all(len(part.text) <= 2 and level2_label(part.text) is None for part in line)
    others = all(role(part) == "other" and not is_piece(part.text) and _WORD.fullmatch(part.text) for part in line)
    return short or (others and len(line) < len(header))
