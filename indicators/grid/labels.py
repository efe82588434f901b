"""What the solver asks of the text of a piece: whether it is a label, and of what kind."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import pairwise

from indicators.grid.parts import WIDE, Part, beside, text_of
from indicators.text import squash
from indicators.vocabulary import field_label, fund_label, header_role, level1_label, level2_label

__all__ = [
    "ENDS",
    "TITLE",
    "cells_of_line",
    "frame_groups",
    "is_anchor",
    "is_label",
    "is_page_number",
    "is_printed",
    "is_signature",
    "is_spaced",
    "keyed_lines",
    "numbers_page",
    "one_cell",
    "one_label",
]

TITLE = re.compile(r"绩效(?:目标|自评)\S{0,6}表(?:[(（]\S{0,12}[)）])?$")
#: Lines of one piece that end a form.
ENDS = re.compile(r"绩效目标.{0,12}表|绩效自评|^第[一二三四五六七八九十]+部分|^注[:：]|表$")
_SIGNED = re.compile(r"(?:单位|项目)?(?:负责人|填报人|填表人|经办人|填报日期)[:：]")
#: A remark that goes on below.
_OPEN = re.compile(r"[(（][^)）]*$")
#: No printed label has more characters.
_LONGEST = 32
#: Share of labels that stand with others between two rules where these part no rows.
_GROUPED = 0.25
#: White between the characters of a word of two at most, in half-width characters.
_SPREAD = 10.0
_PAGE = re.compile(r"第\d{1,4}页(?:[,，/]?共\d{1,4}页)?|[-—–―·]\d{1,4}[-—–―·]|\d{1,4}/\d{1,4}")


@lru_cache(maxsize=16384)
def is_label(text: str) -> bool:
    """Whether a text labels a field or an amount of a form."""
    return field_label(text) is not None or fund_label(text) is not None


@lru_cache(maxsize=16384)
def is_anchor(text: str) -> bool:
    """Whether a text is a level label as only the rows of indicators have them."""
    return "指标" in text and (level1_label(text) is not None or level2_label(text) is not None)


def is_level(text: str) -> bool:
    """Whether a text names a level."""
    return level1_label(text) is not None or level2_label(text) is not None


def frame_groups(stacks: Iterable[Sequence[Part]]) -> bool:
    """Whether rules stand around groups of rows rather than cells: whole labels below each other between two rules.

    Parameters
    ----------
    stacks
        Pieces below each other between two rules.
    """
    whole = [sum(is_label(part.text) or is_level(part.text) for part in stack) for stack in stacks]
    return sum(count for count in whole if count > 1) > _GROUPED * sum(whole)


def is_printed(text: str) -> bool:
    """Whether a text says nothing but what forms print: a label of a field, an amount, a level or a column."""
    if not text or len(text) > _LONGEST:
        return False
    return is_label(text) or is_level(text) or header_role(text) is not None


@lru_cache(maxsize=16384)
def _speaks(text: str) -> bool:
    return is_label(text) or is_anchor(text) or header_role(text) is not None


def one_cell(parts: list[Part]) -> bool:
    """Whether pieces close together are one cell: no label stands beside another text."""
    apart = _speaks(parts[-1].text) or _speaks(text_of(parts[:-1]))
    return not apart or _speaks(text_of(parts))


def one_label(parts: list[Part]) -> bool:
    """Whether pieces are a label only together: 数量  指标."""
    text = text_of(parts[:-1]) + _OPEN.sub("", parts[-1].text)
    last = parts[-1].text
    second = level2_label(text) is not None and level2_label(last) is None
    return second or (is_level(text) and not is_level(last)) or (_speaks(text) and not _speaks(last))


def cells_of_line(line: list[Part]) -> list[Part]:
    """Join the pieces of a line with less white between them than cells have, except beside a label."""
    groups: list[list[Part]] = []
    for part in line:
        spaced = bool(groups) and is_spaced(groups[-1], part)
        if spaced or (groups and part.first - groups[-1][-1].last < WIDE and one_cell([*groups[-1], part])):
            groups[-1].append(part)
        else:
            groups.append([part])
    return [beside(group) for group in groups]


def is_spaced(group: Sequence[Part], part: Part) -> bool:
    """Whether two characters far apart are a label only together: 合    计."""
    if len(group) > 1 or len(group[0].text) > 1 or len(part.text) > 1 or part.first - group[0].last > _SPREAD:
        return False
    return is_label(group[0].text + part.text)


#: A label with its colon at the start of a line, and indicators printed so that keep their lines from being a table.
_KEY = re.compile(r"([^\s:：，。；,;]{2,16})\s*[:：]")
_LEAST_KEYED = 3
#: What a header of columns names at least two of.
_HEADS = {"level1", "level2", "name", "value"}


def keyed_lines(lines: list[list[Part]]) -> set[int]:
    """Return the lines of forms whose labels stand before their texts: 三级指标：维修校舍面积  指标值：6800平方米.

    Or of their heads alone, above the header of columns: 主管部门：甲局  实施单位：乙站.
    """
    keys = [match.group(1) if line and (match := _KEY.match(line[0].text)) else "" for line in lines]
    found: set[int] = set()
    start: int | None = None
    names = labels = 0
    for number, key in enumerate(keys):
        if start is not None:
            labels += bool(key) and is_label(key)
            if any(is_label(a.text) and b.first - a.last >= WIDE for a, b in pairwise(lines[number])):
                # A label apart from its text stands in a column of labels.
                start = None
            elif len({header_role(part.text) for part in lines[number]} & _HEADS) > 1:
                found |= set(range(start, number)) if labels >= _LEAST_KEYED else set()
                start = None
        if field_label(key) == "project_name":
            start, names, labels = number, 0, 1
        elif header_role(key) in ("level1", "level2", "name", "value") and start is not None:
            names += header_role(key) == "name"
            if names >= _LEAST_KEYED:
                found |= set(range(start, number + 1))
    return found


def is_page_number(line: list[Part]) -> bool:
    """Whether a line only holds the number of a page, which may fall into a form: — 21 —, 第 21 页."""
    return 0 < len(line) <= 5 and numbers_page("".join(part.text for part in line))


def numbers_page(text: str) -> bool:
    """Whether a text is only the number of a page."""
    return _PAGE.fullmatch(squash(text)) is not None


def is_signature(text: str) -> bool:
    """Whether a line is signed: 填报人：."""
    return _SIGNED.match(squash(text)) is not None
