"""Do the costs among the indicators fit the funds (F109, F110, F118).

Costs are of several kinds: totals, parts of one, unit prices and standards, the total of a contract of which only a
piece is asked for now. Only the first two can be compared with the funds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations, product

from indicators.quantities import unit_kind
from indicators.records import Form, Indicator

from .base import Hit, Lexicon, NotApplicable, check, plain
from .money import Money, annual_funds, fund_money, money_of, one_year, possible_funds, several_years, side_of_year

__all__ = ["Cost", "cost_within_funds", "costs_of", "lifetime_cost_is_lifetime", "parts_make_funds"]

_CATEGORIES = ("成本指标", "经济成本指标")
_PAID_BEFORE = re.compile(
    "已支付|已拨付|已付|尾款|余款|剩余|分期|分年|结转|续建|质保金|进度款|第[二三四五]批|往年|上年|欠"
)
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")
#: More costs than this are not tried in every combination.
_MOST_COMBINED = 8
_MOST_MULTIPLIED = 4
_OTHER_UNIT = 1000
_SMALL = Decimal("0.002")


@dataclass(frozen=True, slots=True)
class Cost:
    """A cost indicator that prints an amount of money, not a price."""

    indicator: Indicator
    money: Money


def _cost_rows(form: Form, horizon: str) -> list[Indicator]:
    return [item for item in form.side(horizon) if item.level2 in _CATEGORIES and not item.empty]


def costs_of(form: Form, horizon: str, prices: Lexicon, savings: Lexicon) -> tuple[Cost, ...]:
    """Return the amounts among the costs of one side, each once; prices and savings left out.

    Parameters
    ----------
    prices
        Words of unit prices and standards (单价, 人均).
    savings
        Words of amounts that are not spent (节约, 降低).
    """
    found: dict[tuple[str, Decimal], Cost] = {}
    for item in _cost_rows(form, horizon):
        money = money_of(item.quantity)
        if money is None or money.yuan <= 0 or prices.find(item.name) or savings.find(item.name + item.value):
            continue
        if prices.find(item.value):
            continue
        found.setdefault((plain(item.name), money.yuan), Cost(item, money))
    return tuple(found.values())


def _has_price(form: Form, horizon: str, prices: Lexicon) -> bool:
    """Whether a unit price stands among the costs of a side: it may make up what the amounts leave open."""
    for item in _cost_rows(form, horizon):
        if item.quantity is not None and unit_kind(item.quantity.unit) == "money-rate":
            return True
        if money_of(item.quantity) is not None and prices.find(item.name + item.value):
            return True
    return False


@check(scope="form")
def cost_within_funds(
    form: Form, *, prices: Lexicon, savings: Lexicon, contracts: Lexicon, yearly: Lexicon
) -> Iterator[Hit]:
    """Compare each total-type cost of the year with the money of the year.

    Parameters
    ----------
    prices, savings
        See ``costs_of``.
    contracts
        Words of totals of a contract or building (总投资, 项目总成本), of which one year pays a piece.
    yearly
        Words that name a cost as one year's (每年支付), whatever else its name says.

    Yields
    ------
    Hit
        At the cost, with ``cost``, ``funds`` and ``gap`` in 元; variant ``cap`` where the cost is only an upper
        limit, ``contract`` where its name says it is the total of a contract.
    """
    funds = annual_funds(form)
    costs = costs_of(form, side_of_year(form), prices, savings)
    if funds is None or not costs:
        raise NotApplicable
    lifetime = fund_money(form, "lifetime")
    for cost in costs:
        money = cost.money
        if money.yuan <= funds.yuan or money.agrees(funds) or money.slipped(funds):
            continue
        if money.yuan > funds.yuan * _OTHER_UNIT:
            # A wrong unit on either side, not an excess.
            continue
        if lifetime is not None and (money.agrees(lifetime) or money.slipped(lifetime)):
            continue
        variant = "cap" if cost.indicator.quantity and cost.indicator.quantity.relation in "≤<" else ""
        if contracts.find(cost.indicator.name) and not yearly.find(cost.indicator.name):
            if _piece_of_contract(form, cost, costs, funds, lifetime):
                continue
            variant = "contract"
        yield Hit(
            cost.indicator, {"cost": money.yuan, "funds": funds.yuan, "gap": money.yuan - funds.yuan}, variant=variant
        )


def _piece_of_contract(form: Form, cost: Cost, costs: Sequence[Cost], funds: Money, lifetime: Money | None) -> bool:
    """Whether the form says that the funds are only a piece of a contract."""
    if lifetime is not None and not one_year(form) and cost.money.yuan <= lifetime.yuan:
        return True
    if any(other is not cost and other.money.yuan <= funds.yuan for other in costs):
        return True
    texts = (form.project_name, *(field.text for field in form.fields))
    return any(_PAID_BEFORE.search(text) for text in texts)


@check(scope="form")
def parts_make_funds(
    form: Form, *, prices: Lexicon, savings: Lexicon, nearest: Decimal, farthest: Decimal
) -> Iterator[Hit]:
    """Ask that costs that are parts add up to the money of the year.

    Every reading is tried before anything is said: a total beside its parts, parts times the counts of the quantity
    indicators, the parts of the other side, money without own means, the money of the whole project.

    Parameters
    ----------
    nearest, farthest
        Sum of the parts over the funds within which they can be the parts at all.

    Yields
    ------
    Hit
        At the annual total, with ``parts``, ``funds`` and ``gap`` in 元 and the parts as ``items``.
    """
    side = side_of_year(form)
    funds = annual_funds(form)
    costs = costs_of(form, side, prices, savings)
    if funds is None or len(costs) < 2:
        raise NotApplicable
    parts = _without_total([cost.money for cost in costs])
    whole = Money.total(parts)
    share = whole.yuan / funds.yuan
    if not nearest <= share <= farthest:
        return
    if whole.yuan < funds.yuan and (_has_price(form, side, prices) or _has_small(parts, funds)):
        return
    targets = [target for horizon in form.sides for target in possible_funds(form, horizon)]
    # One name but for what the money is for: none is the total of another, none paid more often than another.
    counts = _counts(form, side)
    like = _siblings([cost.indicator for cost in costs])
    fits = any(whole.times(count).agrees(target) for count in counts for target in targets) if like else None
    if fits or (fits is None and _fits(parts, targets, counts)) or any(whole.slipped(target) for target in targets):
        return
    other = "lifetime" if side == "annual" else "annual"
    if other in form.sides and _fits([cost.money for cost in costs_of(form, other, prices, savings)], targets, ()):
        # A cell of this side was lost or damaged.
        return
    line = form.fund(side, "total")
    if line is not None:
        items = tuple(f"{cost.indicator.name} {cost.indicator.value}" for cost in costs)
        yield Hit(
            line,
            {"parts": whole.yuan, "funds": funds.yuan, "gap": abs(whole.yuan - funds.yuan), "items": items},
            confidence=min(cost.indicator.confidence for cost in costs),
        )


#: Characters at the end of all names from which they are one name: 体育馆开放成本, 游泳馆开放成本.
_ONE_NAME, _FEWEST_LIKE = 4, 3


def _siblings(items: Sequence[Indicator]) -> bool:
    """Whether three costs or more have one name but for what stands before it."""
    names = [plain(item.name) for item in items]
    ends = {name[-_ONE_NAME:] for name in names}
    return len(names) >= _FEWEST_LIKE and len(ends) == 1 and min(map(len, names)) > _ONE_NAME + 1


def _has_small(parts: Sequence[Money], funds: Money) -> bool:
    """Whether an amount is so small that it is rather a price whose name does not say so."""
    return any(part.yuan < funds.yuan * _SMALL for part in parts)


def _without_total(amounts: list[Money]) -> list[Money]:
    """Leave out a total that stands beside its parts."""
    if len(amounts) > 2:
        largest = max(amounts, key=lambda money: money.yuan)
        parts = [money for money in amounts if money is not largest]
        if Money.total(parts).agrees(largest):
            return parts
    return amounts


def _counts(form: Form, side: str) -> tuple[Decimal, ...]:
    """Return the figures a cost may have to be multiplied with: counts of the quantity indicators, months, quarters.

    0 stands for a cost that is contained in another.
    """
    counts = {Decimal(0), Decimal(1), Decimal(4), Decimal(12)}
    for item in form.side(side):
        if item.level2 == "数量指标" and item.quantity is not None and 1 < item.quantity.number <= 10**5:
            counts.add(item.quantity.number)
    return tuple(counts)


def _fits(amounts: Sequence[Money], targets: Sequence[Money], counts: Sequence[Decimal]) -> bool:
    """Whether some of the amounts, perhaps some of them several times over, make one of the targets."""
    if not amounts:
        return False
    whole = Money.total(amounts)
    if any(whole.agrees(target) for target in targets):
        return True
    if len(amounts) <= _MOST_COMBINED:
        choices = [chosen for size in range(1, len(amounts) + 1) for chosen in combinations(amounts, size)]
    else:
        choices = [tuple(amounts), *combinations(amounts, len(amounts) - 1), *((money,) for money in amounts)]
    if any(Money.total(chosen).agrees(target) for chosen in choices for target in targets):
        return True
    if len(amounts) > _MOST_MULTIPLIED or not counts:
        return False
    return any(
        Money.total(money.times(count) for money, count in zip(amounts, chosen)).agrees(target)
        for chosen in product(counts, repeat=len(amounts))
        for target in targets
    )


@check(scope="form")
def lifetime_cost_is_lifetime(form: Form, *, prices: Lexicon, savings: Lexicon, yearly: Lexicon) -> Iterator[Hit]:
    """Ask that the costs of a project of several years are not those of one year.

    Parameters
    ----------
    yearly
        Words that name a cost as one year's (全年, 年度).

    Yields
    ------
    Hit
        At the first cost, with ``cost``, ``lifetime``, ``annual`` in 元 and ``years``.
    """
    years = several_years(form)
    annual, lifetime = fund_money(form, "annual"), fund_money(form, "lifetime")
    costs = costs_of(form, "lifetime", prices, savings)
    if years is None or annual is None or lifetime is None or not costs or annual.yuan <= 0:
        raise NotApplicable
    if lifetime.yuan <= annual.yuan or annual.agrees(lifetime) or _merged(form, costs):
        return
    named = [cost.indicator.name for cost in costs]
    if any(yearly.find(name) or _YEAR.search(name) for name in named):
        return
    whole = Money.total(cost.money for cost in costs)
    if whole.agrees(annual) and not whole.agrees(lifetime):
        values = {"cost": whole.yuan, "lifetime": lifetime.yuan, "annual": annual.yuan, "years": years}
        yield Hit(costs[0].indicator, values)


def _merged(form: Form, costs: Sequence[Cost]) -> bool:
    """Whether the costs stand in cells that cover both sides."""
    annual = {item.at for item in form.side("annual")}
    return all(cost.indicator.at in annual for cost in costs)


_PER_HEAD_AND_DAY = re.compile(r"元\s*[/每]\s*(?:人|名)\s*[·./*×、]?\s*每?(?:天|日)")


@check(scope="indicator")
def cost_within_standard(indicator: Indicator, *, standards: Lexicon) -> Iterator[Hit]:
    """Compare a cost by head and day with the table of spending standards.

    Parameters
    ----------
    standards
        Lines ``培训 = 元/人·天 760 《…》``: word of the name, unit, ceiling, where it is laid down.

    Yields
    ------
    Hit
        At the indicator, with ``number``, ``ceiling`` and ``standard``.
    """
    quantity = indicator.quantity
    if quantity is None or not _PER_HEAD_AND_DAY.search(indicator.value):
        raise NotApplicable
    for line in standards.words:
        word, _, rest = line.partition("=")
        _, ceiling, standard = rest.split(maxsplit=2)
        if word.strip() in indicator.name and quantity.number > Decimal(ceiling):
            values = {"number": quantity.number, "ceiling": Decimal(ceiling), "standard": standard}
            yield Hit(indicator, values)
            return
