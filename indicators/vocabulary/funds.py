"""Labels of amounts: totals by side, and sources."""

from __future__ import annotations

import re
from functools import lru_cache

from indicators.money import MONEY_UNIT, PRINTED
from indicators.text import squash
from indicators.vocabulary.keys import ANNUAL, REMARK, SCOPE, horizon_of, label_key
from indicators.vocabulary.needed import any_of

__all__ = [
    "FUND_WORD", "fund_label", "giver", "is_sum", "level_of_government", "likely_fund", "names_money",
    "names_no_money", "sums_up",
]  # fmt: skip

#: Levels below the province, of which several may share an amount: 师级, 市本级, 地(市)、县.
_LOCAL = r"[市县区州盟旗师镇乡地](?:[、和及/(]?[市县区州盟旗师镇乡]\)?)*(?:本?级)?"
#: What a level of government does for a project.
_GIVES = r"(?:财政|拨|补助|安排|配套|投入|承担|专项|资金)"
_FUND_SOURCE = (
    # (pattern over the key without unit and numbering, source); first match wins
    (re.compile(r"中央"), "central"),
    (re.compile(rf"省级|^(?:自治区|兵团|省)(?:本?级)?{_GIVES}"), "provincial"),
    (re.compile(rf"^{_LOCAL}{_GIVES}|市县|市、县|市\(?区\)?|县\(?区|县级|市级|区级|地方(?:财政)?|本级(?:财政)?|州级|旗县|县\(市|市\(县|市本级|县本级|区县|盟市"), "local"),
    (re.compile(r"自筹|单位资金|自有资金|自有"), "self"),
    (re.compile(r"结转|结余"), "carried"),
    (re.compile(r"财政拨款|财政资金|一般公共预算|政府性基金|国有资本|当年财政|财政补助|财政安排|财政性"), "fiscal"),
    (re.compile(r"其[他它].{0,4}(?:资金|收入|来源|投入|拨款|款)|^其[他它]$|社会资金|银行贷款"), "other"),
)  # fmt: skip
#: 其他资金（乡镇自筹）: the form's own line for the rest, whoever gives it.
_OTHER_ITSELF = re.compile(r"其[他它](?!财政)[^(]{0,4}(?:\(|$)")
#: Who gives and is no government and not the project itself; any kind of receipts is a source: 事业收入, 经营性收入.
_OTHER_GIVER = re.compile(r"(?:企业|群众|居民|集体)(?!.*总)|贷款|融资|社会|捐|债券|债务|其[他它]|(?<!总)收入$")
#: Where the words between are unknown: 国家水利救灾资金, 省水利发展资金; a place and its money behind a name: 桂岭县财政.
_FIRST_WORD = (
    (re.compile("^国家"), "central"),
    (re.compile("^(?:省|自治区|兵团)"), "provincial"),
    (
        re.compile(rf"{_LOCAL}(?:财政|配套)|^(?:市(?!场)|县(?!域)|[州盟旗]|区(?![域间块])).*(?:资金|经费|补[助贴])$"),
        "local",
    ),
    (_OTHER_GIVER, "other"),
)
_TOTAL = re.compile(
    rf"(?:{SCOPE}|项目|专项|部门|单位|整体支出|本级|省级|市级|县级|区级|计划|预计|申请|安排|批复|拟){{0,5}}"
    r"(?:资金|预算|投资|金额|经费|投入|支出|申请|安排|财政)*(?:总额|合计|总计|总量|总数|数额|数|额|总金额|规模)?"
)
_TOTAL_HEAD = re.compile(r"总|合计|数$|金额|额$|规模")
#: A year and its budget alone: 当年预算 (重庆).
_PLAIN_TOTAL = re.compile(r"(?:项目)?(?:当年|本年度?|年度)(?:预算|资金|申请)")
#: What stands for all sources together, and what ends or opens the label of a row that sums up others.
_SUM = re.compile(r"小计|合计|总计|总额|总金额")
_SUMS_UP = re.compile(r".{0,20}(?:小计|合计|总计)|(?:合计|总计).{0,20}")
_MONEY_NOUN = re.compile(r"资金|预算|投资|金额|经费|总额|总计")
_FUND_SHAPE = re.compile(
    r"(?:资金|财政|总额|合计|小计|自筹|拨款|预算|结转|结余|投资|金额|总计|总量|贷款|其[他它])[^0-9]*$|财政资?$|预算数?$|收入$"
)
#: 中央补助, 省级补助, 县级安排: a level of government and what it gives, without the word 资金.
_FUND_OF_LEVEL = re.compile(
    rf"(?:中央|省级?|(?:自治区|兵团)(?:本?级)?|{_LOCAL}|地方|本级)(?:财政)?(?:补助|安排|配套|投入|承担|专项)(?:数|额)?|[省市县区州师]本级"
)
FUND_WORD = any_of([_FUND_SHAPE, _FUND_OF_LEVEL, _TOTAL_HEAD])
_FUND_PREFIX = re.compile(
    r"^(?:其中|[-—─·]|(?:\d{1,2}|[一二三四五])(?=[:：、.．])|[(][一二三四五六七八九十\d]+[)])[:：、.．]?"
)
#: 项目期资金总额：1,027.63万元: label and amount in one cell.
_FUND_AMOUNT = re.compile(rf"[:：]-?{PRINTED}(?:{MONEY_UNIT}|万)?$")
_FUND_UNIT = re.compile(rf"[(（](?:单位[:：]|金额[:：]?)?(?:{MONEY_UNIT})[)）]|[/,，](?:{MONEY_UNIT})$")


