"""Cut a page that arrives as one line of text, nothing left between its cells, at its labels and quantities.

Previews of documents and some converters run all cells together (项目名称食品抽检主管部门…数量指标抽检批次≥2400批次).
Labels of the heading, headers and level labels are the seams; in the indicator block every quantity ends a row.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

from indicators.forms.ends import is_signed
from indicators.forms.pieces import chain, name_and_value, with_way
from indicators.forms.rows import Row, meaning
from indicators.forms.stages import title_of
from indicators.quantities import find_quantities
from indicators.text import squash
from indicators.vocabulary import block_label, field_label, fund_label, horizon_of, level1_label, level2_label
from indicators.vocabulary.fields import FIELD_WORD
from indicators.vocabulary.funds import FUND_WORD
from indicators.vocabulary.needed import any_of, least_length, may_hold

__all__ = ["below_glued", "cut_pages"]

#: Characters from which a line can hold a form, and the level labels it then has.
_LEAST, _LABELS = 120, 3
#: Characters up to which a line is searched for seams: many pages, and no book.
_MOST = 8_000
#: Confidence of cells whose ends are inferred.
_SURE = 0.9
_LEVEL = re.compile(r"[\u4e00-\u9fff]{2,12}(?:指标|目标)")
#: Lines above and below a glued header that belong to its form.
_BEFORE, _BEHIND = 30, 60
_TITLE = re.compile(
    r"(?:项目|支出|部门|预算|整体|专项|财政|20\d\d年度?)*绩效目标[\u4e00-\u9fff]{0,4}表(?:[(（](?:20\d\d|\s)*年度?[)）])?"
)
#: Cells of one line from which it is a whole form.
_CELLS = 20
#: Characters of a label that is a seam.
_SHORTEST, _LONGEST = 4, 14
#: A shorter one, which only the years or the date behind it tell: 项目期2年.
_SHORT_PERIOD = re.compile(r"项目期(?=[:：]?\s*\d)")
#: What stands in each such label.
_WORD = any_of([FIELD_WORD, FUND_WORD])
#: The number of a level: 1、产出指标.
_NUMBERED = re.compile(r"(?:\d|[一二三四五六])[、.．]|[（(](?:\d|[一二三四五六])[)）]")
_SIDE = re.compile(r"[\u4e00-\u9fff\d]{2,6}?(?:绩效)?(?:指标|目标)|指标(?=\d)")
#: Points behind a level: 产出指标（70分）.
_ASIDE = re.compile(r"[(（][^()（）]{1,8}[)）]")
_POINTS = re.compile(_ASIDE.pattern + r"|[-—]\d{1,3}(?!\d)|\d{1,3}分")
_FIRST_HEADER = re.compile(r"(?:绩效指标)?第?[一1]级(?:指标|目标)")
_HEADERS = re.compile(r"第?[一二三123]级(?:指标|目标)|[^一二三123第]+")
_FUND_HEAD = re.compile(r"(?:项目|预算)?资金(?:情况)?[(（][^()（）]{0,4}元[)）]")
#: A number that is no year inside a word: more than one cell.
_NO_LABEL = re.compile(r"(?<!20)\d(?!\d{0,3}年)")
_BEGINS = re.compile(r"[\u4e00-\u9fff(（]|20\d\d年")
_HAN = re.compile(r"[\u4e00-\u9fff(（]")
#: Quantities that end a row where others stand inside names: with their relation, and percentages.
_RELATED = re.compile(r"^[≥≤≧≦><=＞＜＝]|[%％]$")
_VALUED = re.compile(r"\d")
#: What a unit goes on with: 60台（套）.
_UNIT_TOO = re.compile(r"[(（][\u4e00-\u9fff]{1,2}[)）]")
_DATE = re.compile(r"(?:20\d\d年)?\d{1,2}月(?:\d{1,2}日|[上中下]旬)?[底末]?(?:以?前|之前|完成)?")
#: The unit behind the label of an amount, and the amount.
_FUND = re.compile(r"([(（][^()（）]{0,4}元[)）])?[:：]?\s*-?\d")
#: The name of the block at the end of the text before its header.
_CAPTION = re.compile(r"\s+([\u4e00-\u9fff\d]{0,8}指标(?:[(（][^()（）\s]{1,8}[)）])?)\s*$")
#: How explanations begin behind a name: 反映…情况.
_EXPLAINED = re.compile(r"(?<=[\u4e00-\u9fff]{3})(?=反映[^反]{2,40}情况)")


def cut_pages(rows: list[Row]) -> list[Row]:
    """Return the rows with every line of a glued form cut into its cells, one a row."""
    glued = _glued_lines(rows)
    openings = {number: _opening(rows[number].cells[0].text) for number, below in sorted(glued.items()) if below}
    bare: dict[int, list[str]] = {}
    block: list[tuple[int, str]] = []
    for number, (side, rest) in openings.items():
        if side or number - 1 not in openings:
            bare |= _bare_levels(block)
            block = []
        block.append((number, rest))
    bare |= _bare_levels(block)
    out: list[Row] = []
    for number, row in enumerate(rows):
        text = row.cells[0].text
        whole = len(row.cells) == 1 and _LEAST <= len(text) <= _MOST and _holds_form(text)
        if not whole and number not in glued:
            out.append(row)
            continue
        sure = min(row.cells[0].confidence, _SURE)
        if number in glued and _is_glued_header(text):
            cells = chain(text) or []
        else:
            side, text = openings.get(number, ("", text))
            levels = bare.get(number, [])
            cells = [side, *(_ASIDE.sub("", label) for label in levels)]
            cells += _cells(text[sum(map(len, levels)) :], number in openings)
        parts = [part for part in cells if part.strip(" —-－")]
        out.extend(Row([replace(row.cells[0], text=part, confidence=sure)], None, 0, row.at) for part in parts)
    return out


def _opening(text: str) -> tuple[str, str]:
    """Return the side that begins a line of indicators, and the line without it and the number of its level.

    年度指标1、产出指标数量指标…: the block of a side may begin without a header of its own.
    """
    found = _SIDE.match(text)
    side = found.group() if found and (horizon_of(found.group()) or block_label(found.group())) else ""
    numbered = _NUMBERED.match(text, len(side))
    rest = text[numbered.end() if numbered else len(side) :]
    return (side, rest) if _level(rest, 0) or _leading(rest, level1_label) else ("", text)


def below_glued(rows: list[Row], start: int, number: int) -> bool:
    """Whether a line stands below a form that is one line: what the page prints there (关键词：…) is no cell of it."""
    line = rows[number - 1].at
    # The cells of a line follow one another.
    if rows[number].at == line or number - start < _CELLS or rows[number - _CELLS].at != line:
        return False
    alone = number + 1 == len(rows) or rows[number + 1].at != rows[number].at
    return alone and not meaning(rows[number].text).label


def _glued_lines(rows: list[Row]) -> dict[int, bool]:
    """Return the lines of forms whose cells are glued line by line, and whether each stands below the header."""
    found: dict[int, bool] = {}
    for head, row in enumerate(rows):
        if not _plain(row) or not _is_glued_header(row.cells[0].text):
            continue
        start = head
        while start > 0 and head - start < _BEFORE and _plain(rows[start - 1]) and not title_of(rows[start].text):
            start -= 1
        stop = head + 1
        while stop < len(rows) and stop - head < _BEHIND and _plain(rows[stop]) and not title_of(rows[stop].text):
            if is_signed(rows[stop].text, rows[stop + 1].text if stop + 1 < len(rows) else ""):
                break
            stop += 1
        tail = next((number for number in range(head + 1, stop) if _in_tail(rows[number].text)), stop)
        for number in range(start, stop):
            if not title_of(rows[number].text):
                found[number] = head < number < tail or (number < head and found.get(number, False))
    return found


def _in_tail(text: str) -> bool:
    """Whether a line below the indicators opens with a label of the form: 审核意见同意上报, 项目资金总额120.00."""
    labels, kind = _labels(text, 0, block=False)
    if kind == "field" and field_label(labels[0]) == "review":
        return True
    # Names begin with other fields as well: 主管部门满意度≥95%, 项目完成时间10月底前.
    head = next((length for length in range(min(_LONGEST, len(text)), 1, -1) if block_label(text[:length])), 0)
    return kind == "fund" or (head > 0 and _labels(text, head, block=False)[1] == "fund")


#: What the longest level label may be, and different second levels without 指标 by which a form prints them so.
_WORDS, _LEAST_BARE = re.compile(r"[\u4e00-\u9fff]{2,12}"), 3


def _bare_levels(lines: Sequence[tuple[int, str]]) -> dict[int, list[str]]:
    """Return the level labels that begin glued lines where a form prints them without 指标: 成本经济成本户均改造成本.

    Names begin with such words as well (质量达标率), but a level is printed once, where its rows begin.
    """
    found: dict[int, list[str]] = {}
    seen: set[str] = set()
    bare: set[str] = set()
    for number, text in lines:
        first = _with_remark(text, 0, level1_label)
        second = _with_remark(text, len(first), level2_label)
        if not second and (level := level2_label(first)):
            first, second = "", first if level not in seen else ""
        # Below a first level that is printed on every row, so is the second.
        if second and (level := level2_label(second)) and (first or level not in seen):
            seen.add(level)
            if not (_marked(second) and (not first or _marked(first))):
                bare.add(level)
                found[number] = [label for label in (first, second) if label]
    return found if len(bare) >= _LEAST_BARE else {}


def _marked(label: str) -> bool:
    """Whether a label says that it names indicators, before its points or a remark."""
    return _ASIDE.sub("", label).rstrip("0123456789分-—").endswith(("指标", "目标"))


def _with_remark(text: str, place: int, level: Callable[[str], str | None]) -> str:
    """Return the level label that stands at a place, with its points or remark: 产出指标（20分）, 数量（必填）."""
    label = _leading(text[place:], level)
    remark = _POINTS.match(text, place + len(label)) if label else None
    return label + (remark.group() if remark else "")


#: What a level ends in: 满意度沿岸居 goes on with a name.
_CLOSED = re.compile("(?:指标|目标|产出|数量|质量|时效|进度|成本|效益|效果|成效|影响|满意度?|发展)(?:类|性)?$")


def _leading(text: str, level: Callable[[str], str | None]) -> str:
    """Return the longest level label of plain words that begins a text and leaves something behind it."""
    words = _WORDS.match(text)
    lengths = range(min(words.end(), len(text) - 1) if words else 0, 1, -1)
    return next((text[:length] for length in lengths if _CLOSED.search(text, 0, length) and level(text[:length])), "")


def _plain(row: Row) -> bool:
    return row.table is None and len(row.cells) == 1 and len(row.cells[0].text) < _LEAST


#: What the columns of an evaluation are headed by.
_RESULTS = re.compile("实际完成|未完成|偏差")


@lru_cache(maxsize=4096)
def _is_glued_header(text: str) -> bool:
    if not 8 <= len(text) <= 80 or "级" not in text or len(text.split()) > 1:
        return False
    roles = [meaning(label).header for label in chain(text) or ()]
    return len(roles) >= 3 and ("value" in roles or "actual" in roles)


def _holds_form(text: str) -> bool:
    found = {match.group() for match in _LEVEL.finditer(text)}
    return "级指标" in text and len(found) > _LABELS and _TITLE.search(text) is not None


def _cells(text: str, block: bool = False) -> Iterator[str]:
    """Yield the cells: labels, and what stands between them."""
    seams = [match.start() for pattern in (_TITLE, _FIRST_HEADER) for match in pattern.finditer(text)]
    start = place = 0
    while place < len(text):
        labels, kind = _labels(text, place, block)
        end = place + sum(map(len, labels))
        if not labels or any(place < seam < end for seam in seams):
            place += 1
            continue
        between = list(_between(text[start:place], block)) if start < place else []
        if kind == "header" and between and (caption := _CAPTION.search(between[-1])):
            # … 能力。 绩效指标 一级指标: the name of the block, behind the text of the goal.
            between[-1:] = [between[-1][: caption.start()], caption.group(1)]
        if kind == "title" and block and between and not _VALUED.search(between[-1]):
            # What stands behind the last value belongs to the page, as the title does.
            labels[0] = between.pop() + labels[0]
        yield from between
        yield from labels
        start = place = end
        block = kind == "header" or (block and kind == "level")
    if start < len(text):
        yield from _between(text[start:], block)


def _between(text: str, block: bool) -> Iterator[str]:
    if not block:
        yield text.lstrip(":：")
        return
    parts = list(_rows(text.strip()))
    for part, behind in zip(parts, [*parts[1:], ""]):
        # 日处理能力提升 before ≥40吨 is the name.
        whole = not _HAN.match(part) or _RELATED.match(behind)
        name, *value = [part] if whole else name_and_value(part)
        yield from _EXPLAINED.split(name)
        yield from value


def _rows(text: str) -> Iterator[str]:
    """Yield the names and values behind a label: each row ends with its quantity or date."""
    found = [(start, end) for _, start, end in find_quantities(text) if start >= 2 and _VALUED.search(text, start, end)]
    related = [span for span in found if _RELATED.search(text[slice(*span)])]
    begin = 0
    for start, end in sorted((related or found) + [match.span() for match in _DATE.finditer(text, 2)]):
        if start - begin < 2:
            continue
        start = with_way(text, begin, start)
        rest = _UNIT_TOO.match(text, end)
        end = rest.end() if rest else end
        yield text[begin:start]
        yield text[start:end]
        begin = end
    if text[begin:].strip():
        yield text[begin:]


def _labels(text: str, place: int, block: bool) -> tuple[list[str], str]:
    """Return the longest label that begins here, or the labels of a header, and their kind; none where none begins."""
    title = _TITLE.match(text, place)
    if title is not None:
        return [title.group()], "title"
    if not block and _FIRST_HEADER.match(text, place):
        stop = next((end for end in range(place + 4, len(text)) if _level(text, end)), len(text))
        return chain(text[place:stop]) or [match.group() for match in _HEADERS.finditer(text, place, stop)], "header"
    head = _FUND_HEAD.match(text, place)
    if head is not None and not block:
        return [head.group()], "fund"
    if level := _level(text, place):
        return [level], "level"
    if not block and (period := _SHORT_PERIOD.match(text, place)):
        return [period.group()], "field"
    ahead = text[place : place + _LONGEST]
    if block or not may_hold(_WORD, squash(ahead)):
        return [], ""
    field = least_length(FIELD_WORD, ahead) or len(text)
    for length in range(len(ahead), _SHORTEST - 1, -1):
        word = ahead[:length]
        if not _BEGINS.match(word) or not _HAN.match(word[-1]) or _NO_LABEL.search(word) or word[:2] == word[2:4]:
            continue  # 一次性项目 and 项目起止时间 behind it
        if length >= field and field_label(word) is not None:
            return [word], "field"
        amount = _FUND.match(text, place + length)
        if amount and fund_label(word) is not None:
            return [word + (amount.group(1) or "")], "fund"
    return [], ""


def _level(text: str, place: int) -> str:
    """Return the level label that begins here, with its points, or an empty text."""
    found = _LEVEL.match(text, place)
    for length in range(len(found.group()) if found else 0, _SHORTEST - 1, -1):
        word = text[place : place + length]
        if word.endswith(("指标", "目标")) and (level1_label(word) or level2_label(word)):
            points = _POINTS.match(text, place + length)
            return word + (points.group() if points else "")
    return ""
