"""The closed vocabulary of 一级指标 and 二级指标, with their prefixes, suffixes and remarks."""

from __future__ import annotations

import re
from functools import lru_cache

from indicators.text import squash
from indicators.vocabulary.keys import LONGEST_LABEL, bare, label_key, one_off
from indicators.vocabulary.needed import any_of, either, may_hold

__all__ = [
    "KINDS",
    "LEVEL1",
    "LEVEL1_OF",
    "LEVEL2",
    "LEVEL2_ORDER",
    "LEVEL_WORD",
    "OPERATORS",
    "damaged_level2",
    "level1_label",
    "level2_in_column",
    "level2_inside",
    "level2_label",
    "operator_word",
]

#: Canonical 二级指标 in the order every form prints them.
LEVEL2_ORDER = (
    "数量指标",
    "质量指标",
    "时效指标",
    "成本指标",
    "经济成本指标",
    "社会成本指标",
    "生态环境成本指标",
    "经济效益指标",
    "社会效益指标",
    "生态效益指标",
    "可持续影响指标",
    "服务对象满意度指标",
)

#: 一级指标 of each 二级指标.
LEVEL1_OF = {
    "数量指标": "产出指标",
    "质量指标": "产出指标",
    "时效指标": "产出指标",
    "成本指标": "产出指标",
    "经济成本指标": "成本指标",
    "社会成本指标": "成本指标",
    "生态环境成本指标": "成本指标",
    "经济效益指标": "效益指标",
    "社会效益指标": "效益指标",
    "生态效益指标": "效益指标",
    "可持续影响指标": "效益指标",
    "服务对象满意度指标": "满意度指标",
}

_STEMS1 = {
    "产出指标": ("产出",),
    "效益指标": ("效益", "成效", "效果", "产出效益"),
    "满意度指标": ("满意度", "满意"),
    "成本指标": ("成本",),
}
_STEMS2 = {
    "数量指标": ("数量", "实施数量"),
    "质量指标": ("质量",),
    "时效指标": ("时效", "进度", "时效性"),
    "成本指标": ("成本",),
    "经济成本指标": ("经济成本",),
    "社会成本指标": ("社会成本",),
    "生态环境成本指标": ("生态环境成本", "生态成本", "环境成本"),
    "经济效益指标": ("经济效益", "经济效果", "经济成效", "经济影响"),
    "社会效益指标": ("社会效益", "社会效果", "社会成效", "社会影响"),
    "生态效益指标": (
        "生态效益", "环境效益", "生态环境效益", "生态效果", "环境效果", "生态成效", "生态影响", "环境影响",
    ),
    "可持续影响指标": (
        "持续影响", "持续发展", "可持续影响", "可持续发展", "可持续性影响", "可持续影响力", "可持续效益", "可持续性", "可持续发展影响",
        "可持续",
    ),
    "服务对象满意度指标": ("满意度", "满意", "满意程度"),
}  # fmt: skip
#: Whose satisfaction: 社会公众或服务对象满意度, 服务(受益)对象满意度.
_WHO = (
    r"(?:社会|公众|群众|服务|受益|对象|项目|人群|人员|群体|客户|用户|职工|市民|居民|企业|师生|学生|家长|患者|游客|农户|村民|使用者?|主体"
    r"|人|或|及|和|与|、|/)"
)
#: Whose satisfaction the form asks for, whoever is served: 服务对象, 受益对象, 社会公众.
_GENERAL = r"(?:社会公众|服务对象|受益对象|服务|受益|公众|对象|项目受益人|或|及|和|、)"
_PREFIX = r"(?:预期|绩效|年度|项目|产出|支出|总体|实施)*?"
_SUFFIX = r"(?:类|性|度)?(?:绩效)?(?:指标|指标值|目标|值|指)?"


def _stem_pattern(stems: dict[str, tuple[str, ...]], who: str) -> dict[str, re.Pattern[str]]:
    return {
        canonical: re.compile(
            f"{_PREFIX}{who if canonical.endswith('满意度指标') else ''}(?:{'|'.join(sorted(words, key=len, reverse=True))}){_SUFFIX}"
        )
        for canonical, words in stems.items()
    }


