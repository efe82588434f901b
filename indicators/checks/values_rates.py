"""Is a rate within what it can be, and a bar one that can be missed (family V: V110-V112, V128)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from indicators.quantities import canonical_unit, find_dates, half_width
from indicators.records import Indicator, Quantity

from .base import Hit, Lexicon, NotApplicable, check, plain
from .heads import head_of
from .units import head
from .values_pseudo import uncounted

__all__ = [
    "bar_above_zero",
    "bar_binds",
    "bar_is_sharp",
    "rate_answered",
    "rate_not_low",
    "rate_within_whole",
    "rise_possible",
]

_HUNDRED = Decimal(100)
_NEARLY = Decimal("99.9")
_RISE = re.compile("提高|提升|增长|增加|增强|上升|改善|增幅|增进|加强")
_REACH = re.compile("(?:提高|提升|增长|增加|增强|上升|改善|达)[了率]?[到至]|达到|不低于")


def percentage(quantity: Quantity | None) -> Decimal | None:
    """Return the number of a value in per cent, ``None`` where it is none."""
    if quantity is None or canonical_unit(quantity.unit) != "%":
        return None
    return quantity.number


@check(scope="indicator")
def rate_within_whole(
    indicator: Indicator, *, may_exceed: Lexicon, shares: Lexicon, abstractions: Lexicon, countable: Lexicon
) -> Iterator[Hit]:
    """Look for rates that ask for the whole or more (≥100%, >99.9%), or for more than the whole (120%).

    Parameters
    ----------
    may_exceed
        Words of rates that can pass 100 %: growth, fulfilment of a plan.
    shares
        Rates that are parts of a whole: above 100 % is variant ``above``.
    abstractions, countable
        See ``rate_has_base``: on what nobody can count no other percentage is better (variant ``uncounted``).

    Yields
    ------
    Hit
        At the indicator, with ``number`` and ``relation``.
    """
    number, quantity = percentage(indicator.quantity), indicator.quantity
    if number is None or quantity is None:
        raise NotApplicable
    name = plain(indicator.name)
    if quantity.relation in "≤<≈" or may_exceed.find(name) or may_exceed.find(indicator.value):
        return
    if number > _HUNDRED:
        if shares.find(name):
            yield Hit(indicator, {"number": number, "relation": quantity.relation}, variant="above")
    elif (quantity.relation == "≥" and number == _HUNDRED) or (quantity.relation == ">" and number >= _NEARLY):
        variant = "uncounted" if uncounted(indicator, abstractions, countable) else ""
        yield Hit(indicator, {"number": number, "relation": quantity.relation}, variant=variant)


@check(scope="indicator")
def rise_possible(indicator: Indicator, *, at_least: Decimal, may_rise: Lexicon) -> Iterator[Hit]:
    """Look for values that ask for a rise by nearly the whole (提高99%), where a level is meant.

    Parameters
    ----------
    at_least
        Smallest rise, in per cent, that is taken for a level; rises above 100 % are left alone.
    may_rise
        Names of things that can double (收入, 产量, 访问量).

    Yields
    ------
    Hit
        At the indicator, with ``number`` and ``word``.
    """
    number = percentage(indicator.quantity)
    if number is None:
        raise NotApplicable
    rise = _RISE.search(indicator.value)
    if rise is None or _REACH.search(indicator.value) or may_rise.find(indicator.name):
        return
    if at_least <= number <= _HUNDRED:
        yield Hit(indicator, {"number": number, "word": rise.group()})


#: What can fall below nought, so that nought is a bar.
_MAY_FALL = re.compile(
    "(?<!新)增(?!设|补|殖|绿|建|种|配)|涨|升|降|减|变化|变动|净|差|温|收益|利润|盈|余|同比|环比|较|比上年|回报|亏|补偿|偏|平衡|结转|得分|评分"
)


@check(scope="indicator")
def bar_is_sharp(indicator: Indicator) -> Iterator[Hit]:
    """Look for targets that are only about a figure (300家左右): how far below still counts as reached.

    Yields
    ------
    Hit
        At the indicator.
    """
    if indicator.quantity is None:
        raise NotApplicable
    if indicator.quantity.relation == "≈" and "±" not in indicator.value:
        yield Hit(indicator)


#: A date and what says that it is a deadline; anything else may tell a share by then.
_DATE_ALONE = re.compile(r"(?:前|底|末|初|之?内|以前|完成|达标|达到|不晚于|于|在|[~\-—至到,，。、\s])*")


_HOW_MANY = ("count", "person", "area", "length")
#: 量 ends words that are no count (质量, 力量); 第几批次, 期次 may be told by when.
_ALSO_WHEN = ("量", "数", "批次", "班次")


@check(scope="indicator")
def rate_answered(indicator: Indicator, *, heads: Lexicon, unless: Lexicon) -> Iterator[Hit]:
    """Look for rates and counts that are answered with a date and nothing else (验收合格率 = 2025年9月底前).

    Parameters
    ----------
    heads
        Kinds of names.
    unless
        Words of rates that are no share of a whole (汇率): a date may say of which day.

    Yields
    ------
    Hit
        At the indicator, with ``word``; variant ``count`` where the name asks how many.
    """
    if indicator.dates is None or indicator.quantity is not None:
        raise NotApplicable
    name = head(indicator.name)
    parsed = head_of(name, heads)
    text = half_width(indicator.value)
    for _, start, end in reversed(find_dates(text)):
        text = text[:start] + text[end:]
    if not _DATE_ALONE.fullmatch(text) or unless.find(name):
        return
    if parsed.measure_kind == "rate":
        yield Hit(indicator, {"word": parsed.stem + parsed.measure})
    elif parsed.measure_kind in _HOW_MANY and parsed.measure not in _ALSO_WHEN:
        yield Hit(indicator, {"word": parsed.measure}, variant="count")


@check(scope="indicator")
def bar_above_zero(indicator: Indicator, *, heads: Lexicon) -> Iterator[Hit]:
    """Look for bars at nought (≥0小时/台): whatever is done, the target is reached.

    Parameters
    ----------
    heads
        Kinds of names: of an ill ≥0 is the wrong way round, which is another rule's.

    Yields
    ------
    Hit
        At the indicator.
    """
    quantity = indicator.quantity
    if quantity is None or quantity.relation != "≥" or quantity.number != 0 or quantity.upper is not None:
        raise NotApplicable
    if head_of(head(indicator.name), heads).polarity != "-" and not _MAY_FALL.search(indicator.name + indicator.value):
        yield Hit(indicator)


_SMALL, _LARGE = Decimal(3), Decimal(90)
#: Rates of which a few per cent are much (samples, changes, yields), and rates that may well have an upper limit.
_FEW = re.compile("抽|检|访|查|审|复|评|测|演练|增|长|涨|升|降|减|提|溢|益|利|费|税|贡献|投|奖|获|中标|转化|优秀")
_LIMITED = re.compile("控制|偏|差|误|损|占|费|税|负|载|荷|耗|支|编")


@check(scope="indicator")
def bar_binds(indicator: Indicator, *, heads: Lexicon, unless: Lexicon) -> Iterator[Hit]:
    """Look for quality rates of unknown direction whose bar is met by nearly every outcome (黑屏率 ≥1%, 一致率 ≤99%).

    Parameters
    ----------
    heads
        Kinds of names: where the direction is known, other rules decide.
    unless
        Words of names that may be capped.

    Yields
    ------
    Hit
        At the indicator; variant ``cap`` for an upper limit.
    """
    number, quantity = percentage(indicator.quantity), indicator.quantity
    if quantity is not None and quantity.unit == "‰":
        number = quantity.number / 10
    if number is None or quantity is None or quantity.relation not in "≥>≤<" or quantity.upper is not None:
        raise NotApplicable
    name = head(indicator.name)
    if not name.endswith("率") or head_of(name, heads).polarity != "0" or unless.find(name):
        return
    if quantity.relation in "≥>" and 0 < number <= _SMALL and not _FEW.search(name):
        yield Hit(indicator)
    elif quantity.relation in "≤<" and _LARGE <= number < _HUNDRED and not _LIMITED.search(name):
        yield Hit(indicator, variant="cap")


def _usually_high(indicator: Indicator, heads: Lexicon) -> str:
    """Return the last words of a rate the more of which the better, ``""`` for other names."""
    parsed = head_of(head(indicator.name), heads)
    if (due := _DUE.search(indicator.name)) is not None and parsed.polarity != "-":
        # 应免畜禽免疫密度: those that should be are meant to be, whatever the rate is called.
        return due.group()
    good = parsed.stem_kind in ("good", "remedy") and parsed.polarity == "+" and parsed.measure_kind == "rate"
    return parsed.modifier[-2:] + parsed.stem if good else ""


_DUE = re.compile("应(?:免|检|保|收|享|建|助|治|测|参|缴|救|养|报|查|改|修|装|配|种|纳|上|办|发|补|入|管|护)(?!急)")
_FAR = Decimal("0.75")
_SPLIT = re.compile(r"\d\s+\d")
_SATISFACTION = re.compile("满意[度率]|满意程度")
_TURNED = re.compile("抗体|不满意|不合格|未达标|不达标|提升|提高|增长|下降|较")


#: Usual share of what is accepted, from which "far below" is told.
_ACCEPTED = Decimal(95)


@check(scope="indicator")
def rate_not_low(
    indicator: Indicator,
    *,
    satisfaction: Decimal,
    passing: Decimal,
    pass_rates: Lexicon,
    general: Decimal,
    heads: Lexicon,
    unless: Lexicon,
) -> Iterator[Hit]:
    """Look for satisfaction and pass rates below what is usual.

    Parameters
    ----------
    satisfaction
        Usual level of satisfaction, in per cent.
    passing
        Usual level of the rates named in ``pass_rates``, in per cent.
    general, heads
        Level, in per cent, below which any rate is low whose head says the more the better.
    unless
        Words of names of rates that are low by nature.

    Yields
    ------
    Hit
        At the indicator, with ``number`` and ``usual``; variant ``far`` below three quarters of it.
    """
    number, quantity = percentage(indicator.quantity), indicator.quantity
    if number is None or quantity is None or quantity.relation in "≤<" or _SPLIT.search(indicator.value):
        raise NotApplicable
    if _SATISFACTION.search(indicator.name) or indicator.level2 == "服务对象满意度指标":
        usual = satisfaction
    elif pass_rates.find(indicator.name):
        usual = passing
    elif (rate := _usually_high(indicator, heads)) and not unless.find(rate):
        usual = general
    else:
        raise NotApplicable
    # Which rates are usually high is a guess by their head: never more than a note.
    # What is delivered must pass: an acceptance is no examination of people.
    bar = _ACCEPTED if "验收" in indicator.name and usual == passing else usual
    far = number < bar * _FAR and usual != general
    if 0 < number < usual and not _TURNED.search(indicator.name + indicator.value):
        yield Hit(indicator, {"number": number, "usual": usual}, variant="far" if far else "")