def is_sum(text: str) -> bool:
    """Return whether a label names the sum of all sources and nothing else: 合计, 总额."""
    return _SUM.fullmatch(squash(text)) is not None


def sums_up(text: str) -> bool:
    """Return whether a row sums up others by its label: 合计, 部门小计, 总计（万元）."""
    return _SUMS_UP.fullmatch(squash(text)) is not None


@lru_cache(maxsize=16384)
def fund_label(text: str) -> tuple[str, str | None] | None:
    """Return ``(source, horizon)`` of a fund label; ``horizon`` is ``None`` where its place decides.

    ``source`` is one of the contract's keys, or ``fiscal`` (财政拨款 without a level) or ``carried`` (上年结转).
    """
    if len(text) > 32:
        return None
    key = squash(text)
    if "元" in key:
        key = _FUND_UNIT.sub("", key)
    if ":" in key:
        key = _FUND_AMOUNT.sub("", key)
    if not FUND_WORD.search(key):
        return None
    key = label_key(key)
    part = key.startswith("其中")
    key = label_key(_FUND_PREFIX.sub("", key))
    if not key or (key[0].isdigit() and not re.match(r"20[0-9]{2}年", key)):
        return None
    if len(key) > 16 or not (_FUND_SHAPE.search(key) or _FUND_OF_LEVEL.fullmatch(key) or _TOTAL_HEAD.search(key)):
        return None
    if re.search(r"率|指标|人|成本|执行|目标|绩效|标准|补贴|单价|到位|支付|拨付|下达|使用|部门$", key):
        return None
    total = _total(key)
    # 其中：本级预算金额 is a part; 其中：年度资金总额 the year's part of the whole, by a period of its own.
    if total is not None and not (part and horizon_of(key) is None):
        return total
    if _FUND_SHAPE.search(key) or _FUND_OF_LEVEL.fullmatch(key):
        source = "other" if _OTHER_ITSELF.match(key) else _source_by_words(key)
        return (source, None) if source else None
    return None


def _source_by_words(key: str) -> str:
    return next((source for pattern, source in _FUND_SOURCE if pattern.search(key)), "")


def giver(text: str) -> str:
    """Return the source that the words of a label tell of although not all are known, ``""`` where they tell none.

    中央渔业补贴资金, 县财政奖补, 学校自筹部分, 世行贷款: who gives is said by one of the words, for what by the others.
    """
    key = _bare(text)
    if _OTHER_ITSELF.match(key):
        return "other"
    if source := _source_by_words(key):
        return source
    return next((source for pattern, source in _FIRST_WORD if pattern.search(key)), "")


def _bare(text: str) -> str:
    key = label_key(_FUND_PREFIX.sub("", label_key(_FUND_UNIT.sub("", squash(text)))))
    return REMARK.sub("", key) or key


def _total(key: str) -> tuple[str, str | None] | None:
    """Return the total a label names: 项目总投资, 年度资金合计, 当年预算, 预算数."""
    bare = REMARK.sub("", key)
    if not _TOTAL.fullmatch(bare) or not (_TOTAL_HEAD.search(bare) or _PLAIN_TOTAL.fullmatch(bare)):
        return None
    if not _MONEY_NOUN.search(bare) and bare not in ("合计", "总计", "总额"):
        return None
    if bare in ("项目资金", "预算资金", "资金情况", "项目预算") or re.fullmatch(r"项目(?:资金|预算|经费)", bare):
        return None
    if ANNUAL.search(bare):
        return "total", "annual"
    if re.search(r"实施期|实施周期|中长期|长期|中期|项目期|全周期|规划期|三年|总投资|总体|项目总|^总(?:投|预)", bare):
        return "total", "lifetime"
    if re.match(r"项目(?:资金|预算|投资)(?:总额|合计|总计|总量)", bare):
        return "total", "lifetime"
    if re.fullmatch(r"预算(?:数|金额|资金|总额|规模)|(?:预算|申请|安排)(?:金额|数额|数|额)", bare):
        return "total", "annual"
    return "total", None


