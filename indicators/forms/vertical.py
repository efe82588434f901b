"""Put forms back into rows that arrive with one cell a line.

Some converters print a table cell by cell, empty cells left out. The labels of the form, in the order every
layout keeps, say where its rows begin; on two-sided forms the repeated category closes the left side.
"""

from __future__ import annotations

import re

from indicators.forms.locate import title_of
from indicators.forms.rows import Meaning, Row
from indicators.records import Cell, Location, Table
from indicators.text import squash
from indicators.vocabulary import LEVEL1_OF

__all__ = ["regroup"]

_WINDOW = 40
_ENOUGH = 5
_PATIENCE = 14
_PATIENCE_IN_BLOCK = 80
_STARTS = {"project_name", "department", "project_attribute", "leader", "goal", "goal.lifetime"}
_TEXTS = {"overview", "basis", "necessity", "measures", "plan", "duties", "tasks", "review"}
_FUND_HEAD = re.compile(r"^项目资金|^年度资金(?:\(|$)|^资金情况|^预算资金")
_BLOCK_HEAD = re.compile(r"^(?:年度|长期|中期|实施期)?绩效指标$")
_SECTION = re.compile(r"^(?:第[一二三四五六七八九十]+部分|[一二三四五六七八九十]+、)")


def regroup(rows: list[Row]) -> list[Row]:
    """Return the rows with every form that stands one cell a line put back into rows of cells."""
    out: list[Row] = []
    position = 0
    while position < len(rows):
        if not _begins(rows, position):
            out.append(rows[position])
            position += 1
            continue
        end = _end(rows, position)
        out.extend(_Builder(rows[position:end]).build())
        position = end
    return out


def _begins(rows: list[Row], position: int) -> bool:
    row = rows[position]
    if row.table is not None or len(row.cells) != 1 or row.meanings[0].field not in ("project_name", "department_name"):
        return False
    labels = sum(item.table is None and item.meanings[0].label for item in rows[position + 1 : position + _WINDOW])
    return labels >= _ENOUGH


def _end(rows: list[Row], position: int) -> int:
    """Return where the run ends: a second name, a table, a section heading, or the line after the sign-off."""
    silent = 0
    signed = in_block = False
    last = position + 1
    for number in range(position + 1, len(rows)):
        row = rows[number]
        item = row.meanings[0]
        if row.table is not None or item.field == "project_name" or _SECTION.match(row.cells[0].text):
            return number if not signed else last
        if in_block and title_of(row.cells[0].text):
            # The title of the next form.
            return number if not signed else last
        if item.label:
            silent, last = 0, number + 1
            in_block = in_block or item.level2 is not None
            signed = signed or item.field == "filled_on"
            if item.field == "filled_on":
                last = min(number + 2, len(rows))
        else:
            silent += 1
            if signed and number >= last:
                return last
            if silent > (_PATIENCE_IN_BLOCK if in_block else _PATIENCE):
                return last + 2
    return len(rows) if not signed else last


