"""The head of an indicator name: what it measures, and which way is better.

``差错率``, ``办理差错率`` and ``监测报告差错率`` are one kind: the stem 差错 counted by the measure 率. Which words
are measures and stems, and what they mean, is data (``rules/lexicons/heads.txt``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

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
    """

    modifier: str
    stem: str = ""
    stem_kind: str = ""
    measure: str = ""
    measure_kind: str = ""
    polarity: str = "0"


_Entries = Mapping[str, tuple[str, str]]


@lru_cache(maxsize=8)
def _entries(lexicon: Lexicon) -> tuple[_Entries, _Entries]:
    """Return ``measures, stems``: word to ``(kind, polarity)``; the first line that names a word decides."""
    tables: dict[str, dict[str, tuple[str, str]]] = {"measure": {}, "stem": {}}
    for line in lexicon.words:
        words, _, meaning = line.partition("=")
        role, kind, polarity, _ = meaning.split()
        for word in words.split():
            known = tables[role].get(word)
            # A word that is good as a rate and an output as a count keeps the better known side.
            if known is None or known[0] == "output":
                tables[role][word] = (kind, polarity)
    return tables["measure"], tables["stem"]


def _last(name: str, table: _Entries) -> str:
    for size in range(min(len(name), _LONGEST), 0, -1):
        if name[-size:] in table:
            return name[-size:]
    return ""


def _without_links(name: str) -> str:
    for link in _LINKS:
        if name.endswith(link) and len(name) > len(link):
            return name[: -len(link)]
    return name


@lru_cache(maxsize=65536)
def head_of(name: str, lexicon: Lexicon) -> Head:
    """Parse a name, brackets and punctuation already removed (``units.head``), into modifier, stem and measure."""
    measures, stems = _entries(lexicon)
    measure = _last(name, measures)
    # 满意 + 度, not 满意度 + nothing; but a name that is one stem (投诉) has no measure.
    if measure and name in stems:
        measure = ""
    rest = _without_links(name[: len(name) - len(measure)]) if measure else name
    stem = _last(rest, stems)
    kind, polarity = stems.get(stem, ("", "0"))
    modifier = rest[: len(rest) - len(stem)]
    if kind == "change":
        below = head_of(_without_measure(modifier, measures), lexicon)
        polarity = _TURNED[below.polarity]
    elif stem and modifier.endswith(_NOT):
        polarity = _TURNED[polarity]
    measure_kind = measures[measure][0] if measure else ""
    return Head(modifier, stem, kind, measure, measure_kind, polarity)


def _without_measure(name: str, measures: _Entries) -> str:
    measure = _last(name, measures)
    return name[: len(name) - len(measure)] if measure and len(name) > len(measure) else name
