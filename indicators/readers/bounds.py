"""Bounds on the texts of a document, whatever its format: no print reaches them, and all that follows relies on them.

A number of thousands of digits overflows every type it is turned into, and a paragraph of a million characters is
searched by hundreds of patterns. Both are cut short here, where text enters, and the cut is stated.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from indicators.records import Cell, Document, Line, Location, Note, Region, Segment, Table

Item = TypeVar("Item", Cell, Line, Segment)

__all__ = ["MAX_DIGITS", "MAX_TEXT", "bounded"]

#: Digits of a number. Amounts have up to 17, codes of projects and accounts up to 30.
MAX_DIGITS = 40
#: Characters of a cell or line; a cell of Excel holds 32,767, the longest paragraph of the published documents 4,000.
MAX_TEXT = 20_000
#: Blanks in a row within a text. What stands between two words by its blanks was placed before this.
MAX_BLANKS = 8
_KEPT = 12
_BLANKS = re.compile(rf"([^\S\n]{{{MAX_BLANKS}}})[^\S\n]+|(\n{{{MAX_BLANKS}}})\n+")
_NUMBER = re.compile(rf"[0-9０-９](?:[,，.．]?[0-9０-９]){{{MAX_DIGITS},}}")
_NUMERAL = re.compile(rf"[零〇一二两三四五六七八九十百千万亿]{{{MAX_DIGITS},}}")


def bounded(document: Document) -> Document:
    """Return a document without numbers and texts beyond the bounds; itself where it has none."""
    notes: dict[str, Note] = {}

    def checked(text: str, at: Location) -> str:
        cut = _BLANKS.sub(r"\1\2", text)
        if len(cut) > MAX_TEXT:
            cut = cut[:MAX_TEXT]
            message = f"一处文字超过 {MAX_TEXT} 字，只读取了前面的部分，请与原件核对"
            notes.setdefault("text-limit", Note(code="text-limit", message=message, at=at, doubt=True))
        short = _NUMERAL.sub(_shortened, _NUMBER.sub(_shortened, cut))
        if short != cut:
            message = f"一处数字超过 {MAX_DIGITS} 位，不是正常的数值，已截短为“{short[:20]}”，请与原件核对"
            notes.setdefault("number-limit", Note(code="number-limit", message=message, at=at, doubt=True))
        return short

    blocks = tuple(_block(block, checked) for block in document.blocks)
    marks = tuple(
        replace(mark, text=checked(mark.text, mark.at)) if len(mark.text) > MAX_DIGITS else mark
        for mark in document.marks
    )
    if not notes and all(one is other for one, other in zip(blocks, document.blocks, strict=True)):
        return document
    return replace(document, blocks=blocks, marks=marks, problems=(*document.problems, *notes.values()))


def _block(block: Table | Line, checked: Callable[[str, Location], str]) -> Table | Line:
    if isinstance(block, Region):
        lines, segments = _all(block.lines, checked), _all(block.segments, checked)
        if lines is block.lines and segments is block.segments:
            return block
        return replace(block, text=checked(block.text, block.at), lines=lines, segments=segments)
    if isinstance(block, Line):
        return _cut(block, checked)
    cells = _all(block.cells, checked)
    return block if cells is block.cells else replace(block, cells=cells)


def _all(items: tuple[Item, ...], checked: Callable[[str, Location], str]) -> tuple[Item, ...]:
    """Return the items with their texts in bounds, themselves where none is beyond them."""
    if all(len(item.text) <= MAX_DIGITS for item in items):
        return items
    found = tuple(_cut(item, checked) for item in items)
    return items if all(one is other for one, other in zip(found, items, strict=True)) else found


def _cut(item: Item, checked: Callable[[str, Location], str]) -> Item:
    if len(item.text) <= MAX_DIGITS:
        return item
    text = checked(item.text, item.at)
    return item if text == item.text else replace(item, text=text)


def _shortened(found: re.Match[str]) -> str:
    return f"{found.group()[:_KEPT]}…"
