"""Do the indicators take up what the goal promises (family C: C112)."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from indicators.quantities import canonical_unit, find_quantities, unit_kind
from indicators.records import Field, Form, Indicator, Quantity
from indicators.text import squash

from .base import Hit, Lexicon, NotApplicable, check, pairs, plain
from .funds_rates import rate_of
from .heads import head_of
from .mentions import same_measure, scaled, sums
from .money import annual_funds
from .structure import project_years

__all__ = ["goal_taken_up"]

_CLAUSE_END = re.compile("[，,。；;]")
#: Characters a thing needs to be known again in a name.
_NAMED = 3
_TASK_KINDS = ("count", "area", "length", "person")
_DESCRIBING = ("期", "层", "届", "轮", "类", "种", "级")
_NOT_A_TASK = re.compile("辖区|全县|全市|全区|人口|第|现有|已有|近|[由从]$")
_BEFORE = 4
#: Before a number: whom it is for (保障186名陪审员履职), or how many there are of each (每期62人, 每村至少办实事3件).
_DESCRIBED = re.compile(
    "(?:保障|确保|保证|维持|[人户日月年]均|平均)(?:约|不少于|不低于|至少|达到)?$|(?:^|、)每(?![年月周日天季])[\u4e00-\u9fff]{0,12}$"
)


@dataclass(frozen=True, slots=True)
class _Figure:
    """A number of a goal: as printed, what it says, its clause, and whether it only describes."""

    printed: str
    quantity: Quantity
    clause: str
    described: bool


_Known = dict[Decimal, list[tuple[Quantity, Indicator]]]


def _stated(form: Form) -> _Known:
    """Return the numbers of names and values, by number."""
    read = [(found[0], item) for item in form.indicators for found in find_quantities(f"{item.name}={item.value}")]
    read += [(item.quantity, item) for item in form.indicators if item.quantity is not None]
    here: _Known = defaultdict(list)
    for quantity, item in read:
        # 3万亩 in the goal is 30000 beside 面积(亩).
        for number in {quantity.number, scaled(quantity)}:
            here[number].append((quantity, item))
    return here


def _figures(form: Form, goal: Field) -> list[_Figure]:
    """Return the numbers of a goal that may be tasks."""
    # A number of the project's name says whom it is for, not what is to be done.
    named = {quantity.number for quantity, _, _ in find_quantities(form.project_name)}
    clause_at = _clauses(goal.text)

    def figure(quantity: Quantity, start: int, end: int) -> _Figure:
        clause, printed = clause_at(start), goal.text[start:end].replace(" ", "")
        described = _DESCRIBED.search(squash(clause.partition(printed)[0])) is not None
        return _Figure(printed, quantity, clause, described)

    return [
        figure(quantity, start, end)
        for quantity, start, end in find_quantities(goal.text)
        if unit_kind(quantity.unit) in _TASK_KINDS
        and scaled(quantity) >= 2
        and quantity.number not in named
        and any(character.isdigit() for character in goal.text[start:end])
        and quantity.unit not in _DESCRIBING
        and not _NOT_A_TASK.search(goal.text[max(0, start - _BEFORE) : start])
    ]


def _owed(form: Form, goal: Field) -> bool:
    """Whether the rows of a form are those of a goal: 到2025年累计400万亩 is none of a form that prints this year's."""
    if goal.path != "goal.lifetime" or "lifetime" in form.sides or project_years(form) == 1:
        return True
    return not form.text("goal.annual")


