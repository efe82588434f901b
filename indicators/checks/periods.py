"""Are the years of a project told apart: this year, all years, an earlier one, a part (C113, T106, V125, V126)."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise

from indicators.quantities import canonical_unit, find_quantities, half_width, unit_kind
from indicators.records import Field, Form, Indicator, Quantity

from .base import Context, Hit, Lexicon, NotApplicable, check, pairs, plain
from .heads import Head, head_of
from .mentions import Mention, mentions, phrase, same_measure, scaled
from .money import fund_money, several_years
from .plan_steps import dated_steps
from .structure import project_years
from .timing import AFTER_WORK, SEASON
from .units import full_head, head

__all__ = ["part_year_not_whole", "plan_ends_with_project", "rate_keeps_level", "years_told_apart"]

#: Heads are left out: the same people are paid or served each year.
_WORK_UNITS = ("count", "area", "length")
_EACH_YEAR = re.compile("每年|逐年|年均|每季|每月|常年|全年|日常")


def _figures(text: str) -> set[tuple[Decimal, str]]:
    return {
        (scaled(quantity), canonical_unit(quantity.unit))
        for quantity, start, end in find_quantities(text)
        if unit_kind(quantity.unit) in _WORK_UNITS and any(character.isdigit() for character in text[start:end])
    }


@check(scope="form")
def years_told_apart(form: Form, context: Context, *, least: Decimal, heads: Lexicon) -> Iterator[Hit]:
    """Look for a project of several years whose work of one year is the work of all of them.

    What is done again each year (a service, an allowance) may be the same; so goals and quantities must be alike
    in every figure, of work that is done once, while the funds are not.

    Parameters
    ----------
    least
        Lifetime funds over annual funds from which the work should differ, too.
    heads
        Kinds of names.

    Yields
    ------
    Hit
        At the annual goal, with ``figures`` and ``years``; variant ``goal``, with ``annual``, where the indicators
        tell the years apart and only the goal does not; variant ``indicator`` at an annual quantity that is the whole,
        ``both`` where the goal has it, too, and the overview tells what is done this year (``annual``);
        variant ``less`` at a quantity of all years that is less than that of one.
    """
    years = several_years(form)
    if years is not None and (pair := _less_in_all(form, heads)) is not None:
        in_all, of_year = pair
        said_less = {"figures": (f"{in_all.name} {in_all.value}",), "years": years, "annual": of_year.value}
        yield Hit(in_all, said_less, variant="less")
        return
    lifetime, annual = fund_money(form, "lifetime"), fund_money(form, "annual")
    goals = form.field("goal.lifetime"), form.field("goal.annual")
    if years is None or lifetime is None or annual is None or annual.yuan <= 0 or None in goals:
        raise NotApplicable
    whole, part = goals
    if whole is None or part is None or not part.text or lifetime.yuan < annual.yuan * least:
        raise NotApplicable
    figures = _figures(part.text)
    if not figures or _EACH_YEAR.search(whole.text + part.text):
        return
    copied = _copied(form, figures & _figures(whole.text), heads) if not _IN_ALL.search(part.text) else None
    if copied is not None:
        item, other = copied
        values = {"figures": (f"{item.name} {item.value}",), "years": years, "annual": other.value}
        yield Hit(part, values, variant="goal")
        return
    if (unsplit := _unsplit(form, _figures(whole.text) - figures, heads, "goal.annual")) is not None:
        item, _ = unsplit
        yield Hit(item, {"figures": (f"{item.name} {item.value}",), "years": years}, variant="indicator")
        return
    shared = _figures(whole.text) & figures if not _IN_ALL.search(part.text) else set()
    if (unsplit := _unsplit(form, shared, heads, "overview", context.year(form))) is not None:
        item, told = unsplit
        values = {"figures": (f"{item.name} {item.value}",), "years": years, "annual": told.printed}
        yield Hit(item, values, variant="both")
        return
    if figures != _figures(whole.text) or _AGAIN.search(form.project_name):
        return
    rows = [_quantities(form, side) for side in ("lifetime", "annual")]
    sides = [{(plain(item.name), quantity.number) for item, quantity in row} for row in rows]
    # One row of what goes on each year (租用, 维护) says that the figures of the others may be the same, too.
    if sides[0] and sides[0] == sides[1] and all(_once(item, heads) for row in rows for item, _ in row):
        said = tuple(f"{name} {number.normalize():f}" for name, number in sorted(sides[0]))
        yield Hit(part, {"figures": said, "years": years})


def _quantities(form: Form, side: str) -> list[tuple[Indicator, Quantity]]:
    return [
        (item, item.quantity) for item in form.side(side) if item.level2 == "数量指标" and item.quantity is not None
    ]


#: Units what is done in all the years adds up in; heads too, for whom it is done.
_ADDING_UP = (*_WORK_UNITS, "person")


def _less_in_all(form: Form, heads: Lexicon) -> tuple[Indicator, Indicator] | None:
    """Return a quantity of all years that is less than the one of this year, on both sides."""
    annual = {plain(item.name): item for item in form.side("annual") if item.level2 == "数量指标"}
    for item in form.side("lifetime"):
        other = annual.get(plain(item.name))
        if item.level2 != "数量指标" or other is None or item.quantity is None or other.quantity is None:
            continue
        whole, part = item.quantity, other.quantity
        plain_figures = not {whole.relation, part.relation} & set("≤<") and whole.upper is None and part.upper is None
        alike = canonical_unit(whole.unit) == canonical_unit(part.unit) and unit_kind(whole.unit) in _ADDING_UP
        if plain_figures and alike and 0 < whole.number < part.number and "/" not in whole.unit:
            if head_of(head(item.name), heads).polarity != "-" and not _EACH_YEAR.search(item.name):
                return item, other
    return None


#: A goal of one year may say what will be reached in all.
_IN_ALL = re.compile("累计|总计|总量|(?:[两二三四五六七八九十]|(?<![0-9])[2-9])年|全周期|实施期|到20[0-9]{2}年")


def _copied(form: Form, figures: set[tuple[Decimal, str]], heads: Lexicon) -> tuple[Indicator, Indicator] | None:
    """Return a quantity whose lifetime figure the annual goal has, and not its annual one, on both sides."""
    annual = {plain(item.name): item for item in form.side("annual") if item.level2 == "数量指标"}
    for item in form.side("lifetime"):
        other = annual.get(plain(item.name))
        if item.level2 != "数量指标" or other is None or item.quantity is None or other.quantity is None:
            continue
        whole = scaled(item.quantity), canonical_unit(item.quantity.unit)
        part = scaled(other.quantity), canonical_unit(other.quantity.unit)
        if part[0] < whole[0] and whole in figures and part not in figures and _once(item, heads):
            return item, other
    return None


def _unsplit(
    form: Form, whole: set[tuple[Decimal, str]], heads: Lexicon, path: str, year: int | None = None
) -> tuple[Indicator, Mention] | None:
    """Return an annual quantity that is one of all years, and where a text tells less of the same thing for this one.

    Parameters
    ----------
    whole
        Figures of all years that may have been copied.
    path, year
        The text: the goal of the year, or one whose clause has to name the year.
    """
    both = {(plain(item.name), quantity.number) for item, quantity in _quantities(form, "lifetime")}
    this_year = re.compile(f"{year}年|本年|今年|当年")
    told = [
        place
        for place in mentions(form)
        if place.field.path == path and (year is None or this_year.search(place.before[-_CLAUSES_BACK:]))
    ]
    for item, quantity in _quantities(form, "annual"):
        if (plain(item.name), quantity.number) not in both or not _once(item, heads):
            continue
        less = [
            place
            for place in told
            if same_measure(place.quantity, quantity) and scaled(place.quantity) < scaled(quantity)
        ]
        named = pairs(plain(item.name))
        less = [place for place in less if named & _pairs_beside(place)]
        if (scaled(quantity), canonical_unit(quantity.unit)) in whole and less:
            return item, less[0]
    return None


def _pairs_beside(place: Mention) -> set[str]:
    return pairs(plain(place.left[-_BESIDE:])) | pairs(plain(place.right[:_BESIDE]))


#: Characters beside a figure in which its thing is named, and before it in which its year is.
_BESIDE, _CLAUSES_BACK = 8, 24


_AGAIN = re.compile("维护|运维|管护|养护|服务|巡|监测|检测|补助|补贴|发放|供养|保障|租|培训|宣传|检查")


def _once(item: Indicator, heads: Lexicon) -> bool:
    """Whether a quantity is of work that is done once (新建, 采集), not of what goes on each year."""
    parsed = head_of(head(item.name), heads)
    kind = unit_kind(item.quantity.unit) if item.quantity is not None else ""
    return kind in _WORK_UNITS and not _AGAIN.search(item.name) and parsed.begins != "reach"


#: Further ahead a year is a slip of the pen or a target of a plan of the country.
_AHEAD = 5


@check(scope="form")
def plan_ends_with_project(form: Form, context: Context) -> Iterator[Hit]:
    """Look for work in the plan that goes on after the project has ended.

    Settlement, audit and the guarantee come after; heating and school years and contracts lie across the turn.

    Yields
    ------
    Hit
        At the plan, with ``step``, ``ends`` (a month) and ``period``.
    """
    plan, budget, years = form.field("plan"), context.year(form), project_years(form)
    if plan is None or not plan.text or budget is None or years is None:
        raise NotApplicable
    if SEASON.search(form.project_name):
        return
    last = budget + years - 1
    for step, end in dated_steps(plan.text, budget):
        if last < end.year <= last + _AHEAD and not AFTER_WORK.search(step) and not SEASON.search(step):
            values = {"step": step.strip(), "ends": f"{end.year}年{end.month}月", "years": years}
            yield Hit(plan, values, confidence=plan.confidence if plan.confidence < 1 else None)
            return


_TOLD = ("overview", "necessity", "basis")
#: What was reached before, told right behind the target: 就业率不低于40%，上年为68%.
_LAST_YEAR = re.compile(r"\s*(?:[高低]于|而|比|较)?(?:上一?年|去年)(?:度|同期|实际)*的?(?:为|是|达到?|完成)?\s*")
_SHORTEST_NAME, _SHORTEST_THING = 4, 3


@check(scope="form")
def rate_keeps_level(form: Form, context: Context, *, heads: Lexicon, fillers: Lexicon) -> Iterator[Hit]:
    """Look for a rate whose target is worse than what a text says was reached in an earlier year.

    Parameters
    ----------
    heads
        Kinds of names: which way is better.
    fillers
        Words between a name and its number.

    Yields
    ------
    Hit
        At the indicator, with ``reached`` (as printed) and ``year``.
    """
    budget = context.year(form)
    if budget is None:
        raise NotApplicable
    past = _past(form, budget, fillers)
    seen: set[str] = set()
    for item in form.indicators if past else ():
        quantity, name = item.quantity, plain(item.name)
        if quantity is None or name in seen or len(name) < _SHORTEST_NAME:
            continue
        polarity = _better(head_of(full_head(item, form, context), heads), quantity)
        if not polarity:
            continue
        for thing, target, place, year in past:
            # A clause of the goal names the end of what the indicator names in full, and has its figure.
            same = target is not None and len(thing) >= _SHORTEST_THING and target.number == quantity.number
            if not (thing.endswith(name) or (same and name.endswith(thing))) or place.quantity.unit != quantity.unit:
                continue
            worse = quantity.number < place.quantity.number
            if worse == (polarity == "+") and quantity.number != place.quantity.number:
                seen.add(name)
                yield Hit(item, {"reached": place.printed, "year": year})
                break


#: A thing, the target told for it in the same breath if any, where a text tells what it was, and of which year.
_Past = tuple[str, Quantity | None, Mention, int]


def _past(form: Form, budget: int, fillers: Lexicon) -> list[_Past]:
    """Return the rates the texts tell of earlier years: dated in a text, or right behind the target of a goal."""
    told = mentions(form)
    found: list[_Past] = [
        (phrase(place.before, fillers), None, place, max(place.years))
        for place in told
        if place.years and max(place.years) < budget and place.field.path in _TOLD and place.kind == "ratio"
    ]
    found += [
        (phrase(place.left, fillers), place.quantity, before, budget - 1)
        for place, before in pairwise(told)
        if place.field is before.field and place.kind == before.kind == "ratio" and _LAST_YEAR.fullmatch(before.left)
    ]
    return found


def _better(head: Head, quantity: Quantity) -> str:
    """Return which way is better: as the name says, else as the sign of the target does (机械化率 ≥70%).

    A rise is measured anew each year: a smaller one is nothing lost.
    """
    if head.polarity in "+-":
        return head.polarity
    if head.stem_kind in ("growth", "change"):
        return ""
    return "+" if quantity.relation in "≥>" else "-" if quantity.relation in "≤<" else ""


_PART_YEAR = re.compile("第?[一二三1-3]季度|上半年|前三季度|(?<![0-9])[1-9]月(?:底|末)")
_PROGRESS = re.compile("进度$")


@check(scope="indicator")
def part_year_not_whole(indicator: Indicator) -> Iterator[Hit]:
    """Look for a progress by the end of a part of the year that is already the whole (第一季度完成进度 100%).

    Yields
    ------
    Hit
        At the indicator, with ``part``.
    """
    quantity = indicator.quantity
    if quantity is None or canonical_unit(quantity.unit) != "%":
        raise NotApplicable
    part = _PART_YEAR.search(indicator.name)
    if part and _PROGRESS.search(head(indicator.name)) and quantity.number >= 100:
        yield Hit(indicator, {"part": part.group()})


_DAY = re.compile(
    r"(?:(?<![0-9])(?P<year>(?:19|20)[0-9]{2})\s*[年./-]\s*)?(?<![0-9.])(?P<month>[0-9]{1,2})\s*(?P<between>月份?|[./-])"
    r"\s*(?P<day>[0-9]{1,2})(?![0-9.%])(?P<end>\s*[日号])?"
)
_LUNAR = re.compile("(?:农历|阴历|旧历)[^，。；;]{0,8}$")
_LEAP = 2024


@check(scope="form")
def dates_exist(form: Form) -> Iterator[Hit]:
    """Look for days no calendar has: 11月31日, 2025年2月29日, 13月1日.

    Yields
    ------
    Hit
        At the first place of each, with ``date`` (as printed).
    """
    places: list[tuple[Field | Indicator, str]] = [(field, field.text) for field in form.fields]
    places += [(item, text) for item in form.indicators for text in (item.name, item.value)]
    seen: set[str] = set()
    for place, printed in places:
        text = half_width(printed)
        for found in _DAY.finditer(text):
            day = found.group().strip()
            if day not in seen and not _on_calendar(found) and not _LUNAR.search(text[: found.start()]):
                seen.add(day)
                yield Hit(place, {"date": day}, key=day)


def _on_calendar(found: re.Match[str]) -> bool:
    """Whether a printed day exists, or is none: 3-12 and 5.31 alone may be anything."""
    written = found.group("between").startswith("月") and found.group("end")
    if not written and not (found.group("year") and not found.group("between").startswith("月")):
        return True
    year, month, day = int(found.group("year") or _LEAP), int(found.group("month")), int(found.group("day"))
    return 1 <= month <= _MONTHS and 1 <= day <= monthrange(year, month)[1]


_MONTHS = 12
