"""Rows that belong to another sector than the project (C114)."""

from __future__ import annotations

from collections.abc import Iterator

from indicators.records import Form, Indicator

from .base import Context, Hit, NotApplicable, check, pairs, plain
from .form_whole import filled_side

__all__ = ["rows_of_this_work"]

#: Characters of texts from which they say what a project does, and rows that must speak of what the texts speak of.
_LONG_ENOUGH, _AT_HOME = 60, 2
_TEXTS = ("overview", "basis", "necessity", "measures", "plan", "goal.annual", "goal.lifetime")


@check(scope="form")
def rows_of_this_work(form: Form, context: Context, *, sectors: tuple[str, ...]) -> Iterator[Hit]:
    """Look for the one row that counts what only another sector has (造林面积 in the repair of a school).

    Benefits and qualities reach beyond a sector (建筑垃圾处置率 of any building site), so that only quantities are
    looked at. Silent where the texts are short, where they, the bureau or another row know anything of that sector,
    or where they share two characters of the name: a row that is merely unusual is no fault.

    Parameters
    ----------
    sectors
        ``名称：词、词；词、词``: what is counted there and nowhere else, and what tells that the form knows of it.

    Yields
    ------
    Hit
        At the row, with ``sector`` and ``word``.
    """
    told = plain("".join(form.text(path) for path in _TEXTS))
    rows = filled_side(form)
    told_pairs = pairs(told)
    if len(told) < _LONG_ENOUGH or sum(_speaks_of(item, told_pairs) for item in rows) < _AT_HOME:
        raise NotApplicable
    about = told + plain("".join((form.title, *(item.text for item in form.fields), context.extraction.department)))
    for line in sectors:
        sector, _, listed = line.partition("：")
        counted, _, knowing = listed.partition("；")
        words = counted.split("、")
        met = [(item, word) for item in rows for word in words if word in plain(item.name)]
        if len({id(item) for item, _ in met}) != 1 or any(word in about for word in (*words, *knowing.split("、"))):
            continue
        item, word = met[0]
        if not _speaks_of(item, pairs(about)) and item.level2 == "数量指标":
            yield Hit(item, {"sector": sector, "word": word}, key=word)


def _speaks_of(item: Indicator, told: set[str]) -> bool:
    """Whether two neighbouring characters of a name stand in what is told."""
    return not pairs(plain(item.name)).isdisjoint(told)
