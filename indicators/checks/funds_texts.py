"""Does the arithmetic of the texts hold, and does it end in the funds (F113, F114)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations, pairwise

from indicators.money import MONEY_UNIT, in_yuan
from indicators.quantities import find_quantities, half_width, unit_kind
from indicators.records import Field, Form
from indicators.text import squash

from .arithmetic import Equation, Interval, find_equations, integer_times
from .base import Context, Hit, Lexicon, NotApplicable, check, plain
from .money import Money, annual_funds, fund_money, money_of, one_year, possible_funds, several_years
from .text_products import Mismatch, products, staged, sums

__all__ = ["Amount", "amounts_of", "stated_total_is_funds", "text_arithmetic_holds", "texts_of", "texts_with_amounts"]

_TEXTS = ("overview", "basis", "necessity", "measures", "plan", "goal.annual", "goal.lifetime")
_PERIOD = re.compile(
    r"每(?P<period>个?月|季度?|半年|周|天|日)(?:度|末|初)?(?P<words>[^，。；;：:、0-9]{0,16})(?P<each>[0-9.]+)"
    rf"(?P<unit>{MONEY_UNIT})(?P<between>[^。；;0-9]{{0,16}}?)(?:全年|一年|年度|每年|年)(?P<tail>[^。；;0-9]{{0,8}})"
    rf"(?P<total>[0-9.]+)(?P<total_unit>{MONEY_UNIT})"
)
_TIMES = {"月": 13, "季": 4, "半": 2, "周": 53, "天": 366, "日": 366}
_TOTAL = re.compile(
    r"(?:合计|共计|总计|共需|总需|总金额|总费用|资金总额|预算总额|总预算)(?P<words>[^0-9。；;，,、]{0,10})[:：,，]?\s*$"
)
_OTHER_TOTAL = re.compile(
    r"合同|中标|总投资|概算|总造价|累计|以来|已[支完拨到付投]|截至|截止|上年|去年|往年|历年|结转|结余|收入|产值|损失|税|贷|债|"
    r"(?:[两二三四五六七八九十]|(?<![0-9])[0-9]{1,2})年(?!度|级|初|底)|[两二三四五六七八九十]个?年度|均|节约|减少|保额"
)
_MORE = re.compile("另|此外|还需|还有|同时|加上|以及|不含|不包括|除")
_YEAR = re.compile(r"(?<![0-9])((?:19|20)[0-9]{2})年?")
_CLAUSE = re.compile(r"[，,；;。]")
_CLAUSES = re.compile("[。；;！？]")
_SENTENCE = re.compile(r"(?<=[。！？])")
_ENDS = re.compile(r"[。；;！!）)”\"]$")
#: More amounts in one text than this are not tried in every combination.
_MOST = 10
_TELLING = 3
_FEWEST = 2
_EACH_AMOUNT = re.compile("每|均")
_OWN_TOTAL = ("共", "计", "小计", "需", "共需")


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount in a text, with what stands before it in its clause and where it ends."""

    money: Money
    before: str
    start: int
    end: int


def texts_of(form: Form) -> tuple[Field, ...]:
    """Return the filled texts of a form, each wording once (a cut-off copy of another is none)."""
    kept: list[Field] = []
    for path in _TEXTS:
        field = form.field(path)
        if field is None or not field.text or field.text.isspace():
            continue
        bare = plain(field.text)
        if not any(plain(other.text).startswith(bare) for other in kept):
            kept.append(field)
    return tuple(kept)


def amounts_of(text: str) -> tuple[Amount, ...]:
    """Return the amounts of money of a text as printed; rates such as 710元/月 are none."""
    found = []
    for quantity, start, end in find_quantities(text) if "元" in text else ():
        money = money_of(quantity)
        if money is not None and money.yuan > 0:
            before = _CLAUSE.split(text[max(0, start - 60) : start])
            # 合计：12万元 and 合计，12万元 are printed alike.
            clause = before[-1] if before[-1].strip() or len(before) < 2 else before[-2]
            found.append(Amount(money, clause, start, end))
    return tuple(found)


def texts_with_amounts(form: Form) -> tuple[tuple[Field, tuple[Amount, ...]], ...]:
    """Return the filled texts of a form with their amounts; for ``context.of``."""
    return tuple((field, amounts_of(field.text)) for field in texts_of(form))


