"""Indicators written as text inside one cell, in groups under headings: 【产出指标-数量指标】1.机柜数量（≥77台）."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from indicators.dates import find_dates
from indicators.forms.indicator import make_indicator
from indicators.forms.rows import Reading
from indicators.quantities import find_quantities
from indicators.records import Cell, Indicator
from indicators.text import squash
from indicators.units import UNITS
from indicators.vocabulary import LEVEL1_OF, level1_label, level2_label
from indicators.vocabulary.levels import LEVEL_WORD

__all__ = ["Tag", "block_cell", "items", "pair", "parallel", "read_blocks_in_cell", "tags"]


class Tag(NamedTuple):
    """The heading of a group of indicators inside a cell: 【产出指标-数量指标】, 产出指标—数量指标：, 数量指标：.

    ``level2`` is ``""`` below a heading that names the first level only.
    """

    level1: str
    level2: str
    start: int
    end: int


_RUN = re.compile(r"[\u4e00-\u9fff](?:[\u4e00-\u9fff \u3000]{0,18}[\u4e00-\u9fff])")
#: What may stand before a label in its heading: a bracket, and a number (（二）, 1., ②, 一、).
_BEFORE = re.compile(
    r"(?:^|[\n\r；;。，,\s】\])）〕》|])?\s*[【\[〔《]?\s*(?:(?:[一二三四五六七八九十]{1,2}|[0-9]{1,2})[、.．]|[（(][一二三四五六七八九十0-9]{1,2}[)）]|[①-⑳])?\s*$"
)
#: Characters that are looked back for the bracket and the number of a heading.
_LONGEST_BEFORE = 24
#: Points or a remark behind a label: -20, （20分）, (至少一项), （权重20%）.
_REMARK = re.compile(
    r"\s*(?:[-—－]?\s*[0-9]{1,3}(?:\.[0-9]+)?(?:分|%)?(?![0-9])|[（(【\[][^（()）【】\[\]\n≥≤<>=＝＞＜]{1,12}[)）】\]])?"
)
#: Between the first and the second level of a heading, with the number of the second: -, —1., 】【②.
_SEAM = re.compile(
    r"\s*[】\])）]?\s*[-—－–/>＞→·:：、_]*\s*[【\[（(]?\s*(?:(?:[一二三四五六七八九十]{1,2}|[0-9]{1,2})[、.．]|[（(][一二三四五六七八九十0-9]{1,2}[)）]|[①-⑳])?\s*"
)
_CLOSE = re.compile(r"\s*(?:[】\]〕》][：:]?|[：:]|[)）][：:]|\r?\n)")
_MOST_TAGS = 60
_SHORTEST_BLOCK = 16
#: Characters of the shortest text with a heading: 质量指标：合格率98%.
_SHORTEST = 10
_OPENED = ("【", "[", "〔", "《")


class _Label(NamedTuple):
    level1: str | None
    level2: str | None
    start: int
    end: int
    sure: bool = False  # a heading wherever it stands: the second level follows


#: What a heading may follow.
_STARTS = "\n\r；;。】])）〕》 \u3000|"


def _labels(text: str) -> Iterator[_Label]:
    """Yield the level labels among the runs of Chinese text, a label glued to the one before it included."""
    for match in _RUN.finditer(text):
        run = match.group()
        if not LEVEL_WORD.search(squash(run) + "指标"):
            continue
        before = _BEFORE.search(text, max(0, match.start() - 8), match.start())
        opened = before is not None and any(sign in before.group() for sign in _OPENED)
        second = match.start() > 0 and text[match.start() - 1] in "-—－–>＞"
        found = _label(run, match.start()) or (_label(run, match.start(), "指标") if opened or second else None)
        last = run.split()[-1]
        if found is None and last != run:
            # =6处 质量指标：合格率: a value before the blank.
            found = _label(last, match.end() - len(last))
        if found is not None:
            yield found
            continue
        yield from _glued(text, run, match.start())


def _glued(text: str, run: str, start: int) -> Iterator[_Label]:
    """Yield the labels glued to each other or to the value before them: 产出指标数量指标, 150万元产出目标>数量目标."""
    for cut in range(2, min(len(run) - 1, _LONGEST_LABEL)):
        first = level1_label(run[:cut])
        if first is not None and (second := _label(run[cut:], start + cut)):
            yield _Label(first, None, start, start + cut)
            yield second
            return
    for cut in range(max(1, len(run) - _LONGEST_LABEL), len(run) - 1):
        first = level1_label(run[cut:])
        end = start + len(run)
        if first is None:
            continue
        after = _RUN.search(text, end)
        below = _label(after.group(), 0) if after is not None else None
        if after is None or below is None or LEVEL1_OF.get(below.level2 or "") != first:
            continue
        if any(_SEAM.fullmatch(text, place, after.start()) for place in {end, _after(text, end)}):
            yield _Label(first, None, start + cut, end, True)
            return


#: Characters of the longest label looked for in a run of text.
_LONGEST_LABEL = 20


def _label(run: str, start: int, head: str = "") -> _Label | None:
    level1, level2 = level1_label(run + head), level2_label(run + head)
    return _Label(level1, level2, start, start + len(run)) if level1 or level2 else None


def _after(text: str, end: int) -> int:
    remark = _REMARK.match(text, end)
    return remark.end() if remark is not None else end


@lru_cache(maxsize=8192)
def tags(text: str) -> tuple[Tag, ...]:
    """Return the headings of groups of indicators written inside a cell, in order."""
    if len(text) < _SHORTEST:
        return ()
    found: list[Tag] = []
    pending: tuple[str, int, int, int] | None = None  # a first level, where it begins, ends, and ends with its remark
    for label in _labels(text):
        before = _BEFORE.search(text, max(0, label.start - _LONGEST_BEFORE), label.start)
        begin = before.start() if before is not None else label.start
        while begin < label.start and text[begin] in _STARTS + "，,\t":
            begin += 1
        level1 = ""
        if pending is not None and any(_SEAM.fullmatch(text, end, label.start) for end in pending[2:]):
            level1, begin = pending[0], pending[1]
        elif begin == label.start and label.start > 0 and not label.sure and text[label.start - 1] not in _STARTS:
            # In the middle of a sentence, or glued to the value before it: a heading only if the second level follows.
            pending = (label.level1, begin, label.end, _after(text, label.end)) if label.level1 else None
            continue
        pending = None
        end = _after(text, label.end)
        close = _CLOSE.match(text, end) or _CLOSE.match(text, label.end)
        if label.level1 is not None and not level1:
            pending = (label.level1, begin, label.end, end)
        if close is None:
            continue
        opened = text[begin] in _OPENED
        if label.level2 is not None and (
            opened or squash(text[label.start : label.end]).endswith(("指标", "目标")) or level1
        ):
            found.append(Tag(level1, label.level2, begin, close.end()))
        elif label.level1 is not None and (opened or squash(text[label.start : label.end]).endswith(("指标", "目标"))):
            found.append(Tag(label.level1, "", begin, close.end()))
        if len(found) >= _MOST_TAGS:
            break
    return tuple(_without_covered(found))


def _without_covered(found: list[Tag]) -> Iterator[Tag]:
    """Leave out the first level read on its own where the heading of both begins at the same place."""
    for number, tag in enumerate(found):
        following = found[number + 1] if number + 1 < len(found) else None
        if following is None or following.start > tag.start:
            yield tag


_BLOCK_SIGN = re.compile(r"指标|目标|[【\[]")


@lru_cache(maxsize=8192)
def block_cell(text: str) -> bool:
    """Whether a cell holds indicators as text blocks, each group under its heading."""
    if len(text) < _SHORTEST_BLOCK or not _BLOCK_SIGN.search(text):
        return False
    found = [tag for tag in tags(text) if tag.level2]
    return len(found) >= 2 or (len(found) == 1 and found[0].start == 0 and text.startswith(_OPENED))


#: Numbers of items; their digits are group 1.
_NUMBERED = (
    re.compile(r"指标\s*([0-9]{1,2}|[一二三四五六七八九十]{1,2})\s*[：:.、]\s*"),
    re.compile(r"(?<![0-9.])([0-9]{1,2})\s*[、.．:：]\s*(?=[\u4e00-\u9fffA-Za-z“《(（])"),
    re.compile(r"[（(]([0-9]{1,2})[)）]\s*(?=[\u4e00-\u9fffA-Za-z“《])"),
    re.compile(r"([①-⑳])\s*"),
)
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
_CHINESE = "一二三四五六七八九十"


def _number(mark: re.Match[str]) -> int:
    text = mark.group(1)
    if text.isdecimal():
        return int(text)
    return _CIRCLED.find(text) + 1 if len(text) == 1 and text in _CIRCLED else _CHINESE.find(text[-1]) + 1


def _counted(body: str, patterns: Sequence[re.Pattern[str]] = _NUMBERED) -> list[re.Match[str]]:
    """Return the numbers before the items of a group: they begin it and count on by one."""
    for pattern in patterns:
        found: list[re.Match[str]] = []
        for mark in pattern.finditer(body):
            if (not found and mark.start() <= 2) or (found and _number(mark) == _number(found[-1]) + 1):
                found.append(mark)
        if found:
            return found
    return []


#: 机柜数量（≥77台）交换机（≥2台）: what follows the bracket of a value begins the next item.
_AFTER_BRACKET = re.compile(r"(?<=[)）])\s*[,，、;；]?\s*(?=[\u4e00-\u9fff])")


_UNIT = "|".join(sorted(map(re.escape, UNITS), key=len, reverse=True))
#: 适老化改造户数：=120户建立保护站：=8个: a quantity ends the item where a name and its sign follow.
_AFTER_QUANTITY = re.compile(
    rf"((?<![0-9.])[0-9][0-9.,]*\s*(?:{_UNIT})(?:/(?:{_UNIT}))?)\s*(?=[\u4e00-\u9fff][\u4e00-\u9fffA-Za-z]{{1,24}}[：:（(≥≤＝=])"
)


def _unnumbered(part: str) -> list[str]:
    """Part what no number parts: at brackets, commas, blanks or quantities, every piece a name with its value."""
    part = _AFTER_QUANTITY.sub(r"\1，", part)
    for pattern, whole in ((_AFTER_BRACKET, _PAIR), (re.compile(r"[，,]"), _NAMED), (re.compile(r"\s+"), _NAMED)):
        pieces = [piece.strip() for piece in pattern.split(part) if piece.strip()]
        if len(pieces) > 1 and all(whole.match(piece) for piece in pieces):
            return pieces
    return [part] if part else []


def items(body: str) -> Iterator[str]:
    """Yield the indicators of a group: behind their numbers, else parted by semicolons, lines or brackets of values."""
    marks = _counted(body)
    if not marks:
        for part in re.split(r"[;；\n]", body):
            yield from _unnumbered(part.strip())
        return
    for number, mark in enumerate(marks):
        end = marks[number + 1].start() if number + 1 < len(marks) else len(body)
        part = body[mark.end() : end].strip()
        if part:
            yield part.rstrip("；;，, ")


_PAIR = re.compile(r"^(.*?)\s*[（(]\s*([^（()）]*(?:[（(][^（()）]*[)）][^（()）]*)*)\s*[)）]\s*[;；。,，]?$", re.S)
_NAMED = re.compile(r"[^：:，,]{2,}[：:][^：:]+$|[^：:，,]{2,}[（(][^（()）]+[)）]$|[^：:，,]{2,}[≥≤＞＜><=＝].+$")
_SIGNED = re.compile(r"^(.{2,}?)\s*[：:，,]?\s*([≥≤＞＜><=＝≧≦].+)$", re.S)


def pair(part: str) -> tuple[str, str]:
    """Split 机柜数量（≥77台）, 机柜数量：≥77台 or 机柜数量≥77台 into name and value."""
    part = part.strip().rstrip("；;。")
    if match := _PAIR.match(part):
        return match.group(1).strip().rstrip("：:"), match.group(2).strip()
    if match := _SIGNED.match(part):
        return match.group(1).strip(), match.group(2).strip()
    for mark in ("：", ":", "，", ",", "\t", "  "):
        if mark in part:
            name, value = part.split(mark, 1)
            return name.strip(), value.strip()
    return part, ""


_EACH_VALUE = re.compile(r"[≥≤＞＜><=＝≧≦]?[^≥≤＞＜><=＝≧≦]+")
_BETWEEN = "；;，, "


def parallel(name: str, value: str) -> list[tuple[str, str]]:
    """Part the indicators that stand below one another in a cell of names and a cell of values.

    指标1：甲指标2：乙 beside ＝6个≥14个 are two, printed with their numbers; ``[]`` where the cells do not hold as
    many of each.
    """
    marks = _counted(name, _NUMBERED[:1])
    if not marks[1:]:
        return []
    names = [part.strip().strip(_BETWEEN) for part in _at(name, [mark.start() for mark in marks])]
    if _counted(value, _NUMBERED[:1]):
        values = list(items(value))
    else:
        values = _whole_values(value)
        if len(values) != len(names):
            values = [part.strip(_BETWEEN) for part in _EACH_VALUE.findall(value)]
    return list(zip(names, values)) if len(names) == len(values) else []


def _at(text: str, starts: Sequence[int]) -> list[str]:
    return [text[start:stop] for start, stop in pairwise([*starts, len(text)])]


def _whole_values(text: str) -> list[str]:
    """Return the quantities and dates that a text consists of: 360个≥340户, 2019年4月2019年10月; else nothing."""
    dates = [(start, end) for _, start, end in find_dates(text)]
    spans = dates + [
        (start, end)
        for _, start, end in find_quantities(text)
        if not any(start < stop and begin < end for begin, stop in dates)
    ]
    parts = [part.strip(_BETWEEN) for part in _at(text, sorted(start for start, _ in spans))]
    spelt = sum(end - start for start, end in spans)
    return parts if spelt == len(text) - sum(map(text.count, _BETWEEN)) else []


def read_blocks_in_cell(cell: Cell, level1: str = "", level2: str = "") -> list[Indicator]:
    """Read the indicators written inside one cell; each keeps the place of the cell.

    Parameters
    ----------
    cell
        Of a table.
    level1, level2
        What heads its column, for text before the first heading inside the cell.
    """
    headings = list(tags(cell.text))
    if (level1 or level2) and (not headings or headings[0].start > 0):
        headings.insert(0, Tag(level1, level2, 0, 0))
    found: list[Indicator] = []
    for number, tag in enumerate(headings):
        label = tag.level2
        end = headings[number + 1].start if number + 1 < len(headings) else len(cell.text)
        body = cell.text[tag.end : end].strip()
        for part in items(body):
            name, value = pair(part)
            reading: Reading = {}
            if name:
                reading["name"] = Cell(text=name, at=cell.at, confidence=cell.confidence)
            if value:
                reading["value"] = Cell(text=value, at=cell.at, confidence=cell.confidence)
            found.append(make_indicator("annual", label, reading, cell.at, level1=tag.level1 if not label else ""))
        if not body and label:
            found.append(make_indicator("annual", label, {}, cell.at))
    return found
