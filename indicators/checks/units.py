"""Do kind, direction and unit of an indicator fit each other (family U)."""

from __future__ import annotations

from collections.abc import Iterator

from indicators.records import Indicator

from .base import Hit, Lexicon, NotApplicable, check, plain

__all__ = ["relation_fits_name"]


@check(scope="indicator")
def relation_fits_name(
    indicator: Indicator,
    *,
    names: Lexicon,
    unless: Lexicon,
    relations: tuple[str, ...],
    units: tuple[str, ...] = (),
) -> Iterator[Hit]:
    """Look for a comparison that points the wrong way for what the name says.

    Parameters
    ----------
    names
        Words of a name for which the relations are wrong.
    unless
        Words of a name that turn the meaning round (保修期 among durations).
    relations
        The wrong ones, of ``≥ ≤ > <``.
    units
        Units the value must have for the question to arise; empty = any.

    Yields
    ------
    Hit
        At the indicator, with ``relation`` and ``word``.
    """
    quantity = indicator.quantity
    if quantity is None or quantity.relation == "=":
        raise NotApplicable
    name = plain(indicator.name)
    word = names.find(name)
    if not word or quantity.relation not in relations or unless.find(name):
        return
    if units and quantity.unit not in units:
        return
    yield Hit(indicator, {"relation": quantity.relation, "word": word})
