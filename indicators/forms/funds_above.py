"""Amounts that stand in the text above a form which prints none: 2025年预算安排186万元，其中：区级财政资金186万元.

Explanations of a project end in its table, and what they say of its money is not said again there. It belongs to the
form where the text above names the same project, and says only once what it gets.
"""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from dataclasses import replace

from indicators.forms.fund_amounts import parse_amount, sources_within
from indicators.forms.fund_parts import Lines, settled
from indicators.forms.rows import Row
from indicators.money import MONEY_UNIT, PRINTED
from indicators.records import Cell, Form, Horizon, Note
from indicators.text import squash
from indicators.vocabulary import fund_label, horizon_of, likely_fund

__all__ = ["with_funds_above"]

#: Lines above a form that may speak of it, and characters of the shortest name that tells its project from others.
_MOST_LINES, _SHORTEST_NAME = 60, 4
#: What says how much the project gets, at the start of a sentence.
_TOLD = re.compile(
    rf"(?:[（(]?[一二三四五六七八九十\d]{{1,3}}[)）、.．]\s*)?"
    rf"(?:本|该)?(?P<label>(?:20\d\d年度?|[^，。；:：\d]){{2,20}}?)(?:共计|共|为|计|约)?[:：]?\s*(?P<amount>{PRINTED}\s*(?:{MONEY_UNIT}|万)(?![/／\d]).*)"
)
_YEAR = re.compile(r"20\d\d")
_SENTENCE = re.compile(r"(?<=[。；;])")


def with_funds_above(form: Form, rows: Sequence[Row], start: int, taken: Set[int]) -> Form:
    """Return the form with the amounts of the text right above it, where it prints none itself.

    Parameters
    ----------
    form
        As read.
    rows
        Of the document.
    start
        Index of the first row of the form.
    taken
        Identities of the rows that belong to forms.
    """
    name = squash(form.project_name).removesuffix("项目")
    if form.funds or form.form_type != "project" or len(name) < _SHORTEST_NAME:
        return form
    first = start
    while first and start - first < _MOST_LINES and rows[first - 1].table is None and id(rows[first - 1]) not in taken:
        first -= 1
    above = rows[first:start]
    if not any(name in squash(row.text) for row in above):
        return form
    told = [
        (row, found) for row in above for sentence in _SENTENCE.split(row.text)
        if (found := _TOLD.fullmatch(sentence.strip().rstrip("。；;"))) is not None
        and _names_total(found["label"]) and not _of_another_year(found["label"], form)
    ]  # fmt: skip
    if not told:
        return form
    if len(told) > 1:
        note = Note(code="amount-above", message="表前文字写有金额，看不出哪一笔是本表的资金", at=told[0][0].at)
        return replace(form, notes=(*form.notes, note))
    (row, found), *_ = told
    return _read(form, replace(row.cells[0], text=found["amount"]), found["label"])


def _names_total(label: str) -> bool:
    fund = fund_label(label) or likely_fund(label)
    return fund is not None and fund[0] == "total"


def _of_another_year(label: str, form: Form) -> bool:
    year = _YEAR.search(label)
    return year is not None and form.year is not None and int(year.group()) != form.year


def _read(form: Form, cell: Cell, label: str) -> Form:
    amount = parse_amount(cell.text) or parse_amount(re.split("[，,]", cell.text)[0])
    if amount is None:
        return form
    horizon: Horizon = "lifetime" if horizon_of(label) == "lifetime" else "annual"
    lines = Lines(amount[1])
    lines.take(horizon, "total", amount, label, cell)
    for source, named, part in sources_within(cell.text, amount[1]):
        lines.add(horizon, source, part, named, cell)
    funds, _ = settled(lines, lines.parts, lines.rest)
    return replace(form, funds=tuple(funds), fund_unit=amount[1])
