"""Is a rate within what it can be (family V: V110-V112)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from indicators.quantities import canonical_unit
from indicators.records import Indicator, Quantity

from .base import Hit, Lexicon, NotApplicable, check, plain
from .heads import head_of
from .units import head

__all__ = ["rate_not_low", "rate_within_whole", "rise_possible"]

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
def rate_within_whole(indicator: Indicator, *, may_exceed: Lexicon, shares: Lexicon) -> Iterator[Hit]:
    """Look for rates that ask for the whole or more (≥100%, >99.9%), or for more than the whole (120%).

    Parameters
    ----------
    may_exceed
        Words of rates that can pass 100 %: growth, fulfilment of a plan.
    shares
        Rates that are parts of a whole: above 100 % is variant ``above``.

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
        yield Hit(indicator, {"number": number, "relation": quantity.relation})


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


def _usually_high(indicator: Indicator, heads: Lexicon) -> str:
    """Return the last words of a rate the more of which the better, ``""`` for other names."""
    parsed = head_of(head(indicator.name), heads)
    good = parsed.stem_kind in ("good", "remedy") and parsed.polarity == "+" and parsed.measure_kind == "rate"
    return parsed.modifier[-2:] + parsed.stem if good else ""


_FAR = Decimal("0.75")
_SPLIT = re.compile(r"\d\s+\d")
_SATISFACTION = re.compile("满意[度率]|满意程度")
_TURNED = re.compile("抗体|不满意|不合格|未达标|不达标|提升|提高|增长|下降|较")


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
    far = number < usual * _FAR
    if 0 < number < usual and not _TURNED.search(indicator.name + indicator.value):
        yield Hit(indicator, {"number": number, "usual": usual}, variant="far" if far else "")
