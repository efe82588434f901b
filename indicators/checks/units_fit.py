"""Do unit and name of an indicator fit each other (family U: U106-U108, U110, U116, U117)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache

from indicators.money import MONEY_UNIT
from indicators.quantities import canonical_unit, find_quantities, half_width, unit_kind
from indicators.records import Form, Indicator
from indicators.units import MULTIPLIERS

from .base import Context, Hit, Lexicon, NotApplicable, check, plain
from .units import ending, full_head, head

__all__ = ["notation_regular", "unit_fits_head", "unit_fits_object", "unit_printed"]

# Everything a value may hold beside its number for it to be just that number.
_BESIDE_NUMBER = re.compile(
    r"[≥≤><=≈±0-9.,%‰\s+~-]|百分[之比]|[不大小低高少多等于超过达到或约]{1,5}|以[上下内]|左右|控制在|至|无$"
)
_SPLIT = re.compile(r"\d\s+\d")
_NAMED_ZERO = Decimal(0)


def _bare(indicator: Indicator) -> bool:
    """Whether a value is one number with its unit and nothing else."""
    unit = indicator.quantity.unit if indicator.quantity is not None else ""
    value = half_width(indicator.value)
    if unit:
        value = value.replace(f"({unit})", "", 1).replace(unit, "", 1)
    return not _BESIDE_NUMBER.sub("", value)


@check(scope="indicator")
def unit_fits_head(
    indicator: Indicator,
    form: Form,
    context: Context,
    *,
    ends: Lexicon,
    kinds: tuple[str, ...],
    unless: Lexicon,
    units: tuple[str, ...] = (),
) -> Iterator[Hit]:
    """Look for units that cannot measure what the last word of the name asks for.

    Parameters
    ----------
    ends
        Last words of names.
    kinds
        Kinds of unit that cannot measure them.
    unless
        Words of a name that make the unit possible (频率 in 次, 人数增长 in %).
    units
        Where given, only these units, as ``canonical_unit`` writes them.

    Yields
    ------
    Hit
        At the indicator, with ``head`` and ``unit``.
    """
    quantity = indicator.quantity
    if quantity is None or not quantity.unit:
        raise NotApplicable
    if unit_kind(quantity.unit) not in kinds or not _bare(indicator):
        return
    if units and canonical_unit(quantity.unit) not in units:
        return
    name = full_head(indicator, form, context)
    word = ending(name, ends)
    if word and not unless.find(name):
        yield Hit(indicator, {"head": word, "unit": quantity.unit})


@lru_cache(maxsize=16)
def _table(lexicon: Lexicon) -> dict[str, frozenset[str]]:
    """Read ``工资 租金 = money ratio 份``: nouns, and the kinds and units that can measure them."""
    table: dict[str, frozenset[str]] = {}
    for line in lexicon.words:
        nouns, _, allowed = line.partition("=")
        for noun in nouns.split():
            table[noun] = frozenset(allowed.split())
    return table


@check(scope="indicator")
def unit_fits_object(
    indicator: Indicator, form: Form, context: Context, *, objects: Lexicon, handed_out: Lexicon
) -> Iterator[Hit]:
    """Look for units that cannot measure the thing named (gas in 平方米, a wage in 年).

    Parameters
    ----------
    objects
        Lines ``工资 租金 = money money-rate ratio``: nouns a name ends with, and the kinds or units that fit.
    handed_out
        Words of names under which money may be counted in people (发放工资 = 75人).

    Yields
    ------
    Hit
        At the indicator, with ``object`` and ``unit``.
    """
    quantity = indicator.quantity
    if quantity is None or not quantity.unit:
        raise NotApplicable
    # 290吨/日 of rubbish is measured in 吨.
    measure = quantity.unit.split("/")[0]
    kind = unit_kind(measure)
    if kind in ("other", "money") or not _bare(indicator):
        # Money as a quantity, a quality or a time has rules of its own.
        return
    table, name = _table(objects), full_head(indicator, form, context)
    noun = next((name[-size:] for size in range(min(len(name), 8), 0, -1) if name[-size:] in table), "")
    if not noun:
        return
    allowed = table[noun]
    unit = canonical_unit(measure)
    if kind in allowed or unit in allowed or measure in allowed or unit.lstrip("万千百十亿") in allowed:
        return
    if "time" in allowed and _times_time(unit):
        return
    if "money" in allowed and handed_out.find(name) and kind in ("person", "count", "time"):
        return
    yield Hit(indicator, {"object": noun, "unit": quantity.unit})


def _times_time(unit: str) -> bool:
    """Whether a unit is people or things times a time (人天, 辆天, 万人·小时): it measures the time they take."""
    bare = unit.lstrip("万千百十亿")
    return any(
        unit_kind(bare[:cut]) in ("person", "count") and unit_kind(bare[cut:].lstrip("·×*")) == "time"
        for cut in range(1, len(bare))
    )


_PER_MANY = re.compile("[万亿千百](?:元|人|台|辆|件|人口|分之)|死亡率|发病率|[A-Z]{2,}")
_UNITLESS = re.compile(
    "指数|系数|得分|评分|分值|分数|pH|PH|比$|比值|倍数|容积率|等级|级别|排名|名次|位次|浓度|密度|坐标|编号|代码|版本|标号|"
    "年份|年度|时间$|日期|点数"
)
_YEAR = re.compile(r"^(?:19|20)\d{2}$")
_SHARE = re.compile("率$|比例$|占比$|比重$|满意度$|程度$")


@check(scope="indicator")
def unit_printed(indicator: Indicator) -> Iterator[Hit]:
    """Look for bare numbers.

    A 1 for a rate may be the whole, written as a fraction: variant ``whole``.

    Yields
    ------
    Hit
        At the indicator, with ``number``.
    """
    quantity = indicator.quantity
    if quantity is not None and quantity.unit in ("万", "亿") and indicator.level2 in ("成本指标", "经济成本指标"):
        yield Hit(indicator, {"number": quantity.number}, variant="yuan")
        return
    if quantity is None or quantity.unit:
        raise NotApplicable
    name, number = indicator.name, quantity.number
    if number == _NAMED_ZERO or not _bare(indicator) or _SPLIT.search(indicator.value):
        return
    if _UNITLESS.search(plain(name)) or _BRACKETED_UNIT.search(name) or _YEAR.match(str(number)):
        return
    if 0 < number < 1 and head(name).endswith("度"):
        return  # 郁闭度 ≥0.5, 均匀度 ≥0.85: a degree between nothing and all
    if any(key == "unit" and value for key, value in indicator.attributes):
        return
    if _PER_MANY.search(name) or any(found.number == number for found, _, _ in find_quantities(name)):
        return
    fraction = number <= 1 and _SHARE.search(head(name)) is not None
    yield Hit(indicator, {"number": number}, variant="whole" if fraction else "")


_BRACKETED_UNIT = re.compile(
    r"[(（](?:单位[:：]|\s*[≥≤><=＝]+\s*[*＊×]{2,}\s*)?(?:%|％|‰|[万亿千]?[\u4e00-\u9fff㎡]{1,4}(?:/[\u4e00-\u9fff]{1,2})?)[)）]\s*$"
)
_DOUBLE = re.compile(r"[≥≤><=]\s*(?:[≥≤><]|=(?!\s*\d)|不低于|不少于|大于|小于|不超过|不高于|不小于|不大于)")
_TWICE = re.compile(
    r"[≥>]\s*=?\s*[0-9.,]+\s*[^\d以]{0,3}(?:及)?以上|[≤<]\s*=?\s*[0-9.,]+\s*[^\d以]{0,3}(?:及)?以[下内]"
    r"|(?:不低于|不少于|至少).{1,10}以上"
)
_AFTER = re.compile(r"^[0-9.,]+\s*[%％]?\s*[≥≤]$")
_WORD_UNIT = re.compile(r"[0-9]\s*百分[比数]")
_UNIT_TWICE = re.compile(
    rf"%\s*%|％\s*％|(?:{'|'.join(MULTIPLIERS)})元\s*(?:{MONEY_UNIT})|(?<=[0-9])([个人次件套台元户项家])\s*\1"
)


@check(scope="indicator")
def notation_regular(indicator: Indicator) -> Iterator[Hit]:
    """Look for signs and units that are written oddly but can be read: ≥90百分比, ≥≥90%, ≥90%以上.

    Yields
    ------
    Hit
        At the indicator, with ``oddity``.
    """
    value = half_width(indicator.value).replace("＞", ">").replace("＜", "<")
    if indicator.quantity is None and not _DOUBLE.search(value):
        raise NotApplicable
    for pattern, oddity in (
        (_DOUBLE, "符号重复"),
        (_WORD_UNIT, "单位应写作“%”"),
        (_TWICE, "符号与“以上”“以下”重复"),
        (_AFTER, "符号写在数字后面"),
        (_UNIT_TWICE, "单位重复"),
    ):
        if pattern.search(value) and not (oddity == "符号重复" and re.search(r"[><]\s*=\s*\d", value)):
            yield Hit(indicator, {"oddity": oddity})
            return
