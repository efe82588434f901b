"""Do dates and periods fit the budget year and the project's period (family T)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from indicators.quantities import find_dates, half_width, parse_dates
from indicators.records import DateSpan, Form, Indicator
from indicators.text import squash

from .base import Context, Hit, Lexicon, NotApplicable, check, pairs, plain
from .plan_steps import clauses, dated_steps, years_by_falling_months
from .structure import project_years

__all__ = [
    "AFTER_WORK",
    "SEASON",
    "ends_within_project_period",
    "filled_in_time",
    "not_before_budget_year",
    "plan_meets_deadline",
    "texts_of_this_year",
]

#: Months of the units a duration is printed in.
_MONTHS = {
    **dict.fromkeys(("年", "年度", "个年度", "周年"), 12.0),
    **dict.fromkeys(("个月", "月"), 1.0),
    **dict.fromkeys(("季度", "个季度", "季"), 3.0),
    **dict.fromkeys(("天", "日", "日历天", "个日历天", "自然日", "个自然日"), 1 / 30.4),
}
_ONLY_DATES = re.compile(
    r"^(?:[\s,，、;；.。:：~\-—–至到年度月日号]|自|从|于|在|前|底|末|初|止|起|开始|结束|期间|以前|之前|完成|内|时|及|和|支付|"
    r"实施|执行|供暖|采暖|取暖|服务|费用|租赁|发放|到位|竣工|建成|验收|全部|≤|≥|<|>|=|无)*$"
)
#: A date that only says since when, or against which year something is measured.
_AGAINST = re.compile(r"比|较|基数|基准|以来|同期|上年|水平|截至|截止")
#: The date is what is counted or measured, not when it is to be done.
_REFERENCE = re.compile(r"基准|年份|年限|所属期|统计期|报告期|考核年度|评价年度|数据|口径|清单|决算|台账")
_PAID_FOR = re.compile(
    r"^(?:期间|年度|共计?|共?产生|发生|的|所|欠|应付|[)）])*[\u4e00-\u9fff]{0,10}?(?:费用?|款|工资|租金|补助|补贴|津贴|薪酬|奖金|报酬|资金)"
)


def _rest(text: str) -> str:
    """Return a value without its dates."""
    parts, last = [], 0
    plain = half_width(text)
    for _, start, end in find_dates(plain):
        parts.append(plain[last:start])
        last = max(end, last)
    return "".join((*parts, plain[last:]))


@dataclass(frozen=True, slots=True)
class _Paid:
    """A period a form pays for, as its texts print it."""

    start: date
    end: date
    printed: str


def _paid(form: Form) -> _Paid | None:
    """Return the last period the texts of a form say it pays for, ``None`` where they name none."""
    periods: list[_Paid] = []
    for path in ("project_name", "overview", "plan", "goal.annual", "goal.lifetime"):
        text = form.text(path)
        for span, start, end in find_dates(text):
            if span.start is None or span.end is None or span.precision == "year":
                continue
            # Only a period of months, and outside the name only where money follows it at once.
            if (span.end - span.start).days > 27 and (path == "project_name" or _PAID_FOR.match(text[end:])):
                periods.append(_Paid(span.start, span.end, text[start:end]))
    return max(periods, key=lambda period: period.end, default=None)


def _carriers(form: Form) -> tuple[Indicator, ...]:
    """Return what answers for a form's period on each side: the first filled 时效指标, else the first filled."""
    chosen = []
    for horizon in form.sides:
        filled = [item for item in form.side(horizon) if item.name and item.value]
        timed = [item for item in filled if item.level2 == "时效指标"]
        chosen.extend((timed or filled)[:1])
    return tuple(chosen)


