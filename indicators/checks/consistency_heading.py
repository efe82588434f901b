"""Does the heading of a form fit its content and its document (family C: C106-C109)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from rapidfuzz.distance import Levenshtein

from indicators.quantities import find_dates, half_width
from indicators.records import Extraction, Field, Form, Indicator
from indicators.text import squash

from .base import Context, Hit, Lexicon, NotApplicable, check, plain
from .structure import project_years

__all__ = ["attribute_fits_content", "department_is_the_documents", "documents_agree", "form_year_is_the_budgets"]

_NUMBER = re.compile(
    r"(?P<series>[\u4e00-\u9fffA-Za-z]{2,12}?)(?:字)?(?:第)?[〔\[【（(<〈]?(?P<year>20[0-9]{2})(?:年)?[〕\]】）)>〉]?(?:年)?[-—]?(?:第)?(?P<number>[0-9]{1,4})号"
)
_SERIES_LEAD = re.compile(r"^.*(?:根据|依据|按照|关于|以及|见|文件|和|与|及|由|经|为|的)")
#: 2025—2027年老旧小区改造计划 is of each of its years.
_YEARED = re.compile(
    r"(?:(?P<first>20[0-9]{2})年?[-—–－~～至到]+)?(?P<year>20[0-9]{2})(?:年度?)(?P<phrase>[\u4e00-\u9fff]{4,})"
)
_SHORTEST_PHRASE = 4


@dataclass(frozen=True, slots=True)
class _Cited:
    """A document number: 青政办发〔2023〕15号."""

    series: str
    year: str
    number: str
    printed: str


def _cited(text: str) -> tuple[_Cited, ...]:
    found = []
    for match in _NUMBER.finditer(squash(half_width(text))):
        series = _SERIES_LEAD.sub("", match.group("series")).removesuffix("字")
        if series:
            found.append(_Cited(series, match.group("year"), match.group("number").lstrip("0"), match.group()))
    return tuple(found)


def _same_series(one: str, other: str) -> bool:
    return one.endswith(other) or other.endswith(one)


@check(scope="form")
def documents_agree(form: Form) -> Iterator[Hit]:
    """Compare the document number or dated programme in the project name with 立项依据.

    A basis that cites the document of the name and others beside it is right.

    Yields
    ------
    Hit
        At the basis, with ``named`` and ``cited``.
    """
    basis = form.field("basis")
    if basis is None or not basis.text or not form.project_name:
        raise NotApplicable
    named, cited = _cited(form.project_name), _cited(basis.text)
    for item in named:
        same = [other for other in cited if _same_series(item.series, other.series)]
        twin = [other for other in cited if other.number == item.number and other.year == item.year]
        if same and not twin:
            yield Hit(basis, {"named": item.printed, "cited": same[0].printed})
            return
    if not named:
        yield from _programmes(form.project_name, basis)


def _programmes(name: str, basis: Field) -> Iterator[Hit]:
    """Compare 2024年职业技能提升行动 in the name with 2023年职业技能提升行动 in the basis."""
    text = squash(basis.text)
    for match in _YEARED.finditer(squash(name)):
        phrase = match.group("phrase")
        others = [
            (year, _shared(phrase, other.group("phrase")))
            for other in _YEARED.finditer(text)
            for year in _years_of(other)
        ]
        if re.search(r"办法|规划|标准|制度|条例", text):
            return
        alike = [(year, length) for year, length in others if length >= max(_SHORTEST_PHRASE, min(len(phrase), 6))]
        if alike and match.group("year") not in {year for year, _ in others}:
            year, length = alike[0]
            start = text.find(f"{year}年")
            yield Hit(
                basis,
                {"named": f"{match.group('year')}年{phrase[:length]}", "cited": text[start : start + 5 + length + 1]},
            )
            return


def _years_of(programme: re.Match[str]) -> list[str]:
    """Return the years of a dated programme: the last one printed first, as it stands before the phrase."""
    last = int(programme.group("year"))
    first = int(programme.group("first") or last)
    return [str(year) for year in range(last, min(first, last) - 1, -1)]


def _shared(one: str, other: str) -> int:
    for count, (first, second) in enumerate(zip(one, other)):
        if first != second:
            return count
    return min(len(one), len(other))


@check(scope="form")
def form_year_is_the_budgets(form: Form, context: Context) -> Iterator[Hit]:
    """Compare the year a form prints in its title with that of the budget around it.

    Yields
    ------
    Hit
        At the form, with ``printed`` and ``budget``.
    """
    budget = context.fiscal_year
    if form.year is None or budget is None or not context.once(_year_is_printed):
        raise NotApplicable
    if form.year != budget:
        yield Hit(form, {"printed": form.year, "budget": budget})


def _year_is_printed(extraction: Extraction) -> bool:
    """Whether the budget year stands in the text outside the forms or on another form, not only inferred."""
    year = str(extraction.fiscal_year)
    if any(
        year in line.text and "预算" in line.text and "绩效目标表" not in line.text
        for line in extraction.document.lines
    ):
        return True
    if any(year in table.title for table in extraction.budget_tables):
        return True
    return sum(1 for form in extraction.forms if form.year == extraction.fiscal_year) >= 2


_CODE = re.compile(r"^\s*[\[(（【]?([0-9A-Za-z]{2,12})[\])）】]?\s*[-—－_\s]*\s*(?=[\u4e00-\u9fff])")
_MARK = re.compile(r"[\[(（](?:部门|单位|本级|汇总|机关)[\])）]")


def _department(text: str) -> tuple[str, str]:
    """Split ``011-甲局[部门]`` into code and bare name."""
    match = _CODE.match(text)
    name = text[match.end() :] if match else text
    return match.group(1) if match else "", plain(_MARK.sub("", squash(name)))


@dataclass(frozen=True, slots=True)
class _Usual:
    """The department most forms of a document name, and how clear that is."""

    code: str
    name: str
    clear: bool
    printed: str


def _usual(extraction: Extraction) -> _Usual:
    texts = [text for form in extraction.forms if (text := form.text("department"))]
    names = Counter(name for _, name in map(_department, texts) if name)
    if not names:
        return _Usual("", "", False, "")
    name, count = names.most_common(1)[0]
    codes = Counter(code for code, other in map(_department, texts) if code and other == name)
    printed = Counter(text for text in texts if _department(text)[1] == name).most_common(1)[0][0]
    own = plain(_MARK.sub("", squash(extraction.department)))
    backed = not own or own == name or own in name or name in own
    code = codes.most_common(1)[0][0] if codes else ""
    return _Usual(code, name, backed and count >= 2 and count >= 0.8 * sum(names.values()), printed)


@check(scope="form")
def department_is_the_documents(form: Form, context: Context) -> Iterator[Hit]:
    """Compare 主管部门 with the department of the document and of the other forms, name and code.

    Yields
    ------
    Hit
        At the field, with ``usual``.
    """
    field = form.field("department")
    usual = context.once(_usual)
    if field is None or not field.text or not usual.clear:
        raise NotApplicable
    code, name = _department(field.text)
    if not name:
        raise NotApplicable
    other_name = not (name in usual.name or usual.name in name) and Levenshtein.distance(name, usual.name) > 1
    # Codes of subordinate units begin with the department's; a shorter one was cut off.
    other_code = bool(code and usual.code) and not (code.startswith(usual.code) or usual.code.startswith(code))
    if other_name or other_code:
        yield Hit(field, {"usual": usual.printed}, confidence=field.confidence if field.confidence < 1 else None)


_NUMERAL = {"两": 2, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10}
_YEARS = r"(?P<years>[2-9]|[1-3][0-9]|[两二三四五六七八九十])\s*(?:个)?年"
_STATED = re.compile(
    r"(?:项目期|实施期|建设期|建设周期|服务期|服务周期|服务|租期|租赁期|租用期|租赁|承租|合同期|协议期|工期|周期|期限|为期|"
    r"合作期|运营期|采购期|招标|签订|费用?|经费|一次性(?:签订|采购|招标)?)"
    r"(?:期?限)?(?:为|是|共|约|[:：]|[（(])?\s*" + _YEARS + r"(?!级|代|来|前|以来|以上|内|底|龄|制|检|审|报)"
)
_SPREAD = re.compile(
    r"(?:分|共分|连续|计划|拟|跨)\s*" + _YEARS + r"(?:期|度)?(?:实施|建设|完成|支付|付清|拨付|安排|推进|建成|落实)"
)


#: A goal for the years to come: 三年内, 2025—2027年, but no plan of that name.
_WITHIN = re.compile(rf"(?:^|[，,。；;、\n])\s*(?:在|用)?(?P<said>(?!近|前){_YEARS}内)")
_PLANNED = re.compile(r"^[^，,。；;]{0,6}(?:规划|计划|方案|行动|意见|任务书|周期)")
_TITLED = re.compile("《[^》]*》")


@check(scope="form")
def attribute_fits_content(form: Form, context: Context, *, not_project: Lexicon) -> Iterator[Hit]:
    """Look for several years in the texts and indicators of a project that is said to last one.

    Parameters
    ----------
    not_project
        Words before a number of years that speak of something else (质保, 使用年限, 已使用).

    Yields
    ------
    Hit
        At the text or indicator, with ``stated`` and ``attribute``.
    """
    # A recurring project of one year each time is no contradiction to a contract of several.
    if project_years(form) != 1 or "经常" in form.text("project_attribute"):
        raise NotApplicable
    attribute = form.text("project_attribute") or form.text("project_period")
    for path in ("overview", "necessity", "plan", "goal.lifetime", "goal.annual"):
        field = form.field(path)
        if field is not None and (found := _several_years(field.text, not_project)):
            yield Hit(field, {"stated": found, "attribute": attribute}, confidence=_low(field.confidence))
            return
        if field is not None and path.startswith("goal") and (found := _goal_of_years(field.text, context.year(form))):
            yield Hit(field, {"stated": found, "attribute": attribute}, confidence=_low(field.confidence))
            return
    for item in form.indicators:
        if found := _of_indicator(item, not_project):
            yield Hit(item, {"stated": found, "attribute": attribute})
            return


def _goal_of_years(text: str, budget: int | None) -> str:
    """Return the years beyond the budget year that a goal gives itself, as printed."""
    bare = _TITLED.sub(lambda title: "□" * len(title.group()), half_width(text))
    if within := _WITHIN.search(bare):
        return within.group("said")
    for span, start, end in find_dates(bare) if budget is not None else ():
        if span.start is None or span.end is None or budget is None or _PLANNED.match(bare[end:]):
            continue
        if span.precision == "year" and budget <= span.start.year < span.end.year:
            return text[start:end]
    return ""


def _several_years(text: str, not_project: Lexicon) -> str:
    plain_text = half_width(text)
    for pattern in (_STATED, _SPREAD):
        for match in pattern.finditer(plain_text):
            before = plain_text[max(0, match.start() - 8) : match.start("years")]
            if not not_project.find(before):
                tail = re.match(r"[)）]?", text[match.end() :])
                return text[match.start() : match.end() + (tail.end() if tail else 0)].strip()
    return ""


_PERIOD_NAME = re.compile(
    r"(?:服务|租赁|租用|合同|协议|项目|实施|建设|运营|经费|费用|合作)\S{0,4}(?:期|期限|时间|年限|时长|周期)$"
)


def _of_indicator(item: Indicator, not_project: Lexicon) -> str:
    quantity = item.quantity
    if quantity is None or quantity.unit not in {"年", "个年度", "年度"} or quantity.number < 2:
        return ""
    if item.level2 not in ("数量指标", "质量指标", "时效指标"):
        return ""
    if not _PERIOD_NAME.search(squash(item.name)) or not_project.find(item.name):
        return ""
    return f"{item.name} {item.value}"


def _low(confidence: float) -> float | None:
    return confidence if confidence < 1 else None
