"""What units of money are worth: the only scale, for records, forms, checks, reports and the store.

Forms print 元 or 万元, budget tables of provinces 千元 or 亿元; an amount is compared in 元 and told in 万元. What is
no unit of money has no worth and gives no amount: a figure in an unknown unit must not be taken for 元.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal

from indicators.units import MULTIPLIERS

__all__ = [
    "MONEY_UNIT",
    "PRINTED",
    "WAN",
    "in_unit",
    "in_wan",
    "in_yuan",
    "number_of",
    "sums_of_sources",
    "told",
    "worth",
]

_WORTH = {f"{multiplier}元": factor for multiplier, factor in MULTIPLIERS.items()}
_WORTH |= {name: Decimal(1) for name in ("元", "元整", "圆", "人民币元")}
#: One 万元, in 元.
WAN = _WORTH["万元"]

#: Any unit of money, for patterns.
MONEY_UNIT = f"(?:{'|'.join(MULTIPLIERS)})?元"
#: A number as printed, for patterns.
PRINTED = r"[0-9][0-9,，]*(?:\.[0-9]+)?"


def worth(unit: str) -> Decimal | None:
    """Return what one of a unit is worth in 元, ``None`` for what is not money (人, 元/人, %)."""
    found = _WORTH.get(unit)
    return found if found is not None else _WORTH.get(re.sub(r"\s", "", unit))


def in_unit(number: Decimal, unit: str, wanted: str) -> Decimal | None:
    """Return an amount of one unit in another, ``None`` where either is no unit of money."""
    one, other = worth(unit), worth(wanted)
    if one is None or other is None:
        return None
    if one == other:
        return number
    # No zeros of the conversion behind the point, and 5000 rather than 5E+3 before it.
    return (number * one / other).normalize() + 0


def in_yuan(number: Decimal, unit: str) -> Decimal | None:
    """Return an amount in 元, ``None`` where the unit is not money."""
    return in_unit(number, unit, "元")


def in_wan(number: Decimal, unit: str = "元") -> Decimal | None:
    """Return an amount in 万元, ``None`` where the unit is not money."""
    return in_unit(number, unit, "万元")


def number_of(text: str) -> Decimal:
    """Return a number that matched :data:`PRINTED`."""
    return Decimal(text.replace(",", "").replace("，", ""))


_PARTS = ("central", "provincial", "local", "self", "other", "further")


def sums_of_sources(amounts: Mapping[str, Decimal]) -> list[Decimal]:
    """Return every sum that the sources of a total allow.

    A layout with 财政拨款 prints it either above its levels or beside them, and 上年结转 within or beyond it.
    """
    groups = [[source for source in _PARTS if source in amounts]]
    if "fiscal" in amounts:
        groups = [["fiscal", *(source for source in _PARTS[3:] if source in amounts)], groups[0] + ["fiscal"]]
    if "carried" in amounts:
        groups += [[*group, "carried"] for group in groups]
    return [sum((amounts[source] for source in group), Decimal(0)) for group in groups if group]


def told(yuan: Decimal | float, digits: int = 2) -> str:
    """Tell an amount to a person: ``1,234.50 万元``, below 1 万元 ``800 元``."""
    amount = Decimal(str(yuan))
    return f"{amount / WAN:,.{digits}f} 万元" if abs(amount) >= WAN else f"{amount:,.0f} 元"
