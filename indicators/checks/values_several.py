"""Does a row ask one thing, so that it can be scored (V131)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from indicators.quantities import canonical_unit, half_width, parse_quantity
from indicators.records import Indicator

from .base import Hit, Lexicon, NotApplicable, check
from .heads import head_of
from .units import head

__all__ = ["one_thing_each"]

_NAMES = re.compile("以及|[、，,；;/及和与]")
_VALUES = re.compile("[、，,；;/]")
#: One value by itself: a figure with its unit, and what says that it is a bound.
_ALONE = re.compile(r"\s*(?:[≥≤><=]|不[少低超][于过])?\s*[0-9][0-9.]*\s*[\u4e00-\u9fffA-Za-z%‰㎡]{1,5}\s*")


@check(scope="indicator")
def one_thing_each(indicator: Indicator, *, heads: Lexicon) -> Iterator[Hit]:
    """Look for rows that ask several things at once: 场馆数、开放天数及时长 = 3个/330天/35小时.

    As many names as values, and units that differ, say that these are no parts of one figure (2次/人, 8至10天).

    Parameters
    ----------
    heads
        Kinds of names: a count and a rate in one name have no value in common.

    Yields
    ------
    Hit
        At the indicator, with ``count`` and ``values``; variant ``one`` for a count and a rate with one value.
    """
    if not indicator.name or not indicator.value:
        raise NotApplicable
    if indicator.quantity is not None and (two := _count_and_rate(head(indicator.name), heads)):
        yield Hit(indicator, {"first": two[0], "second": two[1]}, variant="one")
        return
    values = [part for part in _VALUES.split(half_width(indicator.value)) if part.strip()]
    names = [part for part in _NAMES.split(indicator.name) if part.strip()]
    if len(values) < _SEVERAL or len(names) != len(values) or indicator.dates is not None:
        return
    quantities = [parse_quantity(part) for part in values if _ALONE.fullmatch(part)]
    units = {canonical_unit(quantity.unit) for quantity in quantities if quantity is not None}
    if len(quantities) == len(values) and len(units) > 1:
        yield Hit(indicator, {"count": len(values), "values": tuple(part.strip() for part in values)})


_SEVERAL = 2
_JOINED = re.compile("以及|[与和]|(?<![涉普波危以])及(?!时|格|第)")
_AMOUNTS = ("count", "person", "area", "length", "money")


def _count_and_rate(name: str, heads: Lexicon) -> tuple[str, str] | None:
    """Return the two names of a row that joins how many with which share: 轮训人数及考核合格率."""
    for found in _JOINED.finditer(name):
        first, second = name[: found.start()], name[found.end() :]
        one, other = head_of(first, heads), head_of(second, heads)
        counted = one.measure_kind in _AMOUNTS and (len(one.measure) > 1 or one.measure == "数")
        if counted and other.measure_kind == "rate" and other.stem and len(first) > len(one.measure):
            return first, second
    return None
