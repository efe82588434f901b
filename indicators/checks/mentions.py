"""Where the texts of a form count something, and which indicator counts the same thing.

A sentence and an indicator speak of one thing when the name of the indicator stands right before or behind the number
(``临时人员 2人`` and ``临时人员数量``) and no word tells one group from another (新招, 其中, 女).
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from itertools import islice

from indicators.quantities import amount_in_yuan, canonical_unit, find_dates, find_quantities, unit_kind
from indicators.records import Field, Form, Indicator, Quantity
from indicators.units import MULTIPLIERS

from .base import Lexicon, plain

__all__ = [
    "COUNTED_KINDS",
    "TEXTS",
    "Counted",
    "Mention",
    "Words",
    "counted",
    "is_some_of",
    "mentions",
    "phrase",
    "same_measure",
    "scaled",
    "sums",
]

#: Texts of a form that may count what its indicators count.
TEXTS = ("overview", "basis", "necessity", "measures", "plan", "goal.lifetime", "goal.annual")
COUNTED_KINDS = frozenset({"person", "count", "area", "length", "volume", "mass", "ratio", "money"})
_CLAUSE_END = re.compile(r"[，,。；;：:、！!？?（）()\[\]【】〔〕《》“”\"\n]|其中")
_SENTENCE_END = re.compile(r"[。；;\n]")
_PREFIX_BEFORE = re.compile(
    r"(?:局|所|站|点|处|室|科|股|组|办|厅|馆|园|库|厂|基地|本次|本年|今年|当年|全年|年度|校|院|县|市|区|镇|乡|村|中心|单位|部门|公司|支队|大队|中队|机关|为|对|给|向|共|等|将|的|了|"
    r"年|内|底|前|组织|开展|保障|完成|实施|计划|预计|拟|安排|发放|培训|救助|资助|慰问|检查|服务|建设|购买|配备|支付|选派|选聘|聘请|聘用|派出|派驻|抽调|核定|组建|发展|奖励|补助|接收|收治|安置|扶持|帮扶|供养|表彰|管护|使用|设置|安装|采购|购置|更换|栽植|印制|印发|举办)$"
)
#: What may follow a counted noun without making it another one (学生 | 家长).
#: What an indicator does to the thing it counts; a sentence often says it behind the number (60家企业开展检查).
_ACTION = re.compile(
    r"(?:新建|改建|扩建|建设|建成|改造|维修|修缮|修复|购置|采购|购买|更换|安装|配备|新增|检查|抽检|抽查|检测|监测|巡查|培训|资助|救助|"
    r"补助|慰问|走访|扶持|发放|印制|举办|组织|开展|完成|编制|修订|审核|审查|评估|参加|接受|享受|服务|保障|管护|维护|栽植|治理|整治|"
    r"调查|普查|登记|接种|筛查|随访|招聘|聘用|选派|表彰|奖励|展出|搬迁|放流|投放)"
)
_ADVERBIAL = re.compile(
    "(?:利用|依托|通过|采取|采用|按照?|根据|结合|围绕|借助|依据|在|于|由|以|会同|联合|沿)(?!.*(?:已|曾|每|各|其中|累计|原有|现有|计划外)$).{2,}"
)
_HOW = re.compile(r"(?:进行|开展|实施|组织|全面|专项|飞行|现场|集中|统一|定期|入户|日常|联合|随机)*")
_NOUN_END = re.compile(r"(?:$|[，,。；;：:、！!？?（）()《》“”的进行实开完参接受得享等和与及以在能按])")


@dataclass(frozen=True, slots=True)
class Words:
    """The word lists this module needs: what tells groups apart, what stands between a noun and its number."""

    qualifiers: Lexicon
    fillers: Lexicon


@dataclass(frozen=True, slots=True)
class Mention:
    """A number with a unit in a text of the form.

    Parameters
    ----------
    field
        The text.
    quantity
        The number.
    printed
        As printed, with its unit.
    left, right
        The clause before and behind it.
    before
        The sentence up to the number.
    years
        Years named in its sentence.
    """

    field: Field
    quantity: Quantity
    printed: str
    left: str
    right: str
    before: str
    years: frozenset[int]

    @property
    def kind(self) -> str:
        """What its unit measures."""
        return unit_kind(self.quantity.unit)


@dataclass(frozen=True, slots=True)
class Counted:
    """An indicator and the places of the texts that count the same thing."""

    indicator: Indicator
    places: tuple[Mention, ...]


def mentions(form: Form) -> tuple[Mention, ...]:
    """Return every number with a unit in the texts of a form, in order."""
    found = (
        mention
        for path in TEXTS
        if (field := form.field(path)) is not None and field.text
        for mention in _in_field(field)
    )
    return tuple(islice(found, _MOST_MENTIONS))


#: Characters looked at around a number, and of what an indicator counts: a text without a stop has no longer clauses.
_LONGEST_CLAUSE = 400
_LONGEST_THING = 80
#: Numbers with units of one form that are compared, and indicators; full forms have some sixty of each.
_MOST_MENTIONS = 400


def _in_field(field: Field) -> list[Mention]:
    text = field.text
    found = find_quantities(text)
    if not found:
        return []
    clauses = [match.span() for match in _CLAUSE_END.finditer(text)]
    sentences = [match.span() for match in _SENTENCE_END.finditer(text)]
    dates = [(start, end, span) for span, start, end in find_dates(text)]
    result = []
    previous = 0
    for quantity, start, end in found:
        begin, _ = _around(clauses, start, start, len(text))
        _, stop = _around(clauses, end, end, len(text))
        sentence, last = _around(sentences, start, end, len(text))
        named = dates[
            bisect_left(dates, sentence, key=lambda date: date[0]) : bisect_right(dates, last, key=lambda date: date[1])
        ]
        years = frozenset(day.year for _, _, span in named for day in (span.start, span.end) if day is not None)
        left, right = text[max(previous, begin) : start], text[end : min(stop, end + _LONGEST_CLAUSE)]
        before = text[max(sentence, start - _LONGEST_CLAUSE) : start]
        result.append(Mention(field, quantity, text[start:end].strip(), left[-_LONGEST_CLAUSE:], right, before, years))
        previous = end
    return result


def _around(marks: list[tuple[int, int]], start: int, end: int, length: int) -> tuple[int, int]:
    """Return the end of the last mark up to ``start`` and the beginning of the first one from ``end`` on."""
    before = bisect_right(marks, start, key=lambda mark: mark[1]) - 1
    after = bisect_left(marks, end, key=lambda mark: mark[0])
    return marks[before][1] if before >= 0 else 0, marks[after][0] if after < len(marks) else length


def scaled(quantity: Quantity) -> Decimal:
    """Return the number in its plain unit: money in 元, 万人 in 人."""
    money = amount_in_yuan(quantity)
    if money is not None:
        return money
    unit = canonical_unit(quantity.unit)
    for word, factor in MULTIPLIERS.items():
        if unit.startswith(word) and unit_kind(unit[len(word) :]) == unit_kind(unit) and len(unit) > len(word):
            return quantity.number * factor
    return quantity.number


_MULTIPLIED = re.compile(rf"^(?:{'|'.join(MULTIPLIERS)})(?=.)")


def same_measure(one: Quantity, other: Quantity) -> bool:
    """Whether two numbers can be compared: both heads, both money, both the same unit, or 个 for any counter."""
    kinds = unit_kind(one.unit), unit_kind(other.unit)
    if kinds[0] != kinds[1] or kinds[0] not in COUNTED_KINDS:
        return False
    if "/" in one.unit or "/" in other.unit or "人次" in (one.unit, other.unit):
        return one.unit == other.unit
    if kinds[0] in {"person", "money"}:
        return True
    units = [_MULTIPLIED.sub("", canonical_unit(item.unit)) for item in (one, other)]
    return units[0] == units[1] or (kinds[0] == "count" and "个" in units)


#: More parts than this are not told one after another.
_MOST_PARTS = 8


def sums(parts: Sequence[Quantity], like: Quantity, *, among: bool = False) -> set[Decimal]:
    """Return what neighbouring numbers add up to: 增雨40次、防雹25次 are 65次.

    Parameters
    ----------
    parts
        In the order in which they are told; only those of the measure of ``like`` are added.
    like
        What they are to measure.
    among
        Only where ``like`` itself is one of them.
    """
    alike = [part for part in parts if same_measure(part, like)]
    found = set()
    for first in range(len(alike)):
        for end in range(first + 2, min(len(alike), first + _MOST_PARTS) + 1):
            run = alike[first:end]
            if not among or any(part is like for part in run):
                found.add(sum(map(scaled, run), Decimal(0)))
    return found


def counted(form: Form, words: Words) -> tuple[Counted, ...]:
    """Return each indicator with a number and the places that count the same thing, where there are any."""
    found = mentions(form)
    items = [item for item in form.indicators if item.quantity is not None and item.name][:_MOST_MENTIONS]
    cores = [(item, core) for item in items if 2 <= len(core := _core(item.name, words)) <= _LONGEST_THING]
    # Which indicators stand beside a number is asked for each other indicator, and worked out once.
    beside: dict[int, list[Indicator]] = {}

    def rivals(mention: Mention) -> list[Indicator]:
        if id(mention) not in beside:
            left, right = phrase(mention.left, words.fillers), plain(mention.right)
            beside[id(mention)] = [
                item
                for item, core in cores
                # 隐患点数量 in 处 is no rival for 156名 of 隐患点的156名群测群防员.
                if item.quantity is not None
                and same_measure(item.quantity, mention.quantity)
                and _beside(left, right, mention.right, core, [])
            ]
        return beside[id(mention)]

    result = []
    for item, core in cores:
        quantity = item.quantity
        if quantity is None or quantity.upper is not None:
            continue
        others = [other for one, other in cores if one.horizon == item.horizon and one is not item]
        places = tuple(
            mention
            for mention in found
            if same_measure(quantity, mention.quantity)
            and mention.quantity.upper is None
            and _speaks_of(mention, core, others, item, words, found, rivals)
        )
        if places:
            result.append(Counted(item, places))
    return tuple(result)


_YEAR_BEHIND = re.compile("(?<=.)(?:19|20)[0-9]{2}年[度末底]?$")


@lru_cache(maxsize=16384)
def phrase(text: str, fillers: Lexicon) -> str:
    """Take the fillers off the end of a phrase: 培训教师人数达到 and 培训教师2024年为 give 培训教师."""
    bare = plain(text)
    while bare:
        bare = _YEAR_BEHIND.sub("", bare)
        word = next((word for word in fillers.words if bare.endswith(word)), "")
        if not word:
            return bare
        bare = bare[: -len(word)]
    return bare


#: A remark ends soon: without a bound each bracket of a name full of open ones is followed to its end.
_REMARK = re.compile(r"[（(][^)）\n]{0,200}[)）]")


def _core(name: str, words: Words) -> str:
    """Return what an indicator counts: ``3临时人员数量`` gives 临时人员."""
    return re.sub(r"^(?:[0-9]+|其中)", "", phrase(_REMARK.sub("", name), words.fillers))


def is_some_of(item: Indicator, thing: str, words: Words) -> bool:
    """Whether an indicator counts some of a thing: 轮训村党组织书记人数, 骨干教师人数 of 教师.

    What stands before a noun says which of them, or what is done to them.
    """
    unit = item.quantity.unit if item.quantity is not None else ""
    core = _core(item.name.removesuffix(f"{unit}数"), words)
    before = core[: -len(thing)]
    return core.endswith(thing) and len(before) <= _WHICH and not _OTHERS.search(before)


#: Characters before a noun that still speak of it, and what brings in others than those there are.
_WHICH = 6
_OTHERS = re.compile("[和及与、等新增招聘购建]|其他|其它|外|引进")


def _speaks_of(
    mention: Mention,
    core: str,
    others: list[str],
    item: Indicator,
    words: Words,
    found: tuple[Mention, ...],
    rivals: Callable[[Mention], list[Indicator]],
) -> bool:
    """Whether a number of a text counts what an indicator counts: its name stands beside it, and no other group."""
    if not _same_horizon(mention.field.path, item.horizon):
        return False
    left, right = phrase(mention.left, words.fillers), plain(mention.right)
    if not _beside(left, right, mention.right, core, others):
        if any(other is not item and other.horizon == item.horizon for other in rivals(mention)):
            return False
        if _reached(right, mention, core, item, found):
            return True
        if (
            not _acted_on(left, right, mention.before, core)
            and not _spun_out(left, core, mention, item, found)
            and not _done_for(left, right, mention, core)
        ):
            return False
    # 对全县60家机构开展检查: all that is acted on, not the stock of the county.
    around = re.sub("[对为给向]全[国省市县区镇乡]", "", left) + right[: len(core)]
    return set(words.qualifiers.found(around)) <= set(words.qualifiers.found(plain(item.name)))


def _beside(left: str, right: str, printed: str, core: str, others: list[str]) -> bool:
    """Whether a name stands before a number, behind it, or around it (培训 150名 教师)."""
    if left.endswith(core):
        before = left[: -len(core)]
        # 利用公园和操场新建避难场所5处: how and where it is done stands before what is done.
        doing = _ACTION.match(core) is not None and _ADVERBIAL.match(before) is not None
        return not before or doing or _PREFIX_BEFORE.search(before) is not None
    # The clause names the end of what the indicator names in full: 一次验收合格率 and 工程一次验收合格率.
    if len(left) >= 4 and core.endswith(left):
        return not any(other.endswith(left) for other in others)
    for cut in range(len(core) - 1):
        if right.startswith(core[cut:]) and left.endswith(core[:cut]):
            if not _NOUN_END.match(printed.lstrip()[len(core) - cut :]):
                return False
            before = left[: len(left) - cut]
            return cut > 0 or not before or _PREFIX_BEFORE.search(before) is not None
    return False


def _acted_on(left: str, right: str, before: str, core: str) -> bool:
    """Whether a name that begins with what is done is spread over the clause.

    ``检查医药机构`` in 对60家医药机构开展检查, ``参加体检教职工`` in 教职工620人参加健康体检, ``修复陶瓷器`` in
    修复青铜器15件、陶瓷器25件.
    """
    match = _ACTION.match(core)
    if match is None or len(core) - match.end() < 2:
        return False
    action, thing = match.group(), core[match.end() :]
    if left == thing and action in before and len(thing) > 2:
        return True
    if right.startswith(thing) and len(thing) > 2 and (not left or _PREFIX_BEFORE.search(left)):
        return re.match(_HOW.pattern + action, right[len(thing) :]) is not None
    if _done_to_each(left, right, action, thing):
        return True
    for cut in range(match.end(), len(core) - 1):
        doing, noun = core[:cut], core[cut:]
        ahead = left[: -len(noun)]
        if left.endswith(noun) and (not ahead or _PREFIX_BEFORE.search(ahead)) and right.startswith(action):
            rest = iter(right[: cut + 2])
            return all(character in rest for character in doing)
    return False


def _done_to_each(left: str, right: str, action: str, thing: str) -> bool:
    """Whether each of a number of things is done something to: 检查企业 in 对200家工贸和危险化学品企业每家检查2次.

    What says which of them there are stands between; a part of them has its own (其中, 重点).
    """
    behind = re.match(
        f"(?P<which>[\u4e00-\u9fff]{{0,12}}?){thing}(?:每[\u4e00-\u9fff]|逐[\u4e00-\u9fff])(?:{_HOW.pattern}){action}",
        right,
    )
    return (
        len(thing) >= _VERB
        and behind is not None
        and _TO.search(left) is not None
        and not _SOME.search(behind["which"])
    )


_TO, _SOME = re.compile("[对为给向]$"), re.compile("重点|高风险|部分|其中|新增|规模")


#: Characters of who they are, between their number and what is done for them.
_WHO = range(2, 11)


def _done_for(left: str, right: str, mention: Mention, core: str) -> bool:
    """Whether people are told by number and name, and then what the indicator counts them by.

    ``发放补助`` (人数) in 为156名群测群防员发放补助.
    """
    match = _ACTION.match(core)
    if mention.kind != "person":
        return False
    if match is None or len(core) - match.end() < 2:
        return (_opens(left) or _opens(plain(mention.left))) and _done_and_named(right, core)
    at = right.find(core)
    return at in _WHO and not any(character.isdigit() for character in right[:at]) and _opens(left)


#: What says that work is done for, in or at those an indicator counts, and not what is done.
_REACHING = re.compile("(?:覆盖|涉及|惠及|服务|受益)(?=[\u4e00-\u9fff]{2})")
_FOR = re.compile("(?:[为在给向]|(?:覆盖|涉及|惠及))$")


def _reached(right: str, mention: Mention, core: str, item: Indicator, found: tuple[Mention, ...]) -> bool:
    """Whether a clause is about work for those an indicator counts: 覆盖学校数 in 为28所学校更新净化器.

    A text that also knows the number of the indicator speaks of some of them.
    """
    match = _REACHING.match(core)
    if match is None or mention.kind != "count" or item.quantity is None or _FOR.search(plain(mention.left)) is None:
        return False
    told = (other for other in found if other.field is mention.field and same_measure(other.quantity, mention.quantity))
    known = any(scaled(other.quantity) == scaled(item.quantity) for other in told if other is not mention)
    return not known and right.startswith(core[match.end() :]) and item.quantity.relation == "="


def _done_and_named(right: str, core: str) -> bool:
    """Whether the work an indicator ends with is said of who was counted, and then what it is done to.

    ``宫颈癌筛查`` (人数) in 为8000名农村妇女筛查宫颈癌和乳腺癌.
    """
    doing, thing = core[-_VERB:], core[:-_VERB]
    at = right.find(doing)
    behind = right[at + _VERB :]
    named = thing and thing in behind and _LISTED.fullmatch(behind[: behind.find(thing)])
    return _ACTION.fullmatch(doing) is not None and at in _WHO and bool(named) and not re.search("[0-9]", right[:at])


#: Characters of a verb of work, and what may stand between it and one of the things it is done to.
_VERB = 2
_LISTED = re.compile("(?:[\u4e00-\u9fff]{2,8}[和与及、])?")


def _opens(left: str) -> bool:
    return not left or _PREFIX_BEFORE.search(left) is not None


def _spun_out(left: str, core: str, mention: Mention, item: Indicator, found: tuple[Mention, ...]) -> bool:
    """Whether a clause says the name with words in between: ``聘用人员`` in 聘用辅助性岗位人员10人.

    Such a clause may also name a part of the whole; so it counts only where its text knows no other number of the
    kind, and the two numbers are about the same.
    """
    if item.quantity is None or len(core) < 4 or _ACTION.match(core) is None:
        return False
    for cut in range(2, len(core) - 1):
        if not left.endswith(core[cut:]):
            continue
        at = left.rfind(core[:cut], 0, len(left) - len(core) + cut)
        between = left[at + cut : len(left) - len(core) + cut]
        if at < 0 or not 0 < len(between) <= 6 or (at and not _PREFIX_BEFORE.search(left[:at])):
            continue
        alone = not any(
            other is not mention and other.field is mention.field and same_measure(other.quantity, mention.quantity)
            for other in found
        )
        one, other = scaled(item.quantity), scaled(mention.quantity)
        return alone and bool(one) and bool(other) and max(one, other) <= 2 * min(one, other)
    return False


def _same_horizon(path: str, horizon: str) -> bool:
    return path not in ("goal.lifetime", "goal.annual") or path.endswith(horizon)
