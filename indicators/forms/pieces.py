"""Cut lines into the cells they hold, and put labels together that stand over several lines."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from indicators.forms.fund_amounts import parse_amount
from indicators.forms.rows import Meaning, Row, labelled_parts, meaning
from indicators.grid.labels import numbers_page
from indicators.money import MONEY_UNIT
from indicators.records import Location
from indicators.text import squash
from indicators.units import unit_kind
from indicators.vocabulary import block_label, field_label, header_role, horizon_of, level1_label, level2_label
from indicators.vocabulary.fields import BLOCK_WORD, FIELD_WORD
from indicators.vocabulary.headers import HEADER_WORD
from indicators.vocabulary.needed import any_of, least_length, may_hold, may_hold_several

__all__ = ["Token", "chain", "halves", "joined_token", "name_and_value", "pieces", "tokens", "with_way"]


@dataclass(slots=True)
class Token:
    """One cell of the sequence: ``line`` numbers the printed line, ``blanks`` counts the empty cells behind it.

    ``broken`` tells of a label that its parts over several lines were put together.
    """

    text: str
    at: Location
    confidence: float
    line: int
    item: Meaning
    blanks: int = 0
    broken: bool = False


def joined_token(parts: Sequence[Token]) -> Token:
    """Return one cell made of several; a blank stays between words in Latin letters."""
    first = parts[0]
    text = ""
    for part in parts:
        glue = " " if text and re.search(r"[A-Za-z0-9]$", text) and re.match(r"[A-Za-z]", part.text) else ""
        text += glue + part.text
    lowest = min(part.confidence for part in parts)
    return Token(text, first.at, lowest, first.line, meaning(text), parts[-1].blanks)


_GAP = re.compile(r"\s*[|｜]+\s*|\s{2,}|\t+|\u3000+")
_TRAILING_VALUE = re.compile(
    r"(?:[≥≤≧≦＞＜><=＝≈]+|不少于|不低于|不超过|不高于|大于等于|小于等于|大于|小于|达到|超过|控制在)?"
    r"\d[\d,.]*(?:\s*[-—~至]\s*\d[\d.]*)?\s*(?:%|‰|[\u4e00-\u9fff/·]{0,5}|[A-Za-z]{1,4})(?:以上|以下|以内|左右)?[。；;]?$"
)
_TRAILING_WORDS = re.compile(
    r"(?:(?:稳步|逐步|持续|不断|显著|明显|有效|进一步|大幅|长期|基本|切实|有所|逐年|日益|得到)(?:地)?(?:提高|提升|改善|增强|增加|增长|降低|减少|下降|好转|优化|推进|稳定|加强|巩固|扩大|缓解|发挥)(?:提高|提升)?"
    r"|(?<=[能力水平意识质量环境条件机制程度])(?:提高|提升|改善|增强|优化|加强|巩固|增加|降低|减少)"
    r"|[优良]好?|较好|合格|达标|及时|长期|健全|完善)$"
)
_LONGEST_LABEL_PART = 24
#: Characters of the shortest header that stands a blank beside another.
_LEAST_HEAD = 4


@lru_cache(maxsize=32768)
def pieces(text: str, block: bool = False) -> tuple[str, ...]:
    """Cut a line into the cells it holds.

    Parameters
    ----------
    text
        The line.
    block
        Whether it stands in the indicator block, where a single blank parts cells and glued cells are cut at level
        labels and before the value at the end.
    """
    found: list[str] = []
    text = text.strip().strip("|｜").strip()
    if (whole := meaning(text)).level1 or whole.level2 or whole.header:
        # 成本　目标: a label in characters set apart is one cell.
        return (text,)
    for part in _GAP.split(text):
        part = part.strip()
        if not part or not squash(part).strip("|｜- "):
            continue
        for word in _at_blanks(part, block):
            found.extend(_unglued(word, block))
    return tuple(found)


def _at_blanks(part: str, block: bool) -> list[str]:
    """Cut at single blanks outside brackets where a label, a value or, in the block, Chinese text stands beside."""
    if " " not in part or (meaning(part).label and not _is_heads(part)):
        return [part]
    words: list[str] = []
    depth = 0
    current = ""
    for character in part:
        depth += (character in "(（[【") - (character in ")）]】")
        if character == " " and depth <= 0 and current:
            words.append(current)
            current = ""
        elif character != " " or depth > 0:
            current += character
    words.append(current)
    out: list[str] = []
    for word in words:
        if out and not _parts(out[-1], word, block):
            out[-1] += " " + word
        elif word:
            out.append(word)
    return out


def _is_heads(part: str) -> bool:
    """Whether a text is headers of columns a blank apart, each known alone: 半年目标值 全年目标值."""
    return all(len(word) >= _LEAST_HEAD and meaning(word).header is not None for word in part.split())


#: A relation and a number alone; an amount as budgets print it, and the length from which a text is no unit of it.
_SIGN, _PLAIN = re.compile(r"[≥≤≧≦><=＞＜＝]+"), re.compile(r"[\d.,]+")
_ROUND_SUM = re.compile(r"\d{1,3}(?:,\d{3})*\.\d{2}")
_SHORTEST_TEXT, _IN_MONEY = 6, re.compile(rf"(?:{MONEY_UNIT}|万|[(（])")


def _parts(left: str, right: str, block: bool) -> bool:
    both = left + right
    if meaning(right).fund is not None and parse_amount(left) is not None:
        return True
    if meaning(both).label and not (meaning(left).label and meaning(right).label):
        return False
    if meaning(left).label or meaning(right).label:
        return True
    if _SIGN.fullmatch(left) and not _PLAIN.fullmatch(right):
        # ≦ 600元 is one cell; a sign before a plain number may stand in a column of its own.
        return False
    if _ROUND_SUM.fullmatch(left) and not _IN_MONEY.match(right) and (len(right) >= _SHORTEST_TEXT or not block):
        # Beside a sum in the heading stands another cell, even one character of a label printed upright.
        return True
    value = parse_amount(right) is not None or bool(re.match(r"[≥≤≧≦><=＞＜]", right))
    if value:
        return True
    return (
        block and bool(re.search(r"[\u4e00-\u9fff)）%。；]$", left)) and bool(re.match(r"[\u4e00-\u9fff\d*《]", right))
    )


def _unglued(word: str, block: bool) -> list[str]:
    """Cut cells printed without anything between them, at labels."""
    if len(word) < 6 or meaning(word).label:
        return [word]
    labels = chain(squash(word)) if len(word) <= 80 else None
    if labels:
        return labels
    if not block:
        parts = [part for _, label, value in labelled_parts(word) for part in (label, value) if part]
        return parts if len(parts) > 1 else _heading_parts(word)
    labels, rest, linked = [], word, None
    while (label := _level_prefix(rest)) is not None:
        labels.append(rest[: len(label)])
        linked = _LINK_MARK.match(rest, len(label))
        rest = rest[linked.end() if linked else len(label) :]
    if not labels:
        return [word]
    if linked:
        # 产出指标-数量指标-采购台数：30台
        return [*labels, *(part.strip() for part in re.split("[:：]", rest, maxsplit=1) if part.strip())]
    if rest and _LABEL_REST.fullmatch(rest):
        labels[-1] += rest
        return labels
    return [*labels, *name_and_value(rest)] if rest else labels


#: What stands between the levels of a path, and before the name.
_LINK_MARK = re.compile(r"\s*[-—–－>＞/→·]+\s*(?=[\u4e00-\u9fff])")
#: The points of a level, or a remark, behind its label: 产出指标-40, 产出指标(权重40%).
_LABEL_REST = re.compile(r"[-—－:：]?\d{1,3}(?:\.\d+)?[分%]?|[(（][^()（）]{1,12}[)）]分?")


def name_and_value(rest: str) -> list[str]:
    """Cut a name from the value glued behind it."""
    for pattern in (_TRAILING_VALUE, _TRAILING_WORDS):
        match = pattern.search(rest)
        if match is not None and match.start() >= 2:
            start = with_way(rest, 0, match.start())
            return [rest[:start], rest[start:]] if start else [rest]
    return [rest]


#: The way that a figure without a sign takes: 草原植被盖度 | 提高2个百分点.
_WAY = re.compile(r"(?:^|(?<=[率度量值比数额]))(?:提高|提升|增加|增长|上升|下降|降低|减少|缩短)(?:了|到|至)?$")


def with_way(text: str, begin: int, start: int) -> int:
    """Return where the value begins whose figure stands at ``start`` of a text that begins at ``begin``."""
    way = _WAY.search(text[begin:start]) if text[start].isdigit() else None
    return begin + way.start() if way else start


def _level_prefix(text: str) -> str | None:
    """Return the level label a glued text begins with; only one that ends in 指标."""
    stop = text.rfind("指标", 0, _LONGEST_LABEL_PART)
    for length in range(stop + 2, 3, -1):
        head = text[:length]
        if head.endswith("指标") and (level1_label(head) or level2_label(head)):
            return head
    return None


#: Characters of the longest label in a chain of them, and what stands in each.
_LINK = 16
_LINK_WORD = any_of([HEADER_WORD, BLOCK_WORD], "目标", "指标")


def chain(text: str) -> list[str] | None:
    """Return the labels a text consists of, if it is nothing but labels: 总体目标年度目标, 一级指标二级指标指标值."""
    if not may_hold(_LINK_WORD, text[:_LINK]) or not may_hold(_LINK_WORD, text[-_LINK:]):
        return None
    if not may_hold_several(_LINK_WORD, squash(text)):
        return None
    best: list[tuple[float, list[str]] | None] = [(0.0, [])] + [None] * len(text)
    for end in range(2, len(text) + 1):
        for start in range(max(0, end - _LINK), end - 1):
            before = best[start]
            piece = text[start:end]
            if before is None or piece[0] in "(（" or not _is_chain_label(piece):
                continue
            heads, length = len(_LABEL_HEAD.findall(piece)), len(_ASIDE.sub("", piece))
            cost = before[0] + 1 + 2 * max(0, heads - 1) + 1.5 * (length > 9)
            known = best[end]
            if known is None or cost < known[0]:
                best[end] = (cost, [*before[1], piece])
    found = best[len(text)]
    return found[1] if found is not None and len(found[1]) >= 2 else None


#: What a label of a column is headed by, each a label of its own: 二级具体指标 are two.
_LABEL_HEAD = re.compile(
    r"第?[一二三四1-4IⅠⅡⅢ]+级(?:绩效)?(?:指标|目标)?(?:名称|内容)?|(?:指标|目标)?(?:名称|内容|标准值|数值|值)|指标|目标|单位"
)
_ASIDE = re.compile(r"[(（][^()（）]*[)）]")
#: Labels of two characters that may stand among others.
_SHORTEST_LINKS = ("备注", "分值", "权重", "指标")


#: The head of a label amid others: 指标值全年实际, 完成值未完成原因.
_HEAD_WITHIN = re.compile(r"值(?![/、(（)）]|$)")


def _is_chain_label(text: str) -> bool:
    if _HEAD_WITHIN.search(text) or not may_hold(_LINK_WORD, squash(text)):
        return False
    if header_role(text) is not None or ("标" in text and (field_label(text) or "").startswith("goal")):
        return len(text) >= 3 or text in _SHORTEST_LINKS or text.endswith("级")
    if not text.endswith("指标"):
        return block_label(text)
    # 整个实施期绩效指标 before the columns of that side.
    return block_label(text) or bool(level1_label(text) or level2_label(text) or horizon_of(text))


_GLUED_FIELDS = {"project_name", "department", "implementing_unit", "project_attribute", "project_period"}


#: What makes the name of a block of a period: 项目周期指标 is no 项目周期.
_BLOCK_REST = re.compile(r"(?:绩效|指标|目标)+")


def _heading_parts(word: str) -> list[str]:
    """Cut a glued heading line: 项目主管部门甲局项目执行单位乙校."""
    starts: list[tuple[int, int]] = []
    place = 0
    while place < len(word) - 3 and (starts or place == 0):
        stop = _label_end(word, place)
        if stop:
            starts.append((place, stop))
        place = stop or place + 1
    if not starts or starts[0][1] >= len(word):
        amount = re.match(
            rf"^([^\d]{{4,20}}?[:：])\s*(-?\d[\d,.]*\s*(?:{MONEY_UNIT}|万)?(?:[(（].*[)）])?)(?:[(（].*)?$", word
        )
        if amount is not None and meaning(amount.group(1)).fund is not None:
            return [amount.group(1), amount.group(2)]
        return [word]
    out: list[str] = []
    for number, (start, stop) in enumerate(starts):
        end = starts[number + 1][0] if number + 1 < len(starts) else len(word)
        out.append(word[start:stop])
        if value := word[stop:end].lstrip(":：").strip():
            out.append(value)
    return out


def _label_end(word: str, place: int) -> int:
    """Return where the label of a heading ends that begins here in glued text, 0 where none does."""
    least = least_length(FIELD_WORD, word[place : place + 12])
    if not least:
        return 0
    for stop in range(min(place + 12, len(word)), place + max(least, 4) - 1, -1):
        if word[stop - 1] in ":：" or _BLOCK_REST.fullmatch(word, stop):
            continue
        if field_label(word[place:stop]) in _GLUED_FIELDS:
            return stop
    return 0


#: An empty cell where every cell stands on a line closed by a bar.
_BLANK = re.compile(r"\s*[|｜]\s*")


def tokens(rows: Sequence[Row]) -> list[Token]:
    """Return the cells of the lines, with labels broken over lines put together."""
    found: list[Token] = []
    block = glued = False
    for line, row in enumerate(rows):
        for cell in row.cells:
            if line and numbers_page(cell.text) and not cell.text.strip().isdigit():
                # - 27 - between two pages of a form; a plain number may be a value.
                continue
            if found and _BLANK.fullmatch(cell.text):
                found[-1].blanks += 1
            parts = pieces(cell.text, block)
            if not block and any(meaning(part).header in ("level1", "level2", "value") for part in parts):
                block = True
                parts = pieces(cell.text, block)
            if block and len(parts) >= 3 and _level_prefix(squash(cell.text)) and " " not in cell.text.strip():
                glued = True
            if glued and len(parts) == 1 and not meaning(parts[0]).label:
                parts = tuple(name_and_value(parts[0]))
            for part in parts:
                found.append(Token(part, cell.at, cell.confidence, line, meaning(part)))
    return _joined(found)


_REST = re.compile(
    r"^(?:[及和与]其?(?:代码|编码|编号|名称)|指?标|[指目]标[(（].{2,8}[)）]|目标|预算金额"
    rf"|[(（](?:必填|选填|{MONEY_UNIT}|\d{{1,3}}[-—~]\d{{1,3}}).{{0,4}}[)）]分?)$"
)


_NUMBER = re.compile(r"[\d.,%％]+")


def _joined(found: list[Token]) -> list[Token]:
    """Put labels together that stand over several lines (经济效益 / 指标, 项目起 / 止时间, 年度 / 绩效 / 目标)."""
    out: list[Token] = []
    place = 0
    while place < len(found):
        token = found[place]
        size = _broken(found, place)
        if size > 1:
            text = "".join(_solid(item.text) for item in found[place : place + size])
            last = found[place + size - 1]
            token = Token(text, token.at, token.confidence, token.line, meaning(text), last.blanks, broken=True)
        out.append(token)
        place += size
    return out


def _solid(text: str) -> str:
    """Return a text without blanks and otherwise as printed: a number in a circle (①经济效益) stays one."""
    return "".join(text.split())


#: Cells over which a label is broken at most, one that is printed upright and another, and characters of each.
_MOST_UPRIGHT, _MOST_PARTS, _LONGEST_BROKEN = 6, 4, 12
#: Characters from which a part must be sure to belong to a label.
_LONGEST_PART = 6
_WORD, _BRACKETED = re.compile(r"\w"), re.compile(r"[(（]([^()（）]+)[)）]")


def _may_be_part(token: Token) -> bool:
    return len(token.text) <= _LONGEST_BROKEN and not _NUMBER.fullmatch(token.text)


def _may_begin(token: Token) -> bool:
    """Whether a label may begin with a cell; the unit of a value in brackets, (人次), is all of its cell."""
    unit = _BRACKETED.fullmatch(token.text)
    return bool(_WORD.search(token.text)) and _may_be_part(token) and not (unit and unit_kind(unit[1]) != "other")


def _parts_of_label(found: list[Token], place: int) -> int:
    """Return how many cells from here on may be the parts of one label: each on a line of its own, none a number."""
    size = 1
    for before, token in pairwise(found[place : place + _MOST_UPRIGHT]):
        if before.line == token.line or before.blanks or not _may_be_part(token):
            break
        size += 1
    return size


def _broken(found: list[Token], place: int) -> int:
    """Return over how many cells a label is broken that begins here."""
    first = found[place]
    if not _may_begin(first):
        return 1
    most = _parts_of_label(found, place)
    parts = found[place : place + most]
    texts = [_solid(part.text) for part in parts]
    # How many parts from the first on are single characters, are no labels, are short.
    single = next((number for number, part in enumerate(parts) if len(part.text) > 1), most)
    plain = next((number for number, part in enumerate(parts) if part.item.label), most)
    short = next((number for number, part in enumerate(parts) if len(part.text) > _LONGEST_PART), most)
    for size in range(most if single == most else min(most, max(single, _MOST_PARTS)), 1, -1):
        upright, long = size <= single, size > short
        text = "".join(texts[:size])
        if (upright or size <= plain) and block_label(text):
            # 绩效 / 指标 and 绩 / 效 / 指 / 标 beside an indicator block.
            return size
        last = parts[size - 1]
        rest = size == 2 and not (first.item.field or "").startswith("goal") and _REST.match(squash(last.text))
        sure = rest or (upright and size > 2)
        if not sure and ((long and (size > 2 or last.item.level2 is None)) or (plain == 0 and not first.item.level2)):
            continue
        whole = meaning(text)
        # 社会公众或服务 / 对象满意度指标: nothing but words of whom a level asks stands before its end.
        asked = size == 2 and whole.level2 is not None and last.item.level2 == whole.level2
        if long and not (sure or asked):
            continue
        if whole.label and sure:
            return size
        begun = not first.item.label or (whole.level2 is not None and first.item.level2 == whole.level2)
        if whole.label and begun and (not last.item.label or whole.level2 or whole.level1):
            if (asked or not long) and not (whole.field and last.item.label):
                return size
    return 1


_SENTENCE_END = re.compile(r"[。；;！!]$")


def halves(texts: list[Token]) -> tuple[list[Token], list[Token]]:
    """Part the texts of two goals: at the end of a sentence next to the middle; one text alone is the year's."""
    if len(texts) <= 1:
        return [], texts
    total = sum(len(token.text) for token in texts)
    best = (10.0, 1)
    done = 0
    for cut in range(1, len(texts)):
        done += len(texts[cut - 1].text)
        cost = abs(done / total - 0.5) + (0.0 if _SENTENCE_END.search(texts[cut - 1].text) or len(texts) == 2 else 1.0)
        best = min(best, (cost, cut))
    return texts[: best[1]], texts[best[1] :]