@check(scope="form")
def text_arithmetic_holds(form: Form, context: Context, *, slight: Decimal, splits: Lexicon) -> Iterator[Hit]:
    """Ask that calculations printed in the texts are right, for some reading of months and days.

    Parameters
    ----------
    slight
        Share of the result below which a difference is only worth a note.
    splits
        Lines of words that split a whole between them.

    Yields
    ------
    Hit
        At the text, with the ``expression``, ``computed``, ``stated`` and ``gap`` in 元; variant ``slight``, or ``sum``
        where listed amounts do not make the total stated with them; variant ``counted`` for counts, which have a
        ``unit``.
    """
    fields = context.of(form, texts_with_amounts)
    if not fields:
        raise NotApplicable
    said: set[str] = set()
    funds = [target for horizon in form.sides for target in possible_funds(form, horizon)]
    for field, amounts in fields:
        text = half_width(field.text)
        for equation in find_equations(field.text):
            if not equation.holds and equation.text not in said:
                said.add(equation.text)
                yield _wrong(field, equation, slight)
        stages = _staged(form, field, text) if field.path == "plan" else ()
        for hit in (
            *stages,
            *_periods(field, text),
            *_sums(field, text, amounts, funds),
            *_counted(field, text, splits),
        ):
            if str(hit.values) not in said:
                said.add(str(hit.values))
                yield hit


def _wrong(field: Field, equation: Equation, slight: Decimal) -> Hit:
    stated = min(
        (equation.stated.middle * scale for scale in equation.scales),
        key=lambda value: abs(value - equation.computed.middle),
    )
    computed = equation.computed.middle.normalize()
    gap = abs(computed - stated)
    values = {"expression": equation.text, "computed": computed, "stated": stated.normalize(), "gap": gap.normalize()}
    return Hit(field, values, variant="slight" if gap < slight * stated else "")


def _periods(field: Field, text: str) -> Iterator[Hit]:
    """每季度2.5万元，一年共计100000元: any whole number of quarters makes it right."""
    for match in _PERIOD.finditer(squash(text).replace(",", "")) if "每" in text and "元" in text else ():
        # 312名，每人每月补助300元: a count multiplies it.
        if re.search(r"[0-9]|每\S{0,2}$", _CLAUSES.split(match.string[: match.start()])[-1]):
            continue
        words = match.group("words") + match.group("between") + match.group("tail")
        if re.search("[人名户套台个每/约余]|均|以上|左右", words) or match.group("total").startswith("0"):
            continue
        try:
            each, total = (
                in_yuan(Decimal(match.group(number)), match.group(unit)) or Decimal(0)
                for number, unit in (("each", "unit"), ("total", "total_unit"))
            )
        except ArithmeticError:
            continue
        most = next(times for word, times in _TIMES.items() if word in match.group("period"))
        half = Decimal("0.001") * total
        if each <= 0 or integer_times(Interval(each, each), Interval(total - half, total + half), most * 10):
            continue
        times = {"月": 12, "季": 4, "半": 2, "周": 52}.get(match.group("period").strip("个")[0], 365)
        computed = each * times
        values = {"expression": match.group(), "computed": computed, "stated": total, "gap": abs(computed - total)}
        yield Hit(field, values)


def _counted(field: Field, text: str, splits: Lexicon) -> Iterator[Hit]:
    """2期，每期80人，共120人; 260户，其中城镇90户、农村150户."""
    yield from _counted_hits(field, (*products(text), *sums(text, splits)))


def _counted_hits(field: Field, found_in: Iterable[Mismatch]) -> Iterator[Hit]:
    for found in found_in:
        gap = abs(found.computed - found.stated)
        values = {"expression": found.expression, "computed": found.computed, "stated": found.stated, "gap": gap}
        yield Hit(field, {**values, "unit": found.unit}, variant="counted" if found.sure else "places")


