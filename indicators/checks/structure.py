"""Is everything there that a form must print (family S)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from indicators.records import Cell, Extraction, Field, Form, FundLine, Horizon, Indicator, Line
from indicators.text import squash
from indicators.vocabulary import LEVEL2_ORDER

from .base import Context, Hit, Lexicon, NotApplicable, check, plain
from .value_words import unused

__all__ = [
    "blocks_complete",
    "category_filled",
    "every_side_filled",
    "filled",
    "goal_filled",
    "indicators_present",
    "name_has_value",
    "output_filled",
    "project_named",
    "project_years",
    "signed_off",
    "text_substantial",
    "texts_filled",
    "value_has_name",
]

_SIDE = {"annual": "年度", "lifetime": "实施期"}


def filled(form: Form, horizon: str) -> dict[str, list[Indicator]]:
    """Return the indicators of a side that have a name and a value, by 二级指标."""
    groups: dict[str, list[Indicator]] = {}
    for item in form.side(horizon):
        if item.name and item.value and not unused(item):
            groups.setdefault(item.level2, []).append(item)
    return groups


def _valueless(form: Form, side: str, categories: tuple[str, ...]) -> bool:
    return any(item.level2 in categories and item.name and not item.value for item in form.side(side))


@check(scope="form")
def category_filled(
    form: Form,
    context: Context,
    *,
    categories: tuple[str, ...],
    every_side: bool = False,
    demanding: Lexicon | None = None,
    spared: Lexicon | None = None,
    whole: bool = False,
) -> Iterator[Hit]:
    """Ask for a filled indicator in one of some categories.

    Where rows are filled whose category is not printed, one of them may be what is missed: nothing is said.

    Parameters
    ----------
    categories
        Canonical 二级指标; one filled indicator in any of them is enough.
    every_side
        Whether each side needs one, or one side is enough.
    demanding
        Words of a project name that make the lack graver (variant ``demanding``).
    spared
        Words of a project name that excuse the lack.
    whole
        Whether to tell a form that may be cut off (variant ``cut``) from one that leaves the category out.

    Yields
    ------
    Hit
        At the empty slot if one is printed, else at the form; with ``missing`` (the category) and ``side``.
    """
    sides = [side for side in form.sides if filled(form, side)]
    if spared is not None and spared.find(plain(form.project_name)):
        raise NotApplicable
    if not sides:
        # A side without any indicator is another fault (S101, S118).
        raise NotApplicable
    if any("" in filled(form, side) for side in sides):
        raise NotApplicable
    lacking = [side for side in sides if not any(category in filled(form, side) for category in categories)]
    if not lacking or (not every_side and len(lacking) < len(sides)):
        return
    if all(_valueless(form, side, categories) for side in lacking):
        # S110 says at the row that its value is blank: one blank, one finding.
        return
    if not whole and _after_the_print(form, categories) and _may_be_cut(form, context):
        # The rule on benefits says that the end may be lost, and these stood there.
        return
    grave = demanding is not None and bool(demanding.find(plain(form.project_name)))
    slot = next((item for item in form.indicators if item.horizon in lacking and item.level2 in categories), None)
    yield Hit(
        slot or form,
        {"missing": categories[0], "side": "、".join("年度" if side == "annual" else "实施期" for side in lacking)},
        variant="demanding" if grave else "cut" if whole and _may_be_cut(form, context) else "",
        subject=f"indicators.{categories[0]}",
        form=form,
        key=categories[0],
    )


def _after_the_print(form: Form, categories: tuple[str, ...]) -> bool:
    """Whether categories would stand behind the last one that the form prints."""
    places = [LEVEL2_ORDER.index(item.level2) for item in form.indicators if item.level2 in LEVEL2_ORDER]
    return bool(places) and all(LEVEL2_ORDER.index(category) > max(places) for category in categories)


def _may_be_cut(form: Form, context: Context) -> bool:
    """Whether the last form of a document prints not even a slot behind its outputs: its end may be lost."""
    printed = {item.level2 for item in form.indicators}
    return context.extraction.forms[-1] is form and not any(
        "效益" in name or "满意" in name or "可持续" in name for name in printed
    )


@check(scope="form")
def indicators_present(form: Form) -> Iterator[Hit]:
    """Ask for at least one indicator with a name or a value.

    Where not even an empty slot is printed, the table may go on elsewhere: that form is cut off, not empty.

    Yields
    ------
    Hit
        At the form, with ``slots`` (empty slots printed).
    """
    if not form.indicators:
        raise NotApplicable
    if all(item.empty for item in form.indicators):
        yield Hit(form, {"slots": len(form.indicators)}, subject="indicators")


@check(scope="form")
def blocks_complete(form: Form) -> Iterator[Hit]:
    """Ask for the blocks every layout prints: funds, goals, indicators; and for the column of values.

    A list table prints no more than its columns, so that only a lost value column counts there. Money that the text
    above the form tells is not missing.

    Yields
    ------
    Hit
        At the form, with ``missing`` (names of the blocks).
    """
    missing = []
    if form.family <= 2:
        if not form.funds and not any(note.code == "amount-above" for note in form.notes):
            missing.append("项目资金")
        if not any(item.path.startswith("goal") for item in form.fields):
            missing.append("总体目标")
        if not form.indicators:
            missing.append("绩效指标")
    missing += [f"{_SIDE[side]}指标值" for side in form.sides if _values_lost(form, side)]
    if missing:
        yield Hit(form, {"missing": tuple(missing)}, subject="form", key="|".join(missing))


def _values_lost(form: Form, side: str) -> bool:
    """Whether a side prints names but not one value: the column was lost, not left blank."""
    named = [item for item in form.side(side) if item.name]
    return len(named) >= 3 and not any(item.value for item in named)


@check(scope="form")
def output_filled(form: Form) -> Iterator[Hit]:
    """Ask for a filled output indicator where there are filled indicators at all.

    Yields
    ------
    Hit
        At the form, with ``filled`` (how many indicators are filled).
    """
    groups = [filled(form, side) for side in form.sides]
    count = sum(len(items) for group in groups for items in group.values())
    if not count or any("" in group for group in groups):
        raise NotApplicable
    outputs = ("数量指标", "质量指标", "时效指标")
    if not any(category in group for group in groups for category in outputs):
        yield Hit(form, {"filled": count}, subject="indicators.产出指标", key="产出指标")


#: Seen where a page is taken as text: the column of values is parted from the names by one blank only.
_JOINED = re.compile(r"[。；;]\s+\S{2,}")


@check(scope="indicator")
def name_has_value(indicator: Indicator, form: Form) -> Iterator[Hit]:
    """Ask for the value of a named indicator.

    Yields
    ------
    Hit
        At the indicator; variant ``joined`` where the name goes on behind a full stop, so that the value may stand
        in the same cell.
    """
    if indicator.name and not indicator.value and not unused(indicator) and not _values_lost(form, indicator.horizon):
        yield Hit(indicator, {"name": indicator.name}, variant="joined" if _JOINED.search(indicator.name) else "")


@check(scope="indicator")
def value_has_name(indicator: Indicator, form: Form) -> Iterator[Hit]:
    """Ask for the name of an indicator that has a value.

    A value below another indicator of the same category may be the rest of a cell that was wrapped; only a
    value with a figure of its own is held to be an indicator then.

    Yields
    ------
    Hit
        At the indicator.
    """
    if indicator.name or not indicator.value or unused(indicator):
        return
    side = form.side(indicator.horizon)
    position = next((number for number, item in enumerate(side) if item is indicator), 0)
    above = side[position - 1] if position else None
    wrapped = above is not None and above.level2 == indicator.level2 and above.name
    if wrapped and indicator.quantity is None:
        return
    yield Hit(indicator, {"value": indicator.value})


# More than 99 years are no period of a project: 9999999年 would be counted out year by year.
_YEARS = re.compile(r"((?<![0-9])[0-9]{1,2}|[一二两三四五六七八九十])(?:年|个年度)")
_CHINESE = {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10}
_MONTHS = re.compile(r"(?<![0-9])([0-9]{1,3})个月")
# Day and month stand between; without a bound years and dashes by the thousand are tried each with each.
_SPAN = re.compile(r"(20\d\d)年?.{0,30}?[-—~至到].{0,30}?(20\d\d)")


def project_years(form: Form) -> int | None:
    """Return how many years the heading gives the project, ``None`` where it does not say.

    ``3年`` gives 3, ``18个月`` gives 2, ``2024年1月至2026年12月`` gives 3, ``一次性项目(1年结束)`` gives 1.
    """
    for path in ("project_period", "project_attribute"):
        text = squash(form.text(path))
        if span := _SPAN.search(text):
            return max(int(span.group(2)) - int(span.group(1)) + 1, 1)
        match = _YEARS.search(re.sub(r"20\d\d年", "", text))
        if match:
            figure = match.group(1)
            return int(figure) if figure.isdigit() else _CHINESE[figure]
        if months := _MONTHS.search(text):
            return max(-(-int(months.group(1)) // 12), 1)
    return 1 if "一次性" in form.text("project_attribute") else None


#: A goal cell that only points elsewhere or holds a sign.
_ELSEWHERE = re.compile(
    r"(?:(?:详)?见(?:附[件表]|方案|项目|申报|实施)\S{0,10}|同(?:实施期|总体|年度|上|左)(?:目标|绩效目标)?|略|无|暂无|没有|不涉及"
    r"|待定|待补充|null|NULL|N/A|[\W_]{1,8})[。.]?"
)


@check(scope="form")
def goal_filled(form: Form) -> Iterator[Hit]:
    """Ask for the annual goal, and for the goal of the whole period where the project runs for years.

    A single goal cell may be merged across both sides: then nothing is missing.

    Yields
    ------
    Hit
        At the blank goal, with ``side``; variant ``elsewhere`` where it only points somewhere, ``merged`` where one
        cell holds the goal of several years and none of this year is told apart.
    """
    printed = [item for item in form.fields if item.path.startswith("goal")]
    if not printed:
        raise NotApplicable
    annual, lifetime = form.field("goal.annual"), form.field("goal.lifetime")
    merged = any(note.code == "goal-one-cell" for note in form.notes)
    for goal, side in ((annual, "年度"), (lifetime, "实施期")):
        if goal is not None and goal.text and _ELSEWHERE.fullmatch(squash(goal.text)):
            yield Hit(goal, {"side": side, "said": goal.text}, variant="elsewhere")
    if annual is not None and not annual.text and not (merged and lifetime is not None and lifetime.text):
        yield Hit(annual, {"side": "年度"})
    years = project_years(form)
    if annual is not None and not annual.text and merged and years is not None and years > 1:
        whole, part = form.yuan("lifetime"), form.yuan("annual")
        if whole and part and whole > part:
            yield Hit(annual, {"side": "年度", "years": years}, variant="merged")
    if lifetime is not None and not lifetime.text and years is not None and years > 1:
        yield Hit(lifetime, {"side": "实施期"})


_BLOCKS = {
    "overview": "项目概况",
    "basis": "立项依据",
    "necessity": "项目设立必要性",
    "measures": "保证项目实施的制度、措施",
    "plan": "项目实施计划",
}


@check(scope="form")
def texts_filled(form: Form, context: Context) -> Iterator[Hit]:
    """Ask for text in every narrative block the layout prints.

    A block behind which the document prints a sentence that no record took up is not held to be blank.

    Yields
    ------
    Hit
        At the first blank block, with ``blank`` (names of all).
    """
    printed = [item for item in form.fields if item.path in _BLOCKS]
    if not printed:
        raise NotApplicable
    blank = [item for item in printed if not item.text.strip(" -—–_*＊/\\.…、无。")]
    blank = [item for item in blank if not _text_behind(item, form, context)]
    if blank:
        yield Hit(blank[0], {"blank": tuple(_BLOCKS[item.path] for item in blank)}, key="|".join(i.path for i in blank))


_SENTENCE = 12


def _text_behind(field: Field, form: Form, context: Context) -> bool:
    """Whether a sentence stands between a blank field of a text and the next thing the form was read to print."""
    start = field.at.line
    if start is None:
        return False
    records: tuple[Field | FundLine | Indicator, ...] = (*form.fields, *form.funds, *form.indicators)
    stop = min((at for item in records if (at := item.at.line) is not None and at > start), default=start)
    return any(start < number < stop for number in context.once(_long_lines))


def _long_lines(extraction: Extraction) -> tuple[int, ...]:
    blocks = extraction.document.blocks
    printed: list[Line | Cell] = []
    for block in blocks:
        printed += [block] if isinstance(block, Line) else block.cells
    return tuple(item.at.line for item in printed if item.at.line and len(plain(item.text)) >= _SENTENCE)


_SUBSTANCE = re.compile(
    r"[0-9０-９]|《|〔|\[20|纪要|批复|(?<!领导)批示|批件|合同|协议|公式|第[一二三四五六七八九十]+(?=[批期阶季步轮项章条届次号])|[一二三四五六七八九十]+(?:月|日|项|个|次|期)"
)


@check(scope="form")
def text_substantial(form: Form, *, boilerplate: Lexicon, longest: int = 30) -> Iterator[Hit]:
    """Ask that basis, necessity, measures and plan say more than stock phrases.

    A named regulation, a document number, a date, an amount, minutes or a contract is substance.

    Parameters
    ----------
    boilerplate
        Stock words; a text made of nothing else is empty.
    longest
        Length in characters beyond which a text is never called empty.

    Yields
    ------
    Hit
        At the first empty text, with ``texts`` (block and text of each); variant ``unnamed`` for measures and plans
        that are more than stock words and still name no rule, date or step.
    """
    empty = []
    printed = [item for path in ("basis", "necessity", "measures", "plan") if (item := form.field(path)) is not None]
    for item in printed:
        text = plain(item.text)
        if _SCHEDULE_HEADS.fullmatch(text):
            continue
        if text and len(text) <= longest and not _SUBSTANCE.search(item.text) and boilerplate.consists(text):
            empty.append(item)
    if not any(item.text for item in printed):
        raise NotApplicable
    unnamed = [
        item
        for item in printed
        if item.path in ("measures", "plan")
        and item not in empty
        and _names_nothing(item.text, longest)
        and not _SCHEDULE_HEADS.fullmatch(plain(item.text))
    ]
    variant = "" if empty else "unnamed"
    empty = empty or unnamed
    if empty:
        texts = tuple(f"{_BLOCKS[item.path]}“{item.text}”" for item in empty)
        yield Hit(empty[0], {"texts": texts}, variant=variant, key="|".join(item.path for item in empty))


#: The heads of a schedule, of which no more than that was read: what it plans is not known.
_SCHEDULE_HEADS = re.compile(
    "(?:(?:项目)?(?:实施|工作|建设)?(?:内容|阶段|步骤|事项)|(?:计划)?(?:开始|起始|完成|结束|起止)(?:时间|日期))+"
)
#: What is really done about a project, in measures and plans.
_STEP = re.compile(
    "验收|监理|招标|招投标|采购|公示|审计|审核|审批|考核|抽检|抽查|评审|评估|评价|台账|签到|合同|协议|专账|专户|公开|巡查|巡检|检测|检验|登记"
    "|打卡|竣工|施工|开工|安装|培训|发放|支付|拨付|核算|核实|结算|决算|调查|认定|遴选|申报|回访|存档|归档|制度|办法|规定|细则|规范|方案|流程"
    # Who is set up or engaged for it, how often it is gone over, a system that is named.
    "|(?:成立|组建|设立|组成)[^，,。；;]{0,10}(?:专班|小组|指挥部|办公室|项目部|队)|(?:聘请|委托|引入|选聘)[^，,。；;的]{2,}"
    "|[双每按逐]?[日周旬月季]度?(?:调度|通报|例会|小结|督查|督导|考评|会商|点评|清零|报告|报送|检查)|(?:实行|执行|推行|采用)[^，,。；;]{1,12}制(?![定造])"
)


def _names_nothing(text: str, longest: int) -> bool:
    bare = plain(text)
    return 0 < len(bare) <= longest and not _SUBSTANCE.search(text) and not _STEP.search(text)


@check(scope="form")
def project_named(form: Form) -> Iterator[Hit]:
    """Ask for the project name where its cell is printed.

    A form whose heading is lost altogether is cut off, not nameless.

    Yields
    ------
    Hit
        At the blank cell.
    """
    field = form.field("project_name")
    if field is None:
        raise NotApplicable
    if not field.text.strip():
        yield Hit(field, {})


@check(scope="form")
def signed_off(form: Form) -> Iterator[Hit]:
    """Ask for who is responsible, who filled the form in, and when.

    Yields
    ------
    Hit
        At the first blank cell, with ``blank``.
    """
    names = {"leader": "负责人", "handler": "经办人", "filled_on": "填报日期"}
    printed = [item for item in form.fields if item.path in names]
    if not printed:
        raise NotApplicable
    blank = [item for item in printed if not item.text]
    if blank:
        yield Hit(blank[0], {"blank": tuple(names[item.path] for item in blank)}, key="|".join(i.path for i in blank))


@check(scope="form")
def every_side_filled(form: Form) -> Iterator[Hit]:
    """Ask for filled indicators on both sides where one side has them.

    The long-term half of a one-year project may be left out by law: only an empty annual side, or an empty
    long-term side of a project that runs for years, counts.

    Yields
    ------
    Hit
        At the form, with ``empty`` and ``other`` (names of the sides).
    """
    if len(form.sides) < 2:
        raise NotApplicable
    counts = {side: sum(len(items) for items in filled(form, side).values()) for side in form.sides}
    pairs: tuple[tuple[Horizon, Horizon], ...] = (("annual", "lifetime"), ("lifetime", "annual"))
    for side, other in pairs:
        if counts[side] or not counts[other]:
            continue
        if side == "lifetime" and (project_years(form) or 1) <= 1:
            continue
        yield Hit(
            form, {"empty": _SIDE[side], "other": _SIDE[other], "count": counts[other]}, subject=f"indicators.{side}"
        )