class _Builder:
    """Cuts a run of single cells into rows."""

    def __init__(self, rows: list[Row]) -> None:
        self.cells = [row.cells[0] for row in rows]
        self.meanings = [row.meanings[0] for row in rows]
        names = sum(item.header == "name" for item in self.meanings[:_WINDOW])
        totals = {item.fund[1] for item in self.meanings if item.fund is not None}
        self.two_sided = names >= 2 or "lifetime" in totals
        self.rows: list[list[int]] = []

    def build(self) -> list[Row]:
        for number in range(len(self.cells)):
            if not self.rows or self._starts(number):
                self.rows.append([])
            self.rows[-1].append(number)
        return self._as_rows()

    def _has(self, kind: str) -> int:
        """Count labels of a kind in the row being built."""
        row = [self.meanings[number] for number in self.rows[-1]]
        if kind == "level2":
            first = self.rows[-1][0]
            is_level1 = self.meanings[first].level2 is not None and len(row) > 1 and self._level1_follows(first)
            return sum(item.level2 is not None for item in row) - is_level1
        return sum(getattr(item, kind) is not None for item in row)

    def _starts(self, number: int) -> bool:
        item, text = self.meanings[number], squash(self.cells[number].text)
        first = self.meanings[self.rows[-1][0]]
        if item.header is not None:
            return self._has("header") == 0 and not _BLOCK_HEAD.match(squash(self.cells[self.rows[-1][-1]].text))
        if _FUND_HEAD.match(text) or _BLOCK_HEAD.match(text):
            return True
        if item.field is not None and not (first.field in _TEXTS and len(self.rows[-1]) == 1):
            if item.field == "goal.annual":
                return first.field not in ("goal", "goal.lifetime")
            return item.field in _STARTS or item.field in _TEXTS
        if item.fund is not None and item.level2 is None:
            if first.field in _TEXTS and len(self.rows[-1]) == 1:
                return False
            before = squash(self.cells[self.rows[-1][-1]].text)
            if _FUND_HEAD.match(before):
                return False
            return self._has("fund") >= (2 if self.two_sided else 1) or self._has("fund") == 0
        if item.level1 is not None or item.level2 is not None:
            return self._starts_level(number, item)
        return self._full()

    def _starts_level(self, number: int, item: Meaning) -> bool:
        row = self.rows[-1]
        in_block = any(self.meanings[n].level1 or self.meanings[n].level2 for n in row)
        if not in_block:
            # Behind the header row; a name that happens to be a label is inside a row of levels.
            return True
        labels = [
            self.meanings[n].level2
            for n in row
            if self.meanings[n].level2 and not (n == row[0] and self._level1_follows(n))
        ]
        if item.level1 is not None and (item.level2 is None or self._level1_follows(number)):
            return True
        if not labels:
            return False
        texts = sum(not self.meanings[n].label for n in row)
        if self.two_sided and len(labels) in (2, 3) and set(labels) == {item.level2} and texts == 1:
            # 质量指标 | 质量指标 | 保质保量, and the same on the other side: the name repeats its category.
            return False
        if labels == [item.level2]:
            return not self.two_sided or texts % 2 == 1
        return True

    def _level1_follows(self, number: int) -> bool:
        """Whether a label of both levels (成本指标, 满意度指标) is level 1 here: a level 2 of its own follows."""
        item = self.meanings[number]
        following = self.meanings[number + 1] if number + 1 < len(self.meanings) else None
        if following is None or following.level2 is None or item.level1 is None:
            return False
        same = squash(self.cells[number].text) == squash(self.cells[number + 1].text)
        return not same and LEVEL1_OF[following.level2] == item.level1 and not self._closes_left(number)

    def _closes_left(self, number: int) -> bool:
        """Whether the label is the twin of the one that opened the row being built."""
        row = self.rows[-1] if self.rows else []
        labels = [self.meanings[n].level2 for n in row if self.meanings[n].level2]
        return self.two_sided and labels == [self.meanings[number].level2] and row[-1] != number - 1

    def _full(self) -> bool:
        """Whether a row of levels already holds all its texts."""
        row = self.rows[-1]
        if not any(self.meanings[n].level1 or self.meanings[n].level2 for n in row) and not self._continues(row):
            return False
        texts = sum(not self.meanings[n].label for n in row)
        labels = self._has("level2")
        if self.two_sided:
            return texts >= 4 if labels != 1 else False
        return texts >= 2

    def _continues(self, row: list[int]) -> bool:
        """Whether the row is itself a continuation row of the indicator block."""
        if len(self.rows) < 2 or any(self.meanings[n].label for n in row):
            return False
        above = self.rows[-2]
        return any(self.meanings[n].level2 for n in above) or self._was_text(above)

    def _was_text(self, row: list[int]) -> bool:
        return not any(self.meanings[n].label for n in row)

    def _as_rows(self) -> list[Row]:
        placed: list[list[Cell]] = []
        for index, numbers in enumerate(self.rows):
            column = self._first_column(numbers)
            placed.append(
                [
                    Cell(
                        text=self.cells[n].text,
                        at=Location(
                            row=index, column=column + offset, line=self.cells[n].at.line, page=self.cells[n].at.page
                        ),
                        confidence=self.cells[n].confidence,
                    )
                    for offset, n in enumerate(numbers)
                ]
            )
        cells = tuple(cell for row in placed for cell in row)
        width = max(len(row) for row in placed) + 3
        table = Table(cells=cells, rows=len(placed), columns=width, at=cells[0].at, grid="ragged")
        return [Row(row, table, index, row[0].at) for index, row in enumerate(placed)]

    def _first_column(self, numbers: list[int]) -> int:
        item = self.meanings[numbers[0]]
        if item.level1 is not None and (item.level2 is None or self._level1_follows(numbers[0])):
            return 1
        if item.level2 is not None:
            return 2
        in_block = len(numbers) >= 2 and all(not self.meanings[n].label for n in numbers)
        return 3 if in_block else 0
