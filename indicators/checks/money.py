"""Amounts of money for comparing: 元, with the step of the last printed digit.

Forms print 元, budget tables and texts 万元 with some decimals. Two amounts agree when what was rounded away can
explain the difference: half the last printed digit of each.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations

from indicators.money import WAN, worth
from indicators.records import BudgetLine, Form, Horizon, Quantity

from .structure import project_years

__all__ = [
    "CENT",
    "Money",
    "annual_funds",
    "fund_money",
    "line_money",
    "money_of",
    "one_year",
    "possible_funds",
    "several_years",
    "side_of_year",
]

CENT = Decimal("0.01")
#: 约 before an amount: it may be off by this share.
_ABOUT = Decimal("0.05")
_LASTING = re.compile("延续|跨年|多年|中长期|经常|长期")
_NOT_LASTING = re.compile("一次性|1年|一年")


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """An amount.

    Parameters
    ----------
    yuan
        In 元.
    step
        What the last printed digit is worth, in 元; of a sum, the steps of its parts added up.
    """

    yuan: Decimal
    step: Decimal

    def agrees(self, other: Money) -> bool:
        """Whether rounding explains the difference of two amounts."""
        return abs(self.yuan - other.yuan) <= (self.step + other.step) / 2

    def slipped(self, other: Money) -> bool:
        """Whether one is the other with 万 too much or too little."""
        if self.yuan <= 0 or other.yuan <= 0 or self.agrees(other):
            return False
        small, large = sorted((self, other), key=lambda money: money.yuan)
        raised = Money(yuan=small.yuan * WAN, step=small.step * WAN)
        # Half a 万 of a rounded figure must not make any two amounts agree.
        return abs(raised.yuan - large.yuan) <= min(raised.step + large.step, large.yuan / 1000) / 2

    def __add__(self, other: Money) -> Money:
        return Money(yuan=self.yuan + other.yuan, step=self.step + other.step)

    def times(self, factor: Decimal) -> Money:
        """Return the amount several times over."""
        return Money(yuan=self.yuan * factor, step=self.step * abs(factor))

    @staticmethod
    def total(parts: Iterable[Money]) -> Money:
        """Return the sum."""
        result = Money(yuan=Decimal(0), step=Decimal(0))
        for part in parts:
            result = result + part
        return result


def _step(number: Decimal) -> Decimal:
    exponent = number.as_tuple().exponent
    return Decimal(1).scaleb(min(exponent, 0)) if isinstance(exponent, int) else Decimal(1)


def money_of(quantity: Quantity | None) -> Money | None:
    """Return a printed amount, ``None`` for rates (元/人), ranges and what is not money."""
    if quantity is None or quantity.upper is not None or (scale := worth(quantity.unit)) is None:
        return None
    yuan, step = quantity.number * scale, _step(quantity.number) * scale
    return Money(yuan=yuan, step=max(step, abs(yuan) * _ABOUT) if quantity.relation == "≈" else step)


def fund_money(form: Form, horizon: str, source: str = "total") -> Money | None:
    """Return a fund cell, ``None`` where it is blank or not printed."""
    line = form.fund(horizon, source)
    if line is None or line.amount is None or (scale := worth(line.unit)) is None:
        return None
    # Amounts in 元 are exact; those in larger units are rounded to the last printed digit.
    step = CENT if scale == 1 else _step(line.amount) * scale
    return Money(yuan=line.amount * scale, step=step)


def line_money(line: BudgetLine, digits: int) -> Money | None:
    """Return the amount of a budget line whose table prints ``digits`` decimals, ``None`` where it is blank."""
    if line.amount is None or (scale := worth(line.amount_unit)) is None:
        return None
    return Money(yuan=line.amount * scale, step=scale.scaleb(-digits))


def side_of_year(form: Form) -> Horizon:
    """Return the side that speaks of the year, or the only one that a form prints."""
    return "annual" if "annual" in form.sides else form.sides[0]


def annual_funds(form: Form) -> Money | None:
    """Return what the project gets this year: the annual total, on one-sided layouts the only one."""
    for horizon in ("annual", "lifetime"):
        if horizon in form.sides and (money := fund_money(form, horizon)) is not None and money.yuan > 0:
            return money
        if horizon == "annual" and len(form.sides) > 1:
            return None
    return None


def possible_funds(form: Form, horizon: str) -> list[Money]:
    """Return what another figure may have to agree with: the total, also without own means and other money."""
    total = fund_money(form, horizon)
    if total is None:
        return []
    own = [money for source in ("self", "other", "carried") if (money := fund_money(form, horizon, source))]
    found = [total]
    for size in range(1, len(own) + 1):
        for chosen in combinations(own, size):
            rest = total + Money.total(chosen).times(Decimal(-1))
            if rest.yuan > 0:
                found.append(rest)
    return found


def one_year(form: Form) -> bool:
    """Whether the heading says 一年 or 一次性, and nothing in it says otherwise."""
    attribute = form.text("project_attribute")
    if _LASTING.search(attribute) and not _NOT_LASTING.search(attribute):
        return False
    return project_years(form) == 1 and not ("一次性" in attribute and _LASTING.search(attribute))


def several_years(form: Form) -> int | None:
    """Return for how many years a project runs, ``None`` for one year or where the heading does not say."""
    years = project_years(form)
    return years if years is not None and 2 <= years <= 50 else None
