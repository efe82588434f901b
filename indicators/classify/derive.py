"""Rows derived from labelled ones by breaking or exchanging a part, whose level follows from the guideline alone.

They teach the model contrasts that writers print rarely (a time in tonnes, a name that is only its category) and
are used in training only, with a lower weight: no figure is ever measured on them.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from indicators.classify.corpus import Labelled
from indicators.classify.marks import HEADS, Marks
from indicators.classify.patterns import BIT as _BIT
from indicators.classify.patterns import KINDS

__all__ = ["derive"]

_HEAD = {head: index for index, head in enumerate(HEADS)}
_PLAIN_TIME = ("时间", "时限", "周期", "工期", "期限", "时效", "日期", "时长")
_PLAIN_COUNT = ("人数", "场次", "里程", "户数", "次数", "长度", "人次", "家数", "套数", "个数", "件数", "数量")
_SWAPPED = ("数量指标", "质量指标", "社会效益指标", "经济效益指标", "生态效益指标", "可持续影响指标")
_TIMES = {"timely", "coarse-period", "date"}
_BOUND = {"category-name", "garbled", "withheld", "mismatch", "placeholder", "timely", "coarse-period", "date"}
_BENEFIT = ("经济效益指标", "社会效益指标", "生态效益指标", "可持续影响指标")
_ABSTRACT = _BIT["abstract"]
_DIRECTED = _BIT["direction"]
_COUNTABLE = _BIT["statistic"] | _BIT["counted-rate"] | _BIT["feeling"] | _BIT["money"] | _BIT["number"] | _BIT["rate"]
_FOREIGN = {
    "time": ("money", "money-rate", "count", "person", "area", "length", "mass", "volume"),
    "course": ("money", "money-rate", "area", "mass", "volume"),
    "money": ("time", "person", "area", "length", "mass", "count"),
    "feeling": ("money", "money-rate", "time", "area", "length", "count"),
    "rate": ("money", "person", "area", "mass"),
    "count": ("money", "money-rate"),
    "quality": ("money", "person", "area"),
}
_GRADE = re.compile("[一二三四五六七八](?=级|类|星)")
_MADE_OF_WISHES = ("质量指标", "社会效益指标", "可持续影响指标", "生态效益指标")
_COINED = ("维护率", "保障率", "培养率", "营造率", "发挥率", "促进率", "治理率", "畅通率", "改观度", "贡献度", "支持度")
_DAMAGE = ("□□", "▇", "??", "■", "▢", "囗囗", "�", "★")


def _asks(row: Labelled, name: Marks) -> str:
    """Say what kind of value the name can only have, ``""`` where that is open."""
    if name.text.endswith(_PLAIN_TIME):
        return "time"
    if row.level2 == "时效指标" and not name.present & _COUNTABLE:
        return "course"
    if name.head == _HEAD["money"] and "成本" in row.level2:
        return "money"
    if row.level2 == "服务对象满意度指标" or (name.head == _HEAD["feeling"] and "满意" in name.text):
        return "feeling"
    if name.text.endswith(("率", "比例", "占比")):
        return "rate"
    if name.text.endswith(_PLAIN_COUNT):
        return "count"
    return "quality" if row.level2 == "质量指标" and name.text.endswith(("质量", "水平", "效果", "品质")) else ""


def _mismatched(
    row: Labelled, name: Marks, pool: dict[str, list[str]], rng: random.Random
) -> Iterator[tuple[str, str, int, str]]:
    asked = _asks(row, name)
    if not asked:
        return
    kinds = [kind for kind in _FOREIGN[asked] if pool.get(kind)]
    if kinds:
        yield row.level3, rng.choice(pool[rng.choice(kinds)]), 0, "mismatch"
    if asked == "time" and "及时" not in name.text and "率" not in name.text:
        yield (
            row.level3,
            rng.choice((f"≥{rng.randint(80, 100)}%", f"{rng.randint(80, 100)}%", "提高", "合格", "良好")),
            0,
            "mismatch",
        )
    if asked == "count":
        yield row.level3, rng.choice(("完成", "及时", "合格", "达标", "是", "已完成", "完成完成")), 0, "mismatch"


def _exchanged(
    row: Labelled, value: Marks, pool: dict[str, list[str]], rng: random.Random
) -> Iterator[tuple[str, str, int, str]]:
    """Another figure of the same kind fits as well: the balance to the figures that do not."""
    kind = KINDS[value.kind].removeprefix("number-")
    if row.level == 3 and kind in pool and rng.random() < 0.35:
        yield row.level3, rng.choice(pool[kind]), 3, row.reason


def _void(row: Labelled, name: Marks, rng: random.Random) -> Iterator[tuple[str, str, int, str]]:
    satisfaction = row.level2 == "服务对象满意度指标"
    category = "满意度指标" if satisfaction else row.level2.removesuffix("指标" if rng.random() < 0.5 else "")
    draw = rng.random()
    if draw < 0.12:
        yield category, row.value, 0, "category-name"
    elif draw < 0.2 and not name.present & (_BIT["standard"] | _BIT["cycle"] | _BIT["ask"]) and name.quantity is None:
        yield row.level3, row.level3, 0, "repeats-name"
    elif draw < 0.28:
        yield (
            row.level3,
            rng.choice(("", "/", "-", "**", "××", "待定", "详见附件", "据实", "若干", "按实际情况", "同上")),
            0,
            "placeholder",
        )
    elif draw < 0.31:
        yield row.level3, rng.choice(("涉密", "不宜公开", "保密", "不予公开")), 0, "withheld"
    elif draw < 0.38:
        yield row.level3, _damaged(row.value or row.level3, rng), 0, "garbled"


def _damaged(text: str, rng: random.Random) -> str:
    han = [c for c in text if "\u4e00" <= c <= "\u9fff"]
    if len(han) >= 4 and rng.random() < 0.5:
        rng.shuffle(han)
        return "".join(han)
    return "".join(rng.choice(_DAMAGE) if c.isdigit() or rng.random() < 0.4 else c for c in text)


def _vague(row: Labelled, name: Marks, rng: random.Random) -> Iterator[tuple[str, str, int, str]]:
    wish = row.reason in {"direction", "adjective"} and not name.present & _COUNTABLE
    # An effort is none either, wherever it stands: 质量指标 加强人口管理工作 ≥98%.
    of_benefit = name.first & _DIRECTED or (row.level2 in _BENEFIT and name.last & _ABSTRACT)
    # What is only wished for is not counted, whatever its name ends on: 从优待警 ≥96%.
    other_wish = wish and row.level2 in _BENEFIT and not name.last & _BIT["person"] and rng.random() < 0.5
    if wish and (of_benefit or other_wish or (row.level2 == "质量指标" and name.last & _ABSTRACT)):
        percent = rng.choice((5, 10, 15, 20, 90, 95, 98, 100))
        yield (
            row.level3,
            rng.choice((f"≥{percent}%", f"{percent}%", f"提高{percent}%", f"提升≥{percent}%")),
            1,
            "pseudo",
        )
        if name.last & _ABSTRACT:
            trend = rng.choice(("提升率", "提高率", "增强率", "改善率", "提升度"))
            yield row.level3 + trend, f"≥{percent}%", 1, "pseudo"
            # What is done about an abstraction makes no rate of it either: 社会治安维护率.
            yield row.level3 + rng.choice(_COINED), f"≥{percent}%", 1, "pseudo"
    if row.reason in {"adjective", "timely"} and row.level2 in _MADE_OF_WISHES and 4 <= len(row.value) <= 8:
        if rng.random() < 0.3 and not any(character.isdigit() for character in row.value):
            # A name that is nothing but such words: 按时高效 ≥100%.
            yield row.value, f"≥{rng.choice((90, 95, 98, 100))}%", 1, "pseudo"
    if row.reason == "ratio" and name.text.endswith("率"):
        yield row.level3, rng.choice(("较高", "达标", "高", "合格", "良好")), 1, "adjective"
        yield row.level3, rng.choice(("提高", "逐步提高", "提升", "保障", "不断提升")), 1, "direction"
    if row.reason == "standard" and rng.random() < 0.3:
        unnamed = (
            "符合相关规定",
            "按相关规定执行",
            "严格执行相关制度",
            "符合有关要求",
            "按有关规定办理",
            "符合相关标准",
        )
        yield row.level3, rng.choice(unnamed), 1, "adjective"
    if row.reason == "ratio" and name.head == _HEAD["feeling"]:
        yield row.level3, rng.choice(("满意", "较高", "基本满意", "优", "良好", "比较满意", "提高")), 1, "adjective"


def _repeated(row: Labelled, name: Marks, value: Marks, rng: random.Random) -> Iterator[tuple[str, str, int, str]]:
    """A value that says the name again is void, unless what it says is a standard or a direction."""
    if row.reason == "standard" and value.text.startswith("按") and len(value.text) < 12 and rng.random() < 0.4:
        yield row.value + rng.choice(("支付", "发放", "执行", "")), row.value, 2, "standard"
    if row.reason == "direction" and name.last & _ABSTRACT and not name.first & _DIRECTED and rng.random() < 0.15:
        verb = rng.choice(("提高", "提升", "增强", "改善"))
        yield row.level3, row.level3 + verb, 1, "direction"
        yield row.level3 + rng.choice(("提升度", "提升")), row.level3 + verb, 1, "direction"
        yield verb + row.level3, verb, 1, "direction"
    if row.level == 2 and len(value.text) < 8 and (grade := _GRADE.search(value.text)):
        digit = str("一二三四五六七八".index(grade.group()[0]) + 1)
        yield row.level3, value.text.replace(grade.group()[0], digit, 1), 2, row.reason


def _timed(row: Labelled, name: Marks, rng: random.Random) -> Iterator[tuple[str, str, int, str]]:
    if row.level2 != "时效指标" or not name.text.endswith(_PLAIN_TIME) or row.level == 0:
        return
    draw = rng.random()
    if draw < 0.3:
        yield row.level3, rng.choice(("及时", "按时", "长期", "及时完成", "按期完成", "尽快")), 1, "timely"
    elif draw < 0.6:
        yield (
            row.level3,
            rng.choice(("1年", "2025年", "2024年度", "年内", "上半年", "12个月", "全年")),
            2,
            "coarse-period",
        )
    else:
        day = rng.choice(
            ("2025年6月底前", "30日内", "≤15天", "12月31日前", "2024年10月15日前", "3个工作日内", "≤6个月")
        )
        yield row.level3, day, 3, "date"


def derive(rows: Sequence[Labelled], marks: Callable[[Sequence[str]], list[Marks]], *, seed: int = 0) -> list[Labelled]:
    """Derive contrasting rows.

    Parameters
    ----------
    rows
        Labelled rows of the training part only.
    marks
        Gives the marks of texts, ``Encoder.marks``.
    seed
        Makes the choice reproducible.

    Returns
    -------
    list
        New rows with level and reason, without duplicates of the given ones, in a fixed order.
    """
    rng = random.Random(seed)
    names, values = marks([row.level3 for row in rows]), marks([row.value for row in rows])
    pool: dict[str, list[str]] = {}
    for row, value in zip(rows, values, strict=True):
        kind = KINDS[value.kind]
        if row.level == 3 and kind.startswith("number-"):
            pool.setdefault(kind.removeprefix("number-"), []).append(row.value)
    seen = {(row.level2, row.level3, row.value) for row in rows}
    derived = []
    for row, name, value in zip(rows, names, values, strict=True):
        if not name.text or row.reason in {"category-name", "garbled", "withheld"}:
            continue
        made = [
            *_mismatched(row, name, pool, rng),
            *_void(row, name, rng),
            *_vague(row, name, rng),
            *_timed(row, name, rng),
        ]
        made += _repeated(row, name, value, rng)
        made += _exchanged(row, value, pool, rng)
        candidates = [row.changed(level3=a, value=b, level=level, reason=reason) for a, b, level, reason in made]
        if row.level2 in _SWAPPED and row.reason not in _BOUND and name.head != _HEAD["feeling"] and rng.random() < 0.4:
            # The level does not punish a wrong category.
            candidates.append(replace(row, level2=rng.choice(_SWAPPED)))
        if row.level2 == "时效指标" and row.reason in _TIMES and rng.random() < 0.15:
            candidates.append(replace(row, level2=rng.choice(("数量指标", "质量指标"))))
        for candidate in candidates:
            if candidate.row not in seen:
                seen.add(candidate.row)
                derived.append(candidate)
    return derived
