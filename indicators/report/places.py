"""Where a finding stands and what it concerns, in the words of the form."""

from __future__ import annotations

from decimal import Decimal

from indicators.records import SEVERITY_RANK, Finding, Form, Indicator, Location
from indicators.text import clean
from indicators.wording import FIELD_NAMES, HORIZON_NAMES, SEVERITY_NAMES, SOURCE_NAMES

__all__ = [
    "SEVERITY_NAMES",
    "SEVERITY_RANK",
    "cell_name",
    "clean",
    "form_name",
    "money_text",
    "place_text",
    "shortened",
    "subject_text",
    "unit_name",
]


def shortened(text: str, size: int) -> str:
    """Cut a text to at most ``size`` characters, with a mark where it was cut."""
    return text if len(text) <= size else text[: size - 1] + "…"


def unit_name(form: Form | None, department: str) -> str:
    """Return the unit a form belongs to, else the department of the document."""
    if form is None:
        return clean(department)
    return clean(form.text("implementing_unit") or form.text("department") or department)


def form_name(form: Form) -> str:
    """Return what a form is called: its project, else the unit with 部门整体."""
    if form.project_name:
        return clean(form.project_name)
    if form.form_type == "overall":
        return clean(form.text("department_name") or form.text("department")) + "部门整体支出"
    return "（无项目名称）"


def money_text(form: Form | None) -> str:
    """Return the annual amount as printed with its unit, 未填 where it is blank."""
    if form is None:
        return ""
    line = form.fund("annual", "total") or form.fund("lifetime", "total")
    if line is None or line.amount is None:
        return "未填"
    amount = line.amount.normalize() if line.amount else Decimal(0)
    return f"{amount:,f} {line.unit or form.fund_unit}"


def cell_name(row: int, column: int) -> str:
    """Return the name of a spreadsheet cell, from a row and column counted from 0: ``F5``."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row + 1}"


def place_text(at: Location) -> str:
    """Return a location in words a clerk can follow: page and cell, sheet cell, or line of a text."""
    if at.sheet is not None:
        cell = cell_name(at.row, at.column) if at.row is not None and at.column is not None else ""
        return f"{at.sheet}!{cell}" if cell else at.sheet
    if at.line is not None:
        return f"第{at.line}行"
    if at.page is not None:
        # No row: the table of a form may run over pages, and a reader counts lines on the page.
        return f"第{at.page}页"
    parts = [f"第{at.table + 1}个表"] if at.table is not None else []
    if at.row is not None:
        parts.append(f"第{at.row + 1}行")
    return " ".join(parts)


def subject_text(finding: Finding, form: Form | None) -> str:
    """Return what a finding concerns: 年度资金总额, 年度 数量指标“…”, 立项依据, 全文."""
    indicator = _indicator(finding, form)
    if indicator is not None:
        horizon = HORIZON_NAMES.get(indicator.horizon, "") if form is not None and len(form.sides) > 1 else ""
        name = clean(indicator.name)
        return f"{horizon}{indicator.level2 or indicator.level1}" + (f"“{shortened(name, 24)}”" if name else "")
    subject = finding.subject
    if subject in FIELD_NAMES:
        return FIELD_NAMES[subject]
    head, _, rest = subject.partition(".")
    if head == "funds":
        horizon, _, source = rest.partition(".")
        name = SOURCE_NAMES.get(source, source)
        return HORIZON_NAMES.get(horizon, "") + name
    if head == "indicators":
        return rest if rest and not rest[0].isdigit() else "绩效指标"
    if form is not None:
        return "整张表"
    return "全文"


def _indicator(finding: Finding, form: Form | None) -> Indicator | None:
    if form is None or finding.indicator is None or not 0 <= finding.indicator < len(form.indicators):
        return None
    return form.indicators[finding.indicator]
