"""Do the fund cells of a form agree with each other and with its name (F101-F103, F107, F108, F112, F116)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from indicators.money import in_unit, sums_of_sources
from indicators.quantities import find_quantities
from indicators.records import HORIZONS, SOURCES, Extraction, Form, FundLine, Indicator
from indicators.text import squash

from .base import Context, Hit, NotApplicable, check
from .money import CENT, Money, fund_money, money_of, one_year, several_years, side_of_year

__all__ = [
    "annual_within_lifetime",
    "funds_given",
    "large_project_specific",
    "name_amount_is_total",
    "named_source_given",
    "one_year_funds_agree",
    "parts_make_total",
]

_LEVELS = ("central", "provincial", "local")
_PARTS = (*_LEVELS, "self", "other")
_MAIN = {*_LEVELS, "fiscal"}
#: From so many forms on, a majority with the same fault is a fault of reading.
_FEW = 4


@check(scope="form")
def parts_make_total(form: Form, context: Context, *, tolerance: Decimal) -> Iterator[Hit]:
    """Compare each printed total with the sum of its printed sources.

    Where most forms of a document differ, its layout has a row that was not understood; then nothing is said, nor
    where the block prints an amount that is no known part of the total.

    Parameters
    ----------
    form
        Amounts in the form's printed unit; ``None`` where the cell is empty.
    tolerance
        Largest difference, in the same unit, that cents explain. Where the total is printed with fewer decimals
        than its parts, or all are rounded to 万元, half the last digit of each is allowed as well.

    Yields
    ------
    Hit
        At the total, with ``total``, ``parts`` and ``gap``; variant ``alone`` where one source is printed and is less.
    """
    gaps = context.of(form, _gaps)
    if _unread(form):
        raise NotApplicable
    differing = context.once(_forms_with_gaps)
    if not gaps or (differing >= _FEW and 2 * differing > len(context.extraction.forms)):
        raise NotApplicable
    for gap in gaps:
        if gap.gap > max(tolerance, gap.slack):
            # 年度预算 216，其中：财政资金 180: one source alone need not be all of them.
            alone = gap.parts < gap.total and _sources_printed(form, gap.line.horizon) == 1
            values = {"total": gap.total, "parts": gap.parts, "gap": gap.gap}
            yield Hit(gap.line, values, variant="alone" if alone else "")


def _unread(form: Form) -> bool:
    """Whether the fund block prints an amount of which nobody knows what it is: then no sum of it proves anything."""
    return any(note.code == "amount-unread" for note in form.notes)


def _sources_printed(form: Form, horizon: str) -> int:
    return sum(line.horizon == horizon and line.source != "total" for line in form.funds)


class _Gap(NamedTuple):
    """A total and the nearest sum of its sources, in the unit of the form, and what rounding explains of the gap."""

    line: FundLine
    total: Decimal
    parts: Decimal
    gap: Decimal
    slack: Decimal


def _gaps(form: Form) -> tuple[_Gap, ...]:
    """Return what each side with sources prints."""
    found = []
    for horizon in form.sides:
        line, total = form.fund(horizon, "total"), form.amount(horizon, "total")
        if line is not None and total is not None:
            sums = [
                _Gap(line, total, made, abs(total - made), slack) for made, slack in _sums_of_sources(form, horizon)
            ]
            found.extend(sorted(sums, key=lambda item: item.gap)[:1])
    return tuple(found)


def _forms_with_gaps(extraction: Extraction) -> int:
    return sum(any(item.gap > max(item.slack, CENT) for item in _gaps(form)) for form in extraction.forms)


def _sums_of_sources(form: Form, horizon: str) -> list[tuple[Decimal, Decimal]]:
    """Return every sum the printed sources allow, with what rounding explains, in the printed unit."""
    printed = {source: form.amount(horizon, source) for source in (*_PARTS, "further", "fiscal", "carried")}
    filled = {source: amount for source, amount in printed.items() if amount is not None}
    if not filled.keys() - {"carried"}:
        return []
    if not any(filled.values()) and not filled.keys() & _MAIN:
        # The line that holds the money bears a name that was not understood (预算资金).
        return []
    if _of_other_side(form, horizon, filled):
        return []
    lines = [line for source in ("total", *filled) if (line := form.fund(horizon, source)) is not None]
    slack = _slack(lines, form.fund_unit)
    return [(made, slack) for made in sums_of_sources(filled)]


def _of_other_side(form: Form, horizon: str, filled: dict[str, Decimal]) -> bool:
    """Whether a source is larger than its total and the total of the other side: it was printed in that column."""
    total = form.amount(horizon, "total")
    others = {form.amount(side, "total") for side in HORIZONS if side != horizon}
    return total is not None and any(amount > total and amount in others for amount in filled.values())


def _slack(lines: list[FundLine], unit: str) -> Decimal:
    """Return what rounding explains: 万元 are rounded, 元 only where the total drops the decimals of its parts."""
    digits = [_decimals(line.amount) for line in lines]
    if len({line.unit for line in lines}) > 1:
        # 总额 12,345.67万元 of which 1.2亿元: half the last digit of each, whatever it is worth.
        steps = (in_unit(Decimal(5).scaleb(-count - 1), line.unit, unit) for line, count in zip(lines, digits))
        return sum((step for step in steps if step is not None), Decimal(0))
    if lines[0].unit != "元":
        coarsest = min(digits)
        return Decimal(5).scaleb(-coarsest - 1) * len(lines) if coarsest else Decimal(0)
    return Decimal(5).scaleb(-digits[0] - 1) if digits[0] < max(digits) else Decimal(0)


def _decimals(amount: Decimal | None) -> int:
    exponent = amount.as_tuple().exponent if amount is not None else 0
    return max(-exponent, 0) if isinstance(exponent, int) else 0


@check(scope="form")
def annual_within_lifetime(form: Form) -> Iterator[Hit]:
    """Ask that the money of one year does not exceed that of the whole project.

    Where the costs of each side carry the amount of the other, the columns were swapped, not the money.

    Yields
    ------
    Hit
        At the annual total, with ``annual`` and ``lifetime``.
    """
    annual, lifetime = fund_money(form, "annual"), fund_money(form, "lifetime")
    if annual is None or lifetime is None or annual.yuan <= 0 or lifetime.yuan <= 0 or _unread(form):
        raise NotApplicable
    if annual.slipped(lifetime) or _columns_swapped(form, annual, lifetime):
        return
    line = form.fund("annual", "total")
    if line is not None and annual.yuan > lifetime.yuan and not annual.agrees(lifetime):
        yield Hit(line, {"annual": _printed(form, "annual"), "lifetime": _printed(form, "lifetime")})


def _printed(form: Form, horizon: str) -> Decimal:
    return form.amount(horizon) or Decimal(0)


def _columns_swapped(form: Form, annual: Money, lifetime: Money) -> bool:
    def on(horizon: str) -> list[Money]:
        costs = [money_of(item.quantity) for item in form.side(horizon) if "成本" in item.level2]
        return [money for money in costs if money is not None]

    return any(money.agrees(lifetime) for money in on("annual")) and any(
        money.agrees(annual) for money in on("lifetime")
    )


@check(scope="form")
def one_year_funds_agree(form: Form) -> Iterator[Hit]:
    """Ask that both sides of a project of one year print the same money.

    Yields
    ------
    Hit
        At the annual total, with ``annual``, ``lifetime`` and ``gap``.
    """
    annual, lifetime = fund_money(form, "annual"), fund_money(form, "lifetime")
    if annual is None or lifetime is None or annual.yuan <= 0 or lifetime.yuan <= 0 or not one_year(form):
        raise NotApplicable
    line = form.fund("annual", "total")
    if line is None or annual.agrees(lifetime) or annual.slipped(lifetime):
        return
    one, other = _printed(form, "annual"), _printed(form, "lifetime")
    yield Hit(line, {"annual": one, "lifetime": other, "gap": abs(one - other)})


_NOT_THE_TOTAL = re.compile(
    r"每|人均|户均|亩均|生均|均|标准|/|单价|票价|免费|最高|最低|限额|不超过|不足|起|总投资|概算|总额|总计划|债|贷|基金|保险|注册|产值|"
    r"税收|营收|规模|奖金池|产业|大关|工程款总|合同"
)
_ABOVE = re.compile(
    r"^(?:以上|以下|以内|及以上|及以下|左右|标准|/|每|级|起|户|产值|规模|产业|大关|俱乐部|企业|收入|村|集体)"
)


#: Characters of a name looked at around an amount.
_LONGEST_CLAUSE = 120


@check(scope="form")
def name_amount_is_total(form: Form, *, least: Decimal) -> Iterator[Hit]:
    """Compare an amount in the project's name with its funds.

    Parameters
    ----------
    least
        Amounts below (元) are prices, not funds.

    Yields
    ------
    Hit
        At the name, with ``named`` and ``total`` in 元; variant ``years`` where the project runs for several years.
    """
    field = form.field("project_name")
    funds = [money for line in form.funds if (money := fund_money(form, line.horizon, line.source)) is not None]
    totals = [money for horizon in form.sides if (money := fund_money(form, horizon)) is not None and money.yuan > 0]
    if field is None or not totals:
        raise NotApplicable
    named = _amounts_of_name(field.text, least)
    if not named:
        raise NotApplicable
    # Two amounts in one name: either may be the money of this year.
    if any(money.agrees(fund) or money.slipped(fund) for money in named for fund in funds):
        return
    total = totals[-1]
    variant = "" if one_year(form) or len(totals) == 1 or totals[0].agrees(totals[-1]) else "years"
    yield Hit(field, {"named": named[0].yuan, "total": total.yuan}, variant=variant)


def _amounts_of_name(name: str, least: Decimal) -> list[Money]:
    text = squash(name)
    found = []
    for quantity, start, end in find_quantities(text):
        money = money_of(quantity)
        if money is None or quantity.relation != "=" or money.yuan < least:
            continue
        before = re.split(r"[,，。;；、]", text[max(0, start - _LONGEST_CLAUSE) : start])[-1]
        if not _NOT_THE_TOTAL.search(before) and not _ABOVE.match(text[end : end + _LONGEST_CLAUSE]):
            found.append(money)
    return found


_FROM_ABOVE = r"(?:财政|预算内|专项|补助|转移支付|资金|下达|直达|奖补|彩票|基建|补贴|拨款|衔接)"
_MONEY_WORD = r"(?:转移支付|补助(?:资金|经费)?|专项(?:资金|经费)|奖补资金|补贴资金|资金|拨款)"
#: 中央 that is no source of money: 中央环保督察, 中央空调.
_OTHER_CENTRAL = (
    r"环保|环境|生态环境保护督察|督察|巡视|空调|大?厨房|商务|公园|大街|大道|美院|电视|企业|文件|精神|一号|八项|驻|"
    r"党校|储备|广场|花园|城|厅|苏区|红军"
)
_GAP = r"[^,，。、;；()（）]{0,14}?"
_NAMED = {
    "central": re.compile(
        rf"中央(?:级|对地方)?(?:(?:和|、|及|与)省级?)?(?:{_FROM_ABOVE}|(?!{_OTHER_CENTRAL}){_GAP}{_MONEY_WORD})"
    ),
    # 省级龙头企业奖励资金 is the county's: without 下达 or 转移支付 only 省级专项, 省级补助 and kin name a source.
    "provincial": re.compile(
        rf"(?<!全)省(?:级|财政)(?:(?:和|、|及|与)中央)?(?:{_FROM_ABOVE}|{_GAP}转移支付)|下达{_GAP}省级{_GAP}{_MONEY_WORD}"
    ),
}
_LOCAL_SHARE = re.compile("配套|匹配|地方|县级|市级|区级|本级|自筹|结转|结余|垫付|缺口|不足")
_BOTH = re.compile(r"中央(?:级|财政)?(?:和|、|及|与|或)省|省(?:级|财政)?(?:和|、|及|与|或)中央")


@check(scope="form")
def named_source_given(form: Form) -> Iterator[Hit]:
    """Ask that a level of government the name says the money comes from is among the sources.

    Yields
    ------
    Hit
        At the fund cell that is empty, with ``level`` and ``name``.
    """
    name = squash(form.project_name)
    if _LOCAL_SHARE.search(name):
        raise NotApplicable
    named = [source for source, pattern in _NAMED.items() if pattern.search(name)]
    horizon = side_of_year(form)
    total = form.amount(horizon)
    if not named or not total or not any(form.amount(horizon, source) for source in _PARTS):
        raise NotApplicable
    if _BOTH.search(name):
        # 中央和省级 is one word of the ministry's: either will do.
        if form.amount(horizon, "central") or form.amount(horizon, "provincial"):
            return
        named = ["central"]
    for source in named:
        line = form.fund(horizon, source)
        if line is not None and not line.amount:
            yield Hit(line, {"level": "中央" if source == "central" else "省级", "name": form.project_name})
            return


@check(scope="form")
def funds_given(form: Form) -> Iterator[Hit]:
    """Ask for money: an annual total, and one of the whole period where the project runs for years.

    Yields
    ------
    Hit
        At the empty or zero total, with ``state``.
    """
    if not form.funds:
        raise NotApplicable
    horizons = [horizon for horizon in HORIZONS if any(line.horizon == horizon for line in form.funds)]
    if len(horizons) > 1 and several_years(form) is None:
        # A side left blank on a project of one year says the same as the other.
        horizons = ["annual"]
    for horizon in horizons:
        total = form.fund(horizon, "total")
        if horizon == "lifetime" and total is None and form.yuan("annual"):
            # No total of the whole period is printed: nobody left it at zero.
            continue
        amounts = [form.amount(horizon, source) for source in (*SOURCES, "further", "fiscal", "carried")]
        if any(amount for amount in amounts if amount is not None):
            continue
        line = form.fund(horizon, "total") or next(line for line in form.funds if line.horizon == horizon)
        state = "为空" if all(amount is None for amount in amounts) else "为零"
        yield Hit(line, {"state": state})


@check(scope="form")
def large_project_specific(form: Form, context: Context, *, threshold: Decimal, share: Decimal) -> Iterator[Hit]:
    """Ask that the indicators of a large project are mostly specific.

    Parameters
    ----------
    threshold
        Funds (元) from which a project counts as large.
    share
        Share of its filled indicators, 0..1, from which levels 0 and 1 are too many.

    Yields
    ------
    Hit
        At the form, with ``funds`` (元), ``vague``, ``names`` (of the vague ones) and ``count``.
    """
    amounts = [form.yuan(horizon) or Decimal(0) for horizon in form.sides]
    funds = (form.yuan("annual") if "annual" in form.sides else None) or max(amounts, default=Decimal(0))
    if funds < threshold:
        raise NotApplicable
    levels = next((found for side in reversed(HORIZONS) if (found := _levels(form, context, side))), [])
    if not levels:
        raise NotApplicable
    vague = tuple(item.name or item.value for item, level in levels if level <= 1)
    if len(vague) >= share * len(levels):
        yield Hit(form, {"funds": funds, "vague": len(vague), "names": vague, "count": len(levels)})


def _levels(form: Form, context: Context, horizon: str) -> list[tuple[Indicator, int]]:
    judged = [(item, context.level(item)) for item in form.side(horizon) if not item.empty]
    return [(item, level) for item, level in judged if level is not None]
