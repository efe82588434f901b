"""The document as one stream of rows, with what each cell's text can be.

Tables and lines become rows alike, so that a form whose title stands outside, whose table is broken
over pages or whose tail hangs below as loose lines is still one run of rows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

from indicators.money import MONEY_UNIT, PRINTED
from indicators.records import Cell, Document, Line, Location, Table
from indicators.text import squash
from indicators.vocabulary import (
    damaged_field,
    field_label,
    fund_label,
    header_role,
    level1_label,
    level2_label,
    likely_fund,
)
from indicators.vocabulary.fields import FIELD_WORD
from indicators.vocabulary.funds import FUND_WORD
from indicators.vocabulary.headers import HEADER_WORD
from indicators.vocabulary.levels import LEVEL_WORD
from indicators.vocabulary.needed import any_of, may_hold

__all__ = ["NO_MEANING", "Meaning", "Reading", "Row", "label_and_amount", "labelled_parts", "meaning", "stream"]

#: Slot role -> cell, one side of a row of an indicator block.
Reading = dict[str, Cell]


class Meaning(NamedTuple):
    """What the text of a cell can be, by the closed vocabulary; all ``None`` for free text."""

    level1: str | None = None
    level2: str | None = None
    field: str | None = None
    fund: tuple[str, str | None] | None = None
    header: str | None = None

    @property
    def label(self) -> bool:
        """Whether the text is a label of any kind."""
        return self is not NO_MEANING


NO_MEANING = Meaning()
_LONGEST_LABEL = 32
_LABEL_WORD = any_of([LEVEL_WORD, FIELD_WORD, FUND_WORD, HEADER_WORD])


@lru_cache(maxsize=65536)
def meaning(text: str) -> Meaning:
    """Return what a cell's text can be."""
    if len(text) > _LONGEST_LABEL or not may_hold(_LABEL_WORD, squash(text)):
        return NO_MEANING
    found = Meaning(level1_label(text), level2_label(text), field_label(text), fund_label(text), header_role(text))
    return NO_MEANING if found == NO_MEANING else found


class Row:
    """A row of the stream.

    Attributes
    ----------
    cells
        Non-empty cells from left to right.
    meanings
        Of each cell.
    table
        The table it belongs to, ``None`` for a line outside tables.
    index
        Row number in the table.
    at
        Place of the row.
    stage
        Stage of the form it belongs to, set by ``locate``.
    headed
        Whether it is the header of an indicator block, once that was asked.
    """

    __slots__ = ("at", "cells", "headed", "index", "meanings", "stage", "table")

    def __init__(self, cells: list[Cell], table: Table | None, index: int, at: Location) -> None:
        self.cells = cells
        self.table = table
        self.index = index
        self.at = at
        self.stage: int | None = None
        self.headed: bool | None = None
        self.meanings = [meaning(cell.text) for cell in cells]
        for number, cell in enumerate(cells):
            if self.meanings[number] is NO_MEANING and (number == 0 or cell.text.endswith((":", "：", "期", "期目标"))):
                field = damaged_field(cell.text) if len(cell.text) <= _LONGEST_LABEL and len(cells) > 1 else None
                if field is not None:
                    self.meanings[number] = Meaning(field=field)

    @property
    def text(self) -> str:
        """All cells joined by blanks."""
        return " ".join(cell.text for cell in self.cells)

    def has(self, field: str) -> bool:
        """Whether a label of this field stands in the row."""
        return any(item.field == field for item in self.meanings)

    def __repr__(self) -> str:
        return f"Row({[cell.text[:12] for cell in self.cells]})"


#: A label and its colon: 主管部门：甲局.
_LABELLED = re.compile(r"([^\s:：，。；,;]{2,16}?)[ \t]*[:：]")
#: Fields whose text is a line of its own: one cell may hold several of them.
_TEXT_FIELDS = ("overview", "basis", "necessity", "measures", "plan", "duties", "tasks", "review", "goal")


@lru_cache(maxsize=16384)
def labelled_parts(text: str) -> tuple[tuple[str, str, str], ...]:
    """Return ``(field, label, value)`` of each label with a colon in a text that begins with one.

    ``项目名称：桥梁养护 主管部门：甲局`` has two parts; a long text (项目概况：…) keeps what follows its label whole.
    """
    first = _LABELLED.match(text)
    if first is None or (path := field_label(first.group(1))) is None:
        return ()
    found: list[tuple[str | None, str, int, int]] = [(path, first.group(1), first.end(), 0)]
    if not path.startswith(_TEXT_FIELDS):
        for match in _LABELLED.finditer(text, first.end()):
            if text[match.start() - 1].isspace():
                # 填报人：  审核人：  填报日期：: a label unknown here ends the value before it all the same.
                other = field_label(match.group(1))
                found.append(
                    (
                        None if other and other.startswith(_TEXT_FIELDS) else other,
                        match.group(1),
                        match.end(),
                        match.start(),
                    )
                )
    ends = [*(begin for *_, begin in found[1:]), len(text)]
    return tuple(
        (name, label, text[start:end].strip()) for (name, label, start, _), end in zip(found, ends) if name is not None
    )


