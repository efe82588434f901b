"""Does a value hold the figure its category needs (family V: V107-V109)."""

from __future__ import annotations

from collections.abc import Iterator

from indicators.records import Indicator

from .base import Hit, Lexicon, NotApplicable, check
from .value_words import core, has_number, legible, pieces, stated, unused

__all__ = ["figure_present"]

# 据实 alone says nothing; 按合同约定据实核算 points to the contract.
_SHORT = 6


@check(scope="indicator")
def figure_present(
    indicator: Indicator,
    *,
    unfilled: Lexicon,
    withheld: Lexicon,
    empty: tuple[Lexicon, ...] = (),
    vague: tuple[str, ...] = (),
    unless: tuple[str, ...] = (),
) -> Iterator[Hit]:
    """Look for values without any figure, digit or numeral, where the category asks for one.

    A name that holds the figure (新建幼儿园3所 = 完成) is complete. Damaged cells are not judged.

    Parameters
    ----------
    unfilled, withheld
        Values with a rule of their own: placeholders and 涉密.
    empty, vague
        Words that say nothing: a value of other words points somewhere (按合同, 不超过概算) and is variant
        ``reference``. Without them there is no such variant.
    unless
        Words that stand for a figure or a graded scale.

    Yields
    ------
    Hit
        At the indicator.
    """
    value = core(indicator.value)
    if not value or unused(indicator):
        raise NotApplicable
    if stated(indicator) or has_number(indicator.name) or not legible(indicator.value) or value in unfilled:
        return
    if withheld.find(value) or withheld.find(core(indicator.name)) or any(word in value for word in unless):
        return
    hollow = pieces(indicator, empty) is not None or (len(value) <= _SHORT and any(word in value for word in vague))
    pointing = bool(empty) and not hollow
    yield Hit(indicator, variant="reference" if pointing else "")