@check(scope="form")
def goal_taken_up(form: Form, *, heads: Lexicon | None = None, prices: Lexicon | None = None) -> Iterator[Hit]:
    """Look for goals most of whose numbers, or a task with its number, no indicator takes up.

    A number is also taken up by rows that add up to it (民事案件260件 and 刑事案件140件 of 400件), and as a part of
    what a row has in one (增雨40次 and 防雹25次 of 65次).

    Parameters
    ----------
    heads
        Kinds of names: which clauses begin with work done.
    prices
        Words of unit prices: what the money is asked for is a task, whatever its clause begins with.

    Yields
    ------
    Hit
        At the goal, with ``figures``; variant ``task`` where the names do not know the thing either.
    """
    goals = [item for item in form.fields if item.path.startswith("goal") and item.text and _owed(form, item)]
    here = _stated(form)
    if not goals or len(here) < 3:
        raise NotApplicable
    paying = _paying(form, prices) if prices is not None else {}
    told_pairs = pairs("".join(f"{item.name}={item.value};" for item in form.indicators))
    values = [item.quantity for item in form.indicators if item.quantity is not None]
    for goal in goals:
        found = _figures(form, goal)
        state = [(figure, _known(figure, here) or _summed(figure, found, values)) for figure in found]
        figures = [figure for figure, known in state if known or not figure.described]
        met = [known for figure, known in state if known or not figure.described]
        left = [figure for figure, known in zip(figures, met) if not known]
        # 维修3所学校2400平方米 is taken up where one of its figures is.
        taken = {figure.clause for figure, known in zip(figures, met) if known}
        alone = [figure for figure in left if figure.clause not in taken]
        tasks = [figure for figure in alone if heads is not None and _begins_work(figure.clause, heads)]
        tasks += [figure for figure in left if figure not in tasks and _paid_for(figure, paying)]
        nowhere = [figure.printed for figure in tasks if not _named(figure.clause, told_pairs)]
        if left and len(left) * 2 > len(figures):
            tasks = left
        if tasks:
            texts = nowhere or [figure.printed for figure in tasks]
            yield Hit(goal, {"figures": tuple(texts)}, variant="task" if nowhere else "")
            return


def _paying(form: Form, prices: Lexicon) -> dict[str, Decimal]:
    """Map the units of the prices of a form to how many of them the funds pay for."""
    funds = annual_funds(form)
    rates = [rate for item in form.indicators if (rate := rate_of(item, prices)) is not None and not rate.period]
    return {rate.object: funds.yuan / rate.each.middle for rate in rates if rate.object} if funds is not None else {}


def _paid_for(figure: _Figure, paying: dict[str, Decimal]) -> bool:
    """Whether a figure times the price of one is the funds: 1.2万亩 beside 80元/亩 and 96万元."""
    many = paying.get(canonical_unit(figure.quantity.unit).lstrip("万亿"))
    return many is not None and abs(scaled(figure.quantity) / many - 1) <= _ROUNDED


#: What a price times a figure may be off the funds by.
_ROUNDED = Decimal("0.01")


def _known(figure: _Figure, here: _Known) -> bool:
    stated = here[figure.quantity.number] + here[scaled(figure.quantity)]
    return any(_takes_up(known, item, figure.quantity, figure.clause) for known, item in stated)


def _summed(figure: _Figure, figures: list[_Figure], values: list[Quantity]) -> bool:
    """Whether rows add up to a number of the goal, or it and its neighbours to the number of a row."""
    if scaled(figure.quantity) in sums(values, figure.quantity):
        return True
    totals = {scaled(value) for value in values if same_measure(value, figure.quantity)}
    return not totals.isdisjoint(sums([item.quantity for item in figures], figure.quantity, among=True))


def _takes_up(known: Quantity, item: Indicator, figure: Quantity, clause: str) -> bool:
    """Whether a figure of a row may be one of the goal: 12家 is not 12座 unless both speak of one thing."""
    kinds = unit_kind(known.unit), unit_kind(figure.unit)
    if kinds[0] not in _TASK_KINDS or (kinds[0] == kinds[1] and kinds[0] != "count"):
        # A bare number, or 每月1次 told as 12个月.
        return kinds[0] not in ("ratio", "money", "money-rate") or not known.unit
    units = {canonical_unit(known.unit), canonical_unit(figure.unit)}
    if len(units) == 1 or any(unit.startswith("个") for unit in units):
        return True
    return not pairs(re.sub("[0-9]", "", plain(clause))).isdisjoint(pairs(plain(item.name)))


def _named(clause: str, told_pairs: set[str]) -> bool:
    """Whether any two characters of what a task does something to stand in a name: 足球场 of 新建足球场3个."""
    thing = re.sub("[0-9].*$", "", plain(clause))[2:]
    return len(thing) < _NAMED or not pairs(thing).isdisjoint(told_pairs)


def _begins_work(clause: str, heads: Lexicon) -> bool:
    """Whether a clause of a goal begins with work done: 新建笼式足球场3个."""
    return head_of(clause, heads).begins == "output"


def _clauses(text: str) -> Callable[[int], str]:
    """Return what gives the clause a place of a text stands in; the ends of clauses are looked for once."""
    found = list(_CLAUSE_END.finditer(text))
    begins, stops = [0, *(match.end() for match in found)], [*(match.start() for match in found), len(text)]

    def clause_at(at: int) -> str:
        place = bisect_right(begins, at) - 1
        return text[begins[place] : stops[place]].strip()

    return clause_at
