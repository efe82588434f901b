"""Are two amounts that should agree apart by exactly ten thousand: 元 printed for 万元 or the reverse (F111)."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from indicators.quantities import find_quantities
from indicators.records import Extraction, Form, FundLine
from indicators.text import squash

from .base import Context, Hit, Lexicon, NotApplicable, check
from .funds_costs import costs_of
from .funds_table import join
from .funds_texts import texts_with_amounts
from .money import Money, annual_funds, fund_money, line_money, money_of

__all__ = ["amounts_in_one_unit"]

#: Short round figures may be ten thousand times another by chance (10元 a head, 10万元 in all).
_TELLING_DIGITS = 3
_TELLING_DIGITS_IN_TEXT = 4
_FEW = 3


def _digits(money: Money) -> int:
    return len(f"{money.yuan.normalize():f}".replace(".", "").strip("0"))


@check(scope="form")
def amounts_in_one_unit(form: Form, context: Context, *, prices: Lexicon, savings: Lexicon) -> Iterator[Hit]:
    """Look for amounts that are the funds with 万 too much or too little.

    Compared are the two sides, the line of 项目支出预算表, the cost, the amount in the name and in the texts.
    Where most forms of a document are apart, its unit was read wrong or printed once at the top; nothing is said.

    Parameters
    ----------
    prices, savings
        See ``costs_of``.

    Yields
    ------
    Hit
        At the other amount, with ``what``, ``other`` and ``funds`` in 元.
    """
    funds = annual_funds(form)
    if funds is None:
        raise NotApplicable
    if context.once(_unit_of_document_doubtful):
        raise NotApplicable
    lifetime = fund_money(form, "lifetime")
    line = form.fund("lifetime", "total")
    if line is not None and lifetime is not None and lifetime.slipped(funds):
        yield _hit(line, "实施期资金", lifetime, funds)
    yield from _of_costs(form, funds, prices, savings)
    yield from _of_table(form, context, funds)
    yield from _of_texts(form, context, funds)


def _unit_of_document_doubtful(extraction: Extraction) -> bool:
    compared = slipped = 0
    for form in extraction.forms:
        funds = annual_funds(form)
        amounts = [money for item in form.indicators if "成本" in item.level2 and (money := money_of(item.quantity))]
        if funds is not None and amounts:
            compared += 1
            slipped += any(money.slipped(funds) for money in amounts)
    return slipped >= _FEW and 2 * slipped > compared


def _hit(at: FundLine, what: str, other: Money, funds: Money) -> Hit:
    return Hit(at, {"what": what, "other": other.yuan, "funds": funds.yuan})


def _of_costs(form: Form, funds: Money, prices: Lexicon, savings: Lexicon) -> Iterator[Hit]:
    side = "annual" if "annual" in form.sides else form.sides[0]
    for cost in costs_of(form, side, prices, savings):
        money = cost.money
        if money.slipped(funds) and (money.yuan > funds.yuan or _digits(money) >= _TELLING_DIGITS):
            values = {"what": f"成本“{cost.indicator.name}”", "other": money.yuan, "funds": funds.yuan}
            yield Hit(cost.indicator, values)


def _of_table(form: Form, context: Context, funds: Money) -> Iterator[Hit]:
    joined = context.once(join)
    pair = joined.pairs.get(form.index)
    money = line_money(pair.line, joined.digits) if pair is not None else None
    if money is not None and money.slipped(funds):
        line = form.fund("annual", "total") or form.fund("lifetime", "total")
        if line is not None:
            yield _hit(line, "项目支出预算表", money, funds)


def _of_texts(form: Form, context: Context, funds: Money) -> Iterator[Hit]:
    name = form.field("project_name")
    if name is not None:
        for quantity, _, _ in find_quantities(squash(name.text)):
            money = money_of(quantity)
            if money is not None and money.slipped(funds) and money.yuan > funds.yuan:
                yield Hit(name, {"what": "项目名称中的金额", "other": money.yuan, "funds": funds.yuan})
                break
    seen: set[Decimal] = set()
    for field, amounts in context.of(form, texts_with_amounts):
        for item in amounts:
            if item.money.yuan in seen or not item.money.slipped(funds):
                continue
            seen.add(item.money.yuan)
            if _digits(item.money) >= _TELLING_DIGITS_IN_TEXT:
                yield Hit(field, {"what": "文字中的金额", "other": item.money.yuan, "funds": funds.yuan})