def _staged(form: Form, field: Field, text: str) -> Iterator[Hit]:
    """3月至6月32场，9月至11月38场, where the one quantity of that unit, and a goal or the overview, say 60场."""
    rows = [item.quantity for item in form.side("annual") or form.indicators if item.level2 == "数量指标"]
    exact = [row for row in rows if row is not None and row.upper is None and unit_kind(row.unit) in _IN_STAGES]
    told = " ".join(form.text(path) for path in ("overview", "goal.annual", "goal.lifetime"))
    printed = {(quantity.number, quantity.unit) for quantity, _, _ in find_quantities(told)}
    units = Counter(row.unit for row in exact)
    wholes = [row for row in exact if units[row.unit] == 1 and (row.number, row.unit) in printed]
    yield from _counted_hits(field, staged(text, wholes))


_IN_STAGES = ("count", "area", "length", "person")


def _sums(field: Field, text: str, every: Sequence[Amount], funds: Sequence[Money]) -> Iterator[Hit]:
    """甲1万元，乙2万元，合计4万元: said only where the gap is small, as a slip of the pen leaves it.

    Items that make the funds of the form are the whole of them: then the total is wrong, however far it is off.
    """
    if len(every) < 3 or not any(_TOTAL.search(item.before) for item in every):
        return
    end = 0
    for sentence in _SENTENCE.split(text):
        begin, end = end, end + len(sentence)
        amounts = [item for item in every if begin <= item.start < end]
        totals = [item for item in amounts if _TOTAL.search(item.before)]
        if len(totals) != 1 or not 3 <= len(amounts) <= _MOST:
            continue
        total = totals[0]
        # 每个30万元，共120万元: what is for each is told again by its own total.
        pairs = [(item, after) for item, after in pairwise(amounts) if _paid_for(item, after, text)]
        prices, paid = {item for item, _ in pairs}, {after for _, after in pairs}
        items = [item for item in amounts if item is not total and item not in prices]
        if len(items) < _FEWEST:
            continue
        # An amount that is taken off, or the result of a calculation, is no item of the sum.
        if any(_NO_ITEM.search(item.before) for item in items if item not in paid):
            continue
        if _OTHER_TOTAL.search(sentence):
            continue
        whole = Money.total(item.money for item in items)
        # Three parts or more are rather the whole than a choice; more than the whole they cannot be.
        # Amounts that are totals of their own are no choice, either.
        own = all(item.before.strip() in _OWN_TOTAL for item in items)
        slip = total.money.yuan / (5 if own else 10 if len(items) >= _TELLING else 20)
        proven = any(whole.agrees(money) for money in funds) and not any(total.money.agrees(money) for money in funds)
        if (abs(whole.yuan - total.money.yuan) > slip and not proven) or _some_make(
            [item.money for item in items], [total.money]
        ):
            continue
        values = {
            "expression": "+".join(text[item.start : item.end] for item in items),
            "computed": whole.yuan,
            "stated": total.money.yuan,
            "gap": abs(whole.yuan - total.money.yuan),
        }
        yield Hit(field, values, variant="sum")


#: An amount of its own behind a price: 每座30万元，共120万元; 帐篷（每顶1800元，18万元）.
_BEHIND_PRICE = re.compile("[，,、]\\s*(?:小?计|共计?)?")
_NO_ITEM = re.compile("每|均|单价|标准|扣|减|抵|[=＝]\\s*$")


def _paid_for(item: Amount, after: Amount, text: str) -> bool:
    """Whether an amount is the price of one, and the next one what all of them cost."""
    if not _EACH_AMOUNT.search(item.before):
        return False
    return after.before.strip() in _OWN_TOTAL or _BEHIND_PRICE.fullmatch(text[item.end : after.start]) is not None


def _some_make(amounts: Sequence[Money], targets: Sequence[Money]) -> bool:
    """Whether some of the amounts add up to one of the targets."""
    if len(amounts) > _MOST:
        return True
    return any(
        Money.total(chosen).agrees(target)
        for size in range(1, len(amounts) + 1)
        for chosen in combinations(amounts, size)
        for target in targets
    )


