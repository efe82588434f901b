"""Does a form hold together as a whole: weights, number of indicators, values, one thing told twice (S, V, C, F)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal

from indicators.money import MONEY_UNIT, PRINTED
from indicators.quantities import canonical_unit, find_quantities, half_width, parse_quantity, unit_kind
from indicators.records import Form, Indicator

from .base import Context, Hit, Lexicon, NotApplicable, check, plain
from .duplication import bare_name
from .funds_texts import texts_of, texts_with_amounts
from .heads import head_of
from .mentions import scaled
from .money import annual_funds, money_of, possible_funds
from .units import head
from .value_words import unused

__all__ = [
    "cost_in_money",
    "cost_near_funds",
    "enough_indicators",
    "goal_taken_up",
    "one_value_each",
    "rates_signed",
    "satisfaction_of_served",
    "stated_amount_is_funds",
    "this_year_stated",
    "time_states_when",
    "values_vary",
    "weights_make_total",
]


def _side(form: Form) -> tuple[Indicator, ...]:
    """Return the filled indicators of the annual side, or of the only one."""
    items = form.side("annual") or form.side("lifetime")
    return tuple(item for item in items if item.name and item.value and not unused(item))


@check(scope="form")
def enough_indicators(form: Form, *, at_least: int) -> Iterator[Hit]:
    """Ask for a number of filled indicators.

    Parameters
    ----------
    at_least
        How many a form should have.

    Yields
    ------
    Hit
        At the form, with ``count`` and ``least``; variant ``alone`` for a single indicator.
    """
    count = len(_side(form))
    if not count:
        raise NotApplicable
    if count < at_least:
        values = {"count": count, "least": at_least}
        yield Hit(form, values, variant="alone" if count == 1 else "", subject="indicators")


@check(scope="form")
def values_vary(form: Form, *, share: Decimal, at_least: int) -> Iterator[Hit]:
    """Look for forms most of whose values are the same percentage.

    Parameters
    ----------
    share, at_least
        From which part of the indicators, and from how many, values alike say that nobody thought about them.

    Yields
    ------
    Hit
        At the form, with ``value``, ``count`` and ``total``.
    """
    items = _side(form)
    if len(items) < at_least:
        raise NotApplicable
    rates = Counter(
        item.quantity.number
        for item in items
        if item.quantity is not None and canonical_unit(item.quantity.unit) == "%"
    )
    if rates:
        number, count = rates.most_common(1)[0]
        if count >= at_least and Decimal(count) >= share * len(items):
            yield Hit(
                form, {"value": f"{number.normalize():f}%", "count": count, "total": len(items)}, subject="indicators"
            )


_PART_LOST = Decimal(75)


def _points(form: Form) -> list[Decimal] | None:
    """Return the points or weights of all indicators of a side, ``None`` where one is not printed."""
    found = []
    # A row whose value is left blank has its points all the same.
    side = form.side("annual") or form.side("lifetime")
    for item in (item for item in side if item.name and not unused(item)):
        text = next((text for role, text in item.attributes if role in ("score", "weight") and text), "")
        quantity = parse_quantity(text) if text else None
        if quantity is None:
            return None
        found.append(quantity.number)
    return found or None


@check(scope="form")
def weights_make_total(form: Form, *, totals: tuple[Decimal, ...]) -> Iterator[Hit]:
    """Compare the points or weights of the indicators with what they must add up to.

    Parameters
    ----------
    totals
        Sums that are laid down somewhere: 100, or 90 with 10 kept for the execution of the budget; 1 as fractions.

    Yields
    ------
    Hit
        At the form, with ``sum`` and ``totals``.
    """
    points = _points(form)
    if points is None or len(points) < 3:
        raise NotApplicable
    total = sum(points, Decimal(0))
    if 1 < total < _PART_LOST:
        # Rows are missing from what was read; their points are too.
        raise NotApplicable
    if all(abs(total - fitting) > Decimal("0.05") * (1 if fitting > 1 else Decimal("0.1")) for fitting in totals):
        yield Hit(form, {"sum": total, "totals": totals}, subject="indicators.weights")


@check(scope="form")
def one_value_each(form: Form) -> Iterator[Hit]:
    """Look for one name with two values that cannot both hold, on one side of a form.

    Yields
    ------
    Hit
        At the later one, with ``first`` (the earlier value) and ``first_category``.
    """
    asked = False
    for side in form.sides:
        seen: dict[str, Indicator] = {}
        for item in form.side(side):
            if not item.name or not item.value or item.quantity is None or len(plain(item.name)) < 4:
                continue
            asked = True
            earlier = seen.setdefault(bare_name(item.name), item)
            if earlier is item or earlier.quantity is None or earlier.value == item.value:
                continue
            one, two = earlier.quantity, item.quantity
            same_unit = canonical_unit(one.unit) == canonical_unit(two.unit)
            # ≥5% and ≤10% are a range; =100% and ≥95% are two bars for one thing.
            range_of = {one.relation, two.relation} in ({"≥", "≤"}, {">", "<"}, {"≥", "<"}, {">", "≤"})
            if same_unit and not range_of and one.number != two.number:
                yield Hit(item, {"first": earlier.value, "first_category": earlier.level2})
    if not asked:
        raise NotApplicable


_NAMED = 3
_TASK_KINDS = ("count", "area", "length", "person")
_DESCRIBING = ("期", "层", "届", "轮", "类", "种", "级")
_NOT_A_TASK = re.compile("辖区|全县|全市|全区|人口|第|现有|已有|近")


@check(scope="form")
def goal_taken_up(form: Form, *, heads: Lexicon | None = None) -> Iterator[Hit]:
    """Look for goals most of whose numbers, or a task with its number, no indicator takes up.

    Parameters
    ----------
    heads
        Kinds of names: which clauses begin with work done.

    Yields
    ------
    Hit
        At the goal, with ``figures``; variant ``task`` where the names do not know the thing either.
    """
    told = "".join(f"{item.name}={item.value};" for item in form.indicators)
    read = [quantity for quantity, _, _ in find_quantities(told)]
    read += [item.quantity for item in form.indicators if item.quantity is not None]
    # 3万亩 in the goal is 30000 beside 面积(亩).
    here = {quantity.number for quantity in read} | {scaled(quantity) for quantity in read}
    # A number of the project's name says whom it is for, not what is to be done.
    named = {quantity.number for quantity, _, _ in find_quantities(form.project_name)}
    goals = [item for item in form.fields if item.path.startswith("goal") and item.text]
    if not goals or len(here) < 3:
        raise NotApplicable
    for goal in goals:
        figures = [
            (goal.text[start:end].replace(" ", ""), quantity, _clause(goal.text, start))
            for quantity, start, end in find_quantities(goal.text)
            if unit_kind(quantity.unit) in _TASK_KINDS
            and quantity.number >= 2
            and quantity.number not in named
            and any(character.isdigit() for character in goal.text[start:end])
            and quantity.unit not in _DESCRIBING
            and not _NOT_A_TASK.search(goal.text[max(0, start - 4) : start])
        ]
        left = [row for row in figures if row[1].number not in here and scaled(row[1]) not in here]
        # 维修3所学校2400平方米 is taken up where one of its figures is.
        taken = {row[2] for row in figures if row not in left}
        alone = [row for row in left if row[2] not in taken]
        tasks = [row for row in alone if heads is not None and _begins_work(row[2], heads)]
        nowhere = [text for text, _, clause in tasks if not _named(clause, told)]
        if left and len(left) * 2 > len(figures):
            tasks = left
        if tasks:
            texts = nowhere or [text for text, _, _ in tasks]
            yield Hit(goal, {"figures": tuple(texts)}, variant="task" if nowhere else "")
            return


def _named(clause: str, told: str) -> bool:
    """Whether any two characters of what a task does something to stand in a name: 足球场 of 新建足球场3个."""
    thing = re.sub("[0-9].*$", "", plain(clause))[2:]
    return len(thing) < _NAMED or any(thing[at : at + 2] in told for at in range(len(thing) - 1))


def _begins_work(clause: str, heads: Lexicon) -> bool:
    """Whether a clause of a goal begins with work done: 新建笼式足球场3个."""
    return head_of(clause, heads).begins == "output"


def _clause(text: str, at: int) -> str:
    """Return the clause a place of a text stands in."""
    begin = max((match.end() for match in _CLAUSE_END.finditer(text[:at])), default=0)
    return _CLAUSE_END.split(text[begin:], maxsplit=1)[0].strip()


_WHOLE_COST = re.compile(
    r"^(?:项目)?总(?:成本|投资|费用|支出|造价)|^(?:项目)?(?:成本|费用|经费|支出)总[额计]$|^[\u4e00-\u9fff]{2,8}(?:费用|成本|经费)总额$"
)


_COST_WORD = re.compile("(?:总)?(?:费用|成本|经费|资金|支出|投入)(?:总?额)?$")
_TELLING = 4
_FAR = Decimal("0.2")


@check(scope="form")
def cost_near_funds(form: Form, *, least: Decimal) -> Iterator[Hit]:
    """Look for a total cost far below the funds asked for.

    Parameters
    ----------
    least
        Share of the annual funds from which a total cost is believed.

    Yields
    ------
    Hit
        At the only cost of the annual side, with ``cost`` and ``funds`` in 元; variant ``far`` where the name says
        that it is the total, or below a fifth.
    """
    funds = annual_funds(form)
    costs = [item for item in form.side("annual") if item.level2 in ("成本指标", "经济成本指标") and item.value]
    if funds is None or len(costs) != 1:
        raise NotApplicable
    cost = money_of(costs[0].quantity)
    name = plain(costs[0].name)
    # 装备购置费用 of the project 微型消防站装备购置 is the cost of all of it.
    thing = _COST_WORD.sub("", name)
    whole = _WHOLE_COST.search(name) or (len(thing) >= _TELLING and thing in plain(form.project_name))
    if cost is None or not whole:
        raise NotApplicable
    if 0 < cost.yuan < funds.yuan * least:
        far = _WHOLE_COST.search(name) or cost.yuan < funds.yuan * _FAR
        yield Hit(costs[0], {"cost": cost.yuan, "funds": funds.yuan}, variant="far" if far else "")


_ASKED_FOR = re.compile(
    r"(?:本年度?|今年|年度|[0-9]{4}年)?(?:共?申请|预算安排|安排预算|本年度?预算|年度预算)(?:中央|省级?|市级?|县级?|区级?|本级|上级)?(?:财政|项目|专项)*(?:补助|配套|拨款)?(?:资金|经费|金额)?(?:共计?|合计|总额)?(?:为|约)?"
    rf"\s*(?P<amount>{PRINTED}\s*(?:{MONEY_UNIT}))"
)
_OTHER_YEARS = re.compile("上年|去年|往年|其中|每年|每月|分别|另|已")
_OTHER_MONEY = re.compile("总投资|概算|上年|去年|结转")
_CLAUSE_END = re.compile("[，,。；;]")


@check(scope="form")
def stated_amount_is_funds(form: Form) -> Iterator[Hit]:
    """Compare what a text says is asked for this year with the funds.

    Yields
    ------
    Hit
        At the field, with ``said``, ``stated`` and ``funds`` in 元.
    """
    funds = annual_funds(form)
    if funds is None:
        raise NotApplicable
    fitting = [funds, *possible_funds(form, "annual"), *possible_funds(form, "lifetime")]
    for field in texts_of(form):
        found = list(_ASKED_FOR.finditer(field.text))
        clause = _CLAUSE_END.split(field.text[: found[0].start()])[-1] + found[0].group() if found else ""
        if len(found) != 1 or _OTHER_YEARS.search(clause) or _OTHER_MONEY.search(field.text):
            continue
        stated = money_of(parse_quantity(found[0].group("amount")))
        if stated is not None and not any(stated.agrees(money) or stated.slipped(money) for money in fitting):
            yield Hit(field, {"said": found[0].group(), "stated": stated.yuan, "funds": funds.yuan})
            return


_INVESTMENT = re.compile("总投资|概算(?:总额|总投资)?|投资总额|估算总投资|合同(?:总)?(?:价|金额)")
_YEAR_BEFORE = re.compile(r"((?:19|20)[0-9]{2})年")


@check(scope="form")
def this_year_stated(form: Form, context: Context, *, times: Decimal) -> Iterator[Hit]:
    """Look for texts that tell the investment as a whole and of earlier years, but nowhere what this year gets.

    Parameters
    ----------
    times
        Whole investment over the funds from which a share must be told.

    Yields
    ------
    Hit
        At the text, with ``total`` and ``funds`` in 元.
    """
    funds, budget = annual_funds(form), context.year(form)
    if funds is None or budget is None:
        raise NotApplicable
    fields = context.of(form, texts_with_amounts)
    known = [funds, *possible_funds(form, "annual"), *possible_funds(form, "lifetime")]
    if any(item.money.agrees(money) for _, amounts in fields for item in amounts for money in known):
        return
    for field, amounts in fields:
        whole = [item for item in amounts if _INVESTMENT.search(item.before) and item.money.yuan > funds.yuan * times]
        years = [int(year) for item in amounts for year in _YEAR_BEFORE.findall(item.before)]
        if whole and years and max(years) < budget:
            yield Hit(field, {"total": whole[0].money.yuan, "funds": funds.yuan, "year": max(years)})
            return


_COST_KEPT = re.compile("(?:成本|预算|费用|投资|支出|资金|经费)(?:控制|节约|执行|偏差|超支|完成)(?:率|比例|数|情况)?$")


@check(scope="form")
def cost_in_money(form: Form) -> Iterator[Hit]:
    """Look for forms whose only cost is a rate of keeping to it (成本控制率 100%).

    Yields
    ------
    Hit
        At the first such cost of the annual side, with ``count``.
    """
    costs = [item for item in _side(form) if item.level2 in ("成本指标", "经济成本指标")]
    if not costs:
        raise NotApplicable
    rates = [item for item in costs if item.quantity is not None and canonical_unit(item.quantity.unit) == "%"]
    if len(rates) == len(costs) and all(_COST_KEPT.search(plain(item.name)) for item in rates):
        yield Hit(rates[0], {"count": len(rates)})


@check(scope="form")
def rates_signed(form: Form, *, heads: Lexicon) -> Iterator[Hit]:
    """Look for rates without a sign (合格率 95%) in a form that writes others with one.

    Parameters
    ----------
    heads
        Kinds of names: only where more is better is the floor meant and not said.

    Yields
    ------
    Hit
        At the first, once a form, with ``names``.
    """
    rates = [item for item in _side(form) if item.quantity and canonical_unit(item.quantity.unit) == "%"]
    bare = [
        item
        for item in rates
        if item.quantity is not None
        and item.quantity.relation == "="
        and "=" not in half_width(item.value)
        and item.quantity.number < _WHOLE
        and _BARE_RATE.fullmatch(half_width(item.value).strip())
        and head_of(head(item.name), heads).polarity == "+"
    ]
    if not rates:
        raise NotApplicable
    if bare and len(bare) < len(rates):
        yield Hit(bare[0], {"names": tuple(item.name for item in bare)}, key="signs")


_WHOLE = Decimal(100)
_BARE_RATE = re.compile(r"[0-9]+(?:\.[0-9]+)?\s*%")

_OWN = re.compile(
    "^(?:上级|主管|上级主管|领导|单位领导|财政|财政部门|本单位领导|局领导|上级部门)[\u4e00-\u9fff]{0,6}满意"
)


@check(scope="indicator")
def satisfaction_of_served(indicator: Indicator) -> Iterator[Hit]:
    """Look for the satisfaction of superiors where those served are to be asked.

    Yields
    ------
    Hit
        At the indicator.
    """
    if not indicator.name:
        raise NotApplicable
    if _OWN.search(plain(indicator.name)):
        yield Hit(indicator)


_ALL_YEAR = ("全年", "年度", "本年度", "一年内", "当年")
_BY_MONTH = re.compile("(?:按|逐)[月季年周](?:度)?(?:安排|推进|进行|开展|实施|执行|完成)")


@check(scope="indicator")
def time_states_when(indicator: Indicator, *, words: Lexicon) -> Iterator[Hit]:
    """Look for times that leave the whole year open (全年, 年内, 按合同约定).

    Parameters
    ----------
    words
        Such values.

    Yields
    ------
    Hit
        At the indicator; variant ``open`` unless the value may mean all the year round.
    """
    if not indicator.value or unit_kind(indicator.quantity.unit if indicator.quantity else "") != "other":
        raise NotApplicable
    value = plain(indicator.value)
    if value in words or _BY_MONTH.fullmatch(value):
        # All the year round is an answer of a service, if not of a task.
        yield Hit(indicator, variant="" if value in _ALL_YEAR else "open")
