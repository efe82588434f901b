"""Do the figures of a document agree with its forms: how many, how much, which are missing (A101, A102, A108-A111)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from indicators.money import PRINTED, in_wan, in_yuan, number_of
from indicators.quantities import half_width
from indicators.records import BudgetTable, Extraction, Form, Statement

from .base import Context, Hit, NotApplicable, check, plain

__all__ = [
    "budget_table_printed",
    "declared_amount_matches",
    "declared_count_matches",
    "distinct_projects",
    "overall_form_there",
    "prose_in_right_unit",
]


def distinct_projects(extraction: Extraction) -> tuple[Form, ...]:
    """Return the project forms of a document, a form printed twice only once."""
    seen: dict[tuple[str, str, Decimal | None], Form] = {}
    for form in extraction.forms:
        if form.form_type == "project":
            key = (plain(form.project_name), plain(form.text("implementing_unit")), form.yuan())
            seen.setdefault(key, form)
    return tuple(seen.values())


_NOT_TARGETS = re.compile(r"自评|评价结果|绩效评价|监控|抽评|再评价|上年度?绩效")


def _declared(extraction: Extraction, figure: str) -> tuple[str, list[tuple[Statement, Decimal]]]:
    """Return what the text declares: published forms where it says so, else projects under goal management."""
    for kind in ("declared_forms", "managed_forms"):
        found = [
            (item, value)
            for item in extraction.statements
            if item.kind == kind and (value := item.get(figure)) is not None and not _NOT_TARGETS.search(item.text)
        ]
        if found:
            return kind, found
    return "", []


@check(scope="document")
def declared_count_matches(extraction: Extraction, context: Context) -> Iterator[Hit]:
    """Compare the number of forms the text declares with those that are there.

    Where the text only says how many projects are under goal management, that number is taken.

    Yields
    ------
    Hit
        At the sentence, with ``declared`` and ``found``; variant ``managed`` for projects under goal management.
    """
    found = Decimal(len(context.once(distinct_projects)))
    kind, declared = _declared(extraction, "count")
    if not declared or not found:
        raise NotApplicable
    counts = [figure for _, figure in declared]
    # Each unit of a department may declare its own number.
    if found in counts or sum(counts, Decimal(0)) == found:
        return
    statement, figure = declared[0]
    yield Hit(statement, {"declared": figure, "found": found}, variant="managed" if kind == "managed_forms" else "")


@check(scope="document")
def declared_amount_matches(extraction: Extraction, context: Context, *, tolerance: Decimal) -> Iterator[Hit]:
    """Compare the amount the text declares for the published forms with their sum.

    The amount of all projects under goal management is compared where their number is that of the forms, or of the
    lines of 项目支出预算表.

    Parameters
    ----------
    tolerance
        In 万元, for each form: what rounding explains.

    Yields
    ------
    Hit
        At the sentence, with ``declared``, ``found`` (万元) and ``gap``; variant ``table`` for the budget table.
    """
    forms = context.once(distinct_projects)
    kind, declared = _declared(extraction, "amount")
    amounts = [form.yuan() for form in forms]
    known = [amount for amount in amounts if amount is not None]
    if len(declared) != 1 or not known or len(known) < len(amounts):
        raise NotApplicable
    statement, figure = declared[0]
    if kind == "managed_forms" and statement.get("count") != len(forms):
        yield from _against_lines(statement, figure, context.once(_current_lines), tolerance)
        return
    found = in_wan(sum(known, Decimal(0))) or Decimal(0)
    if abs(found - figure) > max(tolerance * len(forms), Decimal("0.02")):
        yield Hit(statement, {"declared": figure, "found": found.quantize(Decimal("0.01")), "gap": _gap(found, figure)})


def _current_lines(extraction: Extraction) -> tuple[Decimal, ...]:
    """Return the amounts of this year's 项目支出预算表, in 万元."""
    return tuple(
        amount
        for line in extraction.budget_lines
        if line.table == "current" and line.amount is not None
        if (amount := in_wan(line.amount, line.amount_unit)) is not None
    )


def _against_lines(
    statement: Statement, declared: Decimal, amounts: tuple[Decimal, ...], tolerance: Decimal
) -> Iterator[Hit]:
    """Compare the amount of all projects under goal management with the budget table that lists as many."""
    if statement.get("count") != len(amounts):
        raise NotApplicable
    found = sum(amounts, Decimal(0))
    if abs(found - declared) > max(tolerance * len(amounts), Decimal("0.02")):
        values = {"declared": declared, "found": found, "gap": _gap(found, declared), "count": len(amounts)}
        yield Hit(statement, values, variant="table")


def _gap(one: Decimal, other: Decimal) -> Decimal:
    return abs(one - other).quantize(Decimal("0.01"))


