"""The head of an indicator name: what it measures, and which way is better.

``差错率``, ``办理差错率`` and ``监测报告差错率`` are one kind: the stem 差错 counted by the measure 率. Which words
are measures and stems, and what they mean, is data (``rules/lexicons/heads.txt``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from indicators.vocabulary.heads import head_words

from .lexicons import Lexicon

__all__ = ["Head", "head_of"]

_LONGEST = 8
_NOT = ("不", "未", "非", "无")
_TURNED = {"+": "-", "-": "+", "0": "0"}
#: Between stem and measure: 事故发生的次数, 差错情况.
_LINKS = ("发生", "情况", "的", "总")


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
    output
        Whether the name begins with a word of work done (培训医护人员人数).
    """

    modifier: str
    stem: str = ""
    stem_kind: str = ""
    measure: str = ""
    measure_kind: str = ""
    polarity: str = "0"
    output: bool = False


_Words = Mapping[str, tuple[str, str]]


@dataclass(frozen=True, slots=True)
class _Tables:
    measures: _Words
    stems: _Words
    events: _Words
    outputs: frozenset[str]
    changes: tuple[str, ...]


@lru_cache(maxsize=8)
def _tables(lexicon: Lexicon) -> _Tables:
    tables: dict[str, dict[str, tuple[str, str]]] = {"measure": {}, "stem": {}, "event": {}}
    outputs: set[str] = set()
    for word, role, kind, polarity, _ in head_words(lexicon.words):
        if kind == "output":
            outputs.add(word)
        known = tables[role].get(word)
        # 覆盖 and 修复 are work done as counts and good as rates: what a rate means is kept.
        if known is None or known[0] == "output":
            tables[role][word] = (kind, polarity)
    changes = tuple(word for word, row in tables["stem"].items() if row[0] == "change")
    return _Tables(tables["measure"], tables["stem"], tables["event"], frozenset(outputs), changes)


def _last(name: str, words: _Words) -> str:
    for size in range(min(len(name), _LONGEST), 0, -1):
        if name[-size:] in words:
            return name[-size:]
    return ""


def _first(name: str, words: _Words) -> str:
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
    # 投诉, 优良天数: a name that is one stem has no measure.
    measure = "" if name in tables.stems else _last(name, tables.measures)
    rest = _without_links(name[: len(name) - len(measure)]) if measure else name
    stem = _last(rest, tables.stems)
    kind, polarity = tables.stems.get(stem, ("", "0"))
    if not stem and measure.startswith("发生") and (stem := _last(rest, tables.events)):
        kind, polarity = tables.events[stem]
    modifier = rest[: len(rest) - len(stem)]
    first = tables.stems.get(_first(modifier, tables.stems), ("", "0"))[0]
    if kind == "change":
        # 投诉量下降率: the other way round than 投诉量; what nobody knows stays unknown.
        polarity = _TURNED[head_of(modifier, lexicon).polarity] if modifier else "0"
    elif stem and modifier.endswith(_NOT):
        polarity = _TURNED[polarity]
    elif kind == "harm" and first in ("change", "remedy", "saving", "good", "output"):
        # 减少溺亡事故数, 办结投诉件数: the verb in front says what is done about it. A rate may be of either.
        polarity = "+" if first in ("change", "saving") or not measure.endswith("率") else "0"
    elif kind == "harm" and any(word in modifier for word in tables.changes):
        # 隐患整治减少火灾事故: what is counted may be what was avoided.
        polarity = "0"
    elif first == "saving":
        kind, polarity = "saving", "+"
    measure_kind = tables.measures[measure][0] if measure else ""
    return Head(modifier, stem, kind, measure, measure_kind, polarity, _first(name, tables.stems) in tables.outputs)
