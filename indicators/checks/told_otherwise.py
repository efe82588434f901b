"""Do the texts tell the figure of a row with another sign or in another unit (family U: U126, U127).

The figure itself says that text and row speak of one thing: ``≤640平方米`` beside 节约墓地640平方米以上, ``40公里``
beside 补建消火栓40个. So nothing need be known of the words of the name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from indicators.quantities import canonical_unit, unit_kind
from indicators.records import Form, Indicator, Quantity

from .base import Context, Hit, Lexicon, NotApplicable, check, pairs, plain
from .mentions import Mention, mentions, scaled
from .things import things

__all__ = ["sign_as_told", "unit_as_told"]

_UP, _DOWN = ("≥", ">"), ("≤", "<")
#: What is said of a figure that is to be reached, and of one to be come down to.
_REACHED = re.compile("(?:达到?|(?:提高|提升|增加|增长|上升|扩大|延长)[到至])$")
_LOWERED = re.compile("(?:(?:降|下降|降低|减少|压减|压缩|缩短|控制)[到至在])$")
#: Who promises and what is done; a necessity tells of what was, measures of what is to be kept to.
_TOLD = ("goal.annual", "goal.lifetime", "overview", "plan")
#: 3年内 is a period in which, 10分钟内 a limit.
_PERIODS = ("年", "个月", "季度")
#: Pairs of characters by which a clause speaks of what a name speaks of: three in a row, or two words.
_SHARED = 2
_LAST_CLAUSE = re.compile("[，,。；;、：:（(]")
#: Kinds of unit of which none can stand for another; a number of people or things is a number.
_DIMENSIONS = {
    "person": "count",
    "count": "count",
    "length": "length",
    "area": "area",
    "volume": "bulk",
    "mass": "bulk",
    "time": "time",
    "money": "money",
    "ratio": "ratio",
    "energy": "energy",
}
#: Smaller figures are met anywhere by chance.
_TELLING = 10


def _direction(place: Mention) -> str:
    """Return which way a text wants a figure, ``""`` where it does not say."""
    relation, left = place.quantity.relation, plain(place.left)
    if relation in _UP or relation in _DOWN:
        return "≥" if relation in _UP else "≤"
    if relation == "=" and _REACHED.search(left):
        return "≥"
    return "≤" if relation == "=" and _LOWERED.search(left) else ""


def _clause(place: Mention) -> str:
    return plain(_LAST_CLAUSE.split(place.before)[-1] + _LAST_CLAUSE.split(place.right)[0])


def _places(indicator: Indicator, form: Form, context: Context, words: tuple[Lexicon, ...]) -> Iterator[Mention]:
    """Return the places of goals, overview and plan that speak of what a name speaks of and print its number."""
    quantity = indicator.quantity
    meant = things(indicator.name, *words)
    if quantity is None or quantity.upper is not None or len(meant) < _SHARED:
        raise NotApplicable
    for place in context.of(form, mentions):
        told = place.field.path in _TOLD and place.quantity.upper is None
        if told and place.quantity.number == quantity.number and len(meant & pairs(_clause(place))) >= _SHARED:
            yield place


def _one_unit(one: Quantity, other: Quantity) -> bool:
    return canonical_unit(one.unit) == canonical_unit(other.unit) and scaled(one) == scaled(other)


@check(scope="indicator")
def sign_as_told(
    indicator: Indicator, form: Form, context: Context, *, heads: Lexicon, general: Lexicon, fillers: Lexicon
) -> Iterator[Hit]:
    """Look for a figure that a row limits upwards and the texts downwards, or the other way round.

    Parameters
    ----------
    heads, general, fillers
        Words that name no thing, see ``things``.

    Yields
    ------
    Hit
        At the indicator, with ``printed`` (as the text has it).
    """
    quantity = indicator.quantity
    if quantity is None or quantity.relation not in (*_UP, *_DOWN) or unit_kind(quantity.unit) == "money":
        raise NotApplicable
    if canonical_unit(quantity.unit) in _PERIODS:
        return
    mine = "≥" if quantity.relation in _UP else "≤"
    told = [
        (place, direction)
        for place in _places(indicator, form, context, (heads, general, fillers))
        if _one_unit(place.quantity, quantity) and (direction := _direction(place))
    ]
    if told and all(direction != mine for _, direction in told):
        place = told[0][0]
        yield Hit(indicator, {"printed": f"{place.left.strip()[-_SAID:]}{place.printed}"})


#: Characters before a figure that show what is said of it.
_SAID = 20


@check(scope="indicator")
def unit_as_told(
    indicator: Indicator, form: Form, context: Context, *, heads: Lexicon, general: Lexicon, fillers: Lexicon
) -> Iterator[Hit]:
    """Look for a figure that row and texts count in units of which none can stand for the other (40公里, 40个).

    Silent where the texts have the figure in the unit of the row, too, or another row has it in that of the text.

    Parameters
    ----------
    heads, general, fillers
        Words that name no thing, see ``things``.

    Yields
    ------
    Hit
        At the indicator, with ``unit`` and ``printed`` (as the text has it).
    """
    quantity = indicator.quantity
    dimension = _DIMENSIONS.get(unit_kind(quantity.unit), "") if quantity is not None else ""
    if quantity is None or not dimension or quantity.number < _TELLING or "/" in quantity.unit:
        raise NotApplicable
    places = list(_places(indicator, form, context, (heads, general, fillers)))
    dimensions = [_DIMENSIONS.get(place.kind, "") for place in places]
    if not places or any(other in ("", dimension) for other in dimensions):
        return
    for item in form.indicators:
        if item.quantity is not None and any(_one_unit(item.quantity, place.quantity) for place in places):
            return
    yield Hit(indicator, {"unit": quantity.unit, "printed": places[0].printed})