def level_of_government(text: str) -> str | None:
    """Return the source that a label names by a level of government, ``None`` where it names none: 本级预算金额."""
    key = label_key(_FUND_PREFIX.sub("", label_key(_FUND_UNIT.sub("", squash(text)))))
    found = _source_by_words(key)
    return found if found in ("central", "provincial", "local") else None


def names_money(text: str) -> bool:
    """Return whether a label speaks of money, by a word or by its unit: 财政支出责任（万元）."""
    key = squash(text)
    return _MONEY.search(key) is not None or _FUND_UNIT.search(key) is not None


def names_no_money(key: str) -> bool:
    """Return whether a label speaks of a count, a rate, a date or a name: 受益人数, 联系电话."""
    return _NO_FUND.search(key) is not None


_MONEY = re.compile(r"资金|预算|投资|经费|投入|拨款|补助|金额|总额|款项|概算|贷款|融资|收入|债券")
#: What is done with money, where another fund beside the label says that it is money: 本年安排.
_GIVEN = re.compile(r"申请|安排|批复|核定|下达|核准|审定|使用|需求")
#: What a fund label is made of, whatever its order: 年度投入, 2025年预算, 预算安排, 本级财政配套, 企业自筹.
_FUND_WORDS = re.compile(
    rf"(?:{SCOPE}|其[中他它]|部门|单位|财政性?|本级|省级?|兵团|{_LOCAL}|中央|地方|国家|上级|企业|社会|银行|事业|经营|债券"
    r"|一般公共|政府性?基金|国有资本|申请|安排|批复|核定|下达|核准|审定|拟|计划|规划|预计|实际|使用|总|合计|小计|投入|投资|资金|预算|经费|拨款|补助|金额|总额"
    r"|总量|数额?|额度?|拨|情况|来源|规模|需求|概算|贷款|融资|自筹|自有|配套|结转|结余|上年|收入|支出|费用|款项?|内|部分|性)+"
)
#: A level of government alone, below its total: 中央, 省级, 市本级, 区财政, 市县.
_LEVEL_ALONE = re.compile(
    r"(?:中央|国家|省|自治区|兵团|[市州盟]?[、/(]?[县区旗]{1,2}\)?|市|州|盟|师|镇|乡|地方|本级|街道)(?:级|本级)?(?:财政|配套|承担|部分)?"
)
#: 2025年度省拨经费: what a source gives in the year, of what it gives in all.
_OF_A_YEAR = re.compile(r"20[0-9]{2}年度?")
_NO_FUND = re.compile(
    r"率|比例|指标|人数|成本|目标|绩效|标准|单价|时间|日期|年限|名称|单位名|部门|编码|代码|电话|性质|属性|类型|类别|级次"
)


@lru_cache(maxsize=8192)
def likely_fund(text: str, among: bool = False) -> tuple[str, str | None] | None:
    """Return what a label right before an amount can be in the heading or the fund block, ``None`` where it is no fund.

    Looser than :func:`fund_label`: the amount beside it speaks for it (年度投入, 2025年预算, 预算安排, 中央).

    Parameters
    ----------
    text
        The label.
    among
        Whether another fund stands beside it with its amount, so that no word need speak of money: 本年安排.
    """
    if len(text) > 32:
        return None
    key = label_key(_FUND_PREFIX.sub("", label_key(_FUND_UNIT.sub("", squash(text)))))
    bare = REMARK.sub("", key) or key
    if not 2 <= len(bare) <= 16 or _NO_FUND.search(bare):
        return None
    year = _OF_A_YEAR.match(bare)
    bare = bare[year.end() :] if year and _source_by_words(bare[year.end() :]) else bare
    level = _LEVEL_ALONE.fullmatch(bare) is not None
    money = (
        (among and _GIVEN.search(bare)) or _MONEY.search(bare) or _FUND_UNIT.search(squash(text))
    )  # 本年安排（万元）
    if not level and not (money and _FUND_WORDS.fullmatch(bare)):
        return None
    if source := _source_by_words(bare) or _source_by_words(key):  # 上级补助（省级）
        return source, "annual" if year else None
    if bare.startswith("上级"):
        return None
    if level:
        return (
            "central"
            if bare.startswith(("中央", "国家"))
            else "provincial"
            if bare.startswith(("省", "自治区", "兵团"))
            else "local"
        ), None
    if _OTHER_GIVER.search(bare):
        return "other", None
    side = horizon_of(bare)
    return "total", side
