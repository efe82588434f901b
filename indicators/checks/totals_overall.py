"""Does the 整体支出绩效目标表 add up and agree with the budget tables (family A: A106, A107, A109)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from indicators.money import MONEY_UNIT, in_wan
from indicators.quantities import half_width, parse_amount
from indicators.records import BudgetTable, Extraction, Field, Form
from indicators.text import squash

from .base import Context, Hit, NotApplicable, check

__all__ = ["overall_adds_up", "overall_fits_tables", "staff_adds_up"]

_BEHIND = re.compile(rf"[0-9]({MONEY_UNIT})$")
_BESIDE = re.compile(rf"\(({MONEY_UNIT})\)")
_IN = rf"(?:\((?:{MONEY_UNIT})\))?"
_LABELS = {
    "total": re.compile(
        rf"^(?:年度|部门|整体|预算|全年|本年)*(?:资金|支出|预算|收入)*(?:申请)?(?:总额|合计|总计|总量|资金总额){_IN}$"
    ),
    "basic": re.compile(rf"^(?:其中[:：]?)?基本支出(?:预算)?{_IN}$"),
    "project": re.compile(rf"^(?:其中[:：]?)?项目支出(?:预算)?{_IN}$"),
    "fiscal": re.compile(rf"^(?:其中[:：]?)?(?:当年|本年|年度)?财政(?:性)?(?:拨款|资金)(?:收入)?{_IN}$"),
    "carried": re.compile(rf"^(?:上年|以前年度)?结转(?:结余)?(?:资金)?{_IN}$"),
    "other": re.compile(rf"^(?:其[他它](?:资金|收入)|单位(?:自筹|自有)?资金|自有资金|事业收入|经营收入){_IN}$"),
    "actual": re.compile(r"^(?:年末)?实有(?:人数|人员|人员总数|总人数)$"),
    "staffed": re.compile(r"^(?:实有)?在编(?:在岗|实有)?(?:人数|人员|人员数)$"),
    "others": re.compile(r"^(?:其他|编外|临聘|聘用|编外聘用|其他聘用)(?:人数|人员|人员数)$"),
}


def _figures(form: Form) -> dict[str, list[tuple[Field, Decimal]]]:
    """Return the figures of an overall form by what they are; amounts in 万元, people as printed."""
    found: dict[str, list[tuple[Field, Decimal]]] = {}
    for field in form.overall:
        label = squash(half_width(field.path))
        kind = next((kind for kind, pattern in _LABELS.items() if pattern.match(label)), None)
        amount = parse_amount(field.text)
        if kind is None or amount is None:
            continue
        if kind not in ("actual", "staffed", "others"):
            amount = in_wan(amount, _unit(form, field, label)) or amount
        found.setdefault(kind, []).append((field, amount))
    return found


def _unit(form: Form, field: Field, label: str) -> str:
    """Return the unit printed behind the figure, else in its label, else that of the form."""
    printed = _BEHIND.search(squash(half_width(field.text))) or _BESIDE.search(label)
    return printed.group(1) if printed else form.fund_unit


def _one(found: dict[str, list[tuple[Field, Decimal]]], kind: str) -> tuple[Field, Decimal] | None:
    """Return a figure that is printed once, or alike each time."""
    printed = found.get(kind, [])
    return printed[0] if printed and len({amount for _, amount in printed}) == 1 else None


def _tolerance(*fields: Field) -> Decimal:
    """Return what rounding explains: half of the coarsest last printed digit, 0.02 万元 at least."""
    places = [len(re.sub(r"[^0-9.]", "", field.text).partition(".")[2]) for field in fields]
    coarsest = Decimal(1).scaleb(-min(places)) / 2 if any(places) else Decimal("0.02")
    return max(coarsest, Decimal("0.02"))


@check(scope="form")
def overall_adds_up(form: Form, context: Context) -> Iterator[Hit]:
    """Compare the total of an overall form with its parts by direction and by source.

    Yields
    ------
    Hit
        At the total, with ``by``, ``total``, ``parts``, ``made`` and ``gap``.
    """
    found = context.of(form, _figures)
    total = _one(found, "total")
    if total is None:
        raise NotApplicable
    asked = False
    for by, kinds, needed in (
        ("支出", ("basic", "project"), ("basic", "project")),
        ("来源", ("fiscal", "carried", "other"), ("fiscal", "other")),
    ):
        if any(_one(found, kind) is None for kind in needed):
            continue
        asked = True
        parts = [
            part for kind in kinds for part in (found.get(kind, ()) if kind == "other" else _optional(found, kind))
        ]
        made = sum((amount for _, amount in parts), Decimal(0))
        # Sources may be printed twice, once for the whole and once for a part of it.
        if abs(total[1] - made) > _tolerance(total[0]):
            amounts = tuple(amount for _, amount in parts)
            values = {"by": by, "total": total[1], "parts": amounts, "made": made, "gap": abs(total[1] - made)}
            yield Hit(total[0], values, subject="funds.annual.total")
    if not asked:
        raise NotApplicable


def _optional(found: dict[str, list[tuple[Field, Decimal]]], kind: str) -> list[tuple[Field, Decimal]]:
    one = _one(found, kind)
    return [one] if one is not None else []


_HEADERS = {
    "total": re.compile(r"(?:^|/)(?:合计|总计|支出总计)$"),
    "basic": re.compile("基本支出$"),
    "project": re.compile("项目支出$"),
}
_WORDS = {"total": "支出总额", "basic": "基本支出", "project": "项目支出"}


def _of_tables(extraction: Extraction) -> dict[str, list[tuple[str, Decimal]]]:
    """Return the totals of the budget tables and of the text, in 万元, with where they stand."""
    found: dict[str, list[tuple[str, Decimal]]] = {}
    for table in extraction.budget_tables:
        if table.kind in ("expenditure", "general"):
            for kind, amount in _totals(table):
                found.setdefault(kind, []).append((f"《{table.title}》", amount))
    for item in extraction.statements:
        if item.kind == "expenditure":
            for kind in ("total", "basic", "project"):
                if (stated := item.get(kind)) is not None:
                    found.setdefault(kind, []).append(("说明文字", stated))
    return found


def _totals(table: BudgetTable) -> Iterator[tuple[str, Decimal]]:
    for row in table.rows:
        if not re.search(r"合\s*计|总\s*计", row.label):
            continue
        for header, amount in zip(table.columns, row.amounts):
            for kind, pattern in _HEADERS.items():
                if amount is not None and pattern.search(header):
                    yield kind, in_wan(amount, table.unit) or amount


@check(scope="form")
def overall_fits_tables(form: Form, context: Context) -> Iterator[Hit]:
    """Compare basic, project and total spending of an overall form with the budget tables.

    A figure that any of the tables prints (with or without carried-over funds) is right.

    Yields
    ------
    Hit
        At the figure, with ``what``, ``printed``, ``table`` and ``where``.
    """
    found = context.of(form, _figures)
    known = context.once(_of_tables)
    asked = False
    for kind, word in _WORDS.items():
        mine, theirs = _one(found, kind), known.get(kind, [])
        if mine is None or not theirs or not mine[1]:
            continue
        asked = True
        if all(abs(mine[1] - amount) > _tolerance(mine[0]) for _, amount in theirs):
            where, amount = theirs[0]
            yield Hit(mine[0], {"what": word, "printed": mine[1], "table": amount, "where": where})
    if not asked:
        raise NotApplicable


@check(scope="form")
def staff_adds_up(form: Form, context: Context) -> Iterator[Hit]:
    """Compare the number of staff in place with those on the establishment and the others.

    Yields
    ------
    Hit
        At the number in place, with ``actual``, ``staffed`` and ``others``.
    """
    found = context.of(form, _figures)
    actual, staffed, others = _one(found, "actual"), _one(found, "staffed"), _one(found, "others")
    if actual is None or staffed is None or others is None:
        raise NotApplicable
    if actual[1] != staffed[1] + others[1]:
        yield Hit(actual[0], {"actual": actual[1], "staffed": staffed[1], "others": others[1]})
