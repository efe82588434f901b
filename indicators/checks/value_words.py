"""What a value cell says when it says nothing: cutting it into empty words and pieces of its own name."""

from __future__ import annotations

import re
from functools import lru_cache

from indicators.records import Indicator

from .base import plain
from .lexicons import Lexicon

__all__ = ["asks_yes_no", "core", "has_number", "legible", "made_of", "pieces", "stated", "unused"]

# A sentence of this length says something, whatever its words.
_LONGEST = 24
_LEADING = re.compile(r"^[=＝≥≤><:：]+")
_YES_NO = re.compile("是否|有无|能否|可否|是不是|能不能")
_NUMERAL = re.compile("[0-9０-９①-⑳⑴-⒇Ⅰ-ⅿ零〇○一二两三四五六七八九十百千万亿壹贰叁肆伍陆柒捌玖拾双半]")
# Words that hold a numeral and count nothing.
_NO_NUMBER = re.compile(
    "一批|一定|一次性|统一|进一步|一般|第一|唯一|一致|一律|一体|一流|一线|一站式|一系列|一切|一并|逐一|一一|万无一失|千方百计|"
    "第[三四]方|十分|百姓|百货|三农|三资|三公|五险一金|双随机|一公开|两癌|两不愁|再上一|一卡通|一网|"
    "队伍|退伍|入伍|落伍|内陆|大陆|陆地|专一|万全|千家万户|双方|半成品|百分百|一站|一带一路|一老一小"
)
_HANZI = re.compile("[\u4e00-\u9fff]")
# Boxes, blocks, replacement characters, kana and parts of characters: what recognition leaves of a damaged cell.
_DAMAGED = re.compile(
    "[\ufffd\ue000-\uf8ff□■▢▇▓░▒▆▅囗㇀-㇣\u2e80-\u2fd5\u30a0-\u30ff丨丶丿乀乚亅亠亻冂冖冫凵刂勹匚匸卩厶廴夂夊宀巛"
    "彐彡彳忄扌攵氵灬爫犭疒礻糹纟罒艹虍衤覀讠辶钅阝飠饣]|[\u4e00-\u9fff][?？]{2}"
)


@lru_cache(maxsize=65536)
def core(text: str) -> str:
    """Return a name or value for comparing: ``plain`` without leading signs."""
    return plain(_LEADING.sub("", text.strip()))


def asks_yes_no(name: str) -> bool:
    """Whether a name asks 是否, so that its value may only answer."""
    return _YES_NO.search(name) is not None


@lru_cache(maxsize=65536)
def has_number(text: str) -> bool:
    """Whether a text counts anything: a digit, a Roman or a Chinese numeral outside set phrases."""
    return _NUMERAL.search(_NO_NUMBER.sub("", text)) is not None


def legible(text: str) -> bool:
    """Whether a text shows no trace of damaged recognition and has a word or figure at all."""
    return _DAMAGED.search(text) is None and (_HANZI.search(text) is not None or _NUMERAL.search(text) is not None)


def stated(indicator: Indicator) -> bool:
    """Whether the value states a figure or a date."""
    return indicator.quantity is not None or indicator.dates is not None or has_number(indicator.value)


#: What a row that does not apply is filled with: dashes, strokes, 无.
_NOTHING = re.compile(r"[-—–―－_/／\\.…\s]*|无|不涉及|未涉及|不适用|暂无")
#: Headings of the block of indicators, and what the column 指标值设定依据 is filled with.
_HEADER = re.compile("(?:项目)?(?:年度)?绩效指标|[一二三]级指标|指标值|(?:计划|历史|行业|国家|地方|预算支出|其他)标准")


def unused(indicator: Indicator) -> bool:
    """Whether a row is only struck out: nothing but dashes or 无 in the name, and no more in the value.

    Such a row is an empty slot filled in by hand: it misses a benefit, but it is no indicator that says nothing.
    Neither is the heading of a block or the entry of a further column that a text without lines leaves in a row of
    its own: nobody left its value blank.
    """
    return _unused(indicator.name, indicator.value)


@lru_cache(maxsize=65536)
def _unused(name: str, value: str) -> bool:
    """Say so of printed texts, once each: a dozen rules ask it of every row."""
    if all(_NOTHING.fullmatch(text.strip()) is not None for text in (name, value)):
        return True
    if name and value:
        return False
    return _HEADER.fullmatch(plain(name or value)) is not None


@lru_cache(maxsize=65536)
def _pieces(value: str, name: str, words: frozenset[str]) -> tuple[str, ...] | None:
    longest = 8
    dead: set[int] = set()

    def cut(start: int) -> tuple[str, ...] | None:
        if start == len(value):
            return ()
        if start in dead:
            return None
        for known in (True, False):
            for end in range(min(len(value), start + longest), start, -1):
                piece = value[start:end]
                fits = piece in words if known else len(piece) > 1 and piece in name
                rest = cut(end) if fits else None
                if rest is not None:
                    return (piece, *rest)
        dead.add(start)
        return None

    return cut(0)


@lru_cache(maxsize=64)
def _union(lexicons: tuple[Lexicon, ...]) -> frozenset[str]:
    return frozenset(word for lexicon in lexicons for word in lexicon.words)


def pieces(indicator: Indicator, lexicons: tuple[Lexicon, ...]) -> tuple[str, ...] | None:
    """Cut a value into words of the lists and pieces of its own name.

    Parameters
    ----------
    indicator
        Its value is cut; words of the lists go before pieces of the name, long ones before short ones.
    lexicons
        Lists of words that say nothing a reviewer could check.

    Returns
    -------
    tuple of str, or None
        The pieces in order; ``None`` where something else is left: the value then says more than its name.
    """
    value = core(indicator.value)
    if not value or len(value) > _LONGEST:
        return None
    return _pieces(value, core(indicator.name), _union(lexicons))


def made_of(text: str, *lexicons: Lexicon) -> bool:
    """Whether a text, white space and punctuation aside, is made of words of the lists and nothing else."""
    bare = core(text)
    return bool(bare) and _pieces(bare, "", _union(lexicons)) is not None
