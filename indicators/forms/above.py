"""What stands above the indicators of a form, held against what was read of it: names, goals and amounts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import takewhile

from indicators.forms.fund_amounts import parse_amount, several_sources
from indicators.forms.rows import NO_MEANING, Row, meaning
from indicators.forms.stages import FUNDS, GOALS, HEADER, LEVELS
from indicators.records import Cell, Field, FundLine
from indicators.text import squash
from indicators.vocabulary import field_label

__all__ = ["Head", "unread_above"]

#: An amount as budgets print it: 1,234.50.
_AMOUNT = re.compile(r"\d{1,3}(?:,\d{3})*\.\d{1,6}|\d+\.\d{2,6}")
#: Two figures in one cell, which is none of both.
_TWO_FIGURES = re.compile(r"\d[\d,.]*\s+\d[\d,.]*")
_FIGURE = re.compile(r"[\d,.]+")
#: The most points that stand beside an amount, for the share of it that is spent.
_POINTS = 100
#: Characters of the longest label, and those from which a text beside the label of a goal is one.
_LONGEST_LABEL = 20
_SHORTEST_GOAL = 6
#: Characters from which a text says something of its own.
_TELLING = 14


@dataclass(frozen=True, slots=True)
class Head:
    """The fields and amounts read above the indicators of a form."""

    fields: Sequence[Field]
    funds: Sequence[FundLine]


def unread_above(rows: Sequence[Row], head: Head) -> list[str]:
    """Return doubts of what stands above the indicators: a name, goals or amounts printed there and not read.

    Parameters
    ----------
    rows
        Of the form, as printed.
    head
        What was read of them.
    """
    found = []
    read = {item.path: squash(item.text) for item in head.fields if item.text}
    if not {"project_name", "department", "implementing_unit"} & set(read):
        found.append("没有读出项目名称和单位")
    above = list(takewhile(lambda row: row.stage not in (HEADER, LEVELS), rows))
    goals = [text for path, text in read.items() if path in ("goal.lifetime", "goal.annual")]
    if _goals_unread(rows, goals) or _texts_unread(above, "".join(read.values()), among=not goals):
        found.append("印出的绩效目标没有分别读出")
    if not {"duties", "tasks"} & set(read):  # such forms print the amounts of the whole unit
        found.extend(_amounts_unread(above, head.funds))
    return found


def _goals_unread(rows: Sequence[Row], goals: Sequence[str]) -> bool:
    printed = {
        item.field: squash(below.text)
        for row in rows
        if row.stage == GOALS
        for item, below, what in zip(row.meanings, row.cells[1:], row.meanings[1:])
        if (item.field or "").startswith("goal") and item.field != "goal.actual" and not what.label
        and len(below.text) >= _SHORTEST_GOAL
    }  # fmt: skip
    # A text left of the only label of its row lost its own.
    astray = any(
        row.stage == GOALS and len(text := row.cells[0].text) > _LONGEST_LABEL
        and any(item.field for item in row.meanings[1:]) and squash(text) not in goals
        for row in rows
    )  # fmt: skip
    return astray or len(set(printed.values())) > len(goals) or any(field_label(text) for text in goals)


def _texts_unread(above: Sequence[Row], read: str, *, among: bool) -> bool:
    """Whether a text beside an amount's label or among the goals is in no field: its own label lost it.

    ``among`` says whether any text may be a goal, since none was read.
    """
    anywhere = among
    for row in above:
        among = row.stage == GOALS or (among and row.stage is None) or (anywhere and len(row.cells) == 1)
        for place, cell in enumerate(row.cells):
            if not _tells(cell) or squash(cell.text) in read:
                continue
            before = row.meanings[place - 1] if place else NO_MEANING
            if before.fund is not None if row.stage == FUNDS else among:
                return True
    return False


def _tells(cell: Cell) -> bool:
    """Whether a cell holds a sentence."""
    sentence = len(cell.text) >= _TELLING and re.search("[，。；]", cell.text) is not None
    return sentence and not meaning(cell.text).label and parse_amount(cell.text) is None


def _amounts_unread(above: Sequence[Row], lines: Sequence[FundLine]) -> list[str]:
    read = {line.amount for line in lines if line.amount is not None}
    rows = [row for row in above if row.stage == FUNDS]
    amounts = any(_AMOUNT.fullmatch(squash(cell.text)) for row in above for cell in row.cells[1:])
    if not read and (amounts or any(map(several_sources, rows))):
        return ["印有金额，没有读出资金"]
    if any(_TWO_FIGURES.fullmatch(cell.text) for row in rows for cell in row.cells[1:]):
        return ["一个单元格里有两个金额，没有分开"]
    sources = {line.source for line in lines if line.amount is not None}
    lost = [text for row in rows for text, amount in _amounts(row, sources) if amount not in read]
    return [f"印出的金额没有全部读出：{'、'.join(lost[:3])}"] if lost else []


def _amounts(row: Row, sources: set[str]) -> Iterator[tuple[str, Decimal]]:
    """Yield the amounts of a row that stand beside another amount, or beside a known source that got none."""
    if "fiscal" in sources and any(item.fund is not None and item.fund[0] == "fiscal" for item in row.meanings):
        return  # 一般公共预算 and 政府性基金 are added up to one line
    for place, cell in enumerate(row.cells[1:]):
        key = squash(cell.text)
        label = row.meanings[place].fund
        known = label is not None and label[0] not in sources
        if row.meanings[place + 1].label or not _FIGURE.fullmatch(key) or not (known or _is_amount(row.cells[place])):
            continue
        amount = parse_amount(key)
        if amount is not None and amount[0] > _POINTS:
            yield key, amount[0]


def _is_amount(cell: Cell) -> bool:
    return _FIGURE.fullmatch(squash(cell.text)) is not None
