"""Is the aim more than spending or collecting money, and is the text clean (family V: V113, V114, V116)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from indicators.quantities import amount_in_yuan, half_width
from indicators.records import Field, Form, Indicator
from indicators.text import squash

from .base import Context, Hit, Lexicon, NotApplicable, check, plain
from .value_words import made_of

__all__ = ["aim_beyond_revenue", "aim_beyond_spending", "text_free_of_markup"]

_LONGEST_GOAL = 60
_NAMES_MONEY = re.compile("资金|经费|预算|款|费用")
_SPENT = re.compile("支出|支付|拨付|执行|使用|花完|到位|下达|列支|用完")
_SPENDING_NAME = re.compile(
    r"^(?:项目|财政|专项|年度|本年|全年|[0-9]{4}年度?){0,4}"
    r"(?:预算(?:资金)?(?:执行|支出|完成)(?:完成)?(?:率|进度|情况)?"
    r"|(?:资金|经费)(?:支出|支付|执行|使用|拨付)(?:完成)?(?:率|进度|情况)?|支出(?:进度|完成率|执行率))$"
)
_SPENDING_CATEGORIES = ("数量指标", "质量指标", "经济效益指标", "社会效益指标")


@check(scope="form")
def aim_beyond_spending(form: Form, *, spending: Lexicon) -> Iterator[Hit]:
    """Look for goals and indicators that ask only that the money is spent.

    Parameters
    ----------
    spending
        Words of spending: a goal made of them, with the money and its spending among them, has no other aim.

    Yields
    ------
    Hit
        At the goal, with ``what`` and ``said``; or at the indicator.
    """
    goals = [item for item in form.fields if item.path.startswith("goal") and item.text]
    filled = [item for item in form.indicators if item.name]
    if not goals and not filled:
        raise NotApplicable
    seen: set[str] = set()
    for goal in goals:
        text = plain(goal.text)
        if text not in seen and _only_spending(text, goal.text, spending):
            yield Hit(goal, {"what": "总体目标", "said": goal.text})
        seen.add(text)
    for item in filled:
        if item.level2 in _SPENDING_CATEGORIES and _SPENDING_NAME.match(plain(item.name)):
            yield Hit(item, {"what": item.level2, "said": f"{item.name} = {item.value}"})


def _only_spending(text: str, printed: str, spending: Lexicon) -> bool:
    if len(text) > _LONGEST_GOAL or not _NAMES_MONEY.search(text) or not _SPENT.search(text):
        return False
    return made_of(re.sub("[0-9]+年?度?", "", text), spending) or _pays_out(printed)


_CLAUSES = re.compile(r"[，,。；;、]+")
#: A clause whose whole sense is that money is paid out, whatever the money is called and however much it is.
_WHEN = (
    "(?:[0-9]{1,4}[年月日]?|[年月]?[底末初前内]|本?年度?|全年|当年|按(?:时|期|规定|进度|计划)|及时|足额|确保|保障|保证|完成|做好|实现|"
    "将|力争|全部|全面|严格|规范|合理)*"
)
_PAID = "(?:支付|拨付|下达|支出|执行|使用|花完|用完|列支|投入|到位)"
_AMOUNT = "(?:共计?|合计|约)?(?:[0-9.,]+[万亿千百]?元)?"
_MONEY = "(?:资金|经费|预算|款项|费用|工程款|货款|价款|款)"
_PAYING = re.compile(
    rf"^{_WHEN}(?:(?:支付|拨付|列支|用好|用足|管好|用完|花完){_WHEN})?{_AMOUNT}(?P<whose>[\u4e00-\u9fff（）()]{{0,14}}?){_MONEY}{_AMOUNT}"
    rf"(?:的?(?:及时|按时|足额|全部|全额|按规定|按进度|按计划|规范|合理|安全|有效)*)"
    rf"(?:{_PAID}(?:工作|完毕|到位|完成|进度|率|任务|干净|结束)*(?:达到?|不低于|≥)?(?:[0-9.]+%|百分之百|序时(?:进度)?(?:要求)?|[^，。；]{{0,4}}要求)?(?:以上)?)?$"
    r"|^(?:[0-9]{4}年)?年[底末](?:前|时)?(?:不|无|零)(?:结余|结转|沉淀)$"
)
#: Paying people is the work of some projects; and what follows 用于 is what the money is for.
_FOR_SOMETHING = re.compile(
    "补助|补贴|救助|工资|薪|津贴|奖|低保|抚恤|慰问|养老|保险|社保|医保|贷款|债|供养|保障金|赔|征|用于|支持|减免|并|后"
)


#: How far the spending has come; and a clause that only says again that it is paid.
_PROGRESS = re.compile(
    "(?:支出|支付|执行|使用|拨付|列支)(?:率|进度|完毕|完成)|全部(?:支出|支付|使用|花完)|花完|用完|序时"
)
_ONLY_PAID = re.compile(rf"^{_WHEN}{_PAID}(?:到位|完毕|完成|及时|足额)*$")


def _pays_out(text: str) -> bool:
    """Whether each clause of a goal only pays money out: 完成驻外招商经费90万元的支付，确保资金全部使用完毕.

    Who is paid makes it work done, unless the goal then asks how much of the money is spent.
    """
    clauses = [squash(half_width(clause)) for clause in _CLAUSES.split(text) if clause.strip()]
    clauses = [clause for clause in clauses if not _ONLY_PAID.match(clause)]
    found = [_PAYING.match(clause) for clause in clauses]
    spent = any(_PROGRESS.search(clause) for clause in clauses)
    return bool(found) and all(
        match and (spent or not _FOR_SOMETHING.search(match.group("whose") or "")) for match in found
    )


_REVENUE = re.compile("(?:罚没|罚款|罚金|非税|行政性?收费|涉案财物变价)")
_INCOME = re.compile("(?:收入|金额|总额|数额|款额|入库|征收|增收|创收|缴入)")
_NOT_INCOME = re.compile(
    "率|票据|系统|培训|仓储|保管|处置|处理费|成本|管理|收支两条线|案件|次数|人次|合规|规范|清单|目录|退|电子"
)
_FROM_CASES = re.compile("^.*案件(?=罚没|罚款|罚金)")
_BENEFITS = ("数量指标", "经济效益指标", "社会效益指标", "可持续影响指标")


@check(scope="indicator")
def aim_beyond_revenue(indicator: Indicator, form: Form, context: Context, *, collectors: Lexicon) -> Iterator[Hit]:
    """Look for fines and confiscations as a target to be reached.

    Parameters
    ----------
    collectors
        Words of departments whose duty it is to collect revenue.

    Yields
    ------
    Hit
        At the indicator.
    """
    if indicator.level2 not in _BENEFITS:
        raise NotApplicable
    department = "".join((form.text("department"), form.text("implementing_unit"), context.extraction.department))
    if collectors.find(department):
        raise NotApplicable
    # Cases are where the fines come from: 违法案件罚没收入 is income all the same.
    name = _FROM_CASES.sub("", plain(indicator.name))
    if not _REVENUE.search(name) or _NOT_INCOME.search(name):
        return
    money = amount_in_yuan(indicator.quantity) is not None
    grows = re.search("增加|增长|提高|提升|扩大|增收", indicator.value) is not None
    ceiling = indicator.quantity is not None and indicator.quantity.relation in "≤<"
    aimed = (_INCOME.search(name) and (money or grows)) or (money and name.endswith(("罚没", "罚款", "非税")))
    if aimed and not ceiling:
        yield Hit(indicator)


_MARKUP = re.compile(
    r"</?(?:p|br|span|div|font|b|i|u|strong|em|a|table|tr|td|th|tbody|ul|ol|li|img|h[1-6]|o:p|style|script|input|label)"
    r"(?:\s[^<>]{0,200})?/?>|&(?:nbsp|lt|gt|amp|quot|ldquo|rdquo|mdash|hellip|middot|#\d{2,5}|#x[0-9a-fA-F]{2,5});"
    r"|\bmso-[a-z-]+:|font-(?:family|size)\s*:|style\s*=\s*\"",
    re.IGNORECASE,
)


@check(scope="form")
def text_free_of_markup(form: Form) -> Iterator[Hit]:
    """Look for tags and entities of a web page in any printed text of a form.

    Yields
    ------
    Hit
        At the first field or indicator of each kind of remains, with ``tag`` and ``count``.
    """
    found: dict[str, list[Field | Indicator]] = {}
    for place in (*form.fields, *form.overall):
        for tag in _MARKUP.findall(place.text) if _suspect(place.text) else ():
            found.setdefault(tag.strip(), []).append(place)
    for item in form.indicators:
        text = f"{item.name} {item.value}"
        for tag in _MARKUP.findall(text) if _suspect(text) else ():
            found.setdefault(tag.strip(), []).append(item)
    if found:
        tag, places = next(iter(found.items()))
        yield Hit(places[0], {"tag": tag, "tags": tuple(found), "count": sum(map(len, found.values()))})


def _suspect(text: str) -> bool:
    return "<" in text or "&" in text or ":" in text or "=" in text
