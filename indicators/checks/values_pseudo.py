"""Is there anything to count behind a rate (family V: V119)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from indicators.quantities import unit_kind
from indicators.records import Indicator

from .base import Hit, Lexicon, NotApplicable, check, plain
from .heads import head_of

__all__ = ["rate_has_base", "uncounted"]

# 提升率, 改善程度, 指数: what is left before them is what would have to be counted.
_TAIL = re.compile(
    "(?:得到|有效|明显|显著|进一步|不断|持续|切实)?(?:提升|提高|增强|改善|优化|改进|加强|提振|扩大|减轻|降低|恢复|发挥|保障|稳定|平稳|健全|完善)?"
    "(?:程度|幅度|比率|比例|指数|情况|效果|成效|[率度性])?$"
)
_AVOIDED = re.compile("(?:避免|减少|挽救)(?!.*(?:粮食|产后|水土|[热线水能]损|热损失|漏损)).{0,12}(?:损失|浪费|流失)")
_LED_ON = re.compile(
    "(?:带动|拉动|撬动|促进|刺激)(?!.*(?:就业|务工|脱贫|农户\\d|人数|游客|客流|接待量|订单|成交))"
    ".{0,12}(?:发展|增长|消费|产业|投资|投入|增值|升值|资本|旅游|销售)"
)
_OUTRIGHT = re.compile("避免.{0,10}(?:损失|浪费)")


#: The work itself, which is one whatever is done of it.
_TASK = re.compile("(?:(?!第)[\u4e00-\u9fff]){2,20}(?:工作|任务)")
_ITEM = "项"


@check(scope="indicator")
def rate_has_base(indicator: Indicator, *, abstractions: Lexicon, countable: Lexicon, heads: Lexicon) -> Iterator[Hit]:
    """Look for rates and figures on things nobody can count.

    Parameters
    ----------
    abstractions
        Such things; the name, its 提升率 and kin cut off, must end with one, or hold one behind a verb of wishing.
    countable
        Words that give a rate its base.
    heads
        Kinds of names: a degree of what nobody keeps a record of (有力程度) is none, of a benefit.

    Yields
    ------
    Hit
        At the indicator, with ``thing``; variant ``averted`` for a loss in money that did not happen: it can only be
        estimated; variant ``one`` where the work as a whole is counted as one (开展上门服务工作 = 1项).
    """
    quantity = indicator.quantity
    if quantity is None:
        raise NotApplicable
    name = plain(indicator.name)
    kind = unit_kind(quantity.unit)
    if indicator.level2 == "数量指标" and quantity.unit == _ITEM and quantity.number == 1 and _TASK.fullmatch(name):
        yield Hit(indicator, {"thing": name}, variant="one")
        return
    if kind == "money":
        avoided = _OUTRIGHT.search(name) or _OUTRIGHT.search(indicator.value)
        if avoided:
            yield Hit(indicator, {"thing": avoided.group()}, variant="averted")
        return
    thing = uncounted(indicator, abstractions, countable) or _degree(indicator, countable, heads)
    if thing:
        yield Hit(indicator, {"thing": thing})


def uncounted(indicator: Indicator, abstractions: Lexicon, countable: Lexicon) -> str:
    """Return the thing nobody can count that a rate is on, ``""`` where it has a base."""
    quantity, name = indicator.quantity, plain(indicator.name)
    if quantity is None or unit_kind(quantity.unit) != "ratio" or quantity.unit.startswith(":"):
        return ""
    felt = _FELT.search(name)
    if felt is not None and felt.group("thing") in abstractions:
        return felt.group("thing")
    if countable.find(name) or countable.find(indicator.value):
        return ""
    return _abstract(name, abstractions)


#: 获得感到位率: what is only felt or willed is not had by so many, whatever verb makes a rate of it.
_FELT = re.compile(
    "(?P<thing>[\u4e00-\u9fff]{1,2}(?:感|性|意识|力(?<!能力)|氛围|信心|热情))(?:到位|实现|达标|落实|兑现|完成|覆盖)率$"
)


#: What has a degree that somebody measures is a thing of nature or of a machine, and no benefit to people.
_BENEFITS = ("经济效益指标", "社会效益指标", "可持续影响指标")


def _degree(indicator: Indicator, countable: Lexicon, heads: Lexicon) -> str:
    """Return the degree of which a benefit is a percentage, ``""`` where its word is one that is counted (完成程度)."""
    quantity, name = indicator.quantity, plain(indicator.name)
    percent = quantity is not None and unit_kind(quantity.unit) == "ratio"
    if not percent or indicator.level2 not in _BENEFITS or not name.endswith("程度") or countable.find(name):
        return ""
    stem = head_of(name, heads).stem
    return "" if stem else name[-4:]


_WISH = re.compile(
    "^(?:有效|切实|持续|不断|进一步|全面|大力|着力)?"
    "(?:提高|提升|增强|改善|优化|促进|维护|保障|加强|确保|推动|弘扬|丰富|营造)"
)


_DUTY = re.compile("^(?:加强|强化|做好|抓好|深化|推进|规范|完善).{2,14}(?:工作|管理|治理|服务|建设)$")


def _abstract(name: str, abstractions: Lexicon) -> str:
    """Return the uncountable thing a name is about, ``""`` where there is none."""
    if _DUTY.search(name):
        return name
    led = _LED_ON.search(name) or _AVOIDED.search(name)
    if led:
        return led.group()
    for text in (name, _TAIL.sub("", name, count=1)):
        found = abstractions.found(text)
        if found and (text.endswith(found[-1]) or _WISH.match(name)):
            return found[-1]
    return ""
