"""Do counts in one sentence make the count or amount stated with them (F113): 2期，每期80人，共160人.

A product is read only where the three figures follow one another: how many, how much of each, how much in all. A sum is
read where the parts are all there is, because their names split the whole (城镇、农村) or because the sentence adds
them up itself (甲90户、乙150户，共240户).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from itertools import combinations, pairwise

from indicators.money import in_yuan
from indicators.quantities import find_quantities, unit_kind
from indicators.records import Quantity
from indicators.units import MULTIPLIERS

from .lexicons import Lexicon
from .mentions import same_measure, scaled

__all__ = ["Mismatch", "products", "staged", "sums"]

_SENTENCE = re.compile(r"[^。；;！!？?\n]+")
_CLAUSE = re.compile(r"[，,、：:（(）)]")
_ALL = re.compile(r"(?:总共|共计|合计|总计|累计|小计|共需|总需|共|计(?!划|算|入|提))[^0-9，,。；;、]{0,8}$")
#: Unit price right behind its count: 数控车床10台、单价9万元.
_UNIT_PRICE = re.compile(r"^[、，,\s(（]*单价(?:为|约)?$")
_TIMES = re.compile(r"[每/·]\s*(?:个)?(?:工作日|学期|季度|课时|小时|[天日月年次周季])")
#: How many times a rate for a day, a month or a time may be paid.
_MOST_TIMES = 366
_COUNTS = ("count", "person", "area", "length", "mass", "volume", "energy", "other")
_WHAT = ("count", "person", "area", "length", "mass", "volume", "money")
#: The figure before is no plain count: 各2个, 超过30户, 第3期.
_NOT_PLAIN = re.compile(r"(?:每[^，。0-9]{0,4}|均|第|超过?|达|不足|近|约|逾|满|前)\s*$")
#: Each of those before it has so many; 各类 and 各乡镇 only say that there are several.
_SHARED_OUT = re.compile(
    "各(?!类|级|地|界|方|项|种|式|部门|单位|自|省|市|县|区|乡|镇|村|社区|街道|学校|校|院|所|站|点)[^0-9，,。；;：:]{0,30}$"
)
#: Other money or other things beside what is counted.
_BESIDE = re.compile(r"另|其他|其它|等|余|含|包括|补足|配套|自筹|分别|剩余|扣|减|优惠|折")
_EARLIER = re.compile(r"以来|截至|截止|历年|往年|上年|去年|已")
_SLACK = Decimal("0.001")
#: Figures of a sentence that can be worked out: a count and what is for each of it.
_FEWEST = 2
_MOST_PARTS = 8
#: A whole off by more than this share of it is rather another whole.
_FAR = Decimal("0.2")


@dataclass(frozen=True, slots=True)
class Mismatch:
    """Figures of a sentence that do not make the one stated with them.

    Parameters
    ----------
    expression
        As it should come out (``2期×80人``, ``90户+150户``).
    computed, stated
        In the unit of ``unit``.
    unit
        元 for money, else as printed.
    sure
        Whether the parts are known to be all there are.
    """

    expression: str
    computed: Decimal
    stated: Decimal
    unit: str
    sure: bool = True


@dataclass(frozen=True, slots=True)
class _Figure:
    """A number in a sentence: what stands between it and the one before, and as printed."""

    quantity: Quantity
    gap: str
    printed: str

    @property
    def kind(self) -> str:
        return unit_kind(self.quantity.unit)

    @property
    def clause(self) -> str:
        """The last clause of what stands before it."""
        return _CLAUSE.split(self.gap)[-1]

    @property
    def exact(self) -> bool:
        return self.quantity.relation == "=" and self.quantity.upper is None and self.quantity.number > 0

    @property
    def plain(self) -> bool:
        """Whether it counts something by itself, not one of many."""
        return self._single and _SHARED_OUT.search(self.gap) is None

    @property
    def shared_out(self) -> bool:
        """Whether each of what was counted before it has so many: 8个乡镇各配台秤1台."""
        return self._single and _SHARED_OUT.search(self.gap) is not None

    @property
    def _single(self) -> bool:
        return self.exact and not _NOT_PLAIN.search(self.gap) and not _EACH.search(self.clause + self.quantity.unit)

    @property
    def average(self) -> bool:
        """Whether it is rounded by being an average."""
        return "平均" in self.clause


#: A standard sets what there is for each; 高标准农田 and 标准化厂房 are what is built.
_EACH = re.compile(r"每|均|/|单价|(?<!高)标准(?!化)")


def _figures(sentence: str) -> list[_Figure]:
    found, last = [], 0
    for quantity, start, end in find_quantities(sentence):
        # 260户家庭 are counted like the 90户 among them.
        unit = quantity.unit.removesuffix("家庭")
        found.append(_Figure(replace(quantity, unit=unit), sentence[last:start], sentence[start:end].strip()))
        last = end
    return found


@lru_cache(maxsize=4096)
def _sentences(text: str) -> tuple[tuple[str, tuple[_Figure, ...]], ...]:
    return tuple(
        (match.group(), tuple(figures))
        for match in _SENTENCE.finditer(text)
        if len(figures := _figures(match.group())) >= _FEWEST
    )


def products(text: str) -> Iterator[Mismatch]:
    """Find counts times what is for each that are not what the sentence says they come to.

    So much a head, and nothing else said, is asked by ``count_times_rate_is_funds``.
    """
    listed: list[Decimal] = []
    for sentence, figures in _sentences(text):
        if "=" in sentence or "＝" in sentence or "×" in sentence or _EARLIER.search(sentence):
            continue
        for number in range(len(figures) - 1):
            heads = len(figures) == 3 and figures[number].kind == "person"
            mismatch = None if heads else _product(figures, number)
            if mismatch is not None and mismatch.computed + sum(listed) != mismatch.stated:
                yield mismatch
        listed.extend(_untotalled(figures))


def _untotalled(figures: Sequence[_Figure]) -> Iterator[Decimal]:
    """Return what counts times prices come to, where the total is left to a later sentence: 讲座40场，每场3000元."""
    if any(_ALL.search(figure.clause) for figure in figures):
        return
    for count, each in pairwise(figures):
        many = _for_each(each, count.quantity.unit) if count.plain and each.exact else None
        one = _one(each) if many is not None else None
        if many is not None and one is not None and unit_kind(one.unit) == "money":
            yield scaled(count.quantity) * scaled(one) / many


def _product(figures: Sequence[_Figure], number: int) -> Mismatch | None:
    """Return the product that begins with a figure, if it is not the total behind it."""
    count, each = figures[number], figures[number + 1]
    holders = _holders(figures[:number], count)
    counted = bool(holders) and count.kind in _COUNTS and each.exact
    many = _for_each(each, count.quantity.unit) if counted else None
    one = _one(each) if many is not None else None
    # 每TB6000元，共38.4万元: the amount read is already the total, what is for each was not.
    if many is None or one is None or _ALL.search(each.clause) or any(character.isdigit() for character in each.gap):
        return None
    factors: list[Decimal] = []
    for figure in figures[number + 2 :]:
        if _ALL.search(figure.clause) and figure.exact:
            product = _Product(count, each, scaled(one) / many, tuple(factors), holders)
            others = figures[: number - 1] if count.shared_out else figures[:number]
            return _compared(others, product, figure)
        if figure.kind != "time":
            return None
        factors.append(figure.quantity.number)
    return None


def _holders(before: Sequence[_Figure], count: _Figure) -> tuple[Decimal, ...]:
    """Return how many times over a count is had, ``()`` where that cannot be told: once, or by each of those before it.

    Where several things are named (各更换蒸饭柜、消毒柜1套) they may be one set or one of each.
    """
    if not count.shared_out:
        return (Decimal(1),) if count.plain else ()
    having = before[-1] if before else None
    if having is None or not having.plain or having.kind not in ("count", "person"):
        return ()
    number = scaled(having.quantity)
    things = 1 + len(re.findall("[、和及与]", count.gap.rsplit("各", 1)[-1]))
    return tuple(dict.fromkeys((number, number * things)))


_MANY = {"": Decimal(1), **MULTIPLIERS}


def _for_each(figure: _Figure, unit: str) -> Decimal | None:
    """Return for how many of what ``unit`` counts a figure is: 1 of 每期80人 behind 2期, 10000 of 1500元/万尾."""
    bare = unit.lstrip("万千百亿") or unit
    # 12个社区，每个3万元.
    names = "名|位|人|生" if unit_kind(unit) == "person" else re.escape(bare) + ("|个" if bare.startswith("个") else "")
    said = figure.gap.rsplit("；", 1)[-1] + "|" + figure.quantity.unit
    found = re.search(rf"(?:每一?|/)(?P<many>[万千百]?)(?:{names})|(?:{names})均|每(?:{names})", said)
    if found is None:
        return _MANY[""] if _UNIT_PRICE.search(figure.gap) else None
    return _MANY[found.group("many") or ""]


def _one(each: _Figure) -> Quantity | None:
    """Return what there is for each, without the denominator of its unit; ``None`` for what cannot be added up."""
    base = re.split(r"[/·每]", each.quantity.unit)[0]
    quantity = Quantity(relation="=", number=each.quantity.number, unit=base)
    return quantity if unit_kind(base) in _WHAT else None


@dataclass(frozen=True, slots=True)
class _Product:
    """A count, what is for each of it (``one`` in the plain unit), for how long, and how many times over it is had."""

    count: _Figure
    each: _Figure
    one: Decimal
    factors: tuple[Decimal, ...]
    holders: tuple[Decimal, ...]

    @property
    def values(self) -> set[Decimal]:
        """What it may come to: with each factor taken up or not."""
        found = {scaled(self.count.quantity) * self.one * holders for holders in self.holders}
        for factor in self.factors:
            found |= {item * factor for item in found}
        return found

    @property
    def rounding(self) -> Decimal:
        """What an average leaves open."""
        step = _step(self.each.quantity) or Decimal(1)
        count = scaled(self.count.quantity) * max(self.holders)
        return count * step / 2 if self.each.average else Decimal(0)

    @property
    def text(self) -> str:
        """The calculation as it should be."""
        factors = [factor for factor in (self.holders[0], *self.factors) if factor != 1]
        return "×".join((self.count.printed, self.each.printed, *(f"{factor.normalize():f}" for factor in factors)))


def _compared(before: Sequence[_Figure], product: _Product, total: _Figure) -> Mismatch | None:
    each = product.each
    if not _same(each, total) or _BESIDE.search(each.gap + total.gap):
        return None
    if any(same_measure(figure.quantity, total.quantity) and not _ALL.search(figure.clause) for figure in before):
        # Amounts before it may be in the total, too.
        return None
    count = product.count.quantity
    if any(
        figure.plain and _one_unit(figure.quantity, count) and scaled(figure.quantity) != scaled(count)
        for figure in before
    ):
        # 260户，其中城镇90户、农村170户，户均6000元: which of them is meant cannot be told.
        return None
    stated = scaled(total.quantity)
    slack = stated * _SLACK + _step(total.quantity) / 2 + product.rounding
    if any(abs(item - stated) <= slack for item in product.values):
        return None
    if _TIMES.search(each.gap + each.quantity.unit + total.gap) and not product.factors:
        # 每人每天150元: any whole number of days makes it right.
        base = scaled(product.count.quantity) * product.one * product.holders[0]
        times = stated / base
        if times >= 1 and abs(times - times.to_integral_value()) * base <= slack and times <= _MOST_TIMES:
            return None
    nearest = min(product.values, key=lambda item: abs(item - stated))
    return Mismatch(product.text, nearest.normalize(), stated.normalize(), _unit(total.quantity))


def _one_unit(one: Quantity, other: Quantity) -> bool:
    """Whether two counts have one unit, what is counted perhaps told with it (28个行政村 and 28个)."""
    return one.unit.startswith(other.unit) or other.unit.startswith(one.unit)


def _same(each: _Figure, total: _Figure) -> bool:
    one = _one(each)
    return one is not None and same_measure(one, total.quantity)


def _step(quantity: Quantity) -> Decimal:
    """Return what the last printed digit is worth, in the plain unit."""
    exponent = quantity.number.as_tuple().exponent
    one = Decimal(1).scaleb(min(exponent, 0)) if isinstance(exponent, int) else Decimal(1)
    return scaled(Quantity(relation="=", number=one, unit=quantity.unit)) if one < 1 else Decimal(0)


def _unit(quantity: Quantity) -> str:
    return "元" if in_yuan(Decimal(1), quantity.unit) is not None else quantity.unit.lstrip("万千百亿") or quantity.unit


def sums(text: str, splits: Lexicon) -> Iterator[Mismatch]:
    """Find parts that do not make the whole of their sentence.

    Parameters
    ----------
    splits
        Lines of words that split a whole between them (城镇 农村, 男 女).
    """
    for sentence, figures in _sentences(text):
        mismatch = _of_whole(sentence, figures, splits) or _added_up(figures) or _scored(sentence, figures)
        if mismatch is not None:
            yield mismatch


def _of_whole(sentence: str, figures: Sequence[_Figure], splits: Lexicon) -> Mismatch | None:
    """260户，其中城镇90户、农村150户: the names of the parts say that there are no others."""
    number = next((index for index, figure in enumerate(figures) if "其中" in figure.gap), 0)
    if not number or sentence.count("其中") > 1:
        return None
    whole, parts = figures[number - 1], []
    for figure in figures[number:]:
        if not figure.plain or not same_measure(figure.quantity, whole.quantity):
            break
        parts.append(figure)
    names = [figure.gap for figure in parts]
    splitting = _split_by(names, splits) or _numbered(names, figures[:number])
    if not whole.plain or len(parts) < 2:
        return None
    mismatch = _unless_equal(parts, whole)
    if mismatch is None or splitting:
        return mismatch
    listed = _named_alike(names, figures[: number - 1]) and not _MORE.search(sentence)
    return replace(mismatch, sure=False) if listed else None


#: Who shares a whole, by the last character of their names; and how they are counted together (3个乡镇).
_SHARERS = re.compile("[镇乡村市县区旗州]|街道|社区|学校|小学|中学|医院|公司|林场|农场|站|所|院|馆")
_PLACES = re.compile(f"(?:{_SHARERS.pattern}|[库厂区园场段片点线湖河沟渠])$")
_MORE = re.compile("等|其他|其余|剩余|以及")


def _named_alike(names: Sequence[str], before: Sequence[_Figure]) -> bool:
    """Whether three or more of one kind (东河粮库、南坪粮库…) are named and nothing says how many there are."""
    ends = {name.strip()[-2:] for name in names}
    alike = len(names) >= _FEW_PARTS and len(ends) == 1 and _PLACES.search(min(ends)) is not None
    return alike and not any(figure.kind == "count" for figure in before)


def _numbered(names: Sequence[str], before: Sequence[_Figure]) -> bool:
    """Whether as many are named as the sentence says share the whole: 3个乡镇…其中甲镇…、乙镇…、丙乡…."""
    last = [found[-1] if (found := _SHARERS.findall(name)) and name.endswith(found[-1]) else "" for name in names]
    alike = all(last) or len({name[-1:] for name in names}) == 1
    if not alike or any(_MORE.search(name) for name in names):
        return False
    return any(
        figure.plain and figure.quantity.number == len(names) and figure.kind == "count" and figure.quantity.unit
        for figure in before[:-1]
    )


def _split_by(names: Sequence[str], splits: Lexicon) -> bool:
    """Whether each name holds another word of one line, all of whose words are taken up."""
    for line in splits.words:
        sides = [side.split("|") for side in line.split()]
        held = [[any(word in name for word in side) for side in sides] for name in names]
        if len(names) == len(sides) and all(sum(row) == 1 for row in held) and all(map(any, zip(*held))):
            return True
    return False


def _added_up(figures: Sequence[_Figure]) -> Mismatch | None:
    """甲90户、乙150户，共260户: what stands right before a total of its kind, and nothing else of the kind."""
    for number, total in enumerate(figures):
        if number < 2 or not total.exact or not _ALL.search(total.clause) or total.kind == "money":
            continue
        like = [figure for figure in figures[:number] if same_measure(figure.quantity, total.quantity)]
        parts = list(figures[number - len(like) : number])
        if len(like) < 2 or like != parts or not all(figure.plain for figure in parts):
            continue
        if any(_BESIDE.search(figure.gap) for figure in (*parts[1:], total)) or _ALL.search(parts[0].clause):
            continue
        return _unless_equal(parts, total)
    return None


#: Not the points of a part: bars of a scale, points taken off, parts of parts.
_NOT_POINTS = re.compile("[（(]|优|良|合格|等级|档次|[一二三四]档|低于|高于|扣|加分|每|其中.*其中|得分|上年|平均")


def _scored(sentence: str, figures: Sequence[_Figure]) -> Mismatch | None:
    """产出50分、效益30分、满意度20分，合计100分, or the whole first: points of parts are all there are."""
    points = [figure for figure in figures if figure.quantity.unit == "分"]
    if len(points) <= _FEW_PARTS or _NOT_POINTS.search(sentence) or not all(figure.plain for figure in points):
        return None
    first, last = points[0], points[-1]
    if _ALL.search(last.clause):
        whole, parts = last, points[:-1]
    elif re.search("其中|包括|[:：]|分为|分别", points[1].gap):
        whole, parts = first, points[1:]
    else:
        return None
    computed, stated = sum((figure.quantity.number for figure in parts), Decimal(0)), whole.quantity.number
    if computed == stated or abs(computed - stated) > stated * _FAR:
        return None
    return Mismatch("+".join(figure.printed for figure in parts), computed, stated, "分")


#: Points beside the whole from which they are all of them.
_FEW_PARTS = 3


_STAGE = re.compile(
    r"(?:[0-9]{1,2}月份?(?:[底初末]|[上中下]旬)?(?:[至到~\-—－、][0-9]{1,2}月份?(?:[底初末]|[上中下]旬)?)?|[上下]半年|第?[一二三四1-4]季度)"
)
#: What says that stages are not all there is, or that a figure is not that of its stage alone.
_NOT_ALL = re.compile("每|各|其余|剩余|余下|全年|其中|累计|前|约|左右|至少|不少于|以上|陆续|共")
_FEWEST_STAGES = 2


def staged(text: str, wholes: Sequence[Quantity]) -> Iterator[Mismatch]:
    """Find stages of a plan that do not make the whole of what they do: 3月至6月32场，9月至11月38场 of 60场.

    Parameters
    ----------
    wholes
        What is to be done in all, one a unit.
    """
    clauses = [clause.strip() for clause in _CLAUSES_OF_PLAN.split(text)]
    for whole in wholes:
        told = [(clause, figure) for clause in clauses for figure in _of_unit(clause, whole)]
        stages = [(figure, match) for clause, figure in told if (match := _STAGE.match(clause))]
        if len(stages) < max(_FEWEST_STAGES, len(told)) or any(_NOT_ALL.search(clause) for clause, _ in told):
            continue
        # Each stage does the same: what is said between when and how much is said alike.
        words = {figure.gap.rsplit(match.group(), 1)[-1].strip() for figure, match in stages}
        parts = [figure.quantity for figure, _ in stages]
        computed, stated = sum(map(scaled, parts), Decimal(0)), scaled(whole)
        reached = computed == stated or (whole.relation in "≥>" and computed > stated)
        if len(words) == 1 and not reached and abs(computed - stated) <= stated / 2:
            expression = "+".join(figure.printed for figure, _ in stages)
            yield Mismatch(expression, computed.normalize(), stated.normalize(), _unit(whole))


_CLAUSES_OF_PLAN = re.compile("[，,。；;]")


def _of_unit(clause: str, whole: Quantity) -> list[_Figure]:
    """Return the figures of a clause in the unit of a whole, each with all that stands before it."""
    return [
        _Figure(quantity, clause[:start], clause[start:end].strip())
        for quantity, start, end in find_quantities(clause)
        if quantity.unit == whole.unit and quantity.relation == "=" and quantity.upper is None
    ]


def _unless_equal(parts: Sequence[_Figure], whole: _Figure) -> Mismatch | None:
    amounts, stated = [scaled(figure.quantity) for figure in parts], scaled(whole.quantity)
    if len(parts) > _MOST_PARTS or any(
        sum(chosen) == stated for size in range(1, len(amounts) + 1) for chosen in combinations(amounts, size)
    ):
        return None
    computed = sum(amounts, Decimal(0))
    if abs(computed - stated) > stated * _FAR:
        return None
    expression = "+".join(figure.printed for figure in parts)
    return Mismatch(expression, computed.normalize(), stated.normalize(), _unit(whole.quantity))
