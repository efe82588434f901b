"""Does an indicator stand in the category its name and value belong to (family U: U109, U111-U115)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from indicators.quantities import unit_kind
from indicators.records import Form, Indicator

from .base import Context, Hit, Lexicon, NotApplicable, check, plain
from .units import full_head
from .value_words import core

__all__ = [
    "benefit_not_output",
    "benefit_not_satisfaction",
    "category_fits_name",
    "ecology_related",
    "value_not_money",
]


# A progress told in money invested, or a limit that only says which projects are meant.
_OTHER_THING = re.compile("完成投资|投资完成|支出进度|凡|元(?:及)?以[上下]的?[\u4e00-\u9fff]")


@check(scope="indicator")
def value_not_money(indicator: Indicator, *, unless: Lexicon | None = None) -> Iterator[Hit]:
    """Look for sums of money where something else is to be measured; the rule says in which categories.

    Parameters
    ----------
    unless
        Words of names for which money is the thing measured (贷款, 债券).

    Yields
    ------
    Hit
        At the indicator, with ``unit``.
    """
    quantity = indicator.quantity
    if quantity is None:
        raise NotApplicable
    if unit_kind(quantity.unit) not in ("money", "money-rate") or quantity.number == 0:
        return
    if _OTHER_THING.search(indicator.value):
        return
    if unless is not None and unless.find(indicator.name):
        return
    yield Hit(indicator, {"unit": quantity.unit})


_OUTPUT = re.compile(
    "(?:发放|拨付|支付|到位|下达|兑付|兑现|执行|完成|采购|验收|开工|竣工|完工|缴纳)(?:及时|准确|足额|完成|到位|合格|执行){0,2}[率度性]$"
)
_OUTPUT_TASK = re.compile(
    "任务|工作|项目|资金|经费|补助|补贴|工资|预算|计划|津贴|救助金|保障金|奖|款|培训|建设|工程|采购|设备|费"
)


@check(scope="indicator")
def benefit_not_output(indicator: Indicator, form: Form, context: Context, *, unless: Lexicon) -> Iterator[Hit]:
    """Look for outputs (发放率, 资金到位率, 任务完成率) in a row for benefits.

    Parameters
    ----------
    unless
        Words of names whose fulfilment is an effect (减排, 目标责任).

    Yields
    ------
    Hit
        At the indicator, with ``output``.
    """
    name = full_head(indicator, form, context)
    found = _OUTPUT.search(name)
    if found and _OUTPUT_TASK.search(name) and not unless.find(name):
        yield Hit(indicator, {"output": found.group()})


_SENTENCE = re.compile("[，,。；;]")


@lru_cache(maxsize=8)
def _homes(lexicon: Lexicon) -> dict[str, tuple[str, frozenset[str]]]:
    """Read ``合格率 达标率 = 质量指标 : 数量指标 时效指标``: last words, where they belong, where they do not."""
    homes: dict[str, tuple[str, frozenset[str]]] = {}
    for line in lexicon.words:
        words, _, places = line.partition("=")
        home, _, wrong = places.partition(":")
        for word in words.split():
            homes[word] = (home.strip(), frozenset(wrong.split()))
    return homes


@check(scope="indicator")
def category_fits_name(
    indicator: Indicator, form: Form, context: Context, *, homes: Lexicon, unless: Lexicon
) -> Iterator[Hit]:
    """Look for names whose last word belongs to another category.

    Parameters
    ----------
    homes
        Lines ``合格率 = 质量指标 : 数量指标 时效指标``: last words, their category, categories they do not fit.
    unless
        Words of names that may stand there all the same (无故障时间 as a quality).

    Yields
    ------
    Hit
        At the indicator, with ``word`` and ``home``.
    """
    name, table = full_head(indicator, form, context), _homes(homes)
    if _SENTENCE.search(indicator.name):
        raise NotApplicable
    word = next((name[-size:] for size in range(min(len(name), 8), 1, -1) if name[-size:] in table), "")
    if not word:
        raise NotApplicable
    home, wrong = table[word]
    if indicator.level2 in wrong and not unless.find(name):
        yield Hit(indicator, {"word": word, "home": home})


@check(scope="indicator")
def ecology_related(
    indicator: Indicator, *, environment: Lexicon, elsewhere: Lexicon, unfilled: Lexicon
) -> Iterator[Hit]:
    """Look for rows of 生态效益 that speak of other things and hold no word of nature, pollution, energy or waste.

    Parameters
    ----------
    environment
        Words of nature, pollution, energy and waste, in name or value.
    elsewhere
        Words of society, economy and administration: without one the row is left alone, whatever it says.
    unfilled
        Values that say the row does not apply.

    Yields
    ------
    Hit
        At the indicator.
    """
    name, value = plain(indicator.name), core(indicator.value)
    if not name or not value or value in unfilled or len(name) < 3:
        raise NotApplicable
    word = elsewhere.find(name)
    if word and not environment.find(name) and not environment.find(value):
        yield Hit(indicator, {"word": word})


_SATISFIED = re.compile("满意(?:度|率|程度)")


@check(scope="indicator")
def benefit_not_satisfaction(indicator: Indicator) -> Iterator[Hit]:
    """Look for satisfaction in a row for benefits.

    Yields
    ------
    Hit
        At the indicator.
    """
    if not indicator.name:
        raise NotApplicable
    if _SATISFIED.search(indicator.name):
        yield Hit(indicator)
