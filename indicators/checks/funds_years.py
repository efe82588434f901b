"""Does the money of all years fit that of one (family F: F117)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from indicators.quantities import find_dates
from indicators.records import Form, Quantity

from .base import Hit, NotApplicable, check
from .mentions import mentions, same_measure, scaled, sums
from .money import CENT, fund_money, several_years
from .things import whose_cut

__all__ = ["lifetime_is_years_times_annual"]

#: Where a form may tell what all years cost.
_COSTS_TOLD = ("plan", "overview", "goal.lifetime")


@check(scope="form")
def lifetime_is_years_times_annual(form: Form) -> Iterator[Hit]:
    """Compare the money of the whole project with that of one year times its years; a question, not an error.

    Not asked where the form tells why its years differ.

    Yields
    ------
    Hit
        At the lifetime total, with ``lifetime``, ``annual``, ``years`` and ``expected``.
    """
    years = several_years(form)
    annual, lifetime = fund_money(form, "annual"), fund_money(form, "lifetime")
    if years is None or annual is None or lifetime is None or annual.yuan <= 0 or lifetime.yuan <= 0:
        raise NotApplicable
    if re.search(r"[0-9]个?月", form.text("project_period")):
        # 18个月 are two budget years, but no two whole ones.
        raise NotApplicable
    line = form.fund("lifetime", "total")
    gap = annual.yuan * years - lifetime.yuan
    if line is None or lifetime.agrees(annual.times(Decimal(years))) or abs(gap) < CENT:
        return
    if _tasks_uneven(form, years, gap) or _costs_told(form, lifetime.yuan) or _each_year_planned(form, years):
        return
    one, whole = form.amount("annual") or Decimal(0), form.amount("lifetime") or Decimal(0)
    yield Hit(line, {"lifetime": whole, "annual": one, "years": years, "expected": one * years})


def _tasks_uneven(form: Form, years: int, gap: Decimal) -> bool:
    """Whether a task of the year, times the years, misses that of the whole as the money does: 7 of 12 in two years."""
    whole = {whose_cut(item.name): item.quantity for item in form.side("lifetime") if item.quantity is not None}
    for item in form.side("annual"):
        share, all_of_it = item.quantity, whole.get(whose_cut(item.name))
        if share is None or all_of_it is None or not same_measure(share, all_of_it):
            continue
        if scaled(share) < scaled(all_of_it) and (scaled(share) * years - scaled(all_of_it)) * gap > 0:
            return True
    return False


def _costs_told(form: Form, lifetime: Decimal) -> bool:
    """Whether a text gives amounts that make up the whole: 布设设备（608万元）、运行维护（306万元）."""
    whole = Quantity(relation="=", number=lifetime, unit="元")
    # 每处每年1万元 is a rate, and no part.
    found = [item for item in mentions(form) if "每" not in item.left]
    texts = ([item.quantity for item in found if item.field.path == path] for path in _COSTS_TOLD)
    return any(lifetime in sums(parts, whole) for parts in texts)


def _each_year_planned(form: Form, years: int) -> bool:
    """Whether the plan has its own steps for each year: 2025年帷幕灌浆；2026年改建溢洪道."""
    found = (span for span, _, _ in find_dates(form.text("plan")))
    ends = ((span.start or span.end, span.end or span.start) for span in found)
    named = {start.year for start, end in ends if start is not None and end is not None and start.year == end.year}
    return len(named) >= years
