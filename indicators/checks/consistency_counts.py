"""Is the same thing counted alike in the texts and the indicators of a form (family C: C103, C104, C105, C110)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from indicators.quantities import canonical_unit, find_quantities, half_width, unit_kind
from indicators.records import Field, Form, Indicator, Quantity

from .base import Context, Hit, Lexicon, NotApplicable, check, plain
from .mentions import Counted, Mention, Words, counted, is_some_of, mentions, phrase, same_measure, scaled, sums
from .structure import project_years

__all__ = ["counts_agree", "figures_in_place", "number_in_name_agrees"]

_PLACES = {
    "overview": "项目概况",
    "basis": "立项依据",
    "necessity": "必要性",
    "measures": "措施",
    "plan": "实施计划",
    "goal.lifetime": "实施期目标",
    "goal.annual": "年度目标",
}
_ENDS = re.compile(r"[\s，,。；;、：:）)]*$")


@dataclass(frozen=True, slots=True)
class _Conflict:
    """One thing with two numbers: where it is judged, what is counted, and what is printed where."""

    at: Field
    thing: str
    kind: str
    printed: tuple[str, ...]


@cache
def _pairing(words: Words) -> Callable[[Form], tuple[Counted, ...]]:
    """Return one builder for each pair of word lists, so that the rules of a form share its result."""
    return lambda form: counted(form, words)


@check(scope="form")
def counts_agree(
    form: Form, context: Context, *, kinds: tuple[str, ...], qualifiers: Lexicon, fillers: Lexicon, general: Lexicon
) -> Iterator[Hit]:
    """Look for one group or thing with different numbers in the texts, or in a text and an indicator.

    Parameters
    ----------
    kinds
        What is counted: ``person``, or ``count``, ``area``, ``length``, ``ratio`` …
    qualifiers
        Words that tell one group from another.
    fillers
        Words between a noun and its number.
    general
        Nouns too general to say that two numbers count the same thing.

    Yields
    ------
    Hit
        At the text that stands apart, with ``thing`` and ``printed`` (places and numbers).
    """
    found = context.of(form, mentions)
    if not found:
        raise NotApplicable
    words = Words(qualifiers, fillers)
    pairs = context.of(form, _pairing(words))
    conflicts = [
        *_against_indicators(form, found, pairs, context.year(form)),
        *_repeated(form, found, words, context.year(form)),
        *_alike(form, found, words, general),
        *_more_than_there_are(form, found, words, general, context.year(form)),
    ]
    seen: set[tuple[str, str]] = set()
    for conflict in conflicts:
        # The same sentence often stands in several fields: once is enough.
        key = {(conflict.at.path, conflict.printed[0]), (conflict.thing, conflict.printed[-1])}
        if conflict.kind in kinds and not seen & key:
            seen |= key
            low = conflict.at.confidence if conflict.at.confidence < 1 else None
            yield Hit(conflict.at, {"thing": conflict.thing, "printed": conflict.printed}, confidence=low)


def _before(place: Mention, budget: int | None) -> bool:
    """Whether a number is of what was before the project: a past year, or the rate that makes it necessary."""
    if budget is not None and place.years and max(place.years) < budget and not place.field.path.startswith("goal"):
        return True
    return place.kind == "ratio" and place.field.path == "necessity"


def _to_be_changed(place: Mention, group: list[Counted]) -> bool:
    """Whether a number of the necessity is what an effect is to bring down or up: 投诉31件 beside ≤10件.

    A text calls up what there was without saying each time of which year it speaks.
    """
    if place.field.path != "necessity":
        return False
    targets = [pair.indicator.quantity for pair in group if pair.indicator.level2 in _EFFECTS]
    return any(
        target is not None
        and (
            (target.relation in "≤<" and scaled(target) < scaled(place.quantity))
            or (target.relation in "≥>" and scaled(target) > scaled(place.quantity))
        )
        for target in targets
    )


#: All who wait for it, of whom the work of a year reaches some.
_IN_NEED = re.compile("登记|在册|排查|摸底|[现共仍尚还]有|[有的]需求|需要|亟待|等待|未")


def _in_need(one: Mention, other: Mention) -> bool:
    """Whether one number of the necessity is of all in need (登记有需求的家庭232户), the other of those reached."""
    if one.field.path != "necessity" or other.field.path == "necessity":
        return False
    return scaled(one.quantity) > scaled(other.quantity) and _IN_NEED.search(one.left) is not None


_EFFECTS = ("质量指标", "时效指标", "经济效益指标", "社会效益指标", "生态效益指标", "可持续影响指标")


def _with_neighbours(place: Mention, found: tuple[Mention, ...]) -> set[Decimal]:
    """Return what a number and its neighbours add up to: the row 增雨防雹次数 has 增雨40次、防雹25次 in one."""
    sentence = [
        other.quantity
        for other in found
        if other.field is place.field
        and (other.before.startswith(place.before) or place.before.startswith(other.before))
    ]
    return sums(sentence, place.quantity, among=True)


def _against_indicators(
    form: Form, found: tuple[Mention, ...], pairs: tuple[Counted, ...], budget: int | None
) -> Iterator[_Conflict]:
    """Compare texts with the indicators that count the same thing."""
    groups: dict[str, list[Counted]] = {}
    for pair in pairs:
        groups.setdefault(plain(pair.indicator.name), []).append(pair)
    years = project_years(form)
    for group in groups.values():
        item = group[0].indicator
        allowed = [pair.indicator.quantity for pair in group if pair.indicator.quantity is not None]
        places = {id(place): place for pair in group for place in pair.places}.values()
        by_field: dict[str, list[Mention]] = {}
        for place in places:
            if _before(place, budget) or _to_be_changed(place, group):
                continue
            by_field.setdefault(place.field.path, []).append(place)
        whole = years == 1 or any(pair.indicator.horizon == "lifetime" for pair in group)
        for path, stated in by_field.items():
            if stated[0].kind == "money" or any(
                _consistent(place, value, years) for place in stated for value in allowed
            ):
                continue
            # Of several years the texts may give the whole where only the annual indicator is printed.
            if not whole and path != "goal.annual" and scaled(stated[0].quantity) > max(map(scaled, allowed)):
                continue
            if _told_in_parts(stated, found, {scaled(value) for value in allowed}):
                continue
            first = stated[0]
            printed = (f"{_PLACES[first.field.path]} {first.printed}", f"指标 {item.value}")
            yield _Conflict(first.field, item.name, first.kind, printed)


def _told_in_parts(stated: list[Mention], found: tuple[Mention, ...], wholes: set[Decimal]) -> bool:
    """Whether a text tells a figure in parts: all that it says of the thing, or the next to one in its sentence.

    增雨作业40次、防雹作业25次 are 65 of 增雨防雹作业.
    """
    if sum((scaled(place.quantity) for place in stated), Decimal(0)) in wholes:
        return True
    return any(not wholes.isdisjoint(_with_neighbours(place, found)) for place in stated)


def _consistent(place: Mention, value: Quantity, years: int | None) -> bool:
    """Whether a number of a text and a target do not contradict each other."""
    one, other = scaled(place.quantity), scaled(value)
    if one == other or not one or not other:
        return True
    if place.quantity.relation == "≈" or value.relation == "≈":
        return abs(one - other) <= max(one, other) / 10
    if value.relation in {"≥", ">"} or place.quantity.relation in {"≥", ">"}:
        # A floor below what is planned, or a plan that only names its floor, is no contradiction; a goal is no plan.
        promised = place.kind == "ratio" or (place.field.path.startswith("goal") and place.quantity.relation == "=")
        if (one > other) == (value.relation in {"≥", ">"}) and not promised:
            return True
    if value.relation in {"≤", "<"} and one < other:
        return True
    ratio = max(one, other) / min(one, other)
    return ratio > 4 or (years != 1 and ratio == ratio.to_integral_value() and 2 <= ratio <= 12)


def _years_differ(one: Mention, other: Mention) -> bool:
    return bool(one.years and other.years and one.years != other.years)


def _qualified(mention: Mention, words: Words, length: int) -> frozenset[str]:
    return frozenset(words.qualifiers.found(plain(mention.left) + plain(mention.right)[:length]))


def _candidates(form: Form, found: tuple[Mention, ...]) -> Iterator[tuple[Mention, Mention]]:
    """Return pairs of numbers of different texts that could count the same thing but differ."""
    years = project_years(form)
    for number, one in enumerate(found):
        if one.kind not in {"person", "count", "area", "length"} or one.quantity.upper is not None:
            continue
        for other in found[number + 1 :]:
            if one.field is other.field or other.quantity.upper is not None:
                continue
            if years != 1 and _share_of_a_year(one, other):
                continue
            if not same_measure(one.quantity, other.quantity) or _consistent(one, other.quantity, years):
                continue
            if not _years_differ(one, other):
                yield one, other


def _share_of_a_year(one: Mention, other: Mention) -> bool:
    """Whether one number may be the annual share of the other, the project running for years."""
    if other.field.path == "goal.annual":
        one, other = other, one
    if one.field.path != "goal.annual":
        return False
    return other.field.path == "goal.lifetime" or scaled(one.quantity) < scaled(other.quantity)


def _repeated(form: Form, found: tuple[Mention, ...], words: Words, budget: int | None) -> Iterator[_Conflict]:
    """Compare a phrase that is repeated in another text with another number in it."""
    for one, other in _candidates(form, found):
        if _before(one, budget) != _before(other, budget) or _in_need(one, other) or _in_need(other, one):
            continue
        left = _common(plain(one.left)[::-1], plain(other.left)[::-1])
        right = _common(plain(one.right), plain(other.right))
        ends = _ENDS.match(one.right) is not None and _ENDS.match(other.right) is not None
        if not ((left >= 4 and (left + right >= 8 or (ends and left >= 6))) or (left >= 2 and left + right >= 9)):
            continue
        if _qualified(one, words, right) != _qualified(other, words, right):
            continue
        thing = plain(one.left)[len(plain(one.left)) - left :] + (
            f"…{plain(one.right)[:right][:8]}" if left < 4 else ""
        )
        if _stated_elsewhere(one, other, found) or _stated_elsewhere(other, one, found):
            continue
        at, beside = (other, one) if _alone(other, found) and not _alone(one, found) else (one, other)
        yield _Conflict(at.field, thing, one.kind, (_printed(at), _printed(beside)))


def _alike(form: Form, found: tuple[Mention, ...], words: Words, general: Lexicon) -> Iterator[_Conflict]:
    """Compare numbers before the same noun, where an indicator gives one of them for that noun.

    ``82家烧烤摊`` in one text, ``89个烧烤点位`` in another, and an indicator of 89家 for 摊点.
    """
    values = [
        (item, item.quantity) for item in form.indicators if item.quantity is not None and item.level2 == "数量指标"
    ]
    for one, other in _candidates(form, found):
        noun = plain(one.right)[:2]
        if len(noun) < 2 or noun in general or plain(other.right)[:2] != noun or re.search(r"[0-9a-zA-Z]", noun):
            continue
        ratio = scaled(one.quantity) / scaled(other.quantity)
        if not Decimal("0.5") <= ratio <= 2 or _qualified(one, words, 4) != _qualified(other, words, 4):
            continue
        if any(mention.right.startswith(noun) for mention in found if mention not in (one, other)):
            continue
        for agreed, odd in ((one, other), (other, one)):
            item = _indicator_of(agreed, odd, values)
            if item is not None:
                printed = (_printed(odd), _printed(agreed), f"指标 {item.value}")
                yield _Conflict(odd.field, item.name, odd.kind, printed)
                break


def _indicator_of(agreed: Mention, odd: Mention, values: list[tuple[Indicator, Quantity]]) -> Indicator | None:
    """Return the indicator that repeats one number, in the unit of either, for a thing with a character in common."""
    nouns = set(plain(agreed.right)[:4] + plain(odd.right)[:4])
    for item, quantity in values:
        if scaled(quantity) != scaled(agreed.quantity) or not same_measure(agreed.quantity, quantity):
            continue
        if quantity.unit in (odd.quantity.unit, agreed.quantity.unit) and nouns & set(plain(item.name)):
            return item
    return None


#: All there are of something, before its name or the number: 全区共有村党组织书记168名, 现有护林员93名; not all that
#: one of several has (中心现有).
_STOCK = re.compile(
    "(?:^(?:[共现]有|共计有|登记在册)|全[国省市县区镇乡旗](?:[共现仅只]?有)?)(?:[的在]?(?:册|岗|编|职|任)的?)?(?P<thing>[\u4e00-\u9fff]{0,16})$"
)
_AGAIN = re.compile("人次|累计|次")


def _more_than_there_are(
    form: Form, found: tuple[Mention, ...], words: Words, general: Lexicon, budget: int | None
) -> Iterator[_Conflict]:
    """Compare the number there is of something with the number of it an indicator does something to."""
    for place in found:
        thing = _all_there_are(place, words)
        if len(thing) < _SHORTEST_THING or thing in general or _before(place, budget):
            continue
        for item in form.side("annual") or form.indicators:
            quantity = item.quantity
            if quantity is None or quantity.relation in "≤<" or _AGAIN.search(item.name):
                continue
            if not same_measure(quantity, place.quantity) or not is_some_of(item, thing, words):
                continue
            if scaled(quantity) > scaled(place.quantity):
                yield _Conflict(place.field, item.name, place.kind, (_printed(place), f"指标 {item.value}"))


def _all_there_are(place: Mention, words: Words) -> str:
    """Return the thing a number says there is so much of in all, ``""`` where it says something else."""
    left = plain(place.left)
    stock = _STOCK.search(left) or _STOCK.search(phrase(left, words.fillers))
    if stock is None or place.quantity.relation != "=" or place.quantity.upper is not None:
        return ""
    behind = _THING_BEHIND.match(plain(place.right))
    return phrase(stock.group("thing") or (behind.group() if behind else ""), words.fillers)


_THING_BEHIND = re.compile("[\u4e00-\u9fff]{0,16}")
_SHORTEST_THING = 2


def _common(one: str, other: str) -> int:
    for count, (first, second) in enumerate(zip(one, other)):
        if first != second:
            return count
    return min(len(one), len(other))


def _stated_elsewhere(one: Mention, other: Mention, found: tuple[Mention, ...]) -> bool:
    """Whether the field of ``one`` also states the number of ``other``: then it knows both groups."""
    return any(
        item.field is one.field and scaled(item.quantity) == scaled(other.quantity) and item.kind == other.kind
        for item in found
    )


def _alone(one: Mention, found: tuple[Mention, ...]) -> bool:
    same = {
        item.field.path for item in found if item.kind == one.kind and scaled(item.quantity) == scaled(one.quantity)
    }
    return len(same) == 1


def _printed(mention: Mention) -> str:
    return f"{_PLACES[mention.field.path]} {mention.printed}"


@check(scope="form")
def figures_in_place(form: Form, context: Context, *, qualifiers: Lexicon, fillers: Lexicon) -> Iterator[Hit]:
    """Look for two like indicators of which each has the figure that the text gives for the other.

    Yields
    ------
    Hit
        At the first of the two, with ``other``, ``first`` and ``second`` (as the text has them) and ``place``.
    """
    pairs = context.of(form, _pairing(Words(qualifiers, fillers)))
    if len(pairs) < 2:
        raise NotApplicable
    for number, one in enumerate(pairs):
        for other in pairs[number + 1 :]:
            if one.indicator.horizon != other.indicator.horizon or one.indicator.level2 != other.indicator.level2:
                continue
            place = _exchanged(one, other)
            if place is not None:
                mine, its = place
                yield Hit(
                    one.indicator,
                    {
                        "other": other.indicator.name,
                        "other_value": other.indicator.value,
                        "first": mine.printed,
                        "second": its.printed,
                        "place": _PLACES[mine.field.path],
                    },
                    confidence=_lowest(one.indicator, other.indicator, mine.field),
                )


def _exchanged(one: Counted, other: Counted) -> tuple[Mention, Mention] | None:
    """Return the two places of one text that give the two indicators each other's figure."""
    first, second = one.indicator.quantity, other.indicator.quantity
    if first is None or second is None or not same_measure(first, second) or scaled(first) == scaled(second):
        return None
    for mine in one.places:
        for its in other.places:
            if mine.field is not its.field or mine is its:
                continue
            if scaled(mine.quantity) == scaled(second) and scaled(its.quantity) == scaled(first):
                # A text that also gives either figure rightly proves nothing.
                right = any(scaled(place.quantity) == scaled(first) for place in one.places)
                if not right and not any(scaled(place.quantity) == scaled(second) for place in other.places):
                    return mine, its
    return None