@check(scope="form")
def stated_total_is_funds(form: Form, context: Context, *, nearest: Decimal, farthest: Decimal) -> Iterator[Hit]:
    """Compare the total the texts state (合计, 共计) with the money of the year.

    Nothing is said where any amount of any text is the money of a side, where the sentence speaks of a contract,
    other years or what was paid before, or where the text goes on or is cut off after the total.

    Parameters
    ----------
    nearest, farthest
        Stated total over the funds within which it can be meant to be the funds.

    Yields
    ------
    Hit
        At the text, with ``stated``, ``funds`` and ``gap`` in 元; variant ``invested`` where a project of one year
        tells its whole investment and nothing else.
    """
    funds = annual_funds(form)
    fields = [(field, amounts) for field, amounts in context.of(form, texts_with_amounts) if amounts]
    if funds is None or not fields:
        raise NotApplicable
    targets = _acceptable(form)
    every = [item.money for _, amounts in fields for item in amounts]
    if any(money.agrees(target) or money.slipped(target) for money in every for target in targets):
        return
    if "结转" in form.project_name:
        return
    stated = [found for field, amounts in fields if (found := _stated(form, context, field, amounts)) is not None]
    invested = {} if stated else _invested(form, context, fields)
    stated = [(field, item) for field, item in stated if nearest <= item.money.yuan / funds.yuan <= farthest]
    stated = stated or [found for found in invested.items() if nearest <= found[1].money.yuan / funds.yuan <= farthest]
    if not stated or any(not item.money.agrees(stated[0][1].money) for _, item in stated):
        return
    field, total = stated[0]
    rest = [item.money for item in dict(fields)[field] if item is not total]
    if _some_make([total.money, *rest], targets):
        return
    values = {"stated": total.money.yuan, "funds": funds.yuan, "gap": abs(total.money.yuan - funds.yuan)}
    yield Hit(field, values, variant="invested" if invested else "")


_INVESTED = re.compile(
    r"(?:总投资|投资总额|总造价|投资|需要?(?:经费|资金|费用)|(?:经费|资金)需求)(?:额|约|为|共|共计|合计)*[:：]?\s*$"
)
_BY_OTHERS = re.compile(
    "概算|估算|批复|合同|中标|配套|自筹|债券|贷款|融资|社会资本|企业|上级|争取|分期|分年|分批|续建|结转|尾款|质保金|前期|已|累计|其中"
)


def _invested(form: Form, context: Context, fields: Sequence[tuple[Field, tuple[Amount, ...]]]) -> dict[Field, Amount]:
    """Return the whole investment a project of one year tells, where nothing says that others or other years pay."""
    year, name = context.year(form), form.project_name
    if not one_year(form) or sum(len(amounts) for _, amounts in fields) != 1 or _BY_OTHERS.search(name):
        return {}
    field, (amount,) = fields[0]
    others = {int(found) for text in (field.text, name) for found in _YEAR.findall(text)} - {year}
    if not _INVESTED.search(amount.before) or _BY_OTHERS.search(field.text) or _MORE.search(field.text) or others:
        return {}
    return {field: amount}


def _acceptable(form: Form) -> list[Money]:
    """Return what a stated total may be: the money of either side, one of its sources, that of all years."""
    targets = [target for horizon in form.sides for target in possible_funds(form, horizon)]
    for line in form.funds:
        if line.source != "total" and (money := fund_money(form, line.horizon, line.source)) and money.yuan > 0:
            targets.append(money)
    years, funds = several_years(form), annual_funds(form)
    if years is not None and funds is not None:
        targets.append(funds.times(Decimal(years)))
    return targets


def _stated(form: Form, context: Context, field: Field, amounts: Sequence[Amount]) -> tuple[Field, Amount] | None:
    """Return the last total a text states, if it can only be the money of the project."""
    text = half_width(field.text)
    totals = [item for item in amounts if _TOTAL.search(item.before) and "其中" not in item.before]
    if not totals:
        return None
    total = totals[-1]
    begin = max((match.end() for match in re.finditer("[。！？]", text[: total.start])), default=0)
    stop = text.find("。", total.end)
    sentence, after = text[begin : stop if stop >= 0 else len(text)], text[total.end :]
    year = context.year(form)
    if _OTHER_TOTAL.search(sentence) or any(int(found) != year for found in _YEAR.findall(sentence)):
        return None
    cut_off = after.strip() and not _ENDS.search(text.strip())
    return None if cut_off or _MORE.search(after) or _MORE.search(sentence) else (field, total)