_LEVEL1_PATTERNS = _stem_pattern(_STEMS1, f"{_WHO}*")
_LEVEL2_PATTERNS = _stem_pattern(_STEMS2, f"{_WHO}*")
_ANY_STEM = either([*_LEVEL1_PATTERNS.values(), *_LEVEL2_PATTERNS.values()])
_STEM = any_of([*_LEVEL1_PATTERNS.values(), *_LEVEL2_PATTERNS.values()])
#: 项目完成指标: the level 1 of outputs in 四川; 服务对象 without its head: a label cut short.
_OTHER1 = re.compile(r"(?:项目|任务|工作)完成(?:类)?指标")
_OTHER2 = re.compile(rf"{_WHO}+(?:指标)?")
_OF_OTHER2 = "对象"
#: Found in every text that names a level.
LEVEL_WORD = any_of([_STEM, _OTHER1], _OF_OTHER2)


def _by_stem(text: str) -> tuple[str | None, str | None]:
    """Return the canonical 一级指标 and 二级指标 whose stems make the label printed here."""
    key = bare(text)
    if not 2 <= len(key) <= LONGEST_LABEL or not _STEM.search(key) or not _ANY_STEM.fullmatch(key):
        return None, None
    if (key in _VALUES or _ASKED.fullmatch(key) or _COURSE.fullmatch(key)) and not _FILLED_IN.search(text):
        return None, None
    return _named(key, _LEVEL1_PATTERNS), _named(key, _LEVEL2_PATTERNS)


def _named(key: str, patterns: dict[str, re.Pattern[str]]) -> str | None:
    for canonical, pattern in patterns.items():
        if pattern.fullmatch(key):
            return canonical
    return None


#: Stems that alone are values or names (满意, 可持续): labels only with 指标 behind them.
_VALUES = {"满意", "可持续", "持续影响", "持续发展", "经济影响", "社会影响", "生态影响", "环境影响", "满意程度"}
#: 群众满意度, 学生满意度 name an indicator; the label says 群众满意度指标, or is general: 社会公众或服务对象满意度.
_ASKED = re.compile(rf"(?!{_GENERAL}+满意){_WHO}+(?:的)?满意(?:度|程度)?")
#: How a project goes on, a text of the form: 实施进度. The category is 进度 alone, or 实施进度指标.
_COURSE = re.compile(r"(?:项目|实施|年度|总体)+进度")
#: What forms remark on a category, never on a value or a name: 持续影响（至少一项）, 四、社会满意度10分.
_FILLED_IN = re.compile(r"[(（](?:必填|选填|至少.{1,3}项)[)）]$|^[一二三四五六七八九十]、.*\d分[)）]?$")


@lru_cache(maxsize=32768)
def level1_label(text: str) -> str | None:
    """Return the canonical 一级指标 printed here, ``None`` where it is none."""
    return _levels(text)[0]


@lru_cache(maxsize=32768)
def level2_label(text: str) -> str | None:
    """Return the canonical 二级指标 printed here, ``None`` where it is none."""
    return _levels(text)[1]


@lru_cache(maxsize=32768)
def _levels(text: str) -> tuple[str | None, str | None]:
    """Return the canonical 一级指标 and 二级指标 printed here: whoever asks for one asks for the other as well."""
    if len(text) > LONGEST_LABEL + 8 or not may_hold(LEVEL_WORD, squash(text)):
        return None, None
    level1, level2 = _by_stem(text)
    if len(text) <= LONGEST_LABEL:
        level1 = level1 or ("产出指标" if _OTHER1.fullmatch(bare(text)) else None)
        level2 = level2 or _without_stem(text)
    return level1, level2


def _without_stem(text: str) -> str | None:
    """Return the 二级指标 that a text names by whom it asks alone, or behind the 一级指标 in the same cell."""
    key = bare(text)
    if len(key) >= 4 and key != "服务指标" and _OF_OTHER2 in key and _OTHER2.fullmatch(key):
        return "服务对象满意度指标"
    both = _FUSED.fullmatch(squash(text))
    if both is None:
        return None
    # 产出指标—数量指标 in one cell: the second level, of the first it belongs to; whom 满意度－服务对象 asks is enough.
    first, second = _by_stem(both.group(1))[0], _by_stem(both.group(2))[1]
    if second is None and first == "满意度指标" and _ASKED_ALONE.fullmatch(both.group(2)):
        return "服务对象满意度指标"
    return second if second and LEVEL1_OF[second] == first else None


