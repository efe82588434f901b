"""Do several priced things together, or beside other costs, go into the funds (F124)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal

from indicators.records import Form, Indicator

from .base import Hit, Lexicon, NotApplicable, check, pairs, plain
from .funds_costs import costs_of
from .funds_rates import Rate, counted_for, others_pay, rate_of, rate_times_count
from .money import Money, annual_funds, fund_money, side_of_year

__all__ = ["prices_within_funds"]

_COSTS = ("成本指标", "经济成本指标")
#: A part told beside what it is a part of would be paid twice.
_PART = "其中"
#: One priced thing alone is asked for by ``count_times_rate_is_funds``.
_SEVERAL = 2
#: Pairs of characters that what is priced and what is counted have in common.
_NAMED_ALIKE = 2


def _priced(form: Form, side: str, prices: Lexicon) -> dict[str, Decimal]:
    """Return in 元 what each priced row of a side comes to, by its name.

    Floors are left out, and prices that share a count: how many of them are of either (县道, 村道) is not told. One
    unit alone proves nothing: 审计费 of some 户, 异常名录 of all of them.
    """
    rates: dict[str, tuple[Rate, Indicator]] = {}
    for item in form.side(side):
        rate = rate_of(item, prices) if item.level2 in _COSTS else None
        floor = item.quantity is None or item.quantity.relation in "≥>"
        if rate is None or floor or _PART in item.name:
            continue
        counted = counted_for(form, rate)
        if counted is not None and len(pairs(plain(item.name)) & pairs(plain(counted.name))) >= _NAMED_ALIKE:
            rates.setdefault(plain(item.name), (rate, counted))
    shared = Counter(id(counted) for _, counted in rates.values())
    found = {name: rate_times_count(form, rate) for name, (rate, counted) in rates.items() if shared[id(counted)] == 1}
    return {name: amount for name, amount in found.items() if amount is not None}


@check(scope="form")
def prices_within_funds(
    form: Form,
    *,
    prices: Lexicon,
    savings: Lexicon,
    contracts: Lexicon,
    farther: Decimal,
    far: Decimal,
) -> Iterator[Hit]:
    """Multiply each price with the quantity it is for, add the other costs, and compare with the funds.

    Parameters
    ----------
    prices, savings
        See ``costs_of``.
    contracts
        Words of totals, which hold the others.
    farther, far
        Share of the funds from which the sum is more than margins of prices explain: a note, and by itself.

    Yields
    ------
    Hit
        At the form, with ``items`` (names with what they come to in 元), ``sum`` and ``funds``; variant ``margin``
        where a margin of the prices might explain it.
    """
    side = side_of_year(form)
    funds = annual_funds(form) if side == "annual" else fund_money(form, side)
    if funds is None or funds.yuan <= 0:
        raise NotApplicable
    priced = _priced(form, side, prices)
    if not priced or others_pay(form):
        return
    items = dict(priced)
    for cost in costs_of(form, side, prices, savings):
        if not _holds_others(cost.money, cost.indicator.name, priced, funds, contracts):
            items.setdefault(plain(cost.indicator.name), cost.money.yuan)
    total = sum(items.values(), Decimal(0))
    if len(items) < _SEVERAL or total < funds.yuan * farther:
        return
    told = tuple(f"{name} {amount.normalize():f}" for name, amount in items.items())
    variant = "" if total >= funds.yuan * far else "margin"
    yield Hit(form, {"items": told, "sum": total.normalize(), "funds": funds.yuan}, variant=variant, key="prices")


def _holds_others(money: Money, name: str, priced: dict[str, Decimal], funds: Money, contracts: Lexicon) -> bool:
    """Whether a cost is the total, or the same money as what is priced: 购置费144万元 beside 16台 at 9万元."""
    if money.agrees(funds) or contracts.find(name) or _PART in name:
        return True
    same = (*priced.values(), sum(priced.values(), Decimal(0)))
    return any(abs(money.yuan - amount) <= max(money.step, amount / 100) for amount in same)