@check(scope="document")
def overall_form_there(extraction: Extraction) -> Iterator[Hit]:
    """Ask for the 整体支出绩效目标表 of a department that publishes its budget and project forms.

    Yields
    ------
    Hit
        At the sentence that says there is none (variant ``stated``), else at the document.
    """
    if not any(form.form_type == "project" for form in extraction.forms):
        raise NotApplicable
    if any(form.form_type == "overall" for form in extraction.forms):
        return
    stated = next((item for item in extraction.statements if item.kind == "no_overall"), None)
    if stated is not None:
        yield Hit(stated, {"said": stated.text}, variant="stated")
    elif not _department_budget(extraction):
        raise NotApplicable
    else:
        yield Hit(extraction, {"department": extraction.department}, key="overall")


def _department_budget(extraction: Extraction) -> bool:
    """Whether the document is a department's budget, not a unit's and not a collection of forms."""
    tables = any(table.kind in ("balance", "expenditure") and not table.empty for table in extraction.budget_tables)
    titled = any("部门预算" in line.text for line in extraction.document.lines)
    return tables and titled


@check(scope="document")
def budget_table_printed(extraction: Extraction) -> Iterator[Hit]:
    """Look for a 项目支出预算表 printed without data while the document knows of project spending.

    Yields
    ------
    Hit
        At the table, with ``spent`` (万元) and ``where``.
    """
    tables = [table for table in extraction.budget_tables if table.kind == "project_current"]
    if not tables or not extraction.forms:
        raise NotApplicable
    if any(not table.empty for table in tables) or any(line.table == "current" for line in extraction.budget_lines):
        return
    for table in extraction.budget_tables:
        if table.kind in ("expenditure", "general") and (spent := _project_spending(table)):
            yield Hit(tables[0], {"spent": spent, "where": f"《{table.title}》"})
            return
    for item in extraction.statements:
        if item.kind == "expenditure" and (stated := item.get("project")):
            yield Hit(tables[0], {"spent": stated, "where": "说明文字"})
            return
    funded = [amount for form in extraction.forms if form.form_type == "project" and (amount := form.yuan())]
    if funded:
        total = in_wan(sum(funded, Decimal(0))) or Decimal(0)
        yield Hit(tables[0], {"spent": total.quantize(Decimal("0.01")), "where": f"{len(funded)} 张绩效目标表"})


def _project_spending(table: BudgetTable) -> Decimal | None:
    """Return the project spending in the total row of a table, in 万元."""
    for row in table.rows:
        if re.search(r"合\s*计|总\s*计", row.label):
            for header, amount in zip(table.columns, row.amounts):
                if header.endswith("项目支出") and amount:
                    return in_wan(amount, table.unit)
    return None


_WAN = re.compile(rf"({PRINTED})\s*(万元|元)(?!/)")
_FEWEST_DIGITS = 5


@check(scope="document")
def prose_in_right_unit(extraction: Extraction, context: Context) -> Iterator[Hit]:
    """Look for an amount in the text with the number of a form and a unit ten thousand times as large or small.

    Yields
    ------
    Hit
        At the line, with ``stated`` (as printed), ``right`` and ``projects``.
    """
    forms = context.once(_by_amount)
    if not forms:
        raise NotApplicable
    for line in extraction.document.lines:
        stated: list[str] = []
        right: list[str] = []
        projects: list[str] = []
        text = half_width(line.text)
        for match in _WAN.finditer(text) if "元" in text else ():
            number = number_of(match.group(1))
            slip = _slip(number, match.group(2), forms)
            if slip is not None and len(f"{number:f}".replace(".", "").strip("0")) >= 2:
                form, amount = slip
                stated.append(match.group(0))
                right.append(amount)
                projects.append(form.project_name)
        if stated:
            values = {"stated": tuple(stated), "right": tuple(right), "projects": tuple(projects)}
            yield Hit(line, values)


def _by_amount(extraction: Extraction) -> dict[Decimal, Form]:
    """Return the forms by their annual and lifetime totals, in 元."""
    found: dict[Decimal, Form] = {}
    for form in extraction.forms:
        for horizon in ("annual", "lifetime"):
            amount = form.yuan(horizon)
            if amount:
                found.setdefault(amount, form)
    return found


def _slip(number: Decimal, unit: str, forms: dict[Decimal, Form]) -> tuple[Form, str] | None:
    """Return the form whose amount has this number in the other unit, and how it should read."""
    digits = len(f"{number:f}".replace(".", "").lstrip("0"))
    if digits < _FEWEST_DIGITS or in_yuan(number, unit) in forms:
        return None
    if unit == "万元":
        form = forms.get(number)
        return (form, f"{number:,f}元") if form is not None and number >= 10000 else None
    form = forms.get(in_yuan(number, "万元") or number)
    # A round number of 元 may well be another sum; one with 角分 that is a form's 万元 is not.
    return (form, f"{number:,f}万元") if form is not None and number != number.to_integral_value() else None
