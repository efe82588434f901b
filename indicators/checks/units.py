"""Does a comparison point the way the name means (family U: U101-U105)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache

from indicators.quantities import find_quantities, unit_kind
from indicators.records import Form, Indicator, Quantity

from .base import Context, Hit, Lexicon, NotApplicable, check, plain
from .heads import head_of

__all__ = ["ending", "full_head", "head", "promised", "relation_fits_name", "work_not_capped"]

# The unit in brackets, a numbering, or a word that only says that it is counted.
_BRACKETS = re.compile(r"[(（\[【][^()（）\[\]【】]{0,12}[)）\]】]\s*$")
_AHEAD = re.compile("提前|早于")
_TURNED = ("不", "未", "非", "无", "减少", "降低", "应")
_COMPARED = re.compile("不?得?[低少高大小多短长晚]于|不?得?超[过出]?|至[少多]|以[上下内]")


@lru_cache(maxsize=65536)
def head(name: str) -> str:
    """Return a name for looking at its last word: ``plain``, a closing bracket with the unit cut off."""
    return plain(_BRACKETS.sub("", name.strip()))


def _full_names(form: Form) -> dict[int, str]:
    """Map the annual indicators whose name is cut off by the cell to the name the other side prints."""
    longer: dict[int, str] = {}
    lifetime = [(item.level2, plain(item.name), item.name) for item in form.side("lifetime") if item.name]
    for item in form.side("annual"):
        short = plain(item.name)
        for level2, long, printed in lifetime if len(short) > 1 else ():
            if level2 == item.level2 and len(long) > len(short) and long.startswith(short):
                longer[id(item)] = printed
                break
    return longer


def full_head(indicator: Indicator, form: Form, context: Context) -> str:
    """Return ``head`` of the whole name: the annual side often prints it cut off."""
    if len(form.sides) > 1 and indicator.horizon == "annual":
        return head(context.of(form, _full_names).get(id(indicator), indicator.name))
    return head(indicator.name)


@check(scope="indicator")
def relation_fits_name(
    indicator: Indicator,
    form: Form,
    context: Context,
    *,
    unless: Lexicon,
    relations: tuple[str, ...],
    names: Lexicon | None = None,
    ends: Lexicon | None = None,
    taken: Lexicon | None = None,
    kinds: tuple[str, ...] = (),
    rated: Lexicon | None = None,
    heads: Lexicon | None = None,
    stems: tuple[str, ...] = (),
    measures: tuple[str, ...] = (),
    polarity: str = "",
    doubtful: Lexicon | None = None,
    small: Decimal = Decimal(0),
) -> Iterator[Hit]:
    """Look for a comparison that points the wrong way for what the name says.

    Parameters
    ----------
    unless
        Words of a name that turn the meaning round (保修期 among durations).
    relations
        The wrong ones, of ``≥ ≤ > <``.
    names
        Words of which the name must hold one.
    ends
        Words with which the name must end; without brackets.
    taken
        Those of ``ends`` that say by themselves how long something may take, whatever it is (时限, 用时).
    kinds
        Kinds of unit the value must have for the question to arise; empty = any.
    rated
        Where the unit is a rate of money (元/人), the name must hold one of these words.
    heads, stems, measures, polarity
        The head of the name, by the data of ``heads``, must be of one of these kinds and have this polarity.
    doubtful, small
        Words of rates that are an ill only where as little as this share is asked for (报废).

    Yields
    ------
    Hit
        At the indicator, with ``relation`` and ``word``; variant ``small`` for a word of ``doubtful``.
    """
    quantity = indicator.quantity
    if quantity is None or quantity.relation == "=" or "±" in indicator.value:
        raise NotApplicable
    kind = unit_kind(quantity.unit)
    if quantity.relation not in relations or (kinds and kind not in kinds):
        return
    name = full_head(indicator, form, context)
    word = names.find(name) if names is not None else ""
    end = ending(name, ends) if ends is not None else ""
    limit = taken is not None and end in taken
    if limit:
        word = word or end
    if (names is not None and not word) or (ends is not None and not end):
        return
    if heads is not None:
        parsed = head_of(name, heads)
        if doubtful is not None and kind == "ratio" and (loss := _small_loss(name, quantity, doubtful, small)):
            yield Hit(indicator, {"relation": quantity.relation, "word": loss}, variant="small")
            return
        # 节约墓地面积, 节约工时: so much less is used, however it is measured; 缩短办理时间 may say to how much.
        saved = parsed.stem_kind == "saving" and "saving" in stems
        if parsed.polarity != polarity or parsed.stem_kind not in stems:
            return
        if not saved and (parsed.measure_kind not in measures or kind == "time"):
            return
        word = parsed.stem + parsed.measure
    # 预警信息到村时间 is how long it takes to arrive, whatever else stands in the name: the head decides.
    done = next((found for found in names.words if name[: -len(end)].endswith(found)), "") if names and end else ""
    judged = name[-len(done + end) - 2 :] if done or limit else name
    if unless.find(judged) or unless.find(_COMPARED.sub("", indicator.value)) or _AHEAD.search(indicator.value):
        return
    if rated is not None and kind == "money-rate" and not rated.find(name):
        return
    yield Hit(indicator, {"relation": quantity.relation, "word": end or word})


def _small_loss(name: str, quantity: Quantity, doubtful: Lexicon, small: Decimal) -> str:
    """Return the rate a name ends with where so little of it can only be an ill: 血液报废率 ≥1.5%."""
    share = quantity.number / (10 if quantity.unit == "‰" else 1)
    word = ending(name[:-1], doubtful) if name.endswith("率") and quantity.unit in ("%", "‰") else ""
    return f"{word}率" if word and 0 < share <= small and not name[: -len(word) - 1].endswith(_TURNED) else ""


def ending(name: str, words: Lexicon) -> str:
    """Return the longest entry a name ends with, ``""`` if none does."""
    for size in range(min(len(name), 8), 0, -1):
        if name[-size:] in words:
            return name[-size:]
    return ""


@check(scope="indicator")
def work_not_capped(
    indicator: Indicator, form: Form, context: Context, *, heads: Lexicon, unless: Lexicon
) -> Iterator[Hit]:
    """Look for counts of work done (培训人数, 养护里程) that are limited upwards where they should be reached.

    Parameters
    ----------
    heads
        Kinds of names.
    unless
        Words of names of things to be kept down (会议, 接待, 成本).

    Yields
    ------
    Hit
        At the indicator, with ``word``.
    """
    quantity = indicator.quantity
    if quantity is None or quantity.relation not in "≤<" or "±" in indicator.value:
        raise NotApplicable
    name = full_head(indicator, form, context)
    parsed = head_of(name, heads)
    counted = unit_kind(quantity.unit) in ("person", "count", "area", "length")
    if parsed.polarity == "-" or parsed.stem_kind in ("harm", "slip") or not counted or unless.find(name):
        return
    told = (quantity.number, quantity.unit) in context.of(form, promised)
    if (parsed.output or told) and parsed.measure_kind in ("count", "person", "area", "length"):
        yield Hit(indicator, {"word": parsed.measure})


#: Before a figure of a goal: it is to be come down to, not to be reached.
_KEPT_DOWN = re.compile("(?:降|减|压|控|缩|限|不超|不多于|以内|由|从)[^，,。；;]{0,10}$")


def promised(form: Form) -> frozenset[tuple[Decimal, str]]:
    """Return the figures the goals promise: 补植乔木900株, 观众3.6万人次 are to be reached, whatever the verb."""
    return frozenset(
        (quantity.number, quantity.unit)
        for field in form.fields
        if field.path.startswith("goal")
        for quantity, start, _ in find_quantities(field.text)
        if quantity.relation in "=≥>" and not _KEPT_DOWN.search(field.text[:start])
    )
