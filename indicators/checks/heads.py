"""The head of an indicator name: what it measures, and which way is better.

``差错率``, ``办理差错率`` and ``监测报告差错率`` are one kind: the stem 差错 counted by the measure 率. Which words
are measures and stems, and what they mean, is data (``rules/lexicons/heads.txt``).
"""

from __future__ import annotations

import re
from collections.abc import Container, Mapping
from dataclasses import dataclass
from functools import lru_cache

from indicators.vocabulary.heads import head_words

from .lexicons import Lexicon

__all__ = ["Head", "head_of"]

_LONGEST, _LONG_STEM = 8, 4
_NOT = ("不", "未", "非", "无")
#: What is done against an ill: 减灾, 治病, 禁毒.
_AGAINST = frozenset("防减救抗治销除免消排助扶脱止挽戒禁解反挂疗惠济报核查定识追缉打灭拒看")
#: A word of work and what it is done with or to; 抽检发现违规 is done to find the ill.
_OF_A_THING = re.compile("[\u4e00-\u9fff]{2}(?!.*(?:发现|查出|检出|处|[办查治整]))[\u4e00-\u9fff]{2,}")
#: How slips are counted: 断面数量 and 缺口面积 are none.
_OF_SLIPS = ("率", "比例", "次数", "起数")
#: What was broken by a blow: 施工挖断管线次数, 撞坏护栏起数.
_BROKEN = re.compile("[挖碰撞刮砸压折炸轧][断坏破裂毁伤漏]")
#: A thing that does what it is there for: 设施正常运行率, 设备正常使用率.
_IN_ORDER = re.compile("(?:正常|稳定|平稳)(?:运行|运转|使用|开放|工作|营运|供[水电气热])")
#: Measures of how a whole is made up.
_PARTS = ("占比", "比重", "所占比例")
#: Measures of what is used up: 减少会议次数 may say to how many.
_LESS_OF_IT = ("量", "面积", "长度", "里程")
_TURNED = {"+": "-", "-": "+", "0": "0"}
#: Behind a word of work: it is over, and the name speaks of what comes of it.
_OVER = re.compile("(?:完成|结束|结业|建成|竣工|验收|实施)?(?:之后|以后|后|成果|期满)")
#: What others do with it: 调查数据被规划采用次数, 检测报告获法院采信件数; 棉被 and 植被 are things.
_BY_OTHERS = re.compile("(?<![棉植丝毛绒])被(?![子褥服单套罩])|(?:获得?|得到)(?!.{0,4}(?:证|奖|资格))")
#: Between stem and measure: 事故发生的次数, 差错情况.
_LINKS = ("发生", "情况", "的", "总")
#: How often something is counted, before the name proper: 年减少漏水量, 本年度新增绿地面积.
_PERIODS = re.compile("^(?:[本每全当今]?年度?(?:均|累计)?|[月日]均|累计|预计)(?=.{4})")


@dataclass(frozen=True, slots=True)
class Head:
    """What a name measures.

    Parameters
    ----------
    modifier
        What is left of the name before the stem.
    stem, stem_kind
        What is counted and its kind, ``""`` where the name holds no known stem before its measure.
    measure, measure_kind
        How it is counted, ``""`` where the name ends with none.
    polarity
        ``+`` the more the better, ``-`` the less the better, ``0`` unknown or neither.
    begins
        Kind of the word the name begins with: ``output`` (work done: 安装器材件数), ``reach`` (whom it reaches:
        带动就业人数), ``after`` (what comes of work that is over: 改造后入住户数, 测绘成果共享数), ``""`` for others.
    """

    modifier: str
    stem: str = ""
    stem_kind: str = ""
    measure: str = ""
    measure_kind: str = ""
    polarity: str = "0"
    begins: str = ""

    @property
    def output(self) -> bool:
        """Whether the name begins with a word of work done or of whom it reaches."""
        return self.begins in _WORK


#: Kinds of words of work: what is done, and whom it reaches.
_WORK = ("output", "reach")
_Words = Mapping[str, tuple[str, str]]


@dataclass(frozen=True, slots=True)
class _Tables:
    measures: _Words
    stems: _Words
    events: _Words
    outputs: Mapping[str, str]
    changes: tuple[str, ...]
    onsets: Mapping[str, str]
    closes: frozenset[str]


@lru_cache(maxsize=8)
def _tables(lexicon: Lexicon) -> _Tables:
    tables: dict[str, dict[str, tuple[str, str]]] = {"measure": {}, "stem": {}, "event": {}, "onset": {}, "close": {}}
    outputs: dict[str, str] = {}
    for word, role, kind, polarity, _ in head_words(lexicon.words):
        if kind in _WORK:
            outputs[word] = kind
        role = "stem" if role == "rule" else role
        known = tables[role].get(word)
        # 覆盖 and 修复 are work done as counts and good as rates: what a rate means is kept.
        if known is None or known[0] in _WORK:
            tables[role][word] = (kind, polarity)
    changes = tuple(word for word, row in tables["stem"].items() if row[0] == "change")
    return _Tables(
        tables["measure"],
        tables["stem"],
        tables["event"],
        outputs,
        changes,
        {word: row[0] for word, row in tables["onset"].items()},
        frozenset(tables["close"]),
    )