#: A label and a plain amount with a blank between them.
_LABEL_AMOUNT = re.compile(rf"([^\d\s]\S{{1,15}})\s+(-?{PRINTED}\s*(?:{MONEY_UNIT})?)")

#: What an amount is made of, up to its last part; no further total: 900万元，其中：…；年度资金总额：300万元 are two.
PARTS = r"(?:[(（].*[)）]|[,，;；]?其中(?:(?!总额|合计|总计).)*[\d元)）])"
#: The same with a colon or in a sentence, and its parts: 预算金额：168万元（其中：区级118万元，…）; 预算为64万元，其中…
_LABEL_PARTS = re.compile(
    rf"(?:[本该](?=项目|年))?([^\d\s:：，,。]{{2,16}}?)(?:[:：]|共?[为计])\s*(-?{PRINTED}\s*(?:{MONEY_UNIT})?\s*{PARTS})。?"
)


def label_and_amount(text: str) -> tuple[str, ...]:
    """Return the label of a fund and its amount where a text holds both: 其他资金 0.00; else nothing."""
    found = _LABEL_AMOUNT.fullmatch(text) if len(text.split(maxsplit=1)) > 1 else None
    if found is None and any(mark in text for mark in "：:为计"):
        found = _LABEL_PARTS.fullmatch(text)
    return found.groups() if found is not None and (fund_label(found[1]) or likely_fund(found[1])) else ()


def _label_and_amount(cell: Cell) -> list[Cell]:
    """Part a cell that holds the label of a fund and its amount."""
    return [replace(cell, text=text) for text in label_and_amount(cell.text)] or [cell]


def _split_labels(cells: list[Cell]) -> list[Cell]:
    """Part the cells that hold label and value: 主管部门：甲局 becomes 主管部门 and 甲局 at one place."""
    # Two cells that each tell of parts are those of the two sides, and read as a whole.
    sides = sum("其中" in cell.text for cell in cells)
    if sides < 2 and any(label_and_amount(cell.text) for cell in cells):
        cells = [part for cell in cells for part in _label_and_amount(cell)]
    if not any("：" in cell.text or ":" in cell.text for cell in cells):
        return cells
    if any(meaning(cell.text).level2 or meaning(cell.text).header for cell in cells):
        return cells
    out: list[Cell] = []
    for cell in cells:
        parts = labelled_parts(cell.text)
        if not any(value for _, _, value in parts):
            out.append(cell)
            continue
        for _, label, value in parts:
            out.append(replace(cell, text=label))
            if value:
                out.append(replace(cell, text=value))
    return out


#: Columns from which a row that counts them is told from a row of figures.
_FEWEST_COUNTED = 3


def _counts_columns(cells: list[Cell]) -> bool:
    """Whether the cells of a row only count the columns below a header: 1 | 2 | 3 | 4, 甲 | 乙 | 1 | 2 | 3."""
    if not squash(cells[-1].text).isdecimal():
        return False
    keys = [squash(cell.text) for cell in cells]
    figures = keys[sum(key in ("甲", "乙", "丙") for key in keys[:3]) :]
    return len(figures) >= _FEWEST_COUNTED and figures == [str(number) for number in range(1, len(figures) + 1)]


def stream(document: Document) -> Iterator[Row]:
    """Yield the rows of a document in reading order, without rows of tables that are blank or count the columns."""
    for block in document.blocks:
        if isinstance(block, Line):
            cell = Cell(text=block.text, at=block.at, confidence=block.confidence)
            yield Row([cell], None, 0, block.at)
            continue
        if block.columns == 1 and block.grid == "guessed":
            # Lines that a program happened to box, contents pages among them, are no table to read.
            yield from (Row([cell], None, 0, cell.at) for cell in block.cells if cell.text)
            continue
        current: list[Cell] = []
        number = -1
        for cell in block.cells:
            row = cell.at.row or 0
            if row != number:
                if current and not _counts_columns(current):
                    yield Row(_split_labels(current), block, number, current[0].at)
                current, number = [], row
            if cell.text:
                current.append(cell)
        if current and not _counts_columns(current):
            yield Row(_split_labels(current), block, number, current[0].at)