@check(scope="indicator")
def not_before_budget_year(indicator: Indicator, form: Form, context: Context, *, arrears: Lexicon) -> Iterator[Hit]:
    """Look for an indicator all of whose dates lie before the budget year, or a form that pays for such a period.

    Parameters
    ----------
    arrears
        Words by which a project says it pays what is owed; then it is a note only.

    Yields
    ------
    Hit
        With ``period`` and ``budget``; variant ``arrears`` for debts named as such.
    """
    budget = context.year(form)
    if budget is None:
        raise NotApplicable
    period = ""
    span = indicator.dates
    if span is not None and span.end is not None and span.end.year < budget and not _REFERENCE.search(indicator.name):
        if _ONLY_DATES.match(_rest(indicator.value)) and not _AGAINST.search(indicator.value):
            period = indicator.value
    elif any(item is indicator for item in context.of(form, _carriers)):
        paid = context.of(form, _paid)
        dated = any(item.dates is not None and item.dates.end is not None for item in form.indicators)
        if paid is not None and paid.end.year < budget and not dated:
            period = paid.printed
    if period:
        owed = arrears.find(form.project_name) or arrears.find(form.text("overview"))
        yield Hit(indicator, {"period": period, "budget": budget}, variant="arrears" if owed else "")


def _end_of_project(form: Form, budget: int, years: int) -> date:
    """Return the last day of the project: of its printed period, else counted from the budget year."""
    printed = parse_dates(form.text("project_period"))
    if printed is not None and printed.end is not None:
        return printed.end
    return date(budget + years - 1, 12, 31)


def _months(span: DateSpan) -> int | None:
    if span.start is None or span.end is None:
        return None
    return (span.end.year - span.start.year) * 12 + span.end.month - span.start.month + (span.end.day >= span.start.day)


@check(scope="indicator")
def ends_within_project_period(
    indicator: Indicator, form: Form, context: Context, *, other_periods: Lexicon, project_periods: Lexicon
) -> Iterator[Hit]:
    """Compare durations and end dates with the project's period.

    Parameters
    ----------
    other_periods
        Words of periods that may outlast the project: 质保期, 使用年限, 存储时长.
    project_periods
        Words of periods that are the project's own: 工期, 租赁, 服务期限, 建成时间.

    Yields
    ------
    Hit
        With ``period`` (the project's, in words) and variant ``duration`` or ``end``.
    """
    years = project_years(form)
    budget = context.year(form)
    if years is None or indicator.level2 not in ("时效指标", "数量指标", "质量指标"):
        raise NotApplicable
    if other_periods.find(indicator.name) or other_periods.find(indicator.value):
        raise NotApplicable
    own = project_periods.find(indicator.name) != "" or indicator.level2 == "时效指标"
    if not own:
        raise NotApplicable
    said = form.text("project_period") or form.text("project_attribute")
    quantity = indicator.quantity
    if quantity is not None and quantity.unit in _MONTHS and indicator.dates is None:
        if not project_periods.find(indicator.name) or "每" in indicator.value or quantity.relation in ("<", ">"):
            raise NotApplicable
        months = float(quantity.upper or quantity.number) * _MONTHS[quantity.unit]
        if months > years * 12 + 0.6:
            yield Hit(indicator, {"period": said}, variant="duration")
        return
    span = indicator.dates
    if span is None or span.end is None or budget is None:
        raise NotApplicable
    length = _months(span)
    if (
        length is not None
        and span.start != span.end
        and length > years * 12 + 1
        and _ONLY_DATES.match(_rest(indicator.value))
    ):
        yield Hit(indicator, {"period": said}, variant="duration")
    elif span.end > _end_of_project(form, budget, years) and not _begun_in(span, budget, years, length):
        yield Hit(indicator, {"period": said}, variant="end")
    elif years == 1 and span.end > _end_of_project(form, budget, years) and not SEASON.search(indicator.name):
        # A year's service that begins in the middle of this one is paid for, in part, ahead.
        if length is not None and length <= _WHOLE_YEAR:
            yield Hit(indicator, {"period": said}, variant="over" if length < _WHOLE_YEAR else "ahead")


#: Periods that lie across the turn of the year by nature, and the months of a contract that does.
SEASON = re.compile("供暖|采暖|取暖|供热|学年|冬|春运|防火|融雪|除雪|清雪|租|合同")
_WHOLE_YEAR = 12


def _begun_in(span: DateSpan, budget: int, years: int, length: int | None) -> bool:
    """Whether a period begins while the project runs and is no longer than it (a heating season, a contract year)."""
    if span.start is None or length is None or span.precision == "year" or span.start == span.end:
        return False
    return span.start.year <= budget + years - 1 and length <= years * 12 + 1


