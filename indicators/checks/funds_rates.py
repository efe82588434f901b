"""Do counts times rates make the funds (F115): 398人 at 710元/月 must come to what is asked for.

A rate may be for a month, a day, a year or for nothing said; the count may be of one group among several; other
expenses may stand beside. Every reading is tried, and only a form with one count, one rate and nothing else to pay for
is judged.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations

from indicators.quantities import amount_in_yuan, canonical_unit, find_quantities, unit_kind
from indicators.records import Field, Form, Indicator, Quantity

from .arithmetic import Interval, integer_times
from .base import Context, Hit, Lexicon, NotApplicable, check, pairs, plain
from .funds_costs import Cost, costs_of
from .funds_texts import texts_with_amounts
from .money import Money, annual_funds, possible_funds, several_years, side_of_year

__all__ = ["Rate", "count_times_rate_is_funds", "counted_for", "others_pay", "rate_of", "rate_times_count"]

_PERIODS = {
    "个月": "月", "月": "月", "天": "天", "工作日": "天", "日": "天", "年": "年", "学年": "年",
    "季度": "季", "季": "季", "周": "周", "学期": "学期", "小时": "小时", "课时": "课时", "次": "次",
}  # fmt: skip
_MOST = {"月": 13, "季": 4, "周": 53, "学期": 2, "年": 1, "天": 366, "": 366}
_USUAL = {"月": 12, "季": 4, "周": 52, "学期": 2, "天": 365}
_EACH = re.compile(
    r"(?:每|/|单)(?:一)?(人|名|位|生|户|亩|套|台|件|个|月|天|日|年|季|周|次|村|所|场|座|站|期|班|间|栋|盏|株|棵|头|辆|处|组|平方米|平米|公里)"
)
_AVERAGE = (("人均", "人"), ("生均", "人"), ("户均", "户"), ("亩均", "亩"), ("月均", "月"), ("日均", "天"))
_PEOPLE = {"人", "名", "位", "生"}
_SHARED = re.compile(
    # 抽查比例 is no share of the money.
    "配套|自付|自筹|自缴|自担|出资|收费|缴费|社会资[本金]|企业投入|贷款|债券|医保|分担|承担|负担|(?:出资|投资|补助|资金|筹集)[^，。；;]{0,6}比例|按[^，。；;抽检查]{0,8}比例(?!抽|检|随机)|补足|差额|缺口|结转|尾款|余款|首付|预付|上级|中央|省级|省财政|市级|据实|实际发生|已拨|剩余|另|其他"
)
_TOTAL = re.compile(r"(?:合计|共计|总计|共需|共|总)[^0-9，。；;,]{0,8}[:：,，]?\s*$")
_RATE_BEFORE = re.compile(r"(?:每(?:人|名|位|套|台|件|户|个)|人均)[^0-9，。；;,]{0,8}$")
_SLACK = Decimal("0.001")
_NEAR = Decimal("0.1")


#: What people earn is no price the project pays.
_EFFECTS = ("经济效益指标", "社会效益指标", "生态效益指标", "可持续影响指标", "服务对象满意度指标")


@dataclass(frozen=True, slots=True)
class Rate:
    """A price for one of something.

    Parameters
    ----------
    each
        In 元.
    object
        What it is for (人, 平方米), ``""`` where nothing says so.
    period
        月, 天, 年 …, ``""`` where nothing says so.
    """

    each: Interval
    object: str
    period: str
    indicator: Indicator


def _interval(quantity: Quantity, scale: Decimal) -> Interval:
    exponent = quantity.number.as_tuple().exponent
    half = Decimal(5).scaleb(exponent - 1) if isinstance(exponent, int) and exponent < 0 else Decimal(0)
    return Interval((quantity.number - half) * scale, (quantity.number + half) * scale)


def rate_of(item: Indicator, prices: Lexicon) -> Rate | None:
    """Return the rate an indicator sets, by its unit (元/人·月) or its name (每月每人工资发放标准), else ``None``."""
    quantity = item.quantity
    if quantity is None or quantity.number <= 0 or quantity.upper is not None or item.level2 in _EFFECTS:
        return None
    kind = unit_kind(quantity.unit)
    if kind not in ("money", "money-rate") or (kind == "money" and not prices.find(item.name)):
        return None
    base, *parts = re.split(r"[/·.每]", quantity.unit)
    scale = amount_in_yuan(Quantity(relation="=", number=Decimal(1), unit=base))
    if scale is None:
        return None
    words = [*parts, *_EACH.findall(item.name), *(word for name, word in _AVERAGE if name in item.name)]
    return Rate(_interval(quantity, scale), *_split(words), item)


def _split(words: Sequence[str]) -> tuple[str, str]:
    """Return object and period of the denominators of a rate."""
    named = {word: _period_of(word) for word in words if word}
    thing = next((word for word, period in named.items() if not period), "")
    period = next(filter(None, named.values()), "")
    return "人" if thing in _PEOPLE else canonical_unit(thing), period


def _count(quantity: Quantity) -> Interval:
    scale = {"万": 10**4, "亿": 10**8}.get(quantity.unit[:1], 1) if len(quantity.unit) > 1 else 1
    return _interval(quantity, Decimal(scale))


def _counts(form: Form, side: str) -> list[Indicator]:
    found: dict[tuple[Decimal, str], Indicator] = {}
    for item in form.side(side):
        quantity = item.quantity
        if item.level2 != "数量指标" or quantity is None or quantity.number <= 0 or quantity.upper is not None:
            continue
        if unit_kind(quantity.unit) not in ("money", "money-rate", "ratio", "time", "temperature", "rate-per-time"):
            found.setdefault((quantity.number, quantity.unit), item)
    return list(found.values())


def _matches(rate: Rate, quantity: Quantity) -> bool:
    """Whether the count is of what the rate is for."""
    people = unit_kind(quantity.unit) == "person"
    if rate.object in ("", "人"):
        return people
    return canonical_unit(quantity.unit).lstrip("万亿") == rate.object


#: Measure words that count anything; what they count has to be told by its name.
_ANYTHING = ("个", "项", "件", "次", "处")
_NOT_THE_THING = re.compile(
    "[单每][个项件次处]?|平均|年|度|补[助贴]|服务|费用?|成本|标准|价格?|金额|数量?|资金|支出|经费"
)


def _is_for(rate: Rate, item: Indicator) -> bool:
    """Whether a count is of what the rate is for: 元/个 is for any 个, unless the names say that two things are meant.

    A thing may also be told by its name where another counts it by 个 (9000元/站 beside 气象站 42个).
    """
    quantity = item.quantity
    if quantity is None:
        return False
    counted = plain(item.name)
    if not _matches(rate, quantity):
        thing = rate.object
        return bool(thing) and quantity.unit == "个" and counted.removesuffix("数量").removesuffix("数").endswith(thing)
    if rate.object not in _ANYTHING:
        return True
    priced = _NOT_THE_THING.sub("", plain(rate.indicator.name))
    return not priced or not set(priced).isdisjoint(counted)


_NAMED = 2


def counted_for(form: Form, rate: Rate) -> Indicator | None:
    """Return the quantity of its side a price is for, ``None`` where that is not plain.

    Several quantities with the unit of the price: the one whose name has most of the name of what is priced.
    """
    if rate.period or not rate.object:
        return None
    counts = _counts(form, rate.indicator.horizon)
    matching = [item for item in counts if _is_for(rate, item)]
    named = pairs(plain(rate.indicator.name))
    return max(matching, key=lambda item: len(named & pairs(plain(item.name))), default=None)


def rate_times_count(form: Form, rate: Rate) -> Decimal | None:
    """Return in 元 what a price comes to with the quantity it is for, ``None`` where that is not plain."""
    counted = counted_for(form, rate)
    return (_count(counted.quantity) * rate.each).middle if counted is not None and counted.quantity else None


@check(scope="form")
def count_times_rate_is_funds(
    form: Form, context: Context, *, prices: Lexicon, savings: Lexicon, per_head: Lexicon
) -> Iterator[Hit]:
    """Multiply the one count of a form with its one rate and compare with the funds.

    Parameters
    ----------
    prices, savings
        See ``costs_of``.
    per_head
        Words of projects whose whole expense is so much a head (工资, 补贴).

    Yields
    ------
    Hit
        At the count, with ``count``, ``rate``, ``times``, ``product``, ``funds`` and ``gap`` in 元; variant ``price``
        where the only price times the only count of what it is for is far from the funds (``dear`` far above, ``unit``
        a thousand times), ``times`` where how often it is paid is printed, too, ``floor`` at a price
        that may only rise though all the money is spent at that price, ``text`` at a text whose own count, rate and
        total do not go together.
    """
    funds = annual_funds(form)
    if funds is None:
        raise NotApplicable
    hits = list(_by_indicators(form, funds, prices, savings, per_head))
    hits = hits or list(_by_price(form, funds, prices, savings))
    hits = hits or list(_by_times(form, funds, prices, savings))
    hits = hits or list(_by_floor(form, funds, prices))
    if not hits:
        for field, amounts in context.of(form, texts_with_amounts):
            if len(amounts) > 1:
                hits.extend(_by_text(field))
    yield from hits


def _by_indicators(form: Form, funds: Money, prices: Lexicon, savings: Lexicon, per_head: Lexicon) -> Iterator[Hit]:
    side = side_of_year(form)
    found = _one_of_each(form, side, prices) if per_head.find(form.project_name) else None
    if found is None:
        return
    counted, count, rate, alone = found
    costs = [cost for name in form.sides for cost in costs_of(form, name, prices, savings)]
    one = _count(count) * rate.each
    most = _MOST.get(rate.period, 366) * (several_years(form) or 1)
    if any(integer_times(one, target, most) for target in _targets(form, costs)):
        return
    if any(not cost.money.agrees(funds) for cost in costs):
        # An amount of its own: the rate pays only for a part.
        return
    times = _times(one, rate, funds, alone=alone)
    if times is None:
        return
    product = (one.middle * times).normalize()
    if not Decimal("0.2") <= funds.yuan / product <= 5 or _explained(form, count, rate, product, funds):
        return
    values = {"count": counted.value, "rate": rate.indicator.value, "times": times, "product": product}
    yield Hit(
        counted,
        {**values, "funds": funds.yuan, "gap": abs(product - funds.yuan)},
        confidence=min(counted.confidence, rate.indicator.confidence),
    )


#: Price times count over funds from which, and up to which, the price explains the funds; a total cost that is the
#: funds leaves nothing else to pay for, and a price above it by more than rounding up.
_NOT_LESS, _NOT_MORE, _NOT_MORE_IN_ALL = Decimal("0.5"), Decimal("1.5"), Decimal("1.1")
#: The same for an average, which is what each costs: only its own margin explains more.
_NOT_MORE_ON_AVERAGE = Decimal("1.25")
#: Where the total has the name of the rate, nothing else is in it.
_NOT_LESS_IN_ALL = Decimal("0.9")


def _by_price(form: Form, funds: Money, prices: Lexicon, savings: Lexicon) -> Iterator[Hit]:
    """≤6000元/户 beside 300户 and 90万元: the ceiling would allow twice the money, so it binds nobody."""
    side = side_of_year(form)
    rates = {(rate.each, rate.object, rate.period): rate for item in form.side(side) if (rate := rate_of(item, prices))}
    rate = next(iter(rates.values())) if len(rates) == 1 else None
    costs = costs_of(form, side, prices, savings)
    if rate is None or not rate.object or rate.period or any(not cost.money.agrees(funds) for cost in costs):
        return
    matching = [item for item in _counts(form, side) if item.quantity is not None and _is_for(rate, item)]
    if len(matching) != 1 or matching[0].quantity is None:
        return
    product = (_count(matching[0].quantity) * rate.each).middle
    share = product / funds.yuan
    told = (field.text for field in form.fields if field.path != "plan")
    exact = costs and matching[0].quantity.relation == "="
    average = "均" in rate.indicator.name
    most = _NOT_MORE_IN_ALL if exact else _NOT_MORE_ON_AVERAGE if average else _NOT_MORE
    in_all = _all_of_it(rate, costs)
    exactly = matching[0].quantity.relation == "=" and rate.indicator.quantity.relation in "=≤<"  # type: ignore[union-attr]
    short = in_all and exactly and share < _NOT_LESS_NAMED
    if (_NOT_LESS <= share <= most and not short) or any(_SHARED.search(text) for text in told):
        return
    if share < 1 and not short and (len(_counts(form, side)) > 1 or matching[0].quantity.relation in "≥>"):
        # Other work beside it may cost the rest.
        return
    values = {"count": matching[0].value, "rate": rate.indicator.value, "times": 1, "product": product.normalize()}
    variant = "price"
    if matching[0].quantity.relation in "=≥>":
        of_all = rate.indicator.quantity is not None and rate.indicator.quantity.relation == "="
        # What one may cost at most is no price of all; an average is.
        dear = _TOO_DEAR if of_all or average else _TOO_DEAR_FOR_ONE
        variant = "unit" if share >= _UNIT_SLIPPED else "dear" if share >= dear else "price"
    yield Hit(matching[0], {**values, "funds": funds.yuan, "gap": abs(product - funds.yuan)}, variant=variant)


#: Over this no margin and no other payer explains a price: 万元 stands for 元.
_UNIT_SLIPPED = 1000
#: Over this a ceiling is none: at that price the money would not do for the work told.
_TOO_DEAR, _TOO_DEAR_FOR_ONE = Decimal("1.4"), Decimal(3)


#: The same for a price below a total that has its name.
_NOT_LESS_NAMED = Decimal("0.8")
_TOTAL_OF = re.compile("(?:总额|总计|合计|总(?:金额|成本|费用|支出|投入|价))$")


def _all_of_it(rate: Rate, costs: Sequence[Cost]) -> bool:
    """Whether the one total is of what the rate is for and of nothing else: 补贴总额 beside 每场演出补贴."""
    thing = _TOTAL_OF.sub("", plain(costs[0].indicator.name)) if len(costs) == 1 else ""
    named = len(thing) >= _NAMED and thing != plain(costs[0].indicator.name)
    return named and thing in plain(rate.indicator.name)


_STANDARD = re.compile("(?:每人每[天日月年次]|人均)|(?:补[助贴])?(?:标准|单价|定额)$")
_IN_ALL = re.compile("(?:补[助贴])?(?:总额|总计|合计|总?费用|总?成本|总?支出|资金|经费)$")


def _by_times(form: Form, funds: Money, prices: Lexicon, savings: Lexicon) -> Iterator[Hit]:
    """6元/人·天 beside 8400人, 200天 and 840万元: three figures of the form that do not make the fourth."""
    side = side_of_year(form)
    rates = {(rate.each, rate.object, rate.period): rate for item in form.side(side) if (rate := rate_of(item, prices))}
    rate = next(iter(rates.values())) if len(rates) == 1 else None
    costs = costs_of(form, side, prices, savings)
    if rate is None or not rate.object or not rate.period or any(not cost.money.agrees(funds) for cost in costs):
        return
    counts = [(item, item.quantity) for item in _counts(form, side) if item.quantity is not None]
    matching = [(item, quantity) for item, quantity in counts if _is_for(rate, item)]
    times = [
        item.quantity
        for item in form.side(side)
        if item.level2 == "数量指标" and item.quantity is not None and _period_of(item.quantity.unit) == rate.period
    ]
    if len(matching) != 1 or len(times) != 1 or others_pay(form):
        return
    item, quantity = matching[0]
    product = (_count(quantity) * rate.each).middle * times[0].number
    others = [other.number for one, other in counts if one is not item and unit_kind(other.unit) == "count"]
    share = product / funds.yuan
    if any(abs(share * factor - 1) <= _SLACK or abs(share / factor - 1) <= _SLACK for factor in others if factor):
        # 每期5天 of three courses, the whole of which is counted.
        return
    thing = _STANDARD.sub("", rate.indicator.name)
    named = costs and any(_IN_ALL.sub("", cost.indicator.name) == thing for cost in costs)
    floors = quantity.relation in "≥>" or times[0].relation in "≥>"
    if share > _NOT_MORE_IN_ALL or (share < _NOT_LESS_IN_ALL and named and not floors):
        values = {"count": item.value, "rate": rate.indicator.value, "times": times[0].number}
        gap = abs(product - funds.yuan)
        yield Hit(item, {**values, "product": product.normalize(), "funds": funds.yuan, "gap": gap}, variant="times")


def _period_of(unit: str) -> str:
    return _PERIODS.get(unit) or _PERIODS.get(canonical_unit(unit), "")


def others_pay(form: Form) -> bool:
    """Whether a text speaks of others who pay, of other things to pay for, or of what is paid in pieces."""
    return any(_SHARED.search(field.text) for field in _told(form))


def _told(form: Form) -> Iterator[Field]:
    """Return the texts that may say who else pays; a plan only says when."""
    return (field for field in form.fields if field.path != "plan")


def _by_floor(form: Form, funds: Money, prices: Lexicon) -> Iterator[Hit]:
    """≥4000元/场 beside 150场 and 60万元: at any price above the floor the money is not enough.

    What people get has floors by law, whatever the money.
    """
    side = side_of_year(form)
    for item in form.side(side):
        rate = rate_of(item, prices)
        floor = item.level2 in _COSTS and item.quantity is not None and item.quantity.relation in "≥>"
        if rate is None or not floor or rate.period or rate.object in ("", "人", "户"):
            continue
        matching = [one for one in _counts(form, side) if one.quantity is not None and _is_for(rate, one)]
        spent = [one for one in matching if integer_times(_count(one.quantity) * rate.each, _widened(funds), 1)]  # type: ignore[arg-type]
        if spent:
            values = {
                "count": spent[0].value,
                "rate": item.value,
                "times": 1,
                "product": funds.yuan,
                "funds": funds.yuan,
            }
            yield Hit(item, {**values, "gap": Decimal(0)}, variant="floor")
            return


_COSTS = ("成本指标", "经济成本指标")


def _one_of_each(form: Form, side: str, prices: Lexicon) -> tuple[Indicator, Quantity, Rate, bool] | None:
    """Return the one rate of a side with the one count it is for, and whether nothing else is counted."""
    rates = {(rate.each, rate.object, rate.period): rate for item in form.side(side) if (rate := rate_of(item, prices))}
    counts = _counts(form, side)
    if len(rates) != 1:
        return None
    rate = next(iter(rates.values()))
    matching = [(item, item.quantity) for item in counts if item.quantity is not None and _is_for(rate, item)]
    if len(matching) != 1 or (len(counts) > 1 and not rate.object):
        return None
    return (*matching[0], rate, len(counts) == 1)


def _times(one: Interval, rate: Rate, funds: Money, *, alone: bool) -> int | None:
    """Return how many times count times rate is likely meant; ``None`` where that cannot be told.

    Where something else is counted, too, it may cost something: only a slip of a figure is told apart from that.
    """
    if alone:
        return _USUAL.get(rate.period) or max(int((funds.yuan / one.middle).to_integral_value()), 1)
    return next((times for times in (1, 12) if abs(one.middle * times / funds.yuan - 1) <= _NEAR), None)


def _explained(form: Form, count: Quantity, rate: Rate, product: Decimal, funds: Money) -> bool:
    """Whether a limit (≥, ≤) or money from elsewhere explains why count times rate is not the funds."""
    relation = rate.indicator.quantity.relation if rate.indicator.quantity is not None else "="
    if product < funds.yuan:
        return count.relation in "≥>≈" or relation in "≥>≈"
    if count.relation in "≤<≈" or relation in "≤<≈":
        return True
    return any(_SHARED.search(field.text) for field in form.fields)


def _targets(form: Form, costs: Sequence[Cost]) -> list[Interval]:
    """Return what count times rate may come to: the money of a side, a cost, the money less other costs."""
    funds = [money for horizon in form.sides for money in possible_funds(form, horizon)]
    found = [*funds, *(cost.money for cost in costs)]
    if len(costs) <= 8:
        for size in range(1, len(costs) + 1):
            for chosen in combinations(costs, size):
                paid = Money.total(cost.money for cost in chosen).times(Decimal(-1))
                found.extend(money + paid for money in funds)
    return [_widened(money) for money in found if money.yuan > 0]


def _widened(money: Money) -> Interval:
    slack = money.yuan * _SLACK + money.step / 2
    return Interval(money.yuan - slack, money.yuan + slack)


def _by_text(field: Field) -> Iterator[Hit]:
    """N人，每人每月R元，合计T元 in one sentence: T must be a whole number of times N×R."""
    for match in re.finditer(r"[^。；;]+", field.text):
        sentence = match.group()
        if "每" not in sentence and "均" not in sentence and "元/" not in sentence:
            continue
        if "=" in sentence or "＝" in sentence or not re.search("合计|共|总", sentence):
            continue
        yield from _sentence(field, sentence)


def _sentence(field: Field, sentence: str) -> Iterator[Hit]:
    counts, rates, totals = [], [], []
    for quantity, start, end in find_quantities(sentence):
        before = sentence[max(0, start - 14) : start]
        kind, item = unit_kind(quantity.unit), (quantity, sentence[start:end], before)
        if kind == "money-rate" or (kind == "money" and _RATE_BEFORE.search(before)):
            rates.append(item)
        elif kind == "money" and _TOTAL.search(before):
            totals.append(item)
        elif kind == "person":
            counts.append(item)
        else:
            # Months, other things, further amounts: another reading than the plain one.
            return
    if not len(counts) == len(rates) == len(totals) == 1:
        return
    (count, count_text, _), (quantity, rate_text, before), (total, _, _) = counts[0], rates[0], totals[0]
    base, *parts = re.split(r"[/·.每]", quantity.unit)
    scale = amount_in_yuan(Quantity(relation="=", number=Decimal(1), unit=base))
    whole = amount_in_yuan(total)
    thing, period = _split([*parts, *_EACH.findall(before[-10:])])
    exact = all(item.relation == "=" for item in (count, quantity, total))
    if scale is None or whole is None or not exact or thing not in ("", "人"):
        return
    one = _count(count) * _interval(quantity, scale)
    target = _widened(Money(yuan=whole, step=Decimal(1)))
    if one.low <= 0 or whole < one.low or integer_times(one, target, _MOST.get(period, 366)):
        return
    times = _USUAL.get(period, 1)
    product = (one.middle * times).normalize()
    rate = before[-6:].lstrip("，,。、") + rate_text
    values = {"count": count_text, "rate": rate, "times": times, "product": product, "funds": whole}
    yield Hit(field, {**values, "gap": abs(product - whole)}, variant="text")
