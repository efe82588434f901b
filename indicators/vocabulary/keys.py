"""The key by which labels are compared, and the words for whose year or period a label speaks."""

from __future__ import annotations

import re
from functools import lru_cache
from operator import ne
from typing import Literal

from indicators.text import squash

__all__ = [
    "ANNUAL",
    "A_PERIOD",
    "LONGEST_LABEL",
    "LONGEST_PERIOD",
    "REMARK",
    "SCOPE",
    "bare",
    "horizon_of",
    "label_key",
    "one_off",
    "period_alone",
    "period_of",
    "stated_points",
]

#: Characters of the longest label, and of the longest that says hardly more than a period: 项目实施周期内.
LONGEST_LABEL, LONGEST_PERIOD = 24, 10
REMARK = re.compile(r"[(\[【<][^()\[\]【】<>]*[)\]】>]")
#: Marks that pages set before a heading.
_MARKS = "▌▍▎▏┃❙■□▪▫●○◆◇◎▶►▷➤✦❖"
_DECORATION = re.compile(
    rf"^(?:[-—─–·•{_MARKS}]+(?=[\u4e00-\u9fff(①-⑳]|[0-9]{{1,2}}[.、．](?![0-9]))|[一二三四五六七八九十]+[、.]|[0-9]+[.、．]|[(][0-9一二三四五六七八九十]+[)]|[①-⑳]|[*★▲※]+)|[:：;；*★▲※]+$"
)
#: ① … ⑳, which lose their circle when the width is normalised, with the marks of a tree before them: ---①数量.
_BEFORE = re.compile(r"^(?:[-—─–·•\s]*[①-⑳]+)?\s*")
_POINTS = re.compile(
    r"(?:[(\[【]?(?:权重|分值|满分)?[:：]?[0-9]+(?:\.[0-9]+)?(?:分|%)[)\]】]?|[-—][0-9]{1,3}分?|[(][0-9]{1,3}[-—~][0-9]{1,3}[)]分)$"
)


#: With what decoration and points begin and end: most labels have neither.
_FIRST_BEFORE = re.compile(r"[-—─–·•\s①-⑳]")
_FIRST, _LAST = re.compile(rf"[-—─–·•{_MARKS}一二三四五六七八九十0-9(①-⑳*★▲※]"), frozenset(":：;；*★▲※")
_LAST_POINT = frozenset("0123456789分%)]】")


@lru_cache(maxsize=32768)
def label_key(text: str) -> str:
    """Return the key by which a label is compared: 产出指标(50分) and 产 出 指 标： give 产出指标."""
    key = squash(_BEFORE.sub("", text) if _FIRST_BEFORE.match(text) else text)
    if (plain := _undecorated(key)) != key:
        key = _undecorated(plain)
    return (_POINTS.sub("", key) or key) if key[-1:] in _LAST_POINT else key


def _undecorated(key: str) -> str:
    return _DECORATION.sub("", key) if key[-1:] in _LAST or _FIRST.match(key) else key


_REMARK_FIRST = re.compile(r"[(\[【<]")


#: 产出指标(50分), 效益指标[30]; a range is no total.
_STATED = re.compile(
    r"[一-龥](?:[(\[【](?:权重|分值|满分|共|合计)?[:：]?([0-9]+(?:\.[0-9]+)?)(?:分|%)?[)\]】]|(?:权重|分值)?([0-9]+(?:\.[0-9]+)?)(?:分|%))$"
)


def stated_points(text: str) -> str:
    """Return the points a label states for all that stands below it, ``""`` where it states none."""
    found = _STATED.search(squash(text))
    return (found[1] or found[2]) if found else ""


@lru_cache(maxsize=32768)
def bare(text: str) -> str:
    """Return the key without remarks in brackets: 数量指标(必填硬性指标) gives 数量指标."""
    key = label_key(text)
    return _undecorated(REMARK.sub("", key) if _REMARK_FIRST.search(key) else key) or key


#: A year or a period, composed: 跨年度, 整个实施期, 项目周期, 中长期, 全周期, 本年度, 预算年度, 2026年.
_PERIOD = (
    r"(?:整个|全部|全|跨|分|各|本|当|今|上|下|近|远|中长|中|长|短|首|末|半|[一二三四五2345])?"
    r"(?:项目|实施|预算|财政|规划|建设|执行|存续|政策|服务|计划|生命|寿命|运营|债券){0,2}(?:周期|期间|期限|年度|年期|期|年|阶段)(?:内|间)?"
)
#: Words that name a year, a period or the whole project.
SCOPE = rf"(?:20[0-9]{{2}}(?:[-—~至]20[0-9]{{2}})?年?度?|{_PERIOD}|年初|总体|整体|全程|全过程|项目总?|总|专项|政策|/|及|或|和|、)"

_LIFETIME = re.compile(
    r"实施期|周期|中长期|长期|中期|远期|项目期|规划期|建设期|执行期|存续期|寿命期|运营期|跨年|全程|全期|全过程|[一二三四五]年期|(?<![0-9])[三五35]年(?!度)|项目总|项目整体"
    r"|^总体|总目标|整体|整个|总体|20[0-9]{2}年?[-—~至]20[0-9]{2}"
)
#: Words that say themselves that more than the year is meant; 总 and 整体 may stand for the whole of the year.
A_PERIOD = re.compile(
    r"实施期|周期|长期|中期|远期|项目期|规划期|建设期|[三五]年|总投资|跨年|累计|20[0-9]{2}年?[-—~至]20[0-9]{2}"
)
ANNUAL = re.compile(r"(?<!跨)年度|当年|本年|今年|年初|全年|(?<![-—~至0-9])20[0-9]{2}年?(?![-—~至0-9])")
_OVERALL = re.compile(r"总体|^总")


@lru_cache(maxsize=8192)
def horizon_of(text: str) -> Literal["lifetime", "annual"] | None:
    """Return the side a label names: ``lifetime``, ``annual``, ``None`` where it names none.

    年度总体目标 is annual: a year named beats 总体, which alone stands for the whole project.
    """
    key = squash(text)
    strong = _OVERALL.sub("", key)
    if _LIFETIME.search(strong):
        return "lifetime"
    if ANNUAL.search(key):
        return "annual"
    return "lifetime" if _LIFETIME.search(key) else None


def period_of(text: str) -> Literal["lifetime", "annual"] | None:
    """Return the side a cell names that says hardly more than a period: 年度, 项目实施周期."""
    return horizon_of(text) if len(text) <= LONGEST_PERIOD else None


def one_off(key: str, label: str) -> bool:
    """Return whether two keys differ in one character."""
    return len(key) == len(label) and sum(map(ne, key, label)) == 1


def period_alone(text: str) -> Literal["lifetime", "annual"] | None:
    """Return the side a label names that says nothing but a period: 2022—2024年合计, 其中：2022年度, 项目期."""
    key = _AROUND_PERIOD.sub("", squash(text))
    return period_of(key) if _ONLY_A_PERIOD.fullmatch(key) else None


#: What stands around a period that names an amount; years, or words for a period.
_AROUND_PERIOD = re.compile(r"^其中[:：]?|(?:合计|总计|小计|安排|[:：])$")
_ONLY_A_PERIOD = re.compile(r"20\d\d(?:年?[-—–~至]+20\d\d)?年?度?|" + SCOPE)