_TITLED = re.compile(
    r"《[^》]*》|“[^”]*”|[\u4e00-\u9fff]{1,8}(?:字|发|函|办|规)?[〔\[【(（<〈]\s*20[0-9]{2}\s*[〕\]】)）>〉]\s*第?[0-9]+号?"
)
_HISTORY_BEFORE = re.compile(
    r"(?:根据|按照|依据|按|据|自|从|比|较|与|同|于|截至|截止|到|在|巩固|延续|参照|结合|落实|经|由|对|针对|以|\()$"
)
_HISTORY_AFTER = re.compile(
    r"^(?:度|末|底)?(?:的)?(?:已|就|以来|起|基础|基数|预算|批复|立项|下达|申请|相比|水平|同期|数据|决算|成果|结转|考核|评价|结果|统计|年底|末|底前?数|"
    r"[\u4e00-\u9fff]{0,8}(?:档案|案卷|卷宗|台账|史料|年鉴|大事记)|以前|之前|及以前|学年|[春秋]季|供暖季|采暖季|度?第?[一二三]?批|[\u4e00-\u9fff]{0,12}(?:会议|通知|文件|纪要|规划|方案|办法|精神|要求|标准|欠|遗留|尾款|结转|年终奖|考核奖))"
)


#: Characters beside a date within which words of history stand; the patterns reach no further.
_NEAR = 40


def _years_of_action(text: str) -> set[int]:
    """Return the years a text dates something in, without titles, document numbers, history and comparisons."""
    bare = _TITLED.sub(lambda match: "□" * len(match.group()), text)
    years: set[int] = set()
    for span, start, end in find_dates(bare):
        if _HISTORY_BEFORE.search(bare[max(0, start - _NEAR) : start]) or _HISTORY_AFTER.match(bare[end : end + _NEAR]):
            continue
        years |= {day.year for day in (span.start, span.end) if day is not None}
    return years | {year for year in years_by_falling_months(bare) if year - 1 in years}


@check(scope="form")
def texts_of_this_year(form: Form, context: Context, *, arrears: Lexicon) -> Iterator[Hit]:
    """Look for a plan, a goal or names of indicators that are dated in other years than the project's.

    Parameters
    ----------
    arrears
        Words by which a project says it pays what is owed; then past years are its subject.

    Yields
    ------
    Hit
        Once for each text, and once for the names, with ``years``, ``budget`` and ``where``.
    """
    budget = context.year(form)
    if budget is None:
        raise NotApplicable
    span = project_years(form) or 1
    own = {day.year for found, _, _ in find_dates(form.project_name) for day in (found.start, found.end) if day}
    if own and max(own) < budget and span == 1 and _slip_of_year(form, own, budget, arrears):
        name = form.field("project_name")
        assert name is not None
        yield Hit(
            name, {"where": "项目名称", "years": _listed(own), "budget": budget}, confidence=_low(name.confidence)
        )
        return
    if arrears.find(form.project_name) or any(year < budget for year in own):
        # The project is openly about an earlier year; what that means is asked of its dates elsewhere.
        raise NotApplicable
    running = set(range(budget, budget + max(span, 1)))
    for path in ("plan", "goal.annual", *(("goal.lifetime",) if span == 1 else ())):
        field = form.field(path)
        if field is None or (path == "goal.lifetime" and plain(field.text).startswith(plain(form.text("goal.annual")))):
            continue
        years = _years_of_action(field.text) if not arrears.find(field.text) else set()
        if years and not years & running and (span == 1 or max(years) < budget):
            where = {"plan": "项目实施计划", "goal.annual": "年度目标", "goal.lifetime": "实施期目标"}[path]
            yield Hit(
                field, {"where": where, "years": _listed(years), "budget": budget}, confidence=_low(field.confidence)
            )
    yield from _names(form, budget, running)


#: Projects that are rightly about an earlier year: it is judged, rewarded, audited, gone on with.
_OF_EARLIER = re.compile(
    "奖|补|考核|决算|审计|续|结转|清算|兑|评[价估]|验收|学年|版|届|追加|返还|退|总结|年鉴|统计|普查|保险|险|结算|期"
)


