"""Is what was reached before told alike wherever it is told (family C: C116)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from indicators.quantities import canonical_unit
from indicators.records import Form, Quantity

from .base import Context, Hit, Lexicon, NotApplicable, check, plain
from .mentions import Mention, mentions, phrase

__all__ = ["base_told_alike"]

_STATES = ("overview", "necessity", "basis")
_GOALS = ("goal.annual", "goal.lifetime")
#: 筛查率由2024年的…提高到: what is before 由 changes from what stands behind it.
_FROM = re.compile(
    "(?P<thing>[^0-9]{3,40}?)(?:将?[由从])(?:(?P<year>20[0-9]{2})年度?(?:末|底)?|上年度?|去年|现在|目前|现有)?(?:实际)?的?$"
)
_TO = re.compile(
    r"\s*(?:以上|左右)?(?:再|逐步|进一步)?(?:提高|提升|增加|增长|上升|扩大|延长|下降|降低|降|减少|压减|压缩|缩短|控制|恢复)[到至为]"
)
#: 2024年…筛查率为: how it was. Elsewhere, on average and by order it is another figure.
_WAS = re.compile(
    r"^(?:截[至止])?(?:(?P<year>20[0-9]{2})年(?:度|[末底]|全年)?)?(?P<thing>[^0-9]{3,40}?)(?:仅为|只有|仅有|为|是|仅|达到?)$"
)
_OTHERS = re.compile(
    "全[国省市县区]|平均水平|同期|同类|目标|要求|规定|标准|应|计划|上级|先进|低于|高于|[上下]半年|季度|[0-9]月"
)
#: 平均提前量 and 提前量 are one; that it is an average goes without saying.
_AVERAGE = re.compile("平均|[年月日]均")
_SHORTEST, _ALONE = 4, 3


@dataclass(frozen=True, slots=True)
class _Base:
    """What a text says something was, and when (``None``: before this project)."""

    thing: str
    place: Mention
    year: int | None


def _bases(form: Form, told: tuple[Mention, ...], fillers: Lexicon) -> tuple[list[_Base], list[_Base]]:
    """Return what the texts say was so, and from where the goals start."""
    were, starts = [], []
    for place in told:
        if place.quantity.relation != "=" or place.quantity.upper is not None:
            continue
        left = plain(place.left)
        if place.field.path in _STATES and (was := _WAS.search(left)) and not _OTHERS.search(left):
            year = was.group("year")
            dated = int(year) if year else max(place.years) if len(place.years) == 1 else None
            were.append(_Base(phrase(was.group("thing"), fillers), place, dated))
        elif place.field.path in _GOALS and (start := _FROM.search(left)) and _TO.match(place.right):
            year = start.group("year")
            starts.append(_Base(phrase(start.group("thing"), fillers), place, int(year) if year else None))
    return were, starts


def _half_step(quantity: Quantity) -> Decimal:
    exponent = quantity.number.as_tuple().exponent
    return Decimal(5).scaleb(exponent - 1) if isinstance(exponent, int) else Decimal(0)


def _rounded(one: Quantity, other: Quantity) -> bool:
    """Whether one figure is the other, rounded."""
    return abs(one.number - other.number) <= max(_half_step(one), _half_step(other))


def _one_thing(one: str, other: str, names: list[str]) -> bool:
    """Whether one is the other or its end; a short end must be that of one row only."""
    short, long = sorted((_AVERAGE.sub("", one), _AVERAGE.sub("", other)), key=len)
    if not long.endswith(short) or len(short) < _ALONE:
        return False
    return len(short) >= _SHORTEST or sum(name.endswith(short) for name in names) == 1


@check(scope="form")
def base_told_alike(form: Form, context: Context, *, fillers: Lexicon) -> Iterator[Hit]:
    """Compare the level from which a goal starts (由2024年的95.6%提高到97%) with what another text says it was.

    Parameters
    ----------
    fillers
        Words between a name and its number.

    Yields
    ------
    Hit
        At the goal, with ``thing``, ``start`` and ``was`` (as printed) and ``where`` (the other text).
    """
    were, starts = _bases(form, context.of(form, mentions), fillers)
    if not were or not starts:
        raise NotApplicable
    budget = context.year(form)
    names = list({plain(item.name) for item in form.indicators if item.name})
    said: set[str] = set()
    for start in starts:
        year = start.year or (budget - 1 if budget is not None else None)
        same = [
            was
            for was in were
            if canonical_unit(was.place.quantity.unit) == canonical_unit(start.place.quantity.unit)
            and (was.year == year or (was.year is None and start.year is None))
            and _one_thing(was.thing, start.thing, names)
        ]
        if not same or any(_rounded(was.place.quantity, start.place.quantity) for was in same):
            continue
        if start.thing not in said:
            said.add(start.thing)
            values = {"thing": start.thing, "start": start.place.printed, "was": same[0].place.printed}
            yield Hit(start.place.field, {**values, "where": _NAMES[same[0].place.field.path]}, key=start.thing)


_NAMES = {"overview": "项目概况", "necessity": "必要性", "basis": "立项依据"}
