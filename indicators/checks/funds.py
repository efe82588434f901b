"""Do the amounts agree: sources, sides, budget table, costs, arithmetic in the texts (family F)."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from indicators.records import Form

from .base import Hit, NotApplicable, check

__all__ = ["parts_make_total"]

_PARTS = ("central", "provincial", "local", "self", "other")


@check(scope="form")
def parts_make_total(form: Form, *, tolerance: Decimal) -> Iterator[Hit]:
    """Compare each printed total with the sum of its printed sources.

    Parameters
    ----------
    form
        Amounts in the form's printed unit; ``None`` where the cell is empty.
    tolerance
        Largest difference, in the same unit, that rounding explains.

    Yields
    ------
    Hit
        At the total, with ``total``, ``parts`` and ``gap``.
    """
    asked = False
    for horizon in form.sides:
        total = form.fund(horizon, "total")
        amounts = [form.amount(horizon, source) for source in _PARTS]
        printed = [amount for amount in amounts if amount is not None]
        if total is None or total.amount is None or not printed:
            continue
        asked = True
        parts = sum(printed, Decimal(0))
        if abs(total.amount - parts) > tolerance:
            yield Hit(total, {"total": total.amount, "parts": parts, "gap": abs(total.amount - parts)})
    if not asked:
        raise NotApplicable