def _slip_of_year(form: Form, own: set[int], budget: int, arrears: Lexicon) -> bool:
    """Whether only the name speaks of an earlier year, and the goal of this one: the name was not written anew."""
    name = form.project_name
    if arrears.find(name) or _OF_EARLIER.search(name):
        return False
    rows = [text for item in form.indicators for text in (item.name, item.value)]
    rest = "".join((*(field.text for field in form.fields if field.path != "project_name"), *rows))
    goal = form.text("goal.annual") or form.text("goal.lifetime")
    return budget in _years_of_action(goal) and not any(str(year) in rest for year in own)


def _names(form: Form, budget: int, running: set[int]) -> Iterator[Hit]:
    dated: list[tuple[Indicator, set[int]]] = []
    for item in form.side("annual") or form.indicators:
        years = _years_of_action(item.name) if item.name and not _AGAINST.search(item.name) else set()
        if years and not years & running and max(years) < budget:
            dated.append((item, years))
    if dated:
        years = set().union(*(found for _, found in dated))
        names = "、".join(item.name for item, _ in dated)
        values = {"where": f"指标“{names}”", "years": _listed(years), "budget": budget}
        yield Hit(dated[0][0], values, confidence=_low(dated[0][0].confidence))


def _listed(years: set[int]) -> str:
    return "、".join(map(str, sorted(years)))


def _low(confidence: float) -> float | None:
    return confidence if confidence < 1 else None


@check(scope="form")
def filled_in_time(form: Form, context: Context, *, months: int) -> Iterator[Hit]:
    """Compare 填报日期 with the beginning of the budget year.

    Parameters
    ----------
    months
        Months of the budget year within which forms are still filled in time.

    Yields
    ------
    Hit
        At the field, with ``filled`` (a date) and ``budget``.
    """
    budget = context.year(form)
    field = form.field("filled_on")
    match = re.match(r"(20[0-9]{2})[-/.年]?(0?[1-9]|1[0-2])[-/.月]?([0-9]{1,2})", squash(field.text)) if field else None
    if field is None or match is None or budget is None:
        raise NotApplicable
    year, month = int(match.group(1)), int(match.group(2))
    if (year - budget) * 12 + month > months:
        yield Hit(field, {"filled": f"{year}年{month}月", "budget": budget})


AFTER_WORK = re.compile(
    r"结算|决算|审计|评[价估]|跟踪|总结|归档|质保|支付|拨付|付款|尾款|绩效|公示|考核|回头看|整改|移交|资料"
)
_COMPLETION = re.compile(r"完成|完工|竣工|建成|交付|投入使用|结束|工期|施工时间")
#: Deadlines of a step, not of the whole.
_STEP = re.compile(
    r"招标|采购|设计|立项|启动|开工|下达|拨付|分配|到位|申报|评审|前期|方案|合同|支付|结算|首批|第[一二三]"
)


@check(scope="form")
def plan_meets_deadline(form: Form, context: Context, *, days: int) -> Iterator[Hit]:
    """Compare the last dated step of the plan with the deadline among the 时效指标.

    Parameters
    ----------
    days
        Difference that is still no contradiction.

    Yields
    ------
    Hit
        At the indicator, with ``planned`` (a month).
    """
    budget = context.year(form)
    # Half a year is no date: 上半年、下半年分两批.
    if budget is None or re.search(r"每[年月季]|按月|按季|逐月|[上下]半年", form.text("plan")):
        raise NotApplicable
    steps = dated_steps(form.text("plan"), budget)
    deadlines = [
        (item, end)
        for item in form.side("annual") or form.indicators
        if item.level2 == "时效指标" and _of_the_whole(item) and (end := _deadline(item, budget))
    ]
    if not steps or len(deadlines) != 1:
        raise NotApplicable
    item, deadline = deadlines[0]
    last = max(end for _, end in steps)
    ends = _ends_with_completion(form.text("plan"), steps)
    # The plan of a project of several years goes on after the deadline of this one.
    this_year = max(budget, deadline.year)
    if own := _own_steps(steps, item, deadline, days):
        # The plan dates this very step: 1月至3月清理疫木 beside 疫木清理完成时间, whatever follows.
        steps, ends = own, True
        last = max(end for _, end in own)
    elif any(_near(end, deadline, days if _done_in(words, item) else _SAME_MONTH) for words, end in steps):
        # 7月底前安装培训 is where 设备安装 ends, though the step leaves out what is installed; a step that ends in the
        # month of the deadline is what it is set for, in whatever words, and the rest is follow-up.
        return
    elif not _is_the_project(item, form) and not any(_done_in(words, item) for words, _ in steps):
        # 汛前隐患排查 may be over long before the rest of the plan.
        return
    work = [end for words, end in steps if not AFTER_WORK.search(words) and end.year <= this_year]
    if ends and (deadline - last).days > days:
        yield Hit(item, {"planned": f"{last.year}年{last.month}月"}, confidence=_low(item.confidence))
    elif work and (max(work) - deadline).days > days:
        yield Hit(item, {"planned": f"{max(work).year}年{max(work).month}月"}, confidence=_low(item.confidence))


