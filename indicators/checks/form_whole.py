"""Does a form hold together as a whole: weights, number of indicators, values, one thing told twice (S, V, C, F)."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from decimal import Decimal

from indicators.quantities import canonical_unit, column_number, half_width, points_of, unit_kind
from indicators.records import Form, Indicator

from .base import Hit, Lexicon, NotApplicable, check, plain
from .duplication import bare_name, reworded
from .heads import head_of
from .units import head
from .value_words import unused

__all__ = [
    "block_points",
    "enough_indicators",
    "filled_side",
    "one_value_each",
    "rates_signed",
    "time_states_when",
    "values_vary",
    "weights_make_total",
    "works_have_core",
]


def filled_side(form: Form) -> tuple[Indicator, ...]:
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
    count = len(filled_side(form))
    if not count:
        raise NotApplicable
    if count < at_least:
        values = {"count": count, "least": at_least}
        yield Hit(form, values, variant="alone" if count == 1 else "", subject="indicators")


@check(scope="form")
def values_vary(form: Form, *, share: Decimal, at_least: int, sure: int, heads: Lexicon) -> Iterator[Hit]:
    """Look for forms most of whose values are the same percentage, or whose rates are all 100%, satisfaction too.

    Parameters
    ----------
    share, at_least
        From which part of the indicators, and from how many, values alike say that nobody thought about them.
    sure
        How many rates, satisfaction among them, say so where each of them is 100%.
    heads
        Kinds of names: what is better the less there is of it is no such rate.

    Yields
    ------
    Hit
        At the form, with ``value``, ``count`` and ``total``; variant ``sure`` where all rates are 100%.
    """
    items = filled_side(form)
    if len(items) < at_least:
        raise NotApplicable
    rates = Counter(
        item.quantity.number
        for item in items
        if item.quantity is not None and canonical_unit(item.quantity.unit) == "%"
    )
    if rates:
        number, count = rates.most_common(1)[0]
        values = {"value": f"{number.normalize():f}%", "count": count, "total": len(items)}
        if count >= at_least and Decimal(count) >= share * len(items):
            yield Hit(form, values, subject="indicators")
        elif count >= sure and _all_sure(items, heads):
            yield Hit(form, values, variant="sure", subject="indicators")


def _all_sure(items: tuple[Indicator, ...], heads: Lexicon) -> bool:
    """Whether every rate that should be high is the whole, and what people will say of it is one of them."""
    high = [
        item
        for item in items
        if item.quantity is not None
        and canonical_unit(item.quantity.unit) == "%"
        and item.quantity.relation not in "≤<"
        and head_of(head(item.name), heads).polarity != "-"
    ]
    return all(item.quantity is not None and item.quantity.number == _WHOLE for item in high) and any(
        "满意" in item.name for item in high
    )


_PART_LOST = Decimal(75)


def _points(form: Form) -> list[Decimal] | None:
    """Return the points or weights of all indicators of a side, ``None`` where one is not printed."""
    found = []
    # A row whose value is left blank has its points all the same.
    side = form.side("annual") or form.side("lifetime")
    for item in (item for item in side if item.name and not unused(item)):
        number = points_of(item)
        if number is None:
            return None
        found.append(number)
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
def block_points(form: Form) -> Iterator[Hit]:
    """Compare the points of the rows of a first level with what its label states: 产出指标(50分).

    Points that make 100 within the level are shares of it. One row without points leaves the sum open.

    Yields
    ------
    Hit
        At the first row of the level, with ``block``, ``stated`` and ``sum``.
    """
    blocks: dict[str, list[Indicator]] = defaultdict(list)
    for item in form.side("annual") or form.side("lifetime"):
        if item.level1 and item.name and not unused(item):
            blocks[item.level1].append(item)
    stated = {name: column_number(rows[0], "block_score") for name, rows in blocks.items()}
    if not any(stated.values()):
        raise NotApplicable
    for name, rows in blocks.items():
        points = [points_of(item) for item in rows]
        whole = stated[name]
        if whole is None or any(one is None for one in points):
            continue
        total = sum((one for one in points if one is not None), Decimal(0))
        if abs(total - whole) > _ROUNDED and abs(total - 100) > _ROUNDED:
            yield Hit(rows[0], {"block": name, "stated": whole, "sum": total}, subject="indicators.weights", key=name)


#: What points may be off by where each was rounded.
_ROUNDED = Decimal("0.05")


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
            name = bare_name(item.name)
            name = next((known for known in seen if reworded(known, name)), name)
            earlier = seen.setdefault(name, item)
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


_CLAUSE_END = re.compile("[，,。；;]")
_NAMED = 3
_BUILT = re.compile("(?:改造|维修|修缮|新建|改建|扩建|建设|加固|翻新|整治|治理|修复)(?:工程|项目)?$|工程")
_NOT_BUILT = re.compile(
    "服务|经费|系统|平台|软件|队伍|能力|体系|制度|补助|补贴|奖|信息化|数字|规划|设计|监理|费$|品牌|文化|示范|活动"
)
_ACCEPTED = re.compile("验收|合格|达标|优良|质量|成活|保存|标准|等级")
#: What does not tell how much is built; a bare number has its unit in the name (新造林面积(亩)).
_NO_EXTENT = ("ratio", "time", "money", "money-rate", "person")


@check(scope="form")
def works_have_core(form: Form) -> Iterator[Hit]:
    """Ask of building works how much is built and whether it is accepted.

    Yields
    ------
    Hit
        At the form, with ``missing``.
    """
    name = plain(form.project_name)
    items = filled_side(form)
    outputs = [item for item in items if item.level2 == "数量指标"]
    quality = [item for item in items if item.level2 == "质量指标"]
    if not _BUILT.search(name) or _NOT_BUILT.search(name) or not outputs or not quality:
        # What is missing altogether has its own rules.
        raise NotApplicable
    missing = []
    if not any(
        item.quantity is not None and unit_kind(item.quantity.unit) not in _NO_EXTENT and not _MEETS.search(item.name)
        for item in outputs
    ):
        missing.append("工程量（面积、长度、座数等）")
    if not any(_ACCEPTED.search(item.name + item.value) for item in quality):
        missing.append("验收合格率等质量标准")
    if missing:
        yield Hit(form, {"missing": tuple(missing)}, subject="indicators", key="core")


_MEETS = re.compile("会议|人员|培训|巡查|检查|车辆|次数")


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
    rates = [item for item in filled_side(form) if item.quantity and canonical_unit(item.quantity.unit) == "%"]
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

_BY_CONTRACT = re.compile(
    "(?:按|依|遵)照?(?:(?:合同|协议|工作)(?:约定|规定|要求|计划)?|(?:项目|上级|文件|有关|相关|主管部门)*(?:要求|规定))(?:的?(?:时间|期限|工期|进度|节点))?(?:完成|执行|实施|支付|推进)?"
)
#: What a quality answers: 验收合格, 达到优良标准.
_HOW_WELL = re.compile(
    "(?:全部|一次性?|均|竣工|质量|通过|达到|符合)*(?:验收|检测|质量|国家|行业|设计|相关|规范|标准|要求)*"
    "(?:合格|达标|优良|优秀|良好|通过|标准|要求|完好)(?:标准|要求|等级)?"
)
#: The time is left to what will turn out: 视天气情况而定, 根据工程进度确定, 另行通知.
_DEPENDS = re.compile(
    "(?:待定|另定|(?:时间|日期)?(?:另行|适时|择机|择期)[\u4e00-\u9fff]{2,4})|"
    "(?:视|看|根据|按照?|依照?|依据|结合|待)(?!国家|行业|法|规范|标准|合同)[\u4e00-\u9fff、]{1,16}?"
    "(?:情况|进展|进度|需要|需求|条件|实际|形势|安排|通知|批复)(?:后|再)?"
    "(?:而定|(?:另行|适时|择机)?(?:确定|决定|安排|调整|开展|组织|实施|推进|完成|进行))?"
    "|[\u4e00-\u9fff]{2,12}而定"
)
_ALL_YEAR = ("全年", "年度", "本年度", "一年内", "当年")
_BY_MONTH = re.compile("(?:按|逐)[月季年周](?:度)?(?:安排|推进|进行|开展|实施|执行|完成)")


@check(scope="indicator")
def time_states_when(indicator: Indicator, *, words: Lexicon, heads: Lexicon) -> Iterator[Hit]:
    """Look for times that leave the year open (全年, 按合同约定, 视天气情况而定), or that answer how well, not when.

    Parameters
    ----------
    words
        Such values.
    heads
        Kinds of names: which ask for a date or a time.

    Yields
    ------
    Hit
        At the indicator; variant ``open`` unless the value may mean all the year round, ``quality`` where a name that
        asks when is answered with a quality (验收合格).
    """
    if not indicator.value or unit_kind(indicator.quantity.unit if indicator.quantity else "") != "other":
        raise NotApplicable
    value = plain(indicator.value)
    depends = indicator.dates is None and _DEPENDS.fullmatch(value)
    if value in words or _BY_MONTH.fullmatch(value) or _BY_CONTRACT.fullmatch(value) or depends:
        # All the year round is an answer of a service, if not of a task.
        yield Hit(indicator, variant="" if value in _ALL_YEAR else "open")
    elif indicator.dates is None and _HOW_WELL.fullmatch(value):
        if head_of(head(indicator.name), heads).measure_kind in ("date", "time"):
            yield Hit(indicator, variant="quality")
