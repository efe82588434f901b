"""Do name and value say anything that can be checked (family V, wording: V101-V106, V115, V117, V118, V120, V121)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from indicators.quantities import amount_in_yuan, canonical_unit, find_quantities, unit_kind
from indicators.records import Indicator, Quantity

from .base import Context, Hit, Lexicon, NotApplicable, check, plain
from .heads import head_of
from .units import head
from .value_words import asks_yes_no, core, has_number, legible, pieces, stated, unused

__all__ = [
    "lexicon",
    "name_asks_yes_no",
    "name_free_of_figures",
    "name_is_not_category",
    "specific_enough",
    "value_disclosed",
    "value_legible",
    "value_not_name",
    "value_not_wish",
]


_MEETING = ("符合", "满足", "达到", "达标")
_STANDARD = re.compile("《|国家|标准|规范(?!性)|文件|设计|规定|号文|[A-Z]{2}")


#: What has grades laid down, and their names: 空气质量 优良 is a level of a national standard, not an adjective.
_GRADED = re.compile("空气质量|水质|路况|信用|评级|(?:考核|评价|测评|评定)(?:结果|等[级次])|质量等级")
_GRADES = ("优", "良", "优良", "优秀", "良好", "合格", "达标")


#: 符合或基本符合, 基本合格: the grades of a finding, one beside the other or under a name that asks for it.
_GRADE_AND_LOWER = re.compile("(?P<grade>[\u4e00-\u9fff]{2,4})(?:[、/及和]|或者?)基本(?P=grade)")
_LOWER_GRADE = re.compile("基本(?:符合|合格|达标|称职|通过|满足|一致)(?:及以上|以上)?")


def _on_a_scale(item: Indicator) -> bool:
    """Whether a value names grades that somebody gives (评估结论 = 符合或基本符合)."""
    value = core(item.value)
    if _GRADE_AND_LOWER.fullmatch(value):
        return True
    return head(item.name).endswith("结论") and _LOWER_GRADE.fullmatch(value) is not None


@check(scope="indicator")
def lexicon(
    indicator: Indicator,
    *,
    words: Lexicon,
    beside: tuple[Lexicon, ...],
    unless: Lexicon,
    events: Lexicon | None = None,
    event_words: tuple[str, ...] = (),
    answers: bool = False,
) -> Iterator[Hit]:
    """Look for values made of empty words only, at least one of them of a given list.

    Parameters
    ----------
    words
        The list: directions, 及时 and kin, adjectives …
    beside
        Further words that add nothing, which may stand beside them.
    unless
        Words that make a value checkable after all (a named standard, acceptance, a graded scale).
    events, event_words
        Where name or value holds one of ``events``, one of ``event_words`` states a fact (合格).
    answers
        Whether values answering a 是否 are judged too.

    Yields
    ------
    Hit
        At the indicator, with ``word``; variant ``meets`` where the name says what is to be met (方案符合度 = 符合).
    """
    if not indicator.value:
        raise NotApplicable
    if stated(indicator) or unless.find(core(indicator.value)) or unless.find(indicator.value):
        return
    if asks_yes_no(indicator.name) and not answers:
        return
    found = pieces(indicator, (words, *beside))
    word = next((piece for piece in found or () if piece in words), "")
    if not word:
        return
    if events is not None and word in event_words and events.find(indicator.name + indicator.value):
        return
    if word.startswith(_MEETING) and _STANDARD.search(indicator.name):
        return
    if (word in _GRADES and _GRADED.search(indicator.name)) or _on_a_scale(indicator):
        return
    # 方案符合度 = 符合 says at least what is to be met.
    meets = word.startswith(_MEETING) and any(found in indicator.name for found in _MEETING)
    yield Hit(indicator, {"word": word}, variant="meets" if meets else "")


#: Sentences this long are no more made of single words: 通过本项目实施,有效提高全民健康水平.
_SENTENCE = 8
_WISH_END = re.compile(
    "(?:水平|能力|质量|效率|效益|发展|环境|条件|意识|素质|作用|工作|秩序|稳定|保障|建设|形象|需求|成本|管理)$"
)
_WISHED = re.compile(
    "^(?:通过.{2,12}?)?(?:(?:为|使).{2,16}?)?(?:进一步|有效|不断|持续|逐步|切实|全面|大力|积极|稳步|明显|显著|更好地?)*"
    "(?:提高|提升|增强|改善|促进|推动|推进|保障|确保|加强|维护|优化|完善|落实|做好|强化|带动|助力|改进|控制)"
)


@check(scope="indicator")
def value_not_wish(indicator: Indicator, *, directions: Lexicon, unless: Lexicon) -> Iterator[Hit]:
    """Look for values that are a sentence of wishing (促进健康水平不断提高) without a figure, a date or a standard.

    Parameters
    ----------
    directions
        Words of direction: a sentence that ends with one, or begins with one and ends on what can always be bettered.
    unless
        Words that make a value checkable after all.

    Yields
    ------
    Hit
        At the indicator.
    """
    value = plain(indicator.value)
    if len(value) < _SENTENCE or not legible(indicator.value):
        raise NotApplicable
    if stated(indicator) or unless.find(indicator.value) or asks_yes_no(indicator.name):
        return
    ends = next((word for word in directions.words if value.endswith(word)), "")
    begins = _WISHED.search(value)
    if (begins and (ends or _WISH_END.search(value))) or (
        ends and len(ends) > 1 and directions.find(value[: -len(ends)])
    ):
        yield Hit(indicator)


@check(scope="indicator")
def value_not_name(
    indicator: Indicator, *, hollow: tuple[Lexicon, ...], fillers: Lexicon, states: tuple[str, ...], unless: Lexicon
) -> Iterator[Hit]:
    """Look for values that only say the name again, or a piece of it.

    Parameters
    ----------
    hollow
        Words with a rule of their own: a value made of them is that rule's even where the name holds it.
    fillers
        Words that add nothing to the name.
    states
        Values that state a fact even where the name holds them (完成, 通过).
    unless
        Words that make a piece of the name an answer (按月, 公示).

    Yields
    ------
    Hit
        At the indicator, with ``repeated``.
    """
    name, value = core(indicator.name), core(indicator.value)
    if not name or not value or unused(indicator):
        raise NotApplicable
    if stated(indicator) or has_number(name) or asks_yes_no(name) or value in states:
        return
    if value == name:
        yield Hit(indicator, {"repeated": indicator.value})
        return
    found = pieces(indicator, (*hollow, fillers))
    if unless.find(value) or any(piece in words for words in hollow for piece in found or ()):
        return
    inside = len(value) > 1 and value in name
    longer = len(name) > 2 and name in value and found is not None
    shortened = len(value) > 3 and len(value) * 10 >= len(name) * 7 and _subsequence(value, name)
    # 根据资金使用规定进行 = 根据规定: nothing but pieces of the name.
    shortened = shortened or (len(value) > 3 and all(piece in name for piece in found or ("",)) and bool(found))
    if inside or longer or shortened:
        yield Hit(indicator, {"repeated": indicator.value})


def _subsequence(short: str, long: str) -> bool:
    rest = iter(long)
    return all(character in rest for character in short)


@check(scope="indicator")
def name_is_not_category(indicator: Indicator, *, names: Lexicon, rated: Lexicon, heads: Lexicon) -> Iterator[Hit]:
    """Look for names that are only the name of their category, or a change of nothing named (提升率).

    Parameters
    ----------
    names
        Names of categories.
    rated
        Those of satisfaction; with a figure beside them they are variant ``rated``.
    heads
        Kinds of names: a change and its measure need something before them that changes.

    Yields
    ------
    Hit
        At the indicator; variant ``change`` for a change of nothing named.
    """
    name = core(indicator.name)
    if not name or unused(indicator):
        raise NotApplicable
    if name in rated:
        yield Hit(indicator, variant="rated" if indicator.quantity is not None else "")
    elif name in names:
        yield Hit(indicator)
    elif _change_of_nothing(head(indicator.name), heads):
        yield Hit(indicator, variant="change")


#: How much or against when, which still names nothing: 同比增长率, 逐年提高幅度.
_HOW_MUCH = re.compile("(?:同比|环比|较?上年|较?去年|年度?|年均|逐年|平均|总体|整体|目标|预期|有效)*")


def _change_of_nothing(name: str, heads: Lexicon) -> bool:
    parsed = head_of(name, heads)
    return bool(parsed.measure and parsed.stem_kind in ("growth", "change") and _HOW_MUCH.fullmatch(parsed.modifier))


#: Characters of a word that may stand twice at the end; a search without bound takes the cube of a periodic text.
_LONGEST_WORD = 30
_DOUBLED_END = re.compile(rf"([\u4e00-\u9fff]{{2,{_LONGEST_WORD}}})\1$")
_TWICE = re.compile("(提高|提升|增加|增长|减少|降低|下降|达到|完成|不低于|不少于|不超过)\\1")
_SIGNS_ONLY = re.compile(r"^[≥≤><=]{2,}[%％]?$")


def _doubled(value: str) -> str:
    """Return what stands twice: the whole value, the words at its end, or a verb; ``""`` where nothing does."""
    half, odd = divmod(len(value), 2)
    if half >= 2 and not odd and value[:half] == value[half:]:
        return value[:half]
    found = _DOUBLED_END.search(value[-2 * _LONGEST_WORD :]) or _TWICE.search(value)
    return found[1] if found else ""


@check(scope="indicator")
def value_legible(indicator: Indicator) -> Iterator[Hit]:
    """Look for doubled words and remains of damaged recognition.

    Yields
    ------
    Hit
        At the indicator, with ``sign``: what gives it away.
    """
    value = core(indicator.value)
    if not value:
        raise NotApplicable
    doubled = _doubled(value)
    if doubled and not value.isascii():
        yield Hit(indicator, {"sign": f"“{doubled}”重复"})
    elif "是" not in value and any(character >= "\u4e00" or character in "□■" for character in indicator.value):
        if not legible(indicator.value):
            yield Hit(indicator, {"sign": "有残缺的字"})
    elif _SIGNS_ONLY.match(indicator.value.strip()):
        yield Hit(indicator, {"sign": "只有符号"})


_NOT_SECRET = re.compile("[无不非未](?:涉及|属于?)?(?:涉密|保密|秘密)$")


@check(scope="indicator")
def value_disclosed(indicator: Indicator, *, words: Lexicon, whole: tuple[str, ...]) -> Iterator[Hit]:
    """Look for names and values that withhold themselves.

    Parameters
    ----------
    words
        What is written instead of a figure: 涉密, 不宜公开.
    whole
        Those that must stand alone; behind other words they name a duty (严格保密).

    Yields
    ------
    Hit
        At the indicator, with ``word``.
    """
    name, value = core(indicator.name).rstrip("0123456789"), core(indicator.value)
    if not value and not name:
        raise NotApplicable
    if value in words or name in words:
        yield Hit(indicator, {"word": value if value in words else name})
    elif value and not stated(indicator) and not _NOT_SECRET.search(value):
        word = next((word for word in words.words if word not in whole and value.endswith(word)), "")
        if word:
            yield Hit(indicator, {"word": word})


@check(scope="indicator")
def name_asks_yes_no(indicator: Indicator) -> Iterator[Hit]:
    """Look for names that ask 是否 instead of naming what is measured.

    Yields
    ------
    Hit
        At the indicator.
    """
    if not indicator.name:
        raise NotApplicable
    if asks_yes_no(indicator.name) and "率" not in indicator.name[-1:]:
        yield Hit(indicator)


_NO_TARGET = re.compile(
    r"以上|以下|以内|以外|之内|岁|周岁|℃|[Vv]级|千伏|[Kk][Vv]|级|号|版|型|第|“|[Gg]$|小时|公里内|分钟|标清|高清|12345|110|119|120|122"
)
_COUNTED = ("person", "count", "area", "length", "money", "mass", "volume")


@check(scope="indicator")
def name_free_of_figures(indicator: Indicator, *, kinds: tuple[str, ...] = _COUNTED) -> Iterator[Hit]:
    """Look for names that hold the target figure.

    A figure is the target where the value says it again, or says no figure at all. Years, models, limits
    (65岁以上) and ordinals describe.

    Parameters
    ----------
    kinds
        Kinds of unit that make a figure a target.

    Yields
    ------
    Hit
        At the indicator, with ``figure``.
    """
    if not indicator.name or not indicator.value:
        raise NotApplicable
    value = indicator.quantity
    for quantity, start, end in find_quantities(indicator.name):
        text = indicator.name[start:end]
        around = indicator.name[max(0, start - 1) : end + 2]
        if unit_kind(quantity.unit) not in kinds or _NO_TARGET.search(around) or quantity.number < 2:
            continue
        if (value is None and not stated(indicator)) or (value is not None and _same(quantity, value)):
            yield Hit(indicator, {"figure": text})
            return


def _same(one: Quantity, other: Quantity) -> bool:
    if amount_in_yuan(one) is not None and amount_in_yuan(one) == amount_in_yuan(other):
        return True
    return one.number == other.number and canonical_unit(one.unit) == canonical_unit(other.unit)


#: An avoided loss or a led-on growth is no count, whatever it is of.
_LED_ON = re.compile(
    "避免|减少(?!.*(?:[热线水能]损|漏损|粮食|产后)).*损失|带动(?!.*(?:游客|客流|接待|就业|务工|人数))|拉动|撬动"
)


_NUMERALS = re.compile("[约近]?[一二两三四五六七八九十百千万]+[\u4e00-\u9fff]{1,2}")
_PEOPLE = re.compile("[人员者户民生工师童妇兵客众]|劳动力|群众|家庭|干部|学员|伤残|优抚")


def _counts(indicator: Indicator) -> bool:
    """Whether a value plainly counts: 三类 among the quantities, 50人 of people. Then no model is needed."""
    if indicator.level2 == "数量指标" and indicator.quantity is None:
        return _NUMERALS.fullmatch(core(indicator.value)) is not None and has_number(indicator.value)
    quantity = indicator.quantity
    return quantity is not None and quantity.unit in ("人", "人次", "名", "户") and bool(_PEOPLE.search(indicator.name))


#: A graded scale, as the rules on wording advise.
_SCALE = re.compile("优.{0,30}良.{0,30}[中差]|好.{0,12}一般.{0,12}差|[一二三]档|优[/、]良")
#: What an acceptance, an inspection or an examination certifies.
_GRADE = re.compile("(?:一次)?(?:验收|检验|检测|评定|考核)?(?:合格|优良)")
_PHYSICAL = ("mass", "volume", "length", "area", "energy", "temperature", "rate-per-time", "other")


def _measured(indicator: Indicator, heads: Lexicon) -> bool:
    """Whether the value is a physical quantity, or a rate of things somebody counts."""
    quantity = indicator.quantity
    if quantity is None or not quantity.unit:
        return False
    if unit_kind(quantity.unit) == "money":
        # Losses averted, investment drawn in: an amount is read off somebody's accounts.
        return True
    if unit_kind(quantity.unit) != "ratio":
        return unit_kind(quantity.unit) in _PHYSICAL and quantity.unit[-1] not in "分级"
    if core(indicator.name).endswith("率"):
        # A rate without anything to count is V119's, which names what cannot be counted.
        return True
    parsed = head_of(head(indicator.name), heads)
    if parsed.stem_kind in ("growth", "change") and not parsed.measure:
        # 旅游综合收入增长 of 8%: by how much what somebody counts has grown; 影响力提升 is counted by nobody.
        return _COUNTED_UP.search(parsed.modifier) is not None
    return parsed.measure_kind == "rate" and parsed.stem_kind in ("harm", "slip", "good", "remedy")


#: Ends of what is counted in heads, pieces or money.
_COUNTED_UP = re.compile("(?:收入|产值|利润|税收|[额数]|(?<!质)量|人次|成本|造价|单产|面积|里程)$")
#: At once, or for ever: no other time is meant (即时办结, 永久保存).
_OUTRIGHT = re.compile("(?:即时|当场|立等|永久|终身)[\u4e00-\u9fff]{0,4}")


def _pieces_of_a_thing(indicator: Indicator, abstractions: Lexicon) -> bool:
    """Whether a value counts pieces, and the name is of nothing that has none (幸福感)."""
    unit = indicator.quantity.unit if indicator.quantity is not None else ""
    return unit_kind(unit) == "count" and bool(unit) and not abstractions.find(indicator.name)


@check(scope="indicator")
def specific_enough(
    indicator: Indicator,
    context: Context,
    *,
    at_least: int,
    countable: Lexicon,
    abstractions: Lexicon,
    heads: Lexicon,
    sure: float,
) -> Iterator[Hit]:
    """Look for indicators the classifier finds too vague.

    Parameters
    ----------
    at_least
        Level (0..3) that is specific enough.
    countable
        Words that give a figure something to count; then the model is not believed against them.
    abstractions
        Things nobody can count; of anything else so many pieces are counted (建立管护制度 = 1套).
    heads
        Kinds of names: rates of what is counted (违规率, 治愈率) are not the model's.
    sure
        Probability the levels below must have together where the value holds a figure: what a name that the
        model never saw can be counted by is often a statistic of its trade.

    Yields
    ------
    Hit
        At the indicator, with ``level``, ``meaning`` and ``reasons``; variant ``figure`` where the value is a figure.
    """
    judged = context.specificity(indicator)
    if judged is None or unused(indicator) or not indicator.value.strip():
        raise NotApplicable
    if judged.level < at_least:
        if _counts(indicator) or _measured(indicator, heads) or _SCALE.search(indicator.value):
            return
        if (
            _on_a_scale(indicator)
            or _pieces_of_a_thing(indicator, abstractions)
            or _OUTRIGHT.fullmatch(core(indicator.value))
        ):
            return
        if judged.doubtful and sum(judged.probabilities[:at_least]) < sure:
            # Shown as doubtful where levels are shown; nobody loses points by it.
            return
        if indicator.level2 == "质量指标" and _GRADE.fullmatch(core(indicator.value)):
            return
        if indicator.quantity is not None and indicator.quantity.unit:
            led_on = _LED_ON.search(indicator.name)
            if sum(judged.probabilities[:at_least]) < sure or (countable.find(indicator.name) and not led_on):
                return
        meaning = ("无效", "方向空泛", "定性可核", "量化可核")[judged.level]
        # A sign is no reason to a clerk: what is said must name a word of the indicator.
        reasons = tuple(reason for reason in judged.reasons if not reason.startswith("指标值带")) or judged.reasons
        # A figure on a thing the model holds for vague may be a statistic of the trade (平均防治效果 ≥85%).
        variant = "figure" if indicator.quantity is not None and indicator.quantity.unit else ""
        yield Hit(indicator, {"level": judged.level, "meaning": meaning, "reasons": reasons}, variant=variant)
