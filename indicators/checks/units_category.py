"""Does an indicator stand in the category its name and value belong to (family U: U109, U111-U115)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from indicators.quantities import unit_kind
from indicators.records import Form, Indicator

from .base import Context, Hit, Lexicon, NotApplicable, check, plain
from .heads import head_of
from .units import full_head, head
from .value_words import core, unused

__all__ = [
    "aim_not_money_flow",
    "benefit_not_satisfaction",
    "category_fits_name",
    "category_related",
    "output_not_input",
    "quality_not_count",
    "quantity_not_rate",
    "time_in_its_category",
    "value_not_money",
]


# A progress told in money invested, or a limit that only says which projects are meant.
_OTHER_THING = re.compile("完成投资|投资完成|支出进度|凡|元(?:及)?以[上下]的?[\u4e00-\u9fff]")


_SPENT = re.compile(
    "(?<!节约)(?<!追回)(?<!减免)(?<!收缴)(?:经费|费用|成本|预算)(?:支出|支付|使用|投入|执行|拨付)?(?:总?金?额|数额?)?$|(?:支出|支付|使用)(?:总?金额|总?额)$"
)


@check(scope="indicator")
def value_not_money(indicator: Indicator, *, unless: Lexicon | None = None) -> Iterator[Hit]:
    """Look for sums of money where something else is to be measured; the rule says in which categories.

    Parameters
    ----------
    unless
        Words of names for which money is the thing measured (贷款, 债券).

    Yields
    ------
    Hit
        At the indicator, with ``unit``.
    """
    quantity = indicator.quantity
    if quantity is None:
        raise NotApplicable
    if unit_kind(quantity.unit) not in ("money", "money-rate") or quantity.number == 0:
        return
    if _OTHER_THING.search(indicator.value):
        return
    # 招商经费支出金额 is spent, whatever it is spent on; 招商引资额 is what came in.
    if unless is not None and unless.find(indicator.name) and not _SPENT.search(head(indicator.name)):
        return
    yield Hit(indicator, {"unit": quantity.unit})


_SENTENCE = re.compile("[，,。；;]")
_BENEFITS = ("经济效益指标", "社会效益指标", "生态效益指标", "可持续影响指标")


@lru_cache(maxsize=8)
def _homes(lexicon: Lexicon) -> dict[str, tuple[str, frozenset[str]]]:
    """Read ``合格率 达标率 = 质量指标 : 数量指标 时效指标``: last words, where they belong, where they do not."""
    homes: dict[str, tuple[str, frozenset[str]]] = {}
    for line in lexicon.words:
        words, _, places = line.partition("=")
        home, _, wrong = places.partition(":")
        for word in words.split():
            homes[word] = (home.strip(), frozenset(wrong.split()))
    return homes


@check(scope="indicator")
def category_fits_name(
    indicator: Indicator, form: Form, context: Context, *, homes: Lexicon, unless: Lexicon, heads: Lexicon
) -> Iterator[Hit]:
    """Look for names whose last word belongs to another category.

    Parameters
    ----------
    homes
        Lines ``合格率 = 质量指标 : 数量指标 时效指标``: last words, their category, categories they do not fit.
    unless
        Words of names that may stand there all the same (无故障时间 as a quality).
    heads
        Kinds of names: what comes of work that is over (测绘成果共享套数) is no work done.

    Yields
    ------
    Hit
        At the indicator, with ``word`` and ``home``.
    """
    name, table = full_head(indicator, form, context), _homes(homes)
    if _SENTENCE.search(indicator.name):
        raise NotApplicable
    word = next((name[-size:] for size in range(min(len(name), 8), 1, -1) if name[-size:] in table), "")
    if not word:
        raise NotApplicable
    home, wrong = table[word]
    if indicator.level2 in _BENEFITS and home == "数量指标" and not _own_work(name, heads):
        return
    if indicator.level2 == "时效指标" and home == "数量指标" and _BY_WHEN.search(indicator.name + indicator.value):
        return
    if indicator.level2 in wrong and not unless.find(name):
        # Who earns it may make a sum of sales a social benefit, too.
        doubted = home == "经济效益指标" and indicator.level2 == "社会效益指标"
        yield Hit(indicator, {"word": word, "home": home}, variant="sales" if doubted else "")


def _own_work(name: str, heads: Lexicon) -> bool:
    """Whether a count is of work done (安全讲座场次, 测绘图纸套数): 年直播场次, 赠阅册数 may be what comes of it."""
    parsed = head_of(name, heads)
    return parsed.begins == "output" or (parsed.begins != "after" and parsed.stem_kind == "output")


#: A count that says by when it is reached, or that it came too late, is a time: 第三季度末完成演出场次, 超期办理户数.
_BY_WHEN = re.compile(
    "季度|[上下]半年|[0-9一二三四五六七八九十]月|[0-9一二三四五六七八九十两](?:个?工作日|小时|[日天])|当[日天月年]|按[期时]|如期|超[期时]|逾期|延[误期]|提前"
)

_OUTPUTS = ("数量指标", "质量指标", "成本指标", "经济成本指标")


@check(scope="indicator")
def time_in_its_category(
    indicator: Indicator, form: Form, context: Context, *, heads: Lexicon, unless: Lexicon
) -> Iterator[Hit]:
    """Look for names that ask when (开展时间, 举办时间: whatever stands before it) outside the row for times.

    Parameters
    ----------
    heads
        Kinds of names.
    unless
        Words of names whose time is a quality or a length of service.

    Yields
    ------
    Hit
        At the indicator, with ``word`` and ``home``.
    """
    if indicator.level2 not in _OUTPUTS or _SENTENCE.search(indicator.name):
        raise NotApplicable
    name = full_head(indicator, form, context)
    parsed = head_of(name, heads)
    if parsed.measure_kind == "date" and indicator.dates is not None and not unless.find(name):
        yield Hit(indicator, {"word": parsed.measure, "home": "时效指标"})


@check(scope="indicator")
def quantity_not_rate(indicator: Indicator, form: Form) -> Iterator[Hit]:
    """Look for a percentage alone where the quantity of work is asked for.

    Yields
    ------
    Hit
        At the indicator; variant ``only`` where no other row of the category tells a quantity.
    """
    if indicator.quantity is None:
        raise NotApplicable
    if _is_rate(indicator):
        alone = all(_is_rate(item) for item in _like(indicator, form))
        yield Hit(indicator, variant="only" if alone else "")


def _is_rate(item: Indicator) -> bool:
    return item.quantity is not None and item.quantity.unit in ("%", "％")


def _like(indicator: Indicator, form: Form) -> list[Indicator]:
    """Return the filled indicators of the same category and side."""
    return [
        item
        for item in form.side(indicator.horizon)
        if item.level2 == indicator.level2 and item.name and item.value and not unused(item)
    ]


@check(scope="indicator")
def quality_not_count(indicator: Indicator, form: Form, context: Context, *, heads: Lexicon) -> Iterator[Hit]:
    """Look for counts of work done (发表论文 = 5篇, 推广面积 = 500亩) where its quality is asked for.

    Parameters
    ----------
    heads
        Kinds of names.

    Yields
    ------
    Hit
        At the indicator; variant ``only`` where no other row of the category tells a quality.
    """
    if indicator.quantity is None or indicator.quantity.number == 0:
        raise NotApplicable
    if _is_count(indicator, form, context, heads):
        alone = all(_is_count(item, form, context, heads) for item in _like(indicator, form))
        yield Hit(indicator, variant="only" if alone else "")


def _is_count(indicator: Indicator, form: Form, context: Context, heads: Lexicon) -> bool:
    """Whether a row counts work done."""
    quantity = indicator.quantity
    if quantity is None:
        return False
    parsed = head_of(full_head(indicator, form, context), heads)
    counted = unit_kind(quantity.unit) in ("count", "area", "length", "person")
    # Of an ill the count is the quality; a rate or a time has its own rules.
    done = parsed.output or parsed.stem_kind in ("output", "reach") or parsed.measure_kind in ("area", "length")
    if parsed.stem_kind in ("harm", "slip") or parsed.polarity == "-":
        return False
    return counted and done and parsed.measure_kind in ("", "count", "area", "length", "person")


#: The money itself, and what is owed to those who do the work: 工程款, 运维服务费.
_MONEY = re.compile(
    "资金|经费|预算|专款|拨款|款项|指标文件|付款"
    "|(?:合同|工程|进度|货|材料|设备|采购|运维|维护|服务|施工|设计|监理|外包|购置|尾|余|预付|首付)(?:款|费用?)"
)
_FLOW = re.compile(
    "(?:到位|下达|拨付|支付|付款|支出|结算|结清|执行|使用|结余|结转|使用合规|管理规范|管理合规|使用规范|专款专用|专账核算|专项核算|核算|调整|支出进度|执行进度|支付进度)"
    "(?:及时|完成|合规|规范|合法合规|足额|准确)*(?:率|比例|进度|情况|性|度|次数|数|程度)?$"
)
_FLOW_ALONE = re.compile(
    "^(?:项目|财政|专项|年度)*(?:科目调整(?:次数)?|专款专用(?:率|性|情况)?|预算(?:结余|执行|支出|调整)(?:率|金额|数|次数)?|支[付出](?:进度|率|完成率)|"
    "节约财政资金|结余资金|财政资金结余|节支率|专(?:项|账)核算|(?:资金)?结余率|预算编制(?:准确|及时|完成)?率)$"
)
_FLOW_RATE = re.compile("(?:到位|下达|支出|执行)(?:率|进度)$|(?:拨付|支付|使用)进度$")
#: How money is kept, which is never the aim, whoever is paid: 使用合规率, 专款专用率, 序时拨付进度.
_KEPT = re.compile(
    "(?:使用|管理|核算|合规|规范|专款专用|结余|调整|进度)(?:合法|合规|规范)*(?:率|比例|情况|性|度|程度)?$"
)
_PEOPLE_PAID = re.compile("发放|救助|补助|补偿|赔偿|抚恤|救济|慰问|补贴|低保|工资|奖|贷款|债|基金|医保|社保|投资")


@check(scope="indicator")
def aim_not_money_flow(indicator: Indicator, form: Form, context: Context) -> Iterator[Hit]:
    """Look for targets that only follow the money (到位率, 支出进度, 专款专用率, 专项核算).

    Yields
    ------
    Hit
        At the indicator, with ``word``; variant ``time`` where nothing else says when the work is done.
    """
    if not indicator.name:
        raise NotApplicable
    name = full_head(indicator, form, context)
    if indicator.level2 == "时效指标" and _PAID_IN_TIME.fullmatch(name) and len(_like(indicator, form)) == 1:
        yield Hit(indicator, {"word": name}, variant="time")
        return
    if indicator.level2.endswith("成本指标") or (indicator.level2 == "时效指标" and not _FLOW_RATE.search(name)):
        # What is spent belongs to the costs; when it is paid belongs to the times.
        raise NotApplicable
    alone = _FLOW_ALONE.search(name)
    flow = _FLOW.search(name)
    paid = _PEOPLE_PAID.search(name) and not _KEPT.search(name)
    if alone or (flow and _MONEY.search(name[: flow.end()]) and not paid):
        yield Hit(indicator, {"word": (alone or flow).group()})  # type: ignore[union-attr]


#: The money, whoever gets it: when it goes out says nothing of when the work is done.
_PAID_IN_TIME = re.compile(
    "(?:项目|财政|专项|年度|预算|全年|本年|各项)*(?:资金|经费|款项|费用|预算)(?:的?(?:支付|拨付|支出|使用|执行|下达|到位))(?:的?(?:及时|按时|按期)(?:率|性|程度)?)"
)

#: People and means, one or several of them: 人员和车辆, 机械设备.
_MEANS = "(?:资金|经费|人员|人力|人手|劳力|队员|力量|车辆?|船舶|设备|器械|机械|机具)"
_INPUT = re.compile(
    "(?:^|服务|作业|工程|项目)(?:投入|安排|使用|配备|聘用|派出|出动|动用|抽调)(?:项目|财政|专项|工作|管理|技术|施工)*"
    f"{_MEANS}(?:数量?|人数|金额|总额|台次|车次)?$"
    f"|(?:^|服务|作业|工程|项目)(?:投入|动用|抽调|派出|出动)(?!使用|运行|运营)[\u4e00-\u9fff]{{0,6}}?{_MEANS}"
    f"(?:[和及与、]?[\u4e00-\u9fff]{{0,4}}?{_MEANS})*(?:数量?|人数|台次|车次)?$"
)
#: Papers and meetings on the way to the work: signing, calling, issuing.
_STEP = re.compile(
    "^(?:完成)?(?:签订|签署|订立|召开|制定|印发|下发|出台|发布|组织)[\u4e00-\u9fff]{0,10}?"
    "(?P<paper>合同|协议|动员会|部署会|推进会|动员部署会|工作会|协调会|通报|简报|启动会|总结会|调度会|招标|采购公告|招标公告|工作方案|实施方案|工作计划)"
    "书?(?:会议)?(?:份数|次数|场次|期数|个数|数量|数)?$"
)


#: Whether the rules of the way were kept: 政府采购程序合规率, 招投标规范性, 审批手续完备率.
_PROCEDURE = re.compile(
    "^(?:项目|政府|物资|设备|服务|工程|货物|集中|公开|前期)*(?P<paper>采购|招标|招投标|审批|报批|立项|比选|询价|支付|报销|合同签订)"
    "(?:的?(?:程序|流程|手续|过程|活动|工作|行为|方式|资料))?(?:合法|合规|规范|完备|完整|齐全)+(?:率|性|程度|度)?$"
)


@check(scope="indicator")
def output_not_input(indicator: Indicator, form: Form, context: Context) -> Iterator[Hit]:
    """Look for what is put in (投入人员, 投入车辆) where the work done is asked for.

    Yields
    ------
    Hit
        At the indicator; variant ``step`` for papers and meetings on the way to the work (签订合同份数), unless the
        name of the project or its goal is about them; ``steps`` where no quantity is of anything else.
    """
    if not indicator.name:
        raise NotApplicable
    name = full_head(indicator, form, context)
    # 出动执法人员 200人次 counts what they did.
    times = indicator.quantity is not None and indicator.quantity.unit.endswith("次")
    if _INPUT.search(name) and not times:
        yield Hit(indicator)
        return
    step = _STEP.search(name) or _PROCEDURE.search(name)
    if step is None:
        return
    about = "".join((form.project_name, form.text("goal.annual"), form.text("goal.lifetime")))
    if step.group("paper") not in about and not (step.group("paper") in ("合同", "协议") and "签约" in about):
        rows = _like(indicator, form)
        only = indicator.level2 == "数量指标" and all(_STEP.search(head(item.name)) for item in rows)
        yield Hit(indicator, variant="steps" if only else "step")


@check(scope="indicator")
def category_related(
    indicator: Indicator,
    *,
    own: Lexicon,
    elsewhere: Lexicon,
    unfilled: Lexicon,
    kinds: tuple[str, ...] = (),
    heads: Lexicon | None = None,
    reached: Lexicon | None = None,
) -> Iterator[Hit]:
    """Look for rows of a benefit that speak of other things and hold no word of their own (生态: nature, waste).

    Parameters
    ----------
    own
        Words of the category, in name or value.
    elsewhere
        Words of other categories: without one the row is left alone, whatever it says.
    unfilled
        Values that say the row does not apply.
    kinds
        Kinds of unit that belong to the category by themselves (money to 经济效益).
    heads
        Kinds of names, where whom the work reaches (受益农村人口, 惠及农户数) belongs to another category.
    reached
        The same, where people belong to another category only if the name begins with a word of reach: those who
        come and buy are counted in people, too.

    Yields
    ------
    Hit
        At the indicator, with ``word``.
    """
    name, value = plain(indicator.name), core(indicator.value)
    if not name or not value or value in unfilled or len(name) < 3:
        raise NotApplicable
    if indicator.quantity is not None and unit_kind(indicator.quantity.unit) in kinds:
        return
    word = elsewhere.find(name) or (heads is not None and _whom_it_reaches(indicator, heads))
    if not word and reached is not None and head_of(head(indicator.name), reached).begins == "reach":
        word = _whom_it_reaches(indicator, reached)
    if word and not own.find(name) and not own.find(value):
        yield Hit(indicator, {"word": word})


#: Units of people that are counted as things: households, firms.
_HOUSES = ("户", "家")


def _whom_it_reaches(indicator: Indicator, heads: Lexicon) -> str:
    """Return the unit of people, or of households a name of reach begins with, ``""`` for others."""
    unit = indicator.quantity.unit if indicator.quantity is not None else ""
    reached = unit in _HOUSES and head_of(head(indicator.name), heads).begins == "reach"
    return unit if reached or unit_kind(unit) == "person" else ""


_SATISFIED = re.compile("满意(?:度|率|程度)")


@check(scope="indicator")
def benefit_not_satisfaction(indicator: Indicator, form: Form) -> Iterator[Hit]:
    """Look for satisfaction in a row for benefits.

    Yields
    ------
    Hit
        At the indicator; variant ``only`` where the form tells no other benefit, ``again`` where the row of
        satisfaction asks the same people.
    """
    if not indicator.name:
        raise NotApplicable
    if _SATISFIED.search(indicator.name):
        benefits = [
            item
            for item in form.side(indicator.horizon)
            if item.level1 == indicator.level1 and item.name and item.value and not unused(item)
        ]
        others = [item for item in benefits if not _SATISFIED.search(item.name) and "满意" not in item.level2]
        asked = {_SATISFIED.sub("", plain(item.name)) for item in form.side(indicator.horizon) if "满意" in item.level2}
        again = _SATISFIED.sub("", plain(indicator.name)) in asked
        yield Hit(indicator, variant="again" if again else "" if others else "only")