_ASKED_ALONE = re.compile(r"(?:服务|受益|社会公众)(?:对象)?|社会公众或服务对象")
_FUSED = re.compile(r"([\u4e00-\u9fff]{2,12})[-—－–·/>＞]+([\u4e00-\u9fff]{2,14})")
#: The plain labels, for programs that look for them in running text.
LEVEL1 = {f"{stem}{end}": level for level, stems in _STEMS1.items() for stem in stems for end in ("", "指标")}
LEVEL2 = {f"{stem}{end}": level for level, stems in _STEMS2.items() for stem in stems for end in ("", "指标")} | {
    f"{who}满意度{end}": "服务对象满意度指标"
    for who in ("服务对象", "受益对象", "社会公众", "社会公众或服务对象")
    for end in ("", "指标")
}
_LABEL_INSIDE = re.compile(
    "|".join(sorted((label for label in LEVEL2 if label.endswith("指标")), key=len, reverse=True))
)


def level2_inside(text: str) -> set[str]:
    """Return the canonical 二级指标 whose full labels stand somewhere in a text."""
    return {LEVEL2[label] for label in _LABEL_INSIDE.findall(squash(text))} if "指标" in text else set()


#: By length, those that are told from other words although a character is wrong.
_FULL_LABELS = {
    length: [key for key in LEVEL2 if len(key) == length and (length >= 6 or key.endswith("指标"))]
    for length in set(map(len, LEVEL2))
}


@lru_cache(maxsize=8192)
def damaged_level2(text: str) -> str | None:
    """Return the 二级指标 whose label this is but for one character (数量描标), ``None`` where it is none.

    Only full labels of at least four characters count; which place it stands in is for the caller to judge.
    """
    key = label_key(text)
    if not 4 <= len(key) <= 12 or level2_label(text) or level1_label(text):
        return None
    found = {LEVEL2[label] for label in _FULL_LABELS.get(len(key), ()) if one_off(key, label)}
    return found.pop() if len(found) == 1 else None


#: What stands alone in a column of 产出 | 数量, 效益 | 社会: kinds of benefit, below 成本 kinds of cost.
KINDS = {
    "经济": ("经济效益指标", "经济成本指标"),
    "社会": ("社会效益指标", "社会成本指标"),
    "生态": ("生态效益指标", "生态环境成本指标"),
    "环境": ("生态效益指标", "生态环境成本指标"),
    "生态环境": ("生态效益指标", "生态环境成本指标"),
}


@lru_cache(maxsize=8192)
def level2_in_column(text: str, level1: str | None = None) -> str | None:
    """Return the 二级指标 that a cell of their column names; there 持续影响, 群众满意度 or 社会 need no word behind them."""
    key = bare(text)
    if found := level2_label(text) or level2_label(key + "指标"):
        return found
    kinds = KINDS.get(key.removesuffix("指标"))
    return kinds[level1 == "成本指标"] if kinds else damaged_level2(text)


#: Operator words and signs of split layouts -> relation.
OPERATORS = {
    **dict.fromkeys(("≥", ">=", "=>", "≧", "大于等于", "大于或等于", "不小于", "不低于", "不少于"), "≥"),
    **dict.fromkeys(("≤", "<=", "=<", "≦", "小于等于", "小于或等于", "不大于", "不高于", "不超过", "不多于"), "≤"),
    **dict.fromkeys((">", "大于", "高于", "超过"), ">"),
    **dict.fromkeys(("<", "小于", "低于", "少于"), "<"),
    **dict.fromkeys(("=", "==", "等于"), "="),
    **dict.fromkeys(
        ("定性", "文字描述", "文字", "定性指标", "其他", "定量", "定量指标", "正向", "反向", "正向指标", "反向指标"), ""
    ),
}


def operator_word(text: str) -> str | None:
    """Return the relation an operator cell states (``""`` for 定性), ``None`` where it is no operator."""
    return OPERATORS.get(squash(text)) if len(text) <= 8 else None
