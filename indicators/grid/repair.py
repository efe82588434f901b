"""Repairs by what must hold, each recorded with what was read.

Only closed vocabulary, shapes of numbers, sums of funds and the twin side of a form repair a reading, and only
towards what the recogniser itself held possible, or to a mark that can only be meant (‰, the brackets 〔〕 of a
document number). Free text is never touched.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from indicators.grid.labels import is_printed
from indicators.money import MONEY_UNIT, number_of
from indicators.records import Cell, Note
from indicators.text import squash
from indicators.vocabulary import fund_label, header_role

__all__ = ["repaired"]

#: Glyphs that stand for digits in a field where only a number can stand.
_LOOK_ALIKES = str.maketrans(
    {"O": "0", "o": "0", "〇": "0", "D": "0", "Q": "0", "l": "1", "I": "1", "|": "1", "B": "8", "S": "5", "Z": "2"}
    | {"，": ",", "。": ".", "．": ".", "：": ".", " ": ""}
)
_AMOUNT = re.compile(rf"((?:\d{{1,3}}(?:,\d{{3}})+|\d+)(?:\.\d{{1,6}})?)(?:{MONEY_UNIT})?")
_GROUPS = re.compile(rf"(\d{{1,3}})((?:[,.]\d{{3}})+)([.,]\d{{1,2}})?({MONEY_UNIT})?")
_SIGNS = str.maketrans({"＞": ">", "＜": "<"})
#: A percent sign with a further ring or zero, as no number is written; brackets 〔2024〕 read as others.
_PER_MILLE = re.compile(r"(\d)%[0oO〇°](?![\d.%])")
_YEAR = re.compile(r"〔(20\d\d)[\]】)）]|[\[【](20\d\d)〕")
#: Confidence from which the twin of an indicator may be believed.
_CERTAIN = 0.9


def repaired(cells: Sequence[Cell], page: int) -> tuple[list[Cell], list[Note]]:
    """Return the cells of a table after repair, and a note for each repair.

    Parameters
    ----------
    cells
        In reading order.
    page
        Page, from 1.
    """
    texts = {index: cell.text for index, cell in enumerate(cells)}
    reasons: dict[int, str] = {}
    _labels(cells, texts, reasons)
    _marks(texts, reasons)
    _amounts(cells, texts, reasons)
    _sums(cells, texts, reasons)
    _twins(cells, texts, reasons)
    result, notes = [], []
    for index, cell in enumerate(cells):
        result.append(replace(cell, text=texts[index]))
        if index in reasons:
            message = f"第 {page} 页：“{cell.text}”按{reasons[index]}改读为“{texts[index]}”，请核对原件"
            notes.append(Note(code="ocr-repaired", message=message, at=cell.at))
    return result, notes


def _labels(cells: Sequence[Cell], texts: dict[int, str], reasons: dict[int, str]) -> None:
    """Read a label where the recogniser held one possible and its column holds others."""
    columns: dict[int, int] = {}
    for index, one in enumerate(cells):
        if is_printed(texts[index]):
            columns[one.at.column or 0] = columns.get(one.at.column or 0, 0) + 1
    for index, one in enumerate(cells):
        if not texts[index] or is_printed(texts[index]) or not columns.get(one.at.column or 0):
            continue
        found = {text for text in one.others if is_printed(text)}
        if len(found) == 1:
            texts[index], reasons[index] = found.pop(), "表格固定栏目名称"


def _marks(texts: dict[int, str], reasons: dict[int, str]) -> None:
    """Read the marks that have one shape only: ‰ after a number, the brackets of a document number."""
    for index, text in texts.items():
        read = _YEAR.sub(lambda found: f"〔{found[1] or found[2]}〕", _PER_MILLE.sub(r"\1‰", text))
        if read != text:
            texts[index], reasons[index] = read, "符号的固定写法"


def _fund_rows(cells: Sequence[Cell], texts: dict[int, str]) -> Iterator[tuple[str, int, int, int]]:
    """Yield ``source, column of the label, index of the amount, row`` for each fund label with a cell beside it."""
    places = {(one.at.row, one.at.column): index for index, one in enumerate(cells)}
    for index, one in enumerate(cells):
        label = fund_label(texts[index])
        row, column = one.at.row or 0, one.at.column or 0
        beside = places.get((row, column + one.column_span))
        if label is not None and beside is not None and fund_label(texts[beside]) is None:
            yield label[0], column, beside, row


def _amounts(cells: Sequence[Cell], texts: dict[int, str], reasons: dict[int, str]) -> None:
    """Read a number beside a fund label where only its shape is wrong."""
    for _, _, index, _ in _fund_rows(cells, texts):
        text = texts[index]
        if not text or _AMOUNT.fullmatch(squash(text)) or len(text) > 24:
            continue
        number = text.translate(_LOOK_ALIKES)
        grouped = _GROUPS.fullmatch(number)
        if grouped is not None:
            tail = grouped[3].replace(",", ".") if grouped[3] else ""
            number = grouped[1] + grouped[2].replace(".", ",") + tail + (grouped[4] or "")
        if _AMOUNT.fullmatch(number):
            texts[index], reasons[index] = number, "金额的写法"


def _value(text: str) -> Decimal | None:
    amount = _AMOUNT.fullmatch(squash(text))
    return number_of(amount[1]) if amount else None


def _sums(cells: Sequence[Cell], texts: dict[int, str], reasons: dict[int, str]) -> None:
    """Change one uncertain digit where exactly one such change makes a total the sum of its sources."""
    sides: dict[int, list[tuple[str, int]]] = {}
    for source, column, index, _ in _fund_rows(cells, texts):
        sides.setdefault(column, []).append((source, index))
    for side in sides.values():
        totals = [index for source, index in side if source == "total"]
        parts = [index for source, index in side if source not in ("total", "carried")]
        if len(totals) != 1 or not parts or _balanced(totals[0], parts, texts):
            continue
        fixes = {
            (index, text)
            for index in (totals[0], *parts)
            for text in cells[index].others
            if _value(text) is not None and _balanced(totals[0], parts, {**texts, index: text})
        }
        if len(fixes) == 1:
            index, text = fixes.pop()
            texts[index], reasons[index] = text, "资金合计关系"


def _balanced(total: int, parts: Sequence[int], texts: dict[int, str]) -> bool:
    amounts = [_value(texts[index]) for index in parts if texts[index]]
    whole = _value(texts[total])
    if whole is None or not amounts or any(amount is None for amount in amounts):
        return False
    return abs(whole - sum(amount for amount in amounts if amount is not None)) < Decimal("0.01")


def _twins(cells: Sequence[Cell], texts: dict[int, str], reasons: dict[int, str]) -> None:
    """Take the value of the other side where the same indicator stands there and the reading allows it."""
    header = [one for index, one in enumerate(cells) if header_role(texts[index]) in ("name", "value")]
    if not header:
        return
    row = min(one.at.row or 0 for one in header)
    roles = [(header_role(one.text), one.at.column or 0) for one in header if one.at.row == row]
    if [role for role, _ in roles] != ["name", "value", "name", "value"]:
        return
    places = {(one.at.row, one.at.column): index for index, one in enumerate(cells)}
    for below in sorted({one.at.row or 0 for one in cells if (one.at.row or 0) > row}):
        quartet = [places.get((below, column)) for _, column in roles]
        if any(index is None for index in quartet):
            continue
        names = [texts[index] for index in (quartet[0], quartet[2]) if index is not None]
        if not names[0] or squash(names[0]) != squash(names[1]):
            continue
        for mine, twin in ((quartet[1], quartet[3]), (quartet[3], quartet[1])):
            if mine is not None and twin is not None:
                _from_twin(mine, twin, cells, texts, reasons)


def _from_twin(mine: int, twin: int, cells: Sequence[Cell], texts: dict[int, str], reasons: dict[int, str]) -> None:
    wanted = squash(texts[twin]).translate(_SIGNS)
    own = squash(texts[mine]).translate(_SIGNS)
    if own == wanted or not wanted or cells[twin].confidence < max(_CERTAIN, cells[mine].confidence):
        return
    if any(squash(text).translate(_SIGNS) == wanted for text in cells[mine].others):
        texts[mine], reasons[mine] = texts[twin], "另一侧相同指标"
