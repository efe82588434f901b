"""Do the two sides of a form agree with each other (family C: C101, C102).

The annual side is often the other cut off by the cell width, in another order, with the empty unit 无 glued to it;
none of that is a difference.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from rapidfuzz.distance import Levenshtein

from indicators.quantities import amount_in_yuan, canonical_unit, unit_kind
from indicators.records import Form, Indicator, Quantity

from .base import Context, Hit, Lexicon, NotApplicable, check, pairs, plain
from .structure import project_years
from .things import of_one_thing, things, whose_cut

__all__ = ["names_agree", "same_cut_off", "sides_agree_in_name", "sides_agree_in_value", "values_differ"]

#: Shorter texts are whole words, not cells cut off by their width.
_SHORTEST_CUT = 4
#: A word that stands for another by one misread character must be at least this long.
_SHORTEST_DAMAGED = 5
_DIGITS = re.compile(r"[0-9]+")
_OPPOSITE = {("≥", "≤"), ("≤", "≥"), (">", "<"), ("<", ">"), ("≥", "<"), ("<", "≥"), (">", "≤"), ("≤", ">")}


def same_cut_off(one: str, other: str) -> bool:
    """Whether two texts are the same, one of them perhaps cut off by the width of its cell."""
    first, second = plain(one), plain(other)
    if len(first) > len(second):
        first, second = second, first
    return first == second or (len(first) >= _SHORTEST_CUT and second.startswith(first))


def _damaged(one: str, other: str) -> bool:
    """Whether one misread character explains the difference; figures must be the same."""
    first, second = plain(one), plain(other)
    if len(first) > len(second):
        first, second = second, first
    if len(first) < _SHORTEST_DAMAGED:
        return False
    second = second[: len(first) + 1]
    if Levenshtein.distance(first, second, score_cutoff=2) > 1 and (
        Levenshtein.distance(first, second[: len(first)], score_cutoff=2) > 1
    ):
        return False
    return "".join(_DIGITS.findall(second)).startswith("".join(_DIGITS.findall(first)))


def names_agree(annual: str, lifetime: str) -> bool:
    """Whether two names on the two sides name the same indicator, cut off or with one character misread."""
    annual, lifetime = whose_cut(annual), whose_cut(lifetime)
    return same_cut_off(annual, lifetime) or _short_prefix(annual, lifetime) or _damaged(annual, lifetime)


def _short_prefix(one: str, other: str) -> bool:
    first, second = plain(one), plain(other)
    return min(len(first), len(second)) >= 2 and (second.startswith(first) or first.startswith(second))


def values_differ(one: Indicator, other: Indicator) -> bool:
    """Whether two values say something else, beyond what the print explains.

    Numbers are compared in one unit; a missing unit or operator is no difference. Words are compared by prefix.
    """
    if same_cut_off(one.value, other.value) or plain(one.value) == plain(other.value):
        return False
    first, second = one.quantity, other.quantity
    if first is not None and second is not None:
        return _quantities_differ(first, second)
    if one.dates is not None and other.dates is not None:
        return _last(one) != _last(other) and not _damaged(one.value, other.value)
    if _short_prefix(one.value, other.value):
        return False
    return not _damaged(one.value, other.value)


def _last(item: Indicator) -> tuple[date | None, date | None]:
    return (item.dates.start, item.dates.end) if item.dates is not None else (None, None)


def _quantities_differ(one: Quantity, other: Quantity) -> bool:
    if (one.relation, other.relation) in _OPPOSITE:
        return True
    first, second = amount_in_yuan(one), amount_in_yuan(other)
    if first is not None and second is not None:
        return first != second
    units = canonical_unit(one.unit), canonical_unit(other.unit)
    if one.number == other.number and one.upper == other.upper:
        # 5个 and 5家 is a matter of wording; 5天 and 5% is not.
        kinds = unit_kind(one.unit), unit_kind(other.unit)
        return kinds[0] != kinds[1] and "other" not in kinds and all(units)
    if units[0] != units[1] and all(units):
        # Another unit may make the numbers equal (12个月, 1年): not provable here.
        return unit_kind(one.unit) != unit_kind(other.unit)
    return True


def _sides(form: Form) -> tuple[tuple[Indicator, ...], tuple[Indicator, ...]]:
    """Return the named indicators of both sides."""
    if len(form.sides) < 2:
        raise NotApplicable
    lifetime = tuple(item for item in form.side("lifetime") if item.name)
    annual = tuple(item for item in form.side("annual") if item.name)
    if not lifetime or not annual:
        raise NotApplicable
    return lifetime, annual


def _pairs(form: Form) -> list[tuple[Indicator, tuple[Indicator, ...], int]]:
    """Return each annual indicator with the lifetime ones of its category it may be, and how many share those."""
    lifetime, annual = _sides(form)
    found = []
    for item in annual:
        group = [other for other in lifetime if other.level2 == item.level2]
        same = tuple(other for other in group if plain(other.name) == plain(item.name))
        same = same or tuple(other for other in group if _short_prefix(item.name, other.name))
        rivals = sum(
            1
            for other in annual
            if other.level2 == item.level2 and any(_short_prefix(other.name, m.name) for m in same)
        )
        found.append((item, same, rivals))
    return found


@check(scope="form")
def sides_agree_in_value(form: Form, context: Context) -> Iterator[Hit]:
    """Compare the values of one indicator on the two sides of a one-year project, whatever its order.

    Yields
    ------
    Hit
        At the annual indicator, with ``lifetime`` and ``annual`` (the values).
    """
    if project_years(form) != 1:
        raise NotApplicable
    for item, same, rivals in context.of(form, _pairs):
        valued = [other for other in same if other.value]
        if not item.value or not valued:
            continue
        if all(values_differ(item, other) for other in valued) and len(valued) == 1 and rivals == 1:
            yield Hit(
                item, {"lifetime": valued[0].value, "annual": item.value}, confidence=_confidence(item, valued[0])
            )


#: A year names its own steps, dates, costs and qualities; how much is done is a share of the whole.
_SHARED = "数量指标"
#: Where the whole project is told of.
_WHOLE = ("goal.lifetime", "overview", "basis", "necessity", "plan", "project_name")


@check(scope="form")
def sides_agree_in_name(
    form: Form, *, heads: Lexicon, general: Lexicon, fillers: Lexicon, work: Lexicon
) -> Iterator[Hit]:
    """Look for indicators of the year that belong to nothing on the side of the whole project; once a form.

    A project of one year has the same indicators on both sides, in whatever words. In one of several years a year has
    its own steps: only a quantity is asked for, of which neither the indicators of the whole project nor its goal and
    texts speak.

    Parameters
    ----------
    heads, general, fillers, work
        Word lists of what names no thing: ways of counting, general nouns, words before a number, what is finished.

    Yields
    ------
    Hit
        At the first such indicator of the year, with ``unmatched`` (their names) and ``names``: those of its category
        on the other side; variant ``several`` for a project of several years.
    """
    lifetime, annual = _sides(form)

    def meant(name: str) -> frozenset[str]:
        return things(name, heads, general, fillers, work)

    def same(item: Indicator, other: Indicator) -> bool:
        if names_agree(item.name, other.name):
            return True
        return item.level2 == other.level2 and of_one_thing(meant(item.name), meant(other.name))

    grouped = {other.level2 for other in lifetime}
    strange = [item for item in annual if item.level2 in grouped and not any(same(item, other) for other in lifetime)]
    several = project_years(form) != 1
    if several:
        # However general a word is (乡镇 of 完成数据迁移乡镇数), where the whole project has it the year may, too.
        told = pairs(plain("".join((*(other.name for other in lifetime), *map(form.text, _WHOLE)))))
        strange = [
            item
            for item in strange
            if item.level2 == _SHARED and things(item.name, heads, fillers, work).isdisjoint(told)
        ]
    if strange:
        categories = {item.level2 for item in strange}
        values = {
            "unmatched": tuple(item.name for item in strange),
            "names": tuple(other.name for other in lifetime if other.level2 in categories),
        }
        yield Hit(strange[0], values, variant="several" if several else "", key="sides")


def _confidence(*items: Indicator) -> float | None:
    lowest = min(item.confidence for item in items)
    return lowest if lowest < 1 else None