def _lowest(*items: Indicator | Field) -> float | None:
    lowest = min(item.confidence for item in items)
    return lowest if lowest < 1 else None


#: The longest words before a number that say it is not the count, with the blanks that may follow them.
_LOOK_BACK = 24
_NOT_THE_COUNT = re.compile(r"(?:每[^，。]{0,3}|各|满|达|达到|超|超过|前|第|不足|按|人均|户均|平均|逾)\s*$")
_LIMIT = re.compile(r"\s*(?:及?以上|及?以下|以内|之内|内|型|级|制|岁|版|档|期|类|套餐|次以上|左右|/)")


#: Nothing but a verb, the number and the thing counted: 新建2座配电室, but not 14个乡镇覆盖村数.
_COUNTED_THING = re.compile(
    r"(?:新建|改建|扩建|建设|改造|维修|修缮|修复|购置|采购|购买|更换|安装|配备|新增|完成|开展|举办|组织|印制|发放|维护|租赁|编制|修建)#"
    r"(?:(?!覆盖|涉及|建设|改造|安装|配备|服务|开展|维护|使用|数|率|度|面积|长度|规模|人次|场次|次|量|每|费|成本)[\u4e00-\u9fff]){1,10}"
)


@check(scope="indicator")
def number_in_name_agrees(indicator: Indicator) -> Iterator[Hit]:
    """Compare a count printed in the name of an indicator with its value.

    Yields
    ------
    Hit
        With ``printed``: the count as the name has it.
    """
    value = indicator.quantity
    if (
        value is None
        or value.upper is not None
        or unit_kind(value.unit) not in {"person", "count", "area", "length", "money"}
    ):
        raise NotApplicable
    name = half_width(indicator.name)
    stated = [
        (quantity, name[start:end])
        for quantity, start, end in find_quantities(name)
        if quantity.relation == "="
        and canonical_unit(quantity.unit) == canonical_unit(value.unit)
        and not _NOT_THE_COUNT.search(name[max(0, start - _LOOK_BACK) : start])
        and not _LIMIT.match(name, end)
        and re.search("[0-9]", name[start:end])
    ]
    if len(stated) != 1:
        raise NotApplicable
    quantity, printed = stated[0]
    closes = re.search(rf"{re.escape(printed)}(?:数量|人数|数)?$", name.strip()) is not None
    # 14个乡镇覆盖村数 counts villages: inside a name only heads and measures of about the same size are the value's.
    near = (
        unit_kind(value.unit) != "count" and quantity.number and Decimal("0.5") <= value.number / quantity.number <= 2
    )
    whole = _COUNTED_THING.fullmatch(name.strip().replace(printed, "#", 1).replace(" ", "")) is not None
    if value.relation == "=" and quantity.number != value.number and (closes or near or whole):
        yield Hit(indicator, {"printed": printed.strip()})
