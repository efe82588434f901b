"""Which department and which fiscal year a document speaks of."""

from __future__ import annotations

import re
from collections import Counter

from indicators.forms.rows import Row
from indicators.records import Form
from indicators.text import squash

__all__ = ["bare_department", "department_in", "department_of", "fiscal_year_of"]

_DEPARTMENT = re.compile(
    r"(?:部门|单位|部门\(单位\)|编制单位|编制部门|填报单位|预算部门|部门\(单位\)名称|部门名称|单位名称)(?:名称)?[:：](.{2,40}?)(?:单位[:：]|金额单位|$)"
)
#: 单位：万元 is the unit of the amounts, not a unit of government.
_MONEY = re.compile(r"(?:人民币)?(?:亿|万|千)?元")
_COVER = re.compile(
    r"^(.{3,30}?(?:局|委|部|厅|院|室|会|办|中心|政府|学校|站|队|处|社|所|馆|团|校|场|公司|委员会|办公室))(?:\[部门\]|\(本级\)|\(部门\))?(?:20\d\d年.{0,16})?$"
)
#: A title names its own year; a year behind 比 or 与 is the one compared with.
_YEAR = re.compile(r"(?<![比较与和同对按])(20[0-9]{2})年(?:度)?(?:部门|单位)?(?:预算|财政|项目支出)(?!执行数|数)")
_COMPARED = re.compile(r"持平|相比|增加|减少|增长|下降|执行数|决算数|[，。；]")
_CODE = re.compile(r"^[0-9A-Za-z]{2,12}\s*[-—－_ ]\s*")


def bare_department(text: str) -> str:
    """Return a department's name without its code and export mark: ``011-甲局[部门]`` gives ``甲局``."""
    key = _CODE.sub("", squash(text))
    return re.sub(r"\[(?:部门|单位)\]$|\((?:本级|部门|汇总)\)$", "", key)


def department_in(text: str) -> str:
    """Return the department a caption names: 单位：甲局; ``""`` where it names none."""
    match = _DEPARTMENT.search(squash(text))
    named = match.group(1) if match is not None else ""
    if "(" not in named:
        named = named.removesuffix(")")  # 某馆（主管部门：某局）
    return "" if named.isdigit() or _MONEY.fullmatch(named) else named


def department_of(rows: list[Row]) -> str:
    """Return the department most often named by table captions, else by the cover page."""
    named: Counter[str] = Counter()
    for row in rows:
        if len(row.cells) <= 2 and len(row.cells[0].text) <= 60:
            if found := department_in(row.cells[0].text):
                named[bare_department(found)] += 1
    if named:
        return named.most_common(1)[0][0]
    for row in rows[:12]:
        match = _COVER.match(squash(row.cells[0].text)) if len(row.cells) == 1 else None
        if match:
            return bare_department(match.group(1))
    return ""


def fiscal_year_of(rows: list[Row], forms: list[Form]) -> int | None:
    """Return the budget year: the year most titles and captions name, else that of the forms."""
    years: Counter[int] = Counter()
    for position, row in enumerate(rows):
        if len(row.cells) != 1 or len(row.cells[0].text) > 60:
            continue
        match = _YEAR.search(squash(row.cells[0].text))
        if match and not _COMPARED.search(row.cells[0].text):
            years[int(match.group(1))] += 3 if position < 10 else 1
    if years:
        return years.most_common(1)[0][0]
    of_forms = Counter(form.year for form in forms if form.year is not None)
    return of_forms.most_common(1)[0][0] if of_forms else None
