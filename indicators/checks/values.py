"""Can the value of an indicator be checked (family V)."""

from __future__ import annotations

from collections.abc import Iterator

from indicators.records import Indicator

from .base import Hit, Lexicon, NotApplicable, check, plain

__all__ = ["lexicon"]


@check(scope="indicator")
def lexicon(
    indicator: Indicator, *, words: Lexicon, unless: Lexicon | None = None, whole: bool = True
) -> Iterator[Hit]:
    """Look for values that are words of a list and nothing to measure.

    Parameters
    ----------
    words
        The words.
    unless
        Words that make the value checkable all the same (a named standard, a graded scale).
    whole
        Whether the value must consist of the words alone, or may only contain one.

    Yields
    ------
    Hit
        At the indicator, with ``word``.
    """
    value = plain(indicator.value)
    if not value:
        raise NotApplicable
    if indicator.quantity is not None or indicator.dates is not None:
        return
    if unless is not None and unless.find(value):
        return
    word = words.find(value)
    if word and (not whole or words.consists(value)):
        yield Hit(indicator, {"word": word})
