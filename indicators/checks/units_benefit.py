"""Does a row for benefits tell what comes of the work, not the work itself (U112)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from indicators.quantities import unit_kind
from indicators.records import Form, Indicator

from .base import Context, Hit, Lexicon, check, plain
from .heads import head_of
from .units import full_head, promised

__all__ = ["benefit_not_output"]

_OUTPUT = re.compile(
    "(?:发放|拨付|支付|到位|下达|兑付|兑现|执行|完成|采购|验收|开工|竣工|完工|缴纳)(?:及时|准确|足额|完成|到位|合格|执行){0,2}[率度性]$"
)
_OUTPUT_TASK = re.compile(
    "任务|工作|项目|资金|经费|补助|补贴|工资|预算|计划|津贴|救助金|保障金|奖|款|培训|建设|工程|采购|设备|费"
)


@check(scope="indicator")
def benefit_not_output(
    indicator: Indicator, form: Form, context: Context, *, unless: Lexicon, heads: Lexicon
) -> Iterator[Hit]:
    """Look for outputs (发放率, 资金到位率, 任务完成率, 安装器材件数) in a row for benefits.

    Parameters
    ----------
    unless
        Words of names whose fulfilment is an effect (减排, 目标责任).
    heads
        Kinds of names: a name that begins with work done and ends in a count is the count of that work.

    Yields
    ------
    Hit
        At the indicator, with ``output``.
    """
    name = full_head(indicator, form, context)
    found = _OUTPUT.search(name)
    if unless.find(name):
        return
    if found and _OUTPUT_TASK.search(name):
        yield Hit(indicator, {"output": found.group()})
        return
    quantity, parsed = indicator.quantity, head_of(name, heads)
    counted = quantity is not None and unit_kind(quantity.unit) in ("count", "area", "length")
    if counted and _those_having(name):
        return
    if counted and (_work_told_again(indicator, form) or _work_promised(indicator, form, context, heads)):
        yield Hit(indicator, {"output": parsed.measure or name})
        return
    # Of land and water the work done is the benefit itself (新增造林面积).
    if not counted or parsed.begins != "output" or indicator.level2 == "生态效益指标":
        return
    if parsed.measure_kind in ("count", "area", "length") and parsed.stem_kind not in ("harm", "slip", "change"):
        yield Hit(indicator, {"output": parsed.measure})
    elif quantity is not None and quantity.unit.lstrip("万千百") in _TANGIBLE and not parsed.measure + parsed.stem:
        # 发放手册 = 8000册: what is made or handed out, its unit says that it is counted.
        if _COMES_OF_IT.search(name):
            return
        yield Hit(indicator, {"output": name})


#: Those that have it, not what was done: 配备资源教师的学校数; 安装的器材件数 is what was done.
_HAVING = re.compile("[\u4e00-\u9fff]{2}(?P<what>[\u4e00-\u9fff]+)的[\u4e00-\u9fff]{2,}")
#: Work that is over, and nothing that came of it.
_DONE = re.compile("新增|通过|验收|合格|建成|完成|完工|竣工|交付|的|数量?$|[座台套间栋处]数$")
#: Ways to put a thing in its place: 完成摄像机安装数量 beside 更换摄像机路数.
_WORK = re.compile("安装|更换|更新|购置|采购|配备|新建|建设|改造|铺设")
_SHORTEST_THING = 2


def _those_having(name: str) -> bool:
    having = _HAVING.fullmatch(name)
    return having is not None and len(_DONE.sub("", having.group("what"))) >= _SHORTEST_THING


def _work_told_again(indicator: Indicator, form: Form) -> bool:
    """Whether a row only says that what a quantity counts is there: 新增通过验收的冷库 beside 新建冷藏保鲜库数量."""
    quantity, name = indicator.quantity, plain(indicator.name)
    thing = _WORK.sub("", _DONE.sub("", name))
    if (
        quantity is None
        or thing == name
        or len(thing) < _SHORTEST_THING
        or _COMES_OF_IT.search(name.replace("新增", ""))
    ):
        return False
    # Of land and water the work done is the benefit itself.
    if indicator.level2 == "生态效益指标":
        return False
    return any(
        item.level2 == "数量指标"
        and item.quantity is not None
        and (item.quantity.number, item.quantity.unit) == (quantity.number, quantity.unit)
        and set(thing) <= set(plain(item.name))
        for item in form.side(indicator.horizon)
    )


def _work_promised(indicator: Indicator, form: Form, context: Context, heads: Lexicon) -> bool:
    """Whether a name ends with work and its count (器材安装完成件数), and a goal or quantity is that figure."""
    quantity, name = indicator.quantity, full_head(indicator, form, context)
    parsed = head_of(name.replace("完成", ""), heads)
    if quantity is None or parsed.stem_kind != "output" or _COMES_OF_IT.search(name) or parsed.begins == "after":
        return False
    tangible = quantity.unit.lstrip("万千百") in _TANGIBLE and parsed.measure_kind == "count"
    rows = form.side(indicator.horizon)
    counted = {
        (item.quantity.number, item.quantity.unit) for item in rows if item.level2 == "数量指标" and item.quantity
    }
    return tangible and (quantity.number, quantity.unit) in counted | context.of(form, promised)


#: Units of things one can take in hand or walk into; papers and findings (篇, 项) may be the effect of a study.
_TANGIBLE = ("台套", *"册本份张套台件部幅块盏副把辆场期座处袋箱瓶盒支株根")
#: Behind a word of work, what comes of it (检查发现, 建设带动), and what stays when it is over (机制, 队伍).
_COMES_OF_IT = re.compile(
    "发现|带动|惠及|受益|挽回|减少|新增|追回|促成|引进|覆盖|吸引|增[加收产]|避免|解决|消除|满足|转化|达成|节约|"
    "制度|机制|体系|规范|队伍|组织|协会|基地|平台|数据库"
)
