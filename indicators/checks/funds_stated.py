"""Is the money a form states, as its total cost or in its texts, the money it asks for (F120, F121, F122, F123)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from indicators.money import MONEY_UNIT, PRINTED
from indicators.quantities import canonical_unit, parse_quantity
from indicators.records import Form

from .base import Context, Hit, Lexicon, NotApplicable, check, plain
from .form_whole import filled_side
from .funds_costs import costs_of
from .funds_rates import rate_of, rate_times_count
from .funds_texts import texts_of, texts_with_amounts
from .money import Money, annual_funds, money_of, possible_funds

__all__ = ["cost_in_money", "cost_near_funds", "stated_amount_is_funds", "this_year_stated"]

_CLAUSES = re.compile("[，,。；;]")
_WHOLE_COST = re.compile(
    r"^(?:项目)?总(?:成本|投资|费用|支出|造价)|[\u4e00-\u9fff]{2}总(?:成本|费用|造价)$|^(?:项目)?(?:成本|费用|经费|支出)总[额计]$|^[\u4e00-\u9fff]{1,8}(?:费用?|成本|经费|支出|补[助贴偿]|价款|投资)总额$"
)


_COST_WORD = re.compile("(?:总)?(?:费用|成本|经费|资金|支出|投入)(?:总?额)?$")
_TELLING = 4
_FAR = Decimal("0.2")


@check(scope="form")
def cost_near_funds(form: Form, *, least: Decimal, prices: Lexicon, savings: Lexicon) -> Iterator[Hit]:
    """Look for a total cost far below the funds asked for: the only cost, or the only one that is no price.

    Parameters
    ----------
    least
        Share of the annual funds from which a total cost is believed.
    prices, savings
        See ``costs_of``.

    Yields
    ------
    Hit
        At the only cost of the annual side, with ``cost`` and ``funds`` in 元; variant ``far`` where the name says
        that it is the total, or below a fifth.
    """
    funds = annual_funds(form)
    costs = [item for item in form.side("annual") if item.level2 in ("成本指标", "经济成本指标") and item.value]
    if len(costs) > 1 and funds is not None:
        costs = [cost.indicator for cost in costs_of(form, "annual", prices, savings)]
        if not _prices_make(form, funds, prices):
            # What has no price of its own may cost the rest.
            costs = []
    if funds is None or len(costs) != 1:
        raise NotApplicable
    cost = money_of(costs[0].quantity)
    name = plain(costs[0].name)
    # 装备购置费用 of the project 微型消防站装备购置 is the cost of all of it.
    thing = _COST_WORD.sub("", name)
    whole = _WHOLE_COST.search(name) or (len(thing) >= _TELLING and thing in plain(form.project_name))
    if cost is None or not whole:
        raise NotApplicable
    if 0 < cost.yuan < funds.yuan * least:
        far = _WHOLE_COST.search(name) or cost.yuan < funds.yuan * _FAR
        yield Hit(costs[0], {"cost": cost.yuan, "funds": funds.yuan}, variant="far" if far else "")


def _prices_make(form: Form, funds: Money, prices: Lexicon) -> bool:
    """Whether the prices of the annual side times the quantities they are for come to the funds."""
    rates = [rate for item in form.side("annual") if (rate := rate_of(item, prices)) is not None]
    paid = [times for rate in rates if (times := rate_times_count(form, rate)) is not None]
    return len(paid) == len(rates) > 0 and abs(sum(paid) / funds.yuan - 1) <= _ROUNDED


#: What prices times quantities may be off the funds by.
_ROUNDED = Decimal("0.02")


_ASKED_FOR = re.compile(
    r"(?:本年度?|今年|年度|[0-9]{4}年)?(?:共?申请|预算安排|安排预算|本年度?预算|年度预算)(?:中央|省级?|市级?|县级?|区级?|本级|上级)?(?:财政|项目|专项)*(?:补助|配套|拨款)?(?:资金|经费|金额)?(?:共计?|合计|总额)?(?:为|约)?"
    rf"\s*(?P<amount>{PRINTED}\s*(?:{MONEY_UNIT}))"
)
_OTHER_YEARS = re.compile("上年|去年|往年|其中|每年|每月|分别|另|已")
_OTHER_MONEY = re.compile("总投资|概算|上年|去年|结转")


@check(scope="form")
def stated_amount_is_funds(form: Form) -> Iterator[Hit]:
    """Compare what a text says is asked for this year with the funds.

    Yields
    ------
    Hit
        At the field, with ``said``, ``stated`` and ``funds`` in 元.
    """
    funds = annual_funds(form)
    if funds is None:
        raise NotApplicable
    fitting = [funds, *possible_funds(form, "annual"), *possible_funds(form, "lifetime")]
    for field in texts_of(form):
        found = list(_ASKED_FOR.finditer(field.text))
        clause = _CLAUSES.split(field.text[: found[0].start()])[-1] + found[0].group() if found else ""
        if len(found) != 1 or _OTHER_YEARS.search(clause) or _OTHER_MONEY.search(field.text):
            continue
        stated = money_of(parse_quantity(found[0].group("amount")))
        if stated is not None and not any(stated.agrees(money) or stated.slipped(money) for money in fitting):
            yield Hit(field, {"said": found[0].group(), "stated": stated.yuan, "funds": funds.yuan})
            return


_INVESTMENT = re.compile("总投资|概算(?:总额|总投资)?|投资总额|估算总投资|合同(?:总)?(?:价|金额)")
_YEAR_BEFORE = re.compile(r"((?:19|20)[0-9]{2})年")


@check(scope="form")
def this_year_stated(form: Form, context: Context, *, times: Decimal) -> Iterator[Hit]:
    """Look for texts that tell the investment as a whole and of earlier years, but nowhere what this year gets.

    Parameters
    ----------
    times
        Whole investment over the funds from which a share must be told.

    Yields
    ------
    Hit
        At the text, with ``total`` and ``funds`` in 元.
    """
    funds, budget = annual_funds(form), context.year(form)
    if funds is None or budget is None:
        raise NotApplicable
    fields = context.of(form, texts_with_amounts)
    known = [funds, *possible_funds(form, "annual"), *possible_funds(form, "lifetime")]
    if any(item.money.agrees(money) for _, amounts in fields for item in amounts for money in known):
        return
    for field, amounts in fields:
        whole = [item for item in amounts if _INVESTMENT.search(item.before) and item.money.yuan > funds.yuan * times]
        years = [int(year) for item in amounts for year in _YEAR_BEFORE.findall(item.before)]
        if whole and years and max(years) < budget:
            yield Hit(field, {"total": whole[0].money.yuan, "funds": funds.yuan, "year": max(years)})
            return


_COST_KEPT = re.compile("(?:成本|预算|费用|投资|支出|资金|经费)(?:控制|节约|执行|偏差|超支|完成)(?:率|比例|数|情况)?$")


@check(scope="form")
def cost_in_money(form: Form) -> Iterator[Hit]:
    """Look for forms whose only cost is a rate of keeping to it (成本控制率 100%).

    Yields
    ------
    Hit
        At the first such cost of the annual side, with ``count``.
    """
    costs = [item for item in filled_side(form) if item.level2 in ("成本指标", "经济成本指标")]
    if not costs:
        raise NotApplicable
    rates = [item for item in costs if item.quantity is not None and canonical_unit(item.quantity.unit) == "%"]
    if len(rates) == len(costs) and all(_COST_KEPT.search(plain(item.name)) for item in rates):
        yield Hit(rates[0], {"count": len(rates)})