_NOT_THE_STEP = re.compile(
    "(?:按[期时]|及时|年度|全部|项目|工程|工作|任务|整体|总体|预计|计划)|(?:的?(?:完成|完工|竣工|建成|实施|结束|到位|截止)*(?:时间|时限|日期|时点|情况|及时率)?)$"
)


#: A step that says itself that it is a part of the work: 首轮检查, 第一批发放.
_PART_OF_WORK = re.compile("首[轮批次期]|第[一二三四1-4][轮批次期]|前[一二三2-9][轮批次期]|部分|试点")


def _own_steps(steps: list[tuple[str, date]], item: Indicator, deadline: date, days: int) -> list[tuple[str, date]]:
    """Return the steps that are what an indicator names.

    A single word of work (检查) names no step of its own where further work is dated up to the deadline (复查).
    """
    own = [(words, end) for words, end in steps if _step_names(words, item) and not _PART_OF_WORK.search(words)]
    if len(_NOT_THE_STEP.sub("", plain(item.name))) > _WORD or any(_near(end, deadline, days) for _, end in own):
        return own
    goes_on = any(_near(end, deadline, days) and not AFTER_WORK.search(words) for words, end in steps)
    return [] if goes_on else own


def _is_the_project(item: Indicator, form: Form) -> bool:
    """Whether the thing of a deadline is the work of the project, by its name or the goals: 维修 of 校舍维修."""
    thing = _NOT_THE_STEP.sub("", plain(item.name))
    told = pairs(plain(form.project_name + form.text("goal.annual") + form.text("goal.lifetime")))
    return len(thing) < _WORD or not pairs(thing).isdisjoint(told)


def _near(end: date, deadline: date, days: int) -> bool:
    return abs((end - deadline).days) <= days


def _step_names(words: str, item: Indicator) -> bool:
    """Whether a step of the plan is what an indicator names: each character of its thing stands in the step."""
    thing = _NOT_THE_STEP.sub("", plain(item.name))
    if len(thing) == _WORD:
        # 培训 is done in 4月至6月分3期培训, not in 3月制定培训方案.
        return thing in words and not _STEP.search(words) and not AFTER_WORK.search(words)
    return len(thing) > 2 and set(thing) <= set(words)


def _done_in(words: str, item: Indicator) -> bool:
    """Whether a step does what the last word of an indicator's thing says is done: 安装 of 设备安装."""
    thing = _NOT_THE_STEP.sub("", plain(item.name))
    return len(thing) > _WORD and thing[-_WORD:] in words


_SAME_MONTH = 15
#: Characters of a verb of work (安装, 施工).
_WORD = 2


def _of_the_whole(item: Indicator) -> bool:
    return _COMPLETION.search(item.name + item.value) is not None and not _STEP.search(item.name)


def _ends_with_completion(plan: str, steps: list[tuple[str, date]]) -> bool:
    """Whether the plan closes with a dated step that completes the work, so that nothing is left undated."""
    closing = clauses(plan)[-1]
    dated = [step for step, _ in steps]
    return closing in dated and re.search(f"{_COMPLETION.pattern}|验收", closing) is not None


def _deadline(item: Indicator, budget: int) -> date | None:
    """Return the last day an indicator allows, ``None`` where it names no month."""
    if "每" in item.value or not _ONLY_DATES.match(_rest(item.value)):
        return None
    span = parse_dates(item.value, year=budget)
    if span is None or span.end is None or span.precision == "year":
        return None
    return span.end