def _last(name: str, words: _Words) -> str:
    for size in range(min(len(name), _LONGEST), 0, -1):
        if name[-size:] in words:
            return name[-size:]
    return ""


def _first(name: str, words: Container[str]) -> str:
    return next((name[:size] for size in (4, 3, 2) if name[:size] in words), "")


def _without_links(name: str) -> str:
    for link in _LINKS:
        if name.endswith(link) and len(name) > len(link):
            return name[: -len(link)]
    return name


@lru_cache(maxsize=65536)
def head_of(name: str, lexicon: Lexicon) -> Head:
    """Parse a name, brackets and punctuation already removed (``units.head``), into modifier, stem and measure."""
    tables = _tables(lexicon)
    name = _PERIODS.sub("", name)
    # 投诉, 优良天数: a name that is one stem has no measure.
    measure = "" if name in tables.stems else _last(name, tables.measures)
    rest = _without_links(name[: len(name) - len(measure)]) if measure else name
    stem = _last(rest, tables.stems)
    kind, polarity = tables.stems.get(stem, ("", "0"))
    if not stem and measure.startswith("发生") and (stem := _last(rest, tables.events)):
        kind, polarity = tables.events[stem]
    onset = tables.onsets.get(rest[-2:-1], "slip" if rest[-1:] in tables.closes else "")
    onset = "" if rest[-2:-1] in _AGAINST and rest[-1:] in tables.closes else onset
    if not stem and measure.endswith(_OF_SLIPS) and (onset == "slip" or (onset and measure.endswith("数"))):
        # 缺测率, 误判率, 枯死率, 停灯次数: what begins with 缺 or 误, or ends in 死, went wrong, whatever it was.
        stem, kind, polarity = rest[-2:], "slip", "-"
    if not stem and _BROKEN.search(rest):
        stem, kind, polarity = rest, "harm", "-"
    if kind in ("", "act") and measure.endswith("率") and _IN_ORDER.fullmatch(rest[-_LONG_STEM:]):
        stem, kind, polarity = rest[-_LONG_STEM:], "good", "+"
    modifier = rest[: len(rest) - len(stem)]
    first = tables.stems.get(_first(modifier, tables.stems), ("", "0"))[0]
    if kind == "change":
        # 投诉量下降率: the other way round than 投诉量; what nobody knows stays unknown.
        polarity = _TURNED[head_of(modifier, lexicon).polarity] if modifier else "0"
    elif kind == "harm" and measure in _PARTS and modifier:
        # 网上信访占比: what part of the ills comes that way says nothing of how many there are.
        polarity = "0"
    elif stem and modifier.endswith(_NOT):
        polarity = _TURNED[polarity]
    elif kind == "harm" and first == "output" and measure.endswith("率") and _OF_A_THING.fullmatch(modifier):
        # 监测设备故障率: the work says which 设备, and of them something went wrong.
        polarity = "-"
    elif kind == "harm" and first in ("change", "remedy", "saving", "good", "output"):
        # 减少溺亡事故数, 办结投诉件数: the verb in front says what is done about it. A rate may be of either.
        polarity = "+" if first in ("change", "saving") or not measure.endswith("率") else "0"
    elif kind == "harm" and any(word in modifier for word in tables.changes):
        # 隐患整治减少火灾事故: what is counted may be what was avoided.
        polarity = "0"
    elif first == "saving" or (first == "change" and not stem and measure in _LESS_OF_IT):
        # 节约用纸量, 减少漏水量, 减少占地面积: so much less of it.
        kind, polarity = "saving", "+"
    measure_kind = tables.measures[measure][0] if measure else ""
    return Head(modifier, stem, kind, measure, measure_kind, polarity, _begins(name, tables.outputs, tables.measures))


#: Behind a word of work: those it is done for.
_WHOM = re.compile("对象的?")


def _begins(name: str, outputs: Mapping[str, str], measures: _Words) -> str:
    """Return the kind of the word of work a name begins with, ``after`` where that work is over."""
    word = _first(name, outputs)
    if word and (whom := _WHOM.match(name, len(word))) and whom.end() < len(name):
        # 服务对象意外报告起数 is of those served, 服务对象人数 how many they are.
        return "" if _last(name[whom.end() :], measures) != name[whom.end() :] else outputs[word]
    if word and (_OVER.match(name, len(word)) or _BY_OTHERS.search(name, len(word) + 1)):
        return "after"
    return outputs.get(word, "")
